/* The third family: texts in Windows-1252, out in every size and in with all that is none. In Wine too, whose code page is
 * that one. */
#include "windows_1252.h"

#define CANARY 0xa5
#define MARGIN 32

enum source {
    GET, AUTHORIZATION, INFO, APP_GET, RESPONSE_HEADER, RESPONSE_TEXT, RESPONSE_FIELD, VERSION, STATUS_NAME, ERROR_TEXT,
    ERROR_SERVER_CODE
};

#define CASES(family)                                                                                         \
    switch (source) {                                                                                         \
    case GET: return family##_get(handle, buffer, length);                                                    \
    case AUTHORIZATION: return family##_authorization(handle, buffer, length);                                \
    case INFO: return family##_info(handle, field, buffer, length);                                           \
    case APP_GET: return family##_app_get(handle, field, buffer, length);                                     \
    case RESPONSE_HEADER: return family##_response_header(handle, field, buffer, length);                     \
    case RESPONSE_TEXT: return family##_response_text(handle, buffer, length);                                \
    case RESPONSE_FIELD: return family##_response_field(handle, field, buffer, length);                       \
    case VERSION: return family##_version(buffer, length);                                                    \
    case STATUS_NAME: return family##_status_name(handle, buffer, length);                                    \
    case ERROR_TEXT: return family##_error_text(buffer, length);                                              \
    default: return family##_error_server_code(buffer, length);                                               \
    }

static int32_t narrow(enum source source, int32_t handle, const char *field, char *buffer, int32_t *length)
{
    CASES(erptoken)
}

static int32_t ansi(enum source source, int32_t handle, const char *field, char *buffer, int32_t *length)
{
    CASES(erptokena)
}

/* One capacity, between canaries. */
static void at_capacity(enum source source, int32_t handle, const char *field, const char *value, int32_t needed,
                        int32_t capacity)
{
    size_t bytes = (size_t)capacity, i;
    unsigned char *area = malloc(MARGIN + bytes + MARGIN);
    int32_t length = capacity, status;
    int fits = capacity >= needed;

    CHECK(area != NULL);
    memset(area, CANARY, MARGIN + bytes + MARGIN);
    status = ansi(source, handle, field, (char *)area + MARGIN, &length);
    for (i = 0; i < MARGIN + bytes + MARGIN; i++) {
        size_t written = fits ? (size_t)needed : capacity > 0 ? 1 : 0;
        if ((i < MARGIN || i >= MARGIN + written) && area[i] != CANARY)
            FAIL("source %d, capacity %d of %d: byte %ld was written", source, capacity, needed, (long)i - MARGIN);
    }
    CHECK_STATUS(status, fits ? ERPTOKEN_OK : ERPTOKEN_E_BUFFER);
    CHECK_INT(length, fits ? needed - 1 : needed);
    if (fits)
        CHECK(memcmp(area + MARGIN, value, (size_t)needed) == 0);
    else if (capacity > 0)
        CHECK_INT(area[MARGIN], 0);
    free(area);
}

/* What the narrow family tells is told in the code page, in any buffer that it fits. */
static void told_alike(enum source source, int32_t handle, const char *field)
{
    char text[TOKEN_SIZE], value[TOKEN_SIZE], block[8];
    int32_t length = sizeof text, needed, capacity;

    CHECK_STATUS(narrow(source, handle, field, text, &length), ERPTOKEN_OK);
    needed = narrowed(text, value) + 1;
    for (capacity = 0; capacity <= needed + 2; capacity++)
        at_capacity(source, handle, field, value, needed, capacity);

    length = 0;
    CHECK_STATUS(ansi(source, handle, field, NULL, &length), ERPTOKEN_E_BUFFER);
    CHECK_INT(length, needed);
    length = INT32_MAX;
    CHECK_STATUS(ansi(source, handle, field, value, &length), ERPTOKEN_OK);
    CHECK_INT(length, needed - 1);
    if (source == ERROR_TEXT || source == ERROR_SERVER_CODE)
        return; /* what follows fails, and would be told next */
    length = 7;
    CHECK_STATUS(ansi(source, handle, field, NULL, &length), ERPTOKEN_E_ARGUMENT);
    length = -1;
    CHECK_STATUS(ansi(source, handle, field, block, &length), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(length, -1);
    CHECK_STATUS(ansi(source, handle, field, block, NULL), ERPTOKEN_E_ARGUMENT);
}

/* Letters of Windows-1252 of two and three bytes in UTF-8; what it has not: a letter, a quotation mark that only looks like
 * the plain one, a control, and one beyond 16 bits. */
#define HARD "jo\xc3\xa3o \xe2\x82\xac \xc4\x83 \xef\xbc\x82 \xc2\x85 \xf0\x9f\x98\x80"
#define HARD_HERE "jo\xe3o \x80 ? ? ? ?"

static void every_text_in_every_size(void)
{
    static const char *const fields[] = { "provider", "username", "token_type", "scope", "header_name", "state",
        "source", "last_error", "expires_at", "logins" };
    int32_t handle = new_user("jo\xc3\xa3o\xe2\x82\xac\xf0\x9f\x98\x80@empresa.com.br"), response = 0, length;
    int32_t refused = account_at("senior", "ninguem@empresa.com.br", "errada");
    int32_t business = account_at("assine", "siletic225@xhyemail.com", "INFORME_SENHA");
    char token[TOKEN_SIZE], id[ERPTOKEN_ID_SIZE];
    size_t i;

    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    told_alike(GET, handle, NULL);
    told_alike(AUTHORIZATION, handle, NULL);
    for (i = 0; i < sizeof fields / sizeof *fields; i++)
        told_alike(INFO, handle, fields[i]);
    length = sizeof token;
    CHECK_STATUS(erptokena_info(handle, "username", token, &length), ERPTOKEN_OK);
    CHECK_TEXT(token, "jo\xe3o\x80?@empresa.com.br");

    CHECK_STATUS(erptoken_request(handle, "POST", "/tms/freights", NULL, "{\"nome\":\"" HARD "\"}", -1, &response),
        ERPTOKEN_OK);
    told_alike(RESPONSE_TEXT, response, NULL);
    told_alike(RESPONSE_HEADER, response, "content-type");
    told_alike(RESPONSE_FIELD, response, "/text");
    length = sizeof token;
    CHECK_STATUS(erptokena_response_field(response, "/text", token, &length), ERPTOKEN_OK);
    CHECK_TEXT(token, "{\"nome\":\"" HARD_HERE "\"}");
    CHECK_STATUS(erptokena_close(response), ERPTOKEN_OK);

    length = ERPTOKEN_ID_SIZE - 1;
    CHECK_STATUS(erptokena_app_create(business, "30", id, &length), ERPTOKEN_E_BUFFER);
    CHECK_INT(length, ERPTOKEN_ID_SIZE);
    CHECK_INT(sandbox_count("assine.app_create"), 0);
    CHECK_STATUS(erptokena_app_create(business, "30", id, &length), ERPTOKEN_OK);
    CHECK_INT(length, strlen(id));
    told_alike(APP_GET, business, id);
    CHECK_STATUS(erptokena_app_revoke(business, id), ERPTOKEN_OK);

    told_alike(VERSION, 0, NULL);
    told_alike(STATUS_NAME, ERPTOKEN_E_PASSWORD_CHANGE, NULL);
    CHECK_STATUS(erptokena_configure("language", "pt"), ERPTOKEN_OK);
    CHECK_STATUS(get(refused, token), ERPTOKEN_E_CREDENTIALS);
    told_alike(ERROR_TEXT, 0, NULL);
    told_alike(ERROR_SERVER_CODE, 0, NULL);
    length = sizeof token;
    CHECK_STATUS(erptokena_error_text(token, &length), ERPTOKEN_OK);
    CHECK_HAS(token, "usu\xe1rio");
    CHECK_STATUS(erptokena_configure("language", NULL), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_close(refused), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_close(business), ERPTOKEN_OK);
}

static void failures_leave_an_empty_text(void)
{
    int32_t handle = account(), length = 16, number_out = -9;
    char buffer[16];

#define FAILS(call, wanted)                                                                                   \
    do {                                                                                                      \
        memset(buffer, 'x', sizeof buffer);                                                                   \
        CHECK_STATUS(call, wanted);                                                                           \
        CHECK_INT(length, 16);                                                                                \
        CHECK(buffer[0] == '\0' && buffer[1] == 'x');                                                         \
    } while (0)
    FAILS(erptokena_get(0x7fffffff, buffer, &length), ERPTOKEN_E_HANDLE);
    FAILS(erptokena_info(handle, "colour", buffer, &length), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "colour");
    FAILS(erptokena_info(handle, NULL, buffer, &length), ERPTOKEN_E_ARGUMENT);
    FAILS(erptokena_status_name(12, buffer, &length), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokena_info_int(handle, "logins", NULL), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokena_open("senior", NULL), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokena_open(NULL, &number_out), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(number_out, -9);
    CHECK_STATUS(erptokena_close(0), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_E_HANDLE);
    CHECK_INT(erptokena_abi_version(), ERPTOKEN_ABI_VERSION);
}

/* Each byte that is a character arrives as that one, and goes out as it came in. */
static void every_byte(void)
{
    int32_t handle = account(), length, byte;
    char in[4] = "a?z", out[16], utf8[16], here[16];

    for (byte = 1; byte < 256; byte++) {
        int is_defined = byte < 0x80 || character_of((unsigned char)byte) != 0;
        if (byte < 0x20 || byte == 0x7f)
            continue; /* a user name has no controls */
        in[1] = (char)byte;
        if (!is_defined) {
            is_encoding("value", 1, erptokena_set(handle, "username", in));
            continue;
        }
        CHECK_STATUS(erptokena_set(handle, "username", in), ERPTOKEN_OK);
        CHECK_TEXT((length = sizeof out, erptokena_info(handle, "username", out, &length), out), in);
        CHECK_STATUS((length = sizeof utf8, erptoken_info(handle, "username", utf8, &length)), ERPTOKEN_OK);
        CHECK_INT(narrowed(utf8, here), 3);
        CHECK_TEXT(here, in);
        CHECK(byte < 0x80 ? length == 3 : length > 3);
    }
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_OK);
}

static void undefined_bytes(void)
{
    static const struct {
        const char *text;
        int position;
    } texts[] = { { "\x81", 0 }, { "\x8d", 0 }, { "\x8f", 0 }, { "\x90", 0 }, { "\x9d", 0 }, { "senh\xe3\x81", 5 },
        { "\x80\x90\x81", 1 } };
    int32_t handle = account(), length = 16, number_out = -9;
    char buffer[16];
    size_t i;

    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *bad = texts[i].text;
        int position = texts[i].position;
        is_encoding("provider", position, erptokena_open(bad, &number_out));
        is_encoding("option", position, erptokena_set(handle, bad, "x"));
        is_encoding("value", position, erptokena_set(handle, "password", bad));
        CHECK_LACKS(last_text(), "senh");
        is_encoding("token", position, erptokena_reject(handle, bad));
        FAILS(erptokena_info(handle, bad, buffer, &length), ERPTOKEN_E_ENCODING);
        is_encoding("field", position, erptokena_info_int(handle, bad, &number_out));
        is_encoding("expires", position, erptokena_app_create(handle, bad, buffer, &length));
        is_encoding("id", position, erptokena_app_get(handle, bad, buffer, &length));
        is_encoding("id", position, erptokena_app_revoke(handle, bad));
        is_encoding("method", position, erptokena_request(handle, bad, "/", NULL, NULL, 0, &number_out));
        is_encoding("url", position, erptokena_request(handle, "GET", bad, NULL, NULL, 0, &number_out));
        is_encoding("headers", position, erptokena_request(handle, "GET", "/", bad, NULL, 0, &number_out));
        is_encoding("body", position, erptokena_request(handle, "POST", "/", NULL, bad, -1, &number_out));
        FAILS(erptokena_response_header(1, bad, buffer, &length), ERPTOKEN_E_ENCODING);
        FAILS(erptokena_response_field(1, bad, buffer, &length), ERPTOKEN_E_ENCODING);
        is_encoding("option", position, erptokena_configure(bad, "x"));
        is_encoding("value", position, erptokena_configure("proxy", bad));
        is_encoding("path", position, erptokena_check_profile(bad, &number_out));
    }
    CHECK_STATUS(erptokena_configure("language", "pt"), ERPTOKEN_OK);
    is_encoding("value", 1, erptokena_set(handle, "password", "\xe1\x9d"));
    CHECK_HAS(last_text(), "p\xc3\xa1gina de c\xc3\xb3""digo");
    CHECK_STATUS(erptokena_configure("language", NULL), ERPTOKEN_OK);
    CHECK_INT(number_out, -9);
    CHECK_TEXT(info(handle, "username"), USER);
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_OK);
}

/* Opened by one family, with a user and a password set by others, it is one identity; refused through one, renewed for
 * both. A body of text is converted, one of bytes is not. */
static void one_cache_with_the_other_families(void)
{
    static const char username[] = "ambos\xc3\xa7@empresa.com.br", password[] = "\xe2\x82\xac senh\xc3\xa3";
    static const char body[] = "{\"nome\":\"jo\xe3o \x80\"}";
    int32_t narrow_one, ansi_one = 0, logins = -1, length, response = 0, bytes = 0;
    char token[TOKEN_SIZE], other[TOKEN_SIZE];

    sandbox_user("senior", username, password);
    CHECK_STATUS(erptokena_open("senior", &ansi_one), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(ansi_one, "base_url", base_of("senior")), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_set(ansi_one, "username", a(username)), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_set(ansi_one, "password", a(password)), ERPTOKEN_OK);
    CHECK_STATUS((length = sizeof token, erptokena_get(ansi_one, token, &length)), ERPTOKEN_OK);
    narrow_one = account_at("senior", username, password);
    CHECK_STATUS(get(narrow_one, other), ERPTOKEN_OK);
    CHECK_TEXT(other, token);
    CHECK_STATUS(erptokena_info_int(narrow_one, "logins", &logins), ERPTOKEN_OK);
    CHECK_INT(logins, 1);
    CHECK_STATUS(erptokena_reject(narrow_one, token), ERPTOKEN_OK);
    CHECK_STATUS(get(ansi_one, other), ERPTOKEN_OK);
    CHECK(strcmp(token, other) != 0);
    CHECK_STATUS((length = sizeof token, erptokena_get(narrow_one, token, &length)), ERPTOKEN_OK);
    CHECK_TEXT(token, other);

    CHECK_STATUS(erptokena_request(ansi_one, "POST", "/tms/freights", "X-Erp: 1", body, -1, &response), ERPTOKEN_OK);
    CHECK_STATUS((length = sizeof token, erptoken_response_field(response, "/text", token, &length)), ERPTOKEN_OK);
    CHECK_TEXT(token, "{\"nome\":\"jo\xc3\xa3o \xe2\x82\xac\"}");
    CHECK_STATUS((length = sizeof token, erptokena_response_field(response, "/text", token, &length)), ERPTOKEN_OK);
    CHECK_TEXT(token, body);
    CHECK_STATUS(erptokena_response_bytes(response, NULL, &bytes), ERPTOKEN_E_BUFFER);
    CHECK_STATUS((length = 0, erptokena_response_text(response, NULL, &length)), ERPTOKEN_E_BUFFER);
    CHECK(bytes > length);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_close(narrow_one), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(ansi_one), ERPTOKEN_OK);
}

/* A text as long as is taken, and one byte more. */
static void long_texts(void)
{
    int32_t handle = account(), length;
    char *text = malloc((1 << 20) + 2), *out = malloc(2 << 20);

    CHECK(text != NULL && out != NULL);
    memset(text, 'a', (1 << 20) + 2);
    text[(1 << 20) + 1] = '\0';
    CHECK_STATUS(erptokena_set(handle, "scope", text), ERPTOKEN_E_ARGUMENT);
    text[1 << 20] = '\0';
    text[(1 << 20) - 1] = '\xe3'; /* two bytes in UTF-8, which are counted */
    CHECK_STATUS(erptokena_set(handle, "scope", text), ERPTOKEN_E_ARGUMENT);
    CHECK_HAS(last_text(), "1048576");
    text[(1 << 10) - 1] = '\0';
    memset(text, '\xe3', 1000);
    CHECK_STATUS(erptokena_set(handle, "username", text), ERPTOKEN_OK);
    CHECK_STATUS((length = 2 << 20, erptokena_info(handle, "username", out, &length)), ERPTOKEN_OK);
    CHECK_TEXT(out, text);
    free(text);
    free(out);
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_OK);
}

static int lines, lines_wrong;

static void ERPTOKENA_CALL line(int32_t level, const char *text, void *user_data)
{
    lines++;
    if (level < 1 || level > 4 || strlen(text) < 20 || user_data != &lines)
        lines_wrong++;
    /* Every line of this account names its user, and none in two bytes. */
    if (strstr(text, "di\xc3\xa1rio") != NULL || (strstr(text, "empresa") != NULL && strstr(text, "di\xe1rio") == NULL))
        lines_wrong++;
    if (erptokena_renew(1) != ERPTOKEN_E_REENTRANT)
        lines_wrong++;
}

static void the_log(void)
{
    int32_t handle = new_user("di\xc3\xa1rio@empresa.com.br"), length = TOKEN_SIZE;
    char token[TOKEN_SIZE];
    int before;

    CHECK_STATUS(erptokena_log(NULL, NULL, 4), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokena_log(line, &lines, 4), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_get(handle, token, &length), ERPTOKEN_OK);
    CHECK(lines > 0);
    CHECK_INT(lines_wrong, 0);
    CHECK_STATUS(erptokena_log(line, &lines, 0), ERPTOKEN_OK);
    before = lines;
    CHECK_STATUS(erptokena_renew(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptokena_close(handle), ERPTOKEN_OK);
    CHECK_INT(lines, before);
}

int main(void)
{
    every_text_in_every_size();
    failures_leave_an_empty_text();
    every_byte();
    undefined_bytes();
    one_cache_with_the_other_families();
    long_texts();
    the_log();
    CHECK_STATUS(erptokena_shutdown(), ERPTOKEN_OK);
    return 0;
}
