//! What the help and the manual tell beyond the table's rows.

use super::Text;

pub const TITLE: Text = Text(
    "access tokens for programs and scripts: gets, keeps and renews them",
    "tokens de acesso para programas e scripts: obtém, guarda e renova",
);

pub const SUMMARY: Text = Text(
    "Gets, keeps and renews access tokens for ERP and freight programs. ACCOUNT is a provider (senior, invoisys, assine) or \
     the path of a profile that ends in .json. The result is on standard output, and nothing else is; an error is one line on \
     standard error.",
    "Obtém, guarda e renova tokens de acesso para programas de ERP e de frete. CONTA é um provedor (senior, invoisys, assine) \
     ou o caminho de um perfil que termina em .json. O resultado vai para a saída padrão, e nada mais; um erro é uma linha na \
     saída de erros.",
);

pub struct Section {
    pub title: Text,
    pub paragraphs: &'static [Text],
    pub rows: &'static [(&'static str, Text)],
}

/// Of one subcommand.
pub fn more(command: &str) -> &'static [Text] {
    match command {
        "request" => &[Text(
            "Any answer's body is printed. The code is 0 when the HTTP status is below 400, else 40.",
            "O corpo de qualquer resposta é escrito. O código é 0 quando o status HTTP é menor que 400; senão, 40.",
        )],
        "exec" => &[Text(
            "The code is the program's; 127: it was not found, 126: it cannot be run. Variables with secrets (ERPTOKEN_PASSWORD \
             and so on) are taken out of its environment.",
            "O código é o do programa; 127: não foi encontrado, 126: não pode ser executado. As variáveis com segredos \
             (ERPTOKEN_PASSWORD etc.) são tiradas de seu ambiente.",
        )],
        "info" => &[Text(
            "Nothing is sent. Fields: provider, username, token_type, scope, header_name, state, source, last_error, expires_at, \
             obtained_at, renew_at, expires_in, age, renew_in, logins, refreshes, hits, waits, failures.",
            "Nada é enviado. Campos: provider, username, token_type, scope, header_name, state, source, last_error, expires_at, \
             obtained_at, renew_at, expires_in, age, renew_in, logins, refreshes, hits, waits, failures.",
        )],
        "app" => &[Text(
            "check prints 1 (they may be made) or 0. create prints the id, and below it the token if there is no store to keep \
             it; it lives 365 days, or as many as are said, or until an instant in RFC 3339. list prints a line for each: id, \
             end, 1 if the store has it. get prints one that the store has.",
            "check escreve 1 (podem ser criados) ou 0. create escreve o id e, abaixo dele, o token, se não há armazenamento que o \
             guarde; ele vive 365 dias, os dias indicados, ou até um instante em RFC 3339. list escreve uma linha para cada um: \
             id, validade, 1 se está no armazenamento. get escreve um que está no armazenamento.",
        )],
        "consent" => &[Text(
            "The address to open is printed on standard error. Register http://127.0.0.1:8765/ at the vendor, or an address of \
             yours and name it by --redirect-uri. What the consent brings is in the store, so store and client_id must be set.",
            "O endereço a abrir é escrito na saída de erros. Registre http://127.0.0.1:8765/ no fornecedor, ou um endereço seu e o \
             informe com --redirect-uri. O que o consentimento traz fica no armazenamento; por isso store e client_id têm de estar \
             definidos.",
        )],
        "check" => &[Text(
            "The code is 20 when a profile is not valid. Nothing is sent.",
            "O código é 20 quando um perfil não é válido. Nada é enviado.",
        )],
        _ => &[],
    }
}

pub const SECTIONS: &[Section] = &[
    Section {
        title: Text("Options of the account and the process", "Opções da conta e do processo"),
        paragraphs: &[
            Text(
                "Each option of the library may be set by --set, in a file for --options, or in the environment as ERPTOKEN_ and \
                 its name in capitals (ERPTOKEN_USERNAME, ERPTOKEN_STORE); the first of them wins. What a login still lacks is \
                 asked for, if there is a terminal; a secret is not echoed. The option token is not read from the environment.",
                "Cada opção da biblioteca pode ser definida por --set, em um arquivo para --options, ou no ambiente como ERPTOKEN_ \
                 e seu nome em maiúsculas (ERPTOKEN_USERNAME, ERPTOKEN_STORE); vale a primeira dessas formas. O que ainda falta \
                 para um login é perguntado, se há um terminal; um segredo não aparece. A opção token não é lida do ambiente.",
            ),
            Text(
                "Secrets are refused in --set: password, access_key, secret, client_secret, client_certificate_password, \
                 mfa_code, access_token, refresh_token, store_key with the key itself, an address with a password in it, and \
                 options of a profile that are called like a secret.",
                "Segredos são recusados em --set: password, access_key, secret, client_secret, client_certificate_password, \
                 mfa_code, access_token, refresh_token, store_key com a própria chave, um endereço que contém senha e as opções de \
                 um perfil que têm nome de segredo.",
            ),
            Text(
                "Without the option store each run logs in anew. With store = file:/folder and store_key = file:/file all runs and \
                 programs of a user share one login.",
                "Sem a opção store cada execução faz um novo login. Com store = file:/pasta e store_key = file:/arquivo todas as \
                 execuções e programas de um usuário usam o mesmo login.",
            ),
        ],
        rows: &[],
    },
    Section {
        title: Text("Exit codes", "Códigos de saída"),
        paragraphs: &[],
        rows: &[
            ("0", Text("it worked", "funcionou")),
            (
                "1",
                Text(
                    "the result could not be written: a closed pipe, a full disk",
                    "o resultado não pôde ser gravado: pipe fechado, disco cheio",
                ),
            ),
            ("2", Text("usage", "uso")),
            (
                "10",
                Text(
                    "an argument, or a file or text that it names (ERPTOKEN_E_ARGUMENT and so on, -1001 to -1006)",
                    "um argumento, ou um arquivo ou texto que ele indica (ERPTOKEN_E_ARGUMENT etc., -1001 a -1006)",
                ),
            ),
            (
                "20",
                Text(
                    "settings: provider, profile, option, store (-2001 to -2006), or a file with options",
                    "configuração: provedor, perfil, opção, armazenamento (-2001 a -2006), ou um arquivo com opções",
                ),
            ),
            ("30", Text("network (-3001 to -3004)", "rede (-3001 a -3004)")),
            (
                "40",
                Text(
                    "refused by the provider, or an answer of HTTP 400 and above (-4001 to -4009)",
                    "recusado pelo provedor, ou uma resposta HTTP de 400 para cima (-4001 a -4009)",
                ),
            ),
            ("90", Text("a bug in this program", "um defeito deste programa")),
        ],
    },
    Section {
        title: Text("Environment", "Ambiente"),
        paragraphs: &[],
        rows: &[
            (
                "ERPTOKEN_...",
                Text(
                    "an option, as above; not believed by a program with more rights than its user",
                    "uma opção, como acima; ignorada por um programa com mais direitos que seu usuário",
                ),
            ),
            (
                "ERPTOKEN_TOKEN",
                Text(
                    "set by exec, read by reject: the token",
                    "definida por exec, lida por reject: o token",
                ),
            ),
            (
                "ERPTOKEN_AUTHORIZATION",
                Text("set by exec: the header's value", "definida por exec: o valor do cabeçalho"),
            ),
            (
                "LC_ALL, LC_MESSAGES, LANG",
                Text(
                    "Portuguese if the first that is set begins with pt, else English; on Windows the language of the system. The \
                     option language (en, pt) decides before it.",
                    "português se a primeira definida começa com pt, senão inglês; no Windows, o idioma do sistema. A opção language \
                     (en, pt) vale antes disso.",
                ),
            ),
        ],
    },
];
