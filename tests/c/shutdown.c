/* Shutdown while others wait, work, or shut down too. */
#include "account.h"

#define WAITERS 8

static int32_t handles[WAITERS];
static volatile long told_ms[WAITERS];
static volatile int waiting;

static void *wait_in_get(void *argument)
{
    int index = (int)(intptr_t)argument;
    char token[TOKEN_SIZE];
    int32_t length = sizeof token;
    __sync_fetch_and_add(&waiting, 1);
    CHECK_STATUS(erptoken_get(handles[index], token, &length), ERPTOKEN_E_HANDLE);
    CHECK_HAS(last_text(), "erptoken_shutdown");
    CHECK_TEXT(token, "");
    CHECK_INT(length, sizeof token);
    told_ms[index] = now_ms();
    return NULL;
}

/* The provider hangs: those who wait are told at once, and the shutdown itself does not wait for ever. */
static void while_others_wait(void)
{
    pthread_t threads[WAITERS];
    char token[TOKEN_SIZE];
    long began, ended;
    int i, logins = sandbox_count("senior.login");
    int32_t again;

    waiting = 0;
    sandbox_user("senior", "espera@empresa.com.br", PASSWORD);
    sandbox_fault("senior.login", "hang", 1);
    for (i = 0; i < WAITERS; i++) {
        handles[i] = account_at("senior", "espera@empresa.com.br", PASSWORD);
        threads[i] = start(wait_in_get, (void *)(intptr_t)i);
    }
    while (waiting < WAITERS || sandbox_count("senior.login") == logins)
        pause_ms(10);
    pause_ms(patience(100));

    began = now_ms();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    ended = now_ms();
    for (i = 0; i < WAITERS; i++)
        join(threads[i]);
    CHECK_RANGE(ended - began, 0, 2500 + patience(100) - 100);
    for (i = 0; i < WAITERS; i++) {
        CHECK_RANGE(told_ms[i] - began, -10, patience(500));
        CHECK_STATUS(erptoken_close(handles[i]), ERPTOKEN_E_HANDLE);
    }

    /* Afresh, for the same user, while the old thread still hangs. */
    again = account_at("senior", "espera@empresa.com.br", PASSWORD);
    CHECK_TEXT(info(again, "state"), "none");
    CHECK_STATUS(get(again, token), ERPTOKEN_OK);
    CHECK_INT(sandbox_count("senior.login") - logins, 2);
    CHECK_STATUS(erptoken_close(again), ERPTOKEN_OK);
}

static void again_and_again(void)
{
    long began = now_ms();
    int i;
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    for (i = 0; i < scale(200, 20); i++)
        CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_RANGE(now_ms() - began, 0, patience(2000));
}

static void configuration_starts_afresh(void)
{
    int32_t handle;
    char token[TOKEN_SIZE];

    /* A default that makes a login impossible, and is gone after the shutdown. */
    CHECK_STATUS(erptoken_configure("base_url", "http://192.0.2.1:9/x"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "username", USER), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "password", PASSWORD), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_INSECURE);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_E_HANDLE);
    handle = account();
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static volatile int stop;

static void *open_and_get(void *argument)
{
    char token[TOKEN_SIZE], username[64];
    long *worked = malloc(sizeof *worked);
    CHECK(worked != NULL);
    *worked = 0;
    snprintf(username, sizeof username, "vive%d@empresa.com.br", (int)(intptr_t)argument % 3);
    while (!stop) {
        int32_t handle = 0, status;
        CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
        status = erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR"));
        if (status == ERPTOKEN_OK)
            status = erptoken_set(handle, "username", username);
        if (status == ERPTOKEN_OK)
            status = erptoken_set(handle, "password", PASSWORD);
        if (status == ERPTOKEN_OK)
            status = get(handle, token);
        if (status == ERPTOKEN_OK)
            ++*worked;
        else if (status != ERPTOKEN_E_HANDLE)
            FAIL("while others shut down: %s: %s", name_of(status), last_text());
        erptoken_close(handle);
    }
    return worked;
}

static void *shut_down_often(void *argument)
{
    (void)argument;
    while (!stop) {
        CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
        pause_ms(scale(5, 1500));
    }
    return NULL;
}

static void amid_everything(void)
{
    pthread_t workers[6], enders[2];
    char username[64], token[TOKEN_SIZE];
    long worked = 0;
    int32_t handle;
    int i;

    for (i = 0; i < 3; i++) {
        snprintf(username, sizeof username, "vive%d@empresa.com.br", i);
        sandbox_user("senior", username, PASSWORD);
    }
    stop = 0;
    for (i = 0; i < 6; i++)
        workers[i] = start(open_and_get, (void *)(intptr_t)i);
    for (i = 0; i < 2; i++)
        enders[i] = start(shut_down_often, NULL);
    pause_ms(scale(2000, 6000));
    stop = 1;
    for (i = 0; i < 2; i++)
        join(enders[i]);
    for (i = 0; i < 6; i++) {
        void *result;
        CHECK_INT(pthread_join(workers[i], &result), 0);
        worked += *(long *)result;
        free(result);
    }
    CHECK(worked > 0);
    handle = account();
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
}

int main(void)
{
    again_and_again();
    configuration_starts_afresh();
    amid_everything();
    while_others_wait();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
