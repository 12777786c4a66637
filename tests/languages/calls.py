# What a host in Python may do to the library. Silent when all is well.
import copy
import ctypes
import gc
import os
import pickle
import sys
import threading
import urllib.request

import erptoken

SENIOR = os.environ["ERPTOKEN_SANDBOX_SENIOR"]
ACCENTED = "jos\u00e9 \u20ac \U0001f600"


def check(condition, what):
    if not condition:
        sys.exit("failed: %s" % (what,))


def fails(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except erptoken.ErpTokenError as error:
        return error
    sys.exit("failed: no exception")


def opened(user="admin@empresa.com.br", password="senhaUsuario"):
    return erptoken.Account("senior", username=user, password=password, base_url=SENIOR)


def short_buffers(account):
    length = ctypes.c_int32(0)
    status = erptoken.erptoken_get(account.handle, None, ctypes.byref(length))
    needed = length.value
    check(status == erptoken.E_BUFFER and needed > 1, "asking for the size")
    for capacity in range(needed + 2):
        buffer = ctypes.create_string_buffer(b"\xa5" * (needed + 8), needed + 8)
        length.value = capacity
        status = erptoken.erptoken_get(account.handle, buffer, ctypes.byref(length))
        fits = capacity >= needed
        check(status == (erptoken.OK if fits else erptoken.E_BUFFER), "the status with %d" % capacity)
        check(length.value == (needed - 1 if fits else needed), "the length with %d" % capacity)
        beyond = buffer.raw[min(capacity, needed) :]
        check(beyond == b"\xa5" * len(beyond), "a byte beyond the buffer")


def failures():
    with opened("ninguem@empresa.com.br", "errada") as account:
        error = fails(account.get)
        check(error.status == erptoken.E_CREDENTIALS, error)
        check(error.http_status == 401 and error.server_code and len(error.text) > 20 and not error.retryable, "what a failure tells")
        check(error.retry_after > 0 and str(error) == error.text, "when to try again")
        check(pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__, "an error in another process")
        handle = account.handle
    check(fails(account.get).status == erptoken.E_HANDLE, "a closed account")
    account.close()
    check(erptoken.erptoken_close(handle) == erptoken.E_HANDLE, "a handle closed twice")
    check(fails(erptoken.Account, "nobody").status == erptoken.E_PROVIDER, "an unknown provider")
    check(fails(erptoken.Account, None).status == erptoken.E_ARGUMENT, "no provider")
    check(fails(erptoken.Account, "senior", colour="blue").status == erptoken.E_OPTION, "an unknown option")
    check(fails(erptoken.configure, "colour", "blue").status == erptoken.E_OPTION, "an unknown option of the process")
    check(erptoken.erptoken_configure(b"proxy", b"\xe9") == erptoken.E_ENCODING, "a text that is no UTF-8")
    try:
        erptoken.configure("proxy", "a\0b")
        check(False, "a text that would be cut")
    except ValueError:
        pass


def log(account):
    lines, inside = [], []

    def handler(level, line):
        lines.append(line)
        inside.append(fails(account.renew).status)
        raise RuntimeError("must not reach the library")

    erptoken.log(handler, 4)
    gc.collect()
    account.renew()
    check(lines and all(status == erptoken.E_REENTRANT for status in inside), "inside the log")
    erptoken.log(handler, 0)
    before = len(lines)
    account.renew()
    check(len(lines) == before, "a line after the handler was removed")
    erptoken.log(lambda level, line: None, 4)  # Is there when the program ends.


def requests(account):
    body = '{"nome":"%s"}' % ACCENTED
    with account.request("POST", "/tms/freights", {"X-Erp": "1", "X-Other": "2"}, body) as answer:
        check(answer.status == 201 and answer.field("/text") == body, answer.text())
        check(answer.field("/content_type") == "application/json", "the type of a text")
        check(answer.field("/none") is None and answer.header("X-None") is None, "what is not there")
        check(answer.bytes().decode("utf-8") == answer.text() and answer.json()["text"] == body, "bytes, text and JSON")
    answer = account.request("POST", "/tms/freights", "Content-Type: text/plain", b"\0\xff\r\n")
    check(answer.field("/length") == "4", "bytes as they are")
    check(fails(account.request, "GET", "https://example.com/").status == erptoken.E_INSECURE, "another host")


# What would be sent as something else is refused, and what is refused is not shown.
def mistakes(account):
    def refused(kind, call, *arguments):
        try:
            call(*arguments)
        except kind as problem:
            check("segredo" not in repr(problem), repr(problem))
            return
        check(False, ("sent", arguments))

    refused(ValueError, account.set, "password", "segredo\0x")
    refused(ValueError, account.set, "password", "segredo\ud800")
    refused(TypeError, account.set, "timeout_ms", 5000)
    for value in ("1\r\nX-More: 2", "1\nX-More: 2", None):
        refused(ValueError, account.request, "GET", "/tms/freights", {"X-Erp": value})
    for body in (5, [1, 2], {"a": 1}):
        refused(TypeError, account.request, "POST", "/tms/freights", None, body)
    for copied in (copy.copy, pickle.dumps):
        refused(TypeError, copied, account)


# A handler that some threads add while others remove it, as lines come.
def log_by_many():
    def handler(level, line):
        pass

    def work(number):
        for turn in range(150):
            fails(erptoken.Account, "nobody")
            erptoken.log(handler, 4 * ((turn + number) % 2))

    all_threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in all_threads:
        thread.start()
    for thread in all_threads:
        thread.join()
    erptoken.log(handler, 0)
    check(handler not in erptoken._listeners.values(), "a handler that was removed")


# Each failure has its own words, whatever other threads do.
def threads(account):
    wrong = []

    def work(number):
        for turn in range(50):
            host = "host-%d-%d.example" % (number, turn)
            error = fails(account.request, "GET", "https://%s/" % host)
            if host not in error.text or error.status != erptoken.E_INSECURE:
                wrong.append(error.text)
            account.get()

    all_threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in all_threads:
        thread.start()
    for thread in all_threads:
        thread.join()
    check(not wrong, wrong[:1])


def refused(account):
    fault = os.environ["ERPTOKEN_SANDBOX_HTTP"] + "/_sandbox/fault?operation=api&fault=status:401&times=2"
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(fault, b"").read()
    logins = account.info_int("logins") + account.info_int("refreshes")
    check(account.request("GET", "/tms/freights").status == 401, "a refusal comes through")
    check(account.info_int("logins") + account.info_int("refreshes") == logins + 1, "one new token")
    check(account.request("GET", "/tms/freights").status == 200, "the token is kept")
    check(not account.reject(account.get()), "a token that replaced a refused one")


# Nobody closes them: they are, before there are too many.
def forgotten():
    for _ in range(10000):
        erptoken.Account("senior")
    gc.collect()


def forked(account):
    child = os.fork()
    if child == 0:
        status = fails(account.get).status
        del account
        os._exit(0 if status == erptoken.E_HANDLE and opened().get() else 1)
    check(os.waitpid(child, 0)[1] == 0, "a child of fork")


account = opened()
log(account)
token = account.get()
check(len(token) == 32 and account.authorization() == "Bearer " + token, "the token")
short_buffers(account)
requests(account)
mistakes(account)
log_by_many()
with opened() as same:
    check(same.get() == token and same.info_int("logins") == 1, "one login for both")
    same.set("username", ACCENTED)
    check(same.info("username") == ACCENTED, "letters of every length")
    same.set("username", None)
    check(same.info("username") == "", "back to the default")
failures()
threads(account)
refused(account)
forgotten()
forked(account)
check(account.diagnose().field("/text"), "the report")
check(erptoken.check_profile("senior").json()["valid"] is True, "a profile")
check("Gets the access token" in erptoken.erptoken_get.__doc__, "the comment of a function")
account.logout()
check(erptoken.version() != "", "the version")
erptoken.shutdown()
account.close()
