/* Gets a token at the address it is given, and prints how that ended. Without an address: whether the kernel holds it
 * for a program with more rights than whoever started it. */
#include "erptoken.h"

#include <stdio.h>
#include <sys/auxv.h>

int main(int argc, char **argv)
{
    char text[1201] = "";
    int32_t account = 0, length = sizeof text;
    if (argc < 2) {
        printf("%lu", getauxval(AT_SECURE));
        return 0;
    }
    erptoken_open("senior", &account);
    erptoken_set(account, "base_url", argv[1]);
    erptoken_set(account, "username", "admin@empresa.com.br");
    erptoken_set(account, "password", "senhaUsuario");
    erptoken_set(account, "timeout_ms", "2000");
    if (erptoken_get(account, text, &length) == ERPTOKEN_OK) {
        printf("token");
    } else {
        length = sizeof text;
        erptoken_error_text(text, &length);
        printf("%s", text);
    }
    return 0;
}
