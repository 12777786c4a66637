//! Where tokens come from: a provider described as data, a login, application tokens.

pub mod app_tokens;
pub mod login;
#[allow(dead_code)] // its further headers and addresses wait for requests
pub mod profile;
