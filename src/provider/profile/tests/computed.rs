//! Values that are computed of others: what the standards say comes out, and what never does.

use super::*;
use crate::util::encoding::from_base64url;
use ring::signature::{self, UnparsedPublicKey};

/// RFC 7515, A.2 and A.3: the keys, as PKCS #1, SEC 1 and PKCS #8 have them.
const RSA: &str = include_str!("keys/rfc7515-rsa.pem");
const RSA_PKCS8: &str = include_str!("keys/rfc7515-rsa-pkcs8.pem");
const EC: &str = include_str!("keys/rfc7515-ec.pem");
const EC_PKCS8: &str = include_str!("keys/rfc7515-ec-pkcs8.pem");
const ENCRYPTED: &str = include_str!("keys/encrypted.pem");
const RSA_SHORT: &str = include_str!("keys/rsa-1024.pem");
const P384: &str = include_str!("keys/p384.pem");

/// The header `X` of a login that holds `text`, in a profile with these values.
fn header_of(
    values: &str,
    text: &str,
    set: &[(&str, &str)],
) -> (Result<String, Unfit>, Vec<crate::util::secret::Secret>) {
    let profile = Profile::parse(format!(
        r#"{{"erptoken_profile":1,"name":"x","environments":{{"production":{{"base":"https://h.example/v1"}}}},
        "options":{{"chave":null,"extra":null}},"values":{{{values}}},
        "login":[{{"url":"{{base}}/t","headers":{{"X":"{text}"}}}}]}}"#
    ))
    .unwrap();
    match profile.login[0].request(&profile, "https://h.example/v1/", &Set(set)) {
        Ok(request) => (Ok(header(&request, "X").unwrap_or("(none)").to_owned()), request.computed),
        Err(problem) => (Err(problem), Vec::new()),
    }
}

fn filled(values: &str, text: &str, set: &[(&str, &str)]) -> String {
    header_of(values, text, set).0.unwrap()
}

#[test]
fn base64_as_rfc_7617_has_it() {
    let basic = r#""basic":{"base64":"{username}:{password}"}"#;
    let set = [("username", "Aladdin"), ("password", "open sesame")];
    assert_eq!(filled(basic, "Basic {basic}", &set), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    let utf8 = [("username", "test"), ("password", "123\u{a3}")];
    assert_eq!(filled(basic, "Basic {basic}", &utf8), "Basic dGVzdDoxMjPCow==");
    let latin1 = r#""basic":{"base64":"{username}:{password}","charset":"latin1"}"#;
    assert_eq!(filled(latin1, "{basic}", &utf8), "dGVzdDoxMjOj");
    let problem = header_of(latin1, "{basic}", &[("username", "u"), ("password", "€")]).0.unwrap_err();
    assert_eq!(problem, Unfit::NotLatin1 { option: "basic".into() });
    // An empty half is the author's wish: `{password?}`.
    let half = r#""basic":{"base64":"{access_key}:{password?}"}"#;
    assert_eq!(filled(half, "{basic}", &[("access_key", "key")]), "a2V5Og==");
}

#[test]
fn hashes_as_their_standards_have_them() {
    let hash = |kind: &str, form: &str| {
        filled(&format!(r#""h":{{"{kind}":"{{password}}"{form}}}"#), "{h}", &[("password", "abc")])
    };
    assert_eq!(hash("sha256", ""), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(hash("sha256", r#","as":"base64""#), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    assert_eq!(hash("sha256", r#","as":"base64url""#), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    assert_eq!(hash("md5", r#","as":"hex""#), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(hash("md5", r#","as":"base64""#), "kAFQmDzST7DWlj99KOF/cg==");
    // RFC 4231, test case 2.
    let hmac = r#""h":{"hmac_sha256":"{username} for nothing?","key":"{password}"}"#;
    assert_eq!(
        filled(hmac, "{h}", &[("username", "what do ya want"), ("password", "Jefe")]),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

fn parts(token: &str) -> [Vec<u8>; 3] {
    let parts: Vec<_> = token.split('.').map(|part| from_base64url(part).unwrap().to_vec()).collect();
    parts.try_into().unwrap()
}

#[test]
fn hs256_signs_what_it_shows() {
    let jwt = r#""a":{"jwt":"HS256","key":"{password}","claims":{"iss":"joe","exp":1300819380,"root":true}}"#;
    let token = filled(jwt, "{a}", &[("password", "segredo")]);
    let [header, claims, tag] = parts(&token);
    assert_eq!(header, br#"{"alg":"HS256","typ":"JWT"}"#);
    assert_eq!(claims, br#"{"iss":"joe","exp":1300819380,"root":true}"#);
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"segredo");
    let (signed, _) = token.rsplit_once('.').unwrap();
    ring::hmac::verify(&key, signed.as_bytes(), &tag).unwrap();
}

#[test]
fn rs256_of_one_key_is_always_the_same() {
    // RSASSA-PKCS1-v1_5 has no random in it: the key of RFC 7515 A.2 and both its forms sign alike.
    let jwt = |pem: &str| {
        let made =
            r#""a":{"jwt":"RS256","key":"{chave}","header":{"kid":"{username?}"},"claims":{"iss":"joe"}}"#;
        filled(made, "{a}", &[("chave", pem)])
    };
    let token = jwt(RSA);
    assert_eq!(token, jwt(RSA_PKCS8));
    assert_eq!(token, jwt(&RSA.replace('\n', "\\n")), "line ends as JSON has them");
    assert_eq!(token, jwt(&RSA.replace('\n', "\r\n")));
    let [header, ..] = parts(&token);
    assert_eq!(header, br#"{"alg":"RS256","typ":"JWT"}"#, "what is not set is left out");
    verify_rsa(&token, &signature::RSA_PKCS1_2048_8192_SHA256);
}

/// With the public half of RFC 7515, A.2.1.
fn verify_rsa(token: &str, way: &'static signature::RsaParameters) {
    let n = from_base64url(include_str!("keys/rfc7515-rsa-n.txt").trim()).unwrap();
    let e = from_base64url("AQAB").unwrap();
    let (signed, _) = token.rsplit_once('.').unwrap();
    let [.., tag] = parts(token);
    let public = signature::RsaPublicKeyComponents { n: n.as_slice(), e: e.as_slice() };
    public.verify(way, signed.as_bytes(), &tag).unwrap();
}

#[test]
fn ps256_and_es256_sign_anew_each_time() {
    let jwt = |algorithm: &str, pem: &str| {
        filled(
            &format!(r#""a":{{"jwt":"{algorithm}","key":"{{chave}}","claims":{{"aud":"{{base}}/token"}}}}"#),
            "{a}",
            &[("chave", pem)],
        )
    };
    for pem in [RSA, RSA_PKCS8] {
        let token = jwt("PS256", pem);
        assert_ne!(token, jwt("PS256", pem));
        verify_rsa(&token, &signature::RSA_PSS_2048_8192_SHA256);
    }
    let x = from_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU").unwrap();
    let y = from_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0").unwrap();
    let public = [&[4][..], &x, &y].concat();
    let public = UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, public);
    // Many, since a number in the signature may be short.
    for pem in [EC, EC_PKCS8].repeat(40) {
        let token = jwt("ES256", pem);
        let (signed, _) = token.rsplit_once('.').unwrap();
        let [header, claims, tag] = parts(&token);
        assert_eq!(header, br#"{"alg":"ES256","typ":"JWT"}"#);
        assert_eq!(claims, br#"{"aud":"https://h.example/v1/token"}"#);
        public.verify(signed.as_bytes(), &tag).unwrap();
    }
}

#[test]
fn a_key_that_does_not_fit_is_told_by_its_option_and_never_shown() {
    let refused = |algorithm: &str, pem: &str| {
        let made = format!(r#""a":{{"jwt":"{algorithm}","key":"{{chave}}","claims":{{}}}}"#);
        let problem = header_of(&made, "{a}", &[("chave", pem)]).0.unwrap_err();
        let told = crate::messages::Message::RequestUnfit { provider: None, problem };
        let texts = crate::messages::Language::ALL.map(|language| told.told(language).to_string());
        for text in &texts {
            assert!(text.contains("chave: ") && !text.contains(&pem[pem.len() / 2..][..8]), "{text}");
        }
        texts[0].clone()
    };
    assert!(refused("RS256", "segredo1234 segredo5678").contains("BEGIN PRIVATE KEY"));
    let encrypted = refused("RS256", ENCRYPTED);
    assert!(encrypted.contains("is encrypted"), "{encrypted}");
    assert!(refused("RS256", EC).contains("RSA"));
    assert!(refused("PS256", RSA_SHORT).contains("2048"));
    assert!(refused("ES256", RSA).contains("P-256"));
    assert!(refused("ES256", P384).contains("P-256"));
    assert!(refused("ES256", &EC[..EC.len() / 2]).contains("damaged"));
}

#[test]
fn the_moment_and_the_number_are_one_for_a_request_and_others_for_the_next() {
    let values = r#""a":{"base64":"{now}|{now+300}|{now-60:integer}|{uuid}"}"#;
    let twice = filled(values, "{a} {a} {now} {uuid}", &[]);
    let words: Vec<&str> = twice.split(' ').collect();
    assert_eq!(words[0], words[1]);
    let inside = String::from_utf8(from_base64url(words[0]).unwrap().to_vec()).unwrap();
    let now: i64 = words[2].parse().unwrap();
    assert_eq!(inside, format!("{now}|{}|{}|{}", now + 300, now - 60, words[3]));
    assert!((1_700_000_000..4_000_000_000).contains(&now));
    let uuid = words[3].as_bytes();
    assert_eq!((uuid.len(), uuid[14], [8, 13, 18, 23].map(|at| uuid[at])), (36, b'4', [b'-'; 4]));
    assert!(b"89ab".contains(&uuid[19]));
    assert_ne!(filled(values, "{uuid}", &[]), words[3]);
    let utc = filled("", "{now:utc}", &[]);
    assert!(utc.len() == 19 && &utc[..2] == "20" && &utc[10..11] == " ", "{utc}");
}

#[test]
fn what_is_made_of_what_is_not_set_is_not_set() {
    let values = r#""basic":{"base64":"{client_id}:{client_secret}"},"outer":{"sha256":"{basic}"}"#;
    assert_eq!(header_of(values, "Basic {basic?}", &[("client_id", "c")]).0.unwrap(), "(none)");
    assert_eq!(header_of(values, "{outer?}", &[("client_id", "c")]).0.unwrap(), "(none)");
    let problem = header_of(values, "{outer}", &[("client_id", "c")]).0.unwrap_err();
    assert_eq!(problem, Unfit::NotSet { option: "client_secret".into() });
    let set = [("client_id", "c"), ("client_secret", "s")];
    let (header, computed) = header_of(values, "{outer?}", &set);
    let told: Vec<&str> = computed.iter().map(|one| one.expose()).collect();
    assert_eq!(told, ["Yzpz", header.unwrap().as_str()], "both are to be hidden");
}

#[test]
fn a_profile_cannot_make_it_work_for_long() {
    // Each is twice the one before: 2^14 of them, and 16 deep at most.
    let mut values = r#""v0":{"base64":"{password}"}"#.to_owned();
    for n in 1..15 {
        values += &format!(r#","v{n}":{{"base64":"{{v{}}}{{v{}}}"}}"#, n - 1, n - 1);
    }
    let began = std::time::Instant::now();
    let problem = header_of(&values, "{v14}", &[("password", "segredo")]).0.unwrap_err();
    assert!(matches!(problem, Unfit::TooMuch { .. }), "{problem:?}");
    let problem = header_of(&values, "{v14?}", &[("password", "segredo")]).0.unwrap_err();
    assert!(matches!(problem, Unfit::TooMuch { .. }), "{problem:?}");
    let hashes = values.replace("base64", "sha256");
    let problem = header_of(&hashes, "{v14}", &[("password", "segredo")]).0.unwrap_err();
    assert!(matches!(problem, Unfit::TooMuch { .. }), "{problem:?}");
    assert!(began.elapsed().as_secs() < 20);
    let long = "s".repeat(60_000);
    let problem = header_of(r#""a":{"base64":"x"}"#, &"{password}".repeat(50), &[("password", &long)]).0;
    assert!(matches!(problem, Err(Unfit::TooMuch { .. })), "{problem:?}");
}

#[test]
fn values_that_no_one_should_write() {
    let refused = |more: &str, place: &str| {
        let problems = problems_of(&small(more));
        assert!(problems.iter().any(|problem| problem.contains(place)), "{more}: {problems:?}");
    };
    refused(r#","values":{"a":{"base64":"{b}"},"b":{"sha256":"{a}"}}"#, "values.a: it is made of itself");
    refused(r#","values":{"a":{"base64":"{a}"}}"#, "values.a: it is made of itself");
    let mut deep = r#""v0":{"md5":"x"}"#.to_owned();
    (1..20).for_each(|n| deep += &format!(r#","v{n}":{{"md5":"{{v{}}}"}}"#, n - 1));
    refused(&format!(r#","values":{{{deep}}}"#), "values.v19: it is made of itself");
    refused(r#","values":{"a":{}}"#, "values.a: ");
    refused(r#","values":{"a":{"base64":"x","md5":"y"}}"#, "values.a");
    refused(r#","values":{"a":{"base64":"{nobody}"}}"#, "`nobody`");
    refused(r#","values":{"now":{"base64":"x"}}"#, "values.now: ");
    refused(r#","values":{"password":{"base64":"x"}}"#, "values.password: ");
    refused(r#","values":{"a":{"hmac_sha256":"x"}}"#, "values.a");
    refused(r#","values":{"a":{"base64":"x","key":"y"}}"#, "values.a.key: ");
    refused(r#","values":{"a":{"base64":"x","as":"hex"}}"#, "values.a.as: ");
    refused(r#","values":{"a":{"md5":"x","charset":"latin1"}}"#, "values.a.charset: ");
    refused(
        r#","values":{"a":{"jwt":"HS256","key":"{secret}","header":{"alg":"none"},"claims":{}}}"#,
        "values.a.header.alg",
    );
    for more in [
        r#","values":{"a":{"base64":"{client_key}"}}"#,
        r#","values":{"a":{"jwt":"HS256","key":"{client_key}","claims":{}}}"#,
        r#","values":{"a":{"jwt":"RS256","key":"x{client_key}","claims":{}}}"#,
        r#","authorize":{"A":"{access_token}","K":"{client_key}"}"#,
    ] {
        refused(more, "`{client_key}` signs and is never sent");
    }
    for form in ["{now+}", "{now+1.5}", "{now*2}", "{now+12345678901}", "{tenant+1}", "{now+-1}"] {
        refused(&format!(r#","values":{{"a":{{"base64":"{form}"}}}}"#), "values.a.base64: ");
    }
    for form in [
        "{client_certificate}",
        "{tenant:sha256}",
        "{client_certificate:md5}",
        "{client_certificate:integer}",
    ] {
        refused(&format!(r#","values":{{"a":{{"base64":"{form}"}}}}"#), "values.a.base64: what follows");
    }
    for more in [r#","authorize_query":{"k":"{id}"}"#, r#","authorize_query":{"k":"{page}"}"#] {
        refused(more, "authorize_query.k: ");
    }
    refused(r#","authorize_json":{"k":{"in":["{expires_at}","{page}"]}}"#, "authorize_json.k: ");
    refused(r#","fixed":{"access_token":"{password}"}"#, "login: ");
    let authorized = r#","authorize":{},"authorize_json":{"t":"{access_token}"},"logout":{"url":"{base}/x","authorize":true"#;
    refused(&format!(r#"{authorized},"form":{{"a":"b"}}}}"#), "logout.form: `authorize_json` puts");
    refused(&format!(r#"{authorized},"json":["a"]}}"#), "logout.json: `authorize_json` puts");
    for good in [
        r#","authorize":{},"authorize_query":{"k":"{access_token}"}"#,
        r#","authorize":{},"authorize_json":{"k":{"in":["{access_token}"]}}"#,
        r#","authorize":{"Cookie":"S={access_token}; T={tenant?}"}"#,
        r#","values":{"a":{"jwt":"RS256","key":"{client_key}","claims":{"x5":"{client_certificate:sha1}"}}}"#,
    ] {
        Profile::parse(small(good)).map(drop).unwrap_or_else(|problems| panic!("{good}: {problems:?}"));
    }
}

#[test]
fn what_is_computed_is_a_number_only_where_it_is_one() {
    let profile = Profile::parse(
        r#"{"erptoken_profile":1,"name":"x","environments":{"production":{"base":"https://h.example"}},
        "values":{"a":{"base64":"{tenant}"}},
        "login":[{"url":"{base}/t","json":{"n":"{a:integer}","at":"{now+5:integer}"}}]}"#,
    )
    .unwrap();
    let request = |tenant: &str| {
        let request = profile.login[0].request(&profile, "https://h.example", &Set(&[("tenant", tenant)]))?;
        Ok::<_, Unfit>(body(&request).to_owned())
    };
    assert_eq!(request("x}").unwrap_err(), Unfit::NotDigits { option: "a".into() });
}
