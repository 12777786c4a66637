#!/usr/bin/env bash
# Makes the archives of a release, and a file with their SHA-256:
#
#   target/package/erptoken-VERSION-linux-x64.tar.gz    both libraries, linked to glibc 2.31 (see glibc.sh)
#   target/package/erptoken-VERSION-win.zip             the DLL for x86 and x64
#   target/package/SHA256SUMS
#
# usage: release.sh [linux|win]...      both unless told
#
# The same source, tools and SOURCE_DATE_EPOCH (the last commit's time unless told) make the same files, wherever.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC
umask 022
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
folder=$target/package
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed 1q)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

# Builds for Linux, apart from other builds: linked to the old glibc, and without this machine's paths. With a standard
# library made from its source by the same compiler: for size, and without what prints backtraces, which ours never does.
build_linux() {
    local glibc crates flags source triple=x86_64-unknown-linux-gnu
    glibc=$(packaging/glibc.sh)
    source=$(rustc --print sysroot)/lib/rustlib/src/rust
    [ -d "$source/library" ] || rustup component add rust-src
    cargo fetch --locked
    # The first three as in .cargo/config.toml, which does not count beside these.
    flags=(-Cforce-frame-pointers=yes '--cfg=aes_backend="soft"' '--cfg=aes_backend_soft="compact"' "-Clink-arg=--sysroot=$glibc" "--remap-path-prefix=$PWD=erptoken"
        "--remap-path-prefix=$source=rust")
    for place in lib usr/lib; do
        flags+=("-Clink-arg=-L$glibc/$place/x86_64-linux-gnu")
    done
    for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
        flags+=("--remap-path-prefix=${crates%/}=crates")
    done
    mkdir -p "$folder/build"
    # That a stable compiler takes the -Z's, which make the standard library and do nothing to our own code.
    if ! CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}") CARGO_TARGET_DIR=$folder/build RUSTC_BOOTSTRAP=1 \
        cargo rustc --locked --release --lib --crate-type cdylib,staticlib --target "$triple" \
        -Zbuild-std=std,panic_unwind -Zbuild-std-features=optimize_for_size -- --print native-static-libs 2>"$folder/build/log"; then
        cat "$folder/build/log" >&2
        exit 1
    fi
    sed -n 's/.*native-static-libs: //p' "$folder/build/log" >"$folder/build/native-libraries"
    # For who debugs Rust: nobody who links it.
    cp "$folder/build/$triple/release/liberptoken.so" "$folder/build/"
    strip --enable-deterministic-archives --strip-debug -o "$folder/build/liberptoken.a" \
        "$folder/build/$triple/release/liberptoken.a"
}

# begin KIND: a folder with what both archives hold.
begin() {
    stage=$folder/stage/erptoken-$version-$1
    rm -rf "$folder/stage"
    mkdir -p "$stage/include"
    cp README*.md CHANGELOG.md LICENSE-* "$stage/"
    # What git knows of, and what does not need the source around it.
    git ls-files 'examples-*' docs profiles include/erptoken-profile.schema.json | grep -Ev '/(Makefile|[^/]*\.sh)$' | while read -r file; do
        mkdir -p "$stage/$(dirname "$file")"
        cp "$file" "$stage/$file"
    done
}

end() {
    chmod -R u=rwX,go=rX "$stage"
    find "$stage" -exec touch -h -d "@$epoch" {} +
}

linux() {
    build_linux
    begin linux-x64
    packaging/licences.sh x86_64-unknown-linux-gnu >"$stage/LICENSES-OF-CRATES.txt"
    PREFIX=$stage packaging/install.sh "$folder/build"
    cp include/ErpToken.pas include/ErpToken.cs "$stage/include/"
    end
    (cd "$folder/stage" && tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - -- *) |
        gzip -9n >"$folder/erptoken-$version-linux-x64.tar.gz"
}

win() {
    tools/windows-dlls.sh
    begin win
    packaging/licences.sh x86_64-pc-windows-gnu i686-pc-windows-gnu >"$stage/LICENSES-OF-CRATES.txt"
    cp include/*.h include/ErpToken.* "$stage/include/"
    packaging/fill.sh erptokenConfig.cmake "$stage" cmake -
    packaging/fill.sh erptokenConfigVersion.cmake "$stage" cmake -
    # The editors of VB6 and old Delphis want both characters at the end of a line.
    find "$stage" -type f -exec sed -i 's/\r*$/\r/' {} +
    for kind in x86 x64; do
        mkdir "$stage/win-$kind"
        cp "$target/windows/$kind"/{erptoken.dll,liberptoken.dll.a,erptoken.lib,erptoken.def} "$stage/win-$kind/"
    done
    end
    rm -f "$folder/erptoken-$version-win.zip"
    (cd "$folder/stage" && find . -type f | sort | zip -X -q -9 -@ "$folder/erptoken-$version-win.zip")
}

[ $# -gt 0 ] || set -- linux win
for wanted; do
    case $wanted in
    linux | win) "$wanted" ;;
    *) echo "release.sh: no such archive: $wanted" >&2; exit 1 ;;
    esac
done
rm -rf "$folder/stage"
cd "$folder"
sha256sum -- "erptoken-$version"-* | tee SHA256SUMS
