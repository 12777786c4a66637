#!/usr/bin/env bash
# Installs what `cargo rustc --release --lib --crate-type cdylib,staticlib` built, for Linux: both libraries, the
# headers, files for pkg-config and CMake; and the command with its man page, if it is there.
#
# usage: [PREFIX=/usr/local] [DESTDIR=] [LIBDIR=lib] packaging/install.sh [FOLDER]
#
#   PREFIX    where it will be used. Nothing installed names it: the whole may be moved.
#   DESTDIR   put before PREFIX, for who makes a package
#   LIBDIR    within PREFIX: lib64, lib/x86_64-linux-gnu
#   ERPTOKEN_COMMAND  the same command for this machine, if FOLDER is for another
#   FOLDER    where the libraries are, unless in target/release
set -euo pipefail
umask 022 # others find it too
built=${1:+$(realpath "$1")}
cd "$(dirname "$0")/.."
built=${built:-$(realpath -m "${CARGO_TARGET_DIR:-target}")/release}
root=${DESTDIR-}${PREFIX:-/usr/local}
libdir=${LIBDIR:-lib}

for library in liberptoken.so liberptoken.a; do
    if [ ! -e "$built/$library" ]; then
        echo "install.sh: there is no $built/$library: see README.md, Linux" >&2
        exit 1
    fi
done

mkdir -p "$root/$libdir" "$root/include"
install -m 755 "$built/liberptoken.so" "$root/$libdir/liberptoken.so.1"
ln -sfn liberptoken.so.1 "$root/$libdir/liberptoken.so"
install -m 644 "$built/liberptoken.a" "$root/$libdir/"
install -m 644 include/*.h "$root/include/"
packaging/fill.sh erptoken.pc "$root" "$libdir/pkgconfig" "$libdir"
packaging/fill.sh erptokenConfig.cmake "$root" "$libdir/cmake/erptoken" "$libdir"
packaging/fill.sh erptokenConfigVersion.cmake "$root" "$libdir/cmake/erptoken" "$libdir"

if [ -e "$built/erptoken" ]; then
    install -D -m 755 "$built/erptoken" "$root/bin/erptoken"
    # put NAME LANGUAGE ARGUMENT...: what the command writes, or the one that runs on this machine
    put() {
        mkdir -p "$(dirname "$root/share/$1")"
        env "LC_ALL=$2" "${ERPTOKEN_COMMAND:-$built/erptoken}" "${@:3}" >"$root/share/$1"
        chmod 644 "$root/share/$1"
    }
    put man/man1/erptoken.1 C man
    put man/pt_BR/man1/erptoken.1 pt_BR.UTF-8 man
    put bash-completion/completions/erptoken C completions bash
    put zsh/site-functions/_erptoken C completions zsh
    put fish/vendor_completions.d/erptoken.fish C completions fish
fi
