use super::*;
use crate::cache::policy::{RefreshRules, Validity};
use crate::cache::token::{Bearer, Origin};
use crate::util::clock;
use crate::util::secret::Secret;
use std::sync::atomic::AtomicUsize;

/// Answers what it is told to, in turn; the last answer stays.
struct Scripted {
    refreshes: Vec<fn() -> RenewalFailure>,
    logins: Vec<fn() -> RenewalFailure>,
    refreshed: AtomicUsize,
    logged_in: AtomicUsize,
}

fn issued(origin: Origin) -> Issued {
    Issued {
        bearer: Bearer::new("Bearer ", "new", ""),
        refresh_token: None,
        token_type: String::new(),
        scope: String::new(),
        validity: Validity::new(clock::now(), 3_600_000, RefreshRules::default(), 0),
        kept: Vec::new(),
        life_unread: None,
        origin,
    }
}

impl TokenSource for Scripted {
    fn refresh(&self, _: &Token, _: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        let nth = self.refreshed.fetch_add(1, Ordering::Relaxed);
        self.refreshes.get(nth).map_or_else(|| Ok(issued(Origin::Refresh)), |failed| Err(failed()))
    }
    fn login(&self, _: Deadline) -> std::result::Result<Issued, RenewalFailure> {
        let nth = self.logged_in.fetch_add(1, Ordering::Relaxed);
        self.logins.get(nth).map_or_else(|| Ok(issued(Origin::Login)), |failed| Err(failed()))
    }
    fn attempt(&self) -> u64 {
        0
    }
}

fn failed(status: Status, class: FailureClass) -> RenewalFailure {
    RenewalFailure::new(Error::new(status, Message::RefusedAgain), class)
}

fn refused_refresh() -> RenewalFailure {
    RenewalFailure { refresh_refused: true, ..failed(Status::Response, FailureClass::Persistent) }
}

fn unheard_refresh() -> RenewalFailure {
    RenewalFailure { login_after: Some(2), ..failed(Status::Response, FailureClass::Transient) }
}

fn nothing_sent() -> RenewalFailure {
    RenewalFailure { retry_now: true, ..failed(Status::Network, FailureClass::Transient) }
}

fn unanswered() -> RenewalFailure {
    RenewalFailure { outcome_unknown: true, ..failed(Status::Network, FailureClass::Transient) }
}

fn refused_login() -> RenewalFailure {
    RenewalFailure { login_refused: true, ..failed(Status::Credentials, FailureClass::Credentials) }
}

fn scripted(refreshes: &[fn() -> RenewalFailure], logins: &[fn() -> RenewalFailure]) -> Scripted {
    Scripted {
        refreshes: refreshes.to_vec(),
        logins: logins.to_vec(),
        refreshed: AtomicUsize::new(0),
        logged_in: AtomicUsize::new(0),
    }
}

fn old_token() -> Token {
    let refresh_token = Some(Secret::from("refresh"));
    Token::new(Issued { refresh_token, ..issued(Origin::Login) }, 1)
}

/// Runs one renewal; answers its result and how many refreshes and logins it sent.
fn renew(
    source: &Scripted,
    current: Option<&Token>,
    limiter: &LoginRateLimiter,
) -> (Option<Status>, usize, usize) {
    renew_after(0, source, current, limiter)
}

fn renew_after(
    failed_before: u32,
    source: &Scripted,
    current: Option<&Token>,
    limiter: &LoginRateLimiter,
) -> (Option<Status>, usize, usize) {
    let steps = RenewalSteps {
        source,
        failed_before,
        current,
        limiter,
        now: &|| Now { boot_ms: 0, wall_ms: 0 },
        jitter: &|| 0,
        before_refresh: &|| true,
        before_login: &|| (),
    };
    let result = steps.run((Instant::now() + MIN_RENEWAL_TIME).into());
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    (result.err().map(|failed| failed.error.status), count(&source.refreshed), count(&source.logged_in))
}

#[test]
fn a_refresh_that_nobody_refused_gives_way_to_a_login_in_time_and_is_kept() {
    let limiter = LoginRateLimiter::default();
    for (failed_before, alive, logins) in
        [(0, false, 0), (1, false, 0), (2, false, 1), (9, false, 1), (9, true, 0)]
    {
        let (source, token) = (scripted(&[unheard_refresh], &[]), old_token());
        if !alive {
            token.mark_rejected();
        }
        let status = (logins == 0).then_some(Status::Response);
        let renewed = renew_after(failed_before, &source, Some(&token), &limiter);
        assert_eq!(renewed, (status, 1, logins), "{failed_before}");
        assert!(token.refresh_token().is_some() && token.unanswered() == 0);
    }
}

#[test]
fn the_refresh_token_comes_first() {
    let source = scripted(&[], &[]);
    assert_eq!(renew(&source, Some(&old_token()), &LoginRateLimiter::default()), (None, 1, 0));
    assert_eq!(renew(&scripted(&[], &[]), None, &LoginRateLimiter::default()), (None, 0, 1));
}

#[test]
fn a_refused_refresh_token_is_followed_by_a_login_and_not_sent_again() {
    let token = old_token();
    assert_eq!(
        renew(&scripted(&[refused_refresh], &[]), Some(&token), &LoginRateLimiter::default()),
        (None, 1, 1)
    );
    assert_eq!(renew(&scripted(&[], &[]), Some(&token), &LoginRateLimiter::default()), (None, 0, 1));
}

#[test]
fn a_provider_that_is_down_is_not_asked_for_a_login_instead() {
    let down = || failed(Status::Server, FailureClass::Transient);
    let source = scripted(&[down], &[]);
    assert_eq!(
        renew(&source, Some(&old_token()), &LoginRateLimiter::default()),
        (Some(Status::Server), 1, 0)
    );
}

#[test]
fn what_was_not_sent_is_repeated_twice_at_most() {
    let source = scripted(&[], &[nothing_sent, nothing_sent]);
    assert_eq!(renew(&source, None, &LoginRateLimiter::default()), (None, 0, 3));
    let source = scripted(&[], &[nothing_sent as fn() -> RenewalFailure; 9]);
    assert_eq!(renew(&source, None, &LoginRateLimiter::default()), (Some(Status::Network), 0, 3));
}

#[test]
fn what_may_have_arrived_is_tried_once_more_later_and_then_not_again() {
    let token = old_token();
    let once = || renew(&scripted(&[unanswered], &[]), Some(&token), &LoginRateLimiter::default());
    assert_eq!(once(), (Some(Status::Network), 1, 0), "never repeated blindly");
    assert_eq!(once(), (Some(Status::Network), 1, 0));
    assert_eq!(once(), (None, 0, 1), "twice without an answer: a login is safer");
}

#[test]
fn refused_logins_are_held_back_before_the_provider_locks_the_account() {
    let limiter = LoginRateLimiter::default();
    let source = scripted(&[], &[refused_login as fn() -> RenewalFailure; 9]);
    assert_eq!(renew(&source, None, &limiter), (Some(Status::Credentials), 0, 1));
    assert_eq!(renew(&source, None, &limiter), (Some(Status::Credentials), 0, 2));
    assert_eq!(renew(&source, None, &limiter), (Some(Status::RateLimited), 0, 2), "nothing was sent");
    let with_token = scripted(&[refused_refresh], &[]);
    assert_eq!(renew(&with_token, Some(&old_token()), &limiter), (Some(Status::RateLimited), 1, 0));
}

#[test]
fn an_outcome_is_shared_and_the_first_one_stays() {
    let flight = SingleFlight::default();
    assert!(flight.wait(Instant::now()).is_none());
    flight.complete(Err(Error::new(Status::Server, Message::RefusedAgain)));
    flight.complete(Ok(Arc::new(old_token())));
    for _ in 0..3 {
        assert_eq!(flight.wait(Instant::now()).unwrap().unwrap_err().status, Status::Server);
    }
}

#[test]
fn threads_are_counted_forbidden_and_waited_for() {
    let threads = Arc::new(WorkerThreads::default());
    let (send, receive) = std::sync::mpsc::channel::<()>();
    assert!(threads.run(move || {
        let _ = receive.recv();
    }));
    assert_eq!(*locked(&threads.running), 1);
    threads.wait_until_idle(Duration::from_millis(1));
    drop(send);
    threads.wait_until_idle(Duration::from_secs(20));
    assert_eq!(*locked(&threads.running), 0);
    assert!(threads.run(|| panic!("a panic gives its place back")));
    threads.wait_until_idle(Duration::from_secs(20));
    assert_eq!(*locked(&threads.running), 0);
    threads.forbid(true);
    assert!(!threads.run(|| panic!("never runs")));
}

#[test]
fn no_more_threads_than_the_limit() {
    let threads = Arc::new(WorkerThreads::default());
    let gate = Arc::new(std::sync::Barrier::new(MAX_THREADS + 1));
    for _ in 0..MAX_THREADS {
        let gate = Arc::clone(&gate);
        assert!(threads.run(move || {
            gate.wait();
        }));
    }
    assert!(!threads.run(|| ()), "the caller does it");
    gate.wait();
    threads.wait_until_idle(Duration::from_secs(20));
}
