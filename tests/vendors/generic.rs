//! The profiles that are of no vendor: OAuth 2 as its RFCs have it, keys and HTTP Basic.

use serde_json::json;

use crate::asked::Asked;
use crate::books::Books;
use crate::http::Response;
use crate::jwt;
use crate::oauth::{Client, Grant, OAuth};
use crate::play::*;

players! {
    oauth2_password, "oauth2-password", OAuth { grant: Grant::Password, refresh: Some(true), ..OAuth::default() };
    oauth2_password_whose_refresh_token_stays, "oauth2-password", OAuth {
        grant: Grant::Password, refresh: Some(false), fields: &[("scope", "openid erp")],
        options: |at| scoped(at, "openid erp"), ..OAuth::default()
    };
    oauth2_password_without_refresh, "oauth2-password", OAuth { grant: Grant::Password, ..OAuth::default() };
    oauth2_client_credentials, "oauth2-client-credentials", OAuth::default();
    oauth2_client_credentials_with_a_scope, "oauth2-client-credentials", OAuth {
        fields: &[("scope", "boletos.read"), ("audience", "https://api.example/v1")],
        options: |at| {
            let mut options = scoped(at, "boletos.read");
            options.push(("audience", "https://api.example/v1".to_owned()));
            options
        },
        ..OAuth::default()
    };
    oauth2_client_credentials_basic, "oauth2-client-credentials-basic",
        OAuth { client: Client::Basic, ..OAuth::default() };
    oauth2_client_credentials_jwt_by_key, "oauth2-client-credentials-jwt", OAuth {
        client: Client::Assertion(jwt::is_by_key), options: jwt::key_options, refused_client: 400, ..OAuth::default()
    };
    oauth2_client_credentials_jwt_by_certificate, "oauth2-client-credentials-jwt", OAuth {
        client: Client::Assertion(jwt::is_by_certificate), options: jwt::certificate_options, ..OAuth::default()
    };
    oauth2_client_credentials_mtls, "oauth2-client-credentials-mtls",
        OAuth { client: Client::Certificate, ..OAuth::default() };
    api_key_header, "api-key-header", Key::Header;
    api_key_query, "api-key-query", Key::Query;
    basic, "basic", Key::Basic;
}

fn scoped(at: &str, scope: &str) -> Vec<(&'static str, String)> {
    let mut options = (OAuth::default().options)(at);
    options.push(("scope", scope.to_owned()));
    options
}

/// An API that wants its key with each call.
enum Key {
    Header,
    Query,
    Basic,
}

const KEY: &str = "k-93f/á=&b";
const PLAIN_KEY: &str = "k-93f/=&b";

impl Vendor for Key {
    fn facts(&self) -> Facts {
        Facts::fixed("/v1/itens?pagina=1")
    }

    fn options(&self, at: &str) -> Vec<(&'static str, String)> {
        let mut options = vec![("base_url", format!("{at}/loja"))];
        match self {
            Key::Header => options.push(("access_key", PLAIN_KEY.into())),
            Key::Query => options.push(("access_key", PLAIN_KEY.into())),
            Key::Basic => options.extend([("username", "joão".into()), ("password", KEY.into())]),
        }
        options
    }

    fn wrong(&self) -> Vec<(&'static str, String)> {
        let name = if matches!(self, Key::Basic) { "password" } else { "access_key" };
        vec![(name, "another".into())]
    }

    fn answer(&mut self, asked: &Asked, books: &mut Books) -> Response {
        let refused = || Response::json(401, &json!({ "message": "Unauthorized" }));
        if !asked.is("GET", "/loja/v1/itens") || asked.field("pagina").as_deref() != Some("1") {
            return books.strange(&asked.request.target(), Response::empty(404));
        }
        let right = match self {
            Key::Header => asked.says("X-Api-Key", PLAIN_KEY) && asked.query_is(&[("pagina", "1")]),
            Key::Query => asked.query_is(&[("pagina", "1"), ("api_key", PLAIN_KEY)]),
            Key::Basic => asked.is_basic("joão", KEY) && asked.query_is(&[("pagina", "1")]),
        };
        // The key is nowhere but where it belongs.
        let elsewhere = !matches!(self, Key::Basic) && !asked.has_no_authorization();
        if elsewhere {
            return books.strange("an Authorization that nobody wanted", refused());
        }
        if books.fixed_call(right) {
            Response::json(200, &json!([]))
        } else {
            refused()
        }
    }
}
