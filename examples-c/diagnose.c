/*
 * diagnose.c: why does it not work at the customer's? A report that a person can send to support.
 *
 * Shows    erptoken_diagnose, erptoken_response_field and a log callback (erptoken_log).
 * Prints   the log's lines as they come, then the report of an account at the sandbox, and of one whose port nobody
 *          listens on: with what to do about it, in Portuguese.
 *
 * The report sends no credentials and holds no secret. A support program of your own needs no more than report().
 */
#include <string.h>

#include "example.h"

/* One line of the log. Here a real program writes to its own log; it must return, and call nothing of the library. */
static void ERPTOKEN_CALL on_line(int32_t level, const char *line, void *user_data)
{
    (void)level;
    fprintf(user_data, "  log: %s\n", line);
}

/* The report's text, to be freed; NULL if there is none. */
static char *report(int32_t account)
{
    int32_t response = 0, size = 0;
    int32_t status = erptoken_diagnose(account, &response);
    char *text = NULL;

    if (status == ERPTOKEN_OK)
        status = erptoken_response_field(response, "/text", NULL, &size);
    if (status == ERPTOKEN_E_BUFFER && (text = malloc((size_t)size)) != NULL)
        status = erptoken_response_field(response, "/text", text, &size);
    if (status != ERPTOKEN_OK) {
        print_failure("erptoken_diagnose", status);
        free(text);
        text = NULL;
    }
    erptoken_close(response);
    return text;
}

int main(void)
{
    int32_t account = 0;
    char *first = NULL, *second = NULL;
    int well;

    erptoken_log(on_line, stdout, 3 /* information */);
    if (erptoken_open("senior", &account) != ERPTOKEN_OK)
        return 1;
    erptoken_set(account, "base_url", sandbox("ERPTOKEN_SANDBOX_SENIOR"));
    erptoken_set(account, "username", "admin@empresa.com.br");
    erptoken_set(account, "password", "senhaUsuario");
    first = report(account);
    if (first != NULL)
        printf("%s\n", first);

    /* Port 1 is nobody's. */
    erptoken_configure("language", "pt");
    erptoken_set(account, "base_url", "http://127.0.0.1:1/");
    second = report(account);
    if (second != NULL)
        printf("%s", second);

    well = first != NULL && strstr(first, "nothing is wrong") != NULL && second != NULL
        && strstr(second, "O que fazer:") != NULL;
    free(first);
    free(second);
    erptoken_close(account);
    erptoken_log(on_line, stdout, 0);
    return well ? 0 : 1;
}
