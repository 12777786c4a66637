#!/usr/bin/env python3
# usage: validate.py SCHEMA FILE... | --version
#
# What the package jsonschema, which tests/languages/install.sh brings, says of each file by JSON Schema 2020-12: one line for
# each, "FILE<tab>good", "FILE<tab>bad<tab>why", or "FILE<tab>no JSON".
import json
import os
import sys

project = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(os.environ.get("ERPTOKEN_TOOLS", os.path.join(project, "target", "tools")), "python"))
from jsonschema import Draft202012Validator  # noqa: E402

if sys.argv[1:] == ["--version"]:
    sys.exit()
with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for path in sys.argv[2:]:
    try:
        with open(path, encoding="utf-8") as file:
            profile = json.load(file)
    except ValueError:
        print(path, "no JSON", sep="\t")
        continue
    fault = next(validator.iter_errors(profile), None)
    if fault is None:
        print(path, "good", sep="\t")
    else:
        place = "/".join(str(step) for step in fault.absolute_path)
        print(path, "bad", f"{place}: {fault.message[:200]!r}", sep="\t")
