/* The calls of stress.c: each with what must be true of its answer. */
#ifndef STRESS_CALLS_H
#define STRESS_CALLS_H

#include "stress_answers.h"
#include "stress_lists.h"

#define LONGEST_TOKEN 320

/* A place in a list, at random. */
#define ONE_OF(worker, list) (&(list)[below(worker, (int)(sizeof (list) / sizeof *(list)))])

struct worker {
    pthread_t thread;
    unsigned random;
    int ended;
    struct tally tally;
    long tokens;
    /* The last token of each account and the one before it, to be rejected. */
    char tokens_of[ACCOUNTS][2][LONGEST_TOKEN];
};

static int32_t handles[ACCOUNTS];
static int32_t responses[6];
static int users;
static long next_shutdown;
static char profile_path[PATH_MAX];

static inline const char *provider_of(int which)
{
    return accounts[which].way == OWN_PROFILE ? profile_path : accounts[which].provider;
}

static inline int below(struct worker *worker, int most)
{
    return (int)((unsigned)rand_r(&worker->random) % (unsigned)most);
}

static inline char *room(struct worker *worker, struct out *out)
{
    static const int32_t small[] = { 0, 1, 2, 32, 33, 40, 41, 299, 300 };
    make_room(out, below(worker, 4) == 0 ? *ONE_OF(worker, small) : ROOM);
    return out->capacity == 0 && below(worker, 2) == 0 ? NULL : out->bytes;
}

/* The sandbox makes its tokens of these letters, each provider's of its own length. */
static inline void check_token(int which, const char *token)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    const char *provider = accounts[which].provider;
    int hex = strcmp(provider, "invoisys") != 0;
    size_t length = !hex ? 299 : strcmp(provider, "senior") == 0 ? 32 : 40;
    char known[sizeof letters];
    snprintf(known, sizeof known, "%.*s", hex ? 16 : 64, letters);
    if (strlen(token) != length || strspn(token, known) != length)
        FAIL("\"%s\" is no token of %s", token, provider);
}

/* What is told of a failure just now, on this thread. */
static inline void check_error(struct worker *worker, int32_t status)
{
    struct out out;
    char *bytes;
    if (status == ERPTOKEN_OK || status == ERPTOKEN_E_BUFFER || below(worker, 4) > 0)
        return;
    CHECK(strlen(last_text()) > 0);
    CHECK_LACKS(last_text(), PASSWORD);
    bytes = room(worker, &out);
    check_out(&out, count(&worker->tally, ERROR_TEXT, erptoken_error_text(bytes, &out.length)));
    bytes = room(worker, &out);
    check_out(&out, count(&worker->tally, SERVER_CODE, erptoken_error_server_code(bytes, &out.length)));
    CHECK_RANGE(erptoken_error_http_status(), 0, 599);
    CHECK_RANGE(erptoken_error_retry_after(), 0, 3600);
    CHECK_RANGE(erptoken_status_retryable(status), 0, 1);
    CHECK_RANGE(erptoken_error_retryable(), 0, erptoken_status_retryable(status));
}

static inline void told(struct worker *worker, enum function function, int32_t status)
{
    check_error(worker, count(&worker->tally, function, status));
}

/* Another handle in the place of the one there. Others may use the old one at this moment, or close it too; and a
   shutdown may end the new one before it has all its options. */
static inline void reopen(struct worker *worker, int which)
{
    const struct account *account = &accounts[which];
    char username[64];
    int32_t handle = 0;
    snprintf(username, sizeof username, "%s", account->username != NULL ? account->username : "");
    if (account->username == NULL) {
        snprintf(username, sizeof username, "usuario%d@empresa.com.br", NEXT(users));
        sandbox_user(account->provider, username, account->password);
    }
    CHECK_STATUS(count(&worker->tally, OPEN, erptoken_open(provider_of(which), &handle)), ERPTOKEN_OK);
    CHECK(handle > 0);
    if (account->way == HTTPS) {
        told(worker, SET, erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")));
        if (below(worker, 8) > 0)
            told(worker, SET, erptoken_set(handle, "ca_file", environment("ERPTOKEN_CA")));
    } else {
        told(worker, SET, erptoken_set(handle, "base_url", base_of(account->provider)));
    }
    told(worker, SET, erptoken_set(handle, "timeout_ms", light() ? "3000" : "200"));
    told(worker, SET, erptoken_set(handle, "username", username));
    told(worker, SET, erptoken_set(handle, "password", account->password));
    handle = EXCHANGE(handles[which], handle);
    told(worker, CLOSE, erptoken_close(handle));
}

static inline int32_t get_token(struct worker *worker, int which, int32_t handle)
{
    char (*kept)[LONGEST_TOKEN] = worker->tokens_of[which];
    struct out out;
    char *bytes = room(worker, &out);
    int header = below(worker, 3) == 0;
    int32_t status = header ? erptoken_authorization(handle, bytes, &out.length)
                            : erptoken_get(handle, bytes, &out.length);
    const char *token = out.bytes + (header ? strlen("Bearer ") : 0);

    told(worker, header ? AUTHORIZATION : GET, status);
    check_out(&out, status);
    /* Closed, or not opened yet: somebody has to do it. */
    if (status == ERPTOKEN_E_HANDLE && below(worker, 4) == 0)
        reopen(worker, which);
    if (status != ERPTOKEN_OK)
        return status;
    NEXT(worker->tokens);
    CHECK(!header || strncmp(out.bytes, "Bearer ", strlen("Bearer ")) == 0);
    check_token(which, token);
    if (strcmp(token, kept[0]) != 0) {
        strcpy(kept[1], kept[0]);
        strcpy(kept[0], token);
    }
    return status;
}

static inline void get_info(struct worker *worker, int which, int32_t handle)
{
    const char *field = below(worker, 3) == 0 ? *ONE_OF(worker, numbers) : *ONE_OF(worker, texts);
    struct out out;
    char *bytes = room(worker, &out);
    int32_t status = erptoken_info(handle, field, bytes, &out.length);

    told(worker, INFO, status);
    check_out(&out, status);
    if (status == ERPTOKEN_OK && strcmp(field, "state") == 0)
        count_state(&worker->tally, out.bytes);
    if (status == ERPTOKEN_OK && strcmp(field, "provider") == 0)
        CHECK_TEXT(out.bytes, provider_of(which));
}

static inline void get_number(struct worker *worker, int32_t handle)
{
    int32_t value = -1, status = erptoken_info_int(handle, *ONE_OF(worker, numbers), &value);
    told(worker, INFO_INT, status);
    CHECK_RANGE(value, status == ERPTOKEN_OK ? 0 : -1, status == ERPTOKEN_OK ? INT32_MAX : -1);
}

static inline void set_something(struct worker *worker, int which, int32_t handle)
{
    const struct setting *setting = ONE_OF(worker, manners);
    if (accounts[which].username == NULL && below(worker, 8) == 0)
        setting = ONE_OF(worker, moods);
    told(worker, SET, erptoken_set(handle, setting->option,
        setting->value != NULL && *setting->value == '\0' ? base_of(accounts[which].provider) : setting->value));
}

static inline void reject(struct worker *worker, int which, int32_t handle)
{
    static const char *const garbage[] = { "x", "Bearer ", "", "\xc3", NULL };
    int newest = below(worker, 3);
    told(worker, REJECT, erptoken_reject(handle, newest < 2 ? worker->tokens_of[which][newest]
                                                            : *ONE_OF(worker, garbage)));
}

static long lines;

/* Whatever happens, no line tells a password. */
static inline void ERPTOKEN_CALL on_line(int32_t level, const char *line, void *user_data)
{
    (void)user_data;
    CHECK_RANGE(level, 1, 4);
    CHECK(strlen(line) > 40 && strchr(line, '\n') == NULL);
    CHECK_LACKS(line, PASSWORD);
    NEXT(lines);
}

/* Callbacks come, go and change their levels. */
static inline void hear(struct worker *worker)
{
    static char listeners[4];
    told(worker, LOG, erptoken_log(on_line, &listeners[below(worker, 4)], below(worker, 5)));
}

/* A report, of the account or of a profile. */
static inline void diagnose(struct worker *worker, int32_t handle)
{
    int32_t response = 0, status, length = 0;
    if (below(worker, 2) > 0)
        told(worker, CHECK_PROFILE, status = erptoken_check_profile("assine", &response));
    else
        told(worker, DIAGNOSE, status = erptoken_diagnose(handle, &response));
    if (status != ERPTOKEN_OK)
        return;
    /* A shutdown closes it too. */
    status = erptoken_response_field(response, "/text", NULL, &length);
    CHECK(status == ERPTOKEN_E_BUFFER || status == ERPTOKEN_E_HANDLE);
    CHECK(status == ERPTOKEN_E_HANDLE || length > 200);
    erptoken_close(response);
}

/* Its response takes the place of another, which somebody may read at this moment. */
static inline void request(struct worker *worker, int which, int32_t handle)
{
    static const char body[] = "{\"cidade\":\"Curitiba\"}";
    static const int32_t lengths[] = { -1, -1, 0, sizeof body - 1, -2 };
    int32_t response = -7, status;
    const char *url = strcmp(accounts[which].provider, "senior") == 0 ? *ONE_OF(worker, urls) : "/user";

    if (strcmp(accounts[which].provider, "invoisys") == 0)
        url = "/nfe/getbychave/352";
    status = erptoken_request(handle, *ONE_OF(worker, methods), url, *ONE_OF(worker, headers),
        below(worker, 3) == 0 ? NULL : body, *ONE_OF(worker, lengths), &response);
    told(worker, REQUEST, status);
    CHECK_RANGE(response, status == ERPTOKEN_OK ? 1 : -7, status == ERPTOKEN_OK ? INT32_MAX : -7);
    if (status == ERPTOKEN_OK) {
        response = EXCHANGE(*ONE_OF(worker, responses), response);
        told(worker, CLOSE, erptoken_close(response));
    }
}

static inline void read_response(struct worker *worker)
{
    int32_t response = READ(*ONE_OF(worker, responses)), status, value = -7;
    struct out out;
    char *bytes = room(worker, &out);

    switch (below(worker, 5)) {
    case 0:
        told(worker, RESPONSE_STATUS, status = erptoken_response_status(response, &value));
        CHECK_RANGE(value, status == ERPTOKEN_OK ? 200 : -7, 599);
        return;
    case 1:
        status = erptoken_response_header(response, below(worker, 2) == 0 ? "content-type" : "X", bytes, &out.length);
        told(worker, RESPONSE_HEADER, status);
        break;
    case 2:
        told(worker, RESPONSE_TEXT, status = erptoken_response_text(response, bytes, &out.length));
        break;
    case 3:
        status = erptoken_response_field(response, *ONE_OF(worker, paths), bytes, &out.length);
        told(worker, RESPONSE_FIELD, status);
        break;
    default:
        told(worker, RESPONSE_BYTES, erptoken_response_bytes(response, bytes, &out.length));
        return;
    }
    check_out(&out, status);
}

/* Not often, or nothing would ever be cached. */
static inline void shut_down(struct worker *worker)
{
    long now = now_ms();
    if (now < READ(next_shutdown))
        return;
    WRITE(next_shutdown, now + patience(2000));
    told(worker, SHUTDOWN, erptoken_shutdown());
}

#endif
