//! An event as one line: when, how bad, which process, whose, what, how long.

use super::{Level, LogRecord};
use crate::messages::Language;
use crate::util::clock;
use crate::util::secret;
use std::fmt::Write;

/// Longest name of an account shown.
const MAX_NAME_CHARS: usize = 80;

pub fn text(wall_ms: i64, level: Level, entry: &LogRecord, language: Language) -> String {
    let mut line = clock::rfc3339_ms(wall_ms);
    let _ = write!(line, " {} [{}]", level.name(), std::process::id());
    let cut = |name: &str| name.chars().take(MAX_NAME_CHARS).collect::<String>();
    let (provider, account) = (cut(&entry.subject.provider), cut(&entry.subject.account));
    for (name, before, after) in [(provider, " ", ""), (account, " (", ")")] {
        if !name.is_empty() {
            line.extend([before, &name, after]);
        }
    }
    let _ = write!(line, ": {}", entry.event.told(language));
    if let Some(took) = entry.took {
        let _ = write!(line, " ({} ms)", took.as_millis());
    }
    secret::one_line(&line)
}

#[cfg(test)]
mod tests {
    use super::super::{Event, Subject};
    use super::*;
    use std::time::Duration;

    fn line(entry: &LogRecord, language: Language) -> String {
        text(1_609_545_540_007, Level::Information, entry, language)
    }

    #[test]
    fn a_line_has_everything_in_its_place() {
        let subject = Subject { provider: "Senior".into(), account: "admin@empresa.com.br".into() };
        let entry = LogRecord::of(subject, Event::LoggedIn { life_s: 3600 }).took(Duration::from_millis(132));
        let pid = std::process::id();
        assert_eq!(
            line(&entry, Language::English),
            format!(
                "2021-01-01T23:59:00.007Z information [{pid}] Senior (admin@empresa.com.br): a login brought a token that \
                 lives 3600 s (132 ms)"
            )
        );
        let process = LogRecord::of_process(Event::ShutDown);
        let start = format!("2021-01-01T23:59:00.007Z information [{pid}]: ");
        assert!(line(&process, Language::Portuguese).starts_with(&start), "{start}");
    }

    #[test]
    fn nobody_forges_a_line() {
        let account = "x\n2021-01-01T23:59:00.007Z error [1]: fire\0\u{202e}".to_owned() + &"é".repeat(200);
        let entry = LogRecord::of(Subject { provider: String::new(), account }, Event::ShutDown);
        let shown = line(&entry, Language::English);
        assert!(!shown.chars().any(char::is_control) && !shown.contains('\u{202e}'), "{shown}");
        assert!(shown.chars().count() < 200, "{shown}");
    }
}
