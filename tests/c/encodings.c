/* Texts in: bytes that are not UTF-8 are refused with a text that helps; what is UTF-8 arrives unchanged. */
#include "account.h"

static void is_encoding(const char *name, int32_t status)
{
    if (status != ERPTOKEN_E_ENCODING)
        FAIL("%s answered %s: %s", name, name_of(status), last_text());
    CHECK_HAS(last_text(), name);
    CHECK_HAS(last_text(), "UTF-8");
    CHECK_HAS(last_text(), "Windows-1252");
    CHECK_HAS(last_text(), "UTF8Encode");
    CHECK_HAS(last_text(), "erptokenw_");
}

static void broken(int32_t handle, const char *bytes)
{
    char text[64], value[64];
    int32_t length = sizeof text, number_out = -9;

    is_encoding("provider", erptoken_open(bytes, &number_out));
    CHECK_INT(number_out, -9);
    is_encoding("option", erptoken_set(handle, bytes, "x"));
    is_encoding("value", erptoken_set(handle, "password", bytes));
    is_encoding("token", erptoken_reject(handle, bytes));
    is_encoding("field", erptoken_info(handle, bytes, text, &length));
    CHECK_INT(length, sizeof text);
    CHECK_TEXT(text, "");
    is_encoding("field", erptoken_info_int(handle, bytes, &number_out));
    CHECK_INT(number_out, -9);
    is_encoding("option", erptoken_configure(bytes, "x"));
    is_encoding("value", erptoken_configure("proxy", bytes));
    /* Behind good text too, and the text says where. */
    snprintf(value, sizeof value, "senh\xc3\xa3%s", bytes);
    is_encoding("value", erptoken_set(handle, "password", value));
    CHECK_HAS(last_text(), "(byte ");
    CHECK_LACKS(last_text(), "senh");
}

static void invalid_bytes(void)
{
    static const char *const texts[] = {
        "\xe3",                 /* a letter in Latin-1 */
        "s\xe3o paulo",         /* amid others */
        "\x80\x93",             /* Windows-1252's euro and quotes */
        "\x80",                 /* a continuation that continues nothing */
        "\xc3",                 /* cut short */
        "\xe2\x82",             /* cut short */
        "\xc0\x80",             /* an overlong NUL */
        "\xc0\xaf",             /* an overlong slash */
        "\xe0\x80\xaf",         /* the same, longer */
        "\xf0\x80\x80\xaf",     /* and longer */
        "\xed\xa0\x80",         /* half of a surrogate pair */
        "\xed\xa0\xbd\xed\xb8\x80", /* both halves, each on its own */
        "\xf4\x90\x80\x80",     /* beyond Unicode */
        "\xf8\x88\x80\x80\x80", /* five bytes */
        "\xfe\xff",             /* a mark of UTF-16 */
        "\xff",
    };
    int32_t handle = account();
    size_t i;

    for (i = 0; i < sizeof texts / sizeof *texts; i++)
        broken(handle, texts[i]);
    /* What was refused changed nothing. */
    CHECK_TEXT(info(handle, "username"), USER);
    CHECK_INT(sandbox_requests(), 0);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* The provider gets exactly these characters; the driver looks at what the sandbox received. */
static void arrives_unchanged(const char *provider, const char *operation)
{
    /* c cedilla, a tilde, signs that mean something in a form or in JSON, an emoji, spaces at both ends. */
    static const char password[] = " \xc3\xa7\xc3\xa3&=+%\"\xf0\x9f\x98\x80 ";
    static const char in_json[] = " \xc3\xa7\xc3\xa3&=+%\\\"\xf0\x9f\x98\x80 ";
    static const char username[] = "jo\xc3\xa3o+nfe@empresa.com.br";
    char token[TOKEN_SIZE];
    int32_t handle;

    sandbox_user(provider, username, in_json);
    handle = account_at(provider, username, password);
    CHECK_TEXT(info(handle, "username"), username);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_INT(sandbox_count(operation), 1);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

int main(void)
{
    invalid_bytes();
    arrives_unchanged("senior", "senior.login");
    arrives_unchanged("invoisys", "invoisys.login");
    arrives_unchanged("assine", "assine.login");
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
