//! PKCS #12 (`.pfx`, `.p12`): keys and certificates in one file under a password. Read as strict as DER and as loose as
//! programs write: with lengths that only an end tells, and texts in pieces.

use super::der::{Reader, INTEGER, OBJECT, OCTETS, SEQUENCE};
use super::identity::Contents;
use super::password_based::Password;
use super::written_key::WrittenKey;
use crate::messages::ClientFault;
use zeroize::Zeroizing;

const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
/// What a bag holds, by the last byte.
const BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
const X509: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];
const CONTENT: u8 = 0xa0;
const BARE_CONTENT: u8 = 0x80;
/// An octet string in pieces.
const PIECES: u8 = 0x24;
const CONSTRUCTED: u8 = 0x20;
/// Keys and certificates of one file.
const MAX_BAGS: usize = 200;
/// As deep as any program nests.
const MAX_DEPTH: u8 = 24;

type Bytes = Zeroizing<Vec<u8>>;

pub fn read(content: &[u8], password: Option<&str>) -> Result<Contents, ClientFault> {
    let whole = definite(content).ok_or(ClientFault::Damaged)?;
    let mut file = Reader(&whole).inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
    if file.value(INTEGER) != Some(&[3]) {
        return Err(ClientFault::NoKind);
    }
    let mut safe = file.inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
    // Signed with a key instead of a password: nobody writes that.
    let safe = inner(&mut safe, DATA).and_then(|mut safe| safe.value(OCTETS)).ok_or(ClientFault::NoKind)?;
    let mut reading = Reading { password: Password::of(password), contents: Contents::default() };
    reading.contents.kind = "PKCS#12";
    if let Some(mac) = file.inside(SEQUENCE) {
        reading.password.verify(mac, safe)?;
    }
    reading.parts(safe)?;
    Ok(reading.contents)
}

/// What stands behind its kind, where it is that kind.
fn inner<'a>(part: &mut Reader<'a>, kind: &[u8]) -> Option<Reader<'a>> {
    part.value(OBJECT).filter(|found| *found == kind)?;
    part.inside(CONTENT)
}

struct Reading {
    password: Password,
    contents: Contents,
}

impl Reading {
    fn parts(&mut self, safe: &[u8]) -> Result<(), ClientFault> {
        let safe = definite(safe).ok_or(ClientFault::Damaged)?;
        let mut parts = Reader(&safe).inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
        while let Some(part) = parts.inside(SEQUENCE) {
            if let Some(mut plain) = inner(&mut part.clone(), DATA) {
                self.bags(plain.value(OCTETS).ok_or(ClientFault::Damaged)?, MAX_DEPTH)?;
            } else if let Some(encrypted) = inner(&mut part.clone(), ENCRYPTED) {
                let bags = self.decrypted(encrypted)?;
                self.bags(&bags, MAX_DEPTH)?;
            }
        }
        Ok(())
    }

    fn decrypted(&mut self, mut part: Reader) -> Result<Bytes, ClientFault> {
        let mut parts = || {
            let mut data = part.inside(SEQUENCE)?;
            data.value(INTEGER)?;
            let mut data = data.inside(SEQUENCE)?;
            data.value(OBJECT)?;
            let (kind, parameters) = data.algorithm()?;
            let encrypted = match data.next()? {
                (BARE_CONTENT, bytes) => bytes.to_vec(),
                (CONTENT, pieces) => joined(pieces)?,
                _ => return None,
            };
            Some((kind, parameters, encrypted))
        };
        let (kind, parameters, encrypted) = parts().ok_or(ClientFault::Damaged)?;
        let is_list = |opened: &[u8]| definite(opened).is_some_and(|whole| whole.first() == Some(&SEQUENCE));
        self.password.decrypt(kind, parameters, &encrypted, &is_list)
    }

    fn bags(&mut self, bags: &[u8], depth: u8) -> Result<(), ClientFault> {
        let bags = definite(bags).ok_or(ClientFault::Damaged)?;
        let mut bags = Reader(&bags).inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
        while let Some(mut bag) = bags.inside(SEQUENCE) {
            if self.contents.keys.len() + self.contents.certificates.len() > MAX_BAGS {
                return Err(ClientFault::TooMuchWork);
            }
            let (kind, value) = (bag.value(OBJECT), bag.inside(CONTENT));
            let (Some(kind), Some(mut value)) = (kind, value) else { return Err(ClientFault::Damaged) };
            match kind.strip_prefix(BAG) {
                Some([1 | 2]) => self.contents.keys.push(WrittenKey::of(value.0, &mut self.password)?),
                Some([3]) => {
                    let mut bag = value.inside(SEQUENCE).ok_or(ClientFault::Damaged)?;
                    if let Some(mut certificate) = inner(&mut bag, X509) {
                        let der = certificate.value(OCTETS).ok_or(ClientFault::Damaged)?;
                        self.contents.certificates.push(der.to_vec().into());
                    }
                }
                Some([6]) if depth > 0 => self.bags(value.0, depth - 1)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The pieces of an octet string.
fn joined(pieces: &[u8]) -> Option<Vec<u8>> {
    let (mut pieces, mut whole) = (Reader(pieces), Vec::new());
    while !pieces.0.is_empty() {
        whole.extend_from_slice(pieces.value(OCTETS)?);
    }
    Some(whole)
}

/// The first value of BER, with lengths that are said in front and octet strings in one piece, as DER has them.
fn definite(ber: &[u8]) -> Option<Bytes> {
    let mut whole = Zeroizing::new(Vec::with_capacity(ber.len() + 16));
    write_definite(&mut { ber }, &mut whole, MAX_DEPTH)?;
    Some(whole)
}

fn write_definite(rest: &mut &[u8], out: &mut Vec<u8>, depth: u8) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let (&tag, after) = rest.split_first()?;
    let (&first, after) = after.split_first()?;
    let (length, after) = match first {
        0..=0x7f => (Some(usize::from(first)), after),
        0x80 => (None, after),
        0x81..=0x84 => {
            let (digits, after) = after.split_at_checked(usize::from(first & 0x7f))?;
            (Some(digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit))), after)
        }
        _ => return None,
    };
    if tag & CONSTRUCTED == 0 {
        let (value, after) = after.split_at_checked(length?)?;
        *rest = after;
        return write(tag, value, out);
    }
    let mut inside = Zeroizing::new(Vec::new());
    match length {
        Some(length) => {
            let (mut parts, after) = after.split_at_checked(length)?;
            *rest = after;
            while !parts.is_empty() {
                write_definite(&mut parts, &mut inside, depth)?;
            }
        }
        None => {
            let mut parts = after;
            loop {
                if let Some(after) = parts.strip_prefix(&[0, 0]) {
                    *rest = after;
                    break;
                }
                write_definite(&mut parts, &mut inside, depth)?;
            }
        }
    }
    match tag {
        PIECES => write(OCTETS, &joined(&inside)?, out),
        _ => write(tag, &inside, out),
    }
}

fn write(tag: u8, value: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let length = u32::try_from(value.len()).ok().filter(|length| *length < 1 << 24)?;
    out.push(tag);
    match length {
        0..=0x7f => out.push(length as u8),
        0x80..=0xff => out.extend([0x81, length as u8]),
        0x100..=0xffff => out.extend([0x82, (length >> 8) as u8, length as u8]),
        _ => out.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(value);
    Some(())
}
