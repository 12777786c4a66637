// Package erptoken gets, keeps and renews access tokens: erptoken 0.1.0 for Go, over cgo. Declarations generated from
// the library's source, and below them what returns Go's errors.
//
//	account, err := erptoken.Open("senior")
//	...
//	defer account.Close()
//	account.Set("username", "admin@empresa.com.br")
//	account.Set("password", "senhaUsuario")
//	authorization, err := account.Authorization()
//	request.Header.Set("Authorization", authorization)
//
// Copy this file and go.mod into a folder of your module, or name the folder in your go.mod: "replace erptoken => ./erptoken".
// It needs no header. The linker finds an installed library by itself; one in a folder by
// CGO_LDFLAGS="-L/opt/erp/lib" (Windows: the folder with liberptoken.dll.a) or CGO_LDFLAGS="$(pkg-config --libs erptoken)";
// go build -tags pkgconfig asks pkg-config by itself.
//
// Any object may be used from any goroutine. A call and the reading of its error are one step on one thread here: the
// last error belongs to a thread, and Go moves goroutines between threads. Ask for the token before every request instead
// of keeping it. Close what you open: nothing else closes it.
//
// Run with Go 1.19 on Linux x86-64 by the tests; the example, built by mingw, once in Wine 8, 64 and 32 bits. Not run:
// Windows itself, other processors.
package erptoken

/*
#cgo pkgconfig pkg-config: erptoken
#cgo !pkgconfig LDFLAGS: -lerptoken
#include <stdint.h>
#include <stdlib.h>

// Opens an account at a provider. Sends nothing.
//   provider: "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A profile decides
//     where passwords go: treat the file as code.
//   account: Receives the handle, greater than 0. Left as it is when the call fails.
// Returns StatusOK; StatusArgument (NULL); StatusEncoding; StatusProvider (unknown name, or a profile that cannot be
//   read or is not valid: the text says where); StatusLimit (no memory for one more handle; 2,096,128 can be open).
// Threads: any. Lifetime: until erptoken_close or erptoken_shutdown; closing early costs nothing, because tokens are
// cached for the whole process and not in the handle. In the child of a fork the parent's handles are StatusHandle:
// open accounts after forking.
extern int32_t erptoken_open(const char *provider, int32_t *account);

// Sets one option of an account. Sends nothing; the next call works with the new value.
//   account: From erptoken_open.
//   option: Name of the option, such as "username" (README.md has the table).
//   value: The value as text, copied before the call returns. NULL or "": back to the default.
// Returns StatusOK; StatusArgument (option is NULL); StatusHandle; StatusEncoding; StatusOption (unknown option, or a
//   value that is not usable: the text says what it must be); StatusUnsupported ("token" = "application" at a
//   provider that has no application tokens).
// Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle, so
// that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
// "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order.
// The files are read when they are set. The call that makes them contradict each other (a wrong password, a key of
// another certificate) answers StatusOption and sets its value all the same, and so does every call that needs the
// certificate, without sending anything, until one of them is set to what fits.
// Threads: any; calls of other threads that run at this moment finish with the old value.
extern int32_t erptoken_set(int32_t account, const char *option, const char *value);

// Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
//   handle: The handle; 0 is nothing and OK.
// Returns StatusOK; StatusHandle (closed already, never opened, or of the parent process).
// Threads: any. A call that uses the handle at this moment on another thread finishes or returns StatusHandle.
// Nothing is revoked at the provider: erptoken_logout does that.
extern int32_t erptoken_close(int32_t handle);

// Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
//   account: From erptoken_open, with the options that the provider's login needs.
//   buffer: Receives the token, NUL-terminated. May be NULL with a length of 0, to ask for the size.
//   length: In: capacity of the buffer in bytes, the NUL included. Out: on StatusOK the token's length without the
//     NUL, on StatusBuffer the capacity needed; else left as it is.
// Returns StatusOK; StatusBuffer (the buffer holds an empty text; the token is kept: call again, in a loop, because a
//   renewed token may be longer); StatusArgument; StatusHandle; StatusMissing; StatusOption; StatusUnsupported;
//   StatusInsecure; StatusNetwork; StatusTimeout; StatusTls; StatusProxy; StatusCredentials; StatusMfa;
//   StatusPasswordChange; StatusForbidden; StatusNotFound; StatusRateLimited; StatusServer; StatusResponse.
// Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed behind
// the caller well before: call this for every request instead of keeping the token. One that the provider sends
// without a life is handed out for 10 s, in which nothing is sent.
// Threads: any; all who ask while a renewal runs wait for that one and share its result.
extern int32_t erptoken_get(int32_t account, char *buffer, int32_t *length);

// Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
//   account: As for erptoken_get.
//   buffer: Receives the value, NUL-terminated.
//   length: As for erptoken_get.
// Returns As erptoken_get.
// The header's name is the field "header_name" of erptoken_info: "Authorization" for the built-in providers. Do not
// let the HTTP component encode the value again: "Bearer%20..." is refused.
// Threads: any.
extern int32_t erptoken_authorization(int32_t account, char *buffer, int32_t *length);

// Gets a newer token now, whatever is left of the current one.
//   account: As for erptoken_get.
// Returns StatusOK, also when nothing was sent because the identity's last request is less than 10 s old, or the
//   profile's credentials are a fixed key; else as erptoken_get. While a failure is remembered the call returns it
//   and sends nothing.
// Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
extern int32_t erptoken_renew(int32_t account);

// Reports that an API refused a token (401): the next erptoken_get brings another one. Sends nothing.
//   account: The account that gave the token.
//   token: The token that was refused, from erptoken_get or erptoken_authorization. If it is no longer the current
//     one, a newer one exists already and nothing is dropped: a late report costs nothing.
// Returns StatusOK; StatusRefusedAgain (this token already replaced one refused less than 60 s ago, or it is a fixed
//   key or an import that nothing can renew: it is kept, the cause is a permission of that API); StatusArgument (NULL
//   or empty); StatusHandle; StatusEncoding; StatusMissing; StatusOption; StatusUnsupported.
// Another process may have got the token: one that has none looks into the "store" first.
// Threads: any; a thousand threads that report the same token cause one renewal.
extern int32_t erptoken_reject(int32_t account, const char *token);

// Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
//   account: As for erptoken_get.
// Returns StatusOK, also where the provider has no such operation, the token is dead already or there is none;
//   StatusHandle; StatusMissing; StatusStore (revoked, but what the store has of it could not be removed: call
//   again); else what kept the provider from revoking it, as erptoken_get.
// Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
// too. Closing the account is enough in most cases.
// Threads: any; waits "timeout_ms" at most.
extern int32_t erptoken_logout(int32_t account);

// Reads one field of the account as text. Sends nothing.
//   account: From erptoken_open.
//   field: "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh", "ageing" (still
//     handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused" (credentials),
//     "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this process), "store",
//     "import"; "last_error": a status name or empty; instants in RFC 3339, UTC: "expires_at", "obtained_at",
//     "renew_at". The fields of erptoken_info_int too. Of what never ends "expires_at" and "renew_at" are empty;
//     "header_name" is, where the token goes in no header.
//   buffer: Receives the text, NUL-terminated; empty while there is no token.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument; StatusHandle; StatusEncoding; StatusOption (unknown field: the text
//   lists the known ones).
// Threads: any.
extern int32_t erptoken_info(int32_t account, const char *field, char *buffer, int32_t *length);

// Reads one field of the account as a number. Sends nothing.
//   account: From erptoken_open.
//   field: "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never ends;
//     counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures", which stop at
//     2147483647.
//   value: Receives the number, 0 or more. Left as it is when the call fails.
// Returns StatusOK; StatusArgument; StatusHandle; StatusEncoding; StatusOption (unknown field, or one that is a
//   text).
// Threads: any.
extern int32_t erptoken_info_int(int32_t account, const char *field, int32_t *value);

// Says whether this account may create application tokens (assine.online: a business account, "PJ").
//   account: From erptoken_open. The session token is used, whatever the option "token" says.
//   allowed: Receives 1 (may) or 0 (may not). Left as it is when the call fails.
// Returns StatusOK; StatusUnsupported (the provider has no application tokens); StatusArgument; StatusHandle;
//   StatusForbidden (a new session token is refused too); else as erptoken_get.
// Threads: any; waits "timeout_ms" at most.
extern int32_t erptoken_app_check(int32_t account, int32_t *allowed);

// Creates an application token. The provider shows it this once: the library keeps it, in the store that
// erptoken_configure names, else until the process ends or erptoken_shutdown. erptoken_app_get gives it.
//   account: From erptoken_open, with "password": it is sent again. The session token is used, whatever the option
//     "token" says.
//   expires: How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
//     ("2027-01-31T23:59:00-03:00"). 3650 days at most.
//   id: Receives the id, NUL-terminated.
//   length: In: capacity, IDSize at least: a smaller one is StatusBuffer before anything is sent. Out: on StatusOK
//     the id's length without the NUL, on StatusBuffer IDSize.
// Returns StatusOK; StatusBuffer (nothing was sent); StatusArgument (expires without zone, in the past, or not taken
//   by the provider); StatusCredentials (the password is refused); StatusMissing (no password is set); StatusStore
//   (before anything was sent; or after it: then the text tells the id, and erptoken_app_get gives the token until
//   the process ends); StatusForbidden (not a business account); StatusLimit (1000 living ones are kept for this
//   account: nothing was sent); StatusUnsupported; StatusHandle; StatusEncoding; else as erptoken_get.
// Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
// understood), the text says so; look with erptoken_app_list before creating another one. Each refused password
// counts for the lockout guard, as one refused at a login does.
// Threads: any; waits "timeout_ms" at most.
extern int32_t erptoken_app_create(int32_t account, const char *expires, char *id, int32_t *length);

// Gets an application token that this library created and keeps. Sends nothing, unless the password is another one
// than the provider took last from this user: then it logs in first, and a refused one gets nothing.
//   account: From erptoken_open, of the user who created the token.
//   id: The id, from erptoken_app_create or erptoken_app_list.
//   buffer: Receives the token, NUL-terminated.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusNotFound (it was never here, was revoked or has expired: no provider shows a
//   token twice); StatusArgument; StatusHandle; StatusEncoding; StatusMissing; StatusOption; StatusStore;
//   StatusUnsupported; where it logs in, else as erptoken_get.
// Threads: any; waits "timeout_ms" at most, where it logs in.
extern int32_t erptoken_app_get(int32_t account, const char *id, char *buffer, int32_t *length);

// Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
// {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
//   account: From erptoken_open. The session token is used, whatever the option "token" says.
//   response: Receives a handle, to be read with the erptoken_response functions ("/count", "/tokens/0/id") and
//     closed with erptoken_close. Left as it is when the call fails.
// Returns StatusOK; StatusUnsupported; StatusArgument; StatusHandle; StatusLimit (a list that does not end, or too
//   many open handles); StatusForbidden (a new session token is refused too); StatusStore; else as erptoken_get.
// "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptoken_app_get gives. The
// list is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke all
// of the program's own, revoke those with "stored" 1.
// Threads: any; waits "timeout_ms" at most.
extern int32_t erptoken_app_list(int32_t account, int32_t *response);

// Revokes an application token at the provider and forgets it.
//   account: From erptoken_open. The session token is used, whatever the option "token" says.
//   id: The id, from erptoken_app_create or erptoken_app_list.
// Returns StatusOK; StatusNotFound (the provider knows no such token: it is already gone, and forgotten here too);
//   StatusArgument (an id that cannot be one: nothing was sent); StatusStore (revoked, but the store could not be
//   changed); StatusForbidden; StatusUnsupported; StatusHandle; StatusEncoding; else as erptoken_get.
// Threads: any; waits "timeout_ms" at most.
extern int32_t erptoken_app_revoke(int32_t account, const char *id);

// Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
//   account: From erptoken_open, with the options that the provider's login needs.
//   method: "GET", "POST" and so on.
//   url: Absolute, or beginning with "/" and then appended to the environment's API address. What is not visible
//     ASCII in it must be percent-encoded.
//   headers: "Name: value" lines, or NULL. Authorization, Host, Content-Length, Transfer-Encoding and others that say
//     where a message ends are set by the library.
//   body: The body, or NULL. It is not copied: leave it alone until the call returns.
//   body_length: Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as UTF-8, as
//     application/json if the headers name no content type.
//   response: Receives a handle, to be closed with erptoken_close. Left as it is when the call fails.
// Returns StatusOK for any answer, whatever its HTTP status; StatusArgument (a url, method, header or length that
//   cannot be sent, or a body that is no JSON object where the profile puts credentials into it); StatusHandle;
//   StatusEncoding; StatusLimit (the answer is above "max_response_bytes", or there is no memory for one more
//   handle); StatusInsecure (plain http, or a host that is neither of the chosen environment nor in "api_hosts":
//   nothing was sent); StatusNetwork; StatusTimeout; StatusTls; StatusProxy; StatusResponse (what came is not HTTP);
//   or what kept the token from being had or renewed, as erptoken_get.
// A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
// response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers all
// of it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it again
// (erptoken_error_retryable says so too).
// Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
extern int32_t erptoken_request(int32_t account, const char *method, const char *url, const char *headers,
    const void *body, int32_t body_length, int32_t *response);

// Reads the HTTP status of a response.
//   response: From erptoken_request, erptoken_app_list, erptoken_diagnose or erptoken_check_profile.
//   http_status: Receives the status, 100 to 999. Left as it is when the call fails.
// Returns StatusOK; StatusArgument; StatusHandle.
// Threads: any.
extern int32_t erptoken_response_status(int32_t response, int32_t *http_status);

// Reads a header of a response.
//   response: As for erptoken_response_status.
//   name: The header's name, in any case.
//   buffer: Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument; StatusHandle; StatusEncoding; StatusNotFound (no such header).
// Threads: any.
extern int32_t erptoken_response_header(int32_t response, const char *name, char *buffer, int32_t *length);

// Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
//   response: As for erptoken_response_status.
//   buffer: Receives the text, NUL-terminated, whatever the character set of the server.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument; StatusHandle; StatusResponse (another character set: read the
//   bytes).
// A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark at
// the beginning is left out. A NUL inside the text counts in the length.
// Threads: any.
extern int32_t erptoken_response_text(int32_t response, char *buffer, int32_t *length);

// Reads one value of a JSON body.
//   response: As for erptoken_response_status.
//   path: JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
//   buffer: Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number, true, false,
//     null, an object or a list as its JSON stands in the body.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument (the path is neither empty nor begins with "/"); StatusHandle;
//   StatusEncoding; StatusNotFound (nothing is there: a loop over "/items/0", "/items/1" ends so); StatusResponse
//   (the body is not JSON).
// The body is read in place: a loop over a large list goes on where the call before it was.
// Threads: any.
extern int32_t erptoken_response_field(int32_t response, const char *path, char *buffer, int32_t *length);

// Reads the body of a response as bytes, with no NUL behind them.
//   response: As for erptoken_response_status.
//   buffer: Receives the bytes; nothing is written when it is too small. May be NULL with a length of 0.
//   length: In: capacity in bytes. Out: on StatusOK the body's bytes, on StatusBuffer the capacity needed, which is
//     the same number; else left as it is.
// Returns StatusOK; StatusBuffer; StatusArgument; StatusHandle.
// Threads: any.
extern int32_t erptoken_response_bytes(int32_t response, void *buffer, int32_t *length);

// Receives one line of the log: when, how bad, which process, which account, what, how long, in the "language" of the
// process. `line` is NUL-terminated UTF-8 without line ends, and lives until the callback returns.
// It is called on a thread of the program that is inside a call of this library, just before that call returns; by
// several threads at once if several are inside calls. No lock is held and the floating-point state is the program's.
// Inside it every function but the pure and the erptoken_error_ ones is StatusReentrant. It must return: no longjmp,
// and no exception may leave it.
typedef void (*erptoken_log_fn)(int32_t level, const char *line, void *user_data);

// Sets an option of the process, or the default of an account option for accounts opened later.
//   option: "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
//     ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
//     "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
//     "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key"
//     (see below), or an account option that is not a credential, such as "timeout_ms".
//   value: The value as text. NULL or "": back to the default.
// Returns StatusOK; StatusArgument; StatusEncoding; StatusOption; StatusStore; StatusUnsupported (of another build or
//   system).
// The language is that of every error text from the next failing call on, on all threads, also where an earlier
// failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown and fork. Not
// translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
// The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to
// "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes may
// share it. What cannot be written later is counted, and told in the file when it can be again. erptoken_shutdown
// ends the file too. Where the program sets neither "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE
// and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID program.
// "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to disk.
// "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts with them.
// The folder is made for its owner alone if it is not there; one that is a link, another user's, open to others, or
// that cannot be written or locked is StatusStore, here and at the first call that needs a token. What fails later
// costs the sharing and no token: the process goes on with its memory, and the log says so.
// "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all machines with
// the same server and "store_key" share them. A build without the cargo feature redis returns StatusUnsupported. A
// server that refuses is StatusStore here; while one is away, memory goes on.
// "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds them
// and is its owner's alone (read now: StatusOption if it cannot be, StatusStore if others may); on Windows
// "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis server, a store without
// a key is StatusMissing at the first call that needs a token.
// The first call that needs a token fixes both, until erptoken_shutdown: another value is StatusOption then.
// A child of a fork starts with everything that its parent has set.
// Threads: any.
extern int32_t erptoken_configure(const char *option, const char *value);

// Adds a log callback, changes its level, or removes it.
//   callback: Called with one line at a time.
//   user_data: Given back to the callback; with it, it is what tells callbacks apart.
//   level: 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when this call
//     returns StatusOK it does not run and will not run again; OK too if it was not there.
// Returns StatusOK; StatusArgument (NULL, or no level); StatusLimit (16 callbacks are there); StatusTimeout (level 0:
//   it is removed, but still runs on another thread after 30 s).
// Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells how
// many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
// erptoken_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines that
// waited there.
// Threads: any. Do not remove a callback while holding a lock that it takes.
extern int32_t erptoken_log(erptoken_log_fn callback, void *user_data, int32_t level);

// Makes a report about an account and its way to the provider that a person can send to support. No secrets.
//   account: From erptoken_open; it need not be able to log in, nor have its options.
//   response: Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close. Left
//     as it is when the call fails.
// Returns StatusOK, whatever the report says: what is broken is in it; StatusArgument; StatusHandle; StatusLimit (no
//   memory for one more handle).
// The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it with
// erptoken_response_field(response, "/text", ...). The others are for a program: "library", "time", "provider",
// "environment", "account" (user, names of the options set, missing ones), "client_certificate" (where one is set:
// subject, issuer, from, until, key, kind), "token" (state, last error), "store", "proxy", "dns", "tcp", "tls" (with
// the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this one) and "advice" (a list of
// "code" and "text"; empty: nothing is wrong). A step that was not reached is not there.
// It looks the provider's host up, connects, looks at its certificates and asks for no page in particular.
// Credentials and tokens are not sent, the token is neither got nor changed. A client certificate that is set is
// shown to a server that asks for one and is trusted. A user name is shown.
// Threads: any; waits "timeout_ms" at most.
extern int32_t erptoken_diagnose(int32_t account, int32_t *response);

// Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
//   path: The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
//   response: Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close. Left
//     as it is when the call fails.
// Returns StatusOK for any file that can be read, valid or not; StatusArgument (NULL); StatusEncoding; StatusProvider
//   (unknown name, or a file that cannot be read: the text says why); StatusLimit (no memory for one more handle).
// The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it with
// erptoken_response_field(response, "/text", ...). The others are for a program: "valid" (true or false), "name",
// "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with warnings
// alone is valid), "requests" (of a valid profile, in its usual and its test environment: "environment", "operation",
// "needs", "method", "url", "headers" and "body", with [name] in place of every value, such as [password], and [...]
// in place of what stands in the profile itself under the name of a secret; "api" is a call of the program's own) and
// "values" (what is computed, and of what). No value of an option is needed, or shown.
// Threads: any. Lifetime: of the response, until erptoken_close or erptoken_shutdown.
extern int32_t erptoken_check_profile(const char *path, int32_t *response);

// Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes
// every log callback after the last lines.
// Returns StatusOK, also when there was nothing to end.
// For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
// starts afresh. Calls that wait for a token on other threads return StatusHandle. Those that send something
// themselves (erptoken_request, the erptoken_app functions, erptoken_diagnose) end in their own time, and a response
// that one of them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at most: let
// it end before what it uses is freed. Nothing is revoked at the providers.
// Threads: any, but not from DllMain.
extern int32_t erptoken_shutdown(void);

// Returns the ABI's version of the loaded library: major * 1000 + number of additions.
// Returns The number itself, not a status. A program built against this header needs the same thousands and at least
//   ABIVersion.
// Threads: any; also from the log callback.
extern int32_t erptoken_abi_version(void);

// Reads the library's version, such as "0.1.0".
//   buffer: Receives the text, NUL-terminated.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument.
// Threads: any; also from the log callback.
extern int32_t erptoken_version(char *buffer, int32_t *length);

// Reads the name of a status, such as "StatusNetwork".
//   status: What a function returned.
//   buffer: Receives the name, NUL-terminated.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument (also for a number that is not a status).
// Threads: any; also from the log callback.
extern int32_t erptoken_status_name(int32_t status, char *buffer, int32_t *length);

// Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure
// itself erptoken_error_retryable knows more.
//   status: What a function returned.
// Returns 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed first. Not a status.
// Threads: any; also from the log callback.
extern int32_t erptoken_status_retryable(int32_t status);

// Says what happened and what to do about it, in one sentence or two. Contains no secret.
//   buffer: Receives the text in UTF-8, NUL-terminated; empty if no call of this thread failed yet. 1201 bytes hold
//     every text. In the language that erptoken_configure had set when the call failed.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument.
// Threads: about the calling thread only. A call that succeeds changes nothing here.
extern int32_t erptoken_error_text(char *buffer, int32_t *length);

// Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
// guard.
//   buffer: Receives the code, NUL-terminated; empty if the provider gave none.
//   length: As for erptoken_get.
// Returns StatusOK; StatusBuffer; StatusArgument.
// Threads: about the calling thread only.
extern int32_t erptoken_error_server_code(char *buffer, int32_t *length);

// Reads the HTTP status of the failure.
// Returns The status, or 0 if no answer came. Not an ERPTOKEN status.
// Threads: about the calling thread only.
extern int32_t erptoken_error_http_status(void);

// Says after how many seconds it makes sense to call again.
// Returns Seconds; 0: at once, if erptoken_error_retryable() says that it makes sense at all. Not an ERPTOKEN status.
// Threads: about the calling thread only.
extern int32_t erptoken_error_retry_after(void);

// Says whether the call that failed may be made again with nothing changed. It knows more than
// erptoken_status_retryable: never so for a request that may have been carried out, such as a POST of
// erptoken_request whose answer did not come. Look first whether it was.
// Returns 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed or looked at first,
//   or no call of this thread failed yet. Not an ERPTOKEN status.
// Threads: about the calling thread only.
extern int32_t erptoken_error_retryable(void);

extern void erptokenGoLine(int32_t level, char *line, void *user_data);
*/
import "C"

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

const (
	// The ABI's version: major * 1000 + number of additions. Compare with erptoken_abi_version().
	ABIVersion = 1001

	// Capacity that holds every id of an application token, its NUL included.
	IDSize = 65
)

// Status is what a function of the library returns. As an error it is what errors.Is compares with.
type Status int32

const (
	// It worked.
	StatusOK Status = 0

	// An argument is NULL, negative or malformed. Not worth repeating.
	StatusArgument Status = -1001

	// The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
	StatusHandle Status = -1002

	// The buffer is too small: *length says what is needed, call again. The last error is left as it is.
	StatusBuffer Status = -1003

	// A text is not UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI). Not worth repeating.
	StatusEncoding Status = -1004

	// Called from inside the log callback. Not worth repeating.
	StatusReentrant Status = -1005

	// Too many open handles, or an answer above max_response_bytes. Not worth repeating.
	StatusLimit Status = -1006

	// Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
	StatusProvider Status = -2001

	// Unknown option or field, or a bad value. Not worth repeating.
	StatusOption Status = -2002

	// A required option is not set: the text names it. Not worth repeating.
	StatusMissing Status = -2003

	// This provider, or this build, has no such operation. Not worth repeating.
	StatusUnsupported Status = -2004

	// Plain http without allow_http, or a host the token may not go to. Not worth repeating.
	StatusInsecure Status = -2005

	// The store that the program named cannot be used. Not worth repeating.
	StatusStore Status = -2006

	// Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
	StatusNetwork Status = -3001

	// The caller's time ran out. Worth repeating.
	StatusTimeout Status = -3002

	// TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
	StatusTls Status = -3003

	// The proxy refused, or wants a login (407). Not worth repeating.
	StatusProxy Status = -3004

	// User, password or key refused. Not worth repeating.
	StatusCredentials Status = -4001

	// A second factor is wanted: set mfa_code and ask again. Not worth repeating.
	StatusMfa Status = -4002

	// The provider wants the password changed first. Not worth repeating.
	StatusPasswordChange Status = -4003

	// The account may not do this. Not worth repeating.
	StatusForbidden Status = -4004

	// No such application token, header or field. Not worth repeating.
	StatusNotFound Status = -4005

	// The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
	StatusRateLimited Status = -4006

	// The provider failed (5xx). Worth repeating.
	StatusServer Status = -4007

	// The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
	StatusResponse Status = -4008

	// From erptoken_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
	// repeating.
	StatusRefusedAgain Status = -4009

	// A bug in this library, caught. Not worth repeating.
	StatusInternal Status = -9001
)

// Error gives the name of the status, such as "ERPTOKEN_E_NETWORK".
func (s Status) Error() string {
	name, _ := read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_status_name(C.int32_t(s), buffer, length)
	})
	return name
}

// Error tells why a call failed. errors.Is(err, StatusCredentials) asks for its status.
type Error struct {
	Status     Status
	Text       string        // What happened and what to do about it.
	ServerCode string        // The provider's own code; empty if it gave none.
	HTTPStatus int           // 0: no answer came.
	RetryAfter time.Duration // After what time to try again.
	Retryable  bool          // Whether the same call may succeed later with nothing changed, and can do no harm.
}

func (e *Error) Error() string { return e.Text }

// Is compares with a Status.
func (e *Error) Is(target error) bool { return target == e.Status }

// Account is an account at a provider.
type Account struct{ handle C.int32_t }

// Response is an answer to a request, whatever its HTTP status.
type Response struct{ handle C.int32_t }

// Open opens an account at "senior", "invoisys", "assine", or the absolute path of a profile. It sends nothing.
func Open(provider string) (*Account, error) {
	if version := int(C.erptoken_abi_version()); version/1000 != ABIVersion/1000 {
		return nil, fmt.Errorf("erptoken has another interface (%d) than this package was made for", version)
	}
	handle, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_open(text(provider), out) }, provider)
	return &Account{handle}, err
}

// Set sets an option; empty is the default.
func (a *Account) Set(option, value string) error {
	return call(func() C.int32_t { return C.erptoken_set(a.handle, text(option), text(value)) }, option, value)
}

// Get gives the access token: at once from memory, else by a login or a refresh.
func (a *Account) Get() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t { return C.erptoken_get(a.handle, buffer, length) })
}

// Authorization gives the header's value, "Bearer ...", ready to be sent.
func (a *Account) Authorization() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_authorization(a.handle, buffer, length)
	})
}

// Renew gets a newer token now.
func (a *Account) Renew() error {
	return call(func() C.int32_t { return C.erptoken_renew(a.handle) })
}

// Reject tells that an API answered 401 to this token. StatusRefusedAgain: it replaced a refused one a moment ago and is
// kept; the cause is a permission.
func (a *Account) Reject(token string) error {
	return call(func() C.int32_t { return C.erptoken_reject(a.handle, text(token)) }, token)
}

// Logout revokes the token at the provider, then forgets it.
func (a *Account) Logout() error {
	return call(func() C.int32_t { return C.erptoken_logout(a.handle) })
}

// Info gives a field as text: "state", "expires_at", "source", ...
func (a *Account) Info(field string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_info(a.handle, text(field), buffer, length)
	}, field)
}

// InfoInt gives a field as a number: "expires_in", "logins", ...
func (a *Account) InfoInt(field string) (int, error) {
	value, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_info_int(a.handle, text(field), out) }, field)
	return int(value), err
}

// AppAllowed says whether this account may create application tokens.
func (a *Account) AppAllowed() (bool, error) {
	allowed, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_app_check(a.handle, out) })
	return allowed != 0, err
}

// AppCreate creates an application token and gives its id. expires is a number of days ("365"), or an instant in RFC 3339
// with its zone.
func (a *Account) AppCreate(expires string) (string, error) {
	// There is room for every id from the first: a creation is never repeated blindly.
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_app_create(a.handle, text(expires), buffer, length)
	}, expires)
}

// AppGet gives an application token that was created here.
func (a *Account) AppGet(id string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_app_get(a.handle, text(id), buffer, length)
	}, id)
}

// AppList gives the application tokens as JSON.
func (a *Account) AppList() (*Response, error) {
	return response(func(out *C.int32_t) C.int32_t { return C.erptoken_app_list(a.handle, out) })
}

// AppRevoke revokes an application token and forgets it.
func (a *Account) AppRevoke(id string) error {
	return call(func() C.int32_t { return C.erptoken_app_revoke(a.handle, text(id)) }, id)
}

// Request sends a request with the token on it, renewed and repeated once on 401. url is absolute, or begins with "/" and
// is appended to the environment's API address; headers are lines of "Name: value", or empty; body may be nil.
func (a *Account) Request(method, url, headers string, body []byte) (*Response, error) {
	return a.send(method, url, headers, body, len(body))
}

// RequestText is Request with a text, sent as UTF-8, as JSON unless a header says otherwise.
func (a *Account) RequestText(method, url, headers, body string) (*Response, error) {
	return a.send(method, url, headers, append([]byte(body), 0), -1, body)
}

func (a *Account) send(method, url, headers string, body []byte, size int, texts ...string) (*Response, error) {
	if size > 1<<31-1 {
		return nil, &Error{Status: StatusArgument, Text: "A body is above 2 GiB."}
	}
	var start unsafe.Pointer
	if len(body) > 0 {
		start = unsafe.Pointer(&body[0])
	}
	return response(func(out *C.int32_t) C.int32_t {
		return C.erptoken_request(a.handle, text(method), text(url), text(headers), start, C.int32_t(size), out)
	}, append(texts, method, url, headers)...)
}

// Diagnose gives a report for support, without secrets.
func (a *Account) Diagnose() (*Response, error) {
	return response(func(out *C.int32_t) C.int32_t { return C.erptoken_diagnose(a.handle, out) })
}

// Close closes the account; its token stays in the cache for other accounts. A second time is StatusHandle.
func (a *Account) Close() error {
	return call(func() C.int32_t { return C.erptoken_close(a.handle) })
}

// Status is the HTTP status.
func (r *Response) Status() (int, error) {
	status, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_response_status(r.handle, out) })
	return int(status), err
}

// Text is the body as text, from the character set that it declares.
func (r *Response) Text() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_response_text(r.handle, buffer, length)
	})
}

// Header is a header's value; StatusNotFound if there is none.
func (r *Response) Header(name string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_response_header(r.handle, text(name), buffer, length)
	}, name)
}

// Field is a value of a JSON body ("/items/0/id"); StatusNotFound if there is none.
func (r *Response) Field(path string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_response_field(r.handle, text(path), buffer, length)
	}, path)
}

// Bytes is the body as it came.
func (r *Response) Bytes() (body []byte, err error) {
	err = call(func() C.int32_t {
		var length C.int32_t
		status := C.erptoken_response_bytes(r.handle, nil, &length)
		if status == C.int32_t(StatusBuffer) {
			body = make([]byte, length)
			status = C.erptoken_response_bytes(r.handle, unsafe.Pointer(&body[0]), &length)
		}
		return status
	})
	return
}

// Close closes the response. A second time is StatusHandle.
func (r *Response) Close() error {
	return call(func() C.int32_t { return C.erptoken_close(r.handle) })
}

// Version is the library's version.
func Version() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t { return C.erptoken_version(buffer, length) })
}

// Configure sets an option of the process, or the default of an account option.
func Configure(option, value string) error {
	return call(func() C.int32_t { return C.erptoken_configure(text(option), text(value)) }, option, value)
}

// CheckProfile tells what is wrong with a profile, and what it would send; nothing is sent.
func CheckProfile(path string) (*Response, error) {
	return response(func(out *C.int32_t) C.int32_t { return C.erptoken_check_profile(text(path), out) }, path)
}

// Shutdown closes every handle and wipes every token: for the program, not for a plugin.
func Shutdown() error {
	return call(func() C.int32_t { return C.erptoken_shutdown() })
}

// Who is told a line, by what the library gives back.
var listeners sync.Map

// Log adds a listener for lines up to a level: 1 error, 2 warning, 3 information, 4 debug. It runs inside calls, where
// every other call is StatusReentrant. The function that is returned removes it.
func Log(level int, line func(level int, line string)) (remove func() error, err error) {
	key := C.malloc(1) // Never freed, so that it never means another listener.
	listeners.Store(key, line)
	set := func(level int) error {
		err := call(func() C.int32_t {
			return C.erptoken_log(C.erptoken_log_fn(C.erptokenGoLine), key, C.int32_t(level))
		})
		if (level == 0) == (err == nil) { // What could not be removed is still told.
			listeners.Delete(key)
		}
		return err
	}
	return func() error { return set(0) }, set(level)
}

//export erptokenGoLine
func erptokenGoLine(level C.int32_t, line *C.char, key unsafe.Pointer) {
	defer func() { _ = recover() }() // No panic may cross the library.
	if told, found := listeners.Load(key); found {
		told.(func(int, string))(int(level), C.GoString(line))
	}
}

// A failing call and the reading of its error are one step on one thread.
func call(function func() C.int32_t, texts ...string) error {
	for _, text := range texts {
		if strings.IndexByte(text, 0) >= 0 {
			return &Error{Status: StatusEncoding, Text: "A text has a NUL in it: mend it where it comes from."}
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	status := Status(function())
	if status == StatusOK {
		return nil
	}
	why, _ := read(func(buffer *C.char, length *C.int32_t) C.int32_t { return C.erptoken_error_text(buffer, length) })
	code, _ := read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_error_server_code(buffer, length)
	})
	return &Error{status, why, code, int(C.erptoken_error_http_status()),
		time.Duration(C.erptoken_error_retry_after()) * time.Second, C.erptoken_error_retryable() != 0}
}

func number(function func(out *C.int32_t) C.int32_t, texts ...string) (value C.int32_t, err error) {
	err = call(func() C.int32_t { return function(&value) }, texts...)
	return
}

func response(function func(out *C.int32_t) C.int32_t, texts ...string) (*Response, error) {
	handle, err := number(function, texts...)
	return &Response{handle}, err
}

// What a function writes into a buffer, as long as it asks for.
func read(function func(buffer *C.char, length *C.int32_t) C.int32_t, texts ...string) (value string, err error) {
	err = call(func() C.int32_t {
		length := C.int32_t(1500) // Holds nearly every token, and every error text.
		for {
			buffer := make([]byte, length)
			status := function((*C.char)(unsafe.Pointer(&buffer[0])), &length)
			if status == C.int32_t(StatusOK) {
				value = string(buffer[:length])
			}
			for i := range buffer {
				buffer[i] = 0
			}
			if status != C.int32_t(StatusBuffer) {
				return status
			}
		}
	}, texts...)
	return
}

// A text as C has it. The library copies it before the call returns.
func text(text string) *C.char {
	return (*C.char)(unsafe.Pointer(&append([]byte(text), 0)[0]))
}
