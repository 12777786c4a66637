/*
 * erptoken 0.1.0: gets, keeps and renews access tokens for ERP and freight programs.
 * Generated from src/abi: do not edit.
 *
 * The contract, for every function:
 *
 * Types     Only int32_t, pointers to it, and text and byte pointers cross the boundary.
 * Status    0 is OK, negative is one of ERPTOKEN_E_*, positive is never used. Some functions return a plain number
 *           and say so.
 * Text in   NUL-terminated UTF-8. NULL where a text is required is ERPTOKEN_E_ARGUMENT, bytes that are not UTF-8
 *           are ERPTOKEN_E_ENCODING.
 * Text out  A buffer and its length. In: capacity in bytes, the NUL included. Out, on ERPTOKEN_OK: length without
 *           the NUL. Too small: an empty text is written, *length is the capacity needed, the status is
 *           ERPTOKEN_E_BUFFER and the value is not lost: call again. On any other failure *length is left as it is
 *           and the buffer holds an empty text. Never a byte is written beyond the capacity.
 * Memory    None changes owner. What you pass is copied before the call returns.
 * Handles   Numbers greater than 0. One that was closed, is foreign or invented is ERPTOKEN_E_HANDLE.
 * Threads   Any call from any thread at any time, with no initialisation; not from DllMain.
 * Stack     A calling thread needs 128 kB; 256 kB with "background" 0, and for the calls that send something themselves:
 *           erptoken_request, the erptoken_app functions, erptoken_logout, erptoken_diagnose.
 * Guest     No panic, signal, printed line or changed floating-point state reaches the program.
 *
 * With Windows define ERPTOKEN_STATIC before this file to link the static library.
 */
#ifndef ERPTOKEN_H
#define ERPTOKEN_H

#include <stdint.h>

#if defined(_WIN32)
#define ERPTOKEN_CALL __cdecl
#else
#define ERPTOKEN_CALL
#endif

#if defined(_WIN32) && !defined(ERPTOKEN_STATIC)
#define ERPTOKEN_API __declspec(dllimport)
#else
#define ERPTOKEN_API extern
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Numbers ---- */

/** The ABI's version: major * 1000 + number of additions. Compare with erptoken_abi_version(). */
#define ERPTOKEN_ABI_VERSION 1001

/** Capacity that holds every id of an application token, its NUL included. */
#define ERPTOKEN_ID_SIZE 65

/** It worked. */
#define ERPTOKEN_OK 0

/** An argument is NULL, negative or malformed. Not worth repeating. */
#define ERPTOKEN_E_ARGUMENT (-1001)

/** The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating. */
#define ERPTOKEN_E_HANDLE (-1002)

/** The buffer is too small: *length says what is needed, call again. The last error is left as it is. */
#define ERPTOKEN_E_BUFFER (-1003)

/** A text is not UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI). Not worth repeating. */
#define ERPTOKEN_E_ENCODING (-1004)

/** Called from inside the log callback. Not worth repeating. */
#define ERPTOKEN_E_REENTRANT (-1005)

/** Too many open handles, or an answer above max_response_bytes. Not worth repeating. */
#define ERPTOKEN_E_LIMIT (-1006)

/** Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating. */
#define ERPTOKEN_E_PROVIDER (-2001)

/** Unknown option or field, or a bad value. Not worth repeating. */
#define ERPTOKEN_E_OPTION (-2002)

/** A required option is not set: the text names it. Not worth repeating. */
#define ERPTOKEN_E_MISSING (-2003)

/** This provider, or this build, has no such operation. Not worth repeating. */
#define ERPTOKEN_E_UNSUPPORTED (-2004)

/** Plain http without allow_http, or a host the token may not go to. Not worth repeating. */
#define ERPTOKEN_E_INSECURE (-2005)

/** The store that the program named cannot be used. Not worth repeating. */
#define ERPTOKEN_E_STORE (-2006)

/** Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating. */
#define ERPTOKEN_E_NETWORK (-3001)

/** The caller's time ran out. Worth repeating. */
#define ERPTOKEN_E_TIMEOUT (-3002)

/** TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating. */
#define ERPTOKEN_E_TLS (-3003)

/** The proxy refused, or wants a login (407). Not worth repeating. */
#define ERPTOKEN_E_PROXY (-3004)

/** User, password or key refused. Not worth repeating. */
#define ERPTOKEN_E_CREDENTIALS (-4001)

/** A second factor is wanted: set mfa_code and ask again. Not worth repeating. */
#define ERPTOKEN_E_MFA (-4002)

/** The provider wants the password changed first. Not worth repeating. */
#define ERPTOKEN_E_PASSWORD_CHANGE (-4003)

/** The account may not do this. Not worth repeating. */
#define ERPTOKEN_E_FORBIDDEN (-4004)

/** No such application token, header or field. Not worth repeating. */
#define ERPTOKEN_E_NOT_FOUND (-4005)

/** The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating. */
#define ERPTOKEN_E_RATE_LIMITED (-4006)

/** The provider failed (5xx). Worth repeating. */
#define ERPTOKEN_E_SERVER (-4007)

/** The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating. */
#define ERPTOKEN_E_RESPONSE (-4008)

/** From erptoken_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth repeating. */
#define ERPTOKEN_E_REFUSED_AGAIN (-4009)

/** A bug in this library, caught. Not worth repeating. */
#define ERPTOKEN_E_INTERNAL (-9001)

/* ---- Accounts ---- */

/**
 * Opens an account at a provider. Sends nothing.
 *
 * @param provider  "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A
 *                  profile decides where passwords go: treat the file as code.
 * @param account   Receives the handle, greater than 0. Left as it is when the call fails.
 * @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (NULL); ERPTOKEN_E_ENCODING; ERPTOKEN_E_PROVIDER (unknown name, or a
 *         profile that cannot be read or is not valid: the text says where); ERPTOKEN_E_LIMIT (no memory
 *         for one more handle; 2,096,128 can be open).
 *
 * Threads: any. Lifetime: until erptoken_close or erptoken_shutdown; closing early costs nothing, because tokens
 * are cached for the whole process and not in the handle. In the child of a fork the parent's handles are
 * ERPTOKEN_E_HANDLE: open accounts after forking.
 *
 * Example: int32_t account = 0; erptoken_open("senior", &account);
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_open(const char *provider, int32_t *account);

/**
 * Sets one option of an account. Sends nothing; the next call works with the new value.
 *
 * @param account  From erptoken_open.
 * @param option   Name of the option, such as "username" (README.md has the table).
 * @param value    The value as text, copied before the call returns. NULL or "": back to the default.
 * @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (option is NULL); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
 *         ERPTOKEN_E_OPTION (unknown option, or a value that is not usable: the text says what it must be);
 *         ERPTOKEN_E_UNSUPPORTED ("token" = "application" at a provider that has no application tokens).
 *
 * Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle,
 * so that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
 *
 * "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order. The
 * files are read when they are set. The call that makes them contradict each other (a wrong password, a key of another
 * certificate) answers ERPTOKEN_E_OPTION and sets its value all the same, and so does every call that needs the
 * certificate, without sending anything, until one of them is set to what fits.
 *
 * Threads: any; calls of other threads that run at this moment finish with the old value.
 *
 * Example: erptoken_set(account, "password", "senhaUsuario");
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_set(int32_t account, const char *option, const char *value);

/**
 * Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
 *
 * @param handle  The handle; 0 is nothing and OK.
 * @return ERPTOKEN_OK; ERPTOKEN_E_HANDLE (closed already, never opened, or of the parent process).
 *
 * Threads: any. A call that uses the handle at this moment on another thread finishes or returns
 * ERPTOKEN_E_HANDLE. Nothing is revoked at the provider: erptoken_logout does that.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_close(int32_t handle);

/* ---- Tokens ---- */

/**
 * Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
 *
 * @param account  From erptoken_open, with the options that the provider's login needs.
 * @param buffer   Receives the token, NUL-terminated. May be NULL with a length of 0, to ask for the size.
 * @param length   In: capacity of the buffer in bytes, the NUL included. Out: on ERPTOKEN_OK the token's length
 *                 without the NUL, on ERPTOKEN_E_BUFFER the capacity needed; else left as it is.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a loop,
 *         because a renewed token may be longer); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING;
 *         ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_INSECURE; ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT;
 *         ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY; ERPTOKEN_E_CREDENTIALS; ERPTOKEN_E_MFA; ERPTOKEN_E_PASSWORD_CHANGE;
 *         ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_NOT_FOUND; ERPTOKEN_E_RATE_LIMITED; ERPTOKEN_E_SERVER;
 *         ERPTOKEN_E_RESPONSE.
 *
 * Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed behind
 * the caller well before: call this for every request instead of keeping the token. One that the provider sends without
 * a life is handed out for 10 s, in which nothing is sent.
 *
 * Threads: any; all who ask while a renewal runs wait for that one and share its result.
 *
 * Example: char token[4096]; int32_t n = sizeof token; int32_t status = erptoken_get(account, token, &n);
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_get(int32_t account, char *buffer, int32_t *length);

/**
 * Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
 *
 * @param account  As for erptoken_get.
 * @param buffer   Receives the value, NUL-terminated.
 * @param length   As for erptoken_get.
 * @return As erptoken_get.
 *
 * The header's name is the field "header_name" of erptoken_info: "Authorization" for the built-in providers. Do not
 * let the HTTP component encode the value again: "Bearer%20..." is refused.
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_authorization(int32_t account, char *buffer, int32_t *length);

/**
 * Gets a newer token now, whatever is left of the current one.
 *
 * @param account  As for erptoken_get.
 * @return ERPTOKEN_OK, also when nothing was sent because the identity's last request is less than 10 s old, or the
 *         profile's credentials are a fixed key; else as erptoken_get. While a failure is remembered the call returns it and sends nothing.
 *
 * Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_renew(int32_t account);

/**
 * Reports that an API refused a token (401): the next erptoken_get brings another one. Sends nothing.
 *
 * @param account  The account that gave the token.
 * @param token    The token that was refused, from erptoken_get or erptoken_authorization. If it is no longer the
 *                 current one, a newer one exists already and nothing is dropped: a late report costs nothing.
 * @return ERPTOKEN_OK; ERPTOKEN_E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is
 *         a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that API); ERPTOKEN_E_ARGUMENT (NULL or empty); ERPTOKEN_E_HANDLE;
 *         ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING; ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED.
 *
 * Another process may have got the token: one that has none looks into the "store" first.
 *
 * Threads: any; a thousand threads that report the same token cause one renewal.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_reject(int32_t account, const char *token);

/**
 * Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
 *
 * @param account  As for erptoken_get.
 * @return ERPTOKEN_OK, also where the provider has no such operation, the token is dead already or there is none;
 *         ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING; ERPTOKEN_E_STORE (revoked, but what the store has of it could not be
 *         removed: call again); else what kept the provider from revoking it, as erptoken_get.
 *
 * Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
 * too. Closing the account is enough in most cases.
 *
 * Threads: any; waits "timeout_ms" at most.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_logout(int32_t account);

/**
 * Reads one field of the account as text. Sends nothing.
 *
 * @param account  From erptoken_open.
 * @param field    "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh", "ageing"
 *                 (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused"
 *                 (credentials), "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of
 *                 this process), "store", "import"; "last_error": a status name or empty; instants in RFC 3339, UTC:
 *                 "expires_at", "obtained_at", "renew_at". The fields of erptoken_info_int too. Of what never ends
 *                 "expires_at" and "renew_at" are empty; "header_name" is, where the token goes in no header.
 * @param buffer   Receives the text, NUL-terminated; empty while there is no token.
 * @param length   As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
 *         ERPTOKEN_E_OPTION (unknown field: the text lists the known ones).
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_info(int32_t account, const char *field, char *buffer,
    int32_t *length);

/**
 * Reads one field of the account as a number. Sends nothing.
 *
 * @param account  From erptoken_open.
 * @param field    "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never
 *                 ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits",
 *                 "failures", which stop at 2147483647.
 * @param value    Receives the number, 0 or more. Left as it is when the call fails.
 * @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION (unknown field,
 *         or one that is a text).
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_info_int(int32_t account, const char *field, int32_t *value);

/* ---- Application tokens ---- */

/**
 * Says whether this account may create application tokens (assine.online: a business account, "PJ").
 *
 * @param account  From erptoken_open. The session token is used, whatever the option "token" says.
 * @param allowed  Receives 1 (may) or 0 (may not). Left as it is when the call fails.
 * @return ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED (the provider has no application tokens); ERPTOKEN_E_ARGUMENT;
 *         ERPTOKEN_E_HANDLE; ERPTOKEN_E_FORBIDDEN (a new session token is refused too); else as erptoken_get.
 *
 * Threads: any; waits "timeout_ms" at most.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_app_check(int32_t account, int32_t *allowed);

/**
 * Creates an application token. The provider shows it this once: the library keeps it, in the store that
 * erptoken_configure names, else until the process ends or erptoken_shutdown. erptoken_app_get gives it.
 *
 * @param account  From erptoken_open, with "password": it is sent again. The session token is used, whatever the
 *                 option "token" says.
 * @param expires  How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
 *                 ("2027-01-31T23:59:00-03:00"). 3650 days at most.
 * @param id       Receives the id, NUL-terminated.
 * @param length   In: capacity, ERPTOKEN_ID_SIZE at least: a smaller one is ERPTOKEN_E_BUFFER before anything is
 *                 sent. Out: on ERPTOKEN_OK the id's length without the NUL, on ERPTOKEN_E_BUFFER ERPTOKEN_ID_SIZE.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER (nothing was sent); ERPTOKEN_E_ARGUMENT (expires without zone, in the past,
 *         or not taken by the provider); ERPTOKEN_E_CREDENTIALS (the password is refused); ERPTOKEN_E_MISSING (no
 *         password is set); ERPTOKEN_E_STORE (before anything was sent; or after it: then the text tells the id, and
 *         erptoken_app_get gives the token until the process ends); ERPTOKEN_E_FORBIDDEN (not a business account);
 *         ERPTOKEN_E_LIMIT (1000 living ones are kept for this account: nothing was sent); ERPTOKEN_E_UNSUPPORTED;
 *         ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else as erptoken_get.
 *
 * Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
 * understood), the text says so; look with erptoken_app_list before creating another one. Each refused password counts
 * for the lockout guard, as one refused at a login does.
 *
 * Threads: any; waits "timeout_ms" at most.
 *
 * Example: char id[ERPTOKEN_ID_SIZE]; int32_t n = sizeof id; erptoken_app_create(account, "365", id, &n);
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_app_create(int32_t account, const char *expires, char *id,
    int32_t *length);

/**
 * Gets an application token that this library created and keeps. Sends nothing, unless the password is another one
 * than the provider took last from this user: then it logs in first, and a refused one gets nothing.
 *
 * @param account  From erptoken_open, of the user who created the token.
 * @param id       The id, from erptoken_app_create or erptoken_app_list.
 * @param buffer   Receives the token, NUL-terminated.
 * @param length   As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_NOT_FOUND (it was never here, was revoked or has expired: no
 *         provider shows a token twice); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
 *         ERPTOKEN_E_MISSING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE; ERPTOKEN_E_UNSUPPORTED; where it logs in, else as
 *         erptoken_get.
 *
 * Threads: any; waits "timeout_ms" at most, where it logs in.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_app_get(int32_t account, const char *id, char *buffer,
    int32_t *length);

/**
 * Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
 * {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
 *
 * @param account   From erptoken_open. The session token is used, whatever the option "token" says.
 * @param response  Receives a handle, to be read with the erptoken_response functions ("/count", "/tokens/0/id") and
 *                  closed with erptoken_close. Left as it is when the call fails.
 * @return ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_LIMIT (a list that
 *         does not end, or too many open handles); ERPTOKEN_E_FORBIDDEN (a new session token is refused too);
 *         ERPTOKEN_E_STORE; else as erptoken_get.
 *
 * "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptoken_app_get gives. The list
 * is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke all of
 * the program's own, revoke those with "stored" 1.
 *
 * Threads: any; waits "timeout_ms" at most.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_app_list(int32_t account, int32_t *response);

/**
 * Revokes an application token at the provider and forgets it.
 *
 * @param account  From erptoken_open. The session token is used, whatever the option "token" says.
 * @param id       The id, from erptoken_app_create or erptoken_app_list.
 * @return ERPTOKEN_OK; ERPTOKEN_E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here
 *         too); ERPTOKEN_E_ARGUMENT (an id that cannot be one: nothing was sent); ERPTOKEN_E_STORE (revoked, but the
 *         store could not be changed); ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_HANDLE;
 *         ERPTOKEN_E_ENCODING; else as erptoken_get.
 *
 * Threads: any; waits "timeout_ms" at most.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_app_revoke(int32_t account, const char *id);

/* ---- Requests with the token on them ---- */

/**
 * Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
 *
 * @param account      From erptoken_open, with the options that the provider's login needs.
 * @param method       "GET", "POST" and so on.
 * @param url          Absolute, or beginning with "/" and then appended to the environment's API address. What is not
 *                     visible ASCII in it must be percent-encoded.
 * @param headers      "Name: value" lines, or NULL. Authorization, Host, Content-Length, Transfer-Encoding and others
 *                     that say where a message ends are set by the library.
 * @param body         The body, or NULL. It is not copied: leave it alone until the call returns.
 * @param body_length  Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as UTF-8, as
 *                     application/json if the headers name no content type.
 * @param response     Receives a handle, to be closed with erptoken_close. Left as it is when the call fails.
 * @return ERPTOKEN_OK for any answer, whatever its HTTP status; ERPTOKEN_E_ARGUMENT (a url, method, header or length
 *         that cannot be sent, or a body that is no JSON object where the profile puts credentials into it); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_LIMIT (the answer is above
 *         "max_response_bytes", or there is no memory for one more handle); ERPTOKEN_E_INSECURE (plain http, or a host that is neither of
 *         the chosen environment nor in "api_hosts": nothing was sent); ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT;
 *         ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY; ERPTOKEN_E_RESPONSE (what came is not HTTP); or what kept the token from
 *         being had or renewed, as erptoken_get.
 *
 * A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
 * response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers all of
 * it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it again
 * (erptoken_error_retryable says so too).
 *
 * Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
 *
 * Example: erptoken_request(account, "POST", "/tms/freight", NULL, "{\"city\":\"Curitiba\"}", -1, &response);
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_request(int32_t account, const char *method, const char *url,
    const char *headers, const void *body, int32_t body_length, int32_t *response);

/**
 * Reads the HTTP status of a response.
 *
 * @param response     From erptoken_request, erptoken_app_list, erptoken_diagnose or erptoken_check_profile.
 * @param http_status  Receives the status, 100 to 999. Left as it is when the call fails.
 * @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_response_status(int32_t response, int32_t *http_status);

/**
 * Reads a header of a response.
 *
 * @param response  As for erptoken_response_status.
 * @param name      The header's name, in any case.
 * @param buffer    Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
 * @param length    As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
 *         ERPTOKEN_E_NOT_FOUND (no such header).
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_response_header(int32_t response, const char *name, char *buffer,
    int32_t *length);

/**
 * Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
 *
 * @param response  As for erptoken_response_status.
 * @param buffer    Receives the text, NUL-terminated, whatever the character set of the server.
 * @param length    As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_RESPONSE (another
 *         character set: read the bytes).
 *
 * A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark at
 * the beginning is left out. A NUL inside the text counts in the length.
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_response_text(int32_t response, char *buffer, int32_t *length);

/**
 * Reads one value of a JSON body.
 *
 * @param response  As for erptoken_response_status.
 * @param path      JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
 * @param buffer    Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number, true,
 *                  false, null, an object or a list as its JSON stands in the body.
 * @param length    As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (the path is neither empty nor begins with "/");
 *         ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_NOT_FOUND (nothing is there: a loop over "/items/0",
 *         "/items/1" ends so); ERPTOKEN_E_RESPONSE (the body is not JSON).
 *
 * The body is read in place: a loop over a large list goes on where the call before it was.
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_response_field(int32_t response, const char *path, char *buffer,
    int32_t *length);

/**
 * Reads the body of a response as bytes, with no NUL behind them.
 *
 * @param response  As for erptoken_response_status.
 * @param buffer    Receives the bytes; nothing is written when it is too small. May be NULL with a length of 0.
 * @param length    In: capacity in bytes. Out: on ERPTOKEN_OK the body's bytes, on ERPTOKEN_E_BUFFER the capacity
 *                  needed, which is the same number; else left as it is.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_response_bytes(int32_t response, void *buffer, int32_t *length);

/* ---- The whole process ---- */

/**
 * Receives one line of the log: when, how bad, which process, which account, what, how long, in the "language" of the
 * process. `line` is NUL-terminated UTF-8 without line ends, and lives until the callback returns.
 *
 * It is called on a thread of the program that is inside a call of this library, just before that call returns; by
 * several threads at once if several are inside calls. No lock is held and the floating-point state is the program's.
 * Inside it every function but the pure and the erptoken_error_ ones is ERPTOKEN_E_REENTRANT. It must return: no
 * longjmp, and no exception may leave it.
 */
typedef void (ERPTOKEN_CALL *erptoken_log_fn)(int32_t level, const char *line, void *user_data);

/**
 * Sets an option of the process, or the default of an account option for accounts opened later.
 *
 * @param option  "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
 *                ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
 *                "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
 *                "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and
 *                "store_key" (see below), or an account option that is not a credential, such as "timeout_ms".
 * @param value   The value as text. NULL or "": back to the default.
 * @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE;
 *         ERPTOKEN_E_UNSUPPORTED (of another build or system).
 *
 * The language is that of every error text from the next failing call on, on all threads, also where an earlier
 * failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown and fork. Not
 * translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
 *
 * The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to "name.1",
 * those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes may share it. What
 * cannot be written later is counted, and told in the file when it can be again. erptoken_shutdown ends the file too.
 * Where the program sets neither "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL
 * count, read at the first call; never in a set-user-ID program.
 *
 * "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to disk.
 * "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts with them. The
 * folder is made for its owner alone if it is not there; one that is a link, another user's, open to others, or that cannot
 *  be written or locked is ERPTOKEN_E_STORE, here and at the first call that needs a token. What fails later costs the
 * sharing and no token: the process goes on with its memory, and the log says so.
 * "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all machines with the same
 * server and "store_key" share them. A build without the cargo feature redis returns ERPTOKEN_E_UNSUPPORTED. A server
 * that refuses is ERPTOKEN_E_STORE here; while one is away, memory goes on.
 *
 * "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds them and
 * is its owner's alone (read now: ERPTOKEN_E_OPTION if it cannot be, ERPTOKEN_E_STORE if others may); on Windows
 * "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis server, a store without a key is
 * ERPTOKEN_E_MISSING at the first call that needs a token.
 *
 * The first call that needs a token fixes both, until erptoken_shutdown: another value is ERPTOKEN_E_OPTION then.
 *
 * A child of a fork starts with everything that its parent has set.
 *
 * Threads: any.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_configure(const char *option, const char *value);

/**
 * Adds a log callback, changes its level, or removes it.
 *
 * @param callback   Called with one line at a time.
 * @param user_data  Given back to the callback; with it, it is what tells callbacks apart.
 * @param level      1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when this
 *                   call returns ERPTOKEN_OK it does not run and will not run again; OK too if it was not there.
 * @return ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (NULL, or no level); ERPTOKEN_E_LIMIT (16 callbacks are there);
 *         ERPTOKEN_E_TIMEOUT (level 0: it is removed, but still runs on another thread after 30 s).
 *
 * Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells how
 * many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
 * erptoken_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines that
 * waited there.
 *
 * Threads: any. Do not remove a callback while holding a lock that it takes.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_log(erptoken_log_fn callback, void *user_data, int32_t level);

/**
 * Makes a report about an account and its way to the provider that a person can send to support. No secrets.
 *
 * @param account   From erptoken_open; it need not be able to log in, nor have its options.
 * @param response  Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
 *                  Left as it is when the call fails.
 * @return ERPTOKEN_OK, whatever the report says: what is broken is in it; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE;
 *         ERPTOKEN_E_LIMIT (no memory for one more handle).
 *
 * The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it with
 * erptoken_response_field(response, "/text", ...). The others are for a program: "library", "time", "provider",
 * "environment", "account" (user, names of the options set, missing ones), "client_certificate" (where one is set: subject,
 * issuer, from, until, key, kind), "token" (state, last error), "store", "proxy",
 * "dns", "tcp", "tls" (with the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this one)
 * and "advice" (a list of "code" and "text"; empty: nothing is wrong). A step that was not reached is not there.
 *
 * It looks the provider's host up, connects, looks at its certificates and asks for no page in particular. Credentials and
 * tokens are not sent, the token is neither got nor changed. A client certificate that is set is shown to a server that asks
 * for one and is trusted. A user name is shown.
 *
 * Threads: any; waits "timeout_ms" at most.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_diagnose(int32_t account, int32_t *response);

/**
 * Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
 *
 * @param path      The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
 * @param response  Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
 *                  Left as it is when the call fails.
 * @return ERPTOKEN_OK for any file that can be read, valid or not; ERPTOKEN_E_ARGUMENT (NULL); ERPTOKEN_E_ENCODING;
 *         ERPTOKEN_E_PROVIDER (unknown name, or a file that cannot be read: the text says why); ERPTOKEN_E_LIMIT (no
 *         memory for one more handle).
 *
 * The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it with
 * erptoken_response_field(response, "/text", ...). The others are for a program: "valid" (true or false), "name", "title",
 * "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with warnings alone is valid),
 * "requests" (of a valid profile, in its usual and its test environment: "environment", "operation", "needs", "method",
 * "url", "headers" and "body", with [name] in place of every value, such as [password], and [...] in place of what stands in
 * the profile itself under the name of a secret; "api" is a call of the program's own) and "values" (what is computed, and
 * of what). No value of an option is needed, or shown.
 *
 * Threads: any. Lifetime: of the response, until erptoken_close or erptoken_shutdown.
 *
 * Example: int32_t response = 0; erptoken_check_profile("C:\\erp\\rm.json", &response);
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_check_profile(const char *path, int32_t *response);

/**
 * Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes every
 * log callback after the last lines.
 *
 * @return ERPTOKEN_OK, also when there was nothing to end.
 *
 * For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
 * starts afresh. Calls that wait for a token on other threads return ERPTOKEN_E_HANDLE. Those that send something
 * themselves (erptoken_request, the erptoken_app functions, erptoken_diagnose) end in their own time, and a response that
 * one of them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at most: let it end
 * before what it uses is freed. Nothing is revoked at the providers.
 *
 * Threads: any, but not from DllMain.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_shutdown(void);

/* ---- Functions without state ---- */

/**
 * Returns the ABI's version of the loaded library: major * 1000 + number of additions.
 *
 * @return The number itself, not a status. A program built against this header needs the same thousands and at least
 *         ERPTOKEN_ABI_VERSION.
 *
 * Threads: any; also from the log callback.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_abi_version(void);

/**
 * Reads the library's version, such as "0.1.0".
 *
 * @param buffer  Receives the text, NUL-terminated.
 * @param length  As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
 *
 * Threads: any; also from the log callback.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_version(char *buffer, int32_t *length);

/**
 * Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
 *
 * @param status  What a function returned.
 * @param buffer  Receives the name, NUL-terminated.
 * @param length  As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (also for a number that is not a status).
 *
 * Threads: any; also from the log callback.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_status_name(int32_t status, char *buffer, int32_t *length);

/**
 * Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure itself
 * erptoken_error_retryable knows more.
 *
 * @param status  What a function returned.
 * @return 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed first. Not a status.
 *
 * Threads: any; also from the log callback.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_status_retryable(int32_t status);

/* ---- Why the last failing call of this thread failed ---- */

/**
 * Says what happened and what to do about it, in one sentence or two. Contains no secret.
 *
 * @param buffer  Receives the text in UTF-8, NUL-terminated; empty if no call of this thread failed yet. 1201 bytes
 *                hold every text. In the language that erptoken_configure had set when the call failed.
 * @param length  As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
 *
 * Threads: about the calling thread only. A call that succeeds changes nothing here.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_error_text(char *buffer, int32_t *length);

/**
 * Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
 * guard.
 *
 * @param buffer  Receives the code, NUL-terminated; empty if the provider gave none.
 * @param length  As for erptoken_get.
 * @return ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
 *
 * Threads: about the calling thread only.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_error_server_code(char *buffer, int32_t *length);

/**
 * Reads the HTTP status of the failure.
 *
 * @return The status, or 0 if no answer came. Not an ERPTOKEN status.
 *
 * Threads: about the calling thread only.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_error_http_status(void);

/**
 * Says after how many seconds it makes sense to call again.
 *
 * @return Seconds; 0: at once, if erptoken_error_retryable() says that it makes sense at all. Not an ERPTOKEN status.
 *
 * Threads: about the calling thread only.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_error_retry_after(void);

/**
 * Says whether the call that failed may be made again with nothing changed. It knows more than
 * erptoken_status_retryable: never so for a request that may have been carried out, such as a POST of
 * erptoken_request whose answer did not come. Look first whether it was.
 *
 * @return 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed or looked at first, or
 *         no call of this thread failed yet. Not an ERPTOKEN status.
 *
 * Threads: about the calling thread only.
 */
ERPTOKEN_API int32_t ERPTOKEN_CALL erptoken_error_retryable(void);

#ifdef __cplusplus
}
#endif

#endif
