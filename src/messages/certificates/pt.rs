//! Portuguese of Brazil: client certificates.

use super::ClientFault;
use crate::messages::message::pt::Pt;
use std::fmt::{Display, Formatter, Result};

impl Display for Pt<'_, ClientFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use ClientFault::*;
        f.write_str(match self.0 {
            File { cause } => return write!(f, "não é possível ler o arquivo: {}", Pt(cause)),
            NoKind => "o arquivo não é PEM (BEGIN CERTIFICATE) nem PKCS#12 (.pfx, .p12)",
            NoCertificate => {
                "não há certificado no arquivo: \"client_certificate\" precisa de um, com a chave ou sem ela"
            }
            NoKey => "não há chave privada no arquivo (BEGIN PRIVATE KEY)",
            Damaged => "o arquivo está danificado ou incompleto: exporte-o de novo",
            Method { name } => {
                return write!(
                    f,
                    "o arquivo está cifrado de uma forma que não é suportada ({name}): exporte-o de novo, com AES ou 3DES"
                );
            }
            TooMuchWork => "abrir o arquivo demoraria demais (mais de 10000000 rodadas): exporte-o de novo",
            OldEncryption => {
                "a chave está cifrada de uma forma antiga (Proc-Type): converta-a com openssl pkcs8 -topk8, com senha ou sem ela"
            }
            WantsPassword => "o arquivo está cifrado: defina \"client_certificate_password\"",
            WrongPassword => "a senha está errada: confira \"client_certificate_password\"",
            LacksKey { whose, until } => {
                return write!(
                    f,
                    "o certificado de {whose} (válido até {until}) veio sem a sua chave privada: defina \"client_key\", ou use \
                     o arquivo .pfx ou .p12, que tem os dois"
                );
            }
            OtherKey { whose, until } => {
                return write!(
                    f,
                    "a chave privada não é a do certificado de {whose} (válido até {until}): confira \"client_key\" e \
                     \"client_certificate\""
                );
            }
            KindOfKey { name } => {
                return write!(
                    f,
                    "a chave privada é de um tipo que não é suportado ({name}): RSA de 2048 a 4096 bits, ou elíptica P-256 ou \
                     P-384"
                );
            }
            Expired { whose, day, today } => {
                return write!(
                    f,
                    "o certificado de {whose} venceu em {day}, e o relógio desta máquina marca {today}: se ele está certo, é \
                     preciso renovar o certificado"
                );
            }
            NotYet { whose, day, today } => {
                return write!(
                    f,
                    "o certificado de {whose} só vale a partir de {day}, e o relógio desta máquina marca {today}: ele está certo?"
                );
            }
            OnlyOnWindows => "store: é só para o Windows: aqui, defina \"client_certificate\" com o caminho de um arquivo",
            NoThumbprint => {
                "depois de store: vem a impressão digital (thumbprint) do certificado, 40 dígitos hexadecimais"
            }
            NotInStore { thumbprint } => {
                return write!(
                    f,
                    "nenhum certificado com a impressão digital {thumbprint} está entre os pessoais (MY) deste usuário ou \
                     desta máquina: um serviço roda como outro usuário"
                );
            }
            StoreKey { whose, code } => {
                return write!(
                    f,
                    "o Windows não dá acesso à chave privada do certificado de {whose} ({code}): o cartão ou token está \
                     conectado, e este usuário pode usar a chave?"
                );
            }
        })
    }
}
