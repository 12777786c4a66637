//! An answer as a program reads it: status, headers, the body as text, as bytes, value by value.
//!
//! A body may have 64 MiB: it is kept once, as it came, and read in place.

use crate::error::{Error, Result, Status};
use crate::messages::Message;
use crate::util::media_type;
use crate::util::secret::{self, Secret, SecretBytes};
use json::Json;
use std::sync::OnceLock;
use zeroize::Zeroizing;

mod charset;
mod json;

use charset::Charset;
pub use charset::Text;

/// Of a header's name or a path, what an error text shows.
const MAX_SHOWN_CHARS: usize = 100;

/// Names, and values as they came.
pub type Headers = Vec<(String, Zeroizing<Vec<u8>>)>;

pub struct Response {
    http_status: u16,
    headers: Headers,
    body: SecretBytes,
    charset: OnceLock<Option<Charset>>,
    json: Json,
}

/// One value of a JSON body.
#[derive(Debug)]
pub enum Value<'a> {
    /// As it stands in the body.
    There(Text<'a>),
    /// A text that was written with escapes.
    Unescaped(Secret),
}

impl Response {
    pub fn new(http_status: u16, headers: Headers, body: SecretBytes) -> Response {
        Response { http_status, headers, body, charset: OnceLock::new(), json: Json::default() }
    }

    /// An answer of our own.
    pub fn json(text: Zeroizing<String>) -> Response {
        let content_type = Zeroizing::new(b"application/json; charset=utf-8".to_vec());
        Response::new(200, vec![("content-type".to_owned(), content_type)], text.into())
    }

    pub fn http_status(&self) -> u16 {
        self.http_status
    }

    pub fn bytes(&self) -> &[u8] {
        self.body.as_slice()
    }

    /// A header's value; of several with the same name all, with commas between them.
    pub fn header(&self, name: &str) -> Result<Zeroizing<String>> {
        let values = || self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        if values().next().is_none() {
            return Err(Error::new(Status::NotFound, Message::NoSuchHeader { name: shown(name) }));
        }
        let texts = || values().map(|(_, value)| Text::guessed(value));
        let mut all = Zeroizing::new(String::with_capacity(texts().map(|text| text.len() + 2).sum()));
        for (number, text) in texts().enumerate() {
            all.push_str(if number > 0 { ", " } else { "" });
            text.pieces(|piece| all.push_str(piece));
        }
        Ok(all)
    }

    /// The body in the characters that it declares.
    pub fn text(&self) -> Result<Text<'_>> {
        let encoding = self.header("content-encoding").unwrap_or_default();
        if let Some(encoding) = media_type::compression(&encoding).filter(|_| !self.bytes().is_empty()) {
            let encoding = encoding.to_owned();
            return Err(Error::new(Status::Response, Message::Compressed { encoding }));
        }
        Ok(Text::new(charset::without_mark(self.bytes()), self.charset()?))
    }

    fn charset(&self) -> Result<Charset> {
        let declared = || charset::declared(&self.header("content-type").unwrap_or_default());
        let known = self.charset.get_or_init(|| Charset::of(&declared(), self.bytes()));
        // Its name is not told: a server may put anything there, also what it was sent.
        known.ok_or_else(|| Error::new(Status::Response, Message::UnknownCharset))
    }

    /// The value at `path`, a JSON Pointer.
    pub fn field(&self, path: &str) -> Result<Value<'_>> {
        let steps = json::steps(path)
            .ok_or_else(|| Error::new(Status::Argument, Message::NotAPath { path: shown(path) }))?;
        let text = self.text()?;
        if !self.json.is_json(text.bytes()) {
            let content_type = self.header("content-type").unwrap_or_default();
            let message = Message::BodyNotJson {
                http_status: self.http_status,
                bytes: self.bytes().len(),
                content_type: media_type::shown(&content_type),
            };
            return Err(Error::new(Status::Response, message));
        }
        let nothing = || Error::new(Status::NotFound, Message::NoSuchField { path: shown(path) });
        let found = self.json.find(text, &steps).ok_or_else(nothing)?;
        Ok(match json::inside(found.bytes()) {
            None => Value::There(found),
            Some(inside) => {
                let inside = Text::new(inside, self.charset()?);
                let escaped = inside.bytes().contains(&b'\\');
                if escaped {
                    Value::Unescaped(json::unescaped(&inside.copied()).into())
                } else {
                    Value::There(inside)
                }
            }
        })
    }
}

/// Fit for an error text.
fn shown(text: &str) -> String {
    secret::clean(text, &[]).chars().take(MAX_SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(content_type: &str, body: &[u8]) -> Response {
        let mut bytes = SecretBytes::default();
        bytes.extend(body);
        let header = |name: &str, value: &str| (name.to_owned(), Zeroizing::new(value.as_bytes().to_vec()));
        let headers = vec![header("content-type", content_type), header("x", "1"), header("X", "2")];
        Response::new(200, headers, bytes)
    }

    fn field(response: &Response, path: &str) -> std::result::Result<String, i32> {
        match response.field(path) {
            Ok(Value::There(text)) => Ok(text.copied().to_string()),
            Ok(Value::Unescaped(text)) => Ok(text.expose().to_owned()),
            Err(error) => Err(error.status.code()),
        }
    }

    #[test]
    fn the_charset_is_the_declared_one_and_a_lie_is_read_all_the_same() {
        let text = |content_type: &str, body: &[u8]| {
            let response = response(content_type, body);
            response.text().map(|text| text.copied().to_string()).map_err(|error| error.status)
        };
        assert_eq!(text("text/plain; charset=utf-8", "ação €".as_bytes()), Ok("ação €".into()));
        assert_eq!(text("text/plain", b"\xef\xbb\xbfa\xc3\xa7"), Ok("aç".into()));
        for charset in ["ISO-8859-1", "\"iso-8859-1\"", "windows-1252", "latin1", "cp1252", "us-ascii"] {
            let content_type = format!("text/xml; x=1; Charset={charset} ; y");
            assert_eq!(text(&content_type, b"a\xe7\xe3o \x80\x81"), Ok("ação €\u{81}".into()), "{charset}");
        }
        // Declared as Latin-1, what happens to be UTF-8 is still read as told.
        assert_eq!(text("text/plain; charset=iso-8859-1", "ç".as_bytes()), Ok("Ã§".into()));
        for lie in ["text/plain", "application/json; charset=utf-8", ""] {
            assert_eq!(text(lie, b"a\xe7\xe3o"), Ok("ação".into()), "{lie}");
        }
        assert_eq!(text("text/plain; charset=utf-16le", b"a\0"), Err(Status::Response));
        assert_eq!(text("text/plain; charset=shift_jis", b"a"), Err(Status::Response));
        assert_eq!(text("text/plain; charset=utf-8", b""), Ok(String::new()));
    }

    #[test]
    fn values_are_found_by_their_pointer() {
        let body = br#" {"a":{"b":[1,{"c":"x"},[]],"":0,"~/":true,"d":null,"e":"","f\u00e9":"g"},
            "s":"l\u00ea \ud83d\ude00 \"\/\n\ud800!", "n":-1.50e3, "a2": {"b":[ ] } ,"z":[[0,1],[2,[3,4]]]} "#;
        let response = response("application/json", body);
        let found = |path: &str| field(&response, path);
        assert_eq!(found("/a/b/0"), Ok("1".into()));
        assert_eq!(found("/a/b/1/c"), Ok("x".into()));
        assert_eq!(found("/a/b/1"), Ok(r#"{"c":"x"}"#.into()));
        assert_eq!(found("/a/b/2"), Ok("[]".into()));
        assert_eq!(found("/a/"), Ok("0".into()));
        assert_eq!(found("/a/~0~1"), Ok("true".into()));
        assert_eq!(found("/a/d"), Ok("null".into()));
        assert_eq!(found("/a/e"), Ok("".into()));
        assert_eq!(found("/a/fé"), Ok("g".into()));
        assert_eq!(found("/s"), Ok("lê 😀 \"/\n\u{fffd}!".into()));
        assert_eq!(found("/n"), Ok("-1.50e3".into()));
        assert_eq!(found("/a2/b"), Ok("[ ]".into()));
        assert_eq!(found("/z/1/1/1"), Ok("4".into()));
        assert_eq!(found("/z/0/1"), Ok("1".into()), "back again");
        assert_eq!(found(""), Ok(String::from_utf8_lossy(body).trim().to_owned()));
        let none = Status::NotFound.code();
        for path in
            ["/b", "/a/b/3", "/a/b/-", "/a/b/00", "/a/b/+1", "/a/b/x", "/n/x", "/s/0", "/a2/b/0", "/a/b/1/c/"]
        {
            assert_eq!(found(path), Err(none), "{path}");
        }
        for path in ["a", "/~", "/~2", "#/a", " "] {
            assert_eq!(found(path), Err(Status::Argument.code()), "{path}");
        }
    }

    #[test]
    fn lists_in_lists_without_end_cost_nothing_but_their_bytes() {
        let depth = 200_000;
        let body = "[".repeat(depth) + "7" + &"]".repeat(depth);
        let response = response("application/json", body.as_bytes());
        let path = "/0".repeat(depth);
        assert_eq!(field(&response, &path), Ok("7".into()));
        assert_eq!(field(&response, &format!("{path}/0")), Err(Status::NotFound.code()));
        assert_eq!(field(&response, "").map(|text| text.len()), Ok(body.len()));
        let objects = "{\"a\":".repeat(depth);
        let response = super::tests::response("application/json", objects.as_bytes());
        assert_eq!(field(&response, "/a"), Err(Status::Response.code()), "it does not end");
    }

    #[test]
    fn what_is_no_json_has_no_fields() {
        for body in ["", "<html>", "{", "[1,]", "{\"a\":1} x", "{'a':1}", "nul"] {
            let response = response("text/html; charset=utf-8", body.as_bytes());
            assert_eq!(field(&response, "/a"), Err(Status::Response.code()), "{body}");
            assert_eq!(field(&response, "x"), Err(Status::Argument.code()), "the path is looked at first");
        }
    }

    #[test]
    fn json_in_old_characters_is_read_too() {
        let response =
            response("application/json; charset=ISO-8859-1", b"{\"a\xe7\":\"S\xe3o\",\"b\":\"\\u00e3\xe3\"}");
        assert_eq!(field(&response, "/aç"), Ok("São".into()));
        assert_eq!(field(&response, "/b"), Ok("ãã".into()));
        assert_eq!(field(&response, ""), Ok("{\"aç\":\"São\",\"b\":\"\\u00e3ã\"}".into()));
    }

    #[test]
    fn headers_are_found_in_any_case_and_joined() {
        let response = response("text/a", b"");
        assert_eq!(response.header("Content-TYPE").map(|text| text.to_string()).ok(), Some("text/a".into()));
        assert_eq!(response.header("x").map(|text| text.to_string()).ok(), Some("1, 2".into()));
        assert_eq!(response.header("y").map_err(|error| error.status), Err(Status::NotFound));
    }

    #[test]
    fn a_response_of_our_own_is_json() {
        let response = Response::json(Zeroizing::new("{\"count\":0}".to_owned()));
        assert_eq!((response.http_status(), field(&response, "/count")), (200, Ok("0".into())));
    }
}
