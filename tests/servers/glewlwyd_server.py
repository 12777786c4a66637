"""Starts Debian's glewlwyd on a database of its own, and sets it up as an administrator would: by its API.
Arguments: its program and the folder of its database."""

import gzip
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from http.cookiejar import CookieJar

PROGRAM, FOLDER = sys.argv[1:]
SCHEMAS = [
    "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3",
    "/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz",
]


def schema():
    for path in SCHEMAS:
        if os.path.exists(path):
            with gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8") as file:
                return file.read()
    raise SystemExit("glewlwyd came without its tables")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start(database):
    """On a port that is free; `None` when somebody else took it meanwhile."""
    port = free_port()
    config = os.path.join(FOLDER, "glewlwyd.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(
            f"""
port={port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:{port}"
login_url="login.html"
api_prefix="api"
log_mode="file"
log_level="WARNING"
log_file="{FOLDER}/glewlwyd.log"
cookie_secure=0
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3"; path = "{database}" }};
"""
        )
    server = subprocess.Popen([PROGRAM, "-c", config], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    while server.poll() is None:
        try:
            BROWSER.open(f"{base}/config", timeout=10).close()
            return server, base
        except urllib.error.HTTPError:
            return server, base
        except OSError:
            time.sleep(0.05)
    return None


BROWSER = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({}))


def call(method, url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method)
    try:
        with BROWSER.open(request, timeout=10) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {url}: {error.code} {error.read().decode()}") from error


def set_up(base):
    # The password of a new installation.
    call("POST", f"{base}/api/auth/", {"username": "admin", "password": "password"})
    call("POST", f"{base}/api/scope/", {"name": "erp", "display_name": "erp", "password_required": False})
    call(
        "POST",
        f"{base}/api/user/",
        {"username": "maria", "name": "Maria", "password": "senha çãé&=+ 1", "enabled": True, "scope": ["erp", "openid"]},
    )

    def client(client_id, grants, methods, more):
        shared = {"client_id": client_id, "name": client_id, "confidential": True, "enabled": True, "scope": ["erp"],
                  "redirect_uri": [], "authorization_type": grants, "token_endpoint_auth_method": methods}
        call("POST", f"{base}/api/client/", {**shared, **more})

    secret_sent = ["client_secret_basic", "client_secret_post"]
    client("erp", ["password", "refresh_token"], secret_sent, {"client_secret": "segredo-erp"})
    client("machine", ["client_credentials"], secret_sent, {"client_secret": "segredo-machine"})
    client("hs256", ["client_credentials"], ["client_secret_jwt"],
           {"client_secret": "segredo-de-quem-assina-0123456789", "token_endpoint_signing_alg": "HS256"})
    for client_id, key in {"rs256": "rsa.pub", "ps256": "rsa.pub", "es256": "ec.pub"}.items():
        with open(os.path.join(FOLDER, key), encoding="utf-8") as file:
            client(client_id, ["client_credentials"], ["private_key_jwt"],
                   {"pubkey": file.read(), "token_endpoint_signing_alg": client_id.upper()})
    key = os.urandom(32).hex()
    parameters = {
        "iss": f"{base}/api/oidc", "jwt-type": "sha", "jwt-key-size": "256", "key": key,
        "access-token-duration": 60, "refresh-token-duration": 86400, "code-duration": 600,
        "refresh-token-one-use": "always", "refresh-token-rolling": True,
        "auth-type-code-enabled": False, "auth-type-token-enabled": False, "auth-type-none-enabled": False,
        "auth-type-implicit-enabled": False, "auth-type-device-enabled": False,
        "auth-type-password-enabled": True, "auth-type-client-enabled": True, "auth-type-refresh-enabled": True,
        "request-parameter-allow": True, "client-pubkey-parameter": "pubkey", "request-maximum-exp": 3600,
        "allow-non-oidc": True, "allowed-scope": ["openid", "erp"],
        "introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True,
        "session-management-allowed": False,
    }
    call(
        "POST",
        f"{base}/api/mod/plugin/",
        {"module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": parameters},
    )


def main():
    database = os.path.join(FOLDER, "glewlwyd.db")
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(schema())
    started = next((found for found in (start(database) for _ in range(5)) if found), None)
    if started is None:
        with open(f"{FOLDER}/glewlwyd.log", encoding="utf-8") as log:
            raise SystemExit(log.read())
    server, base = started
    try:
        set_up(base)
        print(f"ready {base}", flush=True)
        # Until the one who started it is gone.
        sys.stdin.read()
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


main()
