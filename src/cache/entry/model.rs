//! Every order in which callers of one identity can meet, by the model checker. Without threads of the library, so
//! that the callers themselves do the work; the checker runs no others.

use super::*;
use crate::cache::policy::{RefreshRules, Validity};
use crate::cache::published::{FastPath, Part, Sink, Words};
use crate::cache::single_flight::RenewalFailure;
use crate::cache::token::{Bearer, Origin};
use crate::util::deadline::Deadline;
use loom::thread;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Hands out "t1", "t22" … with a life of an hour, or refuses: each token has a length of its own.
struct Provider {
    clock: Clock,
    asked: AtomicUsize,
    refuses: bool,
}

impl TokenSource for Provider {
    fn refresh(&self, _: &Token, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        self.login(until)
    }
    fn login(&self, _: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        let nth = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        thread::yield_now();
        if self.refuses {
            return Err(RenewalFailure::new(
                Error::new(Status::Server, Message::RefusedAgain),
                FailureClass::Persistent,
            ));
        }
        Ok(Issued {
            bearer: Bearer::new("", &format!("t{}", nth.to_string().repeat(nth)), ""),
            refresh_token: None,
            token_type: String::new(),
            scope: String::new(),
            validity: Validity::new(self.clock.now(), 3_600_000, RefreshRules::default(), 0),
            kept: Vec::new(),
            life_unread: None,
            origin: Origin::Login,
        })
    }
    fn attempt(&self) -> u64 {
        0
    }
}

#[derive(Clone)]
struct Bench {
    cell: Arc<Entry>,
    clock: Clock,
    provider: Arc<Provider>,
    fast: Arc<FastPath>,
}

/// Tokens here have less than eight letters.
struct Text;

impl Sink for Text {
    type Copied = String;

    fn copy(self, text: Words) -> String {
        text.last().to_le_bytes().into_iter().take(text.length).map(char::from).collect()
    }
}

impl Bench {
    fn new(refuses: bool) -> Bench {
        let clock = Clock::fixed();
        let threads = Arc::new(WorkerThreads::default());
        threads.forbid(true);
        let entry = Arc::new(Entry::new(clock.clone(), Arc::default(), threads));
        let provider = Provider { clock: clock.clone(), asked: AtomicUsize::new(0), refuses };
        let fast = Arc::new(FastPath::new());
        fast.open(1);
        fast.lead(1, Some(&entry.published), Need::default());
        Bench { cell: entry, clock, provider: Arc::new(provider), fast }
    }

    fn hit(&self) -> Option<String> {
        self.fast.read(1, self.clock.now(), Part::Token, Text).map(|(text, _)| text)
    }

    fn get(&self) -> std::result::Result<String, Status> {
        if let Some(text) = self.hit() {
            return Ok(text);
        }
        let source = Arc::clone(&self.provider) as Arc<dyn TokenSource>;
        let request = GetRequest::new(&source, Need::default(), Duration::from_secs(20));
        let got = self.cell.get(&request).map_err(|error| error.status)?;
        Ok(got.token.issued.bearer.access_token().to_owned())
    }

    fn asked(&self) -> usize {
        self.provider.asked.load(Ordering::SeqCst)
    }

    fn beside<R: 'static>(&self, work: impl FnOnce(Bench) -> R + 'static) -> thread::JoinHandle<R> {
        let bench = self.clone();
        thread::spawn(move || work(bench))
    }
}

/// There are too many orders to try them all: those with this many unforced changes of thread.
fn model(work: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(4);
    builder.check(work);
}

#[test]
fn loom_two_who_find_no_token_cause_one_login() {
    model(|| {
        let bench = Bench::new(false);
        let other = bench.beside(|bench| bench.get());
        assert_eq!(bench.get().as_deref(), Ok("t1"));
        assert_eq!(other.join().unwrap().as_deref(), Ok("t1"));
        assert_eq!(bench.asked(), 1);
    });
}

#[test]
fn loom_two_who_wait_share_one_failure() {
    model(|| {
        let bench = Bench::new(true);
        let other = bench.beside(|bench| bench.get());
        assert_eq!(bench.get(), Err(Status::Server));
        assert_eq!(other.join().unwrap(), Err(Status::Server));
        assert_eq!(bench.asked(), 1);
    });
}

#[test]
fn loom_a_refused_token_is_never_handed_out_after_its_refusal() {
    model(|| {
        let bench = Bench::new(false);
        bench.get().unwrap();
        let other = bench.beside(|bench| {
            bench.cell.reject("t1", &*bench.provider).unwrap();
            bench.get()
        });
        let own = bench.get().unwrap();
        assert!(own == "t1" || own == "t22", "{own}");
        assert_eq!(other.join().unwrap().as_deref(), Ok("t22"));
        assert_eq!((bench.get().as_deref(), bench.asked()), (Ok("t22"), 2));
    });
}

#[test]
fn loom_two_who_refuse_the_same_token_cause_one_login() {
    model(|| {
        let bench = Bench::new(false);
        bench.get().unwrap();
        let refuse = |bench: Bench| {
            bench.cell.reject("t1", &*bench.provider).unwrap();
            bench.get()
        };
        let other = bench.beside(refuse);
        assert_eq!(refuse(bench.clone()).as_deref(), Ok("t22"));
        assert_eq!(other.join().unwrap().as_deref(), Ok("t22"));
        assert_eq!(bench.asked(), 2);
    });
}

#[test]
fn loom_closing_ends_every_wait_and_wipes_what_was_brought() {
    model(|| {
        let bench = Bench::new(false);
        let other = bench.beside(|bench| bench.get());
        bench.cell.close();
        let got = other.join().unwrap();
        assert!(got == Err(Status::Handle) || got.as_deref() == Ok("t1"), "{got:?}");
        assert_eq!((bench.hit(), bench.get()), (None, Err(Status::Handle)));
        assert!(bench.cell.snapshot().token.is_none());
    });
}

#[test]
fn loom_logging_out_leaves_no_token_that_nobody_revokes() {
    model(|| {
        let bench = Bench::new(false);
        let other = bench.beside(|bench| bench.get());
        let (revoked, forgotten) = bench.cell.forget(Duration::from_secs(20));
        forgotten.unwrap();
        assert_eq!(other.join().unwrap().as_deref(), Ok("t1"));
        // Either it came before and is revoked, or it is still there.
        assert_eq!(bench.cell.snapshot().token.is_some(), revoked.is_none());
    });
}

#[test]
fn loom_a_hit_sees_one_token_whole_while_another_takes_its_place() {
    model(|| {
        let bench = Bench::new(false);
        bench.get().unwrap();
        let other = bench.beside(|bench| {
            let seen = bench.hit();
            assert!(seen.as_deref().is_none_or(|seen| seen == "t1" || seen == "t22"), "{seen:?}");
        });
        bench.clock.advance(3_599_000);
        assert_eq!(bench.get().as_deref(), Ok("t22"));
        other.join().unwrap();
    });
}
