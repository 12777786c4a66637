//! Who is who to the guard alone. Providers take `boss`, `Boss` and ` boss ` for one user, and count for him; tokens of
//! different spellings stay apart. Two users who are one here share a budget, which costs them little.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Without accents, from U+00E0 on; `-` where a letter is one of its own.
const BARE: &[u8; 32] = b"aaaaaa-ceeeeiiii-nooooo--uuuuy-y";

/// A user in the one spelling: letters small, without accents and as wide as others, no signs that nobody sees, one blank
/// where there are some. The punctuation of a number (CPF, CNPJ) is left out.
pub fn user(name: &str) -> String {
    let narrow = |letter: char| match u32::from(letter) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(letter),
        _ => letter,
    };
    let bare = |letter: char| {
        let base = u32::from(letter).checked_sub(0xE0).and_then(|at| BARE.get(at as usize));
        base.filter(|base| **base != b'-').map_or(letter, |base| char::from(*base))
    };
    let folded: String =
        name.chars().map(narrow).map(small).map(bare).filter(|letter| !is_unseen(*letter)).collect();
    let is_number = |letter: char| letter.is_ascii_digit() || "./- ".contains(letter);
    if folded.chars().all(is_number) && folded.chars().any(|letter| letter.is_ascii_digit()) {
        return folded.chars().filter(char::is_ascii_digit).collect();
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The small one of a Latin, Greek or Cyrillic letter: the tables of all of Unicode are 24 kB.
fn small(letter: char) -> char {
    let number = u32::from(letter);
    let small = match number {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A9 | 0x410..=0x42F => number + 0x20,
        0x100..=0x137 | 0x14A..=0x177 => number | 1,
        0x139..=0x148 | 0x179..=0x17E => number + (number & 1),
        0x178 => 0xFF,
        0x3C2 => 0x3C3,
        0x400..=0x40F => number + 0x50,
        _ => number,
    };
    char::from_u32(small).unwrap_or(letter)
}

/// Nothing by itself: marks that stand on the letter before, joiners, directions.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
        || letter.is_control() && !letter.is_whitespace()
}

/// The host of a base, so that it is the same however it is written.
pub fn host(base: &str) -> String {
    let (scheme, rest) = base.trim().split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let port = |text: &str| if text.is_empty() { Some(None) } else { text.parse::<u16>().ok().map(Some) };
    let cut = authority.rsplit_once(':').and_then(|(host, text)| Some((host, port(text)?)));
    let (host, port) = cut.unwrap_or((&authority, None));
    let usual = if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 };
    let host = host.strip_suffix('.').unwrap_or(host);
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = match (inside.map(str::parse::<Ipv6Addr>), host.parse::<Ipv4Addr>()) {
        (Some(Ok(address)), _) => format!("[{address}]"),
        (_, Ok(address)) => address.to_string(),
        _ => host.to_owned(),
    };
    match port.filter(|port| *port != usual) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_one_spelling() {
        let same = |spellings: &[&str]| {
            for spelling in spellings {
                assert_eq!(user(spelling), user(spellings[0]), "{spelling:?}");
            }
        };
        same(&[
            "boss",
            "Boss",
            "BOSS",
            " boss ",
            "\u{a0}boss\u{3000}",
            "\tboss\r\n",
            "ｂｏｓｓ",
            "Ｂoss",
            "bo\u{ad}ss",
            "\u{feff}boss",
            "bo\u{200b}ss",
        ]);
        same(&["joão da silva", "JOÃO  DA SILVA", "joa\u{303}o da\u{a0}silva", "Joao da Silva"]);
        same(&["ana@empresa.com.br", "Ana@EMPRESA.com.BR"]);
        same(&["łódź", "ŁÓDŹ"]);
        same(&["ёж", "ЁЖ"]);
        same(&["12.345.678/0001-90", "12345678000190", " 12 345 678/0001-90"]);
        same(&["σας", "ΣΑΣ"]);
        let all = ["boss", "bos", "bo ss", "boss.", "b.oss", "1.2a", "12a", "", "-"];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| user(one) != user(other)), "{one}");
        }
    }

    #[test]
    fn a_host_has_one_spelling() {
        let plain = host("https://api.example.com");
        for base in [
            "https://API.example.com/",
            "HTTPS://api.example.com:443/v1",
            "https://api.example.com:0443",
            "https://api.example.com.",
            "https://api.example.com./?x",
            " https://api.example.com:/ ",
            "http://api.example.com:80",
            "http://api.example.com",
        ] {
            assert_eq!(host(base), plain, "{base}");
        }
        assert_eq!(host("https://[0:0::1]:8443/"), host("https://[::1]:8443"));
        for other in ["https://api.example.com:80", "https://api.example.com:8443", "https://www.example.com"]
        {
            assert_ne!(host(other), plain, "{other}");
        }
        assert_ne!(host("https://[::1]:8443"), host("https://[::1]"));
    }
}
