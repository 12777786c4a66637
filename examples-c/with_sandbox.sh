# For the run.sh of the other languages, which read this file: it gives them the library and the sandbox.
#
# ERPTOKEN_LIBRARY  the folder of liberptoken.so. Not set: both are built, the sandbox is started, and the script that
#                   reads this file begins anew with everything set.
# ERPTOKEN_BUILD    where to put what is built; "build" beside the script if not set.

if [ -z "${ERPTOKEN_LIBRARY:-}" ]; then
    make -s -C ../examples-c library sandbox
    ERPTOKEN_LIBRARY=$(cd ../examples-c/build && pwd)
    export ERPTOKEN_LIBRARY
    exec ../examples-c/run.sh ../examples-c/build/sandbox "$PWD/run.sh"
fi
build=${ERPTOKEN_BUILD:-build}
mkdir -p "$build"
build=$(cd "$build" && pwd)
export LD_LIBRARY_PATH="$ERPTOKEN_LIBRARY${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

# Whether a tool is there. Where it is not, that is said; with ERPTOKEN_REQUIRE_ALL=1 it is a failure.
has() {
    command -v "$1" >/dev/null 2>&1 && return
    echo "skipped: no $1"
    [ "${ERPTOKEN_REQUIRE_ALL:-0}" != 1 ] || exit 1
    return 1
}

# The same of a file.
has_file() {
    [ -e "$1" ] && return
    echo "skipped: no $1"
    [ "${ERPTOKEN_REQUIRE_ALL:-0}" != 1 ] || exit 1
    return 1
}
