# The archives for Linux: read by test.sh. The examples by pkg-config and by CMake. (tests/systems/run.sh runs the same
# libraries with the oldest C library that is promised, and those for aarch64.)
for name in x64 arm64; do
    unpack "$name" tar -xzf "$package/erptoken-$version-linux-$name.tar.gz"
    root=$root/erptoken-$version-linux-$name
    contains linux "$root"
    whole linux "$root"
    cmp "$root/lib/liberptoken.so.1" "$target/linux/$name/liberptoken.so" || fail "another library for $name than was built"
    small "linux-$name" "$root/lib/liberptoken.so.1"
    same "what the library for $name exports, and include/symbols.txt" "$(sed '/^#/d; s/ .*//' include/symbols.txt | sort)" \
        "$(readelf -W --dyn-syms "$root/lib/liberptoken.so.1" | awk '$1 ~ /^[0-9]+:$/ && $5 != "LOCAL" && $7 != "UND" { print $8 }' | sort)"
    small "command-linux-$name" "$root/bin/erptoken"
    [ "$(stat -c %s "$root/bin/erptoken")" -le 3000000 ] || fail "the command has more than 3 MB"
    same "the name in the library" "$(readelf -d "$root/lib/liberptoken.so.1" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')" liberptoken.so.1
    for file in "$root"/{lib/liberptoken.so.1,bin/erptoken}; do
        same "the newest symbols of glibc and 2.17" "$({ readelf -V "$file" | grep -o 'GLIBC_[0-9.]*'; echo GLIBC_2.17; } | sort -V | tail -n 1)" GLIBC_2.17
    done
    for path in "${HOME%/}/" "$PWD/"; do
        ! grep -qF "$path" "$root/lib/liberptoken.so.1" "$root/bin/erptoken" || fail "something for $name tells of this machine's $path"
    done
done
grep -q 'glibc 2.17' README.md || fail "README.md does not say that glibc 2.17 is enough"
machine "$root/lib/liberptoken.so.1" AArch64
machine "$root/bin/erptoken" AArch64
root="$here/un packed x64/erptoken-$version-linux-x64"
kept=$(<packaging/native-libraries)
same "what the static library needs, and packaging/native-libraries" "$(<"$target/linux/x64/native-libraries")" "$kept"
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
(umask 077 && DESTDIR=$here/destdir PREFIX=/opt/erp LIBDIR=lib/x86_64-linux-gnu packaging/install.sh "$target/linux/x64")
same "what only root can read" "" "$(find "$here/destdir/opt" ! -type l ! -perm -go=r)"
mv "$root" "$here/moved"
mkdir -p "$here"/{shared,static,installed}
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

examples-c/run.sh "$sandbox" "$here"/{shared,static,installed}/minimal >"$here/run.txt" || fail "$(<"$here/run.txt")"

# The command: there, installed by install.sh, and what belongs to it.
for place in moved destdir/opt/erp; do
    program "${place%%/*}" <<RUN
export ERPTOKEN_USERNAME=admin@empresa.com.br ERPTOKEN_PASSWORD=senhaUsuario
token=\$("$here/$place/bin/erptoken" get senior --set "base_url=\$ERPTOKEN_SANDBOX_SENIOR")
echo "a token of \${#token} characters"
RUN
    grep -q '^\.TH ERPTOKEN 1' "$here/$place/share/man/man1/erptoken.1" || fail "no manual in $place"
    bash -n "$here/$place/share/bash-completion/completions/erptoken"
done
login moved destdir
echo "packages: linux: $(stat -c '%s bytes of %n' "$here"/moved/{lib/liberptoken.so.1,bin/erptoken} | sed 's| of .*/| of |' | paste -sd,): all examples by CMake, by pkg-config; the command"
