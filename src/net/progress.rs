//! How far the one call of this thread is, and how long it may still take.
//!
//! ureq passes nothing of ours through to its connectors. A request runs from start to end on the thread
//! that asked for it, so a number of plain values per thread serves. It has no destructor, hence is safe
//! to use at any time of a thread's life; what a renewal on a thread of ours needs beside it has one.

use super::call::Call;
use super::stream;
use crate::util::clock::{self, Now};
use crate::util::deadline::Extension;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What may follow a body that is whole has so much time.
const LAST_WORDS: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Start,
    Lookup,
    Connect,
    Tunnel,
    Handshake,
    Request,
    Body,
}

#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub phase: Phase,
    /// The connection goes to a proxy.
    pub proxied: bool,
    /// Bytes of the request were handed to the system.
    pub sent: bool,
    /// The instant from which a token's life counts: just before the request was sent.
    pub sent_at: Option<Now>,
    /// The system took some of them.
    pub taken: bool,
    /// The connection has carried an answer before.
    pub reused: bool,
    /// Some of this answer came.
    pub answered: bool,
    /// The request is HEAD: its answer has no body, whatever its headers say.
    pub bodiless: bool,
    /// For how long a connection may have waited to be used, in milliseconds; none is used, and this one not kept.
    pub longest_wait_ms: Option<i64>,
    /// The server asked for a client certificate.
    pub certificate_wanted: bool,
    /// The first byte of what the peer said in this phase: tells TLS from plain text.
    pub first_byte: Option<u8>,
    /// Bytes of the request wait for the next write.
    waiting: bool,
    /// The step was cut short already.
    hurries: bool,
    until: Option<Instant>,
    /// Those who wait for the call can put its end off: see `EXTENSION`.
    extensible: bool,
    step_until: Option<Instant>,
    step_began: Option<Instant>,
    connect_timeout: Duration,
    answer_timeout: Option<Duration>,
}

thread_local! {
    static PROGRESS: Cell<Progress> = const {
        Cell::new(Progress {
            phase: Phase::Start,
            proxied: false,
            sent: false,
            taken: false,
            reused: false,
            answered: false,
            bodiless: false,
            longest_wait_ms: None,
            sent_at: None,
            certificate_wanted: false,
            first_byte: None,
            waiting: false,
            hurries: false,
            until: None,
            extensible: false,
            step_until: None,
            step_began: None,
            connect_timeout: Duration::ZERO,
            answer_timeout: None,
        })
    };
    /// By whom the call's end is put off. Looked at only in such a call, which is on a thread of ours.
    static EXTENSION: RefCell<Option<Arc<Extension>>> = const { RefCell::new(None) };
}

impl Progress {
    /// How long this step has taken, in whole seconds, for a text.
    pub fn seconds(&self) -> u64 {
        let taken = self.step_began.map_or(Duration::ZERO, |began| began.elapsed());
        (taken.as_millis() as u64).saturating_add(500) / 1000
    }

    /// Whether the whole call, and not one step of it, is out of time.
    pub fn time_is_over(&self) -> bool {
        self.end().is_none_or(|end| Instant::now() >= end)
    }

    /// The call's end, as it is now.
    fn end(&self) -> Option<Instant> {
        let put_off = || EXTENSION.try_with(|extension| Some(extension.borrow().as_ref()?.end())).ok()?;
        self.until.max(if self.extensible { put_off() } else { None })
    }
}

fn change(with: impl FnOnce(&mut Progress)) {
    let mut progress = PROGRESS.get();
    with(&mut progress);
    PROGRESS.set(progress);
}

pub fn get() -> Progress {
    PROGRESS.get()
}

/// A new call begins on this thread.
pub fn begin(call: &Call, proxied: bool, longest_wait_ms: Option<i64>) {
    if let Some(extension) = call.until.extension {
        let _ = EXTENSION.try_with(|kept| kept.replace(Some(Arc::clone(extension))));
    }
    PROGRESS.set(Progress {
        phase: Phase::Start,
        proxied,
        sent: false,
        taken: false,
        reused: false,
        answered: false,
        bodiless: call.method == "HEAD",
        longest_wait_ms,
        sent_at: None,
        certificate_wanted: false,
        first_byte: None,
        waiting: false,
        hurries: false,
        until: Some(call.until.instant()),
        extensible: call.until.extension.is_some(),
        step_until: None,
        step_began: Some(Instant::now()),
        connect_timeout: call.connect_timeout,
        answer_timeout: call.answer_timeout,
    });
}

/// The same call on a connection of its own. What the first one took may have arrived.
pub fn begin_again(call: &Call, proxied: bool) {
    let sent = get().taken;
    begin(call, proxied, Some(0));
    change(|progress| progress.sent = sent);
}

/// The next step, with its own time, which ends no later than the call's.
pub fn enter(phase: Phase) {
    change(|progress| {
        let before = progress.phase;
        let now = Instant::now();
        progress.phase = phase;
        progress.first_byte = None;
        if phase == Phase::Request {
            progress.sent_at = Some(clock::now());
        }
        // One time for TLS and the headers.
        if (before, phase) == (Phase::Handshake, Phase::Request) {
            return;
        }
        let allowed = match phase {
            Phase::Start => None,
            Phase::Lookup | Phase::Connect | Phase::Tunnel => Some(progress.connect_timeout),
            Phase::Handshake | Phase::Request | Phase::Body => progress.answer_timeout,
        };
        progress.step_began = Some(now);
        progress.step_until = allowed.and_then(|allowed| now.checked_add(allowed));
    });
}

/// What is still to come is of use only if it comes soon.
pub fn hurry() {
    change(|progress| {
        if let Some(soon) = Instant::now().checked_add(LAST_WORDS).filter(|_| !progress.hurries) {
            progress.step_until = Some(progress.step_until.map_or(soon, |until| until.min(soon)));
            progress.hurries = true;
        }
    });
}

/// When the current step must be over. Outside a call: now.
pub fn deadline() -> Instant {
    let progress = PROGRESS.get();
    let end = progress.end().unwrap_or_else(Instant::now);
    progress.step_until.map_or(end, |step| step.min(end))
}

/// What a step answers whose time is over.
pub fn timed_out() -> ureq::Error {
    ureq::Error::Timeout(ureq::Timeout::Global)
}

/// What is left for the current step; none when its time is over.
pub fn time_left() -> Option<Duration> {
    stream::left(deadline())
}

/// The next write carries bytes of the request.
pub fn request_waits() {
    change(|progress| progress.waiting = true);
}

/// Bytes are about to be handed to the system. Noted before, because afterwards may be too late.
pub fn writing() {
    change(|progress| progress.sent |= progress.waiting);
}

/// The system took bytes.
pub fn taken() {
    change(|progress| progress.taken |= progress.waiting);
}

/// A connection that waited serves this call.
pub fn reused() {
    enter(Phase::Request);
    change(|progress| progress.reused = true);
}

pub fn certificate_wanted() {
    change(|progress| progress.certificate_wanted = true);
}

pub fn answered() {
    change(|progress| progress.answered = true);
}

pub fn heard(byte: u8) {
    change(|progress| progress.first_byte = progress.first_byte.or(Some(byte)));
}
