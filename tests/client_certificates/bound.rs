//! Tokens that are bound to a certificate (RFC 8705), by a server of Node's TLS: it gives a token to who shows a
//! certificate, and takes it from the same one alone.

use std::process::Command;

use crate::answer::get;
use crate::client::*;
use crate::made::Made;
use crate::programs::{free_port, Running};
use crate::support::{self, Folder};

const SERVER: &str = r#"
const https = require('https'), fs = require('fs'), crypto = require('crypto');
const [port, version, strict] = process.argv.slice(2);
const read = name => fs.readFileSync(name);
const thumbprint = request => {
  const shown = request.socket.getPeerCertificate();
  return shown && shown.raw ? crypto.createHash('sha256').update(shown.raw).digest('base64url') : '';
};
const options = { key: read('own.key'), cert: read('own.pem'), ca: [read('root.pem'), read('middle.pem')],
  requestCert: true, rejectUnauthorized: strict === "strict", minVersion: version, maxVersion: version };
https.createServer(options, (request, response) => {
  let body = '';
  request.on('data', part => body += part);
  request.on('end', () => {
    const json = (status, value) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const shown = thumbprint(request);
    if (request.url === '/token') {
      const form = new URLSearchParams(body);
      if (!shown || !request.socket.authorized) return json(401, { error: 'invalid_client' });
      const assertion = form.get('client_assertion');
      if (assertion) {
        const [header, claims, signature] = assertion.split('.');
        const own = new crypto.X509Certificate(request.socket.getPeerCertificate().raw).publicKey;
        const key = { key: own, dsaEncoding: 'ieee-p1363' };
        const signed = Buffer.from(signature, 'base64url');
        const told = JSON.parse(Buffer.from(header, 'base64url'));
        const good = crypto.verify('sha256', Buffer.from(header + '.' + claims), key, signed);
        if (!good || told['x5t#S256'] !== shown) return json(401, { error: 'invalid_client' });
      }
      if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'invalid_request' });
      const claims = { sub: form.get('client_id'), cnf: { 'x5t#S256': shown }, jti: crypto.randomUUID() };
      const token = 'eyJhbGciOiJub25lIn0.' + Buffer.from(JSON.stringify(claims)).toString('base64url') + '.';
      return json(200, { access_token: token, token_type: 'Bearer', expires_in: 300 });
    }
    const token = (request.headers.authorization || '').replace('Bearer ', '');
    let claims = {};
    try { claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url')); } catch {}
    if (!claims.cnf || claims.cnf['x5t#S256'] !== shown) return json(403, { error: 'bound to another certificate' });
    json(200, { sub: claims.sub, thumbprint: shown });
  });
}).listen(Number(port), '127.0.0.1');
"#;

const PROFILE: &str = r#"{
  "erptoken_profile": 1, "name": "bound", "title": "Bound",
  "environments": { "production": { "base": "https://localhost:1" } },
  "login": [{ "needs": ["client_id", "client_certificate"], "url": "{base}/token",
    "form": { "grant_type": "client_credentials", "client_id": "{client_id}" },
    "take": { "access_token": ["/access_token"], "expires_in": ["/expires_in"] } }]
}"#;

/// As `PROFILE`, with an assertion that the certificate's key signs.
const ASSERTING: &str = r#"{
  "erptoken_profile": 1, "name": "asserting", "title": "Asserting",
  "environments": { "production": { "base": "https://localhost:1" } },
  "values": { "assertion": { "jwt": "ALGORITHM", "key": "{client_key}",
    "header": { "x5t#S256": "{client_certificate:sha256}" },
    "claims": { "iss": "{client_id}", "exp": "{now+300:integer}", "jti": "{uuid}" } } },
  "login": [{ "needs": ["client_id", "client_certificate", "client_key"], "url": "{base}/token",
    "form": { "grant_type": "client_credentials", "client_id": "{client_id}", "client_assertion": "{assertion}" },
    "take": { "access_token": ["/access_token"], "expires_in": ["/expires_in"] } }]
}"#;

fn account(made: &Made, port: u16, kind: Option<&str>) -> Account {
    let account = Account::open(&made.path("bound.json")).unwrap();
    let base = format!("https://localhost:{port}");
    let ca_file = made.path("own.pem");
    for (name, value) in [("base_url", base.as_str()), ("client_id", "empresa"), ("ca_file", &ca_file)] {
        account.set(name, value).unwrap();
    }
    if let Some(kind) = kind {
        account.set("client_certificate", &made.path(&format!("{kind}.chain"))).unwrap();
        account.set("client_key", &made.path(&format!("{kind}.key"))).unwrap();
    }
    account
}

#[test]
fn a_server_that_closes_without_a_word_may_miss_a_certificate() {
    let Some(program) = support::server("node") else { return };
    let made = Made::new("strict").unwrap();
    made.openssl("req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout own.key -out own.pem");
    made.write("server.js", SERVER);
    made.write("bound.json", &PROFILE.replace(", \"client_certificate\"", ""));
    for version in ["TLSv1.2", "TLSv1.3"] {
        let port = free_port();
        let mut command = Command::new(&program);
        command.current_dir(made.folder.path()).args(["server.js", &port.to_string(), version, "strict"]);
        let _running = Running::start(command, Folder::new(&format!("strict-{port}")), port);
        let failure = account(&made, port, None).get().unwrap_err();
        failure.assert_says(&["client certificate, and there is none", "\"client_certificate\""]);
        assert_eq!(get(&account(&made, port, Some("p256")), "/api").unwrap().status(), 200, "{version}");
    }
}

#[test]
fn a_token_works_with_the_certificate_that_it_is_bound_to_alone() {
    let Some(program) = support::server("node") else { return };
    let made = Made::new("bound").unwrap();
    made.openssl("req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout own.key -out own.pem");
    made.write("server.js", SERVER);
    made.write("bound.json", PROFILE);
    for version in ["TLSv1.2", "TLSv1.3"] {
        let port = free_port();
        let mut command = Command::new(&program);
        command.current_dir(made.folder.path()).args(["server.js", &port.to_string(), version]);
        let _running = Running::start(command, Folder::new(&format!("node-{port}")), port);

        let ours = account(&made, port, Some("p256"));
        let answer = get(&ours, "/api").unwrap();
        assert_eq!((answer.status(), answer.field("/sub")), (200, "empresa".to_owned()), "{version}");

        let missing = account(&made, port, None).refused(ERPTOKEN_E_MISSING);
        missing.assert_says(&["client_certificate"]);
        let other = account(&made, port, Some("rsa"));
        assert_eq!(get(&other, "/api").unwrap().status(), 200);
        assert_ne!(ours.token(), other.token());
        // One that was stolen is of no use.
        let thief = account(&made, port, Some("p384"));
        thief.set("access_token", &ours.token()).unwrap();
        assert_eq!(get(&thief, "/api").unwrap().status(), 403, "{version}");
        let bare = account(&made, port, None);
        bare.set("access_token", &ours.token()).unwrap();
        assert_eq!(get(&bare, "/api").unwrap().status(), 403);
        let owner = account(&made, port, Some("p256"));
        owner.set("access_token", &ours.token()).unwrap();
        assert_eq!(get(&owner, "/api").unwrap().status(), 200);
    }
}

#[test]
fn the_key_of_a_pfx_signs_assertions_too() {
    let Some(program) = support::server("node") else { return };
    let made = Made::new("asserting").unwrap();
    made.openssl("req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout own.key -out own.pem");
    made.write("server.js", SERVER);
    let port = free_port();
    let mut command = Command::new(&program);
    command.current_dir(made.folder.path()).args(["server.js", &port.to_string(), "TLSv1.3"]);
    let _running = Running::start(command, Folder::new(&format!("asserting-{port}")), port);
    for (algorithm, kind) in [("RS256", "rsa"), ("ES256", "p256")] {
        made.openssl(&format!(
            "pkcs12 -export -inkey {kind}.key -in {kind}.pem -certfile middle.pem -out {kind}.pfx -passout pass:S3nha"
        ));
        made.write("bound.json", &ASSERTING.replace("ALGORITHM", algorithm));
        let account = account(&made, port, None);
        account.set("client_certificate_password", "S3nha").unwrap();
        account.set("client_certificate", &made.path(&format!("{kind}.pfx"))).unwrap();
        assert_eq!(get(&account, "/api").unwrap().status(), 200, "{algorithm}");
    }
}
