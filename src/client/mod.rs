//! What a program sees of the library: an account, a request with its token, what both tell.

pub mod account;
pub mod info;
pub mod request;
