#!/usr/bin/env bash
# What run.sh needs: gcc's other half, for 32 bits, and for aarch64 an emulator and a C library (zig.sh has the compiler: gcc's
# cannot be there beside gcc-multilib). Needs root; installs nothing twice.
set -euo pipefail
missing=""
for file in /usr/include/asm:gcc-multilib /usr/bin/qemu-aarch64-static:qemu-user-static /usr/aarch64-linux-gnu/lib/libc.so.6:libc6-arm64-cross \
    /usr/aarch64-linux-gnu/lib/libgcc_s.so.1:libgcc-s1-arm64-cross; do
    [ -e "${file%%:*}" ] || missing="$missing ${file##*:}"
done
if [ -n "$missing" ]; then
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing
fi
