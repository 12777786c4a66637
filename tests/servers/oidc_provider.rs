//! `oidc-provider`, which is certified: every way in which a client can say who it is, and tokens that are good with one
//! certificate only.

use serde_json::{json, Value};

use crate::answer;
use crate::client::*;
use crate::server::{openssl, Server};

pub const SECRET: &str = "segredo-do-erp-0123456789-abcdefghijkl";
/// Who the assertions are for.
const TOKEN: &str = "{base}/token";

/// Client credentials: what a client needs, and what it sends beside its id.
fn profile(needs: &[&str], login: Value) -> Value {
    let mut operation = json!({
        "needs": needs, "url": "{base}/token",
        "form": { "grant_type": "client_credentials", "client_id": "{client_id}", "scope": "{scope?}" }
    });
    for (part, value) in login.as_object().unwrap() {
        match (operation.get_mut(part), value) {
            (Some(Value::Object(there)), Value::Object(more)) => there.extend(more.clone()),
            _ => operation[part] = value.clone(),
        }
    }
    json!({
        "erptoken_profile": 1, "name": "oidc-provider",
        "environments": { "production": { "base": "https://127.0.0.1" } },
        "login": [operation]
    })
}

fn account(server: &Server, name: &str, profile: &Value, options: &[(&str, &str)]) -> Account {
    let account = server.account(&server.profile(name, profile), &[("client_id", name), ("scope", "api")]);
    for (option, value) in options {
        account.set(option, value).unwrap_or_else(|failure| panic!("{option}: {failure:?}"));
    }
    account
}

/// The API knows the token, and whose it is.
#[track_caller]
fn is_known(account: &Account, client: &str) {
    let answer = answer::get(account, "/api").unwrap();
    assert_eq!((answer.status(), answer.field("/client").as_str()), (200, client));
}

#[test]
fn a_secret_in_the_form_is_taken_and_a_wrong_one_is_the_clients() {
    let Some(server) = Server::oidc_provider("oidc-post") else { return };
    let post = profile(&["client_secret"], json!({ "form": { "client_secret": "{client_secret}" } }));
    let account = account(&server, "post", &post, &[("client_secret", SECRET)]);
    account.token();
    assert!((590..=600).contains(&account.number("expires_in")));
    is_known(&account, "post");
    account.set("client_secret", "outro").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.server_code.as_str(), failure.http_status), ("invalid_client", 401));
    assert!(account.refused(ERPTOKEN_E_CREDENTIALS).is_remembered());
    assert_eq!(server.count("refused"), 1);
}

/// An account at the server's https, with a client certificate.
fn with_certificate(server: &Server, client: &str, certificate: &str) -> Account {
    let file = |name: String| server.folder.join(&name).display().to_string();
    let profile = profile(&["client_certificate"], json!({}));
    let account =
        account(server, client, &profile, &[("base_url", &server.tls), ("ca_file", &file("ca.pem".into()))]);
    account.set("client_certificate", &file(format!("{certificate}.pem"))).unwrap();
    account.set("client_key", &file(format!("{certificate}.key"))).unwrap();
    account
}

#[test]
fn a_certificate_is_the_credential_and_the_token_is_good_with_it_alone() {
    let Some(server) = Server::oidc_provider("oidc-mtls") else { return };
    // One that an authority signed, and one that the server was told of.
    for (client, certificate) in [("tls", "erp"), ("self", "self")] {
        let account = with_certificate(&server, client, certificate);
        let token = account.token();
        is_known(&account, client);
        let bound = answer::get(&account, "/api").unwrap().field("/bound");
        assert_eq!(bound.len(), 43, "the token is bound to a certificate: {bound}");
        // Whoever has the token and not the key has nothing.
        let thief = with_certificate(&server, client, if client == "tls" { "self" } else { "erp" });
        thief.set("access_token", &token).unwrap();
        assert_eq!(thief.token(), token);
        let failure =
            answer::get(&thief, "/api").map(drop).expect_err("the API says 401, and no login helps");
        assert_eq!(
            (failure.status, failure.server_code.as_str()),
            (ERPTOKEN_E_CREDENTIALS, "invalid_client")
        );
        assert_eq!(server.api(&token), 401);
        is_known(&account, client);
    }
}

#[test]
fn a_certificate_comes_as_authorities_deliver_it() {
    let Some(server) = Server::oidc_provider("oidc-pfx") else { return };
    // Two scopes are two logins, though the certificate is one.
    for (name, more, scope) in [("new", "", "api"), ("old", "-legacy", "")] {
        let line =
            format!("pkcs12 -export -in erp.pem -inkey erp.key -out {name}.pfx -passout pass:senha1 {more}");
        openssl(server.folder.path(), &line);
        let account = account(
            &server,
            "tls",
            &profile(&["client_certificate"], json!({})),
            &[
                ("base_url", &server.tls),
                ("ca_file", &server.folder.join("ca.pem").display().to_string()),
                ("scope", scope),
                ("client_certificate_password", "senha1"),
                ("client_certificate", &server.folder.join(&format!("{name}.pfx")).display().to_string()),
            ],
        );
        account.token();
        is_known(&account, "tls");
    }
    assert_eq!(server.count("granted"), 2);
}

#[test]
fn another_certificate_is_refused_and_said_to_be() {
    let Some(server) = Server::oidc_provider("oidc-mtls-wrong") else { return };
    for (client, certificate) in [("tls", "self"), ("self", "erp")] {
        let account = with_certificate(&server, client, certificate);
        let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
        assert_eq!((failure.server_code.as_str(), failure.http_status), ("invalid_client", 401));
    }
    assert_eq!(server.count("granted"), 0);
}

/// What RFC 7523 wants to be signed, for this server.
pub fn assertion(algorithm: &str, key: &str, audience: &str) -> Value {
    json!({ "jwt": algorithm, "key": key, "claims": {
        "iss": "{client_id}", "sub": "{client_id}", "aud": audience, "jti": "{uuid}",
        "iat": "{now:integer}", "exp": "{now+60:integer}" } })
}

/// Logs in by a signature; the next login has another one, as this server takes each once only.
#[track_caller]
fn signs(server: &Server, client: &str, needs: &[&str], value: Value, options: &[(&str, &str)]) -> Account {
    let mut profile = profile(
        needs,
        json!({ "form": {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": "{assertion}" } }),
    );
    profile["values"] = json!({ "assertion": value });
    let account = account(server, client, &profile, options);
    let first = account.token();
    is_known(&account, client);
    account.reject(&first).unwrap();
    assert_ne!(account.token(), first);
    is_known(&account, client);
    account
}

#[test]
fn http_basic_of_two_options() {
    let Some(server) = Server::oidc_provider("oidc-basic") else { return };
    let mut basic = profile(&["client_secret"], json!({ "headers": { "Authorization": "Basic {basic}" } }));
    basic["values"] = json!({ "basic": { "base64": "{client_id}:{client_secret}" } });
    let account = account(&server, "basic", &basic, &[("client_secret", SECRET)]);
    account.token();
    is_known(&account, "basic");
    account.set("client_secret", "outro").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.server_code.as_str(), failure.http_status), ("invalid_client", 401));
}

#[test]
fn assertions_are_signed_as_the_server_checks_them() {
    let Some(server) = Server::oidc_provider("oidc-assertions") else { return };
    let file = |name: &str| server.folder.join(name).display().to_string();
    signs(
        &server,
        "hs256",
        &["client_secret"],
        assertion("HS256", "{client_secret}", TOKEN),
        &[("client_secret", SECRET)],
    );
    for (client, key) in [("rs256", "rsa.pem"), ("ps256", "rsa.pem"), ("es256", "ec.pem")] {
        let value = assertion(&client.to_uppercase(), "{client_key}", TOKEN);
        let account = signs(&server, client, &["client_key"], value, &[("client_key", &file(key))]);
        // Another key of the same kind is not the client's.
        let other = if key == "ec.pem" { "erp.key" } else { "other.pem" };
        account.set("client_key", &file(other)).unwrap();
        let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
        assert_eq!((failure.server_code.as_str(), failure.http_status), ("invalid_client", 401));
    }
    assert_eq!(server.count("granted"), 8, "{}", server.counts());
}

#[test]
fn an_assertion_is_signed_with_a_key_that_an_option_of_the_profile_holds() {
    let Some(server) = Server::oidc_provider("oidc-own-key") else { return };
    let pem = std::fs::read_to_string(server.folder.join("ec.pem")).unwrap();
    let mut of_option = profile(
        &["signing_key"],
        json!({ "form": {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": "{assertion}" } }),
    );
    of_option["options"] = json!({ "signing_key": null });
    of_option["values"] = json!({ "assertion": assertion("ES256", "{signing_key}", TOKEN) });
    let account = account(&server, "es256", &of_option, &[("signing_key", &pem)]);
    account.token();
    is_known(&account, "es256");
}
