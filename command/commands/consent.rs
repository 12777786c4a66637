//! `erptoken consent`: a person consents once, in a browser; what that brings is in the store for every program.

use crate::arguments::{self, Arguments};
use crate::session::Session;
use crate::terminal;
use crate::words::{code, Failure, Language};
use base64::prelude::{Engine, BASE64_URL_SAFE_NO_PAD};
use erptoken::abi::constants::ERPTOKEN_E_OPTION;
use percent_encoding::{percent_decode_str, utf8_percent_encode, NON_ALPHANUMERIC};
use ring::rand::{SecureRandom, SystemRandom};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

const PORT: &str = "8765";
const PAGE: &str = "<!doctype html><meta charset=utf-8><title>erptoken</title>\
                    <p>Pronto: pode fechar esta janela. / Done: you may close this window.";

pub fn run(read: &Arguments, language: Language) -> Result<u8, Failure> {
    let session = Session::open(read, 0, language)?;
    let language = session.language;
    let page = read.word(1, language)?;
    // The state tells this consent from one that somebody else began; the verifier makes the code worthless to others.
    let (state, verifier) = (random(language)?, random(language)?);
    let own_address =
        read.value("redirect-uri").map(|address| arguments::text(address, language)).transpose()?;
    let port = read.value("port").map_or(Ok(PORT), |port| arguments::text(port, language))?;
    let back = own_address.map_or_else(|| format!("http://127.0.0.1:{port}/"), str::to_owned);
    session.account.set("redirect_uri", &back)?;
    let client_id = ready(&session)?;
    let listener = match own_address {
        Some(_) => None,
        None => Some(listening(port, language)?),
    };
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", &client_id),
        ("redirect_uri", &back),
        ("state", &state),
    ];
    let challenge = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(challenge);
    match session.account.set("code_verifier", &verifier) {
        Ok(()) => fields.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]),
        // A provider that knows no verifier is shown none.
        Err(refusal) if refusal.status == ERPTOKEN_E_OPTION => {}
        Err(refusal) => return Err(refusal.into()),
    }
    let mut joint = if page.contains('?') { '&' } else { '?' };
    let mut address = page.to_owned();
    for (name, value) in fields {
        address += &format!("{joint}{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
        joint = '&';
    }
    let told = language.pick("open in a browser:", "abra em um navegador:");
    let _ = writeln!(io::stderr(), "{told}\n{address}");
    let came = match listener {
        Some(listener) => browser(&listener, &state)
            .map_err(|why| Failure::file(code::NETWORK, "127.0.0.1", &why, language))?,
        None => pasted(language)?,
    };
    if let Some(no) = field(&came, "error") {
        let no: String = no.chars().filter(|c| !c.is_control()).take(100).collect();
        let text = language.say(
            "the person, or the provider, said no: {}",
            "a pessoa, ou o provedor, disse não: {}",
            &[&no],
        );
        return Err(Failure::new(code::REFUSED, text));
    }
    let Some(given) = field(&came, "code").filter(|_| field(&came, "state").as_deref() == Some(&state))
    else {
        let text = language
            .pick("that is not the answer to this consent", "esta não é a resposta a este consentimento");
        return Err(Failure::new(code::REFUSED, text.to_owned()));
    };
    session.account.set("code", &given)?;
    // At once: a code lives for a minute or so.
    session.account.get()?;
    Ok(0)
}

/// What must be there before a person is asked; the client's name.
fn ready(session: &Session) -> Result<String, Failure> {
    let language = session.language;
    let unfit = |text: &str| Err(Failure::new(code::SETTINGS, text.to_owned()));
    if !session.has_store() {
        return unfit(language.pick(
            "without the option store the consent would be lost with this program: set store and store_key",
            "sem a opção store o consentimento se perderia com este programa: defina store e store_key",
        ));
    }
    // No token is called so: what the store has is looked at, and nothing dropped.
    session.account.reject("-")?;
    if matches!(session.account.info("state")?.as_str(), "fresh" | "ageing") {
        return unfit(language.pick(
            "there is a token that lives: erptoken logout ends it, to begin anew",
            "há um token que vive: erptoken logout o encerra, para começar de novo",
        ));
    }
    let known = session.settings.iter().find(|setting| setting.name == "client_id");
    let asked = match known {
        Some(known) => Some(known.value.clone()),
        None if terminal::is_there() => terminal::ask("client_id: ", true, language)?,
        None => None,
    };
    let Some(client_id) = asked else {
        return unfit(language.pick("client_id is not set", "client_id não está definido"));
    };
    session.account.set("client_id", &client_id)?;
    // Asked for now: a code does not wait.
    if !session.settings.iter().any(|setting| setting.name == "client_secret") && terminal::is_there() {
        if let Some(secret) = terminal::ask("client_secret: ", false, language)? {
            session.account.set("client_secret", &secret)?;
        }
    }
    Ok(client_id)
}

fn random(language: Language) -> Result<String, Failure> {
    let mut bytes = [0_u8; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    let text = language.pick("the system gives no random numbers", "o sistema não dá números aleatórios");
    filled.map_err(|_| Failure::new(code::BUG, text.to_owned()))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Listens on this machine only.
fn listening(port: &str, language: Language) -> Result<TcpListener, Failure> {
    let Ok(number) = port.parse::<u16>() else {
        let text = language.say("{} is not a port", "{} não é uma porta", &[port]);
        return Err(Failure::new(code::USAGE, text));
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number));
    listener.map_err(|why| Failure::file(code::NETWORK, &format!("127.0.0.1:{port}"), &why, language))
}

/// The first line of what the browser asks for. Others may come (a favicon, a scan of ports, another page's script): until
/// one brings an answer to this consent.
fn browser(listener: &TcpListener, state: &str) -> io::Result<String> {
    loop {
        let (mut stream, _) = listener.accept()?;
        let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
        let _ = stream.set_write_timeout(Some(Duration::from_secs(10)));
        let mut asked = vec![0_u8; 16 * 1024];
        let mut length = 0;
        // To the end of the head: closing with some of it unread would take the page away again.
        while !asked[..length].ends_with(b"\r\n\r\n") && length < asked.len() {
            match stream.read(&mut asked[length..]) {
                Ok(0) | Err(_) => break,
                Ok(more) => length += more,
            }
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nContent-Length:";
        let _ = write!(stream, "{head} {}\r\n\r\n{PAGE}", PAGE.len());
        let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
        let line = asked.lines().next().unwrap_or_default().to_owned();
        let given = field(&line, "state");
        let is_ours = given.as_deref() == Some(state);
        // Some say no without it.
        if is_ours && field(&line, "code").is_some()
            || (is_ours || given.is_none()) && field(&line, "error").is_some()
        {
            return Ok(line);
        }
    }
}

fn pasted(language: Language) -> Result<String, Failure> {
    let told = language
        .pick("paste the address that the browser ended at:", "cole o endereço em que o navegador terminou:");
    let _ = writeln!(io::stderr(), "{told}");
    let mut line = String::new();
    let what = language.pick("standard input", "entrada padrão");
    io::stdin().read_line(&mut line).map_err(|why| Failure::file(code::ARGUMENT, what, &why, language))?;
    Ok(line)
}

/// The value of a field in `…?code=…&state=… HTTP/1.1`, decoded.
fn field(line: &str, name: &str) -> Option<String> {
    let (_, query) = line.split_once('?')?;
    let query = query.split(['#', ' ', '\r', '\n']).next()?;
    let named = query.split('&').filter_map(|field| field.split_once('=')).find(|(known, _)| *known == name);
    let value = percent_decode_str(named?.1).decode_utf8().ok()?.into_owned();
    (!value.is_empty() && !value.contains('\0')).then_some(value)
}
