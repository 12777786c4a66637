/* What the programs of tests/c take from POSIX and mingw lacks. Sockets are numbers that fit into an int there, too. */
#ifndef POSIX_H
#define POSIX_H

#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include <io.h>
#include <psapi.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

#include "windows_7.h"

#define MSG_NOSIGNAL 0
#define SOCK_CLOEXEC 0
#define SHUT_WR SD_SEND
#define SHUT_RDWR SD_BOTH
/* Files are closed by stdio in those programs. */
#define close closesocket

static inline int vdprintf(int fd, const char *format, va_list arguments)
{
    char text[4096];
    int length = vsnprintf(text, sizeof text, format, arguments);
    return length < 0 ? length : write(fd, text, (unsigned)strlen(text));
}

static inline int dprintf(int fd, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vdprintf(fd, format, arguments);
    va_end(arguments);
    return length;
}

static inline int rand_r(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return (int)(*seed >> 16 & 0x7fff);
}

static inline int thread_count(void)
{
    HANDLE threads = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry;
    int count = 0;
    BOOL more;
    entry.dwSize = sizeof entry;
    for (more = Thread32First(threads, &entry); more; more = Thread32Next(threads, &entry))
        count += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(threads);
    return count;
}

static inline long resident_kb(void)
{
    PROCESS_MEMORY_COUNTERS counters;
    counters.cb = sizeof counters;
    return GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters)
        ? (long)(counters.WorkingSetSize / 1024)
        : -1;
}

__attribute__((constructor)) static void start_sockets(void)
{
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
}

#endif
