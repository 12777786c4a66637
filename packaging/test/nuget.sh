# The package for .NET, by Debian's nuget: read by test.sh. A project of .NET Framework is built by xbuild and run on Mono;
# .NET 8 gets what a publication would lay down. (There is no .NET SDK and no .NET Framework here.)
needs nuget xbuild
tools=$(realpath -m "${ERPTOKEN_TOOLS:-$target/tools}")
[ ! -x "$tools/dotnet/dotnet" ] || PATH=$tools/dotnet:$PATH
needs dotnet
mkdir -p "$here/home" "$here/$kind"
HOME=$here/home XDG_CONFIG_HOME=$here/home nuget install ErpToken -Version "$version" -Source "$package" -OutputDirectory "$here/packages" -NonInteractive \
    >"$here/nuget.txt" 2>&1 || fail "$(<"$here/nuget.txt")"
root=$here/packages/ErpToken.$version
contains nuget "$root"
machine "$root/runtimes/linux-arm64/native/liberptoken.so" AArch64
cmp "$root/runtimes/win-x86/native/erptoken.dll" "$target/windows/x86/erptoken.dll" || fail "another DLL for x86"
cmp "$root/runtimes/win-x64/native/erptoken.dll" "$target/windows/x64/erptoken.dll" || fail "another DLL for x64"

# A project: the libraries of all machines lie in the folder that the program is built into. (Without the property xbuild wants
# Mono's copies of old frameworks, a hundred packages; with it, it takes what mcs takes.)
mkdir -p "$here/project"
cp packaging/test/Login.{cs,csproj} "$here/project/"
(cd "$here/project" && ErpTokenPackage=$root xbuild /nologo /verbosity:quiet /p:NoCompilerStandardLib=false Login.csproj) >"$here/xbuild.txt" 2>&1 || fail "$(<"$here/xbuild.txt")"
for native in win-x86/native/erptoken.dll win-x64/native/erptoken.dll linux-x64/native/liberptoken.so; do
    [ -e "$here/project/bin/runtimes/$native" ] || fail "the project did not copy $native"
done
program framework <<RUN
exec mono project/bin/Login.exe
RUN
# What was made for 4.0 uses nothing newer.
mkdir "$here/net40"
cp -r "$root/lib/net40/." "$here/project/bin/runtimes" "$here/net40/"
mcs -out:"$here/net40/Login.exe" -r:"$here/net40/ErpToken.dll" packaging/test/Login.cs
program net40 <<RUN
exec mono net40/Login.exe
RUN
# .NET 8.
mkdir "$here/core"
cp -r "$root/lib/netstandard2.0/." "$root/runtimes" "$here/core/"
mcs -out:"$here/core/Login.exe" -r:"$here/core/ErpToken.dll" -r:"$(packaging/mono-api.sh)/netstandard.dll" packaging/test/Login.cs
sed "s/@VERSION@/$version/" packaging/test/login.deps.json >"$here/core/Login.deps.json"
cp examples-dotnet/runtimeconfig.json "$here/core/Login.runtimeconfig.json"
program core <<RUN
exec dotnet exec --depsfile core/Login.deps.json --runtimeconfig core/Login.runtimeconfig.json core/Login.exe
RUN
login framework net40 core
echo "packages: nuget: installed by nuget, a project by xbuild on Mono, the assembly for 4.0 on Mono, .NET 8"
