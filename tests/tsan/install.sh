#!/usr/bin/env bash
# What run.sh needs beyond a C compiler: a nightly Rust, and the source of its standard library, because
# ThreadSanitizer must see that one's locks too. From rustup, else the source from Debian. Installs nothing twice.
set -euo pipefail
cd "$(dirname "$0")/../.."

rustc +nightly --version >/dev/null 2>&1 || rustup toolchain install nightly --profile minimal
[ ! -d "$(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library" ] || exit 0
rustup component add rust-src --toolchain nightly && exit 0

# Debian's newer suites, read through lists of our own: the system's sources stay as they are. The source must be of the
# compiler's version, and lies in one package for all machines, which is unpacked and not installed.
echo "no rust-src from rustup: looking at Debian's" >&2
folder=$(realpath -m "${CARGO_TARGET_DIR:-target}/tsan")
[ ! -d "$folder/rust-src/library" ] || exit 0
version=$(rustc +nightly --version | sed 's/^rustc \([0-9]*\.[0-9]*\)\..*/\1/')
apt-get -o DPkg::Lock::Timeout=300 -qq update
mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
# shellcheck disable=SC2016 # apt reads it
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sed -n 1p)
for suite in testing unstable; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
done >"$folder/apt/sources.list"
own() {
    "$@" -o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o "Dir::State::lists=$folder/apt/lists" -o "Dir::Cache=$folder/apt/cache" -o APT::Sandbox::User=root
}
own apt-get -qq update
found=$(own apt-cache madison rust-src | awk -F ' *[|] *' -v wanted="$version." \
    'index($2, wanted) == 1 { found = $2 } END { print found }')
if [ -z "$found" ]; then
    echo "Debian has no rust-src of $version" >&2
    exit 1
fi
(cd "$folder/apt" && own apt-get -qq download "rust-src=$found" && dpkg -x rust-src_*_all.deb unpacked)
mv "$folder"/apt/unpacked/usr/src/rustc-* "$folder/rust-src"
rm -rf "$folder/apt"
