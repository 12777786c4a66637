//! Answers of servers that repeat what they were told, in every place and in every form.

use crate::sandbox::Fault;
use crate::search::{base64, encoded, forms};

/// Every form of every secret, with something around it.
fn everything(secrets: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for secret in secrets {
        all.extend(forms(secret).into_iter().map(|form| format!("recebido {form} fim")));
        all.extend(base64(secret));
        all.push(format!("Basic {}", encoded(format!("u:{secret}").as_bytes())));
        all.push(encoded(secret.as_bytes()));
        all.push(format!("{{\"a\":\"{}\"}}", forms(secret)[1]));
    }
    all
}

fn fault(status: u16, content_type: &str, body: &str, headers: &[(&str, &str)]) -> Fault {
    Fault::StatusWith {
        status,
        content_type: content_type.to_owned(),
        body: body.as_bytes().to_vec(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

/// A text that a header can carry.
fn in_header(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.is_empty()
}

/// Faults to be had one after the other.
pub fn faults(secrets: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let echoes = everything(secrets);
    for (number, echo) in echoes.iter().enumerate() {
        let text = serde_json::to_string(echo).unwrap();
        // Wherever a profile may look for a code or a message.
        let json = format!(
            "{{\"reason\":{text},\"errorCode\":{text},\"error\":{text},\"message\":{text},\"error_description\":{text},\
             \"mensagem\":{text},\"Message\":{text},\"title\":{text},\"detail\":{text},\"status\":400}}"
        );
        let status = [400, 401, 403, 404, 422, 429, 500, 503][number % 8];
        faults.push(fault(status, "application/json", &json, &[]));
        if number % 4 == 0 {
            let page = format!("<html><title>{echo}</title>{echo}</html>");
            faults.push(fault(200, "text/html", &page, &[]));
            faults.push(fault(502, "text/plain", echo, &[]));
            // A token where there is none.
            let odd =
                format!("{{\"access_token\":{{\"x\":{text}}},\"jsonToken\":{text},\"expires_in\":{text}}}");
            faults.push(fault(200, "application/json", &odd, &[]));
        }
        if in_header(echo) && number % 2 == 0 {
            let word = echo.replace([' ', '"', '{', '}', '(', ')', '<', '>', '@', ',', ';', ':', '\\'], "");
            faults.push(fault(200, &format!("text/{word}"), "x", &[]));
            faults.push(fault(500, &format!("{word}/json; charset={word}"), "{}", &[]));
            faults.push(fault(401, "text/plain", "", &[("WWW-Authenticate", echo), ("X-Echo", echo)]));
            faults.push(fault(302, "text/plain", "", &[("Location", &format!("https://{word}/{word}"))]));
            faults.push(fault(429, "text/plain", "", &[("Retry-After", echo), ("Date", echo)]));
        }
    }
    faults
}
