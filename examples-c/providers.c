/*
 * providers.c: a token from each of the three providers, and what the library knows about it.
 *
 * Shows    The same calls for Senior, Invoisys and assine.online; a buffer that grows until the token fits;
 *          erptoken_info and erptoken_info_int.
 * Prints   a line per provider: the user, the token shortened, the seconds that it has left, and where it came from.
 *          The fourth line asks for Senior again with a new handle: its token comes from the process's memory.
 */
#include <string.h>

#include "example.h"

/*
 * Gets the token, however long it is: begin with nothing, and make the buffer as large as the library says while it
 * answers ERPTOKEN_E_BUFFER. A loop, because a token that is renewed between two calls may be longer than the one
 * before. It costs no second login: the token is kept. The caller frees *token.
 */
static int32_t get_token(int32_t account, char **token, int32_t *length)
{
    char *buffer = NULL;
    int32_t size = 0;
    int32_t status;

    while ((status = erptoken_get(account, buffer, &size)) == ERPTOKEN_E_BUFFER) {
        char *larger = realloc(buffer, (size_t)size);

        if (larger == NULL)
            break;
        buffer = larger;
    }
    if (status != ERPTOKEN_OK) {
        free(buffer);
        return status;
    }
    *token = buffer;
    *length = size;
    return ERPTOKEN_OK;
}

/* One line of the table; 0 if the token came from where it should. */
static int show(const char *provider, const char *username, const char *password, const char *address,
                const char *expected_source)
{
    int32_t account = 0, length = 0, seconds_left = 0, status;
    char *token = NULL;
    char source[16] = "", state[16] = "", text[64];
    int32_t source_size = sizeof source, state_size = sizeof state;

    status = erptoken_open(provider, &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", username);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", password);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", address);
    if (status == ERPTOKEN_OK)
        status = get_token(account, &token, &length);

    /* These three send nothing: they tell what is known already. */
    if (status == ERPTOKEN_OK)
        status = erptoken_info_int(account, "expires_in", &seconds_left);
    if (status == ERPTOKEN_OK)
        status = erptoken_info(account, "source", source, &source_size);
    if (status == ERPTOKEN_OK)
        status = erptoken_info(account, "state", state, &state_size);

    if (status == ERPTOKEN_OK)
        printf("%-9s %-23s %-24s %8d  %-7s %s\n", provider, username,
               shortened(token, length, text, sizeof text), (int)seconds_left, source, state);
    else
        print_failure(provider, status);

    /* Closing costs nothing: the token stays in the process's memory for the next account. */
    erptoken_close(account);
    free(token);
    return status == ERPTOKEN_OK && seconds_left > 0 && strcmp(source, expected_source) == 0 ? 0 : 1;
}

int main(void)
{
    const char *senior = sandbox("ERPTOKEN_SANDBOX_SENIOR");
    const char *invoisys = sandbox("ERPTOKEN_SANDBOX_INVOISYS");
    const char *assine = sandbox("ERPTOKEN_SANDBOX_ASSINE");
    int surprises = 0;

    printf("%-9s %-23s %-24s %8s  %-7s %s\n", "provider", "user", "token", "seconds", "source", "state");
    surprises += show("senior", "admin@empresa.com.br", "senhaUsuario", senior, "login");
    /* Texts are UTF-8, whatever the character set of the source file: C3 A1 is an a with an acute accent. */
    surprises += show("invoisys", "email@email.com.br", "senha do usu\xC3\xA1rio", invoisys, "login");
    surprises += show("assine", "siletic225@xhyemail.com", "INFORME_SENHA", assine, "login");
    surprises += show("senior", "admin@empresa.com.br", "senhaUsuario", senior, "memory");
    return surprises == 0 ? 0 : 1;
}
