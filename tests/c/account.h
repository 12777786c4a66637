/* Accounts at the sandbox, and failures of the library in words. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "check.h"
#include "erptoken.h"
#include "sandbox.h"

#define USER "admin@empresa.com.br"
#define PASSWORD "senhaUsuario"
#define TOKEN_SIZE 4096

/* The last error's text of this thread. */
static inline const char *last_text(void)
{
    static __thread char text[1201];
    int32_t length = sizeof text;
    if (erptoken_error_text(text, &length) != ERPTOKEN_OK)
        snprintf(text, sizeof text, "(no text)");
    return text;
}

static inline const char *last_code(void)
{
    static __thread char code[256];
    int32_t length = sizeof code;
    if (erptoken_error_server_code(code, &length) != ERPTOKEN_OK)
        snprintf(code, sizeof code, "(no code)");
    return code;
}

static inline const char *name_of(int32_t status)
{
    static __thread char names[4][48];
    static __thread unsigned next;
    char *name = names[next++ % 4];
    int32_t length = sizeof names[0];
    if (erptoken_status_name(status, name, &length) != ERPTOKEN_OK)
        snprintf(name, sizeof names[0], "%d (no status)", (int)status);
    return name;
}

/* Read the text before a name is asked for: asking for a name that does not exist is a failure itself. */
#define CHECK_STATUS(call, wanted)                                                                            \
    do {                                                                                                      \
        int32_t status_ = (call), wanted_status_ = (wanted);                                                  \
        if (status_ != wanted_status_) {                                                                      \
            const char *why_ = last_text();                                                                   \
            FAIL("%s answered %s, wanted %s; last error: %s", #call, name_of(status_), name_of(wanted_status_), why_); \
        }                                                                                                     \
    } while (0)

static inline const char *base_of(const char *provider)
{
    if (strcmp(provider, "senior") == 0)
        return environment("ERPTOKEN_SENIOR");
    if (strcmp(provider, "invoisys") == 0)
        return environment("ERPTOKEN_INVOISYS");
    return environment("ERPTOKEN_ASSINE");
}

/* An account at the sandbox that has all it needs. */
static inline int32_t account_at(const char *provider, const char *username, const char *password)
{
    int32_t account = 0;
    CHECK_STATUS(erptoken_open(provider, &account), ERPTOKEN_OK);
    CHECK(account > 0);
    CHECK_STATUS(erptoken_set(account, "base_url", base_of(provider)), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(account, "username", username), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(account, "password", password), ERPTOKEN_OK);
    return account;
}

static inline int32_t account(void)
{
    return account_at("senior", USER, PASSWORD);
}

/* An account with a name that nobody has used: nothing is cached or remembered for it. */
static inline int32_t new_user(const char *username)
{
    sandbox_user("senior", username, PASSWORD);
    return account_at("senior", username, PASSWORD);
}

static inline int32_t get(int32_t handle, char *token)
{
    int32_t length = TOKEN_SIZE;
    return erptoken_get(handle, token, &length);
}

static inline const char *info(int32_t handle, const char *field)
{
    static __thread char text[512];
    int32_t length = sizeof text;
    CHECK_STATUS(erptoken_info(handle, field, text, &length), ERPTOKEN_OK);
    CHECK_INT(length, strlen(text));
    return text;
}

static inline int32_t number(int32_t handle, const char *field)
{
    int32_t value = -1;
    CHECK_STATUS(erptoken_info_int(handle, field, &value), ERPTOKEN_OK);
    return value;
}

#endif
