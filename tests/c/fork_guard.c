/* A server that forks a child for each customer: the lockout guard counts for all of them, without a store. And no
 * child keeps a lock of its parent's. */
#include "child.h"

#define CHILDREN (light() ? 4 : 8)
#define WRONG "senha errada"

/* In a child: a login with a wrong password, which is refused or held back. */
static void is_refused(const char *username)
{
    char token[TOKEN_SIZE];
    int32_t handle = account_at("senior", username, WRONG), status = get(handle, token);
    if (status != ERPTOKEN_E_CREDENTIALS)
        CHECK_STATUS(status, ERPTOKEN_E_RATE_LIMITED);
    if (status == ERPTOKEN_E_RATE_LIMITED)
        CHECK_TEXT(last_code(), "guard");
    CHECK(erptoken_error_retry_after() > 0);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static void is_let_in(const char *username)
{
    char token[TOKEN_SIZE];
    int32_t handle = account_at("senior", username, PASSWORD);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* All at once, or each after the one before. How many logins were sent. */
static int sent_by_children(void (*work)(const char *), const char *username, int at_once)
{
    pid_t children[8];
    int before = sandbox_count("senior.login"), i;
    for (i = 0; i < CHILDREN; i++) {
        children[i] = forked();
        if (children[i] == 0) {
            work(username);
            child_ends();
        }
        if (!at_once)
            wait_for(children[i]);
    }
    for (i = 0; at_once && i < CHILDREN; i++)
        wait_for(children[i]);
    return sandbox_count("senior.login") - before;
}

static void new_name(char *username, const char *name, int number)
{
    sprintf(username, "%s%d@empresa.com.br", name, number);
    sandbox_user("senior", username, PASSWORD);
}

static void wrong_passwords(const char *name)
{
    char username[64];
    int at_once;
    for (at_once = light(); at_once < 2; at_once++) {
        new_name(username, name, at_once);
        CHECK_INT(sent_by_children(is_refused, username, at_once), 2);
        /* Of another user nothing is known, and right passwords cost nothing. */
        new_name(username, name, 2 + at_once);
        CHECK_INT(sent_by_children(is_let_in, username, at_once), CHILDREN);
        CHECK_INT(sent_by_children(is_refused, username, at_once), 2);
    }
}

/* What the parent was refused counts for its children, theirs for it and for theirs. */
static void counts_up_and_down(void)
{
    char username[64];
    pid_t child;
    int before;
    new_name(username, "acima", 0);
    before = sandbox_count("senior.login");
    is_refused(username);
    child = forked();
    if (child == 0) {
        pid_t grandchild = forked();
        if (grandchild == 0) {
            is_refused(username);
            child_ends();
        }
        wait_for(grandchild);
        child_ends();
    }
    wait_for(child);
    CHECK_INT(sandbox_count("senior.login") - before, 2);
    CHECK_INT(sent_by_children(is_refused, username, 1), 0);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    is_refused(username);
    CHECK_INT(sandbox_count("senior.login") - before, 2);
}

/* Whoever dies while the provider looks at its password may have been refused: the place is not free again. */
static void the_dead_are_counted(void)
{
    char username[64];
    pid_t children[2];
    int i, before;
    new_name(username, "morto", 0);
    before = sandbox_count("senior.login");
    sandbox_fault("senior.login", "slow:60000", 2);
    for (i = 0; i < 2; i++) {
        children[i] = forked();
        if (children[i] == 0)
            is_refused(username);
    }
    while (sandbox_count("senior.login") - before < 2)
        pause_ms(10);
    for (i = 0; i < 2; i++) {
        kill(children[i], SIGKILL);
        wait_for(children[i]);
    }
    children[0] = forked();
    if (children[0] == 0) {
        char token[TOKEN_SIZE];
        int32_t handle = account_at("senior", username, WRONG);
        CHECK_STATUS(erptoken_set(handle, "timeout_ms", "300"), ERPTOKEN_OK);
        CHECK_STATUS(get(handle, token), ERPTOKEN_E_TIMEOUT);
        child_ends();
    }
    wait_for(children[0]);
    CHECK_INT(sandbox_count("senior.login") - before, 2);
    sandbox_clear();
}

/* How many descriptors of this process hold a lock of a store. */
static int locks_held(void)
{
    char path[64], text[1024];
    int fd, count = 0;
    for (fd = 0; fd < 4096; fd++) {
        FILE *file;
        size_t length;
        snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
        file = fopen(path, "r");
        if (file == NULL)
            continue;
        length = fread(text, 1, sizeof text - 1, file);
        text[length] = '\0';
        fclose(file);
        count += strstr(text, "lock:") != NULL;
    }
    return count;
}

static void *log_in(void *argument)
{
    char username[64], token[TOKEN_SIZE];
    int32_t handle;
    sprintf(username, "tranca%d@empresa.com.br", (int)(intptr_t)argument);
    handle = account_at("senior", username, PASSWORD);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    return NULL;
}

/* However many locks are held, a child has none of them. */
static void no_lock_is_inherited(void)
{
    enum { THREADS = 120 };
    pthread_t threads[THREADS];
    char value[PATH_MAX];
    const char *folder = environment("ERPTOKEN_FOLDER");
    int i, wanted = scale(THREADS, 8);
    pid_t child;
    long until = now_ms() + patience(20000);

    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    snprintf(value, sizeof value, "file:%s/store", folder);
    CHECK_STATUS(
        erptoken_configure("store_key", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
        ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("store", value), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("background", "0"), ERPTOKEN_OK);
    sandbox_fault("senior.login", "slow:3000", wanted);
    for (i = 0; i < wanted; i++)
        threads[i] = start(log_in, (void *)(intptr_t)i);
    /* Each has the lock of its token and that of its user. */
    while (locks_held() < 2 * wanted * 9 / 10 && now_ms() < until)
        pause_ms(5);
    CHECK(locks_held() > (light() ? 0 : 160));
    child = forked();
    if (child == 0) {
        CHECK_INT(locks_held(), 0);
        child_ends();
    }
    wait_for(child);
    for (i = 0; i < wanted; i++)
        join(threads[i]);
}

int main(void)
{
    char username[64];
    int i;
    /* The parent has only loaded the library. */
    wrong_passwords("antes");
    for (i = 0; i < 120; i++) {
        sprintf(username, "tranca%d@empresa.com.br", i);
        sandbox_user("senior", username, PASSWORD);
    }
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_OK);
    wrong_passwords("depois");
    counts_up_and_down();
    the_dead_are_counted();
    no_lock_is_inherited();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
