//! Where `store` says that tokens are kept.

use crate::error::{Error, Result};
use crate::messages::Wanted;
#[cfg(feature = "redis")]
use crate::store::RedisServer;
use crate::store::{self, Folder, KeySource, Memory, Sealer, Store};
#[cfg(feature = "redis")]
use crate::sys;
use crate::util::random::{DrawnKey, HashKey};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where tokens outlive a call, and what names them there.
pub struct StoreBinding {
    pub store: Arc<dyn Store>,
    /// Makes the names of identities and accounts.
    pub key: Arc<HashKey>,
}

#[derive(Clone, Default)]
pub enum StoreLocation {
    #[default]
    Memory,
    Folder(PathBuf),
    #[cfg(feature = "redis")]
    Redis {
        server: Arc<RedisServer>,
        /// Of the process that made it: the child of a fork has no connections and no locks of its parent's.
        epoch: u32,
    },
}

impl PartialEq for StoreLocation {
    fn eq(&self, other: &StoreLocation) -> bool {
        match (self, other) {
            (StoreLocation::Memory, StoreLocation::Memory) => true,
            (StoreLocation::Folder(one), StoreLocation::Folder(other)) => one == other,
            #[cfg(feature = "redis")]
            (StoreLocation::Redis { server: one, .. }, StoreLocation::Redis { server: other, .. }) => {
                one == other
            }
            _ => false,
        }
    }
}

impl StoreLocation {
    /// `ca_pem`: whom to trust at a Redis server, if not whom the system trusts.
    pub fn parse(value: Option<&str>, ca_pem: Option<&[u8]>) -> Result<StoreLocation> {
        let Some(text) = value.filter(|text| *text != "memory") else { return Ok(StoreLocation::Memory) };
        if text.starts_with("redis://") || text.starts_with("rediss://") {
            return redis(text, ca_pem);
        }
        let path = text.strip_prefix("file:").filter(|path| !path.is_empty());
        // Without what may stand at its end: a slash there makes the system follow a link.
        Ok(StoreLocation::Folder(Path::new(path.ok_or_else(invalid_store)?).components().collect()))
    }

    /// Fit for a text.
    pub fn shown(&self) -> String {
        match self {
            StoreLocation::Memory => "memory".to_owned(),
            StoreLocation::Folder(path) => format!("file:{}", path.display()),
            #[cfg(feature = "redis")]
            StoreLocation::Redis { server, .. } => server.shown(),
        }
    }

    /// Whether it can be used now.
    pub fn check(&self) -> Result<()> {
        match self {
            StoreLocation::Memory => Ok(()),
            StoreLocation::Folder(path) => store::check_folder(path),
            #[cfg(feature = "redis")]
            StoreLocation::Redis { server, .. } => server.check(),
        }
    }

    /// The store there. `names` is of the process: what names things in memory.
    pub fn bind(&self, key: Option<&KeySource>, names: &DrawnKey) -> Result<StoreBinding> {
        match self {
            StoreLocation::Memory => {
                Ok(StoreBinding { store: Arc::new(Memory::default()), key: names.get()? })
            }
            StoreLocation::Folder(path) => {
                let key = match key {
                    Some(key) => store::key_of(key, path)?,
                    None => store::key_of(&store::default_key()?, path)?,
                };
                let sealer = Arc::new(Sealer::new(&key)?);
                let key = sealer.hash_key();
                Ok(StoreBinding { store: Arc::new(Folder::new(path, sealer)?), key })
            }
            #[cfg(feature = "redis")]
            StoreLocation::Redis { server, epoch } => {
                let is_own = *epoch == sys::fork_epoch();
                let server = if is_own { Arc::clone(server) } else { Arc::new(server.anew()) };
                // What this machine protects for itself is of no use to the others.
                let key = key.and_then(KeySource::given).ok_or_else(store::no_key)?;
                let sealer = Arc::new(Sealer::new(key)?);
                let key = sealer.hash_key();
                Ok(StoreBinding { store: Arc::new(store::Redis::new(server, sealer)), key })
            }
        }
    }
}

fn invalid_store() -> Error {
    Error::bad_value("store", Wanted::Store)
}

#[cfg(feature = "redis")]
fn redis(text: &str, ca_pem: Option<&[u8]>) -> Result<StoreLocation> {
    let server = store::redis_server(text, ca_pem).ok_or_else(invalid_store)?;
    Ok(StoreLocation::Redis { server: Arc::new(server), epoch: sys::fork_epoch() })
}

#[cfg(not(feature = "redis"))]
fn redis(_: &str, _: Option<&[u8]>) -> Result<StoreLocation> {
    use crate::error::Status;
    use crate::messages::{Message, StoreFault};
    Err(Error::new(Status::Unsupported, Message::Store { fault: StoreFault::NotBuilt }))
}
