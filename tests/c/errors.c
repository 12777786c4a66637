/* Failures: each status that can happen, with its number, name, text, and what it says of the next try. */
#include "account.h"

/* Set as the password of every account here: no text may tell it. */
#define SECRET "S3gredo&bem=guardado"

static void names_and_repeats(void)
{
    static const struct {
        int32_t status;
        const char *name;
        int retryable;
    } table[] = {
        { 0, "ERPTOKEN_OK", 0 },
        { -1001, "ERPTOKEN_E_ARGUMENT", 0 },
        { -1002, "ERPTOKEN_E_HANDLE", 0 },
        { -1003, "ERPTOKEN_E_BUFFER", 0 },
        { -1004, "ERPTOKEN_E_ENCODING", 0 },
        { -1005, "ERPTOKEN_E_REENTRANT", 0 },
        { -1006, "ERPTOKEN_E_LIMIT", 0 },
        { -2001, "ERPTOKEN_E_PROVIDER", 0 },
        { -2002, "ERPTOKEN_E_OPTION", 0 },
        { -2003, "ERPTOKEN_E_MISSING", 0 },
        { -2004, "ERPTOKEN_E_UNSUPPORTED", 0 },
        { -2005, "ERPTOKEN_E_INSECURE", 0 },
        { -2006, "ERPTOKEN_E_STORE", 0 },
        { -3001, "ERPTOKEN_E_NETWORK", 1 },
        { -3002, "ERPTOKEN_E_TIMEOUT", 1 },
        { -3003, "ERPTOKEN_E_TLS", 0 },
        { -3004, "ERPTOKEN_E_PROXY", 0 },
        { -4001, "ERPTOKEN_E_CREDENTIALS", 0 },
        { -4002, "ERPTOKEN_E_MFA", 0 },
        { -4003, "ERPTOKEN_E_PASSWORD_CHANGE", 0 },
        { -4004, "ERPTOKEN_E_FORBIDDEN", 0 },
        { -4005, "ERPTOKEN_E_NOT_FOUND", 0 },
        { -4006, "ERPTOKEN_E_RATE_LIMITED", 1 },
        { -4007, "ERPTOKEN_E_SERVER", 1 },
        { -4008, "ERPTOKEN_E_RESPONSE", 1 },
        { -4009, "ERPTOKEN_E_REFUSED_AGAIN", 0 },
        { -9001, "ERPTOKEN_E_INTERNAL", 0 },
    };
    static const int32_t none[] = { 1, -1, -1000, -1007, -2007, -4010, -9000, -9002, INT32_MIN, INT32_MAX };
    char name[64];
    int32_t length;
    size_t i;

    for (i = 0; i < sizeof table / sizeof *table; i++) {
        CHECK_TEXT(name_of(table[i].status), table[i].name);
        CHECK_INT(erptoken_status_retryable(table[i].status), table[i].retryable);
    }
    for (i = 0; i < sizeof none / sizeof *none; i++) {
        length = sizeof name;
        CHECK_STATUS(erptoken_status_name(none[i], name, &length), ERPTOKEN_E_ARGUMENT);
        CHECK_INT(erptoken_status_retryable(none[i]), 0);
    }
    CHECK_INT(ERPTOKEN_ABI_VERSION, erptoken_abi_version());
    CHECK_INT(erptoken_abi_version() / 1000, 1);
}

/* What a call that just failed tells, beside its status. */
static void tells(int32_t http_status, const char *part)
{
    CHECK(strlen(last_text()) >= 20);
    CHECK_HAS(last_text(), part);
    CHECK_LACKS(last_text(), SECRET);
    CHECK_LACKS(last_text(), "S3gredo");
    CHECK_LACKS(last_code(), "S3gredo");
    CHECK_INT(erptoken_error_http_status(), http_status);
}

/* Fails the same way a moment later, without a request. */
static void is_remembered(int32_t handle, int32_t status)
{
    char token[TOKEN_SIZE];
    int requests = sandbox_requests();
    CHECK_STATUS(get(handle, token), status);
    CHECK_HAS(last_text(), "remembered");
    CHECK_RANGE(erptoken_error_retry_after(), 1, 3600);
    CHECK_INT(sandbox_requests(), requests);
}

static int32_t account_of(const char *username)
{
    sandbox_user("senior", username, SECRET);
    return account_at("senior", username, SECRET);
}

static void done(int32_t handle)
{
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static void providers(void)
{
    char path[512];
    int32_t handle = 0;
    FILE *file;

    CHECK_STATUS(erptoken_open("protheus", &handle), ERPTOKEN_E_PROVIDER);
    tells(0, "\"protheus\"");
    CHECK_HAS(last_text(), "senior");
    CHECK_HAS(last_text(), "invoisys");
    CHECK_HAS(last_text(), "assine");
    CHECK_STATUS(erptoken_open("", &handle), ERPTOKEN_E_PROVIDER);
    CHECK_STATUS(erptoken_open("Senior", &handle), ERPTOKEN_E_PROVIDER);
    CHECK_STATUS(erptoken_open("senior.json", &handle), ERPTOKEN_E_PROVIDER);
    CHECK_STATUS(erptoken_open("./senior.json", &handle), ERPTOKEN_E_PROVIDER);
    CHECK_STATUS(erptoken_open("/nowhere/at/all.json", &handle), ERPTOKEN_E_PROVIDER);
    tells(0, "/nowhere/at/all.json");
    CHECK_STATUS(erptoken_open("/dev/null.json", &handle), ERPTOKEN_E_PROVIDER);

    snprintf(path, sizeof path, "%s/wrong.json", environment("ERPTOKEN_FOLDER"));
    file = fopen(path, "w");
    CHECK(file != NULL);
    fputs("{\"erptoken_profile\": 1, \"colour\": \"blue\"}\n", file);
    fclose(file);
    CHECK_STATUS(erptoken_open(path, &handle), ERPTOKEN_E_PROVIDER);
    tells(0, "wrong.json");
    CHECK_INT(handle, 0);
}

static void options(void)
{
    static const struct {
        const char *option, *value, *part;
    } bad[] = {
        { "timeout_ms", "abc", "whole number" },
        { "timeout_ms", "0", "whole number" },
        { "timeout_ms", "-1", "whole number" },
        { "timeout_ms", "99999999999999999999", "whole number" },
        { "timeout_ms", "30 s", "whole number" },
        { "connect_timeout_ms", "1.5", "whole number" },
        { "min_seconds_left", "x", "whole number" },
        { "base_url", "ftp://host/", "https://" },
        { "base_url", "host", "https://" },
        { "base_url", "https://user:" SECRET "@host/", "https://" },
        { "base_url", "https://host/?a=b", "https://" },
        { "base_url", "https://host/a b", "https://" },
        { "allow_http", "yes", "0 or 1" },
        { "expires_at", "tomorrow", "zone" },
        { "expires_at", "2027-01-31T23:59:00", "zone" },
        { "environment", "mars", "production" },
        { "ca_file", "/nowhere/ca.pem", "PEM" },
        { "ca_file", "/proc/self/status", "PEM" },
        { "proxy", "socks5://host:1080", "proxy" },
        { "token", "both", "session" },
        { "api_hosts", "a b", "hosts" },
    };
    int32_t handle = account_of("opcoes@empresa.com.br"), value = 0;
    char text[64], token[TOKEN_SIZE];
    int32_t length = sizeof text;
    size_t i;

    CHECK_STATUS(erptoken_set(handle, "pasword", SECRET), ERPTOKEN_E_OPTION);
    tells(0, "\"pasword\"");
    CHECK_HAS(last_text(), "password");
    CHECK_HAS(last_text(), "timeout_ms");
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (erptoken_set(handle, bad[i].option, bad[i].value) != ERPTOKEN_E_OPTION)
            FAIL("%s = %s is no ERPTOKEN_E_OPTION", bad[i].option, bad[i].value);
        tells(0, bad[i].part);
    }
    CHECK_STATUS(erptoken_configure("password", SECRET), ERPTOKEN_E_OPTION);
    tells(0, "erptoken_set");
    CHECK_STATUS(erptoken_configure("colour", "blue"), ERPTOKEN_E_OPTION);
    CHECK_STATUS(erptoken_configure("background", "2"), ERPTOKEN_E_OPTION);
    CHECK_STATUS(erptoken_configure("timeout_ms", "x"), ERPTOKEN_E_OPTION);
    CHECK_STATUS(erptoken_info(handle, "colour", text, &length), ERPTOKEN_E_OPTION);
    tells(0, "expires_at");
    CHECK_STATUS(erptoken_info_int(handle, "state", &value), ERPTOKEN_E_OPTION);
    tells(0, "erptoken_info");
    /* None of it was taken over. */
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    done(handle);
}

static void missing(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = 0;

    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_MISSING);
    tells(0, "erptoken_set");
    CHECK_HAS(last_text(), "\"username\"");
    CHECK_STATUS(erptoken_set(handle, "username", USER), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_MISSING);
    tells(0, "\"password\"");
    CHECK_STATUS(erptoken_renew(handle), ERPTOKEN_E_MISSING);
    CHECK_STATUS(erptoken_logout(handle), ERPTOKEN_E_MISSING);
    CHECK_STATUS(erptoken_reject(handle, "x"), ERPTOKEN_E_MISSING);
    /* Another user: the password is not sent for somebody else. */
    CHECK_STATUS(erptoken_set(handle, "password", SECRET), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "username", "outro@empresa.com.br"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_MISSING);
    tells(0, "\"password\"");
    done(handle);
}

static void unsupported(void)
{
    int32_t handle = account_of("futuro@empresa.com.br"), value = 0;

    CHECK_STATUS(erptoken_app_check(handle, &value), ERPTOKEN_E_UNSUPPORTED);
    tells(0, "no such operation");
    done(handle);
}

static void language(void)
{
    char token[TOKEN_SIZE];
    int32_t handle;

    sandbox_user("senior", "idioma@empresa.com.br", "certa");
    handle = account_at("senior", "idioma@empresa.com.br", SECRET);
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    tells(401, "recusou o usuário, a senha ou a chave");
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "abc"), ERPTOKEN_E_OPTION);
    tells(0, "número inteiro");
    CHECK_STATUS(erptoken_configure("language", NULL), ERPTOKEN_OK);
    tells(0, "número inteiro");
    is_remembered(handle, ERPTOKEN_E_CREDENTIALS);
    CHECK_HAS(last_text(), "refused the user, password or key");
    done(handle);
}

static void insecure(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = account_of("aberto@empresa.com.br");

    /* A documentation address: should it be asked after all, nobody is there. */
    CHECK_STATUS(erptoken_set(handle, "base_url", "http://192.0.2.1:9/bridge"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_INSECURE);
    tells(0, "https");
    CHECK_HAS(last_text(), "allow_http");
    done(handle);
}

static void network(void)
{
    static const char *const faults[] = { "reset", "close-before-answer", "cut-body" };
    char token[TOKEN_SIZE], url[64], username[64];
    int32_t handle = account_of("rede@empresa.com.br");
    size_t i;

    snprintf(url, sizeof url, "http://127.0.0.1:%d/x", closed_port());
    CHECK_STATUS(erptoken_set(handle, "base_url", url), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_NETWORK);
    tells(0, "127.0.0.1");
    CHECK_HAS(last_text(), "firewall");
    CHECK_TEXT(info(handle, "last_error"), "ERPTOKEN_E_NETWORK");
    done(handle);

    for (i = 0; i < sizeof faults / sizeof *faults; i++) {
        int logins;
        snprintf(username, sizeof username, "rede%d@empresa.com.br", (int)i);
        handle = account_of(username);
        logins = sandbox_count("senior.login");
        sandbox_fault("senior.login", faults[i], 1);
        CHECK_STATUS(get(handle, token), ERPTOKEN_E_NETWORK);
        CHECK_HAS(last_text(), "connection");
        CHECK_LACKS(last_text(), "S3gredo");
        /* It may have arrived: a login is not repeated blindly. */
        CHECK_INT(sandbox_count("senior.login") - logins, 1);
        done(handle);
    }
}

static void time_out(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = account_of("lento@empresa.com.br");
    long began;

    sandbox_fault("senior.login", "hang", 1);
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "300"), ERPTOKEN_OK);
    began = now_ms();
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_TIMEOUT);
    CHECK_RANGE(now_ms() - began, 295, patience(1200));
    tells(0, "timeout_ms");
    CHECK_HAS(last_text(), "goes on");
    done(handle);
}

static void tls(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = account_of("cifra@empresa.com.br");

    /* Without the sandbox's authority nobody knows who that is. */
    CHECK_STATUS(erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_TLS);
    tells(0, "certificate");
    /* With it the same account works at once, and an expired certificate is told as such. */
    CHECK_STATUS(erptoken_set(handle, "ca_file", environment("ERPTOKEN_CA")), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    done(handle);

    sandbox_settings("{\"certificate\":\"expired\"}");
    handle = account_of("vencido@empresa.com.br");
    CHECK_STATUS(erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "ca_file", environment("ERPTOKEN_CA")), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_TLS);
    tells(0, "certificate");
    CHECK_HAS(last_text(), "expired");
    sandbox_settings("{\"certificate\":\"good\"}");
    done(handle);
}

/* Answers the first connection in the way of a proxy that wants to know who asks. */
static void *proxy_407(void *argument)
{
    static const char answer[] = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n"
                                 "Content-Length: 0\r\nConnection: close\r\n\r\n";
    char request[2048];
    int fd = accept(*(int *)argument, NULL, NULL);
    CHECK(fd >= 0);
    CHECK(recv(fd, request, sizeof request, 0) > 0);
    send_all(fd, answer, strlen(answer));
    shutdown(fd, SHUT_WR);
    recv(fd, request, sizeof request, 0);
    close(fd);
    return NULL;
}

static void proxy(void)
{
    char token[TOKEN_SIZE], url[128];
    int32_t handle = account_of("proxy@empresa.com.br");
    pthread_t thread;
    int port, fd;

    /* A name that is looked up by nobody but the proxy. */
    CHECK_STATUS(erptoken_set(handle, "base_url", "https://erp.invalid/bridge"), ERPTOKEN_OK);
    snprintf(url, sizeof url, "http://eu:%s@127.0.0.1:%d", "S3gredo", closed_port());
    CHECK_STATUS(erptoken_set(handle, "proxy", url), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_PROXY);
    tells(0, "proxy");
    CHECK_HAS(last_text(), "127.0.0.1");

    fd = listener(&port);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    CHECK_STATUS(erptoken_set(handle, "proxy", url), ERPTOKEN_OK);
    thread = start(proxy_407, &fd);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_PROXY);
    CHECK_HAS(last_text(), "407");
    CHECK_HAS(last_text(), "user:password");
    join(thread);
    close(fd);
    done(handle);
}

static void credentials(void)
{
    char token[TOKEN_SIZE], text[1201];
    int32_t handle, second;
    int logins = sandbox_count("senior.login");

    sandbox_user("senior", "errado@empresa.com.br", "certa");
    handle = account_at("senior", "errado@empresa.com.br", SECRET);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    tells(401, "refused the user, password or key");
    CHECK_HAS(last_text(), "not sent again until it changes");
    CHECK_TEXT(last_code(), "UNAUTHORIZED");
    CHECK_RANGE(erptoken_error_retry_after(), 1, 3600);
    CHECK_TEXT(info(handle, "state"), "refused");
    CHECK_TEXT(info(handle, "last_error"), "ERPTOKEN_E_CREDENTIALS");
    is_remembered(handle, ERPTOKEN_E_CREDENTIALS);
    CHECK_STATUS(erptoken_renew(handle), ERPTOKEN_E_CREDENTIALS);

    /* A program that opens the same account again is told the same, without a request. */
    second = account_at("senior", "errado@empresa.com.br", SECRET);
    is_remembered(second, ERPTOKEN_E_CREDENTIALS);
    snprintf(text, sizeof text, "%s", last_text());
    done(second);
    /* What works clears nothing. */
    CHECK_TEXT(last_text(), text);
    CHECK_INT(sandbox_count("senior.login") - logins, 1);

    /* Another password is tried at once; the third within a minute is held back by the library itself. */
    CHECK_STATUS(erptoken_set(handle, "password", SECRET "2"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    CHECK_STATUS(erptoken_set(handle, "password", SECRET "3"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_RATE_LIMITED);
    tells(0, "locked");
    CHECK_TEXT(last_code(), "guard");
    CHECK_RANGE(erptoken_error_retry_after(), 1, 61);
    CHECK_INT(sandbox_count("senior.login") - logins, 2);
    done(handle);

    sandbox_user("senior", "mudou@empresa.com.br", "certa");
    handle = account_at("senior", "mudou@empresa.com.br", SECRET);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    CHECK_STATUS(erptoken_set(handle, "password", "certa"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_TEXT(info(handle, "state"), "fresh");
    done(handle);
}

static void a_person_must_act(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = account_at("senior", "mfa@empresa.com.br", PASSWORD);

    CHECK_STATUS(get(handle, token), ERPTOKEN_E_MFA);
    tells(200, "mfa_code");
    CHECK_TEXT(info(handle, "state"), "action");
    is_remembered(handle, ERPTOKEN_E_MFA);
    CHECK_STATUS(erptoken_set(handle, "mfa_code", "999999"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_MFA);
    tells(401, "mfa_code");
    CHECK_STATUS(erptoken_set(handle, "mfa_code", "012345"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    done(handle);

    handle = account_at("senior", "troca@empresa.com.br", PASSWORD);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_PASSWORD_CHANGE);
    tells(200, "password changed");
    CHECK_HAS(last_text(), "portal");
    is_remembered(handle, ERPTOKEN_E_PASSWORD_CHANGE);
    done(handle);
}

/* One answer of the provider's, for a user of its own: the status it leads to. */
static void answer(const char *fault, int32_t status, int32_t http_status, const char *part, int32_t retry_after)
{
    static int number_of_users;
    char token[TOKEN_SIZE], username[64];
    int32_t handle;

    snprintf(username, sizeof username, "falha%d@empresa.com.br", number_of_users++);
    handle = account_of(username);
    sandbox_fault("senior.login", fault, 1);
    if (get(handle, token) != status)
        FAIL("the fault %s: no %s, but: %s", fault, name_of(status), last_text());
    tells(http_status, part);
    CHECK_RANGE(erptoken_error_retry_after(), retry_after, 3600);
    CHECK_INT(erptoken_error_retryable(), erptoken_status_retryable(status));
    CHECK_TEXT(info(handle, "last_error"), name_of(status));
    is_remembered(handle, status);
    CHECK_INT(erptoken_error_http_status(), http_status);
    done(handle);
}

static void answers(void)
{
    answer("status:403", ERPTOKEN_E_FORBIDDEN, 403, "permission", 1);
    answer("status:404", ERPTOKEN_E_RESPONSE, 404, "base_url", 1);
    answer("status:500", ERPTOKEN_E_SERVER, 500, "try again later", 1);
    answer("status:503", ERPTOKEN_E_SERVER, 503, "try again later", 1);
    answer("status:503:40", ERPTOKEN_E_SERVER, 503, "try again later", 40);
    answer("retry-after:30", ERPTOKEN_E_RATE_LIMITED, 429, "wait", 30);
    answer("html", ERPTOKEN_E_RESPONSE, 200, "proxy", 1);
    answer("no-token", ERPTOKEN_E_RESPONSE, 200, "access_token", 1);
    answer("bad-json", ERPTOKEN_E_RESPONSE, 200, "JSON", 1);
    answer("empty", ERPTOKEN_E_RESPONSE, 200, "0 bytes", 1);
    answer("huge:3000000", ERPTOKEN_E_RESPONSE, 200, "larger", 1);
    answer("redirect:http://127.0.0.1:9/", ERPTOKEN_E_RESPONSE, 302, "302", 1);
    answer("status:418", ERPTOKEN_E_RESPONSE, 418, "418", 1);
    /* What the server quotes of what it was sent does not come back to the screen. */
    answer("echo-secrets", ERPTOKEN_E_RESPONSE, 400, "400", 1);
    /* A text that is not UTF-8 does not stop anybody from reading it. */
    answer("latin1-error", ERPTOKEN_E_CREDENTIALS, 401, "refused", 1);
}

static void refused_again(void)
{
    char first[TOKEN_SIZE], second[TOKEN_SIZE], third[TOKEN_SIZE];
    int32_t handle = account_of("recusado@empresa.com.br");

    CHECK_STATUS(get(handle, first), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_reject(handle, first), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, second), ERPTOKEN_OK);
    CHECK(strcmp(first, second) != 0);
    CHECK_STATUS(erptoken_reject(handle, first), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_reject(handle, second), ERPTOKEN_E_REFUSED_AGAIN);
    tells(0, "permission");
    CHECK_LACKS(last_text(), second);
    CHECK_STATUS(get(handle, third), ERPTOKEN_OK);
    CHECK_TEXT(third, second);
    done(handle);
}

static void *of_another_thread(void *argument)
{
    int32_t handle = 0;
    (void)argument;
    CHECK_TEXT(last_text(), "");
    CHECK_TEXT(last_code(), "");
    CHECK_INT(erptoken_error_http_status(), 0);
    CHECK_STATUS(erptoken_open("outra thread", &handle), ERPTOKEN_E_PROVIDER);
    CHECK_HAS(last_text(), "outra thread");
    return NULL;
}

static void each_thread_has_its_own(void)
{
    char before[1201];
    int32_t handle = 0;
    CHECK_STATUS(erptoken_open("esta thread", &handle), ERPTOKEN_E_PROVIDER);
    snprintf(before, sizeof before, "%s", last_text());
    join(start(of_another_thread, NULL));
    CHECK_TEXT(last_text(), before);
}

static void success_clears_nothing(void)
{
    char token[TOKEN_SIZE], before[1201];
    int32_t handle = account_of("sucesso@empresa.com.br"), other = 0;
    CHECK_STATUS(erptoken_open("fracasso", &other), ERPTOKEN_E_PROVIDER);
    snprintf(before, sizeof before, "%s", last_text());
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_renew(handle), ERPTOKEN_OK);
    done(handle);
    CHECK_TEXT(last_text(), before);
}

int main(void)
{
    CHECK_TEXT(last_text(), "");
    names_and_repeats();
    providers();
    options();
    missing();
    unsupported();
    language();
    insecure();
    network();
    time_out();
    tls();
    proxy();
    credentials();
    a_person_must_act();
    answers();
    refused_again();
    each_thread_has_its_own();
    success_clears_nothing();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
