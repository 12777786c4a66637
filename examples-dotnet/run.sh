#!/bin/sh
# Builds the examples with Mono's compiler and runs each on Mono and on .NET, against a provider on this machine.
# `./run.sh` does everything, the library included. Needs Debian's mono-mcs, mono-runtime and
# libmono-system-net-http4.0-cil; and dotnet, or what tests/languages/install.sh brings.
set -eu
cd "$(dirname "$0")"
. ../examples-c/with_sandbox.sh

tools=${ERPTOKEN_TOOLS:-../target/tools}
[ ! -x "$tools/dotnet/dotnet" ] || PATH="$(cd "$tools/dotnet" && pwd):$PATH"

has mcs || exit 0
[ $# -gt 0 ] || set -- SeniorFreight InvoisysRenewal AssineApplication
for example; do
    mcs -warnaserror -r:System.Net.Http.dll -out:"$build/$example.exe" "$example.cs" ../include/ErpToken.cs
    if has mono; then
        echo "-- $example, Mono"
        mono "$build/$example.exe"
    fi
    if has dotnet; then
        echo "-- $example, .NET"
        dotnet exec --runtimeconfig runtimeconfig.json "$build/$example.exe"
    fi
done
