# erptoken-VERSION-1.x86_64.rpm and .aarch64.rpm, for Red Hat, Oracle Linux and SUSE: read by release.sh.
# needs: rpmbuild
for machine in x64:x86_64 arm64:aarch64; do
    IFS=: read -r machine name <<<"$machine"
    begin rpm
    DESTDIR=$stage PREFIX=/usr LIBDIR=lib64 packaging/install.sh "$target/linux/$machine"
    gzip -9n "$stage"/usr/share/man/{,pt_BR/}man1/erptoken.1
    shared "$stage/usr/share/erptoken"
    papers "$stage/usr/share/doc/erptoken"
    settle
    filled erptoken.spec | fold -s -w 79 | sed 's/ *$//' >"$folder/stage/erptoken.spec"
    # Of today's ways to pack, one that Red Hat 7 can read; of this machine, nothing.
    rpmbuild -bb --target "$name-linux" --define "_topdir $folder/stage/top" --define "tree $stage" \
        --define "_rpmdir $folder" --define "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm" \
        --define "_binary_payload w6.xzdio" --define "_binary_filedigest_algorithm 8" --define "_buildhost erptoken" \
        --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
        --define "_build_id_links none" --define "debug_package %{nil}" --define "__os_install_post %{nil}" \
        "$folder/stage/erptoken.spec" >"$folder/stage/log" 2>&1 || { cat "$folder/stage/log" >&2; exit 1; }
done
