use super::*;
use crate::clock;
use crate::renewal::{RefreshRules, Validity};
use crate::secret::Secret;
use crate::token::{Bearer, Origin};
use std::sync::atomic::AtomicUsize;

/// Answers what it is told to, in turn; the last answer stays.
struct Scripted {
    refreshes: Vec<fn() -> Failed>,
    logins: Vec<fn() -> Failed>,
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
        origin,
    }
}

impl Source for Scripted {
    fn refresh(&self, _: &Token, _: Instant) -> std::result::Result<Issued, Failed> {
        let nth = self.refreshed.fetch_add(1, Ordering::Relaxed);
        self.refreshes.get(nth).map_or_else(|| Ok(issued(Origin::Refresh)), |failed| Err(failed()))
    }
    fn login(&self, _: Instant) -> std::result::Result<Issued, Failed> {
        let nth = self.logged_in.fetch_add(1, Ordering::Relaxed);
        self.logins.get(nth).map_or_else(|| Ok(issued(Origin::Login)), |failed| Err(failed()))
    }
    fn attempt(&self) -> u64 {
        0
    }
}

fn failed(status: Status, class: FailureClass) -> Failed {
    Failed::new(Error::new(status, Message::RefusedAgain), class)
}

fn refused_refresh() -> Failed {
    Failed { refresh_refused: true, ..failed(Status::Response, FailureClass::Persistent) }
}

fn nothing_sent() -> Failed {
    Failed { try_again: true, ..failed(Status::Network, FailureClass::Transient) }
}

fn unanswered() -> Failed {
    Failed { may_have_arrived: true, ..failed(Status::Network, FailureClass::Transient) }
}

fn refused_login() -> Failed {
    Failed { login_refused: true, ..failed(Status::Credentials, FailureClass::Credentials) }
}

fn scripted(refreshes: &[fn() -> Failed], logins: &[fn() -> Failed]) -> Scripted {
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
fn renew(source: &Scripted, current: Option<&Token>, budget: &Budget) -> (Option<Status>, usize, usize) {
    let steps = Steps {
        source,
        current,
        budget,
        now: &|| Now { boot_ms: 0, wall_ms: 0 },
        jitter: &|| 0,
        refreshing: &|| true,
        logging_in: &|| (),
    };
    let result = steps.run(Instant::now() + LONGEST);
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    (result.err().map(|failed| failed.error.status), count(&source.refreshed), count(&source.logged_in))
}

#[test]
fn the_refresh_token_comes_first() {
    let source = scripted(&[], &[]);
    assert_eq!(renew(&source, Some(&old_token()), &Budget::default()), (None, 1, 0));
    assert_eq!(renew(&scripted(&[], &[]), None, &Budget::default()), (None, 0, 1));
}

#[test]
fn a_refused_refresh_token_is_followed_by_a_login_and_not_sent_again() {
    let token = old_token();
    assert_eq!(renew(&scripted(&[refused_refresh], &[]), Some(&token), &Budget::default()), (None, 1, 1));
    assert_eq!(renew(&scripted(&[], &[]), Some(&token), &Budget::default()), (None, 0, 1));
}

#[test]
fn a_provider_that_is_down_is_not_asked_for_a_login_instead() {
    let down = || failed(Status::Server, FailureClass::Transient);
    let source = scripted(&[down], &[]);
    assert_eq!(renew(&source, Some(&old_token()), &Budget::default()), (Some(Status::Server), 1, 0));
}

#[test]
fn what_was_not_sent_is_repeated_twice_at_most() {
    let source = scripted(&[], &[nothing_sent, nothing_sent]);
    assert_eq!(renew(&source, None, &Budget::default()), (None, 0, 3));
    let source = scripted(&[], &[nothing_sent as fn() -> Failed; 9]);
    assert_eq!(renew(&source, None, &Budget::default()), (Some(Status::Network), 0, 3));
}

#[test]
fn what_may_have_arrived_is_tried_once_more_later_and_then_not_again() {
    let token = old_token();
    let once = || renew(&scripted(&[unanswered], &[]), Some(&token), &Budget::default());
    assert_eq!(once(), (Some(Status::Network), 1, 0), "never repeated blindly");
    assert_eq!(once(), (Some(Status::Network), 1, 0));
    assert_eq!(once(), (None, 0, 1), "twice without an answer: a login is safer");
}

#[test]
fn refused_logins_are_held_back_before_the_provider_locks_the_account() {
    let budget = Budget::default();
    let source = scripted(&[], &[refused_login as fn() -> Failed; 9]);
    assert_eq!(renew(&source, None, &budget), (Some(Status::Credentials), 0, 1));
    assert_eq!(renew(&source, None, &budget), (Some(Status::Credentials), 0, 2));
    assert_eq!(renew(&source, None, &budget), (Some(Status::RateLimited), 0, 2), "nothing was sent");
    let with_token = scripted(&[refused_refresh], &[]);
    assert_eq!(renew(&with_token, Some(&old_token()), &budget), (Some(Status::RateLimited), 1, 0));
}

#[test]
fn an_outcome_is_shared_and_the_first_one_stays() {
    let flight = Flight::default();
    assert!(flight.wait(Instant::now()).is_none());
    flight.land(Err(Error::new(Status::Server, Message::RefusedAgain)));
    flight.land(Ok(Arc::new(old_token())));
    for _ in 0..3 {
        assert_eq!(flight.wait(Instant::now()).unwrap().unwrap_err().status, Status::Server);
    }
}

#[test]
fn threads_are_counted_forbidden_and_waited_for() {
    let threads = Arc::new(Threads::default());
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
    let threads = Arc::new(Threads::default());
    let gate = Arc::new(std::sync::Barrier::new(MOST_THREADS + 1));
    for _ in 0..MOST_THREADS {
        let gate = Arc::clone(&gate);
        assert!(threads.run(move || {
            gate.wait();
        }));
    }
    assert!(!threads.run(|| ()), "the caller does it");
    gate.wait();
    threads.wait_until_idle(Duration::from_secs(20));
}
