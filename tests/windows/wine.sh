#!/usr/bin/env bash
# Runs a command of the Wine that install.sh has made, for programs of 64 or 32 bits. What it needs mounted goes with it.
#
# usage: wine.sh FOLDER wine PROGRAM [ARGUMENT...]
#        wine.sh . wineserver -k                       FOLDER lies below target/windows/wine/work, which Windows knows as Z:\work
#
# No folder is mounted there: files are opened by Wine's server, which may be of an earlier call and see that one's.
set -euo pipefail
root=$(realpath -m "${CARGO_TARGET_DIR:-$(dirname "$0")/../../target}")/windows/wine
exec unshare --mount bash -c '
    mount -t proc proc "$1/proc"
    exec chroot "$1" env HOME=/root WINEPREFIX=/root/prefix WINEDEBUG="${WINEDEBUG:--all}" \
        WINEDLLOVERRIDES="mscoree=;mshtml=" sh -c "cd /work/\$1 && shift && exec \"\$@\"" wine "${@:2}"
' wine.sh "$root" "$@"
