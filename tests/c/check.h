/* What every program here needs to say that something is wrong, and where. Include it first. */
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Where failures are told: a program that gives its standard output away keeps a copy here. */
static int check_output = STDERR_FILENO;

static inline void check_failed(const char *file, int line, const char *format, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

static inline void check_failed(const char *file, int line, const char *format, ...)
{
    va_list arguments;
    dprintf(check_output, "%s:%d: failed: ", file, line);
    va_start(arguments, format);
    vdprintf(check_output, format, arguments);
    va_end(arguments);
    dprintf(check_output, "\n");
    /* Not exit: in the child of a fork, or beside other threads, nothing else must run. */
    _exit(1);
}

#define FAIL(...) check_failed(__FILE__, __LINE__, __VA_ARGS__)

#define CHECK(expression)                                                                                     \
    do {                                                                                                      \
        if (!(expression))                                                                                    \
            FAIL("%s", #expression);                                                                          \
    } while (0)

#define CHECK_INT(expression, wanted)                                                                         \
    do {                                                                                                      \
        long long got_ = (long long)(expression), wanted_ = (long long)(wanted);                              \
        if (got_ != wanted_)                                                                                  \
            FAIL("%s is %lld, wanted %lld (%s)", #expression, got_, wanted_, #wanted);                        \
    } while (0)

/* `least` <= expression <= `most` */
#define CHECK_RANGE(expression, least, most)                                                                  \
    do {                                                                                                      \
        long long got_ = (long long)(expression), least_ = (long long)(least), most_ = (long long)(most);     \
        if (got_ < least_ || got_ > most_)                                                                    \
            FAIL("%s is %lld, wanted %lld to %lld", #expression, got_, least_, most_);                        \
    } while (0)

#define CHECK_TEXT(expression, wanted)                                                                        \
    do {                                                                                                      \
        const char *text_ = (expression), *wanted_text_ = (wanted);                                           \
        if (strcmp(text_, wanted_text_) != 0)                                                                 \
            FAIL("%s is \"%s\", wanted \"%s\"", #expression, text_, wanted_text_);                            \
    } while (0)

#define CHECK_HAS(expression, part)                                                                           \
    do {                                                                                                      \
        const char *text_ = (expression), *part_ = (part);                                                    \
        if (strstr(text_, part_) == NULL)                                                                     \
            FAIL("%s is \"%s\", which lacks \"%s\"", #expression, text_, part_);                              \
    } while (0)

#define CHECK_LACKS(expression, part)                                                                         \
    do {                                                                                                      \
        const char *text_ = (expression), *part_ = (part);                                                    \
        if (strstr(text_, part_) != NULL)                                                                     \
            FAIL("%s is \"%s\", which tells \"%s\"", #expression, text_, part_);                              \
    } while (0)

/* Under valgrind everything is slower by far: less is done, and more time is given. */
static inline int light(void)
{
    const char *set = getenv("ERPTOKEN_LIGHT");
    return set != NULL && strcmp(set, "1") == 0;
}

static inline int scale(int full, int few)
{
    return light() ? few : full;
}

/* The longest time that something quick may take. */
static inline long patience(long ms)
{
    return light() ? ms * 10 : ms;
}

static inline const char *environment(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL)
        FAIL("the environment has no %s: run this program with `cargo test --test c_programs`", name);
    return value;
}

static inline long now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static inline void pause_ms(long ms)
{
    struct timespec time;
    time.tv_sec = ms / 1000;
    time.tv_nsec = ms % 1000 * 1000000;
    while (nanosleep(&time, &time) != 0 && errno == EINTR)
        ;
}

static inline pthread_t start_with_stack(void *(*work)(void *), void *argument, size_t stack)
{
    pthread_t thread;
    pthread_attr_t attributes;
    long least = 0;
#ifdef _SC_THREAD_STACK_MIN
    least = sysconf(_SC_THREAD_STACK_MIN); /* 128 kB on aarch64 */
#endif
    CHECK_INT(pthread_attr_init(&attributes), 0);
    if (stack > 0 && least > 0 && stack < (size_t)least)
        stack = (size_t)least;
    if (stack > 0)
        CHECK_INT(pthread_attr_setstacksize(&attributes, stack), 0);
    CHECK_INT(pthread_create(&thread, &attributes, work, argument), 0);
    pthread_attr_destroy(&attributes);
    return thread;
}

static inline pthread_t start(void *(*work)(void *), void *argument)
{
    return start_with_stack(work, argument, 256 * 1024);
}

static inline void join(pthread_t thread)
{
    CHECK_INT(pthread_join(thread, NULL), 0);
}

#ifndef _WIN32 /* There tests/windows/posix has them. */
/* How many entries a folder of /proc has: threads in "/proc/self/task", descriptors in "/proc/self/fd". */
static inline int entries(const char *folder)
{
    int count = 0;
    struct dirent *entry;
    DIR *open = opendir(folder);
    CHECK(open != NULL);
    while ((entry = readdir(open)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

static inline int thread_count(void)
{
    const char *others = getenv("ERPTOKEN_EMULATOR_THREADS");
    return entries("/proc/self/task") - (others != NULL ? atoi(others) : 0);
}

static inline long resident_kb(void)
{
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL);
    CHECK_INT(fscanf(file, "%ld %ld", &size, &resident), 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}
#endif

/* Waits until the process has no more threads than that; false when it takes longer than `limit_ms`. */
static inline int threads_end(int wanted, long limit_ms)
{
    long until = now_ms() + limit_ms;
    while (thread_count() > wanted) {
        if (now_ms() > until)
            return 0;
        pause_ms(10);
    }
    return 1;
}

#endif
