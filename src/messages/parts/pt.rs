//! Portuguese of Brazil: what messages say in passing.

use super::{Cause, FileFault, HttpFault, NoJson, Opened, SystemFault, TlsFault, Unfit, Wanted};
use crate::messages::message::pt::Pt;
use std::fmt::{Display, Formatter, Result};

impl Display for Pt<'_, Opened> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self.0 {
            Opened::Account => "conta",
            Opened::Response => "resposta",
            Opened::Any => "conta ou de resposta",
        })
    }
}

/// After "deve ser".
impl Display for Pt<'_, Wanted> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Wanted::*;
        match self.0 {
            AtMost { bytes } => write!(f, "um texto de no máximo {bytes} bytes"),
            BareToken => {
                f.write_str("apenas o token: caracteres ASCII visíveis, sem \"Bearer\" e sem espaços")
            }
            Address => f.write_str("um endereço como https://host/caminho, sem usuário, sem ? e sem #"),
            AsciiHost => f.write_str(
                "um endereço em ASCII: de um host com acentos, a forma que começa com xn--; de um caminho com acentos, %C3 e \
                 semelhantes",
            ),
            Instant => f.write_str("data e hora com o fuso, como 2027-01-31T23:59:00-03:00"),
            Number { least, most } => write!(f, "um número inteiro de {least} a {most}"),
            Switch => f.write_str("0 ou 1"),
            OneOf { known } => write!(f, "um destes: {known}"),
            Hosts => f.write_str("uma lista de hosts como api.example.com,api.example.com:8443"),
            Proxy { kind } => {
                f.write_str("\"none\", ou da forma http://[usuário:senha@]host:porta")?;
                kind.iter().try_for_each(|kind| write!(f, " (proxies do tipo {kind} não são aceitos)"))
            }
            CaFile { cause } => {
                write!(f, "o caminho de um arquivo PEM legível, com certificados ({})", Pt(cause))
            }
            LogFile { cause } => {
                write!(f, "o caminho absoluto de um arquivo em que se possa gravar ({})", Pt(cause))
            }
            Store => f.write_str(
                "\"memory\", file: e o caminho absoluto de uma pasta, ou redis://[usuário:senha@]host[:porta][/número]",
            ),
            StoreKey => {
                f.write_str("64 dígitos hexadecimais, ou file: e o caminho de um arquivo que os contenha")
            }
            StoreKeyFile { cause } => {
                write!(
                    f,
                    "file: e o caminho de um arquivo que contenha 64 dígitos hexadecimais ({})",
                    Pt(cause)
                )
            }
        }
    }
}

impl Display for Pt<'_, FileFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use FileFault::*;
        match self.0 {
            NotAFile => f.write_str("não é um arquivo"),
            NotAbsolute => f.write_str("o caminho não começa na raiz"),
            Link => f.write_str("ele é um link"),
            TooLarge => f.write_str("o arquivo tem mais de 1 MiB"),
            NotUtf8 { position } => write!(f, "o arquivo não está em UTF-8 (byte {position})"),
            NotPem => f.write_str("o arquivo não é um PEM bem formado"),
            NoCertificate => {
                f.write_str("o arquivo não tem nenhum certificado (BEGIN CERTIFICATE) no formato PEM")
            }
            OnlyKey => f.write_str("o arquivo contém uma chave privada, e nenhum certificado"),
            NotAKey => f.write_str("o arquivo não contém 64 dígitos hexadecimais"),
            OtherOwner => f.write_str(
                "o arquivo pertence a outro usuário: deve pertencer (chown) ao usuário que executa este processo, ou ao root",
            ),
            Writable => {
                f.write_str("outros usuários podem alterar o arquivo: retire deles essa permissão (chmod go-w)")
            }
            Replaceable => f.write_str(
                "outros usuários podem trocar o arquivo por outro: retire deles a permissão de alterar a pasta (chmod o-w)",
            ),
            HardLink => f.write_str("o arquivo tem outro nome (um hard link): apague-o, e ele será criado de novo"),
            NoRoot => f.write_str("nenhum dos certificados do arquivo pode ser usado como raiz"),
            System { fault } => Pt(fault).fmt(f),
        }
    }
}

impl Display for Pt<'_, Unfit> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Unfit::*;
        match self.0 {
            NotAnAddress => f.write_str("o endereço não é da forma https://host/caminho"),
            NotEncoded { position } => write!(
                f,
                "o endereço tem um caractere (byte {position}) que deve ser codificado com %, como %20 para um espaço"
            ),
            OtherScheme => f.write_str("o endereço não começa com https:// nem com http://"),
            LoginInAddress => f.write_str("o endereço contém um usuário ou uma senha"),
            Unusable => f.write_str("o endereço ou um cabeçalho não pode ser usado"),
            Method => f.write_str("o método não existe ou não pode ser enviado"),
            HeaderLine => f.write_str("uma linha dos cabeçalhos não tem a forma Nome: valor"),
            HeaderName => f.write_str("o nome de um cabeçalho não pode ser usado"),
            OurHeader { header } => write!(f, "o cabeçalho {header} é definido por esta biblioteca"),
            HeaderValue { header } => {
                write!(f, "o valor do cabeçalho {header} tem caracteres que não podem ser enviados")
            }
            ContentType => f.write_str("o tipo de conteúdo tem caracteres que não podem ser enviados"),
            TooManyHeaders => f.write_str("há cabeçalhos demais"),
            TooLong => f.write_str("o endereço e os cabeçalhos são longos demais"),
            NotSet { option } => write!(f, "falta definir {option}"),
            NotForHeader { option, header } => write!(
                f,
                "{option}: o cabeçalho {header} só aceita ASCII imprimível, sem espaço no início nem no fim"
            ),
            Dots { option } => write!(f, "{option}: não pode ser `.` nem `..` em uma URL"),
            NotDigits { option } => write!(f, "{option}: só pode ter dígitos"),
            TooMuch { name } => write!(f, "o que {name} representa fica longo demais ou é feito de partes demais: encurte"),
            NotLatin1 { option } => write!(f, "{option}: tem um caractere que não existe em Latin-1"),
            Key { option, fault } => write!(f, "{option}: {}", Pt(fault)),
            KeyNotRsa { option } => write!(f, "{option}: esta assinatura precisa de uma chave RSA de 2048 a 4096 bits"),
            KeyNotEc { option } => write!(f, "{option}: esta assinatura precisa de uma chave na curva P-256"),
            NotAnObject => f.write_str("o corpo deve ser um objeto JSON em UTF-8: o provedor quer as credenciais dentro dele"),
            OurMember { name } => write!(f, "{name} leva o token e é posto por esta biblioteca: tire-o do endereço e do corpo"),
            NotAnInstant { option } => {
                write!(f, "{option}: deve ser data e hora com o fuso, conforme a RFC 3339")
            }
        }
    }
}

impl Display for Pt<'_, NoJson> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self.0 {
            NoJson::Page => "uma página",
            NoJson::Text => "um texto simples",
            NoJson::Nothing => "uma resposta vazia",
            NoJson::BreaksOff => "um JSON interrompido",
            NoJson::Compressed => "dados comprimidos que não foram pedidos",
        })
    }
}

impl Display for Pt<'_, Cause> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Cause::*;
        match self.0 {
            NoAddress => f.write_str("o nome dele não pôde ser resolvido"),
            NoNameServer => f.write_str(
                "os servidores de nomes (DNS) desta máquina estão inacessíveis, recusam as consultas ou falham",
            ),
            NoAnswer { seconds } => write!(f, "sem resposta em {seconds} s"),
            Closed => f.write_str("o outro lado fechou a conexão"),
            NotHttp => f.write_str("o que ele responde não é HTTP"),
            Unknown => f.write_str("a causa não é conhecida"),
            System { fault } => Pt(fault).fmt(f),
        }
    }
}

impl Display for Pt<'_, SystemFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use SystemFault::*;
        f.write_str(match self.0 {
            Refused => "conexão recusada",
            Reset => "conexão interrompida pelo outro lado",
            Aborted => "conexão cancelada por esta máquina",
            Broken => "a conexão já não existe",
            HostUnreachable => "não há rota até esse host",
            NetworkUnreachable => "não há rota até a rede dele",
            NetworkDown => "a rede desta máquina está inativa",
            TimedOut => "sem resposta a tempo",
            NotFound => "o arquivo não existe",
            NotAFolder => "uma parte do caminho não é uma pasta",
            Denied => "permissão negada",
            ReadOnly => "não é possível gravar ali",
            Full => "não há mais espaço: libere algum, e tudo continua por si só",
            QuotaUsed => "a cota de disco do usuário acabou: libere espaço dela, ou peça o seu aumento",
            TooLarge => {
                "este processo não pode gravar um arquivo tão grande: aumente o limite dele (ulimit -f)"
            }
            Disk => "o disco ou a unidade de rede informa um erro",
            Descriptors => {
                "este processo tem arquivos e conexões demais abertos: feche alguns, ou aumente o limite dele \
                 (ulimit -n, LimitNOFILE)"
            }
            DescriptorsOfAll => {
                "esta máquina tem arquivos e conexões demais abertos: encerre o que os mantém, ou aumente o limite \
                 dela"
            }
            Memory => {
                "esta máquina ou este processo não tem mais memória: encerre o que a usa, ou aumente o limite"
            }
            Buffers => {
                "esta máquina não tem mais espaço para dados de rede: encerre o que o usa, ou dê mais memória a ela"
            }
            Ports => {
                "esta máquina não tem mais endereço ou porta de onde conectar: a rede dela está ativa, ou há conexões \
                 demais abertas?"
            }
            Forbidden => {
                "esta máquina proíbe a conexão a este processo: veja o firewall, o SELinux ou o AppArmor, e os \
                 limites do serviço ou contêiner"
            }
            NoSuchProtocol => "esta máquina não tem o protocolo deste endereço (o IPv6 está desligado?)",
            Other { name } => return write!(f, "erro {name} do sistema"),
        })
    }
}

impl Display for Pt<'_, HttpFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            HttpFault::SpeaksTls => f.write_str("ele fala TLS, então use https em vez de http"),
            HttpFault::HeadersTooLarge => {
                f.write_str("os cabeçalhos, ou o que há entre os pedaços do corpo, são grandes demais")
            }
            HttpFault::Protocol { name } => write!(f, "viola uma regra do protocolo ({name})"),
        }
    }
}

impl Display for Pt<'_, TlsFault> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use TlsFault::*;
        f.write_str(match self.0 {
            NoCertificate => "ele não enviou nenhum certificado",
            PlainText => {
                "ele respondeu em texto puro em vez de TLS: a porta é de http comum, ou há um proxy ou portal no \
                 caminho?"
            }
            NotTls => "o que ele envia não é TLS: a porta está errada?",
            OnlyOldVersions => "ele só fala versões de TLS anteriores à 1.2, que não são mais seguras",
            SpeaksWrongly => "ele não segue o protocolo TLS",
            NothingInCommon { name } => {
                return write!(f, "ele não tem nenhum modo de TLS em comum com esta biblioteca ({name})");
            }
            RefusedVersions => {
                "ele recusou as versões de TLS oferecidas, 1.2 e 1.3: só fala versões anteriores, que não são mais seguras"
            }
            FoundNothingInCommon => {
                "ele não encontrou nenhum modo de TLS em comum (handshake_failure): as cifras ou chaves dele são antigas \
                 demais, ou ele não atende esse host"
            }
            UnknownName => "ele não conhece este nome de host (unrecognized_name): verifique base_url",
            WantsCertificate => "ele exige um certificado de cliente, e não há nenhum: defina \"client_certificate\"",
            KeyDidNotSign { code } => {
                return write!(
                    f,
                    "ele exige um certificado de cliente, cuja chave não assinou ({code}): o cartão ou token está conectado, e o \
                     PIN está certo (\"client_certificate_password\")?"
                );
            }
            CertificateRefused { whose, name } => {
                return write!(
                    f,
                    "ele recusou o certificado de cliente de {whose} com o alerta {name}: é o certificado que esse servidor \
                     conhece, de uma autoridade que ele aceita, e com a cadeia completa?"
                );
            }
            Alert { name } => return write!(f, "ele encerrou o TLS com o alerta {name}"),
            NoAuthorities => {
                "esta máquina não tem certificados de autoridades: instale o pacote ca-certificates, ou defina \
                 \"ca_file\""
            }
            NoClock => "não foi possível ler o relógio desta máquina",
            HostIsNoName => "o host não é um nome para o qual possa haver um certificado",
            Expired => "o certificado dele está vencido (ou o relógio desta máquina está errado?)",
            ExpiredOn { day, today } => {
                return write!(
                    f,
                    "o certificado dele venceu em {day}, e o relógio desta máquina marca {today}: se estiver certo, quem \
                     administra o servidor precisa renová-lo"
                );
            }
            AuthorityExpired { name, day, today } => {
                return write!(
                    f,
                    "o certificado da autoridade {name}, que o servidor envia junto, venceu em {day}, e o relógio desta \
                     máquina marca {today}: se estiver certo, quem administra o servidor precisa trocá-lo"
                );
            }
            NotYetValid => "o certificado dele ainda não é válido: o relógio desta máquina está certo?",
            ValidFrom { day, today } => {
                return write!(
                    f,
                    "o certificado dele só é válido a partir de {day}, e o relógio desta máquina marca {today}: está \
                     certo?"
                );
            }
            OtherHost => "o certificado dele é de outro nome de host",
            OtherHosts { names } => {
                return write!(f, "o certificado dele é de outro nome de host: é de {names}");
            }
            NoHost => "o certificado dele não é de nenhum host",
            AddressAsName { address } => {
                return write!(
                    f,
                    "o certificado dele traz o endereço {address} entre os nomes (DNS), onde endereços não contam: é \
                     preciso um que o traga entre os endereços (IP)"
                );
            }
            OnlyCommonName { name } => {
                return write!(
                    f,
                    "o certificado dele só indica um host no titular (CN {name}), o que não conta mais: é preciso um com \
                     subjectAltName; ou defina \"ca_file\" com este mesmo certificado, se o CN dele for o host"
                );
            }
            OldVersion => {
                "o certificado dele é de uma versão anterior à 3, que não pode indicar hosts: é preciso um mais novo; ou \
                 defina \"ca_file\" com este mesmo certificado"
            }
            UnknownIssuer { issuer } => {
                return write!(
                    f,
                    "o certificado dele é de uma autoridade em que esta máquina não confia ({issuer}): se um proxy ou \
                     antivírus inspeciona o TLS, ou se o servidor tem a sua própria autoridade, defina \"ca_file\" com o \
                     certificado dela; senão, atualize as autoridades desta máquina (no Linux, o pacote ca-certificates), \
                     ou faça o servidor enviar a cadeia completa"
                );
            }
            ShortKey { bits } => {
                return write!(
                    f,
                    "uma chave RSA do servidor ou da autoridade dele é curta demais ({bits} bits): são necessários 2048"
                );
            }
            WeakSignature { name } => {
                return write!(
                    f,
                    "o certificado dele foi assinado com {name}, que não é mais seguro: é preciso um mais novo"
                );
            }
            AuthoritiesUnread { variable, path, cause } => {
                return write!(
                    f,
                    "não foi possível ler as autoridades em que confiar: {variable} indica {path} ({}); corrija ou remova \
                     essa variável, ou defina \"ca_file\"",
                    Pt(cause)
                );
            }
            Revoked => "o certificado dele foi revogado",
            BadSignature => {
                "o certificado dele não foi assinado pela autoridade que ele indica: essa autoridade foi renovada, ou \
                 um proxy ou antivírus a imita? Defina \"ca_file\" com o certificado da autoridade certa"
            }
            Unreadable => "não foi possível ler o certificado dele",
            SelfSigned { name } => {
                return write!(
                    f,
                    "o certificado dele ({name}) é autoassinado ou de uma autoridade, e esta máquina não confia nele: se \
                     for o certo, defina \"ca_file\" com ele; senão, um proxy ou antivírus inspeciona o TLS?"
                );
            }
            Invalid { name } => return write!(f, "o certificado dele não é válido ({name})"),
            Other { name } => return write!(f, "falha do TLS ({name})"),
        })
    }
}
