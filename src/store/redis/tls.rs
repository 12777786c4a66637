//! TLS to a Redis server, trusting whom the other connections of the process trust.

use crate::messages::RedisFault;
use crate::net::{self, Roots};
use rustls::ClientConfig;
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// `roots` instead of the system's, which are read here.
pub fn config(roots: Option<&Roots>) -> Result<Arc<ClientConfig>, RedisFault> {
    let failed = |error: rustls::Error| RedisFault::Tls { cause: net::tls_fault(&error, None) };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let builder = match roots {
        Some(roots) => builder.with_root_certificates(roots.trusted()),
        // So it is called because most who bring their own verifier bring one that is worse.
        None => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier::new(provider).map_err(failed)?)),
    };
    Ok(Arc::new(builder.with_no_client_auth()))
}
