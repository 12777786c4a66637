//! Of a certificate what a person wants to know: whose, by whom, from when until when. For reading only: whether it is
//! good, the TLS library decides.

use crate::util::clock;
use crate::util::secret::clean;
use std::str;

/// Longest name shown.
const MAX_NAME_CHARS: usize = 120;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT: u8 = 0x06;
const VERSION: u8 = 0xa0;
const UTF16: u8 = 0x1e;
const UTC_TIME: u8 = 0x17;

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
    parts(der).unwrap_or_default()
}

fn parts(der: &[u8]) -> Option<Certificate> {
    let mut whole = Reader(der).inside(SEQUENCE)?;
    let mut signed = whole.inside(SEQUENCE)?;
    if signed.0.first() == Some(&VERSION) {
        signed.next()?;
    }
    signed.next()?; // serial number
    signed.inside(SEQUENCE)?; // signature algorithm
    let issuer = name(signed.inside(SEQUENCE)?);
    let mut life = signed.inside(SEQUENCE)?;
    let (from, until) = (instant(life.next()?), instant(life.next()?));
    let subject = name(signed.inside(SEQUENCE)?);
    Some(Certificate { subject, issuer, from: from.unwrap_or_default(), until: until.unwrap_or_default() })
}

/// What is left to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The next value with its tag.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    /// The next value, which must be of this kind, to be read in turn.
    fn inside(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, value)| Reader(value))
    }
}

/// "CN=*.senior.com.br, O=Senior Sistemas", of what a name says in the attributes that people know.
fn name(mut sets: Reader) -> String {
    let mut shown: Vec<String> = Vec::new();
    while let Some(mut set) = sets.inside(SET) {
        let Some(mut pair) = set.inside(SEQUENCE) else { break };
        let (Some(kind), Some((tag, value))) = (pair.inside(OBJECT), pair.next()) else { break };
        let label = match kind.0 {
            [0x55, 0x04, 0x03] => "CN",
            [0x55, 0x04, 0x0a] => "O",
            [0x55, 0x04, 0x0b] => "OU",
            [0x55, 0x04, 0x06] => "C",
            _ => continue,
        };
        shown.push(format!("{label}={}", text(tag, value)));
    }
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
fn instant((tag, value): (u8, &[u8])) -> Option<String> {
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
    clock::parse_rfc3339(&format!("{year:04}-{month}-{day}T{hour}:{minute}:{second}Z")).map(clock::rfc3339)
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
