      *> erptoken 0.1.0 for COBOL (GnuCOBOL 3): numbers and calls.
      *> Generated from the library's source: do not edit.
      *>
      *>     working-storage section.
      *>     copy "erptoken.cpy".
      *>
      *> Below are every number, what an error tells, and in comments
      *> the call of every function. erptoken.cob has the calls that
      *> most programs need with fields of any size, that end in spaces
      *> as COBOL's do:
      *>
      *>     call "erp-open" using z"senior" account
      *>     call "erp-set" using account "username" user-name
      *>     call "erp-get" using account token-text
      *>     if return-code not = 0
      *>         display erp-text
      *>
      *> cobc -x -fstatic-call program.cob erptoken.cob -lerptoken
      *>
      *> Texts are 8-bit: on Windows in its code page (1252 in Brazil),
      *> elsewhere in Windows-1252. In a call of the library itself each
      *> ends with a zero byte (z"senior"), and numbers given by value
      *> are binary-long, or literals by value size 4. "stdcall" is what
      *> 32-bit Windows needs; elsewhere it says nothing, and a warning
      *> of cobc -Wall tells so.
      *>
      *> Run on GnuCOBOL 3.1, Linux. Not run: Windows, other compilers.

      *> The ABI's version: major * 1000 + number of additions. Compare with erptokena_abi_version().
       78 ERPTOKEN-ABI-VERSION value 1001.

      *> Capacity that holds every id of an application token, its NUL included.
       78 ERPTOKEN-ID-SIZE value 65.

      *> It worked.
       78 ERPTOKEN-OK value 0.

      *> An argument is NULL, negative or malformed. Not worth repeating.
       78 ERPTOKEN-E-ARGUMENT value -1001.

      *> The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
       78 ERPTOKEN-E-HANDLE value -1002.

      *> The buffer is too small: *length says what is needed, call again. The last error is left as it is.
       78 ERPTOKEN-E-BUFFER value -1003.

      *> A text is not ANSI. Not worth repeating.
       78 ERPTOKEN-E-ENCODING value -1004.

      *> Called from inside the log callback. Not worth repeating.
       78 ERPTOKEN-E-REENTRANT value -1005.

      *> Too many open handles, or an answer above max_response_bytes. Not worth repeating.
       78 ERPTOKEN-E-LIMIT value -1006.

      *> Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
       78 ERPTOKEN-E-PROVIDER value -2001.

      *> Unknown option or field, or a bad value. Not worth repeating.
       78 ERPTOKEN-E-OPTION value -2002.

      *> A required option is not set: the text names it. Not worth repeating.
       78 ERPTOKEN-E-MISSING value -2003.

      *> This provider, or this build, has no such operation. Not worth repeating.
       78 ERPTOKEN-E-UNSUPPORTED value -2004.

      *> Plain http without allow_http, or a host the token may not go to. Not worth repeating.
       78 ERPTOKEN-E-INSECURE value -2005.

      *> The store that the program named cannot be used. Not worth repeating.
       78 ERPTOKEN-E-STORE value -2006.

      *> Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
       78 ERPTOKEN-E-NETWORK value -3001.

      *> The caller's time ran out. Worth repeating.
       78 ERPTOKEN-E-TIMEOUT value -3002.

      *> TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
       78 ERPTOKEN-E-TLS value -3003.

      *> The proxy refused, or wants a login (407). Not worth repeating.
       78 ERPTOKEN-E-PROXY value -3004.

      *> User, password or key refused. Not worth repeating.
       78 ERPTOKEN-E-CREDENTIALS value -4001.

      *> A second factor is wanted: set mfa_code and ask again. Not worth repeating.
       78 ERPTOKEN-E-MFA value -4002.

      *> The provider wants the password changed first. Not worth repeating.
       78 ERPTOKEN-E-PASSWORD-CHANGE value -4003.

      *> The account may not do this. Not worth repeating.
       78 ERPTOKEN-E-FORBIDDEN value -4004.

      *> No such application token, header or field. Not worth repeating.
       78 ERPTOKEN-E-NOT-FOUND value -4005.

      *> The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
       78 ERPTOKEN-E-RATE-LIMITED value -4006.

      *> The provider failed (5xx). Worth repeating.
       78 ERPTOKEN-E-SERVER value -4007.

      *> The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
       78 ERPTOKEN-E-RESPONSE value -4008.

      *> From erptokena_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
      *> repeating.
       78 ERPTOKEN-E-REFUSED-AGAIN value -4009.

      *> A bug in this library, caught. Not worth repeating.
       78 ERPTOKEN-E-INTERNAL value -9001.

      *> What a call returned.
       01 erp-result usage binary-long value 0.

      *> Why the last failing call of erptoken.cob failed.
       01 erp-error external.
      *> One of ERPTOKEN-E-..., as in return-code.
           05 erp-status usage binary-long.
      *> 0: no answer came.
           05 erp-http-status usage binary-long.
      *> Seconds after which to try again.
           05 erp-retry-after usage binary-long.
      *> 1: the same call may succeed later with nothing changed, and
      *> can do no harm.
           05 erp-retryable usage binary-long.
      *> The provider's own code; spaces if it gave none.
           05 erp-server-code pic x(200).
      *> What happened, and what to do about it.
           05 erp-text pic x(1200).

      *> ---- Accounts ----
      *>
      *> Opens an account at a provider. Sends nothing.
      *>   provider: "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A profile
      *>     decides where passwords go: treat the file as code.
      *>   account: Receives the handle, greater than 0. Left as it is when the call fails.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-ARGUMENT (NULL); ERPTOKEN-E-ENCODING; ERPTOKEN-E-PROVIDER (unknown name, or a
      *>   profile that cannot be read or is not valid: the text says where); ERPTOKEN-E-LIMIT (no memory for one more
      *>   handle; 2,096,128 can be open).
      *> Threads: any. Lifetime: until erptokena_close or erptokena_shutdown; closing early costs nothing, because
      *> tokens are cached for the whole process and not in the handle. In the child of a fork the parent's handles
      *> are ERPTOKEN-E-HANDLE: open accounts after forking.
      *>
      *>     call stdcall "erptokena_open" using
      *>         by reference provider
      *>         by reference account
      *>         returning erp-result
      *>
      *> Sets one option of an account. Sends nothing; the next call works with the new value.
      *>   account: From erptokena_open.
      *>   option: Name of the option, such as "username" (README.md has the table).
      *>   value: The value as text, copied before the call returns. NULL or "": back to the default.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-ARGUMENT (option is NULL); ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING;
      *>   ERPTOKEN-E-OPTION (unknown option, or a value that is not usable: the text says what it must be);
      *>   ERPTOKEN-E-UNSUPPORTED ("token" = "application" at a provider that has no application tokens).
      *> Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this
      *> handle, so that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
      *> "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any
      *> order. The files are read when they are set. The call that makes them contradict each other (a wrong
      *> password, a key of another certificate) answers ERPTOKEN-E-OPTION and sets its value all the same, and so
      *> does every call that needs the certificate, without sending anything, until one of them is set to what fits.
      *> Threads: any; calls of other threads that run at this moment finish with the old value.
      *>
      *>     call stdcall "erptokena_set" using
      *>         by value account
      *>         by reference option
      *>         by reference value
      *>         returning erp-result
      *>
      *> Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
      *>   handle: The handle; 0 is nothing and OK.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-HANDLE (closed already, never opened, or of the parent process).
      *> Threads: any. A call that uses the handle at this moment on another thread finishes or returns
      *> ERPTOKEN-E-HANDLE. Nothing is revoked at the provider: erptokena_logout does that.
      *>
      *>     call stdcall "erptokena_close" using
      *>         by value handle
      *>         returning erp-result
      *>
      *> ---- Tokens ----
      *>
      *> Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
      *>   account: From erptokena_open, with the options that the provider's login needs.
      *>   buffer: Receives the token, NUL-terminated. May be NULL with a length of 0, to ask for the size.
      *>   length: In: capacity of the buffer in bytes, the NUL included. Out: on ERPTOKEN-OK the token's length
      *>     without the NUL, on ERPTOKEN-E-BUFFER the capacity needed; else left as it is.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER (the buffer holds an empty text; the token is kept: call again, in a
      *>   loop, because a renewed token may be longer); ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE; ERPTOKEN-E-MISSING;
      *>   ERPTOKEN-E-OPTION; ERPTOKEN-E-UNSUPPORTED; ERPTOKEN-E-INSECURE; ERPTOKEN-E-NETWORK; ERPTOKEN-E-TIMEOUT;
      *>   ERPTOKEN-E-TLS; ERPTOKEN-E-PROXY; ERPTOKEN-E-CREDENTIALS; ERPTOKEN-E-MFA; ERPTOKEN-E-PASSWORD-CHANGE;
      *>   ERPTOKEN-E-FORBIDDEN; ERPTOKEN-E-NOT-FOUND; ERPTOKEN-E-RATE-LIMITED; ERPTOKEN-E-SERVER;
      *>   ERPTOKEN-E-RESPONSE.
      *> Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed
      *> behind the caller well before: call this for every request instead of keeping the token. One that the
      *> provider sends without a life is handed out for 10 s, in which nothing is sent.
      *> Threads: any; all who ask while a renewal runs wait for that one and share its result.
      *>
      *>     call stdcall "erptokena_get" using
      *>         by value account
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
      *>   account: As for erptokena_get.
      *>   buffer: Receives the value, NUL-terminated.
      *>   length: As for erptokena_get.
      *> Returns As erptokena_get.
      *> The header's name is the field "header_name" of erptokena_info: "Authorization" for the built-in providers.
      *> Do not let the HTTP component encode the value again: "Bearer%20..." is refused.
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_authorization" using
      *>         by value account
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Gets a newer token now, whatever is left of the current one.
      *>   account: As for erptokena_get.
      *> Returns ERPTOKEN-OK, also when nothing was sent because the identity's last request is less than 10 s old, or
      *>   the profile's credentials are a fixed key; else as erptokena_get. While a failure is remembered the call
      *>   returns it and sends nothing.
      *> Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
      *>
      *>     call stdcall "erptokena_renew" using
      *>         by value account
      *>         returning erp-result
      *>
      *> Reports that an API refused a token (401): the next erptokena_get brings another one. Sends nothing.
      *>   account: The account that gave the token.
      *>   token: The token that was refused, from erptokena_get or erptokena_authorization. If it is no longer the
      *>     current one, a newer one exists already and nothing is dropped: a late report costs nothing.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-REFUSED-AGAIN (this token already replaced one refused less than 60 s ago, or
      *>   it is a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that API);
      *>   ERPTOKEN-E-ARGUMENT (NULL or empty); ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING; ERPTOKEN-E-MISSING;
      *>   ERPTOKEN-E-OPTION; ERPTOKEN-E-UNSUPPORTED.
      *> Another process may have got the token: one that has none looks into the "store" first.
      *> Threads: any; a thousand threads that report the same token cause one renewal.
      *>
      *>     call stdcall "erptokena_reject" using
      *>         by value account
      *>         by reference token
      *>         returning erp-result
      *>
      *> Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
      *>   account: As for erptokena_get.
      *> Returns ERPTOKEN-OK, also where the provider has no such operation, the token is dead already or there is
      *>   none; ERPTOKEN-E-HANDLE; ERPTOKEN-E-MISSING; ERPTOKEN-E-STORE (revoked, but what the store has of it could
      *>   not be removed: call again); else what kept the provider from revoking it, as erptokena_get.
      *> Some providers hand the same token to every login of a user: revoking it then ends the sessions of other
      *> programs too. Closing the account is enough in most cases.
      *> Threads: any; waits "timeout_ms" at most.
      *>
      *>     call stdcall "erptokena_logout" using
      *>         by value account
      *>         returning erp-result
      *>
      *> Reads one field of the account as text. Sends nothing.
      *>   account: From erptokena_open.
      *>   field: "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh", "ageing"
      *>     (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused"
      *>     (credentials), "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this
      *>     process), "store", "import"; "last_error": a status name or empty; instants in RFC 3339, UTC:
      *>     "expires_at", "obtained_at", "renew_at". The fields of erptokena_info_int too. Of what never ends
      *>     "expires_at" and "renew_at" are empty; "header_name" is, where the token goes in no header.
      *>   buffer: Receives the text, NUL-terminated; empty while there is no token.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING;
      *>   ERPTOKEN-E-OPTION (unknown field: the text lists the known ones).
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_info" using
      *>         by value account
      *>         by reference field
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Reads one field of the account as a number. Sends nothing.
      *>   account: From erptokena_open.
      *>   field: "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never
      *>     ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures", which
      *>     stop at 2147483647.
      *>   value: Receives the number, 0 or more. Left as it is when the call fails.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING; ERPTOKEN-E-OPTION (unknown
      *>   field, or one that is a text).
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_info_int" using
      *>         by value account
      *>         by reference field
      *>         by reference value
      *>         returning erp-result
      *>
      *> ---- Application tokens ----
      *>
      *> Says whether this account may create application tokens (assine.online: a business account, "PJ").
      *>   account: From erptokena_open. The session token is used, whatever the option "token" says.
      *>   allowed: Receives 1 (may) or 0 (may not). Left as it is when the call fails.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-UNSUPPORTED (the provider has no application tokens); ERPTOKEN-E-ARGUMENT;
      *>   ERPTOKEN-E-HANDLE; ERPTOKEN-E-FORBIDDEN (a new session token is refused too); else as erptokena_get.
      *> Threads: any; waits "timeout_ms" at most.
      *>
      *>     call stdcall "erptokena_app_check" using
      *>         by value account
      *>         by reference allowed
      *>         returning erp-result
      *>
      *> Creates an application token. The provider shows it this once: the library keeps it, in the store that
      *> erptokena_configure names, else until the process ends or erptokena_shutdown. erptokena_app_get gives it.
      *>   account: From erptokena_open, with "password": it is sent again. The session token is used, whatever the
      *>     option "token" says.
      *>   expires: How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
      *>     ("2027-01-31T23:59:00-03:00"). 3650 days at most.
      *>   id: Receives the id, NUL-terminated.
      *>   length: In: capacity, ERPTOKEN-ID-SIZE at least: a smaller one is ERPTOKEN-E-BUFFER before anything is
      *>     sent. Out: on ERPTOKEN-OK the id's length without the NUL, on ERPTOKEN-E-BUFFER ERPTOKEN-ID-SIZE.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER (nothing was sent); ERPTOKEN-E-ARGUMENT (expires without zone, in the
      *>   past, or not taken by the provider); ERPTOKEN-E-CREDENTIALS (the password is refused); ERPTOKEN-E-MISSING
      *>   (no password is set); ERPTOKEN-E-STORE (before anything was sent; or after it: then the text tells the id,
      *>   and erptokena_app_get gives the token until the process ends); ERPTOKEN-E-FORBIDDEN (not a business
      *>   account); ERPTOKEN-E-LIMIT (1000 living ones are kept for this account: nothing was sent);
      *>   ERPTOKEN-E-UNSUPPORTED; ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING; else as erptokena_get.
      *> Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
      *> understood), the text says so; look with erptokena_app_list before creating another one. Each refused
      *> password counts for the lockout guard, as one refused at a login does.
      *> Threads: any; waits "timeout_ms" at most.
      *>
      *>     call stdcall "erptokena_app_create" using
      *>         by value account
      *>         by reference expires
      *>         by reference id
      *>         by reference length
      *>         returning erp-result
      *>
      *> Gets an application token that this library created and keeps. Sends nothing, unless the password is another
      *> one than the provider took last from this user: then it logs in first, and a refused one gets nothing.
      *>   account: From erptokena_open, of the user who created the token.
      *>   id: The id, from erptokena_app_create or erptokena_app_list.
      *>   buffer: Receives the token, NUL-terminated.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-NOT-FOUND (it was never here, was revoked or has expired:
      *>   no provider shows a token twice); ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING;
      *>   ERPTOKEN-E-MISSING; ERPTOKEN-E-OPTION; ERPTOKEN-E-STORE; ERPTOKEN-E-UNSUPPORTED; where it logs in, else as
      *>   erptokena_get.
      *> Threads: any; waits "timeout_ms" at most, where it logs in.
      *>
      *>     call stdcall "erptokena_app_get" using
      *>         by value account
      *>         by reference id
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
      *> {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
      *>   account: From erptokena_open. The session token is used, whatever the option "token" says.
      *>   response: Receives a handle, to be read with the erptokena_response functions ("/count", "/tokens/0/id")
      *>     and closed with erptokena_close. Left as it is when the call fails.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-UNSUPPORTED; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE; ERPTOKEN-E-LIMIT (a list
      *>   that does not end, or too many open handles); ERPTOKEN-E-FORBIDDEN (a new session token is refused too);
      *>   ERPTOKEN-E-STORE; else as erptokena_get.
      *> "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptokena_app_get gives.
      *> The list is the provider's: at assine.online session tokens are in it too, this account's own among them. To
      *> revoke all of the program's own, revoke those with "stored" 1.
      *> Threads: any; waits "timeout_ms" at most.
      *>
      *>     call stdcall "erptokena_app_list" using
      *>         by value account
      *>         by reference response
      *>         returning erp-result
      *>
      *> Revokes an application token at the provider and forgets it.
      *>   account: From erptokena_open. The session token is used, whatever the option "token" says.
      *>   id: The id, from erptokena_app_create or erptokena_app_list.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-NOT-FOUND (the provider knows no such token: it is already gone, and
      *>   forgotten here too); ERPTOKEN-E-ARGUMENT (an id that cannot be one: nothing was sent); ERPTOKEN-E-STORE
      *>   (revoked, but the store could not be changed); ERPTOKEN-E-FORBIDDEN; ERPTOKEN-E-UNSUPPORTED;
      *>   ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING; else as erptokena_get.
      *> Threads: any; waits "timeout_ms" at most.
      *>
      *>     call stdcall "erptokena_app_revoke" using
      *>         by value account
      *>         by reference id
      *>         returning erp-result
      *>
      *> ---- Requests with the token on them ----
      *>
      *> Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is
      *> refused.
      *>   account: From erptokena_open, with the options that the provider's login needs.
      *>   method: "GET", "POST" and so on.
      *>   url: Absolute, or beginning with "/" and then appended to the environment's API address. What is not
      *>     visible ASCII in it must be percent-encoded.
      *>   headers: "Name: value" lines, or NULL. Authorization, Host, Content-Length, Transfer-Encoding and others
      *>     that say where a message ends are set by the library.
      *>   body: The body, or NULL. It is not copied: leave it alone until the call returns.
      *>   body-length: Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as UTF-8, as
      *>     application/json if the headers name no content type.
      *>   response: Receives a handle, to be closed with erptokena_close. Left as it is when the call fails.
      *> Returns ERPTOKEN-OK for any answer, whatever its HTTP status; ERPTOKEN-E-ARGUMENT (a url, method, header or
      *>   length that cannot be sent, or a body that is no JSON object where the profile puts credentials into it);
      *>   ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING; ERPTOKEN-E-LIMIT (the answer is above "max_response_bytes", or
      *>   there is no memory for one more handle); ERPTOKEN-E-INSECURE (plain http, or a host that is neither of the
      *>   chosen environment nor in "api_hosts": nothing was sent); ERPTOKEN-E-NETWORK; ERPTOKEN-E-TIMEOUT;
      *>   ERPTOKEN-E-TLS; ERPTOKEN-E-PROXY; ERPTOKEN-E-RESPONSE (what came is not HTTP); or what kept the token from
      *>   being had or renewed, as erptokena_get.
      *> A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
      *> response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms"
      *> covers all of it. When no answer came to a POST, nobody knows whether it was carried out: look before you
      *> send it again (erptokena_error_retryable says so too).
      *> Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
      *>
      *>     call stdcall "erptokena_request" using
      *>         by value account
      *>         by reference method
      *>         by reference url
      *>         by reference headers
      *>         by reference body
      *>         by value body-length
      *>         by reference response
      *>         returning erp-result
      *>
      *> Reads the HTTP status of a response.
      *>   response: From erptokena_request, erptokena_app_list, erptokena_diagnose or erptokena_check_profile.
      *>   http-status: Receives the status, 100 to 999. Left as it is when the call fails.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE.
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_response_status" using
      *>         by value response
      *>         by reference http-status
      *>         returning erp-result
      *>
      *> Reads a header of a response.
      *>   response: As for erptokena_response_status.
      *>   name: The header's name, in any case.
      *>   buffer: Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING;
      *>   ERPTOKEN-E-NOT-FOUND (no such header).
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_response_header" using
      *>         by value response
      *>         by reference name
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1,
      *> Windows-1252.
      *>   response: As for erptokena_response_status.
      *>   buffer: Receives the text, NUL-terminated, whatever the character set of the server.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE; ERPTOKEN-E-RESPONSE (another
      *>   character set: read the bytes).
      *> A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order
      *> mark at the beginning is left out. A NUL inside the text counts in the length.
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_response_text" using
      *>         by value response
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Reads one value of a JSON body.
      *>   response: As for erptokena_response_status.
      *>   path: JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
      *>   buffer: Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number, true,
      *>     false, null, an object or a list as its JSON stands in the body.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT (the path is neither empty nor begins with "/");
      *>   ERPTOKEN-E-HANDLE; ERPTOKEN-E-ENCODING; ERPTOKEN-E-NOT-FOUND (nothing is there: a loop over "/items/0",
      *>   "/items/1" ends so); ERPTOKEN-E-RESPONSE (the body is not JSON).
      *> The body is read in place: a loop over a large list goes on where the call before it was.
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_response_field" using
      *>         by value response
      *>         by reference path
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Reads the body of a response as bytes, with no NUL behind them.
      *>   response: As for erptokena_response_status.
      *>   buffer: Receives the bytes; nothing is written when it is too small. May be NULL with a length of 0.
      *>   length: In: capacity in bytes. Out: on ERPTOKEN-OK the body's bytes, on ERPTOKEN-E-BUFFER the capacity
      *>     needed, which is the same number; else left as it is.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-HANDLE.
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_response_bytes" using
      *>         by value response
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> ---- The whole process ----
      *>
      *> Sets an option of the process, or the default of an account option for accounts opened later.
      *>   option: "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
      *>     ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
      *>     "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
      *>     "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and
      *>     "store_key" (see below), or an account option that is not a credential, such as "timeout_ms".
      *>   value: The value as text. NULL or "": back to the default.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-ARGUMENT; ERPTOKEN-E-ENCODING; ERPTOKEN-E-OPTION; ERPTOKEN-E-STORE;
      *>   ERPTOKEN-E-UNSUPPORTED (of another build or system).
      *> The language is that of every error text from the next failing call on, on all threads, also where an earlier
      *> failure is told again; a text that is already there stays as it is. It outlives erptokena_shutdown and fork.
      *> Not translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
      *> The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to
      *> "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes
      *> may share it. What cannot be written later is counted, and told in the file when it can be again.
      *> erptokena_shutdown ends the file too. Where the program sets neither "log_file" nor "log_level", the
      *> environment's ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID
      *> program.
      *> "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to
      *> disk. "file:" and the absolute path of a folder: all processes of one user share them, and the next one
      *> starts with them. The folder is made for its owner alone if it is not there; one that is a link, another
      *> user's, open to others, or that cannot be written or locked is ERPTOKEN-E-STORE, here and at the first call
      *> that needs a token. What fails later costs the sharing and no token: the process goes on with its memory, and
      *> the log says so. "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file"
      *> before): all machines with the same server and "store_key" share them. A build without the cargo feature
      *> redis returns ERPTOKEN-E-UNSUPPORTED. A server that refuses is ERPTOKEN-E-STORE here; while one is away,
      *> memory goes on.
      *> "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds
      *> them and is its owner's alone (read now: ERPTOKEN-E-OPTION if it cannot be, ERPTOKEN-E-STORE if others may);
      *> on Windows "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis
      *> server, a store without a key is ERPTOKEN-E-MISSING at the first call that needs a token.
      *> The first call that needs a token fixes both, until erptokena_shutdown: another value is ERPTOKEN-E-OPTION
      *> then.
      *> A child of a fork starts with everything that its parent has set.
      *> Threads: any.
      *>
      *>     call stdcall "erptokena_configure" using
      *>         by reference option
      *>         by reference value
      *>         returning erp-result
      *>
      *> Adds a log callback, changes its level, or removes it.
      *>   callback: Called with one line at a time.
      *>   user-data: Given back to the callback; with it, it is what tells callbacks apart.
      *>   level: 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when this
      *>     call returns ERPTOKEN-OK it does not run and will not run again; OK too if it was not there.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-ARGUMENT (NULL, or no level); ERPTOKEN-E-LIMIT (16 callbacks are there);
      *>   ERPTOKEN-E-TIMEOUT (level 0: it is removed, but still runs on another thread after 30 s).
      *> Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line
      *> tells how many. No line ever holds a secret: no password, key, token or value of an option. A user name is
      *> shown. erptokena_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the
      *> lines that waited there.
      *> Threads: any. Do not remove a callback while holding a lock that it takes.
      *>
      *>     call stdcall "erptokena_log" using
      *>         by value callback
      *>         by value user-data
      *>         by value level
      *>         returning erp-result
      *>
      *> Makes a report about an account and its way to the provider that a person can send to support. No secrets.
      *>   account: From erptokena_open; it need not be able to log in, nor have its options.
      *>   response: Receives a handle, to be read with the erptokena_response functions and closed with
      *>     erptokena_close. Left as it is when the call fails.
      *> Returns ERPTOKEN-OK, whatever the report says: what is broken is in it; ERPTOKEN-E-ARGUMENT;
      *>   ERPTOKEN-E-HANDLE; ERPTOKEN-E-LIMIT (no memory for one more handle).
      *> The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it
      *> with erptokena_response_field(response, "/text", ...). The others are for a program: "library", "time",
      *> "provider", "environment", "account" (user, names of the options set, missing ones), "client_certificate"
      *> (where one is set: subject, issuer, from, until, key, kind), "token" (state, last error), "store", "proxy",
      *> "dns", "tcp", "tls" (with the chain of certificates), "http", "clock" ("ahead_s": the server's clock less
      *> this one) and "advice" (a list of "code" and "text"; empty: nothing is wrong). A step that was not reached is
      *> not there.
      *> It looks the provider's host up, connects, looks at its certificates and asks for no page in particular.
      *> Credentials and tokens are not sent, the token is neither got nor changed. A client certificate that is set
      *> is shown to a server that asks for one and is trusted. A user name is shown.
      *> Threads: any; waits "timeout_ms" at most.
      *>
      *>     call stdcall "erptokena_diagnose" using
      *>         by value account
      *>         by reference response
      *>         returning erp-result
      *>
      *> Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
      *>   path: The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
      *>   response: Receives a handle, to be read with the erptokena_response functions and closed with
      *>     erptokena_close. Left as it is when the call fails.
      *> Returns ERPTOKEN-OK for any file that can be read, valid or not; ERPTOKEN-E-ARGUMENT (NULL);
      *>   ERPTOKEN-E-ENCODING; ERPTOKEN-E-PROVIDER (unknown name, or a file that cannot be read: the text says why);
      *>   ERPTOKEN-E-LIMIT (no memory for one more handle).
      *> The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it
      *> with erptokena_response_field(response, "/text", ...). The others are for a program: "valid" (true or false),
      *> "name", "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file
      *> with warnings alone is valid), "requests" (of a valid profile, in its usual and its test environment:
      *> "environment", "operation", "needs", "method", "url", "headers" and "body", with [name] in place of every
      *> value, such as [password], and [...] in place of what stands in the profile itself under the name of a
      *> secret; "api" is a call of the program's own) and "values" (what is computed, and of what). No value of an
      *> option is needed, or shown.
      *> Threads: any. Lifetime: of the response, until erptokena_close or erptokena_shutdown.
      *>
      *>     call stdcall "erptokena_check_profile" using
      *>         by reference path
      *>         by reference response
      *>         returning erp-result
      *>
      *> Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and
      *> removes every log callback after the last lines.
      *> Returns ERPTOKEN-OK, also when there was nothing to end.
      *> For the program that owns the process; a plugin closes its own accounts instead. The next call of any
      *> function starts afresh. Calls that wait for a token on other threads return ERPTOKEN-E-HANDLE. Those that
      *> send something themselves (erptokena_request, the erptokena_app functions, erptokena_diagnose) end in their
      *> own time, and a response that one of them brings is to be closed. A log callback that runs on another thread
      *> is waited for, 2 s at most: let it end before what it uses is freed. Nothing is revoked at the providers.
      *> Threads: any, but not from DllMain.
      *>
      *>     call stdcall "erptokena_shutdown"
      *>         returning erp-result
      *>
      *> ---- Functions without state ----
      *>
      *> Returns the ABI's version of the loaded library: major * 1000 + number of additions.
      *> Returns The number itself, not a status. A program built against this header needs the same thousands and at
      *>   least ERPTOKEN-ABI-VERSION.
      *> Threads: any; also from the log callback.
      *>
      *>     call stdcall "erptokena_abi_version"
      *>         returning erp-result
      *>
      *> Reads the library's version, such as "0.1.0".
      *>   buffer: Receives the text, NUL-terminated.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT.
      *> Threads: any; also from the log callback.
      *>
      *>     call stdcall "erptokena_version" using
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
      *>   status: What a function returned.
      *>   buffer: Receives the name, NUL-terminated.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT (also for a number that is not a status).
      *> Threads: any; also from the log callback.
      *>
      *>     call stdcall "erptokena_status_name" using
      *>         by value status
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure
      *> itself erptokena_error_retryable knows more.
      *>   status: What a function returned.
      *> Returns 1: try again, after erptokena_error_retry_after() seconds; 0: something must be changed first. Not a
      *>   status.
      *> Threads: any; also from the log callback.
      *>
      *>     call stdcall "erptokena_status_retryable" using
      *>         by value status
      *>         returning erp-result
      *>
      *> ---- Why the last failing call of this thread failed ----
      *>
      *> Says what happened and what to do about it, in one sentence or two. Contains no secret.
      *>   buffer: Receives the text in ANSI, NUL-terminated; empty if no call of this thread failed yet. 1201 bytes
      *>     hold every text. In the language that erptokena_configure had set when the call failed.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT.
      *> Threads: about the calling thread only. A call that succeeds changes nothing here.
      *>
      *>     call stdcall "erptokena_error_text" using
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's
      *> lockout guard.
      *>   buffer: Receives the code, NUL-terminated; empty if the provider gave none.
      *>   length: As for erptokena_get.
      *> Returns ERPTOKEN-OK; ERPTOKEN-E-BUFFER; ERPTOKEN-E-ARGUMENT.
      *> Threads: about the calling thread only.
      *>
      *>     call stdcall "erptokena_error_server_code" using
      *>         by reference buffer
      *>         by reference length
      *>         returning erp-result
      *>
      *> Reads the HTTP status of the failure.
      *> Returns The status, or 0 if no answer came. Not an ERPTOKEN status.
      *> Threads: about the calling thread only.
      *>
      *>     call stdcall "erptokena_error_http_status"
      *>         returning erp-result
      *>
      *> Says after how many seconds it makes sense to call again.
      *> Returns Seconds; 0: at once, if erptokena_error_retryable() says that it makes sense at all. Not an ERPTOKEN
      *>   status.
      *> Threads: about the calling thread only.
      *>
      *>     call stdcall "erptokena_error_retry_after"
      *>         returning erp-result
      *>
      *> Says whether the call that failed may be made again with nothing changed. It knows more than
      *> erptokena_status_retryable: never so for a request that may have been carried out, such as a POST of
      *> erptokena_request whose answer did not come. Look first whether it was.
      *> Returns 1: try again, after erptokena_error_retry_after() seconds; 0: something must be changed or looked at
      *>   first, or no call of this thread failed yet. Not an ERPTOKEN status.
      *> Threads: about the calling thread only.
      *>
      *>     call stdcall "erptokena_error_retryable"
      *>         returning erp-result
      *>
