//! Portuguese of Brazil: events of the log.

use super::Event;
use crate::messages::message::pt::Pt;
use crate::messages::wording::pt::kind;
use std::fmt::{Display, Formatter, Result};

impl Display for Pt<'_, Event> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        use Event::*;
        match self.0 {
            Opened => f.write_str("conta aberta"),
            Closed => f.write_str("conta fechada"),
            OptionSet { option } => write!(f, "opção \"{option}\" definida"),
            OptionCleared { option } => write!(f, "opção \"{option}\" de volta ao padrão"),
            ProcessOptionSet { option } => write!(f, "opção \"{option}\" do processo definida"),
            ProcessOptionCleared { option } => write!(f, "opção \"{option}\" do processo de volta ao padrão"),

            CertificateEnds { whose, until, days } => write!(
                f,
                "o certificado de cliente de {whose} vence em {until}, daqui a {days} dias: renove-o a tempo"
            ),

            RenewalBegan => f.write_str("uma renovação começa"),
            LoggedIn { life_s } => write!(f, "um login trouxe um token com {life_s} s de validade"),
            Refreshed { life_s } => write!(f, "um refresh trouxe um token com {life_s} s de validade"),
            Adopted { life_s } => write!(f, "um token de {life_s} s, obtido por outro processo, foi lido do store"),
            RenewedElsewhere => f.write_str("outro processo renova o token: em instantes ele será procurado"),
            RecordPutBack => f.write_str(
                "o registro deste login no store não é o último que foi gravado: um backup foi restaurado? O refresh token dele \
                 pode já ter sido usado, por isso um login o substitui",
            ),
            StoreFailed { why } => write!(f, "o store falhou, este processo segue com a memória: {}", Pt(why)),
            #[cfg(feature = "redis")]
            StoreBack { server } => write!(f, "o store {server} voltou a atender"),
            DeadOnArrival { life_s } => write!(
                f,
                "o provedor enviou um token que já chega vencido (validade de {life_s} s): mesmo assim ele é entregue por \
                 10 s, e nada é enviado nesse tempo; veja expires_in, expires_at ou exp na resposta do provedor, e compare \
                 os relógios do servidor e desta máquina (erptoken_diagnose faz isso)"
            ),
            LifeUnread { text, life_s } => write!(
                f,
                "não se entende a validade do token (\"{text}\": nem número, nem data com fuso): vale o padrão do perfil, \
                 {life_s} s; peça ao provedor expires_in em segundos, ou defina \"life\" no perfil"
            ),
            RefreshRefused => f.write_str("o refresh token foi recusado: segue um login"),
            RenewalFailed { status, retry_in_s, why } => write!(
                f,
                "a renovação falhou ({status}); nova tentativa em {retry_in_s} s, no mínimo: {}",
                Pt(why)
            ),
            RenewalFailedInTime { status, retry_in_s, left_s, why } => write!(
                f,
                "a renovação falhou ({status}); nova tentativa em {retry_in_s} s, no mínimo; o token vale por mais \
                 {left_s} s: {}",
                Pt(why)
            ),
            AnsweredFromMemory { status, age_s, retry_in_s } => write!(
                f,
                "uma chamada recebeu {status} da memória: a renovação falhou há {age_s} s; nova tentativa em \
                 {retry_in_s} s, no mínimo"
            ),
            CallFailed { status, why } => write!(f, "uma chamada falhou ({status}): {}", Pt(why)),

            Answered { method, host, http_status } => {
                write!(f, "uma requisição ({method}) a {host} foi respondida (HTTP {http_status})")
            }

            AnswerJudged { operation, method, address, http_status, content_type, bytes, verdict, start } => write!(
                f,
                "{operation}: {method} {address} foi respondido com HTTP {http_status}, {}, {bytes} bytes, entendido como \
                 {verdict}: {start}",
                kind(content_type)
            ),
            Unanswered { operation, method, address, why } => {
                write!(f, "{operation}: {method} {address} não trouxe resposta: {}", Pt(why))
            }

            Rejected => f.write_str("uma API recusou o token: a próxima chamada de erptoken_get traz outro"),
            RejectedLate => f.write_str("uma API recusou um token que já não é o atual: nada a fazer"),
            RejectedAgain => f.write_str(
                "uma API recusou um token que acabava de substituir um recusado: ele é mantido, a causa é uma \
                 permissão dessa API",
            ),
            RejectedForGood => f.write_str(
                "uma API recusou um token que nada pode renovar: ele é mantido, confira se é o certo e as permissões dele",
            ),
            LoggedOut => f.write_str("logout concluído: o token foi esquecido"),
            LogoutFailed { status, why } => {
                write!(f, "o token foi esquecido, mas o provedor não o revogou ({status}): {}", Pt(why))
            }
            AppTokenCreated { id } => write!(f, "o token de aplicação {id} foi criado"),
            AppTokenRevoked { id } => write!(f, "o token de aplicação {id} foi revogado"),
            AppTokenLeft { id, status, why } => write!(
                f,
                "o token de aplicação {id} foi trocado, mas não pôde ser revogado ({status}); nova tentativa mais tarde: {}",
                Pt(why)
            ),
            AppTokenUnsaved { id, status, why } => write!(
                f,
                "o token de aplicação {id} foi criado, mas não pôde ser guardado ({status}), e termina com este processo: {}",
                Pt(why)
            ),
            Reported => f.write_str("um relatório foi gerado (erptoken_diagnose)"),
            ShutDown => f.write_str("erptoken_shutdown: tudo foi fechado e apagado"),

            LogBegins { version, system, processor } => {
                write!(f, "erptoken {version} ({system}, {processor}) começa seu log neste arquivo")
            }
            VariableIgnored { why } => write!(f, "uma variável de ambiente é ignorada: {}", Pt(why)),
            LinesUnwritten { lines } => {
                write!(f, "{lines} linhas antes desta não puderam ser gravadas neste arquivo")
            }
            LinesDropped { lines } => write!(
                f,
                "{lines} linhas do log foram descartadas aqui: muitas esperavam por uma chamada"
            ),
        }
    }
}
