/* A token from the cache: nothing is allocated, every hit is counted, and a signal handler may ask for it too. */
#include "account.h"
#include <sys/time.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static __thread long allocations;

/* The library takes its memory from here too: the program's symbols come first. */
void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}

static void nothing_is_allocated(void)
{
    int32_t handle = new_user("hit@empresa.com.br");
    char token[TOKEN_SIZE];
    long before;
    int i, rounds = scale(100000, 1000);

    before = allocations;
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    if (!light()) /* valgrind has put its own in the place of these */
        CHECK(allocations > before);
    before = allocations;
    for (i = 0; i < rounds; i++) {
        int32_t length = TOKEN_SIZE;
        CHECK_STATUS(erptoken_get(handle, token, &length), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_authorization(handle, token, (length = TOKEN_SIZE, &length)), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_get(handle, NULL, (length = 0, &length)), ERPTOKEN_E_BUFFER);
        CHECK_STATUS(erptoken_get(handle, token, (length = 5, &length)), ERPTOKEN_E_BUFFER);
        CHECK_TEXT(token, "");
    }
    CHECK_INT(allocations - before, 0);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

#define THREADS 48 /* more than the library has places for threads of their own */

static int32_t shared;

static void *hit(void *argument)
{
    char token[TOKEN_SIZE];
    int i;
    (void)argument;
    for (i = 0; i < 1000; i++)
        CHECK_STATUS(get(shared, token), ERPTOKEN_OK);
    return NULL;
}

static void every_hit_is_counted(void)
{
    pthread_t threads[THREADS];
    char token[TOKEN_SIZE];
    int i, count = scale(THREADS, 8);

    shared = new_user("contado@empresa.com.br");
    CHECK_STATUS(get(shared, token), ERPTOKEN_OK);
    CHECK_INT(number(shared, "hits"), 0);
    for (i = 0; i < count; i++)
        threads[i] = start(hit, NULL);
    for (i = 0; i < count; i++)
        join(threads[i]);
    CHECK_INT(number(shared, "hits"), count * 1000);
    CHECK_INT(number(shared, "logins"), 1);
    CHECK_STATUS(erptoken_close(shared), ERPTOKEN_OK);
}

static volatile sig_atomic_t interrupted, wrong;
static char expected[TOKEN_SIZE];

static void interrupt(int signal)
{
    char token[TOKEN_SIZE];
    (void)signal;
    if (get(shared, token) != ERPTOKEN_OK || strcmp(token, expected) != 0)
        wrong = 1;
    interrupted++;
}

/* Not promised, but a host that does it must not hang or get half a token. */
static void a_signal_handler_hits_too(void)
{
    struct itimerval every = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    struct sigaction action;
    char token[TOKEN_SIZE];

    shared = new_user("sinal@empresa.com.br");
    CHECK_STATUS(get(shared, expected), ERPTOKEN_OK);
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt;
    CHECK_INT(sigaction(SIGALRM, &action, NULL), 0);
    CHECK_INT(setitimer(ITIMER_REAL, &every, NULL), 0);
    while (interrupted < scale(500, 20)) {
        CHECK_STATUS(get(shared, token), ERPTOKEN_OK);
        CHECK_TEXT(token, expected);
    }
    CHECK_INT(setitimer(ITIMER_REAL, &never, NULL), 0);
    CHECK_INT(wrong, 0);
    CHECK_STATUS(erptoken_close(shared), ERPTOKEN_OK);
}

int main(void)
{
    nothing_is_allocated();
    every_hit_is_counted();
    a_signal_handler_hits_too();
    return 0;
}
