#!/bin/sh
# Starts the sandbox, runs programs against it one after the other, stops it. Fails if one of them fails.
#
# usage: run.sh SANDBOX PROGRAM...
set -u

sandbox=$1
shift

folder=$(mktemp -d) || exit 1
sandbox_id=
program_id=

# Runs at every end, also at Ctrl-C and TERM.
stop() {
    trap - EXIT HUP INT TERM
    for id in $program_id $sandbox_id; do
        kill "$id" 2>/dev/null
        wait "$id" 2>/dev/null
    done
    rm -rf "$folder"
}
trap stop EXIT
trap 'stop; exit 129' HUP
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM

# Its standard input is a pipe that this script alone holds open: if even this script is killed, the sandbox ends too.
mkfifo "$folder/life" || exit 1
"$sandbox" --until-eof --env-file "$folder/env" <"$folder/life" >/dev/null 2>"$folder/errors" &
sandbox_id=$!
exec 3>"$folder/life"

# The file appears complete, in one step. 30 s are plenty.
tries=600
until [ -e "$folder/env" ]; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ] || ! kill -0 "$sandbox_id" 2>/dev/null; then
        echo "the sandbox did not start" >&2
        cat "$folder/errors" >&2
        exit 1
    fi
    sleep 0.05
done
. "$folder/env"

ran=0
failed=
for program; do
    linked=$(basename "$(dirname "$program")")
    printf '\n== %s (%s) ==\n' "$(basename "$program")" "$linked"
    # In the background, because a shell that waits in `wait` hears a signal at once.
    "$program" 3>&- &
    program_id=$!
    wait "$program_id"
    status=$?
    program_id=
    ran=$((ran + 1))
    if [ "$status" -ne 0 ]; then
        echo "exit code $status" >&2
        failed="$failed $linked/$(basename "$program")"
    fi
done

printf '\n'
if ! kill -0 "$sandbox_id" 2>/dev/null; then
    echo "the sandbox ended before its time" >&2
    cat "$folder/errors" >&2
    failed="$failed sandbox"
fi
if [ -n "$failed" ]; then
    echo "$ran programs ran; failed:$failed" >&2
    exit 1
fi
echo "$ran programs ran, all of them well"
