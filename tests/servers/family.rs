//! One family of rotating refresh tokens, shared by processes of which some are killed.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::answer;
use crate::client::*;
use crate::oidc_provider::SECRET;
use crate::server::{client_form, Server};
use crate::worker::{shim, Worker, KEY};
use crate::{django, glewlwyd};

const PROCESSES: usize = 8;
const RENEWALS: u64 = 1_000;
/// Longer than a token lives. The clocks of all processes are put on so far each time, as nobody waits for a thousand
/// tokens to end.
const STEP_MS: i32 = 61_000;

struct Crowd {
    server: Server,
    shim: PathBuf,
    profile: String,
    /// What each program is given.
    options: Vec<(&'static str, String)>,
    processes: Vec<Worker>,
    ahead_ms: i32,
    kills: u64,
}

/// Below `below`, another one each time.
fn random(below: usize) -> usize {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new().build_hasher().finish() as usize % below
}

impl Crowd {
    fn new(server: Server, profile: &Value, options: &[(&'static str, &str)]) -> Option<Crowd> {
        let profile = server.profile("profile", profile);
        let options = options.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut crowd =
            Crowd { server, shim: shim()?, profile, options, processes: Vec::new(), ahead_ms: 0, kills: 0 };
        crowd.fill_up();
        Some(crowd)
    }

    fn process(&self) -> Worker {
        let store = self.server.folder.join("store");
        let mut worker = Worker::with(&[("LD_PRELOAD", &self.shim), ("ERPTOKEN_FAULTS_UNDER", &store)]);
        worker.configured("store", &format!("file:{}", store.display()));
        worker.configured("store_key", KEY);
        assert_eq!(worker.ask(&format!("open {}", self.profile)), "OK");
        for (name, value) in &self.options {
            assert_eq!(worker.ask(&format!("set {name} {value}")), "OK", "{name}");
        }
        worker
    }

    /// Those who were killed are started again, as their users do.
    fn fill_up(&mut self) {
        while self.processes.len() < PROCESSES {
            let process = self.process();
            self.processes.push(process);
        }
    }

    fn kill(&mut self, number: usize) {
        self.processes.remove(number).kill();
        self.kills += 1;
    }

    /// The token's time is over, and these processes ask for the next one.
    fn ask(&mut self, which: std::ops::Range<usize>) {
        for process in &mut self.processes[which] {
            process.tell(&format!("later {}", self.ahead_ms));
            process.tell("get");
        }
    }

    /// What all that live get: one token.
    fn hear(&mut self) -> String {
        let heard = |process: &mut Worker| (process.hear(), process.hear()).1;
        let tokens: Vec<String> = self.processes.iter_mut().map(heard).collect();
        assert!(!tokens[0].contains(' ') && tokens.iter().all(|token| *token == tokens[0]), "{tokens:#?}");
        tokens[0].clone()
    }

    /// One process renews, and the server is at it.
    fn first_asks(&mut self, obstacle: &str) {
        let held = self.server.count("held");
        self.server.text(obstacle);
        self.processes.rotate_left(random(PROCESSES));
        self.ask(0..1);
        let began = Instant::now();
        while self.server.count("held") == held {
            assert!(began.elapsed() < Duration::from_secs(60), "nobody renews");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A grant that a person gave once: no program has what a login takes.
fn granted(server: &Server) -> Value {
    json!({
        "erptoken_profile": 1, "name": "granted",
        "environments": { "production": { "base": server.base } },
        "login": [ { "needs": ["username", "password"], "url": "{base}/token",
            "form": client_form(json!({ "grant_type": "password", "username": "{username}", "password": "{password}" })) } ],
        "refresh": { "url": "{base}/token",
            "form": client_form(json!({ "grant_type": "refresh_token", "refresh_token": "{refresh_token}" })) },
        "logout": { "url": "{base}/token/revocation",
            "form": client_form(json!({ "token": "{refresh_token}", "token_type_hint": "refresh_token" })) }
    })
}

fn given(refresh_token: &str) -> [(&'static str, &str); 3] {
    [("client_id", "family"), ("client_secret", SECRET), ("refresh_token", refresh_token)]
}

#[test]
fn eight_processes_share_one_family_for_a_thousand_renewals_and_killed_ones_lose_nothing() {
    let Some(server) = Server::oidc_provider("family") else { return };
    // Every program is given the first refresh token, which is spent with the first renewal.
    let (profile, first) = (granted(&server), server.text("/family"));
    let Some(mut family) = Crowd::new(server, &profile, &given(&first)) else { return };
    let mut last = String::new();
    for round in 1..=RENEWALS {
        family.ahead_ms += STEP_MS;
        match round % 20 {
            // Killed while they wait for the one who renews.
            5 | 15 => {
                family.first_asks("/slow?ms=20");
                family.ask(1..PROCESSES);
                thread::sleep(Duration::from_millis(random(15) as u64));
                for left in (0..1 + random(3)).map(|killed| PROCESSES - 1 - killed) {
                    family.kill(1 + random(left));
                }
            }
            // The one who renews is killed before the server looks at what it sent.
            10 => {
                family.first_asks("/hold");
                family.ask(1..PROCESSES);
                family.kill(0);
            }
            // Killed when it has what it wants.
            0 => {
                family.kill(random(PROCESSES));
                family.fill_up();
                family.ask(0..PROCESSES);
            }
            _ => family.ask(0..PROCESSES),
        }
        let token = family.hear();
        assert_ne!(token, last, "renewal {round}");
        last = token;
        family.fill_up();
    }
    let counts = family.server.counts();
    assert_eq!((counts["refreshed"].as_u64(), &counts["refusals"]), (Some(RENEWALS), &json!([])), "{counts}");
    assert_eq!(
        (counts["revokedGrants"].as_u64(), counts["granted"].as_u64()),
        (Some(0), Some(0)),
        "{counts}"
    );
    assert!(family.kills >= 150, "{}", family.kills);
    // It lives.
    assert_eq!(family.server.api(&last), 200);
    family.ahead_ms += STEP_MS;
    family.ask(0..PROCESSES);
    let token = family.hear();
    assert_eq!((family.server.api(&token), family.server.count("refreshed")), (200, RENEWALS + 1));
    // And the server does take a second use for a theft.
    let form = format!("client_id=family&client_secret={SECRET}&refresh_token={first}");
    let (status, _) = family.server.post("/token", &format!("grant_type=refresh_token&{form}"));
    assert_eq!((status, family.server.count("revokedGrants"), family.server.api(&token)), (400, 1, 401));
}

/// Eight processes with Maria's password at a server whose refresh tokens work once; one is killed in each round.
fn killed_at_any_moment(
    server: Server,
    profile: &Value,
    options: &[(&'static str, &str)],
    rounds: u64,
) -> Option<Crowd> {
    let base = server.base.clone();
    let options = [&[("base_url", &*base)], options].concat();
    let mut crowd = Crowd::new(server, profile, &options)?;
    for _ in 0..rounds {
        crowd.ahead_ms += STEP_MS;
        crowd.ask(0..PROCESSES);
        // Whoever it is: one who renews, one who waits, one who has what he wants.
        thread::sleep(Duration::from_millis(random(40) as u64));
        crowd.kill(random(PROCESSES));
        crowd.hear();
        crowd.fill_up();
    }
    Some(crowd)
}

#[test]
fn processes_killed_at_any_moment_cost_a_login_at_most_and_spend_no_refresh_token_twice() {
    const ROUNDS: u64 = 120;
    let Some(server) = Server::django("django-kills") else { return };
    let [id, secret] = django::CLIENT;
    let options = [id, secret, ("username", "maria"), ("password", django::PASSWORD)];
    let Some(crowd) = killed_at_any_moment(server, &django::profile(), &options, ROUNDS) else { return };
    let counts = crowd.server.counts();
    let count = |what: &str| counts[what].as_u64().unwrap_or_default();
    let (logins, refreshes) = (count("password 200"), count("refresh_token 200"));
    assert_eq!((count("refresh_token 400"), count("password 400")), (0, 0), "{counts}");
    assert!(logins <= 1 + crowd.kills && logins + refreshes >= ROUNDS, "{counts}");
    // Most kills hit nobody who renews, and cost nothing.
    assert!(refreshes >= ROUNDS / 4, "{counts}");
}

#[test]
fn another_server_sees_no_spent_refresh_token_either() {
    let Some(server) = Server::glewlwyd("glewlwyd-kills") else { return };
    let Some(crowd) = killed_at_any_moment(server, &glewlwyd::profile(), &glewlwyd::MARIA, 60) else {
        return;
    };
    let log = std::fs::read_to_string(crowd.server.folder.join("glewlwyd.log")).unwrap();
    assert!(!log.contains("invalid"), "{log}");
}

#[test]
fn a_logout_revokes_the_grant_and_a_theft_of_it_is_said_and_not_asked_again() {
    let Some(server) = Server::oidc_provider("family-end") else { return };
    let profile = server.profile("granted", &granted(&server));
    let account = server.account(&profile, &given(&server.text("/family")));
    let token = account.token();
    assert_eq!(answer::get(&account, "/api").unwrap().status(), 200);
    account.logout().unwrap();
    assert_eq!((server.count("revokedGrants"), server.api(&token)), (1, 401));

    let first = server.text("/family");
    let account = server.account(&profile, &given(&first));
    let token = account.token();
    // A thief comes second; the server cannot tell which of the two is one.
    let form = format!("client_id=family&client_secret={SECRET}&refresh_token={first}");
    assert_eq!(server.post("/token", &format!("grant_type=refresh_token&{form}")).0, 400);
    assert_eq!((server.count("revokedGrants"), server.api(&token)), (2, 401));
    for _ in 0..3 {
        let failure = answer::get(&account, "/api").map(drop).expect_err("there is nothing to log in with");
        assert_eq!(failure.status, ERPTOKEN_E_MISSING, "{failure:?}");
        failure.assert_says(&["\"username\"", "\"password\""]);
    }
    // The thief's and one of the library's.
    assert_eq!((server.count("refused"), server.count("refreshed")), (2, 2));
}
