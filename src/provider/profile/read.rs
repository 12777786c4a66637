//! From the bytes of a file to the model, with all that is wrong on the way.

mod cursor;
mod encoding;
mod json;
pub(super) mod log;
mod nearest;
mod operation;
mod parts;
pub(super) mod place;

use super::model::Profile;
use super::validate;
use crate::messages::Problem;
pub(super) use cursor::is_token;
use cursor::Cursor;
pub(super) use json::Node;
use log::Log;
pub(super) use operation::TOKEN_FIELDS;

/// Larger files are no profiles.
const MAX_BYTES: usize = 1 << 20;

/// A profile and what is odd in it, or all that is wrong.
pub(super) fn read(bytes: &[u8], with_oddities: bool) -> Result<(Profile, Vec<Problem>), Vec<Problem>> {
    let text = match encoding::text(bytes) {
        Ok(text) => text,
        Err((line, fault)) => {
            let log = Log::new("");
            log.syntax(0, fault, "");
            let mut found = log.finish();
            found.iter_mut().for_each(|problem| (problem.line, problem.column) = line);
            return Err(found);
        }
    };
    let log = Log::new(text);
    let Some(root) = json::parse(text, &log) else {
        return Err(log.finish());
    };
    let profile = parts::profile(&Cursor::new(&root, &log));
    log.begin_checks();
    let Some(profile) = profile else {
        return Err(log.finish());
    };
    validate::check(&profile, &validate::Report { root: &root, log: &log });
    if !log.is_empty() {
        return Err(log.finish());
    }
    if with_oddities {
        super::validate_values::warn(&profile, &validate::Report { root: &root, log: &log });
    }
    Ok((profile, log.finish()))
}
