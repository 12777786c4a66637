//! The client certificate, in the report.

use super::builder::ReportBuilder;
use crate::client::account::DiagnosticsView;
use crate::messages::{Advice, Fact};

pub fn certificate(report: &mut ReportBuilder, view: &DiagnosticsView) {
    let Some(identity) = view.values.client_identity() else { return };
    let shown = identity.shown();
    let (key, kind) = (identity.key().shown(), identity.kind());
    report.member(
        "client_certificate",
        &[
            ("subject", (&shown.subject).into()),
            ("issuer", (&shown.issuer).into()),
            ("from", (&shown.from).into()),
            ("until", (&shown.until).into()),
            ("key", (&key).into()),
            ("kind", kind.into()),
        ],
    );
    let (subject, issuer, until) = (shown.subject.clone(), shown.issuer.clone(), shown.until.clone());
    if identity.ends_soon().is_some() {
        report.advise(
            "CLIENT_CERTIFICATE",
            Advice::OwnEndsSoon { whose: subject.clone(), until: until.clone() },
        );
    }
    report.line(Fact::ClientCertificate { subject, issuer, until, key, from: kind });
}
