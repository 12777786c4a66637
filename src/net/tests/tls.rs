//! TLS: certificates that are right, and every way in which they are wrong.

use super::*;
use crate::messages::TlsFault;
use rcgen::{BasicConstraints, CertificateParams, CertifiedKey, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use time::OffsetDateTime;

struct Authority(CertifiedKey);

impl Authority {
    fn new() -> Authority {
        Authority::named("Test Authority")
    }

    fn named(name: &str) -> Authority {
        let mut params = CertificateParams::new([]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key_pair = KeyPair::generate().unwrap();
        Authority(CertifiedKey { cert: params.self_signed(&key_pair).unwrap(), key_pair })
    }

    fn pem(&self) -> String {
        self.0.cert.pem()
    }

    /// A server whose certificate is for `name`, valid from and until so many days from now.
    fn server(&self, name: &str, from: i64, until: i64) -> ServerConfig {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = OffsetDateTime::now_utc() + time::Duration::days(from);
        params.not_after = OffsetDateTime::now_utc() + time::Duration::days(until);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0.cert, &self.0.key_pair).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        config(certificate.der().clone(), key)
    }
}

fn config(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    builder.unwrap().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap()
}

/// Speaks TLS on `stream`; tells the request, if one came.
fn speak(config: ServerConfig, mut stream: TcpStream) -> Option<String> {
    let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
    let mut stream = Stream::new(&mut tls, &mut stream);
    let mut buffer = [0; 65536];
    let amount = stream.read(&mut buffer).ok().filter(|amount| *amount > 0)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").ok()?;
    stream.flush().ok()?;
    Some(String::from_utf8_lossy(&buffer[..amount]).into_owned())
}

fn serving(config: ServerConfig) -> SocketAddr {
    serve(|stream| drop(speak(config, stream)))
}

fn secure(port: u16, pem: &str) -> Result<Reply, CallFailure> {
    let settings = Settings::new(Some("none"), Some(pem.as_bytes()));
    Client::new(&settings).send(&call(&format!("https://localhost:{port}/login?secret=1")))
}

#[test]
fn a_certificate_of_the_given_authority_is_accepted() {
    let authority = Authority::new();
    let address = serving(authority.server("localhost", -1, 1));
    let reply = secure(address.port(), &authority.pem()).unwrap();
    assert_eq!((reply.http_status, reply.body.as_slice()), (200, &b"ok"[..]));
    assert!(Settings::new(None, Some(authority.pem().as_bytes())) != Settings::default());
}

#[test]
fn a_certificate_that_is_wrong_is_named() {
    let (authority, other) = (Authority::new(), Authority::named("Other"));
    let year = (OffsetDateTime::now_utc() - time::Duration::days(1)).date().to_string();
    for (config, pem, says) in [
        (authority.server("localhost", -1, 1), other.pem(), "not trusted here"),
        (authority.server("localhost", -1, 1), Authority::new().pem(), "the authority it names"),
        (authority.server("localhost", -9, -1), authority.pem(), year.as_str()),
        (authority.server("localhost", -9, -1), authority.pem(), "expired on"),
        (authority.server("localhost", 1, 9), authority.pem(), "is it right?"),
        (authority.server("api.example.test", -1, 1), authority.pem(), "it is for api.example.test"),
    ] {
        let lost = secure(serving(config).port(), &pem).unwrap_err();
        check(&lost, Status::Tls, false, says);
    }
}

#[test]
fn what_the_tls_library_tells_is_cut_to_the_name_of_it() {
    use rustls::{AlertDescription, CertificateError, Error, PeerMisbehaved};
    let fault = |error| tls_fault::fault(&error, None);
    let name = |name: &str| name.to_owned();
    let strange = PeerMisbehaved::TooManyEmptyFragments;
    let told = TlsFault::Other { name: name("PeerMisbehaved(TooManyEmptyFragments)") };
    assert_eq!(fault(Error::PeerMisbehaved(strange)), told);
    let time = rustls::pki_types::UnixTime::since_unix_epoch(Duration::ZERO);
    let list = CertificateError::ExpiredRevocationListContext { time, next_update: time };
    let told = TlsFault::Invalid { name: name("ExpiredRevocationListContext") };
    assert_eq!(fault(Error::InvalidCertificate(list)), told);
    let alert = Error::AlertReceived(AlertDescription::BadCertificate);
    assert_eq!(fault(alert), TlsFault::Alert { name: name("BadCertificate") });
    assert_eq!(fault(Error::General(name("x\ny"))), TlsFault::Other { name: name("x y") });
}

#[test]
fn the_systems_authorities_do_not_know_ours() {
    let address = serving(Authority::new().server("localhost", -1, 1));
    let lost = post(&format!("https://localhost:{}/", address.port())).unwrap_err();
    assert_eq!((lost.error.status, lost.nothing_sent), (Status::Tls, true), "{}", lost.error);
}

#[test]
fn tls_and_plain_text_are_told_apart() {
    let pem = Authority::new().pem();
    let plain = serve(|mut stream| {
        let _ = stream.read(&mut [0; 1000]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    check(&secure(plain.port(), &pem).unwrap_err(), Status::Tls, false, "plain text instead of TLS");
    let address = serving(Authority::new().server("localhost", -1, 1));
    check(&post_to(address).unwrap_err(), Status::Response, true, "write https, not http");
}

#[test]
fn a_handshake_that_stops_is_told() {
    let pem = Authority::new().pem();
    let closing = serve(|mut stream| drop(stream.read(&mut [0; 1000])));
    check(&secure(closing.port(), &pem).unwrap_err(), Status::Network, false, "during the TLS handshake");
    let silent = serve(|stream| {
        thread::sleep(Duration::from_secs(3));
        drop(stream);
    });
    let url = format!("https://localhost:{}/", silent.port());
    let client = Client::new(&Settings::new(Some("none"), Some(pem.as_bytes())));
    let began = Instant::now();
    let answer_timeout = Some(Duration::from_millis(300));
    let lost = client.send(&Call { answer_timeout, ..call(&url) }).unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(2));
    check(&lost, Status::Network, false, "did not begin TLS");
}

#[test]
fn an_old_tls_is_told() {
    // An alert: fatal, protocol_version.
    let old = serve(|mut stream| {
        let _ = stream.read(&mut [0; 1000]);
        let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]);
    });
    let lost = secure(old.port(), &Authority::new().pem()).unwrap_err();
    check(&lost, Status::Tls, false, "1.2 and 1.3");
}

#[test]
fn tls_noise_never_panics() {
    let pem = Authority::new().pem();
    let client = Client::new(&Settings::new(Some("none"), Some(pem.as_bytes())));
    for length in 0..200 {
        let mut noise = vec![0; length];
        crate::util::random::fill(&mut noise).unwrap();
        if let Some(head) = noise.get_mut(..3).filter(|_| length % 2 == 0) {
            head.copy_from_slice(&[22, 3, 3]);
        }
        let address = serve(move |mut stream| {
            let _ = stream.read(&mut [0; 1000]);
            let _ = stream.write_all(&noise);
        });
        let lost = client.send(&call(&format!("https://localhost:{}/", address.port()))).unwrap_err();
        assert!(lost.nothing_sent);
    }
}

#[test]
fn a_ca_file_must_hold_a_certificate() {
    assert!(parse_ca(Authority::new().pem().as_bytes()).is_ok());
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "x", broken, "-----BEGIN CERTIFICATE-----\n***", "-----BEGIN CERTIFICATE-----\n\u{7}\n"] {
        assert!(parse_ca(pem.as_bytes()).is_err(), "{pem}");
    }
    // What could not be read trusts nobody, and not the system's authorities.
    let address = serving(Authority::new().server("localhost", -1, 1));
    check(&secure(address.port(), "x").unwrap_err(), Status::Tls, false, "not trusted here");
}

#[test]
fn tls_goes_through_a_proxy_to_a_name_that_only_it_knows() {
    let authority = Authority::new();
    let config = authority.server("api.example.test", -1, 1);
    let (send, receive) = mpsc::channel();
    let proxy = serve(move |mut stream| {
        let asked = read_request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n").unwrap();
        send.send((asked, speak(config, stream))).unwrap();
    });
    let settings =
        Settings::new(Some(&format!("http://eu:se%40nha@{proxy}")), Some(authority.pem().as_bytes()));
    let reply = Client::new(&settings).send(&call("https://api.example.test/login")).unwrap();
    assert_eq!(reply.body.as_slice(), b"ok");
    let (asked, request) = receive.recv().unwrap();
    assert!(
        asked.starts_with("CONNECT api.example.test:443 HTTP/1.1\r\nHost: api.example.test:443\r\n"),
        "{asked}"
    );
    assert!(asked.contains("\r\nProxy-Authorization: Basic ZXU6c2VAbmhh\r\n"), "{asked}");
    let request = request.unwrap();
    assert!(request.starts_with("POST /login ") && request.ends_with("{\"senha\":\"x\"}"), "{request}");
    assert!(!request.contains("Proxy"), "{request}");
}

/// A certificate that its own key has signed.
struct Own {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Own {
    fn new(names: &[&str], is_ca: IsCa, days: [i64; 2]) -> Own {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.is_ca = is_ca;
        let day = |days: i64| OffsetDateTime::now_utc() + time::Duration::days(days);
        (params.not_before, params.not_after) = (day(days[0]), day(days[1]));
        let key = KeyPair::generate().unwrap();
        Own { certificate: params.self_signed(&key).unwrap(), key }
    }

    fn serve(&self, version: &'static rustls::SupportedProtocolVersion) -> u16 {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        serving(versioned(version).with_single_cert(vec![self.certificate.der().clone()], key).unwrap())
            .port()
    }
}

fn versioned(
    version: &'static rustls::SupportedProtocolVersion,
) -> rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]);
    builder.unwrap().with_no_client_auth()
}

const VERSIONS: [&rustls::SupportedProtocolVersion; 2] = [&rustls::version::TLS12, &rustls::version::TLS13];

fn kinds() -> [IsCa; 3] {
    [IsCa::Ca(BasicConstraints::Unconstrained), IsCa::ExplicitNoCa, IsCa::NoCa]
}

#[test]
fn a_certificate_in_the_ca_file_is_trusted_as_it_is() {
    let authority = Authority::new();
    for version in VERSIONS {
        for kind in kinds() {
            let own = Own::new(&["localhost", "*.erptoken.test"], kind.clone(), [-1, 1]);
            let other = Own::new(&["localhost"], kind.clone(), [-1, 1]);
            let bundle = authority.pem() + &own.certificate.pem();
            for pem in [&own.certificate.pem(), &bundle] {
                assert_eq!(secure(own.serve(version), pem).unwrap().http_status, 200, "{kind:?}");
            }
            assert!(secure(serving(authority.server("localhost", -1, 1)).port(), &bundle).is_ok());
            // Another one with the same names is another one.
            let lost = secure(other.serve(version), &bundle).unwrap_err();
            check(&lost, Status::Tls, false, "\"ca_file\"");
            for (names, days, says) in [
                (["outro.erptoken.test"], [-1, 1], "it is for outro.erptoken.test"),
                (["localhost"], [-9, -2], "expired on"),
                (["localhost"], [2, 9], "is it right?"),
            ] {
                let own = Own::new(&names, kind.clone(), days);
                let lost = secure(own.serve(version), &own.certificate.pem()).unwrap_err();
                check(&lost, Status::Tls, false, says);
            }
        }
    }
}

/// Shows a certificate with a key that is not its own.
#[derive(Debug)]
struct Thief(Arc<rustls::sign::CertifiedKey>);

impl rustls::server::ResolvesServerCert for Thief {
    fn resolve(&self, _: rustls::server::ClientHello) -> Option<Arc<rustls::sign::CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[test]
fn a_certificate_in_the_ca_file_is_of_use_only_with_its_key() {
    for version in VERSIONS {
        for kind in kinds() {
            let own = Own::new(&["localhost"], kind, [-1, 1]);
            let other = PrivateKeyDer::try_from(KeyPair::generate().unwrap().serialize_der()).unwrap();
            let key = rustls::crypto::ring::sign::any_supported_type(&other).unwrap();
            let shown = rustls::sign::CertifiedKey::new(vec![own.certificate.der().clone()], key);
            let config = versioned(version).with_cert_resolver(Arc::new(Thief(Arc::new(shown))));
            let lost = secure(serving(config).port(), &own.certificate.pem()).unwrap_err();
            check(&lost, Status::Tls, false, "no secure connection");
        }
    }
}

#[test]
fn what_a_servers_certificate_has_signed_is_not_trusted() {
    // One that says nothing of it may sign no more than one that says no.
    for kind in [IsCa::ExplicitNoCa, IsCa::NoCa] {
        let own = Own::new(&["outro.erptoken.test"], kind, [-1, 1]);
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &own.certificate, &own.key).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let lost = secure(serving(config(certificate.der().clone(), key)).port(), &own.certificate.pem());
        check(&lost.unwrap_err(), Status::Tls, false, "not trusted here");
    }
}

#[test]
fn an_address_has_no_parts_that_a_star_stands_for() {
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "*.0.0.1");
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let address = serving(config(certificate.der().clone(), key));
    let settings = Settings::new(Some("none"), Some(certificate.pem().as_bytes()));
    let lost = Client::new(&settings).send(&call(&format!("https://{address}/login?secret=1"))).unwrap_err();
    check(&lost, Status::Tls, false, "names a host only in its subject");
}

#[test]
fn a_connection_whose_end_was_announced_carries_no_second_request() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Arc::new(authority.server("localhost", -1, 1));
    thread::spawn(move || {
        let mut kept = Vec::new();
        for mut tcp in listener.incoming().flatten() {
            let mut tls = ServerConnection::new(Arc::clone(&server)).unwrap();
            let mut stream = Stream::new(&mut tls, &mut tcp);
            read_request(&mut stream);
            // In one piece with the answer, and the connection below stays.
            let _ = tls.writer().write_all(HELLO.as_bytes());
            tls.send_close_notify();
            let mut last = Vec::new();
            while tls.wants_write() {
                tls.write_tls(&mut last).unwrap();
            }
            tcp.write_all(&last).unwrap();
            kept.push(tcp);
        }
    });
    let settings = Settings::new(Some("none"), Some(authority.pem().as_bytes()));
    let (client, url) = (Client::new(&settings), format!("https://localhost:{port}/login"));
    for _ in 0..2 {
        let call = Call { reuse: Reuse::Recent, ..call(&url) };
        assert_eq!(client.send(&call).unwrap().http_status, 200);
    }
}

#[test]
fn a_ca_file_is_read_however_it_was_written() {
    let authority = Authority::new();
    let (pem, der) = (authority.pem(), authority.0.cert.der().to_vec());
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect()
    };
    let mut trusted = der.clone();
    trusted.extend([0x30, 0x0c, 0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1]);
    let trusted = crate::util::encoding::base64(&trusted);
    let key = KeyPair::generate().unwrap().serialize_pem();
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("byte order mark", format!("\u{feff}{pem}").into()),
        ("CRLF", pem.replace('\n', "\r\n").into()),
        ("CR", pem.replace('\n', "\r").into()),
        ("one line", pem.replace('\n', "").into()),
        ("blanks", pem.replace('\n', " \n\t ").into()),
        ("UTF-16LE", utf16(&pem.replace('\n', "\r\n"), u16::to_le_bytes)),
        ("UTF-16BE", utf16(&pem, u16::to_be_bytes)),
        ("words around it", format!("# Autoridade da Expressão\nsubject=x\n{pem}\nfim ---\n").into()),
        ("a key before it", format!("{key}{pem}").into()),
        ("DER", der),
        (
            "trusted",
            format!("-----BEGIN TRUSTED CERTIFICATE-----\n{}\n-----END TRUSTED CERTIFICATE-----", &*trusted)
                .into(),
        ),
        ("X509", pem.replace("CERTIFICATE", "X509 CERTIFICATE").into()),
        ("another before it", (Authority::named("Other").pem() + &pem).into()),
    ];
    for (form, content) in forms {
        let settings = Settings::new(Some("none"), Some(&content));
        assert_eq!(parse_ca(&content), Ok(()), "{form}");
        let port = serving(authority.server("localhost", -1, 1)).port();
        let sent = Client::new(&settings).send(&call(&format!("https://localhost:{port}/")));
        assert!(sent.is_ok(), "{form}: {}", sent.unwrap_err().error);
    }
    let cut = &pem[..pem.len() / 2];
    for (content, cause) in [
        ("", FileFault::NoCertificate),
        (" \r\n", FileFault::NoCertificate),
        (&key, FileFault::OnlyKey),
        (cut, FileFault::NotPem),
        (&format!("{pem}{cut}"), FileFault::NotPem),
        ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", FileFault::NoRoot),
        (&pem.replace("CERTIFICATE", "CERTIFICATE REQUEST"), FileFault::NoCertificate),
    ] {
        assert_eq!(parse_ca(content.as_bytes()), Err(cause), "{content}");
    }
}

#[test]
fn a_server_that_wants_a_client_certificate_is_told() {
    let authority = Authority::new();
    for version in VERSIONS {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.0.cert.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let wanted = rustls::server::WebPkiClientVerifier::builder_with_provider(
            Arc::new(roots),
            Arc::clone(&provider),
        );
        let builder =
            ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
        let own = Own::new(&["localhost"], IsCa::NoCa, [-1, 1]);
        let key = PrivateKeyDer::try_from(own.key.serialize_der()).unwrap();
        let builder = builder.with_client_cert_verifier(wanted.build().unwrap());
        let config = builder.with_single_cert(vec![own.certificate.der().clone()], key).unwrap();
        let lost = secure(serving(config).port(), &own.certificate.pem()).unwrap_err();
        assert_eq!(lost.error.status, Status::Tls, "{}", lost.error);
        assert!(lost.error.to_string().contains("wants a client certificate"), "{}", lost.error);
    }
    // As OpenSSL says it in TLS 1.2, after it asked.
    let mut at = progress::get();
    at.certificate_wanted = true;
    for alert in [rustls::AlertDescription::HandshakeFailure, rustls::AlertDescription::BadCertificate] {
        let alert = rustls::Error::AlertReceived(alert);
        assert_eq!(tls_fault::of_call(&alert, &at, None), TlsFault::WantsCertificate);
        assert_ne!(tls_fault::fault(&alert, None), TlsFault::WantsCertificate);
    }
}

#[test]
fn an_authority_in_between_that_has_expired_is_told_as_what_it_is() {
    let root = Authority::new();
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Intermediaria");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_after = OffsetDateTime::now_utc() - time::Duration::days(3);
    let middle_key = KeyPair::generate().unwrap();
    let middle = params.signed_by(&middle_key, &root.0.cert, &root.0.key_pair).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let leaf = params.signed_by(&key, &middle, &middle_key).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let chain = vec![leaf.der().clone(), middle.der().clone()];
    let config = versioned(&rustls::version::TLS13).with_single_cert(chain, key).unwrap();
    let lost = secure(serving(config).port(), &root.pem()).unwrap_err();
    check(
        &lost,
        Status::Tls,
        false,
        "the authority CN=Intermediaria, which the server sends along, expired on",
    );
}
