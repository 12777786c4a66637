//! Against nginx and OpenSSL, which are not what the library is made of: certificates of every kind, versions of TLS,
//! connections that it keeps and ends.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use time::OffsetDateTime;

use crate::answer::{get, request, Body};
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::programs::{free_port, Running};
use crate::support::{self, Folder};

/// nginx in front of a sandbox, on a port for each of its ways.
struct Nginx {
    running: Running,
    ground: Ground,
    ports: Vec<(&'static str, u16)>,
}

const WAYS: [&str; 11] = [
    "good",
    "expired",
    "not yet",
    "other name",
    "unknown",
    "incomplete",
    "tls12",
    "tls13",
    "old",
    "plain",
    "short",
];

fn openssl(folder: &Folder, arguments: &str) {
    support::succeed(Command::new("openssl").current_dir(folder.path()).args(arguments.split(' ')));
}

/// An authority with RSA keys, one below it that signs, and what that signed, all made by OpenSSL.
fn rsa_chain(folder: &Folder) {
    fs::write(folder.join("ca.ext"), "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n")
        .unwrap();
    fs::write(folder.join("leaf.ext"), "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n")
        .unwrap();
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=Raiz -keyout root.key -out root.pem",
    );
    openssl(folder, "req -newkey rsa:2048 -nodes -subj /CN=Intermediaria -keyout middle.key -out middle.csr");
    openssl(
        folder,
        "x509 -req -in middle.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile ca.ext -out middle.pem",
    );
    openssl(folder, "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout good.key -out good.csr");
    openssl(
        folder,
        "x509 -req -in good.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days 30 -extfile leaf.ext -out leaf.pem",
    );
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    fs::write(folder.join("good.pem"), read("leaf.pem") + &read("middle.pem")).unwrap();
}

/// Certificates of another authority that are wrong in one way each; with what it is called for the library.
fn wrong_certificates(folder: &Folder) {
    let authority = |name: &str| {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        (params.self_signed(&key).unwrap(), key)
    };
    let (known, unknown) = (authority("Conhecida"), authority("Desconhecida"));
    for (name, host, from, until, (ca, ca_key)) in [
        ("expired", "localhost", -20, -10, &known),
        ("notyet", "localhost", 10, 20, &known),
        ("othername", "outra.erptoken.test", -1, 10, &known),
        ("unknown", "localhost", -1, 10, &unknown),
    ] {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_before = OffsetDateTime::now_utc() + time::Duration::days(from);
        params.not_after = OffsetDateTime::now_utc() + time::Duration::days(until);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, ca, ca_key).unwrap();
        fs::write(folder.join(&format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(folder.join(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }
    let root = fs::read_to_string(folder.join("root.pem")).unwrap();
    fs::write(folder.join("trusted.pem"), root + &known.0.pem()).unwrap();
}

impl Nginx {
    fn start() -> Option<Nginx> {
        let program = support::server("nginx")?;
        support::server("openssl")?;
        let ground = Ground::new();
        let mut ports: Vec<(&str, u16)> = Vec::new();
        for way in WAYS {
            let mut port = free_port();
            while ports.iter().any(|(_, taken)| *taken == port) {
                port = free_port();
            }
            ports.push((way, port));
        }
        let folder = Folder::new(&format!("nginx-{}", ports[0].1));
        rsa_chain(&folder);
        wrong_certificates(&folder);
        let server = |(way, port): &(&str, u16)| {
            let (certificate, key) = match *way {
                "expired" => ("expired.pem", "expired.key"),
                "not yet" => ("notyet.pem", "notyet.key"),
                "other name" => ("othername.pem", "othername.key"),
                "unknown" => ("unknown.pem", "unknown.key"),
                "incomplete" => ("leaf.pem", "good.key"),
                _ => ("good.pem", "good.key"),
            };
            let (protocols, more) = match *way {
                "tls12" => ("TLSv1.2", ""),
                "tls13" => ("TLSv1.3", ""),
                "old" => ("TLSv1 TLSv1.1", "ssl_ciphers ALL:@SECLEVEL=0;"),
                "short" => ("TLSv1.2 TLSv1.3", "keepalive_timeout 1s; keepalive_requests 3;"),
                _ => ("TLSv1.2 TLSv1.3", ""),
            };
            let ssl = if *way == "plain" { "" } else { " ssl" };
            format!(
                "server {{ listen 127.0.0.1:{port}{ssl}; ssl_certificate {certificate}; ssl_certificate_key {key};\n\
                 ssl_protocols {protocols}; {more} gzip on; gzip_types *; client_max_body_size 128m;\n\
                 location / {{ proxy_pass {}; proxy_set_header Host $http_host; }} }}\n",
                ground.http()
            )
        };
        let servers: String = ports.iter().map(server).collect();
        let running = Running::nginx(program, folder, &servers, ports[0].1);
        Some(Nginx { running, ground, ports })
    }

    fn trusted(&self) -> PathBuf {
        self.running.folder.join("trusted.pem")
    }

    fn account(&self, way: &str) -> Account {
        let port = self.ports.iter().find(|(known, _)| *known == way).unwrap().1;
        let base = format!("https://localhost:{port}/t/senior.com.br/bridge/1.0");
        let options =
            [("base_url", base.as_str()), ("username", SENIOR.username), ("password", SENIOR.password)];
        let account = Account::with("senior", &options);
        account.set("ca_file", self.trusted().to_str().unwrap()).unwrap();
        account
    }
}

#[test]
fn nginx() {
    let Some(nginx) = Nginx::start() else { return };
    every_version_of_tls_that_is_safe_works(&nginx);
    what_is_wrong_with_a_certificate_is_named(&nginx);
    large_bodies_pass_in_both_directions(&nginx);
    connections_are_kept_until_it_ends_them(&nginx);
}

fn every_version_of_tls_that_is_safe_works(nginx: &Nginx) {
    for way in ["good", "tls12", "tls13"] {
        let account = nginx.account(way);
        let answer = request(&account, "POST", "/tms/echo", None, Body::Text("{\"ç\":1}")).unwrap();
        assert_eq!((answer.status(), answer.field("/text")), (201, "{\"ç\":1}".to_owned()), "{way}");
        // The answer of a proxy in front is in pieces and not compressed, because nobody asked for that.
        assert!(answer.header("content-encoding").is_err());
        nginx.ground.expire_token(&account.token());
        assert_eq!(get(&account, "/tms/freights").unwrap().field("/freights/0/city"), "São Paulo");
    }
}

fn what_is_wrong_with_a_certificate_is_named(nginx: &Nginx) {
    let day = |days: i64| (OffsetDateTime::now_utc() + time::Duration::days(days)).date().to_string();
    let (today, ended, begins) = (day(0), day(-10), day(10));
    for (way, words) in [
        ("expired", ["expired on", ended.as_str()]),
        ("not yet", ["is it right?", begins.as_str()]),
        ("other name", ["another host name", "outra.erptoken.test"]),
        ("unknown", ["not trusted here", "\"ca_file\""]),
        ("incomplete", ["not trusted here", "chain"]),
        ("old", ["versions of TLS", "1.2"]),
        ("plain", ["plain text instead of TLS", "localhost"]),
    ] {
        let before = nginx.ground.connections();
        let failure = nginx.account(way).refused(ERPTOKEN_E_TLS);
        failure.assert_says(&words);
        if matches!(way, "expired" | "not yet") {
            // Midnight may have passed since.
            assert!(failure.text.contains(&today) || failure.text.contains(&day(0)), "{failure:?}");
        }
        assert_eq!(nginx.ground.connections(), before, "nothing was sent");
    }
}

fn large_bodies_pass_in_both_directions(nginx: &Nginx) {
    let account = nginx.account("good");
    let bytes: Vec<u8> = (0..3_000_000u32).map(|i| (i.wrapping_mul(7919) >> 5) as u8).collect();
    let sum = bytes.iter().step_by(61).fold(0u32, |sum, byte| sum.rotate_left(1) ^ u32::from(*byte));
    let answer = request(&account, "PUT", "/tms/echo", None, Body::Bytes(&bytes)).unwrap();
    assert_eq!((answer.field("/length"), answer.field("/sum")), ("3000000".to_owned(), sum.to_string()));
    let answer = get(&account, "/tms/bytes/3000000").unwrap();
    assert!(answer.bytes().iter().enumerate().all(|(i, byte)| usize::from(*byte) == i * 31 % 251));
    let packed =
        request(&account, "GET", "/tms/freights", Some("Accept-Encoding: gzip"), Body::None).unwrap();
    if packed.header("content-encoding").is_ok() {
        assert_eq!(packed.bytes()[..2], [0x1f, 0x8b]);
        failed(packed.text(), ERPTOKEN_E_RESPONSE);
    }
}

fn connections_are_kept_until_it_ends_them(nginx: &Nginx) {
    let account = nginx.account("short");
    for round in 0..10 {
        let answer = request(&account, "POST", "/tms/echo", None, Body::Text("{}")).unwrap();
        assert_eq!(answer.status(), 201, "round {round}: each third answer ends its connection");
    }
    for _ in 0..2 {
        thread::sleep(Duration::from_millis(1300));
        assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200, "it ended the idle connection");
        assert_eq!(request(&account, "POST", "/tms/echo", None, Body::Text("{}")).unwrap().status(), 201);
    }
}
