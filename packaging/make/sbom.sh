# erptoken-VERSION.cdx.json: read by release.sh.
# needs: python3
cp "$folder/papers/erptoken.cdx.json" "$folder/erptoken-$version.cdx.json"
