//! Certificates as people make them with OpenSSL, shown by nginx: which of them `ca_file` makes trusted, and what is said of
//! the others.

use std::fs;
use std::process::Command;

use crate::answer::get;
use crate::child::{asked, LANGUAGE};
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::programs::{free_port, Running};
use crate::support::{self, Folder};

/// What signs itself: its name and how it is made. `K` stands for key and certificate.
const SELF_SIGNED: [(&str, &[&str]); 12] = [
    ("names and CA", &["req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=x -addext subjectAltName=DNS:localhost K"]),
    ("the simplest", &["req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost K"]),
    ("all names", &["req -x509 -newkey rsa:3072 -nodes -days 9 -subj /O=Empresa/CN=localhost -sha512 K"]),
    (
        "elliptic",
        &["req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=x -addext subjectAltName=DNS:localhost K"],
    ),
    (
        "elliptic 384",
        &["req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 -nodes -days 9 -subj /CN=localhost K"],
    ),
    (
        "no CA",
        &["req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=x -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE K"],
    ),
    (
        "address",
        &["req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=x -addext subjectAltName=DNS:localhost,IP:127.0.0.1 K"],
    ),
    ("edwards", &["req -x509 -newkey ed25519 -nodes -days 9 -subj /CN=x -addext subjectAltName=DNS:localhost K"]),
    (
        "for clients",
        &["req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=x -addext subjectAltName=DNS:localhost -addext extendedKeyUsage=clientAuth -addext keyUsage=critical,digitalSignature K"],
    ),
    (
        "with what nobody knows",
        &["req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=x -addext subjectAltName=DNS:localhost -addext 1.2.3.4=critical,ASN1:UTF8String:x K"],
    ),
    ("sha1", &["req -x509 -sha1 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost K"]),
    (
        "version 1",
        &[
            "req -new -newkey rsa:2048 -nodes -subj /CN=localhost -keyout NAME.key -out NAME.csr",
            "x509 -req -in NAME.csr -signkey NAME.key -days 9 -out NAME.pem",
        ],
    ),
];

/// What the authority of this test signs: a name, the request, the extensions, how it is signed.
const SIGNED: [(&str, &str, &str, &str); 7] = [
    ("good", "-newkey rsa:2048 -subj /CN=x", "subjectAltName=DNS:localhost", ""),
    (
        "address as name",
        "-newkey rsa:2048 -subj /CN=127.0.0.1",
        "subjectAltName=DNS:127.0.0.1,DNS:localhost",
        "",
    ),
    ("only CN", "-newkey rsa:2048 -subj /CN=localhost", "basicConstraints=CA:FALSE", ""),
    (
        "other",
        "-newkey rsa:2048 -subj /CN=localhost",
        "subjectAltName=DNS:outra.erptoken.test,IP:10.9.8.7",
        "",
    ),
    ("short", "-newkey rsa:1024 -subj /CN=localhost", "subjectAltName=DNS:localhost", ""),
    ("signed with sha1", "-newkey rsa:2048 -subj /CN=localhost", "subjectAltName=DNS:localhost", " -sha1"),
    ("signed old", "-newkey rsa:2048 -subj /CN=localhost", "", ""),
];

struct Servers {
    running: Running,
    ground: Ground,
    ports: Vec<(&'static str, u16)>,
}

fn file(name: &str) -> String {
    name.replace(' ', "-")
}

fn openssl(folder: &Folder, arguments: &str) {
    support::succeed(Command::new("openssl").current_dir(folder.path()).args(arguments.split(' ')));
}

impl Servers {
    fn start() -> Option<Servers> {
        let program = support::server("nginx")?;
        support::server("openssl")?;
        let ground = Ground::new();
        let first = free_port();
        let folder = Folder::new(&format!("certificates-{first}"));
        for name in ["authority", "weak authority"] {
            let bits = if name == "authority" { 2048 } else { 1024 };
            let name = file(name);
            openssl(&folder, &format!("req -x509 -newkey rsa:{bits} -nodes -days 9 -subj /CN=Autoridade-{name} -keyout {name}.key -out {name}.pem"));
        }
        for (name, commands) in SELF_SIGNED {
            for command in commands {
                let name = file(name);
                let command = command.replace(" K", " -keyout NAME.key -out NAME.pem").replace("NAME", &name);
                openssl(&folder, &command);
            }
        }
        let by_weak = (
            "of a weak authority",
            "-newkey rsa:2048 -subj /CN=localhost",
            "subjectAltName=DNS:localhost",
            "",
        );
        for (name, request, extensions, how) in SIGNED.into_iter().chain([by_weak]) {
            let authority = if name == by_weak.0 { "weak-authority" } else { "authority" };
            let name = file(name);
            openssl(&folder, &format!("req -new {request} -nodes -keyout {name}.key -out {name}.csr"));
            fs::write(folder.join(&format!("{name}.ext")), extensions).unwrap();
            let extensions =
                if extensions.is_empty() { String::new() } else { format!(" -extfile {name}.ext") };
            openssl(
                &folder,
                &format!("x509 -req -in {name}.csr -CA {authority}.pem -CAkey {authority}.key -CAcreateserial -days 9 -out {name}.pem{extensions}{how}"),
            );
        }
        let names = SELF_SIGNED.iter().map(|(name, _)| *name).chain(SIGNED.iter().map(|(name, ..)| *name));
        let mut ports: Vec<(&str, u16)> = Vec::new();
        for name in names.chain([by_weak.0]) {
            let mut port = first;
            while ports.iter().any(|(_, taken)| *taken == port) {
                port = free_port();
            }
            ports.push((name, port));
        }
        let server = |(name, port): &(&str, u16)| {
            // Each second one with each version alone.
            let protocols = if port % 2 == 0 { "TLSv1.2" } else { "TLSv1.3" };
            let name = file(name);
            format!(
                "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {name}.pem; ssl_certificate_key {name}.key;\n\
                 ssl_protocols {protocols}; ssl_ciphers DEFAULT:@SECLEVEL=0;\n\
                 location / {{ proxy_pass {}; proxy_set_header Host $http_host; }} }}\n",
                ground.http()
            )
        };
        let servers: String = ports.iter().map(server).collect();
        let running = Running::nginx(program, folder, &servers, first);
        Some(Servers { running, ground, ports })
    }

    fn path(&self, file: &str) -> String {
        self.running.folder.join(file).to_str().unwrap().to_owned()
    }

    /// The address of the server that shows this certificate.
    fn base(&self, name: &str, host: &str) -> String {
        let port = self.ports.iter().find(|(known, _)| *known == name).unwrap().1;
        format!("https://{host}:{port}/t/senior.com.br/bridge/1.0")
    }

    fn account(&self, name: &str, host: &str, ca_file: &str) -> Account {
        let base = self.base(name, host);
        let options =
            [("base_url", base.as_str()), ("username", SENIOR.username), ("password", SENIOR.password)];
        let account = Account::with("senior", &options);
        account.set("proxy", "none").unwrap();
        account.set("ca_file", &self.path(ca_file)).unwrap();
        account
    }

    fn refused(&self, name: &str, host: &str, ca_file: &str, words: &[&str]) {
        let before = self.ground.connections();
        self.account(name, host, ca_file).refused(ERPTOKEN_E_TLS).assert_says(words);
        assert_eq!(self.ground.connections(), before, "{name}: something was sent");
    }
}

#[test]
fn certificates_of_openssl() {
    let Some(servers) = Servers::start() else { return };
    let pem = |name: &str| format!("{}.pem", file(name));
    let read = |name: &str| fs::read_to_string(servers.path(&pem(name))).unwrap();
    // All of them in one file, and a real authority.
    let all: String = SELF_SIGNED.iter().map(|(name, _)| read(name)).collect::<String>() + &read("authority");
    fs::write(servers.path("all.pem"), all).unwrap();
    for (name, _) in SELF_SIGNED {
        for ca_file in [&pem(name), "all.pem"] {
            let account = servers.account(name, "localhost", ca_file);
            assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200, "{name}");
        }
        if name == "address" {
            let account = servers.account(name, "127.0.0.1", &pem(name));
            assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200);
        } else {
            servers.refused(name, "127.0.0.1", &pem(name), &["certificate", "localhost"]);
        }
        let cause =
            if name == "with what nobody knows" { "UnsupportedCriticalExtension" } else { "\"ca_file\"" };
        servers.refused(name, "localhost", "authority.pem", &["its certificate", cause]);
    }
    // So it is where the environment names them.
    for name in ["names and CA", "version 1", "no CA"] {
        let base = servers.base(name, "localhost");
        let options =
            [("base_url", base.as_str()), ("username", SENIOR.username), ("password", SENIOR.password)];
        assert_eq!(asked(&options, &[("SSL_CERT_FILE", &servers.path("all.pem"))]), "200", "{name}");
        let told = asked(&options, &[("SSL_CERT_FILE", &servers.path("authority.pem"))]);
        assert!(told.starts_with("ERPTOKEN_E_TLS "), "{told}");
    }
    for ca_file in ["authority.pem", "all.pem", "good.pem"] {
        let account = servers.account("good", "localhost", ca_file);
        assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200, "{ca_file}");
    }
    // A certificate of a server stands for itself alone.
    servers.refused("other", "localhost", "good.pem", &["not trusted here", "CN=Autoridade-authority"]);
    servers.refused("of a weak authority", "localhost", "weak-authority.pem", &["too short", "1024 bits"]);
    for (name, host, words, portuguese) in [
        (
            "address as name",
            "127.0.0.1",
            ["address 127.0.0.1 among its names", "IP"],
            "o endereço 127.0.0.1 entre os nomes",
        ),
        (
            "only CN",
            "localhost",
            ["CN localhost", "subjectAltName"],
            "só indica um host no titular (CN localhost)",
        ),
        (
            "other",
            "localhost",
            ["for another host", "outra.erptoken.test, 10.9.8.7"],
            "de outro nome de host",
        ),
        ("short", "localhost", ["too short", "1024 bits"], "curta demais (1024 bits)"),
        ("signed with sha1", "localhost", ["signed with SHA-1", "newer"], "assinado com SHA-1"),
        ("signed old", "localhost", ["older than 3", "\"ca_file\""], "versão anterior à 3"),
        ("names and CA", "localhost", ["(CN=x) is self-signed", "\"ca_file\""], "(CN=x) é autoassinado"),
    ] {
        servers.refused(name, host, "authority.pem", &words);
        let base = servers.base(name, host);
        let ca_file = servers.path("authority.pem");
        let options =
            [("base_url", base.as_str()), ("username", "u"), ("password", "p"), ("ca_file", &ca_file)];
        let told = asked(&options, &[(LANGUAGE, "pt")]);
        assert!(
            told.starts_with("ERPTOKEN_E_TLS ") && told.contains(portuguese),
            "{portuguese} is not in: {told}"
        );
    }
}

/// OpenSSL's own server, which refuses in ways of its own: what it is started with, and what is said of it.
const REFUSING: [(&str, [&str; 2]); 9] = [
    ("-tls1_2 -cipher AES128-SHA", ["no way of TLS in common", "handshake_failure"]),
    ("-tls1_3 -groups P-521", ["no way of TLS in common", "handshake_failure"]),
    ("-tls1 -cipher DEFAULT:@SECLEVEL=0", ["1.2 and 1.3", "no longer safe"]),
    ("-tls1_1 -cipher DEFAULT:@SECLEVEL=0", ["1.2 and 1.3", "no longer safe"]),
    ("-tls1_2 -Verify 1", ["wants a client certificate", "there is none"]),
    ("-tls1_3 -Verify 1", ["wants a client certificate", "there is none"]),
    ("-tls1_2 -Verify 1 -verify_return_error", ["wants a client certificate", "there is none"]),
    (
        "-servername outro.erptoken.test -cert2 CERT -key2 KEY -servername_fatal",
        ["does not know this host", "unrecognized_name"],
    ),
    (
        "-tls1_2 -client_sigalgs RSA+SHA1 -sigalgs RSA+SHA1 -cipher DEFAULT:@SECLEVEL=0",
        ["no way of TLS in common", "handshake_failure"],
    ),
];

#[test]
fn servers_of_openssl_that_refuse() {
    let Some(program) = support::server("openssl") else { return };
    for (how, words) in REFUSING {
        let port = free_port();
        let folder = Folder::new(&format!("refusing-{port}"));
        let made =
            "req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost -keyout own.key -out own.pem";
        openssl(&folder, made);
        let mut command = Command::new(&program);
        command
            .current_dir(folder.path())
            .args(["s_server", "-quiet", "-www", "-cert", "own.pem", "-key", "own.key"]);
        command.args(["-accept", &format!("127.0.0.1:{port}")]);
        command.args(how.replace("CERT", "own.pem").replace("KEY", "own.key").split(' '));
        let running = Running::start(command, folder, port);
        let base = format!("https://localhost:{port}/x");
        let options =
            [("base_url", base.as_str()), ("username", "u"), ("password", "senha"), ("proxy", "none")];
        let account = Account::with("senior", &options);
        account.set("ca_file", running.folder.join("own.pem").to_str().unwrap()).unwrap();
        account.refused(ERPTOKEN_E_TLS).assert_says(&words);
    }
}
