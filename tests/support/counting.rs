//! An allocator that knows what each thread holds. For test programs of which one thread does the library's work.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Bytes that this thread has allocated and not freed, and what they cost with malloc's own books.
    static LIVE: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

struct Counting;

/// What glibc's malloc takes for so many bytes: a word beside them, in steps of two words, four at least.
fn cost(bytes: usize) -> isize {
    (bytes + 8).next_multiple_of(16).max(32) as isize
}

fn count(bytes: isize, cost: isize) {
    // Without its thread-local data a thread is at its end, and no thread that counts ends here.
    let _ = LIVE.try_with(|live| live.set((live.get().0 + bytes, live.get().1 + cost)));
}

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize, cost(layout.size()));
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-(layout.size() as isize), -cost(layout.size()));
        System.dealloc(place, layout);
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize, cost(size) - cost(layout.size()));
        System.realloc(place, layout, size)
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes in use when `work` ended beyond those before it.
#[allow(dead_code)]
pub fn growth(work: impl FnOnce()) -> isize {
    let before = LIVE.get();
    work();
    LIVE.get().0 - before.0
}

/// The same with what the allocator needs for itself.
#[allow(dead_code)]
pub fn cost_of(work: impl FnOnce()) -> isize {
    let before = LIVE.get();
    work();
    LIVE.get().1 - before.1
}

/// Bytes of the process that are in memory.
pub fn resident() -> isize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("statm");
    let pages: isize = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("pages");
    pages * 4096
}
