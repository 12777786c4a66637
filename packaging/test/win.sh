# The archive for Windows: read by test.sh. The examples with mingw for both kinds of programs, run in Wine.
[ "$(id -u)" = 0 ] || lacks "Wine is run as root"
needs x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
[ -e "$target/windows/wine/done" ] || lacks "no Wine, see tests/windows/install.sh"
unpack win unzip -q "$package/erptoken-$version-win.zip"
root=$root/erptoken-$version-win
contains win "$root"
whole win "$root"
small command-win-x86 "$root/win-x86/erptoken.exe"
[ "$(stat -c %s "$root/win-x86/erptoken.exe")" -le 3000000 ] || fail "the command has more than 3 MB"
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
    # The import library for Microsoft's linker, and all families in one program; the DLL for AdvPL, loaded as SmartClient does.
    "$prefix-gcc" -std=c99 -Wall -Werror -I"$root/include" packaging/test/families.c "$root/win-$bits/erptoken.lib" \
        -o "$folder/families.exe"
    cp "$root/win-$bits/erptoken_advpl.dll" "$folder/"
    "$prefix-gcc" -std=c99 -Wall -Werror packaging/test/advpl.c -o "$folder/advpl.exe"
    # The archive says how to make it anew, too.
    (cd "$root/examples-advpl" && "$prefix-gcc" -shared -o erptoken_advpl.dll erptoken_advpl.c -I../include \
        -L"../win-$bits" -lerptoken)
    for program in minimal providers mfa families advpl; do
        printf '#!/bin/sh\nexec "%s/tests/windows/wine.sh" package-%s wine %s.exe\n' "$PWD" "$bits" "$program" \
            >"$here/$bits/$program"
        chmod +x "$here/$bits/$program"
    done
    examples-c/run.sh "$sandbox" "$here/$bits"/{minimal,providers,mfa,families,advpl} >"$here/run.txt" || fail "$(<"$here/run.txt")"
done
cp "$root/win-x86/erptoken.exe" "$folder/"
program command <<RUN
export ERPTOKEN_USERNAME=admin@empresa.com.br ERPTOKEN_PASSWORD=senhaUsuario
token=\$("$PWD/tests/windows/wine.sh" package-x86 wine erptoken.exe get senior --set "base_url=\$ERPTOKEN_SANDBOX_SENIOR")
echo "a token of \${#token} characters"
RUN
login command
rm -rf "$target"/windows/wine/work/package-*
echo "packages: win: $(stat -c "%n %s" "$root"/win-*/*.{dll,exe} | sed "s|.*/win-||" | paste -sd,): the examples by CMake, with both import libraries, for x64 and x86; the command"
