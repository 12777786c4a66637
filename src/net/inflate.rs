//! What a server compressed although nobody asked: gzip, and deflate with and without its frame.

use miniz_oxide::inflate::core::{decompress, inflate_flags as flags, DecompressorOxide};
use miniz_oxide::inflate::TINFLStatus;
use zeroize::Zeroizing;

pub enum Fault {
    /// What it was made of has more bytes than this answer may have.
    TooLarge,
    /// There is no memory for so many.
    NoRoom(usize),
    /// Not compressed in this way, or not in one that is read here.
    Unread,
}

const GZIP: &[u8] = &[0x1f, 0x8b, 8];

/// `bytes` as they were before they were compressed.
pub fn inflated(coding: &[u8], bytes: &[u8], most: u64) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let state = Box::new(DecompressorOxide::new());
    let mut out = Output { state, bytes: Zeroizing::default(), length: 0, most };
    match coding.to_ascii_lowercase().as_slice() {
        // Something in between has read it, and left the header.
        b"gzip" | b"x-gzip" if !bytes.starts_with(&GZIP[..2]) => return Ok(Zeroizing::new(bytes.to_vec())),
        b"gzip" | b"x-gzip" => out.gzip(bytes)?,
        b"deflate" => match out.inflate(bytes, flags::TINFL_FLAG_PARSE_ZLIB_HEADER) {
            // Said by those who took the name at its word.
            Err(Fault::Unread) => {
                out.length = 0;
                out.inflate(bytes, 0).map(drop)?
            }
            framed => framed.map(drop)?,
        },
        _ => return Err(Fault::Unread),
    }
    out.bytes.truncate(out.length);
    Ok(out.bytes)
}

struct Output {
    state: Box<DecompressorOxide>,
    /// As long as there is room; wiped when it is outgrown.
    bytes: Zeroizing<Vec<u8>>,
    length: usize,
    most: usize,
}

impl Output {
    /// One member or several; what follows them that is none is padding.
    fn gzip(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let mut rest = bytes;
        while self.length == 0 || rest.starts_with(GZIP) {
            let start = self.length;
            let body = behind_header(rest).ok_or(Fault::Unread)?;
            let end = self.inflate(body, 0)?;
            let (sum, behind) = end.split_first_chunk().ok_or(Fault::Unread)?;
            if crc32(self.bytes.get(start..self.length).unwrap_or_default()) != u32::from_le_bytes(*sum) {
                return Err(Fault::Unread);
            }
            // The length, which follows, is told by nothing else than the data.
            rest = behind.get(4..).ok_or(Fault::Unread)?;
            if self.length == start {
                break;
            }
        }
        Ok(())
    }

    /// What is behind the compressed data.
    fn inflate<'a>(&mut self, bytes: &'a [u8], frame: u32) -> Result<&'a [u8], Fault> {
        self.state.init();
        let mut rest = bytes;
        loop {
            self.grow()?;
            let frame = frame | flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
            let (status, read, written) =
                decompress(&mut self.state, rest, &mut self.bytes, self.length, frame);
            self.length = self.length.saturating_add(written);
            rest = rest.get(read..).unwrap_or_default();
            if self.length > self.most {
                return Err(Fault::TooLarge);
            }
            match status {
                TINFLStatus::Done => return Ok(rest),
                TINFLStatus::HasMoreOutput => {}
                _ => return Err(Fault::Unread),
            }
        }
    }

    /// Makes room: twice what there was, and one byte more than there may be, which tells that there is too much.
    fn grow(&mut self) -> Result<(), Fault> {
        const FIRST_BYTES: usize = 4096;
        if self.length < self.bytes.len() {
            return Ok(());
        }
        let size = self.length.saturating_mul(2).max(FIRST_BYTES).min(self.most.saturating_add(1));
        let mut larger = Zeroizing::new(Vec::new());
        larger.try_reserve_exact(size).map_err(|_| Fault::NoRoom(size))?;
        larger.extend_from_slice(&self.bytes);
        larger.resize(size, 0);
        self.bytes = larger;
        Ok(())
    }
}

fn behind_header(bytes: &[u8]) -> Option<&[u8]> {
    const SUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let (fixed, mut rest) = bytes.split_first_chunk::<10>()?;
    let flags = fixed.starts_with(GZIP).then_some(fixed[3])?;
    if flags & EXTRA != 0 {
        let (length, behind) = rest.split_first_chunk()?;
        rest = behind.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    rest.get(if flags & SUM != 0 { 2 } else { 0 }..)
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(coding: &str, bytes: &[u8], most: u64) -> Result<String, &'static str> {
        match inflated(coding.as_bytes(), bytes, most) {
            Ok(plain) => Ok(String::from_utf8_lossy(&plain).into_owned()),
            Err(Fault::TooLarge) => Err("too large"),
            Err(Fault::NoRoom(_)) => Err("no room"),
            Err(Fault::Unread) => Err("unread"),
        }
    }

    /// A member of gzip, with these flags and what they announce.
    fn gzip(flags: u8, announced: &[u8], plain: &[u8]) -> Vec<u8> {
        let deflated = miniz_oxide::deflate::compress_to_vec(plain, 6);
        let mut bytes = [GZIP, &[flags, 0, 0, 0, 0, 0, 3], announced, &deflated].concat();
        bytes.extend(crc32(plain).to_le_bytes());
        bytes.extend((plain.len() as u32).to_le_bytes());
        bytes
    }

    #[test]
    fn gzip_is_read_with_all_that_it_may_carry() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let plain = "{\"ç\":1}".repeat(5000);
        for (flags, announced) in [
            (0, &b""[..]),
            (1, b""),
            (8, b"a name\0"),
            (16, b"a remark\0"),
            (4, b"\x03\0abc"),
            (2, b"xx"),
            (4 | 8 | 16 | 2, b"\x01\0an\0c\0xx"),
        ] {
            let bytes = gzip(flags, announced, plain.as_bytes());
            assert_eq!(read("gzip", &bytes, 1 << 20), Ok(plain.clone()), "{flags}");
            assert_eq!(
                read("X-GZip", &[&bytes[..], &bytes, b"\0\0\0"].concat(), 1 << 20),
                Ok(plain.repeat(2))
            );
            for cut in [3, 12, bytes.len() / 2, bytes.len() - 8, bytes.len() - 1] {
                assert_eq!(read("gzip", &bytes[..cut], 1 << 20), Err("unread"), "{cut}");
            }
        }
        assert_eq!(read("gzip", &gzip(0, b"", b""), 0), Ok(String::new()));
        assert_eq!(read("gzip", b"{}", 2), Ok("{}".to_owned()), "it was read on its way");
        let mut wrong_sum = gzip(0, b"", b"abc");
        let last = wrong_sum.len() - 5;
        wrong_sum[last] ^= 1;
        assert_eq!(read("gzip", &wrong_sum, 99), Err("unread"));
    }

    #[test]
    fn deflate_is_read_with_its_frame_and_without() {
        let framed = miniz_oxide::deflate::compress_to_vec_zlib(b"abcabcabc", 6);
        let bare = miniz_oxide::deflate::compress_to_vec(b"abcabcabc", 6);
        for bytes in [&framed, &bare] {
            assert_eq!(read("deflate", bytes, 9), Ok("abcabcabc".to_owned()));
            assert_eq!(read("deflate", bytes, 8), Err("too large"));
        }
        assert_eq!(read("br", &bare, 9), Err("unread"));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let bomb = gzip(0, b"", &vec![b'a'; 8 << 20]);
        assert!(bomb.len() < 100_000);
        let mut out = Output {
            state: Box::new(DecompressorOxide::new()),
            bytes: Zeroizing::default(),
            length: 0,
            most: 1 << 20,
        };
        assert!(matches!(out.gzip(&bomb), Err(Fault::TooLarge)));
        assert!(out.bytes.capacity() <= (1 << 20) + 1);
    }

    #[test]
    fn noise_never_panics() {
        let whole = gzip(4 | 8, b"\x01\0an\0", &b"{\"access_token\":\"abc\"}".repeat(20));
        for _ in 0..4_000 {
            let mut bytes = whole.clone();
            for _ in 0..=crate::util::random::below(4) {
                let at = crate::util::random::below(bytes.len() as u32) as usize;
                bytes[at] = crate::util::random::below(256) as u8;
            }
            for coding in ["gzip", "deflate"] {
                let _ = read(coding, &bytes, 1000);
            }
        }
    }
}
