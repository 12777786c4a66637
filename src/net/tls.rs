//! TLS, as HTTP's connections and the store at a Redis server use it.

use super::call::BUFFER_BYTES;
use super::identity::{ClientIdentity, Presented};
use super::roots::Roots;
use super::socket::Socket;
use super::target::Target;
use super::verifier::Verifier;
use rustls::pki_types::ServerName;
use rustls::{crypto, ClientConfig, ClientConnection, StreamOwned};
use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};
use ureq::Error;

/// Versions 1.2 and 1.3, trusting `roots` instead of the system's, and showing `identity` to a server that asks. Reads no file yet.
pub fn config(
    roots: Option<&Roots>,
    identity: Option<Arc<ClientIdentity>>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(crypto::ring::default_provider());
    let verifier = Verifier::new(roots, provider.signature_verification_algorithms);
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    // So it is called because most who bring their own verifier bring one that is worse.
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(Arc::new(builder.with_client_cert_resolver(Arc::new(Presented(identity)))))
}

/// Puts TLS on a connection that is to have it.
pub struct Tls {
    pub config: Result<Arc<ClientConfig>, rustls::Error>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl Connector<Socket> for Tls {
    type Out = Either<Socket, Secured>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        socket: Option<Socket>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(socket) = socket else { return Ok(None) };
        if !details.needs_tls() {
            return Ok(Some(Either::A(socket)));
        }
        let other = |error: rustls::Error| Error::Io(std::io::Error::other(error));
        let config = self.config.clone().map_err(other)?;
        let no_name = Error::Tls("the host is no name");
        let Ok(target) = Target::of(details.uri.clone()) else { return Err(no_name) };
        let Ok(name) = ServerName::try_from(target.host.trim_end_matches('.').to_owned()) else {
            return Err(no_name);
        };
        let mut connection = ClientConnection::new(config, name).map_err(other)?;
        let mut socket = TransportAdapter::new(socket, details.current_time.clone());
        socket.set_timeout(details.timeout);
        connection.complete_io(&mut socket)?;
        let stream = StreamOwned::new(connection, socket);
        Ok(Some(Either::B(Secured { buffers: LazyBuffers::new(BUFFER_BYTES, BUFFER_BYTES), stream })))
    }
}

pub struct Secured {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter<Socket>>,
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secured")
    }
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Nothing was read that nobody waits for, the end above all, which the server may say before it closes.
    fn is_open(&mut self) -> bool {
        self.stream.conn.wants_read() && self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
