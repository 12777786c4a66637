//! What several texts in Portuguese of Brazil have in common.

/// A server's own words, after ours.
pub fn said(server: &str) -> String {
    if server.is_empty() {
        String::new()
    } else {
        let end = if server.ends_with(['.', '!', '?']) { "" } else { "." };
        format!(" Resposta do provedor: {server}{end}")
    }
}

/// A content type, in words where there is none.
pub fn kind(content_type: &str) -> String {
    if content_type.is_empty() {
        "sem tipo de conteúdo".to_owned()
    } else {
        format!("tipo {content_type}")
    }
}

/// A likely cause, where the content type gives it away.
pub fn suspicion(content_type: &str) -> &'static str {
    if content_type.starts_with("text/html") {
        ": é a página de um proxy ou de um firewall, ou base_url está errada?"
    } else {
        ": há um gateway ou proxy no caminho, base_url está errada, ou o provedor mudou algo?"
    }
}
