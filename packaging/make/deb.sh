# erptoken_VERSION_amd64.deb and _arm64.deb, for Debian and Ubuntu: library, headers, command, in one: read by release.sh.
# needs: dpkg-deb
for machine in x64:amd64:x86_64-linux-gnu arm64:arm64:aarch64-linux-gnu; do
    IFS=: read -r machine name triplet <<<"$machine"
    begin deb
    DESTDIR=$stage PREFIX=/usr LIBDIR=lib/$triplet packaging/install.sh "$target/linux/$machine"
    shared "$stage/usr/share/erptoken"
    papers "$stage/usr/share/doc/erptoken"
    {
        printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: erptoken\n\n'
        printf 'Files: *\nCopyright: the erptoken contributors\nLicense: MIT or Apache-2.0\n LICENSE-MIT, LICENSE-APACHE; crates: LICENSES-OF-CRATES.txt\n'
    } >"$stage/usr/share/doc/erptoken/copyright"
    gzip -9n <CHANGELOG.md >"$stage/usr/share/doc/erptoken/changelog.gz"
    mkdir "$stage/DEBIAN"
    cat >"$stage/DEBIAN/control" <<CONTROL
Package: erptoken
Version: $version
Architecture: $name
Maintainer: The erptoken contributors <erptoken@example.invalid>
Installed-Size: $(du -sk --apparent-size "$stage" | cut -f 1)
Depends: libc6 (>= 2.17), libgcc-s1 | libgcc1
Section: libs
Priority: optional
Description: access tokens for ERP and freight programs
 $description.
 .
 The library with headers, files for pkg-config and CMake, the command erptoken, and in /usr/share/erptoken profiles,
 documents, examples, and files to copy for other languages.
CONTROL
    echo 'activate-noawait ldconfig' >"$stage/DEBIAN/triggers"
    (cd "$stage" && find usr -type f | sort | xargs -d '\n' md5sum >DEBIAN/md5sums)
    settle
    # One thread: how many there are would show in the bytes.
    dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$stage" "$folder/erptoken_${version}_$name.deb" >/dev/null
done
