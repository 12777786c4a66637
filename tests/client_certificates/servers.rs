//! Servers that demand a client certificate: nginx and OpenSSL's own, over TLS 1.2 and 1.3, directly and through a proxy.

use std::process::Command;

use crate::answer::get;
use crate::client::*;
use crate::ground::{Ground, SENIOR};
use crate::made::Made;
use crate::programs::{free_port, proxy, Kind, Running};
use crate::report::Report;
use crate::support::{self, Folder};

/// nginx in front of a sandbox, on a port for each version of TLS.
struct Nginx {
    _running: Running,
    ground: Ground,
    made: Made,
    ports: [(&'static str, u16); 2],
}

impl Nginx {
    fn start(name: &str) -> Option<Nginx> {
        let program = support::server("nginx")?;
        let made = Made::new(&format!("{name}-made"))?;
        let (ground, folder) = (Ground::new(), Folder::new(name));
        made.write("server.ext", "subjectAltName=DNS:localhost,IP:0.0.0.0\n");
        made.openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr");
        made.openssl("x509 -req -in server.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days 30 -extfile server.ext -out server.leaf");
        made.write("server.pem", &(made.read("server.leaf") + &made.read("middle.pem")));
        let ports = [("TLSv1.2", free_port()), ("TLSv1.3", free_port())];
        assert_ne!(ports[0].1, ports[1].1);
        let at = |name: &str| made.path(name);
        let server = |(protocol, port): &(&str, u16)| {
            format!(
                "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; ssl_protocols {protocol};\n\
                 ssl_client_certificate {}; ssl_verify_client on; ssl_verify_depth 3; keepalive_requests 2; ssl_session_cache shared:s{port}:1m;\n\
                 location /who {{ return 200 \"$ssl_client_s_dn|$ssl_protocol\"; }}\n\
                 location / {{ proxy_pass {}; proxy_set_header Host $http_host; }} }}\n",
                at("server.pem"), at("server.key"), at("root.pem"), ground.http()
            )
        };
        let servers: String = ports.iter().map(server).collect();
        let running = Running::nginx(program, folder, &servers, ports[0].1);
        Some(Nginx { _running: running, ground, made, ports })
    }

    fn account(&self, protocol: &str, host: &str) -> Account {
        let port = self.ports.iter().find(|(known, _)| *known == protocol).unwrap().1;
        let base = format!("https://{host}:{port}/t/senior.com.br/bridge/1.0");
        let options =
            [("base_url", base.as_str()), ("username", SENIOR.username), ("password", SENIOR.password)];
        let account = Account::with("senior", &options);
        account.set("ca_file", &self.made.path("root.pem")).unwrap();
        account
    }

    fn url(&self, account: &Account, path: &str) -> String {
        let base = Report::of(account).field("/environment/base").unwrap();
        base.splitn(4, '/').take(3).collect::<Vec<_>>().join("/") + path
    }
}

#[test]
fn nginx_lets_in_who_shows_a_certificate_and_nobody_else() {
    let Some(nginx) = Nginx::start("mtls") else { return };
    for (protocol, _) in nginx.ports {
        for kind in ["rsa", "p256", "p384"] {
            nginx.made.openssl(&format!(
                "pkcs12 -export -inkey {kind}.key -in {kind}.pem -certfile middle.pem -out {kind}.pfx -passout pass:S3nha"
            ));
            let account = nginx.account(protocol, "localhost");
            account.set("client_certificate", &nginx.made.path(&format!("{kind}.pfx"))).unwrap();
            account.set("client_certificate_password", "S3nha").unwrap();
            account.set("scope", kind).unwrap();
            assert!(nginx.ground.is_live(&account.token()), "{protocol}, {kind}");
            let url = nginx.url(&account, "/who");
            // On connections of its own, whose sessions are taken up again.
            for _ in 0..4 {
                let told = get(&account, &url).unwrap().text().unwrap();
                let (subject, version) = told.split_once('|').unwrap();
                assert!(subject.contains(&format!("LTDA {}:12345678000195", kind.to_uppercase())), "{told}");
                assert_eq!(version, protocol);
            }
            assert_eq!(get(&account, "/tms/freights").unwrap().status(), 200);
            let report = Report::of(&account);
            assert_eq!(report.field("/tls/done").as_deref(), Some("true"), "{protocol}, {kind}");
            assert_eq!(report.field("/http/error"), None);
        }
        let before = nginx.ground.count("senior.login");
        let without = nginx.account(protocol, "localhost");
        without.set("scope", "nobody").unwrap();
        let failure = without.get().unwrap_err();
        failure.assert_says(&["asked for a client certificate, and there is none", "\"client_certificate\""]);
        assert_eq!(failure.http_status, 400, "{failure:?}");
        let unknown = nginx.account(protocol, "localhost");
        unknown.set("scope", "unknown").unwrap();
        nginx.made.openssl("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=Outra#Empresa -keyout unknown.key -out unknown.pem");
        unknown.set("client_certificate", &nginx.made.path("unknown.pem")).unwrap();
        unknown.set("client_key", &nginx.made.path("unknown.key")).unwrap();
        unknown.get().unwrap_err().assert_says(&["was shown that of CN=Outra Empresa"]);
        assert_eq!(nginx.ground.count("senior.login"), before, "nobody else reached it");
    }
}

#[test]
fn two_accounts_never_share_a_connection() {
    let Some(nginx) = Nginx::start("mtls-two") else { return };
    for (protocol, _) in nginx.ports {
        let accounts = ["rsa", "p256"].map(|kind| {
            let account = nginx.account(protocol, "localhost");
            account.set("client_certificate", &nginx.made.path(&format!("{kind}.chain"))).unwrap();
            account.set("client_key", &nginx.made.path(&format!("{kind}.key"))).unwrap();
            account
        });
        let before = nginx.ground.count("senior.login");
        let url = nginx.url(&accounts[0], "/who");
        for _ in 0..4 {
            for (account, whose) in accounts.iter().zip(["LTDA RSA:", "LTDA P256:"]) {
                let told = get(account, &url).unwrap().text().unwrap();
                assert!(told.contains(whose), "{told}");
            }
        }
        assert_eq!(nginx.ground.count("senior.login"), before + 2, "another certificate is another identity");
        // The same contents under other names are the same identity.
        nginx.made.write("copy.pem", &(nginx.made.read("rsa.key") + &nginx.made.read("rsa.chain")));
        let again = nginx.account(protocol, "localhost");
        again.set("client_certificate", &nginx.made.path("copy.pem")).unwrap();
        assert_eq!(again.token(), accounts[0].token());
        // Another one on the same handle takes its own connections.
        again.set("client_certificate", &nginx.made.path("p384.chain")).unwrap();
        again.set("client_key", &nginx.made.path("p384.key")).unwrap();
        assert!(get(&again, &url).unwrap().text().unwrap().contains("LTDA P384:"));
    }
}

#[test]
fn it_goes_through_a_proxy() {
    let Some(nginx) = Nginx::start("mtls-proxy") else { return };
    let Some(proxy) = proxy(Kind::Tinyproxy, false, false) else { return };
    for (protocol, _) in nginx.ports {
        let account = nginx.account(protocol, "0.0.0.0");
        account.set("proxy", &format!("http://{}", proxy.address())).unwrap();
        account.set("client_certificate", &nginx.made.path("p256.chain")).unwrap();
        account.set("client_key", &nginx.made.path("p256.key")).unwrap();
        let url = nginx.url(&account, "/who");
        assert!(get(&account, &url).unwrap().text().unwrap().contains("LTDA P256:"), "{protocol}");
    }
}

#[test]
fn a_server_that_refuses_with_an_alert_is_told_with_whose_certificate_it_was() {
    let Some(program) = support::server("openssl") else { return };
    let made = Made::new("alerts").unwrap();
    made.openssl("req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout own.key -out own.pem");
    for how in ["-tls1_2", "-tls1_3"] {
        let port = free_port();
        let mut command = Command::new(&program);
        command.current_dir(made.folder.path());
        command.args([
            "s_server", "-quiet", "-www", "-cert", "own.pem", "-key", "own.key", "-CAfile", "own.pem",
        ]);
        command.args(["-Verify", "3", "-verify_return_error", how, "-accept", &format!("127.0.0.1:{port}")]);
        let _running = Running::start(command, Folder::new(&format!("alert-{port}")), port);
        let base = format!("https://localhost:{port}/x");
        let options =
            [("base_url", base.as_str()), ("username", "u"), ("password", "senha"), ("proxy", "none")];
        let account = Account::with("senior", &options);
        account.set("ca_file", &made.path("own.pem")).unwrap();
        account
            .refused(ERPTOKEN_E_TLS)
            .assert_says(&["wants a client certificate", "\"client_certificate\""]);
        account.set("client_certificate", &made.path("rsa.chain")).unwrap();
        account.set("client_key", &made.path("rsa.key")).unwrap();
        let failure = account.refused(ERPTOKEN_E_TLS);
        failure.assert_says(&[
            "refused the client certificate of",
            "TRANSPORTES AÇAÍ LTDA RSA:12345678000195",
            "alert",
        ]);
    }
}
