//! C in, C out: the only layer that sees pointers. One file per section of the header; the bodies below take
//! checked values and answer `Result`.
//!
//! A function with texts has its body beside it, generic over the unit that texts are made of: `families`
//! exports the same bodies twice more, for UTF-16 and for 8-bit texts in the ANSI code page.

#![allow(unsafe_code)]
// What each pointer must be is said in the words of the header, for readers of C.
#![allow(clippy::missing_safety_doc)]

pub mod accounts;
pub mod app_tokens;
pub mod constants;
pub mod errors;
pub mod process;
pub mod pure;
pub mod requests;
pub mod tokens;

mod callbacks;
mod entry;
mod families;
mod floats;
mod handles;
mod last_error;
mod state;
mod text;
mod unit;
