#!/usr/bin/env python3
"""usage: from_public_list.py providers.yaml > list.json

Describes the APIs of Nango's providers.yaml, by the fields of each entry, as main.rs takes them. Needs PyYAML.
Addresses with the customer's host in them become the account's base_url: where token and API are at different hosts of
the customer's, base_url and api_url. Names of connection settings become options.
"""
import json
import re
import sys

import yaml

SLOT = re.compile(r"\$\{([^${}]*)\}")
GENERIC = {"apiKey": "access_key", "username": "username", "password": "password", "clientId": "client_id",
           "clientSecret": "client_secret", "accessToken": "access_token", "refresh_token": "refresh_token"}


class CannotSay(Exception):
    """Why an entry cannot be said."""


def name(text):
    """A name of an option."""
    last = text.split(".")[-1]
    if last in GENERIC:
        return GENERIC[last]
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", last).lower()).strip("_")
    if plain in ("token", "id", "page", "base", "environment", "proxy", "now", "uuid"):
        plain += "_of_theirs"
    return plain if plain and plain[0].isalpha() else "x_" + plain


def template(text, values):
    """A template of ours; computed parts get a name in values."""
    if not isinstance(text, str):
        return text
    text = text.split(" || ")[0]

    def computed(match):
        kind, inner = match.group(1), match.group(2)
        ours = {"base64": "base64", "sha256Hex": "sha256"}.get(kind)
        if ours is None:
            raise CannotSay(f"computed by {kind}")
        inner = template(inner, values)
        made = f"value_{len(values)}"
        values[made] = {ours: inner}
        return "{" + made + "}"

    text = re.sub(r"\$\{(\w+)\(((?:[^${}]|\$\{[^{}]*\})*)\)\}", computed, text)

    def slot(match):
        inside = match.group(1)
        if inside == "random":
            return "{uuid}"
        if inside.startswith("now") and inside != "now":
            raise CannotSay("the time in a form of its own")
        if inside.startswith(("endpoint", "method", "body")):
            raise CannotSay("each call is signed with its address, body or time")
        if inside == "now":
            return "{now}"
        if inside.startswith("step"):
            return "{" + "step_" + name(inside) + "}"
        return "{" + name(inside) + "}"

    return SLOT.sub(slot, text)


def tree(value, values):
    if isinstance(value, dict):
        return {key: tree(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [tree(inner, values) for inner in value]
    return template(value, values)


def host(url):
    return url.split("://")[-1].split("/")[0] if url else ""


def call(entry, values):
    """Where the token, or the key, stands in a call."""
    proxy = entry.get("proxy") or {}
    found = {}
    secret = r"\$\{(accessToken|apiKey|credentials\.\w+|base64)"
    for place, to in (("headers", "header"), ("query", "query")):
        for key, value in (proxy.get(place) or {}).items():
            if isinstance(value, str) and re.search(secret, value):
                found.setdefault(to, {})[key] = template(value, values)
    base = proxy.get("base_url")
    if not found and isinstance(base, str) and re.search(secret, base.split("://")[-1].partition("/")[2]):
        raise CannotSay("the key is in the path of each call")
    return found


def paths(response):
    found = {}
    for theirs, ours in (("token", "access_token"), ("refresh_token", "refresh_token"), ("token_expiration", None)):
        if theirs in response:
            place = response[theirs]
            path = {"body": True} if place == "" else "/" + str(place).replace(".", "/")
            if ours is None:
                ours = "expires_in" if response.get("token_expiration_strategy") == "expireIn" else "expires_at"
            found[ours] = path
    return found


def request(entry, values, fields, address):
    """A token call."""
    kept = {}
    body = {"json": "json", "form": "form"}.get(entry.get("body_format", "form"), "form")
    kept["url"] = address
    kept["body"] = body
    kept["fields"] = tree(fields or {}, values)
    if any(isinstance(value, (dict, list)) for value in kept["fields"].values()):
        kept["body"] = "json"
    if kept["body"] == "form":
        plain = {True: "true", False: "false"}
        kept["fields"] = {key: value if isinstance(value, str) else plain.get(value, str(value))
                          for key, value in kept["fields"].items()}
    kept["headers"] = {key: template(value, values) for key, value in (entry.get("token_headers") or {}).items()
                       if key.lower() not in ("content-type", "content-length")}
    if entry.get("token_request_method"):
        kept["method"] = entry["token_request_method"]
        if kept["method"] == "GET":
            kept["body"] = "query"
    return kept


def address(entry, key="token_url"):
    url = entry.get(key)
    if isinstance(url, dict):
        raise CannotSay("two ways to sign in at once")
    url = (url or "").split(" || ")[0]
    _, _, path = url.partition("://")[2].partition("/")
    return "{base}/" + path


def described(key, entry):
    values = {}
    mode = entry.get("auth_mode")
    out = {"name": key, "base": "https://customer.example"}
    if mode in ("OAUTH1", "TBA"):
        return dict(out, kind="oauth1")
    if mode == "AWS_SIGV4":
        return dict(out, kind="aws_v4")
    if mode == "SIGNATURE":
        return dict(out, kind="signed")
    if mode == "API_KEY":
        place = call(entry, values)
        carrying = [(kind, part) for kind, names in place.items() for part in names]
        if carrying and not any("{access_token}" in text for names in place.values() for text in names.values()):
            # The first secret is the token; others stay options.
            kind, part = carrying[0]
            place[kind][part] = re.sub(r"\{\w+\}", "{access_token}", place[kind][part], count=1)
        out.update(kind="key", call=place or None)
    elif mode == "BASIC":
        place = call(entry, values)
        basic = [text for names in place.values() for text in names.values() if "{value_" in text]
        text = values.get("value_0", {}).get("base64") if basic else "{username}:{password}"
        out.update(kind="basic", basic=text)
        values = {}
    elif mode in ("OAUTH2_CC", "TWO_STEP", "OAUTH2", "MCP_OAUTH2", "MCP_OAUTH2_GENERIC", "BILL", "APP", "CUSTOM"):
        fields = dict(entry.get("token_params") or {})
        consent = mode in ("OAUTH2", "MCP_OAUTH2", "MCP_OAUTH2_GENERIC")
        where = address(entry) if mode != "CUSTOM" else "{base}/token"
        one = request(entry, values, fields, template(where, values))
        if mode == "OAUTH2_CC":
            one["fields"].setdefault("grant_type", "client_credentials")
        if consent:
            one["fields"] = {"grant_type": "authorization_code", "code": "{code}", "redirect_uri": "{redirect_uri}",
                             "code_verifier": "{code_verifier?}", **one["fields"]}
        if mode in ("OAUTH2_CC", "OAUTH2"):
            one["client"] = "basic" if entry.get("token_request_auth_method") == "basic" else "post"
            if entry.get("require_client_certificate"):
                one["client"] = "certificate"
        if mode == "BILL":
            one.update(body="json", fields={"username": "{username}", "password": "{password}",
                                            "organizationId": "{tenant}", "devKey": "{access_key}"})
            out.update(take={"access_token": "/sessionId"}, call={"header": {"sessionId": "{access_token}"}})
        if mode in ("APP", "CUSTOM"):
            one.update(client="assertion", body="json", fields={}, headers={"Authorization": "Bearer {assertion}"},
                       jwt={"jwt": "RS256", "key": "{client_key}", "claims": {"iss": "{client_id}"}})
            out["take"] = {"access_token": "/token", "expires_at": "/expires_at"}
        steps = [one]
        for step in entry.get("additional_steps") or []:
            if re.match(r"\$\{step", step.get("token_url", "")):
                return dict(out, kind="host_of_answer")
            steps.append(request(step, values, step.get("token_params"), template(address(step), values)))
        for number, step in enumerate(steps[:-1]):
            later = json.dumps(steps[number + 1:])
            step["keep"] = {found: "/" + found[5:] for found in re.findall(r"\{(step_\w+)\}", later)}
        if entry.get("assertion"):
            made = entry["assertion"]
            steps[0]["client"] = "assertion"
            steps[0]["jwt"] = {"jwt": (made.get("header") or {}).get("alg", "RS256"), "key": "{client_key}",
                               "header": {k: v for k, v in tree(made.get("header") or {}, values).items() if k not in ("alg", "typ")},
                               "claims": tree(made.get("payload") or {}, values)}
        if entry.get("signature") and mode == "TWO_STEP":
            token = entry.get("token") or {}
            steps[0]["client"] = "assertion"
            alg = {"RSA": "RS256", "EC": "ES256", "HMAC": "HS256"}.get(entry["signature"].get("protocol"))
            if alg is None:
                return dict(out, kind="signed")
            key_of = "{client_key}" if alg != "HS256" else template(token.get("signing_key", "{secret}"), values)
            steps[0]["jwt"] = {"jwt": alg, "key": key_of, "claims": tree(token.get("payload") or {}, values)}
            steps[0]["fields"] = json.loads(json.dumps(steps[0]["fields"]).replace("{access_token}", "{assertion}"))
            steps[0]["headers"] = json.loads(json.dumps(steps[0]["headers"]).replace("{access_token}", "{assertion}"))
        if entry.get("refresh_url"):
            out["refresh"] = {"url": template(address(entry, "refresh_url"), values)}
            if entry.get("refresh_token_params"):
                out["refresh"]["fields"] = tree(entry["refresh_token_params"], values)
        if entry.get("token_response"):
            out["take"] = paths(entry["token_response"])
        if entry.get("alternate_access_token_response_path"):
            out["take"] = {"access_token": "/" + entry["alternate_access_token_response_path"].replace(".", "/")}
        if entry.get("expires_in_unit"):
            out["life"] = {"unit": {"milliseconds": "ms", "minutes": "min", "hours": "h"}.get(entry["expires_in_unit"], "s")}
        place = call(entry, values)
        if place and "call" not in out and any("{access_token}" in text for names in place.values() for text in names.values()):
            out["call"] = place
        out.update(kind="consent" if consent else "token", token=steps if len(steps) > 1 else steps[0])
    elif mode == "JWT":
        token = entry.get("token") or {}
        header = tree(token.get("header") or {}, values)
        alg = header.pop("alg", "RS256")
        header.pop("typ", None)
        key_of = "{client_key}" if alg != "HS256" else template(token.get("signing_key"), values)
        claims = tree(token.get("payload") or {}, values)
        life = int(token.get("expires_in_ms", 300000) / 1000)
        claims.update(iat="{now:integer}", exp="{now+%d:integer}" % life)
        out.update(kind="jwt", jwt={"jwt": alg, "key": key_of, "header": header, "claims": claims})
        place = call(entry, values)
        if place:
            out["call"] = place
    elif mode == "NONE":
        return None
    else:
        return dict(out, kind="browser")
    if values:
        out["values"] = values
    return out


def main():
    entries = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))

    def whole(entry):
        if "alias" in entry:
            return {**whole(entries[entry["alias"]]), **{k: v for k, v in entry.items() if k != "alias"}}
        return entry

    out = []
    entries = {key: entry for key, entry in entries.items() if isinstance(entry, dict)}
    for key, entry in entries.items():
        try:
            one = described(key, whole(entry))
        except CannotSay as why:
            one = {"name": key, "kind": "signed" if "signed" in str(why) else "other", "why": str(why)}
        if one:
            out.append(one)
    json.dump(out, sys.stdout, indent=1)


main()
