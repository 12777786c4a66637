/* 8-bit texts in the code page of the process, whichever that is (erptokena_ functions): each byte, and in the Far East each
 * pair of bytes, is the character that Windows takes it for, and goes out as it came in. */
#include "account.h"
#include "erptokena.h"
#include "erptokenw.h"

#include <windows.h>

static int32_t handle;
static long taken, refused;

/* What the code page does not define has a control character or one for private use in the system's tables. */
static int is_defined(const wchar_t *text, int length, int bytes)
{
    int is_control = text[0] < 0x20 || (text[0] >= 0x7f && text[0] < 0xa0);
    return length == 1 && !is_control && !(bytes == 1 && text[0] >= 0xe000 && text[0] <= 0xf8ff);
}

static void bytes_are(const char *text, int bytes)
{
    wchar_t wanted[8], got[8];
    char back[8];
    int32_t length = 8;
    int count = MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, text, bytes, wanted, 7);
    int32_t status = erptokena_set(handle, "username", text);

    if (!is_defined(wanted, count, bytes)) {
        CHECK_STATUS(status, ERPTOKEN_E_ENCODING);
        CHECK_HAS(last_text(), "byte 0");
        refused++;
        return;
    }
    CHECK_STATUS(status, ERPTOKEN_OK);
    wanted[count] = 0;
    CHECK_STATUS(erptokenw_info(handle, L"username", got, &length), ERPTOKEN_OK);
    CHECK_INT(length, count);
    CHECK(wcscmp(got, wanted) == 0);
    length = 8;
    CHECK_STATUS(erptokena_info(handle, "username", back, &length), ERPTOKEN_OK);
    CHECK_INT(length, strlen(back));
    /* Some characters are there twice in the Far East: then they come back as the other one. */
    if (strcmp(back, text) != 0) {
        CHECK(bytes == 2);
        CHECK_INT(MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, back, length, got, 8), count);
        CHECK(got[0] == wanted[0]);
    }
    taken++;
}

static void every_character(void)
{
    int first, second;
    char text[3];

    for (first = 0x80; first < 0x100; first++) {
        text[0] = (char)first;
        text[1] = text[2] = '\0';
        if (!IsDBCSLeadByteEx(CP_ACP, (BYTE)first)) {
            bytes_are(text, 1);
            continue;
        }
        CHECK_STATUS(erptokena_set(handle, "username", text), ERPTOKEN_E_ENCODING); /* cut in the middle */
        for (second = 0x40; second < 0x100; second++) {
            text[1] = (char)second;
            bytes_are(text, 2);
        }
    }
}

/* Where the code page is UTF-8: what is none is refused at its place, a text cut in a character too. */
static void utf_8(void)
{
    static const char *const bad[] = { "a\xe3o", "a\xc3", "a\xe2\x82", "a\xc0\x80", "a\xed\xa0\x80", "a\xff" };
    char got[16];
    int32_t length = sizeof got;
    size_t i;

    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(erptokena_set(handle, "username", bad[i]), ERPTOKEN_E_ENCODING);
        CHECK_HAS(last_text(), "byte 1");
    }
    CHECK_STATUS(erptokena_set(handle, "username", "\xc3\xa1\xf0\x9f\x98\x80"), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_info(handle, "username", got, &length), ERPTOKEN_OK);
    CHECK_TEXT(got, "\xc3\xa1\xf0\x9f\x98\x80");
}

/* Out: what has no place is one question mark, whatever looks like it; in UTF-8 everything has a place. */
static void what_has_no_place(void)
{
    static const wchar_t *const texts[] = { L"\x21\x3042\xd83d\xde00", L"\xff02\xff1b\xff07\x0101\x221e" };
    size_t i;

    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        char wanted[64] = "", got[64];
        const wchar_t *at = texts[i];
        int32_t length = sizeof got;

        while (*at != 0) {
            int units = *at >= 0xd800 && *at < 0xdc00 ? 2 : 1, is_other = 0, count;
            char *end = wanted + strlen(wanted);
            int is_utf8 = GetACP() == CP_UTF8;
            count = WideCharToMultiByte(CP_ACP, is_utf8 ? 0 : WC_NO_BEST_FIT_CHARS, at, units, end, 8, NULL,
                is_utf8 ? NULL : &is_other);
            end[count] = '\0';
            if (is_other)
                strcpy(end, "?");
            at += units;
        }
        CHECK_STATUS(erptokenw_set(handle, L"username", texts[i]), ERPTOKEN_OK);
        CHECK_STATUS(erptokena_info(handle, "username", got, &length), ERPTOKEN_OK);
        CHECK_TEXT(got, wanted);
        CHECK_INT(length, strlen(got));
        length = length + 1;
        CHECK_STATUS(erptokena_info(handle, "username", got, &length), ERPTOKEN_OK);
        CHECK_STATUS(erptokena_info(handle, "username", got, &length), ERPTOKEN_E_BUFFER);
        CHECK_INT(length, strlen(wanted) + 1);
    }
}

int main(int count, char **arguments)
{
    if (count > 1 && (int)GetACP() != atoi(arguments[1]))
        FAIL("the code page is %u and not %s", GetACP(), arguments[1]);
    CHECK_STATUS(erptokena_open("senior", &handle), ERPTOKEN_OK);
    if (GetACP() == CP_UTF8)
        utf_8();
    else
        every_character();
    what_has_no_place();
    if (GetACP() == 1252) {
        CHECK_INT(taken, 123);
        CHECK_INT(refused, 5);
    }
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_shutdown(), ERPTOKEN_OK);
    return 0;
}
