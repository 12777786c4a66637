/*
 * freight_request.c: a request to Senior's freight API, sent by the library with the token on it.
 *
 * Shows    erptoken_request for a host that has no TLS 1.2 of its own (Delphi 7, VB6): method, path, headers, a JSON
 *          body; the response read by erptoken_response_status, _field and _text, and closed.
 * Prints   a freight that is created, the list that is read in a loop, and a request whose token was revoked at the
 *          provider: the library notices the 401, renews the token and sends the request once more.
 */
#include <string.h>

#include "example.h"

/* Reads one value of the response's JSON; 0 when there is none. */
static int read_field(int32_t response, const char *path, char *text, int32_t size)
{
    int32_t length = size; /* in: the capacity; out: the length */

    return erptoken_response_field(response, path, text, &length) == ERPTOKEN_OK;
}

/* Creates a freight. Answers the HTTP status; 0: there was no answer. */
static int create_freight(int32_t account, const char *json)
{
    int32_t response = 0, http_status = 0, status;
    char text[256];

    /* A path is appended to the environment's API address. -1: the body is a text; it is sent as JSON. */
    status = erptoken_request(account, "POST", "/tms/freights", "X-Pedido: 4711\r\n", json, -1, &response);
    if (status != ERPTOKEN_OK) {
        /* No answer. After a POST nobody knows whether it was carried out: look before you send it again. */
        print_failure("erptoken_request", status);
        return 0;
    }
    erptoken_response_status(response, &http_status);
    if (read_field(response, "/text", text, sizeof text))
        printf("  HTTP %d, the API received %s\n", (int)http_status, text);

    /* A response holds its whole body: close it when you have read what you need. */
    erptoken_close(response);
    return (int)http_status;
}

/* Lists the freights. Answers how many there are; -1: there was no answer. */
static int list_freights(int32_t account)
{
    int32_t response = 0, http_status = 0, status;
    char path[64], city[128];
    int count = 0;

    status = erptoken_request(account, "GET", "/tms/freights", NULL, NULL, 0, &response);
    if (status != ERPTOKEN_OK) {
        print_failure("erptoken_request", status);
        return -1;
    }
    erptoken_response_status(response, &http_status);
    printf("  HTTP %d\n", (int)http_status);

    /* The loop ends where nothing is left. A large list is gone through only once. */
    for (;; count++) {
        snprintf(path, sizeof path, "/freights/%d/city", count);
        if (!read_field(response, path, city, sizeof city))
            break;
        printf("  freight to %s\n", city);
    }
    erptoken_close(response);
    return count;
}

/* Revokes the token behind the library's back, as an administrator could. Only the sandbox has such an address. */
static void revoke_at_the_provider(int32_t account)
{
    int32_t response = 0;
    char url[256];

    snprintf(url, sizeof url, "%s/_sandbox/expire", sandbox("ERPTOKEN_SANDBOX_HTTP"));
    if (erptoken_request(account, "POST", url, NULL, NULL, 0, &response) == ERPTOKEN_OK)
        erptoken_close(response);
}

int main(void)
{
    int32_t account = 0, status, logins = 0, refreshes = 0;
    int well = 1;

    status = erptoken_open("senior", &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", "admin@empresa.com.br");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", "senhaUsuario");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", sandbox("ERPTOKEN_SANDBOX_SENIOR")); /* not for the real one */
    if (status != ERPTOKEN_OK) {
        print_failure("senior", status);
        erptoken_close(account);
        return 1;
    }

    printf("create a freight:\n");
    well &= create_freight(account, "{\"city\":\"S\xC3\xA3o Paulo\",\"weight\":12.5}") == 201;

    printf("list the freights:\n");
    well &= list_freights(account) == 1;

    printf("the token was revoked at the provider:\n");
    revoke_at_the_provider(account);
    well &= list_freights(account) == 1;

    erptoken_info_int(account, "logins", &logins);
    erptoken_info_int(account, "refreshes", &refreshes);
    printf("logins: %d, refreshes: %d\n", (int)logins, (int)refreshes);
    well &= logins == 1 && refreshes == 1;

    erptoken_close(account);
    return well ? 0 : 1;
}
