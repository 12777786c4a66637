"""A token in Python, with nothing but ctypes. Prints its length.

Put your own user and password in, and leave the line with "base_url" out.
"""
import ctypes
import os
import sys

OK, E_BUFFER = 0, -1003
lib = ctypes.CDLL("erptoken.dll" if os.name == "nt" else "liberptoken.so.1")


def text(call):
    """What a call writes into a buffer, as long as it asks for."""
    length = ctypes.c_int32(1500)
    while True:
        buffer = ctypes.create_string_buffer(length.value)
        status = call(buffer, ctypes.byref(length))
        if status != E_BUFFER:
            break
    if status != OK:
        check(status)
    return buffer.value.decode("utf-8")


def check(status):
    if status != OK:
        raise RuntimeError("%d: %s" % (status, text(lib.erptoken_error_text)))


account = ctypes.c_int32()
check(lib.erptoken_open(b"senior", ctypes.byref(account)))
try:
    for option, value in [
        ("username", "admin@empresa.com.br"),
        ("password", "senhaUsuario"),
        ("base_url", os.environ["ERPTOKEN_SANDBOX_SENIOR"]),  # Only for trying it out.
    ]:
        check(lib.erptoken_set(account, option.encode("utf-8"), value.encode("utf-8")))
    token = text(lambda buffer, length: lib.erptoken_get(account, buffer, length))
    print("a token of", len(token), "characters")
except RuntimeError as error:
    sys.exit(str(error))
finally:
    lib.erptoken_close(account)
