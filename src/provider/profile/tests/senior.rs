use super::*;

const BASE: &str = "https://platform.senior.com.br/t/senior.com.br/bridge/1.0";

fn senior() -> &'static Profile {
    builtin("senior").expect("built in")
}

const FIELDS: &str = r#"{"scope":"default","expires_in":85846,"username":"admin@empresa.com.br","token_type":"Bearer","access_token":"482ee34ec1ba44b73eb1c2b6f7da6c55","refresh_token":"95b9f124761a18e7b2f62affbf311764"}"#;

fn check(body: &str) {
    let profile = senior();
    let taken = token(login(profile, &["username", "password"]).read(profile, 200, body.as_bytes()));
    assert_eq!(taken.access_token.unwrap().as_str(), "482ee34ec1ba44b73eb1c2b6f7da6c55");
    assert_eq!(taken.refresh_token.unwrap().as_str(), "95b9f124761a18e7b2f62affbf311764");
    assert_eq!(taken.expires, Expires::Seconds(85846));
    assert_eq!(taken.token_type.as_deref(), Some("Bearer"));
    assert_eq!(taken.scope.as_deref(), Some("default"));
}

#[test]
fn the_token_comes_as_string_object_and_top_level() {
    let text = serde_json::Value::String(FIELDS.to_owned());
    check(&format!(r#"{{"jsonToken":{text},"mfaInfo":null,"resetPasswordInfo":null}}"#));
    check(&format!(r#"{{"jsonToken":{FIELDS}}}"#));
    check(FIELDS);
    check(&format!("\u{feff}{FIELDS}"));
}

#[test]
fn the_password_login_as_sent() {
    let profile = senior();
    let (name, environment) = profile.environment(None).unwrap();
    assert_eq!((name, environment.base.as_str()), ("production", BASE));
    let values = Set(&[("username", "admin@empresa.com.br"), ("password", "s\"\\\u{7}ção")]);
    let request = login(profile, &["username", "password"]).request(profile, BASE, &values).unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.url.as_str(), format!("{BASE}/rest/platform/authentication/actions/login"));
    assert_eq!(body(&request), r#"{"username":"admin@empresa.com.br","password":"s\"\\\u0007ção"}"#);
    assert_eq!(request.body.as_ref().unwrap().content_type, "application/json");
    assert!(request.headers.is_empty());
}

#[test]
fn the_key_login_comes_first_and_has_its_own_address() {
    let profile = senior();
    let all = ["username", "password", "access_key", "secret", "tenant"];
    let values = Set(&[("access_key", "k"), ("secret", "s"), ("tenant", "trn1"), ("scope", "x")]);
    let request = login(profile, &all).request(profile, BASE, &values).unwrap();
    assert_eq!(
        request.url.as_str(),
        format!("{BASE}/anonymous/rest/platform/authentication/actions/loginWithKey")
    );
    assert_eq!(body(&request), r#"{"accessKey":"k","secret":"s","tenantName":"trn1","scope":"x"}"#);
    let lacks = profile.choose_login(&|name| name == "access_key").unwrap_err();
    assert_eq!(lacks, ["username", "password"]);
    let answer = r#"{"jsonToken":"{\"scope\":\"am_application_scope\",\"expires_in\":7776000,\"token_type\":\"Bearer\",\"access_token\":\"abc\"}"}"#;
    let taken = token(login(profile, &all).read(profile, 200, answer.as_bytes()));
    assert_eq!(taken.expires, Expires::Seconds(7_776_000));
    assert!(taken.refresh_token.is_none());
}

#[test]
fn the_second_factor() {
    let profile = senior();
    let answer = br#"{"mfaInfo":{"temporaryToken":"tmp\"1","mfaStatus":"CONFIGURED","tenant":"t"}}"#;
    let ParsedResponse::Next(next) = login(profile, &["username", "password"]).read(profile, 200, answer)
    else {
        panic!("no next step");
    };
    assert_eq!(next.otherwise.is, Meaning::Mfa);
    assert_eq!(next.operation.lacks(profile, &|_| false), ["mfa_code"]);
    let (name, kept) = &next.kept[0];
    assert_eq!(next.kept.len(), 1);
    let values = [("mfa_code", "004217"), (name.as_str(), kept.expose())];
    let request = next.operation.request(profile, BASE, &Set(&values)).unwrap();
    assert_eq!(request.url.as_str(), format!("{BASE}/rest/platform/authentication/actions/loginMFA"));
    assert_eq!(body(&request), r#"{"temporaryToken":"tmp\"1","validationCode":4217}"#);
    let wrong = br#"{"message":"Invalid code","errorCode":"loginMFAResponse","reason":"UNAUTHORIZED"}"#;
    assert_eq!(refused(next.operation.read(profile, 401, wrong)).is, Meaning::Mfa);
    token(next.operation.read(profile, 200, FIELDS.as_bytes()));

    let bad = Set(&[("mfa_code", "12a456"), ("temporary_token", "x")]);
    let problem = next.operation.request(profile, BASE, &bad).unwrap_err();
    assert_eq!(problem, Unfit::NotDigits { option: "mfa_code".into() });
}

#[test]
fn a_200_without_a_token() {
    let profile = senior();
    let login = login(profile, &["username", "password"]);
    let change = br#"{"jsonToken":null,"resetPasswordInfo":{"temporaryToken":"x","tenant":"t"}}"#;
    assert_eq!(refused(login.read(profile, 200, change)).is, Meaning::PasswordChange);

    let page = refused(login.read(profile, 200, b"  <!DOCTYPE html><title>Proxy</title>"));
    assert_eq!((page.is, page.form), (Meaning::Foreign, BodyForm::Html));
    assert_eq!(page.missing, Some("access_token"));

    let empty = refused(login.read(profile, 204, b""));
    assert_eq!((empty.is, empty.form), (Meaning::Foreign, BodyForm::Empty));
    let null = refused(login.read(profile, 200, br#"{"jsonToken":{"access_token":""}}"#));
    assert_eq!((null.form, null.missing), (BodyForm::Json, Some("access_token")));
}

#[test]
fn a_refused_login_keeps_the_servers_words() {
    let profile = senior();
    let answer =
        br#"{"message":"Usu\u00e1rio ou senha","errorCode":"loginResponse","reason":"UNAUTHORIZED"}"#;
    let refused = refused(login(profile, &["username", "password"]).read(profile, 401, answer));
    assert_eq!(refused.is, Meaning::Credentials);
    assert_eq!((refused.code.as_str(), refused.message.as_str()), ("UNAUTHORIZED", "Usuário ou senha"));
}

#[test]
fn refresh_with_and_without_tenant() {
    let profile = senior();
    let refresh = profile.refresh().unwrap();
    let without = refresh.request(profile, BASE, &Set(&[("refresh_token", "r")])).unwrap();
    assert!(without.headers.is_empty());
    assert_eq!(body(&without), r#"{"refreshToken":"r"}"#);
    let values = Set(&[("refresh_token", "r"), ("tenant", "trn07027732")]);
    let with = refresh.request(profile, BASE, &values).unwrap();
    assert_eq!(header(&with, "X-Tenant"), Some("trn07027732"));
    let dead = br#"{"message":"x","errorCode":"refreshTokenResponse","reason":"UNAUTHORIZED"}"#;
    for status in [200, 401] {
        assert_eq!(refused(refresh.read(profile, status, dead)).is, Meaning::RefreshRefused);
    }
    assert_eq!(refused(refresh.read(profile, 401, b"{}")).is, Meaning::Foreign);
}

#[test]
fn logout_is_authorised() {
    let profile = senior();
    let logout = profile.logout().unwrap();
    let values = [("access_token", "482e"), ("client_id", "c-1")];
    let request = logout.request(profile, BASE, &Set(&values)).unwrap();
    assert_eq!(header(&request, "Authorization"), Some("Bearer 482e"));
    assert_eq!(header(&request, "client_id"), Some("c-1"));
    assert_eq!(body(&request), r#"{"accessToken":"482e"}"#);
    assert!(matches!(logout.read(profile, 204, b""), ParsedResponse::Done(_)));
    assert_eq!(refused(logout.read(profile, 200, b"<html>")).is, Meaning::Foreign);
    let problem = logout.request(profile, BASE, &Set(&[])).unwrap_err();
    assert_eq!(problem, Unfit::NotSet { option: "access_token".into() });
}

#[test]
fn what_a_caller_stores() {
    let profile = senior();
    let carrying = profile.token_header();
    assert_eq!((carrying.name, carrying.prefix, carrying.suffix), ("Authorization", "Bearer ", ""));
    assert!(profile.extra_headers(&Set(&[])).unwrap().is_empty());
    let extra = profile.extra_headers(&Set(&[("client_id", "c")])).unwrap();
    assert_eq!((extra.len(), extra[0].0.as_str(), extra[0].1.as_str()), (1, "client_id", "c"));
    let api = profile.api_address(&format!("{BASE}/"), &Set(&[])).unwrap();
    assert_eq!(api.as_str(), format!("{BASE}/rest"));
    assert!(profile.dead(401, b"") && !profile.dead(403, b"{}"));
    let (name, environment) = profile.environment(Some("test")).unwrap();
    assert_eq!((name, environment.test), ("homologation", true));
    let known = profile.environment(Some("sandbox")).unwrap_err();
    assert_eq!(known, ["production", "homologation"]);
    assert!(profile.life().refresh_kills_old && profile.life().login_may_share);
}
