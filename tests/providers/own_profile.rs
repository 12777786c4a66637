//! Providers that a program brings along as a profile, and profiles that are none.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{json, Value};

use crate::client::*;
use crate::ground::{eventually, Ground, ASSINE};

/// A folder that is gone with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("erptoken-profiles-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// Writes a profile and gives its path.
    pub fn profile(&self, profile: &Value) -> String {
        let path = self.path("profile.json");
        fs::write(&path, serde_json::to_string_pretty(profile).unwrap()).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server of a few lines: it keeps what it is sent, and answers from its list, the last answer again and again.
pub struct Server {
    pub base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn new(answers: &[(u16, Value)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let answers = answers.to_vec();
        // It ends with the test program.
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { return };
                kept.lock().unwrap().push(read_request(&mut stream));
                let (status, body) = &answers[number.min(answers.len() - 1)];
                let body = body.to_string();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Server { base, requests }
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn read_request(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
    bytes.extend(body);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn minimal(base: &str) -> Value {
    json!({
        "erptoken_profile": 1, "name": "own", "environments": { "production": { "base": base } },
        "login": [ { "needs": ["username", "password"], "url": "{base}/oauth",
            "json": { "grant_type": "password", "client_id": "app", "client_secret": "app",
                      "username": "{username}", "password": "{password}" },
            "means": [ { "status": 401, "is": "credentials" } ] } ]
    })
}

#[test]
fn a_minimal_profile_logs_in() {
    let ground = Ground::new();
    let folder = Folder::new();
    let path = folder.profile(&minimal(&ground.http()));
    let account = Account::with(&path, &[("username", ASSINE.username), ("password", ASSINE.password)]);
    let token = account.token();
    assert!(ground.is_live(&token));
    assert_eq!(account.authorization().unwrap(), format!("Bearer {token}"));
    assert_eq!(account.info("provider"), path);
    // No refresh and no logout are in it.
    account.reject(&token).unwrap();
    let second = account.token();
    account.logout().unwrap();
    assert!(ground.is_live(&second));
    assert_eq!((ground.count("assine.login"), ground.count("assine.refresh")), (2, 0));
}

#[test]
fn a_password_in_the_query_as_protheus_wants_it() {
    let server = Server::new(&[
        (201, json!({ "access_token": "primeiro", "refresh_token": "renovar&=1", "expires_in": 3600 })),
        (200, json!({ "access_token": "segundo", "refresh_token": "renovar 2", "expires_in": 3600 })),
        (401, json!({ "code": 401, "message": "Token expirado" })),
    ]);
    let folder = Folder::new();
    let path = folder.profile(&json!({
        "erptoken_profile": 1, "name": "protheus", "title": "Protheus: REST",
        "environments": { "production": { "base": "https://erp.example/rest" } },
        "urls": { "token": "{base}/api/oauth2/v1/token" },
        "options": { "company": null },
        "login": [ { "needs": ["username", "password"],
            "url": "{token}?grant_type=password&username={username}&password={password}",
            "headers": { "tenantId": "{company?}" },
            "means": [ { "status": 401, "is": "credentials" }, { "status": 403, "is": "credentials" } ] } ],
        "refresh": { "url": "{token}?grant_type=refresh_token&refresh_token={refresh_token}" },
        "error": { "code": ["/code"], "message": ["/message"] }
    }));
    let options = [
        ("base_url", format!("{}/rest", server.base)),
        ("username", "joão & cia".to_owned()),
        ("password", "a/b?c=d&e#ç+%".to_owned()),
        ("company", "01,0101".to_owned()),
    ];
    let account = Account::open(&path).unwrap();
    for (option, value) in &options {
        account.set(option, value).unwrap();
    }
    assert_eq!(account.token(), "primeiro");
    account.reject("primeiro").unwrap();
    assert_eq!(account.token(), "segundo");
    let requests = server.requests();
    assert!(
        requests[0].starts_with(
            "POST /rest/api/oauth2/v1/token?grant_type=password&username=jo%C3%A3o%20%26%20cia\
             &password=a%2Fb%3Fc%3Dd%26e%23%C3%A7%2B%25 HTTP/1.1\r\n"
        ),
        "{}",
        requests[0]
    );
    assert!(requests[0].to_lowercase().contains("\r\ntenantid: 01,0101\r\n"), "{}", requests[0]);
    assert!(requests[1].contains("refresh_token=renovar%26%3D1 HTTP/1.1"), "{}", requests[1]);

    // The third answer refuses what it is asked; the address with the password must not show.
    let other = Account::with(&path, &[("base_url", &options[0].1), ("username", "outro")]);
    other.set("password", &options[2].1).unwrap();
    let failure = other.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!(failure.server_code, "401");
    failure.assert_says(&["Protheus", "Token expirado"]);
}

#[test]
fn a_login_and_a_refresh_as_rm_wants_them() {
    let server = Server::new(&[
        (
            200,
            json!({ "access_token": "primeiro", "refresh_token": "renovar", "expires_in": 300, "token_type": "Bearer" }),
        ),
        (200, json!({ "access_token": "segundo", "expires_in": 300 })),
    ]);
    let folder = Folder::new();
    let path = folder.profile(&json!({
        "erptoken_profile": 1, "name": "rm",
        "environments": { "production": { "base": server.base } },
        "urls": { "api": "{base}/api" },
        "login": [ { "needs": ["username", "password"], "url": "{base}/api/connect/token",
            "json": { "username": "{username}", "password": "{password}" },
            "means": [ { "status": 400, "is": "credentials" } ] } ],
        "refresh": { "url": "{base}/api/connect/token",
            "json": { "grant_type": "refresh_token", "refresh_token": "{refresh_token}" } }
    }));
    let account = Account::with(&path, &[("username", "mestre"), ("password", "totvs")]);
    assert_eq!(account.token(), "primeiro");
    assert!((290..=300).contains(&account.number("expires_in")));
    account.reject("primeiro").unwrap();
    assert_eq!(account.token(), "segundo");
    let requests = server.requests();
    assert!(requests[0].starts_with("POST /api/connect/token HTTP/1.1\r\n"), "{}", requests[0]);
    let body =
        |request: &str| -> Value { serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap() };
    assert_eq!(body(&requests[0]), json!({ "username": "mestre", "password": "totvs" }));
    assert_eq!(body(&requests[1]), json!({ "grant_type": "refresh_token", "refresh_token": "renovar" }));
    assert_eq!(requests.len(), 2);
}

#[test]
fn a_header_of_its_own_carries_the_token() {
    let server = Server::new(&[
        (200, json!({ "Codigo": 200, "Token": "abc123" })),
        (200, json!({ "Codigo": 403, "Mensagens": ["Senha inválida"] })),
    ]);
    let folder = Folder::new();
    let path = folder.profile(&json!({
        "erptoken_profile": 1, "name": "wbs",
        "environments": { "production": { "base": server.base } },
        "authorize": { "API_TOKEN": "{access_token}" },
        "life": { "default_s": 1800 },
        "take": { "access_token": ["/Token"] },
        "error": { "code": ["/Codigo"], "message": ["/Mensagens/0"] },
        "login": [ { "needs": ["username", "password"], "url": "{base}/login",
            "json": { "Email": "{username}", "Senha": "{password}" },
            "means": [ { "at": "/Codigo", "equals": 403, "is": "credentials" } ] } ]
    }));
    let account = Account::with(&path, &[("username", "u@x"), ("password", "senha 1")]);
    assert_eq!(
        (account.authorization().unwrap().as_str(), account.info("header_name").as_str()),
        ("abc123", "API_TOKEN")
    );
    assert!((1790..=1800).contains(&account.number("expires_in")));
    account.set("password", "senha 2").unwrap();
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    assert_eq!((failure.http_status, failure.server_code.as_str()), (200, "403"));
    failure.assert_says(&["Senha inválida"]);
}

#[test]
fn an_ageing_token_is_told() {
    let ground = Ground::new();
    let folder = Folder::new();
    // Of a short life, because what is left of it is the measure of the jitter.
    ground.settings(|s| s.expires_in = Some(json!(8)));
    let mut profile = minimal(&ground.http());
    profile["life"] = json!({ "renew_after_s": 1 });
    let path = folder.profile(&profile);
    let account = Account::with(&path, &[("username", ASSINE.username), ("password", ASSINE.password)]);
    let first = account.token();
    eventually("it ages", || account.info("state") == "ageing");
    assert_eq!(account.number("renew_in"), 0);
    assert_eq!(account.token(), first);
    eventually("it is renewed", || account.token() != first);
    assert_eq!(ground.count("assine.login"), 2);
}

#[test]
fn the_options_of_a_profile_are_options() {
    let folder = Folder::new();
    let mut profile = minimal("https://erp.example");
    profile["options"] = json!({ "company": null, "branch": "01" });
    profile["login"][0]["needs"] = json!(["username", "password", "company", "branch"]);
    let account = Account::open(&folder.profile(&profile)).unwrap();
    failed(account.set("filial", "1"), ERPTOKEN_E_OPTION).assert_says(&["company", "branch", "username"]);
    account.set("username", "u").unwrap();
    account.set("password", "senha").unwrap();
    let failure = account.refused(ERPTOKEN_E_MISSING);
    assert!(failure.text.contains("\"company\"") && !failure.text.contains("branch"), "{failure:?}");
    // A name that this profile knows is none for another provider.
    failed(Account::open("senior").unwrap().set("company", "1"), ERPTOKEN_E_OPTION);
}

#[test]
fn without_a_production_the_environment_must_be_chosen() {
    let folder = Folder::new();
    let mut profile = minimal("https://erp.example");
    profile["environments"] =
        json!({ "north": { "base": "https://n.example" }, "south": { "base": "https://s.example" } });
    let account = Account::with(&folder.profile(&profile), &[("username", "u"), ("password", "senha")]);
    account.refused(ERPTOKEN_E_OPTION).assert_says(&["environment", "north", "south"]);
    failed(account.set("environment", "test"), ERPTOKEN_E_OPTION);
    account.set("environment", "north").unwrap();
}

#[test]
fn plain_http_in_a_profile_is_refused_at_use() {
    let folder = Folder::new();
    let path = folder.profile(&minimal("http://erp.example:8080"));
    let account = Account::with(&path, &[("username", "u"), ("password", "senha")]);
    account.refused(ERPTOKEN_E_INSECURE).assert_says(&["erp.example:8080", "allow_http"]);
}

#[test]
fn a_changed_profile_is_another_provider() {
    let ground = Ground::new();
    let folder = Folder::new();
    let mut profile = minimal(&ground.http());
    let credentials = [("username", ASSINE.username), ("password", ASSINE.password)];
    let first = Account::with(&folder.profile(&profile), &credentials);
    let token = first.token();
    assert_eq!(Account::with(&folder.profile(&profile), &credentials).token(), token);
    profile["authorize"] = json!({ "X-Token": "{access_token}" });
    let second = Account::with(&folder.profile(&profile), &credentials);
    assert_ne!(second.token(), token);
    assert_eq!(
        (first.info("header_name").as_str(), second.info("header_name").as_str()),
        ("Authorization", "X-Token")
    );
    assert_eq!(first.token(), token);
    assert_eq!(ground.count("assine.login"), 2);
}

#[test]
fn a_profile_that_is_not_valid_tells_the_file_and_the_place() {
    let folder = Folder::new();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut profile = minimal("https://erp.example");
        change(&mut profile);
        serde_json::to_string_pretty(&profile).unwrap()
    };
    let cases: Vec<(String, &[&str])> = vec![
        (String::new(), &["line 1"]),
        ("{".to_owned(), &["line 1"]),
        ("<html>".to_owned(), &["line 1"]),
        ("[]".to_owned(), &["line 1"]),
        (changed(&|p| p["nane"] = json!("x")), &["`nane`", "line"]),
        (changed(&|p| p["erptoken_profile"] = json!(2)), &["erptoken_profile"]),
        (changed(&|p| p["name"] = json!("Own Name")), &["name"]),
        (changed(&|p| p["login"] = json!([])), &["login"]),
        (changed(&|p| p["environments"] = json!({})), &["environments"]),
        (changed(&|p| p["environments"]["production"]["base"] = json!("erp.example")), &["environments"]),
        (changed(&|p| p["login"][0]["url"] = json!("https://{username}/x")), &["login[0]"]),
        (changed(&|p| p["login"][0]["json"]["x"] = json!("{no_such_name}")), &["login[0]", "no_such_name"]),
        (changed(&|p| p["login"][0]["means"][0]["is"] = json!("credential")), &["credential"]),
        (changed(&|p| p["authorize"] = json!({ "Authorization": "Bearer" })), &["authorize"]),
        (changed(&|p| p["options"] = json!({ "password": "senha-no-perfil" })), &["options"]),
    ];
    for (text, words) in cases {
        let path = folder.path("wrong.json");
        fs::write(&path, &text).unwrap();
        let Err(failure) = Account::open(&path) else { panic!("taken: {text}") };
        failure.assert_is(ERPTOKEN_E_PROVIDER);
        failure.assert_says(&[&path, "not valid"]).assert_says(words);
        assert!(!failure.text.contains("senha-no-perfil"), "{failure:?}");
    }
}

#[test]
fn a_byte_order_mark_is_no_error() {
    let folder = Folder::new();
    let path = folder.path("bom.json");
    fs::write(&path, format!("\u{feff}{}", minimal("https://erp.example"))).unwrap();
    Account::open(&path).unwrap();
    fs::write(&path, b"{ \"name\": \"a\xe7\" }").unwrap();
    let failure = Account::open(&path).err().unwrap();
    failure.assert_is(ERPTOKEN_E_PROVIDER).assert_says(&[&path, "UTF-8"]);
}

#[test]
fn a_provider_is_a_known_name_or_an_absolute_path() {
    let folder = Folder::new();
    folder.profile(&minimal("https://erp.example"));
    for wrong in [
        "",
        "Senior",
        "senior ",
        "./senior.json",
        "senior.json",
        "profile.json",
        "../profile.json",
        "http://x/y.json",
    ] {
        let failure = Account::open(wrong).err().unwrap_or_else(|| panic!("opened: {wrong}"));
        failure.assert_is(ERPTOKEN_E_PROVIDER).assert_says(&[
            "senior, invoisys, assine",
            "absolute path",
            ".json",
        ]);
    }
    let no_ending = folder.path("profile");
    fs::write(&no_ending, minimal("https://erp.example").to_string()).unwrap();
    Account::open(&no_ending).err().unwrap().assert_is(ERPTOKEN_E_PROVIDER);
    let long = format!("/{}.json", "x".repeat(5_000));
    let failure = Account::open(&long).err().unwrap();
    failure.assert_is(ERPTOKEN_E_PROVIDER);
}

#[test]
fn what_can_not_be_read_is_told_and_holds_nobody() {
    let folder = Folder::new();
    let unreadable = |path: &str| {
        let failure = Account::open(path).err().unwrap_or_else(|| panic!("opened: {path}"));
        failure.assert_is(ERPTOKEN_E_PROVIDER);
        failure.assert_says(&[path, "cannot be read"]);
    };
    unreadable(&folder.path("missing.json"));
    fs::create_dir(folder.path("folder.json")).unwrap();
    unreadable(&folder.path("folder.json"));
    fs::write(folder.path("large.json"), " ".repeat((1 << 20) + 1)).unwrap();
    unreadable(&folder.path("large.json"));
    #[cfg(unix)]
    {
        let pipe = folder.path("pipe.json");
        let name = std::ffi::CString::new(pipe.as_str()).unwrap();
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
        unreadable(&pipe);
        let loops = folder.path("loop.json");
        std::os::unix::fs::symlink(Path::new(&loops), &loops).unwrap();
        unreadable(&loops);
    }
}

/// Of the size of the largest file that is read, in the forms in which each part could be compared with each other.
/// Compared so, they would take minutes here.
#[test]
fn a_profile_of_many_parts_is_read_at_once() {
    let many = |member: &dyn Fn(usize) -> String, most: usize| -> String {
        (0..most).map(member).collect::<Vec<_>>().join(",")
    };
    let with = |key: &str, value: String| {
        let mut profile = minimal("https://erp.example");
        profile[key] = json!("HERE");
        profile.to_string().replace("\"HERE\"", &value)
    };
    let in_login = |key: &str, value: String| {
        let mut profile = minimal("https://erp.example");
        profile["login"][0][key] = json!("HERE");
        profile.to_string().replace("\"HERE\"", &value)
    };
    let deep =
        format!("{}{}{}", "[".repeat(100), many(&|n| format!("{{\"k{n}\":1}}"), 70_000), "]".repeat(100));
    let long = "x".repeat(400_000);
    let profiles = [
        with("options", format!("{{{}}}", many(&|n| format!("\"o{n}\":\"\""), 78_000))),
        with("urls", format!("{{{}}}", many(&|n| format!("\"u{n}\":\"{{base}}/x\""), 40_000))),
        in_login("headers", format!("{{{}}}", many(&|n| format!("\"X-{n}\":\"x\""), 70_000))),
        in_login("needs", format!("[{}]", many(&|_| "\"tenant\"".to_owned(), 90_000))),
        in_login("json", format!("{{{}}}", many(&|n| format!("\"k{n}\":\"{{tenant}}\""), 48_000))),
        in_login("json", deep),
        in_login("json", format!("{{\"{long}\":[{}]}}", many(&|_| "1".to_owned(), 200_000))),
        with(
            "environments",
            format!(
                "{{\"{long}\":{{\"base\":\"https://erp.example\",\"hosts\":[{}]}}}}",
                many(&|n| format!("\"h{n}\""), 60_000)
            ),
        ),
    ];
    let folder = Folder::new();
    let path = folder.path("many.json");
    for text in profiles {
        assert!((500_000..1 << 20).contains(&text.len()), "{} bytes", text.len());
        fs::write(&path, &text).unwrap();
        let began = std::time::Instant::now();
        let account = Account::open(&path).unwrap_or_else(|failure| panic!("{failure:?}: {}", &text[..200]));
        let unknown = account.set("no_such_option", "x");
        println!("{:?}: {}", began.elapsed(), &text[..60]);
        assert!(unknown.is_err());
        assert!(began.elapsed().as_secs() < 5, "{:?} for {}", began.elapsed(), &text[..200]);
    }
}

#[test]
fn an_empty_refusal_that_the_profile_tells_of_is_told_as_one() {
    let server = Server::new(&[(403, Value::String(String::new()))]);
    let folder = Folder::new();
    let mut profile = minimal(&server.base);
    profile["login"][0]["means"] = json!([{ "status": 403, "any_body": true, "is": "credentials" }]);
    let account = Account::with(&folder.profile(&profile), &[("username", "maria"), ("password", "errada")]);
    let failure = account.refused(ERPTOKEN_E_CREDENTIALS);
    failure.assert_says(&["refused", "403"]);
    assert!(!failure.text.contains("gateway"), "{}", failure.text);
    assert_eq!(server.requests().len(), 1);
}

/// A base that is the whole address is sent as it is; before a path its slash is none.
#[test]
fn a_slash_at_the_end_of_a_base_is_kept_where_it_is_the_address() {
    let answer = (200, json!({ "access_token": "a", "expires_in": 60 }));
    for (url, path) in
        [("{base}", "POST /o/token/ "), ("{base}/x", "POST /o/token/x "), ("{token}", "POST /o/token/y ")]
    {
        let server = Server::new(&[answer.clone()]);
        let folder = Folder::new();
        let mut profile = minimal("https://api.example/");
        profile["urls"] = json!({ "token": "{base}/y" });
        profile["login"][0]["url"] = json!(url);
        let base = format!("{}/o/token/", server.base);
        let options = [("username", "maria"), ("password", "x"), ("base_url", base.as_str())];
        Account::with(&folder.profile(&profile), &options).token();
        assert!(server.requests()[0].starts_with(path), "{}", server.requests()[0]);
    }
}
