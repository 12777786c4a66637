//! What a certificate says: for a person whose it is, by whom, from when until when; for a certificate that the program
//! itself names, whom it is for. Whether any other is good, the TLS library decides.

use super::der::{Reader, BITS, INTEGER, OBJECT, OCTETS, RSA, SEQUENCE, SET};
use crate::util::clock;
use crate::util::secret::clean;
use std::net::IpAddr;
use std::str;

/// Longest name shown.
const MAX_NAME_CHARS: usize = 120;

const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const UTF16: u8 = 0x1e;
const UTC_TIME: u8 = 0x17;
const DNS_NAME: u8 = 0x82;
const ADDRESS: u8 = 0x87;

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
const CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// Ways of signing that nobody trusts any longer.
const WEAK_SIGNATURES: [(&[u8], &str); 3] = [
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04], "MD5"),
];

/// Empty where it cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// In RFC 3339.
    pub from: String,
    pub until: String,
}

pub fn read(der: &[u8]) -> Certificate {
    let Some(facts) = Facts::of(der) else { return Certificate::default() };
    let shown = |instant: Option<i64>| instant.map(clock::rfc3339).unwrap_or_default();
    Certificate {
        subject: facts.shown_subject(),
        issuer: facts.shown_issuer(),
        from: shown(facts.from_ms),
        until: shown(facts.until_ms),
    }
}

/// A certificate's parts, where they stand.
#[derive(Default)]
pub struct Facts<'a> {
    pub issuer: &'a [u8],
    pub subject: &'a [u8],
    pub from_ms: Option<i64>,
    pub until_ms: Option<i64>,
    /// The public key as it is, with its kind.
    pub key: &'a [u8],
    /// Hosts, where it has the extension for them.
    pub names: Option<Vec<HostName<'a>>>,
    /// Whether it says of itself that it may sign others, if it is of a kind that can.
    pub authority: Option<bool>,
    signed_with: &'a [u8],
}

pub enum HostName<'a> {
    Dns(&'a str),
    Address(IpAddr),
}

impl<'a> Facts<'a> {
    pub fn of(der: &'a [u8]) -> Option<Facts<'a>> {
        let mut signed = Reader(der).inside(SEQUENCE)?.inside(SEQUENCE)?;
        if signed.0.first() == Some(&VERSION) {
            signed.next()?;
        }
        signed.next()?; // serial number
        let signed_with = signed.inside(SEQUENCE)?.inside(OBJECT)?.0;
        let issuer = signed.inside(SEQUENCE)?.0;
        let mut life = signed.inside(SEQUENCE)?;
        let (from_ms, until_ms) = (instant(life.next()?), instant(life.next()?));
        let subject = signed.inside(SEQUENCE)?.0;
        let before = signed.0;
        signed.inside(SEQUENCE)?;
        let key = before.get(..before.len().checked_sub(signed.0.len())?)?;
        let mut facts = Facts { issuer, subject, from_ms, until_ms, key, signed_with, ..Facts::default() };
        while let Some((tag, value)) = signed.next() {
            if tag == EXTENSIONS {
                facts.extend(Reader(value).inside(SEQUENCE)?);
                facts.authority.get_or_insert(false);
            }
        }
        Some(facts)
    }

    fn extend(&mut self, mut extensions: Reader<'a>) {
        while let Some(mut extension) = extensions.inside(SEQUENCE) {
            let Some(kind) = extension.inside(OBJECT) else { return };
            // Between them may stand whether it is critical.
            let Some(value) = std::iter::from_fn(|| extension.next()).find(|(tag, _)| *tag == OCTETS) else {
                continue;
            };
            let Some(mut value) = Reader(value.1).inside(SEQUENCE) else { continue };
            if kind.0 == ALTERNATIVE_NAMES {
                self.names = Some(std::iter::from_fn(|| value.next()).filter_map(host_name).collect());
            } else if kind.0 == CONSTRAINTS {
                self.authority = Some(matches!(value.next(), Some((1, [byte])) if *byte != 0));
            }
        }
    }

    pub fn shown_subject(&self) -> String {
        name(self.subject)
    }

    pub fn shown_issuer(&self) -> String {
        name(self.issuer)
    }

    pub fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }

    /// The public key alone, as its kind writes it.
    pub fn key_bits(&self) -> Option<&'a [u8]> {
        let mut key = Reader(self.key).inside(SEQUENCE)?;
        key.next()?;
        key.value(BITS)?.get(1..)
    }

    pub fn rsa_bits(&self) -> Option<usize> {
        rsa_bits(Reader(self.key).inside(SEQUENCE)?.0)
    }

    pub fn weakly_signed(&self) -> Option<&'static str> {
        WEAK_SIGNATURES.iter().find(|(kind, _)| *kind == self.signed_with).map(|(_, name)| *name)
    }

    /// The common name of its subject, which was the host's before there was an extension for that.
    pub fn common_name(&self) -> Option<String> {
        attributes(self.subject).find(|(kind, _)| *kind == COMMON_NAME).map(|(_, value)| value)
    }
}

/// The length of a public key, of what is in it, in bits.
pub fn rsa_bits(key: &[u8]) -> Option<usize> {
    let mut key = Reader(key);
    if key.inside(SEQUENCE)?.inside(OBJECT)?.0 != RSA {
        return None;
    }
    let (_, bits) = key.next().filter(|(tag, _)| *tag == BITS)?;
    let modulus = Reader(bits.get(1..)?).inside(SEQUENCE)?.inside(INTEGER)?.0;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros)?;
    Some((modulus.len() - zeros) * 8 - first.leading_zeros() as usize)
}

fn host_name((tag, value): (u8, &[u8])) -> Option<HostName<'_>> {
    match tag {
        DNS_NAME => str::from_utf8(value).ok().map(HostName::Dns),
        ADDRESS => {
            let four = <[u8; 4]>::try_from(value).map(IpAddr::from);
            four.or_else(|_| <[u8; 16]>::try_from(value).map(IpAddr::from)).ok().map(HostName::Address)
        }
        _ => None,
    }
}

/// The first value of a file that may have more behind it.
pub fn first_value(der: &[u8]) -> Option<&[u8]> {
    let mut rest = Reader(der);
    rest.inside(SEQUENCE)?;
    der.get(..der.len().checked_sub(rest.0.len())?)
}

/// What a name consists of, by kind.
fn attributes(name: &[u8]) -> impl Iterator<Item = (&[u8], String)> {
    let mut sets = Reader(name);
    std::iter::from_fn(move || {
        let mut pair = sets.inside(SET)?.inside(SEQUENCE)?;
        let (kind, (tag, value)) = (pair.inside(OBJECT)?, pair.next()?);
        Some((kind.0, text(tag, value)))
    })
}

/// "CN=*.senior.com.br, O=Senior Sistemas", of what a name says in the attributes that people know, the common name first.
fn name(name: &[u8]) -> String {
    let known = |(kind, value): (&[u8], String)| {
        let label = match kind {
            COMMON_NAME => "CN",
            [0x55, 0x04, 0x0a] => "O",
            [0x55, 0x04, 0x0b] => "OU",
            [0x55, 0x04, 0x06] => "C",
            _ => return None,
        };
        Some(format!("{label}={value}"))
    };
    let mut shown: Vec<String> = attributes(name).filter_map(known).collect();
    // Those of authorities with many units would leave no room for it.
    shown.sort_by_key(|part| !part.starts_with("CN="));
    clean(&shown.join(", "), &[]).chars().take(MAX_NAME_CHARS).collect()
}

fn text(tag: u8, value: &[u8]) -> String {
    match (tag, str::from_utf8(value)) {
        (UTF16, _) => {
            let units = value.chunks_exact(2).map(|two| u16::from(two[0]) << 8 | u16::from(two[1]));
            char::decode_utf16(units).map(|character| character.unwrap_or('?')).collect()
        }
        (_, Ok(text)) => text.to_owned(),
        // The oldest kind is Latin-1.
        (_, Err(_)) => value.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// `YYMMDDhhmmssZ`, or with four digits for the year.
fn instant((tag, value): (u8, &[u8])) -> Option<i64> {
    let text = str::from_utf8(value).ok()?.strip_suffix('Z')?;
    let (year, rest) = text.split_at_checked(if tag == UTC_TIME { 2 } else { 4 })?;
    let year: i32 = year.parse().ok()?;
    let year = match tag {
        UTC_TIME if year < 50 => year + 2000,
        UTC_TIME => year + 1900,
        _ => year,
    };
    let pair = |at: usize| rest.get(at..at + 2);
    let (month, day, hour, minute, second) = (pair(0)?, pair(2)?, pair(4)?, pair(6)?, pair(8)?);
    clock::parse_rfc3339(&format!("{year:04}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut wanted = rcgen::CertificateParams::new(vec!["api.example.com".to_owned()]).unwrap();
        wanted.distinguished_name = rcgen::DistinguishedName::new();
        wanted.distinguished_name.push(rcgen::DnType::CommonName, "Transportes São João");
        wanted.distinguished_name.push(rcgen::DnType::OrganizationName, "Expressão Ltda");
        wanted.not_before = rcgen::date_time_ymd(2024, 2, 29);
        wanted.not_after = rcgen::date_time_ymd(2051, 1, 31);
        wanted.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_tells_whose_it_is_and_for_how_long() {
        let name = "CN=Transportes São João, O=Expressão Ltda".to_owned();
        let wanted = Certificate {
            subject: name.clone(),
            issuer: name,
            from: "2024-02-29T00:00:00Z".to_owned(),
            until: "2051-01-31T00:00:00Z".to_owned(),
        };
        assert_eq!(read(&made()), wanted);
    }

    #[test]
    fn what_is_cut_or_spoilt_does_no_harm() {
        let whole = made();
        for length in 0..whole.len() {
            read(&whole[..length]);
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0x80, 0x84, 0xff] {
                let mut spoilt = whole.clone();
                spoilt[at] = value;
                if let Some(facts) = Facts::of(&spoilt) {
                    let _ = (
                        facts.rsa_bits(),
                        facts.common_name(),
                        facts.weakly_signed(),
                        facts.is_self_signed(),
                    );
                }
                let read = read(&spoilt);
                assert!(!read.subject.contains('\n') && read.subject.chars().count() <= MAX_NAME_CHARS);
            }
        }
        assert_eq!(read(b""), Certificate::default());
    }

    #[test]
    fn old_kinds_of_text_are_read() {
        assert_eq!(text(UTF16, &[0, b'S', 0, 0xe3, 0, b'o']), "São");
        assert_eq!(text(0x14, b"S\xe3o"), "São");
    }
}
