//! The language of error texts, through the C ABI. It is the process's, so one test of its own program.

#[path = "providers/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "providers/ground.rs"]
#[allow(dead_code)]
mod ground;
mod sandbox;

use std::ffi::CString;
use std::net::TcpListener;
use std::{mem, thread};

use client::*;
use erptoken::abi::{errors, process, pure, tokens};
use ground::{Ground, ASSINE, SENIOR};

fn configure(option: &str, value: Option<&str>) -> i32 {
    let option = CString::new(option).unwrap();
    let value = value.map(|value| CString::new(value).unwrap());
    let value = value.as_ref().map_or(std::ptr::null(), |value| value.as_ptr());
    unsafe { process::erptoken_configure(option.as_ptr(), value) }
}

fn speak(language: &str) {
    assert_eq!(configure("language", Some(language)), ERPTOKEN_OK);
}

/// This thread's last error, with a buffer of exactly the size that is asked for first.
fn text() -> String {
    let mut size = 0;
    let asked = unsafe { errors::erptoken_error_text(std::ptr::null_mut(), &mut size) };
    assert_eq!(asked, ERPTOKEN_E_BUFFER);
    fill(size as usize, |buffer, length| unsafe { errors::erptoken_error_text(buffer, length) }).text
}

#[test]
fn the_language_of_the_process() {
    failures_in_portuguese();
    each_call_that_fails_speaks_the_language_of_now();
    a_value_that_is_no_language();
    the_language_outlives_a_shutdown();
}

fn failures_in_portuguese() {
    let ground = Ground::new();
    speak("pt");

    let account = ground.account_of(&SENIOR, SENIOR.username, "errada");
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    failure.assert_says(&["recusou o usuário, a senha ou a chave", "HTTP 401", "Resposta do provedor: "]);
    // Told again, without a request.
    let again = account.refused(ERPTOKEN_E_CREDENTIALS);
    again.assert_says(&["recusou o usuário", "falha lembrada", "aguarde "]);
    again.assert_says(&[&format!("aguarde {} s", again.retry_after)]);
    assert_eq!(ground.count("senior.login"), 1);

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let account = ground.senior();
    account.set("base_url", &format!("http://{closed}/x")).unwrap();
    let host = closed.to_string();
    account.refused(ERPTOKEN_E_NETWORK).assert_says(&["sem conexão com", &host, "conexão recusada"]);
    account.set("base_url", &ground.https()).unwrap();
    account.refused(ERPTOKEN_E_TLS).assert_says(&["sem conexão segura com", "certificado", "autoridade"]);

    let account = Account::open("senior").unwrap();
    account.refused(ERPTOKEN_E_MISSING).assert_says(&["\"username\" e \"password\"", "falta definir"]);
    failed(account.set("pasword", "senha"), ERPTOKEN_E_OPTION)
        .assert_says(&["\"pasword\" não é uma opção", "password, "]);
    failed(account.set("timeout_ms", "x"), ERPTOKEN_E_OPTION)
        .assert_says(&["um número inteiro de 1 a 3600000"]);
    failed(account.set("ca_file", "/nowhere/ca.pem"), ERPTOKEN_E_OPTION)
        .assert_says(&["o arquivo não existe"]);
    let application =
        Account::with("assine", &[("username", "u"), ("password", "senha"), ("token", "application")]);
    application.refused(ERPTOKEN_E_MISSING).assert_says(&["armazenamento", "\"store\""]);
    failed(account.try_info("colour"), ERPTOKEN_E_OPTION).assert_says(&["não é um campo", "expires_at"]);
    failed(Account::open("protheus").map(drop), ERPTOKEN_E_PROVIDER).assert_says(&["não é um provedor"]);
    failed(Account::open("/nowhere/x.json").map(drop), ERPTOKEN_E_PROVIDER)
        .assert_says(&["não foi possível ler o perfil /nowhere/x.json", "não existe"]);

    let wrong = std::env::temp_dir().join(format!("erptoken-language-{}.json", std::process::id()));
    std::fs::write(&wrong, "{\n  \"erptoken_profile\": 1,\n  \"nome\": 'erp'\n}").unwrap();
    let path = wrong.to_str().unwrap();
    failed(Account::open(path).map(drop), ERPTOKEN_E_PROVIDER).assert_says(&[
        &format!("o perfil {path} não é válido: linha "),
        "falta a chave `environments`",
        "; mais 3 problemas: erptoken_check_profile mostra todos",
    ]);
    std::fs::remove_file(&wrong).unwrap();

    // Functions without state, and a handle that is none.
    let mut length = 64;
    let status = unsafe { pure::erptoken_status_name(7, std::ptr::null_mut(), &mut length) };
    assert_eq!((status, text().contains("o buffer é NULL")), (ERPTOKEN_E_ARGUMENT, true));
    assert_eq!(tokens::erptoken_renew(77), ERPTOKEN_E_HANDLE);
    assert!(text().starts_with("77 não é um handle de conta aberto"), "{}", text());
    assert_eq!(configure("colour", Some("blue")), ERPTOKEN_E_OPTION);
    assert!(text().contains("language") && text().ends_with("que não são credenciais"), "{}", text());
}

fn each_call_that_fails_speaks_the_language_of_now() {
    let ground = Ground::new();
    speak("pt");
    let account = ground.account_of(&ASSINE, ASSINE.username, "errada");
    account.refused(ERPTOKEN_E_CREDENTIALS);
    let portuguese = text();
    assert!(portuguese.contains("recusou"), "{portuguese}");
    // What a program reads in two calls is one text.
    speak("en");
    assert_eq!(text(), portuguese);
    let english = account.refused(ERPTOKEN_E_CREDENTIALS);
    english.assert_says(&["refused the user, password or key", "remembered"]);
    // The other threads' too.
    speak("pt");
    thread::scope(|scope| {
        let other = scope.spawn(|| account.refused(ERPTOKEN_E_CREDENTIALS));
        other.join().unwrap().assert_says(&["recusou", "falha lembrada"]);
    });
    assert_eq!(ground.count("assine.login"), 1);
    assert_eq!(configure("language", Some("")), ERPTOKEN_OK, "back to the default");
    account.refused(ERPTOKEN_E_CREDENTIALS).assert_says(&["refused"]);
}

fn a_value_that_is_no_language() {
    speak("pt");
    for value in ["PT", "pt-BR", "português", "es", "e", " en"] {
        assert_eq!(configure("language", Some(value)), ERPTOKEN_E_OPTION, "{value}");
        assert_eq!(text(), "o valor de \"language\" não pode ser usado: deve ser um destes: en, pt");
    }
    assert_eq!(configure("language", None), ERPTOKEN_OK);
    assert_eq!(configure("language", Some("x")), ERPTOKEN_E_OPTION);
    assert_eq!(text(), "the value of \"language\" is not usable: it must be one of en, pt");
}

fn the_language_outlives_a_shutdown() {
    speak("pt");
    let account = Account::open("senior").unwrap();
    assert_eq!(process::erptoken_shutdown(), ERPTOKEN_OK);
    account.refused(ERPTOKEN_E_HANDLE).assert_says(&["não é um handle"]);
    // Its handle is closed already.
    mem::forget(account);
    speak("en");
}
