# For deb.sh and rpm.sh: what is installed below $root is used: the library by pkg-config from C, and the command.
# usage: . system.sh LIBDIR
used() {
    local flags libraries=$root/usr/$1
    contains "$kind" "$root"
    whole "$kind" "$root/usr/share/erptoken"
    mkdir -p "$here/$kind"
    mapfile -t flags < <(PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --cflags --libs erptoken | xargs printf '%s\n')
    cc "$root/usr/share/erptoken/examples-c/minimal.c" -o "$here/$kind/minimal" "${flags[@]}"
    program library <<RUN
LD_LIBRARY_PATH="$libraries" exec $kind/minimal
RUN
    program command <<RUN
export ERPTOKEN_USERNAME=admin@empresa.com.br ERPTOKEN_PASSWORD=senhaUsuario
token=\$("$root/usr/bin/erptoken" get senior --set "base_url=\$ERPTOKEN_SANDBOX_SENIOR")
echo "a token of \${#token} characters"
RUN
    # minimal.c says it in other words.
    examples-c/run.sh "$sandbox" "$here/$kind/library" >"$here/$kind.txt" 2>&1 || fail "$(<"$here/$kind.txt")"
    login command
}
