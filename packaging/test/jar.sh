# The jar for Java, and the folder for Maven: read by test.sh. (What Maven itself needs of plug-ins is not at hand.)
needs java javac
jna=/usr/share/java/jna.jar
unpack maven unzip -q "$package/erptoken-$version-maven.zip"
contains maven "$root"
place="$root/erptoken/erptoken/$version"
cmp "$place/erptoken-$version.jar" "$package/erptoken-$version.jar" || fail "another jar for Maven"
for file in "$place"/*.sha1; do
    same "the sum in $file" "$(<"$file")" "$(sha1sum <"${file%.sha1}" | cut -c 1-40)"
done
python3 - "$place/erptoken-$version.pom" "$version" <<'POM'
import sys, xml.etree.ElementTree as tree
space = {"m": "http://maven.apache.org/POM/4.0.0"}
pom = tree.parse(sys.argv[1]).getroot()
told = [pom.findtext("m:" + name, None, space) for name in ("groupId", "artifactId", "version")]
assert told == ["erptoken", "erptoken", sys.argv[2]], told
assert pom.findtext("m:dependencies/m:dependency/m:artifactId", None, space) == "jna"
POM
unpack jar unzip -q "$package/erptoken-$version.jar"
rm -f "$root"/erptoken/*\$*.class # Not named one by one.
contains jar "$root"
machine "$root/linux-aarch64/liberptoken.so" AArch64
cmp "$root/linux-x86-64/liberptoken.so" "$target/linux/x64/liberptoken.so" || fail "another library in the jar"
mkdir "$here/java"
cp "$package/erptoken-$version.jar" "$here/java/"
javac -cp "$here/java/erptoken-$version.jar" -d "$here/java" packaging/test/Login.java
program java <<RUN
exec java -cp "java:java/erptoken-$version.jar:$jna" Login
RUN
login java
echo "packages: jar: a login by OpenJDK, with the library out of the jar"
