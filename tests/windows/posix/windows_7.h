/* A process as on Windows 7: what newer systems have, and the library asks for while it runs, GetProcAddress does not find.
 * What it imports, tools/windows-dlls.sh looks at. With ERPTOKEN_SYSTEM=10 in the environment nothing is taken away. */
#ifndef WINDOWS_7_H
#define WINDOWS_7_H

static inline int is_windows_7(void)
{
    return getenv("ERPTOKEN_SYSTEM") == NULL;
}

/* Another last letter in the table of names, which stays in its order. */
static inline void hide(const char *library, const char *function)
{
    BYTE *base = (BYTE *)GetModuleHandleA(library);
    IMAGE_NT_HEADERS *headers;
    IMAGE_EXPORT_DIRECTORY *exports;
    DWORD i, before;
    if (base == NULL)
        return;
    headers = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
    exports = (IMAGE_EXPORT_DIRECTORY *)(base + headers->OptionalHeader.DataDirectory[0].VirtualAddress);
    for (i = 0; i < exports->NumberOfNames; i++) {
        char *name = (char *)base + ((DWORD *)(base + exports->AddressOfNames))[i];
        char *last = name + strlen(name) - 1;
        if (strcmp(name, function) != 0 || !VirtualProtect(last, 1, PAGE_READWRITE, &before))
            continue;
        *last = '!';
        VirtualProtect(last, 1, before, &before);
    }
}

__attribute__((constructor)) static void be_windows_7(void)
{
    static const char *const newer[][2] = {
        {"ws2_32", "GetAddrInfoExCancel"},          {"ws2_32", "GetAddrInfoExOverlappedResult"},
        {"kernel32", "GetCurrentThreadStackLimits"}, {"kernel32", "GetSystemTimePreciseAsFileTime"},
        {"kernel32", "SetThreadDescription"},        {"kernel32", "GetTempPath2W"},
        {"kernelbase", "WaitOnAddress"},             {"kernelbase", "WakeByAddressSingle"},
    };
    size_t i;
    for (i = 0; is_windows_7() && i < sizeof newer / sizeof *newer; i++)
        hide(newer[i][0], newer[i][1]);
}

#endif
