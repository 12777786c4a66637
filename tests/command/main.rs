//! The command `erptoken`, as a shell runs it: the real program against the sandbox.

#![cfg(unix)]

#[path = "../sandbox/mod.rs"]
mod sandbox;
#[path = "../support/mod.rs"]
mod support;

mod codes;
mod consent;
mod files;
mod languages;
mod pages;
mod privileged;
mod run;
mod secrets;
mod subcommands;
mod terminal;
