#!/usr/bin/env bash
# What tools/windows-dlls.sh and run.sh need: mingw, Free Pascal for Windows, and Wine for both kinds of programs. (Rust's
# standard library windows-dlls.sh makes itself, and brings its source.) Needs root; installs nothing twice.
#
# Wine lies in a folder of its own with a Debian inside: its 32-bit half wants packages that the system itself may have
# in another version, and takes no second kind of processor then.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(realpath -m "${CARGO_TARGET_DIR:-target}/windows")
mkdir -p "$folder"

missing=""
for tool in x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64-win32 i686-w64-mingw32-gcc:gcc-mingw-w64-i686-win32 \
    fpc:fp-compiler debootstrap:debootstrap; do
    command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool##*:}"
done
[ -d /usr/share/fpcsrc ] || missing="$missing fp-units-rtl fpc-source"
if [ -n "$missing" ]; then
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing
fi

# Free Pascal: Debian has the source of everything, the 64-bit compiler, and nothing made for Windows.
pascal=$folder/pascal
if [ ! -e "$pascal/done" ]; then
    rm -rf "$pascal"
    mkdir -p "$pascal/bin" "$pascal/x64" "$pascal/x86" "$pascal/parts"
    version=$(fpc -iV)
    cp -r "/usr/share/fpcsrc/$version/rtl" "/usr/share/fpcsrc/$version/compiler" "$pascal/"
    # units COMPILER SYSTEM PROCESSOR FOLDER UNIT...: the units that a program for Windows uses.
    units() (
        compiler=$1 system=$2 processor=$3 made=$4
        shift 4
        cd "$pascal/rtl/$system"
        options=(-n "-T$system" -O2 "-FU$made")
        for place in inc "$processor" win win/wininc "$system" objpas objpas/sysutils objpas/classes; do
            options+=("-Fi../$place" "-Fu../$place")
        done
        "$compiler" "${options[@]}" -Us -Sg system.pp
        for name in "$@"; do
            "$compiler" "${options[@]}" "$name.pp"
        done
    )
    {
        ln -s "$(command -v ppcx64)" "$pascal/bin/x64"
        units "$pascal/bin/x64" win64 x86_64 "$pascal/x64" sysinit buildrtl
        # The 32-bit compiler; Debian leaves out its table of messages, which is made from the installed one.
        cd "$pascal/compiler"
        "$pascal/bin/x64" -FE. -Fu. utils/msg2inc.pp
        ./msg2inc "/usr/lib/x86_64-linux-gnu/fpc/$version/msg/errore.msg" msg msg
        rm -f ./*.o ./*.ppu
        "$pascal/bin/x64" -O2 -di386 -dGDB -dBROWSERLOG -Fux86 -Fui386 -Fusystems -Fix86 -Fii386 -Fi. -Fu. \
            -FU../parts -FE../bin -ox86 pp.pas
        units "$pascal/bin/x86" win32 i386 "$pascal/x86" sysinitpas winsysut buildrtl
        cd -
    } >"$pascal/made.txt" 2>&1 || { tail -n 20 "$pascal/made.txt" >&2; exit 1; }
    rm -rf "$pascal/rtl" "$pascal/compiler" "$pascal/parts"
    touch "$pascal/done"
fi

root=$folder/wine
if [ ! -e "$root/done" ]; then
    # shellcheck disable=SC2016 # apt reads it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sed -n 1p)
    # shellcheck disable=SC1091
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    rm -rf --one-file-system "$root"
    debootstrap --variant=minbase --arch=amd64 "$suite" "$root" "$mirror" >"$root.txt" 2>&1 ||
        { tail -n 20 "$root.txt" >&2; exit 1; }
    echo "deb $mirror $suite main" >"$root/etc/apt/sources.list"
    # How this machine reaches the mirror.
    cp -n /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/"
    {
        chroot "$root" dpkg --add-architecture i386
        chroot "$root" apt-get update -qq
        chroot "$root" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends wine wine64 wine32:i386
        chroot "$root" apt-get clean
    } >>"$root.txt" 2>&1 || { tail -n 20 "$root.txt" >&2; exit 1; }
    mkdir "$root/work"
    # Wine's own first start takes longer than any test.
    tests/windows/wine.sh . wine wineboot -i >>"$root.txt" 2>&1 || { tail -n 20 "$root.txt" >&2; exit 1; }
    touch "$root/done"
fi

# For a code page in which two bytes make a letter, 932: Wine takes it from the locale. Unpacked from here, because the
# tests give that Debian a name server that says nothing.
if ! chroot "$root" locale -a | grep -qi '^ja_jp.utf-*8$'; then
    (cd "$folder" && apt-get -qq download locales && dpkg -x locales_*.deb "$root" && rm locales_*.deb)
    chroot "$root" localedef -i ja_JP -f UTF-8 ja_JP.UTF-8
fi
