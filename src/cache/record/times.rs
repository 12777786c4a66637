//! Instants that outlive a boot. Each is kept as both clocks had it, with the boot that one of them counts from.

use crate::store::{Reader, Writer};
use crate::sys;
use crate::util::clock::Now;
use once_cell::race::OnceBox;

/// So much the wall clock may be corrected without making what it says doubtful.
const CLOCK_TOLERANCE_MS: i64 = 5_000;

/// Which boot this is; zeros where the system does not tell.
fn this_boot() -> [u8; 16] {
    // Read by whoever comes before one has it: a thread that others wait for may be missing in the child of a fork.
    static THIS: OnceBox<[u8; 16]> = OnceBox::new();
    THIS.get_or_try_init(|| sys::boot_id().map(Box::new).ok_or(())).copied().unwrap_or_default()
}

/// What makes instants of a record comparable with now.
#[derive(Clone, Copy)]
pub struct BootReference {
    same_boot: bool,
    now: Now,
}

pub fn write_boot(writer: &mut Writer) {
    writer.bytes(&this_boot());
}

pub fn read_boot(reader: &mut Reader, now: Now) -> Option<BootReference> {
    let boot = reader.bytes()?;
    Some(BootReference { same_boot: boot == this_boot() && boot != [0; 16], now })
}

impl BootReference {
    /// The instant as both clocks of now would have it. `None`: it would lie ahead, so one of the clocks was set.
    pub fn instant(self, at: Now) -> Option<Now> {
        if self.same_boot {
            return (at.boot_ms <= self.now.boot_ms.saturating_add(CLOCK_TOLERANCE_MS)).then_some(at);
        }
        let age = self.now.wall_ms.saturating_sub(at.wall_ms);
        (age >= -CLOCK_TOLERANCE_MS)
            .then(|| Now { boot_ms: self.now.boot_ms.saturating_sub(age.max(0)), wall_ms: at.wall_ms })
    }
}

pub fn write(writer: &mut Writer, at: Now) {
    writer.number(at.boot_ms);
    writer.number(at.wall_ms);
}

/// Within, `None`: see `Since::instant`.
pub fn read(reader: &mut Reader, since: BootReference) -> Option<Option<Now>> {
    let at = Now { boot_ms: reader.number()?, wall_ms: reader.number()? };
    Some(since.instant(at))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn in_the_same_boot_its_clock_decides_and_in_another_one_the_wall_clock() {
        let now = Now { boot_ms: 50_000, wall_ms: 1_000_000 };
        let at = Now { boot_ms: 20_000, wall_ms: 970_000 };
        let same = BootReference { same_boot: true, now };
        assert_eq!(same.instant(at), Some(at));
        assert_eq!(same.instant(Now { wall_ms: 9_000_000, ..at }).map(|at| at.boot_ms), Some(20_000));
        assert_eq!(same.instant(Now { boot_ms: 56_000, ..at }), None);
        let other = BootReference { same_boot: false, now };
        assert_eq!(other.instant(Now { boot_ms: 7, ..at }), Some(at));
        assert_eq!(other.instant(Now { boot_ms: 7, wall_ms: 1_004_000 }).map(|at| at.boot_ms), Some(50_000));
        assert_eq!(other.instant(Now { boot_ms: 7, wall_ms: 1_006_000 }), None);
    }
}
