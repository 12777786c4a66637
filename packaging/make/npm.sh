# erptoken-VERSION.tgz, for Node.js: read by release.sh.
# needs: npm x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
begin npm
cp include/node/erptoken.js packaging/make/npm.md "$stage/"
mv "$stage/npm.md" "$stage/README.md"
filled package.json >"$stage/package.json"
papers "$stage"
put() { # put FILE FOLDER
    install -D -m 644 "$1" "$stage/native/$2/${1##*/}"
}
put "$target/linux/x64/liberptoken.so" linux-x64
put "$target/linux/arm64/liberptoken.so" linux-arm64
put "$target/windows/x64/erptoken.dll" win32-x64
put "$target/windows/x86/erptoken.dll" win32-ia32
settle
# npm gives every file a time of its own choice.
(cd "$stage" && npm pack --silent --offline --pack-destination "$folder" >/dev/null)
