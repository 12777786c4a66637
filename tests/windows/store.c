/* Tokens that outlive the process, in a folder sealed with a key that Windows keeps: for its user, and for the machine.
 * Started without arguments this is the first of many processes; the others get the folder and the key's kind. */
#include "account.h"

static char self[MAX_PATH];

static void use(const char *folder, const char *key)
{
    char store[MAX_PATH + 8];
    snprintf(store, sizeof store, "file:%s", folder);
    CHECK_STATUS(erptoken_configure("store", store), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_configure("store_key", key), ERPTOKEN_OK);
}

static void log_in(char *token)
{
    int32_t handle = account();
    CHECK_STATUS(erptoken_set(handle, "base_url", environment("ERPTOKEN_SENIOR_HTTPS")), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(handle, "ca_file", environment("ERPTOKEN_CA")), ERPTOKEN_OK);
    CHECK_STATUS(get(handle, token), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_close(handle), ERPTOKEN_OK);
}

/* Another process that uses the folder. */
static HANDLE begin(const char *folder, const char *key)
{
    char command[3 * MAX_PATH];
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    snprintf(command, sizeof command, "\"%s\" \"%s\" %s", self, folder, key == NULL ? "" : key);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        FAIL("%s: %lu", command, GetLastError());
    CloseHandle(process.hThread);
    return process.hProcess;
}

static void end(HANDLE process)
{
    DWORD code = 1;
    CHECK(WaitForSingleObject(process, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process, &code));
    CHECK_INT(code, 0);
    CloseHandle(process);
}

/* Neither the token nor the user stands in any file of the folder. */
static void is_sealed(const char *folder, const char *token)
{
    static char content[1 << 16];
    char path[2 * MAX_PATH];
    WIN32_FIND_DATAA found;
    HANDLE search;
    int files = 0;

    snprintf(path, sizeof path, "%s\\*", folder);
    search = FindFirstFileA(path, &found);
    CHECK(search != INVALID_HANDLE_VALUE);
    do {
        FILE *file;
        size_t length, at;
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
            continue;
        snprintf(path, sizeof path, "%s\\%s", folder, found.cFileName);
        file = fopen(path, "rb");
        CHECK(file != NULL);
        length = fread(content, 1, sizeof content - 1, file);
        fclose(file);
        for (at = 0; at + 8 < length; at++)
            CHECK(memcmp(content + at, token, 8) != 0 && memcmp(content + at, USER, 8) != 0);
        files++;
    } while (FindNextFileA(search, &found));
    FindClose(search);
    CHECK_RANGE(files, 3, 8); /* locks, the key, the token */
}

static void one_login(const char *folder, const char *key, int logins_before)
{
    char token[TOKEN_SIZE];
    HANDLE others[4];
    int i;

    /* The folder is made by whoever comes first, and the key, and the login. */
    for (i = 0; i < 4; i++)
        others[i] = begin(folder, key);
    for (i = 0; i < 4; i++)
        end(others[i]);
    CHECK_INT(sandbox_count("senior.login"), logins_before + 1);
    use(folder, key);
    log_in(token);
    CHECK_INT(sandbox_count("senior.login"), logins_before + 1);
    is_sealed(folder, token);
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
}

/* The key cannot be opened any more: what it sealed is lost, and nothing else. */
static void lost_key(const char *folder)
{
    char path[2 * MAX_PATH];
    WIN32_FIND_DATAA found;
    HANDLE search;
    FILE *file;
    int logins = sandbox_count("senior.login");

    snprintf(path, sizeof path, "%s\\key.S-*", folder);
    search = FindFirstFileA(path, &found);
    CHECK(search != INVALID_HANDLE_VALUE);
    FindClose(search);
    snprintf(path, sizeof path, "%s\\%s", folder, found.cFileName);
    file = fopen(path, "r+b");
    CHECK(file != NULL);
    CHECK_INT(fseek(file, 60, SEEK_SET), 0);
    fputs("nothing that Windows knows", file);
    fclose(file);
    end(begin(folder, NULL));
    end(begin(folder, NULL));
    CHECK_INT(sandbox_count("senior.login"), logins + 1);
}

/* A folder that everybody may use is refused. */
static void open_to_all(const char *folder)
{
    char store[MAX_PATH + 8];
    SECURITY_DESCRIPTOR everybody;
    SECURITY_ATTRIBUTES attributes = { sizeof attributes, &everybody, FALSE };

    CHECK(InitializeSecurityDescriptor(&everybody, SECURITY_DESCRIPTOR_REVISION));
    CHECK(SetSecurityDescriptorDacl(&everybody, TRUE, NULL, FALSE));
    CHECK(CreateDirectoryA(folder, &attributes));
    snprintf(store, sizeof store, "file:%s", folder);
    CHECK_STATUS(erptoken_configure("store", store), ERPTOKEN_E_STORE);
    CHECK_HAS(last_text(), "other users may use it");
    CHECK_HAS(last_text(), "Security");
}

int main(int count, char **arguments)
{
    char token[TOKEN_SIZE], folder[MAX_PATH], machine[MAX_PATH], common[MAX_PATH];

    CHECK(GetModuleFileNameA(NULL, self, sizeof self) > 0);
    if (count > 1) {
        use(arguments[1], count > 2 ? arguments[2] : NULL);
        log_in(token);
        return 0;
    }
    snprintf(folder, sizeof folder, "%s\\erp\\store-user", environment("ERPTOKEN_FOLDER"));
    snprintf(machine, sizeof machine, "%s\\store-machine", environment("ERPTOKEN_FOLDER"));
    snprintf(common, sizeof common, "%s\\store-common", environment("ERPTOKEN_FOLDER"));
    one_login(folder, NULL, 0);
    one_login(machine, "dpapi:machine", 1);
    lost_key(folder);
    open_to_all(common);
    return 0;
}
