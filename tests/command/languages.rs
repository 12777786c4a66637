//! Portuguese where the system speaks it, and by the option; both complete.

use crate::run::*;

#[test]
fn the_first_variable_that_is_set_decides() {
    for (variables, portuguese) in [
        (&[][..], false),
        (&[("LANG", "pt_BR.UTF-8")], true),
        (&[("LANG", "pt_BR.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8")], false),
        (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "pt_PT")], true),
        (&[("LANG", "pt_BR.UTF-8"), ("LC_ALL", "C")], false),
        (&[("LANG", "pt_BR.UTF-8"), ("LC_ALL", "")], true),
        (&[("LC_ALL", "C"), ("ERPTOKEN_LANGUAGE", "pt")], true),
        (&[("LC_ALL", "pt_BR.UTF-8"), ("ERPTOKEN_LANGUAGE", "en")], false),
    ] {
        let mut command = bare(&["fetch"]);
        command.env_remove("LC_ALL").envs(variables.iter().copied());
        let told = done(&mut command, b"").bad(2, &[]);
        assert_eq!(told.contains("não existe o subcomando fetch"), portuguese, "{variables:?}: {told}");
        assert_eq!(told.contains("there is no subcommand fetch"), !portuguese, "{variables:?}: {told}");
    }
}

#[test]
fn the_library_speaks_it_too() {
    let place = Place::new("library");
    let refused = |words: &[&str]| {
        let mut command = place.command(&[&["get", "senior"], words].concat());
        done(command.env("ERPTOKEN_PASSWORD", "errada"), b"").bad(40, &[])
    };
    assert!(refused(&[]).contains("refused the user"));
    assert!(refused(&["--set", "language=pt"]).contains("recusou o usuário"));
    let file = place.file("pt.conf", "language = pt\n", 0o644);
    assert!(refused(&["--options", file.to_str().unwrap()]).contains("recusou o usuário"));
    let report = place.run(&["diagnose", "senior", "--set", "language=pt"]).good();
    assert!(report.contains("Provedor"), "{report}");
}

/// The same things in other words: no line of the help is in both.
#[test]
fn every_text_is_there_twice() {
    let told =
        |words: &[&str], language: &str| done(bare(words).env("ERPTOKEN_LANGUAGE", language), b"").good();
    let names = [
        "get", "request", "exec", "reject", "logout", "info", "app", "consent", "diagnose", "check",
        "version", "help",
    ];
    for name in [""].iter().chain(&names) {
        let words: Vec<&str> = ["help", name].into_iter().filter(|word| !word.is_empty()).collect();
        let (english, portuguese) = (told(&words, "en"), told(&words, "pt"));
        for sign in ["usage: ", "Options"] {
            assert!(english.contains(sign) && !portuguese.contains(sign), "{portuguese}");
        }
        let of_words = |text: &str| text.split_whitespace().filter(|word| *word == "the").count();
        assert_eq!(of_words(&portuguese), 0, "English in: {portuguese}");
    }
    for (words, english, portuguese) in [
        (&["get"][..], "something is missing", "falta algo"),
        (&["get", "a", "b"], "too many words", "palavras demais"),
        (&["get", "a", "-x"], "no option -x", "não existe a opção -x"),
        (&["get", "a", "--json=1"], "takes no value", "não aceita valor"),
        (&["get", "a", "--options"], "wants a value", "precisa de um valor"),
        (&["get", "a", "--set", "x"], "NAME=VALUE", "NOME=VALOR"),
        (&["get", "a", "--set", "password=x"], "is a secret", "é segredo"),
        (&["app", "buy", "a"], "ACCOUNT", "CONTA"),
        (&["completions", "csh"], "known are", "são conhecidos"),
        (&["request", "a", "POST", "/", "--data", "-", "--header", "@-"], "once only", "uma vez"),
        (&[], "no subcommand", "falta o subcomando"),
    ] {
        for (language, expected) in [("en", english), ("pt", portuguese)] {
            done(bare(words).env("ERPTOKEN_LANGUAGE", language), b"").bad(2, &[expected]);
        }
    }
}

/// What the system says of a file is English in every language.
#[test]
fn the_systems_words_are_translated() {
    let place = Place::new("system");
    for (words, code, portuguese) in [
        (&["get", "senior", "--options", "/no/such/file"][..], 20, "o arquivo não existe"),
        (&["get", "senior", "--options", "/"], 20, "é uma pasta"),
        (&["exec", "senior", "--", "/no/such/program"], 127, "o arquivo não existe"),
        (&["exec", "senior", "--", "/etc/passwd"], 126, "permissão negada"),
        (&["request", "senior", "POST", "/tms/echo", "--data", "/"], 10, "é uma pasta"),
        (&["request", "senior", "GET", "/tms/echo", "--out", "/etc/passwd/x"], 1, "não é uma pasta"),
        (&["request", "senior", "GET", "/tms/echo", "--out", "/dev/full"], 1, "não há mais espaço"),
        (&["request", "senior", "GET", "/tms/echo", "--header", "A: b\nHost: c"], 10, "um só cabeçalho"),
    ] {
        let mut command = place.command(words);
        let told = done(command.env("ERPTOKEN_LANGUAGE", "pt"), b"").bad(code, &[portuguese]);
        assert!(!told.contains("os error"), "{told}");
    }
}
