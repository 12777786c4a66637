use super::*;
use crate::cache::policy::{RefreshRules, Validity};
use crate::cache::published::{FastPath, Part};
use crate::cache::single_flight::RenewalFailure;
use crate::cache::token::{Bearer, Origin};
use crate::util::deadline::Deadline;
use crate::util::secret::Secret;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{mpsc, Barrier, Mutex};
use std::time::Instant;

const S: i64 = 1_000;
const H: i64 = 3_600_000;

type Answer = dyn Fn(usize) -> std::result::Result<i64, RenewalFailure> + Send + Sync;

/// A provider whose nth answer (from 1) is a life in milliseconds or a failure. Its tokens are "t1", "t2" …
struct Provider {
    clock: Clock,
    answer: Box<Answer>,
    asked: AtomicUsize,
    refreshes: bool,
    attempt: AtomicU64,
}

impl Provider {
    fn ask(&self, origin: Origin) -> std::result::Result<Issued, RenewalFailure> {
        let nth = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let born = self.clock.now();
        let validity = (self.answer)(nth)?;
        Ok(Issued {
            bearer: Bearer::new("Bearer ", &format!("t{nth}"), ""),
            refresh_token: self.refreshes.then(|| Secret::from("refresh")),
            token_type: "Bearer".to_owned(),
            scope: String::new(),
            validity: Validity::new(born, validity, RefreshRules::default(), 0),
            kept: Vec::new(),
            life_unread: None,
            origin,
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl TokenSource for Provider {
    fn refresh(&self, _: &Token, _: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        self.ask(Origin::Refresh)
    }
    fn login(&self, _: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        self.ask(Origin::Login)
    }
    fn attempt(&self) -> u64 {
        self.attempt.load(Ordering::SeqCst)
    }
}

fn failed(status: Status, class: FailureClass) -> RenewalFailure {
    RenewalFailure::new(Error::new(status, Message::RefusedAgain), class)
}

/// An entry on a clock moved by hand, with its provider. Renewals run on the caller unless `threads`.
struct Bench {
    cell: Arc<Entry>,
    clock: Clock,
    provider: Arc<Provider>,
    source: Arc<dyn TokenSource>,
}

fn bench(
    threads: bool,
    answer: impl Fn(usize) -> std::result::Result<i64, RenewalFailure> + Send + Sync + 'static,
) -> Bench {
    bench_on(Clock::fixed(), threads, false, answer)
}

fn bench_on(
    clock: Clock,
    threads: bool,
    refreshes: bool,
    answer: impl Fn(usize) -> std::result::Result<i64, RenewalFailure> + Send + Sync + 'static,
) -> Bench {
    let provider = Arc::new(Provider {
        clock: clock.clone(),
        answer: Box::new(answer),
        asked: AtomicUsize::new(0),
        refreshes,
        attempt: AtomicU64::new(0),
    });
    let pool = Arc::new(WorkerThreads::default());
    pool.forbid(!threads);
    let entry = Arc::new(Entry::new(clock.clone(), Arc::default(), pool));
    let source = Arc::clone(&provider) as Arc<dyn TokenSource>;
    Bench { cell: entry, clock, provider, source }
}

impl Bench {
    fn ask(&self) -> GetRequest<'_> {
        GetRequest::new(&self.source, Need::default(), Duration::from_secs(20))
    }

    /// What a caller gets: the token's text or a status, from the hit path if it has it.
    fn get_with(&self, request: &GetRequest) -> std::result::Result<String, Status> {
        let fast = FastPath::new();
        fast.open(1);
        fast.lead(1, Some(&self.cell.published), request.need);
        let now = self.clock.now();
        if let Some((text, token)) = fast.read(1, now, Part::Token, crate::cache::published::tests::Collected)
        {
            token.count_hits(1);
            return Ok(text);
        }
        self.cell
            .get(request)
            .map(|got| got.token.issued.bearer.access_token().to_owned())
            .map_err(|error| error.status)
    }

    fn get(&self) -> std::result::Result<String, Status> {
        self.get_with(&self.ask())
    }

    fn state(&self) -> &'static str {
        self.cell.snapshot().state
    }
}

fn ok(text: &str) -> std::result::Result<String, Status> {
    Ok(text.to_owned())
}

#[test]
fn a_cold_token_costs_one_login_and_a_warm_one_nothing() {
    let bench = bench(false, |_| Ok(H));
    assert_eq!(bench.state(), "none");
    for _ in 0..5 {
        assert_eq!(bench.get(), ok("t1"));
    }
    assert_eq!((bench.provider.asked(), bench.state()), (1, "fresh"));
    assert_eq!(bench.cell.published.hits(), 4);
}

#[test]
fn an_ageing_token_is_handed_out_while_exactly_one_renewal_runs() {
    let (send, receive) = mpsc::channel::<()>();
    let gate = Mutex::new(receive);
    let bench = bench(true, move |nth| {
        if nth > 1 {
            let _ = gate.lock().unwrap().recv();
        }
        Ok(H)
    });
    bench.get().unwrap();
    bench.clock.advance(50 * 60 * S);
    for _ in 0..100 {
        assert_eq!(bench.get(), ok("t1"));
        assert_eq!(bench.state(), "ageing");
    }
    drop(send);
    while bench.get() != ok("t2") {
        std::thread::yield_now();
    }
    assert_eq!(bench.provider.asked(), 2);
}

#[test]
fn without_threads_the_caller_renews_an_ageing_token_itself() {
    let bench = bench(false, |_| Ok(H));
    bench.get().unwrap();
    bench.clock.advance(50 * 60 * S);
    assert_eq!(bench.get(), ok("t2"));
}

#[test]
fn a_valid_token_is_never_withheld_because_a_renewal_failed() {
    let down = |nth| if nth == 1 { Ok(H) } else { Err(failed(Status::Server, FailureClass::Transient)) };
    let bench = bench(false, down);
    bench.get().unwrap();
    for second in 1..3_598 {
        bench.clock.advance(S);
        assert_eq!(bench.get(), ok("t1"), "after {second} s");
    }
    bench.clock.advance(S);
    assert_eq!(bench.get(), Err(Status::Server), "2 s before its end");
    assert_eq!(bench.state(), "waiting");
    assert!((4..30).contains(&bench.provider.asked()), "asked {} times", bench.provider.asked());
}

#[test]
fn a_crowd_that_asks_for_a_cold_token_causes_one_login() {
    let bench = bench(true, |_| {
        std::thread::sleep(Duration::from_millis(50));
        Ok(H)
    });
    let start = Barrier::new(64);
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                start.wait();
                assert_eq!(bench.get(), ok("t1"));
            });
        }
    });
    assert_eq!(bench.provider.asked(), 1);
}

#[test]
fn a_crowd_shares_one_failure() {
    let bench = bench(true, |_| {
        std::thread::sleep(Duration::from_millis(50));
        Err(failed(Status::Credentials, FailureClass::Credentials))
    });
    let start = Barrier::new(64);
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                start.wait();
                assert_eq!(bench.get(), Err(Status::Credentials));
            });
        }
    });
    assert_eq!((bench.provider.asked(), bench.state()), (1, "refused"));
}

#[test]
fn a_failure_is_remembered_until_its_time_has_passed() {
    let bench =
        bench(
            false,
            |nth| if nth == 1 { Err(failed(Status::Network, FailureClass::Persistent)) } else { Ok(H) },
        );
    assert_eq!(bench.get(), Err(Status::Network));
    bench.clock.advance(4 * S);
    let error = bench.cell.get(&bench.ask()).map(|_| ()).unwrap_err();
    assert_eq!((error.age_s, error.retry_after_s, bench.provider.asked()), (Some(4), 6, 1));
    assert_eq!(bench.cell.renew(&bench.ask()).unwrap_err().status, Status::Network, "renew tells it too");
    bench.clock.advance(6 * S);
    assert_eq!(bench.get(), ok("t2"));
    assert_eq!(bench.cell.snapshot().last_error, None);
}

#[test]
fn what_the_provider_asks_to_wait_is_waited() {
    let bench = bench(false, |_| {
        let mut failed = failed(Status::RateLimited, FailureClass::Transient);
        failed.error.retry_after_s = 120;
        Err(failed)
    });
    assert_eq!(bench.get(), Err(Status::RateLimited));
    bench.clock.advance(119 * S);
    assert_eq!((bench.get(), bench.provider.asked()), (Err(Status::RateLimited), 1));
    bench.clock.advance(S);
    assert_eq!((bench.get(), bench.provider.asked()), (Err(Status::RateLimited), 2));
}

#[test]
fn a_person_who_sets_another_code_is_not_made_to_wait() {
    let bench = bench(false, |nth| {
        if nth < 3 {
            Err(failed(Status::Mfa, FailureClass::UserActionRequired))
        } else {
            Ok(H)
        }
    });
    assert_eq!(bench.get(), Err(Status::Mfa));
    assert_eq!((bench.get(), bench.provider.asked(), bench.state()), (Err(Status::Mfa), 1, "action"));
    bench.provider.attempt.store(1, Ordering::SeqCst);
    assert_eq!((bench.get(), bench.provider.asked()), (Err(Status::Mfa), 2), "tried, and held again");
    assert_eq!((bench.get(), bench.provider.asked()), (Err(Status::Mfa), 2));
    bench.provider.attempt.store(2, Ordering::SeqCst);
    assert_eq!(bench.get(), ok("t3"));
}

#[test]
fn only_the_current_token_can_be_rejected() {
    let bench = bench(false, |_| Ok(H));
    bench.get().unwrap();
    bench.cell.reject("t0", &*bench.source).unwrap();
    assert_eq!(bench.get(), ok("t1"), "a late report costs nothing");
    bench.cell.reject("t1", &*bench.source).unwrap();
    bench.cell.reject("t1", &*bench.source).unwrap();
    assert_eq!(bench.get(), ok("t2"));
    bench.cell.reject("t1", &*bench.source).unwrap();
    assert_eq!((bench.get(), bench.provider.asked()), (ok("t2"), 2));
}

#[test]
fn a_token_that_replaced_a_refused_one_is_not_refused_within_a_minute() {
    let bench = bench(false, |_| Ok(H));
    bench.get().unwrap();
    bench.cell.reject("t1", &*bench.source).unwrap();
    bench.get().unwrap();
    bench.clock.advance(59 * S);
    assert_eq!(bench.cell.reject("t2", &*bench.source).unwrap_err().status, Status::RefusedAgain);
    assert_eq!(bench.get(), ok("t2"), "it is kept");
    bench.clock.advance(2 * S);
    bench.cell.reject("t2", &*bench.source).unwrap();
    assert_eq!(bench.get(), ok("t3"));
}

#[test]
fn renew_sends_at_most_one_request_in_ten_seconds() {
    let bench = bench(false, |_| Ok(H));
    bench.get().unwrap();
    for _ in 0..5 {
        bench.cell.renew(&bench.ask()).unwrap();
    }
    assert_eq!(bench.provider.asked(), 1);
    bench.clock.advance(10 * S);
    bench.cell.renew(&bench.ask()).unwrap();
    assert_eq!((bench.provider.asked(), bench.get()), (2, ok("t2")));
}

#[test]
fn a_caller_leaves_on_its_own_time_and_the_renewal_goes_on() {
    let (send, receive) = mpsc::channel::<()>();
    let gate = Mutex::new(receive);
    let bench = bench(true, move |_| {
        let _ = gate.lock().unwrap().recv();
        Ok(H)
    });
    let hurried = GetRequest::new(&bench.source, Need::default(), Duration::from_millis(20));
    assert_eq!(bench.get_with(&hurried), Err(Status::Timeout));
    assert_eq!(bench.state(), "waiting");
    drop(send);
    assert_eq!((bench.get(), bench.provider.asked()), (ok("t1"), 1));
}

#[test]
fn a_token_without_a_life_is_shared_for_a_moment_in_which_nothing_is_sent() {
    for (threads, life) in [(false, 0), (true, -5 * S), (false, S), (true, 2 * S)] {
        let bench = bench(threads, move |_| Ok(life));
        let strict = Need { min_left_ms: 5 * S, renew_after_ms: None };
        let eager = Need { min_left_ms: 0, renew_after_ms: Some(S) };
        for second in 0..100 {
            let expected = format!("t{}", second / 10 + 1);
            assert_eq!(bench.get(), ok(&expected), "{life}, after {second} s");
            assert_eq!(bench.get_with(&GetRequest { need: eager, ..bench.ask() }), ok(&expected));
            assert_eq!(bench.get_with(&GetRequest { need: strict, ..bench.ask() }), Err(Status::Response));
            bench.cell.renew(&bench.ask()).unwrap();
            assert_eq!(bench.state(), "expired");
            assert_eq!(bench.provider.asked(), second / 10 + 1);
            bench.clock.advance(S);
        }
    }
}

#[test]
fn a_token_without_a_life_that_is_refused_costs_one_more_login_and_no_storm() {
    let bench = bench(false, |_| Ok(0));
    for _ in 0..9 {
        let token = bench.get().unwrap();
        let _ = bench.cell.reject(&token, &*bench.source);
        let kept = bench.cell.lock().token.clone().unwrap();
        bench.cell.mark_rejected(&kept, &*bench.source);
        bench.get().unwrap();
    }
    assert!(bench.provider.asked() <= 3, "{}", bench.provider.asked());
}

#[test]
fn a_life_shorter_than_anybody_wants_sends_no_storm_after_its_end_either() {
    let bench = bench(false, |_| Ok(3 * S));
    let strict = Need { min_left_ms: 60 * S, renew_after_ms: None };
    for second in 0..30 {
        assert_eq!(bench.get_with(&GetRequest { need: strict, ..bench.ask() }), Err(Status::Response));
        assert_eq!(bench.provider.asked(), second / 10 + 1);
        bench.clock.advance(S);
    }
}

#[test]
fn a_caller_who_wants_more_than_any_token_has_gets_a_reason_and_sends_no_storm() {
    let bench = bench(false, |_| Ok(300 * S));
    let need = Need { min_left_ms: 600 * S, renew_after_ms: None };
    for _ in 0..5 {
        assert_eq!(bench.get_with(&GetRequest { need, ..bench.ask() }), Err(Status::Response));
    }
    assert_eq!((bench.provider.asked(), bench.get()), (1, ok("t1")));
}

#[test]
fn the_same_token_again_is_no_progress() {
    // The provider hands the session that lives, with what is left of it.
    let clock = Clock::fixed();
    let born = clock.now();
    let validity = clock.clone();
    let bench = bench_on(clock, false, false, move |_| Ok(H - validity.now().since(born)));
    for _ in 0..3_590 {
        bench.get().unwrap();
        bench.clock.advance(S);
    }
    assert!(bench.provider.asked() <= 4, "asked {} times", bench.provider.asked());
}

#[test]
fn a_token_that_comes_once_more_at_its_end_is_not_kept_long() {
    /// Hands out the token that lives, and a moment longer; the next one after that, or never.
    struct Shared(Clock, Now, AtomicUsize, i64);
    impl TokenSource for Shared {
        fn refresh(&self, _: &Token, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
            self.login(until)
        }
        fn login(&self, _: Deadline) -> std::result::Result<Issued, RenewalFailure> {
            self.2.fetch_add(1, Ordering::SeqCst);
            let now = self.0.now();
            let age = now.since(self.1);
            let (text, life) = if age < self.3 { ("same", (20 * S - age).max(0)) } else { ("next", H) };
            Ok(Issued {
                bearer: Bearer::new("", text, ""),
                refresh_token: None,
                token_type: String::new(),
                scope: String::new(),
                validity: Validity::new(now, life / S * S, RefreshRules::default(), 0),
                kept: Vec::new(),
                life_unread: None,
                origin: Origin::Login,
            })
        }
        fn attempt(&self) -> u64 {
            0
        }
    }
    for (changes_at, most) in [(20 * S + 500, 5), (i64::MAX, 9)] {
        let bench = bench(false, |_| Ok(H));
        let (clock, born) = (bench.clock.clone(), bench.clock.now());
        let shared = Arc::new(Shared(clock, born, AtomicUsize::new(0), changes_at));
        let source = Arc::clone(&shared) as Arc<dyn TokenSource>;
        let request = GetRequest::new(&source, Need::default(), Duration::from_secs(20));
        for tenth in 0..600 {
            let expected = if changes_at < i64::MAX && tenth > 215 { "next" } else { "same" };
            let token = bench.get_with(&request).unwrap();
            assert!(token == expected || (200..=215).contains(&tenth), "{token} after {tenth} tenths");
            bench.clock.advance(100);
        }
        assert!(shared.2.load(Ordering::SeqCst) <= most, "{} logins", shared.2.load(Ordering::SeqCst));
    }
}

#[test]
fn hours_asleep_or_a_clock_that_is_set_never_hand_out_a_dead_token() {
    let bench = bench(false, |_| Ok(H));
    bench.get().unwrap();
    bench.clock.shift(5 * H, 5 * H);
    assert_eq!(bench.get(), ok("t2"), "asleep");
    bench.clock.shift(5 * H, 26);
    assert_eq!(bench.get(), ok("t3"), "asleep, and wall time set back to where it almost was");
    bench.clock.shift(0, 24 * H);
    assert_eq!(bench.get(), ok("t4"), "set forward: one request");
    bench.clock.shift(0, -24 * H);
    assert_eq!(bench.get(), ok("t4"), "and none when it is set right");
    bench.clock.advance(30 * 60 * S);
    assert_eq!(bench.get(), ok("t4"), "the boot clock still counts");
    bench.clock.shift(30 * 60 * S, 26);
    assert_eq!(bench.get(), ok("t5"));
}

#[test]
fn a_panic_in_a_renewal_is_an_error_and_the_next_renewal_works() {
    crate::util::panics::silence();
    for threads in [false, true] {
        let bench = bench(threads, |nth| if nth == 1 { panic!("password=senha") } else { Ok(H) });
        let _inside = crate::util::panics::Inside::enter();
        assert_eq!(bench.get(), Err(Status::Internal));
        bench.clock.advance(20 * S);
        assert_eq!(bench.get(), ok("t2"));
    }
}

#[test]
fn logging_out_forgets_and_gives_the_token_to_be_revoked() {
    let bench = bench(false, |_| Ok(H));
    assert!(matches!(bench.cell.forget(Duration::ZERO), (None, Ok(()))));
    bench.get().unwrap();
    let (Some(token), Ok(())) = bench.cell.forget(Duration::ZERO) else { panic!("a token") };
    assert_eq!(token.issued.bearer.access_token(), "t1");
    assert_eq!(bench.get(), ok("t2"));
}

#[test]
fn closing_tells_those_who_wait() {
    let (send, receive) = mpsc::channel::<()>();
    let gate = Mutex::new(receive);
    let bench = bench(true, move |_| {
        let _ = gate.lock().unwrap().recv();
        Ok(H)
    });
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| bench.get());
        while bench.provider.asked() == 0 {
            std::thread::yield_now();
        }
        bench.cell.close();
        assert_eq!(waiting.join().unwrap(), Err(Status::Handle));
    });
    drop(send);
    assert_eq!(bench.get(), Err(Status::Handle));
}

#[test]
fn an_imported_token_is_handed_out_and_its_refresh_token_used() {
    let bench = bench_on(Clock::fixed(), false, true, |_| Ok(H));
    let imported = |text: &str| Issued {
        bearer: Bearer::new("Bearer ", text, ""),
        origin: Origin::Import,
        ..bench.provider.ask(Origin::Login).unwrap()
    };
    bench.cell.import(imported("given"), &*bench.source);
    bench.cell.import(imported("given later"), &*bench.source);
    assert_eq!(bench.get(), ok("given"));
    bench.cell.reject("given", &*bench.source).unwrap();
    bench.get().unwrap();
    assert_eq!(bench.cell.counters.refreshes.load(Ordering::Relaxed), 1);
}

#[test]
fn logging_out_disowns_a_renewal_that_takes_too_long() {
    let (send, receive) = mpsc::channel::<()>();
    let gate = Mutex::new(receive);
    let bench = bench(true, move |nth| {
        if nth == 1 {
            let _ = gate.lock().unwrap().recv();
        }
        Ok(H)
    });
    let hurried = GetRequest::new(&bench.source, Need::default(), Duration::from_millis(20));
    assert_eq!(bench.get_with(&hurried), Err(Status::Timeout));
    assert_eq!(bench.cell.forget(Duration::from_millis(20)).1.unwrap_err().status, Status::Timeout);
    drop(send);
    assert_eq!(bench.get(), ok("t2"), "what the disowned renewal brings is not kept");
}
#[test]
fn a_renewal_has_the_time_of_its_most_patient_caller_and_thirty_seconds_at_least() {
    struct Timed(Mutex<Option<Duration>>);
    impl TokenSource for Timed {
        fn refresh(&self, _: &Token, _: Deadline) -> std::result::Result<Issued, RenewalFailure> {
            Err(failed(Status::Server, FailureClass::Transient))
        }
        fn login(&self, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
            *self.0.lock().unwrap() = Some(until.instant().saturating_duration_since(Instant::now()));
            Err(failed(Status::Server, FailureClass::Transient))
        }
        fn attempt(&self) -> u64 {
            0
        }
    }
    // On a thread of ours, and on the caller's, which nobody else waits for.
    for (threads, timeout, least, most) in [(true, 3_600, 3_500, 3_600), (true, 5, 20, 30), (false, 5, 1, 5)]
    {
        let bench = bench(threads, |_| Ok(H));
        let timed = Arc::new(Timed(Mutex::default()));
        let source = Arc::clone(&timed) as Arc<dyn TokenSource>;
        let request = GetRequest::new(&source, Need::default(), Duration::from_secs(timeout));
        assert_eq!(bench.get_with(&request), Err(Status::Server));
        let given = timed.0.lock().unwrap().expect("a login");
        assert!((least..=most).contains(&given.as_secs()), "{given:?}");
    }
}

#[test]
fn who_joins_a_renewal_with_more_time_puts_off_its_end() {
    struct Waiting(Mutex<mpsc::Receiver<()>>, mpsc::Sender<u64>);
    impl TokenSource for Waiting {
        fn refresh(&self, _: &Token, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
            self.login(until)
        }
        fn login(&self, until: Deadline) -> std::result::Result<Issued, RenewalFailure> {
            let left = || until.instant().saturating_duration_since(Instant::now()).as_secs();
            self.1.send(left()).unwrap();
            let _ = self.0.lock().unwrap().recv();
            self.1.send(left()).unwrap();
            Err(failed(Status::Timeout, FailureClass::Transient))
        }
        fn attempt(&self) -> u64 {
            0
        }
    }
    let (go_on, gate) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let bench = bench(true, |_| Ok(H));
    let source = Arc::new(Waiting(Mutex::new(gate), tell)) as Arc<dyn TokenSource>;
    let ask = |timeout| GetRequest::new(&source, Need::default(), timeout);
    assert_eq!(bench.get_with(&ask(Duration::from_millis(20))), Err(Status::Timeout));
    assert!(told.recv().unwrap() <= 30);
    std::thread::scope(|scope| {
        let patient = scope.spawn(|| bench.cell.renew(&ask(Duration::from_secs(900))).unwrap_err().status);
        while bench.cell.lock().flight.as_ref().unwrap().timeout() < Duration::from_secs(900) {
            std::thread::yield_now();
        }
        go_on.send(()).unwrap();
        assert!(told.recv().unwrap() > 600);
        assert_eq!(patient.join().unwrap(), Status::Timeout);
    });
    // It failed for everybody who waits no longer than the most patient one.
    for timeout in [30, 900] {
        assert_eq!(bench.get_with(&ask(Duration::from_secs(timeout))), Err(Status::Timeout));
    }
    assert!(told.try_recv().is_err(), "nothing was sent again");
}

#[test]
fn a_refused_password_is_tried_again_after_a_minute_five_and_thirty() {
    let wrong =
        |nth| if nth < 5 { Err(failed(Status::Credentials, FailureClass::Credentials)) } else { Ok(H) };
    let bench = bench(false, wrong);
    let mut tries = Vec::new();
    for minute in 0..120 {
        let before = bench.provider.asked();
        let _ = bench.get();
        if bench.provider.asked() > before {
            tries.push(minute);
        }
        bench.clock.advance(60 * S);
    }
    assert_eq!(tries[..5], [0, 1, 6, 36, 66]);
    assert_eq!(bench.state(), "fresh");
}

#[test]
fn a_new_second_factor_is_tried_at_once_although_the_old_token_is_still_good() {
    let bench = bench(false, |nth| {
        if nth == 2 {
            Err(failed(Status::Mfa, FailureClass::UserActionRequired))
        } else {
            Ok(H)
        }
    });
    bench.get().unwrap();
    bench.clock.advance(50 * 60 * S);
    assert_eq!((bench.get(), bench.get(), bench.provider.asked()), (ok("t1"), ok("t1"), 2));
    bench.provider.attempt.store(1, Ordering::SeqCst);
    assert_eq!(bench.get(), ok("t3"));
}

#[test]
fn a_failure_that_a_good_token_could_wait_out_does_not_hold_back_its_successor() {
    let fails = |nth| if nth == 2 { Err(failed(Status::Server, FailureClass::Transient)) } else { Ok(H) };
    for forget in [false, true] {
        let bench = bench(false, fails);
        bench.get().unwrap();
        bench.clock.advance(50 * 60 * S);
        assert_eq!(bench.get(), ok("t1"));
        if forget {
            bench.cell.forget(Duration::ZERO).1.unwrap();
        } else {
            bench.cell.reject("t1", &*bench.source).unwrap();
        }
        bench.clock.advance(S);
        assert_eq!(bench.get(), ok("t3"));
    }
}

#[test]
fn one_callers_look_at_the_clocks_does_not_vouch_for_anothers_need() {
    let bench = bench(false, |_| Ok(H));
    let careful = GetRequest::new(
        &bench.source,
        Need { min_left_ms: 30 * 60 * S, renew_after_ms: None },
        Duration::ZERO,
    );
    bench.get().unwrap();
    bench.clock.shift(40 * 60 * S, -H);
    assert_eq!(bench.get(), ok("t1"), "looks at both clocks");
    assert_ne!(bench.get_with(&careful), ok("t1"), "twenty minutes are left");
}

mod sharing;
