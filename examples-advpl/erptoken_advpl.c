/*
 * erptoken_advpl.c: erptoken for AdvPL (TOTVS Protheus): a DLL of the kind that SmartClient calls with ExeDLLRun3.
 *
 * Such a DLL has one function, and texts in Windows-1252 go in and out through two buffers. Token.prw calls it.
 *
 * Operations   1 the token, 2 the Authorization header's value, 3 an API answered 401 to the token: drop it
 * In           lines: the provider, then option=value; for 3 also token=value
 * Answer       0 with the result in the output, or one of ERPTOKEN_E_* with the reason in Portuguese
 *
 * It lies compiled in win-x86 and win-x64, and Windows looks for erptoken.dll in SmartClient's folder. Compiled anew:
 *
 *   i686-w64-mingw32-gcc -shared -o erptoken_advpl.dll erptoken_advpl.c -I../include -L../win-x86 -lerptoken
 *   cl /LD erptoken_advpl.c /I..\include ..\win-x86\erptoken.lib
 */
#include <string.h>

#include "erptoken.h"

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED
#endif

enum { TOKEN = 1, AUTHORIZATION = 2, REFUSED = 3, LONGEST = 8192 };

/* What Windows-1252 has where ISO 8859-1 has control characters; 0: nothing. */
static const unsigned short above_127[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178
};

/* `from` as UTF-8; `to` has three times its room. */
static void to_utf8(const char *from, char *to)
{
    for (; *from != '\0'; from++) {
        unsigned value = (unsigned char)*from;

        if (value >= 0x80 && value < 0xa0 && above_127[value - 0x80] != 0)
            value = above_127[value - 0x80];
        if (value < 0x80) {
            *to++ = (char)value;
        } else if (value < 0x800) {
            *to++ = (char)(0xc0 | value >> 6);
            *to++ = (char)(0x80 | (value & 0x3f));
        } else {
            *to++ = (char)(0xe0 | value >> 12);
            *to++ = (char)(0x80 | (value >> 6 & 0x3f));
            *to++ = (char)(0x80 | (value & 0x3f));
        }
    }
    *to = '\0';
}

/* In place; what Latin letters do not need becomes a question mark. */
static void from_utf8(char *text)
{
    char *to = text;

    while (*text != '\0') {
        unsigned char first = (unsigned char)*text++;

        if (first >= 0xc0) {
            unsigned value = first >= 0xe0 ? 0 : (first & 0x1fu) << 6 | ((unsigned char)*text & 0x3fu);

            while (((unsigned char)*text & 0xc0) == 0x80)
                text++;
            *to++ = value >= 0xa0 && value <= 0xff ? (char)value : '?';
        } else {
            *to++ = (char)first;
        }
    }
    *to = '\0';
}

/* Cuts the first line off: AdvPL ends lines with CR and LF, or LF, and fills its texts up with spaces. */
static char *line(char **rest)
{
    char *start = *rest, *end = start + strcspn(start, "\r\n");

    *rest = end + strspn(end, "\r\n");
    *end = '\0';
    return start;
}

/* Gives every option to the account but "token", which it returns. */
static int32_t options(int32_t account, char *lines, char **token)
{
    int32_t status = ERPTOKEN_OK;

    while (status == ERPTOKEN_OK && *lines != '\0') {
        char *name = line(&lines), *value = strchr(name, '=');

        if (value == NULL)
            continue;
        *value++ = '\0';
        if (strcmp(name, "token") == 0)
            *token = value;
        else
            status = erptoken_set(account, name, value);
    }
    return status;
}

static int32_t operate(int operation, char *lines, char *out, int32_t room)
{
    char *provider = line(&lines), *token = NULL;
    int32_t account = 0, length = room;
    int32_t status = erptoken_open(provider, &account);

    if (status == ERPTOKEN_OK)
        status = options(account, lines, &token);
    if (status == ERPTOKEN_OK && operation == TOKEN)
        status = erptoken_get(account, out, &length);
    else if (status == ERPTOKEN_OK && operation == AUTHORIZATION)
        status = erptoken_authorization(account, out, &length);
    else if (status == ERPTOKEN_OK)
        status = erptoken_reject(account, token);
    if (status != ERPTOKEN_OK && status != ERPTOKEN_E_BUFFER) {
        char text[1201];
        int32_t size = sizeof text;

        erptoken_error_text(text, &size);
        from_utf8(text);
        length = (int32_t)strlen(text) < room ? (int32_t)strlen(text) : room - 1;
        memcpy(out, text, (size_t)length);
        out[length] = '\0';
    }
    erptoken_close(account); /* The token stays with the process: opening for each use costs no login. */
    return status;
}

/* The compiler may not leave it out. */
static void wipe(volatile char *text, size_t size)
{
    while (size > 0)
        text[--size] = '\0';
}

EXPORTED int ExecInClientDLL(int operation, char *input, int input_size, char *output, int output_size)
{
    char text[LONGEST], lines[3 * LONGEST];
    int end = 0;
    int32_t status = ERPTOKEN_E_ARGUMENT;

    /* First, because both may be the same buffer. */
    while (input != NULL && end < input_size && end < LONGEST - 1 && input[end] != '\0') {
        text[end] = input[end];
        end++;
    }
    text[end] = '\0';
    if (output == NULL || output_size < 1)
        return ERPTOKEN_E_ARGUMENT;
    output[0] = '\0';
    if (end < LONGEST - 1 && operation >= TOKEN && operation <= REFUSED) {
        erptoken_configure("language", "pt");
        to_utf8(text, lines);
        status = operate(operation, lines, output, output_size);
        wipe(lines, sizeof lines);
    }
    wipe(text, sizeof text);
    return (int)status;
}
