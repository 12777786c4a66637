//! The report's network check.

use super::builder::{object, quoted, Json, ReportBuilder};
use crate::client::account::DiagnosticsView;
use crate::error::{Error, Status};
use crate::messages::{Advice, Fact, Message, TlsFault};
use crate::net::{Certificate, Connection, Limits, Probe, Tls};
use crate::sys;
use crate::util::clock;
use std::time::Duration;

/// A clock that differs by less is right enough.
pub const MAX_CLOCK_SKEW_S: i64 = 60;
/// A certificate that ends this soon is worth a word.
const CERTIFICATE_EXPIRY_WARNING_MS: i64 = 14 * 24 * 3_600_000;

pub fn report_network(report: &mut ReportBuilder, view: &DiagnosticsView, base: &str, limits: &Limits) {
    match view.client.probe(base, limits) {
        Ok(probe) => {
            proxy(report, view, &probe);
            lookup(report, &probe);
            connections(report, &probe);
            if let Some(seen) = &probe.tls {
                tls(report, seen);
            }
            answer(report, &probe);
        }
        Err(error) => report.failed(&error),
    }
}

fn proxy(report: &mut ReportBuilder, view: &DiagnosticsView, probe: &Probe) {
    let setting = setting(view);
    let (used, from) = (probe.proxied, probe.proxy.as_ref().map(|_| setting));
    report.member(
        "proxy",
        &[("address", probe.proxy.as_ref().into()), ("from", from.into()), ("used", Json::Flag(used))],
    );
    report.line(match probe.proxy.clone() {
        None => Fact::Direct,
        Some(proxy) if used => Fact::Proxied { proxy, setting },
        Some(proxy) if probe.loopback => Fact::DirectAsLoopback { proxy },
        Some(proxy) => Fact::DirectAsExcepted { proxy, setting },
    });
}

/// Where the proxy is from, if there is one.
fn setting(view: &DiagnosticsView) -> &'static str {
    let is_set = |name| sys::env_var(name).is_some();
    match view.values.get("proxy") {
        Some(_) => "\"proxy\"",
        None if is_set("HTTPS_PROXY") || is_set("https_proxy") => "HTTPS_PROXY",
        // Nothing else has a setting of its own.
        None => "Windows",
    }
}

fn ms(time: Duration) -> u128 {
    time.as_millis()
}

fn number(ms: u128) -> Json<'static> {
    Json::Number(ms as i64)
}

fn lookup(report: &mut ReportBuilder, probe: &Probe) {
    let Some(lookup) = &probe.lookup else { return };
    let (host, ms) = (lookup.host.clone(), ms(lookup.took));
    let addresses: Vec<String> = lookup.found.iter().flatten().map(ToString::to_string).collect();
    let all = addresses.iter().map(|address| quoted(address)).collect();
    report.member("dns", &[("host", (&host).into()), ("addresses", Json::List(all)), ("ms", number(ms))]);
    match &lookup.found {
        Ok(_) => report.line(Fact::LookedUp { host, addresses: addresses.join(", "), ms }),
        Err(why) => {
            report.line(Fact::NotLookedUp { host, ms });
            report.advise(Status::Network.name(), Advice::Failed { why: why.clone() });
        }
    }
}

fn connections(report: &mut ReportBuilder, probe: &Probe) {
    let all = &probe.connections;
    let told = |one: &Connection| {
        let (address, accepts) = (one.address.to_string(), Json::Flag(one.ended.is_ok()));
        object(&[("address", (&address).into()), ("accepts", accepts), ("ms", number(ms(one.took)))])
    };
    report.list("tcp", &all.iter().map(told).collect::<Vec<_>>());
    // This machine's other address is nobody's concern.
    let some_accept = !probe.loopback && all.iter().any(|one| one.ended.is_ok());
    for one in all {
        let (address, ms) = (one.address.to_string(), ms(one.took));
        match &one.ended {
            Ok(()) => report.line(Fact::Connected { address, ms }),
            Err(cause) => {
                let cause = cause.clone();
                report.line(Fact::NotConnected { address: address.clone(), ms, cause: cause.clone() });
                if some_accept {
                    report.advise("ADDRESS", Advice::DeadAddress { address, cause });
                }
            }
        }
    }
}

fn tls(report: &mut ReportBuilder, seen: &Tls) {
    let ms = ms(seen.took);
    let told = |one: &Certificate| {
        let (subject, issuer) = ((&one.subject).into(), (&one.issuer).into());
        object(&[
            ("subject", subject),
            ("issuer", issuer),
            ("from", (&one.from).into()),
            ("until", (&one.until).into()),
        ])
    };
    let chain = seen.chain.iter().map(told).collect();
    let (version, cipher) = (seen.version.clone(), seen.cipher.clone());
    report.member(
        "tls",
        &[
            ("done", Json::Flag(seen.done)),
            ("version", (&version).into()),
            ("cipher", (&cipher).into()),
            ("ms", number(ms)),
            ("chain", Json::List(chain)),
        ],
    );
    report.line(if seen.done { Fact::Secured { version, cipher, ms } } else { Fact::NotSecured { ms } });
    for (number, one) in (1..).zip(&seen.chain) {
        let Certificate { subject, issuer, from, until } = one.clone();
        report.line(Fact::Certificate { number, subject, issuer, from, until });
    }
    let now = clock::now().wall_ms;
    if let Some(own) = seen.chain.first() {
        let (now, soon) =
            (clock::rfc3339(now), clock::rfc3339(now.saturating_add(CERTIFICATE_EXPIRY_WARNING_MS)));
        // Instants of this form are ordered as texts; what has ended already the request tells.
        if !own.until.is_empty() && own.until > now && own.until < soon {
            report.advise("CERTIFICATE", Advice::EndsSoon { until: own.until.clone() });
        }
    }
}

fn answer(report: &mut ReportBuilder, probe: &Probe) {
    match &probe.answer {
        Some(Ok(answer)) => {
            let (http_status, ms) = (answer.http_status, ms(answer.took));
            report.member("http", &[("status", Json::Number(http_status.into())), ("ms", number(ms))]);
            report.line(Fact::Answered { http_status, ms });
            clock_of(report, answer.skew_ms);
        }
        Some(Err(error)) => {
            let text = error.to_string();
            report.member(
                "http",
                &[("status", Json::Number(error.http_status.into())), ("error", (&text).into())],
            );
            report.line(Fact::NotAnswered);
            report.failed(error);
            untrusted(report, probe, error);
        }
        None => {}
    }
}

fn clock_of(report: &mut ReportBuilder, skew_ms: Option<i64>) {
    let Some(skew_ms) = skew_ms else { return report.line(Fact::ClockUnknown) };
    let ahead_s = skew_ms / 1000;
    report.member("clock", &[("ahead_s", Json::Number(ahead_s))]);
    report.line(Fact::Clock { ahead_s });
    advise_on_clock(report, ahead_s);
}

pub fn advise_on_clock(report: &mut ReportBuilder, ahead_s: i64) {
    match ahead_s {
        MAX_CLOCK_SKEW_S.. => report.advise("CLOCK", Advice::ClockSlow { seconds: ahead_s }),
        _ if ahead_s <= -MAX_CLOCK_SKEW_S => report.advise("CLOCK", Advice::ClockFast { seconds: -ahead_s }),
        _ => {}
    }
}

/// Whoever signed what is not trusted: that name leads to the proxy or the antivirus in between.
fn untrusted(report: &mut ReportBuilder, probe: &Probe, error: &Error) {
    let cause = match &error.message {
        Message::Tls { cause, .. } => cause,
        _ => return,
    };
    let last = probe.tls.as_ref().and_then(|tls| tls.chain.last());
    let issuer_matters = matches!(
        cause,
        TlsFault::UnknownIssuer { .. } | TlsFault::BadSignature | TlsFault::SelfSigned { .. }
    );
    if let Some(last) = last.filter(|_| issuer_matters) {
        if !last.issuer.is_empty() {
            report.advise("ISSUER", Advice::Untrusted { issuer: last.issuer.clone() });
        }
    }
}
