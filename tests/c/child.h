/* Children of a fork: how they begin and end, and what their parent makes of it. */
#ifndef CHILD_H
#define CHILD_H

#include "account.h"

/* Without this the child of a checked program cannot tell what valgrind found in it. */
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_COUNT_ERRORS
#define VALGRIND_COUNT_ERRORS 0
#endif

/* Ends a child that did well: by a signal, because a leak check of the threads that fork left behind would find
 * all that they held. */
#define WELL SIGKILL

static inline void child_ends(void)
{
    CHECK_INT(VALGRIND_COUNT_ERRORS, 0);
    raise(WELL);
}

static inline pid_t forked(void)
{
    pid_t child = fork();
    CHECK(child >= 0);
    /* A child that hangs ends by another signal. */
    if (child == 0)
        alarm(light() ? 240 : 20);
    return child;
}

static inline void wait_for(pid_t child)
{
    int status = 0;
    CHECK_INT(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == WELL)
        return;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        FAIL("the child hung");
    if (WIFSIGNALED(status))
        FAIL("the child died of signal %d", WTERMSIG(status));
    FAIL("the child ended with %d", WEXITSTATUS(status));
}

#endif
