//! A connection for a request: one that waits in the pool, or a new one.

use super::guard::Guard;
use super::pool::{Key, Pool};
use super::progress::{self, Phase};
use super::target::Target;
use std::sync::Arc;
use ureq::unversioned::transport::{ConnectionDetails, Connector, Transport};
use ureq::Error;

/// Makes connections, or takes them out of the pool.
#[derive(Debug)]
pub struct Pooled<C> {
    pub new: C,
    pub pool: Arc<Pool>,
}

impl<C: Connector<()>> Connector<()> for Pooled<C> {
    type Out = Guard;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Guard>, Error> {
        let Some(longest_ms) = progress::get().longest_wait_ms else {
            return self.connect_new(details, None);
        };
        let target = Target::of(details.uri.clone()).map_err(|_| Error::HostNotFound)?;
        let key = Key::of(&target);
        let home = Some((Arc::clone(&self.pool), key.clone()));
        match self.pool.take(&key, longest_ms) {
            Some(below) => {
                progress::reused();
                Ok(Some(Guard::new(below, home)))
            }
            None => self.connect_new(details, home),
        }
    }
}

impl<C: Connector<()>> Pooled<C> {
    fn connect_new(
        &self,
        details: &ConnectionDetails,
        home: Option<(Arc<Pool>, Key)>,
    ) -> Result<Option<Guard>, Error> {
        let below = self.new.connect(details, None)?;
        progress::enter(Phase::Request);
        Ok(below.map(|below| Guard::new(below.boxed(), home)))
    }
}
