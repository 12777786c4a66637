//! One file, played to one operation of one provider.

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use erptoken::abi::errors;
use rustls::ServerConfig;

use crate::answer::{request, Answer, Body};
use crate::busy::Busy;
use crate::case::Case;
use crate::client::*;
use crate::expect::{Expected, Play, Then};
use crate::good::{self, Call, NEWER_TOKEN, PASSWORD, REFRESH_TOKEN, TOKEN};
use crate::script;
use crate::server::{Plan, Server};
use crate::traces::Traces;

/// The longest first pause, and a little more.
const PAUSE: Duration = Duration::from_secs(16);

const SHORTEST_PAUSE: Duration = Duration::from_millis(400);

pub struct Scene {
    pub case: Arc<Case>,
    /// Which of the case's plays.
    pub number: usize,
    pub provider: &'static str,
    pub tls: Option<Arc<ServerConfig>>,
    pub ca_file: PathBuf,
    pub serial: usize,
}

/// What the played call gave.
#[derive(Default)]
struct Given {
    failure: Option<Failure>,
    retryable: bool,
    token: String,
    life: i32,
    http: i32,
    body: String,
    headers: Vec<(String, String)>,
}

impl Scene {
    fn expected(&self) -> &Expected {
        &self.case.plays[self.number]
    }

    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() {
            "https"
        } else {
            "http"
        }
    }

    pub fn name(&self) -> String {
        format!("{} ({:?} at {})", self.case.name, self.expected().play, self.provider)
    }

    /// What is not as expected. `busy` is for those who do not wait for a pause to pass.
    pub fn play(&self, busy: &Busy, traces: &Traces) -> Vec<String> {
        let played = panic::catch_unwind(AssertUnwindSafe(|| self.played(busy, traces)));
        let mut complaints = played.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            vec![text.or(panic.downcast_ref::<&str>().map(|text| text.to_string())).unwrap_or_default()]
        });
        if !complaints.is_empty() {
            complaints.insert(0, format!("expected: {}", self.expected().line));
        }
        complaints
    }

    fn call(&self) -> Call {
        match self.expected().play {
            Play::Login => Call::Login,
            Play::Key => Call::Key,
            Play::Mfa => Call::Mfa,
            Play::Refresh | Play::RefreshOrLogin => Call::Refresh,
            Play::Logout => Call::Logout,
            Play::Get | Play::Post => Call::Api,
            Play::AppCheck => Call::AppCheck,
            Play::AppCreate => Call::AppCreate,
            Play::AppList => Call::AppList,
        }
    }

    fn account(&self, port: u16, password: &str) -> Account {
        let scheme = self.scheme();
        let host = if self.tls.is_some() { "localhost" } else { "127.0.0.1" };
        let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field/own.json");
        let provider = if self.provider == "own" { profile.to_str().expect("UTF-8") } else { self.provider };
        let path = if self.provider == "senior" { "/t/senior.com.br/bridge/1.0" } else { "" };
        let base = format!("{scheme}://{host}:{port}{path}");
        // Another port is another account, but ports come back.
        let user = format!("usuario-{}@campo.example", self.serial);
        let refresh_token = format!("{REFRESH_TOKEN}-{}", self.serial);
        let mut options: Vec<(&str, &str)> = vec![("base_url", &base)];
        match self.expected().play {
            Play::Refresh => options.push(("refresh_token", &refresh_token)),
            Play::Key => {
                options.extend([("access_key", user.as_str()), ("secret", password), ("tenant", "empresa")])
            }
            play => {
                options.extend([("username", user.as_str()), ("password", password)]);
                match play {
                    Play::RefreshOrLogin => options.push(("refresh_token", &refresh_token)),
                    Play::Mfa => options.push(("mfa_code", "123456")),
                    _ => {}
                }
            }
        }
        let account = Account::with(provider, &options);
        if self.tls.is_some() {
            account.set("ca_file", self.ca_file.to_str().expect("a path in UTF-8")).expect("the CA's file");
        }
        for (option, value) in &self.case.options {
            account.set(option, value).unwrap_or_else(|failure| panic!("{option}: {failure:?}"));
        }
        account
    }

    fn played(&self, busy: &Busy, traces: &Traces) -> Vec<String> {
        let (expected, call) = (self.expected(), self.call());
        let turn = busy.enter();
        let steps = script::read(&self.case.answer, &good::body(self.provider, call));
        let wants_mfa = expected.play == Play::Mfa;
        let plan = Plan::new(self.provider, call, steps, self.case.hears, self.case.times, wants_mfa);
        let server = Server::start(plan, self.tls.clone());
        let account = self.account(server.port, PASSWORD);
        let first = match expected.play {
            Play::Logout | Play::Get | Play::Post | Play::AppCheck | Play::AppCreate | Play::AppList => {
                account.token()
            }
            _ => String::new(),
        };
        let began = Instant::now();
        let mut given = self.perform(&account);
        given.retryable = errors::erptoken_error_retryable() == 1;
        let mut complaints = self.compare(&given);
        if !first.is_empty() && expected.play != Play::Logout {
            let kept = account.get().is_ok_and(|token| token == first) && account.number("refreshes") == 0;
            let renewed = server.plan.asked(Call::Login) + server.plan.asked(Call::Refresh) > 1;
            let wants = expected.more.iter().any(|(key, _, value)| key == "renewed" && value == "yes");
            if kept == wants || renewed != wants {
                complaints.push(format!("the token was kept: {kept}, renewed: {renewed}"));
            }
        }
        let asked = server.plan.asked(call);
        if let Some(failure) = given.failure.as_ref().filter(|_| first.is_empty()) {
            let own = [ERPTOKEN_E_TIMEOUT, ERPTOKEN_E_MISSING].contains(&failure.status);
            let last = account.info("last_error");
            if !own && last != failure.name {
                complaints.push(format!("last_error is {last:?}"));
            }
            // One that ran out of its time may not be judged yet.
            if failure.status != ERPTOKEN_E_TIMEOUT {
                traces.want(self.name(), server.port, failure.http_status);
            }
        }
        if first.is_empty() {
            // At once again: nothing is sent for it.
            let again = self.perform(&account);
            // The shortest pause is half a second, and may be over by now.
            let late = began.elapsed() > SHORTEST_PAUSE
                && given.failure.as_ref().is_some_and(|f| f.retry_after <= 1);
            match (&given.failure, &again.failure) {
                _ if late => {}
                (Some(failure), Some(again)) if again.status == failure.status => {}
                (None, None) if again.token == given.token => {}
                (_, Some(again)) => complaints.push(format!("the next call at once: {again:?}")),
                (_, None) => complaints.push("the next call at once is another success".to_owned()),
            }
            if !late && server.plan.asked(call) > asked {
                complaints.push("the next call at once was sent".to_owned());
            }
        }
        if !expected.asked.contains(&asked) {
            let heard = server.plan.heard.lock().unwrap();
            complaints.push(format!("the provider was asked {asked} times: {heard:?}"));
        }
        drop(turn);
        if expected.then == Then::Ok && complaints.is_empty() {
            complaints.extend(self.afterwards(&account));
        }
        // The guard is the same for both.
        if let Some(counted) = expected.counted.filter(|_| self.tls.is_none()) {
            complaints.extend(self.count(&server, counted));
        }
        complaints
    }

    fn perform(&self, account: &Account) -> Given {
        match self.expected().play {
            Play::Get => answered(request(account, "GET", self.path(), None, Body::None)),
            Play::Post => answered(request(account, "POST", self.path(), None, Body::Text("{\"frete\":1}"))),
            Play::Logout => Given { failure: account.logout().err(), ..Given::default() },
            Play::AppCheck => match account.app_check() {
                Ok(allowed) => Given { body: allowed.to_string(), ..Given::default() },
                Err(failure) => Given { failure: Some(failure), ..Given::default() },
            },
            Play::AppCreate => match account.app_create("30") {
                Ok(id) => Given { body: id, ..Given::default() },
                Err(failure) => Given { failure: Some(failure), ..Given::default() },
            },
            Play::AppList => match account.app_list() {
                Ok(list) => Given { body: list.to_string(), ..Given::default() },
                Err(failure) => Given { failure: Some(failure), ..Given::default() },
            },
            _ => match account.get() {
                Ok(token) => Given { token, life: account.number("expires_in"), ..Given::default() },
                Err(failure) => Given { failure: Some(failure), ..Given::default() },
            },
        }
    }

    fn path(&self) -> &'static str {
        "/tms/frete"
    }

    fn compare(&self, given: &Given) -> Vec<String> {
        let expected = self.expected();
        let (status, shown) = match &given.failure {
            Some(failure) => (failure.name.clone(), format!("{failure:?}")),
            None => ("ERPTOKEN_OK".to_owned(), format!("ERPTOKEN_OK [HTTP {}]", given.http)),
        };
        let mut complaints = Vec::new();
        if !expected.statuses.contains(&status) {
            return vec![format!("got: {shown}")];
        }
        // With which status a token came nobody is told.
        let is_told = given.failure.is_some() || given.http > 0;
        let http = given.failure.as_ref().map_or(given.http, |failure| failure.http_status);
        if is_told && expected.http.is_some_and(|wanted| wanted != http) {
            complaints.push(format!("HTTP status {http}: {shown}"));
        }
        let failure = given.failure.as_ref();
        for (key, compare, wanted) in &expected.more {
            let found = match key.as_str() {
                // Of a success nothing is said.
                "text" | "code" | "after" | "retryable" if failure.is_none() => continue,
                "text" => failure.map(|failure| failure.text.clone()).unwrap_or_default(),
                "code" => failure.map(|failure| failure.server_code.clone()).unwrap_or_default(),
                "after" => failure.map(|failure| failure.retry_after.to_string()).unwrap_or_default(),
                "retryable" => if given.retryable { "yes" } else { "no" }.to_owned(),
                "body" => given.body.clone(),
                "token" => given.token.clone(),
                "life" => {
                    let wanted: i32 = wanted.parse().unwrap_or_else(|_| panic!("life={wanted}"));
                    // Some of it has passed.
                    if (wanted - 60..=wanted + 1).contains(&given.life) { wanted } else { given.life }
                        .to_string()
                }
                "renewed" => continue,
                key => {
                    let name = key.strip_prefix("header.").unwrap_or(key);
                    let of_name = given.headers.iter().find(|(known, _)| known == name);
                    of_name.map(|(_, value)| value.clone()).unwrap_or_default()
                }
            };
            complaints.extend(compare.check(key, &found, wanted));
        }
        let says_token = expected.more.iter().any(|(key, ..)| key == "token");
        let brings_token = [Call::Login, Call::Key, Call::Mfa, Call::Refresh].contains(&self.call());
        if failure.is_none() && brings_token && !says_token {
            let good = [TOKEN, NEWER_TOKEN].contains(&given.token.as_str());
            if !good {
                complaints.push(format!("the token is {:?}", given.token));
            }
        }
        complaints
    }

    /// After the pause it works. Where a refresh is all that is possible, by the refresh token that was kept.
    fn afterwards(&self, account: &Account) -> Vec<String> {
        if let Err(failure) = account.get() {
            let pause = u64::try_from(failure.retry_after).unwrap_or(0).saturating_sub(1);
            thread::sleep(Duration::from_secs(pause).min(PAUSE));
        }
        let until = Instant::now() + PAUSE;
        loop {
            match account.get() {
                Ok(_) => return Vec::new(),
                Err(failure) if Instant::now() > until => {
                    return vec![format!("after its pause still: {failure:?}")];
                }
                Err(_) => thread::sleep(Duration::from_millis(250)),
            }
        }
    }

    /// Whether the guard has counted a refusal: it lets two through in a minute.
    fn count(&self, server: &Server, counted: bool) -> Vec<String> {
        let call = self.call();
        let before = server.plan.asked(call);
        let mut seen = Vec::new();
        for number in 0..3 {
            let refused = self.account(server.port, &format!("senha errada {number}")).get();
            seen.push(refused.map_or_else(|failure| failure.name, |_| "a token".to_owned()));
        }
        let sent = server.plan.asked(call) - before;
        let wanted = if counted { 1 } else { 2 };
        if sent == wanted {
            return Vec::new();
        }
        let kind = if sent < wanted { "counted as" } else { "not counted as" };
        vec![format!("it was {kind} a refused password: {sent} more went out, {seen:?}")]
    }
}

fn answered(outcome: Outcome<Answer>) -> Given {
    match outcome {
        Ok(answer) => {
            let names =
                ["content-type", "content-encoding", "location", "x-frete", "server", "www-authenticate"];
            let header = |name: &&str| Some((name.to_string(), answer.header(name).ok()?));
            Given {
                http: answer.status(),
                body: answer.text().unwrap_or_else(|failure| format!("{failure:?}")),
                headers: names.iter().filter_map(header).collect(),
                ..Given::default()
            }
        }
        Err(failure) => Given { failure: Some(failure), ..Given::default() },
    }
}
