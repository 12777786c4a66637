//! What the accounts of one process share.

use crate::cache::{self, Cache};
use crate::config::options::{self, Values};
use crate::error::{Error, Result, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::{Language, Message, Wanted};
use crate::net;
use crate::store::{KeySource, Memory};
use crate::util::inherited;
use crate::util::random::DrawnKey;
use crate::util::sync::{locked, Mutex};
use std::collections::HashMap;
use std::sync::Arc;

mod store_config;
mod store_location;

use store_config::StoreConfig;
use store_location::{StoreBinding, StoreLocation};

/// Network settings in use at once; beyond that the ones nobody uses are dropped.
const MAX_CLIENTS: usize = 64;

/// What the child of a fork has too.
#[derive(Clone, Default)]
struct Settings {
    /// What accounts opened from now on start with.
    defaults: Values,
    /// `background` is 0.
    without_threads: bool,
    max_idle_tokens: Option<usize>,
    place: StoreLocation,
    key: Option<KeySource>,
}

pub struct Process {
    pub cache: Cache,
    /// What the store did not take and can be had nowhere else.
    pub app_token_fallback: Arc<Memory>,
    store_config: StoreConfig,
    clients: Mutex<HashMap<net::Settings, Arc<net::Client>>>,
}

impl Process {
    /// With the settings that are there: in the child of a fork, its parent's.
    pub fn new() -> Self {
        log::start();
        Process::with(Cache::default(), Arc::default())
    }

    fn with(cache: Cache, key: Arc<DrawnKey>) -> Self {
        let process = Process {
            cache,
            app_token_fallback: Arc::default(),
            store_config: StoreConfig::new(key),
            clients: Mutex::default(),
        };
        process.follow_settings();
        process
    }

    /// What follows a shutdown: everything anew, but refused logins are still counted.
    pub fn successor(&self) -> Self {
        Process::with(self.cache.successor(), Arc::clone(&self.store_config.key))
    }

    /// For a shutdown.
    pub fn forget_settings() {
        inherited::update(|_: &Settings| Settings::default());
    }

    /// Fixed by the first call that needs a token.
    pub fn store_binding(&self) -> Result<Arc<StoreBinding>> {
        self.store_config.binding()
    }

    /// What the program chose to keep tokens in.
    pub fn store_name(&self) -> String {
        inherited::get::<Settings>().place.shown()
    }

    /// The client for these settings: one for all accounts, so that certificates are read once.
    pub fn client(&self, settings: net::Settings) -> Arc<net::Client> {
        let mut clients = locked(&self.clients);
        if clients.len() >= MAX_CLIENTS {
            clients.retain(|_, client| Arc::strong_count(client) > 1);
        }
        if let Some(client) = clients.get(&settings) {
            return Arc::clone(client);
        }
        let client = Arc::new(net::Client::new(&settings));
        clients.insert(settings, Arc::clone(&client));
        client
    }

    /// Closes every connection that waits for another request.
    pub fn close_idle_connections(&self) {
        locked(&self.clients).values().for_each(|client| client.close());
    }

    /// The values that accounts opened from now on start with.
    pub fn defaults(&self) -> Values {
        inherited::get::<Settings>().defaults.clone()
    }

    pub fn configure(&self, name: &str, value: Option<&str>) -> Result<()> {
        let value = value.filter(|text| !text.is_empty());
        self.apply(name, value)?;
        log::event(Level::Debug, || {
            let option = name.to_owned();
            LogRecord::of_process(match value {
                Some(_) => Event::ProcessOptionSet { option },
                None => Event::ProcessOptionCleared { option },
            })
        });
        Ok(())
    }

    fn apply(&self, name: &str, value: Option<&str>) -> Result<()> {
        match name {
            "background" => self.set_background(value),
            "max_idle_tokens" => self.set_max_idle_tokens(value),
            "store" => self.store_config.set_store(value),
            "store_key" => self.store_config.set_key(value),
            "log_level" => set_log_level(value),
            "log_file" => set_log_file(value),
            "language" => set_language(value),
            _ => match options::may_be_default(name) {
                Some(true) => {
                    let checked = options::check(name, value, &|_| false)?;
                    change(|settings| {
                        // What may fail is no default of a process.
                        let _ = settings.defaults.apply(checked.clone(), &Values::default());
                    });
                    Ok(())
                }
                Some(false) => {
                    Err(Error::new(Status::Option, Message::NotForProcess { name: name.to_owned() }))
                }
                None => {
                    let own = [
                        "background",
                        "max_idle_tokens",
                        "store",
                        "store_key",
                        "log_level",
                        "log_file",
                        "language",
                    ];
                    let (name, known) = (options::shown_name(name), own.join(", "));
                    Err(Error::new(Status::Option, Message::UnknownProcessOption { name, known }))
                }
            },
        }
    }

    fn set_background(&self, value: Option<&str>) -> Result<()> {
        let without_threads = match value.map(options::trimmed) {
            None | Some("1") => false,
            Some("0") => true,
            Some(_) => return Err(Error::bad_value("background", Wanted::Switch)),
        };
        change(|settings| settings.without_threads = without_threads);
        self.follow_settings();
        Ok(())
    }

    fn set_max_idle_tokens(&self, value: Option<&str>) -> Result<()> {
        const MOST: u64 = 100_000_000;
        let number =
            value.map(|text| options::trimmed(text).parse().ok().filter(|number: &u64| *number <= MOST));
        if number == Some(None) {
            return Err(Error::bad_value("max_idle_tokens", Wanted::Number { least: 0, most: MOST }));
        }
        let most = number.flatten().map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        change(|settings| settings.max_idle_tokens = most);
        self.follow_settings();
        Ok(())
    }

    /// Who comes last has looked last.
    fn follow_settings(&self) {
        let wanted = || {
            let settings = inherited::get::<Settings>();
            (settings.without_threads, settings.max_idle_tokens)
        };
        loop {
            let now = wanted();
            self.cache.threads.forbid(now.0);
            net::forbid_threads(now.0);
            self.cache.keep_idle(now.1.unwrap_or(cache::MAX_IDLE_TOKENS));
            if wanted() == now {
                break;
            }
        }
    }
}

fn change(change: impl Fn(&mut Settings)) {
    inherited::update(|settings: &Settings| {
        let mut changed = settings.clone();
        change(&mut changed);
        changed
    });
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
    log::set_file(value).map_err(|cause| Error::bad_value("log_file", Wanted::LogFile { cause }))
}

fn set_language(value: Option<&str>) -> Result<()> {
    let Some(language) = value.map_or(Some(Language::default()), Language::named) else {
        let known = Language::ALL.map(Language::name).join(", ");
        return Err(Error::bad_value("language", Wanted::OneOf { known }));
    };
    language.make_current();
    Ok(())
}
