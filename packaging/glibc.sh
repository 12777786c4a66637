#!/usr/bin/env bash
# Puts the C library of Debian 11, glibc 2.31, into target/package/glibc and prints that folder: what is linked to it runs
# with every newer one, while what is linked to this machine's need not run with any older one. Three packages, unpacked
# and not installed, read through lists of our own.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${CARGO_TARGET_DIR:-target}/package/glibc")

if [ ! -e "$folder/done" ]; then
    rm -rf "$folder"
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
    # shellcheck disable=SC2016 # apt reads it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sed -n 1p)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian/} bullseye main" \
        >"$folder/apt/sources.list"
    # Without a status, or apt would hold what is installed here for the better version.
    own() {
        apt-get -qq -o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
            -o "Dir::State::lists=$folder/apt/lists" -o Dir::State::status=/dev/null \
            -o "Dir::Cache=$folder/apt/cache" -o APT::Sandbox::User=root -o APT::Architecture=amd64 "$@" >&2
    }
    own update
    (cd "$folder/apt" && own download libc6 libc6-dev libgcc-s1)
    for package in "$folder"/apt/*.deb; do
        dpkg -x "$package" "$folder"
    done
    # Links to /lib mean the /lib in here.
    find "$folder" -type l -lname '/*' | while read -r link; do
        ln -sfn "$folder$(readlink "$link")" "$link"
    done
    rm -rf "$folder/apt"
    touch "$folder/done"
fi
echo "$folder"
