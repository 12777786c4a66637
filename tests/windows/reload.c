/* Loaded by its name, freed, loaded again, as plugins are: what was got stays, and before that nothing does. */
#include "sandbox.h"

#include "erptoken.h"

#define LIBRARY "erptoken.dll"

static int32_t(__cdecl *version)(char *, int32_t *);
static int32_t(__cdecl *open_account)(const char *, int32_t *);
static int32_t(__cdecl *set)(int32_t, const char *, const char *);
static int32_t(__cdecl *get)(int32_t, char *, int32_t *);
static int32_t(__cdecl *close_handle)(int32_t);
static int32_t(__cdecl *configure)(const char *, const char *);

/* Through an integer: ISO C knows no conversion between kinds of functions without a warning. */
#define FIND(library, function, name)                                                                         \
    do {                                                                                                      \
        uintptr_t address_ = (uintptr_t)GetProcAddress(library, name);                                        \
        CHECK(address_ != 0);                                                                                 \
        memcpy(&(function), &address_, sizeof address_);                                                      \
    } while (0)

struct state {
    unsigned sse;
    unsigned short x87;
};

static struct state state(void)
{
    struct state now;
    __asm__ volatile("stmxcsr %0" : "=m"(now.sse));
    __asm__ volatile("fnstcw %0" : "=m"(now.x87));
    return now;
}

static HMODULE load(void)
{
    int threads = thread_count();
    struct state before = state(), after;
    HMODULE library = LoadLibraryA(LIBRARY);
    if (library == NULL)
        FAIL("LoadLibrary failed with %lu", GetLastError());
    after = state();
    /* What raises and how it rounds; not the six flags, which the system's loader may leave behind. */
    CHECK_INT(after.sse & ~0x3fu, before.sse & ~0x3fu);
    CHECK_INT(after.x87, before.x87);
    CHECK_RANGE(thread_count(), 1, threads);
    FIND(library, version, "erptoken_version");
    FIND(library, open_account, "erptoken_open");
    FIND(library, set, "erptoken_set");
    FIND(library, get, "erptoken_get");
    FIND(library, close_handle, "erptoken_close");
    FIND(library, configure, "erptoken_configure");
    return library;
}

static void token(char *text, int32_t size)
{
    int32_t account = 0;
    CHECK_INT(open_account("senior", &account), ERPTOKEN_OK);
    CHECK_INT(set(account, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")), ERPTOKEN_OK);
    CHECK_INT(set(account, "ca_file", environment("ERPTOKEN_CA")), ERPTOKEN_OK);
    CHECK_INT(set(account, "username", "admin@empresa.com.br"), ERPTOKEN_OK);
    CHECK_INT(set(account, "password", "senhaUsuario"), ERPTOKEN_OK);
    CHECK_INT(get(account, text, &size), ERPTOKEN_OK);
    CHECK_INT(close_handle(account), ERPTOKEN_OK);
}

int main(void)
{
    char first[4096], again[4096];
    int32_t length, i;
    HMODULE library;

    /* Nothing is kept yet: the library goes when it is freed, as often as one likes. */
    for (i = 0; i < 20; i++) {
        library = load();
        length = sizeof first;
        CHECK_INT(version(first, &length), ERPTOKEN_OK);
        CHECK(FreeLibrary(library));
        CHECK(GetModuleHandleA(LIBRARY) == NULL);
    }

    library = load();
    token(first, sizeof first);
    for (i = 0; i < 5; i++) {
        CHECK(FreeLibrary(library));
        CHECK(GetModuleHandleA(LIBRARY) == library);
        CHECK(load() == library);
        token(again, sizeof again);
        CHECK_TEXT(again, first);
    }
    CHECK_INT(sandbox_count("senior.login"), 1);

    /* Freed while a thread of the library's works for a caller that has left. */
    CHECK_INT(configure("timeout_ms", "200"), ERPTOKEN_OK);
    sandbox_user("senior", "lento@empresa.com.br", "senhaUsuario");
    sandbox_fault("senior.login", "slow:1000", 1);
    CHECK_INT(open_account("senior", &i), ERPTOKEN_OK);
    CHECK_INT(set(i, "base_url", environment("ERPTOKEN_SENIOR")), ERPTOKEN_OK);
    CHECK_INT(set(i, "username", "lento@empresa.com.br"), ERPTOKEN_OK);
    CHECK_INT(set(i, "password", "senhaUsuario"), ERPTOKEN_OK);
    length = sizeof again;
    CHECK_INT(get(i, again, &length), ERPTOKEN_E_TIMEOUT);
    while (FreeLibrary(library) && i < 100)
        i++;
    pause_ms(1500);
    CHECK_INT(sandbox_count("senior.login"), 2);
    library = load();
    token(again, sizeof again);
    CHECK_TEXT(again, first);
    return 0;
}
