//! A panic in this library is caught, prints nothing, and leaves only the place where it was raised: its text
//! may hold anything.

use crate::util::thread_local;
use std::cell::Cell;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

const MAX_FILE_NAME_BYTES: usize = 48;

#[derive(Clone, Copy)]
struct PanicLocation {
    file: [u8; MAX_FILE_NAME_BYTES],
    length: usize,
    line: u32,
}

thread_local! {
    static PLACE: Cell<Option<PanicLocation>> = const { Cell::new(None) };
}

/// While it lives, a panic of this thread is ours.
pub struct Inside(());

impl Inside {
    #[inline]
    pub fn enter() -> Self {
        thread_local::with(|local| local.depth.set(local.depth.get() + 1));
        Inside(())
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        thread_local::with(|local| local.depth.set(local.depth.get() - 1));
    }
}

/// Installs the hook. In the shared library the standard library is our own, so the hook is nobody else's; in a
/// Rust program that links the crate, other code keeps the hook it had.
pub fn silence() {
    // Not a `Once`: whoever comes second must not wait for a thread that a fork may have left behind.
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if INSTALLED.load(Ordering::Relaxed) || INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread_local::with(|local| local.depth.get()) == 0 {
            return before(info);
        }
        if let Some(location) = info.location() {
            PLACE.set(Some(PanicLocation::of(location.file(), location.line())));
        }
    }));
}

/// Where the last panic of this thread was raised, for its error text.
pub fn take_place() -> String {
    PLACE.take().map_or_else(|| "?".to_owned(), |place| place.text())
}

impl PanicLocation {
    /// The end of the path: the beginning tells only of the machine that built the library.
    fn of(path: &str, line: u32) -> PanicLocation {
        let mut start = path.len().saturating_sub(MAX_FILE_NAME_BYTES);
        while !path.is_char_boundary(start) {
            start += 1;
        }
        let end = path.get(start..).unwrap_or_default();
        let end = end.find("src/").and_then(|at| end.get(at..)).unwrap_or(end);
        let mut file = [0; MAX_FILE_NAME_BYTES];
        file[..end.len()].copy_from_slice(end.as_bytes());
        PanicLocation { file, length: end.len(), line }
    }

    fn text(&self) -> String {
        format!("{}:{}", String::from_utf8_lossy(&self.file[..self.length]), self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_leaves_its_place_and_not_its_text() {
        silence();
        let caught = panic::catch_unwind(|| {
            let _inside = Inside::enter();
            panic!("password=senha");
        });
        assert!(caught.is_err());
        let place = take_place();
        assert!(place.starts_with("src/util/panics.rs:") && !place.contains("senha"), "{place}");
        assert_eq!(thread_local::with(|local| local.depth.get()), 0);
    }

    #[test]
    fn a_long_path_is_cut_at_its_beginning() {
        let place = PanicLocation::of(&format!("/{}/é/lib.rs", "x".repeat(100)), 7).text();
        assert!(place.ends_with("/é/lib.rs:7") && place.len() < 60, "{place}");
    }
}
