/* Certificates are checked against the roots of Windows: what an administrator adds there is trusted, nothing else. */
#include "account.h"

int main(int count, char **arguments)
{
    char token[TOKEN_SIZE];
    int32_t handle = account();

    /* run.sh says whether it has just made the sandbox's authority one of those roots. */
    CHECK_INT(count, 2);
    CHECK_STATUS(erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")), ERPTOKEN_OK);
    if (strcmp(arguments[1], "trusted") == 0) {
        int32_t status = get(handle, token);
        /* Wine 8 trusts it then, and goes on to complain that nobody says whether it was revoked, which it was told not to
         * (CERT_E_REVOCATION_FAILURE). */
        if (status != ERPTOKEN_OK)
            CHECK_HAS(last_text(), "-2146762482");
    } else {
        CHECK_STATUS(get(handle, token), ERPTOKEN_E_TLS);
        CHECK_HAS(last_text(), "not trusted here");
    }
    return 0;
}
