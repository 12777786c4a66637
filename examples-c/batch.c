/*
 * batch.c: a program that is started for each invoice, and logs in only once a day.
 *
 * Shows    erptoken_configure with "store" and "store_key": the token outlives the program. This one starts itself
 *          once more, as the next invoice would; the second run makes no login.
 * Prints   a line for each run: how it came to its token.
 *
 * Linux and other POSIX systems. On Windows nothing changes but the folder, and store_key may be left out.
 */
#define _POSIX_C_SOURCE 200809L
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "example.h"

/* One invoice: a token, and how it came. */
static int invoice(const char *folder)
{
    char store[1024], token[4096], source[32];
    int32_t account = 0, logins = 0;
    int32_t length = sizeof token, source_size = sizeof source;
    int32_t status;

    /* Before the first account is used. The key belongs into a file of your own ("file:/path"): 64 digits, mode 600. */
    snprintf(store, sizeof store, "file:%s/tokens", folder);
    status = erptoken_configure("store", store);
    if (status == ERPTOKEN_OK)
        status = erptoken_configure("store_key", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");

    if (status == ERPTOKEN_OK)
        status = erptoken_open("assine", &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", "siletic225@xhyemail.com");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", "INFORME_SENHA");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", sandbox("ERPTOKEN_SANDBOX_ASSINE"));
    if (status == ERPTOKEN_OK)
        status = erptoken_get(account, token, &length);
    if (status == ERPTOKEN_OK)
        status = erptoken_info(account, "source", source, &source_size);
    if (status == ERPTOKEN_OK)
        status = erptoken_info_int(account, "logins", &logins);

    if (status != ERPTOKEN_OK) {
        print_failure("batch", status);
    } else {
        char beginning[64];

        printf("token %s from: %s, logins of this run: %d\n", shortened(token, length, beginning, sizeof beginning),
               source, (int)logins);
    }
    erptoken_close(account);
    /* A program that ends at once: a renewal that runs behind it gets a moment to finish. */
    erptoken_shutdown();
    return status == ERPTOKEN_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/erptoken-batch-XXXXXX";
    char command[1024];
    int run, failed = 0;

    if (argc == 2)
        return invoice(argv[1]);

    /* Two invoices, each with a program of its own. */
    if (mkdtemp(folder) == NULL)
        return 1;
    for (run = 0; run < 2 && !failed; run++) {
        pid_t program = fork();

        if (program == 0) {
            execl(argv[0], argv[0], folder, (char *)NULL);
            _exit(127);
        }
        failed = program < 0 || waitpid(program, &failed, 0) < 0 || failed != 0;
    }
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) != 0 || failed;
}
