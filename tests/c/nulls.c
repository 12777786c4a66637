/* Every function with every pointer NULL, in every combination: a status, never a crash. */
#include "account.h"

static char text[64];
static int32_t length, number_out;
static int calls;

/* The pointer, or NULL where the bit is set. */
#define MAYBE(bit, pointer) ((mask & (1u << (bit))) ? NULL : (pointer))
#define IS_NULL(bit) ((mask & (1u << (bit))) != 0)

static void fresh(void)
{
    length = sizeof text;
    number_out = 0;
    memset(text, 'x', sizeof text);
}

/* A NULL that is not allowed is ERPTOKEN_E_ARGUMENT, or what else is wrong with the call; never OK. */
static void is_refused(const char *name, unsigned mask, int32_t status, int with_open_handle)
{
    calls++;
    if (status == ERPTOKEN_E_ARGUMENT) {
        CHECK(strlen(last_text()) > 10);
        return;
    }
    if (!with_open_handle && status == ERPTOKEN_E_HANDLE)
        return;
    FAIL("%s with NULLs %x answered %s: %s", name, mask, name_of(status), last_text());
}

static void accounts(int32_t handle, int is_open)
{
    unsigned mask;

    for (mask = 1; mask < 4; mask++) {
        fresh();
        number_out = -3;
        is_refused("open", mask, erptoken_open(MAYBE(0, "senior"), MAYBE(1, &number_out)), 1);
        CHECK_INT(number_out, -3);
    }
    for (mask = 1; mask < 4; mask++) {
        int32_t status = erptoken_set(handle, MAYBE(0, "username"), MAYBE(1, "a"));
        if (IS_NULL(0))
            is_refused("set", mask, status, is_open);
        else
            CHECK_STATUS(status, is_open ? ERPTOKEN_OK : ERPTOKEN_E_HANDLE);
    }
}

static void tokens(int32_t handle, int is_open)
{
    unsigned mask;

    for (mask = 1; mask < 4; mask++) {
        fresh();
        is_refused("get", mask, erptoken_get(handle, MAYBE(0, text), MAYBE(1, &length)), is_open);
        CHECK_INT(length, sizeof text);
        fresh();
        is_refused("authorization", mask, erptoken_authorization(handle, MAYBE(0, text), MAYBE(1, &length)), is_open);
        CHECK_INT(length, sizeof text);
    }
    is_refused("reject", 1, erptoken_reject(handle, NULL), is_open);
    is_refused("reject", 0, erptoken_reject(handle, ""), is_open);
    for (mask = 1; mask < 8; mask++) {
        fresh();
        is_refused("info", mask, erptoken_info(handle, MAYBE(0, "state"), MAYBE(1, text), MAYBE(2, &length)), is_open);
        CHECK_INT(length, sizeof text);
    }
    for (mask = 1; mask < 4; mask++) {
        fresh();
        is_refused("info_int", mask, erptoken_info_int(handle, MAYBE(0, "age"), MAYBE(1, &number_out)), is_open);
        CHECK_INT(number_out, 0);
    }
}

static void application_tokens(int32_t handle, int is_open)
{
    unsigned mask;

    is_refused("app_check", 1, erptoken_app_check(handle, NULL), is_open);
    is_refused("app_list", 1, erptoken_app_list(handle, NULL), is_open);
    is_refused("app_revoke", 1, erptoken_app_revoke(handle, NULL), is_open);
    for (mask = 1; mask < 8; mask++) {
        fresh();
        is_refused("app_create", mask, erptoken_app_create(handle, MAYBE(0, "365"), MAYBE(1, text), MAYBE(2, &length)),
            is_open);
        CHECK_INT(length, sizeof text);
        fresh();
        is_refused("app_get", mask, erptoken_app_get(handle, MAYBE(0, "1"), MAYBE(1, text), MAYBE(2, &length)), is_open);
        CHECK_INT(length, sizeof text);
    }
}

static void report(int32_t handle, int is_open)
{
    unsigned mask;

    is_refused("diagnose", 1, erptoken_diagnose(handle, NULL), is_open);
    for (mask = 1; mask < 4; mask++) {
        number_out = -3;
        is_refused("check_profile", mask, erptoken_check_profile(MAYBE(0, "senior"), MAYBE(1, &number_out)), 1);
        CHECK_INT(number_out, -3);
    }
}

static void requests(int32_t handle, int is_open)
{
    static const int32_t lengths[] = { 0, 5, -1, -2, INT32_MIN, INT32_MAX };
    unsigned mask;
    size_t i;

    for (mask = 0; mask < 32; mask++) {
        for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            /* A body that is not there is not as long as INT32_MAX. */
            int32_t body_length = IS_NULL(3) || lengths[i] <= 5 ? lengths[i] : 5;
            int32_t status;
            /* Without headers, and without a body of no length, it would be sent. */
            if (is_open && (mask & 023) == 0 && (IS_NULL(3) ? body_length == 0 : body_length >= -1))
                continue;
            fresh();
            status = erptoken_request(handle, MAYBE(0, "GET"), MAYBE(1, "/x"), MAYBE(2, "A: b"), MAYBE(3, "corpo"),
                                      body_length, MAYBE(4, &number_out));
            is_refused("request", mask, status, is_open);
            CHECK_INT(number_out, 0);
        }
    }
}

/* `status`: what is answered where no pointer is NULL that must not be. */
static void responses(int32_t handle, int32_t status)
{
    unsigned mask;

    for (mask = 0; mask < 2; mask++) {
        int32_t is = (fresh(), erptoken_response_status(handle, MAYBE(0, &number_out)));
        if (mask != 0)
            is_refused("response_status", mask, is, status == ERPTOKEN_OK);
        else
            CHECK_STATUS(is, status);
    }
    for (mask = 1; mask < 4; mask++) {
        fresh();
        is_refused("response_text", mask, erptoken_response_text(handle, MAYBE(0, text), MAYBE(1, &length)), 1);
        fresh();
        is_refused("response_bytes", mask, erptoken_response_bytes(handle, MAYBE(0, text), MAYBE(1, &length)), 1);
        CHECK_INT(length, sizeof text);
    }
    for (mask = 1; mask < 8; mask++) {
        fresh();
        is_refused("response_header", mask,
            erptoken_response_header(handle, MAYBE(0, "Date"), MAYBE(1, text), MAYBE(2, &length)), 1);
        fresh();
        is_refused("response_field", mask,
            erptoken_response_field(handle, MAYBE(0, "/a"), MAYBE(1, text), MAYBE(2, &length)), 1);
        CHECK_INT(length, sizeof text);
    }
}

static void ERPTOKEN_CALL on_line(int32_t level, const char *line, void *user_data)
{
    (void)level, (void)line, (void)user_data;
}

static void process(void)
{
    unsigned mask;
    int32_t level;

    for (mask = 1; mask < 4; mask++) {
        int32_t status = erptoken_configure(MAYBE(0, "timeout_ms"), MAYBE(1, "20000"));
        if (IS_NULL(0))
            is_refused("configure", mask, status, 1);
        else
            CHECK_STATUS(status, ERPTOKEN_OK);
    }
    for (level = -1; level < 6; level++) {
        CHECK_STATUS(erptoken_log(NULL, NULL, level), ERPTOKEN_E_ARGUMENT);
        CHECK_STATUS(erptoken_log(NULL, text, level), ERPTOKEN_E_ARGUMENT);
        CHECK_STATUS(erptoken_log(on_line, NULL, level),
            level >= 0 && level <= 4 ? ERPTOKEN_OK : ERPTOKEN_E_ARGUMENT);
    }
    CHECK_STATUS(erptoken_log(on_line, NULL, 0), ERPTOKEN_OK);
}

static void pure(void)
{
    unsigned mask;

    for (mask = 1; mask < 4; mask++) {
        fresh();
        is_refused("version", mask, erptoken_version(MAYBE(0, text), MAYBE(1, &length)), 1);
        fresh();
        is_refused("status_name", mask, erptoken_status_name(0, MAYBE(0, text), MAYBE(1, &length)), 1);
        is_refused("status_name", mask, erptoken_status_name(77, MAYBE(0, text), MAYBE(1, &length)), 1);
        fresh();
        is_refused("error_text", mask, erptoken_error_text(MAYBE(0, text), MAYBE(1, &length)), 1);
        fresh();
        is_refused("error_server_code", mask, erptoken_error_server_code(MAYBE(0, text), MAYBE(1, &length)), 1);
        CHECK_INT(length, sizeof text);
    }
}

int main(void)
{
    int32_t handle = account(), closed = account();

    CHECK_STATUS(erptoken_close(closed), ERPTOKEN_OK);
    /* Before anything failed on this thread there is nothing to tell, and that is no failure. */
    length = sizeof text;
    CHECK_STATUS(erptoken_error_text(text, &length), ERPTOKEN_OK);
    CHECK_INT(length, 0);
    CHECK_TEXT(text, "");
    CHECK_INT(erptoken_error_http_status(), 0);
    CHECK_INT(erptoken_error_retry_after(), 0);
    CHECK_INT(erptoken_error_retryable(), 0);

    accounts(handle, 1);
    accounts(closed, 0);
    accounts(0, 0);
    tokens(handle, 1);
    tokens(closed, 0);
    tokens(-1, 0);
    application_tokens(handle, 1);
    application_tokens(closed, 0);
    application_tokens(0, 0);
    report(handle, 1);
    report(closed, 0);
    report(0, 0);
    requests(handle, 1);
    requests(closed, 0);
    requests(0, 0);
    responses(handle, ERPTOKEN_E_HANDLE);
    responses(closed, ERPTOKEN_E_HANDLE);
    responses(-1, ERPTOKEN_E_HANDLE);
    process();
    pure();
    CHECK(calls > 400);

    CHECK_INT(sandbox_requests(), 0);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
