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
            let (status, read, written) = decompress(&mut self.state, rest, &mut self.bytes, self.length, frame);
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
