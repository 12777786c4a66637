# The packages for Python: read by test.sh. pip chooses the one for this machine.
needs python3
python3 -c 'import ensurepip' 2>/dev/null || lacks "no python3-venv"
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links "$package" "erptoken==$version"
for platform in manylinux_2_17_x86_64.manylinux2014_x86_64 manylinux_2_17_aarch64.manylinux2014_aarch64 win_amd64 win32; do
    unpack "$platform" unzip -q "$package/erptoken-$version-py3-none-$platform.whl"
    contains "wheel-${platform%%[0-9_]*}" "$root"
    # pip takes each for such a machine, and all that it looks at is well.
    "$here/venv/bin/pip" install --quiet --disable-pip-version-check --no-index --no-deps --only-binary :all: \
        --platform "${platform#*.}" --target "$here/other/$platform" "$package/erptoken-$version-py3-none-$platform.whl"
done
machine "$here/other/manylinux_2_17_aarch64.manylinux2014_aarch64/erptoken/liberptoken.so" AArch64
cmp "$here/other/win32/erptoken/erptoken.dll" "$target/windows/x86/erptoken.dll" || fail "another DLL for 32 bits"
cmp "$here/other/win_amd64/erptoken/erptoken.dll" "$target/windows/x64/erptoken.dll" || fail "another DLL for 64 bits"
tools=$(realpath -m "${ERPTOKEN_TOOLS:-$target/tools}")
[ -d "$tools/cyclonedx/packaging" ] || lacks "no packaging, see tests/languages/install.sh"
# What an index and other installers ask of it: each field in the version of the format that has it.
PYTHONPATH=$tools/cyclonedx python3 - "$here"/other/*/"erptoken-$version.dist-info/METADATA" <<'PYTHON' || fail "the metadata are not valid"
import sys
from packaging.metadata import Metadata
for name in sys.argv[1:]:
    Metadata.from_email(open(name, "rb").read(), validate=True)
PYTHON
program python <<RUN
exec venv/bin/python -c '
import erptoken, os
with erptoken.Account("senior", username="admin@empresa.com.br", password="senhaUsuario",
                      base_url=os.environ["ERPTOKEN_SANDBOX_SENIOR"]) as account:
    print("a token of", len(account.get()), "characters")
'
RUN
login python
"$here/venv/bin/pip" uninstall --quiet --yes erptoken
! "$here/venv/bin/python" -c 'import erptoken' 2>/dev/null || fail "pip does not take the package away again"
echo "packages: wheel: a login by Python, installed by pip"
