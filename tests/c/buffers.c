/* Texts out: every function, at every capacity from 0 to two more than needed, with canaries around. */
#include "account.h"

#define CANARY 0xa5
#define MARGIN 64

typedef int32_t (*text_call)(int32_t account, const char *field, char *buffer, int32_t *length);

struct function {
    const char *name;
    text_call call;
    int32_t account;
    const char *field;
};

static int32_t call_get(int32_t account, const char *field, char *buffer, int32_t *length)
{
    (void)field;
    return erptoken_get(account, buffer, length);
}

static int32_t call_authorization(int32_t account, const char *field, char *buffer, int32_t *length)
{
    (void)field;
    return erptoken_authorization(account, buffer, length);
}

static int32_t call_info(int32_t account, const char *field, char *buffer, int32_t *length)
{
    return erptoken_info(account, field, buffer, length);
}

static int32_t call_version(int32_t account, const char *field, char *buffer, int32_t *length)
{
    (void)account, (void)field;
    return erptoken_version(buffer, length);
}

static int32_t call_status_name(int32_t account, const char *field, char *buffer, int32_t *length)
{
    (void)field;
    return erptoken_status_name(account, buffer, length);
}

static int32_t call_error_text(int32_t account, const char *field, char *buffer, int32_t *length)
{
    (void)account, (void)field;
    return erptoken_error_text(buffer, length);
}

static int32_t call_error_server_code(int32_t account, const char *field, char *buffer, int32_t *length)
{
    (void)account, (void)field;
    return erptoken_error_server_code(buffer, length);
}

static int is_about_errors(const struct function *function)
{
    return function->call == call_error_text || function->call == call_error_server_code;
}

#define WRONG(...)                                                                                            \
    do {                                                                                                      \
        char what_[160];                                                                                      \
        snprintf(what_, sizeof what_, __VA_ARGS__);                                                           \
        FAIL("%s(%s): %s", function->name, function->field == NULL ? "" : function->field, what_);            \
    } while (0)

static void is_untouched(const struct function *function, const unsigned char *bytes, int from, int to)
{
    for (; from < to; from++)
        if (bytes[from] != CANARY)
            WRONG("byte %d is %02x: it was written, and must not be", from, bytes[from]);
}

/* One capacity, in a block of exactly that size (for valgrind) and in the middle of canaries. */
static void at_capacity(const struct function *function, const char *value, int32_t capacity)
{
    unsigned char *area = malloc((size_t)capacity + 2 * MARGIN);
    unsigned char *inside = area + MARGIN;
    char *exact = malloc(capacity > 0 ? (size_t)capacity : 1);
    int32_t needed = (int32_t)strlen(value) + 1, length, status;
    int fits = capacity >= needed;

    CHECK(area != NULL && exact != NULL);
    memset(area, CANARY, (size_t)capacity + 2 * MARGIN);
    memset(exact, CANARY, capacity > 0 ? (size_t)capacity : 1);

    length = capacity;
    status = function->call(function->account, function->field, (char *)inside, &length);
    is_untouched(function, area, 0, MARGIN);
    is_untouched(function, area, MARGIN + capacity, 2 * MARGIN + capacity);
    if (status != (fits ? ERPTOKEN_OK : ERPTOKEN_E_BUFFER))
        WRONG("%s with a capacity of %d for %d bytes", name_of(status), capacity, needed);
    if (length != (fits ? needed - 1 : needed))
        WRONG("the length is %d with a capacity of %d for %d bytes", length, capacity, needed);
    if (fits && strcmp((char *)inside, value) != 0)
        WRONG("the text differs with a capacity of %d", capacity);
    if (!fits && capacity > 0 && inside[0] != '\0')
        WRONG("the text is not empty with a capacity of %d for %d bytes", capacity, needed);

    length = capacity;
    status = function->call(function->account, function->field, exact, &length);
    if (status != (fits ? ERPTOKEN_OK : ERPTOKEN_E_BUFFER))
        WRONG("%s with a block of %d bytes for %d", name_of(status), capacity, needed);
    free(exact);
    free(area);
}

static void without_a_buffer(const struct function *function, int32_t needed)
{
    static const int32_t negative[] = { -1, -2, -4096, INT32_MIN };
    unsigned char bytes[MARGIN];
    int32_t length = 0;
    size_t i;

    if (function->call(function->account, function->field, NULL, &length) != ERPTOKEN_E_BUFFER)
        WRONG("NULL with a capacity of 0 must ask for the size");
    if (length != needed)
        WRONG("asked for the size it says %d, wanted %d", length, needed);

    length = 7;
    if (function->call(function->account, function->field, NULL, &length) != ERPTOKEN_E_ARGUMENT || length != 7)
        WRONG("NULL with a capacity of 7 must be ERPTOKEN_E_ARGUMENT and leave the length, now %d", length);

    memset(bytes, CANARY, sizeof bytes);
    for (i = 0; i < sizeof negative / sizeof *negative; i++) {
        int32_t status;
        length = negative[i];
        status = function->call(function->account, function->field, (char *)bytes, &length);
        if (status != ERPTOKEN_E_ARGUMENT || length != negative[i])
            WRONG("a length of %d must be ERPTOKEN_E_ARGUMENT and stay, now %d", negative[i], length);
        status = function->call(function->account, function->field, NULL, &length);
        if (status != ERPTOKEN_E_ARGUMENT || length != negative[i])
            WRONG("NULL with a length of %d must be ERPTOKEN_E_ARGUMENT and stay, now %d", negative[i], length);
    }
    if (function->call(function->account, function->field, (char *)bytes, NULL) != ERPTOKEN_E_ARGUMENT)
        WRONG("a length of NULL must be ERPTOKEN_E_ARGUMENT");
    if (function->call(function->account, function->field, NULL, NULL) != ERPTOKEN_E_ARGUMENT)
        WRONG("a buffer and a length of NULL must be ERPTOKEN_E_ARGUMENT");
    is_untouched(function, bytes, 0, sizeof bytes);
}

/* A program that lies about its capacity gets no more than the text. */
static void with_a_huge_capacity(const struct function *function, const char *value)
{
    int32_t needed = (int32_t)strlen(value) + 1, length = INT32_MAX;
    unsigned char *bytes = malloc((size_t)needed + MARGIN);

    CHECK(bytes != NULL);
    memset(bytes, CANARY, (size_t)needed + MARGIN);
    if (function->call(function->account, function->field, (char *)bytes, &length) != ERPTOKEN_OK)
        WRONG("a capacity of INT32_MAX must do");
    if (length != needed - 1 || strcmp((char *)bytes, value) != 0)
        WRONG("another text with a capacity of INT32_MAX");
    is_untouched(function, bytes, needed, needed + MARGIN);
    free(bytes);
}

/* Structures packed to bytes are common in old programs: the length may lie at an odd address. */
static void with_an_odd_length(const struct function *function, const char *value)
{
    unsigned char bytes[sizeof(int32_t) + 1];
    char text[TOKEN_SIZE];
    int32_t length = sizeof text;

    memcpy(bytes + 1, &length, sizeof length);
    if (function->call(function->account, function->field, text, (int32_t *)(void *)(bytes + 1)) != ERPTOKEN_OK)
        WRONG("a length at an odd address must do");
    memcpy(&length, bytes + 1, sizeof length);
    if (strcmp(text, value) != 0 || length != (int32_t)strlen(value))
        WRONG("another text with a length at an odd address");
}

static void all_of(const struct function *function)
{
    char value[TOKEN_SIZE], before[1300], after[1300];
    int32_t length = sizeof value, capacity, needed;
    int requests;

    if (function->call(function->account, function->field, value, &length) != ERPTOKEN_OK)
        WRONG("failed: %s", last_text());
    if (length != (int32_t)strlen(value))
        WRONG("the length is %d, the text has %d bytes", length, (int)strlen(value));
    needed = length + 1;

    /* Asking for a size neither costs a request nor loses the error of before. */
    snprintf(before, sizeof before, "%s %s %d %d", last_text(), last_code(), (int)erptoken_error_http_status(),
        (int)erptoken_error_retry_after());
    requests = sandbox_requests();
    for (capacity = 0; capacity <= needed + 1; capacity++)
        at_capacity(function, value, capacity);
    with_a_huge_capacity(function, value);
    with_an_odd_length(function, value);
    if (sandbox_requests() != requests)
        WRONG("the provider was asked %d times", sandbox_requests() - requests);
    snprintf(after, sizeof after, "%s %s %d %d", last_text(), last_code(), (int)erptoken_error_http_status(),
        (int)erptoken_error_retry_after());
    if (strcmp(before, after) != 0)
        FAIL("%s: the last error was \"%s\" and is now \"%s\"", function->name, before, after);

    without_a_buffer(function, needed);
    if (is_about_errors(function)) {
        snprintf(after, sizeof after, "%s %s %d %d", last_text(), last_code(), (int)erptoken_error_http_status(),
            (int)erptoken_error_retry_after());
        CHECK_TEXT(after, before);
    }
}

/* A call that fails leaves the length and an empty text, and nothing else. */
static void after_a_failure(const char *name, text_call call, int32_t account, const char *field, int32_t wanted)
{
    struct function told, *function = &told;
    unsigned char area[MARGIN + 32 + MARGIN], *inside = area + MARGIN;
    int32_t length = 32, status;

    told.name = name;
    told.call = call;
    told.account = account;
    told.field = field;
    memset(area, CANARY, sizeof area);
    status = call(account, field, (char *)inside, &length);
    if (status != wanted)
        WRONG("answered %s, wanted %s", name_of(status), name_of(wanted));
    if (length != 32)
        WRONG("the length became %d", length);
    if (inside[0] != '\0')
        WRONG("the buffer holds no empty text");
    is_untouched(function, area, 0, MARGIN);
    is_untouched(function, area, MARGIN + 32, sizeof area);

    memset(area, CANARY, sizeof area);
    length = 0;
    CHECK_INT(call(account, field, (char *)inside, &length), wanted);
    CHECK_INT(length, 0);
    is_untouched(function, area, 0, sizeof area);
    CHECK_INT(call(account, field, NULL, &length), wanted);
    CHECK_INT(length, 0);
}

/* Of a cold account: the size costs one login, and the text then no other. Also when the token has no life. */
static void a_size_is_not_a_login(const char *username, const char *settings)
{
    char token[TOKEN_SIZE];
    int32_t needed = 0, length, handle = new_user(username);
    int logins = sandbox_count("senior.login");

    sandbox_settings(settings);
    CHECK_STATUS(erptoken_get(handle, NULL, &needed), ERPTOKEN_E_BUFFER);
    CHECK(needed > 1 && needed < TOKEN_SIZE);
    length = 1;
    token[0] = 'x';
    CHECK_STATUS(erptoken_get(handle, token, &length), ERPTOKEN_E_BUFFER);
    CHECK_INT(length, needed);
    CHECK_INT(token[0], '\0');
    length = needed;
    CHECK_STATUS(erptoken_get(handle, token, &length), ERPTOKEN_OK);
    CHECK_INT(length, needed - 1);
    CHECK_INT(strlen(token), length);
    CHECK_INT(sandbox_count("senior.login") - logins, 1);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    sandbox_settings("{\"expires_in\":\"default\"}");
}

int main(void)
{
    static const char *const fields[] = { "provider", "username", "token_type", "scope", "header_name", "state",
        "source", "last_error", "expires_at", "obtained_at", "renew_at", "logins", "refreshes", "waits", "failures" };
    int32_t handle = account(), empty = 0, refused;
    char token[TOKEN_SIZE];
    struct function function;
    size_t i;

    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_open("senior", &empty), ERPTOKEN_OK);
    /* A failure to be told: with a text, a code of the server's, and an HTTP status. */
    refused = account_at("senior", "ninguem@empresa.com.br", "errada");
    CHECK_STATUS(get(refused, token), ERPTOKEN_E_CREDENTIALS);
    CHECK(last_code()[0] != '\0');

#define TEXT_OF(the_call, the_account, the_field)                                                             \
    do {                                                                                                      \
        function.name = &#the_call[sizeof "call_" - 1];                                                       \
        function.call = the_call;                                                                             \
        function.account = the_account;                                                                       \
        function.field = the_field;                                                                           \
        all_of(&function);                                                                                    \
    } while (0)

    TEXT_OF(call_error_text, 0, NULL);
    TEXT_OF(call_error_server_code, 0, NULL);
    TEXT_OF(call_get, handle, NULL);
    TEXT_OF(call_authorization, handle, NULL);
    TEXT_OF(call_version, 0, NULL);
    TEXT_OF(call_status_name, ERPTOKEN_E_PASSWORD_CHANGE, NULL);
    TEXT_OF(call_status_name, ERPTOKEN_OK, NULL);
    for (i = 0; i < sizeof fields / sizeof *fields; i++) {
        TEXT_OF(call_info, handle, fields[i]);
        TEXT_OF(call_info, empty, fields[i]);
    }

    after_a_failure("get of a closed handle", call_get, 0x7fffffff, NULL, ERPTOKEN_E_HANDLE);
    after_a_failure("get without options", call_get, empty, NULL, ERPTOKEN_E_MISSING);
    after_a_failure("get, refused", call_get, refused, NULL, ERPTOKEN_E_CREDENTIALS);
    after_a_failure("authorization of a closed handle", call_authorization, 0x7fffffff, NULL, ERPTOKEN_E_HANDLE);
    after_a_failure("authorization, refused", call_authorization, refused, NULL, ERPTOKEN_E_CREDENTIALS);
    after_a_failure("info of a closed handle", call_info, 0x7fffffff, "state", ERPTOKEN_E_HANDLE);
    after_a_failure("info of a field that is none", call_info, handle, "colour", ERPTOKEN_E_OPTION);
    after_a_failure("info of a field in no encoding", call_info, handle, "a\xe7\x8do", ERPTOKEN_E_ENCODING);
    after_a_failure("info of NULL", call_info, handle, NULL, ERPTOKEN_E_ARGUMENT);
    after_a_failure("status_name of a number that is no status", call_status_name, 12, NULL, ERPTOKEN_E_ARGUMENT);

    a_size_is_not_a_login("tamanho@empresa.com.br", "{\"expires_in\":3600}");
    a_size_is_not_a_login("efemero@empresa.com.br", "{\"expires_in\":0}");

    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(empty), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(refused), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
