//! What the user has set in Windows.

use super::wide;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::Registry::{
    RegGetValueW, HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RRF_RT_REG_SZ,
};

const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
const POLICY: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
/// The largest text that is read, in 16-bit units.
const MAX_VALUE_UNITS: usize = 1 << 15;

/// Server and exceptions of the proxy that is switched on, as they are written there.
pub fn user_proxy() -> Option<(String, String)> {
    // An administrator may have made it the machine's matter.
    let owner = match number(HKEY_LOCAL_MACHINE, POLICY, "ProxySettingsPerUser") {
        Some(0) => HKEY_LOCAL_MACHINE,
        _ => HKEY_CURRENT_USER,
    };
    if number(owner, SETTINGS, "ProxyEnable")? == 0 {
        return None;
    }
    let server = text(owner, SETTINGS, "ProxyServer")?;
    Some((server, text(owner, SETTINGS, "ProxyOverride").unwrap_or_default()))
}

fn number(owner: HKEY, key: &str, name: &str) -> Option<u32> {
    let (mut number, mut size) = (0u32, 4u32);
    let (key, name) = (wide(key), wide(name));
    // SAFETY: both texts end in a zero, and no more than `size` bytes are written to `number`.
    let code = unsafe {
        let into = (&raw mut number).cast();
        RegGetValueW(owner, key.as_ptr(), name.as_ptr(), RRF_RT_REG_DWORD, null_mut(), into, &mut size)
    };
    (code == ERROR_SUCCESS).then_some(number)
}

fn text(owner: HKEY, key: &str, name: &str) -> Option<String> {
    let mut text = vec![0u16; MAX_VALUE_UNITS];
    let mut size = u32::try_from(size_of_val(text.as_slice())).ok()?;
    let (key, name) = (wide(key), wide(name));
    // SAFETY: both texts end in a zero, and no more than `size` bytes are written to `text`.
    let code = unsafe {
        let into = text.as_mut_ptr().cast();
        RegGetValueW(owner, key.as_ptr(), name.as_ptr(), RRF_RT_REG_SZ, null_mut(), into, &mut size)
    };
    if code != ERROR_SUCCESS {
        return None;
    }
    let end = text.iter().position(|unit| *unit == 0).unwrap_or(text.len());
    Some(String::from_utf16_lossy(text.get(..end)?))
}
