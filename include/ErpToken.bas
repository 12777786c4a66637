Attribute VB_Name = "ErpTokenModule"
' erptoken 0.1.0 for VB6 and VBA (Excel, Access; 32 and 64 bits): declarations generated from the library's source,
' and below them functions that raise errors. Not run: it was made where there is no VB6 and no Office. A test compares
' its declarations and its calls with what the library exports.
'
'   Dim account As Long
'   account = ErpOpen("senior")
'   ErpSet account, "username", "admin@empresa.com.br"
'   ErpSet account, "password", "senhaUsuario"
'   http.setRequestHeader "Authorization", ErpAuthorization(account)
'   ErpClose account
'
' Put erptoken.dll of the program's own kind beside the program: 32 bits for VB6 and 32-bit Office, 64 bits for 64-bit
' Office. An error's number is vbObjectError - status, so ErpStatus gives the status back; its description says what to
' do. Ask for the token before every request instead of keeping it.
Option Explicit

' In VB6, and in Office before 2010, which is like it, the functions below give texts as the language does, in the code page
' of the machine: a letter that it has not (1252 has no Greek one) arrives as a question mark. True: in UTF-16, as VBA of
' Office 2010 and newer always does. Set it too where Windows' own code page is UTF-8, an option since Windows 10: VB6 has no
' room for its long letters.
#Const ERP_UNICODE = False

' The ABI's version: major * 1000 + number of additions. Compare with erptokenw_abi_version().
Public Const ERPTOKEN_ABI_VERSION As Long = 1001

' Capacity that holds every id of an application token, its NUL included.
Public Const ERPTOKEN_ID_SIZE As Long = 65

' It worked.
Public Const ERPTOKEN_OK As Long = 0

' An argument is 0, negative or malformed. Not worth repeating.
Public Const ERPTOKEN_E_ARGUMENT As Long = -1001

' The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
Public Const ERPTOKEN_E_HANDLE As Long = -1002

' The buffer is too small: *length says what is needed, call again. The last error is left as it is.
Public Const ERPTOKEN_E_BUFFER As Long = -1003

' A text is not UTF-16. Not worth repeating.
Public Const ERPTOKEN_E_ENCODING As Long = -1004

' Called from inside the log callback. Not worth repeating.
Public Const ERPTOKEN_E_REENTRANT As Long = -1005

' Too many open handles, or an answer above max_response_bytes. Not worth repeating.
Public Const ERPTOKEN_E_LIMIT As Long = -1006

' Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
Public Const ERPTOKEN_E_PROVIDER As Long = -2001

' Unknown option or field, or a bad value. Not worth repeating.
Public Const ERPTOKEN_E_OPTION As Long = -2002

' A required option is not set: the text names it. Not worth repeating.
Public Const ERPTOKEN_E_MISSING As Long = -2003

' This provider, or this build, has no such operation. Not worth repeating.
Public Const ERPTOKEN_E_UNSUPPORTED As Long = -2004

' Plain http without allow_http, or a host the token may not go to. Not worth repeating.
Public Const ERPTOKEN_E_INSECURE As Long = -2005

' The store that the program named cannot be used. Not worth repeating.
Public Const ERPTOKEN_E_STORE As Long = -2006

' Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
Public Const ERPTOKEN_E_NETWORK As Long = -3001

' The caller's time ran out. Worth repeating.
Public Const ERPTOKEN_E_TIMEOUT As Long = -3002

' TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
Public Const ERPTOKEN_E_TLS As Long = -3003

' The proxy refused, or wants a login (407). Not worth repeating.
Public Const ERPTOKEN_E_PROXY As Long = -3004

' User, password or key refused. Not worth repeating.
Public Const ERPTOKEN_E_CREDENTIALS As Long = -4001

' A second factor is wanted: set mfa_code and ask again. Not worth repeating.
Public Const ERPTOKEN_E_MFA As Long = -4002

' The provider wants the password changed first. Not worth repeating.
Public Const ERPTOKEN_E_PASSWORD_CHANGE As Long = -4003

' The account may not do this. Not worth repeating.
Public Const ERPTOKEN_E_FORBIDDEN As Long = -4004

' No such application token, header or field. Not worth repeating.
Public Const ERPTOKEN_E_NOT_FOUND As Long = -4005

' The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
Public Const ERPTOKEN_E_RATE_LIMITED As Long = -4006

' The provider failed (5xx). Worth repeating.
Public Const ERPTOKEN_E_SERVER As Long = -4007

' The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
Public Const ERPTOKEN_E_RESPONSE As Long = -4008

' From erptokenw_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
' repeating.
Public Const ERPTOKEN_E_REFUSED_AGAIN As Long = -4009

' A bug in this library, caught. Not worth repeating.
Public Const ERPTOKEN_E_INTERNAL As Long = -9001

' ---- Accounts ----

' Opens an account at a provider. Sends nothing.
'   provider: "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A profile decides
'     where passwords go: treat the file as code.
'   account: Receives the handle, greater than 0. Left as it is when the call fails.
' Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (0); ERPTOKEN_E_ENCODING; ERPTOKEN_E_PROVIDER (unknown name, or a profile
'   that cannot be read or is not valid: the text says where); ERPTOKEN_E_LIMIT (no memory for one more handle;
'   2,096,128 can be open).
' Threads: any. Lifetime: until erptokenw_close or erptokenw_shutdown; closing early costs nothing, because tokens are
' cached for the whole process and not in the handle. In the child of a fork the parent's handles are
' ERPTOKEN_E_HANDLE: open accounts after forking.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_open Lib "erptoken.dll" (ByVal provider As LongPtr, _
    ByRef account As Long) As Long
#Else
Public Declare Function erptokenw_open Lib "erptoken.dll" (ByVal provider As Long, _
    ByRef account As Long) As Long
#End If

' Sets one option of an account. Sends nothing; the next call works with the new value.
'   account: From erptokenw_open.
'   option_: Name of the option, such as "username" (README.md has the table).
'   value: The value as text, copied before the call returns. 0 or "": back to the default.
' Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (option is 0); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION
'   (unknown option, or a value that is not usable: the text says what it must be); ERPTOKEN_E_UNSUPPORTED ("token" =
'   "application" at a provider that has no application tokens).
' Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle, so
' that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
' "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order.
' The files are read when they are set. The call that makes them contradict each other (a wrong password, a key of
' another certificate) answers ERPTOKEN_E_OPTION and sets its value all the same, and so does every call that needs
' the certificate, without sending anything, until one of them is set to what fits.
' Threads: any; calls of other threads that run at this moment finish with the old value.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_set Lib "erptoken.dll" (ByVal account As Long, _
    ByVal option_ As LongPtr, ByVal value As LongPtr) As Long
#Else
Public Declare Function erptokenw_set Lib "erptoken.dll" (ByVal account As Long, ByVal option_ As Long, _
    ByVal value As Long) As Long
#End If

' Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
'   handle: The handle; 0 is nothing and OK.
' Returns ERPTOKEN_OK; ERPTOKEN_E_HANDLE (closed already, never opened, or of the parent process).
' Threads: any. A call that uses the handle at this moment on another thread finishes or returns ERPTOKEN_E_HANDLE.
' Nothing is revoked at the provider: erptokenw_logout does that.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_close Lib "erptoken.dll" (ByVal handle As Long) As Long
#Else
Public Declare Function erptokenw_close Lib "erptoken.dll" (ByVal handle As Long) As Long
#End If

' ---- Tokens ----

' Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
'   account: From erptokenw_open, with the options that the provider's login needs.
'   buffer: Receives the token, NUL-terminated. May be 0 with a length of 0, to ask for the size.
'   length: In: capacity of the buffer in 16-bit units, the NUL included. Out: on ERPTOKEN_OK the token's length
'     without the NUL, on ERPTOKEN_E_BUFFER the capacity needed; else left as it is.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a loop,
'   because a renewed token may be longer); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING;
'   ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_INSECURE; ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT;
'   ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY; ERPTOKEN_E_CREDENTIALS; ERPTOKEN_E_MFA; ERPTOKEN_E_PASSWORD_CHANGE;
'   ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_NOT_FOUND; ERPTOKEN_E_RATE_LIMITED; ERPTOKEN_E_SERVER; ERPTOKEN_E_RESPONSE.
' Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed behind the
' caller well before: call this for every request instead of keeping the token. One that the provider sends without a
' life is handed out for 10 s, in which nothing is sent.
' Threads: any; all who ask while a renewal runs wait for that one and share its result.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_get Lib "erptoken.dll" (ByVal account As Long, _
    ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_get Lib "erptoken.dll" (ByVal account As Long, ByVal buffer As Long, _
    ByRef length As Long) As Long
#End If

' Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
'   account: As for erptokenw_get.
'   buffer: Receives the value, NUL-terminated.
'   length: As for erptokenw_get.
' Returns As erptokenw_get.
' The header's name is the field "header_name" of erptokenw_info: "Authorization" for the built-in providers. Do not
' let the HTTP component encode the value again: "Bearer%20..." is refused.
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_authorization Lib "erptoken.dll" (ByVal account As Long, _
    ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_authorization Lib "erptoken.dll" (ByVal account As Long, _
    ByVal buffer As Long, ByRef length As Long) As Long
#End If

' Gets a newer token now, whatever is left of the current one.
'   account: As for erptokenw_get.
' Returns ERPTOKEN_OK, also when nothing was sent because the identity's last request is less than 10 s old, or the
'   profile's credentials are a fixed key; else as erptokenw_get. While a failure is remembered the call returns it
'   and sends nothing.
' Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_renew Lib "erptoken.dll" (ByVal account As Long) As Long
#Else
Public Declare Function erptokenw_renew Lib "erptoken.dll" (ByVal account As Long) As Long
#End If

' Reports that an API refused a token (401): the next erptokenw_get brings another one. Sends nothing.
'   account: The account that gave the token.
'   token: The token that was refused, from erptokenw_get or erptokenw_authorization. If it is no longer the current
'     one, a newer one exists already and nothing is dropped: a late report costs nothing.
' Returns ERPTOKEN_OK; ERPTOKEN_E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is
'   a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that API);
'   ERPTOKEN_E_ARGUMENT (0 or empty); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING; ERPTOKEN_E_OPTION;
'   ERPTOKEN_E_UNSUPPORTED.
' Another process may have got the token: one that has none looks into the "store" first.
' Threads: any; a thousand threads that report the same token cause one renewal.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_reject Lib "erptoken.dll" (ByVal account As Long, _
    ByVal token As LongPtr) As Long
#Else
Public Declare Function erptokenw_reject Lib "erptoken.dll" (ByVal account As Long, _
    ByVal token As Long) As Long
#End If

' Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
'   account: As for erptokenw_get.
' Returns ERPTOKEN_OK, also where the provider has no such operation, the token is dead already or there is none;
'   ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING; ERPTOKEN_E_STORE (revoked, but what the store has of it could not be
'   removed: call again); else what kept the provider from revoking it, as erptokenw_get.
' Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
' too. Closing the account is enough in most cases.
' Threads: any; waits "timeout_ms" at most.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_logout Lib "erptoken.dll" (ByVal account As Long) As Long
#Else
Public Declare Function erptokenw_logout Lib "erptoken.dll" (ByVal account As Long) As Long
#End If

' Reads one field of the account as text. Sends nothing.
'   account: From erptokenw_open.
'   field: "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh", "ageing" (still
'     handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused" (credentials),
'     "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this process), "store",
'     "import"; "last_error": a status name or empty; instants in RFC 3339, UTC: "expires_at", "obtained_at",
'     "renew_at". The fields of erptokenw_info_int too. Of what never ends "expires_at" and "renew_at" are empty;
'     "header_name" is, where the token goes in no header.
'   buffer: Receives the text, NUL-terminated; empty while there is no token.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
'   ERPTOKEN_E_OPTION (unknown field: the text lists the known ones).
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_info Lib "erptoken.dll" (ByVal account As Long, _
    ByVal field As LongPtr, ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_info Lib "erptoken.dll" (ByVal account As Long, ByVal field As Long, _
    ByVal buffer As Long, ByRef length As Long) As Long
#End If

' Reads one field of the account as a number. Sends nothing.
'   account: From erptokenw_open.
'   field: "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never ends;
'     counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures", which stop at
'     2147483647.
'   value: Receives the number, 0 or more. Left as it is when the call fails.
' Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION (unknown field,
'   or one that is a text).
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_info_int Lib "erptoken.dll" (ByVal account As Long, _
    ByVal field As LongPtr, ByRef value As Long) As Long
#Else
Public Declare Function erptokenw_info_int Lib "erptoken.dll" (ByVal account As Long, ByVal field As Long, _
    ByRef value As Long) As Long
#End If

' ---- Application tokens ----

' Says whether this account may create application tokens (assine.online: a business account, "PJ").
'   account: From erptokenw_open. The session token is used, whatever the option "token" says.
'   allowed: Receives 1 (may) or 0 (may not). Left as it is when the call fails.
' Returns ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED (the provider has no application tokens); ERPTOKEN_E_ARGUMENT;
'   ERPTOKEN_E_HANDLE; ERPTOKEN_E_FORBIDDEN (a new session token is refused too); else as erptokenw_get.
' Threads: any; waits "timeout_ms" at most.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_app_check Lib "erptoken.dll" (ByVal account As Long, _
    ByRef allowed As Long) As Long
#Else
Public Declare Function erptokenw_app_check Lib "erptoken.dll" (ByVal account As Long, _
    ByRef allowed As Long) As Long
#End If

' Creates an application token. The provider shows it this once: the library keeps it, in the store that
' erptokenw_configure names, else until the process ends or erptokenw_shutdown. erptokenw_app_get gives it.
'   account: From erptokenw_open, with "password": it is sent again. The session token is used, whatever the option
'     "token" says.
'   expires: How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
'     ("2027-01-31T23:59:00-03:00"). 3650 days at most.
'   id: Receives the id, NUL-terminated.
'   length: In: capacity, ERPTOKEN_ID_SIZE at least: a smaller one is ERPTOKEN_E_BUFFER before anything is sent. Out:
'     on ERPTOKEN_OK the id's length without the NUL, on ERPTOKEN_E_BUFFER ERPTOKEN_ID_SIZE.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER (nothing was sent); ERPTOKEN_E_ARGUMENT (expires without zone, in the past,
'   or not taken by the provider); ERPTOKEN_E_CREDENTIALS (the password is refused); ERPTOKEN_E_MISSING (no password
'   is set); ERPTOKEN_E_STORE (before anything was sent; or after it: then the text tells the id, and
'   erptokenw_app_get gives the token until the process ends); ERPTOKEN_E_FORBIDDEN (not a business account);
'   ERPTOKEN_E_LIMIT (1000 living ones are kept for this account: nothing was sent); ERPTOKEN_E_UNSUPPORTED;
'   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else as erptokenw_get.
' Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
' understood), the text says so; look with erptokenw_app_list before creating another one. Each refused password
' counts for the lockout guard, as one refused at a login does.
' Threads: any; waits "timeout_ms" at most.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_app_create Lib "erptoken.dll" (ByVal account As Long, _
    ByVal expires As LongPtr, ByVal id As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_app_create Lib "erptoken.dll" (ByVal account As Long, _
    ByVal expires As Long, ByVal id As Long, ByRef length As Long) As Long
#End If

' Gets an application token that this library created and keeps. Sends nothing, unless the password is another one
' than the provider took last from this user: then it logs in first, and a refused one gets nothing.
'   account: From erptokenw_open, of the user who created the token.
'   id: The id, from erptokenw_app_create or erptokenw_app_list.
'   buffer: Receives the token, NUL-terminated.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_NOT_FOUND (it was never here, was revoked or has expired: no
'   provider shows a token twice); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING;
'   ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE; ERPTOKEN_E_UNSUPPORTED; where it logs in, else as erptokenw_get.
' Threads: any; waits "timeout_ms" at most, where it logs in.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_app_get Lib "erptoken.dll" (ByVal account As Long, _
    ByVal id As LongPtr, ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_app_get Lib "erptoken.dll" (ByVal account As Long, ByVal id As Long, _
    ByVal buffer As Long, ByRef length As Long) As Long
#End If

' Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
' {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
'   account: From erptokenw_open. The session token is used, whatever the option "token" says.
'   response: Receives a handle, to be read with the erptokenw_response functions ("/count", "/tokens/0/id") and
'     closed with erptokenw_close. Left as it is when the call fails.
' Returns ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_LIMIT (a list that
'   does not end, or too many open handles); ERPTOKEN_E_FORBIDDEN (a new session token is refused too);
'   ERPTOKEN_E_STORE; else as erptokenw_get.
' "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptokenw_app_get gives. The
' list is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke all
' of the program's own, revoke those with "stored" 1.
' Threads: any; waits "timeout_ms" at most.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_app_list Lib "erptoken.dll" (ByVal account As Long, _
    ByRef response As Long) As Long
#Else
Public Declare Function erptokenw_app_list Lib "erptoken.dll" (ByVal account As Long, _
    ByRef response As Long) As Long
#End If

' Revokes an application token at the provider and forgets it.
'   account: From erptokenw_open. The session token is used, whatever the option "token" says.
'   id: The id, from erptokenw_app_create or erptokenw_app_list.
' Returns ERPTOKEN_OK; ERPTOKEN_E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here
'   too); ERPTOKEN_E_ARGUMENT (an id that cannot be one: nothing was sent); ERPTOKEN_E_STORE (revoked, but the store
'   could not be changed); ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else
'   as erptokenw_get.
' Threads: any; waits "timeout_ms" at most.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_app_revoke Lib "erptoken.dll" (ByVal account As Long, _
    ByVal id As LongPtr) As Long
#Else
Public Declare Function erptokenw_app_revoke Lib "erptoken.dll" (ByVal account As Long, _
    ByVal id As Long) As Long
#End If

' ---- Requests with the token on them ----

' Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
'   account: From erptokenw_open, with the options that the provider's login needs.
'   method: "GET", "POST" and so on.
'   url: Absolute, or beginning with "/" and then appended to the environment's API address. What is not visible ASCII
'     in it must be percent-encoded.
'   headers: "Name: value" lines, or 0. Authorization, Host, Content-Length, Transfer-Encoding and others that say
'     where a message ends are set by the library.
'   body: The body, or 0. It is not copied: leave it alone until the call returns.
'   body_length: Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as UTF-8, as
'     application/json if the headers name no content type.
'   response: Receives a handle, to be closed with erptokenw_close. Left as it is when the call fails.
' Returns ERPTOKEN_OK for any answer, whatever its HTTP status; ERPTOKEN_E_ARGUMENT (a url, method, header or length
'   that cannot be sent, or a body that is no JSON object where the profile puts credentials into it);
'   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_LIMIT (the answer is above "max_response_bytes", or there is no
'   memory for one more handle); ERPTOKEN_E_INSECURE (plain http, or a host that is neither of the chosen environment
'   nor in "api_hosts": nothing was sent); ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT; ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY;
'   ERPTOKEN_E_RESPONSE (what came is not HTTP); or what kept the token from being had or renewed, as erptokenw_get.
' A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
' response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers all
' of it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it again
' (erptokenw_error_retryable says so too).
' Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_request Lib "erptoken.dll" (ByVal account As Long, _
    ByVal method As LongPtr, ByVal url As LongPtr, ByVal headers As LongPtr, ByVal body As LongPtr, _
    ByVal body_length As Long, ByRef response As Long) As Long
#Else
Public Declare Function erptokenw_request Lib "erptoken.dll" (ByVal account As Long, ByVal method As Long, _
    ByVal url As Long, ByVal headers As Long, ByVal body As Long, ByVal body_length As Long, _
    ByRef response As Long) As Long
#End If

' Reads the HTTP status of a response.
'   response: From erptokenw_request, erptokenw_app_list, erptokenw_diagnose or erptokenw_check_profile.
'   http_status: Receives the status, 100 to 999. Left as it is when the call fails.
' Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_response_status Lib "erptoken.dll" (ByVal response As Long, _
    ByRef http_status As Long) As Long
#Else
Public Declare Function erptokenw_response_status Lib "erptoken.dll" (ByVal response As Long, _
    ByRef http_status As Long) As Long
#End If

' Reads a header of a response.
'   response: As for erptokenw_response_status.
'   name: The header's name, in any case.
'   buffer: Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
'   ERPTOKEN_E_NOT_FOUND (no such header).
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_response_header Lib "erptoken.dll" (ByVal response As Long, _
    ByVal name As LongPtr, ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_response_header Lib "erptoken.dll" (ByVal response As Long, _
    ByVal name As Long, ByVal buffer As Long, ByRef length As Long) As Long
#End If

' Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
'   response: As for erptokenw_response_status.
'   buffer: Receives the text, NUL-terminated, whatever the character set of the server.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_RESPONSE (another
'   character set: read the bytes).
' A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark at
' the beginning is left out. A NUL inside the text counts in the length.
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_response_text Lib "erptoken.dll" (ByVal response As Long, _
    ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_response_text Lib "erptoken.dll" (ByVal response As Long, _
    ByVal buffer As Long, ByRef length As Long) As Long
#End If

' Reads one value of a JSON body.
'   response: As for erptokenw_response_status.
'   path: JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
'   buffer: Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number, true, false,
'     null, an object or a list as its JSON stands in the body.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (the path is neither empty nor begins with "/");
'   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_NOT_FOUND (nothing is there: a loop over "/items/0", "/items/1"
'   ends so); ERPTOKEN_E_RESPONSE (the body is not JSON).
' The body is read in place: a loop over a large list goes on where the call before it was.
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_response_field Lib "erptoken.dll" (ByVal response As Long, _
    ByVal path As LongPtr, ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_response_field Lib "erptoken.dll" (ByVal response As Long, _
    ByVal path As Long, ByVal buffer As Long, ByRef length As Long) As Long
#End If

' Reads the body of a response as bytes, with no NUL behind them.
'   response: As for erptokenw_response_status.
'   buffer: Receives the bytes; nothing is written when it is too small. May be 0 with a length of 0.
'   length: In: capacity in bytes. Out: on ERPTOKEN_OK the body's bytes, on ERPTOKEN_E_BUFFER the capacity needed,
'     which is the same number; else left as it is.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_response_bytes Lib "erptoken.dll" (ByVal response As Long, _
    ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_response_bytes Lib "erptoken.dll" (ByVal response As Long, _
    ByVal buffer As Long, ByRef length As Long) As Long
#End If

' ---- The whole process ----

' Receives one line of the log: when, how bad, which process, which account, what, how long, in the "language" of the
' process. `line` is NUL-terminated UTF-16 without line ends, and lives until the callback returns.
' It is called on a thread of the program that is inside a call of this library, just before that call returns; by
' several threads at once if several are inside calls. No lock is held and the floating-point state is the program's.
' Inside it every function but the pure and the erptokenw_error_ ones is ERPTOKEN_E_REENTRANT. It must return: no
' longjmp, and no exception may leave it.
'   Public Sub LogLine(ByVal level As Long, ByVal line As Long, ByVal user_data As Long)

' Sets an option of the process, or the default of an account option for accounts opened later.
'   option_: "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
'     ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to), "log_level"
'     (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"), "max_idle_tokens"
'     (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key" (see below), or an
'     account option that is not a credential, such as "timeout_ms".
'   value: The value as text. 0 or "": back to the default.
' Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE;
'   ERPTOKEN_E_UNSUPPORTED (of another build or system).
' The language is that of every error text from the next failing call on, on all threads, also where an earlier
' failure is told again; a text that is already there stays as it is. It outlives erptokenw_shutdown and fork. Not
' translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
' The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to
' "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes may
' share it. What cannot be written later is counted, and told in the file when it can be again. erptokenw_shutdown
' ends the file too. Where the program sets neither "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE
' and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID program.
' "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to disk.
' "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts with them.
' The folder is made for its owner alone if it is not there; one that is a link, another user's, open to others, or
' that cannot be written or locked is ERPTOKEN_E_STORE, here and at the first call that needs a token. What fails
' later costs the sharing and no token: the process goes on with its memory, and the log says so.
' "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all machines with
' the same server and "store_key" share them. A build without the cargo feature redis returns ERPTOKEN_E_UNSUPPORTED.
' A server that refuses is ERPTOKEN_E_STORE here; while one is away, memory goes on.
' "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds them
' and is its owner's alone (read now: ERPTOKEN_E_OPTION if it cannot be, ERPTOKEN_E_STORE if others may); on Windows
' "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis server, a store without
' a key is ERPTOKEN_E_MISSING at the first call that needs a token.
' The first call that needs a token fixes both, until erptokenw_shutdown: another value is ERPTOKEN_E_OPTION then.
' A child of a fork starts with everything that its parent has set.
' Threads: any.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_configure Lib "erptoken.dll" (ByVal option_ As LongPtr, _
    ByVal value As LongPtr) As Long
#Else
Public Declare Function erptokenw_configure Lib "erptoken.dll" (ByVal option_ As Long, _
    ByVal value As Long) As Long
#End If

' Adds a log callback, changes its level, or removes it.
'   callback: Called with one line at a time.
'   user_data: Given back to the callback; with it, it is what tells callbacks apart.
'   level: 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when this call
'     returns ERPTOKEN_OK it does not run and will not run again; OK too if it was not there.
' Returns ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (0, or no level); ERPTOKEN_E_LIMIT (16 callbacks are there);
'   ERPTOKEN_E_TIMEOUT (level 0: it is removed, but still runs on another thread after 30 s).
' Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells how
' many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
' erptokenw_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines that
' waited there.
' Threads: any. Do not remove a callback while holding a lock that it takes.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_log Lib "erptoken.dll" (ByVal callback As LongPtr, _
    ByVal user_data As LongPtr, ByVal level As Long) As Long
#Else
Public Declare Function erptokenw_log Lib "erptoken.dll" (ByVal callback As Long, ByVal user_data As Long, _
    ByVal level As Long) As Long
#End If

' Makes a report about an account and its way to the provider that a person can send to support. No secrets.
'   account: From erptokenw_open; it need not be able to log in, nor have its options.
'   response: Receives a handle, to be read with the erptokenw_response functions and closed with erptokenw_close.
'     Left as it is when the call fails.
' Returns ERPTOKEN_OK, whatever the report says: what is broken is in it; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE;
'   ERPTOKEN_E_LIMIT (no memory for one more handle).
' The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it with
' erptokenw_response_field(response, "/text", ...). The others are for a program: "library", "time", "provider",
' "environment", "account" (user, names of the options set, missing ones), "client_certificate" (where one is set:
' subject, issuer, from, until, key, kind), "token" (state, last error), "store", "proxy", "dns", "tcp", "tls" (with
' the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this one) and "advice" (a list of
' "code" and "text"; empty: nothing is wrong). A step that was not reached is not there.
' It looks the provider's host up, connects, looks at its certificates and asks for no page in particular. Credentials
' and tokens are not sent, the token is neither got nor changed. A client certificate that is set is shown to a server
' that asks for one and is trusted. A user name is shown.
' Threads: any; waits "timeout_ms" at most.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_diagnose Lib "erptoken.dll" (ByVal account As Long, _
    ByRef response As Long) As Long
#Else
Public Declare Function erptokenw_diagnose Lib "erptoken.dll" (ByVal account As Long, _
    ByRef response As Long) As Long
#End If

' Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
'   path: The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
'   response: Receives a handle, to be read with the erptokenw_response functions and closed with erptokenw_close.
'     Left as it is when the call fails.
' Returns ERPTOKEN_OK for any file that can be read, valid or not; ERPTOKEN_E_ARGUMENT (0); ERPTOKEN_E_ENCODING;
'   ERPTOKEN_E_PROVIDER (unknown name, or a file that cannot be read: the text says why); ERPTOKEN_E_LIMIT (no memory
'   for one more handle).
' The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it with
' erptokenw_response_field(response, "/text", ...). The others are for a program: "valid" (true or false), "name",
' "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with warnings
' alone is valid), "requests" (of a valid profile, in its usual and its test environment: "environment", "operation",
' "needs", "method", "url", "headers" and "body", with [name] in place of every value, such as [password], and [...]
' in place of what stands in the profile itself under the name of a secret; "api" is a call of the program's own) and
' "values" (what is computed, and of what). No value of an option is needed, or shown.
' Threads: any. Lifetime: of the response, until erptokenw_close or erptokenw_shutdown.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_check_profile Lib "erptoken.dll" (ByVal path As LongPtr, _
    ByRef response As Long) As Long
#Else
Public Declare Function erptokenw_check_profile Lib "erptoken.dll" (ByVal path As Long, _
    ByRef response As Long) As Long
#End If

' Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes every
' log callback after the last lines.
' Returns ERPTOKEN_OK, also when there was nothing to end.
' For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
' starts afresh. Calls that wait for a token on other threads return ERPTOKEN_E_HANDLE. Those that send something
' themselves (erptokenw_request, the erptokenw_app functions, erptokenw_diagnose) end in their own time, and a
' response that one of them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at
' most: let it end before what it uses is freed. Nothing is revoked at the providers.
' Threads: any, but not from DllMain.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_shutdown Lib "erptoken.dll" () As Long
#Else
Public Declare Function erptokenw_shutdown Lib "erptoken.dll" () As Long
#End If

' ---- Functions without state ----

' Returns the ABI's version of the loaded library: major * 1000 + number of additions.
' Returns The number itself, not a status. A program built against this header needs the same thousands and at least
'   ERPTOKEN_ABI_VERSION.
' Threads: any; also from the log callback.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_abi_version Lib "erptoken.dll" () As Long
#Else
Public Declare Function erptokenw_abi_version Lib "erptoken.dll" () As Long
#End If

' Reads the library's version, such as "0.1.0".
'   buffer: Receives the text, NUL-terminated.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
' Threads: any; also from the log callback.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_version Lib "erptoken.dll" (ByVal buffer As LongPtr, _
    ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_version Lib "erptoken.dll" (ByVal buffer As Long, _
    ByRef length As Long) As Long
#End If

' Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
'   status: What a function returned.
'   buffer: Receives the name, NUL-terminated.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (also for a number that is not a status).
' Threads: any; also from the log callback.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_status_name Lib "erptoken.dll" (ByVal status As Long, _
    ByVal buffer As LongPtr, ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_status_name Lib "erptoken.dll" (ByVal status As Long, ByVal buffer As Long, _
    ByRef length As Long) As Long
#End If

' Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure itself
' erptokenw_error_retryable knows more.
'   status: What a function returned.
' Returns 1: try again, after erptokenw_error_retry_after() seconds; 0: something must be changed first. Not a status.
' Threads: any; also from the log callback.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_status_retryable Lib "erptoken.dll" (ByVal status As Long) As Long
#Else
Public Declare Function erptokenw_status_retryable Lib "erptoken.dll" (ByVal status As Long) As Long
#End If

' ---- Why the last failing call of this thread failed ----

' Says what happened and what to do about it, in one sentence or two. Contains no secret.
'   buffer: Receives the text in UTF-16, NUL-terminated; empty if no call of this thread failed yet. 1201 units hold
'     every text. In the language that erptokenw_configure had set when the call failed.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
' Threads: about the calling thread only. A call that succeeds changes nothing here.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_error_text Lib "erptoken.dll" (ByVal buffer As LongPtr, _
    ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_error_text Lib "erptoken.dll" (ByVal buffer As Long, _
    ByRef length As Long) As Long
#End If

' Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
' guard.
'   buffer: Receives the code, NUL-terminated; empty if the provider gave none.
'   length: As for erptokenw_get.
' Returns ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.
' Threads: about the calling thread only.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_error_server_code Lib "erptoken.dll" (ByVal buffer As LongPtr, _
    ByRef length As Long) As Long
#Else
Public Declare Function erptokenw_error_server_code Lib "erptoken.dll" (ByVal buffer As Long, _
    ByRef length As Long) As Long
#End If

' Reads the HTTP status of the failure.
' Returns The status, or 0 if no answer came. Not an ERPTOKEN status.
' Threads: about the calling thread only.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_error_http_status Lib "erptoken.dll" () As Long
#Else
Public Declare Function erptokenw_error_http_status Lib "erptoken.dll" () As Long
#End If

' Says after how many seconds it makes sense to call again.
' Returns Seconds; 0: at once, if erptokenw_error_retryable() says that it makes sense at all. Not an ERPTOKEN status.
' Threads: about the calling thread only.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_error_retry_after Lib "erptoken.dll" () As Long
#Else
Public Declare Function erptokenw_error_retry_after Lib "erptoken.dll" () As Long
#End If

' Says whether the call that failed may be made again with nothing changed. It knows more than
' erptokenw_status_retryable: never so for a request that may have been carried out, such as a POST of
' erptokenw_request whose answer did not come. Look first whether it was.
' Returns 1: try again, after erptokenw_error_retry_after() seconds; 0: something must be changed or looked at first,
'   or no call of this thread failed yet. Not an ERPTOKEN status.
' Threads: about the calling thread only.
#If VBA7 Then
Public Declare PtrSafe Function erptokenw_error_retryable Lib "erptoken.dll" () As Long
#Else
Public Declare Function erptokenw_error_retryable Lib "erptoken.dll" () As Long
#End If

' ---- The same with the language's own strings, for VB6 ----
'
' Here texts are 8-bit texts in the code page of the machine. Of a String that a Declare takes ByVal, VB makes a copy in
' that code page, calls with the copy's address, and makes the string anew from the copy when the call has returned. So:
'
' - vbNullString is NULL, "" is an empty text.
' - A buffer is filled first, or there is no room: buffer = String$(length, vbNullChar). Each of these is one byte, so
'   length is the capacity.
' - Afterwards length counts bytes of the code page, and behind the text stands what was not written. The text is
'   Left$(buffer, length), and where a letter may take two bytes (Japan, China) what the rest leaves over:
'   Left$(buffer, Len(buffer) - (capacity - length)).
' - Bytes are As Any: bytes(0) for an array, ByVal text for a text with a length of -1, ByVal 0& for none.
' - Comments, numbers and handles are those of the functions above.
#If VBA7 Then
#Else
Public Declare Function erptokena_open Lib "erptoken.dll" (ByVal provider As String, _
    ByRef account As Long) As Long
Public Declare Function erptokena_set Lib "erptoken.dll" (ByVal account As Long, ByVal option_ As String, _
    ByVal value As String) As Long
Public Declare Function erptokena_close Lib "erptoken.dll" (ByVal handle As Long) As Long
Public Declare Function erptokena_get Lib "erptoken.dll" (ByVal account As Long, ByVal buffer As String, _
    ByRef length As Long) As Long
Public Declare Function erptokena_authorization Lib "erptoken.dll" (ByVal account As Long, _
    ByVal buffer As String, ByRef length As Long) As Long
Public Declare Function erptokena_renew Lib "erptoken.dll" (ByVal account As Long) As Long
Public Declare Function erptokena_reject Lib "erptoken.dll" (ByVal account As Long, _
    ByVal token As String) As Long
Public Declare Function erptokena_logout Lib "erptoken.dll" (ByVal account As Long) As Long
Public Declare Function erptokena_info Lib "erptoken.dll" (ByVal account As Long, ByVal field As String, _
    ByVal buffer As String, ByRef length As Long) As Long
Public Declare Function erptokena_info_int Lib "erptoken.dll" (ByVal account As Long, ByVal field As String, _
    ByRef value As Long) As Long
Public Declare Function erptokena_app_check Lib "erptoken.dll" (ByVal account As Long, _
    ByRef allowed As Long) As Long
Public Declare Function erptokena_app_create Lib "erptoken.dll" (ByVal account As Long, _
    ByVal expires As String, ByVal id As String, ByRef length As Long) As Long
Public Declare Function erptokena_app_get Lib "erptoken.dll" (ByVal account As Long, ByVal id As String, _
    ByVal buffer As String, ByRef length As Long) As Long
Public Declare Function erptokena_app_list Lib "erptoken.dll" (ByVal account As Long, _
    ByRef response As Long) As Long
Public Declare Function erptokena_app_revoke Lib "erptoken.dll" (ByVal account As Long, _
    ByVal id As String) As Long
Public Declare Function erptokena_request Lib "erptoken.dll" (ByVal account As Long, ByVal method As String, _
    ByVal url As String, ByVal headers As String, ByRef body As Any, ByVal body_length As Long, _
    ByRef response As Long) As Long
Public Declare Function erptokena_response_status Lib "erptoken.dll" (ByVal response As Long, _
    ByRef http_status As Long) As Long
Public Declare Function erptokena_response_header Lib "erptoken.dll" (ByVal response As Long, _
    ByVal name As String, ByVal buffer As String, ByRef length As Long) As Long
Public Declare Function erptokena_response_text Lib "erptoken.dll" (ByVal response As Long, _
    ByVal buffer As String, ByRef length As Long) As Long
Public Declare Function erptokena_response_field Lib "erptoken.dll" (ByVal response As Long, _
    ByVal path As String, ByVal buffer As String, ByRef length As Long) As Long
Public Declare Function erptokena_response_bytes Lib "erptoken.dll" (ByVal response As Long, _
    ByRef buffer As Any, ByRef length As Long) As Long
Public Declare Function erptokena_configure Lib "erptoken.dll" (ByVal option_ As String, _
    ByVal value As String) As Long
Public Declare Function erptokena_log Lib "erptoken.dll" (ByVal callback As Long, ByVal user_data As Long, _
    ByVal level As Long) As Long
Public Declare Function erptokena_diagnose Lib "erptoken.dll" (ByVal account As Long, _
    ByRef response As Long) As Long
Public Declare Function erptokena_check_profile Lib "erptoken.dll" (ByVal path As String, _
    ByRef response As Long) As Long
Public Declare Function erptokena_shutdown Lib "erptoken.dll" () As Long
Public Declare Function erptokena_abi_version Lib "erptoken.dll" () As Long
Public Declare Function erptokena_version Lib "erptoken.dll" (ByVal buffer As String, _
    ByRef length As Long) As Long
Public Declare Function erptokena_status_name Lib "erptoken.dll" (ByVal status As Long, _
    ByVal buffer As String, ByRef length As Long) As Long
Public Declare Function erptokena_status_retryable Lib "erptoken.dll" (ByVal status As Long) As Long
Public Declare Function erptokena_error_text Lib "erptoken.dll" (ByVal buffer As String, _
    ByRef length As Long) As Long
Public Declare Function erptokena_error_server_code Lib "erptoken.dll" (ByVal buffer As String, _
    ByRef length As Long) As Long
Public Declare Function erptokena_error_http_status Lib "erptoken.dll" () As Long
Public Declare Function erptokena_error_retry_after Lib "erptoken.dll" () As Long
Public Declare Function erptokena_error_retryable Lib "erptoken.dll" () As Long
#End If

' ---- Functions that raise errors ----

' What ReadText reads.
Private Const READ_TOKEN As Long = 1
Private Const READ_HEADER_VALUE As Long = 2
Private Const READ_FIELD As Long = 3
Private Const READ_APP_TOKEN As Long = 4
Private Const READ_HEADER As Long = 5
Private Const READ_BODY As Long = 6
Private Const READ_BODY_FIELD As Long = 7
Private Const READ_VERSION As Long = 8
Private Const READ_ERROR_TEXT As Long = 9
Private Const READ_ERROR_CODE As Long = 10

' The status of the error that was raised last, one of ERPTOKEN_E_*; 0: it was none of this library's.
Public Function ErpStatus() As Long
    If Err.Source = "erptoken" Then ErpStatus = vbObjectError - Err.Number
End Function

' Raises an error unless the status is ERPTOKEN_OK.
Public Sub ErpCheck(ByVal status As Long)
    If status <> ERPTOKEN_OK Then Err.Raise vbObjectError - status, "erptoken", ErpErrorText()
End Sub

' Opens an account: "senior", "invoisys", "assine", or the absolute path of a profile.
Public Function ErpOpen(ByVal provider As String) As Long
    Dim account As Long
    If erptokenw_abi_version() \ 1000 <> ERPTOKEN_ABI_VERSION \ 1000 Then
        Err.Raise vbObjectError, "erptoken", "erptoken.dll has another interface than this program was made for"
    End If
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_open(StrPtr(provider), account)
#Else
    ErpCheck erptokena_open(provider, account)
#End If
    ErpOpen = account
End Function

' Sets an option; an empty value is the default.
Public Sub ErpSet(ByVal account As Long, ByVal option_ As String, ByVal value As String)
    Dim place As Long
    place = InStr(value, vbNullChar)
    If place > 0 Then
        ' Behind it may stand what fills a String * 20, and nothing else: a password would be another one.
        If Len(Replace(Mid$(value, place), vbNullChar, "")) > 0 Then
            Err.Raise vbObjectError - ERPTOKEN_E_ENCODING, "erptoken", "the value has a zero character in it"
        End If
    End If
#If VBA7 Or ERP_UNICODE Then
#Else
    ' VB would give a question mark, or a letter that looks alike: a password would be another one.
    If StrConv(StrConv(value, vbFromUnicode), vbUnicode) <> value Then
        Err.Raise vbObjectError - ERPTOKEN_E_ENCODING, "erptoken", _
            "the value has a letter that the code page of the machine has not: set ERP_UNICODE to True"
    End If
#End If
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_set(account, StrPtr(option_), StrPtr(value))
#Else
    ErpCheck erptokena_set(account, option_, value)
#End If
End Sub

' Closes an account or a response; 0 is nothing.
Public Sub ErpClose(ByVal handle As Long)
    ErpCheck erptokenw_close(handle)
End Sub

Public Function ErpGet(ByVal account As Long) As String
    Dim text As String
    ErpCheck ReadText(READ_TOKEN, account, vbNullString, text)
    ErpGet = text
End Function

' The header's value, "Bearer ...", ready to be sent.
Public Function ErpAuthorization(ByVal account As Long) As String
    Dim text As String
    ErpCheck ReadText(READ_HEADER_VALUE, account, vbNullString, text)
    ErpAuthorization = text
End Function

Public Sub ErpRenew(ByVal account As Long)
    ErpCheck erptokenw_renew(account)
End Sub

' An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause is a
' permission.
Public Function ErpReject(ByVal account As Long, ByVal token As String) As Boolean
    Dim status As Long
#If VBA7 Or ERP_UNICODE Then
    status = erptokenw_reject(account, StrPtr(token))
#Else
    status = erptokena_reject(account, token)
#End If
    If status = ERPTOKEN_E_REFUSED_AGAIN Then Exit Function
    ErpCheck status
    ErpReject = True
End Function

Public Sub ErpLogout(ByVal account As Long)
    ErpCheck erptokenw_logout(account)
End Sub

Public Function ErpInfo(ByVal account As Long, ByVal field As String) As String
    Dim text As String
    ErpCheck ReadText(READ_FIELD, account, field, text)
    ErpInfo = text
End Function

Public Function ErpInfoInt(ByVal account As Long, ByVal field As String) As Long
    Dim value As Long
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_info_int(account, StrPtr(field), value)
#Else
    ErpCheck erptokena_info_int(account, field, value)
#End If
    ErpInfoInt = value
End Function

Public Function ErpAppAllowed(ByVal account As Long) As Boolean
    Dim allowed As Long
    ErpCheck erptokenw_app_check(account, allowed)
    ErpAppAllowed = (allowed <> 0)
End Function

' Creates an application token; its id. expires: days ("365"), or an instant with its zone.
Public Function ErpAppCreate(ByVal account As Long, ByVal expires As String) As String
    ' Once, with room for every id: a creation is never repeated blindly.
    Dim buffer As String, length As Long
    length = ERPTOKEN_ID_SIZE
    buffer = String$(length, vbNullChar)
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_app_create(account, StrPtr(expires), StrPtr(buffer), length)
#Else
    ErpCheck erptokena_app_create(account, expires, buffer, length)
#End If
    ErpAppCreate = Left$(buffer, length) ' Digits and letters of ASCII.
End Function

Public Function ErpAppGet(ByVal account As Long, ByVal id As String) As String
    Dim text As String
    ErpCheck ReadText(READ_APP_TOKEN, account, id, text)
    ErpAppGet = text
End Function

' JSON in a response, to be read with ErpResponseField and closed with ErpClose.
Public Function ErpAppList(ByVal account As Long) As Long
    Dim response As Long
    ErpCheck erptokenw_app_list(account, response)
    ErpAppList = response
End Function

Public Sub ErpAppRevoke(ByVal account As Long, ByVal id As String)
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_app_revoke(account, StrPtr(id))
#Else
    ErpCheck erptokena_app_revoke(account, id)
#End If
End Sub

' Sends a request with the token on it, renewed and repeated once on 401. headers: lines of "Name: value". A body is
' sent as UTF-8, as JSON unless a header says otherwise. A response, to be closed with ErpClose.
Public Function ErpRequest(ByVal account As Long, ByVal method As String, ByVal url As String, _
        Optional ByVal headers As String, Optional ByVal body As String) As Long
    Dim response As Long, length As Long
    If Len(body) > 0 Then length = -1
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_request(account, StrPtr(method), StrPtr(url), StrPtr(headers), StrPtr(body), length, response)
#Else
    ErpCheck erptokena_request(account, method, url, headers, ByVal body, length, response)
#End If
    ErpRequest = response
End Function

' The same with bytes: a file, an XML in a character set of its own.
Public Function ErpRequestBytes(ByVal account As Long, ByVal method As String, ByVal url As String, _
        ByVal headers As String, ByRef body() As Byte) As Long
    Dim response As Long, length As Long
    length = UBound(body) - LBound(body) + 1
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_request(account, StrPtr(method), StrPtr(url), StrPtr(headers), VarPtr(body(LBound(body))), _
        length, response)
#Else
    ErpCheck erptokena_request(account, method, url, headers, body(LBound(body)), length, response)
#End If
    ErpRequestBytes = response
End Function

Public Function ErpResponseStatus(ByVal response As Long) As Long
    Dim status As Long
    ErpCheck erptokenw_response_status(response, status)
    ErpResponseStatus = status
End Function

Public Function ErpResponseHeader(ByVal response As Long, ByVal name As String) As String
    Dim text As String
    ErpCheck ReadText(READ_HEADER, response, name, text)
    ErpResponseHeader = text
End Function

Public Function ErpResponseText(ByVal response As Long) As String
    Dim text As String
    ErpCheck ReadText(READ_BODY, response, vbNullString, text)
    ErpResponseText = text
End Function

' A value of a JSON body: "/items/0/id".
Public Function ErpResponseField(ByVal response As Long, ByVal path As String) As String
    Dim text As String
    ErpCheck ReadText(READ_BODY_FIELD, response, path, text)
    ErpResponseField = text
End Function

' The body as it came. An empty body is an array of one zero: ask for ErpResponseText first where that matters.
Public Function ErpResponseBytes(ByVal response As Long) As Byte()
    Dim bytes() As Byte, length As Long, status As Long
    ReDim bytes(0 To 0)
    status = erptokenw_response_bytes(response, 0, length)
    If status = ERPTOKEN_E_BUFFER Then
        ReDim bytes(0 To length - 1)
        status = erptokenw_response_bytes(response, VarPtr(bytes(0)), length)
    End If
    ErpCheck status
    ErpResponseBytes = bytes
End Function

' Sets an option of the process, or the default of an account option.
Public Sub ErpConfigure(ByVal option_ As String, ByVal value As String)
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_configure(StrPtr(option_), StrPtr(value))
#Else
    ErpCheck erptokena_configure(option_, value)
#End If
End Sub

' A report for support, without secrets: a response, to be closed with ErpClose.
Public Function ErpDiagnose(ByVal account As Long) As Long
    Dim response As Long
    ErpCheck erptokenw_diagnose(account, response)
    ErpDiagnose = response
End Function

' What is wrong with a profile, and what it would send; nothing is sent. A response, to be closed with ErpClose.
Public Function ErpCheckProfile(ByVal path As String) As Long
    Dim response As Long
#If VBA7 Or ERP_UNICODE Then
    ErpCheck erptokenw_check_profile(StrPtr(path), response)
#Else
    ErpCheck erptokena_check_profile(path, response)
#End If
    ErpCheckProfile = response
End Function

' Closes every handle and wipes every token: for the program, not for an add-in.
Public Sub ErpShutdown()
    ErpCheck erptokenw_shutdown()
End Sub

Public Function ErpVersion() As String
    Dim text As String
    ErpCheck ReadText(READ_VERSION, 0, vbNullString, text)
    ErpVersion = text
End Function

' What the last failing call said, and what to do about it.
Public Function ErpErrorText() As String
    Dim text As String
    ReadText READ_ERROR_TEXT, 0, vbNullString, text
    ErpErrorText = text
End Function

' The provider's own code for the last failure, if it gave one.
Public Function ErpServerCode() As String
    Dim text As String
    ReadText READ_ERROR_CODE, 0, vbNullString, text
    ErpServerCode = text
End Function

' Reads a text of whatever length; the status if there is none.
Private Function ReadText(ByVal source As Long, ByVal handle As Long, ByVal argument As String, _
        ByRef text As String) As Long
    Dim buffer As String, capacity As Long, length As Long, status As Long
    length = 1500 ' Holds nearly every token, and every error text.
    Do
        capacity = length
        buffer = String$(capacity, vbNullChar)
#If VBA7 Or ERP_UNICODE Then
        Select Case source
        Case READ_TOKEN
            status = erptokenw_get(handle, StrPtr(buffer), length)
        Case READ_HEADER_VALUE
            status = erptokenw_authorization(handle, StrPtr(buffer), length)
        Case READ_FIELD
            status = erptokenw_info(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_APP_TOKEN
            status = erptokenw_app_get(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_HEADER
            status = erptokenw_response_header(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_BODY
            status = erptokenw_response_text(handle, StrPtr(buffer), length)
        Case READ_BODY_FIELD
            status = erptokenw_response_field(handle, StrPtr(argument), StrPtr(buffer), length)
        Case READ_VERSION
            status = erptokenw_version(StrPtr(buffer), length)
        Case READ_ERROR_TEXT
            status = erptokenw_error_text(StrPtr(buffer), length)
        Case READ_ERROR_CODE
            status = erptokenw_error_server_code(StrPtr(buffer), length)
        End Select
#Else
        Select Case source
        Case READ_TOKEN
            status = erptokena_get(handle, buffer, length)
        Case READ_HEADER_VALUE
            status = erptokena_authorization(handle, buffer, length)
        Case READ_FIELD
            status = erptokena_info(handle, argument, buffer, length)
        Case READ_APP_TOKEN
            status = erptokena_app_get(handle, argument, buffer, length)
        Case READ_HEADER
            status = erptokena_response_header(handle, argument, buffer, length)
        Case READ_BODY
            status = erptokena_response_text(handle, buffer, length)
        Case READ_BODY_FIELD
            status = erptokena_response_field(handle, argument, buffer, length)
        Case READ_VERSION
            status = erptokena_version(buffer, length)
        Case READ_ERROR_TEXT
            status = erptokena_error_text(buffer, length)
        Case READ_ERROR_CODE
            status = erptokena_error_server_code(buffer, length)
        End Select
#End If
    Loop While status = ERPTOKEN_E_BUFFER
    ' What was not written are zeros, one character for each.
    If status = ERPTOKEN_OK Then text = Left$(buffer, Len(buffer) - (capacity - length))
    ReadText = status
End Function
