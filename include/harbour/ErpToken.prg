// erptoken 0.1.0 for Harbour 3.2 and newer: declarations generated from the library's source, and below them classes that
// raise errors. Add this file and ErpToken.ch to the program: hbmk2 program.prg ErpToken.prg
//
//    LOCAL oAccount := TErpAccount():New( "senior" )
//
//    oAccount:Set( "username", "admin@empresa.com.br" )
//    oAccount:Set( "password", "senhaUsuario" )
//    cHeader := "Authorization: " + oAccount:Authorization()
//    oAccount:Close()
//
// The library is taken from where ErpTokenLibrary( cFile ) says, else from beside the program, else from the system's search
// path; erptoken.dll must be of the program's own kind (32 or 64 bits). Ask for the token before every request instead of
// keeping it. Any thread may use any object. The last error belongs to a thread: each method is one step on one thread.
//
// Texts are 8-bit: on Windows in the code page of the system (1252 in Brazil), elsewhere in Windows-1252. A program with
// another code page translates them (hb_Translate), or its accents are other letters.
//
// An error is the usual object: BEGIN SEQUENCE WITH { | oError | Break( oError ) } ... RECOVER USING oError. Its subSystem is
// "ERPTOKEN", its subCode one of ERPTOKEN_E_*, its description says what to do, and its cargo has the members "server_code",
// "http_status" (0: no answer came), "retry_after" (seconds) and "retryable" (the same call may succeed later with nothing
// changed, and can do no harm).
//
// Every number is typed: without types an error would arrive as 4294966294 on 64 bits and pass for a success. There is no
// method for the log's callback, which hb_DynCall cannot give: ErpConfigure( "log_file", ... ) has the log.
//
// Run by hand on Harbour 3.2.1dev (commit 6df4c08 of 2026-07-07, built with gcc 12), Linux x86-64: the whole of
// tests/languages/calls.prg, with threads (hbmk2 -mt -gtstd -w3 -es2). The project's tests run it again wherever hbmk2 is
// installed, and compare the declarations with the header where it is not. Not run: Windows, 32 bits. xHarbour has no
// hb_DynCall: this file is not for it.

#include "error.ch"
#include "hbclass.ch"
#include "hbdyn.ch"
#include "ErpToken.ch"

// The functions of the library are stdcall in 32-bit Windows; on 64 bits there is one kind, and the mark means nothing.
#ifdef __PLATFORM__WINDOWS
   #define STATUS hb_bitOr( HB_DYN_CALLCONV_STDCALL, HB_DYN_CTYPE_INT )
#else
   #define STATUS hb_bitOr( HB_DYN_CALLCONV_CDECL, HB_DYN_CTYPE_INT )
#endif
#define NUMBER HB_DYN_CTYPE_INT
#define TEXT   HB_DYN_CTYPE_CHAR_PTR

STATIC s_cFile
STATIC s_pLibrary

// The functions of the library, as they are. Numbers and buffers that come back are given by @; a buffer is a string of its
// capacity: cText := Space( 1500 ), nLength := 1500, erptokena_get( nAccount, @cText, @nLength ). NIL for a text is "".

// ---- Accounts ----

// Opens an account at a provider. Sends nothing.
//   provider: "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A profile decides
//     where passwords go: treat the file as code.
//   account: Receives the handle, greater than 0. Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (NIL); ERPTOKEN_E_ENCODING; ERPTOKEN_E_PROVIDER (unknown name, or a
//   profile that cannot be read or is not valid: the text says where); ERPTOKEN_E_LIMIT (no memory for one more
//   handle; 2,096,128 can be open).
// Threads: any. Lifetime: until erptokena_close or erptokena_shutdown; closing early costs nothing, because tokens
// are cached for the whole process and not in the handle. In the child of a fork the parent's handles are
// ERPTOKEN_E_HANDLE: open accounts after forking.
FUNCTION erptokena_open( provider, account )
   RETURN hb_DynCall( { "erptokena_open", Library(), STATUS, TEXT, NUMBER }, provider, @account )

// Sets one option of an account. Sends nothing; the next call works with the new value.
//   account: From erptokena_open.
//   option: Name of the option, such as "username" (README.md has the table).
//   value: The value as text, copied before the call returns. NIL or "": back to the default.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (option is NIL); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION
//   (unknown option, or a value that is not usable: the text says what it must be); ERPTOKEN_E_UNSUPPORTED ("token" =
//   "application" at a provider that has no application tokens).
// Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle, so
// that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
// "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order.
// The files are read when they are set. The call that makes them contradict each other (a wrong password, a key of
// another certificate) answers ERPTOKEN_E_OPTION and sets its value all the same, and so does every call that needs
// the certificate, without sending anything, until one of them is set to what fits.
// Threads: any; calls of other threads that run at this moment finish with the old value.
FUNCTION erptokena_set( account, option, value )
   RETURN hb_DynCall( { "erptokena_set", Library(), STATUS, NUMBER, TEXT, TEXT }, account, option, value )

// Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
//   handle: The handle; 0 is nothing and OK.
// Returns ERPTOKEN_OK; ERPTOKEN_E_HANDLE (closed already, never opened, or of the parent process).
// Threads: any. A call that uses the handle at this moment on another thread finishes or returns ERPTOKEN_E_HANDLE.
// Nothing is revoked at the provider: erptokena_logout does that.
FUNCTION erptokena_close( handle )
   RETURN hb_DynCall( { "erptokena_close", Library(), STATUS, NUMBER }, handle )

// ---- Tokens ----

// Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
//   account: From erptokena_open, with the options that the provider's login needs.
//   buffer: Receives the token, NUL-terminated. May be NIL with a length of 0, to ask for the size.
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
FUNCTION erptokena_get( account, buffer, length )
   RETURN hb_DynCall( { "erptokena_get", Library(), STATUS, NUMBER, TEXT, NUMBER }, account, @buffer, @length )

// Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
//   account: As for erptokena_get.
//   buffer: Receives the value, NUL-terminated.
//   length: As for erptokena_get.
// Returns As erptokena_get.
// The header's name is the field "header_name" of erptokena_info: "Authorization" for the built-in providers. Do not
// let the HTTP component encode the value again: "Bearer%20..." is refused.
// Threads: any.
FUNCTION erptokena_authorization( account, buffer, length )
   RETURN hb_DynCall( { "erptokena_authorization", Library(), STATUS, NUMBER, TEXT, NUMBER }, account, @buffer, @length )

// Gets a newer token now, whatever is left of the current one.
//   account: As for erptokena_get.
// Returns ERPTOKEN_OK, also when nothing was sent because the identity's last request is less than 10 s old, or the
//   profile's credentials are a fixed key; else as erptokena_get. While a failure is remembered the call returns it
//   and sends nothing.
// Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
FUNCTION erptokena_renew( account )
   RETURN hb_DynCall( { "erptokena_renew", Library(), STATUS, NUMBER }, account )

// Reports that an API refused a token (401): the next erptokena_get brings another one. Sends nothing.
//   account: The account that gave the token.
//   token: The token that was refused, from erptokena_get or erptokena_authorization. If it is no longer the current
//     one, a newer one exists already and nothing is dropped: a late report costs nothing.
// Returns ERPTOKEN_OK; ERPTOKEN_E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is
//   a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that API);
//   ERPTOKEN_E_ARGUMENT (NIL or empty); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING;
//   ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED.
// Another process may have got the token: one that has none looks into the "store" first.
// Threads: any; a thousand threads that report the same token cause one renewal.
FUNCTION erptokena_reject( account, token )
   RETURN hb_DynCall( { "erptokena_reject", Library(), STATUS, NUMBER, TEXT }, account, token )

// Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
//   account: As for erptokena_get.
// Returns ERPTOKEN_OK, also where the provider has no such operation, the token is dead already or there is none;
//   ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING; ERPTOKEN_E_STORE (revoked, but what the store has of it could not be
//   removed: call again); else what kept the provider from revoking it, as erptokena_get.
// Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
// too. Closing the account is enough in most cases.
// Threads: any; waits "timeout_ms" at most.
FUNCTION erptokena_logout( account )
   RETURN hb_DynCall( { "erptokena_logout", Library(), STATUS, NUMBER }, account )

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
FUNCTION erptokena_info( account, field, buffer, length )
   RETURN hb_DynCall( { "erptokena_info", Library(), STATUS, NUMBER, TEXT, TEXT, NUMBER }, account, field, @buffer, @length )

// Reads one field of the account as a number. Sends nothing.
//   account: From erptokena_open.
//   field: "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never ends;
//     counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures", which stop at
//     2147483647.
//   value: Receives the number, 0 or more. Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION (unknown field,
//   or one that is a text).
// Threads: any.
FUNCTION erptokena_info_int( account, field, value )
   RETURN hb_DynCall( { "erptokena_info_int", Library(), STATUS, NUMBER, TEXT, NUMBER }, account, field, @value )

// ---- Application tokens ----

// Says whether this account may create application tokens (assine.online: a business account, "PJ").
//   account: From erptokena_open. The session token is used, whatever the option "token" says.
//   allowed: Receives 1 (may) or 0 (may not). Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED (the provider has no application tokens); ERPTOKEN_E_ARGUMENT;
//   ERPTOKEN_E_HANDLE; ERPTOKEN_E_FORBIDDEN (a new session token is refused too); else as erptokena_get.
// Threads: any; waits "timeout_ms" at most.
FUNCTION erptokena_app_check( account, allowed )
   RETURN hb_DynCall( { "erptokena_app_check", Library(), STATUS, NUMBER, NUMBER }, account, @allowed )

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
FUNCTION erptokena_app_create( account, expires, id, length )
   RETURN hb_DynCall( { "erptokena_app_create", Library(), STATUS, NUMBER, TEXT, TEXT, NUMBER }, account, expires, @id, @length )

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
FUNCTION erptokena_app_get( account, id, buffer, length )
   RETURN hb_DynCall( { "erptokena_app_get", Library(), STATUS, NUMBER, TEXT, TEXT, NUMBER }, account, id, @buffer, @length )

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
FUNCTION erptokena_app_list( account, response )
   RETURN hb_DynCall( { "erptokena_app_list", Library(), STATUS, NUMBER, NUMBER }, account, @response )

// Revokes an application token at the provider and forgets it.
//   account: From erptokena_open. The session token is used, whatever the option "token" says.
//   id: The id, from erptokena_app_create or erptokena_app_list.
// Returns ERPTOKEN_OK; ERPTOKEN_E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here
//   too); ERPTOKEN_E_ARGUMENT (an id that cannot be one: nothing was sent); ERPTOKEN_E_STORE (revoked, but the store
//   could not be changed); ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else
//   as erptokena_get.
// Threads: any; waits "timeout_ms" at most.
FUNCTION erptokena_app_revoke( account, id )
   RETURN hb_DynCall( { "erptokena_app_revoke", Library(), STATUS, NUMBER, TEXT }, account, id )

// ---- Requests with the token on them ----

// Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
//   account: From erptokena_open, with the options that the provider's login needs.
//   method: "GET", "POST" and so on.
//   url: Absolute, or beginning with "/" and then appended to the environment's API address. What is not visible
//     ASCII in it must be percent-encoded.
//   headers: "Name: value" lines, or NIL. Authorization, Host, Content-Length, Transfer-Encoding and others that say
//     where a message ends are set by the library.
//   body: The body, or NIL. It is not copied: leave it alone until the call returns.
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
FUNCTION erptokena_request( account, method, url, headers, body, body_length, response )
   RETURN hb_DynCall( { "erptokena_request", Library(), STATUS, NUMBER, TEXT, TEXT, TEXT, TEXT, NUMBER, NUMBER }, account, method, url, headers, body, body_length, @response )

// Reads the HTTP status of a response.
//   response: From erptokena_request, erptokena_app_list, erptokena_diagnose or erptokena_check_profile.
//   http_status: Receives the status, 100 to 999. Left as it is when the call fails.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
// Threads: any.
FUNCTION erptokena_response_status( response, http_status )
   RETURN hb_DynCall( { "erptokena_response_status", Library(), STATUS, NUMBER, NUMBER }, response, @http_status )

// Reads a header of a response.
//   response: As for erptokena_response_status.
//   name: The header's name, in any case.
//   buffer: Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
//   ERPTOKEN_E_NOT_FOUND (no such header).
// Threads: any.
FUNCTION erptokena_response_header( response, name, buffer, length )
   RETURN hb_DynCall( { "erptokena_response_header", Library(), STATUS, NUMBER, TEXT, TEXT, NUMBER }, response, name, @buffer, @length )

// Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
//   response: As for erptokena_response_status.
//   buffer: Receives the text, NUL-terminated, whatever the character set of the server.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_RESPONSE (another
//   character set: read the bytes).
// A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark at
// the beginning is left out. A NUL inside the text counts in the length.
// Threads: any.
FUNCTION erptokena_response_text( response, buffer, length )
   RETURN hb_DynCall( { "erptokena_response_text", Library(), STATUS, NUMBER, TEXT, NUMBER }, response, @buffer, @length )

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
FUNCTION erptokena_response_field( response, path, buffer, length )
   RETURN hb_DynCall( { "erptokena_response_field", Library(), STATUS, NUMBER, TEXT, TEXT, NUMBER }, response, path, @buffer, @length )

// Reads the body of a response as bytes, with no NUL behind them.
//   response: As for erptokena_response_status.
//   buffer: Receives the bytes; nothing is written when it is too small. May be NIL with a length of 0.
//   length: In: capacity in bytes. Out: on ERPTOKEN_OK the body's bytes, on ERPTOKEN_E_BUFFER the capacity needed,
//     which is the same number; else left as it is.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
// Threads: any.
FUNCTION erptokena_response_bytes( response, buffer, length )
   RETURN hb_DynCall( { "erptokena_response_bytes", Library(), STATUS, NUMBER, TEXT, NUMBER }, response, @buffer, @length )

// ---- The whole process ----

// Sets an option of the process, or the default of an account option for accounts opened later.
//   option: "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
//     ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
//     "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
//     "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key"
//     (see below), or an account option that is not a credential, such as "timeout_ms".
//   value: The value as text. NIL or "": back to the default.
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
FUNCTION erptokena_configure( option, value )
   RETURN hb_DynCall( { "erptokena_configure", Library(), STATUS, TEXT, TEXT }, option, value )

// Adds a log callback, changes its level, or removes it.
//   callback: Called with one line at a time.
//   user_data: Given back to the callback; with it, it is what tells callbacks apart.
//   level: 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when this call
//     returns ERPTOKEN_OK it does not run and will not run again; OK too if it was not there.
// Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (NIL, or no level); ERPTOKEN_E_LIMIT (16 callbacks are there);
//   ERPTOKEN_E_TIMEOUT (level 0: it is removed, but still runs on another thread after 30 s).
// Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells how
// many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
// erptokena_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines that
// waited there.
// Threads: any. Do not remove a callback while holding a lock that it takes.
FUNCTION erptokena_log( callback, user_data, level )
   RETURN hb_DynCall( { "erptokena_log", Library(), STATUS, HB_DYN_CTYPE_VOID_PTR, HB_DYN_CTYPE_VOID_PTR, NUMBER }, callback, user_data, level )

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
FUNCTION erptokena_diagnose( account, response )
   RETURN hb_DynCall( { "erptokena_diagnose", Library(), STATUS, NUMBER, NUMBER }, account, @response )

// Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
//   path: The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
//   response: Receives a handle, to be read with the erptokena_response functions and closed with erptokena_close.
//     Left as it is when the call fails.
// Returns ERPTOKEN_OK for any file that can be read, valid or not; ERPTOKEN_E_ARGUMENT (NIL); ERPTOKEN_E_ENCODING;
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
FUNCTION erptokena_check_profile( path, response )
   RETURN hb_DynCall( { "erptokena_check_profile", Library(), STATUS, TEXT, NUMBER }, path, @response )

// Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes
// every log callback after the last lines.
// Returns ERPTOKEN_OK, also when there was nothing to end.
// For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
// starts afresh. Calls that wait for a token on other threads return ERPTOKEN_E_HANDLE. Those that send something
// themselves (erptokena_request, the erptokena_app functions, erptokena_diagnose) end in their own time, and a
// response that one of them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at
// most: let it end before what it uses is freed. Nothing is revoked at the providers.
// Threads: any, but not from DllMain.
FUNCTION erptokena_shutdown()
   RETURN hb_DynCall( { "erptokena_shutdown", Library(), STATUS } )

// ---- Functions without state ----

// Returns the ABI's version of the loaded library: major * 1000 + number of additions.
// Returns The number itself, not a status. A program built against this header needs the same thousands and at least
//   ERPTOKEN_ABI_VERSION.
// Threads: any; also from the log callback.
FUNCTION erptokena_abi_version()
   RETURN hb_DynCall( { "erptokena_abi_version", Library(), STATUS } )

// Reads the library's version, such as "0.1.0".
//   buffer: Receives the text, NUL-terminated.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
// Threads: any; also from the log callback.
FUNCTION erptokena_version( buffer, length )
   RETURN hb_DynCall( { "erptokena_version", Library(), STATUS, TEXT, NUMBER }, @buffer, @length )

// Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
//   status: What a function returned.
//   buffer: Receives the name, NUL-terminated.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (also for a number that is not a status).
// Threads: any; also from the log callback.
FUNCTION erptokena_status_name( status, buffer, length )
   RETURN hb_DynCall( { "erptokena_status_name", Library(), STATUS, NUMBER, TEXT, NUMBER }, status, @buffer, @length )

// Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure
// itself erptokena_error_retryable knows more.
//   status: What a function returned.
// Returns 1: try again, after erptokena_error_retry_after() seconds; 0: something must be changed first. Not a
//   status.
// Threads: any; also from the log callback.
FUNCTION erptokena_status_retryable( status )
   RETURN hb_DynCall( { "erptokena_status_retryable", Library(), STATUS, NUMBER }, status )

// ---- Why the last failing call of this thread failed ----

// Says what happened and what to do about it, in one sentence or two. Contains no secret.
//   buffer: Receives the text in ANSI, NUL-terminated; empty if no call of this thread failed yet. 1201 bytes hold
//     every text. In the language that erptokena_configure had set when the call failed.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
// Threads: about the calling thread only. A call that succeeds changes nothing here.
FUNCTION erptokena_error_text( buffer, length )
   RETURN hb_DynCall( { "erptokena_error_text", Library(), STATUS, TEXT, NUMBER }, @buffer, @length )

// Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
// guard.
//   buffer: Receives the code, NUL-terminated; empty if the provider gave none.
//   length: As for erptokena_get.
// Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
// Threads: about the calling thread only.
FUNCTION erptokena_error_server_code( buffer, length )
   RETURN hb_DynCall( { "erptokena_error_server_code", Library(), STATUS, TEXT, NUMBER }, @buffer, @length )

// Reads the HTTP status of the failure.
// Returns The status, or 0 if no answer came. Not an ERPTOKEN status.
// Threads: about the calling thread only.
FUNCTION erptokena_error_http_status()
   RETURN hb_DynCall( { "erptokena_error_http_status", Library(), STATUS } )

// Says after how many seconds it makes sense to call again.
// Returns Seconds; 0: at once, if erptokena_error_retryable() says that it makes sense at all. Not an ERPTOKEN
//   status.
// Threads: about the calling thread only.
FUNCTION erptokena_error_retry_after()
   RETURN hb_DynCall( { "erptokena_error_retry_after", Library(), STATUS } )

// Says whether the call that failed may be made again with nothing changed. It knows more than
// erptokena_status_retryable: never so for a request that may have been carried out, such as a POST of
// erptokena_request whose answer did not come. Look first whether it was.
// Returns 1: try again, after erptokena_error_retry_after() seconds; 0: something must be changed or looked at first,
//   or no call of this thread failed yet. Not an ERPTOKEN status.
// Threads: about the calling thread only.
FUNCTION erptokena_error_retryable()
   RETURN hb_DynCall( { "erptokena_error_retryable", Library(), STATUS } )

// ---- What raises ----

// Names the library's file. Before the first call of anything else; without it the library is looked for.
FUNCTION ErpTokenLibrary( cFile )

   IF s_pLibrary != NIL
      Raise( ERPTOKEN_E_ARGUMENT, "erptoken is loaded already" )
   ENDIF
   s_cFile := cFile

   RETURN NIL

STATIC FUNCTION Library()

   LOCAL aNames, cName, pLibrary := s_pLibrary

   IF pLibrary == NIL
#ifdef __PLATFORM__WINDOWS
      aNames := { hb_DirBase() + "erptoken.dll", "erptoken.dll" }
#else
      aNames := { hb_DirBase() + "liberptoken.so.1", hb_DirBase() + "liberptoken.so", "liberptoken.so.1", "liberptoken.so" }
#endif
      FOR EACH cName IN iif( s_cFile == NIL, aNames, { s_cFile } )
         IF ( pLibrary := hb_libLoad( cName ) ) != NIL
            s_pLibrary := pLibrary
            RETURN pLibrary
         ENDIF
      NEXT
      Raise( ERPTOKEN_E_INTERNAL, "erptoken cannot be loaded: " + hb_libError() )
   ENDIF

   RETURN pLibrary

STATIC PROCEDURE Raise( nStatus, cText, hCargo )

   LOCAL oError := ErrorNew()

   oError:severity := ES_ERROR
   oError:subSystem := "ERPTOKEN"
   oError:subCode := nStatus
   oError:description := cText
   oError:operation := ProcName( 2 )
   oError:cargo := hCargo
   Eval( ErrorBlock(), oError )
   Break( oError ) // Whatever the program's block answers: there is no value to go on with.

// The error is this thread's until its next failing call. None of these calls touches it.
STATIC PROCEDURE Check( nStatus )

   LOCAL cText, cCode

   IF nStatus != ERPTOKEN_OK
      Read( {| cBuffer, nLength | erptokena_error_text( @cBuffer, @nLength ) }, @cText )
      Read( {| cBuffer, nLength | erptokena_error_server_code( @cBuffer, @nLength ) }, @cCode )
      Raise( nStatus, cText, { "server_code" => cCode, "http_status" => erptokena_error_http_status(), ;
         "retry_after" => erptokena_error_retry_after(), "retryable" => erptokena_error_retryable() != 0 } )
   ENDIF

   RETURN

// What a function writes into a buffer, as long as it asks for a larger one.
STATIC FUNCTION Read( bCall, cText )

   LOCAL nStatus := ERPTOKEN_E_BUFFER, cBuffer
   LOCAL nLength := 1500 // Holds nearly every token, and every error text.

   DO WHILE nStatus == ERPTOKEN_E_BUFFER
      cBuffer := Space( nLength )
      nStatus := Eval( bCall, @cBuffer, @nLength )
   ENDDO
   cText := iif( nStatus == ERPTOKEN_OK, Left( cBuffer, nLength ), "" )

   RETURN nStatus

STATIC FUNCTION TextOf( bCall )

   LOCAL cText

   Check( Read( bCall, @cText ) )

   RETURN cText

STATIC FUNCTION NumberOf( bCall )

   LOCAL nValue := 0

   Check( Eval( bCall, @nValue ) )

   RETURN nValue

// What is not there is NIL.
STATIC FUNCTION Find( bCall )

   LOCAL cText, nStatus := Read( bCall, @cText )

   IF nStatus == ERPTOKEN_E_NOT_FOUND
      RETURN NIL
   ENDIF
   Check( nStatus )

   RETURN cText

// ---- An account at "senior", "invoisys", "assine", or the absolute path of a profile ----

CREATE CLASS TErpAccount

   VAR nHandle INIT 0 READONLY // For the functions of the library.

   METHOD New( cProvider )
   METHOD Set( cOption, cValue )     // An option; "" is the default.
   METHOD Get()                      // The access token: at once from memory, else by a login or a refresh.
   METHOD Authorization()            // The header's value, "Bearer ...", ready to be sent.
   METHOD Renew()                    // Gets a newer token now.
   METHOD Reject( cToken )           // An API answered 401. .F.: it replaced a refused one a moment ago; a permission lacks.
   METHOD Logout()                   // Revokes the token at the provider, then forgets it.
   METHOD Info( cField )             // "state", "expires_at", "source", ...
   METHOD InfoInt( cField )          // "expires_in", "logins", ...
   METHOD AppAllowed()               // Whether this account may create application tokens.
   METHOD AppCreate( cExpires )      // Its id. Days ("365"), or an instant in RFC 3339 with its zone.
   METHOD AppGet( cId )
   METHOD AppList()                  // TErpResponse, JSON.
   METHOD AppRevoke( cId )
   // With the token on it, renewed and repeated once on 401. The URL is absolute, or begins with "/" and is appended to the
   // environment's API address. Headers: lines of "Name: value". The body is text, sent as UTF-8, as JSON unless a header
   // says otherwise; lBytes: bytes as they are. Returns TErpResponse.
   METHOD Request( cMethod, cUrl, cHeaders, cBody, lBytes )
   METHOD Diagnose()                 // TErpResponse: a report for support, without secrets.
   METHOD Close()                    // May be called twice.

   DESTRUCTOR Forget()

ENDCLASS

METHOD New( cProvider ) CLASS TErpAccount

   LOCAL nVersion := erptokena_abi_version()

   IF Int( nVersion / 1000 ) != Int( ERPTOKEN_ABI_VERSION / 1000 ) .OR. nVersion < ERPTOKEN_ABI_VERSION
      Raise( ERPTOKEN_E_INTERNAL, "erptoken has another interface (" + hb_ntos( nVersion ) + ") than this program" )
   ENDIF
   ::nHandle := NumberOf( {| nAccount | erptokena_open( cProvider, @nAccount ) } )

   RETURN Self

METHOD Set( cOption, cValue ) CLASS TErpAccount

   IF Chr( 0 ) $ hb_defaultValue( cValue, "" )
      Raise( ERPTOKEN_E_ENCODING, "the value has a Chr( 0 ) in it: it would end there" )
   ENDIF
   Check( erptokena_set( ::nHandle, cOption, cValue ) )

   RETURN Self

METHOD Get() CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_get( ::nHandle, @cBuffer, @nLength ) } )

METHOD Authorization() CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_authorization( ::nHandle, @cBuffer, @nLength ) } )

METHOD Renew() CLASS TErpAccount

   Check( erptokena_renew( ::nHandle ) )

   RETURN Self

METHOD Reject( cToken ) CLASS TErpAccount

   LOCAL nStatus := erptokena_reject( ::nHandle, cToken )

   IF nStatus == ERPTOKEN_E_REFUSED_AGAIN
      RETURN .F.
   ENDIF
   Check( nStatus )

   RETURN .T.

METHOD Logout() CLASS TErpAccount

   Check( erptokena_logout( ::nHandle ) )

   RETURN Self

METHOD Info( cField ) CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_info( ::nHandle, cField, @cBuffer, @nLength ) } )

METHOD InfoInt( cField ) CLASS TErpAccount
   RETURN NumberOf( {| nValue | erptokena_info_int( ::nHandle, cField, @nValue ) } )

METHOD AppAllowed() CLASS TErpAccount
   RETURN NumberOf( {| nAllowed | erptokena_app_check( ::nHandle, @nAllowed ) } ) != 0

METHOD AppCreate( cExpires ) CLASS TErpAccount

   // Once, with room for every id: a creation is never repeated blindly.
   LOCAL cId := Space( ERPTOKEN_ID_SIZE ), nLength := ERPTOKEN_ID_SIZE

   Check( erptokena_app_create( ::nHandle, cExpires, @cId, @nLength ) )

   RETURN Left( cId, nLength )

METHOD AppGet( cId ) CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_app_get( ::nHandle, cId, @cBuffer, @nLength ) } )

METHOD AppList() CLASS TErpAccount
   RETURN TErpResponse():New( NumberOf( {| nResponse | erptokena_app_list( ::nHandle, @nResponse ) } ) )

METHOD AppRevoke( cId ) CLASS TErpAccount

   Check( erptokena_app_revoke( ::nHandle, cId ) )

   RETURN Self

METHOD Request( cMethod, cUrl, cHeaders, cBody, lBytes ) CLASS TErpAccount

   LOCAL nLength := iif( Empty( Len( hb_defaultValue( cBody, "" ) ) ), 0, iif( hb_defaultValue( lBytes, .F. ), Len( cBody ), -1 ) )

   RETURN TErpResponse():New( NumberOf( {| nResponse | ;
      erptokena_request( ::nHandle, cMethod, cUrl, cHeaders, cBody, nLength, @nResponse ) } ) )

METHOD Diagnose() CLASS TErpAccount
   RETURN TErpResponse():New( NumberOf( {| nResponse | erptokena_diagnose( ::nHandle, @nResponse ) } ) )

METHOD Close() CLASS TErpAccount
   RETURN Closed( @::nHandle )

METHOD PROCEDURE Forget() CLASS TErpAccount

   Closed( @::nHandle )

   RETURN

// ---- An answer to a request, whatever its HTTP status ----

CREATE CLASS TErpResponse

   VAR nHandle INIT 0 READONLY

   METHOD New( nHandle )
   METHOD Status()
   METHOD Text()             // The body as text, from the character set that it declares.
   METHOD Bytes()            // The body as it came.
   METHOD Header( cName )    // NIL if there is none.
   METHOD Field( cPath )     // A value of a JSON body ("/items/0/id"); NIL if there is none.
   METHOD Close()            // May be called twice.

   DESTRUCTOR Forget()

ENDCLASS

METHOD New( nHandle ) CLASS TErpResponse

   ::nHandle := nHandle

   RETURN Self

METHOD Status() CLASS TErpResponse
   RETURN NumberOf( {| nStatus | erptokena_response_status( ::nHandle, @nStatus ) } )

METHOD Text() CLASS TErpResponse
   RETURN TextOf( {| cBuffer, nLength | erptokena_response_text( ::nHandle, @cBuffer, @nLength ) } )

METHOD Bytes() CLASS TErpResponse
   RETURN TextOf( {| cBuffer, nLength | erptokena_response_bytes( ::nHandle, @cBuffer, @nLength ) } )

METHOD Header( cName ) CLASS TErpResponse
   RETURN Find( {| cBuffer, nLength | erptokena_response_header( ::nHandle, cName, @cBuffer, @nLength ) } )

METHOD Field( cPath ) CLASS TErpResponse
   RETURN Find( {| cBuffer, nLength | erptokena_response_field( ::nHandle, cPath, @cBuffer, @nLength ) } )

METHOD Close() CLASS TErpResponse
   RETURN Closed( @::nHandle )

METHOD PROCEDURE Forget() CLASS TErpResponse

   Closed( @::nHandle )

   RETURN

// What is closed is refused by the library, and means nothing else; what a shutdown closed before is refused too.
STATIC FUNCTION Closed( nHandle )

   LOCAL nOpen := nHandle

   nHandle := 0
   IF nOpen != 0
      erptokena_close( nOpen )
   ENDIF

   RETURN NIL

// ---- The whole process ----

FUNCTION ErpVersion()
   RETURN TextOf( {| cBuffer, nLength | erptokena_version( @cBuffer, @nLength ) } )

// Sets an option of the process, or the default of an account option.
FUNCTION ErpConfigure( cOption, cValue )

   Check( erptokena_configure( cOption, cValue ) )

   RETURN NIL

// What is wrong with a profile, and what it would send; nothing is sent.
FUNCTION ErpCheckProfile( cPath )
   RETURN TErpResponse():New( NumberOf( {| nResponse | erptokena_check_profile( cPath, @nResponse ) } ) )

// Closes every handle and wipes every token: for the program, not for a plugin.
FUNCTION ErpShutdown()

   Check( erptokena_shutdown() )

   RETURN NIL
