/* A good guest: what the host has set up is the same after every call, and nothing of the library is left behind. */
#include "account.h"

#include <fenv.h>
#include <locale.h>

/* ---- Floating-point state, signals, locale ---- */

struct host {
    unsigned sse;       /* control and flags */
    unsigned short x87; /* control */
    unsigned short x87_flags;
    int rounding;
    int unmasked;
    sigset_t blocked;
    const char *locale;
};

static void look(struct host *host)
{
    memset(host, 0, sizeof *host);
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("stmxcsr %0" : "=m"(host->sse));
    __asm__ volatile("fnstcw %0" : "=m"(host->x87));
    __asm__ volatile("fnstsw %0" : "=m"(host->x87_flags));
    host->x87_flags &= 0x3f;
#endif
    host->rounding = fegetround();
    host->unmasked = fegetexcept();
    CHECK_INT(pthread_sigmask(SIG_SETMASK, NULL, &host->blocked), 0);
    host->locale = setlocale(LC_ALL, NULL);
}

/* The call's status, if the host is what it was. */
#define KEPT(call, wanted)                                                                                    \
    do {                                                                                                      \
        struct host before_, after_;                                                                          \
        int32_t answer_;                                                                                      \
        int signal_;                                                                                          \
        look(&before_);                                                                                       \
        answer_ = (call);                                                                                     \
        look(&after_);                                                                                        \
        if (before_.sse != after_.sse)                                                                        \
            FAIL("%s: MXCSR was %04x and is %04x", #call, before_.sse, after_.sse);                           \
        if (before_.x87 != after_.x87)                                                                        \
            FAIL("%s: the x87 control word was %04x and is %04x", #call, before_.x87, after_.x87);            \
        if (before_.x87_flags != after_.x87_flags)                                                            \
            FAIL("%s: the x87 flags were %02x and are %02x", #call, before_.x87_flags, after_.x87_flags);     \
        CHECK_INT(after_.rounding, before_.rounding);                                                         \
        CHECK_INT(after_.unmasked, before_.unmasked);                                                         \
        CHECK_TEXT(after_.locale, before_.locale);                                                            \
        for (signal_ = 1; signal_ < NSIG; signal_++)                                                          \
            CHECK_INT(sigismember(&after_.blocked, signal_), sigismember(&before_.blocked, signal_));         \
        CHECK_STATUS(answer_, wanted);                                                                        \
    } while (0)

static void every_call(const char *username, const char *base, const char *ca_file)
{
    char text[TOKEN_SIZE], token[TOKEN_SIZE];
    int32_t handle = 0, value = 0, length;

    sandbox_user("senior", username, PASSWORD);
    KEPT(erptoken_open("senior", &handle), ERPTOKEN_OK);
    KEPT(erptoken_set(handle, "base_url", base), ERPTOKEN_OK);
    KEPT(erptoken_set(handle, "ca_file", ca_file), ERPTOKEN_OK);
    KEPT(erptoken_set(handle, "username", username), ERPTOKEN_OK);
    KEPT(get(handle, token), ERPTOKEN_E_MISSING);
    KEPT(erptoken_set(handle, "password", PASSWORD), ERPTOKEN_OK);
    KEPT(get(handle, token), ERPTOKEN_OK);
    KEPT(get(handle, token), ERPTOKEN_OK);
    length = sizeof text;
    KEPT(erptoken_authorization(handle, text, &length), ERPTOKEN_OK);
    length = sizeof text;
    KEPT(erptoken_info(handle, "expires_at", text, &length), ERPTOKEN_OK);
    KEPT(erptoken_info_int(handle, "expires_in", &value), ERPTOKEN_OK);
    CHECK(value > 0);
    KEPT(erptoken_renew(handle), ERPTOKEN_OK);
    KEPT(erptoken_reject(handle, token), ERPTOKEN_OK);
    KEPT(get(handle, token), ERPTOKEN_OK); /* by the refresh token */
    KEPT(erptoken_logout(handle), ERPTOKEN_OK);
    KEPT(erptoken_app_check(handle, &value), ERPTOKEN_E_UNSUPPORTED);
    KEPT(erptoken_configure("timeout_ms", "30000"), ERPTOKEN_OK);
    KEPT(erptoken_configure("colour", "blue"), ERPTOKEN_E_OPTION);
    length = sizeof text;
    KEPT(erptoken_error_text(text, &length), ERPTOKEN_OK);
    length = sizeof text;
    KEPT(erptoken_error_server_code(text, &length), ERPTOKEN_OK);
    length = sizeof text;
    KEPT(erptoken_version(text, &length), ERPTOKEN_OK);
    length = sizeof text;
    KEPT(erptoken_status_name(0, text, &length), ERPTOKEN_OK);
    KEPT(erptoken_status_retryable(-3001), 1);
    KEPT(erptoken_abi_version(), ERPTOKEN_ABI_VERSION);
    KEPT(erptoken_close(handle), ERPTOKEN_OK);
    KEPT(erptoken_close(handle), ERPTOKEN_E_HANDLE);
}

/* As Delphi and Free Pascal run: what goes wrong in a calculation raises. Also another rounding. */
static void with_exceptions_unmasked(void)
{
    static const int roundings[] = { FE_TONEAREST, FE_DOWNWARD, FE_TOWARDZERO };
    /* The driver has both kinds of renewal run here: on a thread of the library's, and on the caller's. */
    static const char *const backgrounds[] = { "1", "0" };
    char username[64];
    size_t i, k;

    for (i = 0; i < sizeof roundings / sizeof *roundings; i++) {
        for (k = 0; k < 2; k++) {
            CHECK_STATUS(erptoken_configure("background", backgrounds[k]), ERPTOKEN_OK);
            /* valgrind has neither exceptions nor all of the control words. */
            if (!light()) {
                CHECK_INT(fesetround(roundings[i]), 0);
                feclearexcept(FE_ALL_EXCEPT);
                feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT);
            }
            snprintf(username, sizeof username, "delphi%d%d@empresa.com.br", (int)i, (int)k);
            every_call(username, environment("ERPTOKEN_SENIOR"), NULL);
            snprintf(username, sizeof username, "tls%d%d@empresa.com.br", (int)i, (int)k);
            every_call(username, environment("ERPTOKEN_SENIOR_HTTPS"), environment("ERPTOKEN_CA"));
            fedisableexcept(FE_ALL_EXCEPT);
            fesetround(FE_TONEAREST);
        }
    }
    CHECK_STATUS(erptoken_configure("background", NULL), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
}

/* What the host's own calculations have flagged, for whoever looks at it later. */
static void with_flags_raised(void)
{
    volatile long double x87_zero = 0, x87_one = 1, x87_result = x87_one / x87_zero;
    volatile double zero = 0, one = 1, result = one / zero;

    CHECK(x87_result > 1 && result > 1);
    if (!light())
        CHECK(fetestexcept(FE_DIVBYZERO));
    every_call("bandeira@empresa.com.br", environment("ERPTOKEN_SENIOR"), NULL);
    if (!light())
        CHECK(fetestexcept(FE_DIVBYZERO));
    feclearexcept(FE_ALL_EXCEPT);
}

/* ---- Signals ---- */

static struct sigaction actions[NSIG];

static void remember_actions(void)
{
    int number;
    for (number = 1; number < NSIG; number++)
        if (sigaction(number, NULL, &actions[number]) != 0)
            memset(&actions[number], 0, sizeof actions[number]);
}

static void actions_are_the_same(void)
{
    struct sigaction now;
    stack_t alternate;
    int number;
    for (number = 1; number < NSIG; number++) {
        if (sigaction(number, NULL, &now) != 0)
            continue;
        if (now.sa_handler != actions[number].sa_handler || now.sa_flags != actions[number].sa_flags)
            FAIL("the action of signal %d was changed", number);
    }
    CHECK_INT(sigaltstack(NULL, &alternate), 0);
    CHECK(alternate.ss_flags & SS_DISABLE);
}

/* Resets every connection at once, with nothing read. */
static void *reset_all(void *argument)
{
    struct linger at_once = { 1, 0 };
    int fd;
    while ((fd = accept(*(int *)argument, NULL, NULL)) >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fd);
    }
    return NULL;
}

static int resetting_port;

static void *ask_who_resets(void *argument)
{
    static char long_password[60001];
    int index = (int)(intptr_t)argument;
    char token[TOKEN_SIZE], text[128];
    int32_t handle, status;

    if (index == 0)
        memset(long_password, 'a', sizeof long_password - 1);
    snprintf(text, sizeof text, "cano%d@empresa.com.br", index);
    handle = account_at("senior", text, index == 0 ? long_password : PASSWORD);
    snprintf(text, sizeof text, "http%s://127.0.0.1:%d", index % 2 == 0 ? "" : "s", resetting_port);
    CHECK_STATUS(erptoken_set(handle, "base_url", text), ERPTOKEN_OK);
    status = get(handle, token);
    if (status != ERPTOKEN_E_NETWORK)
        FAIL("a connection that was reset: %s: %s", name_of(status), last_text());
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    return NULL;
}

/* SIGPIPE has its default action here: to kill. */
static void a_reset_kills_nobody(void)
{
    static const char *const faults[] = { "reset", "close-before-answer", "cut-body", "done-then-close", "garbage" };
    char token[TOKEN_SIZE], text[128];
    pthread_t thread, askers[16];
    int fd = listener(&resetting_port), background, i, count = scale(16, 4);
    size_t k;

    CHECK(actions[SIGPIPE].sa_handler == SIG_DFL);
    thread = start(reset_all, &fd);
    for (background = 0; background < 2; background++) {
        CHECK_STATUS(erptoken_configure("background", background ? "1" : "0"), ERPTOKEN_OK);
        for (i = 0; i < count; i++)
            askers[i] = start_with_stack(ask_who_resets, (void *)(intptr_t)i, 2 * 1024 * 1024);
        for (i = 0; i < count; i++)
            join(askers[i]);
        CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    }
    shutdown(fd, SHUT_RDWR);
    join(thread);
    close(fd);

    for (k = 0; k < sizeof faults / sizeof *faults; k++) {
        int32_t handle, https;
        for (https = 0; https < 2; https++) {
            snprintf(text, sizeof text, "falha%d%d@empresa.com.br", (int)k, (int)https);
            handle = new_user(text);
            if (https) {
                CHECK_STATUS(erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")), ERPTOKEN_OK);
                CHECK_STATUS(erptoken_set(handle, "ca_file", environment("ERPTOKEN_CA")), ERPTOKEN_OK);
            }
            sandbox_fault("senior.login", faults[k], 1);
            CHECK(get(handle, token) < 0);
            CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
        }
    }
    CHECK_STATUS(erptoken_configure("background", NULL), ERPTOKEN_OK);
}

/* ---- Small stacks ---- */

static int32_t hit_handle;

static void *hit(void *argument)
{
    char token[512];
    int32_t length = sizeof token;
    (void)argument;
    CHECK_STATUS(erptoken_get(hit_handle, token, &length), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(0x12345, "a", "b"), ERPTOKEN_E_HANDLE);
    length = sizeof token;
    CHECK_STATUS(erptoken_error_text(token, &length), ERPTOKEN_OK);
    return NULL;
}

static void *renew(void *argument)
{
    char token[512];
    int32_t length = sizeof token;
    CHECK_STATUS(erptoken_get(*(int32_t *)argument, token, &length), ERPTOKEN_OK);
    return NULL;
}

static void small_stacks(void)
{
    static const size_t stacks[] = { 64 * 1024, 96 * 1024, 128 * 1024 };
    char token[TOKEN_SIZE], username[64];
    int32_t handle;
    size_t i;

    hit_handle = account();
    CHECK_STATUS(get(hit_handle, token), ERPTOKEN_OK);
    for (i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        join(start_with_stack(hit, NULL, stacks[i]));
        /* The work is done on a thread of the library's, which brings its own stack. */
        snprintf(username, sizeof username, "pilha%d@empresa.com.br", (int)i);
        handle = new_user(username);
        join(start_with_stack(renew, &handle, stacks[i]));
        CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    }
    CHECK_STATUS(erptoken_close(hit_handle), ERPTOKEN_OK);
}

/* ---- What is left behind ---- */

static int output_to_files(const char *name, int number)
{
    char path[512];
    int fd;
    snprintf(path, sizeof path, "%s/%s", environment("ERPTOKEN_FOLDER"), name);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    CHECK_INT(dup2(fd, number), number);
    return fd;
}

static void is_empty(int fd, const char *name)
{
    char text[1024];
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    CHECK(length >= 0);
    text[length] = '\0';
    if (length > 0)
        FAIL("the library wrote to %s: %s", name, text);
}

int main(void)
{
    char folder_before[PATH_MAX], folder_after[PATH_MAX];
    int out, err, descriptors;
    mode_t mask = umask(027);

    check_output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    CHECK(check_output >= 0);
    out = output_to_files("stdout.txt", STDOUT_FILENO);
    err = output_to_files("stderr.txt", STDERR_FILENO);
    if (setlocale(LC_ALL, "pt_BR.UTF-8") == NULL && setlocale(LC_ALL, "C.UTF-8") == NULL)
        setlocale(LC_ALL, "C");
    CHECK(getcwd(folder_before, sizeof folder_before) != NULL);
    CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    remember_actions();
    descriptors = entries("/proc/self/fd");

    with_exceptions_unmasked();
    with_flags_raised();
    a_reset_kills_nobody();
    small_stacks();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);

    CHECK(threads_end(1, patience(3000)));
    actions_are_the_same();
    CHECK_INT(entries("/proc/self/fd"), descriptors);
    CHECK(getcwd(folder_after, sizeof folder_after) != NULL);
    CHECK_TEXT(folder_after, folder_before);
    CHECK_INT(umask(mask), 027);
    is_empty(out, "stdout");
    is_empty(err, "stderr");
    return 0;
}
