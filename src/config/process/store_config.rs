//! The store of the process: what was configured, fixed by the first call that needs a token.

use super::store_location::{StoreBinding, StoreLocation};
use super::Settings;
use crate::error::{Error, Result, Status};
use crate::messages::{Message, StoreFault};
use crate::store;
use crate::util::inherited;
use crate::util::random::DrawnKey;
use crate::util::sync::{locked, Mutex};
use std::sync::Arc;

pub struct StoreConfig {
    bound: Mutex<Option<Arc<StoreBinding>>>,
    /// Names what is kept in memory.
    pub key: Arc<DrawnKey>,
}

impl StoreConfig {
    pub fn new(key: Arc<DrawnKey>) -> Self {
        StoreConfig { bound: Mutex::default(), key }
    }

    pub fn binding(&self) -> Result<Arc<StoreBinding>> {
        // One after the other, and neither option changes meanwhile.
        let mut fixed = locked(&self.bound);
        if let Some(binding) = &*fixed {
            return Ok(Arc::clone(binding));
        }
        let settings = inherited::get::<Settings>();
        let binding = Arc::new(settings.place.bind(settings.key.as_ref(), &self.key)?);
        *fixed = Some(Arc::clone(&binding));
        Ok(binding)
    }

    pub fn set_store(&self, value: Option<&str>) -> Result<()> {
        let settings = inherited::get::<Settings>();
        let place = StoreLocation::parse(value, settings.defaults.ca_pem())?;
        // With no lock held: a server may be slow.
        let is_in_use = place == settings.place && locked(&self.bound).is_some();
        let usable = if is_in_use { Ok(()) } else { place.check() };
        // Kept also when it cannot be used: to a program that does not look, the first call that needs a token says so
        // again, instead of falling back to memory in silence.
        self.change("store", |settings| {
            // What is known of the same place already stays known.
            if place != settings.place {
                settings.place = place.clone();
            }
        })?;
        usable
    }

    pub fn set_key(&self, value: Option<&str>) -> Result<()> {
        let key = value.map(store::parse_key).transpose()?;
        self.change("store_key", |settings| settings.key = key.clone())
    }

    /// Setting the same value again is no change: each plugin of a program may.
    fn change(&self, option: &'static str, change: impl Fn(&mut Settings)) -> Result<()> {
        let fixed = locked(&self.bound);
        inherited::try_update(|settings: &Settings| {
            let mut changed = settings.clone();
            change(&mut changed);
            let is_other = (&changed.place, &changed.key) != (&settings.place, &settings.key);
            if is_other && fixed.is_some() {
                return Err(Error::new(
                    Status::Option,
                    Message::Store { fault: StoreFault::Fixed { option } },
                ));
            }
            Ok(changed)
        })
    }
}
