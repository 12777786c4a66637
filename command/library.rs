//! The library by its C interface, with the memory safe above this file; and the few calls to the system that the standard
//! library lacks. The command's only file with `unsafe`.

use erptoken::abi::constants::{ERPTOKEN_E_BUFFER, ERPTOKEN_OK};
use erptoken::abi::{accounts, app_tokens, errors, process, pure, requests, tokens};
use std::ffi::{c_char, CString};

/// Why a call failed: its status, and the library's own words for it.
pub struct Refusal {
    pub status: i32,
    pub text: String,
}

pub type Answer<T> = Result<T, Refusal>;

/// An account that is open, until it is dropped.
pub struct Account(i32);

/// A response that is open, until it is dropped.
pub struct Response(i32);

/// Texts with a NUL are refused where they come in; one that is here all the same ends there, as C would read it.
fn c_text(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or_default()).unwrap_or_default()
}

fn done(status: i32) -> Answer<()> {
    match status {
        ERPTOKEN_OK => Ok(()),
        // SAFETY: `filled` hands out a buffer and its capacity.
        _ => Err(Refusal { status, text: filled(|b, n| unsafe { errors::erptoken_error_text(b, n) }).1 }),
    }
}

/// Calls until the buffer is large enough. The call gets a buffer and the place of its capacity, and keeps to both.
fn filled(mut call: impl FnMut(*mut c_char, *mut i32) -> i32) -> (i32, String) {
    let mut buffer = vec![0_u8; 4096];
    loop {
        let mut length = i32::try_from(buffer.len()).unwrap_or(i32::MAX);
        let status = call(buffer.as_mut_ptr().cast(), &mut length);
        let length = usize::try_from(length).unwrap_or_default();
        match status {
            ERPTOKEN_OK => {
                buffer.truncate(length);
                return (status, String::from_utf8_lossy(&buffer).into_owned());
            }
            ERPTOKEN_E_BUFFER if length > buffer.len() => buffer = vec![0; length],
            _ => return (status, String::new()),
        }
    }
}

fn text(call: impl FnMut(*mut c_char, *mut i32) -> i32) -> Answer<String> {
    let (status, text) = filled(call);
    done(status).map(|()| text)
}

fn opened(call: impl FnOnce(*mut i32) -> i32) -> Answer<i32> {
    let mut number = 0;
    done(call(&mut number)).map(|()| number)
}

// SAFETY, for every call below: texts end with NUL and live until the call returns, numbers and buffers are this file's own
// and as large as they are said to be.

pub fn configure(option: &str, value: &str) -> Answer<()> {
    let (option, value) = (c_text(option), c_text(value));
    done(unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) })
}

pub fn check_profile(path: &str) -> Answer<Response> {
    let path = c_text(path);
    opened(|response| unsafe { process::erptoken_check_profile(path.as_ptr(), response) }).map(Response)
}

pub fn shutdown() {
    process::erptoken_shutdown();
}

pub fn version() -> Answer<String> {
    text(|buffer, length| unsafe { pure::erptoken_version(buffer, length) })
}

pub fn abi_version() -> i32 {
    pure::erptoken_abi_version()
}

/// The name of a status; empty for a number that is none.
pub fn status_name(status: i32) -> String {
    filled(|buffer, length| unsafe { pure::erptoken_status_name(status, buffer, length) }).1
}

impl Account {
    pub fn open(provider: &str) -> Answer<Account> {
        let provider = c_text(provider);
        opened(|account| unsafe { accounts::erptoken_open(provider.as_ptr(), account) }).map(Account)
    }

    pub fn set(&self, option: &str, value: &str) -> Answer<()> {
        let (option, value) = (c_text(option), c_text(value));
        done(unsafe { accounts::erptoken_set(self.0, option.as_ptr(), value.as_ptr()) })
    }

    pub fn get(&self) -> Answer<String> {
        text(|buffer, length| unsafe { tokens::erptoken_get(self.0, buffer, length) })
    }

    pub fn authorization(&self) -> Answer<String> {
        text(|buffer, length| unsafe { tokens::erptoken_authorization(self.0, buffer, length) })
    }

    pub fn renew(&self) -> Answer<()> {
        done(tokens::erptoken_renew(self.0))
    }

    pub fn reject(&self, token: &str) -> Answer<()> {
        let token = c_text(token);
        done(unsafe { tokens::erptoken_reject(self.0, token.as_ptr()) })
    }

    pub fn logout(&self) -> Answer<()> {
        done(tokens::erptoken_logout(self.0))
    }

    pub fn info(&self, field: &str) -> Answer<String> {
        let field = c_text(field);
        text(|buffer, length| unsafe { tokens::erptoken_info(self.0, field.as_ptr(), buffer, length) })
    }

    pub fn app_check(&self) -> Answer<bool> {
        opened(|allowed| unsafe { app_tokens::erptoken_app_check(self.0, allowed) })
            .map(|allowed| allowed != 0)
    }

    pub fn app_create(&self, expires: &str) -> Answer<String> {
        let expires = c_text(expires);
        text(|id, length| unsafe { app_tokens::erptoken_app_create(self.0, expires.as_ptr(), id, length) })
    }

    pub fn app_get(&self, id: &str) -> Answer<String> {
        let id = c_text(id);
        text(|buffer, length| unsafe { app_tokens::erptoken_app_get(self.0, id.as_ptr(), buffer, length) })
    }

    pub fn app_list(&self) -> Answer<Response> {
        opened(|response| unsafe { app_tokens::erptoken_app_list(self.0, response) }).map(Response)
    }

    pub fn app_revoke(&self, id: &str) -> Answer<()> {
        let id = c_text(id);
        done(unsafe { app_tokens::erptoken_app_revoke(self.0, id.as_ptr()) })
    }

    pub fn diagnose(&self) -> Answer<Response> {
        opened(|response| unsafe { process::erptoken_diagnose(self.0, response) }).map(Response)
    }

    pub fn request(&self, method: &str, url: &str, headers: &str, body: Option<&[u8]>) -> Answer<Response> {
        let (method, url, headers) = (c_text(method), c_text(url), c_text(headers));
        let (method, url, headers) = (method.as_ptr(), url.as_ptr(), headers.as_ptr());
        let (body, length) = body.map_or((std::ptr::null(), 0), |body| (body.as_ptr(), body.len()));
        // What is too long for the interface is longer than it sends: as much of it fails as all of it would.
        let length = i32::try_from(length).unwrap_or(i32::MIN);
        opened(|response| unsafe {
            requests::erptoken_request(self.0, method, url, headers, body.cast(), length, response)
        })
        .map(Response)
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        accounts::erptoken_close(self.0);
    }
}

impl Response {
    pub fn status(&self) -> Answer<i32> {
        opened(|status| unsafe { requests::erptoken_response_status(self.0, status) })
    }

    pub fn text(&self) -> Answer<String> {
        text(|buffer, length| unsafe { requests::erptoken_response_text(self.0, buffer, length) })
    }

    /// What the JSON Pointer leads to.
    pub fn field(&self, path: &str) -> Answer<String> {
        let path = c_text(path);
        text(|buffer, length| unsafe {
            requests::erptoken_response_field(self.0, path.as_ptr(), buffer, length)
        })
    }

    pub fn bytes(&self) -> Answer<Vec<u8>> {
        let mut length = 0;
        let (mut buffer, mut status) = (Vec::new(), ERPTOKEN_E_BUFFER);
        while status == ERPTOKEN_E_BUFFER {
            buffer = vec![0_u8; usize::try_from(length).unwrap_or_default()];
            status =
                unsafe { requests::erptoken_response_bytes(self.0, buffer.as_mut_ptr().cast(), &mut length) };
        }
        done(status).map(|()| buffer)
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        accounts::erptoken_close(self.0);
    }
}

pub use system::*;

#[cfg(unix)]
mod system {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::MetadataExt;
    use std::sync::atomic::{AtomicPtr, Ordering};

    /// The terminal as it was, which it is again when this is dropped, or when a signal ends the program.
    pub struct Quiet<'a, T: AsRawFd> {
        terminal: &'a T,
        before: Box<(libc::c_int, libc::termios)>,
    }

    const ENDING: [libc::c_int; 4] = [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM];

    /// What a signal is to bring back.
    static QUIET: AtomicPtr<(libc::c_int, libc::termios)> = AtomicPtr::new(std::ptr::null_mut());

    extern "C" fn ended(signal: libc::c_int) {
        // SAFETY: what is there lives until it is taken away; both calls may be made in a signal handler. The signal has its
        // default again, by which it ends the program.
        unsafe {
            if let Some((terminal, before)) = QUIET.load(Ordering::SeqCst).as_ref() {
                libc::tcsetattr(*terminal, libc::TCSANOW, before);
            }
            libc::raise(signal);
        }
    }

    /// `from` becomes `to`; what whoever started this program ignores stays so.
    fn replace_handlers(from: libc::sighandler_t, to: libc::sighandler_t) {
        for signal in ENDING {
            // SAFETY: filled by the call, and zeros are a whole value of it.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                if libc::sigaction(signal, std::ptr::null(), &mut action) == 0 && action.sa_sigaction == from
                {
                    action.sa_sigaction = to;
                    action.sa_flags = libc::SA_RESETHAND | libc::SA_NODEFER;
                    libc::sigaction(signal, &action, std::ptr::null_mut());
                }
            }
        }
    }

    fn handler() -> libc::sighandler_t {
        ended as extern "C" fn(libc::c_int) as libc::sighandler_t
    }

    impl<'a, T: AsRawFd> Quiet<'a, T> {
        /// Echoes nothing, hands out each byte as it is typed, and leaves Ctrl-C to the reader: a program that it ended would
        /// leave the terminal without echo. `None`: not a terminal.
        pub fn new(terminal: &'a T) -> Option<Self> {
            let mut before = std::mem::MaybeUninit::uninit();
            // SAFETY: tcgetattr fills what it is given, or fails.
            let before = unsafe {
                if libc::tcgetattr(terminal.as_raw_fd(), before.as_mut_ptr()) != 0 {
                    return None;
                }
                before.assume_init()
            };
            let mut before = Box::new((terminal.as_raw_fd(), before));
            QUIET.store(&mut *before, Ordering::SeqCst);
            replace_handlers(libc::SIG_DFL, handler());
            let this = Quiet { terminal, before };
            let mut quiet = this.before.1;
            quiet.c_lflag &= !(libc::ECHO | libc::ECHONL | libc::ICANON | libc::ISIG | libc::IEXTEN);
            // SAFETY: a copy of what the terminal said itself, with fewer flags.
            let set = unsafe { libc::tcsetattr(terminal.as_raw_fd(), libc::TCSANOW, &quiet) };
            (set == 0).then_some(this)
        }
    }

    impl<T: AsRawFd> Drop for Quiet<'_, T> {
        fn drop(&mut self) {
            // SAFETY: what the terminal said itself.
            unsafe { libc::tcsetattr(self.terminal.as_raw_fd(), libc::TCSANOW, &self.before.1) };
            replace_handlers(handler(), libc::SIG_DFL);
            QUIET.store(std::ptr::null_mut(), Ordering::SeqCst);
        }
    }

    /// Ends this program as Ctrl-C does, so that a shell's loop ends too.
    pub fn interrupt() {
        // SAFETY: SIGINT has its default, unless whoever started this program ignores it; then it goes on.
        unsafe { libc::raise(libc::SIGINT) };
    }

    /// Whether this program has rights which whoever started it has not.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn is_privileged() -> bool {
        // SAFETY: reads what the kernel told this process at its start.
        unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub fn is_privileged() -> bool {
        // SAFETY: these take nothing and change nothing.
        unsafe { libc::getuid() != libc::geteuid() || libc::getgid() != libc::getegid() }
    }

    /// Why a file's content is not the user's alone to decide, or (of a secret) to read.
    pub fn exposed(of: &std::fs::Metadata, is_secret: bool) -> bool {
        // SAFETY: both take nothing and change nothing.
        let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
        let others = match is_secret {
            true => 0o077,
            false if of.gid() == group || of.gid() == 0 => 0o002,
            false => 0o022,
        };
        (of.uid() != user && of.uid() != 0) || of.mode() & others != 0
    }

    pub fn speaks_portuguese() -> bool {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].iter();
        let first = named.filter_map(std::env::var_os).find(|value| !value.is_empty());
        first.is_some_and(|name| name.to_string_lossy().to_ascii_lowercase().starts_with("pt"))
    }

    /// Whether standard output was closed when this program was started: the standard library opens `/dev/null` in its place,
    /// where a result would vanish as if it had been written.
    pub fn output_is_closed() -> bool {
        CLOSED.load(std::sync::atomic::Ordering::Relaxed)
    }

    static CLOSED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

    extern "C" fn look_at_output() {
        // SAFETY: asks about a number, open or not.
        let closed = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) } == -1;
        CLOSED.store(closed, std::sync::atomic::Ordering::Relaxed);
    }

    // SAFETY: what is listed there the loader calls before `main`; the function needs nothing of the standard library.
    #[cfg(target_os = "linux")]
    #[used]
    #[link_section = ".init_array"]
    static BEFORE_MAIN: extern "C" fn() = look_at_output;
    #[cfg(not(target_os = "linux"))]
    const _: extern "C" fn() = look_at_output;
}

#[cfg(windows)]
mod system {
    use std::fs::File;
    use std::os::windows::io::AsRawHandle;
    use windows_sys::Win32::Globalization::GetUserDefaultUILanguage;
    use windows_sys::Win32::System::Console::{
        GetConsoleMode, SetConsoleCtrlHandler, SetConsoleMode, ENABLE_ECHO_INPUT,
    };

    /// The console as it was, which it is again when this is dropped.
    pub struct Quiet<'a>(&'a File, u32);

    impl<'a> Quiet<'a> {
        /// Echoes nothing. `None`: not a console.
        pub fn new(console: &'a File) -> Option<Self> {
            let mut before = 0;
            // SAFETY: an open handle, and a number to be filled.
            let set = unsafe {
                GetConsoleMode(console.as_raw_handle(), &mut before) != 0
                    && SetConsoleMode(console.as_raw_handle(), before & !ENABLE_ECHO_INPUT) != 0
            };
            set.then_some(Quiet(console, before))
        }
    }

    impl Drop for Quiet<'_> {
        fn drop(&mut self) {
            // SAFETY: what the console said itself.
            unsafe { SetConsoleMode(self.0.as_raw_handle(), self.1) };
        }
    }

    unsafe extern "system" fn seen(_: u32) -> i32 {
        1
    }

    /// Ctrl-C is for the program that was started: this one waits for it, and ends with its code.
    pub fn leave_interrupts_to_the_program() {
        // SAFETY: a function that lives as long as the program, and touches nothing.
        unsafe { SetConsoleCtrlHandler(Some(seen), 1) };
    }

    /// No program of Windows has its rights from its file.
    pub fn is_privileged() -> bool {
        false
    }

    /// The rights of files are not looked at here: those of a user's own folders keep other users out.
    pub fn exposed(_: &std::fs::Metadata, _: bool) -> bool {
        false
    }

    pub fn speaks_portuguese() -> bool {
        const PORTUGUESE: u16 = 0x16;
        // SAFETY: takes nothing and changes nothing. The lower ten bits are the language, those above them the country.
        unsafe { GetUserDefaultUILanguage() & 0x3ff == PORTUGUESE }
    }

    pub fn output_is_closed() -> bool {
        false
    }
}
