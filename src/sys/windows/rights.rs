//! Who may do what with a file.

use super::wide;
use std::ffi::c_void;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::{CloseHandle, LocalFree, ERROR_SUCCESS, HANDLE};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo,
    SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    GetAce, GetTokenInformation, IsWellKnownSid, TokenUser, WinAccountDomainUsersSid, WinAnonymousSid,
    WinAuthenticatedUserSid, WinBuiltinGuestsSid, WinBuiltinUsersSid, WinInteractiveSid, WinNetworkSid,
    WinWorldSid, ACCESS_ALLOWED_ACE, ACL, DACL_SECURITY_INFORMATION, SECURITY_ATTRIBUTES, TOKEN_QUERY,
    TOKEN_USER,
};
use windows_sys::Win32::Storage::FileSystem::CreateDirectoryW;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Everybody, by one name or another.
const GROUPS: [i32; 8] = [
    WinWorldSid,
    WinAuthenticatedUserSid,
    WinBuiltinUsersSid,
    WinBuiltinGuestsSid,
    WinAnonymousSid,
    WinInteractiveSid,
    WinNetworkSid,
    WinAccountDomainUsersSid,
];
/// An entry of a list that allows something.
const ALLOWED: u8 = 0;
/// To read or change a file, what is in a folder, or these very rights; in general or one by one.
const HARMFUL: u32 = 0xf00d_0047;
const SDDL_VERSION: u32 = 1;

/// What the system has given to be freed.
struct Local<T>(*mut T);

impl<T> Drop for Local<T> {
    fn drop(&mut self) {
        // SAFETY: it came from the system's own heap, or is null.
        unsafe { LocalFree(self.0.cast()) };
    }
}

/// Whether a file or a folder is open to more than the users and programs that somebody has named.
pub fn is_open_to_others(file: &File) -> io::Result<bool> {
    let (mut list, mut all) = (null_mut::<ACL>(), Local(null_mut::<c_void>()));
    // SAFETY: the handle is open; the list is part of what is freed when `all` is dropped.
    let code = unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION,
            null_mut(),
            null_mut(),
            &mut list,
            null_mut(),
            &mut all.0,
        )
    };
    if code != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(code as i32));
    }
    // SAFETY: the list is whole, as the system gave it. No list is everything for everybody.
    let Some(count) = (unsafe { list.as_ref() }).map(|list| list.AceCount) else { return Ok(true) };
    for index in 0..count {
        let mut entry = null_mut();
        // SAFETY: an entry that the list has. All kinds begin alike, and one that allows has a name behind its rights.
        let harmful = unsafe {
            if GetAce(list, index.into(), &mut entry) == 0 {
                return Err(io::Error::last_os_error());
            }
            let entry = entry.cast::<ACCESS_ALLOWED_ACE>();
            (*entry).Header.AceType == ALLOWED && (*entry).Mask & HARMFUL != 0 && {
                let name = (&raw mut (*entry).SidStart).cast();
                GROUPS.iter().any(|group| IsWellKnownSid(name, *group) != 0)
            }
        };
        if harmful {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a folder that only the user of this process may use, the system and its administrators aside, who may anyway.
pub fn make_own_folder(path: &Path) -> io::Result<()> {
    let rights = format!("D:P(A;OICI;FA;;;{})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", user()?);
    let mut descriptor = Local(null_mut());
    let path: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    // SAFETY: both texts end in a zero, and what the first call gives lives until `descriptor` is dropped.
    let done = unsafe {
        let made = ConvertStringSecurityDescriptorToSecurityDescriptorW(
            wide(&rights).as_ptr(),
            SDDL_VERSION,
            &mut descriptor.0,
            null_mut(),
        );
        let attributes = SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
            lpSecurityDescriptor: descriptor.0,
            bInheritHandle: 0,
        };
        made != 0 && CreateDirectoryW(path.as_ptr(), &attributes) != 0
    };
    done.then_some(()).ok_or_else(io::Error::last_os_error)
}

/// The user of this process, as rights are written: `S-1-5-21-…`.
pub fn user() -> io::Result<String> {
    struct Token(HANDLE);
    impl Drop for Token {
        fn drop(&mut self) {
            // SAFETY: it is ours, and open.
            unsafe { CloseHandle(self.0) };
        }
    }
    let mut token = null_mut();
    // SAFETY: asks about this process, and writes one handle.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let token = Token(token);
    // Numbers of 64 bits, so that the structure in front stands where it must. The largest name has 68 bytes.
    let mut buffer = [0u64; 32];
    let (mut size, mut text) = (size_of_val(&buffer) as u32, Local(null_mut()));
    // SAFETY: no more than `size` bytes are written, and the name that the structure points to is among them.
    let done = unsafe {
        let into = buffer.as_mut_ptr();
        GetTokenInformation(token.0, TokenUser, into.cast(), size, &mut size) != 0
            && ConvertSidToStringSidW((*into.cast::<TOKEN_USER>()).User.Sid, &mut text.0) != 0
    };
    if !done {
        return Err(io::Error::last_os_error());
    }
    let mut name = String::new();
    let mut at = text.0;
    // SAFETY: the text ends in a zero. It is made of digits, dashes and one letter.
    unsafe {
        while *at != 0 {
            name.extend(u8::try_from(*at).map(char::from));
            at = at.add(1);
        }
    }
    Ok(name)
}
