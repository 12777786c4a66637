#!/usr/bin/env bash
# The authorization servers that others wrote: Django's from PyPI, Node's from npm. Into target/tools/servers, where the
# tests look; nothing twice. glewlwyd is Debian's package.
set -euo pipefail
cd "$(dirname "$0")"
tools=${ERPTOKEN_TOOLS:-../../target/tools}/servers
mkdir -p "$tools"

# A list that is there says that what it names is there whole.
if ! cmp -s requirements.txt "$tools/python/requirements.txt"; then
    rm -rf "$tools/python"
    python3 -m pip install --quiet --no-deps --disable-pip-version-check --root-user-action ignore \
        --target "$tools/python" -r requirements.txt
    cp requirements.txt "$tools/python"
fi
if ! cmp -s package-lock.json "$tools/node/node_modules/.installed"; then
    rm -rf "$tools/node"
    mkdir -p "$tools/node"
    cp package.json package-lock.json "$tools/node"
    # No script of theirs is run.
    npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$tools/node"
    cp package-lock.json "$tools/node/node_modules/.installed"
fi
