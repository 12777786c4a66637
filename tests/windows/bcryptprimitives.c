/* For tests under a Wine that is too old to have this DLL, which every Windows 10 has. Never shipped. */
#include <windows.h>

/* What the C world knows as RtlGenRandom. */
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    return SystemFunction036(buffer, (ULONG)length);
}
