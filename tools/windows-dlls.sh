#!/usr/bin/env bash
# Builds for Windows as a release has it: from Windows 7 SP1 and Server 2008 R2 on, with one DLL for each of x64 and x86.
# And checks what it asks of a system: each function that is imported is in tools/windows-7-exports.
#
# usage: windows-dlls.sh [x64|x86]...      both unless told; into target/windows/x64 and target/windows/x86
#        windows-dlls.sh --check FILE...   only looks at what these import
#
#   erptoken.dll         the library
#   liberptoken.dll.a    import library for mingw
#   erptoken.lib         import library for Microsoft's and other compilers, made from erptoken.def
#   erptoken_advpl.dll   the DLL for AdvPL (examples-advpl), which wants erptoken.dll beside it
#   erptoken.exe         the command: for 32 bits only, which run everywhere
#
# The same source and compilers make the same bytes, in whatever folder and at whatever time: no time is stamped on them. The
# standard library is made from its source, because there is none for Windows 7, for size and without what prints backtraces.
# Needs what tests/windows/install.sh installs, Wine and Free Pascal aside.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC
umask 022
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
work=$target/windows/build
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed 1q)
LINK=(-Wl,--no-insert-timestamp -Wl,--major-os-version,6 -Wl,--minor-os-version,1 -Wl,--major-subsystem-version,6
    -Wl,--minor-subsystem-version,1)

fail() {
    echo "windows-dlls.sh: $1" >&2
    exit 1
}

# resource FILE KIND TEXT: what the properties of the file show. Kind 1 is a program, 2 a DLL.
resource() {
    local numbers
    numbers=$(echo "$version" | sed 's/[^0-9.].*//; s/\./,/g'),0
    cat >"$folder/parts/$1.rc" <<RC
1 VERSIONINFO
FILEVERSION $numbers
PRODUCTVERSION $numbers
FILEOS 0x40004
FILETYPE $2
BEGIN
    BLOCK "StringFileInfo"
    BEGIN
        BLOCK "040904B0"
        BEGIN
            VALUE "FileDescription", "$3"
            VALUE "FileVersion", "$version"
            VALUE "InternalName", "${1%.*}"
            VALUE "LegalCopyright", "MIT or Apache-2.0"
            VALUE "OriginalFilename", "$1"
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
    # That Windows writes where the program says, and not to a copy for old programs of 32 bits.
    [ "$2" = 2 ] || cat >>"$folder/parts/$1.rc" <<'RC'
1 24
BEGIN
    "<assembly xmlns=""urn:schemas-microsoft-com:asm.v1"" manifestVersion=""1.0"">"
    "<trustInfo xmlns=""urn:schemas-microsoft-com:asm.v3""><security><requestedPrivileges>"
    "<requestedExecutionLevel level=""asInvoker"" uiAccess=""false""/>"
    "</requestedPrivileges></security></trustInfo></assembly>"
END
RC
    "$tools-windres" "$folder/parts/$1.rc" "$folder/parts/$1.o"
}

# compile TRIPLE FILE ARGUMENT...: into target/windows/build/TRIPLE/release, with the properties of FILE.
compile() {
    local triple=$1 file=$2 flags crates argument links=()
    shift 2
    # The cfgs as in .cargo/config.toml, which does not count beside these.
    flags=('--cfg=aes_backend="soft"' '--cfg=aes_backend_soft="compact"' "--remap-path-prefix=$PWD=erptoken"
        "--remap-path-prefix=$work/command=erptoken" "--remap-path-prefix=${source%/library}=rust")
    for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
        flags+=("--remap-path-prefix=${crates%/}=crates")
    done
    for argument in "${LINK[@]}" "$folder/parts/$file.o"; do
        links+=("-Clink-arg=$argument")
    done
    if [[ $triple == i686-* ]]; then
        # Where the tables for unwinding begin. The compiler's own piece for that would tell of them to another unwinder,
        # should the process have libgcc_s_dw2-1.dll, and ours would not find them.
        RUSTC_BOOTSTRAP=1 rustc ${toolchain:+"$toolchain"} --target "$triple" -O --emit=obj -o "$folder/parts/rsbegin.o" \
            "$source/rtstartup/rsbegin.rs"
        links+=("-Zpre-link-args=$folder/parts/rsbegin.o")
    fi
    # A stable compiler takes the -Z's, which make the standard library and do nothing to our own code.
    env "CC_${triple//-/_}=$tools-gcc" "AR_${triple//-/_}=$tools-ar" "__CARGO_TESTS_ONLY_SRC_ROOT=$source" RUSTC_BOOTSTRAP=1 \
        CARGO_ENCODED_RUSTFLAGS="$(IFS=$'\x1f'; echo "${flags[*]}")" CARGO_TARGET_DIR="$work" \
        cargo ${toolchain:+"$toolchain"} rustc --locked --release --target "$triple" -Zbuild-std=std,panic_unwind \
        -Zbuild-std-features=optimize_for_size "$@" -- "${links[@]}"
}

build() {
    local name=$1 triple=$2-win7-windows-gnu machine=$3 made=$work/$2-win7-windows-gnu/release library
    tools=$2-w64-mingw32
    folder=$target/windows/$name
    rm -rf "$folder"
    mkdir -p "$folder/parts"
    resource erptoken.dll 2 "Access tokens for ERP programs"
    compile "$triple" erptoken.dll --lib --crate-type cdylib
    cp "$made/erptoken.dll" "$folder/"

    # The names are exported as they are. In a program for 32 bits those that are stdcall end in the size of their
    # arguments, which a compiler knows; dlltool takes it off again where the DLL is asked.
    names=$(sed '/^#/d; s/ .*//' include/symbols.txt)
    {
        for library in include/erptoken?.h; do
            echo "#include \"${library##*/}\""
        done
        echo 'typedef void (*any)(void);'
        echo 'any functions[] = {'
        echo "$names" | sed -n 's/^erptoken[a-z]_.*/(any)\&&,/p'
        echo '};'
    } >"$folder/parts/names.c"
    { printf 'LIBRARY erptoken.dll\nEXPORTS\n'; echo "$names"; } >"$folder/erptoken.def"
    "$tools-gcc" -Iinclude -c "$folder/parts/names.c" -o "$folder/parts/names.o"
    {
        printf 'LIBRARY erptoken.dll\nEXPORTS\n'
        echo "$names" | sed '/^erptoken[a-z]_/d'
        "$tools-nm" -u "$folder/parts/names.o" | sed 's/.*[ _]\(erptoken[a-z]_\)/\1/'
    } >"$folder/parts/sized.def"
    for library in liberptoken.dll.a erptoken.lib; do
        # From there, because the folder becomes part of the library.
        (cd "$folder" && "$tools-dlltool" -m "$machine" -k -d parts/sized.def -l "$library")
        same "$name: $library" "$names" "$("$tools-nm" "$folder/$library" | sed -n 's/.* T _*\(erptoken[a-z]*_[a-z_]*\).*/\1/p')"
    done

    resource erptoken_advpl.dll 2 "Access tokens for AdvPL (TOTVS Protheus)"
    # From there too, and with an address that is not made of its folder.
    (cd examples-advpl && "$tools-gcc" -Wall -Werror -Os -s -shared -o "$folder/erptoken_advpl.dll" erptoken_advpl.c \
        "$folder/parts/erptoken_advpl.dll.o" -I../include -L"$folder" -lerptoken "${LINK[@]}" \
        -Wl,--dynamicbase,--nxcompat,--disable-auto-image-base "${entropy[@]}")
    check erptoken.dll "$names"
    check erptoken_advpl.dll ExecInClientDLL
    if [ "$name" = x86 ]; then
        resource erptoken.exe 1 "Access tokens for ERP programs: the command"
        command_package
        compile "$triple" erptoken.exe --manifest-path "$work/command/Cargo.toml" --bin erptoken
        cp "$made/erptoken.exe" "$folder/"
        check erptoken.exe ""
        [ "$(stat -c %s "$folder/erptoken.exe")" -le 3000000 ] || fail "the command has more than 3 MB"
    fi
    rm -rf "$folder/parts"
    (cd "$folder" && stat -c "$name: %n, %s bytes" -- *)
}

# The command links a library that is Rust's alone. Asked for beside the others, that one would have all crates compiled
# twice, so its package says that there are no others. What is there is left as it is: touched, all would be built anew.
command_package() {
    local entry manifest=$work/command/Cargo.toml
    mkdir -p "$work/command"
    for entry in *; do
        [[ $entry = target || $entry = Cargo.toml || -L $work/command/$entry ]] || ln -s "$PWD/$entry" "$work/command/$entry"
    done
    sed 's/^crate-type = .*/crate-type = ["rlib"]/' Cargo.toml >"$folder/parts/Cargo.toml"
    cmp -s "$folder/parts/Cargo.toml" "$manifest" || cp "$folder/parts/Cargo.toml" "$manifest"
}

# same WHAT WANTED GOT
same() {
    [ "$(sort <<<"$2")" = "$(sort <<<"$3")" ] || fail "$1: $(diff <(sort <<<"$2") <(sort <<<"$3"))"
}

# imports TOLD: what objdump tells of the functions, as "library function".
imports() {
    awk '/DLL Name: / { library = tolower($3) } /^\t[0-9a-f]+\t +[0-9a-f]+ / { print library, $3 }' <<<"$1" | sort -u
}

# runs_on_7 FILE TOLD
runs_on_7() {
    local unknown
    [ -n "$(imports "$2")" ] || fail "$1 seems to import nothing"
    unknown=$(comm -23 <(imports "$2" | grep -v "^erptoken.dll ") <(sed '/^#/d' tools/windows-7-exports | cut -d' ' -f1,2 | sort -u))
    [ -z "$unknown" ] || fail "$1 imports what tools/windows-7-exports does not know Windows 7 to have:"$'\n'"$unknown"
    ! grep -q 'Delay Import Directory' <<<"$2" || grep -q '00000000 Delay Import Directory' <<<"$2" ||
        fail "$1 imports when it runs, which nobody looks at"
}

# check FILE EXPORTED
check() {
    local file=$folder/$1 told wanted path
    told=$("$tools-objdump" -p "$file")
    runs_on_7 "$file" "$told"
    same "what $file exports" "$2" "$(sed -n '/\[Ordinal\/Name Pointer\]/,/^$/s/^\t\[.*\] //p' <<<"$told" | sed 's/.* //')"
    # The relocations are what moves it: without them the flag is in vain. The last: no time is stamped on it.
    for wanted in DYNAMIC_BASE NX_COMPAT ${entropy:+HIGH_ENTROPY_VA} '.*[1-9a-f][0-9a-f]* Base Relocation Directory.*' \
        '.*[1-9a-f][0-9a-f]* Resource Directory.*' 'Major(OSystem|Subsystem)Version[[:space:]]+6' \
        'MinorOSystemVersion[[:space:]]+1' 'MinorSubsystemVersion[[:space:]]+1' 'Time/Date[[:space:]]+Thu Jan  1 00:00:00 1970'; do
        grep -Eq "^[[:space:]]*$wanted$" <<<"$told" || fail "$file lacks $wanted"
    done
    for path in "${HOME%/}/" "$PWD/" "$target/" "${source%/library}"; do
        ! grep -qF "$path" "$file" || fail "$file tells of this machine's $path"
    done
}

if [ "${1-}" = --check ]; then
    shift
    for file; do
        runs_on_7 "$file" "$(x86_64-w64-mingw32-objdump -p "$file")"
    done
    exit 0
fi
source=$(rustc --print sysroot)/lib/rustlib/src/rust/library toolchain=""
if [ ! -d "$source" ] && ! rustup component add rust-src; then
    # There may be one for another compiler.
    toolchain=+nightly
    tools/rust-src.sh
    source=$(tools/rust-src.sh --where)
    source=${source:-$(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library}
fi
cargo fetch --locked --quiet
for wanted in "${@:-x64 x86}"; do
    for name in $wanted; do
        case $name in
        x64) entropy=(-Wl,--high-entropy-va) && build x64 x86_64 i386:x86-64 ;;
        x86) entropy=() && build x86 i686 i386 ;;
        *) fail "no such kind: $name" ;;
        esac
    done
done
