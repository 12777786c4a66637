// erptoken 0.1.0 for Node.js 16 and newer: declarations generated from the library's source, and below them classes that
// throw. Needs koffi (npm install koffi).
//
//     const erptoken = require('./erptoken');
//
//     const account = new erptoken.Account('senior', { username: 'admin@empresa.com.br', password: 'senhaUsuario' });
//     headers.Authorization = await account.authorizationAsync();
//
// The library is taken from where load() says, else from native/<platform>-<arch>/ beside this file, from beside this file,
// or from the system's search path. Ask for the token before every request instead of keeping it.
//
// The last error belongs to the thread that made the call, so that a function of `native` must not be called by koffi's
// `async`: its error would stay on a thread that nobody reaches. The ...Async methods run call and error as one step on
// threads of this file's own, which end with the program; each of them is busy as long as the provider takes, and
// process.exit waits for it.
//
// Keep this file as it is: a bundle's threads would begin with the whole program.
//
// There is no method for the log's callback, which may come on any of these threads: configure('log_file', ...) has it.
//
// Run on Node.js 20 with koffi 3.3, Linux. Not run: Windows.
'use strict';
const fs = require('fs');
const path = require('path');
const { isAnyArrayBuffer } = require('util').types;
const koffi = require('koffi');
const { Worker, parentPort, workerData } = require('worker_threads');

let chosen = null, library = null;

/** Names the library's file. Before the first call of anything else; without it the library is looked for. */
function load(file) {
    if (library) throw new Error('erptoken is loaded already');
    chosen = file;
}

function candidates() {
    if (chosen) return [chosen];
    const names = process.platform === 'win32' ? ['erptoken.dll'] : ['liberptoken.so.1', 'liberptoken.so'];
    const folders = [path.join(__dirname, 'native', `${process.platform}-${process.arch}`), __dirname];
    const files = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
    return files.filter((file) => fs.existsSync(file)).concat(names);
}

function loaded() {
    const problems = [];
    for (const file of library ? [] : candidates()) {
        try {
            library = koffi.load(file);
            chosen = file;
            break;
        } catch (problem) {
            problems.push(`${file}: ${problem.message}`);
        }
    }
    if (!library)
        throw new Error(`erptoken cannot be loaded: ${problems.join('; ')}. `
            + `Put the library for ${process.arch} beside this file, or name it with load()`);
    return library;
}

/** The functions of the library, as they are. */
const native = {};

function declare(prototype) {
    const name = prototype.match(/(\w+)\(/)[1];
    let call = null;
    native[name] = (...values) => {
        if (!call) call = loaded().func(prototype);
        return call(...values);
    };
}

/**
 * The ABI's version: major * 1000 + number of additions. Compare with erptoken_abi_version().
 */
const ABI_VERSION = 1001;

/**
 * Capacity that holds every id of an application token, its NUL included.
 */
const ID_SIZE = 65;

/**
 * It worked.
 */
const OK = 0;

/**
 * An argument is null, negative or malformed. Not worth repeating.
 */
const E_ARGUMENT = -1001;

/**
 * The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
 */
const E_HANDLE = -1002;

/**
 * The buffer is too small: *length says what is needed, call again. The last error is left as it is.
 */
const E_BUFFER = -1003;

/**
 * A text is not UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI). Not worth repeating.
 */
const E_ENCODING = -1004;

/**
 * Called from inside the log callback. Not worth repeating.
 */
const E_REENTRANT = -1005;

/**
 * Too many open handles, or an answer above max_response_bytes. Not worth repeating.
 */
const E_LIMIT = -1006;

/**
 * Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
 */
const E_PROVIDER = -2001;

/**
 * Unknown option or field, or a bad value. Not worth repeating.
 */
const E_OPTION = -2002;

/**
 * A required option is not set: the text names it. Not worth repeating.
 */
const E_MISSING = -2003;

/**
 * This provider, or this build, has no such operation. Not worth repeating.
 */
const E_UNSUPPORTED = -2004;

/**
 * Plain http without allow_http, or a host the token may not go to. Not worth repeating.
 */
const E_INSECURE = -2005;

/**
 * The store that the program named cannot be used. Not worth repeating.
 */
const E_STORE = -2006;

/**
 * Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
 */
const E_NETWORK = -3001;

/**
 * The caller's time ran out. Worth repeating.
 */
const E_TIMEOUT = -3002;

/**
 * TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
 */
const E_TLS = -3003;

/**
 * The proxy refused, or wants a login (407). Not worth repeating.
 */
const E_PROXY = -3004;

/**
 * User, password or key refused. Not worth repeating.
 */
const E_CREDENTIALS = -4001;

/**
 * A second factor is wanted: set mfa_code and ask again. Not worth repeating.
 */
const E_MFA = -4002;

/**
 * The provider wants the password changed first. Not worth repeating.
 */
const E_PASSWORD_CHANGE = -4003;

/**
 * The account may not do this. Not worth repeating.
 */
const E_FORBIDDEN = -4004;

/**
 * No such application token, header or field. Not worth repeating.
 */
const E_NOT_FOUND = -4005;

/**
 * The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
 */
const E_RATE_LIMITED = -4006;

/**
 * The provider failed (5xx). Worth repeating.
 */
const E_SERVER = -4007;

/**
 * The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
 */
const E_RESPONSE = -4008;

/**
 * From erptoken_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
 * repeating.
 */
const E_REFUSED_AGAIN = -4009;

/**
 * A bug in this library, caught. Not worth repeating.
 */
const E_INTERNAL = -9001;

// ---- Accounts ----

/**
 * Opens an account at a provider. Sends nothing.
 *
 * Threads: any. Lifetime: until erptoken_close or erptoken_shutdown; closing early costs nothing, because tokens are
 * cached for the whole process and not in the handle. In the child of a fork the parent's handles are E_HANDLE: open
 * accounts after forking.
 *
 * @param {?string} provider "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A
 *   profile decides where passwords go: treat the file as code.
 * @param {number[]} account Receives the handle, greater than 0. Left as it is when the call fails.
 * @returns {number} OK; E_ARGUMENT (null); E_ENCODING; E_PROVIDER (unknown name, or a profile that cannot be read or
 *   is not valid: the text says where); E_LIMIT (no memory for one more handle; 2,096,128 can be open).
 */
declare('int32_t erptoken_open(const char *provider, _Inout_ int32_t *account)');

/**
 * Sets one option of an account. Sends nothing; the next call works with the new value.
 *
 * Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle, so
 * that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
 *
 * "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order.
 * The files are read when they are set. The call that makes them contradict each other (a wrong password, a key of
 * another certificate) answers E_OPTION and sets its value all the same, and so does every call that needs the
 * certificate, without sending anything, until one of them is set to what fits.
 *
 * Threads: any; calls of other threads that run at this moment finish with the old value.
 *
 * @param {number} account From erptoken_open.
 * @param {?string} option Name of the option, such as "username" (README.md has the table).
 * @param {?string} value The value as text, copied before the call returns. null or "": back to the default.
 * @returns {number} OK; E_ARGUMENT (option is null); E_HANDLE; E_ENCODING; E_OPTION (unknown option, or a value that
 *   is not usable: the text says what it must be); E_UNSUPPORTED ("token" = "application" at a provider that has no
 *   application tokens).
 */
declare('int32_t erptoken_set(int32_t account, const char *option, const char *value)');

/**
 * Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
 *
 * Threads: any. A call that uses the handle at this moment on another thread finishes or returns E_HANDLE. Nothing is
 * revoked at the provider: erptoken_logout does that.
 *
 * @param {number} handle The handle; 0 is nothing and OK.
 * @returns {number} OK; E_HANDLE (closed already, never opened, or of the parent process).
 */
declare('int32_t erptoken_close(int32_t handle)');

// ---- Tokens ----

/**
 * Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
 *
 * Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed behind
 * the caller well before: call this for every request instead of keeping the token. One that the provider sends
 * without a life is handed out for 10 s, in which nothing is sent.
 *
 * Threads: any; all who ask while a renewal runs wait for that one and share its result.
 *
 * @param {number} account From erptoken_open, with the options that the provider's login needs.
 * @param {?Buffer} buffer Receives the token, NUL-terminated. May be null with a length of 0, to ask for the size.
 * @param {number[]} length In: capacity of the buffer in bytes, the NUL included. Out: on OK the token's length
 *   without the NUL, on E_BUFFER the capacity needed; else left as it is.
 * @returns {number} OK; E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a loop, because a
 *   renewed token may be longer); E_ARGUMENT; E_HANDLE; E_MISSING; E_OPTION; E_UNSUPPORTED; E_INSECURE; E_NETWORK;
 *   E_TIMEOUT; E_TLS; E_PROXY; E_CREDENTIALS; E_MFA; E_PASSWORD_CHANGE; E_FORBIDDEN; E_NOT_FOUND; E_RATE_LIMITED;
 *   E_SERVER; E_RESPONSE.
 */
declare('int32_t erptoken_get(int32_t account, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
 *
 * The header's name is the field "header_name" of erptoken_info: "Authorization" for the built-in providers. Do not
 * let the HTTP component encode the value again: "Bearer%20..." is refused.
 *
 * Threads: any.
 *
 * @param {number} account As for erptoken_get.
 * @param {?Buffer} buffer Receives the value, NUL-terminated.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} As erptoken_get.
 */
declare('int32_t erptoken_authorization(int32_t account, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Gets a newer token now, whatever is left of the current one.
 *
 * Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
 *
 * @param {number} account As for erptoken_get.
 * @returns {number} OK, also when nothing was sent because the identity's last request is less than 10 s old, or the
 *   profile's credentials are a fixed key; else as erptoken_get. While a failure is remembered the call returns it
 *   and sends nothing.
 */
declare('int32_t erptoken_renew(int32_t account)');

/**
 * Reports that an API refused a token (401): the next erptoken_get brings another one. Sends nothing.
 *
 * Another process may have got the token: one that has none looks into the "store" first.
 *
 * Threads: any; a thousand threads that report the same token cause one renewal.
 *
 * @param {number} account The account that gave the token.
 * @param {?string} token The token that was refused, from erptoken_get or erptoken_authorization. If it is no longer
 *   the current one, a newer one exists already and nothing is dropped: a late report costs nothing.
 * @returns {number} OK; E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is a fixed
 *   key or an import that nothing can renew: it is kept, the cause is a permission of that API); E_ARGUMENT (null or
 *   empty); E_HANDLE; E_ENCODING; E_MISSING; E_OPTION; E_UNSUPPORTED.
 */
declare('int32_t erptoken_reject(int32_t account, const char *token)');

/**
 * Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
 *
 * Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
 * too. Closing the account is enough in most cases.
 *
 * Threads: any; waits "timeout_ms" at most.
 *
 * @param {number} account As for erptoken_get.
 * @returns {number} OK, also where the provider has no such operation, the token is dead already or there is none;
 *   E_HANDLE; E_MISSING; E_STORE (revoked, but what the store has of it could not be removed: call again); else what
 *   kept the provider from revoking it, as erptoken_get.
 */
declare('int32_t erptoken_logout(int32_t account)');

/**
 * Reads one field of the account as text. Sends nothing.
 *
 * Threads: any.
 *
 * @param {number} account From erptoken_open.
 * @param {?string} field "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh",
 *   "ageing" (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused"
 *   (credentials), "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this
 *   process), "store", "import"; "last_error": a status name or empty; instants in RFC 3339, UTC: "expires_at",
 *   "obtained_at", "renew_at". The fields of erptoken_info_int too. Of what never ends "expires_at" and "renew_at"
 *   are empty; "header_name" is, where the token goes in no header.
 * @param {?Buffer} buffer Receives the text, NUL-terminated; empty while there is no token.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_ENCODING; E_OPTION (unknown field: the text lists the known
 *   ones).
 */
declare('int32_t erptoken_info(int32_t account, const char *field, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Reads one field of the account as a number. Sends nothing.
 *
 * Threads: any.
 *
 * @param {number} account From erptoken_open.
 * @param {?string} field "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what
 *   never ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures", which
 *   stop at 2147483647.
 * @param {number[]} value Receives the number, 0 or more. Left as it is when the call fails.
 * @returns {number} OK; E_ARGUMENT; E_HANDLE; E_ENCODING; E_OPTION (unknown field, or one that is a text).
 */
declare('int32_t erptoken_info_int(int32_t account, const char *field, _Inout_ int32_t *value)');

// ---- Application tokens ----

/**
 * Says whether this account may create application tokens (assine.online: a business account, "PJ").
 *
 * Threads: any; waits "timeout_ms" at most.
 *
 * @param {number} account From erptoken_open. The session token is used, whatever the option "token" says.
 * @param {number[]} allowed Receives 1 (may) or 0 (may not). Left as it is when the call fails.
 * @returns {number} OK; E_UNSUPPORTED (the provider has no application tokens); E_ARGUMENT; E_HANDLE; E_FORBIDDEN (a
 *   new session token is refused too); else as erptoken_get.
 */
declare('int32_t erptoken_app_check(int32_t account, _Inout_ int32_t *allowed)');

/**
 * Creates an application token. The provider shows it this once: the library keeps it, in the store that
 * erptoken_configure names, else until the process ends or erptoken_shutdown. erptoken_app_get gives it.
 *
 * Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
 * understood), the text says so; look with erptoken_app_list before creating another one. Each refused password
 * counts for the lockout guard, as one refused at a login does.
 *
 * Threads: any; waits "timeout_ms" at most.
 *
 * @param {number} account From erptoken_open, with "password": it is sent again. The session token is used, whatever
 *   the option "token" says.
 * @param {?string} expires How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
 *   ("2027-01-31T23:59:00-03:00"). 3650 days at most.
 * @param {?Buffer} id Receives the id, NUL-terminated.
 * @param {number[]} length In: capacity, ID_SIZE at least: a smaller one is E_BUFFER before anything is sent. Out: on
 *   OK the id's length without the NUL, on E_BUFFER ID_SIZE.
 * @returns {number} OK; E_BUFFER (nothing was sent); E_ARGUMENT (expires without zone, in the past, or not taken by
 *   the provider); E_CREDENTIALS (the password is refused); E_MISSING (no password is set); E_STORE (before anything
 *   was sent; or after it: then the text tells the id, and erptoken_app_get gives the token until the process ends);
 *   E_FORBIDDEN (not a business account); E_LIMIT (1000 living ones are kept for this account: nothing was sent);
 *   E_UNSUPPORTED; E_HANDLE; E_ENCODING; else as erptoken_get.
 */
declare('int32_t erptoken_app_create(int32_t account, const char *expires, _Out_ uint8_t *id, _Inout_ int32_t *length)');

/**
 * Gets an application token that this library created and keeps. Sends nothing, unless the password is another one
 * than the provider took last from this user: then it logs in first, and a refused one gets nothing.
 *
 * Threads: any; waits "timeout_ms" at most, where it logs in.
 *
 * @param {number} account From erptoken_open, of the user who created the token.
 * @param {?string} id The id, from erptoken_app_create or erptoken_app_list.
 * @param {?Buffer} buffer Receives the token, NUL-terminated.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_NOT_FOUND (it was never here, was revoked or has expired: no provider shows a
 *   token twice); E_ARGUMENT; E_HANDLE; E_ENCODING; E_MISSING; E_OPTION; E_STORE; E_UNSUPPORTED; where it logs in,
 *   else as erptoken_get.
 */
declare('int32_t erptoken_app_get(int32_t account, const char *id, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
 * {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
 *
 * "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptoken_app_get gives. The
 * list is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke all
 * of the program's own, revoke those with "stored" 1.
 *
 * Threads: any; waits "timeout_ms" at most.
 *
 * @param {number} account From erptoken_open. The session token is used, whatever the option "token" says.
 * @param {number[]} response Receives a handle, to be read with the erptoken_response functions ("/count",
 *   "/tokens/0/id") and closed with erptoken_close. Left as it is when the call fails.
 * @returns {number} OK; E_UNSUPPORTED; E_ARGUMENT; E_HANDLE; E_LIMIT (a list that does not end, or too many open
 *   handles); E_FORBIDDEN (a new session token is refused too); E_STORE; else as erptoken_get.
 */
declare('int32_t erptoken_app_list(int32_t account, _Inout_ int32_t *response)');

/**
 * Revokes an application token at the provider and forgets it.
 *
 * Threads: any; waits "timeout_ms" at most.
 *
 * @param {number} account From erptoken_open. The session token is used, whatever the option "token" says.
 * @param {?string} id The id, from erptoken_app_create or erptoken_app_list.
 * @returns {number} OK; E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here too);
 *   E_ARGUMENT (an id that cannot be one: nothing was sent); E_STORE (revoked, but the store could not be changed);
 *   E_FORBIDDEN; E_UNSUPPORTED; E_HANDLE; E_ENCODING; else as erptoken_get.
 */
declare('int32_t erptoken_app_revoke(int32_t account, const char *id)');

// ---- Requests with the token on them ----

/**
 * Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
 *
 * A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
 * response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers all
 * of it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it again
 * (erptoken_error_retryable says so too).
 *
 * Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
 *
 * @param {number} account From erptoken_open, with the options that the provider's login needs.
 * @param {?string} method "GET", "POST" and so on.
 * @param {?string} url Absolute, or beginning with "/" and then appended to the environment's API address. What is
 *   not visible ASCII in it must be percent-encoded.
 * @param {?string} headers "Name: value" lines, or null. Authorization, Host, Content-Length, Transfer-Encoding and
 *   others that say where a message ends are set by the library.
 * @param {?Buffer} body The body, or null. It is not copied: leave it alone until the call returns.
 * @param {number} body_length Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as
 *   UTF-8, as application/json if the headers name no content type.
 * @param {number[]} response Receives a handle, to be closed with erptoken_close. Left as it is when the call fails.
 * @returns {number} OK for any answer, whatever its HTTP status; E_ARGUMENT (a url, method, header or length that
 *   cannot be sent, or a body that is no JSON object where the profile puts credentials into it); E_HANDLE;
 *   E_ENCODING; E_LIMIT (the answer is above "max_response_bytes", or there is no memory for one more handle);
 *   E_INSECURE (plain http, or a host that is neither of the chosen environment nor in "api_hosts": nothing was
 *   sent); E_NETWORK; E_TIMEOUT; E_TLS; E_PROXY; E_RESPONSE (what came is not HTTP); or what kept the token from
 *   being had or renewed, as erptoken_get.
 */
declare('int32_t erptoken_request(int32_t account, const char *method, const char *url, const char *headers, const uint8_t *body, int32_t body_length, _Inout_ int32_t *response)');

/**
 * Reads the HTTP status of a response.
 *
 * Threads: any.
 *
 * @param {number} response From erptoken_request, erptoken_app_list, erptoken_diagnose or erptoken_check_profile.
 * @param {number[]} http_status Receives the status, 100 to 999. Left as it is when the call fails.
 * @returns {number} OK; E_ARGUMENT; E_HANDLE.
 */
declare('int32_t erptoken_response_status(int32_t response, _Inout_ int32_t *http_status)');

/**
 * Reads a header of a response.
 *
 * Threads: any.
 *
 * @param {number} response As for erptoken_response_status.
 * @param {?string} name The header's name, in any case.
 * @param {?Buffer} buffer Receives the value, NUL-terminated; of several headers of that name all, with ", " between
 *   them.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_ENCODING; E_NOT_FOUND (no such header).
 */
declare('int32_t erptoken_response_header(int32_t response, const char *name, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
 *
 * A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark at
 * the beginning is left out. A NUL inside the text counts in the length.
 *
 * Threads: any.
 *
 * @param {number} response As for erptoken_response_status.
 * @param {?Buffer} buffer Receives the text, NUL-terminated, whatever the character set of the server.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_RESPONSE (another character set: read the bytes).
 */
declare('int32_t erptoken_response_text(int32_t response, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Reads one value of a JSON body.
 *
 * The body is read in place: a loop over a large list goes on where the call before it was.
 *
 * Threads: any.
 *
 * @param {number} response As for erptoken_response_status.
 * @param {?string} path JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
 * @param {?Buffer} buffer Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number,
 *   true, false, null, an object or a list as its JSON stands in the body.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT (the path is neither empty nor begins with "/"); E_HANDLE; E_ENCODING;
 *   E_NOT_FOUND (nothing is there: a loop over "/items/0", "/items/1" ends so); E_RESPONSE (the body is not JSON).
 */
declare('int32_t erptoken_response_field(int32_t response, const char *path, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Reads the body of a response as bytes, with no NUL behind them.
 *
 * Threads: any.
 *
 * @param {number} response As for erptoken_response_status.
 * @param {?Buffer} buffer Receives the bytes; nothing is written when it is too small. May be null with a length of
 *   0.
 * @param {number[]} length In: capacity in bytes. Out: on OK the body's bytes, on E_BUFFER the capacity needed, which
 *   is the same number; else left as it is.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT; E_HANDLE.
 */
declare('int32_t erptoken_response_bytes(int32_t response, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

// ---- The whole process ----

/**
 * Sets an option of the process, or the default of an account option for accounts opened later.
 *
 * The language is that of every error text from the next failing call on, on all threads, also where an earlier
 * failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown and fork. Not
 * translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
 *
 * The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to
 * "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes may
 * share it. What cannot be written later is counted, and told in the file when it can be again. erptoken_shutdown
 * ends the file too. Where the program sets neither "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE
 * and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID program.
 *
 * "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to disk.
 * "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts with them.
 * The folder is made for its owner alone if it is not there; one that is a link, another user's, open to others, or
 * that cannot be written or locked is E_STORE, here and at the first call that needs a token. What fails later costs
 * the sharing and no token: the process goes on with its memory, and the log says so.
 * "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all machines with
 * the same server and "store_key" share them. A build without the cargo feature redis returns E_UNSUPPORTED. A server
 * that refuses is E_STORE here; while one is away, memory goes on.
 *
 * "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds them
 * and is its owner's alone (read now: E_OPTION if it cannot be, E_STORE if others may); on Windows "dpapi:machine",
 * and without the option a key of the user's own. Elsewhere, and for a Redis server, a store without a key is
 * E_MISSING at the first call that needs a token.
 *
 * The first call that needs a token fixes both, until erptoken_shutdown: another value is E_OPTION then.
 *
 * A child of a fork starts with everything that its parent has set.
 *
 * Threads: any.
 *
 * @param {?string} option "background" ("1"; "0": the library never starts a thread, the caller runs the renewal),
 *   "language" ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
 *   "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
 *   "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key"
 *   (see below), or an account option that is not a credential, such as "timeout_ms".
 * @param {?string} value The value as text. null or "": back to the default.
 * @returns {number} OK; E_ARGUMENT; E_ENCODING; E_OPTION; E_STORE; E_UNSUPPORTED (of another build or system).
 */
declare('int32_t erptoken_configure(const char *option, const char *value)');

/**
 * Adds a log callback, changes its level, or removes it.
 *
 * Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells how
 * many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
 * erptoken_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines that
 * waited there.
 *
 * Threads: any. Do not remove a callback while holding a lock that it takes.
 *
 * @param {*} callback Called with one line at a time.
 * @param {*} user_data Given back to the callback; with it, it is what tells callbacks apart.
 * @param {number} level 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback:
 *   when this call returns OK it does not run and will not run again; OK too if it was not there.
 * @returns {number} OK; E_ARGUMENT (null, or no level); E_LIMIT (16 callbacks are there); E_TIMEOUT (level 0: it is
 *   removed, but still runs on another thread after 30 s).
 */
declare('int32_t erptoken_log(void *callback, void *user_data, int32_t level)');

/**
 * Makes a report about an account and its way to the provider that a person can send to support. No secrets.
 *
 * The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it with
 * erptoken_response_field(response, "/text", ...). The others are for a program: "library", "time", "provider",
 * "environment", "account" (user, names of the options set, missing ones), "client_certificate" (where one is set:
 * subject, issuer, from, until, key, kind), "token" (state, last error), "store", "proxy", "dns", "tcp", "tls" (with
 * the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this one) and "advice" (a list of
 * "code" and "text"; empty: nothing is wrong). A step that was not reached is not there.
 *
 * It looks the provider's host up, connects, looks at its certificates and asks for no page in particular.
 * Credentials and tokens are not sent, the token is neither got nor changed. A client certificate that is set is
 * shown to a server that asks for one and is trusted. A user name is shown.
 *
 * Threads: any; waits "timeout_ms" at most.
 *
 * @param {number} account From erptoken_open; it need not be able to log in, nor have its options.
 * @param {number[]} response Receives a handle, to be read with the erptoken_response functions and closed with
 *   erptoken_close. Left as it is when the call fails.
 * @returns {number} OK, whatever the report says: what is broken is in it; E_ARGUMENT; E_HANDLE; E_LIMIT (no memory
 *   for one more handle).
 */
declare('int32_t erptoken_diagnose(int32_t account, _Inout_ int32_t *response)');

/**
 * Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
 *
 * The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it with
 * erptoken_response_field(response, "/text", ...). The others are for a program: "valid" (true or false), "name",
 * "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with warnings
 * alone is valid), "requests" (of a valid profile, in its usual and its test environment: "environment", "operation",
 * "needs", "method", "url", "headers" and "body", with [name] in place of every value, such as [password], and [...]
 * in place of what stands in the profile itself under the name of a secret; "api" is a call of the program's own) and
 * "values" (what is computed, and of what). No value of an option is needed, or shown.
 *
 * Threads: any. Lifetime: of the response, until erptoken_close or erptoken_shutdown.
 *
 * @param {?string} path The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
 * @param {number[]} response Receives a handle, to be read with the erptoken_response functions and closed with
 *   erptoken_close. Left as it is when the call fails.
 * @returns {number} OK for any file that can be read, valid or not; E_ARGUMENT (null); E_ENCODING; E_PROVIDER
 *   (unknown name, or a file that cannot be read: the text says why); E_LIMIT (no memory for one more handle).
 */
declare('int32_t erptoken_check_profile(const char *path, _Inout_ int32_t *response)');

/**
 * Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes
 * every log callback after the last lines.
 *
 * For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
 * starts afresh. Calls that wait for a token on other threads return E_HANDLE. Those that send something themselves
 * (erptoken_request, the erptoken_app functions, erptoken_diagnose) end in their own time, and a response that one of
 * them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at most: let it end
 * before what it uses is freed. Nothing is revoked at the providers.
 *
 * Threads: any, but not from DllMain.
 *
 * @returns {number} OK, also when there was nothing to end.
 */
declare('int32_t erptoken_shutdown()');

// ---- Functions without state ----

/**
 * Returns the ABI's version of the loaded library: major * 1000 + number of additions.
 *
 * Threads: any; also from the log callback.
 *
 * @returns {number} The number itself, not a status. A program built against this header needs the same thousands and
 *   at least ABI_VERSION.
 */
declare('int32_t erptoken_abi_version()');

/**
 * Reads the library's version, such as "0.1.0".
 *
 * Threads: any; also from the log callback.
 *
 * @param {?Buffer} buffer Receives the text, NUL-terminated.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT.
 */
declare('int32_t erptoken_version(_Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
 *
 * Threads: any; also from the log callback.
 *
 * @param {number} status What a function returned.
 * @param {?Buffer} buffer Receives the name, NUL-terminated.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT (also for a number that is not a status).
 */
declare('int32_t erptoken_status_name(int32_t status, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure
 * itself erptoken_error_retryable knows more.
 *
 * Threads: any; also from the log callback.
 *
 * @param {number} status What a function returned.
 * @returns {number} 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed first. Not
 *   a status.
 */
declare('int32_t erptoken_status_retryable(int32_t status)');

// ---- Why the last failing call of this thread failed ----

/**
 * Says what happened and what to do about it, in one sentence or two. Contains no secret.
 *
 * Threads: about the calling thread only. A call that succeeds changes nothing here.
 *
 * @param {?Buffer} buffer Receives the text in UTF-8, NUL-terminated; empty if no call of this thread failed yet.
 *   1201 bytes hold every text. In the language that erptoken_configure had set when the call failed.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT.
 */
declare('int32_t erptoken_error_text(_Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
 * guard.
 *
 * Threads: about the calling thread only.
 *
 * @param {?Buffer} buffer Receives the code, NUL-terminated; empty if the provider gave none.
 * @param {number[]} length As for erptoken_get.
 * @returns {number} OK; E_BUFFER; E_ARGUMENT.
 */
declare('int32_t erptoken_error_server_code(_Out_ uint8_t *buffer, _Inout_ int32_t *length)');

/**
 * Reads the HTTP status of the failure.
 *
 * Threads: about the calling thread only.
 *
 * @returns {number} The status, or 0 if no answer came. Not an ERPTOKEN status.
 */
declare('int32_t erptoken_error_http_status()');

/**
 * Says after how many seconds it makes sense to call again.
 *
 * Threads: about the calling thread only.
 *
 * @returns {number} Seconds; 0: at once, if erptoken_error_retryable() says that it makes sense at all. Not an
 *   ERPTOKEN status.
 */
declare('int32_t erptoken_error_retry_after()');

/**
 * Says whether the call that failed may be made again with nothing changed. It knows more than
 * erptoken_status_retryable: never so for a request that may have been carried out, such as a POST of
 * erptoken_request whose answer did not come. Look first whether it was.
 *
 * Threads: about the calling thread only.
 *
 * @returns {number} 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed or looked
 *   at first, or no call of this thread failed yet. Not an ERPTOKEN status.
 */
declare('int32_t erptoken_error_retryable()');

// ---- What throws ----

/** A call failed; its message says what to do about it. */
class ErpTokenError extends Error {
    constructor(message, told) {
        super(message);
        this.name = 'ErpTokenError';
        /** One of E_.... */
        this.status = told.status;
        /** The provider's own code; empty if it gave none. */
        this.serverCode = told.serverCode;
        /** 0: no answer came. */
        this.httpStatus = told.httpStatus;
        /** Seconds after which to try again. */
        this.retryAfter = told.retryAfter;
        /** Whether the same call may succeed later with nothing changed, and can do no harm. */
        this.retryable = told.retryable;
    }
}

// The error is this thread's until its next failing call. None of these calls touches it.
function check(status) {
    if (status === OK) return;
    throw new ErpTokenError(read(native.erptoken_error_text).value, {
        status,
        serverCode: read(native.erptoken_error_server_code).value,
        httpStatus: native.erptoken_error_http_status(),
        retryAfter: native.erptoken_error_retry_after(),
        retryable: native.erptoken_error_retryable() !== 0,
    });
}

function text(value) {
    if (value === null || value === undefined) return null;
    if (typeof value === 'object' || typeof value === 'function') throw new TypeError('a text is a string');
    const whole = String(value);
    if (whole.includes('\0')) throw new TypeError('a text with a NUL in it');
    if (/[\ud800-\udfff]/u.test(whole)) throw new TypeError('a text with half of a surrogate pair in it');
    return whole;
}

// The lines of an object, a Map or Headers.
function lines(headers) {
    if (headers === null || typeof headers !== 'object') return headers;
    const entries = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers);
    return entries.map((entry) => {
        const [name, value] = Array.isArray(entry) ? entry.map(text) : [];
        if (typeof value !== 'string' || /[\r\n]/.test(name + value))
            throw new TypeError('a header without a value, or with a line break in it');
        return `${name}: ${value}`;
    }).join('\r\n');
}

function bytesOf(body) {
    if (body === null || body === undefined) return Buffer.alloc(0);
    if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    if (isAnyArrayBuffer(body)) return Buffer.from(body);
    throw new TypeError('a body is a string or bytes');
}

// What a function writes into a buffer, as long as it asks for a larger one.
function read(call, ...values) {
    for (let capacity = 1500; ;) { // Holds nearly every token, and every error text.
        const buffer = Buffer.alloc(capacity), length = [capacity];
        const status = call(...values, buffer, length);
        const value = status === OK ? buffer.toString('utf8', 0, length[0]) : '';
        buffer.fill(0);
        if (status !== E_BUFFER) return { status, value };
        capacity = length[0];
    }
}

function textOf(call, ...values) {
    const { status, value } = read(call, ...values);
    check(status);
    return value;
}

function numberOf(call, ...values) {
    const number = [0];
    check(call(...values, number));
    return number[0];
}

// Each is one step on one thread: of the caller, or one of our own.
const steps = {
    open(provider) {
        const version = native.erptoken_abi_version();
        if (Math.trunc(version / 1000) !== Math.trunc(ABI_VERSION / 1000) || version < ABI_VERSION)
            throw new Error(`erptoken has another interface (${version}) than this file (${ABI_VERSION})`);
        return numberOf(native.erptoken_open, text(provider));
    },
    get: (account) => textOf(native.erptoken_get, account),
    authorization: (account) => textOf(native.erptoken_authorization, account),
    renew: (account) => check(native.erptoken_renew(account)),
    logout: (account) => check(native.erptoken_logout(account)),
    appAllowed: (account) => numberOf(native.erptoken_app_check, account) !== 0,
    appCreate(account, expires) {
        // Once, with room for every id: a creation is never repeated blindly.
        const id = Buffer.alloc(ID_SIZE), length = [ID_SIZE];
        check(native.erptoken_app_create(account, text(expires), id, length));
        return id.toString('utf8', 0, length[0]);
    },
    appGet: (account, id) => textOf(native.erptoken_app_get, account, text(id)),
    appList: (account) => numberOf(native.erptoken_app_list, account),
    appRevoke: (account, id) => check(native.erptoken_app_revoke(account, text(id))),
    request(account, method, url, headers, body) {
        const isText = typeof body === 'string' && body !== '';
        const bytes = isText ? Buffer.from(text(body) + '\0') : bytesOf(body || null);
        const length = isText ? -1 : bytes.length;
        if (length > 0x7fffffff) throw new RangeError('a body above 2 GiB');
        return numberOf(native.erptoken_request, account, text(method), text(url), text(headers), bytes, length);
    },
    diagnose: (account) => numberOf(native.erptoken_diagnose, account),
};

// ---- Threads of our own ----

const MARK = 'erptoken 0.1.0';
const idle = [], waiting = [];
let alive = 0;

function run(step, ...values) {
    return new Promise((resolve, reject) => {
        waiting.push({ step, values, resolve, reject });
        next();
    });
}

function next() {
    while (waiting.length && (idle.length || alive < module.exports.workers)) {
        const worker = idle.pop() || started();
        const call = waiting.shift();
        try {
            worker.postMessage({ step: call.step, values: call.values });
            worker.call = call;
            worker.ref();
        } catch (error) { // What cannot be sent to a thread is no text and no bytes.
            idle.push(worker);
            call.reject(error);
        }
    }
}

function started() {
    loaded(); // Where it cannot be, that is said here; and they take the same file.
    const worker = new Worker(__filename, { workerData: { mark: MARK, file: chosen }, execArgv: [] });
    alive += 1;
    const done = (end, value) => {
        const call = worker.call;
        worker.call = null;
        if (call) call[end](value);
    };
    worker.on('message', ({ value, message, told }) => {
        worker.unref(); // Without a call it keeps no program running.
        idle.push(worker);
        if (message === undefined) done('resolve', value);
        else done('reject', told ? new ErpTokenError(message, told) : new Error(message));
        next();
    });
    worker.on('error', (error) => done('reject', error));
    worker.on('exit', () => {
        alive -= 1;
        if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
        done('reject', new Error('the thread of the call has ended'));
        next();
    });
    return worker;
}

function serve() {
    chosen = workerData.file;
    parentPort.on('message', ({ step, values }) => {
        try {
            parentPort.postMessage({ value: steps[step](...values) });
        } catch (error) {
            const told = error instanceof ErpTokenError ? { ...error } : null;
            parentPort.postMessage({ message: error.message, told });
        }
    });
}

// ---- Accounts and responses ----

const forgotten = new FinalizationRegistry((handle) => native.erptoken_close(handle));

class Handle {
    constructor(handle) {
        this.handle = handle;
        forgotten.register(this, handle, this);
    }

    /** May be called twice, and after a shutdown, which closes everything. */
    close() {
        const handle = this.handle;
        this.handle = 0;
        forgotten.unregister(this);
        const status = native.erptoken_close(handle);
        if (status !== E_HANDLE) check(status);
    }
}
if (Symbol.dispose) Handle.prototype[Symbol.dispose] = Handle.prototype.close;

/** An answer to a request, whatever its HTTP status. */
class Response extends Handle {
    get status() {
        return numberOf(native.erptoken_response_status, this.handle);
    }

    /** The body as text, from the character set that it declares. */
    text() {
        return textOf(native.erptoken_response_text, this.handle);
    }

    json() {
        return JSON.parse(this.text());
    }

    /** The body as it came. */
    bytes() {
        const length = [0];
        let bytes = Buffer.alloc(0), status = native.erptoken_response_bytes(this.handle, null, length);
        if (status === E_BUFFER) {
            bytes = Buffer.alloc(length[0]);
            status = native.erptoken_response_bytes(this.handle, bytes, length);
        }
        check(status);
        return bytes;
    }

    /** A header's value; null if there is none. */
    header(name) {
        return this._find(native.erptoken_response_header, name);
    }

    /** A value of a JSON body ('/items/0/id'); null if there is none. */
    field(place) {
        return this._find(native.erptoken_response_field, place);
    }

    _find(call, name) {
        const { status, value } = read(call, this.handle, text(name));
        if (status === E_NOT_FOUND) return null;
        check(status);
        return value;
    }
}

/** An account at 'senior', 'invoisys', 'assine', or the absolute path of a profile, with its options. */
class Account extends Handle {
    constructor(provider, options = {}) {
        super(steps.open(provider));
        try {
            for (const [option, value] of Object.entries(options)) this.set(option, value);
        } catch (error) {
            this.close();
            throw error;
        }
    }

    /** Sets an option; null or '' is the default. */
    set(option, value) {
        check(native.erptoken_set(this.handle, text(option), text(value)));
    }

    /** The access token: at once from memory, else by a login or a refresh. */
    get() { return steps.get(this.handle); }
    getAsync() { return this._run('get'); }

    /** The header's value, 'Bearer ...', ready to be sent. */
    authorization() { return steps.authorization(this.handle); }
    authorizationAsync() { return this._run('authorization'); }

    /** Gets a newer token now. */
    renew() { steps.renew(this.handle); }
    renewAsync() { return this._run('renew'); }

    /** An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause is a permission. */
    reject(token) {
        const status = native.erptoken_reject(this.handle, text(token));
        if (status === E_REFUSED_AGAIN) return false;
        check(status);
        return true;
    }

    /** Revokes the token at the provider, then forgets it. */
    logout() { steps.logout(this.handle); }
    logoutAsync() { return this._run('logout'); }

    /** A field as text: 'state', 'expires_at', 'source', ... */
    info(field) { return textOf(native.erptoken_info, this.handle, text(field)); }

    /** A field as a number: 'expires_in', 'logins', ... */
    infoInt(field) { return numberOf(native.erptoken_info_int, this.handle, text(field)); }

    /** Whether this account may create application tokens. */
    appAllowed() { return steps.appAllowed(this.handle); }
    appAllowedAsync() { return this._run('appAllowed'); }

    /** Creates an application token; its id. Expires: a number of days ('365'), or an instant in RFC 3339 with its zone. */
    appCreate(expires) { return steps.appCreate(this.handle, expires); }
    appCreateAsync(expires) { return this._run('appCreate', expires); }

    /** An application token that was created here. */
    appGet(id) { return steps.appGet(this.handle, id); }
    appGetAsync(id) { return this._run('appGet', id); }

    /** The application tokens as JSON. */
    appList() { return new Response(steps.appList(this.handle)); }
    async appListAsync() { return new Response(await this._run('appList')); }

    /** Revokes an application token and forgets it. */
    appRevoke(id) { steps.appRevoke(this.handle, id); }
    appRevokeAsync(id) { return this._run('appRevoke', id); }

    /**
     * Sends a request with the token on it, renewed and repeated once on 401.
     *
     * @param {string} method
     * @param {string} url      Absolute, or beginning with '/' and then appended to the environment's API address.
     * @param {?(string|object)} headers  Lines of 'Name: value', or an object, a Map or Headers.
     * @param {?(string|Uint8Array)} body  A text, sent as UTF-8, as JSON unless a header says otherwise; or bytes as they are.
     * @returns {Response}
     */
    request(method, url, headers = null, body = null) {
        return new Response(steps.request(this.handle, method, url, lines(headers), body));
    }
    async requestAsync(method, url, headers = null, body = null) {
        return new Response(await this._run('request', method, url, lines(headers), body));
    }

    /** A report for support, without secrets. */
    diagnose() { return new Response(steps.diagnose(this.handle)); }
    async diagnoseAsync() { return new Response(await this._run('diagnose')); }

    _run(step, ...values) {
        // Whoever waits for the call keeps the account from being closed as forgotten.
        return run(step, this.handle, ...values).finally(() => this.handle);
    }
}

module.exports = {
    load,
    native,
    Account,
    Response,
    ErpTokenError,
    /** How many calls may wait for providers at the same time by the ...Async methods. */
    workers: 4,
    version: () => textOf(native.erptoken_version),
    /** Sets an option of the process, or the default of an account option. */
    configure: (option, value) => check(native.erptoken_configure(text(option), text(value))),
    /** What is wrong with a profile, and what it would send; nothing is sent. */
    checkProfile: (file) => new Response(numberOf(native.erptoken_check_profile, text(file))),
    /** Closes every handle and wipes every token: for the program, not for a plugin. */
    shutdown: () => check(native.erptoken_shutdown()),
    ABI_VERSION,
    ID_SIZE,
    OK,
    E_ARGUMENT,
    E_HANDLE,
    E_BUFFER,
    E_ENCODING,
    E_REENTRANT,
    E_LIMIT,
    E_PROVIDER,
    E_OPTION,
    E_MISSING,
    E_UNSUPPORTED,
    E_INSECURE,
    E_STORE,
    E_NETWORK,
    E_TIMEOUT,
    E_TLS,
    E_PROXY,
    E_CREDENTIALS,
    E_MFA,
    E_PASSWORD_CHANGE,
    E_FORBIDDEN,
    E_NOT_FOUND,
    E_RATE_LIMITED,
    E_SERVER,
    E_RESPONSE,
    E_REFUSED_AGAIN,
    E_INTERNAL,
};

if (workerData && workerData.mark === MARK) serve();
