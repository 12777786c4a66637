//! The subcommands and their options: what is understood, helped with, completed and told in the manual comes from here.

use crate::words::Language;

mod more;
pub use more::{more, SECTIONS, SUMMARY, TITLE};

/// A text in both languages.
pub struct Text(pub &'static str, pub &'static str);

impl Text {
    pub fn of(&self, language: Language) -> &'static str {
        language.pick(self.0, self.1)
    }
}

pub struct Flag {
    pub name: &'static str,
    /// What it takes, as the synopsis shows it; empty: nothing.
    pub value: Text,
    pub about: Text,
}

impl Flag {
    /// As it is written: `--set NAME=VALUE`.
    pub fn shown(&self, language: Language) -> String {
        format!("--{} {}", self.name, self.value.of(language)).trim_end().to_owned()
    }
}

pub struct Command {
    pub name: &'static str,
    /// What stands behind the name.
    pub synopsis: Text,
    /// How many words that are.
    pub words: (usize, usize),
    pub flags: &'static [Flag],
    pub about: Text,
}

const NOTHING: Text = Text("", "");
const ACCOUNT: Text = Text("ACCOUNT", "CONTA");

const JSON: Flag = Flag { name: "json", value: NOTHING, about: Text("as JSON", "em JSON") };

pub const COMMON: &[Flag] = &[
    Flag {
        name: "set",
        value: Text("NAME=VALUE", "NOME=VALOR"),
        about: Text(
            "set an option of the account or the process; no secret: others can read arguments",
            "define uma opção da conta ou do processo; nenhum segredo: outros podem ler argumentos",
        ),
    },
    Flag {
        name: "options",
        value: Text("FILE", "ARQUIVO"),
        about: Text(
            "read options from a file, or - for standard input: lines NAME = VALUE, comments begin with #",
            "lê opções de um arquivo, ou - para a entrada padrão: linhas NOME = VALOR, comentários começam com #",
        ),
    },
    Flag { name: "help", value: NOTHING, about: Text("tell about the subcommand", "explica o subcomando") },
];

pub const COMMANDS: &[Command] = &[
    Command {
        name: "get",
        synopsis: ACCOUNT,
        words: (1, 1),
        flags: &[
            Flag {
                name: "header",
                value: NOTHING,
                about: Text(
                    "the whole header, such as \"Authorization: Bearer 482ee3…\"",
                    "o cabeçalho inteiro, como \"Authorization: Bearer 482ee3…\"",
                ),
            },
            Flag {
                name: "json",
                value: NOTHING,
                about: Text("token, header and end as JSON", "token, cabeçalho e validade em JSON"),
            },
            Flag {
                name: "min-seconds",
                value: Text("N", "N"),
                about: Text("only a token that lives that long", "só um token que viva pelo menos esse tempo"),
            },
            Flag {
                name: "renew",
                value: NOTHING,
                about: Text("get a newer token first", "obtém antes um token mais novo"),
            },
        ],
        about: Text("print the access token", "escreve o token de acesso"),
    },
    Command {
        name: "request",
        synopsis: Text("ACCOUNT METHOD URL", "CONTA MÉTODO URL"),
        words: (3, 3),
        flags: &[
            Flag {
                name: "data",
                value: Text("FILE", "ARQUIVO"),
                about: Text(
                    "the body: a file, or - for standard input; JSON unless a header says otherwise",
                    "o corpo: um arquivo, ou - para a entrada padrão; JSON, se nenhum cabeçalho disser outra coisa",
                ),
            },
            Flag {
                name: "header",
                value: Text("HEADER", "CABEÇALHO"),
                about: Text(
                    "\"Name: value\", or @FILE with such lines; may be repeated",
                    "\"Nome: valor\", ou @ARQUIVO com linhas assim; pode ser repetido",
                ),
            },
            Flag {
                name: "out",
                value: Text("FILE", "ARQUIVO"),
                about: Text("write the answer's body there", "grava ali o corpo da resposta"),
            },
        ],
        about: Text(
            "send a request with the token on it and print the answer's body",
            "envia uma requisição com o token e escreve o corpo da resposta",
        ),
    },
    Command {
        name: "exec",
        synopsis: Text("ACCOUNT -- PROGRAM [ARGUMENT]...", "CONTA -- PROGRAMA [ARGUMENTO]..."),
        words: (2, usize::MAX),
        flags: &[],
        about: Text(
            "run a program with ERPTOKEN_TOKEN and ERPTOKEN_AUTHORIZATION in its environment",
            "executa um programa com ERPTOKEN_TOKEN e ERPTOKEN_AUTHORIZATION em seu ambiente",
        ),
    },
    Command {
        name: "reject",
        synopsis: ACCOUNT,
        words: (1, 1),
        flags: &[],
        about: Text(
            "tell that an API refused the token in ERPTOKEN_TOKEN, else on standard input",
            "informa que uma API recusou o token que está em ERPTOKEN_TOKEN ou então na entrada padrão",
        ),
    },
    Command {
        name: "logout",
        synopsis: ACCOUNT,
        words: (1, 1),
        flags: &[],
        about: Text("revoke the token and forget it", "revoga o token e o esquece"),
    },
    Command {
        name: "info",
        synopsis: Text("ACCOUNT [FIELD]", "CONTA [CAMPO]"),
        words: (1, 2),
        flags: &[JSON],
        about: Text(
            "print what is known of the account and its token, or one field",
            "escreve o que se sabe da conta e de seu token, ou um campo",
        ),
    },
    Command {
        name: "app",
        synopsis: Text(
            "check|create|list|get|revoke ACCOUNT [DAYS|ID]",
            "check|create|list|get|revoke CONTA [DIAS|ID]",
        ),
        words: (2, 3),
        flags: &[JSON],
        about: Text(
            "application tokens: whether they may be made, make, list, print and revoke them",
            "tokens de aplicação: se podem ser criados, criar, listar, escrever e revogar",
        ),
    },
    Command {
        name: "consent",
        synopsis: Text("ACCOUNT ADDRESS", "CONTA ENDEREÇO"),
        words: (2, 2),
        flags: &[
            Flag {
                name: "redirect-uri",
                value: Text("URI", "URI"),
                about: Text(
                    "where the browser ends, which is then pasted; else it comes back to this machine",
                    "onde o navegador termina, para ser colado aqui; senão ele volta a esta máquina",
                ),
            },
            Flag {
                name: "port",
                value: Text("N", "N"),
                about: Text("where it comes back to: 8765", "a porta a que ele volta: 8765"),
            },
        ],
        about: Text(
            "let a person consent once, in a browser, at the vendor's address",
            "deixa uma pessoa consentir uma vez, em um navegador, no endereço do fornecedor",
        ),
    },
    Command {
        name: "diagnose",
        synopsis: ACCOUNT,
        words: (1, 1),
        flags: &[JSON],
        about: Text(
            "print a report on the way to the provider, for support; no secret is in it",
            "escreve um relatório sobre o caminho até o provedor, para o suporte; sem segredos",
        ),
    },
    Command {
        name: "check",
        synopsis: Text("PROFILE...", "PERFIL..."),
        words: (1, usize::MAX),
        flags: &[JSON],
        about: Text(
            "print every problem of a profile, and the requests that it would send",
            "escreve todos os problemas de um perfil e as requisições que ele enviaria",
        ),
    },
    Command {
        name: "version",
        synopsis: NOTHING,
        words: (0, 0),
        flags: &[],
        about: Text("print the version", "escreve a versão"),
    },
    Command {
        name: "help",
        synopsis: Text("[SUBCOMMAND]", "[SUBCOMANDO]"),
        words: (0, 1),
        flags: &[],
        about: Text("print this, or more about one subcommand", "escreve isto, ou mais sobre um subcomando"),
    },
];

/// For packages: what they lay down beside the program.
pub const HIDDEN: &[Command] = &[
    Command {
        name: "man",
        synopsis: NOTHING,
        words: (0, 0),
        flags: &[],
        about: Text("print the manual page", "escreve a página de manual"),
    },
    Command {
        name: "completions",
        synopsis: Text("SHELL", "SHELL"),
        words: (1, 1),
        flags: &[],
        about: Text("print what completes words in a shell", "escreve o que completa palavras em um shell"),
    },
];

pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().chain(HIDDEN).find(|command| command.name == name)
}
