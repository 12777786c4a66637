/*
 * example.h: what the examples print in the same way. The calls that you came to see are in the examples.
 */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <stdio.h>
#include <stdlib.h>

#include "erptoken.h"

/* Says on standard error which call failed and why. For the thread that made the call, right after it. */
static inline void print_failure(const char *call, int32_t status)
{
    char name[64], why[1201];
    int32_t name_size = sizeof name, why_size = sizeof why;

    if (erptoken_status_name(status, name, &name_size) != ERPTOKEN_OK)
        snprintf(name, sizeof name, "status %d", (int)status);
    erptoken_error_text(why, &why_size);
    fprintf(stderr, "%s: %s: %s\n", call, name, why);
    if (erptoken_error_retryable())
        fprintf(stderr, "  worth another try in %d s\n", (int)erptoken_error_retry_after());
}

/* The beginning of a token and its length, as in "482e... (32 characters)": a token is never shown in full. */
static inline const char *shortened(const char *token, int32_t length, char *out, size_t size)
{
    snprintf(out, size, "%.4s... (%d characters)", token, (int)length);
    return out;
}

/* An address from the environment; these examples go to the sandbox only, so that no real account is touched. */
static inline const char *sandbox(const char *variable)
{
    const char *address = getenv(variable);

    if (address == NULL || address[0] == '\0') {
        fprintf(stderr, "%s is not set: `make run` starts the sandbox and sets it\n", variable);
        exit(2);
    }
    return address;
}

#endif
