# erptoken-VERSION-win.zip: read by release.sh.
# needs: zip unzip x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
begin "erptoken-$version-win"
known "$stage"
papers "$stage"
cp README*.md CHANGELOG.md SECURITY.md "$stage/"
cp -r include/. "$stage/include/"
rm -f "$stage/include/symbols.txt"
packaging/fill.sh erptokenConfig.cmake "$stage" cmake -
packaging/fill.sh erptokenConfigVersion.cmake "$stage" cmake -
# The editors of VB6 and old Delphis want both characters at the end of a line.
find "$stage" -type f -exec sed -i 's/\r*$/\r/' {} +
for machine in x86 x64; do
    mkdir "$stage/win-$machine"
    cp "$target/windows/$machine"/{erptoken.dll,erptoken_advpl.dll,liberptoken.dll.a,erptoken.lib,erptoken.def} "$stage/win-$machine/"
done
# The command: every Windows runs that of 32 bits.
cp "$target/windows/x86/erptoken.exe" "$stage/win-x86/"
LC_ALL=C "$ERPTOKEN_COMMAND" completions powershell | sed 's/\r*$/\r/' >"$stage/win-x86/erptoken.completion.ps1"
zipped "$folder/erptoken-$version-win.zip" "$folder/stage"
