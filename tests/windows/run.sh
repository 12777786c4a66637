#!/usr/bin/env bash
# Runs programs of mingw's C and of Free Pascal against the DLLs, in Wine, for 64 and for 32 bits: those of tests/c that
# need no more of POSIX than mingw has, and what is here. Wine says that it is Windows 7, and what the library asks a newer
# Windows for while it runs is taken away from the programs in C (posix/windows_7.h).
#
# usage: run.sh [NAME...]      all programs unless told: "errors" is tests/c/errors.c or tests/windows/errors.c, "Calls"
#                              tests/languages/Calls.dpr or examples-delphi/Calls.dpr, "command" the command
#
# Needs what install.sh installs. Where that is missing it says so and passes, unless ERPTOKEN_REQUIRE_ALL is 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
windows=$target/windows
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | sed 1q)

lacks() {
    if [ "${ERPTOKEN_REQUIRE_ALL-}" = 1 ]; then
        echo "windows: $1, and ERPTOKEN_REQUIRE_ALL is 1" >&2
        exit 1
    fi
    echo "skipped: windows: $1"
    exit 0
}

[ "$(uname -sm)" = "Linux x86_64" ] || lacks "runs on Linux and x86-64 only"
[ "$(id -u)" = 0 ] || lacks "Wine is run as root, in a folder of its own"
for tool in x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc; do
    command -v "$tool" >/dev/null || lacks "no $tool, see tests/windows/install.sh"
done
for part in pascal wine; do
    [ -e "$windows/$part/done" ] || lacks "no $part, see tests/windows/install.sh"
done

tools/windows-dlls.sh
# What Windows 7 lacks is seen, by name.
mkdir -p "$windows/newer"
echo 'int GetAddrInfoExCancel(void **); int cancel(void) { return GetAddrInfoExCancel(0); }' >"$windows/newer/newer.c"
x86_64-w64-mingw32-gcc -shared -o "$windows/newer/newer.dll" "$windows/newer/newer.c" -lws2_32
said=$(tools/windows-dlls.sh --check "$windows/newer/newer.dll" 2>&1) && said="nothing"
[[ $said == *$'have:\nws2_32.dll GetAddrInfoExCancel' ]] || { echo "windows: of a function of Windows 8 is said $said" >&2; exit 1; }
cargo build --locked --quiet --example sandbox

PORTABLE="advpl ansi buffers handles nulls encodings errors threads shutdown stress wide"
PASCAL="Calls SeniorFreight InvoisysRenewal AssineApplication"
programs=${*:-$PORTABLE $PASCAL $(cd tests/windows && ls -- *.c *.pas | sed 's/\..*//') command}

# Where the source of a Pascal program is; nothing for one in C.
pascal() {
    for source in tests/windows/$1.pas tests/languages/$1.dpr examples-delphi/$1.dpr; do
        [ ! -e "$source" ] || echo "$source"
    done
}

# compiled NAME COMPILER FOLDER
compiled() {
    local source=tests/c/$1.c
    [ -e "$source" ] || source=tests/windows/$1.c
    # With POSIX threads, and without a DLL for them.
    "$2" -std=c99 -Wall -Wextra -Werror -O1 -g -D__USE_MINGW_ANSI_STDIO=1 -Iinclude -Itests/windows/posix -Itests/c \
        "$source" "${@:5}" -o "$3/$1.exe" -L"$windows/$4" -lerptoken -lws2_32 -lpsapi -lcrypt32 -l:libwinpthread.a
}

ROOTS=$windows/wine/etc/ssl/certs/ca-certificates.crt

start() {
    timeout 120 tests/windows/wine.sh "$1" wine "${@:2}"
}

# says CODE OUTPUT ERROR ARGUMENT...: the command ends with this code, and prints what these patterns have.
says() {
    local wanted=("$1" "$2" "$3") code=0 out err
    shift 3
    out=$(start "${folder##*/}" erptoken.exe "$@" </dev/null 2>"$folder/command.err") || code=$?
    err=$(<"$folder/command.err")
    if [ "$code" != "${wanted[0]}" ] || ! [[ $out =~ ^${wanted[1]}$ && $err =~ ^${wanted[2]}$ ]]; then
        echo "erptoken $*: $code, $out, $err"
        return 1
    fi
}

# What tests/command sees on Linux, in short.
commands() {
    local account=(senior --set "base_url=$ERPTOKEN_SENIOR_HTTPS" --set "ca_file=$ERPTOKEN_CA")
    says 0 ".*$version.*" "" version || return
    export ERPTOKEN_USERNAME=admin@empresa.com.br ERPTOKEN_PASSWORD=senhaUsuario ERPTOKEN_LANGUAGE=pt
    says 0 "[^[:space:]]{8,}" "" get "${account[@]}" || return
    says 0 "Authorization: Bearer [^[:space:]]{8,}" "" get "${account[@]}" --header || return
    says 20 "" ".*nada.*" get "${account[@]}" --set nada=1 || return
    says 2 "" ".*ERPTOKEN_PASSWORD.*" get "${account[@]}" --set password=senhaUsuario || return
    ERPTOKEN_PASSWORD=errada says 40 "" ".*usuário.*" get "${account[@]}" || return
    says 30 "" ".+" get senior --set base_url=http://127.0.0.1:1/ || return
}

# Each program has a sandbox of its own, as in tests/c_programs.rs.
run() {
    local name=$1 folder=$2 output
    rm -f "$folder/sandbox.env"
    "$target/debug/examples/sandbox" --env-file "$folder/sandbox.env" --for 400 >/dev/null &
    sandbox=$!
    for _ in $(seq 600); do
        [ ! -e "$folder/sandbox.env" ] || break
        sleep 0.05
    done
    (
        # shellcheck disable=SC1091 # the sandbox has just written it
        . "$folder/sandbox.env"
        export ERPTOKEN_SENIOR=$ERPTOKEN_SANDBOX_SENIOR ERPTOKEN_INVOISYS=$ERPTOKEN_SANDBOX_INVOISYS
        export ERPTOKEN_ASSINE=$ERPTOKEN_SANDBOX_ASSINE ERPTOKEN_CONTROL=$ERPTOKEN_SANDBOX_HTTP
        export ERPTOKEN_SENIOR_HTTPS=${ERPTOKEN_SANDBOX_SENIOR/"$ERPTOKEN_SANDBOX_HTTP"/"$ERPTOKEN_SANDBOX_HTTPS"}
        export ERPTOKEN_FOLDER="Z:\\work\\${folder##*/}"
        export ERPTOKEN_CA="$ERPTOKEN_FOLDER\\sandbox.env.ca.pem"
        unset HTTPS_PROXY https_proxy NO_PROXY no_proxy
        case $name in
        roots)
            # Wine reads the system's roots when its server starts.
            start "${folder##*/}" roots.exe unknown && mkdir -p "${ROOTS%/*}" &&
                cp "$folder/sandbox.env.ca.pem" "$ROOTS" && tests/windows/wine.sh . wineserver -k &&
                start "${folder##*/}" roots.exe trusted
            ;;
        certificates)
            openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=Empresa:12345678000195 -keyout "$folder/empresa.key" \
                -out "$folder/empresa.pem" 2>/dev/null
            openssl x509 -in "$folder/empresa.pem" -outform DER -out "$folder/empresa.der"
            openssl pkcs12 -export -legacy -inkey "$folder/empresa.key" -in "$folder/empresa.pem" -out "$folder/empresa.pfx" \
                -passout pass:S3nha
            start "${folder##*/}" certificates.exe
            ;;
        code_page)
            start "${folder##*/}" code_page.exe 1252 && start "${folder##*/}" code_page_utf8.exe 65001 &&
                # The code page comes from the locale, which Wine's server learns when it starts.
                tests/windows/wine.sh . wineserver -k &&
                (unset LC_ALL LC_CTYPE && export LANG=ja_JP.UTF-8 && start "${folder##*/}" code_page.exe 932) &&
                tests/windows/wine.sh . wineserver -k
            ;;
        names) start "${folder##*/}" names.exe && ERPTOKEN_SYSTEM=10 start "${folder##*/}" names.exe ;;
        command) commands ;;
        stress) start "${folder##*/}" stress.exe 2 "$RANDOM" ;;
        *) start "${folder##*/}" "$name.exe" ;;
        esac
    ) >"$folder/$name.txt" 2>&1 && ended=0 || ended=$?
    kill "$sandbox" 2>/dev/null || true
    wait "$sandbox" 2>/dev/null || true
    rm -f "$ROOTS"
    output=$(cat "$folder/$name.txt")
    case $name in
    stress | Senior* | Invoisys* | Assine*) ;; # What they print is their purpose.
    *) [ -z "$output" ] || ended=${ended/#0/"0, but printed"} ;;
    esac
    if [ "$ended" != 0 ]; then
        echo "windows: ${folder##*/}: $name ended with $ended: $output" >&2
        return 1
    fi
}

# A name, and a name server that says nothing: see names.c.
echo "127.0.0.1 localhost erp.test" >"$windows/wine/etc/hosts"
printf 'nameserver 127.0.0.77\noptions timeout:2 attempts:1\n' >"$windows/wine/etc/resolv.conf"

tests/windows/wine.sh . wine reg add 'HKCU\Software\Wine' /v Version /d win7 /f >/dev/null

failed=0
declare -A bits=([x64]=64 [x86]=32)
for kind in x64:x86_64 x86:i686; do
    compiler=${kind#*:}-w64-mingw32-gcc kind=${kind%:*}
    folder=$windows/wine/work/$kind
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$windows/$kind"/erptoken{,_advpl}.dll "$folder/"
    for name in $programs; do
        source=$(pascal "$name")
        if [ "$name" = command ]; then
            [ "$kind" = x86 ] || continue
            cp "$windows/x86/erptoken.exe" "$folder/"
        elif [ -n "$source" ]; then
            "$windows/pascal/bin/$kind" -n -v0 "-Twin${bits[$kind]}" -Mdelphi -Fu"$windows/pascal/$kind" -Fuinclude \
                -FE"$folder" "$source"
        else
            if [ "$name" = code_page ]; then # Once more, with a manifest that says UTF-8.
                echo '1 24 "tests/windows/utf8.manifest"' | "${compiler%gcc}windres" -o "$folder/utf8.o"
                compiled "$name" "$compiler" "$folder" "$kind" "$folder/utf8.o"
                mv "$folder/$name.exe" "$folder/code_page_utf8.exe"
            fi
            compiled "$name" "$compiler" "$folder" "$kind"
        fi
        began=$(date +%s%N)
        run "$name" "$folder" || failed=1
        echo "windows: $kind: $name: $((($(date +%s%N) - began) / 1000000)) ms"
    done
done
exit $failed
