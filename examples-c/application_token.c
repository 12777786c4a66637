/*
 * application_token.c: a token for a program that runs unattended, at assine.online.
 *
 * Shows    erptoken_app_check (may this account have them), erptoken_app_create, erptoken_app_get, erptoken_app_list and
 *          erptoken_app_revoke. None of them needs the session token: the library gets and renews it.
 * Prints   what the account may, the id of a new token, the token shortened, the list before and after it is revoked.
 *
 * The provider shows a token once. The library keeps it: in the store, if the program names one with
 *     erptoken_configure("store", "file:/var/lib/erp/tokens");
 * else until the program ends, which is enough here.
 *
 * A program that wants nothing but the token sets "token" to "application" and calls erptoken_get: the library then
 * creates it, keeps it and replaces it in time. That takes a store.
 */
#include <string.h>

#include "example.h"

/* Reads one field of a response: 1 if it is there. */
static int field(int32_t response, const char *path, char *text, size_t size)
{
    int32_t length = (int32_t)size;

    return erptoken_response_field(response, path, text, &length) == ERPTOKEN_OK;
}

/* The provider's list. Session tokens are in it too, this account's own among them: "stored" tells them apart. */
static int print_list(int32_t account)
{
    char path[64], id[ERPTOKEN_ID_SIZE], expires_at[32], stored[8];
    int32_t response = 0, status;
    int i;

    status = erptoken_app_list(account, &response);
    if (status != ERPTOKEN_OK) {
        print_failure("erptoken_app_list", status);
        return 0;
    }
    for (i = 0;; i++) {
        snprintf(path, sizeof path, "/tokens/%d/id", i);
        if (!field(response, path, id, sizeof id))
            break;
        snprintf(path, sizeof path, "/tokens/%d/expires_at", i);
        field(response, path, expires_at, sizeof expires_at);
        snprintf(path, sizeof path, "/tokens/%d/stored", i);
        field(response, path, stored, sizeof stored);
        printf("  %s until %s%s\n", id, expires_at, strcmp(stored, "1") == 0 ? ", kept here" : "");
    }
    erptoken_close(response);
    return i;
}

int main(void)
{
    int32_t account = 0, allowed = 0, length, status;
    char id[ERPTOKEN_ID_SIZE], token[4096], text[64];
    int before, after;

    status = erptoken_open("assine", &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", "siletic225@xhyemail.com");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", "INFORME_SENHA");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", sandbox("ERPTOKEN_SANDBOX_ASSINE"));
    if (status == ERPTOKEN_OK)
        status = erptoken_app_check(account, &allowed);
    if (status != ERPTOKEN_OK || !allowed) {
        if (status != ERPTOKEN_OK)
            print_failure("assine", status);
        else
            fprintf(stderr, "this account is no company's: it may have no application tokens\n");
        erptoken_close(account);
        return 1;
    }
    printf("the account may create application tokens\n");

    /*
     * For a year; or until an instant, which needs its zone: "2027-01-31T23:59:00-03:00". If no answer comes, the token
     * may exist all the same: do not create another one before you have looked at the list.
     */
    length = sizeof id;
    status = erptoken_app_create(account, "365", id, &length);
    if (status != ERPTOKEN_OK) {
        print_failure("erptoken_app_create", status);
        erptoken_close(account);
        return 1;
    }
    printf("created %s\n", id);

    length = sizeof token;
    status = erptoken_app_get(account, id, token, &length);
    if (status == ERPTOKEN_OK)
        printf("the token is %s\n", shortened(token, length, text, sizeof text));
    else
        print_failure("erptoken_app_get", status);

    printf("the list:\n");
    before = print_list(account);

    if (status == ERPTOKEN_OK) {
        status = erptoken_app_revoke(account, id);
        if (status != ERPTOKEN_OK)
            print_failure("erptoken_app_revoke", status);
    }

    printf("the list after %s was revoked:\n", id);
    after = print_list(account);

    erptoken_close(account);
    return status == ERPTOKEN_OK && after == before - 1 ? 0 : 1;
}
