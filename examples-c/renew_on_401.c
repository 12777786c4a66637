/*
 * renew_on_401.c: an API refuses a token that should be good; the program gets another one and goes on.
 *
 * Shows    call_api below is the function to copy: get the token, send the request, and on a 401 tell
 *          erptoken_reject which token was refused and repeat the request once.
 * Prints   three requests to Invoisys: one that works at once, one whose token was revoked at the provider behind
 *          our back, and one that the API refuses with any token (ERPTOKEN_E_REFUSED_AGAIN).
 *
 * Tokens that come to their end are no reason for this: erptoken_get renews them in time. What remains are tokens
 * that were revoked, or forgotten by a server that was started anew.
 */
#include <string.h>

#include "example.h"
#include "tiny_http.h"

/* Sends a GET with the account's token on it. Answers the HTTP status; 0: there was no answer, or no token. */
static int call_api(int32_t account, const char *url, char *answer, size_t size)
{
    int attempt;

    for (attempt = 1;; attempt++) {
        char token[4096], text[64];
        int32_t length = sizeof token; /* set anew before every call: it is also where the length comes back */
        int32_t status;
        int http_status;

        /* Ask for the token before every request; do not keep it. From memory this takes less than a microsecond. */
        status = erptoken_get(account, token, &length);
        if (status != ERPTOKEN_OK) {
            print_failure("erptoken_get", status);
            return 0;
        }

        /* Your own HTTP component stands here. */
        http_status = tiny_http("GET", url, token, answer, size);
        printf("  request with %s: HTTP %d\n", shortened(token, length, text, sizeof text), http_status);
        if (http_status != 401 || attempt == 2)
            return http_status;

        /*
         * Say which token was refused. If another thread said so before and there is a newer token already, nothing
         * is dropped, so every thread may report what it saw. Nothing is sent: the next erptoken_get renews.
         */
        status = erptoken_reject(account, token);
        if (status == ERPTOKEN_E_REFUSED_AGAIN) {
            /*
             * This token was itself brought in, less than a minute ago, for one that was refused. Two fresh tokens
             * refused in a row are not stale: the user lacks a permission for this API, or the address is wrong.
             * The token is kept, because it is good elsewhere. Repeating would only hammer the provider's login, so
             * show the answer to a person.
             */
            char why[1201];
            int32_t why_size = sizeof why;

            erptoken_error_text(why, &why_size);
            printf("  the library says: %s\n", why);
            return http_status;
        }
        if (status != ERPTOKEN_OK) {
            print_failure("erptoken_reject", status);
            return 0;
        }
    }
}

/* Tells the sandbox to misbehave; no provider has such an address. */
static void tell_sandbox(const char *path)
{
    char url[256];

    snprintf(url, sizeof url, "%s%s", sandbox("ERPTOKEN_SANDBOX_HTTP"), path);
    if (tiny_http("POST", url, NULL, NULL, 0) != 204) {
        fprintf(stderr, "the sandbox does not answer\n");
        exit(2);
    }
}

static void expect(int is_so, const char *what, int *surprises)
{
    if (!is_so) {
        fprintf(stderr, "surprise: %s\n", what);
        *surprises += 1;
    }
}

int main(void)
{
    int32_t account = 0, logins = 0, status;
    const char *base = sandbox("ERPTOKEN_SANDBOX_INVOISYS");
    char url[256], answer[1024];
    int surprises = 0;

    status = erptoken_open("invoisys", &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", "email@email.com.br");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", "senha do usu\xC3\xA1rio"); /* in UTF-8 */
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", base);
    if (status != ERPTOKEN_OK) {
        print_failure("invoisys", status);
        erptoken_close(account);
        return 1;
    }
    snprintf(url, sizeof url, "%s/api/nfe/getbychave/35210112345678000195550010000000011000000017", base);

    printf("a good token:\n");
    expect(call_api(account, url, answer, sizeof answer) == 200, "the first request fails", &surprises);
    printf("  answer %s\n", answer);

    printf("the token was revoked at the provider:\n");
    tell_sandbox("/_sandbox/expire");
    expect(call_api(account, url, answer, sizeof answer) == 200, "the repeated request fails", &surprises);
    expect(strstr(answer, "autorizada") != NULL, "the answer is another one", &surprises);

    printf("the API refuses every token:\n");
    tell_sandbox("/_sandbox/fault?operation=api&fault=status:401&times=1");
    expect(call_api(account, url, answer, sizeof answer) == 401, "the refusal does not come through", &surprises);

    /* One login at the beginning, one for the revoked token, none for the permission that is missing. */
    expect(erptoken_info_int(account, "logins", &logins) == ERPTOKEN_OK && logins == 2, "not two logins",
           &surprises);
    printf("logins: %d\n", (int)logins);

    erptoken_close(account);
    return surprises == 0 ? 0 : 1;
}
