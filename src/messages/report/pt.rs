//! Portuguese of Brazil: the report.

use super::{Advice, Fact};
use crate::messages::message::pt::Pt;
use crate::messages::wording::all_of;
use crate::messages::wording::pt::kind;
use std::fmt::{Display, Formatter, Result};

impl Display for Pt<'_, Fact> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Fact::*;
        match self.0 {
            Made { version, abi, system, processor, tls, at } => write!(
                f,
                "Relatório da erptoken {version} (ABI {abi}; {system}, {processor}; TLS com {tls}), {at}"
            ),
            Provider { provider, name } => write!(f, "Provedor: {provider} ({name})"),
            Environment { name, base } => write!(f, "Ambiente: {name}, {base}"),
            User { user } => write!(f, "Conta: {user}"),
            NoUser => f.write_str("Conta: nenhum usuário definido"),
            Options { names } => write!(f, "Opções definidas: {names}"),
            NoOptions => f.write_str("Opções definidas: nenhuma"),
            ClientCertificate { subject, issuer, until, key, from } => write!(
                f,
                "Certificado de cliente ({from}): {subject}; emitido por {issuer}; até {until}; chave {key}"
            ),
            State { state } => write!(f, "Estado do token: {state}"),
            Expires { at } => write!(f, "O token vale até {at}"),
            LastError { status } => write!(f, "Último erro: {status}"),
            Counted { logins, refreshes, failures } => write!(
                f,
                "Neste processo: logins: {logins}; renovações por refresh token: {refreshes}; falhas: {failures}"
            ),
            BadAnswer { at, operation, http_status, content_type, bytes, verdict } => write!(
                f,
                "Resposta: {at}, {operation}: HTTP {http_status}, {}, {bytes} bytes, entendida como {verdict}",
                kind(content_type)
            ),
            Unanswered { at, operation } => write!(f, "Resposta: {at}, {operation}: nenhuma"),
            Store { kind } => write!(f, "Armazenamento (store): {kind}"),
            StoreWorks { kind, ms } => {
                write!(f, "Armazenamento (store): {kind}, permite gravar e ler ({ms} ms)")
            }
            Direct => f.write_str("Proxy: nenhum"),
            DirectAsLoopback { proxy } => {
                write!(f, "Proxy: {proxy} está definido, mas não vale para a própria máquina")
            }
            DirectAsExcepted { proxy, setting } => {
                write!(f, "Proxy: {proxy} está definido por {setting}, mas uma exceção exclui este servidor")
            }
            Proxied { proxy, setting } => write!(f, "Proxy: {proxy}, definido por {setting}"),
            LookedUp { host, addresses, ms } => write!(f, "Nome: {host} corresponde a {addresses} ({ms} ms)"),
            NotLookedUp { host, ms } => write!(f, "Nome: {host} não foi encontrado ({ms} ms)"),
            Connected { address, ms } => write!(f, "Conexão: {address} aceita ({ms} ms)"),
            NotConnected { address, ms, cause } => {
                write!(f, "Conexão: {address} não aceita ({ms} ms): {}", Pt(cause))
            }
            Secured { version, cipher, ms } => write!(f, "TLS estabelecido: {version}, {cipher} ({ms} ms)"),
            NotSecured { ms } => write!(f, "TLS: a negociação falhou ({ms} ms)"),
            Certificate { number, subject, issuer, from, until } => {
                write!(f, "Certificado {number}: {subject}; emitido por {issuer}; de {from} até {until}")
            }
            Answered { http_status, ms } => {
                write!(f, "Requisição: respondida com HTTP {http_status} ({ms} ms)")
            }
            NotAnswered => f.write_str("Requisição: sem resposta"),
            Clock { ahead_s } => write!(f, "Relógio: o servidor está {ahead_s} s à frente desta máquina"),
            ClockUnknown => f.write_str("Relógio: o servidor não informou sua hora"),
            Advice => f.write_str("O que fazer:"),
            ProfileValid { path, title } => write!(f, "O perfil {path} é válido: {title}"),
            ProfileInvalid { path, problems } => {
                write!(f, "O perfil {path} não é válido. Problemas: {problems}")
            }
            ProfileWarnings { warnings } => write!(f, "Avisos: {warnings}"),
            Sends { environment } => write!(
                f,
                "O que é enviado no ambiente {environment}, com [nome] no lugar de cada valor:"
            ),
            SendsAlways { operation } => write!(f, "Operação {operation}:"),
            SendsWith { operation, options } => {
                write!(f, "Operação {operation}, que precisa de {}:", all_of(options, "e"))
            }
            SendsApi => f.write_str("api, uma chamada do próprio programa a um [path]:"),
            NotShown { requests } => {
                write!(f, "Extenso demais para mostrar: outras {requests} requisições")
            }
            Computed => f.write_str("O que é calculado:"),
            Fixed => f.write_str("O token, para o qual nada é enviado:"),
        }
    }
}

impl Display for Pt<'_, Advice> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Advice::*;
        match self.0 {
            AllWell => f.write_str("nada está errado no caminho até o provedor"),
            Failed { why } => Pt(why).fmt(f),
            Lacks { options } => {
                write!(f, "para um login, falta definir {} com erptoken_set", all_of(options, "e"))
            }
            LastFailed { status, retry_in_s, why } => write!(
                f,
                "a última renovação falhou ({status}); nova tentativa em {retry_in_s} s, no mínimo: {}",
                Pt(why)
            ),
            Foreign { times } => write!(
                f,
                "{times} das últimas respostas vieram de algo que está na frente do provedor (firewall, gateway, proxy ou página \
                 de login): peça ao administrador da rede que libere este computador, e confira \"base_url\""
            ),
            Redirected { times } => write!(
                f,
                "{times} das últimas respostas apontavam para outro endereço: confira \"environment\" e \"base_url\"; uma rede que \
                 pede um login próprio também faz isso"
            ),
            DeadOnArrival => f.write_str(
                "o provedor enviou um token que já chegou vencido: veja expires_in, expires_at ou exp na resposta dele, e \
                 compare o relógio do servidor com o desta máquina",
            ),
            ClockFast { seconds } => write!(
                f,
                "o relógio desta máquina está {seconds} s adiantado: acerte-o, ou tokens e certificados parecerão vencidos"
            ),
            ClockSlow { seconds } => write!(
                f,
                "o relógio desta máquina está {seconds} s atrasado: acerte-o, ou certificados parecerão ainda não válidos \
                 e tokens vencidos parecerão válidos"
            ),
            DeadAddress { address, cause } => write!(
                f,
                "entre vários endereços, não há acesso a {address} ({}): cada nova conexão pode esperar por ele; corrija a \
                 rota ou o registro do nome no DNS",
                Pt(cause)
            ),
            Untrusted { issuer } => write!(
                f,
                "o certificado apresentado foi emitido por {issuer}: se for um proxy ou antivírus desta rede, defina \
                 \"ca_file\" com o certificado da autoridade dele, ou faça com que ele não inspecione este servidor"
            ),
            OwnEndsSoon { whose, until } => {
                write!(f, "o certificado de cliente de {whose} vence em {until}: renove-o, e defina \"client_certificate\" com o novo")
            }
            EndsSoon { until } => {
                write!(f, "o certificado do servidor vence em {until}: avise quem mantém esse servidor")
            }
        }
    }
}
