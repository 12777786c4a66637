//! The top of a connection: notes that the request is on its way, and wipes what the layers below held.

use super::progress::{self, Phase};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};
use ureq::Error;
use zeroize::Zeroize;

#[derive(Debug)]
pub struct Guarded;

impl<In: Transport> Connector<In> for Guarded {
    type Out = Guard<In>;

    fn connect(&self, _: &ConnectionDetails, below: Option<In>) -> Result<Option<Guard<In>>, Error> {
        progress::enter(Phase::Request);
        Ok(below.map(|below| Guard { below }))
    }
}

#[derive(Debug)]
pub struct Guard<T: Transport> {
    below: T,
}

impl<T: Transport> Transport for Guard<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.below.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if amount > 0 {
            progress::request_waits();
        }
        self.below.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.below.await_input(timeout)
    }

    /// Never used again: see `Client`.
    fn is_open(&mut self) -> bool {
        false
    }

    fn is_tls(&self) -> bool {
        self.below.is_tls()
    }
}

impl<T: Transport> Drop for Guard<T> {
    fn drop(&mut self) {
        // Passwords went out through these buffers, and tokens came in. With nothing left unread, the room
        // for input is the whole buffer. Its type allocates it once, for its size never changes.
        let buffers = self.below.buffers();
        buffers.output().zeroize();
        let unread = buffers.input().len();
        buffers.input_consume(unread);
        buffers.input_append_buf().zeroize();
    }
}
