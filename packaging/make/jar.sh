# erptoken-VERSION.jar with the libraries in it, where JNA looks for them; and erptoken-VERSION-maven.zip, the same with
# -sources.jar and .pom as a Maven repository has them: read by release.sh.
# needs: javac /usr/share/java/jna.jar zip unzip x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
begin jar
mkdir -p "$stage/erptoken" "$stage/META-INF"
# For Java 8; a newer compiler would say that this is old.
javac --release 8 -Xlint:-options -encoding UTF-8 -cp /usr/share/java/jna.jar -d "$stage" include/java/ErpToken.java
put() { # put FILE FOLDER
    install -D -m 644 "$1" "$stage/$2/${1##*/}"
}
put "$target/linux/x64/liberptoken.so" linux-x86-64
put "$target/linux/arm64/liberptoken.so" linux-aarch64
put "$target/windows/x64/erptoken.dll" win32-x86-64
put "$target/windows/x86/erptoken.dll" win32-x86
papers "$stage/META-INF"
manifest='META-INF/MANIFEST.MF'
printf 'Manifest-Version: 1.0\r\nAutomatic-Module-Name: erptoken\r\nImplementation-Title: erptoken\r\nImplementation-Version: %s\r\n\r\n' \
    "$version" >"$stage/$manifest"
zipped "$folder/erptoken-$version.jar" "$stage" "$manifest"

place=erptoken/erptoken/$version
begin sources
mkdir -p "$stage/erptoken" "$stage/META-INF"
printf 'Manifest-Version: 1.0\r\n\r\n' >"$stage/$manifest"
cp include/java/ErpToken.java "$stage/erptoken/"
zipped "$folder/sources.jar" "$stage" "$manifest"
begin maven
mkdir -p "$stage/$place"
mv "$folder/sources.jar" "$stage/$place/erptoken-$version-sources.jar"
cp "$folder/erptoken-$version.jar" "$stage/$place/"
filled pom.xml >"$stage/$place/erptoken-$version.pom"
for file in "$stage/$place"/*; do
    sha1sum <"$file" | cut -c 1-40 | tr -d '\n' >"$file.sha1"
done
zipped "$folder/erptoken-$version-maven.zip" "$stage"
