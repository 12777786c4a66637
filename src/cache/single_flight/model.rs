//! Every order in which a renewal can end and those who wait for it can come, by the model checker.

use super::*;
use loom::thread;

const NOW: Now = Now { boot_ms: 0, wall_ms: 0 };

fn ended(status: Status) -> Outcome {
    Err(Error::new(status, Message::RefusedAgain))
}

fn later() -> Instant {
    Instant::now() + MIN_RENEWAL_TIME
}

#[test]
fn loom_all_who_wait_see_the_first_outcome_whenever_they_come() {
    loom::model(|| {
        let flight = Arc::new(SingleFlight::default());
        let waiters: Vec<_> = (0..2)
            .map(|_| {
                let flight = Arc::clone(&flight);
                thread::spawn(move || flight.wait(later()).unwrap().unwrap_err().status)
            })
            .collect();
        flight.complete(ended(Status::Server));
        flight.complete(ended(Status::Internal));
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Status::Server);
        }
    });
}

#[test]
fn loom_of_two_who_land_one_does_for_everybody() {
    loom::model(|| {
        let flight = Arc::new(SingleFlight::default());
        let other = {
            let flight = Arc::clone(&flight);
            thread::spawn(move || {
                flight.complete(ended(Status::Timeout));
                flight.wait(later()).unwrap().unwrap_err().status
            })
        };
        flight.complete(ended(Status::Server));
        let own = flight.wait(later()).unwrap().unwrap_err().status;
        assert_eq!(own, other.join().unwrap());
    });
}

#[test]
fn loom_no_more_logins_at_once_than_refusals_are_left() {
    loom::model(|| {
        let limiter = Arc::new(LoginRateLimiter::default());
        drop(limiter.acquire(&|| NOW, later()).map(|permit| permit.refused(NOW)));
        // One refusal is left, so the second waits for the first, and is held back or not by what comes of it.
        let other = {
            let limiter = Arc::clone(&limiter);
            thread::spawn(move || limiter.acquire(&|| NOW, later()).map(|permit| permit.refused(NOW)).is_ok())
        };
        let own = limiter.acquire(&|| NOW, later()).map(|permit| permit.refused(NOW)).is_ok();
        assert!(own != other.join().unwrap());
    });
}
