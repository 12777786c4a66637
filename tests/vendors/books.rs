//! What a vendor keeps: which tokens are alive, and how often what was asked.

use std::time::{Duration, Instant};

use crate::http::Response;

/// What a login or a refresh hands out.
pub struct Pair {
    pub access: String,
    pub refresh: String,
}

pub struct Books {
    /// How long a token lives that is handed out from now on.
    pub life_s: u64,
    access: Vec<(String, Instant)>,
    refresh: Vec<String>,
    issued: u64,
    pub logins: usize,
    pub refreshes: usize,
    /// Logins with a wrong secret.
    pub refused: usize,
    /// Calls with a good token, and with a bad one.
    pub calls: usize,
    pub unauthorised: usize,
    pub logouts: usize,
    /// A fixed key that the vendor locked.
    pub locked: bool,
    /// What was asked in a shape that the vendor does not know.
    pub strange: Vec<String>,
}

impl Books {
    pub fn new(life_s: u64) -> Books {
        Books {
            life_s,
            access: Vec::new(),
            refresh: Vec::new(),
            issued: 0,
            logins: 0,
            refreshes: 0,
            refused: 0,
            calls: 0,
            unauthorised: 0,
            logouts: 0,
            locked: false,
            strange: Vec::new(),
        }
    }

    /// A good login.
    pub fn login(&mut self) -> Pair {
        self.logins += 1;
        self.issue(|number| format!("acc.{number:04}-{number:016x}~+/="))
    }

    /// The same, for a vendor whose tokens have a form of their own: of their number.
    pub fn login_as(&mut self, form: impl Fn(u64) -> String) -> Pair {
        self.logins += 1;
        self.issue(form)
    }

    /// A login with a wrong secret gets this.
    pub fn refuse(&mut self, answer: Response) -> Response {
        self.refused += 1;
        answer
    }

    /// A refresh with a token that is good. One that rotates works once.
    pub fn renew(&mut self, refresh_token: &str, rotates: bool) -> Option<Pair> {
        self.renew_as(refresh_token, rotates, |number| format!("acc.{number:04}-{number:016x}~+/="))
    }

    pub fn renew_as(
        &mut self,
        refresh_token: &str,
        rotates: bool,
        form: impl Fn(u64) -> String,
    ) -> Option<Pair> {
        let place = self.refresh.iter().position(|known| known == refresh_token)?;
        self.refreshes += 1;
        if rotates {
            self.refresh.remove(place);
            return Some(self.issue(form));
        }
        let pair = self.issue(form);
        self.refresh.pop();
        Some(Pair { access: pair.access, refresh: refresh_token.to_owned() })
    }

    fn issue(&mut self, form: impl Fn(u64) -> String) -> Pair {
        self.issued += 1;
        let (access, refresh) = (form(self.issued), format!("ref={}&/+{:08x}", self.issued, self.issued));
        self.access.push((access.clone(), Instant::now() + Duration::from_secs(self.life_s)));
        self.refresh.push(refresh.clone());
        Pair { access, refresh }
    }

    /// A refresh token of a consent that a person gave in a browser.
    pub fn consent(&mut self) -> String {
        let pair = self.issue(|number| format!("browser-{number}"));
        pair.refresh
    }

    /// A call with this token, or with none: whether the vendor takes it.
    pub fn call(&mut self, token: Option<&str>) -> bool {
        let good = token.is_some_and(|token| self.is_live(token));
        *if good { &mut self.calls } else { &mut self.unauthorised } += 1;
        good
    }

    /// A call with a fixed key, which is the right one or not.
    pub fn fixed_call(&mut self, right: bool) -> bool {
        let good = right && !self.locked;
        *if good { &mut self.calls } else { &mut self.unauthorised } += 1;
        good
    }

    pub fn logout(&mut self, token: Option<&str>) -> bool {
        let place = self.access.iter().position(|(known, _)| token == Some(known));
        let Some(place) = place else { return false };
        self.access.remove(place);
        self.logouts += 1;
        true
    }

    pub fn is_live(&self, token: &str) -> bool {
        self.access.iter().any(|(known, end)| known == token && Instant::now() < *end)
    }

    /// All access tokens die; refresh tokens stay.
    pub fn revoke(&mut self) {
        self.access.clear();
    }

    /// All refresh tokens end: withdrawn, or too old.
    pub fn forget_refresh_tokens(&mut self) {
        self.refresh.clear();
    }

    /// What the vendor does not know: told when the test ends.
    pub fn strange(&mut self, why: &str, answer: Response) -> Response {
        self.strange.push(why.to_owned());
        answer
    }
}
