/* The log in a file: what is refused, what is written, several processes on one file. */
#include "account.h"
#include "folder.h"

#include <sys/resource.h>
#include <sys/stat.h>

static char path[PATH_MAX];

static void what_is_refused(void)
{
    static const char *const levels[] = { "5", "-1", "info", "DEBUG", "1 ", "muito" };
    size_t i;

    CHECK_STATUS(erptoken_configure("log_file", "erptoken.log"), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "absolute path");
    CHECK_STATUS(erptoken_configure("log_file", "/nowhere/erptoken.log"), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "no such file");
    CHECK_STATUS(erptoken_configure("log_file", environment("ERPTOKEN_FOLDER")), ERPTOKEN_E_OPTION);
    CHECK_STATUS(erptoken_configure("log_file", "/dev/null"), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "not a file");
    CHECK_INT(symlink("/tmp", in_folder("link")), 0);
    CHECK_STATUS(erptoken_configure("log_file", in_folder("link")), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "a link");
    CHECK_INT(mkfifo(in_folder("pipe"), 0600), 0);
    CHECK_STATUS(erptoken_configure("log_file", in_folder("pipe")), ERPTOKEN_E_OPTION);
    for (i = 0; i < sizeof levels / sizeof *levels; i++) {
        CHECK_STATUS(erptoken_configure("log_level", levels[i]), ERPTOKEN_E_OPTION);
        CHECK_HAS(last_text(), "warning (2)");
    }
}

static void what_is_written(void)
{
    struct stat there;
    char token[TOKEN_SIZE];
    int32_t handle;

    CHECK_STATUS(erptoken_configure("log_file", path), ERPTOKEN_OK);
    CHECK_INT(stat(path, &there), 0);
    CHECK_INT(there.st_mode & 0777, 0600);
    CHECK_HAS(text_of(path), "Z information [");
    CHECK_HAS(content, ": erptoken ");
    handle = account();
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_HAS(text_of(path), "Senior X platform (" USER "): a login brought a token");
    CHECK_LACKS(content, "account opened");
    CHECK_STATUS(erptoken_configure("log_level", "4"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "timeout_ms", "20000"), ERPTOKEN_OK);
    CHECK_HAS(text_of(path), "option \"timeout_ms\" set");
    CHECK_LACKS(content, "20000");
    CHECK_STATUS(erptoken_configure("log_level", "off"), ERPTOKEN_OK);
    CHECK_INT(truncate(path, 0), 0);
    CHECK_STATUS(erptoken_reject(handle, token), ERPTOKEN_OK);
    CHECK_TEXT(text_of(path), "");
    CHECK_STATUS(erptoken_configure("log_level", "warning"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("language", "pt"), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_reject(handle, token), ERPTOKEN_E_REFUSED_AGAIN);
    CHECK_HAS(text_of(path), "Z warning [");
    CHECK_HAS(content, "uma API recusou um token que acabava de substituir um recusado");
    CHECK_STATUS(erptoken_configure("language", NULL), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("log_level", NULL), ERPTOKEN_OK);

    /* A child goes on in the same file. */
    CHECK_INT(truncate(path, 0), 0);
    if (fork() == 0) {
        erptoken_close(handle);
        erptoken_configure("log_level", "debug");
        raise(SIGKILL);
    }
    CHECK(wait(NULL) > 0);
    CHECK_HAS(text_of(path), "option \"log_level\" of the process set");

    CHECK_STATUS(erptoken_configure("log_file", NULL), ERPTOKEN_OK);
    CHECK_INT(truncate(path, 0), 0);
    CHECK_STATUS(erptoken_logout(handle), ERPTOKEN_OK);
    CHECK_TEXT(text_of(path), "");
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* What goes wrong later is silent, never the program's end, and counted. */
static void what_goes_wrong_later(void)
{
    struct rlimit before, small;
    int32_t handle = 0;
    int i;

    CHECK_INT(mkdir(in_folder("gone"), 0700), 0);
    CHECK_STATUS(erptoken_configure("log_level", "debug"), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("log_file", in_folder("gone/a.log")), ERPTOKEN_OK);
    CHECK_INT(unlink(in_folder("gone/a.log")), 0);
    CHECK_INT(rmdir(in_folder("gone")), 0);
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "scope", "x"), ERPTOKEN_OK);
    CHECK_INT(mkdir(in_folder("gone"), 0700), 0);
    CHECK_STATUS(erptoken_set(handle, "scope", "y"), ERPTOKEN_OK);
    CHECK_HAS(text_of(in_folder("gone/a.log")), "2 lines before this one could not be written");
    CHECK_HAS(content, "option \"scope\" set");

    /* A write beyond this limit would end the process with a signal. */
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 8192;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (i = 0; i < 200; i++)
        CHECK_STATUS(erptoken_set(handle, "scope", "x"), ERPTOKEN_OK);
    small.rlim_cur = 16;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
    CHECK_STATUS(erptoken_set(handle, "scope", "x"), ERPTOKEN_OK);
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &before), 0);
    CHECK(access(in_folder("gone/a.log.2"), F_OK) == 0);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("log_file", NULL), ERPTOKEN_OK);
}

#define WRITERS 4

static void write_lines(int lines)
{
    int32_t handle = 0;
    int i;
    CHECK_STATUS(erptoken_open("senior", &handle), ERPTOKEN_OK);
    for (i = 1; i < lines; i++)
        CHECK_STATUS(erptoken_set(handle, "scope", "x"), ERPTOKEN_OK);
    raise(SIGKILL);
}

/* Several processes that put the file aside under each other: not a line is lost or torn. */
static void several_processes(void)
{
    static const char *const names[] = { "shared.log.2", "shared.log.1", "shared.log" };
    int each = scale(15000, 200), whole = 0, i, lines[WRITERS] = { 0, 0, 0, 0 };
    pid_t writers[WRITERS];
    char line[512];

    CHECK_STATUS(erptoken_configure("log_file", in_folder("shared.log")), ERPTOKEN_OK);
    for (i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        CHECK(writers[i] >= 0);
        if (writers[i] == 0)
            write_lines(each);
    }
    for (i = 0; i < WRITERS; i++)
        CHECK_INT(waitpid(writers[i], NULL, 0), writers[i]);
    for (i = 0; i < 3; i++) {
        FILE *file = fopen(in_folder(names[i]), "r");
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            int writer, process = 0;
            const char *mark = strstr(line, "Z debug [");
            size_t length = strlen(line);
            if (mark == NULL)
                continue;
            CHECK_INT(sscanf(mark, "Z debug [%d]", &process), 1);
            CHECK(line[4] == '-' && line[length - 1] == '\n');
            for (writer = 0; writer < WRITERS && process != writers[writer]; writer++)
                ;
            if (writer == WRITERS)
                continue;
            CHECK(strstr(line, "account opened\n") != NULL || strstr(line, "option \"scope\" set\n") != NULL);
            lines[writer]++;
        }
        if (file != NULL)
            fclose(file);
    }
    for (i = 0; i < WRITERS; i++)
        whole += lines[i];
    CHECK_INT(whole, WRITERS * each);
    CHECK(light() || access(in_folder("shared.log.1"), F_OK) == 0);
}

int main(void)
{
    snprintf(path, sizeof path, "%s", in_folder("erptoken.log"));
    what_is_refused();
    what_is_written();
    what_goes_wrong_later();
    several_processes();
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
