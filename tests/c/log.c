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
    int32_t handle;
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
    CHECK_HAS(last_text(), "\"nada\" is no option here");
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

int main(void)
{
    arguments();
    levels_and_lines();
    what_may_be_called_inside();
    floats();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
