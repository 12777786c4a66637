//! Certificates of the system's personal stores, and what their keys sign: a card keeps its key, and signs by itself.

use crate::util::secret::Secret;
use crate::util::sync::{locked, Mutex};
use std::io;
use std::ptr::{null, null_mut};
use std::slice;
use windows_sys::core::{w, PCWSTR};
use windows_sys::Win32::Foundation::{
    NTE_INCORRECT_PASSWORD, NTE_INVALID_HANDLE, NTE_NOT_SUPPORTED, SCARD_W_CHV_BLOCKED, SCARD_W_REMOVED_CARD,
    SCARD_W_RESET_CARD, SCARD_W_WRONG_CHV,
};
use windows_sys::Win32::Security::Cryptography::{
    CertCloseStore, CertFindCertificateInStore, CertFreeCertificateChain, CertFreeCertificateContext,
    CertGetCertificateChain, CertOpenStore, CryptAcquireCertificatePrivateKey, NCryptFreeObject,
    NCryptSetProperty, NCryptSignHash, BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PSS_PADDING_INFO,
    CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, CERT_CHAIN_PARA, CERT_CONTEXT, CERT_FIND_SHA1_HASH,
    CERT_NCRYPT_KEY_SPEC, CERT_STORE_OPEN_EXISTING_FLAG, CERT_STORE_PROV_SYSTEM_W, CERT_STORE_READONLY_FLAG,
    CERT_SYSTEM_STORE_CURRENT_USER, CERT_SYSTEM_STORE_LOCAL_MACHINE, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG,
    CRYPT_INTEGER_BLOB, HCERTSTORE, NCRYPT_PAD_PKCS1_FLAG, NCRYPT_PAD_PSS_FLAG, NCRYPT_PIN_PROPERTY,
    NCRYPT_SILENT_FLAG, X509_ASN_ENCODING,
};
use zeroize::Zeroizing;

/// A certificate with those above it, and its key or the system's reason why there is none.
pub struct StoreCertificate {
    pub chain: Vec<Vec<u8>>,
    pub key: io::Result<StoreKey>,
    /// Of which store.
    pub kind: &'static str,
}

/// How a hash is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    Pkcs1,
    Pss,
    /// Of elliptic keys.
    None,
}

/// A key that stays where it is.
pub struct StoreKey {
    thumbprint: Vec<u8>,
    pin: Option<Secret>,
    /// One signature at a time: a card can do no more.
    handle: Mutex<Result<Handle, i32>>,
}

struct Handle {
    key: usize,
    is_ours: bool,
}

/// Looks among the user's own certificates, then among the machine's. `pin`: of a card.
pub fn find(thumbprint: &[u8], pin: Option<&str>) -> Option<StoreCertificate> {
    [
        (CERT_SYSTEM_STORE_CURRENT_USER, "Windows, MY"),
        (CERT_SYSTEM_STORE_LOCAL_MACHINE, "Windows, MY (LocalMachine)"),
    ]
    .into_iter()
    .find_map(|(place, kind)| {
        let store = Store::open(place)?;
        let found = store.find(thumbprint)?;
        Some(StoreCertificate {
            chain: found.chain(&store),
            key: StoreKey::of(thumbprint, pin, found.key(pin)),
            kind,
        })
    })
}

struct Store(HCERTSTORE);

impl Store {
    fn open(place: u32) -> Option<Store> {
        let flags = place | CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG;
        let name: PCWSTR = w!("MY");
        // SAFETY: the name is a constant; a handle comes back, or null.
        let store = unsafe { CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, flags, name.cast()) };
        (!store.is_null()).then_some(Store(store))
    }

    fn find(&self, thumbprint: &[u8]) -> Option<Found> {
        let wanted = CRYPT_INTEGER_BLOB {
            cbData: u32::try_from(thumbprint.len()).ok()?,
            pbData: thumbprint.as_ptr().cast_mut(),
        };
        let (kind, by) = (X509_ASN_ENCODING, CERT_FIND_SHA1_HASH);
        // SAFETY: the store is open, and what is wanted is only read while the call lasts.
        let found =
            unsafe { CertFindCertificateInStore(self.0, kind, 0, by, (&raw const wanted).cast(), null()) };
        (!found.is_null()).then_some(Found(found))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: it was opened here; certificates found in it count by themselves.
        unsafe { CertCloseStore(self.0, 0) };
    }
}

struct Found(*mut CERT_CONTEXT);

/// # Safety
/// It is a certificate that lives.
unsafe fn der(context: *const CERT_CONTEXT) -> Vec<u8> {
    let context = &*context;
    slice::from_raw_parts(context.pbCertEncoded, context.cbCertEncoded as usize).to_vec()
}

impl Found {
    /// With those above it, as far as the system knows them. Asks nobody in the network.
    fn chain(&self, store: &Store) -> Vec<Vec<u8>> {
        let how =
            CERT_CHAIN_PARA { cbSize: size_of::<CERT_CHAIN_PARA>() as u32, ..CERT_CHAIN_PARA::default() };
        let (mut chain, flags) = (null_mut(), CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL);
        // SAFETY: the certificate and the store live; a chain comes back that is ours to free.
        let built = unsafe {
            CertGetCertificateChain(null_mut(), self.0, null(), store.0, &how, flags, null(), &mut chain)
        };
        let mut all = Vec::new();
        if built != 0 && !chain.is_null() {
            // SAFETY: so many pointers stand there as is said beside them, and all live until the chain is freed.
            unsafe {
                if let [first, ..] = slice::from_raw_parts((*chain).rgpChain, (*chain).cChain as usize) {
                    let elements = slice::from_raw_parts((**first).rgpElement, (**first).cElement as usize);
                    all.extend(elements.iter().map(|element| der((**element).pCertContext)));
                }
                CertFreeCertificateChain(chain);
            }
        }
        if all.is_empty() {
            // SAFETY: it lives as long as this.
            all.push(unsafe { der(self.0) });
        }
        all
    }

    fn key(&self, pin: Option<&str>) -> io::Result<Handle> {
        let (mut handle, mut kind, mut is_ours) = (0, 0, 0);
        let flags = CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG;
        // SAFETY: the certificate lives; a handle comes back, and whether it is ours to free.
        let given = unsafe {
            CryptAcquireCertificatePrivateKey(self.0, flags, null(), &mut handle, &mut kind, &mut is_ours)
        };
        if given == 0 {
            return Err(io::Error::last_os_error());
        }
        // Of the older interface, whose handles are others: some systems give one all the same.
        if kind != CERT_NCRYPT_KEY_SPEC {
            return Err(io::Error::from_raw_os_error(NTE_NOT_SUPPORTED));
        }
        let key = Handle { key: handle, is_ours: is_ours != 0 };
        if let Some(pin) = pin {
            let wide = Zeroizing::new(pin.encode_utf16().chain([0]).collect::<Vec<u16>>());
            let bytes = u32::try_from(2 * wide.len()).unwrap_or(0);
            // SAFETY: the key lives, and so many bytes are there. A key without a PIN refuses it, which does no harm.
            unsafe {
                NCryptSetProperty(
                    handle,
                    NCRYPT_PIN_PROPERTY,
                    wide.as_ptr().cast(),
                    bytes,
                    NCRYPT_SILENT_FLAG,
                )
            };
        }
        Ok(key)
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        // SAFETY: it was found here.
        unsafe { CertFreeCertificateContext(self.0) };
    }
}

/// A card that was taken out or put in again.
const GONE: [i32; 3] = [SCARD_W_REMOVED_CARD, SCARD_W_RESET_CARD, NTE_INVALID_HANDLE];
/// After a few of these a card is locked.
const REFUSED: [i32; 3] = [SCARD_W_WRONG_CHV, SCARD_W_CHV_BLOCKED, NTE_INCORRECT_PASSWORD];

impl StoreKey {
    fn of(thumbprint: &[u8], pin: Option<&str>, handle: io::Result<Handle>) -> io::Result<StoreKey> {
        let (thumbprint, pin) = (thumbprint.to_vec(), pin.map(Secret::from));
        handle.map(|handle| StoreKey { thumbprint, pin, handle: Mutex::new(Ok(handle)) })
    }

    /// Signs a hash, of SHA-256, SHA-384 or SHA-512 by its length. An elliptic key gives two numbers, one behind the
    /// other. A card that refused its PIN is not asked again.
    pub fn sign(&self, padding: Padding, hash: &[u8]) -> io::Result<Vec<u8>> {
        let mut handle = locked(&self.handle);
        let silent = self.pin.is_some();
        let mut signed = match &*handle {
            Ok(handle) => handle.sign(padding, hash, silent),
            Err(code) => return Err(io::Error::from_raw_os_error(*code)),
        };
        let code = |signed: &io::Result<Vec<u8>>| signed.as_ref().err().and_then(io::Error::raw_os_error);
        if code(&signed).is_some_and(|code| GONE.contains(&code)) {
            let pin = self.pin.as_ref().map(Secret::expose);
            let anew =
                find(&self.thumbprint, pin).and_then(|found| found.key.ok()?.handle.into_inner().ok()?.ok());
            if let Some(anew) = anew {
                signed = anew.sign(padding, hash, silent);
                *handle = Ok(anew);
            }
        }
        if let Some(code) = code(&signed).filter(|code| silent && REFUSED.contains(code)) {
            *handle = Err(code);
        }
        signed
    }
}

impl Handle {
    fn sign(&self, padding: Padding, hash: &[u8], silent: bool) -> io::Result<Vec<u8>> {
        let name: PCWSTR = match hash.len() {
            32 => w!("SHA256"),
            48 => w!("SHA384"),
            _ => w!("SHA512"),
        };
        let size = u32::try_from(hash.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        let pkcs1 = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name };
        let pss = BCRYPT_PSS_PADDING_INFO { pszAlgId: name, cbSalt: size };
        let (info, flags) = match padding {
            Padding::Pkcs1 => ((&raw const pkcs1).cast(), NCRYPT_PAD_PKCS1_FLAG),
            Padding::Pss => ((&raw const pss).cast(), NCRYPT_PAD_PSS_FLAG),
            Padding::None => (null(), 0),
        };
        let flags = flags | if silent { NCRYPT_SILENT_FLAG } else { 0 };
        // As long as one of RSA with 4096 bits, and then some.
        let (mut signature, mut length) = (vec![0; 1024], 0);
        // SAFETY: the key lives; the hash is read and the signature written within their lengths.
        let failed = unsafe {
            let room = signature.len() as u32;
            NCryptSignHash(
                self.key,
                info,
                hash.as_ptr(),
                size,
                signature.as_mut_ptr(),
                room,
                &mut length,
                flags,
            )
        };
        if failed != 0 {
            return Err(io::Error::from_raw_os_error(failed));
        }
        signature.truncate(length as usize);
        Ok(signature)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.is_ours {
            // SAFETY: it was given to be freed.
            unsafe { NCryptFreeObject(self.key) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::digest::{digest, SHA256};
    use ring::signature::{
        RsaParameters, RsaPublicKeyComponents, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    };
    use windows_sys::Win32::Security::Cryptography::{
        NCryptCreatePersistedKey, NCryptExportKey, NCryptFinalizeKey, NCryptOpenStorageProvider,
        BCRYPT_RSAPUBLIC_BLOB, MS_KEY_STORAGE_PROVIDER,
    };

    /// A key without a name, which goes with its handle; and its public half, as the system tells it.
    fn made() -> (StoreKey, Vec<u8>) {
        let (mut provider, mut key, bits) = (0, 0, 2048u32.to_le_bytes());
        let (mut public, mut length) = (vec![0; 1024], 0);
        // SAFETY: handles and bytes are written to places of ours, within their lengths.
        unsafe {
            assert_eq!(NCryptOpenStorageProvider(&mut provider, MS_KEY_STORAGE_PROVIDER, 0), 0);
            assert_eq!(NCryptCreatePersistedKey(provider, &mut key, w!("RSA"), null(), 0, 0), 0);
            assert_eq!(NCryptSetProperty(key, w!("Length"), bits.as_ptr(), 4, 0), 0);
            assert_eq!(NCryptFinalizeKey(key, 0), 0);
            let (kind, room) = (BCRYPT_RSAPUBLIC_BLOB, public.len() as u32);
            let told = NCryptExportKey(key, 0, kind, null(), public.as_mut_ptr(), room, &mut length, 0);
            assert_eq!(told, 0);
        }
        public.truncate(length as usize);
        let handle = Ok(Handle { key, is_ours: true });
        (StoreKey::of(&[0; 20], Some("1234"), handle).unwrap(), public)
    }

    #[test]
    fn a_key_of_the_system_signs_what_others_verify() {
        let (key, public) = made();
        // The blob: six numbers, of which the third is the exponent's length, then exponent and modulus.
        let length = u32::from_le_bytes(public[8..12].try_into().unwrap()) as usize;
        let (e, n) = public[24..].split_at(length);
        let public = RsaPublicKeyComponents { n, e };
        let ways: [(Padding, &RsaParameters); 2] =
            [(Padding::Pkcs1, &RSA_PKCS1_2048_8192_SHA256), (Padding::Pss, &RSA_PSS_2048_8192_SHA256)];
        for (padding, way) in ways {
            let signature = key.sign(padding, digest(&SHA256, b"message").as_ref()).unwrap();
            assert!(public.verify(way, b"message", &signature).is_ok());
            assert!(public.verify(way, b"other", &signature).is_err());
        }
    }

    #[test]
    fn who_is_not_there_is_not_found() {
        assert!(find(&[0x5a; 20], None).is_none());
    }
}
