/* A fork while another thread is inside a system call of the library's: each call that a piece of work makes, one after
 * the other. The thread stops in it until it is told to go on, and what it holds meanwhile no child may wait for. */
#include "child.h"
#include "stops.h"

#define NO_MORE_CALLS 7
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static char folder[PATH_MAX - 64], store[PATH_MAX], key_file[PATH_MAX], log_path[PATH_MAX];
static char user[64];
static int32_t work_account;

/* What the parent does when it is stopped. */

static void set(const char *option, const char *value)
{
    CHECK_STATUS(erptoken_configure(option, value), ERPTOKEN_OK);
}

static void set_store(void)
{
    set("store", store);
}

static void set_key(void)
{
    set("store_key", key_file);
}

static void set_ca_file(void)
{
    set("ca_file", environment("ERPTOKEN_CA"));
}

static void set_log_file(void)
{
    set("log_file", log_path);
}

static void get_token(void)
{
    char token[TOKEN_SIZE];
    CHECK_STATUS(get(work_account, token), ERPTOKEN_OK);
}

static void write_a_line(void)
{
    CHECK_STATUS(erptoken_set(work_account, "nada", "x"), ERPTOKEN_E_OPTION);
}

struct work {
    const char *name;
    void (*does)(void);
    /* Whether the account has a token in the store, and whether this process has it too. */
    int stored, known;
    const char *background;
};

static const struct work works[] = {
    { "configure store", set_store, 1, 0, "1" },
    { "configure store_key", set_key, 1, 0, "1" },
    { "configure ca_file", set_ca_file, 1, 0, "1" },
    { "configure log_file", set_log_file, 1, 0, "1" },
    { "a token from the store", get_token, 1, 0, "1" },
    { "a log line", write_a_line, 1, 1, "1" },
    { "a login of the caller's", get_token, 0, 0, "0" },
    { "a login of a thread's", get_token, 0, 0, "1" },
};

static void *work(void *argument)
{
    ((const struct work *)argument)->does();
    work_has_ended();
    return NULL;
}

static void answers_in_time(int32_t handle)
{
    char token[TOKEN_SIZE];
    int32_t status, other = 0;
    long began = now_ms();
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "100"), ERPTOKEN_OK);
    status = get(handle, token);
    /* Another process holds the record's lock, as far as the child knows. */
    if (status != ERPTOKEN_OK)
        CHECK_STATUS(status, ERPTOKEN_E_TIMEOUT);
    CHECK_STATUS(erptoken_open("invoisys", &other), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(other), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("api_hosts", "erp.example"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("log_file", log_path), ERPTOKEN_OK);
    CHECK_RANGE(now_ms() - began, 0, patience(3000));
}

static void child(int to_parent, int from_parent)
{
    char token[TOKEN_SIZE] = "", told;
    int32_t handle = account_at("senior", user, PASSWORD);
    answers_in_time(handle);
    CHECK_INT(write(to_parent, "", 1), 1);
    CHECK_INT(read(from_parent, &told, 1), 1);
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "15000"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    /* Not in memory in silence. */
    CHECK_STATUS(erptoken_configure("store", "memory"), ERPTOKEN_E_OPTION);
    CHECK_INT(write(to_parent, token, TOKEN_SIZE), TOKEN_SIZE);
    child_ends();
}

static void fork_now(const char *name, int step, pthread_t worker, char *childs)
{
    int up[2], down[2];
    char token[1];
    pid_t pid;

    CHECK(pipe(up) == 0 && pipe(down) == 0);
    pid = forked();
    if (pid == 0) {
        stop_nobody();
        close(up[0]);
        close(down[1]);
        child(up[1], down[0]);
    }
    close(up[1]);
    close(down[0]);
    if (read(up[0], token, 1) != 1) {
        dprintf(check_output, "%s, call %d (%s):\n", name, step, where_it_stopped());
        wait_for(pid);
    }
    let_it_go_on();
    join(worker);
    CHECK_INT(write(down[1], "", 1), 1);
    if (read(up[0], childs, TOKEN_SIZE) != TOKEN_SIZE)
        dprintf(check_output, "%s, after call %d (%s):\n", name, step, where_it_stopped());
    wait_for(pid);
    close(up[0]);
    close(down[1]);
}

/* Everything as a program has it that starts. */
static void start_afresh(const char *background)
{
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    set("store", store);
    set("store_key", KEY);
    set("log_file", log_path);
    set("log_level", "debug");
    /* Part of what a token is kept under. */
    set("ca_file", environment("ERPTOKEN_CA"));
    set("background", background);
    work_account = account_at("senior", user, PASSWORD);
}

/* The token that the store has, as a process finds it that starts now. */
static void is_stored(const char *name, int step, const char *childs)
{
    char token[TOKEN_SIZE];
    int logins = sandbox_requests();
    start_afresh("1");
    CHECK_STATUS(get(work_account, token), ERPTOKEN_OK);
    if (strcmp(token, childs) != 0 || sandbox_requests() != logins)
        FAIL("%s, call %d (%s): the child's token is not the stored one", name, step, where_it_stopped());
}

/* One process that starts, works, stops and has a child. */
static void stop_in(const struct work *what, int step)
{
    char childs[TOKEN_SIZE];
    pthread_t worker;

    this_thread_never_stops();
    start_afresh(what->background);
    if (what->known)
        get_token();
    stop_at(step);
    worker = start_with_stack(work, (void *)what, 1024 * 1024);
    if (!it_stops()) {
        join(worker);
        _exit(NO_MORE_CALLS);
    }
    fork_now(what->name, step, worker, childs);
    is_stored(what->name, step, childs);
    _exit(0);
}

/* Whether the work makes as many calls as that. */
static int stopped_at(const struct work *what, int step)
{
    static int users;
    int status = 0;
    pid_t pid;

    if (!what->stored) {
        snprintf(user, sizeof user, "novo%d@empresa.com.br", ++users);
        sandbox_user("senior", user, PASSWORD);
    }
    /* Nothing of the library's is there before: what it reads once, it reads anew. */
    pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        stop_in(what, step);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_MORE_CALLS)
        return 0;
    CHECK_INT(status, 0);
    return 1;
}

/* A process that leaves a token in the store. */
static void store_a_token(void)
{
    int status = 0;
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        this_thread_never_stops();
        start_afresh("1");
        get_token();
        _exit(0);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
}

int main(void)
{
    size_t i;
    int step, steps = 0;
    FILE *file;

    snprintf(folder, sizeof folder, "%s", environment("ERPTOKEN_FOLDER"));
    snprintf(store, sizeof store, "file:%s/tokens", folder);
    snprintf(key_file, sizeof key_file, "%s/key", folder);
    snprintf(log_path, sizeof log_path, "%s/erp.log", folder);
    file = fopen(key_file, "w");
    CHECK(file != NULL && fputs(KEY, file) >= 0 && fclose(file) == 0);
    CHECK_INT(chmod(key_file, 0600), 0);
    snprintf(key_file, sizeof key_file, "file:%s/key", folder);
    snprintf(user, sizeof user, "%s", USER);
    store_a_token();
    for (i = 0; i < sizeof works / sizeof *works; i++) {
        for (step = 1; stopped_at(&works[i], step); step += scale(1, 8))
            steps++;
        CHECK(step > 1);
    }
    CHECK_RANGE(steps, 2 * (long)i, 1000);
    return 0;
}
