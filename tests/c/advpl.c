/* examples-advpl/erptoken_advpl.c as SmartClient calls it: texts of Windows-1252 in buffers, which may be the same one. */
#include "account.h"

#include "../../examples-advpl/erptoken_advpl.c"

#ifdef _WIN32
/* There it is the DLL of the archive that is called, by its name and beside the program, as SmartClient does. */
static int in_dll(int operation, char *input, int input_size, char *output, int output_size)
{
    int (*function)(int, char *, int, char *, int);
    HMODULE library = LoadLibraryA("erptoken_advpl.dll");
    uintptr_t address;
    CHECK(library != NULL);
    address = (uintptr_t)GetProcAddress(library, "ExecInClientDLL");
    CHECK(address != 0);
    memcpy(&function, &address, sizeof function);
    operation = function(operation, input, input_size, output, output_size);
    CHECK(FreeLibrary(library));
    return operation;
}
#define ExecInClientDLL in_dll
#endif

static char buffer[LONGEST];

static int call(int operation, const char *provider, const char *lines)
{
    snprintf(buffer, sizeof buffer, "%s\r\nbase_url=%s\r\n%s", provider, base_of(provider), lines);
    return ExecInClientDLL(operation, buffer, sizeof buffer, buffer, sizeof buffer);
}

int main(void)
{
    char token[LONGEST], lines[LONGEST + 200], small[8] = "#######", input[32] = "senior";

    CHECK_INT(call(TOKEN, "senior", "username=" USER "\r\npassword=" PASSWORD), ERPTOKEN_OK);
    CHECK(strlen(buffer) > 8);
    snprintf(token, sizeof token, "%s", buffer);

    /* From the cache, and as a header's value. */
    CHECK_INT(call(AUTHORIZATION, "senior", "username=" USER "\npassword=" PASSWORD "\n"), ERPTOKEN_OK);
    CHECK_HAS(buffer, "Bearer ");
    CHECK_TEXT(buffer + 7, token);

    /* Refused by an API: the next one is another. */
    snprintf(lines, sizeof lines, "username=" USER "\r\npassword=" PASSWORD "\r\ntoken=%s", token);
    CHECK_INT(call(REFUSED, "senior", lines), ERPTOKEN_OK);
    CHECK_TEXT(buffer, "");
    CHECK_INT(call(TOKEN, "senior", "username=" USER "\r\npassword=" PASSWORD), ERPTOKEN_OK);
    CHECK(strcmp(buffer, token) != 0);

    /* Letters and the euro arrive as UTF-8, reasons come back in one byte a letter. */
    CHECK_INT(call(TOKEN, "senior", "username=" USER "\r\npassword=senh\xe3 \x80 errada"), ERPTOKEN_E_CREDENTIALS);
    CHECK_HAS(buffer, "usu\xe1rio");
    CHECK_LACKS(buffer, "\xc3");
    to_utf8("senh\xe3 \x80", lines);
    CHECK_TEXT(lines, "senh\xc3\xa3 \xe2\x82\xac");
    CHECK_INT(call(TOKEN, "invoisys", "nothing=1"), ERPTOKEN_E_OPTION);
    CHECK_HAS(buffer, "nothing");

    /* What is no call. */
    CHECK_INT(call(0, "senior", ""), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(call(4, "senior", ""), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(ExecInClientDLL(TOKEN, NULL, 0, buffer, sizeof buffer), ERPTOKEN_E_PROVIDER);
    CHECK_INT(ExecInClientDLL(TOKEN, input, sizeof input, NULL, 9), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(ExecInClientDLL(TOKEN, input, sizeof input, small, 0), ERPTOKEN_E_ARGUMENT);
    CHECK_TEXT(small, "#######");
    memset(buffer, 'x', sizeof buffer);
    CHECK_INT(ExecInClientDLL(TOKEN, buffer, sizeof buffer, buffer, sizeof buffer), ERPTOKEN_E_ARGUMENT);

    /* A reason is cut to the room that there is, and ends there. */
    CHECK_INT(ExecInClientDLL(TOKEN, input, sizeof input, small, sizeof small - 1), ERPTOKEN_E_MISSING);
    CHECK_INT(strlen(small), sizeof small - 2);
    CHECK_INT(small[sizeof small - 1], 0);
    return 0;
}
