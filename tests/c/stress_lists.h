/* What stress.c chooses from: accounts, values, fields, and what the provider does wrong. */
#ifndef STRESS_LISTS_H
#define STRESS_LISTS_H

#include "account.h"

/* The accounts. Without a user's name it is a moody one: it gets wrong passwords and addresses, and at each opening a
   user of its own, because the guard against lockouts stops a user after a few wrong passwords. */
static const struct account {
    const char *provider, *username, *password;
    enum { PLAIN, HTTPS, OWN_PROFILE } way;
} accounts[] = {
    { "senior", USER, PASSWORD, PLAIN },
    { "senior", USER, PASSWORD, PLAIN },
    { "senior", USER, PASSWORD, HTTPS },
    { "invoisys", "email@email.com.br", "senha do usuário", PLAIN },
    { "assine", "siletic225@xhyemail.com", "INFORME_SENHA", PLAIN },
    { "assine", "siletic225@xhyemail.com", "INFORME_SENHA", PLAIN },
    { "senior", "chave", "segredo", OWN_PROFILE },
    { "senior", "mfa@empresa.com.br", PASSWORD, PLAIN },
    { "senior", "troca@empresa.com.br", PASSWORD, PLAIN },
    { "senior", NULL, PASSWORD, PLAIN },
    { "invoisys", NULL, PASSWORD, PLAIN },
    { "assine", NULL, PASSWORD, PLAIN },
};
#define ACCOUNTS ((int)(sizeof accounts / sizeof *accounts))

/* Its tokens are old after a second: they are renewed behind the callers, again and again. */
static const char own_profile[] =
    "{ \"erptoken_profile\": 1, \"name\": \"own\", \"urls\": { \"api\": \"{base}/rest\" }, \"life\": { \"renew_after_s\": 1 },"
    " \"environments\": { \"production\": { \"base\": \"https://localhost\" } },"
    " \"take\": { \"access_token\": [\"/jsonToken/access_token\"] }, \"login\": [ {"
    " \"needs\": [\"username\", \"password\"],"
    " \"url\": \"{base}/anonymous/rest/platform/authentication/actions/loginWithKey\","
    " \"json\": { \"accessKey\": \"{username}\", \"secret\": \"{password}\", \"tenantName\": \"empresa\" } } ] }";

static const struct setting {
    const char *option, *value;
} manners[] = {
    { "timeout_ms", "1" }, { "timeout_ms", "30" }, { "timeout_ms", "300" }, { "timeout_ms", NULL },
    { "timeout_ms", "0" }, { "min_seconds_left", "1" }, { "min_seconds_left", "9999999" }, { "min_seconds_left", NULL },
    { "min_seconds_left", "0" }, { "renew_after_s", "1" }, { "renew_after_s", NULL }, { "renew_after_s", "now" },
    { "mfa_code", "012345" }, { "mfa_code", "abc" }, { "mfa_code", NULL }, { "nothing", "x" }, { NULL, "x" },
    { "scope", "\xff" }, { "token", "application" },
}, moods[] = {
    { "password", PASSWORD }, { "password", PASSWORD }, { "password", PASSWORD }, { "password", "errada" },
    { "password", "errada!" }, { "password", NULL },
    { "base_url", "http://192.0.2.1/" }, { "base_url", "" },
}, configurations[] = {
    { "background", "1" }, { "background", "1" }, { "background", "0" }, { "background", NULL }, { "background", "2" },
    { "timeout_ms", "1000" }, { "timeout_ms", NULL }, { "password", "x" }, { "store", "file" },
};

static const char *const texts[] = { "provider", "username", "token_type", "scope", "header_name", "state", "state",
    "state", "state", "state", "source", "last_error", "expires_at", "obtained_at", "renew_at", "nothing" };
static const char *const numbers[] = { "expires_in", "age", "renew_in", "logins", "refreshes", "hits", "waits",
    "failures", "state" };

static const char *const methods[] = { "GET", "GET", "POST", "put", "DELETE", "HEAD", "", "C R" };
static const char *const urls[] = { "/tms/echo", "/tms/echo", "/tms/freights", "/tms/empty", "/tms/redirect",
    "/tms/charset/none", "https://evil.example/", "http://[::1", "/\xff", "" };
static const char *const headers[] = { NULL, NULL, "X-Um: 1\r\nX-Dois: 2\n", "Host: x", "X" };
static const char *const paths[] = { "", "/text", "/freights/0/city", "/freights/1", "/headers/host", "text", "/~" };

/* What the provider does wrong meanwhile. */
static const char *const operations[] = { "senior.login", "senior.refresh", "senior.logout", "senior.mfa",
    "senior.key", "api", "api", "invoisys.login", "assine.login", "assine.refresh", "assine.revoke" };
static const char *const faults[] = { "status:500", "status:500", "status:503:1", "status:403", "status:404",
    "retry-after:3", "slow:100", "slow:100", "slow:700", "slow:700", "trickle:1", "reset", "close-before-answer",
    "cut-body", "done-then-close", "html", "bad-json", "no-token", "garbage" };
static const char *const settings[] = { "{\"expires_in\":3}", "{\"expires_in\":3}", "{\"expires_in\":4}",
    "{\"expires_in\":8}", "{\"expires_in\":3600}", "{\"new_refresh_token\":true}", "{\"new_refresh_token\":false}",
    "{\"senior_shape\":\"object\"}", "{\"senior_login_shares\":true}", "{\"senior_login_shares\":false}",
    "{\"reuse_revokes_family\":true}", "{\"delay_ms\":20}", "{\"delay_ms\":0}", "{\"keep_alive\":false}" };

#endif
