//! What the log tells of the answers: each that became an error is found there, and nothing is that must not be.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use erptoken::abi::process;

use crate::client::{c_text, ERPTOKEN_OK};
use crate::good::{NEWER_TOKEN, PASSWORD, REFRESH_TOKEN, TOKEN};

pub struct Traces {
    file: PathBuf,
    /// Who must be found: a play, its server's port, the status of the answer.
    wanted: Mutex<Vec<(String, u16, i32)>>,
}

impl Traces {
    pub fn begin(file: &Path) -> Traces {
        let path = file.to_str().expect("a path in UTF-8");
        for (option, value) in [("log_file", path), ("log_level", "debug")] {
            let (option, value) = (c_text(option), c_text(value));
            let status = unsafe { process::erptoken_configure(option.as_ptr(), value.as_ptr()) };
            assert_eq!(status, ERPTOKEN_OK, "{option:?}");
        }
        Traces { file: file.to_owned(), wanted: Mutex::default() }
    }

    /// All of it, with what was put aside because it was long.
    fn text(&self) -> String {
        let aside = (1..=4).map(|number| PathBuf::from(format!("{}.{number}", self.file.display())));
        let all = aside.chain([self.file.clone()]).map(|path| fs::read(path).unwrap_or_default());
        String::from_utf8_lossy(&all.collect::<Vec<_>>().concat()).into_owned()
    }

    /// The log must tell of an answer with this status (0: none was told) from the server at this port.
    pub fn want(&self, play: String, port: u16, http_status: i32) {
        self.wanted.lock().unwrap().push((play, port, http_status));
    }

    /// Those of whom the log tells nothing.
    pub fn missing(&self) -> Vec<String> {
        let text = self.text();
        let mut of_port: HashMap<u16, Vec<&str>> = HashMap::new();
        for line in
            text.lines().filter(|line| line.contains("answered HTTP ") || line.contains("brought no answer"))
        {
            let ports = line.split(':').filter_map(|part| part.split_once('/')?.0.parse().ok());
            ports.for_each(|port| of_port.entry(port).or_default().push(line));
        }
        let wanted = self.wanted.lock().unwrap();
        let is_missing = |(_, port, http_status): &&(String, u16, i32)| {
            let answered = format!("answered HTTP {http_status},");
            let tells = |line: &&str| {
                *http_status == 0 || line.contains(&answered) || line.contains("brought no answer")
            };
            !of_port.get(port).is_some_and(|lines| lines.iter().any(tells))
        };
        wanted.iter().filter(is_missing).map(|(play, ..)| play.clone()).collect()
    }

    /// The secrets that are in it.
    pub fn leaks(&self) -> Vec<String> {
        let text = self.text();
        let secrets = [PASSWORD, TOKEN, NEWER_TOKEN, REFRESH_TOKEN, "senha errada", "senha+certa"];
        let lines = text.lines().filter(|line| secrets.iter().any(|secret| line.contains(secret)));
        lines.map(str::to_owned).collect()
    }
}
