# erptoken-VERSION-py3-none-PLATFORM.whl, for Python, one for each platform: read by release.sh.
# needs: openssl basenc zip unzip x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
for platform in linux/x64/liberptoken.so:manylinux_2_17_x86_64.manylinux2014_x86_64 \
    linux/arm64/liberptoken.so:manylinux_2_17_aarch64.manylinux2014_aarch64 \
    windows/x64/erptoken.dll:win_amd64 windows/x86/erptoken.dll:win32; do
    info=erptoken-$version.dist-info
    begin wheel
    mkdir -p "$stage/erptoken" "$stage/$info/sboms"
    cp include/python/erptoken.py "$stage/erptoken/__init__.py"
    install -m 644 "$target/${platform%:*}" "$stage/erptoken/"
    papers "$stage/$info/licenses"
    mv "$stage/$info/licenses/erptoken.cdx.json" "$stage/$info/sboms/"
    { filled METADATA; cat packaging/make/wheel.md; } >"$stage/$info/METADATA"
    {
        printf 'Wheel-Version: 1.0\nGenerator: erptoken %s\nRoot-Is-Purelib: false\n' "$version"
        tr . '\n' <<<"${platform#*:}" | sed 's/^/Tag: py3-none-/'
    } >"$stage/$info/WHEEL"
    # What is in it, as pip wants to know it. The list comes last, without a hash of its own.
    (cd "$stage" && find . -type f | sed 's|^\./||' | sort | while read -r file; do
        printf '%s,sha256=%s,%s\n' "$file" "$(openssl dgst -sha256 -binary "$file" | basenc --base64url | tr -d =)" "$(stat -c %s "$file")"
    done; echo "$info/RECORD,,") >"$folder/stage/RECORD"
    mv "$folder/stage/RECORD" "$stage/$info/RECORD"
    zipped "$folder/erptoken-$version-py3-none-${platform#*:}.whl" "$stage"
done
