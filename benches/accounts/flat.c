/* The least: tokens side by side in a table, found by number, for one thread, and never renewed. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOKEN 256

struct account {
    time_t expires;
    int length;
    char token[TOKEN + 1];
};

static struct account *accounts;
static int count;

int flat_start(int accounts_to_come) {
    accounts = calloc(accounts_to_come, sizeof *accounts);
    return accounts ? 0 : -1;
}

int flat_open(const char *token) {
    struct account *account = &accounts[count];
    account->length = (int)strlen(token);
    memcpy(account->token, token, account->length + 1);
    account->expires = time(NULL) + 86400;
    return count++;
}

int flat_get(int number, char *buffer, int *length) {
    struct account *account;
    if (number < 0 || number >= count) return -1;
    account = &accounts[number];
    if (time(NULL) >= account->expires || account->length >= *length) return -1;
    memcpy(buffer, account->token, account->length + 1);
    *length = account->length;
    return 0;
}
