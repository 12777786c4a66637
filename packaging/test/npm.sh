# The package for Node.js: read by test.sh. koffi comes from npm's store on this machine, else from the registry.
needs node npm
mkdir -p "$here/app"
echo '{ "private": true }' >"$here/app/package.json"
(cd "$here/app" && npm install --silent --no-audit --no-fund --ignore-scripts --prefer-offline "$package/erptoken-$version.tgz") \
    >"$here/npm.txt" 2>&1 || fail "$(<"$here/npm.txt")"
root=$here/app/node_modules/erptoken
contains npm "$root"
[ -d "$here/app/node_modules/koffi" ] || fail "npm did not bring koffi"
machine "$root/native/linux-arm64/liberptoken.so" AArch64
cat >"$here/app/login.js" <<'JS'
const erptoken = require('erptoken');
const account = new erptoken.Account('senior', {
    username: 'admin@empresa.com.br', password: 'senhaUsuario', base_url: process.env.ERPTOKEN_SANDBOX_SENIOR,
});
console.log(`a token of ${account.get().length} characters`);
account.close();
JS
program node <<RUN
exec node app/login.js
RUN
login node
echo "packages: npm: a login by Node.js"
