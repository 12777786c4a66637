use super::samples::{marks_in, Marks, Sample};
use super::*;

/// A message or an event: what it is made of, and its texts in English and in Portuguese.
struct Told {
    shown: String,
    texts: [String; 2],
}

fn samples() -> Vec<Told> {
    let mut all: Vec<Told> = messages().iter().map(|message| Told::of(message, both(message))).collect();
    macro_rules! add {
        ($($kind:ident)*) => {$(
            for value in $kind::samples(&mut Marks::default()) {
                all.push(Told::of(&value, Language::ALL.map(|language| value.told(language).to_string())));
            }
        )*};
    }
    add!(Event Fact Advice);
    all
}

impl Told {
    fn of(value: &impl std::fmt::Debug, texts: [String; 2]) -> Told {
        Told { shown: format!("{value:?}"), texts }
    }
}

fn messages() -> Vec<Message> {
    let mut all = Message::samples(&mut Marks::default());
    // What no made-up value leads to: a server without words, an answer without a type, one that is a page.
    let (provider, http_status, bytes) = ("Senior".to_owned(), 200, 7);
    for content_type in ["", "text/html"] {
        let content_type = content_type.to_owned();
        all.push(Message::FieldMissing {
            provider: provider.clone(),
            field: "id".to_owned(),
            http_status,
            bytes,
            content_type,
        });
    }
    all.push(Message::ServerFailed { provider, http_status, server: String::new() });
    all
}

/// In English, in Portuguese.
fn both(message: &Message) -> [String; 2] {
    Language::ALL.map(|language| message.told(language).to_string())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).map(str::to_lowercase)
}

#[test]
fn both_languages_tell_the_same_facts() {
    for Told { shown, texts } in samples() {
        for text in texts {
            for mark in marks_in(&shown) {
                assert!(text.contains(mark), "{mark} of {shown} is not in: {text}");
            }
        }
    }
}

#[test]
fn the_same_numbers_and_options_are_in_both() {
    let fixed = |text: &str| {
        let mut fixed: Vec<String> =
            words(text).filter(|w| w.contains('_') || w.bytes().any(|b| b.is_ascii_digit())).collect();
        fixed.sort();
        fixed
    };
    for Told { texts: [english, portuguese], .. } in samples() {
        assert_eq!(fixed(&english), fixed(&portuguese), "{english}\n{portuguese}");
    }
}

#[test]
fn no_text_is_the_same_in_both() {
    for Told { shown, texts: [english, portuguese] } in samples() {
        assert_ne!(english, portuguese);
        for text in [english, portuguese] {
            // The one text that is put behind another begins with a space.
            let spaced = text.contains("  ") && !shown.contains("why: Remembered");
            assert!(!spaced && !text.contains('\n'), "{text:?}");
        }
    }
}

#[test]
fn no_english_is_left_in_the_portuguese() {
    const ENGLISH: &str =
        "the of is it its not and or to this that with must be can by an are was were has have \
        from in on at set open wrong name error answer answered connection certificate file unknown \
        refused password user unexpected failed";
    for Told { texts: [_, text], .. } in samples() {
        // Words of other formats.
        let text = text.replace("BEGIN CERTIFICATE", "PEM").replace("file:", "PEM");
        // And those of the format of profiles: every other part between backquotes.
        let text: String = text.split('`').step_by(2).collect();
        let english = words(&text).find(|word| ENGLISH.split(' ').any(|one| one == word));
        assert_eq!(english, None, "{text}");
    }
}

/// Words that are misspelt without their accent. What is a word with and without one ("esta", "valida") is left out.
#[test]
fn accents_are_where_they_belong() {
    const BARE: &str =
        "nao opcao opcoes conexao requisicao requisicoes usuario codigo numero sera ja ate apos \
        tambem possivel disponivel servico renovacao permissao operacao versao versoes endereco \
        maquina relogio minimo maximo atraves padrao sessao voce alguem ninguem valido invalido \
        invalida conteudo cabecalho cabecalhos metodo digitos visiveis espaco espacos inicio so ha \
        pagina aplicacao relatorio configuracao tecnico ingles proximo proxima obrigatorio \
        necessarios funcoes parametro antivirus";
    for Told { shown, texts: [english, text] } in samples() {
        let bare = words(&text).find(|word| BARE.split(' ').any(|one| one == word));
        assert_eq!(bare, None, "{text}");
        assert!(english.is_ascii() || shown.contains('…'), "{english}");
    }
}

/// The block of a thread's last error holds 1200 bytes: what is always there leaves room for what is not.
#[test]
fn the_longest_texts_fit() {
    let known = "x".repeat(500);
    let provider = "assine.online (Assine Online)".to_owned();
    let most = 300; // of a server's text, in characters: `secret::clean`
    let server = "ã".repeat(most);
    let content_type = "application/x-very-long-and-strange+json".to_owned();
    let real = [
        Message::UnknownOption { name: Some("x".repeat(32)), known: known.clone() },
        Message::UnknownOption { name: None, known },
        Message::Refused { provider: provider.clone(), http_status: 401, server: server.clone() },
        Message::MfaRefused { provider: provider.clone(), http_status: 401, server: server.clone() },
        Message::Unexpected {
            provider,
            http_status: 500,
            bytes: 1 << 20,
            content_type,
            server: server.clone(),
        },
        Message::ProfileInvalid {
            path: "/".repeat(300),
            problem: Problem {
                line: 99_999,
                column: 999_999,
                place: "x".repeat(120),
                fault: Fault::UnknownKey,
                names: vec!["x".repeat(40)],
                nearest: Some("x".repeat(40)),
                known: "x".repeat(300),
            },
            more: 49,
        },
    ];
    let remembered = Message::Remembered { age_s: u32::MAX, retry_in_s: u32::MAX };
    let [_, suffix] = both(&remembered);
    for message in real {
        for text in both(&message) {
            assert!(text.len() + suffix.len() <= 1200, "{} bytes: {text}", text.len());
        }
    }
    for message in messages() {
        for text in both(&message) {
            assert!(text.len() <= 480, "{} bytes: {text}", text.len());
        }
    }
}
