//! The host's floating-point state. Delphi and Free Pascal run with exceptions unmasked: a division by zero
//! that Rust code may make would raise in the host, through frames that hold locks.

/// While it lives, floating-point exceptions are masked; dropped, the host's state is back.
pub struct Masked(State);

impl Masked {
    #[inline]
    pub fn new() -> Self {
        Masked(State::replace())
    }
}

impl Drop for Masked {
    #[inline]
    fn drop(&mut self) {
        self.0.restore();
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod x86 {
    use std::arch::asm;

    /// All six exceptions masked, none flagged, round to nearest; in the x87 word extended precision.
    const SSE_DEFAULT: u32 = 0x1f80;
    const X87_DEFAULT: u16 = 0x037f;

    /// Control words and the flags of exceptions that happened: of the x87 the whole environment, because its
    /// flags cannot be loaded alone.
    pub struct State {
        sse: u32,
        x87: [u32; 7],
    }

    impl State {
        /// The host's state; afterwards the processor has the defaults.
        #[inline]
        pub fn replace() -> Self {
            let (mut sse, mut x87) = (0u32, [0u32; 7]);
            // SAFETY: stores 4 and 28 bytes into locals of ours, then loads defaults. Every processor that these
            // targets run on has SSE.
            unsafe {
                asm!("stmxcsr [{}]", in(reg) &mut sse, options(nostack));
                asm!("fnstenv [{}]", in(reg) &mut x87, options(nostack));
                asm!("fnclex", "fldcw [{}]", in(reg) &X87_DEFAULT, options(nostack));
                asm!("ldmxcsr [{}]", in(reg) &SSE_DEFAULT, options(nostack));
            }
            State { sse, x87 }
        }

        #[inline]
        pub fn restore(&self) {
            // What our own code flagged while masked is gone with the environment: found pending, it would raise
            // in the host.
            // SAFETY: loads what `replace` stored.
            unsafe {
                asm!("fldenv [{}]", in(reg) &self.x87, options(nostack));
                asm!("ldmxcsr [{}]", in(reg) &self.sse, options(nostack));
            }
        }
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use x86::State;

/// Elsewhere no host of ours traps.
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
struct State;

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
impl State {
    fn replace() -> Self {
        State
    }
    fn restore(&self) {}
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;
    use std::arch::asm;

    fn control_words() -> (u32, u16) {
        let (mut sse, mut x87) = (0u32, 0u16);
        unsafe {
            asm!("stmxcsr [{}]", in(reg) &mut sse);
            asm!("fnstcw [{}]", in(reg) &mut x87);
        }
        (sse, x87)
    }

    #[test]
    fn the_hosts_state_is_masked_inside_and_back_outside() {
        let before = control_words();
        // Delphi's words: invalid operation, division by zero and overflow raise.
        let (sse, x87) = (0x1900u32, 0x1372u16);
        unsafe {
            asm!("ldmxcsr [{}]", in(reg) &sse);
            asm!("fldcw [{}]", in(reg) &x87);
        }
        let masked = Masked::new();
        let inside = control_words();
        let zero = std::hint::black_box(0.0f64);
        let infinite = std::hint::black_box(1.0f64) / zero;
        drop(masked);
        let after = control_words();
        unsafe {
            asm!("ldmxcsr [{}]", in(reg) &before.0);
            asm!("fldcw [{}]", in(reg) &before.1);
        }
        assert!(infinite.is_infinite());
        assert_eq!((inside.0 & 0x1f80, inside.1), (0x1f80, 0x037f));
        assert_eq!((after.0, after.1), (sse, x87), "flags included");
    }
}
