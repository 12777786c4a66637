# The package for Delphi: read by test.sh. Boss itself is not at hand: laid out as it does, compiled with Free Pascal for
# Windows, for both kinds of programs, and run in Wine.
[ "$(id -u)" = 0 ] || lacks "Wine is run as root"
for part in pascal wine; do
    [ -e "$target/windows/$part/done" ] || lacks "no $part, see tests/windows/install.sh"
done
needs x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
root=$here/modules/erptoken
mkdir -p "$root"
unzip -q "$package/erptoken-$version-boss.zip" -d "$root"
contains boss "$root"
source=$(python3 -c 'import json, sys; told = json.load(open(sys.argv[1])); print(told["mainsrc"]); assert told["version"] == sys.argv[2]' \
    "$root/boss.json" "$version")
programs=()
for bits in x64:64:x86_64 x86:32:i686; do
    IFS=: read -r bits system prefix <<<"$bits"
    folder=$target/windows/wine/work/package-boss-$bits
    rm -rf "$folder"
    mkdir -p "$folder"
    "$target/windows/pascal/bin/$bits" -n -v0 "-Twin$system" -Mdelphi -Fu"$target/windows/pascal/$bits" -Fu"$root/$source" \
        -FU"$folder" -FE"$folder" "$root/examples/SeniorFreight.dpr"
    cp "$root/win-$bits/erptoken.dll" "$folder/"
    mkdir -p "$here/$bits"
    printf '#!/bin/sh\nexec "%s/tests/windows/wine.sh" package-boss-%s wine SeniorFreight.exe\n' "$PWD" "$bits" >"$here/$bits/boss"
    chmod +x "$here/$bits/boss"
    programs+=("$here/$bits/boss")
done
examples-c/run.sh "$sandbox" "${programs[@]}" >"$here/run.txt" || fail "$(<"$here/run.txt")"
[ "$(grep -c '^logins: 1' "$here/run.txt")" = 2 ] || fail "$(<"$here/run.txt")"
rm -rf "$target"/windows/wine/work/package-boss-*
echo "packages: boss: its example by Free Pascal, for x64 and x86"
