//! English: application tokens.

use super::{AppToken, ExpiresFault};
use crate::messages::message::en::En;
use crate::messages::wording::all_of;
use crate::messages::wording::en::said;
use std::fmt::{Display, Formatter, Result};

impl Display for En<'_, AppToken> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use AppToken::*;
        match self.0 {
            Expires { fault } => write!(
                f,
                "expires is not usable: {}; give a number of days (\"365\"), or an instant with its zone \
                 (\"2027-01-31T23:59:00-03:00\")",
                En(fault)
            ),
            UnusableId => write!(
                f,
                "the id is not usable: take it as erptoken_app_create or erptoken_app_list gave it; nothing was sent"
            ),
            MissingToCreate { provider, options } => write!(
                f,
                "{provider} creates an application token only with {}: set it with erptoken_set",
                all_of(options, "and")
            ),
            NeedsStore => write!(
                f,
                "\"token\" = \"application\" needs a store that outlives the program, or each start would create another \
                 token: set \"store\" with erptoken_configure"
            ),
            ExpiresRefused { provider, http_status, asked, server } => write!(
                f,
                "{provider} does not take {asked} as the end of a token (HTTP {http_status}): try an earlier one, and look \
                 at this machine's clock.{}",
                said(server)
            ),
            PasswordRefused { provider, http_status, server } => write!(
                f,
                "{provider} refused to create the token with this password (HTTP {http_status}).{} Set the right \
                 one before another try: the account would be locked",
                said(server)
            ),
            SessionRefused { provider, http_status, server } => write!(
                f,
                "{provider} refused a new session token too (HTTP {http_status}): the account lacks the permission for \
                 this.{}",
                said(server)
            ),
            Gone { provider, http_status, server } => write!(
                f,
                "{provider} has no application token of this id (HTTP {http_status}): it is already gone.{}",
                said(server)
            ),
            Endless { most } => {
                write!(f, "the provider's list of tokens has no end: it was read up to the limit of {most}")
            }
            Unknown => write!(
                f,
                "no application token of this id is kept here: the provider shows a token once, to the program that \
                 creates it; create another one"
            ),
            Expired { at } => write!(f, "the application token expired at {at}: create another one"),
            Busy => write!(
                f,
                "the time (timeout_ms) was over while others worked with the application tokens of this account"
            ),
            Full { most } => write!(
                f,
                "no more application tokens can be kept for this account (the most are {most}): revoke those that are not used"
            ),
            OfAnotherVersion => write!(
                f,
                "the application tokens in the store were written by a newer version of this library: update it here too"
            ),
            MayExist => write!(
                f,
                "; an application token may have been created nonetheless: look with erptoken_app_list before you create \
                 another one"
            ),
            NotStored { id } => write!(
                f,
                "; the application token {id} was created but is not in the store: erptoken_app_get gives it until this \
                 program ends"
            ),
            NotRemoved => write!(f, "; the application token is revoked, but still in the store"),
        }
    }
}

impl Display for En<'_, ExpiresFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            ExpiresFault::NotUnderstood => write!(f, "it is neither of the two forms"),
            ExpiresFault::NoZone => write!(f, "it has no zone"),
            ExpiresFault::Past => write!(f, "it is not in the future"),
            ExpiresFault::TooFar { days } => write!(f, "it is more than {days} days away"),
        }
    }
}
