//! The profile, key by key.

use super::cursor::{Cursor, Object};
use super::operation::{error_paths, operation, rules, token_paths};
use crate::messages::Fault;
use crate::provider::profile::computed::{Algorithm, Charset, Computed, Encoding};
use crate::provider::profile::model::{Environment, Fixed, LifetimeRules, Profile, TimeUnit};
use crate::provider::profile::operation::{App, OperationKind};
use crate::provider::profile::ordered::Pairs;
use crate::provider::profile::validate::MAX_KEPT;

/// The only format there is; another number is another format, not a newer spelling of this one.
const FORMAT: u32 = 1;

const KEYS: [&str; 25] = [
    "$schema",
    "erptoken_profile",
    "name",
    "title",
    "sources",
    "environments",
    "urls",
    "authorize",
    "authorize_query",
    "authorize_json",
    "values",
    "dead",
    "options",
    "once",
    "life",
    "take",
    "error",
    "kept",
    "login",
    "fixed",
    "steps",
    "mfa",
    "refresh",
    "logout",
    "app",
];

/// None for another format: its keys would all be unknown.
pub(super) fn profile(root: &Cursor) -> Option<Profile> {
    if let Some(version) = root.peek("erptoken_profile") {
        if let Some(other) = version.other_number(FORMAT) {
            version.fault(Fault::Format, &[&FORMAT.to_string(), &other], "", &[]);
            return None;
        }
    }
    let object = root.object(&KEYS);
    if !root.is_object() {
        return None;
    }
    if let Some(version) = object.required("erptoken_profile") {
        version.number(FORMAT, FORMAT);
    }
    if let Some(schema) = object.get("$schema") {
        schema.text();
    }
    let kept = object.given("kept").map(|kept| kept.texts()).unwrap_or_default();
    let known = kept.get(..MAX_KEPT).unwrap_or(&kept);
    let step = |key, kind| object.get(key).map(|found| operation(&found, kind, known));
    let login = |found: Cursor| found.list(|one| operation(&one, OperationKind::Login, known));
    let steps = |found: Cursor| found.pairs(|one| operation(&one, OperationKind::Step, known));
    let usual = Profile::default();
    let templates = |key, usual| match object.given(key) {
        Some(found) => found.templates(),
        None => usual,
    };
    Some(Profile {
        name: object.required("name").map(|name| name.text()).unwrap_or_default(),
        title: object.text("title"),
        sources: object.given("sources").map(|found| found.texts()).unwrap_or_default(),
        environments: object
            .required("environments")
            .map(|found| found.pairs(|one| environment(&one)))
            .unwrap_or_default(),
        urls: templates("urls", usual.urls),
        authorize: templates("authorize", usual.authorize),
        authorize_query: templates("authorize_query", usual.authorize_query),
        authorize_json: object.given("authorize_json").map(|found| found.json_members()).unwrap_or_default(),
        values: object.given("values").map(|found| found.pairs(|one| computed(&one))).unwrap_or_default(),
        dead: object.given("dead").map_or(usual.dead, |found| rules(&found)),
        options: object
            .given("options")
            .map(|found| found.pairs(|one| one.text_or_null()))
            .unwrap_or_default(),
        once: object.given("once").map(|found| found.texts()).unwrap_or_default(),
        life: object.given("life").map_or(usual.life, |found| life(&found)),
        take: object.given("take").map_or(usual.take, |found| token_paths(&found, known)),
        error: object.given("error").map_or(usual.error, |found| error_paths(&found)),
        login: object.given("login").map(login).unwrap_or_default(),
        fixed: object.get("fixed").map(|found| fixed(&found)),
        steps: object.given("steps").map(steps).unwrap_or_default(),
        mfa: step("mfa", OperationKind::Mfa),
        refresh: step("refresh", OperationKind::Refresh),
        logout: step("logout", OperationKind::Logout),
        app: object.get("app").map(|found| app(&found, known)),
        kept,
    })
}

fn environment(found: &Cursor) -> Environment {
    let object = found.object(&["base", "urls", "hosts", "test"]);
    Environment {
        base: object.required("base").map(|base| base.text()).unwrap_or_default(),
        urls: object.given("urls").map(|urls| urls.templates()).unwrap_or_default(),
        hosts: object.given("hosts").map(|hosts| hosts.texts()).unwrap_or_default(),
        test: object.flag("test"),
    }
}

fn fixed(found: &Cursor) -> Fixed {
    let object = found.object(&["needs", "access_token"]);
    Fixed {
        needs: object.given("needs").map(|needs| needs.texts()).unwrap_or_default(),
        access_token: object.required("access_token").map(|token| token.template()).unwrap_or_default(),
    }
}

fn life(found: &Cursor) -> LifetimeRules {
    const KEYS: [&str; 10] = [
        "default_s",
        "use_at_most_s",
        "renew_after_s",
        "refresh_kills_old",
        "refresh_token_once",
        "login_may_share",
        "unit",
        "zone",
        "idle_s",
        "logout_replaced",
    ];
    let object = found.object(&KEYS);
    let seconds = |key| object.get(key).and_then(|found| found.number(1, u32::MAX));
    let units = [TimeUnit::Seconds, TimeUnit::Milliseconds, TimeUnit::Minutes, TimeUnit::Hours];
    let unit = object.given("unit").and_then(|unit| unit.one_of(&["s", "ms", "min", "h"]));
    let default_s = object.given("default_s").and_then(|found| found.number(1, u32::MAX));
    LifetimeRules {
        default_s: default_s.unwrap_or(LifetimeRules::default().default_s),
        use_at_most_s: seconds("use_at_most_s"),
        renew_after_s: seconds("renew_after_s"),
        refresh_kills_old: object.flag("refresh_kills_old"),
        refresh_token_once: object.flag("refresh_token_once"),
        login_may_share: object.flag("login_may_share"),
        unit: unit.and_then(|index| units.get(index).copied()).unwrap_or_default(),
        zone: object.get("zone").map(|zone| zone.text()),
        idle_s: seconds("idle_s"),
        logout_replaced: object.flag("logout_replaced"),
    }
}

fn app(found: &Cursor, kept: &[String]) -> App {
    let object = found.object(&["check", "create", "list", "revoke"]);
    let one = |key, kind| object.get(key).map(|found| operation(&found, kind, kept));
    App {
        check: one("check", OperationKind::Check),
        create: one("create", OperationKind::Create),
        list: one("list", OperationKind::List),
        revoke: one("revoke", OperationKind::Revoke),
    }
}

fn computed(found: &Cursor) -> Computed {
    const KEYS: [&str; 10] =
        ["base64", "sha256", "md5", "hmac_sha256", "jwt", "key", "as", "charset", "header", "claims"];
    let object: Object = found.object(&KEYS);
    let template = |key| object.get(key).map(|found| found.template());
    let word = |key, known: &[&str]| object.get(key).and_then(|found| found.one_of(known));
    let json = |key| object.given(key).map(|found| found.json_members()).unwrap_or(Pairs(Vec::new()));
    let encodings = [Encoding::Hex, Encoding::Base64, Encoding::Base64url];
    let algorithm = word("jwt", &Algorithm::ALL.map(Algorithm::name));
    let encoding = word("as", &["hex", "base64", "base64url"]);
    let charset = word("charset", &["utf-8", "latin1"]);
    let kinds = ["base64", "sha256", "md5", "hmac_sha256", "jwt"];
    let of = |kind: &str| object.get(kind).is_some();
    if kinds.iter().filter(|kind| of(kind)).count() != 1 {
        found.fault(Fault::OneKind, &[], "", &[]);
    }
    // Each of these belongs to some of the kinds.
    let signed = of("jwt") || of("hmac_sha256");
    let hashed = of("sha256") || of("md5") || of("hmac_sha256");
    for (key, belongs) in [
        ("key", signed),
        ("as", hashed),
        ("charset", of("base64")),
        ("header", of("jwt")),
        ("claims", of("jwt")),
    ] {
        if let Some(found) = object.get(key).filter(|_| !belongs) {
            found.fault(Fault::NotOfThisKind, &[], "", &[]);
        }
    }
    if signed {
        object.required("key");
    }
    if of("jwt") {
        object.required("claims");
    }
    Computed {
        base64: template("base64"),
        sha256: template("sha256"),
        md5: template("md5"),
        hmac_sha256: template("hmac_sha256"),
        jwt: algorithm.and_then(|index| Algorithm::ALL.get(index).copied()),
        key: template("key"),
        form: encoding.and_then(|index| encodings.get(index).copied()),
        charset: charset.map(|index| if index == 0 { Charset::Utf8 } else { Charset::Latin1 }),
        header: json("header"),
        claims: json("claims"),
    }
}
