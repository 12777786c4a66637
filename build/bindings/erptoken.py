# -*- coding: utf-8 -*-
"""erptoken @VERSION@ for Python 3.6 and newer: declarations generated from the library's source, and below them classes that
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


@CONSTANTS@

@FUNCTIONS@
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
