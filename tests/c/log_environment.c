/* The log that a person turns on without touching the program: ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL. */
#include "child.h"
#include "folder.h"

#include <sys/stat.h>
#include <sys/wait.h>

static char told[1 << 12];

static void set_variables(const char *file, const char *level)
{
    CHECK_INT(file == NULL ? unsetenv("ERPTOKEN_LOG_FILE") : setenv("ERPTOKEN_LOG_FILE", file, 1), 0);
    CHECK_INT(level == NULL ? unsetenv("ERPTOKEN_LOG_LEVEL") : setenv("ERPTOKEN_LOG_LEVEL", level, 1), 0);
}

static int32_t opened(void)
{
    int32_t handle = 0;
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "scope", "x"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    return handle;
}

static void the_file_alone(void)
{
    struct stat there;
    char token[TOKEN_SIZE];

    set_variables(in_folder("alone.log"), NULL);
    CHECK_INT(erptoken_abi_version(), ERPTOKEN_ABI_VERSION);
    CHECK_STATUS(get(account(), token), ERPTOKEN_OK);
    CHECK_HAS(text_of(in_folder("alone.log")), "begins its log in this file");
    CHECK_HAS(content, "a login brought a token");
    CHECK_LACKS(content, "account opened");
    CHECK_LACKS(content, token);
    CHECK_LACKS(content, PASSWORD);
    CHECK_INT(stat(in_folder("alone.log"), &there), 0);
    CHECK_INT(there.st_mode & 0777, 0600);

    /* It is the person's, and not the program's to end. */
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    CHECK_INT(truncate(in_folder("alone.log"), 0), 0);
    CHECK_STATUS(get(account(), token), ERPTOKEN_OK);
    CHECK_HAS(text_of(in_folder("alone.log")), "a login brought a token");

    /* Read once: a program that changes its environment changes nothing. */
    set_variables(in_folder("later.log"), "debug");
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    opened();
    CHECK_LACKS(text_of(in_folder("alone.log")), "account opened");
    CHECK(access(in_folder("later.log"), F_OK) != 0);
}

static void what_the_program_sets_counts_more(void)
{
    set_variables(in_folder("rank.log"), " Debug ");
    opened();
    CHECK_HAS(text_of(in_folder("rank.log")), "account opened");
    CHECK_STATUS(erptoken_configure("log_level", "off"), ERPTOKEN_OK);
    CHECK_INT(truncate(in_folder("rank.log"), 0), 0);
    opened();
    CHECK_TEXT(text_of(in_folder("rank.log")), "");
    CHECK_STATUS(erptoken_configure("log_level", NULL), ERPTOKEN_OK);
    opened();
    CHECK_HAS(text_of(in_folder("rank.log")), "account opened");

    CHECK_STATUS(erptoken_configure("log_file", in_folder("own.log")), ERPTOKEN_OK);
    CHECK_INT(truncate(in_folder("rank.log"), 0), 0);
    opened();
    CHECK_HAS(text_of(in_folder("own.log")), "account opened");
    CHECK_TEXT(text_of(in_folder("rank.log")), "");
    CHECK_STATUS(erptoken_configure("log_file", NULL), ERPTOKEN_OK);
    opened();
    CHECK_HAS(text_of(in_folder("rank.log")), "account opened");
}

static void the_level_alone(void)
{
    set_variables(NULL, "4");
    opened();
    CHECK_STATUS(erptoken_configure("log_file", in_folder("level.log")), ERPTOKEN_OK);
    opened();
    CHECK_HAS(text_of(in_folder("level.log")), "account opened");
}

static void quoted(void)
{
    char value[PATH_MAX + 8];
    snprintf(value, sizeof value, "\"%s\" ", in_folder("quoted.log"));
    set_variables(value, "debug");
    opened();
    CHECK_HAS(text_of(in_folder("quoted.log")), "account opened");
}

static void a_child_has_it_too(void)
{
    pid_t child;
    char process[32];

    set_variables(in_folder("child.log"), "debug");
    opened();
    child = forked();
    if (child == 0) {
        opened();
        child_ends();
    }
    wait_for(child);
    snprintf(process, sizeof process, "[%d]", (int)child);
    CHECK_HAS(text_of(in_folder("child.log")), process);
}

static void line(int32_t level, const char *text, void *user_data)
{
    (void)user_data;
    if (level == 2)
        snprintf(told + strlen(told), sizeof told - strlen(told), "%s\n", text);
}

/* No call fails for it; who listens is told. */
static void what_cannot_be(void)
{
    CHECK_STATUS(erptoken_log(line, NULL, 2), ERPTOKEN_OK);
    opened();
    CHECK_HAS(told, "ERPTOKEN_LOG_FILE");
    CHECK_HAS(told, "ERPTOKEN_LOG_LEVEL");
    CHECK_HAS(told, "warning (2)");
}

static void in_a_process_of_its_own(void (*part)(void))
{
    pid_t child = forked();
    if (child == 0) {
        part();
        child_ends();
    }
    wait_for(child);
}

int main(void)
{
    static const char *const files[] = { "erptoken.log", "/nowhere/a.log", "/", "/dev/null", "/dev/full", "\"", "\xff" };
    static const char *const levels[] = { "loud", "5", "-1", "\"\"", "\xff", "debug,", "1 2" };
    size_t i;

    in_a_process_of_its_own(the_file_alone);
    in_a_process_of_its_own(what_the_program_sets_counts_more);
    in_a_process_of_its_own(the_level_alone);
    in_a_process_of_its_own(quoted);
    in_a_process_of_its_own(a_child_has_it_too);
    for (i = 0; i < sizeof files / sizeof *files; i++) {
        set_variables(files[i], levels[i]);
        in_a_process_of_its_own(what_cannot_be);
    }
    return 0;
}
