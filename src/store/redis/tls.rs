//! TLS to a Redis server, trusting whom the other connections of the process trust.

use crate::messages::RedisFault;
use crate::net::{self, Roots};
use rustls::ClientConfig;
use std::sync::Arc;

/// `roots` instead of the system's.
pub fn config(roots: Option<&Roots>) -> Result<Arc<ClientConfig>, RedisFault> {
    net::tls_config(roots, None).map_err(|error| RedisFault::Tls { cause: net::tls_fault(&error, None) })
}
