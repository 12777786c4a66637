/* Passwords and tokens that are no longer needed are nowhere in the memory of the process: over plain http, and over
 * TLS, whose buffers, like those for headers and JSON, are wiped when they are freed. */
#include "account.h"

/* Each secret is so many letters, of which the last ones are looked for: freed memory keeps its end longest. */
#define LETTERS 40
#define TAIL 20

enum secret {
    PASSWORD_CLOSED,
    ACCESS_FIRST,
    REFRESH_FIRST,
    ACCESS_SECOND,
    REFRESH_SECOND,
    PASSWORD_WRONG,
    PASSWORD_OTHER,
    PASSWORD_ECHOED,
    KEY_SECRET,
    ACCESS_EVICTED,
    REFRESH_EVICTED,
    PASSWORD_LATE,
    ACCESS_LATE,
    REFRESH_LATE,
    PASSWORD_END,
    ACCESS_END,
    REFRESH_END,
    PASSWORD_PROXY,
    BODY_SENT,
    BODY_RECEIVED,
    BODY_RECEIVED_TOO,
    NEVER_USED
};

/* Whether the accounts are at the address for https. */
static int over_tls;

/* One letter of a secret. Nothing in this program holds more of one than it must, so it finds the library's. */
static char letter(enum secret secret, unsigned index)
{
    unsigned mixed = ((unsigned)secret + 1) * 2654435761u + index * 40503u * (index + 7);
    mixed ^= mixed >> 15;
    mixed *= 2246822519u;
    return (char)('a' + (mixed >> 13) % 26);
}

static void write_secret(char *place, enum secret secret)
{
    unsigned i;
    for (i = 0; i < LETTERS; i++)
        place[i] = letter(secret, i);
    place[LETTERS] = '\0';
}

/* In all that this process can write to, by its own eyes: what copies memory to look at it finds the copies. */
static int found(enum secret secret)
{
    static char maps[256 * 1024];
    size_t length = 0;
    ssize_t got;
    int count = 0, fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    char first = letter(secret, LETTERS - TAIL), *line, *next;

    CHECK(fd >= 0);
    while ((got = read(fd, maps + length, sizeof maps - 1 - length)) > 0)
        length += (size_t)got;
    close(fd);
    CHECK(length < sizeof maps - 1);
    maps[length] = '\0';
    for (line = maps; *line != '\0'; line = next) {
        unsigned long begin, end;
        char rights[8];
        const char *at;
        next = strchr(line, '\n') + 1;
        CHECK_INT(sscanf(line, "%lx-%lx %7s", &begin, &end, rights), 3);
        if (strncmp(rights, "rw", 2) != 0)
            continue;
        at = (const char *)begin;
        while ((at = memchr(at, first, (size_t)((const char *)end - at))) != NULL) {
            unsigned i = 1;
            while (i < TAIL && at + i < (const char *)end && at[i] == letter(secret, LETTERS - TAIL + i))
                i++;
            count += i == TAIL;
            at++;
        }
    }
    return count;
}

#define CHECK_THERE(secret) CHECK_RANGE(found(secret), 1, 1000)
#define CHECK_GONE(secret) CHECK_INT(found(secret), 0)
/* But for the place where TLS deciphered it, as long as that connection waits and receives nothing else. */
#define CHECK_GONE_RECEIVED(secret, times) CHECK_RANGE(found(secret), 0, over_tls ? (times) : 0)

/* What is told to the sandbox is told by a child, whose memory goes with it. */
static void in_child(void (*work)(const enum secret *), const enum secret *secrets)
{
    int status = -1;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        work(secrets);
        _exit(0);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
}

/* The next login or refresh is answered with these as access and refresh token. */
static void script(const char *operation, enum secret access, enum secret refresh)
{
    char path[128], body[512], tokens[2][LETTERS + 1];
    write_secret(tokens[0], access);
    write_secret(tokens[1], refresh);
    snprintf(path, sizeof path, "fault?operation=%s&fault=answer-and-cookie:200&times=1", operation);
    snprintf(body, sizeof body, "{\"access_token\":\"%s\",\"refresh_token\":\"%s\",\"expires_in\":600}",
        tokens[0], tokens[1]);
    sandbox_ask("POST", path, body, NULL, 0);
}

static void script_login(const enum secret *pair) { script("senior.login", pair[0], pair[1]); }
static void script_refresh(const enum secret *pair) { script("senior.refresh", pair[0], pair[1]); }

static void set_secret(int32_t handle, const char *option, enum secret secret)
{
    char value[LETTERS + 1];
    write_secret(value, secret);
    CHECK_STATUS(erptoken_set(handle, option, value), ERPTOKEN_OK);
    explicit_bzero(value, sizeof value);
}

static int32_t account_of(const char *username)
{
    int32_t handle = account_at("senior", username, "");
    if (over_tls) {
        CHECK_STATUS(erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_set(handle, "ca_file", environment("ERPTOKEN_CA")), ERPTOKEN_OK);
    }
    return handle;
}

static int32_t account_with(const char *username, const char *option, enum secret secret)
{
    char name[64];
    int32_t handle;
    snprintf(name, sizeof name, "%s%s", over_tls ? "tls." : "", username);
    handle = account_of(name);
    set_secret(handle, option, secret);
    return handle;
}

/* Gets the token, which must be this one, and wipes the copy. */
static void get_secret(int32_t handle, enum secret secret)
{
    char token[TOKEN_SIZE];
    unsigned i;
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_INT(strlen(token), LETTERS);
    for (i = 0; i < LETTERS; i++)
        CHECK(token[i] == letter(secret, i));
    explicit_bzero(token, sizeof token);
    CHECK(threads_end(1, 5000));
}

static void script_api(const enum secret *pair) { script("api", pair[0], pair[1]); }

/* The token goes out, a body goes out and another comes back: what is left of it is the token in the cache. */
static void a_closed_response_leaves_nothing(int32_t handle)
{
    static const enum secret received[] = { BODY_RECEIVED, BODY_RECEIVED_TOO };
    char body[LETTERS + 1], value[LETTERS + 1];
    int32_t response = 0, length = sizeof value;
    in_child(script_api, received);
    write_secret(body, BODY_SENT);
    CHECK_STATUS(erptoken_request(handle, "POST", "/tms/echo", NULL, body, -1, &response), ERPTOKEN_OK);
    explicit_bzero(body, sizeof body);
    CHECK_STATUS(erptoken_response_field(response, "/refresh_token", value, &length), ERPTOKEN_OK);
    CHECK_INT(length, LETTERS);
    explicit_bzero(value, sizeof value);
    /* In the body and in the cookie, and where TLS deciphered both. */
    CHECK_INT(found(BODY_RECEIVED), over_tls ? 4 : 2);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_GONE(BODY_SENT);
    CHECK_GONE_RECEIVED(BODY_RECEIVED, 2);
    CHECK_GONE_RECEIVED(BODY_RECEIVED_TOO, 2);
}

static void a_closed_account_leaves_its_token_and_not_its_password(void)
{
    static const enum secret tokens[] = { ACCESS_FIRST, REFRESH_FIRST };
    int32_t handle = account_with("fecha@empresa.com.br", "password", PASSWORD_CLOSED);
    CHECK_THERE(PASSWORD_CLOSED);
    in_child(script_login, tokens);
    get_secret(handle, ACCESS_FIRST);
    a_closed_response_leaves_nothing(handle);
    CHECK_INT(found(ACCESS_FIRST), 1);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_GONE(PASSWORD_CLOSED);
    CHECK_THERE(ACCESS_FIRST);
    CHECK_THERE(REFRESH_FIRST);
}

static void a_replaced_token_is_gone_and_so_is_what_was_logged_out(void)
{
    static const enum secret tokens[] = { ACCESS_SECOND, REFRESH_SECOND };
    char token[LETTERS + 1];
    int32_t handle = account_with("fecha@empresa.com.br", "password", PASSWORD_CLOSED);
    get_secret(handle, ACCESS_FIRST);
    write_secret(token, ACCESS_FIRST);
    CHECK_STATUS(erptoken_reject(handle, token), ERPTOKEN_OK);
    explicit_bzero(token, sizeof token);
    in_child(script_refresh, tokens);
    get_secret(handle, ACCESS_SECOND);
    CHECK_GONE_RECEIVED(ACCESS_FIRST, 2);
    CHECK_GONE_RECEIVED(REFRESH_FIRST, 2);
    CHECK_THERE(ACCESS_SECOND);
    CHECK_THERE(REFRESH_SECOND);
    CHECK_STATUS(erptoken_logout(handle), ERPTOKEN_OK);
    CHECK_GONE_RECEIVED(ACCESS_SECOND, 2);
    CHECK_GONE_RECEIVED(REFRESH_SECOND, 2);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static void a_replaced_password_is_gone(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = account_with("troca@x", "password", PASSWORD_WRONG);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    CHECK(threads_end(1, 5000));
    set_secret(handle, "password", PASSWORD_OTHER);
    CHECK_GONE(PASSWORD_WRONG);
    CHECK_THERE(PASSWORD_OTHER);
    /* Another user name forgets it too. */
    CHECK_STATUS(erptoken_set(handle, "username", "outro@x"), ERPTOKEN_OK);
    CHECK_GONE(PASSWORD_OTHER);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);

    handle = account_with("eco@x", "password", PASSWORD_ECHOED);
    sandbox_fault("senior.login", "echo-secrets", 1);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_RESPONSE);
    CHECK(threads_end(1, 5000));
    CHECK_HAS(last_text(), "[secret]");
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_GONE_RECEIVED(PASSWORD_ECHOED, 4);

    handle = account_of("");
    CHECK_STATUS(erptoken_set(handle, "access_key", "chave"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "tenant", "empresa"), ERPTOKEN_OK);
    set_secret(handle, "secret", KEY_SECRET);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    CHECK(threads_end(1, 5000));
    CHECK_STATUS(erptoken_set(handle, "access_key", "outra"), ERPTOKEN_OK);
    CHECK_GONE(KEY_SECRET);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static void what_the_full_cache_drops_is_gone(void)
{
    char token[TOKEN_SIZE], username[64];
    int i;
    int32_t handle = account_with("despejo@x", "access_token", ACCESS_EVICTED);
    set_secret(handle, "refresh_token", REFRESH_EVICTED);
    get_secret(handle, ACCESS_EVICTED);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_THERE(ACCESS_EVICTED);
    CHECK_THERE(REFRESH_EVICTED);
    pause_ms(20);
    /* More than it keeps, all of them newer and as good. */
    for (i = 0; i < 4400; i++) {
        handle = 0;
        snprintf(username, sizeof username, "cheio%d@x", i);
        CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_set(handle, "username", username), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_set(handle, "access_token", "importado"), ERPTOKEN_OK);
        CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    }
    CHECK_GONE(ACCESS_EVICTED);
    CHECK_GONE(REFRESH_EVICTED);
}

static void a_shutdown_leaves_nothing(void)
{
    static const enum secret tokens[] = { ACCESS_END, REFRESH_END }, late[] = { ACCESS_LATE, REFRESH_LATE };
    char token[TOKEN_SIZE], proxy[LETTERS + 64];
    int32_t handle = account_with("fim@x", "password", PASSWORD_END);
    /* Loopback never goes through it. */
    strcpy(proxy, "http://u:");
    write_secret(proxy + strlen(proxy), PASSWORD_PROXY);
    strcat(proxy, "@127.0.0.1:9");
    CHECK_STATUS(erptoken_set(handle, "proxy", proxy), ERPTOKEN_OK);
    explicit_bzero(proxy, sizeof proxy);
    in_child(script_login, tokens);
    get_secret(handle, ACCESS_END);

    /* And a renewal under way, whose tokens nobody is there for any more. */
    handle = account_with("tarde@x", "password", PASSWORD_LATE);
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "100"), ERPTOKEN_OK);
    sandbox_settings("{\"delay_ms\": 600}");
    in_child(script_login, late);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_TIMEOUT);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    sandbox_settings("{\"delay_ms\": 0}");
    CHECK(threads_end(1, 5000));
    CHECK_GONE(PASSWORD_END);
    CHECK_GONE(ACCESS_END);
    CHECK_GONE(REFRESH_END);
    CHECK_GONE(PASSWORD_PROXY);
    CHECK_GONE(PASSWORD_LATE);
    CHECK_GONE(ACCESS_LATE);
    CHECK_GONE(REFRESH_LATE);
}

/* A search that finds what is there, and nothing else. */
static void the_search_itself(void)
{
    char *place = malloc(LETTERS + 1);
    CHECK(place != NULL);
    CHECK_GONE(NEVER_USED);
    write_secret(place, NEVER_USED);
    CHECK_INT(found(NEVER_USED), 1);
    explicit_bzero(place, LETTERS);
    CHECK_GONE(NEVER_USED);
    free(place);
}

int main(void)
{
    int secret;
    /* valgrind keeps memory of its own beside the program's, and copies what it looks at. */
    if (light())
        return 0;
    the_search_itself();
    for (over_tls = 0; over_tls < 2; over_tls++) {
        a_closed_account_leaves_its_token_and_not_its_password();
        a_replaced_token_is_gone_and_so_is_what_was_logged_out();
        a_replaced_password_is_gone();
        what_the_full_cache_drops_is_gone();
        a_shutdown_leaves_nothing();
    }
    for (secret = 0; secret < NEVER_USED; secret++)
        CHECK_GONE(secret);
    return 0;
}
