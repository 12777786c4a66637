//! What a server says of the kind of its answer, as far as it may be shown: it may put anything there, also what it was
//! sent.

const KNOWN: [&str; 18] = [
    "application/json",
    "application/problem+json",
    "application/hal+json",
    "application/ld+json",
    "application/vnd.api+json",
    "application/xml",
    "application/soap+xml",
    "application/xhtml+xml",
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/html",
    "text/plain",
    "text/xml",
    "text/json",
    "text/csv",
];
const KINDS: [&str; 8] =
    ["application/", "audio/", "font/", "image/", "message/", "multipart/", "text/", "video/"];

/// The type in lower case, without parameters; of one that is not known only the beginning. Empty: none.
pub fn shown(content_type: &str) -> String {
    let bare = content_type.split([';', ',']).next().unwrap_or_default().trim();
    let is = |known: &&&str| known.eq_ignore_ascii_case(bare);
    let begins = |kind: &&&str| bare.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind));
    match (KNOWN.iter().find(is), KINDS.iter().find(begins)) {
        (Some(known), _) => (*known).to_owned(),
        (None, Some(kind)) => format!("{kind}…"),
        (None, None) => String::new(),
    }
}

/// A compression that is not known.
pub const UNKNOWN: &str = "…";

/// What a body is compressed with, as far as it may be shown. None: it is not; some name its character set there.
pub fn compression(encoding: &str) -> Option<&'static str> {
    const NONE: [&str; 10] = [
        "",
        "identity",
        "none",
        "chunked",
        "utf-8",
        "utf8",
        "iso-8859-1",
        "windows-1252",
        "us-ascii",
        "binary",
    ];
    const COMPRESSIONS: [&str; 6] = ["br", "zstd", "gzip", "x-gzip", "deflate", "compress"];
    let is_none = |one: &&str| NONE.iter().any(|known| known.eq_ignore_ascii_case(one));
    let mut all = encoding.split(',').map(str::trim).filter(|one| !is_none(one));
    let is = |known: &&&str| all.clone().any(|one| known.eq_ignore_ascii_case(one));
    let known = COMPRESSIONS.iter().find(is).copied();
    known.or_else(|| all.next().map(|_| UNKNOWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_is_not_known_is_not_repeated() {
        assert_eq!(shown(" Application/JSON ;charset=utf-8"), "application/json");
        assert_eq!(shown("TEXT/senhaUsuario"), "text/…");
        assert_eq!(shown("image/png, text/html"), "image/…");
        assert_eq!((compression("gzip, BR"), compression("senha")), (Some("br"), Some(UNKNOWN)));
        assert_eq!((compression("UTF-8, none"), compression("")), (None, None));
        for unfit in ["", "senha", "senha/json", "text", "é/x", "; text/html"] {
            assert_eq!(shown(unfit), "", "{unfit}");
        }
    }
}
