//! The texts of each fault, in both languages beside each other. What stands in backquotes is the format's own.

use crate::messages::Language;

macro_rules! faults {
    ($($name:ident: $en:literal, $en_hint:literal, $pt:literal, $pt_hint:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($name,)*
        }

        impl Fault {
            #[cfg(test)]
            pub const ALL: &'static [Fault] = &[$(Fault::$name,)*];
        }

        const TEXTS: &[[&str; 4]] = &[$([$en, $en_hint, $pt, $pt_hint],)*];
    };
}

impl Fault {
    /// What is wrong, and the hint, which may be empty.
    pub fn texts(self, language: Language) -> (&'static str, &'static str) {
        let [en, en_hint, pt, pt_hint] = TEXTS.get(self as usize).copied().unwrap_or_default();
        match language {
            Language::English => (en, en_hint),
            Language::Portuguese => (pt, pt_hint),
        }
    }
}

faults! {
    // The file.
    TooLarge: "the file is larger than 1 MiB", "", "o arquivo é maior que 1 MiB", "";
    Empty: "the file is empty", "a profile is a JSON object: `{ ... }`", "o arquivo está vazio", "um perfil é um objeto JSON: `{ ... }`";
    NotJson: "this is not JSON", "a profile is a JSON object: `{ ... }`", "isto não é JSON", "um perfil é um objeto JSON: `{ ... }`";
    Utf16: "the file is in UTF-16, which some editors call Unicode", "save it as UTF-8", "o arquivo está em UTF-16, que alguns editores chamam de Unicode", "salve-o como UTF-8";
    NotUtf8: "this character is not in UTF-8: the file looks like Windows-1252 (ANSI)", "save it as UTF-8", "este caractere não está em UTF-8: o arquivo parece estar em Windows-1252 (ANSI)", "salve-o como UTF-8";

    // JSON.
    Comment: "a comment, which JSON does not have", "remove it", "um comentário, que não existe em JSON", "remova-o";
    SingleQuotes: "a text in single quotes", "write it in double quotes: `\"...\"`", "um texto entre aspas simples", "escreva-o entre aspas duplas: `\"...\"`";
    TypographicQuotes: "a text in typographic quotes, which a word processor or a web page makes", "write it in straight double quotes: `\"...\"`", "um texto entre aspas tipográficas, feitas por um editor de textos ou por uma página da web", "escreva-o entre aspas duplas retas: `\"...\"`";
    InvisibleBlank: "an invisible character that is no blank of JSON, as web pages have them", "delete it and type a blank", "um caractere invisível que não é um espaço de JSON, como os de páginas da web", "apague-o e digite um espaço";
    ExtraComma: "a comma too many", "remove it", "uma vírgula a mais", "remova-a";
    MissingComma: "a comma is missing before this", "put `,` between the members of an object or a list", "falta uma vírgula antes daqui", "ponha `,` entre os membros de um objeto ou de uma lista";
    MissingColon: "a colon is missing after the key", "write `\"key\": value`", "faltam os dois-pontos depois da chave", "escreva `\"chave\": valor`";
    MissingValue: "a value is missing here", "after `:` stands a text, a number, `true`, `false`, `null`, a list or an object", "falta um valor aqui", "depois de `:` vem um texto, um número, `true`, `false`, `null`, uma lista ou um objeto";
    MissingKey: "a key in double quotes must stand here", "write `\"key\": value`", "aqui deve haver uma chave entre aspas duplas", "escreva `\"chave\": valor`";
    BareKey: "a key without quotes", "write it in double quotes: `\"...\"`", "uma chave sem aspas", "escreva-a entre aspas duplas: `\"...\"`";
    BareText: "a text without quotes", "write it in double quotes: `\"...\"`", "um texto sem aspas", "escreva-o entre aspas duplas: `\"...\"`";
    NotFinite: "this number does not exist in JSON (`NaN`, `Infinity`)", "write a number", "este número não existe em JSON (`NaN`, `Infinity`)", "escreva um número";
    LowerCase: "JSON writes `true`, `false` and `null` in lower case", "", "JSON escreve `true`, `false` e `null` em minúsculas", "";
    BadNumber: "this number is not written as JSON wants it", "no leading zero, no `+`, a dot before decimals, digits on both sides of the dot", "este número não está escrito como JSON exige", "sem zero à esquerda, sem `+`, um ponto antes dos decimais, dígitos dos dois lados do ponto";
    UnclosedText: "this text has no closing quote in its line", "put `\"` at its end; a line break within a text is `\\n`", "este texto não tem aspas de fechamento na sua linha", "ponha `\"` no fim; uma quebra de linha dentro de um texto é `\\n`";
    ControlCharacter: "a control character within a text, such as a tab", "write `\\t` for a tab", "um caractere de controle dentro de um texto, como uma tabulação", "escreva `\\t` para uma tabulação";
    BadEscape: "a `\\` that begins nothing JSON knows", "write `\\\\` for one backslash", "uma `\\` que não inicia nada que JSON conheça", "escreva `\\\\` para uma barra invertida";
    Unclosed: "the bracket `{0}` that is opened here is never closed", "", "o sinal `{0}` aberto aqui nunca é fechado", "";
    WrongBracket: "`{0}` must close here what was opened last", "", "aqui `{0}` deve fechar o que foi aberto por último", "";
    TooDeep: "lists and objects within one another, deeper than 128", "", "listas e objetos uns dentro dos outros, além de 128 níveis", "";
    AfterEnd: "something stands after the end of the profile", "remove it, or look for a bracket that closes too early", "há algo depois do fim do perfil", "remova-o, ou procure um sinal que fecha cedo demais";
    Unexpected: "a character that has no meaning in JSON here", "", "um caractere que não tem significado em JSON aqui", "";
    Twice: "{0} stands here twice", "remove one of the two", "{0} aparece aqui duas vezes", "remova uma das duas";

    // Keys and kinds of values.
    WrongKind: "found {0}; what must stand here is {1}", "", "encontrado: {0}; o que deve haver aqui é {1}", "";
    UnknownKey: "{0} is not a key that is known here", "", "{0} não é uma chave conhecida aqui", "";
    Lacking: "the key `{0}` is missing", "", "falta a chave `{0}`", "";
    UnknownWord: "this word is not known here", "", "esta palavra não é conhecida aqui", "";
    OutOfRange: "what must stand here is a whole number from {0} to {1}", "", "aqui deve haver um número inteiro de {0} a {1}", "";
    Format: "this library reads format {0} of profiles, not {1}", "write `\"erptoken_profile\": 1`, or use a newer library", "esta biblioteca lê o formato {0} de perfis, não {1}", "escreva `\"erptoken_profile\": 1`, ou use uma biblioteca mais nova";

    // Templates.
    BraceOpen: "a `{` without its `}`", "a template has names in braces, such as `{username}`, and no other braces", "um `{` sem o seu `}`", "um modelo tem nomes entre chaves, como `{username}`, e nenhum outro `{` ou `}`";
    BraceClose: "a `}` without its `{`", "a template has names in braces, such as `{username}`, and no other braces", "um `}` sem o seu `{`", "um modelo tem nomes entre chaves, como `{username}`, e nenhum outro `{` ou `}`";
    BraceName: "a `{` that no name follows", "names are lower case: a-z, 0-9, `_`", "um `{` que não é seguido de um nome", "nomes são em minúsculas: a-z, 0-9, `_`";
    BraceForm: "what follows the `:` of a name in braces is not known", "allowed: `integer`, `utc`; for `client_certificate`, `sha256` and `sha1`", "o que segue os `:` de um nome entre chaves não é conhecido", "permitido: `integer`, `utc`; para `client_certificate`, `sha256` e `sha1`";
    BraceTwice: "a brace written twice", "names stand in single braces: `{username}`", "um `{` ou `}` escrito duas vezes", "nomes ficam entre chaves simples: `{username}`";
    Dollar: "a `$` before a `{`", "names stand in braces alone: `{username}`", "um `$` antes de um `{`", "nomes ficam só entre chaves: `{username}`";
    UnknownName: "the name {0} in braces is not known here", "", "o nome {0} entre chaves não é conhecido aqui", "";
    TooEarly: "a login has no `{0}` yet", "only what is set before the first request can stand here", "um login ainda não tem `{0}`", "só o que está definido antes da primeira requisição pode estar aqui";
    AddressPlain: "an address is always set, and a text", "write it without `?` and `:`", "um endereço está sempre definido, e é um texto", "escreva-o sem `?` e `:`";
    IntegerAlone: "in JSON, `:integer` becomes a number, so it must be the whole text", "", "em JSON, `:integer` vira um número, por isso deve ser o texto inteiro", "";
    OnlyOptions: "only `{base}`, options and `values` can be used here", "", "só `{base}`, opções e `values` podem ser usados aqui", "";
    OnlyCallNames: "only `{access_token}`, options, `values` and `kept` can be used here", "", "só `{access_token}`, opções, `values` e `kept` podem ser usados aqui", "";

    // Paths.
    PathStart: "a path is empty or begins with `/`", "such as `/data/access_token`", "um caminho é vazio ou começa com `/`", "como `/data/access_token`";
    PathTilde: "a `~` in a path stands for nothing", "write `~0` for `~`, and `~1` for `/`", "um `~` no caminho não representa nada", "escreva `~0` para `~`, e `~1` para `/`";

    // Names.
    TooMany: "more than {0} names", "", "mais de {0} nomes", "";
    NotAName: "not a name", "a-z, 0-9 and `_`, a letter first", "não é um nome", "a-z, 0-9 e `_`, começando com uma letra";
    NotAPlainName: "not a name", "a-z, 0-9, `-` and `_`, a letter first", "não é um nome", "a-z, 0-9, `-` e `_`, começando com uma letra";
    NameTaken: "this name has another meaning", "choose another one", "este nome já tem outro significado", "escolha outro";
    Credential: "a credential has no place in a profile", "write `null`; the program sets it as an option of the account", "uma credencial não tem lugar num perfil", "escreva `null`; o programa a define como opção da conta";
    NotAnOwnOption: "no option of this profile without a default has this name", "put it into `options` with `null`", "nenhuma opção deste perfil sem valor padrão tem este nome", "coloque-a em `options` com `null`";
    NoSuchOption: "no option has this name", "", "nenhuma opção tem este nome", "";
    NoSuchUrl: "the profile's `urls` has no such name", "", "o `urls` do perfil não tem este nome", "";
    NoSuchStep: "the profile has no such step", "", "o perfil não tem esta etapa", "";
    FieldKey: "the name of a field cannot have `{` or `}`", "names of fields are sent as they are", "o nome de um campo não pode ter `{` ou `}`", "nomes de campos são enviados como estão";

    // Addresses and headers.
    NotAnAddress: "not an address", "such as `https://host/path`; without a user before the host", "não é um endereço", "como `https://host/caminho`; sem usuário antes do host";
    NotABase: "not a usable address of an installation", "such as `https://host/path`; without a user, `?` and `#`", "não é um endereço utilizável de uma instalação", "como `https://host/caminho`; sem usuário, `?` e `#`";
    NotAHost: "not a host", "`host` or `host:port`", "não é um host", "`host` ou `host:porta`";
    UrlBegins: "the host of a URL must be fixed", "it begins with `{base}`, a name of `urls` or `https://host/`; then comes `/` or `?`", "o host de uma URL deve ser fixo", "ela começa com `{base}`, um nome de `urls` ou `https://host/`; depois vem `/` ou `?`";
    AddressFirst: "an address can only stand at the beginning of a URL", "", "um endereço só pode ficar no começo de uma URL", "";
    UrlOptional: "a URL has no field that a `?` within the braces could leave out", "write the name without `?`", "uma URL não tem campo que um `?` dentro das chaves possa omitir", "escreva o nome sem `?`";
    UrlText: "characters that a URL must encode", "write them percent-encoded: `%20` for a blank", "caracteres que uma URL deve codificar", "escreva-os codificados: `%20` para um espaço";
    NotACookie: "not the name of a cookie", "", "não é o nome de um cookie", "";
    NotAHeader: "not the name of a header", "", "não é o nome de um cabeçalho", "";
    OwnHeader: "the library sets this header itself", "remove it", "a própria biblioteca define este cabeçalho", "remova-o";
    HeaderText: "a header has printable ASCII only and no blank at either end", "", "um cabeçalho só tem ASCII imprimível e nenhum espaço nas pontas", "";

    // What belongs together.
    NoEnvironment: "there must be one environment at least", "such as `\"production\": { \"base\": \"https://host\" }`", "deve haver ao menos um ambiente", "como `\"production\": { \"base\": \"https://host\" }`";
    TwoTests: "two environments are marked `test`", "", "dois ambientes estão marcados como `test`", "";
    NamedTest: "the environment `test` is the one marked so", "add `\"test\": true`, or give it another name", "o ambiente `test` é o que tem essa marca", "acrescente `\"test\": true`, ou dê-lhe outro nome";
    NoLogin: "there must be one alternative at least", "", "deve haver ao menos uma alternativa", "";
    LoginOrFixed: "a profile has either `login` or `fixed`", "", "um perfil tem `login` ou `fixed`, um dos dois", "";
    BesideFixed: "`fixed` sends nothing, so this has no meaning beside it", "remove it", "`fixed` não envia nada, portanto isto não tem significado ao lado dele", "remova-o";
    EmptyToken: "the token is empty", "such as `{access_key}`", "o token está vazio", "como `{access_key}`";
    CarriesNothing: "nothing carries `{access_token}`", "put it into `authorize`, `authorize_query` or `authorize_json`", "nada leva `{access_token}`", "coloque-o em `authorize`, `authorize_query` ou `authorize_json`";
    CarriesTwice: "`{access_token}` is in two headers", "one header at most carries it", "`{access_token}` está em dois cabeçalhos", "no máximo um cabeçalho o leva";
    TokenPlain: "`{access_token}` must stand here once and without `?` and `:`", "", "`{access_token}` deve estar aqui uma só vez e sem `?` e `:`", "";
    TwoBodies: "a body is `form` or `json`, not both", "", "um corpo é `form` ou `json`, não ambos", "";
    NoBody: "this method has no body", "remove `form` and `json`, or use `POST`", "este método não tem corpo", "remova `form` e `json`, ou use `POST`";
    NoCondition: "a rule needs a condition: `status`, `has`, or `at` with `equals`", "", "uma regra precisa de uma condição: `status`, `has`, ou `at` com `equals`", "";
    AtEquals: "`at` and `equals` stand together", "", "`at` e `equals` andam juntos", "";
    Comparable: "what must stand here is a text, a number, `true` or `false`", "", "aqui deve haver um texto, um número, `true` ou `false`", "";
    NoMeaning: "the rule does not say what the answer means", "add `is`", "a regra não diz o que a resposta significa", "acrescente `is`";
    DeadRule: "`is`, `next` and `keep` have no meaning in `dead`", "remove them", "`is`, `next` e `keep` não têm significado em `dead`", "remova-os";
    KeepWithoutNext: "`keep` has a meaning beside `next` only", "", "`keep` só tem significado ao lado de `next`", "";
    NextHere: "nothing can follow this operation", "`next` is for `login`, `refresh`, `mfa` and `steps`", "nada pode seguir esta operação", "`next` é para `login`, `refresh`, `mfa` e `steps`";
    ListOnly: "`items` and `pages` are for `app.list` only", "", "`items` e `pages` são só para `app.list`", "";
    NoItems: "where is the list? `items` is missing", "", "onde está a lista? Falta `items`", "";
    EmptyCut: "cut at what? The text is empty", "", "cortar onde? O texto está vazio", "";
    NoPath: "no path, but this field is wanted", "such as `[\"/access_token\"]`", "nenhum caminho, mas este campo é necessário", "como `[\"/access_token\"]`";
    Zone: "not an offset of a time zone", "such as `-03:00`", "não é o deslocamento de um fuso horário", "como `-03:00`";
    OneKind: "a value has exactly one of `base64`, `sha256`, `md5`, `hmac_sha256` and `jwt`", "", "um valor tem exatamente um entre `base64`, `sha256`, `md5`, `hmac_sha256` e `jwt`", "";
    NotOfThisKind: "this key has no meaning for this kind of value", "remove it", "esta chave não tem significado para este tipo de valor", "remova-a";
    OurMember: "the library writes this member itself", "remove it", "a própria biblioteca escreve este membro", "remova-o";
    ClientKeySigns: "`{client_key}` signs and is never sent", "it stands alone as `key` of a `jwt` of RS256, PS256 or ES256", "`{client_key}` assina e nunca é enviada", "ela fica sozinha em `key` de um `jwt` RS256, PS256 ou ES256";
    AuthorizedBody: "`authorize_json` puts its members into a JSON object, and this body is none", "write the body as an object in `json`, or leave `authorize` out", "`authorize_json` põe seus membros em um objeto JSON, e este corpo não é um", "escreva o corpo como objeto em `json`, ou omita `authorize`";
    Circle: "it is made of itself, by way of others perhaps, or of more than 16 levels of others", "", "é feito de si mesmo, talvez por meio de outros, ou de mais de 16 níveis de outros", "";

    // Only odd.
    Unused: "nothing uses this name", "remove it, or look for a misspelt use", "nada usa este nome", "remova-o, ou procure um uso com erro de escrita";
    NoRefreshToken: "no answer brings a refresh token: no `take` names one", "add `refresh_token` to `take`: what a `take` does not name is not taken", "nenhuma resposta traz um refresh token: nenhum `take` cita um", "acrescente `refresh_token` a `take`: o que um `take` não cita não é lido";
    Hidden: "this rule never holds: an earlier one has the same condition", "remove it, or make the earlier one more precise", "esta regra nunca vale: uma anterior tem a mesma condição", "remova-a, ou torne a anterior mais precisa";
}
