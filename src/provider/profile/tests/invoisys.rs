use super::*;

fn invoisys() -> &'static Profile {
    builtin("invoisys").expect("built in")
}

#[test]
fn the_form_as_sent() {
    let profile = invoisys();
    let (name, environment) = profile.environment(Some("test")).unwrap();
    assert_eq!(name, "sandbox");
    let values = Set(&[("username", "email@email.com.br"), ("password", "a&b=ç+% \"😀 ")]);
    let request = login(profile, &["username", "password"]);
    let request = request.request(profile, &environment.base, &values).unwrap();
    assert_eq!(request.url.as_str(), "https://sandbox-api.invoisys.com.br/api/token");
    assert_eq!(
        body(&request),
        "grant_type=password&username=email%40email.com.br&password=a%26b%3D%C3%A7%2B%25+%22%F0%9F%98%80+"
    );
    assert_eq!(request.body.as_ref().unwrap().content_type, "application/x-www-form-urlencoded");
    assert_eq!(header(&request, "Accept"), Some("application/json"));
    assert_eq!(profile.environment(None).unwrap().0, "production");
}

#[test]
fn both_400s() {
    let profile = invoisys();
    let login = login(profile, &["username", "password"]);
    let wrong = br#"{"error":"credenciais_invalidas","error_description":"Credenciais inv\u00e1lidas."}"#;
    let wrong = refused(login.read(profile, 400, wrong));
    assert_eq!(wrong.is, Meaning::Credentials);
    assert_eq!(
        (wrong.code.as_str(), wrong.message.as_str()),
        ("credenciais_invalidas", "Credenciais inválidas.")
    );
    let grant = refused(login.read(profile, 400, br#"{"error":"unsupported_grant_type"}"#));
    assert_eq!(grant.is, Meaning::Response);
    let newer = refused(login.read(profile, 400, br#"{"mensagem":"n\u00e3o","token":null}"#));
    assert_eq!((newer.is, newer.message.as_str()), (Meaning::Credentials, "não"));
}

#[test]
fn a_latin1_error_is_still_read() {
    let profile = invoisys();
    let answer = refused(login(profile, &["username", "password"]).read(
        profile,
        400,
        b"{\"error_description\":\"inv\xe1lidas\"}",
    ));
    assert_eq!((answer.message.as_str(), answer.form), ("inválidas", BodyForm::Vendor));
}

#[test]
fn the_answer_and_what_is_not_there() {
    let profile = invoisys();
    let answer = br#"{"access_token":"pehddf4BLGV8UZ4Z_oil-TSj","token_type":"bearer","expires_in":92843}"#;
    let taken = token(login(profile, &["username", "password"]).read(profile, 200, answer));
    assert_eq!(taken.expires, Expires::Seconds(92843));
    assert_eq!(taken.token_type.as_deref(), Some("bearer"));
    assert!(taken.refresh_token.is_none());
    assert!(profile.refresh().is_none() && profile.logout().is_none() && profile.app().is_none());
    assert_eq!((profile.life().use_at_most_s, profile.life().default_s), (Some(43200), 300));
}
