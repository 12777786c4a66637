/*
 * minimal.c: five calls from nothing to a token.
 *
 * Shows    erptoken_open, erptoken_set (twice), erptoken_get and erptoken_close; and erptoken_error_text, which
 *          says why one of them failed.
 * Prints   one line: the first characters of the token, and its length.
 *
 * Put your own user and password in, and leave the line with "base_url" out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "erptoken.h"

int main(void)
{
    int32_t account = 0;
    int32_t status;
    char token[4096];
    int32_t length = sizeof token;

    status = erptoken_open("senior", &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", "admin@empresa.com.br");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", "senhaUsuario");

    /* Only for trying it out: the address of the sandbox, if there is one. A real program leaves this out. */
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", getenv("ERPTOKEN_SANDBOX_SENIOR"));

    /* 4096 bytes hold a usual token; providers.c shows the loop that need not guess. */
    if (status == ERPTOKEN_OK)
        status = erptoken_get(account, token, &length);

    if (status == ERPTOKEN_OK) {
        /* Here your program sends "Authorization: Bearer <token>". A token is a secret: never print all of it. */
        printf("token %.4s... (%d characters)\n", token, (int)length);
    } else {
        char why[1201];
        int32_t size = sizeof why;

        erptoken_error_text(why, &size);
        fprintf(stderr, "no token, status %d: %s\n", (int)status, why);
    }

    erptoken_close(account);
    return status == ERPTOKEN_OK ? 0 : 1;
}
