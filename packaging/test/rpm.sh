# The packages for Red Hat: read by test.sh. rpm installs into an empty folder, where it may; else it is unpacked.
needs rpm rpm2cpio cpio
. packaging/test/system.sh
root=$here/root-rpm
mkdir -p "$root"
if [ "$(id -u)" = 0 ]; then
    rpm --root "$root" --initdb
    # No C library and no ldconfig in there.
    rpm --root "$root" --install --nodeps --noscripts --force-debian "$package/erptoken-$version-1.x86_64.rpm" 2>"$here/rpm.txt" || fail "$(<"$here/rpm.txt")"
    rpm --root "$root" --verify --nodeps erptoken || fail "rpm finds other files than the package had"
    find "$root" -mindepth 1 -maxdepth 1 ! -name usr -exec rm -rf {} +
    rm -rf "$root/usr/lib/sysimage"
else
    (cd "$root" && rpm2cpio "$package/erptoken-$version-1.x86_64.rpm" | cpio --quiet -idm)
fi
used lib64
same "the files for x86-64 and aarch64" "$(rpm -qpl "$package/erptoken-$version-1.x86_64.rpm")" "$(rpm -qpl "$package/erptoken-$version-1.aarch64.rpm")"
# What Red Hat 7 asks of a package, and what this one asks of the system.
needed=$(rpm -qp --requires "$package/erptoken-$version-1.x86_64.rpm")
! grep -q 'PayloadIsZstd\|pkg-config' <<<"$needed" || fail "the package needs $needed"
same "the newest glibc that the package needs, and 2.17" "$({ grep -o 'GLIBC_[0-9.]*' <<<"$needed"; echo GLIBC_2.17; } | sort -V | tail -n 1)" GLIBC_2.17
mkdir "$here/rpm-arm64"
(cd "$here/rpm-arm64" && rpm2cpio "$package/erptoken-$version-1.aarch64.rpm" | cpio --quiet -idm)
machine "$here/rpm-arm64/usr/bin/erptoken" AArch64
echo "packages: rpm: installed: C by pkg-config, the command"
