//! Windows.

mod ansi;
mod certificates;
mod lookup;
mod protect;
mod registry;
pub mod rights;

pub use ansi::{ansi_bytes, ansi_char};
pub use certificates::{find as store_certificate, Padding, StoreKey};
pub use lookup::addresses;
pub use protect::{protect, unprotect};
pub use registry::user_proxy;
pub use rights::user;

use std::arch::asm;
use std::ffi::CStr;
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::LibraryLoader::{
    GetModuleHandleA, GetModuleHandleExW, GetProcAddress, GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
    GET_MODULE_HANDLE_EX_FLAG_PIN,
};
use windows_sys::Win32::System::Memory::{VirtualQuery, MEMORY_BASIC_INFORMATION};
use windows_sys::Win32::System::SystemInformation::{GetSystemTimeAsFileTime, GetTickCount64};

/// As `wall_ms`, as of the system's last tick: a few milliseconds late, and much cheaper.
pub fn coarse_wall_ms() -> i64 {
    let mut time = FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 };
    // SAFETY: writes the two halves of one number.
    unsafe { GetSystemTimeAsFileTime(&mut time) };
    let since_1601 = i64::from(time.dwHighDateTime) << 32 | i64::from(time.dwLowDateTime);
    since_1601 / 10_000 - 11_644_473_600_000
}

/// Milliseconds since boot, time asleep included.
pub fn boot_ms() -> i64 {
    // SAFETY: takes nothing, changes nothing.
    unsafe { GetTickCount64() as i64 }
}

/// No program has rights here that whoever started it has not.
pub fn is_privileged() -> bool {
    false
}

/// Nothing forks here.
#[inline]
pub fn fork_epoch() -> u32 {
    0
}

/// Call it before anything of the process is kept: from now on the library stays loaded, whoever frees it. A thread of
/// ours may run, and what is cached would be lost to a program that loads the library for each use.
pub fn prepare() {
    static PINNED: AtomicBool = AtomicBool::new(false);
    if PINNED.load(Ordering::Relaxed) {
        return;
    }
    let here: *const AtomicBool = &PINNED;
    let mut module = std::ptr::null_mut();
    let flags = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
    // SAFETY: with this flag the name is any address inside the library; a handle is written to a local of ours.
    let pinned = unsafe { GetModuleHandleExW(flags, here.cast(), &mut module) } != 0;
    PINNED.store(pinned, Ordering::Relaxed);
}

/// There is no lock for a file that is open for appending alone. Two processes that put it aside at the same moment
/// may lose the oldest of what was put aside before.
pub fn try_lock(_: &File) -> bool {
    true
}

/// No file has a limit here that a signal tells of.
pub fn without_size_signal<R>(work: impl FnOnce() -> R) -> R {
    work()
}

pub fn largest_file() -> u64 {
    u64::MAX
}

/// Whether all these addresses lie in the stack that this thread runs on now: a fiber's own, inside one.
pub fn own_stack_holds(addresses: &[usize]) -> bool {
    let top = stack_top();
    let mut stack = MEMORY_BASIC_INFORMATION::default();
    // SAFETY: asks about an address without a look at what is there, and writes a structure of ours.
    unsafe { VirtualQuery(top.wrapping_sub(1) as _, &mut stack, size_of::<MEMORY_BASIC_INFORMATION>()) };
    addresses.iter().all(|address| (stack.AllocationBase as usize..top).contains(address))
}

/// Where the stack begins: the thread's own block has it, as `StackBase`, and before Windows 8 no function tells it.
fn stack_top() -> usize {
    let top;
    // SAFETY: the register holds the block's address for as long as the thread lives.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!("mov {}, gs:[8]", out(reg) top, options(nostack, preserves_flags, readonly));
    }
    // SAFETY: as above.
    #[cfg(target_arch = "x86")]
    unsafe {
        asm!("mov {}, fs:[4]", out(reg) top, options(nostack, preserves_flags, readonly));
    }
    top
}

/// A function that not every Windows has, of a DLL that the process has loaded.
fn function(library: &CStr, name: &CStr) -> Option<unsafe extern "system" fn() -> isize> {
    // SAFETY: both take a text that ends in a NUL, and give what the process has or null.
    unsafe { GetProcAddress(GetModuleHandleA(library.as_ptr().cast()), name.as_ptr().cast()) }
}

/// As the system takes a text.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}
