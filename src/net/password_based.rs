//! What is encrypted with a password in files of keys and certificates: the ways of PKCS #12, with RC2 and 3DES, as old
//! systems write, and PBES2 of PKCS #5, with AES, as new ones do.

use super::der::{dotted, Reader, INTEGER, OCTETS, SEQUENCE};
use crate::messages::ClientFault;
use aes::{Aes128, Aes192, Aes256};
use des::{TdesEde2, TdesEde3};
use rc2::cipher::{Block, BlockCipherDecrypt, BlockSizeUser, KeyInit};
use rc2::Rc2;
use ring::digest::{self, digest, Context};
use ring::{hmac, pbkdf2};
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// Rounds that one file may cost: seconds.
const MAX_ROUNDS: u32 = 10_000_000;
/// Of any cipher or code for integrity.
const MAX_KEY: usize = 64;

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
const PBMAC1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0e];
/// The ways of PKCS #12, by the last byte.
const OF_PKCS12: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
const HMAC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];
const TRIPLE_DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

type Bytes = Zeroizing<Vec<u8>>;

/// A password in each form that programs make of it, and how much work it may still make.
pub struct Password {
    is_set: bool,
    /// In UTF-16 with a zero behind it.
    wide: Vec<Bytes>,
    plain: Vec<Bytes>,
    rounds: u32,
}

impl Password {
    pub fn of(password: Option<&str>) -> Password {
        let text = password.unwrap_or_default();
        let wide = |units: &mut dyn Iterator<Item = u16>| {
            let mut bytes = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
            units.chain([0]).for_each(|unit| bytes.extend(unit.to_be_bytes()));
            bytes
        };
        let mut all = Password {
            is_set: password.is_some(),
            wide: vec![wide(&mut text.encode_utf16())],
            plain: vec![Zeroizing::new(text.as_bytes().to_vec())],
            rounds: MAX_ROUNDS,
        };
        if text.is_empty() {
            all.wide.push(Bytes::default());
        }
        if !text.is_ascii() {
            // Programs that take each byte for a letter, and such as know no UTF-8.
            all.wide.push(wide(&mut text.bytes().map(u16::from)));
            let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
            bytes.extend(text.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')));
            all.plain.push(bytes);
        }
        all
    }

    pub fn wrong(&self) -> ClientFault {
        if self.is_set {
            ClientFault::WrongPassword
        } else {
            ClientFault::WantsPassword
        }
    }

    /// What `parameters` say of how often something is done, within what may be done `times` times.
    fn rounds(&mut self, parameters: &mut Reader, times: u32) -> Result<NonZeroU32, ClientFault> {
        let digits = parameters.value(INTEGER).ok_or(ClientFault::Damaged)?;
        let number = digits
            .iter()
            .fold(0, |number: u64, digit| number.saturating_mul(256).saturating_add(u64::from(*digit)));
        let rounds = u32::try_from(number).map_err(|_| ClientFault::TooMuchWork)?;
        let left = rounds.checked_mul(times).and_then(|work| self.rounds.checked_sub(work));
        self.rounds = left.ok_or(ClientFault::TooMuchWork)?;
        NonZeroU32::new(rounds).ok_or(ClientFault::Damaged)
    }

    /// Decrypts, with the first form of the password that gives what `fits`.
    pub fn decrypt(
        &mut self,
        kind: &[u8],
        parameters: Reader,
        encrypted: &[u8],
        fits: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Bytes, ClientFault> {
        let is_new = kind == PBES2;
        // Some put the wide form into the new ways too.
        let forms: Vec<Bytes> = match is_new {
            true => self.plain.iter().chain(&self.wide).cloned().collect(),
            false => self.wide.clone(),
        };
        for form in forms {
            let mut data = Zeroizing::new(encrypted.to_vec());
            match is_new {
                true => self.open_new(parameters, &form, &mut data)?,
                false => self.open_old(kind, parameters, &form, &mut data)?,
            }
            if let Some(length) =
                unpadded(&data).filter(|length| fits(data.get(..*length).unwrap_or_default()))
            {
                data.truncate(length);
                return Ok(data);
            }
        }
        Err(self.wrong())
    }

    fn open_new(&mut self, parameters: Reader, form: &[u8], data: &mut [u8]) -> Result<(), ClientFault> {
        let mut parameters = parameters;
        let mut parts = || {
            let mut parts = parameters.inside(SEQUENCE)?;
            Some((parts.algorithm()?, parts.algorithm()?))
        };
        let (derivation, (cipher, mut iv)) = parts().ok_or(ClientFault::Damaged)?;
        let iv = iv.value(OCTETS).ok_or(ClientFault::Damaged)?;
        let size = match (cipher, cipher.strip_prefix(AES)) {
            (TRIPLE_DES, _) | (_, Some([22])) => 24,
            (_, Some([2])) => 16,
            (_, Some([42])) => 32,
            _ => return Err(ClientFault::Method { name: dotted(cipher) }),
        };
        let key = self.derived(derivation, form, Some(size))?;
        let done = match (cipher, size) {
            (TRIPLE_DES, _) => cbc(TdesEde3::new_from_slice(&key), iv, data),
            (_, 16) => cbc(Aes128::new_from_slice(&key), iv, data),
            (_, 24) => cbc(Aes192::new_from_slice(&key), iv, data),
            _ => cbc(Aes256::new_from_slice(&key), iv, data),
        };
        done.ok_or(ClientFault::Damaged)
    }

    fn derived(
        &mut self,
        (kind, mut parameters): (&[u8], Reader),
        form: &[u8],
        size: Option<usize>,
    ) -> Result<Bytes, ClientFault> {
        if kind != PBKDF2 {
            return Err(ClientFault::Method { name: dotted(kind) });
        }
        let mut parameters = parameters.inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
        let salt = parameters.value(OCTETS).ok_or(ClientFault::Damaged)?;
        let rounds = self.rounds(&mut parameters, 2)?;
        // How long the key is, which a cipher says itself.
        let said = parameters.option(INTEGER).and_then(|size| size.0.last()).map(|size| usize::from(*size));
        let size = size.or(said).filter(|size| *size <= MAX_KEY).ok_or(ClientFault::Damaged)?;
        let way = match parameters.algorithm().map(|(kind, _)| (kind, kind.strip_prefix(HMAC))) {
            None | Some((_, Some([7]))) => pbkdf2::PBKDF2_HMAC_SHA1,
            Some((_, Some([9]))) => pbkdf2::PBKDF2_HMAC_SHA256,
            Some((_, Some([10]))) => pbkdf2::PBKDF2_HMAC_SHA384,
            Some((_, Some([11]))) => pbkdf2::PBKDF2_HMAC_SHA512,
            Some((kind, _)) => return Err(ClientFault::Method { name: dotted(kind) }),
        };
        let mut key = Zeroizing::new(vec![0; size]);
        pbkdf2::derive(way, rounds, salt, form, &mut key);
        Ok(key)
    }

    fn open_old(
        &mut self,
        kind: &[u8],
        mut parameters: Reader,
        form: &[u8],
        data: &mut [u8],
    ) -> Result<(), ClientFault> {
        let size = match kind.strip_prefix(OF_PKCS12) {
            Some([3]) => 24,
            Some([4 | 5]) => 16,
            Some([6]) => 5,
            _ => return Err(ClientFault::Method { name: dotted(kind) }),
        };
        let mut parameters = parameters.inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
        let salt = parameters.value(OCTETS).ok_or(ClientFault::Damaged)?;
        // Twice for the key, and for the initial vector again.
        let rounds = self.rounds(&mut parameters, 3)?;
        let hash = &digest::SHA1_FOR_LEGACY_USE_ONLY;
        let key = derive(hash, 1, form, salt, rounds, size);
        let iv = derive(hash, 2, form, salt, rounds, 8);
        let done = match kind.last() {
            Some(3) => cbc(TdesEde3::new_from_slice(&key), &iv, data),
            Some(4) => cbc(TdesEde2::new_from_slice(&key), &iv, data),
            _ => cbc(Ok::<_, ()>(Rc2::new_with_eff_key_len(&key, size * 8)), &iv, data),
        };
        done.ok_or(ClientFault::Damaged)
    }

    /// Whether a code for integrity is right: with it the password is.
    pub fn verify(&mut self, mut mac: Reader, content: &[u8]) -> Result<(), ClientFault> {
        let mut parts = || {
            let mut info = mac.inside(SEQUENCE)?;
            Some((info.algorithm()?, info.value(OCTETS)?))
        };
        let ((kind, mut parameters), expected) = parts().ok_or(ClientFault::Damaged)?;
        if kind == PBMAC1 {
            let mut parts = || {
                let mut parts = parameters.inside(SEQUENCE)?;
                Some((parts.algorithm()?, parts.algorithm()?.0))
            };
            let (derivation, way) = parts().ok_or(ClientFault::Damaged)?;
            let way = match way.strip_prefix(HMAC) {
                Some([9]) => hmac::HMAC_SHA256,
                Some([10]) => hmac::HMAC_SHA384,
                Some([11]) => hmac::HMAC_SHA512,
                _ => return Err(ClientFault::Method { name: dotted(way) }),
            };
            for form in self.plain.clone() {
                let key = self.derived(derivation, &form, None)?;
                if hmac::verify(&hmac::Key::new(way, &key), content, expected).is_ok() {
                    return Ok(());
                }
            }
            return Err(self.wrong());
        }
        let (hash, way) = match (kind, kind.strip_prefix(SHA2)) {
            (SHA1, _) => (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
            (_, Some([1])) => (&digest::SHA256, hmac::HMAC_SHA256),
            (_, Some([2])) => (&digest::SHA384, hmac::HMAC_SHA384),
            (_, Some([3])) => (&digest::SHA512, hmac::HMAC_SHA512),
            _ => return Err(ClientFault::Method { name: dotted(kind) }),
        };
        let salt = mac.value(OCTETS).ok_or(ClientFault::Damaged)?;
        // Where it is not said, it is once.
        let once = NonZeroU32::MIN;
        for form in self.wide.clone() {
            let mut rest = mac;
            let rounds = if rest.0.is_empty() { once } else { self.rounds(&mut rest, 1)? };
            let key = derive(hash, 3, &form, salt, rounds, hash.output_len());
            if hmac::verify(&hmac::Key::new(way, &key), content, expected).is_ok() {
                // The others are not tried again.
                self.wide = vec![form];
                return Ok(());
            }
        }
        Err(self.wrong())
    }
}

/// Bytes for a purpose out of a password, as PKCS #12 wants it (RFC 7292, appendix B.2).
fn derive(
    hash: &'static digest::Algorithm,
    purpose: u8,
    password: &[u8],
    salt: &[u8],
    rounds: NonZeroU32,
    size: usize,
) -> Bytes {
    let block = hash.block_len();
    let filled = |bytes: &[u8]| bytes.len().div_ceil(block) * block;
    let mut input = Zeroizing::new(Vec::with_capacity(filled(salt) + filled(password)));
    input.extend(salt.iter().cycle().take(filled(salt)));
    input.extend(password.iter().cycle().take(filled(password)));
    let mut out = Zeroizing::new(Vec::with_capacity(size + hash.output_len()));
    while out.len() < size {
        let mut first = Context::new(hash);
        first.update(&vec![purpose; block]);
        first.update(&input);
        let mut last = first.finish();
        for _ in 1..rounds.get() {
            last = digest(hash, last.as_ref());
        }
        out.extend_from_slice(last.as_ref());
        for part in input.chunks_exact_mut(block) {
            let mut carry = 1;
            let added: Vec<u8> = last.as_ref().iter().cycle().take(block).copied().collect();
            for (byte, added) in part.iter_mut().zip(added).rev() {
                carry += u16::from(*byte) + u16::from(added);
                *byte = carry as u8;
                carry >>= 8;
            }
        }
    }
    out.truncate(size);
    out
}

/// Decrypts whole blocks, each with the one before it.
fn cbc<C: BlockCipherDecrypt + BlockSizeUser, E>(
    cipher: Result<C, E>,
    iv: &[u8],
    data: &mut [u8],
) -> Option<()> {
    let (cipher, size) = (cipher.ok()?, C::block_size());
    if iv.len() != size || data.is_empty() || !data.len().is_multiple_of(size) {
        return None;
    }
    let mut before = iv.to_vec();
    for block in data.chunks_exact_mut(size) {
        let encrypted = block.to_vec();
        cipher.decrypt_block(<&mut Block<C>>::try_from(&mut *block).ok()?);
        block.iter_mut().zip(&before).for_each(|(byte, other)| *byte ^= other);
        before = encrypted;
    }
    Some(())
}

/// The length of what was filled up to whole blocks.
fn unpadded(data: &[u8]) -> Option<usize> {
    let count = usize::from(*data.last()?);
    let length = data.len().checked_sub(count).filter(|_| (1..=16).contains(&count))?;
    data.get(length..)?.iter().all(|byte| usize::from(*byte) == count).then_some(length)
}
