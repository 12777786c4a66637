# -*- coding: utf-8 -*-
"""erptoken 0.1.0 for Python 3.6 and newer: declarations generated from the library's source, and below them classes that
raise exceptions. Nothing but ctypes is needed. Add this file to the program, with the library beside it.

    import erptoken

    with erptoken.Account("senior", username="admin@empresa.com.br", password="senhaUsuario") as account:
        headers["Authorization"] = account.authorization()

The library is taken from where load() says, else from beside this file, else from the system's search path. Any object
may be used from any thread. Ask for the token before every request instead of keeping it. Each method is one step on
the thread that calls it, its error included: with asyncio, await asyncio.to_thread(account.get).

Run on CPython 3.11, Linux. Not run: Windows, where the functions are cdecl, as ctypes.CDLL calls them.
"""
import atexit
import ctypes
import ctypes.util
import functools
import itertools
import json
import os
import threading

_INT_OUT = ctypes.POINTER(ctypes.c_int32)
_functions = {}
_loading = threading.RLock()
_path = None
_cdll = None


def load(path):
    """Names the library's file. Before the first call of anything else; without it the library is looked for."""
    global _path
    with _loading:
        if _cdll is not None:
            raise RuntimeError("erptoken is loaded already")
        _path = path


def _candidates():
    if _path is not None:
        return [os.fspath(_path)]
    names = ["erptoken.dll"] if os.name == "nt" else ["liberptoken.so.1", "liberptoken.so"]
    here = os.path.dirname(os.path.abspath(__file__))
    beside = [path for path in (os.path.join(here, name) for name in names) if os.path.exists(path)]
    # Python looks for a DLL in few places when it is asked by name.
    found = ctypes.util.find_library("erptoken") if os.name == "nt" and not beside else None
    return beside + ([found] if found else names)


def _library():
    global _cdll
    with _loading:
        if _cdll is None:
            problems = []
            for path in _candidates():
                try:
                    library = ctypes.CDLL(path)
                    library.erptoken_abi_version
                    break
                except (OSError, AttributeError) as problem:
                    problems.append("%s: %s" % (path, problem))
            else:
                raise OSError(
                    "erptoken cannot be loaded: %s. Put the library for %d bits beside this file, or name it with load()"
                    % ("; ".join(problems), 8 * ctypes.sizeof(ctypes.c_void_p))
                )
            version = library.erptoken_abi_version()
            if version // 1000 != ABI_VERSION // 1000 or version < ABI_VERSION:
                raise OSError("erptoken has another interface (%d) than this file (%d)" % (version, ABI_VERSION))
            _cdll = library
        return _cdll


def _native(*types):
    """A function of the library, under the name and comment of the one that stands below."""

    def declared(stub):
        name = stub.__name__

        @functools.wraps(stub)
        def call(*arguments):
            function = _functions.get(name)
            if function is None:
                function = getattr(_library(), name)
                function.argtypes = types
                function.restype = ctypes.c_int32
                _functions[name] = function
            return function(*arguments)

        return call

    return declared


# The ABI's version: major * 1000 + number of additions. Compare with erptoken_abi_version().
ABI_VERSION = 1001

# Capacity that holds every id of an application token, its NUL included.
ID_SIZE = 65

# It worked.
OK = 0

# An argument is None, negative or malformed. Not worth repeating.
E_ARGUMENT = -1001

# The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
E_HANDLE = -1002

# The buffer is too small: *length says what is needed, call again. The last error is left as it is.
E_BUFFER = -1003

# A text is not UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI). Not worth repeating.
E_ENCODING = -1004

# Called from inside the log callback. Not worth repeating.
E_REENTRANT = -1005

# Too many open handles, or an answer above max_response_bytes. Not worth repeating.
E_LIMIT = -1006

# Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
E_PROVIDER = -2001

# Unknown option or field, or a bad value. Not worth repeating.
E_OPTION = -2002

# A required option is not set: the text names it. Not worth repeating.
E_MISSING = -2003

# This provider, or this build, has no such operation. Not worth repeating.
E_UNSUPPORTED = -2004

# Plain http without allow_http, or a host the token may not go to. Not worth repeating.
E_INSECURE = -2005

# The store that the program named cannot be used. Not worth repeating.
E_STORE = -2006

# Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
E_NETWORK = -3001

# The caller's time ran out. Worth repeating.
E_TIMEOUT = -3002

# TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
E_TLS = -3003

# The proxy refused, or wants a login (407). Not worth repeating.
E_PROXY = -3004

# User, password or key refused. Not worth repeating.
E_CREDENTIALS = -4001

# A second factor is wanted: set mfa_code and ask again. Not worth repeating.
E_MFA = -4002

# The provider wants the password changed first. Not worth repeating.
E_PASSWORD_CHANGE = -4003

# The account may not do this. Not worth repeating.
E_FORBIDDEN = -4004

# No such application token, header or field. Not worth repeating.
E_NOT_FOUND = -4005

# The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
E_RATE_LIMITED = -4006

# The provider failed (5xx). Worth repeating.
E_SERVER = -4007

# The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
E_RESPONSE = -4008

# From erptoken_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
# repeating.
E_REFUSED_AGAIN = -4009

# A bug in this library, caught. Not worth repeating.
E_INTERNAL = -9001


# ---- Accounts ----


@_native(ctypes.c_char_p, _INT_OUT)
def erptoken_open(provider, account):
    """Opens an account at a provider. Sends nothing.
      provider: "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A profile decides
        where passwords go: treat the file as code.
      account: Receives the handle, greater than 0. Left as it is when the call fails.
    Returns OK; E_ARGUMENT (None); E_ENCODING; E_PROVIDER (unknown name, or a profile that cannot be read or is not
      valid: the text says where); E_LIMIT (no memory for one more handle; 2,096,128 can be open).
    Threads: any. Lifetime: until erptoken_close or erptoken_shutdown; closing early costs nothing, because tokens are
    cached for the whole process and not in the handle. In the child of a fork the parent's handles are E_HANDLE: open
    accounts after forking.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p)
def erptoken_set(account, option, value):
    """Sets one option of an account. Sends nothing; the next call works with the new value.
      account: From erptoken_open.
      option: Name of the option, such as "username" (README.md has the table).
      value: The value as text, copied before the call returns. None or "": back to the default.
    Returns OK; E_ARGUMENT (option is None); E_HANDLE; E_ENCODING; E_OPTION (unknown option, or a value that is not
      usable: the text says what it must be); E_UNSUPPORTED ("token" = "application" at a provider that has no
      application tokens).
    Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle, so
    that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
    "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any order.
    The files are read when they are set. The call that makes them contradict each other (a wrong password, a key of
    another certificate) answers E_OPTION and sets its value all the same, and so does every call that needs the
    certificate, without sending anything, until one of them is set to what fits.
    Threads: any; calls of other threads that run at this moment finish with the old value.
    """


@_native(ctypes.c_int32)
def erptoken_close(handle):
    """Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
      handle: The handle; 0 is nothing and OK.
    Returns OK; E_HANDLE (closed already, never opened, or of the parent process).
    Threads: any. A call that uses the handle at this moment on another thread finishes or returns E_HANDLE. Nothing
    is revoked at the provider: erptoken_logout does that.
    """


# ---- Tokens ----


@_native(ctypes.c_int32, ctypes.c_char_p, _INT_OUT)
def erptoken_get(account, buffer, length):
    """Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
      account: From erptoken_open, with the options that the provider's login needs.
      buffer: Receives the token, NUL-terminated. May be None with a length of 0, to ask for the size.
      length: In: capacity of the buffer in bytes, the NUL included. Out: on OK the token's length without the NUL, on
        E_BUFFER the capacity needed; else left as it is.
    Returns OK; E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a loop, because a renewed
      token may be longer); E_ARGUMENT; E_HANDLE; E_MISSING; E_OPTION; E_UNSUPPORTED; E_INSECURE; E_NETWORK;
      E_TIMEOUT; E_TLS; E_PROXY; E_CREDENTIALS; E_MFA; E_PASSWORD_CHANGE; E_FORBIDDEN; E_NOT_FOUND; E_RATE_LIMITED;
      E_SERVER; E_RESPONSE.
    Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed behind
    the caller well before: call this for every request instead of keeping the token. One that the provider sends
    without a life is handed out for 10 s, in which nothing is sent.
    Threads: any; all who ask while a renewal runs wait for that one and share its result.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, _INT_OUT)
def erptoken_authorization(account, buffer, length):
    """Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
      account: As for erptoken_get.
      buffer: Receives the value, NUL-terminated.
      length: As for erptoken_get.
    Returns As erptoken_get.
    The header's name is the field "header_name" of erptoken_info: "Authorization" for the built-in providers. Do not
    let the HTTP component encode the value again: "Bearer%20..." is refused.
    Threads: any.
    """


@_native(ctypes.c_int32)
def erptoken_renew(account):
    """Gets a newer token now, whatever is left of the current one.
      account: As for erptoken_get.
    Returns OK, also when nothing was sent because the identity's last request is less than 10 s old, or the profile's
      credentials are a fixed key; else as erptoken_get. While a failure is remembered the call returns it and sends
      nothing.
    Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
    """


@_native(ctypes.c_int32, ctypes.c_char_p)
def erptoken_reject(account, token):
    """Reports that an API refused a token (401): the next erptoken_get brings another one. Sends nothing.
      account: The account that gave the token.
      token: The token that was refused, from erptoken_get or erptoken_authorization. If it is no longer the current
        one, a newer one exists already and nothing is dropped: a late report costs nothing.
    Returns OK; E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is a fixed key or
      an import that nothing can renew: it is kept, the cause is a permission of that API); E_ARGUMENT (None or
      empty); E_HANDLE; E_ENCODING; E_MISSING; E_OPTION; E_UNSUPPORTED.
    Another process may have got the token: one that has none looks into the "store" first.
    Threads: any; a thousand threads that report the same token cause one renewal.
    """


@_native(ctypes.c_int32)
def erptoken_logout(account):
    """Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
      account: As for erptoken_get.
    Returns OK, also where the provider has no such operation, the token is dead already or there is none; E_HANDLE;
      E_MISSING; E_STORE (revoked, but what the store has of it could not be removed: call again); else what kept the
      provider from revoking it, as erptoken_get.
    Some providers hand the same token to every login of a user: revoking it then ends the sessions of other programs
    too. Closing the account is enough in most cases.
    Threads: any; waits "timeout_ms" at most.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, _INT_OUT)
def erptoken_info(account, field, buffer, length):
    """Reads one field of the account as text. Sends nothing.
      account: From erptoken_open.
      field: "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh", "ageing" (still
        handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused" (credentials),
        "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this process), "store",
        "import"; "last_error": a status name or empty; instants in RFC 3339, UTC: "expires_at", "obtained_at",
        "renew_at". The fields of erptoken_info_int too. Of what never ends "expires_at" and "renew_at" are empty;
        "header_name" is, where the token goes in no header.
      buffer: Receives the text, NUL-terminated; empty while there is no token.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_ENCODING; E_OPTION (unknown field: the text lists the known ones).
    Threads: any.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, _INT_OUT)
def erptoken_info_int(account, field, value):
    """Reads one field of the account as a number. Sends nothing.
      account: From erptoken_open.
      field: "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what never ends;
        counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures", which stop at
        2147483647.
      value: Receives the number, 0 or more. Left as it is when the call fails.
    Returns OK; E_ARGUMENT; E_HANDLE; E_ENCODING; E_OPTION (unknown field, or one that is a text).
    Threads: any.
    """


# ---- Application tokens ----


@_native(ctypes.c_int32, _INT_OUT)
def erptoken_app_check(account, allowed):
    """Says whether this account may create application tokens (assine.online: a business account, "PJ").
      account: From erptoken_open. The session token is used, whatever the option "token" says.
      allowed: Receives 1 (may) or 0 (may not). Left as it is when the call fails.
    Returns OK; E_UNSUPPORTED (the provider has no application tokens); E_ARGUMENT; E_HANDLE; E_FORBIDDEN (a new
      session token is refused too); else as erptoken_get.
    Threads: any; waits "timeout_ms" at most.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, _INT_OUT)
def erptoken_app_create(account, expires, id, length):
    """Creates an application token. The provider shows it this once: the library keeps it, in the store that
    erptoken_configure names, else until the process ends or erptoken_shutdown. erptoken_app_get gives it.
      account: From erptoken_open, with "password": it is sent again. The session token is used, whatever the option
        "token" says.
      expires: How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
        ("2027-01-31T23:59:00-03:00"). 3650 days at most.
      id: Receives the id, NUL-terminated.
      length: In: capacity, ID_SIZE at least: a smaller one is E_BUFFER before anything is sent. Out: on OK the id's
        length without the NUL, on E_BUFFER ID_SIZE.
    Returns OK; E_BUFFER (nothing was sent); E_ARGUMENT (expires without zone, in the past, or not taken by the
      provider); E_CREDENTIALS (the password is refused); E_MISSING (no password is set); E_STORE (before anything was
      sent; or after it: then the text tells the id, and erptoken_app_get gives the token until the process ends);
      E_FORBIDDEN (not a business account); E_LIMIT (1000 living ones are kept for this account: nothing was sent);
      E_UNSUPPORTED; E_HANDLE; E_ENCODING; else as erptoken_get.
    Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
    understood), the text says so; look with erptoken_app_list before creating another one. Each refused password
    counts for the lockout guard, as one refused at a login does.
    Threads: any; waits "timeout_ms" at most.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, _INT_OUT)
def erptoken_app_get(account, id, buffer, length):
    """Gets an application token that this library created and keeps. Sends nothing, unless the password is another one
    than the provider took last from this user: then it logs in first, and a refused one gets nothing.
      account: From erptoken_open, of the user who created the token.
      id: The id, from erptoken_app_create or erptoken_app_list.
      buffer: Receives the token, NUL-terminated.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_NOT_FOUND (it was never here, was revoked or has expired: no provider shows a token
      twice); E_ARGUMENT; E_HANDLE; E_ENCODING; E_MISSING; E_OPTION; E_STORE; E_UNSUPPORTED; where it logs in, else as
      erptoken_get.
    Threads: any; waits "timeout_ms" at most, where it logs in.
    """


@_native(ctypes.c_int32, _INT_OUT)
def erptoken_app_list(account, response):
    """Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
    {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
      account: From erptoken_open. The session token is used, whatever the option "token" says.
      response: Receives a handle, to be read with the erptoken_response functions ("/count", "/tokens/0/id") and
        closed with erptoken_close. Left as it is when the call fails.
    Returns OK; E_UNSUPPORTED; E_ARGUMENT; E_HANDLE; E_LIMIT (a list that does not end, or too many open handles);
      E_FORBIDDEN (a new session token is refused too); E_STORE; else as erptoken_get.
    "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptoken_app_get gives. The
    list is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke
    all of the program's own, revoke those with "stored" 1.
    Threads: any; waits "timeout_ms" at most.
    """


@_native(ctypes.c_int32, ctypes.c_char_p)
def erptoken_app_revoke(account, id):
    """Revokes an application token at the provider and forgets it.
      account: From erptoken_open. The session token is used, whatever the option "token" says.
      id: The id, from erptoken_app_create or erptoken_app_list.
    Returns OK; E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here too); E_ARGUMENT
      (an id that cannot be one: nothing was sent); E_STORE (revoked, but the store could not be changed);
      E_FORBIDDEN; E_UNSUPPORTED; E_HANDLE; E_ENCODING; else as erptoken_get.
    Threads: any; waits "timeout_ms" at most.
    """


# ---- Requests with the token on them ----


@_native(ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int32, _INT_OUT)
def erptoken_request(account, method, url, headers, body, body_length, response):
    """Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
      account: From erptoken_open, with the options that the provider's login needs.
      method: "GET", "POST" and so on.
      url: Absolute, or beginning with "/" and then appended to the environment's API address. What is not visible
        ASCII in it must be percent-encoded.
      headers: "Name: value" lines, or None. Authorization, Host, Content-Length, Transfer-Encoding and others that
        say where a message ends are set by the library.
      body: The body, or None. It is not copied: leave it alone until the call returns.
      body_length: Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as UTF-8, as
        application/json if the headers name no content type.
      response: Receives a handle, to be closed with erptoken_close. Left as it is when the call fails.
    Returns OK for any answer, whatever its HTTP status; E_ARGUMENT (a url, method, header or length that cannot be
      sent, or a body that is no JSON object where the profile puts credentials into it); E_HANDLE; E_ENCODING;
      E_LIMIT (the answer is above "max_response_bytes", or there is no memory for one more handle); E_INSECURE (plain
      http, or a host that is neither of the chosen environment nor in "api_hosts": nothing was sent); E_NETWORK;
      E_TIMEOUT; E_TLS; E_PROXY; E_RESPONSE (what came is not HTTP); or what kept the token from being had or renewed,
      as erptoken_get.
    A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
    response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers
    all of it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it again
    (erptoken_error_retryable says so too).
    Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
    """


@_native(ctypes.c_int32, _INT_OUT)
def erptoken_response_status(response, http_status):
    """Reads the HTTP status of a response.
      response: From erptoken_request, erptoken_app_list, erptoken_diagnose or erptoken_check_profile.
      http_status: Receives the status, 100 to 999. Left as it is when the call fails.
    Returns OK; E_ARGUMENT; E_HANDLE.
    Threads: any.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, _INT_OUT)
def erptoken_response_header(response, name, buffer, length):
    """Reads a header of a response.
      response: As for erptoken_response_status.
      name: The header's name, in any case.
      buffer: Receives the value, NUL-terminated; of several headers of that name all, with ", " between them.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_ENCODING; E_NOT_FOUND (no such header).
    Threads: any.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, _INT_OUT)
def erptoken_response_text(response, buffer, length):
    """Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
      response: As for erptoken_response_status.
      buffer: Receives the text, NUL-terminated, whatever the character set of the server.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_RESPONSE (another character set: read the bytes).
    A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order mark
    at the beginning is left out. A NUL inside the text counts in the length.
    Threads: any.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, _INT_OUT)
def erptoken_response_field(response, path, buffer, length):
    """Reads one value of a JSON body.
      response: As for erptoken_response_status.
      path: JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
      buffer: Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number, true, false,
        null, an object or a list as its JSON stands in the body.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT (the path is neither empty nor begins with "/"); E_HANDLE; E_ENCODING;
      E_NOT_FOUND (nothing is there: a loop over "/items/0", "/items/1" ends so); E_RESPONSE (the body is not JSON).
    The body is read in place: a loop over a large list goes on where the call before it was.
    Threads: any.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, _INT_OUT)
def erptoken_response_bytes(response, buffer, length):
    """Reads the body of a response as bytes, with no NUL behind them.
      response: As for erptoken_response_status.
      buffer: Receives the bytes; nothing is written when it is too small. May be None with a length of 0.
      length: In: capacity in bytes. Out: on OK the body's bytes, on E_BUFFER the capacity needed, which is the same
        number; else left as it is.
    Returns OK; E_BUFFER; E_ARGUMENT; E_HANDLE.
    Threads: any.
    """


# ---- The whole process ----


# Receives one line of the log: when, how bad, which process, which account, what, how long, in the "language" of the
# process. `line` is NUL-terminated UTF-8 without line ends, and lives until the callback returns.
# It is called on a thread of the program that is inside a call of this library, just before that call returns; by
# several threads at once if several are inside calls. No lock is held and the floating-point state is the program's.
# Inside it every function but the pure and the erptoken_error_ ones is E_REENTRANT. It must return: no longjmp, and
# no exception may leave it.
LOG_LINE = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_char_p, ctypes.c_void_p)


@_native(ctypes.c_char_p, ctypes.c_char_p)
def erptoken_configure(option, value):
    """Sets an option of the process, or the default of an account option for accounts opened later.
      option: "background" ("1"; "0": the library never starts a thread, the caller runs the renewal), "language"
        ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written to),
        "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
        "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key"
        (see below), or an account option that is not a credential, such as "timeout_ms".
      value: The value as text. None or "": back to the default.
    Returns OK; E_ARGUMENT; E_ENCODING; E_OPTION; E_STORE; E_UNSUPPORTED (of another build or system).
    The language is that of every error text from the next failing call on, on all threads, also where an earlier
    failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown and fork. Not
    translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
    The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to
    "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes may
    share it. What cannot be written later is counted, and told in the file when it can be again. erptoken_shutdown
    ends the file too. Where the program sets neither "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE
    and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID program.
    "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to disk.
    "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts with
    them. The folder is made for its owner alone if it is not there; one that is a link, another user's, open to
    others, or that cannot be written or locked is E_STORE, here and at the first call that needs a token. What fails
    later costs the sharing and no token: the process goes on with its memory, and the log says so.
    "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all machines with
    the same server and "store_key" share them. A build without the cargo feature redis returns E_UNSUPPORTED. A
    server that refuses is E_STORE here; while one is away, memory goes on.
    "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds them
    and is its owner's alone (read now: E_OPTION if it cannot be, E_STORE if others may); on Windows "dpapi:machine",
    and without the option a key of the user's own. Elsewhere, and for a Redis server, a store without a key is
    E_MISSING at the first call that needs a token.
    The first call that needs a token fixes both, until erptoken_shutdown: another value is E_OPTION then.
    A child of a fork starts with everything that its parent has set.
    Threads: any.
    """


@_native(LOG_LINE, ctypes.c_void_p, ctypes.c_int32)
def erptoken_log(callback, user_data, level):
    """Adds a log callback, changes its level, or removes it.
      callback: Called with one line at a time.
      user_data: Given back to the callback; with it, it is what tells callbacks apart.
      level: 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when this call
        returns OK it does not run and will not run again; OK too if it was not there.
    Returns OK; E_ARGUMENT (None, or no level); E_LIMIT (16 callbacks are there); E_TIMEOUT (level 0: it is removed,
      but still runs on another thread after 30 s).
    Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells
    how many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
    erptoken_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines that
    waited there.
    Threads: any. Do not remove a callback while holding a lock that it takes.
    """


@_native(ctypes.c_int32, _INT_OUT)
def erptoken_diagnose(account, response):
    """Makes a report about an account and its way to the provider that a person can send to support. No secrets.
      account: From erptoken_open; it need not be able to log in, nor have its options.
      response: Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
        Left as it is when the call fails.
    Returns OK, whatever the report says: what is broken is in it; E_ARGUMENT; E_HANDLE; E_LIMIT (no memory for one
      more handle).
    The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it with
    erptoken_response_field(response, "/text", ...). The others are for a program: "library", "time", "provider",
    "environment", "account" (user, names of the options set, missing ones), "client_certificate" (where one is set:
    subject, issuer, from, until, key, kind), "token" (state, last error), "store", "proxy", "dns", "tcp", "tls" (with
    the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this one) and "advice" (a list of
    "code" and "text"; empty: nothing is wrong). A step that was not reached is not there.
    It looks the provider's host up, connects, looks at its certificates and asks for no page in particular.
    Credentials and tokens are not sent, the token is neither got nor changed. A client certificate that is set is
    shown to a server that asks for one and is trusted. A user name is shown.
    Threads: any; waits "timeout_ms" at most.
    """


@_native(ctypes.c_char_p, _INT_OUT)
def erptoken_check_profile(path, response):
    """Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
      path: The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
      response: Receives a handle, to be read with the erptoken_response functions and closed with erptoken_close.
        Left as it is when the call fails.
    Returns OK for any file that can be read, valid or not; E_ARGUMENT (None); E_ENCODING; E_PROVIDER (unknown name,
      or a file that cannot be read: the text says why); E_LIMIT (no memory for one more handle).
    The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it with
    erptoken_response_field(response, "/text", ...). The others are for a program: "valid" (true or false), "name",
    "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with warnings
    alone is valid), "requests" (of a valid profile, in its usual and its test environment: "environment",
    "operation", "needs", "method", "url", "headers" and "body", with [name] in place of every value, such as
    [password], and [...] in place of what stands in the profile itself under the name of a secret; "api" is a call of
    the program's own) and "values" (what is computed, and of what). No value of an option is needed, or shown.
    Threads: any. Lifetime: of the response, until erptoken_close or erptoken_shutdown.
    """


@_native()
def erptoken_shutdown():
    """Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes
    every log callback after the last lines.
    Returns OK, also when there was nothing to end.
    For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
    starts afresh. Calls that wait for a token on other threads return E_HANDLE. Those that send something themselves
    (erptoken_request, the erptoken_app functions, erptoken_diagnose) end in their own time, and a response that one
    of them brings is to be closed. A log callback that runs on another thread is waited for, 2 s at most: let it end
    before what it uses is freed. Nothing is revoked at the providers.
    Threads: any, but not from DllMain.
    """


# ---- Functions without state ----


@_native()
def erptoken_abi_version():
    """Returns the ABI's version of the loaded library: major * 1000 + number of additions.
    Returns The number itself, not a status. A program built against this header needs the same thousands and at least
      ABI_VERSION.
    Threads: any; also from the log callback.
    """


@_native(ctypes.c_char_p, _INT_OUT)
def erptoken_version(buffer, length):
    """Reads the library's version, such as "0.1.0".
      buffer: Receives the text, NUL-terminated.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT.
    Threads: any; also from the log callback.
    """


@_native(ctypes.c_int32, ctypes.c_char_p, _INT_OUT)
def erptoken_status_name(status, buffer, length):
    """Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
      status: What a function returned.
      buffer: Receives the name, NUL-terminated.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT (also for a number that is not a status).
    Threads: any; also from the log callback.
    """


@_native(ctypes.c_int32)
def erptoken_status_retryable(status):
    """Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure
    itself erptoken_error_retryable knows more.
      status: What a function returned.
    Returns 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed first. Not a
      status.
    Threads: any; also from the log callback.
    """


# ---- Why the last failing call of this thread failed ----


@_native(ctypes.c_char_p, _INT_OUT)
def erptoken_error_text(buffer, length):
    """Says what happened and what to do about it, in one sentence or two. Contains no secret.
      buffer: Receives the text in UTF-8, NUL-terminated; empty if no call of this thread failed yet. 1201 bytes hold
        every text. In the language that erptoken_configure had set when the call failed.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT.
    Threads: about the calling thread only. A call that succeeds changes nothing here.
    """


@_native(ctypes.c_char_p, _INT_OUT)
def erptoken_error_server_code(buffer, length):
    """Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's lockout
    guard.
      buffer: Receives the code, NUL-terminated; empty if the provider gave none.
      length: As for erptoken_get.
    Returns OK; E_BUFFER; E_ARGUMENT.
    Threads: about the calling thread only.
    """


@_native()
def erptoken_error_http_status():
    """Reads the HTTP status of the failure.
    Returns The status, or 0 if no answer came. Not an ERPTOKEN status.
    Threads: about the calling thread only.
    """


@_native()
def erptoken_error_retry_after():
    """Says after how many seconds it makes sense to call again.
    Returns Seconds; 0: at once, if erptoken_error_retryable() says that it makes sense at all. Not an ERPTOKEN
      status.
    Threads: about the calling thread only.
    """


@_native()
def erptoken_error_retryable():
    """Says whether the call that failed may be made again with nothing changed. It knows more than
    erptoken_status_retryable: never so for a request that may have been carried out, such as a POST of
    erptoken_request whose answer did not come. Look first whether it was.
    Returns 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed or looked at first,
      or no call of this thread failed yet. Not an ERPTOKEN status.
    Threads: about the calling thread only.
    """


# ---- What raises ----


class ErpTokenError(Exception):
    """A call failed; its text says what to do about it.

    status       One of E_....
    server_code  The provider's own code; empty if it gave none.
    http_status  0: no answer came.
    retry_after  Seconds after which to try again.
    retryable    Whether the same call may succeed later with nothing changed, and can do no harm.
    """

    def __init__(self, text, status, server_code="", http_status=0, retry_after=0, retryable=False):
        super().__init__(text, status, server_code, http_status, retry_after, retryable)
        self.text, self.status, self.server_code = text, status, server_code
        self.http_status, self.retry_after, self.retryable = http_status, retry_after, retryable

    def __str__(self):
        return self.text


def _check(status):
    """The error is this thread's until its next failing call. None of these calls touches it."""
    if status != OK:
        raise ErpTokenError(
            _read(erptoken_error_text)[1],
            status,
            _read(erptoken_error_server_code)[1],
            erptoken_error_http_status(),
            erptoken_error_retry_after(),
            erptoken_error_retryable() != 0,
        )


def _text(value):
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError("a text is a str, not %s" % type(value).__name__)
    if "\0" in value:
        raise ValueError("a text with a NUL in it")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        pass  # It holds the text, which may be a password.
    raise ValueError("a text with half of a surrogate pair in it")


def _header(name, value):
    line = "%s: %s" % (name, value)
    if value is None or "\r" in line or "\n" in line:
        raise ValueError("a header without a value, or with a line break in it")
    return line


def _read(function, *arguments):
    """What a function writes into a buffer, as long as it asks for a larger one."""
    length = ctypes.c_int32(1500)  # Holds nearly every token, and every error text.
    while True:
        capacity = length.value
        buffer = ctypes.create_string_buffer(max(capacity, 1))
        status = function(*arguments, buffer, ctypes.byref(length))
        if status != E_BUFFER:
            text = buffer.raw[: length.value].decode("utf-8") if status == OK else ""
            ctypes.memset(buffer, 0, capacity)
            return status, text


def _text_of(function, *arguments):
    status, text = _read(function, *arguments)
    _check(status)
    return text


def _number_of(function, *arguments):
    value = ctypes.c_int32()
    _check(function(*arguments, ctypes.byref(value)))
    return value.value


_shutdowns = 0


def _era():
    """A child of fork has no handles of its parent's, and a shutdown closes all."""
    return os.getpid(), _shutdowns


class _Handle:
    def __init__(self, handle):
        self.handle, self._born = handle, _era()

    def close(self):
        """May be called twice, and after a shutdown, which closes everything."""
        handle, self.handle = self.handle, 0
        status = erptoken_close(handle)
        if status != E_HANDLE:
            _check(status)

    def __reduce__(self):
        raise TypeError("a handle cannot be copied: it is closed once, and is another one's in another process")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        # It may run between a call that failed and the reading of its error: no call of its own may fail.
        if getattr(self, "handle", 0) and self._born == _era():
            erptoken_close(self.handle)


class Response(_Handle):
    """An answer to a request, whatever its HTTP status."""

    @property
    def status(self):
        return _number_of(erptoken_response_status, self.handle)

    def text(self):
        """The body as text, from the character set that it declares."""
        return _text_of(erptoken_response_text, self.handle)

    def json(self):
        return json.loads(self.text())

    def bytes(self):
        """The body as it came."""
        length = ctypes.c_int32(0)
        status, buffer = erptoken_response_bytes(self.handle, None, ctypes.byref(length)), None
        if status == E_BUFFER:
            buffer = ctypes.create_string_buffer(length.value)
            status = erptoken_response_bytes(self.handle, buffer, ctypes.byref(length))
        _check(status)
        return buffer.raw[: length.value] if buffer else b""

    def header(self, name):
        """A header's value; None if there is none."""
        return self._find(erptoken_response_header, name)

    def field(self, path):
        """A value of a JSON body ("/items/0/id"); None if there is none."""
        return self._find(erptoken_response_field, path)

    def _find(self, function, name):
        status, text = _read(function, self.handle, _text(name))
        if status == E_NOT_FOUND:
            return None
        _check(status)
        return text


class Account(_Handle):
    """An account at "senior", "invoisys", "assine", or the absolute path of a profile, with its options."""

    def __init__(self, provider, **options):
        super().__init__(0)
        self.handle = _number_of(erptoken_open, _text(provider))
        try:
            for option, value in options.items():
                self.set(option, value)
        except BaseException:
            self.close()
            raise

    def set(self, option, value):
        """Sets an option; None or "" is the default."""
        _check(erptoken_set(self.handle, _text(option), _text(value)))

    def get(self):
        """The access token: at once from memory, else by a login or a refresh."""
        return _text_of(erptoken_get, self.handle)

    def authorization(self):
        """The header's value, "Bearer ...", ready to be sent."""
        return _text_of(erptoken_authorization, self.handle)

    def renew(self):
        """Gets a newer token now."""
        _check(erptoken_renew(self.handle))

    def reject(self, token):
        """An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause is a
        permission."""
        status = erptoken_reject(self.handle, _text(token))
        if status == E_REFUSED_AGAIN:
            return False
        _check(status)
        return True

    def logout(self):
        """Revokes the token at the provider, then forgets it."""
        _check(erptoken_logout(self.handle))

    def info(self, field):
        """A field as text: "state", "expires_at", "source", ..."""
        return _text_of(erptoken_info, self.handle, _text(field))

    def info_int(self, field):
        """A field as a number: "expires_in", "logins", ..."""
        return _number_of(erptoken_info_int, self.handle, _text(field))

    def app_allowed(self):
        """Whether this account may create application tokens."""
        return _number_of(erptoken_app_check, self.handle) != 0

    def app_create(self, expires):
        """Creates an application token; its id. Expires: a number of days ("365"), or an instant in RFC 3339."""
        # Once, with room for every id: a creation is never repeated blindly.
        buffer, length = ctypes.create_string_buffer(ID_SIZE), ctypes.c_int32(ID_SIZE)
        _check(erptoken_app_create(self.handle, _text(expires), buffer, ctypes.byref(length)))
        return buffer.value.decode("utf-8")

    def app_get(self, id):
        """An application token that was created here."""
        return _text_of(erptoken_app_get, self.handle, _text(id))

    def app_list(self):
        """The application tokens as JSON."""
        return Response(_number_of(erptoken_app_list, self.handle))

    def app_revoke(self, id):
        """Revokes an application token and forgets it."""
        _check(erptoken_app_revoke(self.handle, _text(id)))

    def request(self, method, url, headers=None, body=None):
        """Sends a request with the token on it, renewed and repeated once on 401.

        url      Absolute, or beginning with "/" and then appended to the environment's API address.
        headers  Lines of "Name: value", or a dict.
        body     A str, sent as UTF-8, as JSON unless a header says otherwise; or bytes as they are.
        """
        if isinstance(headers, dict):
            headers = "\r\n".join(_header(*header) for header in headers.items())
        if isinstance(body, str):
            body, length = _text(body), -1 if body else 0
        else:
            body = bytes(memoryview(b"" if body is None else body))  # An int would become so many zeros.
            length = len(body)
        if length > 0x7FFFFFFF:
            raise ValueError("a body above 2 GiB")
        call = (self.handle, _text(method), _text(url), _text(headers), body, length)
        return Response(_number_of(erptoken_request, *call))

    def diagnose(self):
        """A report for support, without secrets."""
        return Response(_number_of(erptoken_diagnose, self.handle))


# ---- The whole process ----

# By the number that the library gives back, which never means another. The function that it calls is one, and is never
# freed: a handler may be removed on one thread while another adds it again.
_listeners = {}
_keys = itertools.count(1)
_adding = threading.Lock()
_line = None


def version():
    return _text_of(erptoken_version)


def configure(option, value):
    """Sets an option of the process, or the default of an account option."""
    _check(erptoken_configure(_text(option), _text(value)))


def check_profile(path):
    """What is wrong with a profile, and what it would send; nothing is sent."""
    return Response(_number_of(erptoken_check_profile, _text(path)))


def log(handler, level):
    """Adds, changes or (level 0) removes handler(level, line). It runs on threads that are inside a call."""

    global _line
    with _adding:
        _line = _line or LOG_LINE(_tell)
        key = next((key for key, known in list(_listeners.items()) if known == handler), None)
        is_new = key is None
        if is_new:
            key = next(_keys)
            _listeners[key] = handler
        if level == 0:
            del _listeners[key]
    # Under no lock: a handler that is removed is waited for.
    status = erptoken_log(_line, key, level)
    if status != OK and level == 0 and not is_new:
        _listeners[key] = handler
    elif status != OK and is_new:
        _listeners.pop(key, None)
    elif level != 0 and key not in _listeners:  # Removed meanwhile.
        erptoken_log(_line, key, 0)
    _check(status)


def _tell(level, line, key):
    try:
        handler = _listeners.get(key)
        if handler is not None:
            handler(level, line.decode("utf-8", "replace"))
    except Exception:  # None may cross the library.
        pass


@atexit.register
def _silence():
    for key in list(_listeners):
        erptoken_log(_line, key, 0)


def shutdown():
    """Closes every handle and wipes every token: for the program, not for a plugin."""
    global _shutdowns
    _shutdowns += 1
    _check(erptoken_shutdown())
