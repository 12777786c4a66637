#!/usr/bin/env bash
# Prints the licences of what is compiled into the library for TARGET: each text once, under the crates that bear it.
#
# usage: licences.sh TARGET...
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
crates=$(for target; do
    cargo tree --locked --edges normal,no-proc-macro --target "$target" --prefix none --format '{p}|{l}' || exit 1
done | sed '/^erptoken v/d; s/ (\*)$//' | sort -u)
metadata=$(cargo metadata --locked --format-version 1)

declare -A bearers
declare -a texts
while IFS='|' read -r crate licence; do
    name=${crate%% *} version=${crate##* v}
    folder=$(grep -o "\"manifest_path\":\"[^\"]*/$name-$version/Cargo.toml\"" <<<"$metadata" | sed 's/.*:"//; s|/Cargo.toml"$||')
    # Of two licences to choose from, MIT: the shorter. Else all that is said.
    files=$(find "$folder" -maxdepth 1 -iname 'licen[sc]e-mit*')
    [ -n "$files" ] || files=$(find "$folder" -maxdepth 1 \( -iname 'licen[sc]e*' -o -iname 'copying*' \) -type f | sort)
    if [ -z "$files" ]; then
        echo "licences.sh: $crate brings no licence" >&2
        exit 1
    fi
    while read -r file; do
        sum=$(tr -d '\r' <"$file" | sha256sum | cut -d ' ' -f 1)
        [ -n "${bearers[$sum]-}" ] || texts+=("$sum|$file")
        bearers[$sum]+="$name $version ($licence)"$'\n'
    done <<<"$files"
done <<<"$crates"

echo "erptoken contains Rust's standard library (MIT OR Apache-2.0, The Rust Project Contributors) and these crates."
for text in "${texts[@]}"; do
    printf '\n%s\n\n%s\n' "$(printf '%.0s-' {1..100})" "${bearers[${text%%|*}]}"
    tr -d '\r' <"${text#*|}"
done
