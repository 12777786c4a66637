//! Files as programs write them: which of them are read, and what is said of the others.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::client::*;
use crate::made::Made;
use crate::report::Offline;
use crate::support;

const PASSWORD: &str = "S3nha";

/// PKCS #12 in every way: its name, how OpenSSL is asked, the password.
const FILES: [(&str, &str, &str); 20] = [
    ("of OpenSSL now", "", PASSWORD),
    ("of old systems: RC2-40 and 3DES", "-legacy", PASSWORD),
    ("RC2-128", "-legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-RC2-128", PASSWORD),
    ("RC2-40 for the key too", "-legacy -certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-RC2-40", PASSWORD),
    ("3DES", "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1", PASSWORD),
    ("3DES with two keys", "-certpbe PBE-SHA1-2DES -keypbe PBE-SHA1-2DES -macalg sha1", PASSWORD),
    ("AES-128", "-certpbe AES-128-CBC -keypbe AES-128-CBC", PASSWORD),
    ("AES-192", "-certpbe AES-192-CBC -keypbe AES-192-CBC -macalg sha384", PASSWORD),
    ("AES-256, SHA-512", "-certpbe AES-256-CBC -keypbe AES-256-CBC -macalg sha512", PASSWORD),
    ("3DES of PBES2", "-certpbe DES-EDE3-CBC -keypbe DES-EDE3-CBC -macalg sha1", PASSWORD),
    ("no code for integrity", "-nomac", PASSWORD),
    ("old, no code for integrity", "-legacy -nomac", PASSWORD),
    ("nothing encrypted", "-certpbe NONE -keypbe NONE", PASSWORD),
    ("certificates not encrypted", "-certpbe NONE", PASSWORD),
    ("one round", "-noiter -nomaciter", PASSWORD),
    ("many rounds", "-iter 100000", PASSWORD),
    ("accents", "", "Coração de açaí €"),
    ("old, accents", "-legacy", "Coração de açaí €"),
    ("empty", "", ""),
    ("old, empty", "-legacy", ""),
];

fn export(made: &Made, kind: &str, how: &str, password: &str, to: &str) {
    made.openssl(
        &format!(
            "pkcs12 -export -inkey {kind}.key -in {kind}.pem -certfile above.pem -name empresa {how} -out {to} -passout pass:{}",
            password.replace(' ', "#")
        )
        .replace("  ", " "),
    );
}

fn subject(kind: &str) -> String {
    format!("CN={}:12345678000195, C=BR, O=ICP-Brasil", crate::made::company(kind)).replace('#', " ")
}

const SHOWN: [(&str, &str); 3] = [("rsa", "RSA 2048"), ("p256", "P-256"), ("p384", "P-384")];

#[test]
fn every_kind_of_pkcs12_is_read() {
    let Some(made) = Made::new("pkcs12") else { return };
    made.write("above.pem", &(made.read("root.pem") + &made.read("middle.pem")));
    for (number, (name, how, password)) in FILES.into_iter().enumerate() {
        let (kind, key) = SHOWN[number % 3];
        export(&made, kind, how, password, "file.pfx");
        let account = Offline::new();
        account
            .set("client_certificate", &made.path("file.pfx"))
            .unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        if !password.is_empty() {
            account
                .set("client_certificate_password", password)
                .unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        }
        let told = account.told().unwrap_or_else(|| panic!("{name}: {:?}", account.get()));
        assert_eq!(told, [subject(kind), key.to_owned(), "PKCS#12".to_owned()], "{name}");
        // In pieces and without lengths, as some write.
        let der = fs::read(made.folder.join("file.pfx")).unwrap();
        fs::write(made.folder.join("ber.pfx"), endless(&der)).unwrap();
        let account = Offline::new();
        if !password.is_empty() {
            account.set("client_certificate_password", password).unwrap();
        }
        account
            .set("client_certificate", &made.path("ber.pfx"))
            .unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        assert_eq!(account.told(), Some(told), "{name}, without lengths");
        if password.is_empty() || how.contains("NONE -keypbe NONE") {
            continue;
        }
        let account = Offline::new();
        account.set("client_certificate", &made.path("file.pfx")).unwrap();
        if !how.contains("-nomac ") && !how.ends_with("-nomac") {
            account.refused(ERPTOKEN_E_OPTION).assert_says(&["is encrypted", "client_certificate_password"]);
        }
        let wrong = failed(account.set("client_certificate_password", "outra senha"), ERPTOKEN_E_OPTION);
        wrong.assert_says(&["password is wrong"]);
        account.refused(ERPTOKEN_E_OPTION).assert_says(&["password is wrong"]);
        account.set("client_certificate_password", password).unwrap();
        assert!(account.told().is_some(), "{name}");
    }
}

/// The same as BER: no lengths, and octet strings in pieces.
fn endless(der: &[u8]) -> Vec<u8> {
    let (mut rest, mut out) = (der, Vec::new());
    while let Some((&tag, after)) = rest.split_first() {
        let digits = usize::from(after[0].saturating_sub(0x80));
        let length = match digits {
            0 => usize::from(after[0]),
            _ => after[1..=digits].iter().fold(0, |length, digit| length << 8 | usize::from(*digit)),
        };
        let (value, after) = after[1 + digits..].split_at(length);
        rest = after;
        match tag {
            0x30 | 0x31 | 0xa0 => {
                out.extend([tag, 0x80]);
                out.extend(endless(value));
                out.extend([0, 0]);
            }
            // The safe's content, an encrypted one and all that is long.
            0x04 | 0x80 if value.len() > 300 => {
                out.extend([if tag == 0x04 { 0x24 } else { 0xa0 }, 0x80]);
                for piece in value.chunks(100) {
                    out.extend([0x04, piece.len() as u8]);
                    out.extend(piece);
                }
                out.extend([0, 0]);
            }
            _ => out
                .extend(&der[der.len() - rest.len() - value.len() - 1 - digits - 1..der.len() - rest.len()]),
        }
    }
    out
}

#[test]
fn keys_are_read_as_they_are_written() {
    let Some(made) = Made::new("keys") else { return };
    let mut ways = vec![
        ("pkcs8 -topk8 -nocrypt -in KIND.key -out way.key", false),
        ("pkcs8 -topk8 -nocrypt -in KIND.key -outform DER -out way.key", false),
        ("pkcs8 -topk8 -in KIND.key -out way.key -passout pass:S3nha", true),
        ("pkcs8 -topk8 -in KIND.key -outform DER -out way.key -passout pass:S3nha", true),
        ("pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 -in KIND.key -out way.key -passout pass:S3nha", true),
        ("pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA512 -in KIND.key -out way.key -passout pass:S3nha", true),
        ("pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA384 -in KIND.key -out way.key -passout pass:S3nha", true),
        ("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in KIND.key -out way.key -passout pass:S3nha", true),
        ("pkcs8 -topk8 -v1 PBE-SHA1-RC2-40 -provider legacy -provider default -in KIND.key -out way.key -passout pass:S3nha", true),
        ("pkcs8 -topk8 -v2 aes-256-cbc -iter 200000 -in KIND.key -out way.key -passout pass:S3nha", true),
    ];
    for (kind, key) in SHOWN {
        let of_its_kind = if kind == "rsa" { "rsa -traditional" } else { "ec" };
        let traditional = format!("{of_its_kind} -in KIND.key -out way.key");
        let traditional_der = format!("{of_its_kind} -in KIND.key -outform DER -out way.key");
        ways.extend([(traditional.clone().leak() as &str, false), (traditional_der.leak() as &str, false)]);
        for (way, encrypted) in &ways {
            if way.starts_with("ec") && kind == "rsa" || way.starts_with("rsa") && kind != "rsa" {
                continue;
            }
            made.openssl(&way.replace("KIND", kind));
            let account = Offline::new();
            account
                .set("client_key", &made.path("way.key"))
                .unwrap_or_else(|failure| panic!("{kind}, {way}: {failure:?}"));
            account.set("client_certificate", &made.path(&format!("{kind}.chain"))).unwrap();
            if *encrypted {
                account.refused(ERPTOKEN_E_OPTION).assert_says(&["is encrypted"]);
                account.set("client_certificate_password", PASSWORD).unwrap();
            }
            let told = account.told().unwrap_or_else(|| panic!("{kind}, {way}: {:?}", account.get()));
            assert_eq!(told, [subject(kind), key.to_owned(), "PEM".to_owned()], "{way}");
        }
        // The key in the certificate's file, behind it and before it, with what Windows and editors leave.
        let (certificate, key_text) =
            (made.read(&format!("{kind}.chain")), made.read(&format!("{kind}.key")));
        for text in [
            format!("{certificate}{key_text}"),
            format!("{key_text}{certificate}"),
            format!("\u{feff}Bag Attributes\r\n{}", format!("{certificate}{key_text}").replace('\n', "\r\n")),
            format!("{}{}{key_text}", made.read("middle.pem"), made.read(&format!("{kind}.pem"))),
        ] {
            made.write("all.pem", &text);
            let account = Offline::new();
            account.set("client_certificate", &made.path("all.pem")).unwrap();
            assert_eq!(account.told().unwrap()[..2], [subject(kind), key.to_owned()]);
        }
    }
}

#[test]
fn what_java_writes_is_read() {
    if !support::has_with("keytool", "-help") {
        return;
    }
    let made = Made::new("java").unwrap();
    for (number, (how, key)) in [
        ("-keyalg EC -groupname secp256r1", "P-256"),
        ("-keyalg RSA -keysize 2048", "RSA 2048"),
        ("-keyalg EC -groupname secp384r1", "P-384"),
    ]
    .into_iter()
    .enumerate()
    {
        for legacy in [false, true] {
            let to = format!("java{number}{legacy}.p12");
            let mut command = Command::new("keytool");
            command.args(how.split(' ')).args([
                "-genkeypair",
                "-alias",
                "a",
                "-dname",
                "CN=Empresa",
                "-storetype",
                "PKCS12",
            ]);
            command.args(["-storepass", "S3nha123", "-keystore"]).arg(made.folder.join(&to));
            if legacy {
                command.arg("-J-Dkeystore.pkcs12.legacy");
            }
            support::succeed(&mut command);
            let account = Offline::new();
            account.set("client_certificate_password", "S3nha123").unwrap();
            account.set("client_certificate", &made.path(&to)).unwrap();
            assert_eq!(
                account.told().unwrap(),
                ["CN=Empresa".to_owned(), key.to_owned(), "PKCS#12".to_owned()]
            );
        }
    }
}

#[track_caller]
fn is_refused(path: impl AsRef<Path>, option: &str, words: &[&str]) {
    let path = path.as_ref().to_str().unwrap();
    let failure = failed(Offline::new().set(option, path), ERPTOKEN_E_OPTION);
    failure.assert_says(words);
}

#[test]
fn what_is_no_certificate_is_refused_at_once_and_says_why() {
    let Some(made) = Made::new("refused") else { return };
    let file = |name: &str, content: &[u8]| {
        fs::write(made.folder.join(name), content).unwrap();
        made.folder.join(name)
    };
    export_plain(&made);
    let pfx = fs::read(made.folder.join("good.pfx")).unwrap();
    is_refused(made.folder.join("missing.pfx"), "client_certificate", &["cannot be read"]);
    is_refused(made.folder.path(), "client_certificate", &["not a file"]);
    is_refused(file("empty.pfx", b""), "client_certificate", &["neither PEM", "PKCS#12"]);
    is_refused(file("text.pem", b"um certificado"), "client_certificate", &["neither PEM"]);
    is_refused(file("large.pfx", &[0x30; 2 << 20]), "client_certificate", &["1 MiB"]);
    is_refused(made.folder.join("rsa.key"), "client_certificate", &["no certificate in the file"]);
    is_refused(made.folder.join("rsa.csr"), "client_certificate", &["no certificate in the file"]);
    is_refused(file("cut.pfx", &pfx[..pfx.len() / 2]), "client_certificate", &["damaged"]);
    is_refused(file("cut.pem", &made.read("rsa.pem").as_bytes()[..700]), "client_certificate", &["damaged"]);
    is_refused(made.folder.join("rsa.pem"), "client_key", &["no private key"]);
    is_refused(file("text.key", b"uma chave"), "client_key", &["no private key"]);
    is_refused("store:12345", "client_certificate", &["for Windows alone"]);
    made.openssl("genrsa -traditional -aes128 -passout pass:S3nha -out old.key 2048");
    is_refused(made.folder.join("old.key"), "client_key", &["Proc-Type", "openssl pkcs8"]);
    made.openssl("genrsa -out small.key 1024");
    is_refused(made.folder.join("small.key"), "client_key", &["not supported", "RSA, 1024 bits"]);
    made.openssl("genpkey -algorithm ed25519 -out other.key");
    is_refused(made.folder.join("other.key"), "client_key", &["not supported", "1.3.101.112"]);
    made.openssl("ecparam -name secp521r1 -genkey -noout -out large.key");
    is_refused(made.folder.join("large.key"), "client_key", &["not supported", "1.3.132.0.35"]);

    let expired = expired(&made);
    is_refused(&expired, "client_certificate", &["expired on 2020-01-31", "clock says 20"]);
    made.openssl("pkcs12 -export -inkey expired.key -in expired.pem -out expired.pfx -passout pass:S3nha");
    let account = Offline::new();
    account.set("client_certificate", &made.path("expired.pfx")).unwrap();
    failed(account.set("client_certificate_password", PASSWORD), ERPTOKEN_E_OPTION)
        .assert_says(&["expired on 2020-01-31"]);
    account.refused(ERPTOKEN_E_OPTION).assert_says(&["expired on 2020-01-31"]);
    is_refused(made.folder.join("later.pem"), "client_certificate", &["not valid before 2099-01-01"]);
}

fn export_plain(made: &Made) {
    made.openssl("pkcs12 -export -inkey rsa.key -in rsa.pem -out good.pfx -passout pass:S3nha");
}

/// One of 2020, and one of 2099.
fn expired(made: &Made) -> std::path::PathBuf {
    for (name, from, until) in [("expired", 2020, 2020), ("later", 2099, 2100)] {
        let mut params = rcgen::CertificateParams::new([]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, "Empresa");
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 31);
        let key = rcgen::KeyPair::generate().unwrap();
        made.write(&format!("{name}.pem"), &params.self_signed(&key).unwrap().pem());
        made.write(&format!("{name}.key"), &key.serialize_pem());
    }
    made.folder.join("expired.pem")
}

#[test]
fn a_file_made_to_harm_costs_little_and_breaks_nothing() {
    let Some(made) = Made::new("harm") else { return };
    export_plain(&made);
    let pfx = fs::read(made.folder.join("good.pfx")).unwrap();
    let path = made.path("harm.pfx");
    let account = Offline::new();
    account.set("client_certificate_password", PASSWORD).unwrap();
    for at in (0..pfx.len()).step_by(41) {
        for value in [0x00, 0x80, 0xff] {
            let mut spoilt = pfx.clone();
            spoilt[at] = value;
            fs::write(&path, &spoilt).unwrap();
            let _ = account.set("client_certificate", &path);
        }
    }
    // The rounds of the code for integrity, which stand at the end: 2048 become 2 000 000 000.
    let mut endless = pfx.clone();
    let end = endless.len() - 2;
    assert_eq!(endless[end - 2..], [2, 2, 8, 0]);
    endless.splice(end - 2.., [2, 4, 0x77, 0x35, 0x94, 0]);
    let longer = u16::from_be_bytes([endless[2], endless[3]]) + 2;
    endless.splice(2..4, longer.to_be_bytes());
    fs::write(&path, &endless).unwrap();
    let failure = failed(account.set("client_certificate", &path), ERPTOKEN_E_OPTION);
    assert!(failure.text.contains("too long") || failure.text.contains("damaged"), "{failure:?}");
    // Nested without end.
    let mut nested = Vec::new();
    for _ in 0..200_000 {
        nested.extend([0x30, 0x80]);
    }
    fs::write(&path, &nested).unwrap();
    failed(account.set("client_certificate", &path), ERPTOKEN_E_OPTION).assert_says(&["damaged"]);
}

fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let inside = parts.concat();
    let mut whole = vec![tag, 0x83];
    whole.extend(&(inside.len() as u32).to_be_bytes()[1..]);
    whole.extend(inside);
    whole
}

/// A file of nothing but its code for integrity.
fn with_code(code: &[u8]) -> Vec<u8> {
    let kind = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let safe = value(0xa0, &[&value(0x04, &[&value(0x30, &[])])]);
    value(0x30, &[&[2, 1, 3], &value(0x30, &[&kind, &safe]), code])
}

#[test]
fn the_work_of_a_code_for_integrity_has_an_end() {
    let folder = support::Folder::new("work");
    let path = folder.path().join("work.pfx");
    let refused = |code: &[u8], word: &str| {
        fs::write(&path, with_code(code)).unwrap();
        let account = Offline::new();
        account.set("client_certificate_password", PASSWORD).unwrap();
        let failure = failed(account.set("client_certificate", path.to_str().unwrap()), ERPTOKEN_E_OPTION);
        failure.assert_says(&[word]);
    };
    let object =
        |last: &[u8]| [&[6, 6 + last.len() as u8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d], last].concat();
    let pbmac1 = |rounds: &[u8], digest: usize| {
        let way = value(0x30, &[&object(&[2, 9])]);
        let derivation = value(0x30, &[&value(0x04, &[b"salt"]), rounds, &way]);
        let derivation = value(0x30, &[&object(&[1, 5, 12]), &derivation]);
        let kind = value(0x30, &[&object(&[1, 5, 14]), &value(0x30, &[&derivation, &way])]);
        value(0x30, &[&value(0x30, &[&kind, &value(0x04, &[&vec![7; digest]])]), &value(0x04, &[b"salt"])])
    };
    // A long code would want a long key, each piece of which costs all rounds.
    refused(&pbmac1(&[2, 3, 0x3d, 0x09, 0], 600_000), "damaged");
    refused(&pbmac1(&[2, 4, 0x7f, 0xff, 0xff, 0xff], 32), "too long");
    refused(&pbmac1(&[&[2, 30][..], &[0xff; 30]].concat(), 32), "too long");
    refused(&pbmac1(&[2, 0], 32), "damaged");
}
