/* What the program has set is in force in the child of a fork, from its first call on, and in the child's child. */
#include "child.h"
#include "folder.h"

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static char store[PATH_MAX + 8], log_path[PATH_MAX];

static const char *log_text(void)
{
    return text_of(log_path);
}

static char told[1 << 16];

static void ERPTOKEN_CALL keep(int32_t level, const char *line, void *user_data)
{
    (void)level;
    (void)user_data;
    strncat(told, line, sizeof told - strlen(told) - 2);
}

static const char *field(int32_t response, const char *path)
{
    static char text[512];
    int32_t length = sizeof text;
    CHECK_STATUS(erptoken_response_field(response, path, text, &length), ERPTOKEN_OK);
    return text;
}

/* An account that has nothing but what the process gives it. */
static int32_t plain_account(void)
{
    int32_t handle = 0;
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "username", USER), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "password", PASSWORD), ERPTOKEN_OK);
    return handle;
}

/* The environment, and where tokens are kept, as the report has them. */
static void reports(const char *environment, const char *kept_in)
{
    int32_t handle = plain_account(), response = 0;
    CHECK_STATUS(erptoken_diagnose(handle, &response), ERPTOKEN_OK);
    CHECK_TEXT(field(response, "/environment/name"), environment);
    CHECK_HAS(field(response, "/store"), kept_in);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* The parent's token, from its store, without another login. */
static void shares_the_token(const char *parents)
{
    char token[TOKEN_SIZE];
    int32_t handle = plain_account();
    int logins = sandbox_count("senior.login");
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_TEXT(token, parents);
    CHECK_INT(sandbox_count("senior.login"), logins);
    CHECK_STATUS(erptoken_configure("store", "memory"), ERPTOKEN_E_OPTION);
    CHECK_STATUS(erptoken_configure("store", store), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* A login that takes longer than "timeout_ms": no thread goes on with it. */
static void starts_no_thread(const char *user)
{
    char token[TOKEN_SIZE];
    int32_t handle;
    long began;
    sandbox_user("senior", user, PASSWORD);
    handle = plain_account();
    CHECK_STATUS(erptoken_set(handle, "username", user), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "password", PASSWORD), ERPTOKEN_OK);
    sandbox_fault("senior.login", light() ? "slow:20000" : "slow:8000", 1);
    began = now_ms();
    CHECK(get(handle, token) != ERPTOKEN_OK);
    CHECK_RANGE(now_ms() - began, 0, patience(2500));
    CHECK_INT(thread_count(), 1);
    sandbox_clear();
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* Every connection goes to the proxy, where nobody is. */
static void goes_to_the_proxy(void)
{
    char token[TOKEN_SIZE];
    int32_t handle = plain_account();
    CHECK_STATUS(erptoken_set(handle, "base_url", "https://erp.example"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_PROXY);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static void writes_the_log(void)
{
    char process[32];
    snprintf(process, sizeof process, "[%d]", (int)getpid());
    told[0] = '\0';
    CHECK_STATUS(erptoken_close(plain_account()), ERPTOKEN_OK);
    CHECK_HAS(told, process);
    CHECK_HAS(log_text(), process);
    CHECK_HAS(log_text(), "debug");
}

static void speaks_portuguese(void)
{
    int32_t handle = plain_account();
    CHECK_STATUS(erptoken_set(handle, "nada", "x"), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "opç");
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

static void is_as_the_parent_set_it(const char *token, const char *user)
{
    shares_the_token(token);
    reports("homologation", store);
    starts_no_thread(user);
    goes_to_the_proxy();
    writes_the_log();
    speaks_portuguese();
}

int main(void)
{
    char proxy[64], token[TOKEN_SIZE];
    int32_t handle;
    pid_t child;

    snprintf(store, sizeof store, "file:%s/tokens", environment("ERPTOKEN_FOLDER"));
    snprintf(log_path, sizeof log_path, "%s/erp.log", environment("ERPTOKEN_FOLDER"));
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", closed_port());
    CHECK_STATUS(erptoken_configure("environment", "homologation"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("base_url", base_of("senior")), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("proxy", proxy), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("timeout_ms", light() ? "12000" : "1000"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("background", "0"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("store", store), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("store_key", KEY), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("log_file", log_path), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("log_level", "debug"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_log(keep, NULL, 4), ERPTOKEN_OK);
    handle = plain_account();
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);

    child = forked();
    if (child == 0) {
        pid_t grandchild;
        is_as_the_parent_set_it(token, "filho@empresa.com.br");
        grandchild = forked();
        if (grandchild == 0) {
            is_as_the_parent_set_it(token, "neto@empresa.com.br");
            /* And a shutdown ends all of it but the language. */
            CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
            CHECK_STATUS(erptoken_configure("base_url", base_of("senior")), ERPTOKEN_OK);
            reports("production", "memory");
            speaks_portuguese();
            CHECK_STATUS(erptoken_configure("store", "memory"), ERPTOKEN_OK);
            child_ends();
        }
        wait_for(grandchild);
        child_ends();
    }
    wait_for(child);

    /* A child that shuts down first starts afresh too, and its parent knows nothing of it. */
    child = forked();
    if (child == 0) {
        CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_configure("base_url", base_of("senior")), ERPTOKEN_OK);
        reports("production", "memory");
        child_ends();
    }
    wait_for(child);
    is_as_the_parent_set_it(token, "pai@empresa.com.br");
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
