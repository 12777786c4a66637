#!/bin/sh
# A token in each of these languages, against a provider on this machine. `./run.sh` does everything, the library
# included. What is not installed is left out and named (Debian: python3, php-cli, nodejs, gnucobol3, default-jdk-headless
# with libjna-java, golang-go; for Node.js also koffi, which tests/languages/install.sh brings; Harbour has no package).
set -eu
cd "$(dirname "$0")"
. ../examples-c/with_sandbox.sh

if has python3; then
    echo "-- Python"
    PYTHONPATH=../include/python python3 -B python_ctypes.py
fi
if has php; then
    echo "-- PHP"
    php -d ffi.enable=1 php_ffi.php
fi
if has node; then
    modules=${ERPTOKEN_TOOLS:-../target/tools}/node_modules
    if NODE_PATH=$modules node -e 'require("koffi")' 2>/dev/null; then
        echo "-- Node.js"
        NODE_PATH=$modules node node_koffi.js
    else
        echo "skipped: no koffi for Node.js"
        [ "${ERPTOKEN_REQUIRE_ALL:-0}" != 1 ] || exit 1
    fi
fi
if has cobc; then
    echo "-- COBOL"
    cobc -x -fstatic-call -I../include/cobol -o "$build/cobol" cobol.cob ../include/cobol/erptoken.cob \
        -L"$ERPTOKEN_LIBRARY" -lerptoken
    "$build/cobol"
fi
if command -v hbmk2 >/dev/null; then # No package has Harbour.
    echo "-- Harbour"
    hbmk2 -q -gtstd -I../include/harbour -o"$build/harbour" harbour.prg ../include/harbour/ErpToken.prg
    "$build/harbour"
fi
jna=/usr/share/java/jna.jar
if has javac && has_file "$jna"; then
    echo "-- Java"
    javac --release 8 -cp "$jna" -d "$build/java" ../include/java/ErpToken.java ErpExample.java
    java -cp "$build/java:$jna" ErpExample
fi
if has go; then
    echo "-- Go"
    mkdir -p "$build/go"
    (cd go && CGO_LDFLAGS="-L$ERPTOKEN_LIBRARY" GOCACHE=${ERPTOKEN_TOOLS:-$PWD/../../target/tools}/go go build -o "$build/go/example")
    "$build/go/example"
fi
