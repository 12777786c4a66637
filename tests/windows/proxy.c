/* The proxy that the user has set in Windows serves where the environment and the option say nothing. */
#include "account.h"

static const char SETTINGS[] = "Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings";

static void set_text(const char *name, const char *value)
{
    CHECK_INT(RegSetKeyValueA(HKEY_CURRENT_USER, SETTINGS, name, REG_SZ, value, (DWORD)strlen(value) + 1), 0);
}

static void set_number(const char *name, DWORD value)
{
    CHECK_INT(RegSetKeyValueA(HKEY_CURRENT_USER, SETTINGS, name, REG_DWORD, &value, sizeof value), 0);
}

static char asked[2048];

/* Wants to know of the first who comes who that is, and keeps what was asked for. */
static void *proxy_407(void *argument)
{
    static const char answer[] = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    int length, fd = accept(*(int *)argument, NULL, NULL);
    CHECK(fd >= 0);
    length = recv(fd, asked, sizeof asked - 1, 0);
    CHECK(length > 0);
    asked[length] = '\0';
    send_all(fd, answer, strlen(answer));
    shutdown(fd, SHUT_WR);
    recv(fd, asked + length, 1, 0);
    close(fd);
    return NULL;
}

/* A login that goes through the proxy at this port, which refuses it. */
static void goes_through(const char *base, const char *wanted, int fd)
{
    char token[TOKEN_SIZE];
    int32_t handle = account();
    pthread_t thread = start(proxy_407, &fd);
    CHECK_STATUS(erptoken_set(handle, "base_url", base), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_PROXY);
    CHECK_HAS(last_text(), "user:password");
    join(thread);
    CHECK_HAS(asked, wanted);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* A login that goes past it, to a name that nobody knows. */
static void goes_past(const char *base, const char *proxy)
{
    char token[TOKEN_SIZE];
    int32_t handle = account();
    CHECK_STATUS(erptoken_set(handle, "base_url", base), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "proxy", proxy), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_NETWORK);
    CHECK_HAS(last_text(), "resolved");
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

int main(void)
{
    char server[128], token[TOKEN_SIZE];
    int32_t handle;
    int port, other_port, fd = listener(&port), other = listener(&other_port);

    snprintf(server, sizeof server, "http=127.0.0.1:9;https=127.0.0.1:%d", port);
    set_text("ProxyServer", server);
    set_text("ProxyOverride", "*.filial.invalid;<local>");
    set_number("ProxyEnable", 1);
    goes_through("https://erp.invalid/bridge", "CONNECT erp.invalid:443 ", fd);
    goes_past("https://loja1.filial.invalid/bridge", NULL);
    goes_past("https://outro.invalid/bridge", "none");
    /* This machine needs none. */
    handle = account();
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);

    /* The environment is asked first. */
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    snprintf(server, sizeof server, "http://127.0.0.1:%d", other_port);
    CHECK(SetEnvironmentVariableA("HTTPS_PROXY", server));
    goes_through("https://loja1.filial.invalid/bridge", "CONNECT loja1.filial.invalid:443 ", other);

    /* Set, but switched off. */
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK(SetEnvironmentVariableA("HTTPS_PROXY", NULL));
    set_number("ProxyEnable", 0);
    goes_past("https://erp2.invalid/bridge", NULL);
    return 0;
}
