//! Common parts of English texts.

/// A server's own words, after ours.
pub fn said(server: &str) -> String {
    if server.is_empty() {
        String::new()
    } else {
        let end = if server.ends_with(['.', '!', '?']) { "" } else { "." };
        format!(" It says: {server}{end}")
    }
}

/// A content type, in words where there is none.
pub fn kind(content_type: &str) -> &str {
    if content_type.is_empty() {
        "no content type"
    } else {
        content_type
    }
}

/// A likely cause, where the content type gives it away.
pub fn suspicion(content_type: &str) -> &'static str {
    if content_type.starts_with("text/html") {
        ": the page of a proxy or of a firewall, or a wrong base_url?"
    } else {
        ": a gateway or proxy in between, a wrong base_url, or a change at the provider?"
    }
}
