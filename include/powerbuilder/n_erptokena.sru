$PBExportHeader$n_erptokena.sru
$PBExportComments$erptoken: gets, keeps and renews access tokens
forward
global type n_erptokena from nonvisualobject
end type
end forward

global type n_erptokena from nonvisualobject
end type
global n_erptokena n_erptokena

type prototypes
// erptoken 0.1.0 for PowerBuilder 9 and older: declarations generated from the library's source, and
// below them functions that throw n_erptoken_error. One object is one account. Not run: it was made where there is no
// PowerBuilder. A test compares its declarations and its calls with what the library exports.
//
//   n_erptokena lnv_account
//   lnv_account = create n_erptokena
//   try
//      lnv_account.of_open("senior")
//      lnv_account.of_set("username", "admin@empresa.com.br")
//      lnv_account.of_set("password", "senhaUsuario")
//      lnv_http.SetRequestHeader("Authorization", lnv_account.of_authorization())
//   catch (n_erptoken_error lnv_error)
//      MessageBox("Token", lnv_error.GetMessage())
//   end try
//   destroy lnv_account
//
// Import this file and n_erptoken_error.sru into a library of the application, and put erptoken.dll of the application's own
// bits beside it. Ask for the token before every request instead of keeping it.
//
// Texts are 8-bit texts in the code page of the machine, as PowerBuilder has them before its version 10.
// NULL: where C may give it (a value, headers, no body) PowerScript gives "", which means the same there.
// A buffer is as long as there is room, Space(n), by reference; PowerBuilder cuts it at the end of the text.
// Callbacks: PowerScript has no function that a library could call, so erptokena_log is not declared. The option "log_file"
// of of_configure writes the log.

// Opens an account at a provider. Sends nothing.
//   provider: "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A profile decides
//     where passwords go: treat the file as code.
//   account: Receives the handle, greater than 0. Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (NULL); ERPTOKEN_E_ENCODING; ERPTOKEN_E_PROVIDER (unknown name, or a
//   profile that cannot be read or is not valid: the text says where); ERPTOKEN_E_LIMIT (no memory for one more
//   handle; 2,096,128 can be open).
// Threads: any. Lifetime: until erptokena_close or erptokena_shutdown; closing early costs nothing, because tokens
// are cached for the whole process and not in the handle. In the child of a fork the parent's handles are
// ERPTOKEN_E_HANDLE: open accounts after forking.
function long erptokena_open (string provider, ref long account) library "erptoken.dll" alias for "erptokena_open"

// Sets one option of an account. Sends nothing; the next call works with the new value.
//   account: From erptokena_open.
//   option: Name of the option, such as "username" (README.md has the table).
//   value: The value as text, copied before the call returns. NULL or "": back to the default.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (option is NULL); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
//   ERPTOKEN_E_OPTION (unknown option, or a value that is not usable: the text says what it must be);
//   ERPTOKEN_E_UNSUPPORTED ("token" = "application" at a provider that has no application tokens).
// Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle, so
// that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
// "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order.
// The files are read when they are set. The call that makes them contradict each other (a wrong password, a key of
// another certificate) answers ERPTOKEN_E_OPTION and sets its value all the same, and so does every call that needs
// the certificate, without sending anything, until one of them is set to what fits.
// Threads: any; calls of other threads that run at this moment finish with the old value.
function long erptokena_set (long account, string option, string value) library "erptoken.dll" alias for "erptokena_set"

// Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
//   handle: The handle; 0 is nothing and OK.
// Returns ERPTOKEN_OK; ERPTOKEN_E_HANDLE (closed already, never opened, or of the parent process).
// Threads: any. A call that uses the handle at this moment on another thread finishes or returns ERPTOKEN_E_HANDLE.
// Nothing is revoked at the provider: erptokena_logout does that.
function long erptokena_close (long handle) library "erptoken.dll" alias for "erptokena_close"

// Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
//   account: From erptokena_open, with the options that the provider's login needs.
//   buffer: Receives the token, NUL-terminated. May be NULL with a length of 0, to ask for the size.
//   length: In: capacity of the buffer in bytes, the NUL included. Out: on ERPTOKEN_OK the token's length without the
//     NUL, on ERPTOKEN_E_BUFFER the capacity needed; else left as it is.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a loop,
//   because a renewed token may be longer); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING;
//   ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_INSECURE; ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT;
//   ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY; ERPTOKEN_E_CREDENTIALS; ERPTOKEN_E_MFA; ERPTOKEN_E_PASSWORD_CHANGE;
//   ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_NOT_FOUND; ERPTOKEN_E_RATE_LIMITED; ERPTOKEN_E_SERVER; ERPTOKEN_E_RESPONSE.
// Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed behind
// the caller well before: call this for every request instead of keeping the token. One that the provider sends
// without a life is handed out for 10 s, in which nothing is sent.
// Threads: any; all who ask while a renewal runs wait for that one and share its result.
function long erptokena_get (long account, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_get"

// Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
//   account: As for erptokena_get.
//   buffer: Receives the value, NUL-terminated.
//   length: As for erptokena_get.
// Returns As erptokena_get.
// The header's name is the field "header_name" of erptokena_info: "Authorization" for the built-in providers. Do not
// let the HTTP component encode the value again: "Bearer%20..." is refused.
// Threads: any.
function long erptokena_authorization (long account, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_authorization"

// Gets a newer token now, whatever is left of the current one.
//   account: As for erptokena_get.
// Returns ERPTOKEN_OK, also when nothing was sent because the identity's last request is less than 10 s old, or the
//   profile's credentials are a fixed key; else as erptokena_get. While a failure is remembered the call returns it
//   and sends nothing.
// Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
function long erptokena_renew (long account) library "erptoken.dll" alias for "erptokena_renew"

// Reports that an API refused a token (401): the next erptokena_get brings another one. Sends nothing.
//   account: The account that gave the token.
//   token: The token that was refused, from erptokena_get or erptokena_authorization. If it is no longer the current
//     one, a newer one exists already and nothing is dropped: a late report costs nothing.
// Returns ERPTOKEN_OK; ERPTOKEN_E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is
//   a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that API);
//   ERPTOKEN_E_ARGUMENT (NULL or empty); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING;
//   ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED.
// Another process may have got the token: one that has none looks into the "store" first.
// Threads: any; a thousand threads that report the same token cause one renewal.
function long erptokena_reject (long account, string token) library "erptoken.dll" alias for "erptokena_reject"

// Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
//   account: As for erptokena_get.
// Returns ERPTOKEN_OK, also where the provider has no such operation, the token is dead already or there is none;
//   ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING; ERPTOKEN_E_STORE (revoked, but what the store has of it could not be
//   removed: call again); else what kept the provider from revoking it, as erptokena_get.
// Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
// too. Closing the account is enough in most cases.
// Threads: any; waits "timeout_ms" at most.
function long erptokena_logout (long account) library "erptoken.dll" alias for "erptokena_logout"

// Reads one field of the account as text. Sends nothing.
//   account: From erptokena_open.
//   field: "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh", "ageing" (still
//     handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused" (credentials),
//     "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this process), "store",
//     "import"; "last_error": a status name or empty; instants in RFC 3339, UTC: "expires_at", "obtained_at",
//     "renew_at". The fields of erptokena_info_int too. Of what never ends "expires_at" and "renew_at" are empty;
//     "header_name" is, where the token goes in no header.
//   buffer: Receives the text, NUL-terminated; empty while there is no token.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
//   ERPTOKEN_E_OPTION (unknown field: the text lists the known ones).
// Threads: any.
function long erptokena_info (long account, string field, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_info"

// Reads one field of the account as a number. Sends nothing.
//   account: From erptokena_open.
//   field: "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never ends;
//     counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures", which stop at
//     2147483647.
//   value: Receives the number, 0 or more. Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION (unknown field,
//   or one that is a text).
// Threads: any.
function long erptokena_info_int (long account, string field, ref long value) library "erptoken.dll" alias for "erptokena_info_int"

// Says whether this account may create application tokens (assine.online: a business account, "PJ").
//   account: From erptokena_open. The session token is used, whatever the option "token" says.
//   allowed: Receives 1 (may) or 0 (may not). Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED (the provider has no application tokens); ERPTOKEN_E_ARGUMENT;
//   ERPTOKEN_E_HANDLE; ERPTOKEN_E_FORBIDDEN (a new session token is refused too); else as erptokena_get.
// Threads: any; waits "timeout_ms" at most.
function long erptokena_app_check (long account, ref long allowed) library "erptoken.dll" alias for "erptokena_app_check"

// Creates an application token. The provider shows it this once: the library keeps it, in the store that
// erptokena_configure names, else until the process ends or erptokena_shutdown. erptokena_app_get gives it.
//   account: From erptokena_open, with "password": it is sent again. The session token is used, whatever the option
//     "token" says.
//   expires: How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
//     ("2027-01-31T23:59:00-03:00"). 3650 days at most.
//   id: Receives the id, NUL-terminated.
//   length: In: capacity, ERPTOKEN_ID_SIZE at least: a smaller one is ERPTOKEN_E_BUFFER before anything is sent. Out:
//     on ERPTOKEN_OK the id's length without the NUL, on ERPTOKEN_E_BUFFER ERPTOKEN_ID_SIZE.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER (nothing was sent); ERPTOKEN_E_ARGUMENT (expires without zone, in the past,
//   or not taken by the provider); ERPTOKEN_E_CREDENTIALS (the password is refused); ERPTOKEN_E_MISSING (no password
//   is set); ERPTOKEN_E_STORE (before anything was sent; or after it: then the text tells the id, and
//   erptokena_app_get gives the token until the process ends); ERPTOKEN_E_FORBIDDEN (not a business account);
//   ERPTOKEN_E_LIMIT (1000 living ones are kept for this account: nothing was sent); ERPTOKEN_E_UNSUPPORTED;
//   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else as erptokena_get.
// Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
// understood), the text says so; look with erptokena_app_list before creating another one. Each refused password
// counts for the lockout guard, as one refused at a login does.
// Threads: any; waits "timeout_ms" at most.
function long erptokena_app_create (long account, string expires, ref string id, ref long length) library "erptoken.dll" alias for "erptokena_app_create"

// Gets an application token that this library created and keeps. Sends nothing, unless the password is another one
// than the provider took last from this user: then it logs in first, and a refused one gets nothing.
//   account: From erptokena_open, of the user who created the token.
//   id: The id, from erptokena_app_create or erptokena_app_list.
//   buffer: Receives the token, NUL-terminated.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_NOT_FOUND (it was never here, was revoked or has expired: no
//   provider shows a token twice); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING;
//   ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE; ERPTOKEN_E_UNSUPPORTED; where it logs in, else as erptokena_get.
// Threads: any; waits "timeout_ms" at most, where it logs in.
function long erptokena_app_get (long account, string id, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_app_get"

// Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
// {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
//   account: From erptokena_open. The session token is used, whatever the option "token" says.
//   response: Receives a handle, to be read with the erptokena_response functions ("/count", "/tokens/0/id") and
//     closed with erptokena_close. Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_LIMIT (a list that
//   does not end, or too many open handles); ERPTOKEN_E_FORBIDDEN (a new session token is refused too);
//   ERPTOKEN_E_STORE; else as erptokena_get.
// "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptokena_app_get gives. The
// list is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke all
// of the program's own, revoke those with "stored" 1.
// Threads: any; waits "timeout_ms" at most.
function long erptokena_app_list (long account, ref long response) library "erptoken.dll" alias for "erptokena_app_list"

// Revokes an application token at the provider and forgets it.
//   account: From erptokena_open. The session token is used, whatever the option "token" says.
//   id: The id, from erptokena_app_create or erptokena_app_list.
// Returns ERPTOKEN_OK; ERPTOKEN_E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here
//   too); ERPTOKEN_E_ARGUMENT (an id that cannot be one: nothing was sent); ERPTOKEN_E_STORE (revoked, but the store
//   could not be changed); ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else
//   as erptokena_get.
// Threads: any; waits "timeout_ms" at most.
function long erptokena_app_revoke (long account, string id) library "erptoken.dll" alias for "erptokena_app_revoke"

// Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
//   account: From erptokena_open, with the options that the provider's login needs.
//   method: "GET", "POST" and so on.
//   url: Absolute, or beginning with "/" and then appended to the environment's API address. What is not visible
//     ASCII in it must be percent-encoded.
//   headers: "Name: value" lines, or NULL. Authorization, Host, Content-Length, Transfer-Encoding and others that say
//     where a message ends are set by the library.
//   body: The body, or NULL. It is not copied: leave it alone until the call returns.
//   body_length: Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as UTF-8, as
//     application/json if the headers name no content type.
//   response: Receives a handle, to be closed with erptokena_close. Left as it is when the call fails.
// Returns ERPTOKEN_OK for any answer, whatever its HTTP status; ERPTOKEN_E_ARGUMENT (a url, method, header or length
//   that cannot be sent, or a body that is no JSON object where the profile puts credentials into it);
//   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_LIMIT (the answer is above "max_response_bytes", or there is
//   no memory for one more handle); ERPTOKEN_E_INSECURE (plain http, or a host that is neither of the chosen
//   environment nor in "api_hosts": nothing was sent); ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT; ERPTOKEN_E_TLS;
//   ERPTOKEN_E_PROXY; ERPTOKEN_E_RESPONSE (what came is not HTTP); or what kept the token from being had or renewed,
//   as erptokena_get.
// A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
// response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers all
// of it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it again
// (erptokena_error_retryable says so too).
// Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
function long erptokena_request (long account, string method, string url, string headers, string body, long body_length, ref long response) library "erptoken.dll" alias for "erptokena_request"

// The same with bytes.
function long erptokena_request_bytes (long account, string method, string url, string headers, ref blob body, long body_length, ref long response) library "erptoken.dll" alias for "erptokena_request"

// Reads the HTTP status of a response.
//   response: From erptokena_request, erptokena_app_list, erptokena_diagnose or erptokena_check_profile.
//   http_status: Receives the status, 100 to 999. Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
// Threads: any.
function long erptokena_response_status (long response, ref long http_status) library "erptoken.dll" alias for "erptokena_response_status"

// Reads a header of a response.
//   response: As for erptokena_response_status.
//   name: The header's name, in any case.
//   buffer: Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
//   ERPTOKEN_E_NOT_FOUND (no such header).
// Threads: any.
function long erptokena_response_header (long response, string name, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_response_header"

// Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
//   response: As for erptokena_response_status.
//   buffer: Receives the text, NUL-terminated, whatever the character set of the server.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_RESPONSE (another
//   character set: read the bytes).
// A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark at
// the beginning is left out. A NUL inside the text counts in the length.
// Threads: any.
function long erptokena_response_text (long response, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_response_text"

// Reads one value of a JSON body.
//   response: As for erptokena_response_status.
//   path: JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
//   buffer: Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number, true, false,
//     null, an object or a list as its JSON stands in the body.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (the path is neither empty nor begins with "/");
//   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_NOT_FOUND (nothing is there: a loop over "/items/0",
//   "/items/1" ends so); ERPTOKEN_E_RESPONSE (the body is not JSON).
// The body is read in place: a loop over a large list goes on where the call before it was.
// Threads: any.
function long erptokena_response_field (long response, string path, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_response_field"

// Reads the body of a response as bytes, with no NUL behind them.
//   response: As for erptokena_response_status.
//   buffer: Receives the bytes; nothing is written when it is too small. May be NULL with a length of 0.
//   length: In: capacity in bytes. Out: on ERPTOKEN_OK the body's bytes, on ERPTOKEN_E_BUFFER the capacity needed,
//     which is the same number; else left as it is.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
// Threads: any.
function long erptokena_response_bytes (long response, ref blob buffer, ref long length) library "erptoken.dll" alias for "erptokena_response_bytes"

// Sets an option of the process, or the default of an account option for accounts opened later.
//   option: "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
//     ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
//     "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
//     "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key"
//     (see below), or an account option that is not a credential, such as "timeout_ms".
//   value: The value as text. NULL or "": back to the default.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE;
//   ERPTOKEN_E_UNSUPPORTED (of another build or system).
// The language is that of every error text from the next failing call on, on all threads, also where an earlier
// failure is told again; a text that is already there stays as it is. It outlives erptokena_shutdown and fork. Not
// translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
// The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to
// "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes may
// share it. What cannot be written later is counted, and told in the file when it can be again. erptokena_shutdown
// ends the file too. Where the program sets neither "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE
// and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID program.
// "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to disk.
// "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts with them.
// The folder is made for its owner alone if it is not there; one that is a link, another user's, open to others, or
// that cannot be written or locked is ERPTOKEN_E_STORE, here and at the first call that needs a token. What fails
// later costs the sharing and no token: the process goes on with its memory, and the log says so.
// "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all machines with
// the same server and "store_key" share them. A build without the cargo feature redis returns ERPTOKEN_E_UNSUPPORTED.
// A server that refuses is ERPTOKEN_E_STORE here; while one is away, memory goes on.
// "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds them
// and is its owner's alone (read now: ERPTOKEN_E_OPTION if it cannot be, ERPTOKEN_E_STORE if others may); on Windows
// "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis server, a store without
// a key is ERPTOKEN_E_MISSING at the first call that needs a token.
// The first call that needs a token fixes both, until erptokena_shutdown: another value is ERPTOKEN_E_OPTION then.
// A child of a fork starts with everything that its parent has set.
// Threads: any.
function long erptokena_configure (string option, string value) library "erptoken.dll" alias for "erptokena_configure"

// Makes a report about an account and its way to the provider that a person can send to support. No secrets.
//   account: From erptokena_open; it need not be able to log in, nor have its options.
//   response: Receives a handle, to be read with the erptokena_response functions and closed with erptokena_close.
//     Left as it is when the call fails.
// Returns ERPTOKEN_OK, whatever the report says: what is broken is in it; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE;
//   ERPTOKEN_E_LIMIT (no memory for one more handle).
// The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it with
// erptokena_response_field(response, "/text", ...). The others are for a program: "library", "time", "provider",
// "environment", "account" (user, names of the options set, missing ones), "client_certificate" (where one is set:
// subject, issuer, from, until, key, kind), "token" (state, last error), "store", "proxy", "dns", "tcp", "tls" (with
// the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this one) and "advice" (a list of
// "code" and "text"; empty: nothing is wrong). A step that was not reached is not there.
// It looks the provider's host up, connects, looks at its certificates and asks for no page in particular.
// Credentials and tokens are not sent, the token is neither got nor changed. A client certificate that is set is
// shown to a server that asks for one and is trusted. A user name is shown.
// Threads: any; waits "timeout_ms" at most.
function long erptokena_diagnose (long account, ref long response) library "erptoken.dll" alias for "erptokena_diagnose"

// Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
//   path: The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
//   response: Receives a handle, to be read with the erptokena_response functions and closed with erptokena_close.
//     Left as it is when the call fails.
// Returns ERPTOKEN_OK for any file that can be read, valid or not; ERPTOKEN_E_ARGUMENT (NULL); ERPTOKEN_E_ENCODING;
//   ERPTOKEN_E_PROVIDER (unknown name, or a file that cannot be read: the text says why); ERPTOKEN_E_LIMIT (no memory
//   for one more handle).
// The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it with
// erptokena_response_field(response, "/text", ...). The others are for a program: "valid" (true or false), "name",
// "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with warnings
// alone is valid), "requests" (of a valid profile, in its usual and its test environment: "environment", "operation",
// "needs", "method", "url", "headers" and "body", with [name] in place of every value, such as [password], and [...]
// in place of what stands in the profile itself under the name of a secret; "api" is a call of the program's own) and
// "values" (what is computed, and of what). No value of an option is needed, or shown.
// Threads: any. Lifetime: of the response, until erptokena_close or erptokena_shutdown.
function long erptokena_check_profile (string path, ref long response) library "erptoken.dll" alias for "erptokena_check_profile"

// Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes
// every log callback after the last lines.
// Returns ERPTOKEN_OK, also when there was nothing to end.
// For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
// starts afresh. Calls that wait for a token on other threads return ERPTOKEN_E_HANDLE. Those that send something
// themselves (erptokena_request, the erptokena_app functions, erptokena_diagnose) end in their own time, and a
// response that one of them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at
// most: let it end before what it uses is freed. Nothing is revoked at the providers.
// Threads: any, but not from DllMain.
function long erptokena_shutdown () library "erptoken.dll" alias for "erptokena_shutdown"

// Returns the ABI's version of the loaded library: major * 1000 + number of additions.
// Returns The number itself, not a status. A program built against this header needs the same thousands and at least
//   ERPTOKEN_ABI_VERSION.
// Threads: any; also from the log callback.
function long erptokena_abi_version () library "erptoken.dll" alias for "erptokena_abi_version"

// Reads the library's version, such as "0.1.0".
//   buffer: Receives the text, NUL-terminated.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
// Threads: any; also from the log callback.
function long erptokena_version (ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_version"

// Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
//   status: What a function returned.
//   buffer: Receives the name, NUL-terminated.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (also for a number that is not a status).
// Threads: any; also from the log callback.
function long erptokena_status_name (long status, ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_status_name"

// Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure
// itself erptokena_error_retryable knows more.
//   status: What a function returned.
// Returns 1: try again, after erptokena_error_retry_after() seconds; 0: something must be changed first. Not a
//   status.
// Threads: any; also from the log callback.
function long erptokena_status_retryable (long status) library "erptoken.dll" alias for "erptokena_status_retryable"

// Says what happened and what to do about it, in one sentence or two. Contains no secret.
//   buffer: Receives the text in ANSI, NUL-terminated; empty if no call of this thread failed yet. 1201 bytes hold
//     every text. In the language that erptokena_configure had set when the call failed.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
// Threads: about the calling thread only. A call that succeeds changes nothing here.
function long erptokena_error_text (ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_error_text"

// Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
// guard.
//   buffer: Receives the code, NUL-terminated; empty if the provider gave none.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
// Threads: about the calling thread only.
function long erptokena_error_server_code (ref string buffer, ref long length) library "erptoken.dll" alias for "erptokena_error_server_code"

// Reads the HTTP status of the failure.
// Returns The status, or 0 if no answer came. Not an ERPTOKEN status.
// Threads: about the calling thread only.
function long erptokena_error_http_status () library "erptoken.dll" alias for "erptokena_error_http_status"

// Says after how many seconds it makes sense to call again.
// Returns Seconds; 0: at once, if erptokena_error_retryable() says that it makes sense at all. Not an ERPTOKEN
//   status.
// Threads: about the calling thread only.
function long erptokena_error_retry_after () library "erptoken.dll" alias for "erptokena_error_retry_after"

// Says whether the call that failed may be made again with nothing changed. It knows more than
// erptokena_status_retryable: never so for a request that may have been carried out, such as a POST of
// erptokena_request whose answer did not come. Look first whether it was.
// Returns 1: try again, after erptokena_error_retry_after() seconds; 0: something must be changed or looked at first,
//   or no call of this thread failed yet. Not an ERPTOKEN status.
// Threads: about the calling thread only.
function long erptokena_error_retryable () library "erptoken.dll" alias for "erptokena_error_retryable"
end prototypes

type variables
// The ABI's version: major * 1000 + number of additions. Compare with erptokena_abi_version().
constant long ERPTOKEN_ABI_VERSION = 1001

// Capacity that holds every id of an application token, its NUL included.
constant long ERPTOKEN_ID_SIZE = 65

// It worked.
constant long ERPTOKEN_OK = 0

// An argument is NULL, negative or malformed. Not worth repeating.
constant long ERPTOKEN_E_ARGUMENT = -1001

// The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
constant long ERPTOKEN_E_HANDLE = -1002

// The buffer is too small: *length says what is needed, call again. The last error is left as it is.
constant long ERPTOKEN_E_BUFFER = -1003

// A text is not ANSI. Not worth repeating.
constant long ERPTOKEN_E_ENCODING = -1004

// Called from inside the log callback. Not worth repeating.
constant long ERPTOKEN_E_REENTRANT = -1005

// Too many open handles, or an answer above max_response_bytes. Not worth repeating.
constant long ERPTOKEN_E_LIMIT = -1006

// Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
constant long ERPTOKEN_E_PROVIDER = -2001

// Unknown option or field, or a bad value. Not worth repeating.
constant long ERPTOKEN_E_OPTION = -2002

// A required option is not set: the text names it. Not worth repeating.
constant long ERPTOKEN_E_MISSING = -2003

// This provider, or this build, has no such operation. Not worth repeating.
constant long ERPTOKEN_E_UNSUPPORTED = -2004

// Plain http without allow_http, or a host the token may not go to. Not worth repeating.
constant long ERPTOKEN_E_INSECURE = -2005

// The store that the program named cannot be used. Not worth repeating.
constant long ERPTOKEN_E_STORE = -2006

// Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
constant long ERPTOKEN_E_NETWORK = -3001

// The caller's time ran out. Worth repeating.
constant long ERPTOKEN_E_TIMEOUT = -3002

// TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
constant long ERPTOKEN_E_TLS = -3003

// The proxy refused, or wants a login (407). Not worth repeating.
constant long ERPTOKEN_E_PROXY = -3004

// User, password or key refused. Not worth repeating.
constant long ERPTOKEN_E_CREDENTIALS = -4001

// A second factor is wanted: set mfa_code and ask again. Not worth repeating.
constant long ERPTOKEN_E_MFA = -4002

// The provider wants the password changed first. Not worth repeating.
constant long ERPTOKEN_E_PASSWORD_CHANGE = -4003

// The account may not do this. Not worth repeating.
constant long ERPTOKEN_E_FORBIDDEN = -4004

// No such application token, header or field. Not worth repeating.
constant long ERPTOKEN_E_NOT_FOUND = -4005

// The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
constant long ERPTOKEN_E_RATE_LIMITED = -4006

// The provider failed (5xx). Worth repeating.
constant long ERPTOKEN_E_SERVER = -4007

// The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
constant long ERPTOKEN_E_RESPONSE = -4008

// From erptokena_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
// repeating.
constant long ERPTOKEN_E_REFUSED_AGAIN = -4009

// A bug in this library, caught. Not worth repeating.
constant long ERPTOKEN_E_INTERNAL = -9001

private:
long il_account
end variables

forward prototypes
public subroutine of_open (string as_provider) throws n_erptoken_error
public subroutine of_close ()
public subroutine of_set (string as_option, string as_value) throws n_erptoken_error
public function string of_get () throws n_erptoken_error
public function string of_authorization () throws n_erptoken_error
public subroutine of_renew () throws n_erptoken_error
public function boolean of_reject (string as_token) throws n_erptoken_error
public subroutine of_logout () throws n_erptoken_error
public function string of_info (string as_field) throws n_erptoken_error
public function long of_info_int (string as_field) throws n_erptoken_error
public function long of_request (string as_method, string as_url, string as_headers, string as_body) throws n_erptoken_error
public function long of_request_bytes (string as_method, string as_url, string as_headers, blob ablb_body) throws n_erptoken_error
public function boolean of_app_allowed () throws n_erptoken_error
public function string of_app_create (string as_expires) throws n_erptoken_error
public function string of_app_get (string as_id) throws n_erptoken_error
public function long of_app_list () throws n_erptoken_error
public subroutine of_app_revoke (string as_id) throws n_erptoken_error
public function long of_diagnose () throws n_erptoken_error
public function long of_check_profile (string as_path) throws n_erptoken_error
public function long of_response_status (long al_response) throws n_erptoken_error
public function string of_response_header (long al_response, string as_name) throws n_erptoken_error
public function string of_response_text (long al_response) throws n_erptoken_error
public function string of_response_field (long al_response, string as_path) throws n_erptoken_error
public function blob of_response_bytes (long al_response) throws n_erptoken_error
public subroutine of_response_close (long al_response)
public subroutine of_configure (string as_option, string as_value) throws n_erptoken_error
public subroutine of_shutdown () throws n_erptoken_error
public function string of_version () throws n_erptoken_error
public subroutine of_check (long al_status) throws n_erptoken_error
private function long of_read (string as_what, long al_handle, string as_argument, ref string as_text)
end prototypes

public subroutine of_open (string as_provider) throws n_erptoken_error;
// An account: "senior", "invoisys", "assine", or the absolute path of a profile.
long ll_account
n_erptoken_error lnv_error
if Int(erptokena_abi_version() / 1000) <> Int(ERPTOKEN_ABI_VERSION / 1000) then
	lnv_error = create n_erptoken_error
	lnv_error.SetMessage("erptoken.dll has another interface than this program was made for")
	throw lnv_error
end if
of_close()
of_check(erptokena_open(as_provider, ll_account))
il_account = ll_account
end subroutine

public subroutine of_close ();
erptokena_close(il_account)
il_account = 0
end subroutine

public subroutine of_set (string as_option, string as_value) throws n_erptoken_error;
// "" is the default.
of_check(erptokena_set(il_account, as_option, as_value))
end subroutine

public function string of_get () throws n_erptoken_error;
string ls_text
of_check(of_read("get", il_account, "", ls_text))
return ls_text
end function

public function string of_authorization () throws n_erptoken_error;
// The header's value, "Bearer ...", ready to be sent.
string ls_text
of_check(of_read("authorization", il_account, "", ls_text))
return ls_text
end function

public subroutine of_renew () throws n_erptoken_error;
of_check(erptokena_renew(il_account))
end subroutine

public function boolean of_reject (string as_token) throws n_erptoken_error;
// An API answered 401 to this token. false: it replaced a refused one a moment ago and is kept; the cause is a permission.
long ll_status
ll_status = erptokena_reject(il_account, as_token)
if ll_status = ERPTOKEN_E_REFUSED_AGAIN then return false
of_check(ll_status)
return true
end function

public subroutine of_logout () throws n_erptoken_error;
of_check(erptokena_logout(il_account))
end subroutine

public function string of_info (string as_field) throws n_erptoken_error;
string ls_text
of_check(of_read("info", il_account, as_field, ls_text))
return ls_text
end function

public function long of_info_int (string as_field) throws n_erptoken_error;
long ll_value
of_check(erptokena_info_int(il_account, as_field, ll_value))
return ll_value
end function

public function long of_request (string as_method, string as_url, string as_headers, string as_body) throws n_erptoken_error;
// Sends a request with the token on it, renewed and repeated once on 401. as_headers: lines of "Name: value". as_body is sent
// as UTF-8, as JSON unless a header says otherwise. A response, to be closed with of_response_close.
long ll_response, ll_length
if Len(as_body) > 0 then ll_length = -1
of_check(erptokena_request(il_account, as_method, as_url, as_headers, as_body, ll_length, ll_response))
return ll_response
end function

public function long of_request_bytes (string as_method, string as_url, string as_headers, blob ablb_body) throws n_erptoken_error;
// The same with bytes: a file, an XML in a character set of its own.
long ll_response, ll_length
ll_length = Len(ablb_body)
of_check(erptokena_request_bytes(il_account, as_method, as_url, as_headers, ablb_body, ll_length, ll_response))
return ll_response
end function

public function boolean of_app_allowed () throws n_erptoken_error;
long ll_allowed
of_check(erptokena_app_check(il_account, ll_allowed))
return ll_allowed <> 0
end function

public function string of_app_create (string as_expires) throws n_erptoken_error;
// Creates an application token: its id. as_expires: days ("365"), or an instant with its zone. Once, with room for every id: a
// creation is never repeated blindly.
string ls_id
long ll_length
ll_length = ERPTOKEN_ID_SIZE
ls_id = Space(ll_length)
of_check(erptokena_app_create(il_account, as_expires, ls_id, ll_length))
return ls_id
end function

public function string of_app_get (string as_id) throws n_erptoken_error;
string ls_text
of_check(of_read("app_get", il_account, as_id, ls_text))
return ls_text
end function

public function long of_app_list () throws n_erptoken_error;
// A response, with of_response_field(ll_response, "/count"), to be closed with of_response_close.
long ll_response
of_check(erptokena_app_list(il_account, ll_response))
return ll_response
end function

public subroutine of_app_revoke (string as_id) throws n_erptoken_error;
of_check(erptokena_app_revoke(il_account, as_id))
end subroutine

public function long of_diagnose () throws n_erptoken_error;
// A report for support, without secrets: a response, with all of it in of_response_field(ll_response, "/text").
long ll_response
of_check(erptokena_diagnose(il_account, ll_response))
return ll_response
end function

public function long of_check_profile (string as_path) throws n_erptoken_error;
// What is wrong with a profile, and what it would send: a response, as that of of_diagnose.
long ll_response
of_check(erptokena_check_profile(as_path, ll_response))
return ll_response
end function

public function long of_response_status (long al_response) throws n_erptoken_error;
long ll_status
of_check(erptokena_response_status(al_response, ll_status))
return ll_status
end function

public function string of_response_header (long al_response, string as_name) throws n_erptoken_error;
string ls_text
of_check(of_read("header", al_response, as_name, ls_text))
return ls_text
end function

public function string of_response_text (long al_response) throws n_erptoken_error;
string ls_text
of_check(of_read("text", al_response, "", ls_text))
return ls_text
end function

public function string of_response_field (long al_response, string as_path) throws n_erptoken_error;
// A value of a JSON body: "/items/0/id".
string ls_text
of_check(of_read("field", al_response, as_path, ls_text))
return ls_text
end function

public function blob of_response_bytes (long al_response) throws n_erptoken_error;
// The body as it came.
blob lblb_body
long ll_length, ll_status
lblb_body = Blob(Space(2))
ll_status = erptokena_response_bytes(al_response, lblb_body, ll_length)
if ll_status = ERPTOKEN_E_BUFFER then
	// One byte or two for each blank: enough.
	lblb_body = Blob(Space(ll_length))
	ll_status = erptokena_response_bytes(al_response, lblb_body, ll_length)
end if
of_check(ll_status)
return BlobMid(lblb_body, 1, ll_length)
end function

public subroutine of_response_close (long al_response);
erptokena_close(al_response)
end subroutine

public subroutine of_configure (string as_option, string as_value) throws n_erptoken_error;
// Sets an option of the process, or the default of an account option.
of_check(erptokena_configure(as_option, as_value))
end subroutine

public subroutine of_shutdown () throws n_erptoken_error;
// Closes every handle and wipes every token: for the program, before it ends.
of_check(erptokena_shutdown())
il_account = 0
end subroutine

public function string of_version () throws n_erptoken_error;
string ls_text
of_check(of_read("version", 0, "", ls_text))
return ls_text
end function

public subroutine of_check (long al_status) throws n_erptoken_error;
// Throws unless the status is ERPTOKEN_OK. It stands around the call, so nothing comes between the two.
n_erptoken_error lnv_error
string ls_text
if al_status = ERPTOKEN_OK then return
lnv_error = create n_erptoken_error
lnv_error.il_status = al_status
if of_read("error_text", 0, "", ls_text) = ERPTOKEN_OK then lnv_error.SetMessage(ls_text)
if of_read("error_server_code", 0, "", ls_text) = ERPTOKEN_OK then lnv_error.is_server_code = ls_text
lnv_error.il_http_status = erptokena_error_http_status()
lnv_error.il_retry_after = erptokena_error_retry_after()
lnv_error.ib_retryable = (erptokena_error_retryable() <> 0)
if of_read("status_name", al_status, "", ls_text) = ERPTOKEN_OK then lnv_error.is_status_name = ls_text
throw lnv_error
end subroutine

private function long of_read (string as_what, long al_handle, string as_argument, ref string as_text);
// Reads a text of whatever length; the status.
long ll_length, ll_status
ll_length = 1500 // Holds nearly every token, and every error text.
ll_status = ERPTOKEN_E_BUFFER
do while ll_status = ERPTOKEN_E_BUFFER
	as_text = Space(ll_length)
	choose case as_what
	case "get"
		ll_status = erptokena_get(al_handle, as_text, ll_length)
	case "authorization"
		ll_status = erptokena_authorization(al_handle, as_text, ll_length)
	case "info"
		ll_status = erptokena_info(al_handle, as_argument, as_text, ll_length)
	case "app_get"
		ll_status = erptokena_app_get(al_handle, as_argument, as_text, ll_length)
	case "header"
		ll_status = erptokena_response_header(al_handle, as_argument, as_text, ll_length)
	case "text"
		ll_status = erptokena_response_text(al_handle, as_text, ll_length)
	case "field"
		ll_status = erptokena_response_field(al_handle, as_argument, as_text, ll_length)
	case "status_name"
		ll_status = erptokena_status_name(al_handle, as_text, ll_length)
	case "error_text"
		ll_status = erptokena_error_text(as_text, ll_length)
	case "error_server_code"
		ll_status = erptokena_error_server_code(as_text, ll_length)
	case else
		ll_status = erptokena_version(as_text, ll_length)
	end choose
loop
return ll_status
end function

on n_erptokena.create
call super::create
TriggerEvent(this, "constructor")
end on

on n_erptokena.destroy
TriggerEvent(this, "destructor")
call super::destroy
end on

event destructor;
of_close()
end event
