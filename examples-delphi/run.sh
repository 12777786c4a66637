#!/bin/sh
# Builds the examples with Free Pascal (Debian: fp-compiler, fp-units-rtl) and runs them against a provider on this
# machine. `./run.sh` does everything, the library included.
set -eu
cd "$(dirname "$0")"
. ../examples-c/with_sandbox.sh

has fpc || exit 0
[ $# -gt 0 ] || set -- SeniorFreight InvoisysRenewal AssineApplication
for example; do
    # -Cg: code that may stand anywhere, as Debian's linker wants it.
    fpc -l- -v0 -Cg -Fu../include -FU"$build" -FE"$build" -Fl"$ERPTOKEN_LIBRARY" "$example.dpr"
    echo "-- $example, Free Pascal"
    "$build/$example"
done
