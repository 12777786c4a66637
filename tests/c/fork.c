/* Fork: the child has no handles and no locks of its parent's, and works on its own. */
#include "child.h"

/* Asked before the child has opened anything: until then the library knows what that number was. */
static void is_told_of_the_fork(int32_t handle)
{
    char token[TOKEN_SIZE];
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_HANDLE);
    /* In the language that the parent set. */
    CHECK_HAS(last_text(), "antes do fork");
}

static void is_the_parents(int32_t handle)
{
    char token[TOKEN_SIZE];
    int32_t length = sizeof token, value = 0;
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_authorization(handle, token, &length), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_set(handle, "username", "x"), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_info_int(handle, "age", &value), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_renew(handle), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_logout(handle), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_reject(handle, "x"), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_E_HANDLE);
}

/* Nothing that the parent got is known here. */
static void is_cold(void)
{
    int32_t own = account();
    CHECK_TEXT(info(own, "state"), "none");
    CHECK_INT(number(own, "logins"), 0);
    CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
}

static void child_works(int32_t parents)
{
    char token[TOKEN_SIZE];
    int32_t own, response = 0;
    is_the_parents(parents);
    own = account();
    CHECK(own != parents);
    CHECK_STATUS(get(own, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_request(own, "GET", "/tms/freights", NULL, NULL, 0, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_STATUS(get(own, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(own), ERPTOKEN_E_HANDLE);
    CHECK_STATUS(erptoken_close(parents), ERPTOKEN_E_HANDLE);
}

/* The middle one opens fewer accounts than the first: a number that only the grandparent gave out is none. */
static void a_grandchild_knows_no_handle_of_its_line(void)
{
    int32_t ours[3], own[3], middle, i, k;
    pid_t child, grandchild;
    for (i = 0; i < 3; i++)
        ours[i] = account();
    child = forked();
    if (child == 0) {
        middle = account();
        grandchild = forked();
        if (grandchild == 0) {
            for (i = 0; i < 3; i++)
                own[i] = account();
            for (i = 0; i < 3; i++) {
                is_the_parents(ours[i]);
                for (k = 0; k < 3; k++)
                    CHECK(own[k] != ours[i] && own[k] != middle);
            }
            is_the_parents(middle);
            child_ends();
        }
        wait_for(grandchild);
        child_ends();
    }
    wait_for(child);
    for (i = 0; i < 3; i++)
        CHECK_STATUS(erptoken_close(ours[i]), ERPTOKEN_OK);
}

static void a_child_and_its_child(void)
{
    char before[TOKEN_SIZE], after[TOKEN_SIZE];
    int32_t handle = account();
    int logins;
    pid_t child;

    CHECK_STATUS(get(handle, before), ERPTOKEN_OK);
    logins = sandbox_count("senior.login");
    child = forked();
    if (child == 0) {
        int32_t own;
        pid_t grandchild;
        is_told_of_the_fork(handle);
        is_cold();
        child_works(handle);
        own = account();
        CHECK_STATUS(get(own, after), ERPTOKEN_OK);
        grandchild = forked();
        if (grandchild == 0) {
            is_told_of_the_fork(own);
            is_cold();
            child_works(handle);
            child_works(own);
            CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
            is_cold();
            child_works(own);
            child_ends();
        }
        wait_for(grandchild);
        CHECK_STATUS(get(own, before), ERPTOKEN_OK);
        CHECK_TEXT(before, after);
        CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
        child_works(own);
        child_ends();
    }
    wait_for(child);
    /* Nothing that the children did is seen here. */
    CHECK_STATUS(get(handle, after), ERPTOKEN_OK);
    CHECK_TEXT(after, before);
    CHECK(sandbox_count("senior.login") > logins);
    CHECK_INT(number(handle, "logins"), 1);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* The child of a fork speaks on connections of its own, and the parent's stay good. */
static void the_parents_connection_is_left_alone(void)
{
    int32_t handle = account(), response, parents, length = 0;
    int connections;
    pid_t child;

    CHECK_STATUS(erptoken_request(handle, "POST", "/tms/echo", NULL, "{}", -1, &parents), ERPTOKEN_OK);
    child = forked();
    if (child == 0) {
        CHECK_STATUS(erptoken_response_text(parents, NULL, &length), ERPTOKEN_E_HANDLE);
        CHECK_STATUS(erptoken_request(handle, "GET", "/tms/freights", NULL, NULL, 0, &response), ERPTOKEN_E_HANDLE);
        child_works(handle);
        CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
        child_ends();
    }
    wait_for(child);
    connections = sandbox_count("connections");
    CHECK_STATUS(erptoken_request(handle, "GET", "/tms/freights", NULL, NULL, 0, &response), ERPTOKEN_OK);
    /* One is this program's own question. */
    CHECK_INT(sandbox_count("connections") - connections, 1);
    CHECK_STATUS(erptoken_response_text(response, NULL, &length), ERPTOKEN_E_BUFFER);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(parents), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* While the parent waits for a provider that takes its time. */
static void *wait_for_the_token(void *argument)
{
    char token[TOKEN_SIZE];
    CHECK_STATUS(get(*(int32_t *)argument, token), ERPTOKEN_OK);
    return NULL;
}

static void during_a_renewal(void)
{
    int32_t handle = new_user("renova@empresa.com.br");
    pthread_t waiter;
    int i;

    sandbox_fault("senior.login", "slow:700", 1);
    waiter = start(wait_for_the_token, &handle);
    pause_ms(200);
    for (i = 0; i < 3; i++) {
        pid_t child = forked();
        if (child == 0) {
            child_works(handle);
            if (i == 1)
                CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
            child_ends();
        }
        wait_for(child);
    }
    join(waiter);
    CHECK_TEXT(info(handle, "state"), "fresh");
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static volatile int stop;
static int32_t busy_handle;

static void *be_busy(void *argument)
{
    char token[TOKEN_SIZE];
    int with_own = (intptr_t)argument % 2 == 1;
    while (!stop) {
        CHECK_STATUS(get(busy_handle, token), ERPTOKEN_OK);
        if (with_own) {
            int32_t own = account(), response = 0;
            CHECK_STATUS(get(own, token), ERPTOKEN_OK);
            CHECK_STATUS(erptoken_request(own, "GET", "/tms/freights", NULL, NULL, 0, &response), ERPTOKEN_OK);
            CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
            CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
        }
    }
    return NULL;
}

/* Whatever the other threads hold at that moment, the child never waits for it. */
static void while_others_are_busy(void)
{
    pthread_t threads[8];
    char token[TOKEN_SIZE];
    int i, forks = scale(50, 5);

    stop = 0;
    busy_handle = account();
    CHECK_STATUS(get(busy_handle, token), ERPTOKEN_OK);
    for (i = 0; i < 8; i++)
        threads[i] = start(be_busy, (void *)(intptr_t)i);
    for (i = 0; i < forks; i++) {
        pid_t child = forked();
        if (child == 0) {
            if (i % 3 == 1)
                CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
            if (i % 3 == 2)
                CHECK_STATUS(erptoken_configure("background", "0"), ERPTOKEN_OK);
            child_works(busy_handle);
            child_ends();
        }
        wait_for(child);
    }
    stop = 1;
    for (i = 0; i < 8; i++)
        join(threads[i]);
    CHECK_STATUS(erptoken_close(busy_handle), ERPTOKEN_OK);
}

/* A server of the old kind: the parent opens nothing, each child does. */
static void before_any_call(void)
{
    pid_t child = forked();
    if (child == 0) {
        char token[TOKEN_SIZE];
        int32_t own = account();
        CHECK_STATUS(get(own, token), ERPTOKEN_OK);
        child_ends();
    }
    wait_for(child);
}

int main(void)
{
    before_any_call();
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_OK);
    a_child_and_its_child();
    a_grandchild_knows_no_handle_of_its_line();
    the_parents_connection_is_left_alone();
    during_a_renewal();
    while_others_are_busy();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
