//! What is expected of an answer, in one line: `E_RESPONSE 403 text~"gateway" then=ok`.

/// The call that the file answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Play {
    Login,
    Key,
    Mfa,
    /// With nothing but an imported refresh token.
    Refresh,
    /// With an imported refresh token, user and password.
    RefreshOrLogin,
    Logout,
    Get,
    Post,
    AppCheck,
    AppCreate,
    AppList,
}

impl Play {
    pub fn named(name: &str) -> Option<Play> {
        Some(match name {
            "login" => Play::Login,
            "key" => Play::Key,
            "mfa" => Play::Mfa,
            "refresh" => Play::Refresh,
            "refresh_or_login" => Play::RefreshOrLogin,
            "logout" => Play::Logout,
            "get" => Play::Get,
            "post" => Play::Post,
            "app_check" => Play::AppCheck,
            "app_create" => Play::AppCreate,
            "app_list" => Play::AppList,
            _ => return None,
        })
    }

    pub fn usually_at(self) -> Vec<&'static str> {
        match self {
            Play::AppCheck | Play::AppCreate | Play::AppList => vec!["assine"],
            _ => vec!["senior"],
        }
    }

    /// Whether a password is what it sends.
    pub fn sends_password(self) -> bool {
        matches!(self, Play::Login | Play::Key)
    }
}

/// What the next calls give.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Then {
    /// What should have come, after the pause.
    Ok,
    /// The same failure, for which nothing is sent.
    Same,
    /// Not looked at.
    Any,
}

pub struct Expected {
    pub play: Play,
    pub at: Vec<&'static str>,
    /// As it was written.
    pub line: String,
    pub statuses: Vec<String>,
    pub http: Option<i32>,
    pub then: Then,
    /// Whether the account's guard counts it as a refused password.
    pub counted: Option<bool>,
    /// How often the provider was asked, the next call at once included.
    pub asked: Vec<usize>,
    pub more: Vec<(String, Compare, String)>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Compare {
    Is,
    Has,
    Lacks,
}

const STATUSES: [&str; 17] = [
    "OK",
    "E_LIMIT",
    "E_MISSING",
    "E_UNSUPPORTED",
    "E_NETWORK",
    "E_TIMEOUT",
    "E_TLS",
    "E_PROXY",
    "E_CREDENTIALS",
    "E_MFA",
    "E_PASSWORD_CHANGE",
    "E_FORBIDDEN",
    "E_NOT_FOUND",
    "E_RATE_LIMITED",
    "E_SERVER",
    "E_RESPONSE",
    "E_ARGUMENT",
];
const KEYS: [&str; 8] = ["retryable", "text", "body", "token", "code", "life", "after", "renewed"];

impl Expected {
    pub fn read(play: Play, at: Vec<&'static str>, line: &str) -> Result<Expected, String> {
        let mut words = words(line).into_iter();
        let statuses: Vec<String> =
            words.next().unwrap_or_default().split('|').map(|status| format!("ERPTOKEN_{status}")).collect();
        for status in &statuses {
            if !STATUSES.contains(&status.trim_start_matches("ERPTOKEN_")) {
                return Err(format!("`{status}` is no status"));
            }
        }
        let is = |name: &str| statuses.iter().any(|status| status == name);
        let password_refused = is("ERPTOKEN_E_CREDENTIALS");
        let stays = ["CREDENTIALS", "MFA", "PASSWORD_CHANGE", "MISSING"];
        let stays = stays.iter().any(|name| is(&format!("ERPTOKEN_E_{name}")));
        let ok = is("ERPTOKEN_OK");
        let mut expected = Expected {
            play,
            at,
            line: line.to_owned(),
            http: None,
            then: if stays && !ok { Then::Same } else { Then::Ok },
            counted: (play.sends_password() && !(ok && password_refused)).then_some(password_refused),
            asked: vec![1],
            statuses,
            more: Vec::new(),
        };
        for word in words {
            if let Ok(http) = word.parse() {
                expected.http = Some(http);
                continue;
            }
            let at = word.find(['=', '~', '!']).ok_or(format!("`{word}`?"))?;
            let (key, rest) = word.split_at(at);
            let (compare, value) = if let Some(value) = rest.strip_prefix("!~") {
                (Compare::Lacks, value)
            } else if let Some(value) = rest.strip_prefix('~') {
                (Compare::Has, value)
            } else {
                (Compare::Is, rest.strip_prefix('=').ok_or(format!("`{word}`?"))?)
            };
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
            match key {
                "then" => {
                    expected.then = match value {
                        "ok" => Then::Ok,
                        "same" => Then::Same,
                        "any" => Then::Any,
                        _ => return Err(format!("`{word}`?")),
                    }
                }
                "counted" => expected.counted = ["yes", "no"].contains(&value).then_some(value == "yes"),
                "asked" => {
                    let numbers: Result<_, _> = value.split('|').map(str::parse).collect();
                    expected.asked = numbers.map_err(|_| format!("`{word}`?"))?;
                }
                _ if KEYS.contains(&key) || key.starts_with("header.") => {
                    expected.more.push((key.to_owned(), compare, value.to_owned()));
                }
                _ => return Err(format!("`{key}` is no key")),
            }
        }
        Ok(expected)
    }
}

/// Parted by blanks, but for those in quotes.
fn words(line: &str) -> Vec<String> {
    let (mut all, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        quoted ^= letter == '"';
        if letter.is_whitespace() && !quoted {
            all.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        } else {
            word.push(letter);
        }
    }
    all.extend(Some(word).filter(|word| !word.is_empty()));
    all
}

impl Compare {
    /// What is wrong, if anything is.
    pub fn check(self, what: &str, found: &str, wanted: &str) -> Option<String> {
        let holds = match self {
            Compare::Is => found == wanted,
            Compare::Has => found.contains(wanted),
            Compare::Lacks => !found.contains(wanted),
        };
        let short: String = found.chars().take(400).collect();
        (!holds).then(|| format!("{what}: {self:?} {wanted:?} does not hold for {short:?}"))
    }
}
