//! Real shapes of other vendors: what a user's own profile must be able to say.

use super::*;

fn parse(rest: &str) -> Profile {
    let text = format!(
        r#"{{"erptoken_profile":1,"name":"own-1","environments":{{"erp":{{"base":"http://192.168.0.10:8080"}}}},{rest}}}"#
    );
    Profile::parse(&text).expect("valid")
}

#[test]
fn protheus_takes_everything_in_the_query() {
    let profile = parse(
        r#""options":{"company":null},
        "authorize":{"Authorization":"Bearer {access_token}","tenantId":"{company?}"},
        "login":[{"needs":["username","password"],
            "url":"{base}/rest/api/oauth2/v1/token?grant_type=password&username={username}&password={password}",
            "headers":{"tenantId":"{company?}"},
            "means":[{"has":"/hasMFA","is":"mfa"},{"status":401,"is":"credentials"}]}],
        "refresh":{"url":"{base}/rest/api/oauth2/v1/token?grant_type=refresh_token&refresh_token={refresh_token}"}"#,
    );
    assert_eq!(profile.environment(None).unwrap().0, "erp");
    let values = Set(&[("username", "adm in"), ("password", "a&b=ç/?#%{}"), ("company", "99,01")]);
    let login = login(&profile, &["username", "password"]);
    let request = login.request(&profile, "http://192.168.0.10:8080/", &values).unwrap();
    assert_eq!(
        request.url.as_str(),
        "http://192.168.0.10:8080/rest/api/oauth2/v1/token?grant_type=password&username=adm%20in&password=a%26b%3D%C3%A7%2F%3F%23%25%7B%7D"
    );
    assert_eq!(header(&request, "tenantId"), Some("99,01"));
    assert!(request.body.is_none());
    assert!(!format!("{request:?}").contains('?'));
    let answer = br#"{"access_token":"a.b.c","refresh_token":"r","expires_in":"3600","hasMFA":false}"#;
    assert_eq!(token(login.read(&profile, 201, answer)).expires, Expires::Seconds(3600));
    assert_eq!(refused(login.read(&profile, 200, br#"{"hasMFA":true}"#)).is, Meaning::Mfa);
}

#[test]
fn sankhya_logs_in_with_headers_alone() {
    let profile = parse(
        r#""options":{"app_key":null,"app_token":null},
        "authorize":{"Authorization":"Bearer {access_token}","appkey":"{app_key}"},
        "life":{"default_s":1500,"renew_after_s":900},
        "take":{"access_token":["/bearerToken"]},
        "login":[{"needs":["username","password","app_key","app_token"],"url":"{base}/login",
            "headers":{"token":"{app_token}","appkey":"{app_key}","username":"{username}","password":"{password}"}}]"#,
    );
    let all = ["username", "password", "app_key", "app_token"];
    let values = [("username", "u"), ("password", "p"), ("app_key", "k"), ("app_token", "t")];
    let request =
        login(&profile, &all).request(&profile, "https://api.sankhya.com.br", &Set(&values)).unwrap();
    let sent: Vec<_> =
        request.headers.iter().map(|(name, value)| format!("{name}={}", value.as_str())).collect();
    assert_eq!(sent, ["token=t", "appkey=k", "username=u", "password=p"]);
    assert!(request.body.is_none());
    let taken = token(login(&profile, &all).read(&profile, 200, br#"{"bearerToken":"b","error":null}"#));
    assert_eq!(taken.expires, Expires::Missing);
    assert_eq!((profile.life().default_s, profile.life().renew_after_s), (1500, Some(900)));
    let lacks = profile.choose_login(&|name| name.starts_with("app_")).unwrap_err();
    assert_eq!(lacks, ["username", "password"]);
    let problem = profile.extra_headers(&Set(&[])).unwrap_err();
    assert_eq!(problem, Unfit::NotSet { option: "app_key".into() });
}

#[test]
fn rm_lives_five_minutes() {
    let profile = parse(
        r#""login":[{"needs":["username","password"],"url":"{base}/api/connect/token",
            "json":{"username":"{username}","password":"{password}"}}]"#,
    );
    let answer =
        br#"{"access_token":"e30.e30.x","expires_in":300,"refresh_token":"eyJ9==","token_type":"Bearer"}"#;
    let taken = token(login(&profile, &["username", "password"]).read(&profile, 200, answer));
    assert_eq!((taken.expires, taken.refresh_token.unwrap().as_str()), (Expires::Seconds(300), "eyJ9=="));
}

#[test]
fn invoicy_says_400_to_a_dead_token() {
    let profile = parse(
        r#""dead":[{"status":400,"at":"/title","equals":"\"Invalid token\""},{"status":401}],
        "login":[{"url":"{base}/x"}]"#,
    );
    assert!(profile.dead(400, br#"{"title":"\"Invalid token\""}"#));
    assert!(!profile.dead(400, br#"{"title":"Bad CNPJ"}"#));
    assert!(!profile.dead(400, b"<html>") && !profile.dead(200, br#"{"title":"\"Invalid token\""}"#));
    assert!(profile.dead(401, b""));
}

#[test]
fn cigam_fails_with_a_200_and_wbs_names_its_header() {
    let profile = parse(
        r#""authorize":{"API_TOKEN":"{access_token}"},"take":{"access_token":["/hash"]},
        "error":{"code":["/tipoLogin"],"message":["/messages/0"]},
        "login":[{"url":"{base}/api","json":{"NomeUsuario":"{username}"},"means":[
            {"status":200,"at":"/success","equals":false,"is":"credentials"},
            {"at":"/Codigo","equals":403,"is":"forbidden"}]}]"#,
    );
    assert_eq!(profile.token_header(), TokenHeader { name: "API_TOKEN", prefix: "", suffix: "" });
    let login = login(&profile, &[]);
    let wrong = refused(login.read(
        &profile,
        200,
        br#"{"success":false,"hash":"x","messages":["Senha"],"tipoLogin":2}"#,
    ));
    assert_eq!((wrong.is, wrong.message.as_str(), wrong.code.as_str()), (Meaning::Credentials, "Senha", "2"));
    assert_eq!(refused(login.read(&profile, 200, br#"{"Codigo":"403"}"#)).is, Meaning::Forbidden);
    token(login.read(&profile, 200, br#"{"success":true,"hash":"x"}"#));
}
