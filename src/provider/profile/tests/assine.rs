use super::*;

const BASE: &str = "https://api-v1.assine.online";
const SESSION: (&str, &str) = ("access_token", "41f7ff53c1dc5cf4f3db1f33e026b2908cdf88b4");

fn assine() -> &'static Profile {
    builtin("assine").expect("built in")
}

fn app() -> &'static App {
    assine().app().expect("application tokens")
}

#[test]
fn the_login_has_a_default_client() {
    let profile = assine();
    let values = Set(&[("username", "e@x"), ("password", "p")]);
    let request = login(profile, &["username", "password"]).request(profile, BASE, &values).unwrap();
    assert_eq!(request.url.as_str(), "https://api-v1.assine.online/oauth");
    assert_eq!(
        body(&request),
        r#"{"grant_type":"password","client_id":"app","client_secret":"app","username":"e@x","password":"p"}"#
    );
    assert_eq!(profile.default_of("client_secret"), Some("app"));
    assert_eq!(profile.option_names().collect::<Vec<_>>(), ["client_id", "client_secret"]);
    let own = Set(&[("username", "e@x"), ("password", "p"), ("client_id", "mine")]);
    let request = login(profile, &["username", "password"]).request(profile, BASE, &own).unwrap();
    assert!(body(&request).contains(r#""client_id":"mine""#));
    let wrong =
        br#"{"type":"http://www.w3.org/","title":"invalid_grant","status":401,"detail":"Invalid username"}"#;
    let wrong = refused(login(profile, &["username", "password"]).read(profile, 401, wrong));
    assert_eq!((wrong.is, wrong.code.as_str()), (Meaning::Credentials, "invalid_grant"));
}

#[test]
fn a_refresh_without_a_new_refresh_token() {
    let profile = assine();
    let refresh = profile.refresh().unwrap();
    let request = refresh.request(profile, BASE, &Set(&[("refresh_token", "r1")])).unwrap();
    assert!(body(&request).contains(r#""grant_type":"refresh_token""#));
    let taken = token(refresh.read(profile, 200, br#"{"access_token":"a","expires_in":3600,"scope":""}"#));
    assert!(taken.refresh_token.is_none() && taken.scope.is_none());
    assert!(profile.life().refresh_token_once);
    let refused = refused(refresh.read(profile, 400, br#"{"title":"invalid_grant"}"#));
    assert_eq!(refused.is, Meaning::RefreshRefused);
}

#[test]
fn the_check_byte_for_byte() {
    let profile = assine();
    let check = app().check.as_ref().unwrap();
    let request = check.request(profile, BASE, &Set(&[SESSION])).unwrap();
    assert_eq!((request.method, request.body.is_none()), ("GET", true));
    assert_eq!(
        request.url.as_str(),
        "https://api-v1.assine.online/v1/user?filter%5B0%5D%5Bfield%5D=id&filter%5B0%5D%5Btype%5D=eq&filter%5B0%5D%5Bvalue%5D=$USER_ID"
    );
    assert_eq!(header(&request, "Authorization"), Some("Bearer 41f7ff53c1dc5cf4f3db1f33e026b2908cdf88b4"));
    let allowed = |body: &str| match check.read(profile, 200, body.as_bytes()) {
        ParsedResponse::Done(taken) => taken.allowed,
        other => panic!("{other:?}"),
    };
    assert!(allowed(
        r#"{"_embedded":{"user":[{"_embedded":{"businessUnit":{"id":24,"document":"cnpj","status":null}}}]}}"#
    ));
    assert!(!allowed(r#"{"_embedded":{"user":[{"_embedded":{"businessUnit":null}}]}}"#));
    assert!(!allowed(r#"{"_embedded":{"user":[{"_embedded":{"businessUnit":[]}}]}}"#));
    assert!(!allowed(r#"{"_embedded":{"user":[{"id":474}]}}"#));
    assert!(!allowed(r#"{"_embedded":{"user":[]},"total_items":0}"#));
    assert_eq!(refused(check.read(profile, 200, b"<html>")).form, BodyForm::Html);
}

#[test]
fn create_sends_utc_and_cuts_the_id() {
    let profile = assine();
    let create = app().create.as_ref().unwrap();
    assert_eq!(create.needs(), ["password"]);
    let expires = |text| {
        let values = [("password", "INFORME_SENHA"), ("expires_at", text), SESSION];
        let request = create.request(profile, BASE, &Set(&values))?;
        assert_eq!(request.url.as_str(), "https://api-v1.assine.online/v1/access-token");
        Ok::<_, Unfit>(body(&request).to_owned())
    };
    let sent = r#"{"password":"INFORME_SENHA","expires":"2021-01-01 23:59:00"}"#;
    assert_eq!(expires("2021-01-01T23:59:00Z").unwrap(), sent);
    assert_eq!(expires("2021-01-01T20:59:00.25-03:00").unwrap(), sent);
    for bad in ["2021-01-01T23:59:00", "365", "9999-12-31T23:59:59-03:00", "0000-01-01T00:00:00+03:00"] {
        assert_eq!(expires(bad).unwrap_err(), Unfit::NotAnInstant { option: "expires_at".into() });
    }

    let answer = br#"{"accessToken":"5499d5cac5d19926adcbcda7987c01854065554f",
        "expires":{"date":"2021-01-01 23:59:00.000000","timezone_type":3,"timezone":"UTC"},
        "id":"5347?q=verify&sessionIndex=a18443cb74060f334d1530c01fa21f12c92b19e5","status":201}"#;
    let taken = token(create.read(profile, 201, answer));
    assert_eq!(taken.id.as_deref(), Some("5347"));
    assert_eq!(taken.expires, Expires::At(1_609_545_540_000));
    assert_eq!(taken.access_token.unwrap().len(), 40);
    let nameless = create.read(profile, 201, br#"{"accessToken":"a","id":"?q=verify"}"#);
    assert_eq!(refused(nameless).missing, Some("id"));
    let forbidden = br#"{"title":"Forbidden","status":403,"detail":"Not allowed for this account"}"#;
    assert_eq!(refused(create.read(profile, 403, forbidden)).is, Meaning::Forbidden);
    assert_eq!(refused(create.read(profile, 403, b"")).is, Meaning::Foreign);
    let invalid =
        |field: &str| format!(r#"{{"status":422,"validation_messages":{{"{field}":{{"x":"y"}}}}}}"#);
    assert_eq!(refused(create.read(profile, 422, invalid("expires").as_bytes())).is, Meaning::Argument);
    assert_eq!(refused(create.read(profile, 422, invalid("password").as_bytes())).is, Meaning::Credentials);
}

#[test]
fn a_page_of_the_list() {
    let profile = assine();
    let list = app().list.as_ref().unwrap();
    let request = list.request(profile, BASE, &Set(&[("page", "2"), SESSION])).unwrap();
    assert_eq!(request.url.as_str(), "https://api-v1.assine.online/v1/access-token?page=2");
    let answer = br#"{"_embedded":{"access_token":[
        {"accessToken":"***** HIDDEN *****","expires":{"date":"2020-02-21 13:29:31.000000","timezone_type":3,"timezone":"America/Sao_Paulo"},"id":"5320","scope":{}},
        {"expires":null,"id":5347}, {"expires":null}, null]},"page_count":3,"total_items":3}"#;
    let ParsedResponse::Page(page) = list.read(profile, 200, answer) else {
        panic!("no page");
    };
    assert_eq!(page.pages, Some(3));
    let ids: Vec<_> = page.items.iter().map(|item| item.id.as_deref()).collect();
    assert_eq!(ids, [Some("5320"), Some("5347")]);
    assert_eq!(page.items[0].expires, Expires::At(1_582_302_571_000));
    assert_eq!(page.items[1].expires, Expires::Missing);
    assert!(page.items[0].access_token.is_none());
    let none = list.read(profile, 200, br#"{"_embedded":{"access_token":[]},"page_count":0}"#);
    assert!(
        matches!(none, ParsedResponse::Page(TokenPage { ref items, pages: Some(0) }) if items.is_empty())
    );
    assert_eq!(refused(list.read(profile, 200, b"{}")).missing, Some("items"));
}

#[test]
fn revoke() {
    let profile = assine();
    let revoke = app().revoke.as_ref().unwrap();
    let url = |id| {
        let request = revoke.request(profile, BASE, &Set(&[("id", id), SESSION]));
        request.map(|request| request.url.to_string())
    };
    assert_eq!(url("5347").unwrap(), "https://api-v1.assine.online/v1/access-token/5347");
    for none in ["../a?b c", "..", "5347/..", "5347%2F", "-1", "٣"] {
        assert_eq!(url(none).unwrap_err(), Unfit::NotDigits { option: "id".into() }, "{none}");
    }
    assert_eq!(app().bare_id("5347?q=verify&sessionIndex=a18443").as_deref(), Some("5347"));
    assert_eq!(app().bare_id("?q=verify"), None);
    assert_eq!(url("").unwrap_err(), Unfit::NotSet { option: "id".into() });
    assert!(matches!(revoke.read(profile, 204, b""), ParsedResponse::Done(_)));
    let unknown = br#"{"title":"Not Found","status":404,"detail":"Entity not found."}"#;
    assert_eq!(refused(revoke.read(profile, 404, unknown)).is, Meaning::NotFound);
    assert_eq!(refused(revoke.read(profile, 404, b"<html>")).is, Meaning::Foreign);
}
