//! An account that is open with all its options, and what it still needs, asked for in a terminal.

use crate::arguments::{self, Arguments};
use crate::library::{self, Account, Answer, Refusal};
use crate::settings::{self, Setting};
use crate::terminal;
use crate::words::{code, Failure, Language};
use erptoken::abi::constants::{ERPTOKEN_E_MFA, ERPTOKEN_E_MISSING, ERPTOKEN_E_OPTION};

pub struct Session {
    pub account: Account,
    provider: String,
    pub settings: Vec<Setting>,
    pub language: Language,
}

/// A profile's path as the library takes it: absolute.
pub fn provider(named: &str) -> String {
    let is_path = named.to_ascii_lowercase().ends_with(".json") || named.contains(['/', '\\']);
    let absolute = is_path.then(|| std::path::absolute(named).ok()).flatten();
    absolute.and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_else(|| named.to_owned())
}

/// All that is set for this run, and the language that it speaks.
pub fn gather(read: &Arguments, language: Language) -> Result<(Vec<Setting>, Language), Failure> {
    let own = settings::of_the_arguments(read, language)?;
    let mut layers = vec![settings::of_the_environment(language)?];
    for file in read.all("options") {
        layers.push(settings::of_a_file(file, language)?);
    }
    layers.push(own);
    let mut all = settings::merged(layers);
    if !all.iter().any(|setting| setting.name == "language") {
        let name = language.name().to_owned();
        all.push(Setting { name: "language".to_owned(), value: name, is_tried: false });
    }
    let named = all.iter().find(|setting| setting.name == "language");
    let language = named.and_then(|setting| Language::of(&setting.value)).unwrap_or(language);
    Ok((all, language))
}

/// Sets the options of the process.
pub fn configure(settings: &[Setting]) -> Result<(), Failure> {
    for name in settings::OF_THE_PROCESS {
        if let Some(setting) = settings.iter().find(|setting| setting.name == name) {
            library::configure(name, &setting.value)?;
        }
    }
    Ok(())
}

impl Session {
    /// Opens the account of the word at that place.
    pub fn open(read: &Arguments, place: usize, language: Language) -> Result<Session, Failure> {
        let (mut settings, language) = gather(read, language)?;
        if let Some(seconds) = read.value("min-seconds") {
            let value = arguments::text(seconds, language)?.to_owned();
            settings.retain(|setting| setting.name != "min_seconds_left");
            settings.push(Setting { name: "min_seconds_left".to_owned(), value, is_tried: false });
        }
        configure(&settings)?;
        let provider = provider(read.word(place, language)?);
        let account = Account::open(&provider)?;
        let of_account =
            settings.iter().filter(|setting| !settings::OF_THE_PROCESS.contains(&setting.name.as_str()));
        let mut foreign = Vec::new();
        for setting in of_account {
            match account.set(&setting.name, &setting.value) {
                Err(refusal) if setting.is_tried && refusal.status == ERPTOKEN_E_OPTION => {
                    foreign.push(setting.name.clone());
                }
                outcome => outcome?,
            }
        }
        // Variables of other programs.
        settings.retain(|setting| !foreign.contains(&setting.name));
        Ok(Session { account, provider, settings, language })
    }

    /// Whether what is got outlives this program.
    pub fn has_store(&self) -> bool {
        let is_one = |value: &str| !matches!(value.trim(), "" | "memory");
        self.settings.iter().any(|setting| setting.name == "store" && is_one(&setting.value))
    }

    /// Makes a call. What it lacks is asked for, where there is a terminal, and then it is made again.
    pub fn call<T>(&self, call: impl Fn(&Account) -> Answer<T>) -> Result<T, Failure> {
        let mut brought = None;
        self.repeated(&mut |account| call(account).map(|value| brought = Some(value)))?;
        brought.ok_or_else(|| Failure::new(code::BUG, String::new()))
    }

    /// Once for all kinds of result: the command is to stay small.
    fn repeated(&self, call: &mut dyn FnMut(&Account) -> Answer<()>) -> Result<(), Failure> {
        let mut code_was_asked = false;
        let mut asked: Vec<String> = Vec::new();
        loop {
            let refusal = match call(&self.account) {
                Err(refusal) if terminal::is_there() => refusal,
                outcome => return outcome.map_err(|refusal| self.failure(refusal)),
            };
            let missing = match refusal.status {
                ERPTOKEN_E_MISSING => self.missing(&refusal),
                ERPTOKEN_E_MFA if !code_was_asked => {
                    code_was_asked = true;
                    vec!["mfa_code".to_owned()]
                }
                _ => Vec::new(),
            };
            if missing.is_empty() || missing.iter().any(|name| asked.contains(name)) {
                return Err(self.failure(refusal));
            }
            for name in missing {
                let shown = !settings::is_secret(&name, "");
                let question = format!("{}: {name}: ", self.provider);
                let Some(value) = terminal::ask(&question, shown, self.language)? else {
                    return Err(self.failure(refusal));
                };
                self.account.set(&name, &value)?;
                asked.push(name);
            }
        }
    }

    /// The library speaks to programs: here an option is set in another way.
    fn failure(&self, refusal: Refusal) -> Failure {
        let is_missing = refusal.status == ERPTOKEN_E_MISSING;
        let mut failure = Failure::from(refusal);
        if is_missing {
            failure.text += self.language.pick(
                ". Here: by --options FILE, by the environment (such as ERPTOKEN_PASSWORD), or, if it is no secret, by --set",
                ". Aqui: por --options ARQUIVO, pelo ambiente (como ERPTOKEN_PASSWORD) ou, se não for segredo, por --set",
            );
        }
        failure
    }

    /// The options that a refusal names, of those that the profile's operations need.
    fn missing(&self, refusal: &Refusal) -> Vec<String> {
        let Ok(profile) = library::check_profile(&self.provider) else { return Vec::new() };
        let mut named: Vec<(usize, String)> = Vec::new();
        for request in 0.. {
            if profile.field(&format!("/requests/{request}")).is_err() {
                break;
            }
            let needs = (0..).map_while(|n| profile.field(&format!("/requests/{request}/needs/{n}")).ok());
            for name in needs {
                let place = refusal.text.find(&format!("\"{name}\""));
                if let Some(place) = place.filter(|_| named.iter().all(|(_, known)| *known != name)) {
                    named.push((place, name));
                }
            }
        }
        named.sort();
        named.into_iter().map(|(_, name)| name).collect()
    }
}
