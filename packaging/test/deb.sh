# The packages for Debian: read by test.sh. dpkg installs into an empty folder.
needs dpkg dpkg-deb
. packaging/test/system.sh
root=$here/root-deb
mkdir -p "$root/var/lib/dpkg"/{updates,info,triggers}
touch "$root/var/lib/dpkg/status"
# It knows no C library in there, and where there is no root to be, it does without.
dpkg --root="$root" --force-depends --force-not-root --force-script-chrootless --log=/dev/null -i "$package/erptoken_${version}_amd64.deb" \
    >"$here/dpkg.txt" 2>&1 || fail "$(<"$here/dpkg.txt")"
same "what a package needs that is built with this one" "liberptoken 1 erptoken (>= $version)" "$(<"$root/var/lib/dpkg/info/erptoken.shlibs")"
dpkg --root="$root" -V erptoken || fail "dpkg finds other files than the package had"
rm -rf "$root/var"
used lib/x86_64-linux-gnu
same "the files for amd64 and arm64" "$(dpkg-deb -c "$package/erptoken_${version}_amd64.deb" | awk '{print $6}' | sed 's/x86_64/aarch64/')" \
    "$(dpkg-deb -c "$package/erptoken_${version}_arm64.deb" | awk '{print $6}')"
dpkg-deb -x "$package/erptoken_${version}_arm64.deb" "$here/deb-arm64"
machine "$here/deb-arm64/usr/bin/erptoken" AArch64
machine "$here/deb-arm64/usr/lib/aarch64-linux-gnu/liberptoken.so.1" AArch64
echo "packages: deb: installed by dpkg: C by pkg-config, the command"
