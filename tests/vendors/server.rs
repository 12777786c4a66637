//! A vendor behind a port of 127.0.0.1.

use std::collections::HashSet;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedKey, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::asked::Asked;
use crate::books::Books;
use crate::connection::{Connection, Next};
use crate::http::Response;
use crate::play::Vendor;

type Desk = Mutex<(Box<dyn Vendor>, Books)>;

pub struct Server {
    desk: Arc<Desk>,
    at: SocketAddr,
    stopped: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
    certificates: Option<Certificates>,
}

impl Server {
    pub fn start(vendor: Box<dyn Vendor>, life_s: u64) -> Server {
        let certificates = vendor.facts().certificate.then(Certificates::new);
        let tls = certificates.as_ref().map(|all| Arc::clone(&all.config));
        let desk = Arc::new(Mutex::new((vendor, Books::new(life_s))));
        let (listener, at) = new_port();
        let stopped = Arc::new(AtomicBool::new(false));
        let (shared, stop) = (Arc::clone(&desk), Arc::clone(&stopped));
        let acceptor = thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (desk, tls) = (Arc::clone(&shared), tls.clone());
                thread::spawn(move || serve(&desk, tcp, tls));
            }
        });
        Server { desk, at, stopped, acceptor: Some(acceptor), certificates }
    }

    /// Where it is: `http://127.0.0.1:PORT`, or `https://localhost:PORT` where it demands a certificate.
    pub fn origin(&self) -> String {
        match self.certificates {
            None => format!("http://{}", self.at),
            Some(_) => format!("https://localhost:{}", self.at.port()),
        }
    }

    /// The options that TLS needs: whom to trust, and the client's own certificate.
    pub fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }

    /// What the vendor does before an account is opened.
    pub fn prepare(&self) -> Vec<(&'static str, String)> {
        let (vendor, books) = &mut *locked(&self.desk);
        vendor.prepare(books)
    }

    pub fn books<T>(&self, look: impl FnOnce(&mut Books) -> T) -> T {
        look(&mut locked(&self.desk).1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // An accept that waits returns only for a connection.
        let _ = TcpStream::connect(self.at);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn locked(desk: &Desk) -> MutexGuard<'_, (Box<dyn Vendor>, Books)> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A port that no server of this process had: what is cached and counted for that one would still count.
fn new_port() -> (TcpListener, SocketAddr) {
    static USED: Mutex<Option<HashSet<u16>>> = Mutex::new(None);
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("its address");
        let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
        if used.get_or_insert_default().insert(at.port()) {
            return (listener, at);
        }
    }
}

fn serve(desk: &Desk, tcp: TcpStream, tls: Option<Arc<ServerConfig>>) {
    let Ok(mut connection) = Connection::new(Arc::new(tcp), tls) else { return };
    loop {
        let answer = match connection.next_request(Some(Duration::from_secs(60))) {
            Next::Gone => return,
            Next::Malformed { status, why } => {
                locked(desk).1.strange.push(why.clone());
                let _ = connection.answer(&Response::new(status, "text/plain", why), true);
                return connection.close();
            }
            Next::Request(request) => {
                let asked = Asked { request, certificate: connection.peer_certificate() };
                let (vendor, books) = &mut *locked(desk);
                vendor.answer(&asked, books)
            }
        };
        if connection.answer(&answer, false).is_err() {
            return;
        }
    }
}

/// A certificate authority, the server's certificate and the client's, in files that go with it.
pub struct Certificates {
    config: Arc<ServerConfig>,
    folder: PathBuf,
    /// DER.
    pub client: Vec<u8>,
}

impl Certificates {
    fn new() -> Certificates {
        let key_pair = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names to be wrong");
        params.distinguished_name.push(DnType::CommonName, "AC de teste");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let ca = CertifiedKey { cert: params.self_signed(&key_pair).expect("the authority"), key_pair };
        let (server, server_key) = signed(&ca, "localhost", ExtendedKeyUsagePurpose::ServerAuth);
        let (client, client_key) =
            signed(&ca, "EMPRESA LTDA 12345678000195", ExtendedKeyUsagePurpose::ClientAuth);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(ca.cert.der().clone()).expect("the authority");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .expect("who may come");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![server.der().clone()], key)
            .expect("a key that fits");
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("erptoken-vendors-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("ca.pem"), ca.cert.pem()).expect("the authority's file");
        let both = client.pem() + &client_key.serialize_pem();
        fs::write(folder.join("client.pem"), both).expect("the client's file");
        Certificates { config: Arc::new(config), folder, client: client.der().to_vec() }
    }

    pub fn ca_file(&self) -> String {
        self.folder.join("ca.pem").to_str().expect("UTF-8").to_owned()
    }

    /// Certificate and key, PEM.
    pub fn client_file(&self) -> String {
        self.folder.join("client.pem").to_str().expect("UTF-8").to_owned()
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn signed(ca: &CertifiedKey, name: &str, usage: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
    let names = if usage == ExtendedKeyUsagePurpose::ServerAuth { vec![name.to_owned()] } else { Vec::new() };
    let mut params = CertificateParams::new(names).expect("a name");
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![usage];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().expect("a key");
    (params.signed_by(&key, &ca.cert, &ca.key_pair).expect("a certificate"), key)
}
