# erptoken-VERSION.cdx.json: read by release.sh.
cp "$folder/papers/erptoken.cdx.json" "$folder/erptoken-$version.cdx.json"
