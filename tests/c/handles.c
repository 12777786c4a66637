/* Handles: kept too long, closed twice, invented, too many. */
#include "account.h"

#define MANY 100000

static const char *const MESSAGE_PARTS[] = { "is no open ", "closed" };

/* Every function that takes a handle, in turn. None of them may do anything with one that is not open. */
static int32_t use(int32_t handle, unsigned which)
{
    char text[64];
    int32_t length = sizeof text, value = 0;
    switch (which % 20) {
    case 0: return erptoken_get(handle, text, &length);
    case 1: return erptoken_authorization(handle, text, &length);
    case 2: return erptoken_info(handle, "state", text, &length);
    case 3: return erptoken_info_int(handle, "age", &value);
    case 4: return erptoken_set(handle, "username", "x");
    case 5: return handle == 0 ? ERPTOKEN_E_HANDLE : erptoken_close(handle);
    case 6: return erptoken_renew(handle);
    case 7: return erptoken_reject(handle, "x");
    case 8: return erptoken_logout(handle);
    case 9: return erptoken_app_check(handle, &value);
    case 10: return erptoken_app_create(handle, "365", text, &length);
    case 11: return erptoken_app_get(handle, "1", text, &length);
    case 12: return erptoken_app_list(handle, &value);
    case 13: return erptoken_app_revoke(handle, "1");
    case 14: return erptoken_request(handle, "GET", "/", NULL, NULL, 0, &value);
    case 15: return erptoken_diagnose(handle, &value);
    case 16: return erptoken_response_status(handle, &value);
    case 17: return erptoken_response_header(handle, "Date", text, &length);
    case 18: return erptoken_response_text(handle, text, &length);
    case 19: return erptoken_response_field(handle, "/a", text, &length);
    case 20: return erptoken_response_bytes(handle, text, &length);
    default: return erptoken_get(handle, text, &length);
    }
}

static void is_none(int32_t handle)
{
    unsigned which;
    for (which = 0; which < 21; which++) {
        int32_t status = use(handle, which);
        if (status != ERPTOKEN_E_HANDLE)
            FAIL("function %u answered %s to the handle %d, which is none", which, name_of(status), (int)handle);
        CHECK_HAS(last_text(), MESSAGE_PARTS[0]);
        CHECK_HAS(last_text(), MESSAGE_PARTS[1]);
    }
}

static int32_t opened(void)
{
    int32_t handle = 0;
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK(handle > 0);
    return handle;
}

static void closed_is_gone(void)
{
    int32_t handle = opened(), number_left = -5;
    CHECK_STATUS(erptoken_set(handle, "username", "a"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    is_none(handle);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_close(0), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(0), ERPTOKEN_OK);
    /* 0 is nothing to close, and nothing to use either. */
    CHECK_STATUS(erptoken_set(0, "username", "a"), ERPTOKEN_E_HANDLE);
    /* A call that fails leaves the number as it is. */
    CHECK_STATUS(erptoken_open("protheus", &number_left), ERPTOKEN_E_PROVIDER);
    CHECK_INT(number_left, -5);
    CHECK_STATUS(erptoken_info_int(handle, "age", &number_left), ERPTOKEN_E_HANDLE);
    CHECK_INT(number_left, -5);
}

/* A program that opens, uses and closes all day: an old handle never becomes another account's. */
static void slots_are_reused_and_handles_are_not(void)
{
    int i, rounds = scale(100000, 2000);
    long before = 0, after;
    int32_t old = opened(), handle;

    CHECK_STATUS(erptoken_close(old), ERPTOKEN_OK);
    for (i = 0; i < rounds; i++) {
        handle = opened();
        if (handle == old)
            FAIL("the handle %d came back after %d openings", (int)old, i);
        if (i % 16 == 0)
            CHECK_STATUS(erptoken_set(handle, "password", PASSWORD), ERPTOKEN_OK);
        if (i % 97 == 0)
            CHECK_STATUS(use(old, (unsigned)i), ERPTOKEN_E_HANDLE);
        CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
        if (i == rounds / 5)
            before = resident_kb();
    }
    after = resident_kb();
    if (!light() && after - before > 512)
        FAIL("memory grew from %ld kB to %ld kB over %d openings", before, after, rounds * 4 / 5);
    is_none(old);
}

static void invented_numbers_are_none(void)
{
    static const int32_t invented[] = { INT32_MIN, INT32_MIN + 1, -1, INT32_MAX, INT32_MAX - 1, 0x40000000, 65536,
        8191, 8192, 8193, 16384 };
    int32_t open_ones[4], handle;
    uint32_t seed = 20240229;
    size_t i, k, hits = 0;

    for (i = 0; i < 4; i++)
        open_ones[i] = opened();
    for (i = 0; i < sizeof invented / sizeof *invented; i++) {
        for (k = 0; k < 4 && invented[i] != open_ones[k]; k++)
            ;
        if (k == 4)
            is_none(invented[i]);
    }
    for (handle = 1; handle <= scale(10000, 500); handle++)
        CHECK_STATUS(use(handle, (unsigned)handle), ERPTOKEN_E_HANDLE);
    /* Close to the real ones: the same slots, other generations. */
    for (i = 0; i < 4; i++)
        for (k = 1; k < 200; k++) {
            CHECK_STATUS(use((int32_t)((uint32_t)open_ones[i] + k * 8192) & INT32_MAX, (unsigned)k), ERPTOKEN_E_HANDLE);
            CHECK_STATUS(use(open_ones[i] ^ INT32_MIN, (unsigned)k), ERPTOKEN_E_HANDLE);
        }
    for (i = 0; i < (size_t)scale(1000000, 20000); i++) {
        seed = seed * 1664525u + 1013904223u;
        handle = (int32_t)(seed ^ seed >> 15);
        for (k = 0; k < 4 && handle != open_ones[k]; k++)
            ;
        if (k < 4)
            hits++;
        else if (use(handle, (unsigned)i) != ERPTOKEN_E_HANDLE)
            FAIL("the handle %d was never opened and is taken: %s", (int)handle, last_text());
    }
    CHECK(hits < 10);
    for (i = 0; i < 4; i++) {
        CHECK_TEXT(info(open_ones[i], "provider"), "senior");
        CHECK_STATUS(erptoken_close(open_ones[i]), ERPTOKEN_OK);
    }
}

static int compare(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

static int32_t a_hundred_thousand[MANY], sorted[MANY];

/* More than any program should need, and each of them its own; what was closed makes room for others. */
static void a_hundred_thousand_at_once(void)
{
    int32_t *handles = a_hundred_thousand, handle, last;
    int i, many = scale(MANY, 3000);
    long before, after;

    for (i = 0; i < many; i++)
        handles[i] = opened();
    memcpy(sorted, handles, (size_t)many * sizeof *sorted);
    qsort(sorted, (size_t)many, sizeof *sorted, compare);
    for (i = 1; i < many; i++)
        if (sorted[i - 1] == sorted[i])
            FAIL("the handle %d was given out twice", (int)sorted[i]);

    /* One slot more or less, again and again: each time another handle. */
    last = handles[many / 2];
    for (i = 0; i < scale(500, 20); i++) {
        CHECK_STATUS(erptoken_close(last), ERPTOKEN_OK);
        handle = opened();
        CHECK(handle != last);
        CHECK_STATUS(erptoken_set(last, "username", "x"), ERPTOKEN_E_HANDLE);
        last = handle;
    }
    handles[many / 2] = last;
    for (i = 0; i < many; i++)
        CHECK_STATUS(erptoken_close(handles[i]), ERPTOKEN_OK);
    for (i = 0; i < many; i++)
        CHECK_STATUS(erptoken_close(handles[i]), ERPTOKEN_E_HANDLE);

    /* Once more first: the heap of Windows cuts up in the first turn what it has, and only then stays as it is. */
    for (i = 0; i < many; i++)
        handles[i] = opened();
    for (i = 0; i < many; i++)
        CHECK_STATUS(erptoken_close(handles[i]), ERPTOKEN_OK);
    before = resident_kb();
    for (i = 0; i < many; i++)
        handles[i] = opened();
    after = resident_kb();
    if (!light() && after - before > 8192)
        FAIL("what %d handles gave back did not serve again: %ld kB, then %ld kB", many, before, after);
    for (i = 0; i < many; i++)
        CHECK_STATUS(erptoken_close(handles[i]), ERPTOKEN_OK);
}

static void shutdown_closes_all(void)
{
    int32_t handles[50], again;
    char token[TOKEN_SIZE];
    int i;

    for (i = 0; i < 50; i++)
        handles[i] = opened();
    again = account();
    CHECK_STATUS(get(again, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    for (i = 0; i < 50; i++)
        is_none(handles[i]);
    is_none(again);
    /* The next call starts afresh: nothing is cached, everything works. */
    again = account();
    CHECK_TEXT(info(again, "state"), "none");
    CHECK_STATUS(get(again, token), ERPTOKEN_OK);
    CHECK_TEXT(info(again, "source"), "login");
    CHECK_STATUS(erptoken_close(again), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
}

int main(void)
{
    closed_is_gone();
    slots_are_reused_and_handles_are_not();
    invented_numbers_are_none();
    a_hundred_thousand_at_once();
    shutdown_closes_all();
    return 0;
}
