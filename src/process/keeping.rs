//! Where the process keeps its tokens: what was configured, fixed by the first call that needs a token.

use super::place::{Keeping, Place};
use crate::error::{Error, Result, Status};
use crate::message::{Message, StoreFault};
use crate::random::HashKey;
use crate::store::{self, KeySource};
use crate::sync::{locked, Mutex};
use std::sync::{Arc, OnceLock};

#[derive(Clone, Default, PartialEq)]
struct Options {
    place: Place,
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
        if let Some(options) = self.options.try_lock().into_iter().next() {
            *locked(&child.options) = Options { place: options.place.of_child(), key: options.key.clone() };
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
        let keeping = Arc::new(options.place.keeping(options.key.as_ref(), &self.key)?);
        let _ = self.fixed.set(Arc::clone(&keeping));
        Ok(keeping)
    }

    pub fn set_store(&self, value: Option<&str>, ca_pem: Option<&[u8]>) -> Result<()> {
        let place = Place::parse(value, ca_pem)?;
        // With no lock held: a server may be slow.
        let is_in_use = self.fixed.get().is_some() && place == locked(&self.options).place;
        let usable = if is_in_use { Ok(()) } else { place.check() };
        // Kept also when it can not be used: to a program that does not look, the first call that needs a token says so
        // again, instead of falling back to memory in silence.
        self.change("store", |options| {
            // What is known of the same place already stays known.
            if place != options.place {
                options.place = place;
            }
        })?;
        usable
    }

    /// As the program named it.
    pub fn name(&self) -> String {
        locked(&self.options).place.shown()
    }

    pub fn set_key(&self, value: Option<&str>) -> Result<()> {
        let key = value.map(store::parse_key).transpose()?;
        self.change("store_key", |options| options.key = key)
    }

    /// Saying again what is so is no change: each plugin of a program may.
    fn change(&self, option: &'static str, change: impl FnOnce(&mut Options)) -> Result<()> {
        let mut options = locked(&self.options);
        let mut changed = options.clone();
        change(&mut changed);
        if changed != *options && self.fixed.get().is_some() {
            return Err(Error::new(Status::Option, Message::Store { fault: StoreFault::Fixed { option } }));
        }
        *options = changed;
        Ok(())
    }
}
