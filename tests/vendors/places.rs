//! Where the vendors are, as their pages tell it: at which host each environment asks for a token, and at which one it
//! calls. A proxy is told, which opens no way.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::client::*;
use crate::jwt;
use crate::response::get;
use crate::table;

/// Profile, environment, the host of its tokens (none of a fixed key), the host of its API.
const PLACES: &[(&str, &str, &str, &str)] = &[
    ("asaas", "production", "", "api.asaas.com"),
    ("asaas", "test", "", "api-sandbox.asaas.com"),
    ("banco-do-brasil", "production", "oauth.bb.com.br", "api-pix.bb.com.br"),
    ("banco-do-brasil", "test", "oauth.hm.bb.com.br", "api.hm.bb.com.br"),
    ("banco-do-brasil-cobranca", "production", "oauth.bb.com.br", "api.bb.com.br"),
    ("banco-do-brasil-cobranca", "test", "oauth.hm.bb.com.br", "api.hm.bb.com.br"),
    ("bankly", "production", "auth-mtls.bankly.com.br", "api-mtls.bankly.com.br"),
    ("bankly", "test", "auth-mtls.sandbox.bankly.com.br", "api-mtls.sandbox.bankly.com.br"),
    ("bling", "production", "api.bling.com.br", "api.bling.com.br"),
    ("bradesco", "production", "qrpix.bradesco.com.br", "qrpix.bradesco.com.br"),
    ("bradesco", "test", "openapisandbox.prebanco.com.br", "openapisandbox.prebanco.com.br"),
    ("braspress", "production", "", "api.braspress.com"),
    ("braspress", "test", "", "hml-api.braspress.com"),
    ("conta-azul", "production", "auth.contaazul.com", "api-v2.contaazul.com"),
    ("correios", "production", "api.correios.com.br", "api.correios.com.br"),
    ("correios", "test", "apihom.correios.com.br", "apihom.correios.com.br"),
    ("efi", "production", "pix.api.efipay.com.br", "pix.api.efipay.com.br"),
    ("efi", "test", "pix-h.api.efipay.com.br", "pix-h.api.efipay.com.br"),
    ("entra", "production", "login.microsoftonline.com", "graph.microsoft.com"),
    ("fitbank", "test", "auth.easycredito.com.br", "demo-api.easycredito.com.br"),
    ("focus-nfe", "production", "", "api.focusnfe.com.br"),
    ("focus-nfe", "test", "", "homologacao.focusnfe.com.br"),
    ("frete-rapido", "production", "", "sp.freterapido.com"),
    ("frete-rapido-contratacao", "production", "", "freterapido.com"),
    ("frete-rapido-contratacao", "test", "", "freterapido.com"),
    ("intelipost", "production", "", "api.intelipost.com.br"),
    ("inter", "production", "cdpj.partners.bancointer.com.br", "cdpj.partners.bancointer.com.br"),
    ("inter", "test", "cdpj-sandbox.partners.uatinter.co", "cdpj-sandbox.partners.uatinter.co"),
    ("invoicy", "production", "apibr.invoicy.com.br", "apibr.invoicy.com.br"),
    ("invoicy", "test", "apibrhomolog.invoicy.com.br", "apibrhomolog.invoicy.com.br"),
    ("itau", "production", "sts.itau.com.br", "secure.api.itau"),
    ("itau", "test", "devportal.itau.com.br", "devportal.itau.com.br"),
    ("iugu", "production", "", "api.iugu.com"),
    ("jadlog", "production", "", "www.jadlog.com.br"),
    ("magalu", "production", "id.magalu.com", "api.magalu.com"),
    ("melhor-envio", "production", "melhorenvio.com.br", "melhorenvio.com.br"),
    ("melhor-envio", "test", "sandbox.melhorenvio.com.br", "sandbox.melhorenvio.com.br"),
    ("mercado-livre", "production", "api.mercadolibre.com", "api.mercadolibre.com"),
    ("mercado-pago", "production", "api.mercadopago.com", "api.mercadopago.com"),
    ("nfe-io", "production", "", "api.nfe.io"),
    ("nuvem-fiscal", "production", "auth.nuvemfiscal.com.br", "api.nuvemfiscal.com.br"),
    ("nuvem-fiscal", "test", "auth.nuvemfiscal.com.br", "api.sandbox.nuvemfiscal.com.br"),
    ("nuvemshop", "production", "", "api.nuvemshop.com.br"),
    ("omie", "production", "", "app.omie.com.br"),
    ("pagarme", "production", "", "api.pagar.me"),
    ("pagbank", "production", "", "api.pagseguro.com"),
    ("pagbank", "test", "", "sandbox.api.pagseguro.com"),
    ("plugnotas", "production", "", "api.plugnotas.com.br"),
    ("plugnotas", "test", "", "api.sandbox.plugnotas.com.br"),
    ("rodonaves", "production", "quotation-apigateway.rte.com.br", "quotation-apigateway.rte.com.br"),
    ("rodonaves", "tracking", "tracking-apigateway.rte.com.br", "tracking-apigateway.rte.com.br"),
    ("sankhya", "production", "api.sankhya.com.br", "api.sankhya.com.br"),
    ("sankhya", "test", "api.sandbox.sankhya.com.br", "api.sandbox.sankhya.com.br"),
    ("sankhya-login", "production", "api.sankhya.com.br", "api.sankhya.com.br"),
    ("sankhya-login", "test", "api.sandbox.sankhya.com.br", "api.sandbox.sankhya.com.br"),
    ("santander", "production", "trust-pix.santander.com.br", "trust-pix.santander.com.br"),
    ("santander", "test", "trust-pix-h.santander.com.br", "trust-pix-h.santander.com.br"),
    (
        "santander-cobranca",
        "production",
        "trust-open.api.santander.com.br",
        "trust-open.api.santander.com.br",
    ),
    (
        "santander-cobranca",
        "test",
        "trust-sandbox.api.santander.com.br",
        "trust-sandbox.api.santander.com.br",
    ),
    ("senior-gateway", "production", "api.senior.com.br", "api.senior.com.br"),
    ("sicoob", "production", "auth.sicoob.com.br", "api.sicoob.com.br"),
    ("sicoob", "test", "auth.sicoob.com.br", "sandbox.sicoob.com.br"),
    ("sicredi", "production", "api-pix.sicredi.com.br", "api-pix.sicredi.com.br"),
    ("sicredi", "test", "api-pix-h.sicredi.com.br", "api-pix-h.sicredi.com.br"),
    ("tiny", "production", "accounts.tiny.com.br", "api.tiny.com.br"),
    ("tpl-oms", "production", "oms.tpl.com.br", "oms.tpl.com.br"),
    ("zapsign", "production", "api.zapsign.com.br", "api.zapsign.com.br"),
    ("zapsign", "test", "sandbox.api.zapsign.com.br", "sandbox.api.zapsign.com.br"),
];

/// A proxy that keeps what it is asked for, and refuses it.
struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        // It ends with the test program.
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(&stream).lines();
                let line = lines.next().and_then(Result::ok).unwrap_or_default();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                kept.lock().unwrap().push(line);
                let _ = stream
                    .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        Proxy { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

/// Whatever a profile needs, in any of its alternatives, and its own options.
fn options(profile: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let logins = profile["login"].as_array().into_iter().flatten();
    for operation in logins.chain([&profile["fixed"], &profile["refresh"]]) {
        let needs = operation["needs"].as_array().into_iter().flatten();
        names.extend(needs.filter_map(Value::as_str).map(str::to_owned));
    }
    let own = profile["options"].as_object().into_iter().flatten();
    names.extend(own.filter(|(_, default)| default.is_null()).map(|(name, _)| name.clone()));
    names
}

fn account(profile: &str, environment: &str, proxy: &Proxy) -> Account {
    let path = table::path(profile);
    let account = Account::with(&path, &[("environment", environment), ("proxy", &proxy.address)]);
    for name in options(&table::read_file(&path)) {
        let value = match name.as_str() {
            "client_certificate" => jwt::certificate_file(),
            "client_key" => jwt::key_file(),
            // Of this test alone: another one's identity would remember its failures.
            _ => format!("1-{environment}"),
        };
        let value = if name == "dr" { "74".to_owned() } else { value };
        account.set(&name, &value).unwrap_or_else(|failure| panic!("{profile}: {name}: {failure:?}"));
    }
    account
}

#[test]
fn each_environment_goes_where_the_vendor_is() {
    let proxy = Proxy::start();
    for (profile, environment, token, api) in PLACES {
        let said = |host: &str| vec![format!("CONNECT {host}:443 HTTP/1.1")];
        if !token.is_empty() {
            let account = account(profile, environment, &proxy);
            account.get().expect_err("there is no way");
            let asked = proxy.asked();
            assert_eq!(asked, said(token), "{profile}, {environment}: the tokens");
            account.set("access_token", "importado").unwrap();
        }
        let account = account(profile, environment, &proxy);
        if !token.is_empty() {
            account.set("access_token", "importado").unwrap();
        }
        assert!(get(&account, "/pedidos").is_err(), "{profile}: there is no way");
        assert_eq!(proxy.asked(), said(api), "{profile}, {environment}: the API");
    }
}

/// What has a place of its own is in the table above.
#[test]
fn no_place_is_forgotten() {
    let known: BTreeSet<_> =
        PLACES.iter().map(|(profile, environment, ..)| (*profile, *environment)).collect();
    for profile in crate::table::profiles() {
        let read = table::read_file(&table::path(&profile));
        for (name, environment) in read["environments"].as_object().into_iter().flatten() {
            let text = format!("{environment}{}", read["urls"]);
            if text.contains(".invalid") && environment["test"] != true {
                continue;
            }
            let name = if environment["test"] == true { "test" } else { name.as_str() };
            // Each of Rodonaves' gateways is an environment.
            let told = known.contains(&(profile.as_str(), name)) || profile == "rodonaves";
            assert!(told, "{profile}, {name}: which hosts does the vendor's page tell?");
        }
    }
}
