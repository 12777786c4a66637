//! Portuguese of Brazil: the store.

use super::pt::Pt;
use super::stores::{FolderFault, StoreFault};
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
        }
    }
}

impl Display for Pt<'_, FolderFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use FolderFault::*;
        match self.0 {
            NotAbsolute => f.write_str("o caminho não é absoluto"),
            NotAFolder => f.write_str("não é uma pasta, ou é um link"),
            OtherOwner => f.write_str("pertence a outro usuário: deve pertencer ao usuário que executa este processo"),
            OpenToOthers => f.write_str(
                "outros usuários têm acesso: retire as permissões deles (de uma pasta: chmod 700, de um arquivo: chmod 600)",
            ),
            NoLocks { fault } => write!(f, "o sistema de arquivos não oferece travas: {}", Pt(fault)),
            System { fault } => Pt(fault).fmt(f),
        }
    }
}
