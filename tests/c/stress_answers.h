/* What the header promises of every answer: a status that the function may give, a text that stays in its buffer. And
   how often each function answered what. */
#ifndef STRESS_ANSWERS_H
#define STRESS_ANSWERS_H

#include "account.h"

/* Relaxed throughout: what this program synchronised would hide what the library does not. */
#define READ(shared) __atomic_load_n(&(shared), __ATOMIC_RELAXED)
#define WRITE(shared, value) __atomic_store_n(&(shared), value, __ATOMIC_RELAXED)
#define EXCHANGE(shared, value) __atomic_exchange_n(&(shared), value, __ATOMIC_RELAXED)
#define NEXT(shared) __atomic_add_fetch(&(shared), 1, __ATOMIC_RELAXED)

enum function { OPEN, SET, CLOSE, GET, AUTHORIZATION, RENEW, REJECT, LOGOUT, INFO, INFO_INT, CONFIGURE, SHUTDOWN,
    LOG, DIAGNOSE, CHECK_PROFILE, REQUEST, RESPONSE_STATUS, RESPONSE_HEADER, RESPONSE_TEXT, RESPONSE_FIELD, RESPONSE_BYTES, ERROR_TEXT,
    SERVER_CODE, FUNCTIONS };

/* What can keep a program from its token. ERPTOKEN_E_INTERNAL is in no list: it is a bug. */
#define WITHOUT_TOKEN                                                                                         \
    ERPTOKEN_E_HANDLE, ERPTOKEN_E_MISSING, ERPTOKEN_E_OPTION, ERPTOKEN_E_UNSUPPORTED, ERPTOKEN_E_INSECURE,    \
        ERPTOKEN_E_NETWORK, ERPTOKEN_E_TIMEOUT, ERPTOKEN_E_TLS, ERPTOKEN_E_PROXY, ERPTOKEN_E_CREDENTIALS,     \
        ERPTOKEN_E_MFA, ERPTOKEN_E_PASSWORD_CHANGE, ERPTOKEN_E_FORBIDDEN, ERPTOKEN_E_NOT_FOUND,               \
        ERPTOKEN_E_RATE_LIMITED, ERPTOKEN_E_SERVER, ERPTOKEN_E_RESPONSE

#define MOST_ANSWERS 24

/* Each list ends with the 0 that is ERPTOKEN_OK. */
static const struct {
    const char *name;
    int32_t answers[MOST_ANSWERS];
} functions[FUNCTIONS] = {
    [OPEN] = { "open", { ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_ENCODING, ERPTOKEN_E_PROVIDER, ERPTOKEN_E_LIMIT } },
    [SET] = { "set", { ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE, ERPTOKEN_E_ENCODING, ERPTOKEN_E_OPTION,
        ERPTOKEN_E_UNSUPPORTED } },
    [CLOSE] = { "close", { ERPTOKEN_E_HANDLE } },
    [GET] = { "get", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, WITHOUT_TOKEN } },
    [AUTHORIZATION] = { "authorization", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, WITHOUT_TOKEN } },
    [RENEW] = { "renew", { WITHOUT_TOKEN } },
    [REJECT] = { "reject", { ERPTOKEN_E_REFUSED_AGAIN, ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE, ERPTOKEN_E_ENCODING,
        ERPTOKEN_E_MISSING, ERPTOKEN_E_OPTION } },
    [LOGOUT] = { "logout", { WITHOUT_TOKEN } },
    [INFO] = { "info", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE, ERPTOKEN_E_ENCODING,
        ERPTOKEN_E_OPTION } },
    [INFO_INT] = { "info_int", { ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE, ERPTOKEN_E_ENCODING, ERPTOKEN_E_OPTION } },
    [CONFIGURE] = { "configure", { ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_ENCODING, ERPTOKEN_E_OPTION,
        ERPTOKEN_E_UNSUPPORTED } },
    [SHUTDOWN] = { "shutdown", { 0 } },
    [LOG] = { "log", { ERPTOKEN_E_LIMIT } },
    [DIAGNOSE] = { "diagnose", { ERPTOKEN_E_HANDLE } },
    [CHECK_PROFILE] = { "check_profile", { 0 } },
    [REQUEST] = { "request", { ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_ENCODING, ERPTOKEN_E_LIMIT, WITHOUT_TOKEN } },
    [RESPONSE_STATUS] = { "response_status", { ERPTOKEN_E_HANDLE } },
    [RESPONSE_HEADER] = { "response_header", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE,
        ERPTOKEN_E_NOT_FOUND } },
    [RESPONSE_TEXT] = { "response_text", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE } },
    [RESPONSE_FIELD] = { "response_field", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE,
        ERPTOKEN_E_NOT_FOUND, ERPTOKEN_E_RESPONSE } },
    [RESPONSE_BYTES] = { "response_bytes", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE } },
    [ERROR_TEXT] = { "error_text", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT } },
    [SERVER_CODE] = { "error_server_code", { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT } },
};

static const char *const states[] = { "none", "fresh", "ageing", "expired", "waiting", "refused", "action" };
#define STATES ((int)(sizeof states / sizeof *states))

struct tally {
    long answers[FUNCTIONS][MOST_ANSWERS];
    long states[STATES];
};

/* Counts an answer and gives it back; one that the header does not name ends the program. */
static inline int32_t count(struct tally *tally, enum function function, int32_t status)
{
    const int32_t *answers = functions[function].answers;
    int i = 0;
    while (answers[i] != status && answers[i] != ERPTOKEN_OK)
        i++;
    if (answers[i] != status) {
        const char *why = last_text();
        FAIL("erptoken_%s answered %s, which the header does not name: %s", functions[function].name, name_of(status),
            why);
    }
    NEXT(tally->answers[function][i]);
    return status;
}

static inline void count_state(struct tally *tally, const char *state)
{
    int i = 0;
    while (i < STATES && strcmp(states[i], state) != 0)
        i++;
    if (i == STATES)
        FAIL("\"%s\" is no state", state);
    NEXT(tally->states[i]);
}

static inline long counted(const struct tally *tally, enum function function, int32_t status)
{
    int i = 0;
    while (functions[function].answers[i] != status)
        i++;
    return tally->answers[function][i];
}

static inline void add(struct tally *sum, const struct tally *more)
{
    int function, i;
    for (function = 0; function < FUNCTIONS; function++)
        for (i = 0; i < MOST_ANSWERS; i++)
            sum->answers[function][i] += READ(more->answers[function][i]);
    for (i = 0; i < STATES; i++)
        sum->states[i] += READ(more->states[i]);
}

static inline void print(const struct tally *tally)
{
    int function, i;
    for (function = 0; function < FUNCTIONS; function++)
        for (i = 0; i < MOST_ANSWERS; i++)
            if (tally->answers[function][i] > 0)
                printf("%-18s %-27s %9ld\n", functions[function].name, name_of(functions[function].answers[i]),
                    tally->answers[function][i]);
    for (i = 0; i < STATES; i++)
        printf("%-18s %-27s %9ld\n", "state", states[i], tally->states[i]);
}

/* Holds every text, with more behind it that must stay as it is. */
#define ROOM 1300
#define UNTOUCHED ((char)0xA5)
struct out {
    char bytes[ROOM + 64];
    int32_t capacity, length;
};

static inline void make_room(struct out *out, int32_t capacity)
{
    out->capacity = out->length = capacity;
    memset(out->bytes, UNTOUCHED, sizeof out->bytes);
}

/* A text as the header promises it for this answer. */
static inline void check_out(const struct out *out, int32_t status)
{
    size_t i;
    for (i = (size_t)out->capacity; i < sizeof out->bytes; i++)
        if (out->bytes[i] != UNTOUCHED)
            FAIL("%s: byte %d of a buffer of %d was written", name_of(status), (int)i, (int)out->capacity);
    if (status == ERPTOKEN_OK) {
        CHECK_RANGE(out->length, 0, out->capacity - 1);
        CHECK_INT(strlen(out->bytes), out->length);
        return;
    }
    if (status == ERPTOKEN_E_BUFFER)
        CHECK_RANGE(out->length, out->capacity + 1, ROOM);
    else
        CHECK_INT(out->length, out->capacity);
    CHECK(out->capacity == 0 || out->bytes[0] == '\0');
}

#endif
