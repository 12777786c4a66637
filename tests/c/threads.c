/* Threads: one login for all who ask, one error for all, and each waits no longer than it wants to. */
#include "account.h"

#define MANY 256

struct asker {
    pthread_t thread;
    int32_t handle;
    int32_t status;
    long waited_ms;
    char token[256];
    char text[1201];
};

static struct asker askers[MANY];
static pthread_barrier_t together;

static void *ask(void *argument)
{
    struct asker *asker = argument;
    int32_t length = sizeof asker->token;
    long began;
    pthread_barrier_wait(&together);
    began = now_ms();
    asker->status = erptoken_get(asker->handle, asker->token, &length);
    asker->waited_ms = now_ms() - began;
    snprintf(asker->text, sizeof asker->text, "%s", asker->status == ERPTOKEN_OK ? "" : last_text());
    return NULL;
}

/* All at once; half of them with a handle of their own, as the modules of one program would. */
static int all_ask(const char *username, const char *password)
{
    int i, count = scale(MANY, 32);
    int32_t shared = account_at("senior", username, password);

    CHECK_INT(pthread_barrier_init(&together, NULL, (unsigned)count), 0);
    for (i = 0; i < count; i++) {
        askers[i].handle = i % 2 == 0 ? shared : account_at("senior", username, password);
        askers[i].thread = start(ask, &askers[i]);
    }
    for (i = 0; i < count; i++)
        join(askers[i].thread);
    for (i = 0; i < count; i++)
        if (askers[i].handle != shared)
            CHECK_STATUS(erptoken_close(askers[i].handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(shared), ERPTOKEN_OK);
    pthread_barrier_destroy(&together);
    return count;
}

static void one_login_for_all(void)
{
    int i, count, logins = sandbox_count("senior.login");

    /* Long enough for all of them to arrive while it runs. */
    sandbox_fault("senior.login", "slow:300", 1);
    count = all_ask(USER, PASSWORD);
    for (i = 0; i < count; i++) {
        if (askers[i].status != ERPTOKEN_OK)
            FAIL("thread %d: %s: %s", i, name_of(askers[i].status), askers[i].text);
        CHECK_TEXT(askers[i].token, askers[0].token);
    }
    CHECK_INT(sandbox_count("senior.login") - logins, 1);
    CHECK(threads_end(1, patience(2000)));
}

static void one_error_for_all(void)
{
    int i, count, logins = sandbox_count("senior.login");

    sandbox_user("senior", "errado@empresa.com.br", "certa");
    count = all_ask("errado@empresa.com.br", "incerta");
    for (i = 0; i < count; i++) {
        if (askers[i].status != ERPTOKEN_E_CREDENTIALS)
            FAIL("thread %d: %s: %s", i, name_of(askers[i].status), askers[i].text);
        CHECK_HAS(askers[i].text, "refused the user, password or key");
        CHECK_TEXT(askers[i].token, "");
    }
    CHECK_RANGE(sandbox_count("senior.login") - logins, 1, 2);
}

static void *open_use_close(void *argument)
{
    char token[TOKEN_SIZE], username[64];
    int i, rounds = scale(200, 10);
    /* Four users for all threads, so that they meet. */
    snprintf(username, sizeof username, "rodada%d@empresa.com.br", *(int *)argument % 4);
    for (i = 0; i < rounds; i++) {
        int32_t handle = account_at("senior", username, PASSWORD);
        CHECK_STATUS(erptoken_set(handle, "timeout_ms", "20000"), ERPTOKEN_OK);
        CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
        CHECK(strlen(token) > 0);
        CHECK_TEXT(info(handle, "state"), "fresh");
        CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_close(handle), ERPTOKEN_E_HANDLE);
    }
    return NULL;
}

static void opening_for_every_use_is_fine(void)
{
    pthread_t threads[16];
    int i, numbers[16], logins;

    for (i = 0; i < 4; i++) {
        char username[64];
        snprintf(username, sizeof username, "rodada%d@empresa.com.br", i);
        sandbox_user("senior", username, PASSWORD);
    }
    logins = sandbox_count("senior.login");
    for (i = 0; i < 16; i++) {
        numbers[i] = i;
        threads[i] = start(open_use_close, &numbers[i]);
    }
    for (i = 0; i < 16; i++)
        join(threads[i]);
    CHECK_INT(sandbox_count("senior.login") - logins, 4);
}

/* Handles that come and go under those who use them. */
#define SHARED 4
static volatile int32_t shared_handles[SHARED];
static volatile int stop;

static void *use_what_may_be_closed(void *argument)
{
    char token[TOKEN_SIZE];
    unsigned seed = (unsigned)(uintptr_t)argument;
    long *worked = malloc(sizeof *worked);

    CHECK(worked != NULL);
    *worked = 0;
    while (!stop) {
        int32_t handle = shared_handles[rand_r(&seed) % SHARED], status, value, length = sizeof token;
        switch (rand_r(&seed) % 5) {
        case 0: status = erptoken_info_int(handle, "age", &value); break;
        case 1: status = erptoken_set(handle, "timeout_ms", "20000"); break;
        case 2: status = erptoken_authorization(handle, token, &length); break;
        default: status = get(handle, token); break;
        }
        /* Between its opening and its last option an account lacks something. */
        if (status != ERPTOKEN_OK && status != ERPTOKEN_E_HANDLE)
            FAIL("a handle that may be closed: %s: %s", name_of(status), last_text());
        *worked += status == ERPTOKEN_OK;
    }
    return worked;
}

static void closing_under_others(void)
{
    pthread_t threads[8];
    int i, rounds = scale(3000, 40);
    long worked = 0;

    stop = 0;
    for (i = 0; i < SHARED; i++)
        shared_handles[i] = account();
    for (i = 0; i < 8; i++)
        threads[i] = start(use_what_may_be_closed, (void *)(uintptr_t)(i + 1));
    for (i = 0; i < rounds; i++) {
        int32_t old = shared_handles[i % SHARED];
        shared_handles[i % SHARED] = account();
        CHECK_STATUS(erptoken_close(old), ERPTOKEN_OK);
    }
    stop = 1;
    for (i = 0; i < 8; i++) {
        void *result;
        CHECK_INT(pthread_join(threads[i], &result), 0);
        worked += *(long *)result;
        free(result);
    }
    CHECK(worked > 0);
    for (i = 0; i < SHARED; i++)
        CHECK_STATUS(erptoken_close(shared_handles[i]), ERPTOKEN_OK);
}

static void *close_it(void *argument)
{
    pthread_barrier_wait(&together);
    return (void *)(intptr_t)erptoken_close(*(int32_t *)argument);
}

static void closing_at_once_succeeds_once(void)
{
    int round, i;
    for (round = 0; round < scale(200, 10); round++) {
        pthread_t threads[8];
        int32_t handle = account();
        int closed = 0;
        CHECK_INT(pthread_barrier_init(&together, NULL, 8), 0);
        for (i = 0; i < 8; i++)
            threads[i] = start(close_it, &handle);
        for (i = 0; i < 8; i++) {
            void *result;
            CHECK_INT(pthread_join(threads[i], &result), 0);
            closed += (intptr_t)result == ERPTOKEN_OK;
        }
        CHECK_INT(closed, 1);
        pthread_barrier_destroy(&together);
    }
}

/* The provider takes long. Who is in a hurry gets a time-out, who is not gets the token, and the renewal goes on. */
static void each_waits_its_own_time(void)
{
    int32_t slow_ms = (int32_t)patience(1500) / (light() ? 3 : 1), logins;
    struct asker *hurried = &askers[0], *patient = &askers[1];
    char fault[32], token[TOKEN_SIZE];

    hurried->handle = new_user("espera@empresa.com.br");
    patient->handle = account_at("senior", "espera@empresa.com.br", PASSWORD);
    CHECK_STATUS(erptoken_set(hurried->handle, "timeout_ms", "250"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(patient->handle, "timeout_ms", "25000"), ERPTOKEN_OK);
    logins = sandbox_count("senior.login");
    snprintf(fault, sizeof fault, "slow:%d", (int)slow_ms);
    sandbox_fault("senior.login", fault, 1);
    CHECK_INT(pthread_barrier_init(&together, NULL, 2), 0);
    hurried->thread = start(ask, hurried);
    patient->thread = start(ask, patient);
    join(hurried->thread);
    CHECK_INT(hurried->status, ERPTOKEN_E_TIMEOUT);
    CHECK_RANGE(hurried->waited_ms, 245, slow_ms - 100);
    join(patient->thread);
    if (patient->status != ERPTOKEN_OK)
        FAIL("the patient one: %s: %s", name_of(patient->status), patient->text);
    CHECK_RANGE(patient->waited_ms, slow_ms - 100, patience(10000));
    CHECK_STATUS(get(hurried->handle, token), ERPTOKEN_OK);
    CHECK_TEXT(token, patient->token);
    CHECK_INT(sandbox_count("senior.login") - logins, 1);
    CHECK_STATUS(erptoken_close(hurried->handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(patient->handle), ERPTOKEN_OK);
    pthread_barrier_destroy(&together);
}

/* Also when nobody waited to the end. */
static void the_next_call_finds_what_nobody_waited_for(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = new_user("depois@empresa.com.br");
    long until = now_ms() + patience(5000);
    int logins = sandbox_count("senior.login");

    sandbox_fault("senior.login", "slow:600", 1);
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "100"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_TIMEOUT);
    while (strcmp(info(handle, "state"), "fresh") != 0) {
        CHECK(now_ms() < until);
        pause_ms(20);
    }
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_INT(sandbox_count("senior.login") - logins, 1);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

int main(void)
{
    one_login_for_all();
    one_error_for_all();
    opening_for_every_use_is_fine();
    closing_under_others();
    closing_at_once_succeeds_once();
    each_waits_its_own_time();
    the_next_call_finds_what_nobody_waited_for();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK(threads_end(1, patience(2000)));
    return 0;
}
