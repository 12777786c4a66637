/* The log callback calls from stacks that are not the thread's: a fiber's, a coroutine's, an interpreter's. */
#include "account.h"

#include <ucontext.h>

/* Else a checked program takes another stack for a large frame. */
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(first, last) 0
#define VALGRIND_STACK_DEREGISTER(number) (void)(number)
#endif

#define STACK (256 * 1024)

static ucontext_t there, back;
static int calls, answers;

/* On the other stack, wherever it lies. */
static void call_the_library(void)
{
    int32_t handle = 0;
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_E_REENTRANT);
    CHECK_INT(handle, 0);
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_E_REENTRANT);
    CHECK_INT(erptoken_status_retryable(ERPTOKEN_E_NETWORK), 1);
    answers++;
}

static void ERPTOKEN_CALL switch_stacks(int32_t level, const char *line, void *stack)
{
    unsigned number = VALGRIND_STACK_REGISTER(stack, (char *)stack + STACK);
    (void)level;
    (void)line;
    calls++;
    CHECK_INT(getcontext(&there), 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = STACK;
    there.uc_link = &back;
    makecontext(&there, call_the_library, 0);
    CHECK_INT(swapcontext(&back, &there), 0);
    VALGRIND_STACK_DEREGISTER(number);
    /* And on this one again. */
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_E_REENTRANT);
}

static void *from_this_thread(void *stack)
{
    int32_t handle = 0;
    long began;
    calls = answers = 0;
    CHECK_STATUS(erptoken_log(switch_stacks, stack, 4), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_INT(calls, 2);
    CHECK_INT(answers, 2);
    began = now_ms();
    CHECK_STATUS(erptoken_log(switch_stacks, stack, 0), ERPTOKEN_OK);
    CHECK_RANGE(now_ms() - began, 0, patience(1000));
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_INT(calls, 2);
    return NULL;
}

/* The callback itself makes the other stack, in its own frame: below everything of the library's. */
static void ERPTOKEN_CALL on_its_own_frame(int32_t level, const char *line, void *user_data)
{
    char stack[STACK];
    switch_stacks(level, line, user_data == NULL ? stack : user_data);
}

int main(void)
{
    static char before[STACK];
    char in_this_frame[STACK], *after = malloc(STACK);
    int32_t handle = 0;

    CHECK(after != NULL);
    /* Of this thread and of another one, whose stack lies elsewhere. */
    from_this_thread(before);
    from_this_thread(after);
    join(start_with_stack(from_this_thread, before, 1024 * 1024));
    join(start_with_stack(from_this_thread, after, 1024 * 1024));
    free(after);
    if (light())
        return 0;
    /* Above all that the library has on the thread's stack, and on the same one. */
    from_this_thread(in_this_frame);

    calls = answers = 0;
    CHECK_STATUS(erptoken_log(on_its_own_frame, NULL, 4), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_log(on_its_own_frame, NULL, 0), ERPTOKEN_OK);
    CHECK_INT(answers, calls);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
