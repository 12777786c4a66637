//! Windows' own encryption (DPAPI), with a key of the user's or of the machine's that no program sees.

use std::io;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{
    LocalFree, ERROR_INVALID_DATA, ERROR_INVALID_PARAMETER, NTE_BAD_DATA, NTE_BAD_KEY_STATE,
};
use windows_sys::Win32::Security::Cryptography::{
    CryptProtectData, CryptUnprotectData, CRYPTPROTECT_LOCAL_MACHINE, CRYPTPROTECT_UI_FORBIDDEN,
    CRYPT_INTEGER_BLOB,
};
use zeroize::{Zeroize, Zeroizing};

/// No secret: what another program has protected does not open here.
const ENTROPY: &[u8] = b"erptoken store key";

/// Encrypts with a key of the user's, or of the machine's.
pub fn protect(secret: &[u8], for_machine: bool) -> io::Result<Vec<u8>> {
    let flags = CRYPTPROTECT_UI_FORBIDDEN | if for_machine { CRYPTPROTECT_LOCAL_MACHINE } else { 0 };
    let (secret, entropy, mut out) = (blob(secret)?, blob(ENTROPY)?, DpapiBlob::none());
    // SAFETY: the texts live until the call returns and are only read; the answer is given back by `Answer`.
    let done = unsafe { CryptProtectData(&secret, null(), &entropy, null(), null(), flags, &mut out.0) } != 0;
    done.then(|| out.bytes().to_vec()).ok_or_else(io::Error::last_os_error)
}

/// Decrypts what `protect` gave, for whomever it was. `None`: it was given to another user or machine, or is damaged. An
/// error says nothing of it: the system may not have been able to look.
pub fn unprotect(protected: &[u8]) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let flags = CRYPTPROTECT_UI_FORBIDDEN;
    let (protected, entropy, mut out) = (blob(protected)?, blob(ENTROPY)?, DpapiBlob::none());
    // SAFETY: as above.
    let done =
        unsafe { CryptUnprotectData(&protected, null_mut(), &entropy, null(), null(), flags, &mut out.0) }
            != 0;
    if done {
        return Ok(Some(Zeroizing::new(out.bytes().to_vec())));
    }
    let error = io::Error::last_os_error();
    let refusals =
        [ERROR_INVALID_DATA as i32, ERROR_INVALID_PARAMETER as i32, NTE_BAD_DATA, NTE_BAD_KEY_STATE];
    match error.raw_os_error() {
        Some(code) if refusals.contains(&code) => Ok(None),
        _ => Err(error),
    }
}

/// The system only reads what this points to.
fn blob(bytes: &[u8]) -> io::Result<CRYPT_INTEGER_BLOB> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    Ok(CRYPT_INTEGER_BLOB { cbData: length, pbData: bytes.as_ptr().cast_mut() })
}

/// What the system gives: wiped and given back.
struct DpapiBlob(CRYPT_INTEGER_BLOB);

impl DpapiBlob {
    fn none() -> DpapiBlob {
        DpapiBlob(CRYPT_INTEGER_BLOB { cbData: 0, pbData: null_mut() })
    }

    fn bytes(&mut self) -> &mut [u8] {
        if self.0.pbData.is_null() {
            return &mut [];
        }
        // SAFETY: so many bytes are there until this is dropped, and nobody else has them.
        unsafe { std::slice::from_raw_parts_mut(self.0.pbData, self.0.cbData as usize) }
    }
}

impl Drop for DpapiBlob {
    fn drop(&mut self) {
        self.bytes().zeroize();
        // SAFETY: it came from the system's own heap, or is null.
        unsafe { LocalFree(self.0.pbData.cast()) };
    }
}
