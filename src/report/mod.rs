//! The report: what a person who helps must know of an account and its way to the provider. It sends no credentials,
//! shows no secret, and what it finds broken is in it instead of breaking it.

use crate::cache::answers::BadAnswer;
use crate::cache::policy::Validity;
use crate::client::account::{Account, DiagnosticsView};
use crate::error::{Error, Status};
use crate::log::{self, Event, Level, LogRecord};
use crate::messages::{Advice, Fact, Message};
use crate::net::response::Response;
use crate::net::Limits;
use crate::store::{RecordKind, RecordName, Store};
use crate::util::clock;
use crate::util::random;
use crate::util::secret::{self, Secret};
use builder::{object, quoted, Json, ReportBuilder};
use network::MAX_CLOCK_SKEW_S;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

mod builder;
mod certificate;
mod network;
pub mod profile;

const DEFAULT_TIMEOUT_MS: u64 = 30_000;
const DEFAULT_CONNECT_MS: u64 = 5_000;

/// Makes the report, within the account's `timeout_ms`.
pub fn report(account: &Account, abi: i32) -> Response {
    let began = Instant::now();
    let view = account.diagnostics_view();
    let values = &view.values;
    let until = began + Duration::from_millis(values.number("timeout_ms").unwrap_or(DEFAULT_TIMEOUT_MS));
    let secrets = account.secrets();
    let mut report = ReportBuilder::default();
    library(&mut report, abi);
    settings(&mut report, &view, &secrets);
    certificate::certificate(&mut report, &view);
    state(&mut report, &view);
    // A lock that another process keeps must leave time for the way to the provider.
    store(&mut report, &view, began + until.saturating_duration_since(began) / 4);
    match &view.environment {
        Ok((_, base)) => {
            let limits = Limits {
                until,
                connect_timeout: Duration::from_millis(
                    values.number("connect_timeout_ms").unwrap_or(DEFAULT_CONNECT_MS),
                ),
                allow_http: values.is_on("allow_http"),
            };
            network::report_network(&mut report, &view, base, &limits);
        }
        Err(error) => report.failed(error),
    }
    log::event(Level::Information, || {
        LogRecord::of(account.subject(), Event::Reported).took(began.elapsed())
    });
    report.response()
}

fn library(report: &mut ReportBuilder, abi: i32) {
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    let (version, tls) = (env!("CARGO_PKG_VERSION"), "rustls, ring");
    let at = clock::rfc3339(clock::now().wall_ms);
    report.member(
        "library",
        &[
            ("version", version.into()),
            ("abi", Json::Number(abi.into())),
            ("system", system.into()),
            ("processor", processor.into()),
            ("tls", tls.into()),
        ],
    );
    report.value("time", &quoted(&at));
    report.line(Fact::Made { version, abi, system, processor, tls, at });
}

fn settings(report: &mut ReportBuilder, view: &DiagnosticsView, secrets: &[Secret]) {
    let provider = secret::clean(&view.provider, secrets);
    report.member("provider", &[("name", (&provider).into()), ("title", (&view.title).into())]);
    report.line(Fact::Provider { provider: view.title.clone(), name: provider });
    if let Ok((name, base)) = &view.environment {
        report.member("environment", &[("name", name.into()), ("base", base.into())]);
        report.line(Fact::Environment { name: name.clone(), base: base.clone() });
    }
    let user = secret::clean(&view.values.label(), secrets);
    let names: Vec<&str> = view.values.names().collect();
    let options = names.iter().map(|name| quoted(name)).collect();
    let missing = view.lacks.iter().map(|name| quoted(name)).collect();
    let (options, missing) = (Json::List(options), Json::List(missing));
    report.member("account", &[("user", (&user).into()), ("options", options), ("missing", missing)]);
    report.line(if user.is_empty() { Fact::NoUser } else { Fact::User { user } });
    report.line(match names.as_slice() {
        [] => Fact::NoOptions,
        names => Fact::Options { names: names.join(", ") },
    });
}

fn state(report: &mut ReportBuilder, view: &DiagnosticsView) {
    let resolved = match &view.resolved {
        Ok(resolved) => resolved,
        Err(error) => {
            report.member("token", &[("state", "none".into())]);
            report.line(Fact::State { state: "none" });
            return match error.status {
                // Not what else may be missing, such as the store's key.
                Status::Missing if !view.lacks.is_empty() => {
                    report.advise("ERPTOKEN_E_MISSING", Advice::Lacks { options: view.lacks.clone() })
                }
                _ => report.failed(error),
            };
        }
    };
    let (snapshot, counters) = (resolved.entry.snapshot_for(resolved.need), &resolved.entry.counters);
    let count = |counter: &AtomicU32| u64::from(counter.load(Ordering::Relaxed));
    let (logins, refreshes, failures) =
        (count(&counters.logins), count(&counters.refreshes), count(&counters.failures));
    let validity = snapshot.token.as_ref().map(|token| &token.issued.validity);
    let expires_at = validity
        .filter(|validity| !validity.is_endless())
        .map(|validity| clock::rfc3339(validity.wall_ms_at(validity.expires_at_age_ms)))
        .unwrap_or_default();
    let last_error = snapshot.last_error.map(Status::name).unwrap_or_default();
    report.member(
        "token",
        &[
            ("state", snapshot.state.into()),
            ("expires_at", (&expires_at).into()),
            ("last_error", last_error.into()),
            ("logins", Json::Number(logins as i64)),
            ("refreshes", Json::Number(refreshes as i64)),
            ("failures", Json::Number(failures as i64)),
        ],
    );
    report.line(Fact::State { state: snapshot.state });
    if !expires_at.is_empty() {
        report.line(Fact::Expires { at: expires_at });
    }
    if let Some(status) = snapshot.last_error.map(Status::name) {
        report.line(Fact::LastError { status });
    }
    report.line(Fact::Counted { logins, refreshes, failures });
    answers(report, &resolved.session_entry.bad_answers());
    if validity.is_some_and(Validity::is_dead_on_arrival) {
        report.advise("LIFE", Advice::DeadOnArrival);
    }
    if let Some(Error { status, message, retry_after_s, .. }) = snapshot.failure {
        let (status, retry_in_s) = (status.name(), retry_after_s);
        report.advise(status, Advice::LastFailed { status, retry_in_s, why: message });
    }
}

/// The last answers that were not what was asked for, and what to do about those that come again and again.
fn answers(report: &mut ReportBuilder, answers: &[BadAnswer]) {
    let told = |one: &BadAnswer| {
        let at = clock::rfc3339(one.wall_ms);
        object(&[
            ("at", (&at).into()),
            ("operation", (&one.operation).into()),
            ("http_status", Json::Number(one.http_status.into())),
            ("content_type", (&one.content_type).into()),
            ("bytes", Json::Number(one.bytes as i64)),
            ("verdict", one.verdict.into()),
        ])
    };
    report.list("answers", &answers.iter().map(told).collect::<Vec<_>>());
    for one in answers {
        let BadAnswer { http_status, bytes, verdict, .. } = *one;
        let operation = one.operation.clone();
        let (at, content_type) = (clock::rfc3339(one.wall_ms), one.content_type.clone());
        report.line(match http_status {
            0 => Fact::Unanswered { at, operation },
            _ => Fact::BadAnswer { at, operation, http_status, content_type, bytes, verdict },
        });
    }
    let times = |is: &dyn Fn(&BadAnswer) -> bool| answers.iter().filter(|one| is(one)).count();
    let redirected = times(&|one| (300..400).contains(&one.http_status));
    let foreign = times(&|one| one.verdict == "foreign" && !(300..400).contains(&one.http_status));
    if redirected >= 2 {
        report.advise("REDIRECTED", Advice::Redirected { times: redirected });
    }
    if foreign >= 2 {
        report.advise("FOREIGN", Advice::Foreign { times: foreign });
    }
    // Once may be a long way; twice is the clock.
    let mut skews =
        answers.iter().filter_map(|one| one.ahead_s).filter(|ahead_s| ahead_s.abs() >= MAX_CLOCK_SKEW_S);
    if let (Some(_), Some(ahead_s)) = (skews.next(), skews.next_back()) {
        network::advise_on_clock(report, ahead_s);
    }
}

/// Whether what the program chose to keep tokens in can be written and read. Memory always can.
fn store(report: &mut ReportBuilder, view: &DiagnosticsView, until: Instant) {
    let kind = view.store_kind.clone();
    let began = Instant::now();
    let tried = view.store.as_ref().map_err(Error::clone).and_then(|store| {
        if store.outlives_process() {
            try_out(&**store, until)
        } else {
            Ok(false)
        }
    });
    let ms = began.elapsed().as_millis();
    let error = tried.as_ref().err().map(ToString::to_string);
    report.member(
        "store",
        &[("kind", (&kind).into()), ("usable", Json::Flag(tried.is_ok())), ("error", error.as_ref().into())],
    );
    match tried {
        Ok(true) => report.line(Fact::StoreWorks { kind, ms }),
        Ok(false) => report.line(Fact::Store { kind }),
        Err(error) => {
            report.line(Fact::Store { kind });
            report.failed(&error);
        }
    }
}

/// Writes a record of no account, reads it and takes it away again.
fn try_out(store: &dyn Store, until: Instant) -> Result<bool, Error> {
    let mut id = [0; 16];
    random::fill(&mut id)?;
    let name = RecordName { kind: RecordKind::Account, id };
    let Some(locked) = store.lock(name, until)? else {
        return Err(Error::new(Status::Timeout, Message::StoreBusy));
    };
    locked.write(b"report")?;
    let read = store.read(name)?;
    locked.remove()?;
    match read.is_some_and(|record| record.as_slice() == b"report") {
        true => Ok(true),
        false => Err(Error::new(Status::Store, Message::StoreForgets)),
    }
}
