/* System calls in which a thread stops until it is told to go on: these stand before the C library's own. */
#ifndef STOPS_H
#define STOPS_H

#include "check.h"

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* Calls until one stops; 0: none will. */
static int calls_left;
static int stopped, gone_on, ended;
static const char *volatile stopped_in = "nothing";
static __thread int never_stops;

#define ATOMIC_READ(what) __atomic_load_n(&(what), __ATOMIC_SEQ_CST)
#define ATOMIC_WRITE(what, value) __atomic_store_n(&(what), value, __ATOMIC_SEQ_CST)

static inline void this_thread_never_stops(void)
{
    never_stops = 1;
}

static inline void stop_nobody(void)
{
    ATOMIC_WRITE(calls_left, 0);
}

/* The `nth` call of the other threads is to stop. */
static inline void stop_at(int nth)
{
    ATOMIC_WRITE(stopped, 0);
    ATOMIC_WRITE(gone_on, 0);
    ATOMIC_WRITE(ended, 0);
    ATOMIC_WRITE(calls_left, nth);
}

static inline void work_has_ended(void)
{
    ATOMIC_WRITE(ended, 1);
}

/* Waits for a thread to stop; false when the work has ended before. */
static inline int it_stops(void)
{
    while (!ATOMIC_READ(stopped) && !ATOMIC_READ(ended))
        pause_ms(1);
    if (ATOMIC_READ(stopped))
        return 1;
    stop_nobody();
    return 0;
}

static inline void let_it_go_on(void)
{
    ATOMIC_WRITE(gone_on, 1);
}

static inline const char *where_it_stopped(void)
{
    return stopped_in;
}

static inline void may_stop(const char *name)
{
    if (never_stops || ATOMIC_READ(calls_left) <= 0 || __atomic_sub_fetch(&calls_left, 1, __ATOMIC_SEQ_CST) != 0)
        return;
    stopped_in = name;
    ATOMIC_WRITE(stopped, 1);
    while (!ATOMIC_READ(gone_on))
        pause_ms(1);
}

/* The C library's function, asked for without a cast that C99 does not know. */
#define REAL(name)                                                                                            \
    static real_##name *real;                                                                                 \
    if (ATOMIC_READ(real) == NULL) {                                                                          \
        void *found = dlsym(RTLD_NEXT, #name);                                                                \
        real_##name *function;                                                                                \
        memcpy(&function, &found, sizeof function);                                                           \
        ATOMIC_WRITE(real, function);                                                                         \
    }

#define STOPS(result, name, parameters, arguments)                                                            \
    typedef result real_##name parameters;                                                                    \
    result name parameters                                                                                    \
    {                                                                                                         \
        REAL(name)                                                                                            \
        may_stop(#name);                                                                                      \
        return real arguments;                                                                                \
    }

#define OPENS(name, parameters, arguments)                                                                    \
    typedef int real_##name parameters;                                                                       \
    int name parameters                                                                                       \
    {                                                                                                         \
        mode_t mode;                                                                                          \
        va_list more;                                                                                         \
        REAL(name)                                                                                            \
        va_start(more, flags);                                                                                \
        mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;                               \
        va_end(more);                                                                                         \
        may_stop(#name);                                                                                      \
        return real arguments;                                                                                \
    }

OPENS(open, (const char *path, int flags, ...), (path, flags, mode))
OPENS(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENS(openat, (int folder_fd, const char *path, int flags, ...), (folder_fd, path, flags, mode))
STOPS(ssize_t, read, (int fd, void *bytes, size_t length), (fd, bytes, length))
STOPS(ssize_t, write, (int fd, const void *bytes, size_t length), (fd, bytes, length))
STOPS(int, fsync, (int fd), (fd))
STOPS(int, flock, (int fd, int how), (fd, how))
STOPS(int, mkdir, (const char *path, mode_t mode), (path, mode))
STOPS(int, rename, (const char *from, const char *to), (from, to))
STOPS(int, renameat, (int from_fd, const char *from, int to_fd, const char *to), (from_fd, from, to_fd, to))
STOPS(int, unlinkat, (int folder_fd, const char *path, int flags), (folder_fd, path, flags))
STOPS(int, connect, (int fd, __CONST_SOCKADDR_ARG address, socklen_t length), (fd, address, length))
STOPS(ssize_t, send, (int fd, const void *bytes, size_t length, int flags), (fd, bytes, length, flags))
STOPS(ssize_t, recv, (int fd, void *bytes, size_t length, int flags), (fd, bytes, length, flags))

/* An older C library has none. */
ssize_t getrandom(void *bytes, size_t length, unsigned flags)
{
    may_stop("getrandom");
    return syscall(SYS_getrandom, bytes, length, flags);
}

#endif
