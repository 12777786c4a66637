//! The top of a connection: notes that the request is on its way, wipes what the layers below held, and lets the
//! connection wait for the next request if it may.

use super::pool::{Key, Pool};
use super::progress;
use std::sync::Arc;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};
use ureq::Error;
use zeroize::Zeroize;

#[derive(Debug)]
pub struct Guard {
    below: Box<dyn Transport>,
    /// Where it waits afterwards.
    home: Option<(Arc<Pool>, Key)>,
    /// The answer ended where its headers said, and the server keeps the connection open.
    whole: bool,
}

impl Guard {
    pub fn new(below: Box<dyn Transport>, home: Option<(Arc<Pool>, Key)>) -> Guard {
        Guard { below, home, whole: false }
    }
}

impl Transport for Guard {
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
        let more = self.below.await_input(timeout)?;
        if more {
            progress::answered();
        }
        Ok(more)
    }

    /// ureq asks this of a connection that it could use again, and of no other. It waits in our pool, not in
    /// ureq's: for ureq it ends here.
    fn is_open(&mut self) -> bool {
        self.whole = self.home.is_some() && self.below.is_open();
        false
    }

    fn is_tls(&self) -> bool {
        self.below.is_tls()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Passwords went out through these buffers, and tokens came in. With nothing left unread, the room
        // for input is the whole buffer. Its type allocates it once, for its size never changes.
        let buffers = self.below.buffers();
        buffers.output().zeroize();
        let unread = buffers.input().len();
        buffers.input_consume(unread);
        buffers.input_append_buf().zeroize();
        if let Some((pool, key)) = self.home.take().filter(|_| self.whole) {
            // In its place something that is never used.
            pool.put(key, std::mem::replace(&mut self.below, Box::new(())));
        }
    }
}
