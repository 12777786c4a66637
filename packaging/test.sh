#!/usr/bin/env bash
# Makes what a release consists of, twice; compares what is in each with packaging/contents, puts it into an empty folder in
# its own way (nuget, pip, npm, dpkg, rpm ...) and logs in from there, with nothing but what lies in it.
#
# usage: test.sh [KIND]...      as release.sh: all unless told. Each is a file in test/
#
# Where a tool is missing it says so and passes, unless ERPTOKEN_REQUIRE_ALL is 1.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
package=$target/package
here=$package/test
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed 1q)
sandbox=$target/debug/examples/sandbox

fail() {
    echo "packages: $1" >&2
    exit 1
}

lacks() {
    [ "${ERPTOKEN_REQUIRE_ALL-}" != 1 ] || fail "$1, and ERPTOKEN_REQUIRE_ALL is 1"
    echo "skipped: packages: $1"
    exit 0
}

# needs TOOL...
needs() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || lacks "no $tool"
    done
}

# same WHAT HERE THERE
same() {
    [ "$2" = "$3" ] || fail "$1: $(diff <(echo "$2") <(echo "$3"))"
}

# contains KIND FOLDER: documents, profiles and examples aside, which git knows.
contains() {
    same "the names in $1" "$(sed "/^$1 /!d; s/[^ ]* //" packaging/contents | sort)" \
        "$(cd "$2" && find . ! -type d | sed "s|^\./||; s/$version/VERSION/g" | grep -Ev '(^|/)(docs|profiles|examples-[a-z0-9]*)/' | sort)"
}

# whole KIND FOLDER: they are all there, and an editor finds the schema from where a profile lies.
whole() {
    local schema
    same "documents and profiles in $1" "$(git ls-files docs profiles | sort)" "$(cd "$2" && find docs profiles -type f | sort)"
    [ -e "$2/examples-c/minimal.c" ] || fail "there is no example in C in $1"
    grep -ho '"\$schema": *"[^"]*"' "$2"/profiles/*.json | sed 's/.*"\(.*\)"/\1/' | sort -u | while read -r schema; do
        [ -e "$2/profiles/$schema" ] || fail "a profile in $1 names $schema, which is not there"
    done
}

# small NAME FILE: three hundredths more than it had is too much, until somebody says that it is worth it.
small() {
    local size kept
    size=$(stat -c %s "$2")
    kept=$(sed -n "s/^$1 //p" packaging/size)
    [ "$size" -le $((kept + kept * 3 / 100)) ] || fail "$1 has $size bytes, three hundredths more than the \
$kept of packaging/size. Worth it? Then write the new size there."
}

# machine FILE NAME: which processor a program or library of Linux is for
machine() {
    readelf -h "$1" | grep -q "Machine:.*$2" || fail "$1 is not for $2"
}

# unpack NAME COMMAND...: in a folder whose name has a space, that no other test has touched
unpack() {
    root="$here/un packed $1"
    mkdir -p "$root"
    (cd "$root" && "${@:2}")
}

# program NAME: a script from the standard input that logs in; login runs it with the sandbox's addresses.
program() {
    mkdir -p "$here/$kind"
    { printf '#!/bin/sh\nset -eu\ncd "%s"\n' "$here"; cat; } >"$here/$kind/$1"
    chmod +x "$here/$kind/$1"
}
login() {
    local name programs=()
    for name; do
        programs+=("$here/$kind/$name")
    done
    examples-c/run.sh "$sandbox" "${programs[@]}" >"$here/$kind.txt" 2>&1 || fail "$(<"$here/$kind.txt")"
    [ "$(grep -cE '^a token of ([2-9][0-9]|[0-9]{3,}) ' "$here/$kind.txt")" -ge $# ] || fail "not every program got a token: $(<"$here/$kind.txt")"
}

[ "$(uname -sm)" = "Linux x86_64" ] || lacks "made on Linux and x86-64 only"
[ $# -gt 0 ] || set -- linux win nuget boss jar npm wheel deb rpm sbom
kinds=()
for kind; do
    [ -e "packaging/test/$kind.sh" ] || fail "no such kind: $kind"
    # A kind that cannot be made is left out.
    for tool in $(sed -n 's/^# needs: //p' "packaging/make/$kind.sh"); do
        [ -e "$tool" ] || command -v "$tool" >/dev/null || { (lacks "$kind: no $tool"); continue 2; }
    done
    kinds+=("$kind")
done
[ ${#kinds[@]} -gt 0 ] || exit 0
set -- "${kinds[@]}"
cargo build --locked --quiet --example sandbox

packaging/release.sh "$@" >/dev/null
(cd "$package" && sha256sum --quiet --ignore-missing -c SHA256SUMS)
# A second time, at another time and place of the clock, and with other rights for new files: the same bytes.
kept=$(<"$package/SHA256SUMS")
(umask 077 && TZ=America/Sao_Paulo LANG=pt_BR.UTF-8 ERPTOKEN_BUILT=1 packaging/release.sh "$@" >/dev/null)
same "what was made twice" "$kept" "$(<"$package/SHA256SUMS")"

rm -rf "$here"
mkdir -p "$here"
for kind; do
    # shellcheck disable=SC1090 # one of packaging/test
    (. "packaging/test/$kind.sh")
done
rm -rf "$here"
