/* A process that gets one token over TLS: arguments are the base URL and the file of the CA. */
#include "erptoken.h"

int main(int count, char **arguments) {
    int32_t account = 0;
    char token[4096];
    int32_t length = sizeof token;
    if (count != 3) return 2;
    erptoken_open("invoisys", &account);
    erptoken_set(account, "base_url", arguments[1]);
    erptoken_set(account, "ca_file", arguments[2]);
    erptoken_set(account, "username", "email@email.com.br");
    erptoken_set(account, "password", "senha do usu\xC3\xA1rio");
    return erptoken_get(account, token, &length) != ERPTOKEN_OK;
}
