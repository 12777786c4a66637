#!/usr/bin/env bash
# A nightly Rust, and the source of its standard library, for builds that make that one too: ThreadSanitizer must see its
# locks, and a target may be there in no other way. From rustup, else the source from Debian. Installs nothing twice.
#
# usage: rust-src.sh          installs
#        rust-src.sh --where  says where a source from Debian lies that cargo must be told of; nothing if it need not be
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(realpath -m "${CARGO_TARGET_DIR:-target}/rust-src")
library=$(rustc +nightly --print sysroot 2>/dev/null || true)/lib/rustlib/src/rust/library
if [ "${1-}" = --where ]; then
    [ ! -d "$library" ] || exit 0
    [ -d "$folder/library" ] || exit 1
    echo "$folder/library"
    exit 0
fi

rustc +nightly --version >/dev/null 2>&1 || rustup toolchain install nightly --profile minimal
[ ! -d "$library" ] || exit 0
rustup component add rust-src --toolchain nightly && exit 0

# Debian's newer suites, read through lists of our own: the system's sources stay as they are. The source must be of the
# compiler's version, and lies in one package for all machines, which is unpacked and not installed.
echo "no rust-src from rustup: looking at Debian's" >&2
[ ! -d "$folder/library" ] || exit 0
version=$(rustc +nightly --version | sed 's/^rustc \([0-9]*\.[0-9]*\)\..*/\1/')
apt-get -o DPkg::Lock::Timeout=300 -qq update
lists=$folder.apt
mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
# shellcheck disable=SC2016 # apt reads it
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sed -n 1p)
for suite in testing unstable; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
done >"$lists/sources.list"
own() {
    "$@" -o "Dir::Etc::sourcelist=$lists/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o "Dir::State::lists=$lists/lists" -o "Dir::Cache=$lists/cache" -o APT::Sandbox::User=root
}
own apt-get -qq update
found=$(own apt-cache madison rust-src | awk -F ' *[|] *' -v wanted="$version." \
    'index($2, wanted) == 1 { found = $2 } END { print found }')
if [ -z "$found" ]; then
    echo "Debian has no rust-src of $version" >&2
    exit 1
fi
(cd "$lists" && own apt-get -qq download "rust-src=$found" && dpkg -x rust-src_*_all.deb unpacked)
mv "$lists"/unpacked/usr/src/rustc-* "$folder"
rm -rf "$lists"
