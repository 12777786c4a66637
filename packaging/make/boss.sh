# erptoken-VERSION-boss.zip, for Delphi: read by release.sh. Boss takes packages from git repositories, so that this is what
# lies in one: commit it, with a tag of the version, to a repository of yours.
# needs: zip unzip x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
begin boss
mkdir "$stage/src"
cp include/ErpToken.pas "$stage/src/"
for example in examples-delphi/*.dpr; do
    install -D -m 644 "$example" "$stage/examples/${example##*/}"
done
for machine in x86 x64; do
    install -D -m 644 "$target/windows/$machine/erptoken.dll" "$stage/win-$machine/erptoken.dll"
done
papers "$stage"
filled boss.json >"$stage/boss.json"
filled boss.md >"$stage/README.md"
find "$stage" -type f ! -name '*.dll' -exec sed -i 's/\r*$/\r/' {} +
zipped "$folder/erptoken-$version-boss.zip" "$stage"
