# The bill of materials: read by test.sh.
tools=$(realpath -m "${ERPTOKEN_TOOLS:-$target/tools}")
[ -d "$tools/cyclonedx/cyclonedx" ] || lacks "no cyclonedx-python-lib, see tests/languages/install.sh"
bom=$package/erptoken-$version.cdx.json
PYTHONPATH=$tools/cyclonedx python3 - "$bom" <<'PYTHON' || fail "the bill of materials does not fit its schema"
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
told = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())
sys.exit(told and str(told))
PYTHON
# The same crates as in the list of licences, each with its checksum; nothing of this machine.
same "the crates in the bill of materials and in the licences" \
    "$(python3 -c 'import json, sys
for part in json.load(open(sys.argv[1]))["components"]: print(part["name"], part["version"]) if part.get("hashes") and part["licenses"] else None' "$bom" | sort)" \
    "$(grep -E '^[a-z0-9_-]+ [0-9][^ ]* \(.*\)$' "$package/papers/LICENSES-OF-CRATES.txt" | sed 's/ (.*//' | sort -u)"
grep -q '"name": "std"' "$bom" || fail "the bill of materials does not name Rust's standard library"
for path in "${HOME%/}/" "$PWD/"; do
    ! grep -qF "$path" "$bom" || fail "the bill of materials tells of this machine's $path"
done
echo "packages: sbom: $(grep -c '"bom-ref": "pkg:cargo' "$bom") crates"
