//! Authorization servers that nobody here wrote, from their packages, each started by its test on this machine:
//! django-oauth-toolkit, `oidc-provider`, glewlwyd, and `oauth2-mock-server` in Keycloak's shape. What is asked of them is
//! asked through the C ABI. `install.sh` brings them; a test whose server is not there says so and passes, unless
//! `ERPTOKEN_REQUIRE_ALL` is 1.

#![cfg(target_os = "linux")]

#[path = "../requests/answer.rs"]
#[allow(dead_code)]
mod answer;
#[path = "../providers/app.rs"]
#[allow(dead_code)]
mod app;
#[path = "../providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "../providers/ground.rs"]
#[allow(dead_code)]
mod ground;
#[path = "../sandbox/mod.rs"]
mod sandbox;
#[path = "../support/mod.rs"]
mod support;
#[path = "../store/worker.rs"]
#[allow(dead_code)]
mod worker;

mod django;
mod family;
mod glewlwyd;
mod keycloak;
mod oidc_provider;
mod ready;
mod server;
