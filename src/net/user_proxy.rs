//! The proxy that a Windows user has set (Internet Options, "Proxy"): what its two texts mean. A script that finds
//! proxies (PAC) is not run.

/// What the user has switched on.
#[derive(Debug)]
pub struct UserProxy {
    /// `host:port` for everything, or `https=host:port;http=…`.
    pub server: String,
    /// What goes past it: `*.empresa.com.br;10.*;<local>`.
    pub bypass: String,
}

/// The port that Windows takes when none is named.
const DEFAULT_PORT: &str = ":80";

impl UserProxy {
    /// The address for https as `host:port`; `None` when there is a proxy for other things only, which Windows does not
    /// use for https either.
    pub fn address(&self) -> Option<String> {
        let entries = || parts(&self.server).map(|entry| entry.split_once('=').unwrap_or(("", entry)));
        let of = |wanted: &str| {
            let mut found = entries().filter(|(scheme, _)| scheme.eq_ignore_ascii_case(wanted));
            found.find_map(|(_, address)| (!address.is_empty()).then_some(address))
        };
        // One of another kind (socks) is given as it is: it is no address of a proxy that is understood here, and no
        // request may go past it in silence.
        let address = of("https").or_else(|| of("")).or_else(|| of("socks").map(|_| "socks="))?;
        let bare = match address.split_once("://") {
            Some((scheme, bare)) if scheme.eq_ignore_ascii_case("http") => bare,
            _ => address,
        };
        let bare = bare.trim_end_matches('/');
        let after_host = bare.rsplit_once(']').map_or(bare, |(_, rest)| rest);
        let port = if after_host.contains(':') { "" } else { DEFAULT_PORT };
        Some(format!("{bare}{port}"))
    }
}

/// What goes past a proxy, in lower case.
pub fn entries(list: &str) -> Vec<String> {
    parts(list).map(str::to_ascii_lowercase).collect()
}

fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split(|c: char| matches!(c, ';' | ',' | '"') || c.is_whitespace()).filter(|part| !part.is_empty())
}

/// Whether an exception, in lower case, means this host: `<local>` is every name without a dot, and a star stands for
/// anything, also in the middle. It may begin with a scheme and end in a port.
pub fn excepts(entry: &str, host: &str, port: u16, https: bool) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if entry == "<local>" {
        return !host.contains(['.', ':']);
    }
    let pattern = match entry.split_once("://") {
        Some((scheme, rest)) if (scheme == "https") == https => rest,
        Some(_) => return false,
        None => entry,
    };
    let (name, wanted) = match pattern.rsplit_once(':') {
        // What follows a colon inside of brackets, or one of many, is part of an address.
        Some((name, wanted)) if !wanted.contains(']') && (name.ends_with(']') || !name.contains(':')) => {
            (name, Some(wanted))
        }
        _ => (pattern, None),
    };
    let fits = wanted.is_none_or(|wanted| wanted == "*" || wanted.parse() == Ok(port));
    fits && is_like(name.trim_matches(['[', ']']), &host)
}

/// Each star stands for any number of characters.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        // The first place where a part stands leaves the most for those that follow.
        let Some((_, after)) = text.split_once(part) else { return false };
        text = after;
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(server: &str) -> Option<String> {
        UserProxy { server: server.to_owned(), bypass: String::new() }.address()
    }

    #[test]
    fn the_address_for_https_is_found_in_every_form() {
        for (server, wanted) in [
            ("proxy:3128", "proxy:3128"),
            ("proxy", "proxy:80"),
            ("http://proxy:3128/", "proxy:3128"),
            ("http=web:80;https=safe:8443;ftp=files:21", "safe:8443"),
            ("http=web:80 HTTPS=http://safe", "safe:80"),
            ("https=;proxy:3128", "proxy:3128"),
            ("[fd00::1]", "[fd00::1]:80"),
            ("[fd00::1]:3128", "[fd00::1]:3128"),
        ] {
            assert_eq!(address(server).as_deref(), Some(wanted), "{server}");
        }
        for server in ["", " ; ", "http=web:80", "ftp=files:21;http=web"] {
            assert_eq!(address(server), None, "{server}");
        }
        assert_eq!(address("socks=socks:1080").as_deref(), Some("socks=:80"), "which is no address");
    }

    #[test]
    fn exceptions_mean_what_they_mean_to_windows() {
        let excepted =
            |bypass: &str, host: &str| entries(bypass).iter().any(|entry| excepts(entry, host, 443, true));
        for (bypass, host) in [
            ("<local>", "erp"),
            ("x;<LOCAL>", "ERP."),
            ("*.empresa.com.br", "api.Empresa.com.br"),
            ("*empresa.com.br", "empresa.com.br"),
            ("10.*;192.168.*", "10.1.2.3"),
            ("192.168.1.*", "192.168.1.77"),
            ("*.senior.*", "platform.senior.com.br"),
            ("api*.com.br", "api2.empresa.com.br"),
            ("https://erp.test", "erp.test"),
            ("erp.test:443", "erp.test"),
            ("erp.test:*", "erp.test"),
            ("[fd00::1]", "fd00::1"),
            ("[fd00::1]:443", "fd00::1"),
            ("fd00::*", "fd00::1"),
            ("*", "erp.test"),
        ] {
            assert!(excepted(bypass, host), "{bypass} does not mean {host}");
        }
        for (bypass, host) in [
            ("", "erp.test"),
            ("<local>", "erp.test"),
            ("<local>", "fd00::1"),
            ("<-loopback>", "erp"),
            ("empresa.com.br", "api.empresa.com.br"),
            ("*.empresa.com.br", "empresa.com.br"),
            ("*.empresa.com.br", "empresa.com.br.evil.test"),
            ("10.*", "110.1.2.3"),
            ("a*a", "a"),
            ("http://erp.test", "erp.test"),
            ("erp.test:80", "erp.test"),
        ] {
            assert!(!excepted(bypass, host), "{bypass} means {host}");
        }
    }
}
