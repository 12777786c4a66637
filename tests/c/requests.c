/* Requests: what they cost in memory, what they leave behind, and what happens to their handles meanwhile. */
#include "account.h"

static int32_t send_request(int32_t handle, const char *method, const char *url, const void *body, int32_t length,
                            int32_t *response)
{
    *response = -7;
    return erptoken_request(handle, method, url, NULL, body, length, response);
}

static const char *field(int32_t response, const char *path)
{
    static __thread char text[256];
    int32_t length = sizeof text;
    CHECK_STATUS(erptoken_response_field(response, path, text, &length), ERPTOKEN_OK);
    CHECK_INT(length, strlen(text));
    return text;
}

static int32_t status_of(int32_t response)
{
    int32_t status = -7;
    CHECK_STATUS(erptoken_response_status(response, &status), ERPTOKEN_OK);
    return status;
}

/* As the sandbox counts it. */
static unsigned sum_of(const unsigned char *bytes, size_t length)
{
    unsigned sum = 0;
    size_t i;
    for (i = 0; i < length; i += 61)
        sum = (sum << 1 | sum >> 31) ^ bytes[i];
    return sum;
}

static long peak_kb(void)
{
    char line[256];
    long kb = -1;
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(file != NULL);
    while (kb < 0 && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmHWM: %ld", &kb) != 1)
            kb = -1;
    fclose(file);
    CHECK(kb > 0);
    return kb;
}

static void forget_peak(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_INT(write(fd, "5", 1), 1);
    close(fd);
}

/* 64 MiB go out from where they lie, and come in once. */
static void large_bodies_are_not_copied(void)
{
    const int32_t size = scale(64, 2) << 20, room_kb = 6 * 1024;
    unsigned char *bytes = malloc((size_t)size + 1);
    int32_t handle = account(), response, length;
    char url[64], wanted[32];
    long before;
    int32_t i;

    CHECK(bytes != NULL);
    for (i = 0; i < size; i++)
        bytes[i] = (unsigned char)((unsigned)i * 7919u >> 5);
    CHECK_STATUS(send_request(handle, "GET", "/tms/echo", NULL, 0, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);

    forget_peak();
    before = peak_kb();
    CHECK_STATUS(send_request(handle, "POST", "/tms/echo", bytes, size, &response), ERPTOKEN_OK);
    if (!light())
        CHECK_RANGE(peak_kb() - before, 0, room_kb);
    CHECK_INT(status_of(response), 201);
    snprintf(wanted, sizeof wanted, "%d", (int)size);
    CHECK_TEXT(field(response, "/length"), wanted);
    snprintf(wanted, sizeof wanted, "%u", sum_of(bytes, (size_t)size));
    CHECK_TEXT(field(response, "/sum"), wanted);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);

    forget_peak();
    before = peak_kb();
    snprintf(url, sizeof url, "/tms/bytes/%d", (int)size);
    CHECK_STATUS(send_request(handle, "GET", url, NULL, 0, &response), ERPTOKEN_OK);
    length = size - 1;
    CHECK_STATUS(erptoken_response_bytes(response, bytes, &length), ERPTOKEN_E_BUFFER);
    CHECK_INT(length, size);
    CHECK_STATUS(erptoken_response_bytes(response, bytes, &length), ERPTOKEN_OK);
    CHECK_INT(length, size);
    for (i = 0; i < size; i++)
        if (bytes[i] != (unsigned char)((uint64_t)i * 31 % 251))
            FAIL("byte %d is %d", (int)i, bytes[i]);
    if (!light())
        CHECK_RANGE(peak_kb() - before, (size >> 10) - room_kb, (size >> 10) + room_kb);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);

    /* As text it is Windows-1252, made UTF-8 piece by piece in the buffer. */
    CHECK_STATUS(send_request(handle, "GET", "/tms/bytes/2000000", NULL, 0, &response), ERPTOKEN_OK);
    forget_peak();
    before = peak_kb();
    length = 0;
    CHECK_STATUS(erptoken_response_text(response, NULL, &length), ERPTOKEN_E_BUFFER);
    CHECK(length > 2000000);
    if (length <= size) {
        CHECK_STATUS(erptoken_response_text(response, (char *)bytes, &length), ERPTOKEN_OK);
        CHECK_INT(bytes[length], 0);
    }
    length = sizeof wanted;
    CHECK_STATUS(erptoken_response_field(response, "/x", wanted, &length), ERPTOKEN_E_RESPONSE);
    if (!light())
        CHECK_RANGE(peak_kb() - before, 0, 500);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);

    CHECK_STATUS(erptoken_set(handle, "max_response_bytes", "1000000"), ERPTOKEN_OK);
    forget_peak();
    before = peak_kb();
    CHECK_STATUS(send_request(handle, "GET", url, NULL, 0, &response), ERPTOKEN_E_LIMIT);
    CHECK_INT(response, -7);
    if (!light())
        CHECK_RANGE(peak_kb() - before, 0, room_kb);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    free(bytes);
}

static int32_t busy_handle;
static int32_t busy_status;

static void *ask_slowly(void *argument)
{
    int32_t response;
    (void)argument;
    busy_status = send_request(busy_handle, "POST", "/tms/echo", "{}", -1, &response);
    if (busy_status == ERPTOKEN_OK) {
        CHECK_TEXT(field(response, "/text"), "{}");
        CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    }
    return NULL;
}

/* The account is closed, or all of them are, while its request is under way: the request finishes. */
static void closed_meanwhile(int by_shutdown)
{
    pthread_t thread;
    char token[TOKEN_SIZE];
    int count = sandbox_count("api");

    busy_handle = account();
    CHECK_STATUS(get(busy_handle, token), ERPTOKEN_OK);
    sandbox_fault("api", "slow:500", 1);
    thread = start(ask_slowly, NULL);
    while (sandbox_count("api") == count)
        pause_ms(10);
    CHECK_STATUS(by_shutdown ? erptoken_shutdown() : erptoken_close(busy_handle), ERPTOKEN_OK);
    join(thread);
    CHECK_STATUS(busy_status, ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(busy_handle), ERPTOKEN_E_HANDLE);
}

static int32_t shared_response;

static void *read_it(void *argument)
{
    char text[64];
    int32_t length, status, which = (int32_t)(intptr_t)argument;
    do {
        length = sizeof text;
        status = which == 0 ? erptoken_response_field(shared_response, "/text", text, &length)
                            : erptoken_response_header(shared_response, "content-type", text, &length);
        if (status == ERPTOKEN_OK)
            CHECK_TEXT(text, which == 0 ? "{\"a\":1}" : "application/json");
    } while (status == ERPTOKEN_OK);
    CHECK_STATUS(status, ERPTOKEN_E_HANDLE);
    CHECK_TEXT(text, "");
    return NULL;
}

static void a_response_is_closed_while_others_read_it(void)
{
    int32_t handle = account();
    int round, i;
    for (round = 0; round < scale(20, 3); round++) {
        pthread_t threads[4];
        CHECK_STATUS(send_request(handle, "POST", "/tms/echo", "{\"a\":1}", -1, &shared_response), ERPTOKEN_OK);
        for (i = 0; i < 4; i++)
            threads[i] = start(read_it, (void *)(intptr_t)(i % 2));
        pause_ms(round % 5);
        CHECK_STATUS(erptoken_close(shared_response), ERPTOKEN_OK);
        for (i = 0; i < 4; i++)
            join(threads[i]);
        CHECK_STATUS(erptoken_close(shared_response), ERPTOKEN_E_HANDLE);
    }
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* Where many handles are open, an answer gets one of its own. */
static void an_answer_beside_many_handles(void)
{
    static int32_t handles[20000];
    int32_t response;
    int i, most = scale(20000, 1000);

    handles[0] = account();
    for (i = 1; i < most; i++)
        CHECK_STATUS(erptoken_open("senior", &handles[i]), ERPTOKEN_OK);
    CHECK_STATUS(send_request(handles[0], "GET", "/tms/echo", NULL, 0, &response), ERPTOKEN_OK);
    for (i = 1; i < most; i++)
        CHECK(handles[i] != response);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    for (i = 0; i < most; i++)
        CHECK_STATUS(erptoken_close(handles[i]), ERPTOKEN_OK);
}

static void *ask_once(void *argument)
{
    int32_t response;
    CHECK_STATUS(send_request(*(int32_t *)argument, "GET", "/tms/freights", NULL, 0, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    return NULL;
}

/* Connections wait, a few of them, and go with the shutdown. */
static void a_shutdown_closes_the_connections(void)
{
    pthread_t threads[20];
    int32_t handle;
    int i, before = entries("/proc/self/fd"), after;
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    before = entries("/proc/self/fd");
    handle = account();
    sandbox_settings("{\"delay_ms\": 100}");
    for (i = 0; i < 20; i++)
        threads[i] = start(ask_once, &handle);
    for (i = 0; i < 20; i++)
        join(threads[i]);
    sandbox_settings("{\"delay_ms\": 0}");
    CHECK(threads_end(1, 5000));
    after = entries("/proc/self/fd");
    CHECK_RANGE(after - before, 1, 8);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_INT(entries("/proc/self/fd"), before);
}

/* No thread of the library's own does any of it. */
static void without_threads(void)
{
    int32_t handle, response;
    CHECK_STATUS(erptoken_configure("background", "0"), ERPTOKEN_OK);
    handle = new_user("sozinho@empresa.com.br");
    CHECK_STATUS(send_request(handle, "POST", "/tms/echo", "{}", -1, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    sandbox_ask("POST", "expire", "", NULL, 0);
    CHECK_STATUS(send_request(handle, "POST", "/tms/echo", "{}", -1, &response), ERPTOKEN_OK);
    CHECK_INT(status_of(response), 201);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_INT(number(handle, "logins") + number(handle, "refreshes"), 2);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("background", NULL), ERPTOKEN_OK);
}

int main(void)
{
    large_bodies_are_not_copied();
    closed_meanwhile(0);
    closed_meanwhile(1);
    a_response_is_closed_while_others_read_it();
    an_answer_beside_many_handles();
    a_shutdown_closes_the_connections();
    without_threads();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
