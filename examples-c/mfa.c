/*
 * mfa.c: a user who needs a second factor.
 *
 * Shows    The first erptoken_get answers ERPTOKEN_E_MFA: the password was right, and a code is wanted. Ask the
 *          person, set "mfa_code", ask again with the same account.
 * Prints   what the library says, the code as typed, and the token shortened.
 *
 * The person is the first argument here, else the variable MFA_CODE, else 012345, which the sandbox takes.
 *
 * A code is good for one login. While the program runs the token is renewed without it, where the provider hands out
 * a refresh token. Unattended programs use an application key ("access_key", "secret", "tenant") instead of a user.
 */
#include "example.h"

static const char *ask_person(int argc, char **argv)
{
    const char *code = argc > 1 ? argv[1] : getenv("MFA_CODE");

    return code != NULL && code[0] != '\0' ? code : "012345";
}

int main(int argc, char **argv)
{
    int32_t account = 0, length, status;
    char token[4096], text[64];

    status = erptoken_open("senior", &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "username", "mfa@empresa.com.br");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "password", "senhaUsuario");
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "base_url", sandbox("ERPTOKEN_SANDBOX_SENIOR"));
    if (status == ERPTOKEN_OK) {
        length = sizeof token;
        status = erptoken_get(account, token, &length);
    }

    if (status == ERPTOKEN_E_MFA) {
        char why[1201];
        int32_t size = sizeof why;
        const char *code;

        erptoken_error_text(why, &size);
        printf("the library says: %s\n", why);
        code = ask_person(argc, argv);
        printf("the person types: %s\n", code);

        status = erptoken_set(account, "mfa_code", code); /* text: the zero in front is part of it */
        if (status == ERPTOKEN_OK) {
            length = sizeof token;
            status = erptoken_get(account, token, &length);
        }
    } else if (status == ERPTOKEN_OK) {
        fprintf(stderr, "surprise: no code was wanted\n");
        erptoken_close(account);
        return 1;
    }

    if (status == ERPTOKEN_OK)
        printf("token %s\n", shortened(token, length, text, sizeof text));
    else
        print_failure("senior", status); /* ERPTOKEN_E_MFA again: the code was wrong or too old */

    erptoken_close(account);
    return status == ERPTOKEN_OK ? 0 : 1;
}
