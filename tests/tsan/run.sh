#!/usr/bin/env bash
# Looks for data races in the library: tests/c/stress.c calls it from eight threads under ThreadSanitizer.
#
# usage: run.sh [SECONDS [SEED]]
#
# Needs what tools/rust-src.sh installs. Where that is missing it says so and passes, unless ERPTOKEN_REQUIRE_ALL is 1.
# It first proves that it would find something: with -DRACE the program has a race of its own, which must be reported.
# It knows no fences: what they order is checked by the model checker. Whatever hits read is atomic, with or without it.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-20}
seed=${2:-$((RANDOM * 32768 + RANDOM))}

lacks() {
    if [ "${ERPTOKEN_REQUIRE_ALL-}" = 1 ]; then
        echo "thread sanitizer: $1, and ERPTOKEN_REQUIRE_ALL is 1" >&2
        exit 1
    fi
    echo "skipped: thread sanitizer: $1"
    exit 0
}

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
folder=$target/tsan
sysroot=$(rustc +nightly --print sysroot 2>/dev/null) || lacks "no nightly Rust"
source=$(tools/rust-src.sh --where) || lacks "no source of the standard library, see tools/rust-src.sh"
# Cargo's own tests have this name for it; there is no other way to use a source that lies elsewhere.
[ -z "$source" ] || export __CARGO_TESTS_ONLY_SRC_ROOT=$source
machine=$(rustc +nightly -vV | sed -n 's/^host: //p')
runtime=$sysroot/lib/rustlib/$machine/lib/librustc-nightly_rt.tsan.a
[ -e "$runtime" ] || lacks "no runtime of it for $machine"
cc=${CC:-cc}
"$cc" --version >/dev/null 2>&1 || lacks "no $cc"

cargo build --locked --quiet --example sandbox
CARGO_TARGET_DIR=$folder CARGO_PROFILE_DEV_OPT_LEVEL=1 RUSTFLAGS=-Zsanitizer=thread \
    cargo +nightly rustc --locked --quiet --lib --crate-type cdylib -Zbuild-std=std,panic_unwind --target "$machine"
ln -sfn "$machine/debug/liberptoken.so" "$folder/liberptoken.so"
ln -sfn liberptoken.so "$folder/liberptoken.so.1"

# The runtime is rustc's own and lies in the program, where the library finds it.
compile() {
    "$cc" -std=c99 -Wall -Wextra -Werror -O1 -g -fsanitize=thread "$@" -Iinclude \
        -c tests/c/stress.c -o "$folder/stress.o"
    "$cc" -pthread "$folder/stress.o" -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive -Wl,--export-dynamic \
        -L"$folder" -Wl,-rpath,"$folder" -lerptoken -ldl -lm -lrt -o "$folder/stress"
}

rm -f "$folder/sandbox.env"
"$target/debug/examples/sandbox" --env-file "$folder/sandbox.env" --for $((seconds + 300)) >/dev/null &
sandbox=$!
stop() {
    kill "$sandbox" 2>/dev/null && return
    wait "$sandbox" && ended=0 || ended=$?
    echo "thread sanitizer: the sandbox ended before its time, with $ended" >&2
}
trap stop EXIT
for _ in $(seq 600); do
    [ ! -e "$folder/sandbox.env" ] || break
    sleep 0.05
done
# shellcheck disable=SC1091 # the sandbox has just written it
. "$folder/sandbox.env"
export ERPTOKEN_SENIOR=$ERPTOKEN_SANDBOX_SENIOR ERPTOKEN_INVOISYS=$ERPTOKEN_SANDBOX_INVOISYS
export ERPTOKEN_ASSINE=$ERPTOKEN_SANDBOX_ASSINE ERPTOKEN_CONTROL=$ERPTOKEN_SANDBOX_HTTP
export ERPTOKEN_SENIOR_HTTPS=${ERPTOKEN_SANDBOX_SENIOR/"$ERPTOKEN_SANDBOX_HTTP"/"$ERPTOKEN_SANDBOX_HTTPS"}
export ERPTOKEN_CA=$ERPTOKEN_SANDBOX_CA ERPTOKEN_FOLDER=$folder
# Names in a report, also where there is no llvm-symbolizer.
export TSAN_OPTIONS="allow_addr2line=1 ${TSAN_OPTIONS-}"

compile -DRACE
timeout 120 "$folder/stress" 2 "$seed" >"$folder/race.txt" 2>&1 && failed=0 || failed=$?
if [ "$failed" = 0 ] || ! grep -q 'ThreadSanitizer: data race .*stress\.c' "$folder/race.txt"; then
    cat "$folder/race.txt"
    echo "thread sanitizer: the race made on purpose was not reported: nothing would be found here" >&2
    exit 1
fi

compile
timeout $((seconds + 120)) "$folder/stress" "$seconds" "$seed"
echo "thread sanitizer: no data race in $seconds s"
