#!/usr/bin/env bash
# The library on other systems than this machine's: the C programs of tests/c, as tests/c_programs.rs runs them, with the shared
# and the static library; for 32 bits its unit tests too.
#
#   glibc     the library and the command of the release for x86-64, with a C library that has nothing newer than glibc 2.17
#             (this machine's without that, see older.py: there is no package of the old one to be had)
#   i686      natively. There is no release for it: it is the cheapest test of 32 bits.
#   aarch64   in qemu, the C programs with the library of the release
#
# usage: run.sh [glibc|i686|aarch64]...      all unless told
#
# Where a tool is missing it says so and passes, unless ERPTOKEN_REQUIRE_ALL is 1. See install.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
work=$target/systems
mkdir -p "$work"

lacks() {
    [ "${ERPTOKEN_REQUIRE_ALL-}" != 1 ] || { echo "systems: $1, and ERPTOKEN_REQUIRE_ALL is 1" >&2; exit 1; }
    echo "skipped: systems: $1"
}

# cargo SUBCOMMAND for 32 bits, with a standard library made from its source, for there may be no other; nobody looks at it
# with a debugger.
for_i686() {
    RUSTC_BOOTSTRAP=1 CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 cargo "$1" --locked --quiet --target i686-unknown-linux-gnu \
        -Zbuild-std=std,panic_unwind,test --target-dir "$work" --lib
}

# programs NAME LIBRARIES COMPILER...: the C programs, by the runner of this machine
programs() {
    printf '#!/bin/sh\nexec %s "$@"\n' "${*:3}" >"$work/$1-cc"
    chmod +x "$work/$1-cc"
    ERPTOKEN_C_LIBRARIES=$2 ERPTOKEN_C_COMPILER=$work/$1-cc \
        cargo test --locked --quiet --test c_programs -- --skip valgrind::
}

glibc() {
    local old=$work/glibc zig
    python3 tests/systems/older.py 2.17 "$old"
    tools/linux-libraries.sh x64
    zig=$(tools/zig.sh)
    cat >"$work/glibc-run" <<RUN
#!/bin/sh
exec "$old/ld-linux-x86-64.so.2" --library-path "$old:\$LD_LIBRARY_PATH" "\$@"
RUN
    chmod +x "$work/glibc-run"
    ERPTOKEN_C_RUNNER=$work/glibc-run \
        programs glibc "$target/linux/x64" "$zig/ziglang/zig" cc -target x86_64-linux-gnu.2.17 -fno-sanitize=all \
        -Wno-c11-extensions -Dexplicit_bzero=bzero
    "$work/glibc-run" "$target/linux/x64/erptoken" version
}

i686() {
    echo 'int main(void) { return 0; }' | cc -m32 -x c - -o /dev/null 2>"$work/log" || { lacks "no C library for 32 bits"; return; }
    for_i686 build
    programs i686 "$work/i686-unknown-linux-gnu/debug" cc -m32
    for_i686 test
}

aarch64() {
    local zig
    [ -e /usr/bin/qemu-aarch64-static ] || { lacks "no qemu"; return; }
    tools/linux-libraries.sh arm64
    zig=$(tools/zig.sh)
    export QEMU_LD_PREFIX=/usr/aarch64-linux-gnu ZIG_GLOBAL_CACHE_DIR=$work/zig ZIG_LOCAL_CACHE_DIR=$work/zig
    # qemu has a thread of its own in each process, and is slow: as few rounds as under valgrind.
    ERPTOKEN_C_RUNNER=qemu-aarch64-static ERPTOKEN_EMULATOR_THREADS=1 ERPTOKEN_LIGHT=1 \
        programs aarch64 "$target/linux/arm64" "$zig/ziglang/zig" cc -target aarch64-linux-gnu.2.36 -fno-sanitize=all \
        -Wno-c11-extensions
}

[ $# -gt 0 ] || set -- glibc i686 aarch64
for wanted; do
    case $wanted in
    glibc | i686 | aarch64) "$wanted" ;;
    *) echo "systems: no such system: $wanted" >&2; exit 1 ;;
    esac
done
