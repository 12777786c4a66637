//! Portuguese of Brazil, in the words of those who write ERP programs. What it must have in common with the English
//! is in `tests`.

use super::Message;
use crate::messages::wording::all_of;
use crate::messages::wording::pt::{kind, said, suspicion};
use crate::messages::Language;
use std::fmt;

/// Something in Portuguese.
pub struct Pt<'a, T>(pub &'a T);

impl fmt::Display for Pt<'_, Message> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Message::*;
        match self.0 {
            NullArgument { name } => write!(f, "{name} é NULL: o parâmetro é obrigatório"),
            NullBuffer { capacity } => write!(
                f,
                "o buffer é NULL, mas a capacidade informada é {capacity}: para consultar o tamanho, informe 0"
            ),
            NegativeLength { length } => write!(f, "o tamanho informado é {length}: deve ser 0 ou maior"),
            EmptyArgument { name } => write!(f, "{name} está vazio: o parâmetro é obrigatório"),
            TooLong { name, most } => write!(f, "{name} tem mais de {most} bytes"),
            NotUtf8 { name, position } => write!(
                f,
                "{name} não está em UTF-8 (byte {position}): parece ser Windows-1252; converta com UTF8Encode ou \
                 equivalente, ou chame as funções erptokena_, que recebem a página de código de 8 bits do sistema, ou \
                 erptokenw_, que recebem UTF-16"
            ),
            NotUtf16 { name, position } => write!(
                f,
                "{name} não está em UTF-16 (unidade {position}): há ali só metade de um par substituto; talvez o texto \
                 tenha sido cortado no meio de um caractere"
            ),
            NotAnsi { name, position } => write!(
                f,
                "{name}: o byte {position} não é um caractere da página de código ANSI (a do processo no Windows; nos \
                 outros, Windows-1252); se o texto for UTF-8, chame as funções erptoken_; se for UTF-16, erptokenw_"
            ),
            StaleHandle { handle, wanted } => write!(
                f,
                "{handle} não é um handle de {} aberto: foi fechado, nunca foi aberto ou é de outro tipo",
                Pt(wanted)
            ),
            HandleOfParent => {
                write!(f, "este handle foi aberto antes do fork: abra as contas no processo filho")
            }
            TooManyHandles { most } => write!(
                f,
                "há {most} handles abertos: feche os que não são mais necessários (um laço abre e nunca fecha?)"
            ),
            ShutDown => write!(f, "erptoken_shutdown foi chamada nesse meio-tempo: abra a conta novamente"),
            FromCallback => write!(
                f,
                "chamada de dentro do callback de log: ali só são permitidas as funções puras e as de erro"
            ),
            NoLevel => write!(f, "o nível não existe: 0 desligado, 1 erro, 2 aviso, 3 informação, 4 depuração"),
            TooManyCallbacks { most } => write!(
                f,
                "já há {most} callbacks de log: remova os que não são mais necessários, com o nível 0"
            ),
            CallbackRuns { seconds } => write!(
                f,
                "o callback ainda executa em outra thread após {seconds} s: não será mais chamado, mas não libere o que ele \
                 usa; ele espera por um lock de quem fez esta chamada?"
            ),
            UnknownStatus { status } => write!(f, "{status} não é um status desta biblioteca"),
            Internal { place } => write!(
                f,
                "defeito da erptoken, capturado em {place}: informe-o ao suporte com este texto; o programa pode continuar"
            ),

            UnknownProvider { name, known } => write!(
                f,
                "\"{name}\" não é um provedor: os conhecidos são {known}, ou o caminho absoluto de um perfil que \
                 termine em .json"
            ),
            ProfileUnreadable { path, cause } => {
                write!(f, "não foi possível ler o perfil {path}: {}", Pt(cause))
            }
            ProfileExposed { path, cause } => {
                write!(f, "o perfil {path} decide para onde vão as senhas e por isso não é usado: {}", Pt(cause))
            }
            ProfileInvalid { path, problem, more } => {
                write!(f, "o perfil {path} não é válido: {}", problem.told(Language::Portuguese))?;
                match more {
                    0 => Ok(()),
                    1 => write!(f, "; mais um problema: erptoken_check_profile mostra ambos"),
                    _ => write!(f, "; mais {more} problemas: erptoken_check_profile mostra todos"),
                }
            }
            UnknownOption { name: Some(name), known } => {
                write!(f, "\"{name}\" não é uma opção aqui: as conhecidas são {known}")
            }
            UnknownOption { name: None, known } => write!(
                f,
                "esse nome (não exibido: pode ser um valor) não é uma opção aqui: as conhecidas são {known}"
            ),
            UnknownProcessOption { name, known } => {
                match name {
                    Some(name) => write!(f, "\"{name}\" não é uma opção aqui")?,
                    None => f.write_str("esse nome (não exibido: pode ser um valor) não é uma opção aqui")?,
                }
                write!(f, ": as conhecidas são {known} e as opções de conta que não são credenciais")
            }
            Swapped { option } => write!(
                f,
                "a opção e o valor parecem trocados: \"{option}\" veio como valor, mas é o nome de uma opção"
            ),
            NotForProcess { name } => write!(
                f,
                "\"{name}\" pertence a uma conta: defina-a com erptoken_set, e não com erptoken_configure"
            ),
            BadValue { option, wanted } => {
                write!(f, "o valor de \"{option}\" não pode ser usado: deve ser {}", Pt(wanted))
            }
            UnknownEnvironment { name, provider, known } => {
                write!(f, "{provider} não tem o ambiente \"{name}\": os conhecidos são {known}")
            }
            NoDefaultEnvironment { provider, known } => write!(
                f,
                "{provider} tem vários ambientes e nenhum se chama production: defina \"environment\" como um destes: \
                 {known}"
            ),
            UnknownField { name, known } => {
                write!(f, "\"{name}\" não é um campo: os conhecidos são {known}")
            }
            TextField { name } => write!(f, "\"{name}\" é um texto: leia-o com erptoken_info"),
            Missing { provider, options } => write!(
                f,
                "para o login em {provider}, falta definir {} com erptoken_set",
                all_of(options, "e")
            ),
            MissingToRenew { provider, options } => write!(
                f,
                "o token importado de {provider} não pode mais ser usado e, para um login, falta definir {} com \
                 erptoken_set; ou importe um token mais novo",
                all_of(options, "e")
            ),
            ConsentMissing { provider, options } => write!(
                f,
                "não há token de {provider} que possa ser usado no armazenamento e um novo exige o consentimento de uma pessoa: \
                 peça a autorização no navegador e defina {} com erptoken_set (cada consentimento vale para um login)",
                all_of(options, "e")
            ),
            NoOperation { provider } => write!(f, "{provider} não tem essa operação"),
            NoRefresh { provider } => write!(f, "{provider} não tem renovação por refresh token"),
            RequestUnfit { provider, problem } => write!(
                f,
                "não é possível montar a requisição para {}: {}",
                provider.as_deref().unwrap_or("o servidor"),
                Pt(problem)
            ),
            PlainHttp { url } => write!(
                f,
                "{url} não é https: a senha ou o token de acesso passaria pela rede sem criptografia; use https, ou \
                 defina \"allow_http\" como 1 se isso for aceitável nesta rede"
            ),

            ClientCertificate { cause } => {
                write!(f, "não é possível usar o certificado de cliente: {}", Pt(cause))
            }

            UnknownHost { host } => write!(
                f,
                "o nome {host} não pôde ser resolvido: o DNS não o conhece; verifique base_url e a configuração de DNS"
            ),
            LookupFailed { host } => write!(
                f,
                "o nome {host} não pôde ser resolvido: {}; verifique a rede e a configuração de DNS",
                Pt(&super::Cause::NoNameServer)
            ),
            LocalFault { host, fault } => write!(f, "{host} não foi consultado: {}", Pt(fault)),
            LookupTimedOut { host, seconds } => write!(
                f,
                "tempo esgotado: nenhum servidor DNS respondeu em {seconds} s sobre {host}; verifique a rede e a \
                 configuração de DNS"
            ),
            ConnectFailed { host, cause } => {
                write!(f, "sem conexão com {host}: {}; verifique a rede, o firewall e o proxy", Pt(cause))
            }
            ConnectTimedOut { host, seconds } => write!(
                f,
                "tempo esgotado: {host} não aceitou a conexão em {seconds} s; há um firewall, ou um proxy que deve \
                 ser definido em \"proxy\"?"
            ),
            HandshakeTimedOut { host, seconds } => write!(
                f,
                "tempo esgotado: {host} aceitou a conexão, mas não iniciou o TLS em {seconds} s; a porta não é de \
                 https, ou há um firewall no caminho?"
            ),
            NoAnswer { host, seconds } => write!(
                f,
                "tempo esgotado: {host} aceitou a requisição, mas não respondeu por completo em {seconds} s"
            ),
            OutOfTime { host } => {
                write!(f, "tempo esgotado (timeout_ms) antes que {host} pudesse ser consultado")
            }
            HandshakeBroken { host, cause } => {
                write!(f, "a conexão com {host} caiu durante o handshake TLS: {}", Pt(cause))
            }
            Disconnected { host, cause } => {
                write!(f, "a conexão com {host} caiu antes de chegar uma resposta: {}", Pt(cause))
            }
            CutShort { host, http_status } => write!(
                f,
                "a resposta de {host} (HTTP {http_status}) chegou incompleta: a conexão caiu no meio"
            ),
            NotHttp { host, cause } => {
                write!(f, "o que {host} respondeu não é HTTP: {}; a porta está errada?", Pt(cause))
            }
            AnswerTooLarge { host, http_status, most } => {
                write!(f, "a resposta de {host} (HTTP {http_status}) tem mais de {most} bytes")
            }
            CompressedUnasked { host, http_status, encoding } => write!(
                f,
                "a resposta de {host} (HTTP {http_status}) está comprimida com {encoding} sem que ninguém pedisse, e não pode \
                 ser lida: desligue a compressão deste endereço no servidor ou no proxy à frente dele"
            ),
            NoMemoryFor { name, bytes } => write!(f, "não há memória para {bytes} bytes de {name}"),
            NoMemory { host, bytes } => write!(
                f,
                "este processo não tem {bytes} bytes de memória para a resposta de {host}: peça menos de cada vez"
            ),
            Tls { host, cause } => write!(f, "sem conexão segura com {host}: {}", Pt(cause)),
            ProxyFailed { proxy, cause } => {
                write!(f, "o proxy {proxy} não pode ser usado: {}; verifique \"proxy\"", Pt(cause))
            }
            ProxyUnusable { setting, kind: Some(kind) } => write!(
                f,
                "o proxy definido em {setting} não pode ser usado: proxies do tipo {kind} não são aceitos; deve ser da forma \
                 http://[usuário:senha@]host:porta"
            ),
            ProxyUnusable { setting, kind: None } => write!(
                f,
                "o proxy definido em {setting} não pode ser usado: deve ser da forma \
                 http://[usuário:senha@]host:porta"
            ),
            ProxyRefused { proxy, http_status } => write!(
                f,
                "o proxy {proxy} recusou a conexão (HTTP {http_status}): o host do provedor está liberado nele?"
            ),
            ProxyLogin { proxy, http_status } => write!(
                f,
                "o proxy {proxy} exige usuário e senha, ou recusou os que recebeu (HTTP {http_status}): defina \"proxy\" \
                 como http://usuário:senha@host:porta"
            ),

            ProxyWays { proxy, http_status, ways } => write!(
                f,
                "o proxy {proxy} exige autenticação por {ways} (HTTP {http_status}), que esta biblioteca não fala, só \
                 Basic: defina \"proxy\" com um intermediário nesta máquina que fale (cntlm, px), ou libere no proxy o \
                 acesso desta máquina sem usuário e senha"
            ),
            ProxyUnreached { proxy, host, http_status } => write!(
                f,
                "o proxy {proxy} não conseguiu chegar a {host} (HTTP {http_status}): o servidor, ou a rede depois do proxy, \
                 pode estar fora do ar"
            ),

            Refused { provider, http_status, server } => write!(
                f,
                "{provider} recusou o usuário, a senha ou a chave (HTTP {http_status}).{} Não serão enviados \
                 novamente até que mudem, para que a conta não seja bloqueada",
                said(server)
            ),
            MfaWanted { provider } => write!(
                f,
                "{provider} exige um segundo fator: defina \"mfa_code\" com o código exibido agora e chame novamente"
            ),
            MfaRefused { provider, http_status, server } => write!(
                f,
                "{provider} recusou o segundo fator (HTTP {http_status}).{} Defina \"mfa_code\" com o código exibido \
                 agora e chame novamente",
                said(server)
            ),
            PasswordChange { provider } => write!(
                f,
                "{provider} exige primeiro a troca da senha: troque-a no portal do provedor e depois defina a nova"
            ),
            Forbidden { provider, http_status, server } => write!(
                f,
                "{provider} não permite isso a esta conta (HTTP {http_status}): peça a permissão ao provedor.{}",
                said(server)
            ),
            NotFound { provider, http_status, server } => write!(
                f,
                "{provider} não encontrou o que foi pedido (HTTP {http_status}): base_url está errada?{}",
                said(server)
            ),
            RateLimited { provider, http_status, server } => write!(
                f,
                "{provider} pede para aguardar (HTTP {http_status}): requisições demais.{}",
                said(server)
            ),
            ServerFailed { provider, http_status, server } => write!(
                f,
                "{provider} falhou (HTTP {http_status}): tente novamente mais tarde.{}",
                said(server)
            ),
            FieldMissing { provider, field, http_status, bytes, content_type } => write!(
                f,
                "falta {field} na resposta de {provider} (HTTP {http_status}, {bytes} bytes, {}){}",
                kind(content_type),
                suspicion(content_type)
            ),
            NotJson { provider, what, http_status, bytes, content_type } => write!(
                f,
                "o que chegou no lugar da resposta de {provider} não é JSON, e sim {} (HTTP {http_status}, {bytes} bytes, {}): um \
                 gateway, firewall ou proxy respondeu no lugar do provedor; libere nele o endereço do provedor, ou verifique \
                 \"base_url\" e \"proxy\"",
                Pt(what),
                kind(content_type)
            ),
            Redirected { provider, http_status, target } => write!(
                f,
                "o endereço de {provider} redireciona para {target} (HTTP {http_status}), o que não é seguido: a senha e o token \
                 não vão para outro endereço; verifique \"base_url\", ou se um gateway ou proxy exige um login antes"
            ),
            UnfitToken { provider, http_status } => write!(
                f,
                "o access_token na resposta de {provider} (HTTP {http_status}) tem no meio um espaço, uma quebra de linha ou outro \
                 caractere que nenhum cabeçalho aceita: o provedor precisa corrigir isso"
            ),
            TooManySteps { provider, most } => write!(
                f,
                "as respostas de {provider} pedem mais de {most} etapas seguidas: corrija `next` no perfil"
            ),
            FieldElsewhere { whose, field, places, operation, there, server } => {
                write!(f, "{whose}: {field} não está em {places} na resposta de {operation}; ")?;
                match there.as_str() {
                    "" => f.write_str("não há nada que tenha nome")?,
                    there => write!(f, "há: {there}")?,
                }
                f.write_str(&said(server))
            }
            ClientRefused { provider, http_status, server } => write!(
                f,
                "{provider} recusou o cliente, não o usuário (HTTP {http_status}): verifique \"client_id\" e \
                 \"client_secret\", ou o certificado do cliente.{}",
                said(server)
            ),
            Unexpected { provider, http_status, bytes, content_type, server } => write!(
                f,
                "{provider} respondeu o que o seu perfil não descreve (HTTP {http_status}, {bytes} bytes, {}){}{}",
                kind(content_type),
                suspicion(content_type),
                said(server)
            ),

            HostNotAllowed { host } => write!(
                f,
                "o token não pode ir para {host}: não é um host do ambiente escolhido; inclua-o em \"api_hosts\" se ele for de \
                 confiança"
            ),
            BodyLength { length } => write!(
                f,
                "o tamanho do corpo é {length}: deve ser 0 ou maior, ou -1 para um texto terminado em NUL"
            ),
            ResponseTooLarge { host, http_status, most } => write!(
                f,
                "a resposta de {host} (HTTP {http_status}) tem mais de {most} bytes: peça menos de cada vez, ou aumente \
                 \"max_response_bytes\""
            ),
            NoSuchHeader { name } => write!(f, "a resposta não tem o cabeçalho \"{name}\""),
            NoSuchField { path } => write!(f, "o JSON da resposta não tem nada em \"{path}\""),
            NotAPath { path } => write!(
                f,
                "\"{path}\" não é um JSON Pointer: deve ser vazio ou começar com / como em /items/0/id; ~ se escreve ~0, e / \
                 dentro de um nome ~1"
            ),
            BodyNotJson { http_status, bytes, content_type } => write!(
                f,
                "o corpo da resposta não é JSON (HTTP {http_status}, {bytes} bytes, {}): leia com erptoken_response_text",
                kind(content_type)
            ),
            Compressed { encoding } => write!(
                f,
                "o corpo da resposta está comprimido com {encoding} (cabeçalho Content-Encoding): leia com \
                 erptoken_response_bytes, ou não envie Accept-Encoding: gzip e deflate que ninguém pediu são lidos"
            ),
            UnknownCharset => f.write_str(
                "o charset da resposta (cabeçalho Content-Type) não é conhecido: leia os bytes com erptoken_response_bytes",
            ),

            AppToken { about } => Pt(about).fmt(f),

            WaitedTooLong { ms } => write!(
                f,
                "tempo esgotado: nenhum token de acesso em {ms} ms (timeout_ms); a renovação continua, e a próxima \
                 chamada talvez já encontre o resultado"
            ),
            LogoutUnfinished { ms } => write!(
                f,
                "após {ms} ms (timeout_ms), um login ainda estava em andamento: o que ele trouxer não fica guardado \
                 aqui, mas pode valer no provedor até expirar"
            ),
            OthersLogIn => write!(
                f,
                "o tempo se esgotou com outros logins desta conta em andamento: o resultado deles decide se mais um \
                 é seguro"
            ),
            Remembered { age_s, retry_in_s } => write!(
                f,
                " (falha lembrada, ocorrida há {age_s} s; aguarde {retry_in_s} s até a próxima tentativa)"
            ),
            CertificateAsked { whose: None } => f.write_str(
                "; o servidor pediu um certificado de cliente, e não há nenhum: ele precisa de um (\"client_certificate\")?",
            ),
            CertificateAsked { whose: Some(whose) } => write!(
                f,
                "; o servidor pediu um certificado de cliente e recebeu o de {whose}: é o que esse servidor conhece?"
            ),
            Guarded { refused, minutes } => write!(
                f,
                "o provedor recusou {refused} logins desta conta em {minutes} min: o próximo fica retido, para que a \
                 conta não seja bloqueada; enquanto isso, confira o usuário e a senha"
            ),
            TooShortLived { left_s, wanted_s } => write!(
                f,
                "o token mais novo que se pode obter ainda vale {left_s} s, e min_seconds_left pede {wanted_s}: \
                 diminua-o"
            ),
            StoreBusy => f.write_str(
                "não foi possível obter o lock do store: outro programa o mantém, ou o sistema de arquivos não tem lock"
            ),
            StoreForgets => f.write_str("o store não devolve o que foi gravado nele"),
            RefusedAgain => write!(
                f,
                "este token já substituiu um que foi recusado há menos de 60 s: um mais novo também seria recusado; \
                 falta à conta uma permissão dessa API, ou a requisição vai para outro ambiente"
            ),
            NothingRenews => f.write_str(
                "uma API recusou este token, e nada pode renová-lo: ele é mantido e continua sendo entregue; confira se é \
                 o certo, as permissões dele no provedor e o ambiente"
            ),
            Store { fault } => Pt(fault).fmt(f),
        }
    }
}
