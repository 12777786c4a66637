/* The second family: texts in UTF-16, out in every size and in with all that is none. */
#include "utf16.h"

#define CANARY 0xa5
#define MARGIN 32 /* bytes */

enum source { GET, AUTHORIZATION, INFO, VERSION, STATUS_NAME, ERROR_TEXT, ERROR_SERVER_CODE };

static int32_t narrow(enum source source, int32_t handle, const char *field, char *buffer, int32_t *length)
{
    switch (source) {
    case GET: return erptoken_get(handle, buffer, length);
    case AUTHORIZATION: return erptoken_authorization(handle, buffer, length);
    case INFO: return erptoken_info(handle, field, buffer, length);
    case VERSION: return erptoken_version(buffer, length);
    case STATUS_NAME: return erptoken_status_name(handle, buffer, length);
    case ERROR_TEXT: return erptoken_error_text(buffer, length);
    default: return erptoken_error_server_code(buffer, length);
    }
}

static int32_t wide(enum source source, int32_t handle, const char *field, erptokenw_char *buffer, int32_t *length)
{
    switch (source) {
    case GET: return erptokenw_get(handle, buffer, length);
    case AUTHORIZATION: return erptokenw_authorization(handle, buffer, length);
    case INFO: return erptokenw_info(handle, w(field), buffer, length);
    case VERSION: return erptokenw_version(buffer, length);
    case STATUS_NAME: return erptokenw_status_name(handle, buffer, length);
    case ERROR_TEXT: return erptokenw_error_text(buffer, length);
    default: return erptokenw_error_server_code(buffer, length);
    }
}

/* One capacity: the buffer at an even or an odd address, between canaries. */
static void at_capacity(enum source source, int32_t handle, const char *field, const erptokenw_char *value,
                        int32_t needed, int32_t capacity, int odd)
{
    size_t bytes = (size_t)capacity * 2, before = MARGIN + (size_t)odd, i;
    unsigned char *area = malloc(before + bytes + MARGIN);
    int32_t length = capacity, status;
    int fits = capacity >= needed;

    CHECK(area != NULL);
    memset(area, CANARY, before + bytes + MARGIN);
    status = wide(source, handle, field, (erptokenw_char *)(void *)(area + before), &length);
    for (i = 0; i < before + bytes + MARGIN; i++) {
        size_t written = fits ? (size_t)needed * 2 : capacity > 0 ? 2 : 0;
        if ((i < before || i >= before + written) && area[i] != CANARY)
            FAIL("source %d, capacity %d of %d: byte %ld was written", source, capacity, needed, (long)i - (long)before);
    }
    CHECK_STATUS(status, fits ? ERPTOKEN_OK : ERPTOKEN_E_BUFFER);
    CHECK_INT(length, fits ? needed - 1 : needed);
    if (fits)
        CHECK(memcmp(area + before, value, (size_t)needed * 2) == 0);
    else if (capacity > 0)
        CHECK(area[before] == 0 && area[before + 1] == 0);
    free(area);
}

/* What the narrow family tells is told in UTF-16, in any buffer that it fits. */
static void told_alike(enum source source, int32_t handle, const char *field)
{
    char text[TOKEN_SIZE];
    erptokenw_char value[TOKEN_SIZE], block[8];
    int32_t length = sizeof text, needed, capacity;

    CHECK_STATUS(narrow(source, handle, field, text, &length), ERPTOKEN_OK);
    needed = widen(text, value) + 1;
    for (capacity = 0; capacity <= needed + 2; capacity++) {
        at_capacity(source, handle, field, value, needed, capacity, 0);
        at_capacity(source, handle, field, value, needed, capacity, 1);
    }

    length = 0;
    CHECK_STATUS(wide(source, handle, field, NULL, &length), ERPTOKEN_E_BUFFER);
    CHECK_INT(length, needed);
    length = INT32_MAX;
    CHECK_STATUS(wide(source, handle, field, value, &length), ERPTOKEN_OK);
    CHECK_INT(length, needed - 1);
    if (source == ERROR_TEXT || source == ERROR_SERVER_CODE)
        return; /* what follows fails, and would be told next */
    length = 7;
    CHECK_STATUS(wide(source, handle, field, NULL, &length), ERPTOKEN_E_ARGUMENT);
    length = -1;
    CHECK_STATUS(wide(source, handle, field, block, &length), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(length, -1);
    CHECK_STATUS(wide(source, handle, field, block, NULL), ERPTOKEN_E_ARGUMENT);
}

static void every_text_in_every_size(void)
{
    static const char *const fields[] = { "provider", "username", "token_type", "scope", "header_name", "state",
        "source", "last_error", "expires_at", "logins" };
    /* A letter of two bytes, one of three, and a pair of surrogates. */
    static const char username[] = "jo\xc3\xa3o\xe2\x82\xac\xf0\x9f\x98\x80@empresa.com.br";
    int32_t handle = new_user(username), refused = account_at("senior", "ninguem@empresa.com.br", "errada");
    char token[TOKEN_SIZE];
    size_t i;

    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    told_alike(GET, handle, NULL);
    told_alike(AUTHORIZATION, handle, NULL);
    for (i = 0; i < sizeof fields / sizeof *fields; i++)
        told_alike(INFO, handle, fields[i]);
    told_alike(VERSION, 0, NULL);
    told_alike(STATUS_NAME, ERPTOKEN_E_PASSWORD_CHANGE, NULL);
    CHECK_STATUS(erptokenw_configure(w("language"), w("pt")), ERPTOKEN_OK);
    CHECK_STATUS(get(refused, token), ERPTOKEN_E_CREDENTIALS);
    CHECK(strlen(last_text()) != (size_t)widen(last_text(), (erptokenw_char *)(void *)token)); /* accents */
    told_alike(ERROR_TEXT, 0, NULL);
    told_alike(ERROR_SERVER_CODE, 0, NULL);
    CHECK_STATUS(erptokenw_configure(w("language"), NULL), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(refused), ERPTOKEN_OK);
}

static void after_a_failure(int32_t status, int32_t wanted, int32_t length, const erptokenw_char *buffer)
{
    CHECK_STATUS(status, wanted);
    CHECK_INT(length, 16);
    CHECK_INT(buffer[0], 0);
    CHECK_INT(buffer[1], 0x7878);
}

static void failures_leave_an_empty_text(void)
{
    int32_t handle = account(), length = 16, number_out = -9;
    erptokenw_char buffer[16];

    memset(buffer, 'x', sizeof buffer);
    after_a_failure(erptokenw_get(0x7fffffff, buffer, &length), ERPTOKEN_E_HANDLE, length, buffer);
    memset(buffer, 'x', sizeof buffer);
    after_a_failure(erptokenw_info(handle, w("colour"), buffer, &length), ERPTOKEN_E_OPTION, length, buffer);
    CHECK_HAS(last_text(), "colour");
    memset(buffer, 'x', sizeof buffer);
    after_a_failure(erptokenw_info(handle, NULL, buffer, &length), ERPTOKEN_E_ARGUMENT, length, buffer);
    memset(buffer, 'x', sizeof buffer);
    after_a_failure(erptokenw_status_name(12, buffer, &length), ERPTOKEN_E_ARGUMENT, length, buffer);
    CHECK_STATUS(erptokenw_open(NULL, &number_out), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_open(w("senior"), NULL), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_set(handle, NULL, w("x")), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_reject(handle, NULL), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_reject(handle, w("")), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_info_int(handle, NULL, &number_out), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_info_int(handle, w("logins"), NULL), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_configure(NULL, NULL), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(number_out, -9);
    CHECK_STATUS(erptokenw_close(0), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_E_HANDLE);
    CHECK_INT(erptokenw_abi_version(), ERPTOKEN_ABI_VERSION);
    CHECK_INT(erptokenw_status_retryable(ERPTOKEN_E_NETWORK), 1);
}

static void odd_surrogates(void)
{
    static const erptokenw_char texts[][6] = {
        { 0xd83d, 0 },                      /* the first half alone */
        { 0xde00, 0 },                      /* the second half alone */
        { 's', 'e', 'n', 0xd83d, 'a', 0 },  /* amid others */
        { 0xde00, 0xd83d, 0 },              /* the wrong way around */
        { 0xd83d, 0xd83d, 0xde00, 0 },      /* in front of a pair */
        { 0xd83d, 0xde00, 0xde00, 0 },      /* behind a pair */
    };
    int32_t handle = account(), length = 16, number_out = -9;
    erptokenw_char buffer[16];
    size_t i;

    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        const erptokenw_char *bad = texts[i];
        is_encoding("provider", erptokenw_open(bad, &number_out));
        is_encoding("option", erptokenw_set(handle, bad, w("x")));
        is_encoding("value", erptokenw_set(handle, w("password"), bad));
        CHECK_LACKS(last_text(), "sen");
        is_encoding("token", erptokenw_reject(handle, bad));
        is_encoding("field", erptokenw_info(handle, bad, buffer, &length));
        CHECK_INT(length, 16);
        CHECK_INT(buffer[0], 0);
        is_encoding("field", erptokenw_info_int(handle, bad, &number_out));
        is_encoding("option", erptokenw_configure(bad, w("x")));
        is_encoding("value", erptokenw_configure(w("proxy"), bad));
    }
    CHECK_INT(number_out, -9);
    CHECK_TEXT(info(handle, "username"), USER);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
}

/* A token of any length is widened in full: the quick way takes many letters at a time. */
static void tokens_of_any_length(void)
{
    char token[300];
    erptokenw_char wide_token[300], expected[300];
    int32_t handle = 0, length, count;

    CHECK_STATUS(erptokenw_open(w("invoisys"), &handle), ERPTOKEN_OK);
    for (count = 1; count < scale(299, 40); count++) {
        memset(token, 'a' + count % 26, (size_t)count);
        token[count] = '\0';
        CHECK_STATUS(erptokenw_set(handle, w("access_token"), w(token)), ERPTOKEN_OK);
        length = 300;
        CHECK_STATUS(erptokenw_get(handle, wide_token, &length), ERPTOKEN_OK);
        CHECK_INT(length, count);
        widen(token, expected);
        CHECK(same_units(wide_token, expected));
    }
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
}

int main(void)
{
    every_text_in_every_size();
    failures_leave_an_empty_text();
    odd_surrogates();
    tokens_of_any_length();
    CHECK_STATUS(erptokenw_shutdown(), ERPTOKEN_OK);
    return 0;
}
