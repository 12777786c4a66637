/* Everything at once: eight threads that call whatever they like, on handles that others close under them, at providers
   that fail. Any answer must be one of the header's, and each token must be one that its provider can have issued.

   stress [SECONDS [SEED]]: with arguments it prints how often each function answered what. Under ThreadSanitizer
   (tests/tsan/run.sh) it finds data races in the library. */
#include "account.h"

/* A failure tells the seed: the same one makes the same calls, if not at the same moments. */
static unsigned seed;
#undef FAIL
#define FAIL(...) (tell_seed(), check_failed(__FILE__, __LINE__, __VA_ARGS__))

static void tell_seed(void)
{
    dprintf(check_output, "stress: the seed is %u\n", seed);
}

#include "stress_calls.h"

/* The thread of the library's feature lock-check, which ends with the process. */
#ifndef LOCK_CHECK
#define LOCK_CHECK 0
#endif

#define WORKERS 8

static struct worker workers[WORKERS];
static int stop;

static void *work(void *argument)
{
    struct worker *worker = argument;
#ifdef RACE
    static long race; /* ThreadSanitizer must report this, or it sees nothing. */
#endif
    while (!READ(stop)) {
        int which = below(worker, ACCOUNTS), choice = below(worker, 1000);
        int32_t handle = READ(handles[which]);
        const struct setting *configuration = ONE_OF(worker, configurations);
#ifdef RACE
        race++;
#endif
        if (choice < 400)
            while (get_token(worker, which, handle) == ERPTOKEN_OK && below(worker, 32) > 0)
                ;
        else if (choice < 600)
            get_info(worker, which, handle);
        else if (choice < 700)
            get_number(worker, handle);
        else if (choice < 800)
            set_something(worker, which, handle);
        else if (choice < 815)
            request(worker, which, handle);
        else if (choice < 850)
            read_response(worker);
        else if (choice < 900)
            reject(worker, which, handle);
        else if (choice < 920)
            told(worker, RENEW, erptoken_renew(handle));
        else if (choice < 921)
            told(worker, LOGOUT, erptoken_logout(handle));
        else if (choice < 930)
            told(worker, CLOSE, erptoken_close(handle));
        else if (choice < 945)
            reopen(worker, which);
        else if (choice < 955)
            told(worker, CONFIGURE, erptoken_configure(configuration->option, configuration->value));
        else if (choice < 956)
            shut_down(worker);
        else if (choice < 957)
            below(worker, 8) > 0 ? hear(worker) : diagnose(worker, handle);
        else if (choice < 960)
            told(worker, GET, erptoken_get(handle, NULL, NULL));
        else if (choice < 961)
            break;
        else
            pause_ms(1);
    }
    WRITE(worker->ended, 1);
    return NULL;
}

/* Threads come and go, as in a server: the library keeps something for each. */
static void start_anew(struct worker *worker)
{
    join(worker->thread);
    worker->ended = 0;
    worker->thread = start(work, worker);
}

/* Something happens at the provider. */
static void change_weather(struct worker *worker)
{
    int choice = below(worker, 10);
    if (choice < 4)
        sandbox_fault(*ONE_OF(worker, operations), *ONE_OF(worker, faults), 1 + below(worker, 3));
    else if (choice < 7)
        sandbox_settings(*ONE_OF(worker, settings));
    else if (choice < 8)
        sandbox_ask("POST", below(worker, 2) == 0 ? "expire" : "expire?what=refresh", "", NULL, 0);
    else
        sandbox_clear();
}

/* What has not happened yet of all that should; NULL when everything has. */
static const char *lacking(int seconds)
{
    static const int32_t answers[] = { ERPTOKEN_E_BUFFER, ERPTOKEN_E_ARGUMENT, ERPTOKEN_E_HANDLE, ERPTOKEN_E_MISSING,
        ERPTOKEN_E_INSECURE, ERPTOKEN_E_NETWORK, ERPTOKEN_E_TIMEOUT, ERPTOKEN_E_TLS, ERPTOKEN_E_CREDENTIALS,
        ERPTOKEN_E_MFA, ERPTOKEN_E_PASSWORD_CHANGE, ERPTOKEN_E_RATE_LIMITED, ERPTOKEN_E_SERVER, ERPTOKEN_E_RESPONSE };
    static const char *const renewals[] = { "senior.login", "senior.refresh", "invoisys.login", "assine.login",
        "assine.refresh" };
    struct tally sum;
    size_t i;

    memset(&sum, 0, sizeof sum);
    for (i = 0; i < WORKERS; i++) {
        if (READ(workers[i].tokens) == 0)
            return "a token for each thread";
        add(&sum, &workers[i].tally);
    }
    if (READ(lines) == 0)
        return "line of the log";
    if (seconds >= 20 && counted(&sum, DIAGNOSE, ERPTOKEN_OK) == 0)
        return "report";
    for (i = 0; i < sizeof renewals / sizeof *renewals; i++)
        if (sandbox_count(renewals[i]) < 2)
            return renewals[i];
    if (counted(&sum, REQUEST, ERPTOKEN_OK) < 5 || counted(&sum, RESPONSE_FIELD, ERPTOKEN_OK) < 1)
        return "response";
    for (i = 0; seconds >= 20 && i < sizeof answers / sizeof *answers; i++)
        if (counted(&sum, GET, answers[i]) == 0)
            return name_of(answers[i]);
    for (i = 0; seconds >= 20 && i < (size_t)STATES; i++)
        if (sum.states[i] == 0)
            return states[i];
    return NULL;
}

static void died(int number)
{
    tell_seed();
    signal(number, SIG_DFL);
    raise(number);
}

static void *nothing(void *argument)
{
    return argument;
}

static void write_profile(void)
{
    FILE *file;
    snprintf(profile_path, sizeof profile_path, "%s/own.json", environment("ERPTOKEN_FOLDER"));
    file = fopen(profile_path, "w");
    CHECK(file != NULL);
    CHECK(fputs(own_profile, file) >= 0);
    CHECK_INT(fclose(file), 0);
}

int main(int argc, char **argv)
{
    static struct tally sum;
    static struct worker weather;
    int i, before, seconds = argc > 1 ? atoi(argv[1]) : scale(2, 6);
    long end = now_ms() + seconds * 1000L;
    const char *lacks = NULL;
    char violations[8192];

    seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : (unsigned)now_ms() ^ (unsigned)getpid();
    signal(SIGSEGV, died);
    signal(SIGABRT, died);
    /* With the first thread a sanitizer starts one of its own, which stays. */
    join(start(nothing, NULL));
    before = thread_count() + LOCK_CHECK;
    sandbox_settings(settings[0]);
    write_profile();
    weather.random = seed;
    for (i = 0; i < WORKERS; i++) {
        workers[i].random = seed + (unsigned)i + 1;
        workers[i].thread = start(work, &workers[i]);
    }
    /* Longer where a slow machine did too little: then little was tested. */
    while (now_ms() < end || ((lacks = lacking(seconds)) != NULL && now_ms() < end + patience(25000))) {
        for (i = 0; i < WORKERS; i++)
            if (READ(workers[i].ended))
                start_anew(&workers[i]);
        change_weather(&weather);
        pause_ms(patience(50));
    }
    WRITE(stop, 1);
    for (i = 0; i < WORKERS; i++) {
        join(workers[i].thread);
        add(&sum, &workers[i].tally);
    }
    if (argc > 1) {
        printf("seed %u, %d s\n", seed, seconds);
        print(&sum);
        fflush(stdout);
    }
    if (lacks != NULL)
        FAIL("in all this time there was no %s", lacks);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    if (!threads_end(before, patience(10000)))
        FAIL("%d threads were there before, %d are there after", before, thread_count());
    for (i = 0; i < ACCOUNTS; i++)
        if (handles[i] != 0)
            CHECK_STATUS(erptoken_close(handles[i]), ERPTOKEN_E_HANDLE);
    sandbox_ask("GET", "violations", "", violations, sizeof violations);
    CHECK_TEXT(violations, "[]");
    return 0;
}
