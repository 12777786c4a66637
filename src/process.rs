//! What the accounts of one process share.

use crate::cache::Cache;
use crate::error::{Error, Result, Status};
use crate::http;
use crate::log::{self, Entry, Event, Level};
use crate::message::{Language, Message, ToCome, Wanted};
use crate::options::{self, Values};
use crate::random::HashKey;
use crate::store::{Memory, Store};
use crate::sync::{locked, Mutex};
use std::collections::HashMap;
use std::sync::Arc;

/// Network settings in use at once; beyond that the ones nobody uses are dropped.
const MOST_CLIENTS: usize = 64;

/// Where tokens outlive a call, and what names them there.
pub struct Keeping {
    #[allow(dead_code)] // what is kept in it is to come
    pub store: Arc<dyn Store>,
    /// Makes the names of identities and accounts.
    pub key: Arc<HashKey>,
}

pub struct Process {
    pub cache: Cache,
    /// What the store did not take and can be had nowhere else.
    pub unsaved: Arc<Memory>,
    keeping: Arc<Keeping>,
    clients: Mutex<HashMap<http::Settings, Arc<http::Client>>>,
    defaults: Mutex<Values>,
}

impl Keeping {
    fn in_memory(key: Arc<HashKey>) -> Self {
        Keeping { store: Arc::new(Memory::default()), key }
    }
}

impl Process {
    pub fn new() -> Self {
        Process {
            cache: Cache::default(),
            unsaved: Arc::default(),
            keeping: Arc::new(Keeping::in_memory(Arc::new(HashKey::random()))),
            clients: Mutex::default(),
            defaults: Mutex::default(),
        }
    }

    /// What follows a shutdown: everything anew, but refused logins are still counted.
    pub fn successor(&self) -> Self {
        let keeping = Arc::new(Keeping::in_memory(Arc::clone(&self.keeping.key)));
        Process { cache: self.cache.successor(), keeping, ..Process::new() }
    }

    /// Fixed by the first call that needs a token.
    pub fn keeping(&self) -> Result<Arc<Keeping>> {
        Ok(Arc::clone(&self.keeping))
    }

    /// The client for these settings: one for all accounts, so that certificates are read once.
    pub fn client(&self, settings: http::Settings) -> Arc<http::Client> {
        let mut clients = locked(&self.clients);
        if clients.len() >= MOST_CLIENTS {
            clients.retain(|_, client| Arc::strong_count(client) > 1);
        }
        if let Some(client) = clients.get(&settings) {
            return Arc::clone(client);
        }
        let client = Arc::new(http::Client::new(&settings));
        clients.insert(settings, Arc::clone(&client));
        client
    }

    /// Closes every connection that waits for another request.
    pub fn hang_up(&self) {
        locked(&self.clients).values().for_each(|client| client.close());
    }

    /// The values that accounts opened from now on start with.
    pub fn defaults(&self) -> Values {
        locked(&self.defaults).clone()
    }

    pub fn configure(&self, name: &str, value: Option<&str>) -> Result<()> {
        let value = value.filter(|text| !text.is_empty());
        self.apply(name, value)?;
        log::event(Level::Debug, || {
            let option = name.to_owned();
            Entry::of_process(match value {
                Some(_) => Event::ProcessOptionSet { option },
                None => Event::ProcessOptionCleared { option },
            })
        });
        Ok(())
    }

    fn apply(&self, name: &str, value: Option<&str>) -> Result<()> {
        match name {
            "background" => self.set_background(value),
            "store" => match value {
                None | Some("memory") => Ok(()),
                Some(_) => Err(Error::not_yet(ToCome::Store)),
            },
            "store_key" if value.is_none() => Ok(()),
            "store_key" => Err(Error::not_yet(ToCome::StoreKey)),
            "log_level" => set_log_level(value),
            "log_file" => set_log_file(value),
            "language" => set_language(value),
            _ => match options::may_be_default(name) {
                Some(true) => {
                    let checked = options::check(name, value, &|_| false)?;
                    locked(&self.defaults).apply(checked, &Values::default());
                    Ok(())
                }
                Some(false) => {
                    Err(Error::new(Status::Option, Message::NotForProcess { name: name.to_owned() }))
                }
                None => {
                    let own = ["background", "store", "store_key", "log_level", "log_file", "language"];
                    let (name, known) = (name.chars().take(32).collect(), own.join(", "));
                    Err(Error::new(Status::Option, Message::UnknownProcessOption { name, known }))
                }
            },
        }
    }

    fn set_background(&self, value: Option<&str>) -> Result<()> {
        match value {
            None | Some("1") => self.cache.threads.forbid(false),
            Some("0") => self.cache.threads.forbid(true),
            Some(_) => return Err(Error::bad_value("background", Wanted::Switch)),
        }
        Ok(())
    }
}

fn set_log_level(value: Option<&str>) -> Result<()> {
    let level = value.map(log::level);
    if level == Some(None) {
        return Err(Error::bad_value("log_level", Wanted::OneOf { known: log::LEVELS.to_owned() }));
    }
    log::set_level(level.flatten());
    Ok(())
}

fn set_log_file(value: Option<&str>) -> Result<()> {
    log::set_file(value).map_err(|cause| Error::bad_value("log_file", Wanted::LogFile { cause }))?;
    if value.is_some() {
        log::event(Level::Information, || {
            let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
            Entry::of_process(Event::LogBegins { version: env!("CARGO_PKG_VERSION"), system, processor })
        });
    }
    Ok(())
}

fn set_language(value: Option<&str>) -> Result<()> {
    let Some(language) = value.map_or(Some(Language::default()), Language::named) else {
        let known = Language::ALL.map(Language::name).join(", ");
        return Err(Error::bad_value("language", Wanted::OneOf { known }));
    };
    language.make_current();
    Ok(())
}
