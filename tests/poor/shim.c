/* Preloaded into a process on a machine that is short of something.

   erptoken_faults_arm(what, value, 0): from now on socket (1) or connect (2) to anything but a name server fails with this
   error, no thread can be had (3), or the wall clock is so many minutes off (4). 0: as ever. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

enum { SOCKET = 1, CONNECT, THREADS, CLOCK, ALL };

static volatile int armed[ALL];

void erptoken_faults_arm(int what, int value, int unused)
{
    (void)unused;
    armed[what] = value;
}

#define NEXT(name) __typeof__(&name) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

int socket(int family, int type, int protocol)
{
    NEXT(socket);
    if (armed[SOCKET] && family != AF_UNIX && family != AF_NETLINK) {
        errno = armed[SOCKET];
        return -1;
    }
    return next(family, type, protocol);
}

int connect(int fd, const struct sockaddr *to, socklen_t length)
{
    NEXT(connect);
    int port = to->sa_family == AF_INET ? ntohs(((const struct sockaddr_in *)to)->sin_port) : 0;
    if (armed[CONNECT] && port != 0 && port != 53) {
        errno = armed[CONNECT];
        return -1;
    }
    return next(fd, to, length);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *), void *with)
{
    NEXT(pthread_create);
    return armed[THREADS] ? EAGAIN : next(thread, attributes, work, with);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    static int (*next)(clockid_t, struct timespec *);
    int answer;
    if (next == NULL)
        next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    answer = next(clock, time);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        time->tv_sec += 60L * armed[CLOCK];
    return answer;
}
