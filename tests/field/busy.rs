//! Turns: how many plays are busy at once.

use std::sync::{Condvar, Mutex};

/// How many may be busy at once: on a machine of few cores handshakes take their time.
pub struct Busy(Mutex<usize>, Condvar);

impl Busy {
    pub fn new(most: usize) -> Busy {
        Busy(Mutex::new(most), Condvar::new())
    }

    pub fn enter(&self) -> Turn<'_> {
        let mut free = self.1.wait_while(self.0.lock().unwrap(), |free| *free == 0).unwrap();
        *free -= 1;
        Turn(self)
    }
}

pub struct Turn<'a>(&'a Busy);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0 .0.lock().unwrap() += 1;
        self.0 .1.notify_one();
    }
}
