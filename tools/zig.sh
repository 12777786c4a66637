#!/usr/bin/env bash
# A linker and C compiler that bring the C library of any Linux, as old as wanted and for any processor: zig, and
# cargo-zigbuild, which has cargo use it. Both finished, from PyPI, into target/tools, or ERPTOKEN_TOOLS; nothing twice.
# Prints the folder: cargo-zigbuild is bin/cargo-zigbuild in it, zig is ziglang/zig.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${ERPTOKEN_TOOLS:-target/tools}/zig")

if [ ! -e "$folder/done" ]; then
    rm -rf "$folder"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary :all: \
        --target "$folder" cargo-zigbuild==0.24.1 ziglang==0.17.1 >&2
    touch "$folder/done"
fi
echo "$folder"
