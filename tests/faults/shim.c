/* Preloaded into a process whose store must lose nothing: one call to the system under the store's folder fails, or every
   one from there on. Calls elsewhere are nobody's business here.

   ERPTOKEN_FAULTS_UNDER: the folder whose files fail. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define FILES 4096

/* Which descriptors are of the folder. */
static volatile char ours[FILES];
/* The call that fails, from 1; 0: none does. */
static volatile int fails_at, goes_on, number, count;

/* From now on: the n-th call fails with this error, and those after it too if it goes on. */
void erptoken_faults_arm(int at, int error, int further)
{
    count = 0;
    number = error;
    goes_on = further;
    fails_at = at;
}

/* How many calls there were since. */
int erptoken_faults_end(void)
{
    int counted = count;
    fails_at = 0;
    return counted;
}

static volatile int later_ms;

/* From now on the clocks that tokens age by are so far ahead. */
void erptoken_faults_later(int ms)
{
    later_ms = ms;
}

int clock_gettime(clockid_t clock, struct timespec *at)
{
    static int (*next)(clockid_t, struct timespec *);
    int answer;
    if (next == NULL)
        next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    answer = next(clock, at);
    if (answer == 0 && (clock == CLOCK_BOOTTIME || clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        at->tv_sec += later_ms / 1000;
        at->tv_nsec += later_ms % 1000 * 1000000L;
        if (at->tv_nsec >= 1000000000L) {
            at->tv_nsec -= 1000000000L;
            at->tv_sec += 1;
        }
    }
    return answer;
}

static int fails(int is_lock)
{
    int nth;
    if (fails_at == 0)
        return 0;
    nth = __sync_add_and_fetch(&count, 1);
    if (nth != fails_at && !(goes_on && nth > fails_at))
        return 0;
    /* That a lock is denied means that somebody has it: waited for, and so only once. */
    errno = is_lock && goes_on && number == EACCES ? EIO : number;
    return 1;
}

static int is_ours(int fd)
{
    return fd >= 0 && fd < FILES && ours[fd];
}

static int is_under(const char *path)
{
    static const char *folder;
    if (folder == NULL)
        folder = getenv("ERPTOKEN_FAULTS_UNDER");
    return folder != NULL && path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int opened(int fd, int of_ours)
{
    if (fd >= 0 && fd < FILES)
        ours[fd] = (char)of_ours;
    return fd;
}

#define NEXT(name) __typeof__(&name) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                                                                            \
    int name(const char *path, int flags, ...)                                                                \
    {                                                                                                         \
        NEXT(name);                                                                                           \
        va_list more;                                                                                         \
        mode_t mode;                                                                                          \
        va_start(more, flags);                                                                                \
        mode = va_arg(more, mode_t);                                                                          \
        va_end(more);                                                                                         \
        if (is_under(path) && fails(0))                                                                       \
            return -1;                                                                                        \
        return opened(next(path, flags, mode), is_under(path));                                               \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                          \
    int name(int folder, const char *path, int flags, ...)                                                    \
    {                                                                                                         \
        NEXT(name);                                                                                           \
        va_list more;                                                                                         \
        mode_t mode;                                                                                          \
        int of_ours = is_ours(folder) || is_under(path);                                                      \
        va_start(more, flags);                                                                                \
        mode = va_arg(more, mode_t);                                                                          \
        va_end(more);                                                                                         \
        if (of_ours && fails(0))                                                                              \
            return -1;                                                                                        \
        return opened(next(folder, path, flags, mode), of_ours);                                              \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd)
{
    NEXT(close);
    opened(fd, 0);
    return next(fd);
}

/* A call on a descriptor. */
#define ON(result, name, parameters, arguments)                                                               \
    result name parameters                                                                                    \
    {                                                                                                         \
        NEXT(name);                                                                                           \
        if (is_ours(fd) && fails(0))                                                                          \
            return -1;                                                                                        \
        return next arguments;                                                                                \
    }
ON(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
ON(ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
ON(ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
ON(ssize_t, readv, (int fd, const struct iovec *to, int pieces), (fd, to, pieces))
ON(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size))
ON(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
ON(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
ON(ssize_t, writev, (int fd, const struct iovec *from, int pieces), (fd, from, pieces))
ON(int, ftruncate, (int fd, off_t length), (fd, length))
ON(int, ftruncate64, (int fd, off64_t length), (fd, length))
ON(int, flock, (int fd, int how), (fd, how))
ON(int, fchmod, (int fd, mode_t mode), (fd, mode))
ON(int, fstat, (int fd, struct stat *to), (fd, to))
ON(int, fstat64, (int fd, struct stat64 *to), (fd, to))

/* Nothing here is to outlive the machine: what they cost is not paid. */
#define SYNC(name)                                                                                            \
    int name(int fd)                                                                                          \
    {                                                                                                         \
        NEXT(name);                                                                                           \
        if (!is_ours(fd))                                                                                     \
            return next(fd);                                                                                  \
        return fails(0) ? -1 : 0;                                                                             \
    }
SYNC(fsync)
SYNC(fdatasync)

#define CONTROL(name)                                                                                         \
    int name(int fd, int command, ...)                                                                        \
    {                                                                                                         \
        NEXT(name);                                                                                           \
        va_list more;                                                                                         \
        void *argument;                                                                                       \
        va_start(more, command);                                                                              \
        argument = va_arg(more, void *);                                                                      \
        va_end(more);                                                                                         \
        if (command == F_OFD_SETLK || command == F_SETLK)                                                     \
            if (is_ours(fd) && ((struct flock *)argument)->l_type != F_UNLCK && fails(1))                     \
                return -1;                                                                                    \
        return next(fd, command, argument);                                                                   \
    }
CONTROL(fcntl)
CONTROL(fcntl64)

/* A call on a name in a folder. */
#define IN(name, parameters, arguments)                                                                       \
    int name parameters                                                                                       \
    {                                                                                                         \
        NEXT(name);                                                                                           \
        if ((is_ours(fd) || is_under(path)) && fails(0))                                                      \
            return -1;                                                                                        \
        return next arguments;                                                                                \
    }
IN(unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
IN(renameat, (int fd, const char *path, int other, const char *to), (fd, path, other, to))
IN(renameat2, (int fd, const char *path, int other, const char *to, unsigned flags), (fd, path, other, to, flags))
IN(mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
IN(fstatat, (int fd, const char *path, struct stat *to, int flags), (fd, path, to, flags))
IN(statx, (int fd, const char *path, int flags, unsigned mask, struct statx *to), (fd, path, flags, mask, to))

/* A call on a path. */
#define AT(name, parameters, arguments)                                                                       \
    int name parameters                                                                                       \
    {                                                                                                         \
        NEXT(name);                                                                                           \
        if (is_under(path) && fails(0))                                                                       \
            return -1;                                                                                        \
        return next arguments;                                                                                \
    }
AT(unlink, (const char *path), (path))
AT(rename, (const char *path, const char *to), (path, to))
AT(mkdir, (const char *path, mode_t mode), (path, mode))
AT(chmod, (const char *path, mode_t mode), (path, mode))
AT(truncate, (const char *path, off_t length), (path, length))

/* Whether the system has randomness. */
static volatile int no_randomness;

void erptoken_faults_randomness(int is_there)
{
    no_randomness = !is_there;
}

ssize_t getrandom(void *to, size_t size, unsigned flags)
{
    ssize_t (*next)(void *, size_t, unsigned) = (ssize_t (*)(void *, size_t, unsigned))dlsym(RTLD_NEXT, "getrandom");
    if (no_randomness) {
        errno = EIO;
        return -1;
    }
    return next(to, size, flags);
}

/* Under a name of ours, because the system's declaration takes any number of arguments. */
long any_call(long call, long a, long b, long c, long d, long e, long f) __asm__("syscall");

long any_call(long call, long a, long b, long c, long d, long e, long f)
{
    static long (*next)(long, ...);
    if (next == NULL)
        next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    if (call == SYS_getrandom && no_randomness) {
        errno = EIO;
        return -1;
    }
    return next(call, a, b, c, d, e, f);
}

/* While something fails nobody waits: what is tried again is tried at once. */
int nanosleep(const struct timespec *time, struct timespec *left)
{
    NEXT(nanosleep);
    return fails_at ? 0 : next(time, left);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
{
    NEXT(clock_nanosleep);
    return fails_at ? 0 : next(clock, flags, time, left);
}
