//! What the benchmarks share: the library as a host loads it, the floor beside it, and how time is taken.

// Each benchmark uses its own part of this.
#![allow(dead_code)]

pub mod floor;
pub mod timing;

#[path = "../../tests/support/mod.rs"]
pub mod support;

use std::ffi::{c_char, c_void, CString};
use std::hint::black_box;

/// The words of a token of 256 bytes, which is what the acceptance numbers speak of.
pub const WORDS: usize = 32;
pub const E_LIMIT: i32 = -1006;

type Open = unsafe extern "C" fn(*const c_char, *mut i32) -> i32;
type Set = unsafe extern "C" fn(i32, *const c_char, *const c_char) -> i32;
type Get = unsafe extern "C" fn(i32, *mut c_char, *mut i32) -> i32;
type GetWide = unsafe extern "system" fn(i32, *mut u16, *mut i32) -> i32;
type Close = unsafe extern "C" fn(i32) -> i32;
type Configure = unsafe extern "C" fn(*const c_char, *const c_char) -> i32;

/// The shared library, loaded as a host loads it.
#[derive(Clone, Copy)]
pub struct Library {
    open: Open,
    set: Set,
    get: Get,
    get_wide: GetWide,
    close: Close,
    configure: Configure,
}

/// A function of a shared library, to be given its type by the caller.
///
/// # Safety
/// `library` is what `dlopen` gave.
pub unsafe fn symbol(library: *mut c_void, name: &str) -> *mut c_void {
    let symbol = libc::dlsym(library, text(name).as_ptr());
    assert!(!symbol.is_null(), "no {name}");
    symbol
}

/// Loads a shared library for as long as the process lives.
pub fn load(path: &std::path::Path) -> *mut c_void {
    let path = text(path.to_str().expect("a path in UTF-8"));
    // SAFETY: what it runs when it is loaded is our own.
    let library = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    assert!(!library.is_null(), "{path:?} cannot be loaded");
    library
}

impl Library {
    pub fn load() -> Library {
        let library = load(&support::built("liberptoken.so"));
        // SAFETY: the library's functions are what its header declares.
        unsafe {
            Library {
                open: std::mem::transmute::<*mut c_void, Open>(symbol(library, "erptoken_open")),
                set: std::mem::transmute::<*mut c_void, Set>(symbol(library, "erptoken_set")),
                get: std::mem::transmute::<*mut c_void, Get>(symbol(library, "erptoken_get")),
                get_wide: std::mem::transmute::<*mut c_void, GetWide>(symbol(library, "erptokenw_get")),
                close: std::mem::transmute::<*mut c_void, Close>(symbol(library, "erptoken_close")),
                configure: std::mem::transmute::<*mut c_void, Configure>(symbol(
                    library,
                    "erptoken_configure",
                )),
            }
        }
    }

    /// An open account with these options, or the status that `erptoken_open` answered.
    pub fn try_account(self, options: &[(&str, &str)]) -> Result<i32, i32> {
        let mut account = 0;
        // SAFETY: NUL-terminated texts, and a number of ours.
        unsafe {
            match (self.open)(c"invoisys".as_ptr(), &mut account) {
                0 => {}
                status => return Err(status),
            }
            for (option, value) in options {
                assert_eq!((self.set)(account, text(option).as_ptr(), text(value).as_ptr()), 0, "{option}");
            }
        }
        Ok(account)
    }

    pub fn account(self, options: &[(&str, &str)]) -> i32 {
        self.try_account(options).expect("an account")
    }

    /// An account whose token was obtained elsewhere: nothing is sent for it.
    pub fn try_imported(self, user: &str) -> Result<i32, i32> {
        const TOKEN: [u8; WORDS * 8] = [b't'; WORDS * 8];
        let token = std::str::from_utf8(&TOKEN).expect("ASCII");
        self.try_account(&[
            ("username", user),
            ("password", "senha"),
            ("access_token", token),
            ("expires_at", "2099-01-01T00:00:00Z"),
        ])
    }

    pub fn imported(self, user: &str) -> i32 {
        self.try_imported(user).expect("an account")
    }

    pub fn configure(self, option: &str, value: &str) {
        // SAFETY: NUL-terminated texts.
        assert_eq!(unsafe { (self.configure)(text(option).as_ptr(), text(value).as_ptr()) }, 0, "{option}");
    }

    pub fn get(self, account: i32, buffer: &mut [c_char; 512]) -> i32 {
        let mut length = 512;
        // SAFETY: a buffer with its capacity.
        let status = unsafe { (self.get)(account, buffer.as_mut_ptr(), &mut length) };
        black_box(buffer);
        status
    }

    pub fn get_wide(self, account: i32, buffer: &mut [u16; 512]) -> i32 {
        let mut length = 512;
        // SAFETY: a buffer with its capacity.
        let status = unsafe { (self.get_wide)(account, buffer.as_mut_ptr(), &mut length) };
        black_box(buffer);
        status
    }

    pub fn close(self, account: i32) {
        // SAFETY: any number will do.
        assert_eq!(unsafe { (self.close)(account) }, 0);
    }
}

pub fn text(text: &str) -> CString {
    CString::new(text).expect("no NUL")
}
