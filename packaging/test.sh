#!/usr/bin/env bash
# Makes the archives of a release, unpacks them, and builds and runs the examples with nothing but what lies in them:
# for Linux by way of pkg-config and of CMake, and with the oldest C library that the library promises to run with; for
# Windows with mingw for both kinds of programs, run in Wine.
#
# usage: test.sh [linux|win]...      both unless told
#
# Where a tool is missing it says so and passes, unless ERPTOKEN_REQUIRE_ALL is 1.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
package=$target/package
here=$package/test
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed 1q)
sandbox=$target/debug/examples/sandbox

fail() {
    echo "packages: $1" >&2
    exit 1
}

lacks() {
    [ "${ERPTOKEN_REQUIRE_ALL-}" != 1 ] || fail "$1, and ERPTOKEN_REQUIRE_ALL is 1"
    echo "skipped: packages: $1"
    exit 0
}

# same WHAT HERE THERE
same() {
    [ "$2" = "$3" ] || fail "$1: $(diff <(echo "$2") <(echo "$3"))"
}

# small KIND LIBRARY: three hundredths more than it had is too much, until somebody says that it is worth it.
small() {
    local size kept
    size=$(stat -c %s "$2")
    kept=$(sed -n "s/^$1 //p" packaging/size)
    [ "$size" -le $((kept + kept * 3 / 100)) ] || fail "the library for $1 has $size bytes, three hundredths more than the \
$kept of packaging/size. Worth it? Then write the new size there."
}

# unpack COMMAND...: in a folder whose name has a space, that no other test has touched
unpack() {
    rm -rf "$here"
    mkdir -p "$here/un packed"
    (cd "$here/un packed" && "$@")
    root="$here/un packed/erptoken-$version-$kind"
    same "the names in $kind" "$({ sed "/^$kind /!d; s/.* //" packaging/contents; git ls-files docs profiles; } | sort)" \
        "$(cd "$root" && find . ! -type d ! -path './examples-*' | sed 's|^\./||' | sort)"
    [ -e "$root/examples-c/minimal.c" ] || fail "there is no example in C in $kind"
    # An editor finds the schema from where a profile lies.
    local schema
    grep -ho '"\$schema": *"[^"]*"' "$root"/profiles/*.json | sed 's/.*"\(.*\)"/\1/' | sort -u | while read -r schema; do
        [ -e "$root/profiles/$schema" ] || fail "a profile in $kind names $schema, which is not there"
    done
}

linux() {
    packaging/release.sh linux
    local archive=$package/erptoken-$version-linux-x64.tar.gz library kept
    (cd "$package" && sha256sum --quiet --ignore-missing -c SHA256SUMS)
    # A second time, at another time and with other rights for new files: the same bytes.
    kept=$(sha256sum <"$archive")
    (umask 077 && TZ=America/Sao_Paulo packaging/release.sh linux >/dev/null)
    same "the archive made twice" "$kept" "$(sha256sum <"$archive")"
    kind=linux-x64
    unpack tar -xzf "$archive"

    library=$root/lib/liberptoken.so.1
    same "the name in the library" "$(objdump -p "$library" | sed -n 's/ *SONAME *//p')" liberptoken.so.1
    same "what the library needs" "$(objdump -p "$library" | sed -n 's/ *NEEDED *//p' | sort | tr '\n' ' ')" \
        "ld-linux-x86-64.so.2 libc.so.6 libdl.so.2 libgcc_s.so.1 libpthread.so.0 "
    same "the newest symbols of glibc and 2.31" "$({ objdump -T "$library" | grep -o 'GLIBC_[0-9.]*'; echo GLIBC_2.31; } |
        sort -V | tail -n 1)" GLIBC_2.31
    grep -q 'glibc 2.31' README.md || fail "README.md does not say that glibc 2.31 is enough"
    for path in "${HOME%/}/" "$PWD/"; do
        ! grep -qF "$path" "$library" || fail "the library tells of this machine's $path"
    done
    small linux-x64 "$library"
    kept=$(<packaging/native-libraries)
    same "what the static library needs, and packaging/native-libraries" "$(<"$package/build/native-libraries")" "$kept"
    grep -qF -e "\`$kept\`" README.md || fail "README.md does not say what the static library needs: $kept"
    grep -qxF "NATIVE   := $kept" examples-c/Makefile || fail "examples-c/Makefile does not know: $kept"

    # CMake: every example, with each library.
    cmake -S "$root/examples-c" -B "$here/by cmake" -DCMAKE_PREFIX_PATH="$root" >"$here/cmake.txt"
    cmake --build "$here/by cmake" >>"$here/cmake.txt" || fail "$(<"$here/cmake.txt")"
    examples-c/run.sh "$sandbox" "$here/by cmake"/{shared,static}/*[a-z0-9] >"$here/run.txt" || fail "$(<"$here/run.txt")"
    mkdir "$here/asks"
    cat >"$here/asks/CMakeLists.txt" <<'ASKS'
cmake_minimum_required(VERSION 3.16)
project(asks C)
find_package(erptoken ${WANTED} REQUIRED)
ASKS
    for wanted in 0.0.1 "$version" 99; do
        if cmake -S "$here/asks" -B "$here/asks/$wanted" -DWANTED="$wanted" -DCMAKE_PREFIX_PATH="$root" \
            >"$here/asks.txt" 2>&1; then
            [ "$wanted" != 99 ] || fail "CMake takes $version for $wanted"
        else
            [ "$wanted" = 99 ] || fail "$(<"$here/asks.txt")"
        fi
    done

    # pkg-config: the archive, and what install.sh leaves where libraries lie in another folder.
    DESTDIR=$here/destdir PREFIX=/opt/erp LIBDIR=lib/x86_64-linux-gnu packaging/install.sh "$package/build"
    mv "$root" "$here/moved"
    mkdir -p "$here"/{shared,static,installed,oldest}
    local flags
    compile() { # compile FOLDER FLAG...
        "${CC:-cc}" -std=c99 -Wall -Werror "$here/moved/examples-c/minimal.c" -o "$here/$1/minimal" "${@:2}"
    }
    flags() { # flags FOLDER OPTION...: one a line, as programs get them from make and the shell
        PKG_CONFIG_PATH=$1/pkgconfig pkg-config "${@:2}" erptoken | xargs printf '%s\n'
    }
    mapfile -t flags < <(flags "$here/moved/lib" --cflags --libs)
    compile shared "${flags[@]}" -Wl,-rpath,"$here/moved/lib"
    mapfile -t flags < <(flags "$here/moved/lib" --static --cflags --libs | sed 's/^-lerptoken$/-l:liberptoken.a/')
    compile static "${flags[@]}"
    mapfile -t flags < <(flags "$here/destdir/opt/erp/lib/x86_64-linux-gnu" --cflags --libs)
    compile installed "${flags[@]}" -Wl,-rpath,"$here/destdir/opt/erp/lib/x86_64-linux-gnu"

    # The promised C library itself, with the program linked to it too.
    local glibc place old=()
    glibc=$(packaging/glibc.sh)
    for place in lib usr/lib; do
        old+=("-L$glibc/$place/x86_64-linux-gnu")
    done
    compile oldest "--sysroot=$glibc" "${old[@]}" "-I$here/moved/include" "-L$here/moved/lib" -lerptoken
    mv "$here/oldest/minimal" "$here/oldest/program"
    cat >"$here/oldest/minimal" <<RUN
#!/bin/sh
exec "$glibc/lib/x86_64-linux-gnu/ld-2.31.so" --library-path "$glibc/lib/x86_64-linux-gnu:$here/moved/lib" "$here/oldest/program"
RUN
    chmod +x "$here/oldest/minimal"
    examples-c/run.sh "$sandbox" "$here"/{shared,static,installed,oldest}/minimal >"$here/run.txt" || fail "$(<"$here/run.txt")"
    echo "packages: linux-x64: $(stat -c %s "$here/moved/lib/liberptoken.so.1") bytes, all examples by CMake, by pkg-config, and with glibc 2.31"
}

win() {
    [ "$(id -u)" = 0 ] || lacks "Wine is run as root"
    for tool in x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc zip unzip; do
        command -v "$tool" >/dev/null || lacks "no $tool"
    done
    [ -e "$target/windows/wine/done" ] || lacks "no Wine, see tests/windows/install.sh"
    packaging/release.sh win
    local archive=$package/erptoken-$version-win.zip bits prefix folder
    (cd "$package" && sha256sum --quiet --ignore-missing -c SHA256SUMS)
    kind=win
    unpack unzip -q "$archive"
    for bits in x64:x86_64 x86:i686; do
        prefix=${bits#*:}-w64-mingw32 bits=${bits%:*}
        folder=$target/windows/wine/work/package-$bits
        small "win-$bits" "$root/win-$bits/erptoken.dll"
        rm -rf "$folder"
        mkdir -p "$folder"
        cmake -S "$root/examples-c" -B "$here/$bits" -DCMAKE_PREFIX_PATH="$root" -DCMAKE_SYSTEM_NAME=Windows \
            -DCMAKE_C_COMPILER="$prefix-gcc" >"$here/cmake.txt"
        cmake --build "$here/$bits" >>"$here/cmake.txt" || fail "$(<"$here/cmake.txt")"
        cp "$here/$bits/shared"/*.{exe,dll} "$folder/"
        # The import library for Microsoft's linker, and both families in one program.
        "$prefix-gcc" -std=c99 -Wall -Werror -I"$root/include" packaging/families.c "$root/win-$bits/erptoken.lib" \
            -o "$folder/families.exe"
        (cd "$root/examples-advpl" && "$prefix-gcc" -shared -o erptoken_advpl.dll erptoken_advpl.c -I../include \
            -L"../win-$bits" -lerptoken)
        for program in minimal providers mfa families; do
            printf '#!/bin/sh\nexec "%s/tests/windows/wine.sh" package-%s wine %s.exe\n' "$PWD" "$bits" "$program" \
                >"$here/$bits/$program"
            chmod +x "$here/$bits/$program"
        done
        examples-c/run.sh "$sandbox" "$here/$bits"/{minimal,providers,mfa,families} >"$here/run.txt" || fail "$(<"$here/run.txt")"
        rm -rf "$folder"
    done
    echo "packages: win: $(stat -c "%n %s" "$root"/win-*/erptoken.dll | sed "s|.*/win-||" | tr "\n" " "): the examples by CMake, with both import libraries, for x64 and x86"
}

[ "$(uname -sm)" = "Linux x86_64" ] || lacks "made on Linux and x86-64 only"
for tool in cc cmake pkg-config objdump apt-get; do
    command -v "$tool" >/dev/null || lacks "no $tool"
done
cargo build --locked --quiet --example sandbox
[ $# -gt 0 ] || set -- linux win
for wanted; do
    case $wanted in
    linux | win) "$wanted" ;;
    *) fail "no such archive: $wanted" ;;
    esac
done
rm -rf "$here"
