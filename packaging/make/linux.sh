# erptoken-VERSION-linux-x64.tar.gz and -arm64: read by release.sh.
# needs: cc cmake pkg-config readelf
for machine in x64 arm64; do
    begin "erptoken-$version-linux-$machine"
    shared "$stage"
    papers "$stage"
    PREFIX=$stage packaging/install.sh "$target/linux/$machine"
    settle
    (cd "$folder/stage" && tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - -- *) |
        gzip -9n >"$folder/erptoken-$version-linux-$machine.tar.gz"
done
