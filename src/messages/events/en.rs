//! English: events of the log.

use super::Event;
use crate::messages::message::en::En;
use crate::messages::wording::en::kind;
use std::fmt::{Display, Formatter, Result};

impl Display for En<'_, Event> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Event::*;
        match self.0 {
            Opened => f.write_str("account opened"),
            Closed => f.write_str("account closed"),
            OptionSet { option } => write!(f, "option \"{option}\" set"),
            OptionCleared { option } => write!(f, "option \"{option}\" put back to its default"),
            ProcessOptionSet { option } => write!(f, "option \"{option}\" of the process set"),
            ProcessOptionCleared { option } => {
                write!(f, "option \"{option}\" of the process put back to its default")
            }

            CertificateEnds { whose, until, days } => write!(
                f,
                "the client certificate of {whose} ends on {until}, in {days} days: have it renewed in time"
            ),

            RenewalBegan => f.write_str("a renewal begins"),
            LoggedIn { life_s } => write!(f, "a login brought a token that lives {life_s} s"),
            Refreshed { life_s } => write!(f, "a refresh brought a token that lives {life_s} s"),
            Adopted { life_s } => write!(f, "a token of {life_s} s that another process had got was taken from the store"),
            RenewedElsewhere => f.write_str("another process renews the token: it is looked for in a moment"),
            RecordPutBack => f.write_str(
                "the store's record of this login is not the last one that was written: was a backup restored? Its refresh token \
                 may be spent, so a login takes its place",
            ),
            StoreFailed { why } => write!(f, "the store failed, this process goes on with its memory: {}", En(why)),
            #[cfg(feature = "redis")]
            StoreBack { server } => write!(f, "the store {server} is there again"),
            DeadOnArrival { life_s } => write!(
                f,
                "the provider sent a token that is dead on arrival (it lives {life_s} s): it is handed out for 10 s all the \
                 same, and nothing is sent meanwhile; look at expires_in, expires_at or exp in the provider's answer, and \
                 compare the clocks of the server and of this machine (erptoken_diagnose does)"
            ),
            LifeUnread { text, life_s } => write!(
                f,
                "how long the token lives is not understood (\"{text}\": neither a number nor a date with a zone): the \
                 profile's default of {life_s} s is used; ask the provider for expires_in in seconds, or set \"life\" in the \
                 profile"
            ),
            RefreshRefused => f.write_str("the refresh token was refused: a login follows"),
            RenewalFailed { status, retry_in_s, why } => {
                write!(f, "the renewal failed ({status}), and is tried again in {retry_in_s} s at the earliest: {}", En(why))
            }
            RenewalFailedInTime { status, retry_in_s, left_s, why } => write!(
                f,
                "the renewal failed ({status}), and is tried again in {retry_in_s} s at the earliest; the token lives {left_s} \
                 s more: {}",
                En(why)
            ),
            AnsweredFromMemory { status, age_s, retry_in_s } => write!(
                f,
                "a call was answered {status} from memory: the renewal failed {age_s} s ago, and is tried again in {retry_in_s} s \
                 at the earliest"
            ),
            CallFailed { status, why } => write!(f, "a call failed ({status}): {}", En(why)),

            Answered { method, host, http_status } => {
                write!(f, "a request ({method}) to {host} was answered (HTTP {http_status})")
            }

            AnswerJudged { operation, method, address, http_status, content_type, bytes, verdict, start } => write!(
                f,
                "{operation}: {method} {address} was answered HTTP {http_status}, {}, {bytes} bytes, taken for {verdict}: {start}",
                kind(content_type)
            ),
            Unanswered { operation, method, address, why } => {
                write!(f, "{operation}: {method} {address} brought no answer: {}", En(why))
            }

            Rejected => f.write_str("an API refused the token: the next erptoken_get brings another one"),
            RejectedLate => {
                f.write_str("an API refused a token that is no longer the current one: nothing to do")
            }
            RejectedAgain => f.write_str(
                "an API refused a token that had just replaced a refused one: it is kept, the cause is a permission of that API",
            ),
            RejectedForGood => f.write_str(
                "an API refused a token that nothing can renew: it is kept, check whether it is the right one and its permissions",
            ),
            LoggedOut => f.write_str("logged out: the token is forgotten"),
            LogoutFailed { status, why } => {
                write!(f, "the token is forgotten, but the provider did not revoke it ({status}): {}", En(why))
            }
            AppTokenCreated { id } => write!(f, "the application token {id} was created"),
            AppTokenRevoked { id } => write!(f, "the application token {id} was revoked"),
            AppTokenLeft { id, status, why } => write!(
                f,
                "the application token {id} was replaced but could not be revoked ({status}), which is tried again later: {}",
                En(why)
            ),
            AppTokenUnsaved { id, status, why } => write!(
                f,
                "the application token {id} was created but could not be stored ({status}), and ends with this process: {}",
                En(why)
            ),
            Reported => f.write_str("a report was made (erptoken_diagnose)"),
            ShutDown => f.write_str("erptoken_shutdown: everything is closed and wiped"),

            LogBegins { version, system, processor } => {
                write!(f, "erptoken {version} ({system}, {processor}) begins its log in this file")
            }
            VariableIgnored { why } => write!(f, "a variable of the environment is ignored: {}", En(why)),
            LinesUnwritten { lines } => write!(f, "{lines} lines before this one could not be written to this file"),
            LinesDropped { lines } => write!(f, "{lines} lines of the log were dropped here: too many waited for a call"),
        }
    }
}
