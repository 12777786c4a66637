#!/usr/bin/env bash
# Builds the libraries and the command for Linux as a release has them: for glibc 2.17 (RHEL, CentOS and Oracle Linux 7,
# Debian 8, Ubuntu 14.04) and newer, whatever this machine has; and checks what they ask of a system.
#
# usage: linux-libraries.sh [x64|arm64]...      both unless told; into target/linux/x64 and target/linux/arm64
#
#   liberptoken.so       the shared library, stripped
#   liberptoken.a        the static library, without what only debuggers read
#   native-libraries     one line: what a program needs that is linked to the static one
#   erptoken             the command
#
# The same source, compiler and SOURCE_DATE_EPOCH (the last commit's time unless told) make the same bytes, in whatever
# folder. The standard library is made from its source, for size and without what prints backtraces, which ours never does.
# Needs Rust from rustup and python3 with pip; zig.sh brings the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC
umask 022
oldest=2.17
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
work=$target/linux/build
zig=$(tools/zig.sh)
sysroot=$(rustc --print sysroot)
objcopy=$sysroot/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-objcopy
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export CARGO_ZIGBUILD_ZIG_PATH=$zig/ziglang/zig CARGO_ZIGBUILD_CACHE_DIR=$work/zigbuild
export ZIG_GLOBAL_CACHE_DIR=$work/zig ZIG_LOCAL_CACHE_DIR=$work/zig

fail() {
    echo "linux-libraries.sh: $1" >&2
    exit 1
}

# unwinder TRIPLE FILE: what stands for the system's libgcc_s.so.1 while linking. zig would put an unwinder of its own into
# the library, and a process with two of them ends badly when an exception, or the end of a thread, comes through both.
unwinder() {
    local map=$work/unwind.map source=$work/unwind.c
    cat >"$map" <<'MAP'
GCC_3.0 {
    _Unwind_DeleteException; _Unwind_GetDataRelBase; _Unwind_GetGR; _Unwind_GetIP; _Unwind_GetLanguageSpecificData;
    _Unwind_GetRegionStart; _Unwind_GetTextRelBase; _Unwind_RaiseException; _Unwind_Resume; _Unwind_SetGR; _Unwind_SetIP;
};
GCC_3.3 { _Unwind_Backtrace; _Unwind_FindEnclosingFunction; _Unwind_GetCFA; } GCC_3.0;
GCC_4.2.0 { _Unwind_GetIPInfo; } GCC_3.3;
MAP
    grep -o '_Unwind_[A-Za-z]*' "$map" | sed 's/.*/void &(void) {}/' >"$source"
    "$zig/ziglang/zig" cc -target "${1/-unknown/}.$oldest" -shared -nostdlib -Wl,-soname,libgcc_s.so.1 \
        "-Wl,--version-script=$map" "$source" -o "$2"
}

# compile TRIPLE ARGUMENT...
compile() {
    local triple=$1 flags crates
    shift
    # The cfgs as in .cargo/config.toml, which does not count beside these.
    flags=('--cfg=aes_backend="soft"' '--cfg=aes_backend_soft="compact"' -Cforce-frame-pointers=yes "-Clink-arg=$work/$triple.so"
        "--remap-path-prefix=$PWD=erptoken" "--remap-path-prefix=$work/command=erptoken"
        "--remap-path-prefix=$sysroot/lib/rustlib/src/rust=rust")
    for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
        flags+=("--remap-path-prefix=${crates%/}=crates")
    done
    # A stable compiler takes the -Z's, which make the standard library and do nothing to our own code.
    CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}") CARGO_TARGET_DIR=$work RUSTC_BOOTSTRAP=1 \
        "$zig/bin/cargo-zigbuild" rustc --locked --release --target "$triple.$oldest" \
        -Zbuild-std=std,panic_unwind -Zbuild-std-features=optimize_for_size "$@" 2>"$work/log" ||
        { cat "$work/log" >&2; exit 1; }
}

build() {
    local name=$1 triple=$2 folder=$target/linux/$1
    rm -rf "$folder"
    mkdir -p "$folder" "$work"
    unwinder "$triple" "$work/$triple.so"
    compile "$triple" --lib --crate-type cdylib,staticlib -- --print native-static-libs
    sed -n 's/.*native-static-libs: //p' "$work/log" >"$folder/native-libraries"
    cp "$work/$triple/release/liberptoken.so" "$folder/"
    # A piece's name tells of the flags, and with them of this machine's folders.
    rm -rf "$work/pieces"
    mkdir "$work/pieces"
    (
        cd "$work/pieces"
        "$zig/ziglang/zig" ar x "$work/$triple/release/liberptoken.a"
        mv compiler_builtins-*.o compiler_builtins.o
        LD_LIBRARY_PATH=$sysroot/lib find . -name '*.o' -exec "$objcopy" --strip-debug '{}' ';'
        "$zig/ziglang/zig" ar rcsD "$folder/liberptoken.a" -- *.o
    )
    compile "$triple" --manifest-path "$work/command/Cargo.toml" --bin erptoken
    cp "$work/$triple/release/erptoken" "$folder/"
    check "$folder/liberptoken.so"
    check "$folder/erptoken"
    [ "$(stat -c %s "$folder/erptoken")" -le 3000000 ] || fail "$name: the command has more than 3 MB"
    for file in "$folder"/*; do
        for path in "${HOME%/}/" "$PWD/" "$target/" "$sysroot/"; do
            ! grep -qF "$path" "$file" || fail "$file tells of this machine's $path"
        done
    done
    (cd "$folder" && stat -c "$name: %n, %s bytes" -- *)
}

# check FILE: what it asks of a system is there since glibc 2.17, and what it is made of cannot be changed while it runs.
check() {
    local told library newest wrong
    told=$(readelf -Wlrd --dyn-syms "$1")
    newest=$({ grep -o '@*GLIBC_[0-9.]*' <<<"$told" | tr -d @; echo "GLIBC_$oldest"; } | sort -V | tail -n 1)
    [ "$newest" = "GLIBC_$oldest" ] || fail "$1 needs $newest"
    for library in $(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' <<<"$told"); do
        [[ $library =~ ^(lib(c|m|dl|rt|pthread|util|gcc_s)|ld-linux-(x86-64|aarch64))\.so\.[0-9]+$ ]] || fail "$1 needs $library"
    done
    [[ $1 != *.so ]] || grep -q '(SONAME).*\[liberptoken\.so\.1\]' <<<"$told" || fail "$1 has another name inside"
    wrong=$(diff <(sed '/^#/d; s/ .*//' include/symbols.txt | sort) \
        <(awk '$1 ~ /^[0-9]+:$/ && $5 != "LOCAL" && $7 != "UND" { print $8 }' <<<"$told" | sort)) || [[ $1 != *.so ]] ||
        fail "$1 exports other names than include/symbols.txt:"$'\n'"$wrong"
    grep -q '^ *GNU_RELRO' <<<"$told" || fail "$1 keeps its tables writable"
    grep -q '(FLAGS).*BIND_NOW' <<<"$told" || fail "$1 looks names up late"
    grep -qE '^ *GNU_STACK .* RW +0' <<<"$told" || fail "$1 has an executable stack"
    grep -q '^Elf file type is DYN' <<<"$told" || fail "$1 lies at a fixed place"
    ! grep -q '(TEXTREL)' <<<"$told" || fail "$1 has code that is written to"
}

[ -d "$sysroot/lib/rustlib/src/rust/library" ] || rustup component add rust-src
cargo fetch --locked --quiet
# The command links a library that is Rust's alone. Asked for beside the others, that one would have all crates compiled
# twice, so its package says that there are no others.
rm -rf "$work/command"
mkdir -p "$work/command"
for entry in *; do
    [[ $entry = target || $entry = Cargo.toml ]] || ln -s "$PWD/$entry" "$work/command/$entry"
done
sed 's/^crate-type = .*/crate-type = ["rlib"]/' Cargo.toml >"$work/command/Cargo.toml"
for wanted in "${@:-x64 arm64}"; do
    for name in $wanted; do
        case $name in
        x64) build x64 x86_64-unknown-linux-gnu ;;
        arm64) build arm64 aarch64-unknown-linux-gnu ;;
        *) fail "no such kind: $name" ;;
        esac
    done
done
