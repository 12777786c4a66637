# ErpToken.VERSION.nupkg: read by release.sh. Mono's compiler makes the assemblies.
# needs: mcs mono apt-get zip unzip x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
begin nuget
api=$(packaging/mono-api.sh)

# assembly FOLDER NAME OPTION...: ErpToken.dll and its documentation, for the framework of that name
assembly() {
    mkdir -p "$stage/$1"
    cat >"$folder/stage/About.cs" <<CS
[assembly: System.Reflection.AssemblyTitle("ErpToken")]
[assembly: System.Reflection.AssemblyDescription("$description")]
[assembly: System.Reflection.AssemblyVersion("${version%%-*}.0")]
[assembly: System.Reflection.AssemblyInformationalVersion("$version")]
[assembly: System.Runtime.Versioning.TargetFramework("$2")]
CS
    # Not everything public needs a comment (1591).
    mcs -deterministic -optimize -target:library -nowarn:1591 -out:"$stage/$1/ErpToken.dll" -doc:"$stage/$1/ErpToken.xml" "${@:3}" \
        include/ErpToken.cs "$folder/stage/About.cs"
}

assembly lib/net40 .NETFramework,Version=v4.0 -nostdlib -noconfig -define:ERPTOKEN_NO_HTTP \
    -r:"$api/mscorlib.dll" -r:"$api/System.dll" -r:"$api/System.Core.dll"
assembly lib/net45 .NETFramework,Version=v4.5 -r:System.Net.Http.dll
mkdir "$stage/lib/netstandard2.0"
cp "$stage/lib/net45/ErpToken.xml" "$stage/lib/netstandard2.0/"
mcs -out:"$folder/stage/standard.exe" -r:"$api/cecil/Mono.Cecil.dll" packaging/make/Standard.cs
MONO_PATH=$api/cecil mono "$folder/stage/standard.exe" "$stage/lib/net45/ErpToken.dll" "$stage/lib/netstandard2.0/ErpToken.dll" "$api/netstandard.dll"

for machine in x64 arm64; do
    install -D -m 644 "$target/linux/$machine/liberptoken.so" "$stage/runtimes/linux-$machine/native/liberptoken.so"
done
for machine in x86 x64; do
    install -D -m 644 "$target/windows/$machine/erptoken.dll" "$stage/runtimes/win-$machine/native/erptoken.dll"
done
# .NET Framework and Mono know no runtimes/: the project copies it.
# (buildTransitive: also a program that refers to a project which refers to the package, from NuGet 5 on.)
for place in build buildTransitive; do
    install -D -m 644 packaging/make/ErpToken.targets "$stage/$place/net40/ErpToken.targets"
done
papers "$stage"
cp packaging/make/nuget.md "$stage/README.md"
filled ErpToken.nuspec >"$stage/ErpToken.nuspec"
mkdir "$stage/_rels"
cp packaging/make/rels.xml "$stage/_rels/.rels"
cp packaging/make/types.xml "$stage/[Content_Types].xml"
chmod -x "$stage"/lib/*/ErpToken.dll
zipped "$folder/ErpToken.$version.nupkg" "$stage" '[Content_Types].xml' _rels/.rels ErpToken.nuspec
