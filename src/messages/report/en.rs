//! English: the report.

use super::{Advice, Fact};
use crate::messages::message::en::En;
use crate::messages::wording::all_of;
use crate::messages::wording::en::kind;
use std::fmt::{Display, Formatter, Result};

impl Display for En<'_, Fact> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Fact::*;
        match self.0 {
            Made { version, abi, system, processor, tls, at } => {
                write!(f, "Report of erptoken {version} (ABI {abi}; {system}, {processor}; TLS: {tls}), {at}")
            }
            Provider { provider, name } => write!(f, "Provider: {provider} ({name})"),
            Environment { name, base } => write!(f, "Environment: {name}, {base}"),
            User { user } => write!(f, "Account: {user}"),
            NoUser => f.write_str("Account: no user is set"),
            Options { names } => write!(f, "Options that are set: {names}"),
            NoOptions => f.write_str("Options that are set: none"),
            ClientCertificate { subject, issuer, until, key, from } => write!(
                f,
                "Client certificate ({from}): {subject}; issued by {issuer}; until {until}; key {key}"
            ),
            State { state } => write!(f, "State of the token: {state}"),
            Expires { at } => write!(f, "The token lives until {at}"),
            LastError { status } => write!(f, "Last error: {status}"),
            Counted { logins, refreshes, failures } => {
                write!(f, "In this process: {logins} logins, {refreshes} refreshes, {failures} failures")
            }
            BadAnswer { at, operation, http_status, content_type, bytes, verdict } => write!(
                f,
                "Answer: {at}, {operation}: HTTP {http_status}, {}, {bytes} bytes, taken for {verdict}",
                kind(content_type)
            ),
            Unanswered { at, operation } => write!(f, "Answer: {at}, {operation}: none"),
            Store { kind } => write!(f, "Store: {kind}"),
            StoreWorks { kind, ms } => write!(f, "Store: {kind}, can be written and read ({ms} ms)"),
            Direct => f.write_str("Proxy: none"),
            DirectAsLoopback { proxy } => {
                write!(f, "Proxy: {proxy} is set, but not for this machine itself")
            }
            DirectAsExcepted { proxy, setting } => {
                write!(f, "Proxy: {proxy} is set by {setting}, but an exception leaves this server out")
            }
            Proxied { proxy, setting } => write!(f, "Proxy: {proxy}, by {setting}"),
            LookedUp { host, addresses, ms } => write!(f, "Name: {host} is {addresses} ({ms} ms)"),
            NotLookedUp { host, ms } => write!(f, "Name: {host} was not found ({ms} ms)"),
            Connected { address, ms } => write!(f, "Connection: {address} accepts ({ms} ms)"),
            NotConnected { address, ms, cause } => {
                write!(f, "Connection: {address} does not accept ({ms} ms): {}", En(cause))
            }
            Secured { version, cipher, ms } => write!(f, "TLS: {version}, {cipher} ({ms} ms)"),
            NotSecured { ms } => write!(f, "TLS: the handshake failed ({ms} ms)"),
            Certificate { number, subject, issuer, from, until } => {
                write!(f, "Certificate {number}: {subject}; issued by {issuer}; from {from} until {until}")
            }
            Answered { http_status, ms } => write!(f, "Request: answered with HTTP {http_status} ({ms} ms)"),
            NotAnswered => f.write_str("Request: no answer"),
            Clock { ahead_s } => write!(f, "Clock: the server is {ahead_s} s ahead of this machine"),
            ClockUnknown => f.write_str("Clock: the server did not tell its time"),
            Advice => f.write_str("What to do:"),
            ProfileValid { path, title } => write!(f, "Profile {path} is valid: {title}"),
            ProfileInvalid { path, problems } => {
                write!(f, "Profile {path} is not valid. Problems: {problems}")
            }
            ProfileWarnings { warnings } => write!(f, "Warnings: {warnings}"),
            Sends { environment } => {
                write!(f, "What is sent in the environment {environment}, with [name] in place of a value:")
            }
            SendsAlways { operation } => write!(f, "Operation {operation}:"),
            SendsWith { operation, options } => {
                write!(f, "Operation {operation}, which needs {}:", all_of(options, "and"))
            }
            SendsApi => f.write_str("api, a call of the program's own to a [path]:"),
            NotShown { requests } => write!(f, "Too long to be shown: {requests} further requests"),
            Computed => f.write_str("What is computed:"),
            Fixed => f.write_str("The token, for which nothing is sent:"),
        }
    }
}

impl Display for En<'_, Advice> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Advice::*;
        match self.0 {
            AllWell => f.write_str("nothing is wrong on the way to the provider"),
            Failed { why } => En(why).fmt(f),
            Lacks { options } => {
                write!(f, "a login needs {}: set it with erptoken_set", all_of(options, "and"))
            }
            LastFailed { status, retry_in_s, why } => {
                write!(f, "the last renewal failed ({status}), and is tried again in {retry_in_s} s at the earliest: {}", En(why))
            }
            Foreign { times } => write!(
                f,
                "{times} of the last answers came from something in front of the provider (a firewall, gateway, proxy or login \
                 page): have the network's administrator let this machine through to it, and check \"base_url\""
            ),
            Redirected { times } => write!(
                f,
                "{times} of the last answers pointed to another address: check \"environment\" and \"base_url\"; a network that \
                 wants a login of its own does that too"
            ),
            DeadOnArrival => f.write_str(
                "the provider sent a token that was dead on arrival: look at expires_in, expires_at or exp in its answer, and \
                 compare the server's clock with this machine's",
            ),
            ClockFast { seconds } => write!(
                f,
                "this machine's clock is {seconds} s fast: set it right, or tokens and certificates seem to have expired"
            ),
            ClockSlow { seconds } => write!(
                f,
                "this machine's clock is {seconds} s slow: set it right, or certificates seem to be not valid yet and dead \
                 tokens alive"
            ),
            DeadAddress { address, cause } => write!(
                f,
                "of several addresses {address} cannot be reached ({}): every new connection may wait for it; mend the \
                 route, or the name's entry in the DNS",
                En(cause)
            ),
            Untrusted { issuer } => write!(
                f,
                "the certificate shown was issued by {issuer}: if that is a proxy or an antivirus of this network, set \
                 \"ca_file\" to its authority's certificate, or have it leave this server alone"
            ),
            OwnEndsSoon { whose, until } => {
                write!(f, "the client certificate of {whose} ends on {until}: have it renewed, then set \"client_certificate\" to the new one")
            }
            EndsSoon { until } => {
                write!(f, "the server's certificate ends on {until}: tell whoever runs that server")
            }
        }
    }
}
