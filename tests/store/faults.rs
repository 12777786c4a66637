//! One call to the system fails, at every step of every operation of a store: nothing is lost, and no error is untrue.
//!
//! `faults/shim.c` makes the n-th call under the store's folder fail, for every n until none is left to fail, with each
//! error: once, and from there on until the call of the library has ended. Then the fault is gone, and what must still be
//! there is looked for: in the same process and in another one.

use std::fs;
use std::path::PathBuf;

use crate::ground::{Ground, Known, ASSINE, SENIOR};
use crate::support::Folder;
use crate::worker::{shim, Worker, KEY};

const ERRORS: [i32; 6] = [libc::EMFILE, libc::EIO, libc::ENOSPC, libc::EACCES, libc::EROFS, libc::EINTR];

/// One run of a scenario: its own store, the process whose calls fail, and another one.
struct Run<'a> {
    ground: &'a Ground,
    one: &'a mut Worker,
    other: &'a mut Worker,
    store: PathBuf,
    /// Which call fails, with what, and whether those after it do.
    fault: (usize, i32, bool),
    /// How many calls there were.
    calls: usize,
    number: usize,
    /// How far the clocks of both processes are ahead.
    ahead_ms: i32,
}

/// Begins anew in a process, as a program that was just started.
fn begin(worker: &mut Worker, ground: &Ground, store: &std::path::Path, known: &Known, options: &[String]) {
    assert_eq!(worker.ask("shutdown"), "ERPTOKEN_OK");
    assert_eq!(worker.ask("forget"), "OK");
    // All happens in the call then, one step after the other.
    worker.configured("background", "0");
    worker.configured("store", &format!("file:{}", store.display()));
    worker.configured("store_key", KEY);
    assert_eq!(worker.ask(&format!("open {}", known.provider)), "OK");
    assert_eq!(worker.ask(&format!("set base_url {}", ground.base(known.provider))), "OK");
    for option in options {
        assert_eq!(worker.ask(&format!("set {option}")), "OK");
    }
}

fn login(known: &Known) -> Vec<String> {
    vec![format!("username {}", known.username), format!("password {}", known.password)]
}

impl Run<'_> {
    fn begin(&mut self, known: &Known, options: &[String]) {
        begin(self.one, self.ground, &self.store, known, options);
        begin(self.other, self.ground, &self.store, known, options);
    }

    /// For both processes a second goes by, and a little.
    fn later(&mut self) {
        self.ahead_ms += 1_100;
        for worker in [&mut *self.one, &mut *self.other] {
            assert_eq!(worker.ask(&format!("later {}", self.ahead_ms)), "OK");
        }
    }

    /// The call during which something fails. An error of the store must name it.
    fn failing(&mut self, line: &str) -> String {
        let (at, error, further) = self.fault;
        assert_eq!(self.one.ask(&format!("arm {at} {error} {}", u8::from(further))), "OK");
        let said = self.one.ask(line);
        self.calls = self.one.ask("calls").parse().expect("a number");
        if said.starts_with("ERPTOKEN_E_STORE") {
            assert!(said.contains(&*self.store.to_string_lossy()), "{self}: {said}");
        }
        said
    }

    #[track_caller]
    fn live(&mut self, said: &str) {
        assert!(self.ground.is_live(said), "{self}: {said}");
    }

    /// Another process, and the same one once more: whatever they have is good.
    #[track_caller]
    fn all_get_a_token(&mut self) {
        for turn in 0..3 {
            let worker = if turn == 1 { &mut *self.other } else { &mut *self.one };
            let said = worker.ask("get");
            self.live(&said);
        }
    }

    #[track_caller]
    fn expect(&self, said: &str, allowed: &[&str]) {
        assert!(allowed.iter().any(|begin| said.starts_with(begin)), "{self}: {said}");
    }

    fn kept_well(&self) {
        assert_eq!(self.ground.reuses(), 0, "{self}: a spent refresh token was sent");
        for entry in fs::read_dir(&self.store).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.ends_with(".bad"), "{self}: a good record was set aside");
        }
    }
}

impl std::fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (at, error, further) = self.fault;
        let error = std::io::Error::from_raw_os_error(error);
        write!(f, "call {at}{}, {error}", if further { " and those after it" } else { "" })
    }
}

/// Plays a scenario with every fault.
fn sweep(name: &str, scenario: impl Fn(&mut Run)) {
    let Some(shim) = shim() else { return };
    let (ground, folder) = (Ground::new(), Folder::new(&format!("faults-{name}")));
    ground.settings(|s| s.reuse_revokes_family = true);
    // A call that came too late for its provider is none that fails here.
    ground.tolerate_violations();
    let mut one = Worker::with(&[("LD_PRELOAD", &shim), ("ERPTOKEN_FAULTS_UNDER", folder.path())]);
    // Without a folder nothing fails there.
    let mut other = Worker::with(&[("LD_PRELOAD", &shim)]);
    let mut number = 0;
    let mut faults = 0;
    let mut ahead_ms = 0;
    // What never ends to be interrupted is no fault of a system's.
    let lasting = |at: usize| ERRORS[at % (ERRORS.len() - 1)];
    let began = std::time::Instant::now();
    for pass in 0..=ERRORS.len() {
        for at in 1.. {
            number += 1;
            let store = folder.join(&format!("store-{number}"));
            let fault = ERRORS.get(pass).map_or((at, lasting(at), true), |error| (at, *error, false));
            let mut run = Run {
                ground: &ground,
                one: &mut one,
                other: &mut other,
                store,
                fault,
                calls: 0,
                number,
                ahead_ms,
            };
            scenario(&mut run);
            run.kept_well();
            ahead_ms = run.ahead_ms;
            let _ = fs::remove_dir_all(&run.store);
            if run.calls < at {
                break;
            }
            faults += 1;
        }
    }
    println!("{name}: {faults} faults, {:.1} s", began.elapsed().as_secs_f64());
    assert!(faults > 50, "the shim sees the calls");
}

#[test]
fn a_login() {
    sweep("login", |run| {
        let logins = run.ground.count("senior.login");
        run.begin(&SENIOR, &login(&SENIOR));
        let said = run.failing("get");
        if !said.starts_with("ERPTOKEN_E_STORE") {
            run.live(&said);
        }
        run.all_get_a_token();
        assert!(run.ground.count("senior.login") - logins <= 2, "{run}");
    });
}

/// Every call for a token is a refresh: it lives a second, beside the two in which it is not handed out, and is over then.
fn refreshes(
    name: &str,
    options: impl Fn(&mut Run) -> Vec<String>,
    said_at_fault: &[&str],
    logins_allowed: usize,
) {
    sweep(name, |run| {
        let options = options(run);
        run.ground.settings(|s| s.expires_in = Some(3.into()));
        run.begin(&SENIOR, &options);
        let token = run.one.token();
        run.live(&token);
        run.later();
        let logins = run.ground.count("senior.login");
        let said = run.failing("get");
        if said.starts_with("ERPTOKEN") {
            run.expect(&said, said_at_fault);
        } else {
            run.live(&said);
        }
        for turn in 0..3 {
            run.later();
            let worker = if turn == 1 { &mut *run.other } else { &mut *run.one };
            let said = worker.ask("get");
            run.live(&said);
        }
        let sent = run.ground.count("senior.login") - logins;
        assert!(sent <= logins_allowed, "{run}: {sent} logins");
    });
}

#[test]
fn a_refresh() {
    // Its successor lost with the answer costs one login at most.
    refreshes("refresh", |_| login(&SENIOR), &[], 1);
}

#[test]
fn a_refresh_where_no_login_is_possible() {
    let imported = |run: &mut Run| {
        run.ground.settings(|s| s.expires_in = None);
        let refresh_token = run.ground.refresh_token_for("senior", SENIOR.username);
        vec![format!("username {}", SENIOR.username), format!("refresh_token {refresh_token}")]
    };
    refreshes("import", imported, &["ERPTOKEN_E_STORE"], 0);
}

#[test]
fn a_rejected_token() {
    sweep("reject", |run| {
        let logins = run.ground.count("senior.login");
        run.begin(&SENIOR, &login(&SENIOR));
        let first = run.one.token();
        let said = run.failing(&format!("reject {first}"));
        run.expect(&said, &["OK"]);
        let second = run.one.token();
        assert!(second != first, "{run}: it was handed out again");
        assert_eq!(run.other.token(), second, "{run}");
        assert_eq!(run.ground.count("senior.login") - logins, 1, "{run}: refreshed, and not logged in");
        run.live(&second);
    });
}

#[test]
fn a_renewal_after_a_rejected_token() {
    sweep("renewal", |run| {
        let logins = run.ground.count("senior.login");
        run.begin(&SENIOR, &login(&SENIOR));
        let first = run.one.token();
        assert_eq!(run.one.ask(&format!("reject {first}")), "OK");
        let second = run.failing("get");
        run.live(&second);
        assert!(second != first, "{run}");
        run.all_get_a_token();
        // The first one; then one at most, or one in each process while the store goes on to fail.
        let allowed = if run.fault.2 { 3 } else { 2 };
        assert!(run.ground.count("senior.login") - logins <= allowed, "{run}");
    });
}

#[test]
fn a_logout() {
    sweep("logout", |run| {
        run.begin(&SENIOR, &login(&SENIOR));
        let first = run.one.token();
        let said = run.failing("logout");
        run.expect(&said, &["OK", "ERPTOKEN_E_STORE"]);
        assert!(!run.ground.is_live(&first), "{run}: revoked whatever the store does");
        if said != "OK" {
            assert_eq!(run.one.ask("logout"), "OK", "{run}");
        }
        run.all_get_a_token();
    });
}

#[test]
fn refused_logins_are_counted() {
    sweep("lockout", |run| {
        let user = format!("user{}@empresa.com.br", run.number);
        run.ground.add_user("senior", &user, SENIOR.password);
        run.begin(&SENIOR, &[format!("username {user}"), "password errada".to_owned()]);
        let said = run.failing("get");
        run.expect(&said, &["ERPTOKEN_E_CREDENTIALS", "ERPTOKEN_E_STORE"]);
        let mut sent = 1;
        if said.starts_with("ERPTOKEN_E_STORE") {
            sent = 0;
        }
        for password in ["falsa", "outra"].into_iter().skip(sent) {
            assert_eq!(run.one.ask(&format!("set password {password}")), "OK");
            let said = run.one.ask("get");
            run.expect(&said, &["ERPTOKEN_E_CREDENTIALS"]);
        }
        if sent == 1 {
            assert_eq!(run.one.ask("set password falsa"), "OK");
            let said = run.one.ask("get");
            run.expect(&said, &["ERPTOKEN_E_CREDENTIALS", "ERPTOKEN_E_RATE_LIMITED"]);
        }
        assert_eq!(run.other.ask("set password mais uma"), "OK");
        let said = run.other.ask("get");
        run.expect(&said, &["ERPTOKEN_E_RATE_LIMITED"]);
    });
}

impl Run<'_> {
    /// Two processes at the same account, and a token that was created before anything failed.
    fn with_application_token(&mut self) -> (String, String) {
        self.begin(&ASSINE, &login(&ASSINE));
        let id = self.one.ask("app_create 365");
        let token = self.one.ask(&format!("app_get {id}"));
        self.live(&token);
        (id, token)
    }

    #[track_caller]
    fn all_have(&mut self, id: &str, token: &str) {
        let line = format!("app_get {id}");
        for said in [self.one.ask(&line), self.other.ask(&line)] {
            assert_eq!(said, token, "{self}");
        }
    }
}

#[test]
fn an_application_token_is_created() {
    sweep("app-create", |run| {
        let (id, token) = run.with_application_token();
        let created = run.ground.count("assine.app_create");
        let said = run.failing("app_create 365");
        let mut new = said.clone();
        if said.starts_with("ERPTOKEN") {
            run.expect(&said, &["ERPTOKEN_E_STORE"]);
            if run.ground.count("assine.app_create") == created {
                new = run.one.ask("app_create 365");
            } else {
                let words = said.split("token ").filter_map(|rest| rest.split(' ').next());
                let told = words.into_iter().find(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
                new = told.unwrap_or_else(|| panic!("{run}: no id in {said}")).to_owned();
            }
        }
        let second = run.one.ask(&format!("app_get {new}"));
        run.live(&second);
        // What the process alone has is taken along by the next that is kept.
        let last = run.one.ask("app_create 365");
        let third = run.one.ask(&format!("app_get {last}"));
        for (id, token) in [(&id, &token), (&new, &second), (&last, &third)] {
            run.all_have(id, token);
        }
    });
}

#[test]
fn an_application_token_is_had() {
    sweep("app-get", |run| {
        let (id, token) = run.with_application_token();
        // As by a program that was just started.
        begin(run.one, run.ground, &run.store, &ASSINE, &login(&ASSINE));
        let said = run.failing(&format!("app_get {id}"));
        run.expect(&said, &[&token, "ERPTOKEN_E_STORE"]);
        run.all_have(&id, &token);
    });
}

#[test]
fn application_tokens_are_listed() {
    sweep("app-list", |run| {
        let (id, token) = run.with_application_token();
        let said = run.failing("app_list");
        let stored = said.contains(&format!(r#""id":"{id}","stored":1"#)) || said.contains(r#""stored":1"#);
        assert!(stored || said.starts_with("ERPTOKEN_E_STORE"), "{run}: {said}");
        run.all_have(&id, &token);
    });
}

#[test]
fn an_application_token_is_revoked() {
    sweep("app-revoke", |run| {
        let (id, token) = run.with_application_token();
        let doomed = run.one.ask("app_create 365");
        let said = run.failing(&format!("app_revoke {doomed}"));
        run.expect(&said, &["OK", "ERPTOKEN_E_STORE"]);
        if said != "OK" {
            let again = run.one.ask(&format!("app_revoke {doomed}"));
            run.expect(&again, &["OK", "ERPTOKEN_E_NOT_FOUND"]);
        }
        run.all_have(&id, &token);
        let gone = run.other.ask(&format!("app_get {doomed}"));
        run.expect(&gone, &["ERPTOKEN_E_NOT_FOUND"]);
    });
}

#[test]
fn what_is_handed_out_is_created_and_replaced() {
    sweep("app-replace", |run| {
        let mut options = login(&ASSINE);
        options.push("token application".to_owned());
        run.begin(&ASSINE, &options);
        let id = run.one.ask("app_create 365");
        let kept = run.one.ask(&format!("app_get {id}"));
        let first = run.one.token();
        assert_eq!(run.one.ask(&format!("reject {first}")), "OK");
        let said = run.failing("get");
        if !said.starts_with("ERPTOKEN_E_STORE") {
            run.live(&said);
            assert!(said != first, "{run}");
        }
        let next = run.one.ask("get");
        run.live(&next);
        assert!(next != first, "{run}: the refused one is handed out again");
        let others = run.other.ask("get");
        run.live(&others);
        run.all_have(&id, &kept);
    });
}

#[test]
fn without_randomness_nothing_is_sealed_and_nothing_is_named() {
    let Some(shim) = shim() else { return };
    let (ground, folder) = (Ground::new(), Folder::new("faults-random"));
    let mut one = Worker::with(&[("LD_PRELOAD", &shim), ("ERPTOKEN_FAULTS_UNDER", folder.path())]);
    let store = folder.join("store");
    // With a store whose key is given a session is not shared, and an application token is not created.
    begin(&mut one, &ground, &store, &ASSINE, &login(&ASSINE));
    assert_eq!(one.ask("randomness 0"), "OK");
    let token = one.token();
    assert!(ground.is_live(&token));
    assert_eq!(fs::read_dir(&store).unwrap().count(), 1, "the locks");
    let said = one.ask("app_create 365");
    assert!(said.starts_with("ERPTOKEN_E_INTERNAL"), "{said}");
    assert_eq!(ground.count("assine.app_create"), 0);
    assert_eq!(one.ask("randomness 1"), "OK");
    let id = one.ask("app_create 365");
    assert!(ground.is_live(&one.ask(&format!("app_get {id}"))));
    // In memory nothing has a name without it: in a process that has drawn none yet.
    let mut one = Worker::with(&[("LD_PRELOAD", &shim)]);
    one.open(&ground, &SENIOR, SENIOR.password);
    assert_eq!(one.ask("randomness 0"), "OK");
    let said = one.ask("get");
    assert!(said.starts_with("ERPTOKEN_E_INTERNAL"), "{said}");
    assert_eq!(one.ask("randomness 1"), "OK");
    let token = one.token();
    assert!(ground.is_live(&token));
}
