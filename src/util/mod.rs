//! Small things that everything else stands on. They know nothing of tokens.

pub mod clock;
pub mod deadline;
pub mod encoding;
pub mod inherited;
pub mod lineage;
pub mod media_type;
pub mod panics;
pub mod per_process;
pub mod random;
pub mod secret;
pub mod sync;
pub mod thread_local;
#[cfg_attr(not(feature = "redis"), allow(dead_code))]
pub mod upkeep;
pub mod windows_1252;
