/* Loaded by name, as plugins are; not linked to the library. Also: which threads there are, and when. */
#include "sandbox.h"

#include "erptoken.h"

#include <dlfcn.h>

#define LIBRARY "liberptoken.so.1"

static int32_t (*abi_version)(void);
static int32_t (*open_account)(const char *, int32_t *);
static int32_t (*set)(int32_t, const char *, const char *);
static int32_t (*get)(int32_t, char *, int32_t *);
static int32_t (*close_handle)(int32_t);
static int32_t (*configure)(const char *, const char *);
static int32_t (*error_text)(char *, int32_t *);
static int32_t (*shut_down)(void);

/* ISO C knows no conversion of an object's address to a function's; POSIX promises this. */
#define FIND(library, function, name)                                                                         \
    do {                                                                                                      \
        void *found_ = dlsym(library, name);                                                                  \
        if (found_ == NULL)                                                                                   \
            FAIL("%s: %s", name, dlerror());                                                                  \
        memcpy(&(function), &found_, sizeof found_);                                                          \
    } while (0)

static void *load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        FAIL("%s", dlerror());
    FIND(library, abi_version, "erptoken_abi_version");
    FIND(library, open_account, "erptoken_open");
    FIND(library, set, "erptoken_set");
    FIND(library, get, "erptoken_get");
    FIND(library, close_handle, "erptoken_close");
    FIND(library, configure, "erptoken_configure");
    FIND(library, error_text, "erptoken_error_text");
    FIND(library, shut_down, "erptoken_shutdown");
    return library;
}

#define CHECK_STATUS(call, wanted)                                                                            \
    do {                                                                                                      \
        int32_t status_ = (call);                                                                             \
        if (status_ != (wanted)) {                                                                            \
            char why_[1201] = "";                                                                             \
            int32_t length_ = sizeof why_;                                                                    \
            error_text(why_, &length_);                                                                       \
            FAIL("%s answered %d, wanted %s: %s", #call, (int)status_, #wanted, why_);                        \
        }                                                                                                     \
    } while (0)

static int32_t account(const char *username)
{
    int32_t handle = 0;
    sandbox_user("senior", username, "senhaUsuario");
    CHECK_STATUS(open_account("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(set(handle, "base_url", environment("ERPTOKEN_SENIOR")), ERPTOKEN_OK);
    CHECK_STATUS(set(handle, "username", username), ERPTOKEN_OK);
    CHECK_STATUS(set(handle, "password", "senhaUsuario"), ERPTOKEN_OK);
    return handle;
}

static int32_t ask(int32_t handle)
{
    char token[4096];
    int32_t length = sizeof token;
    return get(handle, token, &length);
}

static void loading_starts_no_thread(void)
{
    void *library;
    CHECK_INT(thread_count(), 1);
    library = load();
    CHECK_INT(thread_count(), 1);
    CHECK_INT(abi_version(), ERPTOKEN_ABI_VERSION);
    CHECK_INT(thread_count(), 1);
    /* Neither does an account that asks for nothing. */
    CHECK_STATUS(close_handle(account("parado@empresa.com.br")), ERPTOKEN_OK);
    CHECK_INT(thread_count(), 1);
    CHECK_INT(dlclose(library), 0);
}

static void twenty_times(void)
{
    int i;
    for (i = 0; i < 20; i++) {
        char username[64];
        void *library = load();
        int32_t handle;
        snprintf(username, sizeof username, "carga%d@empresa.com.br", i);
        handle = account(username);
        CHECK_STATUS(ask(handle), ERPTOKEN_OK);
        CHECK_STATUS(ask(handle), ERPTOKEN_OK);
        CHECK_STATUS(close_handle(handle), ERPTOKEN_OK);
        if (i % 3 == 0)
            CHECK_STATUS(shut_down(), ERPTOKEN_OK);
        CHECK_INT(dlclose(library), 0);
    }
    CHECK(threads_end(1, patience(2000)));
}

/* A thread of the library's runs, and its code must not vanish under it: the library stays. */
static void with_a_thread_alive(void)
{
    void *library = load(), *again;
    int32_t handle = account("preso@empresa.com.br");

    sandbox_fault("senior.login", "slow:800", 1);
    CHECK_STATUS(set(handle, "timeout_ms", "100"), ERPTOKEN_OK);
    CHECK_STATUS(ask(handle), ERPTOKEN_E_TIMEOUT);
    CHECK_INT(thread_count(), 2);
    CHECK_INT(dlclose(library), 0);
    CHECK(threads_end(1, patience(5000)));
    again = dlopen(LIBRARY, RTLD_NOW | RTLD_NOLOAD);
    if (again == NULL)
        FAIL("the library was unloaded by dlclose");
    CHECK_INT(dlclose(again), 0);
    library = load();
    /* It is the same one: the handle and its token are still there. */
    CHECK_STATUS(ask(handle), ERPTOKEN_OK);
    CHECK_STATUS(close_handle(handle), ERPTOKEN_OK);
    CHECK_INT(dlclose(library), 0);
}

static volatile int watching;
static volatile int most_threads;

static void *watch(void *argument)
{
    (void)argument;
    while (watching) {
        int now = thread_count();
        if (now > most_threads)
            most_threads = now;
        pause_ms(5);
    }
    return NULL;
}

/* The most threads while a login takes its time; this one and the watcher are two of them. */
static int threads_during_a_login(const char *username)
{
    pthread_t watcher;
    int32_t handle = account(username);
    sandbox_fault("senior.login", "slow:300", 1);
    watching = 1;
    most_threads = 0;
    watcher = start(watch, NULL);
    CHECK_STATUS(ask(handle), ERPTOKEN_OK);
    watching = 0;
    join(watcher);
    CHECK_STATUS(close_handle(handle), ERPTOKEN_OK);
    CHECK(threads_end(1, patience(2000)));
    return most_threads;
}

static void threads_of_the_library(void)
{
    void *library = load();
    CHECK_INT(threads_during_a_login("comfundo@empresa.com.br"), 3);
    CHECK_STATUS(configure("background", "0"), ERPTOKEN_OK);
    CHECK_INT(threads_during_a_login("semfundo@empresa.com.br"), 2);
    /* The caller does the work itself, and still waits no longer than it wants to. */
    {
        int32_t handle = account("semtempo@empresa.com.br");
        long began = now_ms();
        sandbox_fault("senior.login", "hang", 1);
        CHECK_STATUS(set(handle, "timeout_ms", "300"), ERPTOKEN_OK);
        CHECK_STATUS(ask(handle), ERPTOKEN_E_TIMEOUT);
        CHECK_RANGE(now_ms() - began, 290, patience(1500));
        CHECK_INT(thread_count(), 1);
        CHECK_STATUS(close_handle(handle), ERPTOKEN_OK);
    }
    CHECK_STATUS(configure("background", NULL), ERPTOKEN_OK);
    CHECK_INT(threads_during_a_login("denovo@empresa.com.br"), 3);
    CHECK_STATUS(shut_down(), ERPTOKEN_OK);
    CHECK_INT(dlclose(library), 0);
}

/* A thread that used the library and ends after it was closed has nothing to run. */
static void *use_and_outlive(void *argument)
{
    int32_t handle = 0;
    CHECK_INT(open_account("nenhum", &handle), ERPTOKEN_E_PROVIDER);
    pthread_barrier_wait(argument);
    pthread_barrier_wait(argument);
    return NULL;
}

static void a_thread_outlives_dlclose(void)
{
    pthread_barrier_t barrier;
    void *library = load();
    pthread_t thread;
    CHECK_INT(pthread_barrier_init(&barrier, NULL, 2), 0);
    thread = start(use_and_outlive, &barrier);
    pthread_barrier_wait(&barrier);
    CHECK_INT(dlclose(library), 0);
    pthread_barrier_wait(&barrier);
    join(thread);
    pthread_barrier_destroy(&barrier);
}

int main(void)
{
    loading_starts_no_thread();
    twenty_times();
    with_a_thread_alive();
    threads_of_the_library();
    a_thread_outlives_dlclose();
    load();
    CHECK_STATUS(shut_down(), ERPTOKEN_OK);
    return 0;
}
