//! Where the process keeps its tokens: what was configured, fixed by the first call that needs a token.

use crate::error::{Error, Result, Status};
use crate::message::{Message, StoreFault, ToCome, Wanted};
use crate::random::HashKey;
use crate::store::{self, Folder, KeySource, Memory, Sealer, Store};
use crate::sync::{locked, Mutex};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Where tokens outlive a call, and what names them there.
pub struct Keeping {
    pub store: Arc<dyn Store>,
    /// Makes the names of identities and accounts.
    pub key: Arc<HashKey>,
}

impl Keeping {
    fn in_folder(path: &Path, source: &KeySource) -> Result<Self> {
        let sealer = Arc::new(Sealer::new(&store::key_of(source, path)?)?);
        let key = sealer.hash_key();
        Ok(Keeping { store: Arc::new(Folder::new(path, sealer)?), key })
    }
}

#[derive(Clone, Default, PartialEq)]
struct Options {
    /// `None`: memory.
    folder: Option<PathBuf>,
    key: Option<KeySource>,
}

pub struct Choice {
    options: Mutex<Options>,
    fixed: OnceLock<Arc<Keeping>>,
    /// Names what is kept in memory.
    pub key: Arc<HashKey>,
}

impl Choice {
    pub fn new(key: Arc<HashKey>) -> Self {
        Choice { options: Mutex::default(), fixed: OnceLock::new(), key }
    }

    /// In the child of a fork: nothing of the parent's is kept, but where it is kept is the same. The parent's locks
    /// may be held by threads that do not exist here.
    pub fn of_child(&self) -> Self {
        let child = Choice::new(Arc::new(HashKey::random()));
        if let Ok(options) = self.options.try_lock() {
            *locked(&child.options) = options.clone();
        }
        child
    }

    pub fn keeping(&self) -> Result<Arc<Keeping>> {
        if let Some(keeping) = self.fixed.get() {
            return Ok(Arc::clone(keeping));
        }
        // One after the other, and no option changes meanwhile.
        let options = locked(&self.options);
        if let Some(keeping) = self.fixed.get() {
            return Ok(Arc::clone(keeping));
        }
        let keeping = Arc::new(match &options.folder {
            None => Keeping { store: Arc::new(Memory::default()), key: Arc::clone(&self.key) },
            Some(path) => match &options.key {
                Some(key) => Keeping::in_folder(path, key)?,
                None => Keeping::in_folder(path, &store::default_key()?)?,
            },
        });
        let _ = self.fixed.set(Arc::clone(&keeping));
        Ok(keeping)
    }

    pub fn set_store(&self, value: Option<&str>) -> Result<()> {
        let folder = match value {
            None | Some("memory") => None,
            Some(text) if text.starts_with("redis://") || text.starts_with("rediss://") => {
                return Err(Error::not_yet(ToCome::Redis));
            }
            Some(text) => {
                let path = text.strip_prefix("file:").filter(|path| !path.is_empty());
                Some(PathBuf::from(path.ok_or_else(|| Error::bad_value("store", Wanted::Store))?))
            }
        };
        self.change("store", |options| {
            if let Some(folder) = folder.as_deref().filter(|folder| options.folder.as_deref() != Some(folder))
            {
                store::check_folder(folder)?;
            }
            options.folder = folder;
            Ok(())
        })
    }

    /// As the program named it.
    pub fn name(&self) -> String {
        let options = locked(&self.options);
        options
            .folder
            .as_deref()
            .map_or_else(|| "memory".to_owned(), |folder| format!("file:{}", folder.display()))
    }

    pub fn set_key(&self, value: Option<&str>) -> Result<()> {
        let key = value.map(store::parse_key).transpose()?;
        self.change("store_key", |options| {
            options.key = key;
            Ok(())
        })
    }

    /// Saying again what is so is no change: each plugin of a program may.
    fn change(&self, option: &'static str, change: impl FnOnce(&mut Options) -> Result<()>) -> Result<()> {
        let mut options = locked(&self.options);
        let mut changed = options.clone();
        let result = change(&mut changed);
        if changed != *options && self.fixed.get().is_some() {
            return Err(Error::new(Status::Option, Message::Store { fault: StoreFault::Fixed { option } }));
        }
        *options = changed;
        result
    }
}
