/* The log's callback: when it runs and on which thread, what it may do, how it goes away, and what it is told. */
#include "account.h"

#include <fenv.h>
#include <setjmp.h>

#define READ(place) __atomic_load_n(&(place), __ATOMIC_SEQ_CST)
#define WRITE(place, value) __atomic_store_n(&(place), (value), __ATOMIC_SEQ_CST)
#define ADD(place, more) __atomic_add_fetch(&(place), (more), __ATOMIC_SEQ_CST)

/* What one callback was given. */
struct seen {
    pthread_mutex_t lock;
    int lines, highest;
    char text[1 << 17];
    size_t length;
    pthread_t thread;
};

static void forget(struct seen *seen)
{
    pthread_mutex_lock(&seen->lock);
    seen->lines = seen->highest = 0;
    seen->length = 0;
    seen->text[0] = '\0';
    pthread_mutex_unlock(&seen->lock);
}

static struct seen *fresh(struct seen *seen)
{
    CHECK_INT(pthread_mutex_init(&seen->lock, NULL), 0);
    forget(seen);
    return seen;
}

static void ERPTOKEN_CALL keep(int32_t level, const char *line, void *user_data)
{
    struct seen *seen = user_data;
    int printed;
    CHECK_RANGE(level, 1, 4);
    CHECK(strchr(line, '\n') == NULL);
    pthread_mutex_lock(&seen->lock);
    seen->lines++;
    seen->thread = pthread_self();
    if (level > seen->highest)
        seen->highest = level;
    printed = snprintf(seen->text + seen->length, sizeof seen->text - seen->length, "%d %s\n", (int)level, line);
    if (printed > 0 && seen->length + (size_t)printed < sizeof seen->text)
        seen->length += (size_t)printed;
    pthread_mutex_unlock(&seen->lock);
}

static struct seen one, two;

static void arguments(void)
{
    int i;
    static char places[17];
    CHECK_STATUS(erptoken_log(NULL, NULL, 3), ERPTOKEN_E_ARGUMENT);
    CHECK_HAS(last_text(), "callback");
    CHECK_STATUS(erptoken_log(NULL, NULL, 0), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptoken_log(keep, &one, 5), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptoken_log(keep, &one, -1), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptoken_log(keep, &one, 260), ERPTOKEN_E_ARGUMENT);
    CHECK_HAS(last_text(), "level");
    CHECK_STATUS(erptoken_log(keep, &one, 0), ERPTOKEN_OK);
    for (i = 0; i < 16; i++)
        CHECK_STATUS(erptoken_log(keep, &places[i], 1), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_log(keep, &places[16], 1), ERPTOKEN_E_LIMIT);
    CHECK_HAS(last_text(), "16");
    CHECK_STATUS(erptoken_log(keep, &places[3], 1), ERPTOKEN_OK);
    for (i = 0; i < 16; i++)
        CHECK_STATUS(erptoken_log(keep, &places[i], 0), ERPTOKEN_OK);
}

/* One account's life, as two callbacks with levels of their own see it. */
static void levels_and_lines(void)
{
    char token[TOKEN_SIZE], first[TOKEN_SIZE];
    int32_t handle, response = 0;
    int i;

    sandbox_settings("{\"expires_in\":3600}");
    CHECK_STATUS(erptoken_log(keep, fresh(&one), 4), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_log(keep, fresh(&two), 3), ERPTOKEN_OK);
    handle = new_user("diario@empresa.com.br");
    CHECK_HAS(one.text, "Senior X platform: account opened\n");
    CHECK_HAS(one.text, "4 ");
    CHECK_HAS(one.text, "Senior X platform (diario@empresa.com.br): option \"password\" set\n");
    CHECK_TEXT(two.text, "");

    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    strcpy(first, token);
    /* Told by the call that waited for it, on its own thread. */
    CHECK_HAS(one.text, "Senior X platform (diario@empresa.com.br): a renewal begins\n");
    CHECK_HAS(two.text, "Z information [");
    CHECK_HAS(two.text, "Senior X platform (diario@empresa.com.br): a login brought a token that lives 3600 s (");
    CHECK_HAS(two.text, " ms)\n");
    CHECK_INT(two.lines, 1);
    CHECK(pthread_equal(one.thread, pthread_self()));

    /* Hits tell nothing. */
    forget(&one);
    for (i = 0; i < 1000; i++)
        CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_INT(one.lines, 0);

    CHECK_STATUS(erptoken_reject(handle, token), ERPTOKEN_OK);
    CHECK_HAS(two.text, "2 ");
    CHECK_HAS(two.text, " warning [");
    CHECK_HAS(two.text, "an API refused the token");
    CHECK_STATUS(erptoken_reject(handle, token), ERPTOKEN_OK);
    CHECK_HAS(one.text, "no longer the current one");
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_HAS(two.text, "a refresh brought a token");
    CHECK_STATUS(erptoken_request(handle, "GET", "/tms/freights?cpf=123", NULL, NULL, 0, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
    CHECK_HAS(one.text, ": a request (GET) to 127.0.0.1:");
    CHECK_HAS(one.text, " was answered (HTTP 200) (");
    CHECK_LACKS(one.text, "cpf");
    CHECK_STATUS(erptoken_logout(handle), ERPTOKEN_OK);
    CHECK_HAS(two.text, "logged out");
    CHECK_STATUS(erptoken_set(handle, "password", "errada"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    CHECK_HAS(two.text, "1 ");
    CHECK_HAS(two.text, " error [");
    CHECK_HAS(two.text, "the renewal failed (ERPTOKEN_E_CREDENTIALS), and is tried again in ");
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_CREDENTIALS);
    CHECK_HAS(one.text, "a call was answered ERPTOKEN_E_CREDENTIALS from memory");
    CHECK_STATUS(erptoken_set(handle, "nada", "x"), ERPTOKEN_E_OPTION);
    CHECK_HAS(one.text, "a call failed (ERPTOKEN_E_OPTION): \"nada\"");
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_HAS(one.text, "conta fechada");
    CHECK_STATUS(erptoken_configure("language", NULL), ERPTOKEN_OK);
    CHECK_LACKS(one.text, PASSWORD);
    CHECK_LACKS(one.text, "errada");
    CHECK_LACKS(one.text, first);
    CHECK_INT(two.highest, 3);

    /* Another level, then none. */
    CHECK_STATUS(erptoken_log(keep, &two, 1), ERPTOKEN_OK);
    forget(&two);
    handle = account();
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_INT(two.lines, 0);
    CHECK_STATUS(erptoken_log(keep, &two, 0), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_log(keep, &one, 0), ERPTOKEN_OK);
    forget(&one);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_INT(one.lines, 0);
}

/* Everything that may be called from inside, and everything that may not. */
static int inside;

static void ERPTOKEN_CALL call_from_inside(int32_t level, const char *line, void *user_data)
{
    int32_t handle = *(int32_t *)user_data, number = 0, length;
    char text[64];
    (void)level;
    (void)line;
    inside++;
    CHECK_STATUS(erptoken_open("senior", &number), ERPTOKEN_E_REENTRANT);
    CHECK_HAS(last_text(), "inside the log callback");
    CHECK_STATUS(erptoken_set(handle, "username", "x"), ERPTOKEN_E_REENTRANT);
    length = sizeof text;
    CHECK_STATUS(erptoken_get(handle, text, &length), ERPTOKEN_E_REENTRANT);
    length = sizeof text;
    CHECK_STATUS(erptoken_authorization(handle, text, &length), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_renew(handle), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_reject(handle, "x"), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_logout(handle), ERPTOKEN_E_REENTRANT);
    length = sizeof text;
    CHECK_STATUS(erptoken_info(handle, "state", text, &length), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_info_int(handle, "age", &number), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_diagnose(handle, &number), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_check_profile("senior", &number), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_E_REENTRANT);
    CHECK_STATUS(erptoken_log(call_from_inside, user_data, 0), ERPTOKEN_E_REENTRANT);
    CHECK_INT(erptoken_abi_version() / 1000, 1);
    length = sizeof text;
    CHECK_STATUS(erptoken_version(text, &length), ERPTOKEN_OK);
    CHECK_INT(erptoken_status_retryable(ERPTOKEN_E_NETWORK), 1);
    /* Fails, and leaves what the call itself failed with. */
    length = sizeof text;
    CHECK_STATUS(erptoken_status_name(7, text, &length), ERPTOKEN_E_ARGUMENT);
}

static void what_may_be_called_inside(void)
{
    int32_t handle = account();
    char token[TOKEN_SIZE];

    CHECK_STATUS(erptoken_log(call_from_inside, &handle, 4), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    inside = 0;
    CHECK_STATUS(erptoken_set(handle, "nada", "x"), ERPTOKEN_E_OPTION);
    CHECK_INT(inside, 1);
    CHECK_HAS(last_text(), "\"nada\" is not a valid option here");
    CHECK_STATUS(erptoken_log(call_from_inside, &handle, 0), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* The state of the floating-point unit inside is the program's, exceptions unmasked and all. */
static int float_calls;

static void ERPTOKEN_CALL look_at_floats(int32_t level, const char *line, void *user_data)
{
    (void)level;
    (void)line;
    (void)user_data;
    float_calls++;
    CHECK_INT(fegetround(), FE_UPWARD);
    if (!light())
        CHECK_INT(fegetexcept(), FE_DIVBYZERO | FE_OVERFLOW);
}

static void floats(void)
{
    int32_t handle;
    CHECK_STATUS(erptoken_log(look_at_floats, NULL, 4), ERPTOKEN_OK);
    CHECK_INT(fesetround(FE_UPWARD), 0);
    /* As in Delphi. Valgrind does not know it. */
    if (!light())
        feenableexcept(FE_DIVBYZERO | FE_OVERFLOW);
    float_calls = 0;
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_INT(float_calls, 1);
    CHECK_INT(fegetround(), FE_UPWARD);
    fedisableexcept(FE_ALL_EXCEPT);
    CHECK_INT(fesetround(FE_TONEAREST), 0);
    CHECK_STATUS(erptoken_log(look_at_floats, NULL, 0), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* A renewal that ends behind its caller, who has run out of time. */
static int32_t leaves_a_line_behind(const char *username)
{
    int32_t handle = new_user(username);
    char token[TOKEN_SIZE];
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "1"), ERPTOKEN_OK);
    sandbox_fault("senior.login", "slow:150", 1);
    CHECK_STATUS(get(handle, token), ERPTOKEN_E_TIMEOUT);
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", light() ? "20000" : "5000"), ERPTOKEN_OK);
    forget(&one);
    CHECK(threads_end(1, patience(5000)));
    return handle;
}

/* Lines of work behind the caller wait for a call: any, a hit too. */
static void lines_wait_for_a_call(void)
{
    static const char brought[] = "a login brought a token";
    char token[TOKEN_SIZE];
    int32_t handle;

    CHECK_STATUS(erptoken_log(keep, fresh(&one), 3), ERPTOKEN_OK);
    handle = leaves_a_line_behind("espera@empresa.com.br");
    CHECK_INT(one.lines, 0);
    /* Not by a function without state. */
    CHECK_INT(erptoken_error_http_status(), 0);
    CHECK_INT(one.lines, 0);
    CHECK_STATUS(erptoken_close(0), ERPTOKEN_OK);
    CHECK_HAS(one.text, brought);
    CHECK_INT(one.lines, 1);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);

    handle = leaves_a_line_behind("acerta@empresa.com.br");
    CHECK_INT(one.lines, 0);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_HAS(one.text, brought);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);

    /* Nobody is told what waited when the last callback went. */
    handle = leaves_a_line_behind("ninguem@empresa.com.br");
    CHECK_STATUS(erptoken_log(keep, &one, 0), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_log(keep, &one, 4), ERPTOKEN_OK);
    CHECK_LACKS(one.text, brought);
    CHECK_STATUS(erptoken_log(keep, &one, 0), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* The child has the callbacks and not the lines, which its parent delivers. */
static void in_a_child(void)
{
    int32_t handle, own;
    int status = 0;
    pid_t child;

    CHECK_STATUS(erptoken_log(keep, fresh(&one), 3), ERPTOKEN_OK);
    handle = leaves_a_line_behind("pai@empresa.com.br");
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        char token[TOKEN_SIZE];
        alarm(light() ? 240 : 20);
        own = new_user("filho@empresa.com.br");
        CHECK_LACKS(one.text, "pai@");
        CHECK_STATUS(get(own, token), ERPTOKEN_OK);
        CHECK_HAS(one.text, "(filho@empresa.com.br): a login brought");
        CHECK_STATUS(erptoken_log(keep, &one, 0), ERPTOKEN_OK);
        /* It did well. By a signal, because a leak check would find what fork left behind. */
        raise(SIGKILL);
    }
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK_INT(one.lines, 0);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_HAS(one.text, "(pai@empresa.com.br): a login brought");
    CHECK_LACKS(one.text, "filho@");
    CHECK_STATUS(erptoken_log(keep, &one, 0), ERPTOKEN_OK);
}

/* A callback that stays inside until it is let go. */
struct gate {
    int entered, open, calls;
};

static void ERPTOKEN_CALL stay(int32_t level, const char *line, void *user_data)
{
    struct gate *gate = user_data;
    (void)level;
    (void)line;
    ADD(gate->calls, 1);
    WRITE(gate->entered, 1);
    while (!READ(gate->open))
        pause_ms(1);
}

static void *open_and_close(void *argument)
{
    int32_t handle;
    (void)argument;
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    return NULL;
}

static int removed;

static void *remove_it(void *gate)
{
    CHECK_STATUS(erptoken_log(stay, gate, 0), ERPTOKEN_OK);
    ADD(removed, 1);
    return NULL;
}

static void a_removal_waits_for_the_callback(void)
{
    struct gate gate = { 0, 0, 0 };
    pthread_t caller, removers[2];
    int calls, i;

    CHECK_STATUS(erptoken_log(stay, &gate, 4), ERPTOKEN_OK);
    caller = start(open_and_close, NULL);
    while (!READ(gate.entered))
        pause_ms(1);
    /* Two who remove it: neither may be told that it has ended. */
    for (i = 0; i < 2; i++)
        removers[i] = start(remove_it, &gate);
    pause_ms(patience(100));
    CHECK_INT(READ(removed), 0);
    /* It holds nobody else up. */
    open_and_close(NULL);
    calls = READ(gate.calls);
    WRITE(gate.open, 1);
    for (i = 0; i < 2; i++)
        join(removers[i]);
    join(caller);
    CHECK_INT(READ(gate.calls), calls);
    open_and_close(NULL);
    CHECK_INT(READ(gate.calls), calls);
}

/* Threads that log all the time while callbacks come and go: what is removed is not called, and what it used may be
   freed. */
struct fleeting {
    int alive, calls;
};

static void ERPTOKEN_CALL count(int32_t level, const char *line, void *user_data)
{
    struct fleeting *fleeting = user_data;
    (void)level;
    CHECK(*line != '\0');
    CHECK_INT(READ(fleeting->alive), 1);
    ADD(fleeting->calls, 1);
}

static int stop;

static void *chatter(void *argument)
{
    while (!READ(stop))
        open_and_close(argument);
    return NULL;
}

static void callbacks_come_and_go(void)
{
    pthread_t threads[4];
    int i, rounds = scale(200, 20), called = 0;

    WRITE(stop, 0);
    for (i = 0; i < 4; i++)
        threads[i] = start(chatter, NULL);
    for (i = 0; i < rounds; i++) {
        struct fleeting *fleeting = malloc(sizeof *fleeting);
        CHECK(fleeting != NULL);
        fleeting->alive = 1;
        fleeting->calls = 0;
        CHECK_STATUS(erptoken_log(count, fleeting, 1 + i % 4), ERPTOKEN_OK);
        CHECK_STATUS(erptoken_log(count, fleeting, 4), ERPTOKEN_OK);
        pause_ms(1);
        CHECK_STATUS(erptoken_log(count, fleeting, 0), ERPTOKEN_OK);
        called += READ(fleeting->calls) > 0;
        WRITE(fleeting->alive, 0);
        free(fleeting);
    }
    WRITE(stop, 1);
    for (i = 0; i < 4; i++)
        join(threads[i]);
    CHECK_RANGE(called, 1, rounds);
}

/* It must not, but an exception of Delphi's leaves the callback like this: the thread goes on, and so does the log. */
static jmp_buf out_of_here;

static void ERPTOKEN_CALL jump(int32_t level, const char *line, void *user_data)
{
    (void)level;
    (void)line;
    ADD(*(int *)user_data, 1);
    longjmp(out_of_here, 1);
}

static void a_callback_that_jumps(void)
{
    static int jumps;
    int32_t handle = 0;

    CHECK_STATUS(erptoken_log(jump, &jumps, 4), ERPTOKEN_OK);
    if (setjmp(out_of_here) == 0)
        erptoken_open("senior", &handle);
    CHECK_INT(jumps, 1);
    CHECK(handle > 0);
    if (setjmp(out_of_here) == 0)
        erptoken_close(handle);
    CHECK_INT(jumps, 2);
    CHECK_STATUS(erptoken_log(jump, &jumps, 0), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_E_HANDLE);
    CHECK_INT(jumps, 2);
}

/* The last lines, and then none. */
static void a_shutdown_ends_the_log(void)
{
    CHECK_STATUS(erptoken_log(keep, fresh(&one), 3), ERPTOKEN_OK);
    CHECK_INT(leaves_a_line_behind("fim@empresa.com.br") > 0, 1);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_HAS(one.text, "a login brought a token");
    CHECK_HAS(one.text, ": erptoken_shutdown: ");
    CHECK_INT(one.lines, 2);
    open_and_close(NULL);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_INT(one.lines, 2);
}

int main(void)
{
    arguments();
    levels_and_lines();
    what_may_be_called_inside();
    floats();
    lines_wait_for_a_call();
    in_a_child();
    a_removal_waits_for_the_callback();
    callbacks_come_and_go();
    /* The line that was being told is lost, which is a leak. */
    if (!light())
        a_callback_that_jumps();
    a_shutdown_ends_the_log();
    return 0;
}
