//! malloc that knows what each thread holds. For test programs of which one thread does the library's work.
//!
//! It stands in front of glibc's, for the library has an allocator of its own above it, and a program has one only.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

thread_local! {
    /// Bytes that this thread has allocated and not freed, and what they cost with malloc's own books.
    static LIVE: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
}

/// Stands before each block: what was asked for, and where glibc's block begins.
#[repr(C, align(16))]
struct Head {
    size: usize,
    begin: *mut c_void,
}

const HEAD: usize = size_of::<Head>();

/// What glibc's malloc takes for so many bytes: a word beside them, in steps of two words, four at least.
fn cost(bytes: usize) -> isize {
    (bytes + 8).next_multiple_of(16).max(32) as isize
}

fn count(bytes: isize, cost: isize) {
    // Without its thread-local data a thread is at its end, and no thread that counts ends here.
    let _ = LIVE.try_with(|live| live.set((live.get().0 + bytes, live.get().1 + cost)));
}

fn allocated(size: usize, align: usize) -> *mut c_void {
    let spare = if align > HEAD { align } else { 0 };
    let Some(all) = size.checked_add(HEAD + spare) else { return null_mut() };
    // SAFETY: the head and the block lie within what glibc gave.
    unsafe {
        let begin = __libc_malloc(all);
        if begin.is_null() {
            return begin;
        }
        let block = begin.byte_add(HEAD).byte_add(begin.byte_add(HEAD).align_offset(align.max(HEAD)));
        block.cast::<Head>().sub(1).write(Head { size, begin });
        count(size as isize, cost(size));
        block
    }
}

#[no_mangle]
extern "C" fn malloc(size: usize) -> *mut c_void {
    allocated(size, HEAD)
}

#[no_mangle]
extern "C" fn calloc(number: usize, size: usize) -> *mut c_void {
    let Some(size) = number.checked_mul(size) else { return null_mut() };
    let block = allocated(size, HEAD);
    if !block.is_null() {
        // SAFETY: so large is the block.
        unsafe { block.write_bytes(0, size) };
    }
    block
}

#[no_mangle]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    let moved = allocated(size, HEAD);
    if !moved.is_null() && !block.is_null() {
        moved.copy_from_nonoverlapping(block, malloc_usable_size(block).min(size));
        free(block);
    }
    moved
}

#[no_mangle]
unsafe extern "C" fn free(block: *mut c_void) {
    if !block.is_null() {
        let Head { size, begin } = block.cast::<Head>().sub(1).read();
        count(-(size as isize), -cost(size));
        __libc_free(begin);
    }
}

#[no_mangle]
unsafe extern "C" fn malloc_usable_size(block: *mut c_void) -> usize {
    if block.is_null() {
        return 0;
    }
    (*block.cast::<Head>().sub(1)).size
}

#[no_mangle]
extern "C" fn memalign(align: usize, size: usize) -> *mut c_void {
    allocated(size, align)
}

#[no_mangle]
extern "C" fn aligned_alloc(align: usize, size: usize) -> *mut c_void {
    allocated(size, align)
}

#[no_mangle]
unsafe extern "C" fn posix_memalign(place: *mut *mut c_void, align: usize, size: usize) -> c_int {
    const OUT_OF_MEMORY: c_int = 12;
    *place = allocated(size, align);
    if (*place).is_null() {
        OUT_OF_MEMORY
    } else {
        0
    }
}

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
