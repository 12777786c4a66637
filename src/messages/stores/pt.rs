//! Portuguese of Brazil: the store.

#[cfg(feature = "redis")]
use super::RedisFault;
use super::{FolderFault, StoreFault};
use crate::messages::message::pt::Pt;
use std::fmt::{Display, Formatter, Result};

impl Display for Pt<'_, StoreFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use StoreFault::*;
        match self.0 {
            Unusable { folder, cause } => write!(f, "não é possível usar o store {folder}: {}", Pt(cause)),
            KeyMissing => f.write_str(
                "o store precisa de uma chave: defina store_key com 64 dígitos hexadecimais, ou com file: e o caminho de um \
                 arquivo que os contenha",
            ),
            KeyExposed { path, cause } => write!(f, "a chave do store, {path}, não é secreta: {}", Pt(cause)),
            OnlyOnWindows { value } => write!(
                f,
                "store_key = {value} é para o Windows: defina 64 dígitos hexadecimais, ou file: e o caminho de um arquivo que \
                 os contenha"
            ),
            Fixed { option } => write!(
                f,
                "{option} já não pode mudar, porque já há tokens guardados: defina esta opção antes da primeira chamada que \
                 precise de um token"
            ),
            Occupied { seconds } => write!(
                f,
                "outro processo está renovando este token há mais de {seconds} s: ele está parado? Encerre esse processo, ou \
                 tente mais tarde"
            ),
            Elsewhere => f.write_str("outro processo está renovando este token: tente de novo em instantes"),
            #[cfg(not(feature = "redis"))]
            NotBuilt => f.write_str(
                "esta compilação não tem o store em um servidor Redis: use a de uma versão publicada, ou compile sem --no-default-features",
            ),
            #[cfg(feature = "redis")]
            Redis { server, cause } => write!(f, "não é possível usar o store {server}: {}", Pt(cause)),
        }
    }
}

impl Display for Pt<'_, FolderFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use FolderFault::*;
        match self.0 {
            NotAbsolute => f.write_str("o caminho não é absoluto"),
            NotAFolder => f.write_str("não é uma pasta, ou é um link"),
            NotAFile => f.write_str("não é um arquivo criado por esta biblioteca"),
            OtherOwner => f.write_str("pertence a outro usuário: deve pertencer ao usuário que executa este processo"),
            OpenToOthers => f.write_str(
                "outros usuários têm acesso: retire as permissões deles (de uma pasta: chmod 700, de um arquivo: chmod 600; no \
                 Windows: Propriedades, Segurança)",
            ),
            NoLocks { fault } => write!(f, "o sistema de arquivos não oferece travas: {}", Pt(fault)),
            System { fault } => Pt(fault).fmt(f),
        }
    }
}

#[cfg(feature = "redis")]
impl Display for Pt<'_, RedisFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use RedisFault::*;
        match self.0 {
            Lost { cause } => Pt(cause).fmt(f),
            Tls { cause } => Pt(cause).fmt(f),
            NoTls => f.write_str("ele não responde em TLS: se não fala TLS, use redis:// em vez de rediss://"),
            SpeaksTls => f.write_str("ele fecha a conexão sem responder: se fala TLS, use rediss:// em vez de redis://"),
            NotRedis => f.write_str("o que ele responde não é de um servidor Redis: a porta está certa?"),
            LoginRefused { server } => write!(f, "ele não aceita o usuário ou a senha ({server})"),
            Forbidden { server } => write!(
                f,
                "o usuário dele precisa das chaves erptoken:* e dos comandos que um store usa ({server})"
            ),
            Unready { server } => write!(f, "ele não atende agora ({server})"),
            ReadOnly => f.write_str("ele é uma réplica, que não pode ser gravada: use o endereço do mestre"),
            Cluster => f.write_str("ele pertence a um cluster cujos nós não concordam sobre quem tem estas chaves"),
            Refused { server } => write!(f, "ele recusou um comando ({server})"),
            Overtaken => f.write_str(
                "este processo demorou demais: outro já teve a trava depois dele, e o que esse outro gravou permanece",
            ),
        }
    }
}
