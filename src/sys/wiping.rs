//! The allocator of everything that the library allocates: what is freed is wiped first.
//!
//! Passwords and tokens pass through buffers of the libraries for TLS, HTTP and JSON, which free them as they are, and
//! freed memory stays as it is until somebody needs it. A hit allocates nothing, so it pays nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::slice;

struct Wiping;

#[global_allocator]
static ALLOCATOR: Wiping = Wiping;

// SAFETY: blocks come from the system's allocator and go back to it with the layout that they came with.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        System.alloc(layout)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        System.alloc_zeroed(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        wipe(block, layout.size());
        System.dealloc(block, layout);
    }

    /// Always elsewhere: where the system moves a block, it leaves the old one as it is.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let moved = System.alloc(Layout::from_size_align_unchecked(size, layout.align()));
        if !moved.is_null() {
            moved.copy_from_nonoverlapping(block, layout.size().min(size));
            self.dealloc(block, layout);
        }
        moved
    }
}

unsafe fn wipe(block: *mut u8, size: usize) {
    block.write_bytes(0, size);
    // Nobody reads it any more: without this the compiler leaves the wipe out.
    zeroize::optimization_barrier(slice::from_raw_parts(block, size));
}

#[cfg(all(test, unix))]
mod tests {
    use super::wipe;

    #[test]
    fn all_of_a_block_is_wiped_and_nothing_beside_it() {
        for size in [0, 1, 4095, 65_536, (1 << 20) - 1, 1 << 20, (1 << 20) + 4097, 5 << 20] {
            for begin in [0, 1, 16, 4096, 65_535] {
                let mut all = vec![7u8; begin + size + 70_000];
                // SAFETY: that much lies within the block.
                unsafe { wipe(all.as_mut_ptr().add(begin), size) };
                assert!(
                    all[..begin].iter().chain(&all[begin + size..]).all(|byte| *byte == 7),
                    "{size}, {begin}"
                );
                assert!(all[begin..begin + size].iter().all(|byte| *byte == 0), "{size}, {begin}");
            }
        }
    }
}
