/*
 * threads.c: sixteen threads of one program ask for a token in the same moment; one login is made.
 *
 * Shows    One account for all threads and no lock around any call. Who asks while a login runs waits for that login.
 *          The text of an error belongs to the thread whose call failed: each thread reads its own.
 * Prints   how many threads got the same token, and the counters: "waits" are calls that waited for the login, "hits"
 *          are calls that found the token in memory.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <string.h>

#include "example.h"

#define THREADS 16

struct worker {
    pthread_t thread;
    int32_t account;
    int32_t status;
    int32_t length;
    char token[4096];
};

static pthread_barrier_t start;

static void *work(void *argument)
{
    struct worker *worker = argument;

    pthread_barrier_wait(&start); /* so that all of them ask at once */
    worker->length = sizeof worker->token;
    worker->status = erptoken_get(worker->account, worker->token, &worker->length);
    if (worker->status != ERPTOKEN_OK)
        print_failure("erptoken_get", worker->status);
    return NULL;
}

int main(void)
{
    static struct worker workers[THREADS];
    static const char *const counters[] = { "logins", "refreshes", "hits", "waits", "failures" };
    int32_t account = 0, logins = 0, status;
    int i, same = 0;
    size_t c;
    char text[64];

    status = erptoken_open("senior", &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", "admin@empresa.com.br");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", "senhaUsuario");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", sandbox("ERPTOKEN_SANDBOX_SENIOR"));
    if (status != ERPTOKEN_OK) {
        print_failure("senior", status);
        erptoken_close(account);
        return 1;
    }

    pthread_barrier_init(&start, NULL, THREADS);
    for (i = 0; i < THREADS; i++) {
        workers[i].account = account;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            fprintf(stderr, "no more threads\n");
            return 1;
        }
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        same += workers[i].status == ERPTOKEN_OK && strcmp(workers[i].token, workers[0].token) == 0;
    }
    pthread_barrier_destroy(&start);

    printf("%d of %d threads got the token", same, THREADS);
    if (same > 0)
        printf(" %s", shortened(workers[0].token, workers[0].length, text, sizeof text));
    printf("\n");
    for (c = 0; c < sizeof counters / sizeof counters[0]; c++) {
        int32_t value = 0;

        status = erptoken_info_int(account, counters[c], &value);
        if (status != ERPTOKEN_OK)
            print_failure(counters[c], status);
        printf("  %-9s %2d\n", counters[c], (int)value);
    }
    status = erptoken_info_int(account, "logins", &logins);

    erptoken_close(account);
    return same == THREADS && status == ERPTOKEN_OK && logins == 1 ? 0 : 1;
}
