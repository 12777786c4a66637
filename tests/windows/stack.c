/* Who pops the arguments on 32-bit Windows: each erptokenw_ and erptokena_ function its own (stdcall, as VB6, Visual FoxPro
 * and PowerBuilder call it), each erptoken_ function none (cdecl). A mistake here ends a host somewhere else, much later. On 64 bits the caller always
 * does, and what is left to see is that every function is exported by its plain name. */
#include <stdint.h>
#include <stdio.h>
#include <windows.h>

/* tests/declarations compares this list with the header. */
static const struct {
    const char *name;
    int parameters;
} functions[] = {
    { "open", 2 },
    { "set", 3 },
    { "close", 1 },
    { "get", 3 },
    { "authorization", 3 },
    { "renew", 1 },
    { "reject", 2 },
    { "logout", 1 },
    { "info", 4 },
    { "info_int", 3 },
    { "app_check", 2 },
    { "app_create", 4 },
    { "app_get", 4 },
    { "app_list", 2 },
    { "app_revoke", 2 },
    { "request", 7 },
    { "response_status", 2 },
    { "response_header", 4 },
    { "response_text", 3 },
    { "response_field", 4 },
    { "response_bytes", 3 },
    { "configure", 2 },
    { "log", 3 },
    { "diagnose", 2 },
    { "check_profile", 2 },
    { "shutdown", 0 },
    { "abi_version", 0 },
    { "version", 2 },
    { "status_name", 3 },
    { "status_retryable", 1 },
    { "error_text", 2 },
    { "error_server_code", 2 },
    { "error_http_status", 0 },
    { "error_retry_after", 0 },
    { "error_retryable", 0 },
};

#define CALLS 1000

#if defined(__i386__)
/* Calls with zeros for arguments; by how many bytes the stack pointer is lower afterwards than before they were pushed. */
static int left(FARPROC function, int parameters)
{
    int bytes;

    __asm__ volatile(
        "movl %%esp, %%esi\n\t"
        "1: testl %%edx, %%edx\n\t"
        "jz 2f\n\t"
        "pushl $0\n\t"
        "decl %%edx\n\t"
        "jmp 1b\n\t"
        "2: call *%%edi\n\t"
        "movl %%esi, %%eax\n\t"
        "subl %%esp, %%eax\n\t"
        "movl %%esi, %%esp"
        : "=a"(bytes), "+d"(parameters), "+D"(function)
        :
        : "ecx", "esi", "memory", "cc");
    return bytes;
}
#endif

static FARPROC exported(HMODULE library, const char *family, const char *name)
{
    char symbol[64];
    FARPROC function;

    snprintf(symbol, sizeof symbol, "%s%s", family, name);
    function = GetProcAddress(library, symbol);
    if (function == NULL) {
        printf("%s is not exported\n", symbol);
        ExitProcess(1);
    }
    return function;
}

int main(void)
{
    HMODULE library = LoadLibraryA("erptoken.dll");
    size_t i;

    if (library == NULL) {
        printf("erptoken.dll cannot be loaded: %lu\n", GetLastError());
        return 1;
    }
    for (i = 0; i < sizeof functions / sizeof *functions; i++) {
        FARPROC narrow = exported(library, "erptoken_", functions[i].name);
        FARPROC wide = exported(library, "erptokenw_", functions[i].name);
        FARPROC ansi = exported(library, "erptokena_", functions[i].name);
#if defined(__i386__)
        int pushed = functions[i].parameters * 4, call;

        for (call = 0; call < CALLS; call++) {
            int by_narrow = left(narrow, functions[i].parameters), by_wide = left(wide, functions[i].parameters);
            int by_ansi = left(ansi, functions[i].parameters);
            if (by_narrow != pushed || by_wide != 0 || by_ansi != 0) {
                printf("%s: of %d bytes the narrow function leaves %d, the wide one %d, the ANSI one %d\n",
                    functions[i].name, pushed, by_narrow, by_wide, by_ansi);
                return 1;
            }
        }
#else
        (void)narrow;
        (void)wide;
        (void)ansi;
#endif
    }
    return 0;
}
