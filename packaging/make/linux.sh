# erptoken-VERSION-linux-x64.tar.gz and -arm64: read by release.sh.
for machine in x64 arm64; do
    built=$target/linux/$machine
    begin "erptoken-$version-linux-$machine"
    known "$stage"
    papers "$stage"
    cp README*.md CHANGELOG.md "$stage/"
    PREFIX=$stage packaging/install.sh "$built"
    # What is copied into a program; ErpToken.bas is for Windows alone.
    cp -r include/. "$stage/include/"
    rm -f "$stage/include"/{ErpToken.bas,symbols.txt}
    rm -rf "$stage/include"/{foxpro,powerbuilder}
    settle
    (cd "$folder/stage" && tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - -- *) |
        gzip -9n >"$folder/erptoken-$version-linux-$machine.tar.gz"
done
