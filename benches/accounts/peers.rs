//! The same in C, built here: by hand with libcurl (peer.c), and the least that it could be (flat.c).

use std::ffi::{c_char, c_void, CStr};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::null;

use crate::host::{self, support, text};

type Start = unsafe extern "C" fn(*const c_char, *const c_char) -> i32;
type Open = unsafe extern "C" fn(*const c_char, *const c_char, *const c_char) -> i32;
type Get = unsafe extern "C" fn(*const c_char, *mut c_char, *mut i32) -> i32;
type FlatStart = unsafe extern "C" fn(i32) -> i32;
type FlatOpen = unsafe extern "C" fn(*const c_char) -> i32;
type FlatGet = unsafe extern "C" fn(i32, *mut c_char, *mut i32) -> i32;

/// Builds a peer, or says what is missing for it.
pub fn build(name: &str, folder: &Path, libraries: &[&str]) -> Result<PathBuf, String> {
    let library = folder.join(name).with_extension("so");
    let output = Command::new(support::cc())
        .args(["-std=gnu99", "-O2", "-Wall", "-shared", "-fPIC"])
        .arg(support::project().join("benches/accounts").join(name).with_extension("c"))
        .arg("-o")
        .arg(&library)
        .args(libraries)
        .output()
        .map_err(|error| format!("no C compiler ({error})"))?;
    if output.status.success() {
        return Ok(library);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    if told.contains("curl/curl.h") || told.contains("-lcurl") {
        return Err("no libcurl to build with (Debian: libcurl4-openssl-dev)".to_owned());
    }
    panic!("{name}.c: {told}");
}

/// Accounts by hand with libcurl, found by the user's name.
#[derive(Clone, Copy)]
pub struct Peer {
    start: Start,
    open: Open,
    get: Get,
}

impl Peer {
    pub fn load(path: &Path) -> Peer {
        let library = host::load(path);
        // SAFETY: the functions of peer.c.
        unsafe {
            Peer {
                start: std::mem::transmute::<*mut c_void, Start>(host::symbol(library, "peer_start")),
                open: std::mem::transmute::<*mut c_void, Open>(host::symbol(library, "peer_open")),
                get: std::mem::transmute::<*mut c_void, Get>(host::symbol(library, "peer_get")),
            }
        }
    }

    pub fn start(self, base: &str, ca: Option<&Path>) {
        let ca = ca.map(|path| text(path.to_str().expect("a path in UTF-8")));
        let ca = ca.as_ref().map_or(null(), |ca| ca.as_ptr());
        // SAFETY: NUL-terminated texts; libcurl copies them.
        assert_eq!(unsafe { (self.start)(text(base).as_ptr(), ca) }, 0);
    }

    pub fn open(self, user: &CStr, password: &CStr, token: Option<&CStr>) {
        let token = token.map_or(null(), CStr::as_ptr);
        // SAFETY: NUL-terminated texts, which it copies.
        assert_eq!(unsafe { (self.open)(user.as_ptr(), password.as_ptr(), token) }, 0);
    }

    pub fn get(self, user: &CStr, buffer: &mut [c_char; 512]) -> i32 {
        let mut length = 512;
        // SAFETY: a buffer with its capacity.
        let status = unsafe { (self.get)(user.as_ptr(), buffer.as_mut_ptr(), &mut length) };
        black_box(buffer);
        status
    }
}

/// Tokens in a table, by number.
#[derive(Clone, Copy)]
pub struct Flat {
    open: FlatOpen,
    get: FlatGet,
}

impl Flat {
    pub fn load(path: &Path, accounts: usize) -> Flat {
        let library = host::load(path);
        // SAFETY: the functions of flat.c.
        unsafe {
            let start = std::mem::transmute::<*mut c_void, FlatStart>(host::symbol(library, "flat_start"));
            assert_eq!(start(i32::try_from(accounts).expect("a number of accounts")), 0);
            Flat {
                open: std::mem::transmute::<*mut c_void, FlatOpen>(host::symbol(library, "flat_open")),
                get: std::mem::transmute::<*mut c_void, FlatGet>(host::symbol(library, "flat_get")),
            }
        }
    }

    pub fn open(self, token: &CStr) -> i32 {
        // SAFETY: a NUL-terminated text, which it copies; there is room for it.
        unsafe { (self.open)(token.as_ptr()) }
    }

    pub fn get(self, number: i32, buffer: &mut [c_char; 512]) -> i32 {
        let mut length = 512;
        // SAFETY: a buffer with its capacity.
        let status = unsafe { (self.get)(number, buffer.as_mut_ptr(), &mut length) };
        black_box(buffer);
        status
    }
}
