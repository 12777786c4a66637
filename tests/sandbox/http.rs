//! HTTP/1.1 as text: one strict request parser, one answer writer. No socket here.

use serde_json::Value;

const HEAD_LIMIT: usize = 64 * 1024;
const BODY_LIMIT: usize = 128 * 1024 * 1024;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header; the name's case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The path with its query.
    pub fn target(&self) -> String {
        match self.query.as_str() {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// True when the client asks for the connection to be closed after the answer.
    pub fn wants_close(&self) -> bool {
        self.header("Connection").is_some_and(|v| v.eq_ignore_ascii_case("close"))
    }
}

/// What a buffer holds so far.
pub enum Parsed {
    Incomplete,
    /// The head is there, and the client waits for `100 Continue` before it sends the body.
    AwaitsContinue,
    /// A request and how many bytes of the buffer it took.
    Whole(Request, usize),
    Malformed {
        status: u16,
        why: String,
    },
}

/// Reads one request from the front of `buffer`.
pub fn parse(buffer: &[u8]) -> Parsed {
    let Some(head_length) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else {
        return if buffer.len() > HEAD_LIMIT {
            malformed(431, "the request head is longer than 64 KiB")
        } else {
            Parsed::Incomplete
        };
    };
    let head = match std::str::from_utf8(&buffer[..head_length]) {
        Ok(head) if head.is_ascii() => head,
        _ => return malformed(400, "the request head holds bytes outside ASCII"),
    };
    let mut request = match parse_head(head) {
        Ok(request) => request,
        Err((status, why)) => return malformed(status, &why),
    };
    let length = match body_length(&request) {
        Ok(length) => length,
        Err((status, why)) => return malformed(status, &why),
    };
    let start = head_length + 4;
    if buffer.len() < start + length {
        let waits = request.header("Expect").is_some_and(|v| v.eq_ignore_ascii_case("100-continue"));
        return if waits && buffer.len() == start { Parsed::AwaitsContinue } else { Parsed::Incomplete };
    }
    request.body = buffer[start..start + length].to_vec();
    Parsed::Whole(request, start + length)
}

fn malformed(status: u16, why: &str) -> Parsed {
    Parsed::Malformed { status, why: why.to_string() }
}

type Refusal = (u16, String);

fn parse_head(head: &str) -> Result<Request, Refusal> {
    let bad = |why: &str| (400, why.to_string());
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = words[..] else {
        return Err(bad("the request line is not `METHOD target HTTP/1.1`"));
    };
    if version != "HTTP/1.1" {
        return Err((505, format!("the HTTP version is {version}")));
    }
    if method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(bad("the method is not in upper-case letters"));
    }
    if !target.starts_with('/') || target.contains(|c: char| c.is_ascii_control() || c == '#') {
        return Err(bad("the request target is not a path"));
    }
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        let Some((name, value)) = line.split_once(':') else {
            return Err(bad("a header line has no colon"));
        };
        if name.is_empty() || !name.bytes().all(is_token_byte) {
            return Err(bad("a header name is malformed"));
        }
        if value.contains(|c: char| c.is_ascii_control() && c != '\t') {
            return Err(bad("a header value holds a control character"));
        }
        // These decide who asks for what: sending one twice is a smuggled request.
        let once = ["authorization", "content-length", "content-type", "host", "x-tenant"];
        let again = headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if again && once.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(bad(&format!("the header {name} was sent twice")));
        }
        headers.push((name.to_string(), value.trim().to_string()));
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: method.to_string(),
        path: path.to_string(),
        query: query.to_string(),
        headers,
        body: Vec::new(),
    };
    match request.header("Host") {
        None | Some("") => Err(bad("the header Host is missing")),
        Some(_) => Ok(request),
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn body_length(request: &Request) -> Result<usize, Refusal> {
    if request.header("Transfer-Encoding").is_some() {
        let why = "Transfer-Encoding was used; the vendors' clients send Content-Length";
        return Err((411, why.to_string()));
    }
    match request.header("Content-Length") {
        Some(text) => match text.parse::<usize>() {
            Ok(length) if length <= BODY_LIMIT && text.bytes().all(|b| b.is_ascii_digit()) => Ok(length),
            Ok(_) => Err((413, "the body is longer than 128 MiB".to_string())),
            Err(_) => Err((400, "Content-Length is not a number".to_string())),
        },
        None => Ok(0),
    }
}

/// An answer, ready to be written.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// An answer of any media type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Response {
        Response {
            status,
            headers: vec![("Content-Type".to_string(), content_type.to_string())],
            body: body.into(),
        }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Response {
        Response::new(status, "application/json", body.to_string())
    }

    /// An answer without body or media type.
    pub fn empty(status: u16) -> Response {
        Response { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The same with one more header.
    pub fn with(mut self, name: &str, value: &str) -> Response {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// The head, for a body of `length` bytes, whatever the body here is.
    pub fn head(&self, length: usize, close: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.has_no_body() {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        if close {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// Head and body as one block, so that it leaves in one write.
    pub fn bytes(&self, close: bool) -> Vec<u8> {
        let mut bytes = self.head(self.body.len(), close);
        if !self.has_no_body() {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }

    fn has_no_body(&self) -> bool {
        matches!(self.status, 204 | 304)
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Sandbox",
    }
}
