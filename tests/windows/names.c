/* Names: Windows looks them up, and a look-up that takes too long keeps nobody, on Windows 7 too, which can only wait for
 * its answer. run.sh has given the machine a hosts file with erp.test, and a name server at an address where this program
 * listens and says nothing. */
#include "account.h"

#define SILENT "127.0.0.77"

static int32_t account_of(const char *url)
{
    int32_t handle = account();
    CHECK_STATUS(erptoken_set(handle, "base_url", url), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "ca_file", environment("ERPTOKEN_CA")), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "connect_timeout_ms", "500"), ERPTOKEN_OK);
    return handle;
}

/* More at once than look-ups that wait: nobody waits longer for it, and what is left behind is bounded. */
enum { MANY = 24, WAITING = 16 };

static void *asks(void *argument)
{
    char token[TOKEN_SIZE], url[256];
    int32_t handle;
    snprintf(url, sizeof url, "https://muitos%d.invalid/bridge", *(int *)argument);
    handle = account_of(url);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_NETWORK);
    CHECK_HAS(last_text(), "answered within");
    return NULL;
}

static void many(void)
{
    pthread_t threads[MANY];
    int numbers[MANY], i, before = thread_count();
    for (i = 0; i < MANY; i++) {
        numbers[i] = i;
        threads[i] = start(asks, &numbers[i]);
    }
    for (i = 0; i < MANY; i++)
        join(threads[i]);
    CHECK_RANGE(thread_count() - before, 0, WAITING);
}

/* Without threads only the look-up's own end is left. */
static void without_threads(const char *known)
{
    char token[TOKEN_SIZE];
    int before;
    long began;
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("background", "0"), ERPTOKEN_OK);
    before = thread_count();
    CHECK_STATUS(get(account_of(known), token), ERPTOKEN_E_TLS);
    began = now_ms();
    CHECK_STATUS(get(account_of("https://calado.invalid/bridge"), token), ERPTOKEN_E_NETWORK);
    CHECK_RANGE(now_ms() - began, 1500, 60000);
    CHECK_RANGE(thread_count() - before, -100, 0);
    CHECK_STATUS(erptoken_configure("background", NULL), ERPTOKEN_OK);
}

int main(void)
{
    char token[TOKEN_SIZE], url[256], known[256];
    const char *port = strstr(environment("ERPTOKEN_SENIOR_HTTPS"), "localhost:");
    struct sockaddr_in address = loopback(53);
    int32_t handle;
    int i, silent;
    long began;

    /* Found, connected, and its certificate is one of another name. */
    CHECK(port != NULL);
    CHECK_INT(GetProcAddress(GetModuleHandleA("ws2_32"), "GetAddrInfoExCancel") == NULL, is_windows_7());
    snprintf(known, sizeof known, "https://erp.test%s", port + strlen("localhost"));
    handle = account_of(known);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_TLS);
    CHECK_HAS(last_text(), "erp.test");

    handle = account_of("https://nada.invalid/bridge");
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_NETWORK);
    CHECK_HAS(last_text(), "resolved");

    silent = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(silent >= 0);
    address.sin_addr.s_addr = inet_addr(SILENT);
    CHECK_INT(bind(silent, (struct sockaddr *)&address, sizeof address), 0);
    for (i = 0; i < 3; i++) {
        snprintf(url, sizeof url, "https://lento%d.invalid/bridge", i);
        handle = account_of(url);
        began = now_ms();
        CHECK_STATUS(get(handle, token), ERPTOKEN_E_NETWORK);
        CHECK_RANGE(now_ms() - began, 450, 5000);
        CHECK_HAS(last_text(), "answered within");
    }
    if (is_windows_7())
        many();
    /* What the system goes on with finds its memory still there. */
    pause_ms(4000);
    if (is_windows_7())
        without_threads(known);
    handle = account();
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
