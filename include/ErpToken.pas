{ erptoken 0.1.0 for Delphi (7 and newer) and Free Pascal: declarations generated from the library's source, and
  below them classes that raise exceptions.

    Account := TErpAccount.Create('senior');
    try
      Account['username'] := 'admin@empresa.com.br';
      Account['password'] := 'senhaUsuario';
      Header := 'Authorization: ' + Account.Authorization;
    finally
      Account.Free;
    end;

  Put erptoken.dll of the program's own kind (32 or 64 bits) beside the program. Texts go over as UTF-16: with Delphi
  2009 and newer as they are; with Delphi 7 and Free Pascal through WideString, so that letters which the machine's code
  page lacks do not fit a `string`. On Linux a Free Pascal `string` is taken for UTF-8.

  Any object may be used from any thread. Ask for the token before every request instead of keeping it. }
unit ErpToken;

{$IFDEF FPC}{$MODE DELPHI}{$H+}{$ENDIF}

interface

uses
  SysUtils;

const
  ErpTokenLibrary = {$IFDEF MSWINDOWS}'erptoken.dll'{$ELSE}'liberptoken.so.1'{$ENDIF};

  /// <summary>The ABI's version: major * 1000 + number of additions. Compare with erptokenw_abi_version().</summary>
  ERPTOKEN_ABI_VERSION = 1001;

  /// <summary>Capacity that holds every id of an application token, its NUL included.</summary>
  ERPTOKEN_ID_SIZE = 65;

  /// <summary>It worked.</summary>
  ERPTOKEN_OK = 0;

  /// <summary>An argument is nil, negative or malformed. Not worth repeating.</summary>
  ERPTOKEN_E_ARGUMENT = -1001;

  /// <summary>The handle is closed, was never opened, is of another kind, or of the parent process. Not worth
  /// repeating.</summary>
  ERPTOKEN_E_HANDLE = -1002;

  /// <summary>The buffer is too small: *length says what is needed, call again. The last error is left as it
  /// is.</summary>
  ERPTOKEN_E_BUFFER = -1003;

  /// <summary>A text is not UTF-16. Not worth repeating.</summary>
  ERPTOKEN_E_ENCODING = -1004;

  /// <summary>Called from inside the log callback. Not worth repeating.</summary>
  ERPTOKEN_E_REENTRANT = -1005;

  /// <summary>Too many open handles, or an answer above max_response_bytes. Not worth repeating.</summary>
  ERPTOKEN_E_LIMIT = -1006;

  /// <summary>Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.</summary>
  ERPTOKEN_E_PROVIDER = -2001;

  /// <summary>Unknown option or field, or a bad value. Not worth repeating.</summary>
  ERPTOKEN_E_OPTION = -2002;

  /// <summary>A required option is not set: the text names it. Not worth repeating.</summary>
  ERPTOKEN_E_MISSING = -2003;

  /// <summary>This provider, or this build, has no such operation. Not worth repeating.</summary>
  ERPTOKEN_E_UNSUPPORTED = -2004;

  /// <summary>Plain http without allow_http, or a host the token may not go to. Not worth repeating.</summary>
  ERPTOKEN_E_INSECURE = -2005;

  /// <summary>The store that the program named cannot be used. Not worth repeating.</summary>
  ERPTOKEN_E_STORE = -2006;

  /// <summary>Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth
  /// repeating.</summary>
  ERPTOKEN_E_NETWORK = -3001;

  /// <summary>The caller's time ran out. Worth repeating.</summary>
  ERPTOKEN_E_TIMEOUT = -3002;

  /// <summary>TLS handshake or certificate: the text names the certificate and the cause. Not worth
  /// repeating.</summary>
  ERPTOKEN_E_TLS = -3003;

  /// <summary>The proxy refused, or wants a login (407). Not worth repeating.</summary>
  ERPTOKEN_E_PROXY = -3004;

  /// <summary>User, password or key refused. Not worth repeating.</summary>
  ERPTOKEN_E_CREDENTIALS = -4001;

  /// <summary>A second factor is wanted: set mfa_code and ask again. Not worth repeating.</summary>
  ERPTOKEN_E_MFA = -4002;

  /// <summary>The provider wants the password changed first. Not worth repeating.</summary>
  ERPTOKEN_E_PASSWORD_CHANGE = -4003;

  /// <summary>The account may not do this. Not worth repeating.</summary>
  ERPTOKEN_E_FORBIDDEN = -4004;

  /// <summary>No such application token, header or field. Not worth repeating.</summary>
  ERPTOKEN_E_NOT_FOUND = -4005;

  /// <summary>The provider, or this library's own lockout guard (server code "guard"), says wait. Worth
  /// repeating.</summary>
  ERPTOKEN_E_RATE_LIMITED = -4006;

  /// <summary>The provider failed (5xx). Worth repeating.</summary>
  ERPTOKEN_E_SERVER = -4007;

  /// <summary>The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.</summary>
  ERPTOKEN_E_RESPONSE = -4008;

  /// <summary>From erptokenw_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not
  /// worth repeating.</summary>
  ERPTOKEN_E_REFUSED_AGAIN = -4009;

  /// <summary>A bug in this library, caught. Not worth repeating.</summary>
  ERPTOKEN_E_INTERNAL = -9001;

type
  /// <summary>Receives one line of the log: when, how bad, which process, which account, what, how long, in the
  /// "language" of the process. `line` is NUL-terminated UTF-16 without line ends, and lives until the callback
  /// returns.</summary>
  /// <remarks>It is called on a thread of the program that is inside a call of this library, just before that call
  ///   returns; by several threads at once if several are inside calls. No lock is held and the floating-point state
  ///   is the program's. Inside it every function but the pure and the erptokenw_error_ ones is ERPTOKEN_E_REENTRANT.
  ///   It must return: no longjmp, and no exception may leave it.</remarks>
  TErpLogLine = procedure(level: Integer; line: PWideChar; user_data: Pointer); {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF};

  TErpBytes = array of Byte;

  /// <summary>Why a call failed; Message says what to do about it.</summary>
  EErpToken = class(Exception)
  private
    FStatus, FHttpStatus, FRetryAfter: Integer;
    FRetryable: Boolean;
    FServerCode: string;
  public
    /// <summary>Of the last failing call of this thread.</summary>
    constructor CreateLast(AStatus: Integer);
    /// <summary>Whether the same call may succeed later with nothing changed.</summary>
    function Retryable: Boolean;
    /// <summary>One of ERPTOKEN_E_*.</summary>
    property Status: Integer read FStatus;
    /// <summary>The HTTP status; 0: no answer came.</summary>
    property HttpStatus: Integer read FHttpStatus;
    /// <summary>The provider's own code, if it gave one.</summary>
    property ServerCode: string read FServerCode;
    /// <summary>After how many seconds to try again; 0: at once.</summary>
    property RetryAfter: Integer read FRetryAfter;
  end;

  /// <summary>What a handle of the library stands for; freed, it is closed.</summary>
  TErpObject = class
  private
    FHandle: Integer;
  public
    destructor Destroy; override;
    /// <summary>For the functions above.</summary>
    property Handle: Integer read FHandle;
  end;

  /// <summary>An answer to a request, any HTTP status; the caller frees it.</summary>
  TErpResponse = class(TErpObject)
  public
    constructor CreateOwning(AHandle: Integer);
    function Status: Integer;
    /// <summary>A header's value; ERPTOKEN_E_NOT_FOUND if there is none.</summary>
    function Header(const Name: string): string;
    /// <summary>The body as text, from the character set that it declares.</summary>
    function Text: string;
    /// <summary>A value of a JSON body: "/items/0/id".</summary>
    function Field(const Path: string): string;
    /// <summary>The body as it came.</summary>
    function Bytes: TErpBytes;
  end;

  /// <summary>An account at a provider.</summary>
  TErpAccount = class(TErpObject)
  private
    function GetOption(const Name: string): string;
  public
    /// <summary>'senior', 'invoisys', 'assine', or the absolute path of a profile.</summary>
    constructor Create(const Provider: string);
    /// <summary>Sets an option; an empty value is the default.</summary>
    procedure SetOption(const Name, Value: string);
    /// <summary>Account['username'] := ...; read, it is the field of that name of Info.</summary>
    property Options[const Name: string]: string read GetOption write SetOption; default;

    function Token: string;
    /// <summary>The header's value, 'Bearer ...', ready to be sent.</summary>
    function Authorization: string;
    procedure Renew;
    /// <summary>An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause
    /// is a permission.</summary>
    function Reject(const Token: string): Boolean;
    procedure Logout;
    function Info(const Field: string): string;
    function InfoInt(const Field: string): Integer;

    function AppAllowed: Boolean;
    /// <summary>Creates an application token; its id.</summary>
    function AppCreate(const Expires: string): string;
    function AppToken(const Id: string): string;
    /// <summary>JSON, to be read with Field; the caller frees it.</summary>
    function AppList: TErpResponse;
    procedure AppRevoke(const Id: string);

    /// <summary>Sends a request with the token on it, renewed and repeated once on 401. Headers are lines of
    /// 'Name: value'. A text is sent as UTF-8, as JSON unless a header says otherwise. The caller frees the
    /// answer.</summary>
    function Request(const Method, Url: string; const Headers: string = '';
      const Body: string = ''): TErpResponse;
    function RequestBytes(const Method, Url, Headers: string; const Body: TErpBytes): TErpResponse;
    /// <summary>A report for support, without secrets; the caller frees it.</summary>
    function Diagnose: TErpResponse;
  end;

/// <summary>Sets an option of the process, or the default of an account option.</summary>
procedure ErpConfigure(const Option, Value: string);
/// <summary>What is wrong with a profile, and what it would send; nothing is sent. The caller frees it.</summary>
function ErpCheckProfile(const Path: string): TErpResponse;
/// <summary>Adds, changes or (level 0) removes a log callback; it must not raise.</summary>
procedure ErpLog(Callback: TErpLogLine; UserData: Pointer; Level: Integer);
/// <summary>Closes every handle and wipes every token: for the program, not for a plugin.</summary>
procedure ErpShutdown;
function ErpVersion: string;
/// <summary>Such as 'ERPTOKEN_E_NETWORK'.</summary>
function ErpStatusName(Status: Integer): string;
/// <summary>Raises EErpToken unless the status is ERPTOKEN_OK.</summary>
procedure ErpCheck(Status: Integer);

  { ---- Accounts ---- }

  /// <summary>Opens an account at a provider. Sends nothing.</summary>
  /// <param name="provider">"senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A
  ///   profile decides where passwords go: treat the file as code.</param>
  /// <param name="account">Receives the handle, greater than 0. Left as it is when the call fails.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (nil); ERPTOKEN_E_ENCODING; ERPTOKEN_E_PROVIDER (unknown name, or a
  ///   profile that cannot be read or is not valid: the text says where); ERPTOKEN_E_LIMIT (no memory for one more
  ///   handle; 2,096,128 can be open).</returns>
  /// <remarks>Threads: any. Lifetime: until erptokenw_close or erptokenw_shutdown; closing early costs nothing,
  ///   because tokens are cached for the whole process and not in the handle. In the child of a fork the parent's
  ///   handles are ERPTOKEN_E_HANDLE: open accounts after forking.</remarks>
  function erptokenw_open(provider: PWideChar; var account: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Sets one option of an account. Sends nothing; the next call works with the new value.</summary>
  /// <param name="account">From erptokenw_open.</param>
  /// <param name="option">Name of the option, such as "username" (README.md has the table).</param>
  /// <param name="value">The value as text, copied before the call returns. nil or "": back to the default.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (option is nil); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
  ///   ERPTOKEN_E_OPTION (unknown option, or a value that is not usable: the text says what it must be);
  ///   ERPTOKEN_E_UNSUPPORTED ("token" = "application" at a provider that has no application tokens).</returns>
  /// <remarks>Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this
  ///   handle, so that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
  ///   "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any
  ///   order. The files are read when they are set. The call that makes them contradict each other (a wrong password,
  ///   a key of another certificate) answers ERPTOKEN_E_OPTION and sets its value all the same, and so does every
  ///   call that needs the certificate, without sending anything, until one of them is set to what fits. Threads:
  ///   any; calls of other threads that run at this moment finish with the old value.</remarks>
  function erptokenw_set(account: Integer; option: PWideChar; value: PWideChar): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other
  /// accounts.</summary>
  /// <param name="handle">The handle; 0 is nothing and OK.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_HANDLE (closed already, never opened, or of the parent process).</returns>
  /// <remarks>Threads: any. A call that uses the handle at this moment on another thread finishes or returns
  ///   ERPTOKEN_E_HANDLE. Nothing is revoked at the provider: erptokenw_logout does that.</remarks>
  function erptokenw_close(handle: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  { ---- Tokens ---- }

  /// <summary>Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is
  /// refused).</summary>
  /// <param name="account">From erptokenw_open, with the options that the provider's login needs.</param>
  /// <param name="buffer">Receives the token, NUL-terminated. May be nil with a length of 0, to ask for the
  ///   size.</param>
  /// <param name="length">In: capacity of the buffer in 16-bit units, the NUL included. Out: on ERPTOKEN_OK the
  ///   token's length without the NUL, on ERPTOKEN_E_BUFFER the capacity needed; else left as it is.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a
  ///   loop, because a renewed token may be longer); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING;
  ///   ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_INSECURE; ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT;
  ///   ERPTOKEN_E_TLS; ERPTOKEN_E_PROXY; ERPTOKEN_E_CREDENTIALS; ERPTOKEN_E_MFA; ERPTOKEN_E_PASSWORD_CHANGE;
  ///   ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_NOT_FOUND; ERPTOKEN_E_RATE_LIMITED; ERPTOKEN_E_SERVER;
  ///   ERPTOKEN_E_RESPONSE.</returns>
  /// <remarks>Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and
  ///   renewed behind the caller well before: call this for every request instead of keeping the token. One that the
  ///   provider sends without a life is handed out for 10 s, in which nothing is sent. Threads: any; all who ask
  ///   while a renewal runs wait for that one and share its result.</remarks>
  function erptokenw_get(account: Integer; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be
  /// sent.</summary>
  /// <param name="account">As for erptokenw_get.</param>
  /// <param name="buffer">Receives the value, NUL-terminated.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>As erptokenw_get.</returns>
  /// <remarks>The header's name is the field "header_name" of erptokenw_info: "Authorization" for the built-in
  ///   providers. Do not let the HTTP component encode the value again: "Bearer%20..." is refused. Threads:
  ///   any.</remarks>
  function erptokenw_authorization(account: Integer; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Gets a newer token now, whatever is left of the current one.</summary>
  /// <param name="account">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK, also when nothing was sent because the identity's last request is less than 10 s old, or
  ///   the profile's credentials are a fixed key; else as erptokenw_get. While a failure is remembered the call
  ///   returns it and sends nothing.</returns>
  /// <remarks>Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.</remarks>
  function erptokenw_renew(account: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reports that an API refused a token (401): the next erptokenw_get brings another one. Sends
  /// nothing.</summary>
  /// <param name="account">The account that gave the token.</param>
  /// <param name="token">The token that was refused, from erptokenw_get or erptokenw_authorization. If it is no
  ///   longer the current one, a newer one exists already and nothing is dropped: a late report costs
  ///   nothing.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or
  ///   it is a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that API);
  ///   ERPTOKEN_E_ARGUMENT (nil or empty); ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_MISSING;
  ///   ERPTOKEN_E_OPTION; ERPTOKEN_E_UNSUPPORTED.</returns>
  /// <remarks>Another process may have got the token: one that has none looks into the "store" first. Threads: any; a
  ///   thousand threads that report the same token cause one renewal.</remarks>
  function erptokenw_reject(account: Integer; token: PWideChar): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be
  /// reached.</summary>
  /// <param name="account">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK, also where the provider has no such operation, the token is dead already or there is none;
  ///   ERPTOKEN_E_HANDLE; ERPTOKEN_E_MISSING; ERPTOKEN_E_STORE (revoked, but what the store has of it could not be
  ///   removed: call again); else what kept the provider from revoking it, as erptokenw_get.</returns>
  /// <remarks>Some providers hand the same token to every login of a user: revoking it then ends the sessions of
  ///   other programs too. Closing the account is enough in most cases. Threads: any; waits "timeout_ms" at
  ///   most.</remarks>
  function erptokenw_logout(account: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads one field of the account as text. Sends nothing.</summary>
  /// <param name="account">From erptokenw_open.</param>
  /// <param name="field">"provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh",
  ///   "ageing" (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused"
  ///   (credentials), "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this
  ///   process), "store", "import"; "last_error": a status name or empty; instants in RFC 3339, UTC: "expires_at",
  ///   "obtained_at", "renew_at". The fields of erptokenw_info_int too. Of what never ends "expires_at" and
  ///   "renew_at" are empty; "header_name" is, where the token goes in no header.</param>
  /// <param name="buffer">Receives the text, NUL-terminated; empty while there is no token.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
  ///   ERPTOKEN_E_OPTION (unknown field: the text lists the known ones).</returns>
  /// <remarks>Threads: any.</remarks>
  function erptokenw_info(account: Integer; field: PWideChar; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads one field of the account as a number. Sends nothing.</summary>
  /// <param name="account">From erptokenw_open.</param>
  /// <param name="field">"expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what
  ///   never ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures",
  ///   which stop at 2147483647.</param>
  /// <param name="value">Receives the number, 0 or more. Left as it is when the call fails.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION (unknown
  ///   field, or one that is a text).</returns>
  /// <remarks>Threads: any.</remarks>
  function erptokenw_info_int(account: Integer; field: PWideChar; var value: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  { ---- Application tokens ---- }

  /// <summary>Says whether this account may create application tokens (assine.online: a business account,
  /// "PJ").</summary>
  /// <param name="account">From erptokenw_open. The session token is used, whatever the option "token" says.</param>
  /// <param name="allowed">Receives 1 (may) or 0 (may not). Left as it is when the call fails.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED (the provider has no application tokens); ERPTOKEN_E_ARGUMENT;
  ///   ERPTOKEN_E_HANDLE; ERPTOKEN_E_FORBIDDEN (a new session token is refused too); else as erptokenw_get.</returns>
  /// <remarks>Threads: any; waits "timeout_ms" at most.</remarks>
  function erptokenw_app_check(account: Integer; var allowed: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Creates an application token. The provider shows it this once: the library keeps it, in the store that
  /// erptokenw_configure names, else until the process ends or erptokenw_shutdown. erptokenw_app_get gives
  /// it.</summary>
  /// <param name="account">From erptokenw_open, with "password": it is sent again. The session token is used,
  ///   whatever the option "token" says.</param>
  /// <param name="expires">How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
  ///   ("2027-01-31T23:59:00-03:00"). 3650 days at most.</param>
  /// <param name="id">Receives the id, NUL-terminated.</param>
  /// <param name="length">In: capacity, ERPTOKEN_ID_SIZE at least: a smaller one is ERPTOKEN_E_BUFFER before anything
  ///   is sent. Out: on ERPTOKEN_OK the id's length without the NUL, on ERPTOKEN_E_BUFFER ERPTOKEN_ID_SIZE.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER (nothing was sent); ERPTOKEN_E_ARGUMENT (expires without zone, in the
  ///   past, or not taken by the provider); ERPTOKEN_E_CREDENTIALS (the password is refused); ERPTOKEN_E_MISSING (no
  ///   password is set); ERPTOKEN_E_STORE (before anything was sent; or after it: then the text tells the id, and
  ///   erptokenw_app_get gives the token until the process ends); ERPTOKEN_E_FORBIDDEN (not a business account);
  ///   ERPTOKEN_E_LIMIT (1000 living ones are kept for this account: nothing was sent); ERPTOKEN_E_UNSUPPORTED;
  ///   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; else as erptokenw_get.</returns>
  /// <remarks>Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot
  ///   be understood), the text says so; look with erptokenw_app_list before creating another one. Each refused
  ///   password counts for the lockout guard, as one refused at a login does. Threads: any; waits "timeout_ms" at
  ///   most.</remarks>
  function erptokenw_app_create(account: Integer; expires: PWideChar; id: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Gets an application token that this library created and keeps. Sends nothing, unless the password is
  /// another one than the provider took last from this user: then it logs in first, and a refused one gets
  /// nothing.</summary>
  /// <param name="account">From erptokenw_open, of the user who created the token.</param>
  /// <param name="id">The id, from erptokenw_app_create or erptokenw_app_list.</param>
  /// <param name="buffer">Receives the token, NUL-terminated.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_NOT_FOUND (it was never here, was revoked or has expired: no
  ///   provider shows a token twice); ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
  ///   ERPTOKEN_E_MISSING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE; ERPTOKEN_E_UNSUPPORTED; where it logs in, else as
  ///   erptokenw_get.</returns>
  /// <remarks>Threads: any; waits "timeout_ms" at most, where it logs in.</remarks>
  function erptokenw_app_get(account: Integer; id: PWideChar; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
  /// {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}</summary>
  /// <param name="account">From erptokenw_open. The session token is used, whatever the option "token" says.</param>
  /// <param name="response">Receives a handle, to be read with the erptokenw_response functions ("/count",
  ///   "/tokens/0/id") and closed with erptokenw_close. Left as it is when the call fails.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_LIMIT (a list
  ///   that does not end, or too many open handles); ERPTOKEN_E_FORBIDDEN (a new session token is refused too);
  ///   ERPTOKEN_E_STORE; else as erptokenw_get.</returns>
  /// <remarks>"expires_at" is empty where the provider does not say. "stored" is 1 for those that erptokenw_app_get
  ///   gives. The list is the provider's: at assine.online session tokens are in it too, this account's own among
  ///   them. To revoke all of the program's own, revoke those with "stored" 1. Threads: any; waits "timeout_ms" at
  ///   most.</remarks>
  function erptokenw_app_list(account: Integer; var response: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Revokes an application token at the provider and forgets it.</summary>
  /// <param name="account">From erptokenw_open. The session token is used, whatever the option "token" says.</param>
  /// <param name="id">The id, from erptokenw_app_create or erptokenw_app_list.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten
  ///   here too); ERPTOKEN_E_ARGUMENT (an id that cannot be one: nothing was sent); ERPTOKEN_E_STORE (revoked, but
  ///   the store could not be changed); ERPTOKEN_E_FORBIDDEN; ERPTOKEN_E_UNSUPPORTED; ERPTOKEN_E_HANDLE;
  ///   ERPTOKEN_E_ENCODING; else as erptokenw_get.</returns>
  /// <remarks>Threads: any; waits "timeout_ms" at most.</remarks>
  function erptokenw_app_revoke(account: Integer; id: PWideChar): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  { ---- Requests with the token on them ---- }

  /// <summary>Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is
  /// refused.</summary>
  /// <param name="account">From erptokenw_open, with the options that the provider's login needs.</param>
  /// <param name="method">"GET", "POST" and so on.</param>
  /// <param name="url">Absolute, or beginning with "/" and then appended to the environment's API address. What is
  ///   not visible ASCII in it must be percent-encoded.</param>
  /// <param name="headers">"Name: value" lines, or nil. Authorization, Host, Content-Length, Transfer-Encoding and
  ///   others that say where a message ends are set by the library.</param>
  /// <param name="body">The body, or nil. It is not copied: leave it alone until the call returns.</param>
  /// <param name="body_length">Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as
  ///   UTF-8, as application/json if the headers name no content type.</param>
  /// <param name="response">Receives a handle, to be closed with erptokenw_close. Left as it is when the call
  ///   fails.</param>
  /// <returns>ERPTOKEN_OK for any answer, whatever its HTTP status; ERPTOKEN_E_ARGUMENT (a url, method, header or
  ///   length that cannot be sent, or a body that is no JSON object where the profile puts credentials into it);
  ///   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_LIMIT (the answer is above "max_response_bytes", or there
  ///   is no memory for one more handle); ERPTOKEN_E_INSECURE (plain http, or a host that is neither of the chosen
  ///   environment nor in "api_hosts": nothing was sent); ERPTOKEN_E_NETWORK; ERPTOKEN_E_TIMEOUT; ERPTOKEN_E_TLS;
  ///   ERPTOKEN_E_PROXY; ERPTOKEN_E_RESPONSE (what came is not HTTP); or what kept the token from being had or
  ///   renewed, as erptokenw_get.</returns>
  /// <remarks>A repeated request has its body again. A token refused twice is not renewed again: the second answer is
  ///   the response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms"
  ///   covers all of it. When no answer came to a POST, nobody knows whether it was carried out: look before you send
  ///   it again (erptokenw_error_retryable says so too). Threads: any; sent on the caller's thread. The connection is
  ///   kept for the next request to the same host.</remarks>
  function erptokenw_request(account: Integer; method: PWideChar; url: PWideChar; headers: PWideChar; body: Pointer; body_length: Integer; var response: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads the HTTP status of a response.</summary>
  /// <param name="response">From erptokenw_request, erptokenw_app_list, erptokenw_diagnose or
  ///   erptokenw_check_profile.</param>
  /// <param name="http_status">Receives the status, 100 to 999. Left as it is when the call fails.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.</returns>
  /// <remarks>Threads: any.</remarks>
  function erptokenw_response_status(response: Integer; var http_status: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads a header of a response.</summary>
  /// <param name="response">As for erptokenw_response_status.</param>
  /// <param name="name">The header's name, in any case.</param>
  /// <param name="buffer">Receives the value, NUL-terminated; of several headers of that name all, with ", " between
  ///   them.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING;
  ///   ERPTOKEN_E_NOT_FOUND (no such header).</returns>
  /// <remarks>Threads: any.</remarks>
  function erptokenw_response_header(response: Integer; name: PWideChar; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1,
  /// Windows-1252.</summary>
  /// <param name="response">As for erptokenw_response_status.</param>
  /// <param name="buffer">Receives the text, NUL-terminated, whatever the character set of the server.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE; ERPTOKEN_E_RESPONSE (another
  ///   character set: read the bytes).</returns>
  /// <remarks>A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte
  ///   order mark at the beginning is left out. A NUL inside the text counts in the length. Threads: any.</remarks>
  function erptokenw_response_text(response: Integer; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads one value of a JSON body.</summary>
  /// <param name="response">As for erptokenw_response_status.</param>
  /// <param name="path">JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.</param>
  /// <param name="buffer">Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number,
  ///   true, false, null, an object or a list as its JSON stands in the body.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (the path is neither empty nor begins with "/");
  ///   ERPTOKEN_E_HANDLE; ERPTOKEN_E_ENCODING; ERPTOKEN_E_NOT_FOUND (nothing is there: a loop over "/items/0",
  ///   "/items/1" ends so); ERPTOKEN_E_RESPONSE (the body is not JSON).</returns>
  /// <remarks>The body is read in place: a loop over a large list goes on where the call before it was. Threads:
  ///   any.</remarks>
  function erptokenw_response_field(response: Integer; path: PWideChar; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads the body of a response as bytes, with no NUL behind them.</summary>
  /// <param name="response">As for erptokenw_response_status.</param>
  /// <param name="buffer">Receives the bytes; nothing is written when it is too small. May be nil with a length of
  ///   0.</param>
  /// <param name="length">In: capacity in bytes. Out: on ERPTOKEN_OK the body's bytes, on ERPTOKEN_E_BUFFER the
  ///   capacity needed, which is the same number; else left as it is.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE.</returns>
  /// <remarks>Threads: any.</remarks>
  function erptokenw_response_bytes(response: Integer; buffer: Pointer; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  { ---- The whole process ---- }

  /// <summary>Sets an option of the process, or the default of an account option for accounts opened later.</summary>
  /// <param name="option">"background" ("1"; "0": the library never starts a thread, the caller runs the renewal),
  ///   "language" ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written
  ///   to), "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
  ///   "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key"
  ///   (see below), or an account option that is not a credential, such as "timeout_ms".</param>
  /// <param name="value">The value as text. nil or "": back to the default.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_ENCODING; ERPTOKEN_E_OPTION; ERPTOKEN_E_STORE;
  ///   ERPTOKEN_E_UNSUPPORTED (of another build or system).</returns>
  /// <remarks>The language is that of every error text from the next failing call on, on all threads, also where an
  ///   earlier failure is told again; a text that is already there stays as it is. It outlives erptokenw_shutdown and
  ///   fork. Not translated: names of statuses and options, the words of a provider, and what is wrong inside a
  ///   profile. The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is
  ///   renamed to "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several
  ///   processes may share it. What cannot be written later is counted, and told in the file when it can be again.
  ///   erptokenw_shutdown ends the file too. Where the program sets neither "log_file" nor "log_level", the
  ///   environment's ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID
  ///   program. "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever
  ///   written to disk. "file:" and the absolute path of a folder: all processes of one user share them, and the next
  ///   one starts with them. The folder is made for its owner alone if it is not there; one that is a link, another
  ///   user's, open to others, or that cannot be written or locked is ERPTOKEN_E_STORE, here and at the first call
  ///   that needs a token. What fails later costs the sharing and no token: the process goes on with its memory, and
  ///   the log says so. "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file"
  ///   before): all machines with the same server and "store_key" share them. A build without the cargo feature redis
  ///   returns ERPTOKEN_E_UNSUPPORTED. A server that refuses is ERPTOKEN_E_STORE here; while one is away, memory goes
  ///   on. "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that
  ///   holds them and is its owner's alone (read now: ERPTOKEN_E_OPTION if it cannot be, ERPTOKEN_E_STORE if others
  ///   may); on Windows "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis
  ///   server, a store without a key is ERPTOKEN_E_MISSING at the first call that needs a token. The first call that
  ///   needs a token fixes both, until erptokenw_shutdown: another value is ERPTOKEN_E_OPTION then. A child of a fork
  ///   starts with everything that its parent has set. Threads: any.</remarks>
  function erptokenw_configure(option: PWideChar; value: PWideChar): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Adds a log callback, changes its level, or removes it.</summary>
  /// <param name="callback">Called with one line at a time.</param>
  /// <param name="user_data">Given back to the callback; with it, it is what tells callbacks apart.</param>
  /// <param name="level">1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback:
  ///   when this call returns ERPTOKEN_OK it does not run and will not run again; OK too if it was not there.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_ARGUMENT (nil, or no level); ERPTOKEN_E_LIMIT (16 callbacks are there);
  ///   ERPTOKEN_E_TIMEOUT (level 0: it is removed, but still runs on another thread after 30 s).</returns>
  /// <remarks>Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a
  ///   line tells how many. No line ever holds a secret: no password, key, token or value of an option. A user name
  ///   is shown. erptokenw_shutdown removes every callback. A child of fork has its parent's callbacks, and none of
  ///   the lines that waited there. Threads: any. Do not remove a callback while holding a lock that it
  ///   takes.</remarks>
  function erptokenw_log(callback: TErpLogLine; user_data: Pointer; level: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Makes a report about an account and its way to the provider that a person can send to support. No
  /// secrets.</summary>
  /// <param name="account">From erptokenw_open; it need not be able to log in, nor have its options.</param>
  /// <param name="response">Receives a handle, to be read with the erptokenw_response functions and closed with
  ///   erptokenw_close. Left as it is when the call fails.</param>
  /// <returns>ERPTOKEN_OK, whatever the report says: what is broken is in it; ERPTOKEN_E_ARGUMENT; ERPTOKEN_E_HANDLE;
  ///   ERPTOKEN_E_LIMIT (no memory for one more handle).</returns>
  /// <remarks>The response is JSON. Its member "text" is the report for a person, in the "language" of the process:
  ///   read it with erptokenw_response_field(response, "/text", ...). The others are for a program: "library",
  ///   "time", "provider", "environment", "account" (user, names of the options set, missing ones),
  ///   "client_certificate" (where one is set: subject, issuer, from, until, key, kind), "token" (state, last error),
  ///   "store", "proxy", "dns", "tcp", "tls" (with the chain of certificates), "http", "clock" ("ahead_s": the
  ///   server's clock less this one) and "advice" (a list of "code" and "text"; empty: nothing is wrong). A step that
  ///   was not reached is not there. It looks the provider's host up, connects, looks at its certificates and asks
  ///   for no page in particular. Credentials and tokens are not sent, the token is neither got nor changed. A client
  ///   certificate that is set is shown to a server that asks for one and is trusted. A user name is shown. Threads:
  ///   any; waits "timeout_ms" at most.</remarks>
  function erptokenw_diagnose(account: Integer; var response: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Checks a profile, for its author: all problems of the file at once, and what it would send. Sends
  /// nothing.</summary>
  /// <param name="path">The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".</param>
  /// <param name="response">Receives a handle, to be read with the erptokenw_response functions and closed with
  ///   erptokenw_close. Left as it is when the call fails.</param>
  /// <returns>ERPTOKEN_OK for any file that can be read, valid or not; ERPTOKEN_E_ARGUMENT (nil);
  ///   ERPTOKEN_E_ENCODING; ERPTOKEN_E_PROVIDER (unknown name, or a file that cannot be read: the text says why);
  ///   ERPTOKEN_E_LIMIT (no memory for one more handle).</returns>
  /// <remarks>The response is JSON. Its member "text" is all of it for a person, in the "language" of the process:
  ///   read it with erptokenw_response_field(response, "/text", ...). The others are for a program: "valid" (true or
  ///   false), "name", "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a
  ///   file with warnings alone is valid), "requests" (of a valid profile, in its usual and its test environment:
  ///   "environment", "operation", "needs", "method", "url", "headers" and "body", with [name] in place of every
  ///   value, such as [password], and [...] in place of what stands in the profile itself under the name of a secret;
  ///   "api" is a call of the program's own) and "values" (what is computed, and of what). No value of an option is
  ///   needed, or shown. Threads: any. Lifetime: of the response, until erptokenw_close or
  ///   erptokenw_shutdown.</remarks>
  function erptokenw_check_profile(path: PWideChar; var response: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and
  /// removes every log callback after the last lines.</summary>
  /// <returns>ERPTOKEN_OK, also when there was nothing to end.</returns>
  /// <remarks>For the program that owns the process; a plugin closes its own accounts instead. The next call of any
  ///   function starts afresh. Calls that wait for a token on other threads return ERPTOKEN_E_HANDLE. Those that send
  ///   something themselves (erptokenw_request, the erptokenw_app functions, erptokenw_diagnose) end in their own
  ///   time, and a response that one of them brings is to be closed. A log callback that runs on another thread is
  ///   waited for, 2 s at most: let it end before what it uses is freed. Nothing is revoked at the providers.
  ///   Threads: any, but not from DllMain.</remarks>
  function erptokenw_shutdown: Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  { ---- Functions without state ---- }

  /// <summary>Returns the ABI's version of the loaded library: major * 1000 + number of additions.</summary>
  /// <returns>The number itself, not a status. A program built against this header needs the same thousands and at
  ///   least ERPTOKEN_ABI_VERSION.</returns>
  /// <remarks>Threads: any; also from the log callback.</remarks>
  function erptokenw_abi_version: Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads the library's version, such as "0.1.0".</summary>
  /// <param name="buffer">Receives the text, NUL-terminated.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.</returns>
  /// <remarks>Threads: any; also from the log callback.</remarks>
  function erptokenw_version(buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads the name of a status, such as "ERPTOKEN_E_NETWORK".</summary>
  /// <param name="status">What a function returned.</param>
  /// <param name="buffer">Receives the name, NUL-terminated.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT (also for a number that is not a status).</returns>
  /// <remarks>Threads: any; also from the log callback.</remarks>
  function erptokenw_status_name(status: Integer; buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Says whether the same call may succeed later with nothing changed, as far as the number tells: of the
  /// failure itself erptokenw_error_retryable knows more.</summary>
  /// <param name="status">What a function returned.</param>
  /// <returns>1: try again, after erptokenw_error_retry_after() seconds; 0: something must be changed first. Not a
  ///   status.</returns>
  /// <remarks>Threads: any; also from the log callback.</remarks>
  function erptokenw_status_retryable(status: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  { ---- Why the last failing call of this thread failed ---- }

  /// <summary>Says what happened and what to do about it, in one sentence or two. Contains no secret.</summary>
  /// <param name="buffer">Receives the text in UTF-16, NUL-terminated; empty if no call of this thread failed yet.
  ///   1201 units hold every text. In the language that erptokenw_configure had set when the call failed.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.</returns>
  /// <remarks>Threads: about the calling thread only. A call that succeeds changes nothing here.</remarks>
  function erptokenw_error_text(buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this
  /// library's lockout guard.</summary>
  /// <param name="buffer">Receives the code, NUL-terminated; empty if the provider gave none.</param>
  /// <param name="length">As for erptokenw_get.</param>
  /// <returns>ERPTOKEN_OK; ERPTOKEN_E_BUFFER; ERPTOKEN_E_ARGUMENT.</returns>
  /// <remarks>Threads: about the calling thread only.</remarks>
  function erptokenw_error_server_code(buffer: PWideChar; var length: Integer): Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Reads the HTTP status of the failure.</summary>
  /// <returns>The status, or 0 if no answer came. Not an ERPTOKEN status.</returns>
  /// <remarks>Threads: about the calling thread only.</remarks>
  function erptokenw_error_http_status: Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Says after how many seconds it makes sense to call again.</summary>
  /// <returns>Seconds; 0: at once, if erptokenw_error_retryable() says that it makes sense at all. Not an ERPTOKEN
  ///   status.</returns>
  /// <remarks>Threads: about the calling thread only.</remarks>
  function erptokenw_error_retry_after: Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

  /// <summary>Says whether the call that failed may be made again with nothing changed. It knows more than
  /// erptokenw_status_retryable: never so for a request that may have been carried out, such as a POST of
  /// erptokenw_request whose answer did not come. Look first whether it was.</summary>
  /// <returns>1: try again, after erptokenw_error_retry_after() seconds; 0: something must be changed or looked at
  ///   first, or no call of this thread failed yet. Not an ERPTOKEN status.</returns>
  /// <remarks>Threads: about the calling thread only.</remarks>
  function erptokenw_error_retryable: Integer;
    {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF}; external ErpTokenLibrary;

implementation

type
  TErpWide = {$IFDEF UNICODE}string{$ELSE}WideString{$ENDIF};

  /// What is read into a buffer.
  TErpSource = (esToken, esAuthorization, esInfo, esAppToken, esHeader, esText, esField, esVersion, esStatusName,
    esErrorText, esServerCode);

// What cannot go over as it is: a password would be another one.
procedure Refuse(const What: string);
var
  Error: EErpToken;
begin
  Error := EErpToken.Create('A text ' + What + ': mend it where it comes from.');
  Error.FStatus := ERPTOKEN_E_ENCODING;
  raise Error;
end;

function ToWide(const S: string): TErpWide;
{$IF DEFINED(FPC) AND NOT DEFINED(MSWINDOWS)}
var
  Back: UTF8String;
begin
  Result := UTF8Decode(S); // The program may have no manager of wide strings.
  Back := UTF8Encode(Result);
  if (Length(Back) <> Length(S)) or not CompareMem(Pointer(Back), Pointer(S), Length(S)) then
    Refuse('is not UTF-8');
{$ELSE}
begin
  Result := S;
{$IFEND}
  if Pos(#0, S) > 0 then
    Refuse('has a #0 in it');
end;

function FromWide(Text: PWideChar; Count: Integer): string;
var
  Wide: TErpWide;
begin
  SetString(Wide, Text, Count);
{$IF DEFINED(FPC) AND NOT DEFINED(MSWINDOWS)}
  Result := UTF8Encode(Wide);
{$ELSE}
  Result := Wide;
{$IFEND}
end;

function Filled(Source: TErpSource; Handle: Integer; Argument: PWideChar; Buffer: PWideChar;
  var Count: Integer): Integer;
begin
  case Source of
    esToken: Result := erptokenw_get(Handle, Buffer, Count);
    esAuthorization: Result := erptokenw_authorization(Handle, Buffer, Count);
    esInfo: Result := erptokenw_info(Handle, Argument, Buffer, Count);
    esAppToken: Result := erptokenw_app_get(Handle, Argument, Buffer, Count);
    esHeader: Result := erptokenw_response_header(Handle, Argument, Buffer, Count);
    esText: Result := erptokenw_response_text(Handle, Buffer, Count);
    esField: Result := erptokenw_response_field(Handle, Argument, Buffer, Count);
    esVersion: Result := erptokenw_version(Buffer, Count);
    esStatusName: Result := erptokenw_status_name(Handle, Buffer, Count);
    esErrorText: Result := erptokenw_error_text(Buffer, Count);
  else
    Result := erptokenw_error_server_code(Buffer, Count);
  end;
end;

/// <summary>A text of whatever length; the status if there is none.</summary>
function TryRead(Source: TErpSource; Handle: Integer; const Argument: string; out Value: string): Integer;
var
  Buffer: array of WideChar;
  Capacity, Count: Integer;
  Wide: TErpWide;
begin
  Value := '';
  Wide := ToWide(Argument);
  Capacity := 1500; // Holds nearly every token, and every error text.
  repeat
    SetLength(Buffer, Capacity);
    Count := Capacity;
    Result := Filled(Source, Handle, PWideChar(Wide), @Buffer[0], Count);
    Capacity := Count;
  until Result <> ERPTOKEN_E_BUFFER;
  if Result = ERPTOKEN_OK then
    Value := FromWide(@Buffer[0], Count);
  FillChar(Buffer[0], Length(Buffer) * SizeOf(WideChar), 0);
end;

function ReadText(Source: TErpSource; Handle: Integer; const Argument: string): string;
begin
  ErpCheck(TryRead(Source, Handle, Argument, Result));
end;

procedure ErpCheck(Status: Integer);
begin
  if Status <> ERPTOKEN_OK then
    raise EErpToken.CreateLast(Status);
end;

procedure ErpConfigure(const Option, Value: string);
var
  WideOption, WideValue: TErpWide;
begin
  WideOption := ToWide(Option);
  WideValue := ToWide(Value);
  ErpCheck(erptokenw_configure(PWideChar(WideOption), PWideChar(WideValue)));
end;

procedure ErpLog(Callback: TErpLogLine; UserData: Pointer; Level: Integer);
begin
  ErpCheck(erptokenw_log(Callback, UserData, Level));
end;

function ErpCheckProfile(const Path: string): TErpResponse;
var
  WidePath: TErpWide;
  Response: Integer;
begin
  WidePath := ToWide(Path);
  Response := 0;
  ErpCheck(erptokenw_check_profile(PWideChar(WidePath), Response));
  Result := TErpResponse.CreateOwning(Response);
end;

procedure ErpShutdown;
begin
  ErpCheck(erptokenw_shutdown);
end;

function ErpVersion: string;
begin
  Result := ReadText(esVersion, 0, '');
end;

function ErpStatusName(Status: Integer): string;
begin
  if TryRead(esStatusName, Status, '', Result) <> ERPTOKEN_OK then
    Result := IntToStr(Status);
end;

{ EErpToken }

constructor EErpToken.CreateLast(AStatus: Integer);
var
  Text: string;
begin
  // All of these leave the last error as it is.
  TryRead(esErrorText, 0, '', Text);
  inherited Create(Text);
  FStatus := AStatus;
  FHttpStatus := erptokenw_error_http_status;
  FRetryAfter := erptokenw_error_retry_after;
  FRetryable := erptokenw_error_retryable <> 0;
  TryRead(esServerCode, 0, '', FServerCode);
end;

function EErpToken.Retryable: Boolean;
begin
  Result := FRetryable;
end;

{ TErpObject }

destructor TErpObject.Destroy;
begin
  erptokenw_close(FHandle); // 0 is nothing; one that a shutdown closed is refused, and no harm done.
  inherited;
end;

{ TErpResponse }

constructor TErpResponse.CreateOwning(AHandle: Integer);
begin
  inherited Create;
  FHandle := AHandle;
end;

function TErpResponse.Status: Integer;
begin
  Result := 0;
  ErpCheck(erptokenw_response_status(FHandle, Result));
end;

function TErpResponse.Header(const Name: string): string;
begin
  Result := ReadText(esHeader, FHandle, Name);
end;

function TErpResponse.Text: string;
begin
  Result := ReadText(esText, FHandle, '');
end;

function TErpResponse.Field(const Path: string): string;
begin
  Result := ReadText(esField, FHandle, Path);
end;

function TErpResponse.Bytes: TErpBytes;
var
  Count, Status: Integer;
begin
  Result := nil;
  Count := 0;
  Status := erptokenw_response_bytes(FHandle, nil, Count);
  if Status = ERPTOKEN_E_BUFFER then
  begin
    SetLength(Result, Count);
    Status := erptokenw_response_bytes(FHandle, @Result[0], Count);
  end;
  ErpCheck(Status);
end;

{ TErpAccount }

constructor TErpAccount.Create(const Provider: string);
var
  Wide: TErpWide;
begin
  inherited Create;
  if erptokenw_abi_version div 1000 <> ERPTOKEN_ABI_VERSION div 1000 then
    raise Exception.CreateFmt('%s has another interface (%d) than this program was made for (%d)',
      [ErpTokenLibrary, erptokenw_abi_version, ERPTOKEN_ABI_VERSION]);
  Wide := ToWide(Provider);
  ErpCheck(erptokenw_open(PWideChar(Wide), FHandle));
end;

procedure TErpAccount.SetOption(const Name, Value: string);
var
  WideName, WideValue: TErpWide;
begin
  WideName := ToWide(Name);
  WideValue := ToWide(Value);
  ErpCheck(erptokenw_set(FHandle, PWideChar(WideName), PWideChar(WideValue)));
end;

function TErpAccount.GetOption(const Name: string): string;
begin
  Result := Info(Name);
end;

function TErpAccount.Token: string;
begin
  Result := ReadText(esToken, FHandle, '');
end;

function TErpAccount.Authorization: string;
begin
  Result := ReadText(esAuthorization, FHandle, '');
end;

procedure TErpAccount.Renew;
begin
  ErpCheck(erptokenw_renew(FHandle));
end;

function TErpAccount.Reject(const Token: string): Boolean;
var
  Wide: TErpWide;
  Status: Integer;
begin
  Wide := ToWide(Token);
  Status := erptokenw_reject(FHandle, PWideChar(Wide));
  Result := Status <> ERPTOKEN_E_REFUSED_AGAIN;
  if Result then
    ErpCheck(Status);
end;

procedure TErpAccount.Logout;
begin
  ErpCheck(erptokenw_logout(FHandle));
end;

function TErpAccount.Info(const Field: string): string;
begin
  Result := ReadText(esInfo, FHandle, Field);
end;

function TErpAccount.InfoInt(const Field: string): Integer;
var
  Wide: TErpWide;
begin
  Result := 0;
  Wide := ToWide(Field);
  ErpCheck(erptokenw_info_int(FHandle, PWideChar(Wide), Result));
end;

function TErpAccount.AppAllowed: Boolean;
var
  Allowed: Integer;
begin
  Allowed := 0;
  ErpCheck(erptokenw_app_check(FHandle, Allowed));
  Result := Allowed <> 0;
end;

function TErpAccount.AppCreate(const Expires: string): string;
var
  Wide: TErpWide;
  Buffer: array[0..ERPTOKEN_ID_SIZE - 1] of WideChar;
  Count: Integer;
begin
  Wide := ToWide(Expires);
  // Once, with room for every id: a creation is never repeated blindly.
  Count := ERPTOKEN_ID_SIZE;
  ErpCheck(erptokenw_app_create(FHandle, PWideChar(Wide), @Buffer[0], Count));
  Result := FromWide(@Buffer[0], Count);
end;

function TErpAccount.AppToken(const Id: string): string;
begin
  Result := ReadText(esAppToken, FHandle, Id);
end;

function TErpAccount.AppList: TErpResponse;
var
  Response: Integer;
begin
  Response := 0;
  ErpCheck(erptokenw_app_list(FHandle, Response));
  Result := TErpResponse.CreateOwning(Response);
end;

procedure TErpAccount.AppRevoke(const Id: string);
var
  Wide: TErpWide;
begin
  Wide := ToWide(Id);
  ErpCheck(erptokenw_app_revoke(FHandle, PWideChar(Wide)));
end;

function Sent(Handle: Integer; const Method, Url, Headers: TErpWide; Body: Pointer; Count: Integer): TErpResponse;
var
  Response: Integer;
begin
  Response := 0;
  ErpCheck(erptokenw_request(Handle, PWideChar(Method), PWideChar(Url), PWideChar(Headers), Body, Count, Response));
  Result := TErpResponse.CreateOwning(Response);
end;

function TErpAccount.Request(const Method, Url, Headers, Body: string): TErpResponse;
var
  Wide: TErpWide;
  Count: Integer;
begin
  Wide := ToWide(Body);
  Count := 0;
  if Wide <> '' then
    Count := -1; // A text with its NUL.
  Result := Sent(FHandle, ToWide(Method), ToWide(Url), ToWide(Headers), PWideChar(Wide), Count);
end;

function TErpAccount.RequestBytes(const Method, Url, Headers: string; const Body: TErpBytes): TErpResponse;
begin
  Result := Sent(FHandle, ToWide(Method), ToWide(Url), ToWide(Headers), Pointer(Body), Length(Body));
end;

function TErpAccount.Diagnose: TErpResponse;
var
  Response: Integer;
begin
  Response := 0;
  ErpCheck(erptokenw_diagnose(FHandle, Response));
  Result := TErpResponse.CreateOwning(Response);
end;

end.
