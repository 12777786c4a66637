//! The sandbox's own certificate authority and its server certificates, made anew at every start.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedKey, CustomExtension, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::ServerConfig;

/// Which certificate https shows; all are signed by the sandbox's CA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// For localhost, 127.0.0.1 and ::1, and what stands for another machine, in force.
    #[default]
    Good,
    /// For the right names, but it ended in 2020.
    Expired,
    /// For `other.invalid`.
    OtherName,
}

/// The CA's certificate and one server configuration per `Certificate`.
pub struct Tls {
    pub ca_pem: String,
    good: Arc<ServerConfig>,
    expired: Arc<ServerConfig>,
    other_name: Arc<ServerConfig>,
}

impl Tls {
    /// Makes the CA and the certificates.
    pub fn new() -> Tls {
        let mut params = CertificateParams::new(Vec::new()).expect("no names to be wrong");
        params.distinguished_name.push(DnType::CommonName, "erptoken sandbox CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        // keyCertSign and cRLSign. rcgen's own way writes a byte of zeros behind them, which DER forbids and Windows' code
        // in Wine reads as another usage.
        let mut usage = CustomExtension::from_oid_content(&[2, 5, 29, 15], vec![3, 2, 1, 6]);
        usage.set_criticality(true);
        params.custom_extensions.push(usage);
        let key_pair = KeyPair::generate().expect("a key for the CA");
        let cert = params.self_signed(&key_pair).expect("the CA's certificate");
        let ca = CertifiedKey { cert, key_pair };
        // This machine too, but the library does not know: what goes there goes through a proxy.
        let local = ["localhost", "127.0.0.1", "::1", "0.0.0.0", "api.erptoken.test"];
        Tls {
            ca_pem: ca.cert.pem(),
            good: server_config(&ca, &local, false),
            expired: server_config(&ca, &local, true),
            other_name: server_config(&ca, &["other.invalid"], false),
        }
    }

    /// The server configuration that shows this certificate.
    pub fn config(&self, certificate: Certificate) -> Arc<ServerConfig> {
        Arc::clone(match certificate {
            Certificate::Good => &self.good,
            Certificate::Expired => &self.expired,
            Certificate::OtherName => &self.other_name,
        })
    }
}

fn server_config(ca: &CertifiedKey, names: &[&str], expired: bool) -> Arc<ServerConfig> {
    let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
    let mut params = CertificateParams::new(names).expect("names for the certificate");
    params.distinguished_name.push(DnType::CommonName, "erptoken sandbox");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    if expired {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().expect("a key for the server");
    let leaf = params.signed_by(&key, &ca.cert, &ca.key_pair).expect("the server's certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // The provider is named here because nothing else in a test program may have installed one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone(), ca.cert.der().clone()], key)
        .expect("a key that fits its certificate");
    Arc::new(config)
}
