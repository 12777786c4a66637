#!/usr/bin/env bash
# usage: fill.sh FILE ROOT FOLDER LIBDIR
#
# Writes packaging/FILE.in to ROOT/FOLDER, with the version, the folder of the libraries and the way back to ROOT in it.
set -euo pipefail
# shellcheck disable=SC2001 # that has no way to say "one or more"
up=$(sed 's|[^/][^/]*|..|g' <<<"$3")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml" | sed 1q)
native=$(<"$(dirname "$0")/native-libraries")
mkdir -p "$2/$3"
sed -e "s|@UP@|$up|" -e "s|@LIBDIR@|$4|" -e "s|@VERSION@|$version|" -e "s|@NATIVE@|$native|" \
    "$(dirname "$0")/$1.in" >"$2/$3/$1"
chmod 644 "$2/$3/$1"
