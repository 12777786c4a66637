/* Application tokens: check, create, get, list, revoke; buffers at every capacity; threads that do all of it at once
   while one logs out, and others close. */
#include "account.h"

#define COMPANY "siletic225@xhyemail.com"
#define COMPANY_PASSWORD "INFORME_SENHA"
#define CANARY 'x'
#define THREADS 4

static int32_t company(void)
{
    return account_at("assine", COMPANY, COMPANY_PASSWORD);
}

static void create(int32_t account, char *id)
{
    int32_t length = ERPTOKEN_ID_SIZE;
    CHECK_STATUS(erptoken_app_create(account, "365", id, &length), ERPTOKEN_OK);
    CHECK_INT(length, strlen(id));
    CHECK_RANGE(length, 1, ERPTOKEN_ID_SIZE - 1);
}

static int32_t field(int32_t response, const char *path, char *text, int32_t size)
{
    int32_t length = size;
    return erptoken_response_field(response, path, text, &length);
}

/* How often the list has this id, with this "stored". */
static int listed(int32_t account, const char *id, const char *stored)
{
    char path[64], text[128];
    int32_t response = 0;
    int found = 0, i;

    CHECK_STATUS(erptoken_app_list(account, &response), ERPTOKEN_OK);
    for (i = 0;; i++) {
        snprintf(path, sizeof path, "/tokens/%d/id", i);
        if (field(response, path, text, sizeof text) != ERPTOKEN_OK)
            break;
        if (strcmp(text, id) != 0)
            continue;
        snprintf(path, sizeof path, "/tokens/%d/stored", i);
        CHECK_STATUS(field(response, path, text, sizeof text), ERPTOKEN_OK);
        found += strcmp(text, stored) == 0;
    }
    CHECK_STATUS(field(response, "/count", text, sizeof text), ERPTOKEN_OK);
    CHECK_INT(atoi(text), i);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    return found;
}

static void one_after_the_other(void)
{
    char id[ERPTOKEN_ID_SIZE], token[TOKEN_SIZE], session[TOKEN_SIZE];
    int32_t account = company(), allowed = -1, length = sizeof token;

    CHECK_STATUS(erptoken_app_check(account, &allowed), ERPTOKEN_OK);
    CHECK_INT(allowed, 1);
    create(account, id);
    CHECK_STATUS(erptoken_app_get(account, id, token, &length), ERPTOKEN_OK);
    CHECK_STATUS(get(account, session), ERPTOKEN_OK);
    CHECK(strcmp(token, session) != 0);
    CHECK_INT(listed(account, id, "1"), 1);
    CHECK_STATUS(erptoken_app_revoke(account, id), ERPTOKEN_OK);
    CHECK_INT(listed(account, id, "1") + listed(account, id, "0"), 0);
    CHECK_STATUS(erptoken_app_revoke(account, id), ERPTOKEN_E_NOT_FOUND);
    length = sizeof token;
    CHECK_STATUS(erptoken_app_get(account, id, token, &length), ERPTOKEN_E_NOT_FOUND);
    CHECK_TEXT(token, "");
    CHECK_INT(length, sizeof token);
    CHECK_STATUS(erptoken_close(account), ERPTOKEN_OK);
}

/* The id: 65 or nothing. The token: at every capacity. Each in a block of its size, for valgrind. */
static void at_every_capacity(void)
{
    char id[ERPTOKEN_ID_SIZE];
    int32_t account = company(), capacity, length, created;

    created = sandbox_count("assine.app_create");
    for (capacity = 0; capacity < ERPTOKEN_ID_SIZE; capacity++) {
        char *exact = malloc(capacity > 0 ? (size_t)capacity : 1);
        CHECK(exact != NULL);
        memset(exact, CANARY, capacity > 0 ? (size_t)capacity : 1);
        length = capacity;
        CHECK_STATUS(erptoken_app_create(account, "365", capacity > 0 ? exact : NULL, &length), ERPTOKEN_E_BUFFER);
        CHECK_INT(length, ERPTOKEN_ID_SIZE);
        CHECK_INT(exact[0], capacity > 0 ? '\0' : CANARY);
        free(exact);
    }
    CHECK_INT(sandbox_count("assine.app_create"), created);
    create(account, id);
    for (capacity = 0; capacity < 44; capacity++) {
        char *exact = malloc(capacity > 0 ? (size_t)capacity : 1);
        int32_t wanted = capacity < 41 ? ERPTOKEN_E_BUFFER : ERPTOKEN_OK;
        CHECK(exact != NULL);
        length = capacity;
        CHECK_STATUS(erptoken_app_get(account, id, capacity > 0 ? exact : NULL, &length), wanted);
        CHECK_INT(length, capacity < 41 ? 41 : 40);
        if (capacity > 0)
            CHECK_INT(strlen(exact), capacity < 41 ? 0 : 40);
        free(exact);
    }
    CHECK_STATUS(erptoken_close(account), ERPTOKEN_OK);
}

/* A response is none of the things that these functions take, and an account none that responses take. */
static void other_handles(void)
{
    char text[128];
    int32_t account = company(), response = 0, other = -5, length = sizeof text;

    CHECK_STATUS(erptoken_app_list(account, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_app_list(response, &other), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_app_check(response, &other), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_app_create(response, "365", text, &length), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_app_get(response, "1", text, &length), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_app_revoke(response, "1"), ERPTOKEN_E_HANDLE);
    CHECK_INT(other, -5);
    CHECK_STATUS(erptoken_response_text(account, text, &length), ERPTOKEN_E_HANDLE);
    /* The list outlives its account. */
    CHECK_STATUS(erptoken_close(account), ERPTOKEN_OK);
    CHECK_STATUS(field(response, "/count", text, sizeof text), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_E_HANDLE);
}

static int32_t shared;

static void *worker(void *number)
{
    char id[ERPTOKEN_ID_SIZE], token[TOKEN_SIZE];
    int i, rounds = scale(10, 3);

    for (i = 0; i < rounds; i++) {
        int32_t own = company(), length = sizeof token;
        create(own, id);
        CHECK_STATUS(erptoken_app_get(shared, id, token, &length), ERPTOKEN_OK);
        CHECK_INT(listed(own, id, "1"), 1);
        if (*(int *)number == 0 && i == 1)
            CHECK_STATUS(erptoken_logout(shared), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_app_revoke(shared, id), ERPTOKEN_OK);
    }
    return NULL;
}

/* One of them logs out: the others' session dies in the middle of what they do. Once only: a session that dies twice
   within one call cannot be told from a wrong password. */
static void all_at_once(void)
{
    pthread_t threads[THREADS];
    int numbers[THREADS], i;

    shared = company();
    for (i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK_INT(pthread_create(&threads[i], NULL, worker, &numbers[i]), 0);
    }
    for (i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_STATUS(erptoken_close(shared), ERPTOKEN_OK);
}

static void *ended_meanwhile(void *unused)
{
    char id[ERPTOKEN_ID_SIZE];
    int32_t length = sizeof id, status = erptoken_app_create(shared, "365", id, &length);

    (void)unused;
    if (status != ERPTOKEN_OK && status != ERPTOKEN_E_HANDLE)
        FAIL("%s: %s", name_of(status), last_text());
    return NULL;
}

/* Closed or shut down while a token is created: it is there, or the text says that it may be. */
static void ended_in_the_middle(void)
{
    pthread_t thread;
    int i;

    for (i = 0; i < 2; i++) {
        shared = company();
        sandbox_fault("assine.app_create", "slow:300", 1);
        CHECK_INT(pthread_create(&thread, NULL, ended_meanwhile, NULL), 0);
        usleep(100 * 1000);
        CHECK_STATUS(i == 0 ? erptoken_close(shared) : erptoken_shutdown(), ERPTOKEN_OK);
        CHECK_INT(pthread_join(thread, NULL), 0);
    }
}

int main(void)
{
    one_after_the_other();
    at_every_capacity();
    other_handles();
    all_at_once();
    ended_in_the_middle();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
