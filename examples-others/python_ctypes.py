"""A token in Python, by include/python/erptoken.py, which needs nothing but ctypes. Prints its length.

Put your own user and password in, and leave the line with "base_url" out.
"""
import os
import sys

import erptoken

try:
    with erptoken.Account("senior", username="admin@empresa.com.br", password="senhaUsuario") as account:
        account.set("base_url", os.environ["ERPTOKEN_SANDBOX_SENIOR"])  # Only for trying it out.
        print("a token of", len(account.get()), "characters")
except erptoken.ErpTokenError as error:
    sys.exit("%d: %s" % (error.status, error))
