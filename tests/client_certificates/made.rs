//! What OpenSSL makes: an authority, one below it, and certificates of clients with their keys.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{self, Folder};

pub struct Made {
    pub folder: Folder,
}

/// How a key is made, by its name.
const KEYS: [(&str, &str); 3] = [
    ("rsa", "-newkey rsa:2048"),
    ("p256", "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"),
    ("p384", "-newkey ec -pkeyopt ec_paramgen_curve:secp384r1"),
];

impl Made {
    /// `root.pem`, `middle.pem`, and of each kind `KIND.key`, `KIND.pem`: of a company, signed by the one in between.
    pub fn new(name: &str) -> Option<Made> {
        support::server("openssl")?;
        let made = Made { folder: Folder::new(name) };
        made.write("ca.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n");
        made.write("client.ext", "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n");
        made.openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 3000 -subj /CN=Raiz -keyout root.key -out root.pem",
        );
        made.openssl("req -newkey rsa:2048 -nodes -subj /CN=AC#Exemplo -keyout middle.key -out middle.csr");
        made.openssl("x509 -req -in middle.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2000 -extfile ca.ext -out middle.pem");
        for (kind, how) in KEYS {
            made.client(kind, how, 400);
        }
        Some(made)
    }

    /// A certificate for so many days from now.
    pub fn client(&self, kind: &str, how: &str, days: i32) {
        let subject = format!("/C=BR/O=ICP-Brasil/CN={}:12345678000195", company(kind));
        self.openssl(&format!("req {how} -nodes -utf8 -subj {subject} -keyout {kind}.key -out {kind}.csr"));
        self.openssl(&format!(
            "x509 -req -in {kind}.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days {days} -extfile client.ext -out {kind}.pem"
        ));
        self.write(&format!("{kind}.chain"), &(self.read(&format!("{kind}.pem")) + &self.read("middle.pem")));
    }

    /// `#` stands for a space.
    pub fn openssl(&self, arguments: &str) {
        let mut command = Command::new("openssl");
        command.current_dir(self.folder.path()).args(arguments.split(' ').map(|one| one.replace('#', " ")));
        support::succeed(&mut command);
    }

    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.folder.join(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    pub fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.join(name);
        path.to_str().unwrap().to_owned()
    }
}

/// Whose certificate of that kind it is.
pub fn company(kind: &str) -> String {
    format!("TRANSPORTES#AÇAÍ#LTDA#{}", kind.to_uppercase())
}
