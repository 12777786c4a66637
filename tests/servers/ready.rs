//! The ready profiles of the project, as they are delivered, at servers that nobody here wrote.

use crate::answer;
use crate::client::*;
use crate::oidc_provider::SECRET;
use crate::server::Server;
use crate::{django, glewlwyd, keycloak, support};

/// An account by a ready profile: the address of the tokens, that of the API, and what the client is given.
fn account(name: &str, token_url: &str, api_url: &str, options: &[(&str, &str)]) -> Account {
    let path = support::project().join(format!("profiles/{name}.json"));
    let account = Account::with(path.to_str().unwrap(), &[("base_url", token_url), ("api_url", api_url)]);
    for (option, value) in options {
        account.set(option, value).unwrap_or_else(|failure| panic!("{name}, {option}: {failure:?}"));
    }
    account
}

/// The API takes the token, and once more the one that follows it.
#[track_caller]
fn works(account: &Account, api: &str) {
    let first = account.token();
    assert_eq!(answer::get(account, api).unwrap().status(), 200);
    account.reject(&first).unwrap();
    assert_ne!(account.token(), first);
    assert_eq!(answer::get(account, api).unwrap().status(), 200);
}

#[test]
fn oauth2_password() {
    if let Some(server) = Server::django("ready-django") {
        let [id, secret] = django::CLIENT;
        let options = [id, secret, ("username", "maria"), ("password", django::PASSWORD)];
        let account = account("oauth2-password", &format!("{}/token", server.base), &server.base, &options);
        works(&account, "/api/");
        assert_eq!(account.info("source"), "refresh");
        account.set("password", "errada").unwrap();
        account.refused(ERPTOKEN_E_CREDENTIALS);
    }
    if let Some(server) = Server::glewlwyd("ready-glewlwyd") {
        let token_url = format!("{}/api/oidc/token", server.base);
        let account = account("oauth2-password", &token_url, &server.base, &glewlwyd::MARIA);
        works(&account, "/api/oidc/userinfo");
        assert_eq!(account.info("source"), "refresh");
    }
}

#[test]
fn a_token_address_that_ends_with_a_slash() {
    let Some(server) = Server::django("ready-slash") else { return };
    let [id, secret] = django::CLIENT;
    let options = [id, secret, ("username", "maria"), ("password", django::PASSWORD)];
    let token_url = format!("{}/o/token/", server.base);
    works(&account("oauth2-password", &token_url, &server.base, &options), "/api/");
}

#[test]
fn oauth2_client_credentials() {
    for name in ["oauth2-client-credentials", "oauth2-client-credentials-basic"] {
        if let Some(server) = Server::django(&format!("{name}-django")) {
            let options = [("client_id", "machine"), ("client_secret", "segredo&machine"), ("scope", "read")];
            works(&account(name, &format!("{}/token", server.base), &server.base, &options), "/api/");
        }
        if let Some(server) = Server::glewlwyd(&format!("{name}-glewlwyd")) {
            let options = [("client_id", "machine"), ("client_secret", "segredo-machine"), ("scope", "erp")];
            account(name, &format!("{}/api/oidc/token", server.base), &server.base, &options).token();
        }
        if let Some(server) = Server::oidc_provider(&format!("{name}-oidc")) {
            let client = if name.ends_with("basic") { "basic" } else { "post" };
            let options = [("client_id", client), ("client_secret", SECRET), ("scope", "api")];
            works(&account(name, &format!("{}/token", server.base), &server.base, &options), "/api");
        }
    }
}

#[test]
fn oauth2_client_credentials_by_keys_and_certificates() {
    let Some(server) = Server::oidc_provider("ready-oidc") else { return };
    let file = |name: &str| server.folder.join(name).display().to_string();
    let options = [("client_id", "rs256"), ("client_key", &*file("rsa.pem")), ("scope", "api")];
    let token_url = format!("{}/token", server.base);
    works(&account("oauth2-client-credentials-jwt", &token_url, &server.base, &options), "/api");
    let token_url = format!("{}/token", server.tls);
    for (client, certificate) in [("tls", "erp"), ("self", "self")] {
        let options = [
            ("client_id", client),
            ("scope", "api"),
            ("ca_file", &*file("ca.pem")),
            ("client_certificate", &*file(&format!("{certificate}.pem"))),
            ("client_key", &*file(&format!("{certificate}.key"))),
        ];
        works(&account("oauth2-client-credentials-mtls", &token_url, &server.tls, &options), "/api");
    }
}

#[test]
fn keycloak() {
    let Some(server) = Server::keycloak("ready-keycloak") else { return };
    let ready = |name: &str, options: &[(&str, &str)]| {
        let path = support::project().join(format!("profiles/{name}.json"));
        let account = server.account(path.to_str().unwrap(), options);
        account.set("tenant", "empresa").unwrap();
        account
    };
    let maria = ready("keycloak-user", &keycloak::MARIA);
    let first = maria.token();
    maria.reject(&first).unwrap();
    assert_ne!(maria.token(), first);
    assert_eq!((maria.info("source").as_str(), maria.info("scope").as_str()), ("refresh", "profile email"));
    maria.set("password", "errada").unwrap();
    maria.refused(ERPTOKEN_E_CREDENTIALS).assert_says(&["Invalid user credentials"]);
    let machine = ready("keycloak", &keycloak::MARIA[..2]);
    let first = machine.token();
    machine.reject(&first).unwrap();
    assert_ne!(machine.token(), first);
    assert_eq!(machine.info("source"), "login");
}
