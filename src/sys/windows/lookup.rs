//! Names, by the system's own resolver: its hosts file, its cache, the servers that a VPN brings, whatever policies the
//! machine has. Its call without waiting is used, because a call that waits does so as long as the system likes. Before
//! Windows 8 there is none.

use super::{function, wide};
use crate::util::upkeep;
use std::io::{self, ErrorKind};
use std::mem::transmute;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};
use windows_sys::Win32::Foundation::{CloseHandle, HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::Networking::WinSock::{
    FreeAddrInfoExW, GetAddrInfoExW, WSAStartup, ADDRINFOEXW, AF_INET, AF_INET6, NS_DNS, SOCKADDR_IN,
    SOCKADDR_IN6, SOCK_STREAM, WSADATA, WSA_IO_PENDING,
};
use windows_sys::Win32::System::Threading::{CreateEventW, WaitForSingleObject};
use windows_sys::Win32::System::IO::OVERLAPPED;

/// How long the system is given to stop a look-up that nobody waits for any more.
const STOP_MS: u32 = 200;

/// What the system writes to until the look-up is over.
struct LookUp {
    name: Vec<u16>,
    hints: ADDRINFOEXW,
    found: *mut ADDRINFOEXW,
    overlapped: OVERLAPPED,
    stop: HANDLE,
}

impl LookUp {
    fn of(name: &str) -> io::Result<Box<LookUp>> {
        // SAFETY: takes no name and no rights, and gives a handle or null.
        let event = unsafe { CreateEventW(null(), 1, 0, null()) };
        if event.is_null() {
            return Err(io::Error::last_os_error());
        }
        let hints = ADDRINFOEXW { ai_socktype: SOCK_STREAM, ..Default::default() };
        let overlapped = OVERLAPPED { hEvent: event, ..Default::default() };
        Ok(Box::new(LookUp { name: wide(name), hints, found: null_mut(), overlapped, stop: null_mut() }))
    }

    fn wait(&self, ms: u32) -> bool {
        // SAFETY: the event is closed when this is dropped, not before.
        unsafe { WaitForSingleObject(self.overlapped.hEvent, ms) == WAIT_OBJECT_0 }
    }

    fn addresses(&self) -> Vec<IpAddr> {
        let mut addresses = Vec::new();
        let mut at = self.found;
        // SAFETY: the list is the system's, ends in null, and lives until this is dropped; the family of an address
        // says which structure it is, and its length that it is all there.
        while let Some(entry) = unsafe { at.as_ref() } {
            let length = entry.ai_addrlen;
            if i32::from(AF_INET) == entry.ai_family && length >= size_of::<SOCKADDR_IN>() {
                let address = unsafe { entry.ai_addr.cast::<SOCKADDR_IN>().read_unaligned() };
                let address = unsafe { address.sin_addr.S_un.S_addr };
                addresses.push(IpAddr::V4(Ipv4Addr::from(address.to_ne_bytes())));
            } else if i32::from(AF_INET6) == entry.ai_family && length >= size_of::<SOCKADDR_IN6>() {
                let address = unsafe { entry.ai_addr.cast::<SOCKADDR_IN6>().read_unaligned() };
                let address = unsafe { address.sin6_addr.u.Byte };
                addresses.push(IpAddr::V6(Ipv6Addr::from(address)));
            }
            at = entry.ai_next;
        }
        addresses
    }
}

impl Drop for LookUp {
    fn drop(&mut self) {
        // SAFETY: the look-up is over, so that nobody but us has the list and the event.
        unsafe {
            if !self.found.is_null() {
                FreeAddrInfoExW(self.found);
            }
            CloseHandle(self.overlapped.hEvent);
        }
    }
}

/// The two that belong to the call without waiting, and which a system without such a call lacks.
struct Ways {
    cancel: unsafe extern "system" fn(*const HANDLE) -> i32,
    result: unsafe extern "system" fn(*const OVERLAPPED) -> i32,
}

impl Ways {
    fn find() -> Option<Ways> {
        let cancel = function(c"ws2_32.dll", c"GetAddrInfoExCancel")?;
        let result = function(c"ws2_32.dll", c"GetAddrInfoExOverlappedResult")?;
        // SAFETY: what the system has under these names is declared so.
        unsafe { Some(Ways { cancel: transmute(cancel), result: transmute(result) }) }
    }
}

/// The addresses of a name, not later than `until`; none if nobody knows it. `None`: this system can only wait.
pub fn addresses(name: &str, until: Instant) -> Option<io::Result<Vec<IpAddr>>> {
    Ways::find().map(|ways| ask(name, until, &ways))
}

fn ask(name: &str, until: Instant, ways: &Ways) -> io::Result<Vec<IpAddr>> {
    start_sockets()?;
    // On the heap, and seen only through this pointer until the system is done with it.
    let look_up = Box::into_raw(LookUp::of(name)?);
    // SAFETY: `look_up` is alive until the system has signalled that it is done: `wait` is asked before it is dropped,
    // and where the answer is no, it is never dropped.
    let over = unsafe {
        let stop = &raw mut (*look_up).stop;
        let code = GetAddrInfoExW(
            (*look_up).name.as_ptr(),
            null(),
            NS_DNS,
            null(),
            &raw const (*look_up).hints,
            &raw mut (*look_up).found,
            null(),
            &raw const (*look_up).overlapped,
            None,
            stop,
        );
        if code == WSA_IO_PENDING {
            let ms = |left: Duration| u32::try_from(left.as_millis()).unwrap_or(u32::MAX - 1).max(1);
            let in_time = upkeep::until(until, |left| (*look_up).wait(ms(left)).then_some(())).is_some();
            if !in_time {
                (ways.cancel)(stop);
                if !(*look_up).wait(STOP_MS) {
                    // It goes on by itself, in a thread of the system that calls nothing of ours, and what it writes to
                    // is left to it.
                    return Err(ErrorKind::TimedOut.into());
                }
            }
            in_time.then(|| (ways.result)(&raw const (*look_up).overlapped))
        } else {
            Some(code)
        }
    };
    // SAFETY: it came from a box, and the system is done with it.
    let look_up = unsafe { Box::from_raw(look_up) };
    match over {
        None => Err(ErrorKind::TimedOut.into()),
        Some(0) => Ok(look_up.addresses()),
        Some(_) => Ok(Vec::new()),
    }
}

/// The standard library does it for its own sockets only, at the first one. Never undone: the library stays loaded.
fn start_sockets() -> io::Result<()> {
    use std::sync::atomic::{AtomicBool, Ordering};
    const VERSION: u16 = 0x202;
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.load(Ordering::Relaxed) {
        return Ok(());
    }
    let mut data = WSADATA::default();
    // SAFETY: fills a structure of ours.
    match unsafe { WSAStartup(VERSION, &mut data) } {
        0 => {
            STARTED.store(true, Ordering::Relaxed);
            Ok(())
        }
        code => Err(io::Error::from_raw_os_error(code)),
    }
}
