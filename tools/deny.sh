#!/usr/bin/env bash
# Looks at what the crates that we build with bring along: advisories of RustSec, licences, where they come from, second versions
# (deny.toml). Needs no network but to install cargo-deny, once.
#
# usage: deny.sh            checks
#        deny.sh --update   takes what RustSec says today of the crates in Cargo.lock (needs its repository)
set -euo pipefail
cd "$(dirname "$0")/.."
kept=tools/advisories
target=$PWD/target/deny
version=0.20.2 # the newest that reads the advisories' newer scores (CVSS 4)

crates() {
    sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.lock | sort -u | grep -vx erptoken
}

if [ "${1-}" = --update ]; then
    folder=$(mktemp -d)
    git clone --quiet "${2:-$(sed -n 's/^db-urls = \["\(.*\)"\]$/\1/p' deny.toml)}" "$folder/db"
    rm -rf "$kept/crates"
    mkdir -p "$kept/crates"
    crates | tee "$kept/looked-at" | while read -r crate; do
        [ ! -d "$folder/db/crates/$crate" ] || cp -r "$folder/db/crates/$crate" "$kept/crates/"
    done
    sed -i "s|^Of: .*|Of: $(git -C "$folder/db" log -1 --format='%cs, commit %H')|" "$kept/README.md"
    rm -rf "$folder"
fi

# What was not looked at when the advisories were taken may have some.
if missing=$(crates | grep -vxF -f "$kept/looked-at"); then
    echo "deny.sh: nobody has looked for advisories on these: run tools/deny.sh --update"$'\n'"$missing" >&2
    exit 1
fi

if [ "$("$target/bin/cargo-deny" --version 2>/dev/null)" != "cargo-deny $version" ]; then
    # Not made fast: it is quicker to build than to wait for. Without what would ask a network.
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$target/build cargo install --quiet --debug --locked --no-default-features \
        --root "$target" "cargo-deny@$version"
    rm -rf "$target/build"
fi

# As cargo-deny keeps it: the last part of the address and a number made of all of it.
database=$target/advisories/advisory-db-3157b0e258782691
rm -rf "$target/advisories"
mkdir -p "$database/.git"
cp -r "$kept/crates" "$database/"
touch "$database/.git/FETCH_HEAD" # it wants to know when that was

"$target/bin/cargo-deny" --locked --offline check --hide-inclusion-graph
sed -n 's/^Of: /deny.sh: advisories of /p' "$kept/README.md"
