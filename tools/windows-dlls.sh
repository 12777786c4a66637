#!/usr/bin/env bash
# Builds the DLLs for Windows, with what a program needs to be linked to them, and checks what they import and export.
#
# usage: windows-dlls.sh [x64|x86]...      both unless told; into target/windows/x64 and target/windows/x86
#
#   erptoken.dll         release build: needs nothing but Windows 10, Server 2016 or newer
#   liberptoken.dll.a    import library for mingw
#   erptoken.lib         import library for Microsoft's and other compilers, made from erptoken.def
#
# Needs what tests/windows/install.sh installs, Wine and Free Pascal aside.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed 1q)

fail() {
    echo "windows-dlls.sh: $1" >&2
    exit 1
}

# What every Windows has. Nothing of a compiler: its libraries would have to be brought along.
SYSTEM=" advapi32.dll api-ms-win-core-synch-l1-2-0.dll bcrypt.dll bcryptprimitives.dll crypt32.dll kernel32.dll \
msvcrt.dll ncrypt.dll ntdll.dll ws2_32.dll "

resource() { # What the properties of the file show.
    numbers=$(echo "$version" | sed 's/[^0-9.].*//; s/\./,/g'),0
    cat <<RC
1 VERSIONINFO
FILEVERSION $numbers
PRODUCTVERSION $numbers
FILEOS 0x40004
FILETYPE 2
BEGIN
    BLOCK "StringFileInfo"
    BEGIN
        BLOCK "040904B0"
        BEGIN
            VALUE "FileDescription", "Access tokens for ERP programs"
            VALUE "FileVersion", "$version"
            VALUE "InternalName", "erptoken"
            VALUE "LegalCopyright", "MIT or Apache-2.0"
            VALUE "OriginalFilename", "erptoken.dll"
            VALUE "ProductName", "erptoken"
            VALUE "ProductVersion", "$version"
        END
    END
    BLOCK "VarFileInfo"
    BEGIN
        VALUE "Translation", 0x409, 1200
    END
END
RC
}

# compile TARGET ARGUMENT...: with the library of Rust's own that is there, else with one made from its source.
compile() {
    local triple=$1 extra=() source
    shift
    if [ -d "$(rustc --print target-libdir --target "$triple")" ]; then
        cargo rustc --locked --release --lib --crate-type cdylib --target "$triple" -- "$@"
        return
    fi
    source=$(tools/rust-src.sh --where) || fail "no Rust for $triple: see tests/windows/install.sh"
    source=${source:-$(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library}
    # Those of a target without a library of its own lack the first and the last piece of a program.
    for piece in rsbegin rsend; do
        rustc +nightly --target "$triple" -O --emit=obj -o "$folder/parts/$piece.o" "$source/rtstartup/$piece.rs"
        extra=(-L "native=$folder/parts")
    done
    __CARGO_TESTS_ONLY_SRC_ROOT=$source cargo +nightly rustc --locked --release --lib --crate-type cdylib \
        -Zbuild-std=std,panic_unwind --target "$triple" -- "${extra[@]}" "$@"
}

build() {
    local name=$1 prefix=$2 triple=$2-pc-windows-gnu machine=$3
    folder=$target/windows/$name
    rm -rf "$folder"
    mkdir -p "$folder/parts"
    resource >"$folder/parts/version.rc"
    "$prefix-w64-mingw32-windres" "$folder/parts/version.rc" "$folder/parts/version.o"
    compile "$triple" -C "link-arg=$folder/parts/version.o"
    cp "$target/$triple/release/erptoken.dll" "$folder/"

    # The names are exported as they are. In a program for 32 bits those of the other families end in the size of their
    # arguments, which a compiler knows; dlltool takes it off again where the DLL is asked.
    names=$(sed '/^#/d; s/ .*//' include/symbols.txt)
    {
        echo '#include "erptokenw.h"'
        echo '#include "erptokena.h"'
        echo 'typedef void (*any)(void);'
        echo 'any functions[] = {'
        echo "$names" | sed -n 's/^erptoken[aw]_.*/(any)\&&,/p'
        echo '};'
    } >"$folder/parts/names.c"
    { printf 'LIBRARY erptoken.dll\nEXPORTS\n'; echo "$names"; } >"$folder/erptoken.def"
    "$prefix-w64-mingw32-gcc" -Iinclude -c "$folder/parts/names.c" -o "$folder/parts/names.o"
    {
        printf 'LIBRARY erptoken.dll\nEXPORTS\n'
        echo "$names" | sed '/^erptoken[aw]_/d'
        "$prefix-w64-mingw32-nm" -u "$folder/parts/names.o" | sed 's/.*[ _]\(erptoken[aw]_\)/\1/'
    } >"$folder/parts/sized.def"
    for library in liberptoken.dll.a erptoken.lib; do
        # From there, because the folder becomes part of the library.
        (cd "$folder" && "$prefix-w64-mingw32-dlltool" -m "$machine" -k -d parts/sized.def -l "$library")
    done
    check "$name" "$prefix"
    rm -rf "$folder/parts"
}

check() {
    local name=$1 prefix=$2 told imported library exported flags flag
    told=$("$prefix-w64-mingw32-objdump" -p "$folder/erptoken.dll")
    imported=$(echo "$told" | sed -n 's/.*DLL Name: //p' | tr '[:upper:]' '[:lower:]' | sort -u)
    for library in $imported; do
        [[ $SYSTEM == *" $library "* ]] || fail "$name: erptoken.dll imports $library"
    done
    exported=$(echo "$told" | sed -n '/\[Ordinal\/Name Pointer\]/,/^$/s/^\t\[.*\] //p' | sed 's/.* //' | sort)
    [ "$exported" = "$(echo "$names" | sort)" ] || fail "$name: erptoken.dll exports"$'\n'"$exported"
    flags="DYNAMIC_BASE NX_COMPAT"
    [ "$name" != x64 ] || flags="$flags HIGH_ENTROPY_VA"
    for flag in $flags; do
        grep -q "^[[:space:]]*$flag$" <<<"$told" || fail "$name: erptoken.dll lacks $flag"
    done
    for library in liberptoken.dll.a erptoken.lib; do
        [ "$("$prefix-w64-mingw32-nm" "$folder/$library" | sed -n 's/.* T _*\(erptoken[aw]*_[a-z_]*\).*/\1/p' | sort)" = \
            "$exported" ] || fail "$name: $library does not know what erptoken.dll exports"
    done
    # Without these the system cannot move it, and the flag is in vain.
    grep -q '[1-9a-f][0-9a-f]* Base Relocation Directory' <<<"$told" || fail "$name: erptoken.dll has no relocations"
    grep -q '[1-9a-f][0-9a-f]* Resource Directory' <<<"$told" ||
        fail "$name: erptoken.dll has no version"
}

for wanted in "${@:-x64 x86}"; do
    for name in $wanted; do
        case $name in
        x64) build x64 x86_64 i386:x86-64 ;;
        x86) build x86 i686 i386 ;;
        *) fail "no such kind: $name" ;;
        esac
        echo "$target/windows/$name: erptoken.dll of $version, $(stat -c %s "$folder/erptoken.dll") bytes"
    done
done
