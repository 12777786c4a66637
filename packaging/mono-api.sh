#!/usr/bin/env bash
# Puts what an assembly for .NET Framework 4.0 and for .NET Standard 2.0 is compiled with into target/package/mono and prints
# that folder: four files of Debian's mono-devel, which is unpacked and not installed, because it brings a hundred others;
# and Mono.Cecil.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${CARGO_TARGET_DIR:-target}/package/mono")
if [ ! -e "$folder/netstandard.dll" ]; then
    rm -rf "$folder"
    mkdir -p "$folder/unpacked"
    cd "$folder"
    # A root that is no user of a sandbox of apt's: the folder is ours alone.
    apt-get -qq -o APT::Sandbox::User=root download mono-devel libmono-cecil-private-cil >&2
    for package in *.deb; do
        dpkg -x "$package" unpacked
    done
    mkdir cecil
    mv unpacked/usr/lib/mono/gac/Mono.Cecil/0.11.*/Mono.Cecil.dll cecil/
    mv unpacked/usr/lib/mono/4.0-api/{mscorlib,System,System.Core}.dll unpacked/usr/lib/mono/4.8-api/Facades/netstandard.dll .
    rm -rf unpacked ./*.deb
fi
echo "$folder"
