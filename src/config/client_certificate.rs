//! The three options that make a client certificate with its key. They may be set in any order: what one of them still
//! lacks is known when the last one is set, and told at the latest when it is needed.

use crate::config::options::read_limited;
use crate::error::{Error, Result, Status};
use crate::messages::{ClientFault, Message};
use crate::net::{ClientCredential, ClientFiles, IN_STORE};
use crate::util::encoding::from_hex;
use std::sync::Arc;
use zeroize::Zeroizing;

pub const CERTIFICATE: &str = "client_certificate";
pub const KEY: &str = "client_key";
pub const PASSWORD: &str = "client_certificate_password";

#[derive(Clone, Default)]
pub struct ClientCertificate {
    /// What the files held when they were set.
    certificate: Option<Arc<[u8]>>,
    key: Option<Arc<[u8]>>,
    opened: Option<std::result::Result<ClientCredential, ClientFault>>,
}

pub fn is_part(option: &str) -> bool {
    [CERTIFICATE, KEY, PASSWORD].contains(&option)
}

const STORE: &str = "store:";

/// Whether a certificate of the system's is meant, by its thumbprint.
pub fn is_in_store(text: &str) -> bool {
    text.get(..STORE.len()).is_some_and(|start| start.eq_ignore_ascii_case(STORE))
}

/// Its thumbprint as it is looked for.
pub fn in_store(text: &str) -> Result<Vec<u8>> {
    if !cfg!(windows) {
        return Err(failed(ClientFault::OnlyOnWindows));
    }
    // As people copy it: with spaces, colons, and what cannot be seen in front.
    let digits: Vec<u8> = text.bytes().skip(STORE.len()).filter(u8::is_ascii_hexdigit).collect();
    let thumbprint: Option<Zeroizing<[u8; 20]>> = from_hex(&digits);
    thumbprint
        .map(|thumbprint| [IN_STORE, thumbprint.as_slice()].concat())
        .ok_or_else(|| failed(ClientFault::NoThumbprint))
}

/// What the named file holds.
pub fn read(path: &str) -> Result<Vec<u8>> {
    read_limited(path).map_err(|cause| failed(ClientFault::File { cause }))
}

fn failed(cause: ClientFault) -> Error {
    Error::new(Status::Option, Message::ClientCertificate { cause })
}

impl ClientCertificate {
    /// With another value of `option`, and what there is to say of it. What is wrong in itself changes nothing.
    /// `replaces`: it was set already.
    pub fn with(
        &self,
        option: &str,
        content: Option<Arc<[u8]>>,
        password: Option<&str>,
        replaces: bool,
    ) -> (Option<ClientCertificate>, Result<()>) {
        let mut changed = self.clone();
        match option {
            CERTIFICATE => changed.certificate = content,
            KEY => changed.key = content,
            _ => {}
        }
        let files = ClientFiles {
            certificate: changed.certificate.as_deref(),
            key: changed.key.as_deref(),
            password,
        };
        changed.opened = ClientCredential::open(files);
        // A password alone reads no certificate anew, of whose end it was warned.
        let identity = |one: &ClientCertificate| one.credential().and_then(|own| own.identity().cloned());
        if option == PASSWORD && identity(self).is_some() && identity(self) == identity(&changed) {
            changed.opened = self.opened.clone();
        }
        let Some(Err(fault)) = &changed.opened else { return (Some(changed), Ok(())) };
        let fault = fault.clone();
        if option != PASSWORD && !fault.may_pass() {
            return (None, Err(failed(fault)));
        }
        // Where one of several is replaced, the others may be about to follow.
        let told = fault.is_contradiction()
            && !replaces
            && !matches!(self.opened, Some(Ok(ClientCredential::Identity(_))));
        (Some(changed), if told { Err(failed(fault)) } else { Ok(()) })
    }

    /// What is set cannot be used as it is.
    pub fn check(&self) -> Result<()> {
        match &self.opened {
            Some(Err(fault)) => Err(failed(fault.clone())),
            _ => Ok(()),
        }
    }

    pub fn credential(&self) -> Option<&ClientCredential> {
        self.opened.as_ref()?.as_ref().ok()
    }
}
