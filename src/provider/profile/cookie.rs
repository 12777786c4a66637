//! What `Set-Cookie` sets, as a browser reads it (RFC 6265).

/// The value of that cookie: the last word on it counts, and one that is taken back has none.
pub(super) fn value(name: &str, headers: impl Iterator<Item = String>) -> Option<String> {
    let said = headers.filter(|header| pair(header).0 == name).last()?;
    let (_, value) = pair(&said);
    (!value.is_empty() && !is_taken_back(&said)).then(|| value.to_owned())
}

/// Name and value: what stands before the first `;`, blanks and quotation marks around the value taken off.
pub(super) fn pair(header: &str) -> (&str, &str) {
    let pair = header.split(';').next().unwrap_or_default();
    let (name, value) = pair.split_once('=').unwrap_or_default();
    let value = value.trim();
    let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    (name.trim(), inside.unwrap_or(value))
}

/// Servers delete a cookie by an age of nothing, or by the first year of Unix.
fn is_taken_back(header: &str) -> bool {
    header.split(';').skip(1).any(|attribute| {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let (name, value) = (name.trim(), value.trim());
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        is("max-age") && value.parse().is_ok_and(|age: i64| age <= 0)
            || is("expires") && value.contains("1970")
    })
}

#[cfg(test)]
mod tests {
    use super::value;

    fn of(headers: &[&str]) -> Option<String> {
        value("B1SESSION", headers.iter().map(|header| (*header).to_owned()))
    }

    #[test]
    fn a_cookie_is_what_stands_before_the_first_semicolon() {
        for header in [
            "B1SESSION=a-1; HttpOnly; Path=/b1s",
            "B1SESSION=a-1",
            " B1SESSION = a-1 ;SameSite=None;Max-Age=1800",
            "B1SESSION=\"a-1\"; Expires=Wed, 21 Oct 2099 07:28:00 GMT",
        ] {
            assert_eq!(of(&[header]).as_deref(), Some("a-1"), "{header}");
        }
        assert_eq!(of(&["B1SESSION=a=b==; Path=/"]).as_deref(), Some("a=b=="));
        assert_eq!(of(&["ROUTEID=.node1", "B1SESSION=x;", "other=y"]).as_deref(), Some("x"));
        assert_eq!(of(&["B1SESSION=", "B1SESSION=x"]).as_deref(), Some("x"));
    }

    #[test]
    fn another_name_and_a_cookie_that_is_taken_back_are_none() {
        for header in [
            "",
            "B1SESSION",
            "b1session=x",
            "XB1SESSION=x",
            "a=B1SESSION=x",
            "x; B1SESSION=y",
            "B1SESSION=; Path=/",
            "B1SESSION=\"\"",
            "B1SESSION=deleted; Max-Age=0",
            "B1SESSION=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT",
        ] {
            assert_eq!(of(&[header]), None, "{header}");
        }
        assert_eq!(of(&["B1SESSION=x", "B1SESSION=; Max-Age=0"]), None);
    }
}
