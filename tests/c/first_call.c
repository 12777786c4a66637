/* A fork while another thread makes the library's very first call: the child must not wait for that thread. */
#include "account.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int go;

static void *first_call(void *unused)
{
    int32_t account = 0;
    (void)unused;
    while (!go) {
    }
    erptoken_open("senior", &account);
    erptoken_close(account);
    return NULL;
}

/* In a process that has not touched the library yet. The answer: how the child ended. */
static int one_round(unsigned round)
{
    pthread_t thread;
    volatile unsigned spin = round * 7919u % 60000u;
    int status = 0;
    pid_t child;
    CHECK(pthread_create(&thread, NULL, first_call, NULL) == 0);
    go = 1;
    while (spin > 0)
        spin--;
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        int32_t account = 0;
        alarm(5); /* a child that waits for ever is killed */
        _exit(erptoken_open("senior", &account) == ERPTOKEN_OK ? 0 : 2);
    }
    CHECK(waitpid(child, &status, 0) == child);
    pthread_join(thread, NULL);
    return status;
}

int main(void)
{
    unsigned rounds = getenv("ERPTOKEN_LIGHT") ? 4 : 600;
    for (unsigned round = 0; round < rounds; round++) {
        int status = 0;
        pid_t fresh = fork();
        CHECK(fresh >= 0);
        if (fresh == 0)
            _exit(one_round(round) == 0 ? 0 : 1);
        CHECK(waitpid(fresh, &status, 0) == fresh);
        CHECK(status == 0);
    }
    return 0;
}
