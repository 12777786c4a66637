/* A client certificate: read, told of, replaced and closed a hundred times without a leak; the child of a fork has one too. */
#include "child.h"
#include <dirent.h>

static char path[4096];

static const char *file(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", environment("ERPTOKEN_FOLDER"), name);
    return path;
}

static void make(const char *command)
{
    CHECK_INT(system(command), 0);
}

static int descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    CHECK(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* Of the certificate that is set, as the report tells it. */
static void check_subject(int32_t account, const char *wanted)
{
    char subject[256];
    int32_t response = 0, length = sizeof subject;
    CHECK_STATUS(erptoken_diagnose(account, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_response_field(response, "/client_certificate/subject", subject, &length), ERPTOKEN_OK);
    CHECK_TEXT(subject, wanted);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
}

static void works(const char *name, const char *wanted)
{
    char token[TOKEN_SIZE];
    int32_t own = account();
    CHECK_STATUS(erptoken_set(own, "client_certificate", file(name)), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(own, "client_certificate_password", "S3nha"), ERPTOKEN_OK);
    CHECK_STATUS(get(own, token), ERPTOKEN_OK);
    check_subject(own, wanted);
    CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
}

int main(void)
{
    int rounds = light() ? 3 : 100, i, before;
    pid_t child;
    if (system("openssl version >/dev/null 2>&1") != 0)
        return 0;
    make("openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=Empresa -keyout a.key -out a.pem 2>/dev/null");
    make("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=Filial -keyout b.key"
         " -out b.pem 2>/dev/null");
    make("openssl pkcs12 -export -inkey a.key -in a.pem -out a.pfx -passout pass:S3nha");
    make("openssl pkcs12 -export -inkey b.key -in b.pem -out b.pfx -passout pass:S3nha");
    works("a.pfx", "CN=Empresa");
    works("b.pfx", "CN=Filial");
    before = descriptors();
    for (i = 0; i < rounds; i++) {
        works(i % 2 == 0 ? "a.pfx" : "b.pfx", i % 2 == 0 ? "CN=Empresa" : "CN=Filial");
        if (i % 10 == 0) {
            int32_t wrong = account();
            char token[TOKEN_SIZE];
            CHECK_STATUS(erptoken_set(wrong, "client_certificate_password", "outra"), ERPTOKEN_OK);
            CHECK_STATUS(erptoken_set(wrong, "client_certificate", file("a.pfx")), ERPTOKEN_E_OPTION);
            CHECK_STATUS(get(wrong, token), ERPTOKEN_E_OPTION);
            CHECK_STATUS(erptoken_set(wrong, "client_certificate", file("a.key")), ERPTOKEN_E_OPTION);
            CHECK_STATUS(erptoken_close(wrong), ERPTOKEN_OK);
        }
    }
    /* A connection that waits may be there at one moment and not at another. */
    CHECK(descriptors() <= before + 8);
    child = forked();
    if (child == 0) {
        works("b.pfx", "CN=Filial");
        child_ends();
    }
    wait_for(child);
    works("a.pfx", "CN=Empresa");
    CHECK_STATUS(erptoken_shutdown(), ERPTOKEN_OK);
    return 0;
}
