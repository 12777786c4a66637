//! The options of accounts and of the process, and what they amount to.

pub mod client_certificate;
pub mod options;
pub mod process;
