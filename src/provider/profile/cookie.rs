//! What `Set-Cookie` sets, as a browser reads it (RFC 6265).

use crate::net::http_date;

/// A clock that is behind this, the beginning of 2025, is wrong.
const OLDEST_CLOCK_S: i64 = 1_735_689_600;
/// At more paths no server takes a cookie back.
const MAX_PLACES: usize = 16;

/// The value of that cookie: the last word on it counts, and one that is taken back has none. What is said for another
/// path or domain is said of another cookie. `server_date`: when the answer was written, in Unix seconds.
pub(super) fn value(
    name: &str,
    headers: impl Iterator<Item = String>,
    server_date: Option<i64>,
) -> Option<String> {
    let said: Vec<String> = headers.filter(|header| pair(header).0 == name).collect();
    let mut gone = Vec::new();
    for header in said.iter().rev() {
        let place = [attribute(header, "path"), attribute(header, "domain")];
        if gone.contains(&place) {
            continue;
        }
        let (_, value) = pair(header);
        if !value.is_empty() && !is_taken_back(header, server_date) {
            return Some(value.to_owned());
        }
        if gone.len() == MAX_PLACES {
            break;
        }
        gone.push(place);
    }
    None
}

/// Name and value: what stands before the first `;`, blanks and quotation marks around the value taken off.
pub(super) fn pair(header: &str) -> (&str, &str) {
    let pair = header.split(';').next().unwrap_or_default();
    let (name, value) = pair.split_once('=').unwrap_or_default();
    let value = value.trim();
    let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    (name.trim(), inside.unwrap_or(value))
}

/// The last attribute of that name; empty where there is none.
fn attribute<'a>(header: &'a str, wanted: &str) -> &'a str {
    let attributes = header.split(';').skip(1).map(|one| one.split_once('=').unwrap_or((one, "")));
    let named = attributes.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    named.last().map_or("", |(_, value)| value.trim())
}

/// Servers delete a cookie by an age of nothing, or by a date that is over: mostly the first day of Unix, but any will do.
fn is_taken_back(header: &str, server_date: Option<i64>) -> bool {
    let (age, expires) = (attribute(header, "max-age"), attribute(header, "expires"));
    let digits = age.strip_prefix('-').unwrap_or(age);
    if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return age.starts_with('-') || digits.bytes().all(|digit| digit == b'0');
    }
    let now = server_date.unwrap_or(OLDEST_CLOCK_S);
    ends(expires).is_some_and(|end| end <= now)
}

/// As a date of HTTP, with the hyphens and the short years that cookies have.
fn ends(expires: &str) -> Option<i64> {
    let spaced = expires.replace('-', " ");
    let mut words: Vec<&str> = spaced.split_ascii_whitespace().collect();
    let year = words.get_mut(3)?;
    let century = match (year.len(), year.parse().ok()?) {
        (2, 0..=69) => "20",
        (2, _) => "19",
        (_, 0..) => "",
        _ => return None,
    };
    let whole = format!("{century}{year}");
    *year = &whole;
    // Years before the first of Unix are as good as it.
    http_date(&words.join(" ")).or_else(|| whole.starts_with('0').then_some(0))
}

#[cfg(test)]
mod tests {
    use super::value;

    fn of(headers: &[&str]) -> Option<String> {
        value("B1SESSION", headers.iter().map(|header| (*header).to_owned()), Some(1_800_000_000))
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

    #[test]
    fn any_way_of_taking_a_cookie_back_is_known() {
        for end in [
            "expires=Thu, 01-Jan-70 00:00:01 GMT",
            "Expires=Tue, 12-Oct-1999 04:00:00 GMT",
            "Expires=Mon, 01-Jan-0001 00:00:00 GMT",
            "Expires=Thu, 14 Jan 2027 08:00:00 GMT",
            "Max-Age=-1",
            "Max-Age=-99999999999999999999999",
            "Max-Age=00",
            "Expires=Wed, 21 Oct 2099 07:28:00 GMT; Max-Age=0",
        ] {
            assert_eq!(of(&[&format!("B1SESSION=deleted; Path=/; {end}")]), None, "{end}");
        }
        for end in [
            "Expires=Fri, 15 Jan 2027 08:00:01 GMT",
            "Expires=Wed, 21-Oct-69 07:28:00 GMT",
            "Expires=session",
            "Expires=",
            "Max-Age=",
            "Max-Age=none",
            "Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=1800",
        ] {
            assert_eq!(of(&[&format!("B1SESSION=x; {end}")]).as_deref(), Some("x"), "{end}");
        }
    }

    #[test]
    fn a_cookie_of_another_path_is_another_one() {
        let of_the_root = "B1SESSION=x; Path=/";
        assert_eq!(of(&[of_the_root, "B1SESSION=; Max-Age=0; Path=/old"]).as_deref(), Some("x"));
        assert_eq!(of(&["B1SESSION=y; path=/old", of_the_root]).as_deref(), Some("x"));
        assert_eq!(of(&[of_the_root, "B1SESSION=; Max-Age=0; path=/"]), None);
        assert_eq!(of(&[of_the_root, "B1SESSION=; Max-Age=0; Path=/", of_the_root]).as_deref(), Some("x"));
    }

    #[test]
    fn a_flood_of_cookies_is_looked_at_once() {
        let taken_back = |at: usize| format!("B1SESSION=; Path=/{at}");
        let all = (0..20_000).map(taken_back).chain(["B1SESSION=x; Path=/".to_owned()]);
        assert_eq!(value("B1SESSION", all, None).as_deref(), Some("x"));
        let began = std::time::Instant::now();
        assert_eq!(value("B1SESSION", (0..20_000).map(taken_back), None), None);
        assert!(began.elapsed().as_secs() < 10);
    }
}
