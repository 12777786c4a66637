#!/usr/bin/env bash
# Makes what a release consists of, and a file with the SHA-256 of each:
#
#   target/package/erptoken-VERSION-linux-x64.tar.gz     libraries, headers, the command; for glibc 2.17 and newer
#   target/package/erptoken-VERSION-linux-arm64.tar.gz
#   target/package/erptoken-VERSION-win.zip              the same for Windows, x86 and x64
#   target/package/ErpToken.VERSION.nupkg                .NET
#   target/package/erptoken-VERSION-boss.zip             Delphi
#   target/package/erptoken-VERSION.jar                  Java; in -maven.zip as Maven wants it, with -sources.jar
#   target/package/erptoken-VERSION.tgz                  Node.js
#   target/package/erptoken-VERSION-py3-none-*.whl       Python
#   target/package/erptoken_VERSION_*.deb                Debian, Ubuntu
#   target/package/erptoken-VERSION-1.*.rpm              Red Hat, Oracle, SUSE
#   target/package/erptoken-VERSION.cdx.json             what is compiled in (CycloneDX), also inside each of them
#   target/package/SHA256SUMS
#
# usage: release.sh [KIND]...      linux win nuget boss jar npm wheel deb rpm sbom: all unless told. Each is a file in make/
#
# The same source, tools and SOURCE_DATE_EPOCH (the last commit's time unless told) make the same files, wherever.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC
umask 022
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
folder=$target/package
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed 1q)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
# shellcheck disable=SC2034 # the files in make/ use it
description="Gets, keeps and renews access tokens for ERP and freight programs: Senior, Invoisys, assine.online, or an API described in a file"

# begin NAME: $stage is an empty folder of that name.
begin() {
    rm -rf "$folder/stage"
    stage=$folder/stage/$1
    mkdir -p "$stage"
}

# papers FOLDER: what lies in every package.
papers() {
    mkdir -p "$1"
    cp LICENSE-* "$folder/papers"/* "$1/"
}

# known FOLDER: what git knows of documents, profiles and examples, and what does not need the source around it.
known() {
    local file
    git ls-files 'examples-*' docs profiles include/erptoken-profile.schema.json | grep -Ev '/(Makefile|[^/]*\.sh)$' | while read -r file; do
        mkdir -p "$1/$(dirname "$file")"
        cp "$file" "$1/$file"
    done
}

# shared FOLDER: documents, profiles, examples, and the files to copy into programs.
shared() {
    known "$1"
    cp README*.md CHANGELOG.md SECURITY.md "$1/"
    mkdir -p "$1/include"
    cp -r include/. "$1/include/"
    # What only this project reads, and what is for Windows alone.
    rm -rf "$1/include"/{symbols.txt,ErpToken.bas,foxpro,powerbuilder}
}

# filled FILE: a file of packaging/make with the version and the description in it.
filled() {
    sed -e "s|@VERSION@|$version|g" -e "s|@DESCRIPTION@|$description|g" "packaging/make/$1"
}

# settle: rights and times do not depend on who makes it, or when.
settle() {
    chmod -R u=rwX,go=rX "$stage"
    find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# zipped FILE FOLDER [FIRST]...: the contents of the folder.
zipped() {
    local file=$1
    settle
    rm -f "$file"
    (cd "$2" && { shift 2; printf '%s\n' "$@"; find . -type f | sed 's|^\./||' | sort; } | awk 'NF && !seen[$0]++' |
        zip -X -q -9 -@ "$file")
}

[ $# -gt 0 ] || set -- linux win nuget boss jar npm wheel deb rpm sbom
for kind; do
    if [ ! -e "packaging/make/$kind.sh" ]; then
        echo "release.sh: no such kind: $kind" >&2
        exit 1
    fi
done
mkdir -p "$folder"
# With ERPTOKEN_BUILT=1 the libraries are taken as they are in target/linux and target/windows.
if [ "${ERPTOKEN_BUILT-}" != 1 ]; then
    case " $* " in
    *" linux "* | *" nuget "* | *" jar "* | *" npm "* | *" wheel "* | *" deb "* | *" rpm "*) tools/linux-libraries.sh x64 arm64 ;;
    *" win "*) tools/linux-libraries.sh x64 ;;
    esac
    case " $* " in *" win "* | *" nuget "* | *" boss "* | *" jar "* | *" npm "* | *" wheel "*) tools/windows-dlls.sh ;; esac
fi
# It writes its manual and what completes words in shells, also for the machine that this one is not.
export ERPTOKEN_COMMAND=$target/linux/x64/erptoken
triples="x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-pc-windows-gnu i686-pc-windows-gnu"
rm -rf "$folder/papers"
mkdir "$folder/papers"
# shellcheck disable=SC2086 # four words
packaging/licences.sh $triples >"$folder/papers/LICENSES-OF-CRATES.txt"
# shellcheck disable=SC2086
packaging/sbom.py $triples >"$folder/papers/erptoken.cdx.json"
for kind; do
    # shellcheck disable=SC1090 # one of packaging/make
    (. "packaging/make/$kind.sh")
done
rm -rf "$folder/stage"
cd "$folder"
find . -maxdepth 1 -type f -iname "erptoken[-._]$version*" | sed 's|^\./||' | sort | xargs sha256sum -- | tee SHA256SUMS
