# erptoken_VERSION_amd64.deb and _arm64.deb, for Debian and Ubuntu: library, headers, command, in one: read by release.sh.
# needs: dpkg-deb
maintainer="The erptoken contributors <erptoken@example.invalid>"
for machine in x64:amd64:x86_64-linux-gnu arm64:arm64:aarch64-linux-gnu; do
    IFS=: read -r machine name triplet <<<"$machine"
    begin deb
    DESTDIR=$stage PREFIX=/usr LIBDIR=lib/$triplet packaging/install.sh "$target/linux/$machine"
    chmod 644 "$stage/usr/lib/$triplet/liberptoken.so.1"
    gzip -9n "$stage"/usr/share/man/{,pt_BR/}man1/erptoken.1
    shared "$stage/usr/share/erptoken"
    papers "$stage/usr/share/doc/erptoken"
    {
        printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: erptoken\n\n'
        printf 'Files: *\nCopyright: %s\nLicense: MIT or Apache-2.0\n LICENSE-MIT, LICENSE-APACHE; crates: LICENSES-OF-CRATES.txt\n' \
            "$(sed -n 's/^Copyright (c) //p' LICENSE-MIT)"
    } >"$stage/usr/share/doc/erptoken/copyright"
    printf 'erptoken (%s) stable; urgency=medium\n\n  * See /usr/share/erptoken/CHANGELOG.md.\n\n -- %s  %s\n' "$version" \
        "$maintainer" "$(date -Rd "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$stage/usr/share/doc/erptoken/changelog.gz"
    mkdir "$stage/DEBIAN"
    cat >"$stage/DEBIAN/control" <<CONTROL
Package: erptoken
Version: $version
Architecture: $name
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$stage" | cut -f 1)
Depends: libc6 (>= 2.17), libgcc-s1 | libgcc1
Recommends: ca-certificates
Section: libs
Priority: optional
Description: access tokens for ERP and freight programs
$(fold -s -w 78 <<<"$description." | sed 's/^/ /; s/ *$//')
 .
 The library with headers, files for pkg-config and CMake, the command erptoken,
 and in /usr/share/erptoken profiles, documents, examples, and files to copy for
 other languages.
CONTROL
    echo 'activate-noawait ldconfig' >"$stage/DEBIAN/triggers"
    # What a package depends on that is built with this one.
    echo "liberptoken 1 erptoken (>= $version)" >"$stage/DEBIAN/shlibs"
    (cd "$stage" && find usr -type f | sort | xargs -d '\n' md5sum >DEBIAN/md5sums)
    settle
    # One thread: how many there are would show in the bytes.
    dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$stage" "$folder/erptoken_${version}_$name.deb" >/dev/null
done
