//! What is played with every profile.

use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::asked::Asked;
use crate::books::Books;
use crate::client::*;
use crate::http::Response;
use crate::response::{request, Body};
use crate::server::Server;
use crate::table;

/// A vendor's server, written from the vendor's recorded shape.
pub trait Vendor: Send {
    fn facts(&self) -> Facts;

    /// The options of a good account; `at` is where the server is.
    fn options(&self, at: &str) -> Vec<(&'static str, String)>;

    /// What of them is another for a wrong secret.
    fn wrong(&self) -> Vec<(&'static str, String)>;

    /// Looks at method, path, query, headers and body as the vendor does, and answers as the vendor does.
    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response;

    /// Before an account is opened: a consent that its refresh token is of, for example. More options.
    fn prepare(&mut self, _books: &mut Books) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// What of the play holds for a vendor.
#[derive(Clone)]
pub struct Facts {
    /// An ordinary call: method, address and body.
    pub call: (&'static str, &'static str, Option<&'static str>),
    pub renewal: Renewal,
    pub ends: Ends,
    pub logs_out: bool,
    /// What a wrong secret is; of a fixed key, the HTTP status of a call with it.
    pub wrong: i32,
    /// The HTTP status of a call with a dead token.
    pub dead: i32,
    /// The server is https and demands a client certificate.
    pub certificate: bool,
}

impl Facts {
    /// The usual: GET, login again, seconds, no logout, 401.
    pub fn of(path: &'static str) -> Facts {
        Facts {
            call: ("GET", path, None),
            renewal: Renewal::Login,
            ends: Ends::Seconds,
            logs_out: false,
            wrong: ERPTOKEN_E_CREDENTIALS,
            dead: 401,
            certificate: false,
        }
    }

    /// A key that is sent with every call: nothing is asked for before.
    pub fn fixed(path: &'static str) -> Facts {
        Facts { renewal: Renewal::Fixed, ends: Ends::Never, wrong: 401, ..Facts::of(path) }
    }
}

/// How a token is replaced.
#[derive(Clone, Copy, PartialEq)]
pub enum Renewal {
    /// There is no refresh.
    Login,
    /// By a refresh token, which brings the next.
    Refresh,
    /// By a refresh token, and there is no login but a person's in a browser: the first one is imported.
    Consent,
    /// It never is.
    Fixed,
}

/// How the end of a life is known.
#[derive(Clone, Copy, PartialEq)]
pub enum Ends {
    /// The answer tells seconds, an instant, or the token itself does: played by time.
    Seconds,
    /// It is known in another way, and as `expires_in` between these: too long to be waited for.
    Within(i32, i32),
    /// It ends when it was not used for the profile's `life.idle_s`, which is shortened here.
    Unused,
    Never,
}

const LONG_S: u64 = 3600;

/// All of it but what waits for a token's end. `vendor` makes the server anew: each part has its own, hence its own
/// identity.
pub fn play<V: Vendor + 'static>(profile: &str, vendor: impl Fn() -> V) {
    let part = |what: &str, play: fn(&Part)| part(profile, &vendor, what, LONG_S, play);
    let facts = vendor().facts();
    part("a secret that is not set", Part::missing_secret);
    if facts.renewal == Renewal::Fixed {
        part("a fixed key", Part::fixed_key);
        part("a wrong key", Part::wrong_key);
        return;
    }
    part("login and call", Part::login_and_call);
    part("a refused token", Part::refused_token);
    part("a wrong secret", Part::wrong_secret);
    match facts.ends {
        Ends::Unused => part("a session that nobody uses", Part::unused),
        Ends::Within(..) => part("life", Part::life),
        Ends::Seconds | Ends::Never => {}
    }
    if facts.renewal != Renewal::Login {
        part("a refresh token that ended", Part::ended_refresh_token);
    }
    if facts.logs_out {
        part("logout", Part::logout);
    }
}

/// The rest.
pub fn wait<V: Vendor + 'static>(profile: &str, vendor: impl Fn() -> V) {
    if vendor().facts().ends == Ends::Seconds {
        part(profile, &vendor, "expiry", 3, Part::expiry);
    }
}

fn part<V: Vendor + 'static>(
    profile: &str,
    vendor: &impl Fn() -> V,
    what: &str,
    life_s: u64,
    play: fn(&Part),
) {
    let server = Server::start(Box::new(vendor()), life_s);
    let vendor = vendor();
    let facts = vendor.facts();
    println!("{profile}: {what}");
    let part = Part { path: table::path(profile), server, vendor: Box::new(vendor), facts };
    play(&part);
    let strange = part.server.books(|books| books.strange.clone());
    assert_eq!(strange, [""; 0], "{profile}, {what}: asked in a shape that the vendor does not know");
}

/// One part of the play, at a server of its own.
struct Part {
    path: String,
    server: Server,
    vendor: Box<dyn Vendor>,
    facts: Facts,
}

impl Part {
    fn account(&self) -> Account {
        let mut options = self.vendor.options(&self.server.origin());
        options.extend(self.server.prepare());
        self.opened(&options)
    }

    fn opened(&self, options: &[(&'static str, String)]) -> Account {
        self.opened_at(&self.path, options)
    }

    fn opened_at(&self, path: &str, options: &[(&'static str, String)]) -> Account {
        let options: Vec<_> = options.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let account = Account::with(path, &options);
        if let Some(certificates) = self.server.certificates() {
            account.set("ca_file", &certificates.ca_file()).unwrap();
            account.set("client_certificate", &certificates.client_file()).unwrap();
        }
        account
    }

    /// The same without its secrets, or with wrong ones.
    fn account_with(&self, secrets: Vec<(&'static str, String)>) -> Account {
        let mut options = self.vendor.options(&self.server.origin());
        options.retain(|(name, _)| !self.vendor.wrong().iter().any(|(secret, _)| secret == name));
        options.extend(secrets);
        options.extend(self.server.prepare());
        self.opened(&options)
    }

    fn wrong_account(&self) -> Account {
        self.account_with(self.vendor.wrong())
    }

    /// One call: the status and the body.
    fn call(&self, account: &Account) -> (i32, String) {
        let (method, url, body) = self.facts.call;
        let body = body.map_or(Body::None, Body::Text);
        let answer =
            request(account, method, url, None, body).unwrap_or_else(|failure| panic!("{url}: {failure:?}"));
        (answer.status(), answer.text().unwrap_or_default())
    }

    #[track_caller]
    fn good_call(&self, account: &Account) {
        let (status, text) = self.call(account);
        assert!(
            (200..300).contains(&status),
            "{status}: {text}\n{:?}",
            self.server.books(|b| b.strange.clone())
        );
    }

    /// Logins and refreshes so far.
    fn asked(&self) -> (usize, usize) {
        self.server.books(|books| (books.logins, books.refreshes))
    }

    fn first(&self) -> (usize, usize) {
        if self.facts.renewal == Renewal::Consent {
            (0, 1)
        } else {
            (1, 0)
        }
    }

    /// What is asked after `times` replacements.
    fn after(&self, times: usize) -> (usize, usize) {
        let (logins, refreshes) = self.first();
        match self.facts.renewal {
            Renewal::Login => (logins + times, refreshes),
            _ => (logins, refreshes + times),
        }
    }

    fn login_and_call(&self) {
        let account = self.account();
        self.good_call(&account);
        assert_eq!(self.asked(), self.first());
        let token = account.token();
        assert!(self.server.books(|books| books.is_live(&token)), "`{token}` is of the vendor");
        assert_eq!(account.token(), token);
        self.good_call(&account);
        assert_eq!((self.asked(), account.number("failures")), (self.first(), 0));
        assert_eq!(self.server.books(|books| (books.calls, books.unauthorised)), (2, 0));
        if self.facts.ends == Ends::Seconds {
            let left = account.number("expires_in");
            assert!((LONG_S as i32 - 20..=LONG_S as i32).contains(&left), "expires_in {left}");
        }
        assert_eq!(account.info("state"), "fresh");
    }

    fn refused_token(&self) {
        let account = self.account();
        self.good_call(&account);
        let first = account.token();
        self.server.books(Books::revoke);
        self.good_call(&account);
        assert_eq!(self.asked(), self.after(1));
        assert_eq!(self.server.books(|books| (books.calls, books.unauthorised)), (2, 1));
        assert_ne!(account.token(), first);
        // What follows at once is a matter of permissions: no login for it.
        self.server.books(Books::revoke);
        assert_eq!(self.call(&account).0, self.facts.dead);
        assert_eq!(self.asked(), self.after(1));
    }

    /// A login follows, or where only a person can give one, the person is asked for.
    fn ended_refresh_token(&self) {
        let account = self.account();
        self.good_call(&account);
        self.server.books(|books| {
            books.revoke();
            books.forget_refresh_tokens();
        });
        let (logins, refreshes) = self.first();
        let consent = table::read_file(&self.path).get("once").is_some();
        if consent {
            let (method, url, body) = self.facts.call;
            let body = body.map_or(Body::None, Body::Text);
            let failure = request(&account, method, url, None, body).err().expect("nobody consented");
            failure.assert_is(ERPTOKEN_E_MISSING);
            assert_eq!(self.asked(), (logins, refreshes));
        } else {
            self.good_call(&account);
            assert_eq!(self.asked(), (logins + 1, refreshes));
        }
    }

    fn missing_secret(&self) {
        let account = self.account_with(Vec::new());
        let names: Vec<_> = self.vendor.wrong().into_iter().map(|(name, _)| name).collect();
        account.refused(ERPTOKEN_E_MISSING).assert_says(&names);
        assert_eq!(self.server.books(|books| (books.logins, books.refused)), (0, 0));
    }

    fn wrong_secret(&self) {
        let account = self.wrong_account();
        for _ in 0..5 {
            account.refused(self.facts.wrong);
        }
        let asked = self.server.books(|books| (books.logins, books.refused));
        assert_eq!(asked, (0, 1), "a secret that is refused is sent once");
    }

    fn expiry(&self) {
        let account = self.account();
        let mut token = account.token();
        for _ in 0..2 {
            token = self.token_after(&account, &token);
        }
        let (logins, refreshes) = self.asked();
        match self.facts.renewal {
            Renewal::Login => assert_eq!((logins >= 3, refreshes), (true, 0)),
            _ => assert_eq!((logins, refreshes >= 2), (self.first().0, true)),
        }
        self.server.books(|books| books.life_s = LONG_S);
        self.token_after(&account, &token);
        self.good_call(&account);
        assert_eq!(self.server.books(|books| (books.calls, books.unauthorised)), (1, 0));
    }

    /// The token that follows this one, whose life is short. On a busy machine it may be over before it came, and is
    /// handed out for ten seconds then.
    fn token_after(&self, account: &Account, before: &str) -> String {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let token = account.token();
            if token != before {
                return token;
            }
            assert!(
                Instant::now() < until,
                "there is no other token; expires_in {}",
                account.number("expires_in")
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// A life that is told in another way, or not at all.
    fn life(&self) {
        let account = self.account();
        account.token();
        let left = account.number("expires_in");
        let Ends::Within(least, most) = self.facts.ends else { panic!("expires_in {left}") };
        assert!((least..=most).contains(&left), "expires_in {left}");
    }

    /// Each use prolongs the life.
    fn unused(&self) {
        const IDLE_S: u64 = 3;
        let mut profile = table::read_file(&self.path);
        assert!(profile["life"]["idle_s"].is_u64(), "the profile says nothing of use");
        profile["life"]["idle_s"] = IDLE_S.into();
        let hurried = format!("{}/{}", env!("CARGO_TARGET_TMPDIR"), self.path.rsplit('/').next().unwrap());
        fs::write(&hurried, profile.to_string()).unwrap();
        let options = self.vendor.options(&self.server.origin());
        let account = self.opened_at(&hurried, &options);
        let token = account.token();
        for _ in 0..8 {
            thread::sleep(Duration::from_millis(500));
            assert_eq!(account.token(), token, "it was used a moment ago");
        }
        thread::sleep(Duration::from_secs(IDLE_S + 1));
        assert_ne!(account.token(), token);
        assert_eq!(self.asked(), (2, 0));
    }

    fn logout(&self) {
        let account = self.account();
        let token = account.token();
        account.logout().unwrap_or_else(|failure| panic!("logout: {failure:?}"));
        assert_eq!(self.server.books(|books| (books.logouts, books.is_live(&token))), (1, false));
        self.good_call(&account);
        assert_eq!(self.asked(), (2, 0));
    }

    fn fixed_key(&self) {
        let account = self.account();
        self.good_call(&account);
        let token = account.token();
        self.good_call(&account);
        assert_eq!(self.server.books(|books| (books.calls, books.unauthorised)), (2, 0));
        // A refusal is the response, and the key stays: there is no other.
        self.server.books(|books| books.locked = true);
        assert_eq!(self.call(&account).0, self.facts.dead);
        assert_eq!(self.server.books(|books| books.unauthorised), 1, "it is not sent again");
        failed(account.reject(&token), ERPTOKEN_E_REFUSED_AGAIN);
        self.server.books(|books| books.locked = false);
        assert_eq!(account.token(), token);
        self.good_call(&account);
        assert_eq!(self.asked(), (0, 0));
    }

    fn wrong_key(&self) {
        let account = self.wrong_account();
        assert_eq!(self.call(&account).0, self.facts.wrong);
        assert_eq!(self.server.books(|books| (books.calls, books.unauthorised)), (0, 1));
    }
}
