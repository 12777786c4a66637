//! Portuguese: application tokens.

use super::{AppToken, ExpiresFault};
use crate::messages::message::pt::Pt;
use crate::messages::wording::all_of;
use crate::messages::wording::pt::said;
use std::fmt::{Display, Formatter, Result};

impl Display for Pt<'_, AppToken> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use AppToken::*;
        match self.0 {
            Expires { fault } => write!(
                f,
                "expires não pode ser usado: {}; informe um número de dias (\"365\") ou um instante com fuso horário \
                 (\"2027-01-31T23:59:00-03:00\")",
                Pt(fault)
            ),
            UnusableId => write!(
                f,
                "o id não pode ser usado: informe-o como veio de erptoken_app_create ou erptoken_app_list; nada foi \
                 enviado"
            ),
            MissingToCreate { provider, options } => write!(
                f,
                "para criar um token de aplicação em {provider}, falta definir {} com erptoken_set",
                all_of(options, "e")
            ),
            NeedsStore => write!(
                f,
                "\"token\" = \"application\" exige um armazenamento que sobreviva ao programa, senão cada início criaria \
                 mais um token: defina \"store\" com erptoken_configure"
            ),
            ExpiresRefused { provider, http_status, asked, server } => write!(
                f,
                "{provider} não aceita {asked} como validade de um token (HTTP {http_status}): tente uma data anterior e \
                 confira o relógio desta máquina.{}",
                said(server)
            ),
            PasswordRefused { provider, http_status, server } => write!(
                f,
                "{provider} recusou a criação do token com esta senha (HTTP {http_status}).{} Defina a senha \
                 correta antes de tentar novamente, para que a conta não seja bloqueada",
                said(server)
            ),
            SessionRefused { provider, http_status, server } => write!(
                f,
                "{provider} recusou também um token de sessão novo (HTTP {http_status}): falta à conta a permissão para \
                 isso.{}",
                said(server)
            ),
            Gone { provider, http_status, server } => write!(
                f,
                "{provider} não tem um token de aplicação com este id (HTTP {http_status}): ele já não existe.{}",
                said(server)
            ),
            Endless { most } => {
                write!(f, "a lista de tokens do provedor não tem fim: foi lida até o limite de {most}")
            }
            Unknown => write!(
                f,
                "nenhum token de aplicação com este id está guardado aqui: o provedor mostra um token uma única vez, ao \
                 programa que o cria; crie outro"
            ),
            Expired { at } => write!(f, "o token de aplicação expirou em {at}: crie outro"),
            Busy => write!(
                f,
                "tempo esgotado (timeout_ms) enquanto outros usavam os tokens de aplicação desta conta"
            ),
            Full { most } => write!(
                f,
                "não há espaço para mais tokens de aplicação desta conta (no máximo {most}): revogue os que não são usados"
            ),
            OfAnotherVersion => write!(
                f,
                "os tokens de aplicação guardados foram gravados por uma versão mais nova desta biblioteca: atualize-a \
                 aqui também"
            ),
            MayExist => write!(
                f,
                "; mesmo assim, um token de aplicação pode ter sido criado: consulte erptoken_app_list antes de criar \
                 outro"
            ),
            NotStored { id } => write!(
                f,
                "; o token de aplicação {id} foi criado, mas não foi guardado: erptoken_app_get o entrega até o fim deste \
                 programa"
            ),
            NotRemoved => write!(f, "; o token de aplicação foi revogado, mas continua guardado"),
        }
    }
}

impl Display for Pt<'_, ExpiresFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            ExpiresFault::NotUnderstood => write!(f, "não é nenhuma das duas formas"),
            ExpiresFault::NoZone => write!(f, "falta o fuso horário"),
            ExpiresFault::Past => write!(f, "não está no futuro"),
            ExpiresFault::TooFar { days } => write!(f, "está a mais de {days} dias"),
        }
    }
}
