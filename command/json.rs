//! The little JSON that the command writes itself.

/// A text with its quotes.
pub fn text(value: &str) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An object of values that are JSON already.
pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let members: Vec<String> =
        members.into_iter().map(|(name, value)| format!("{}:{value}", text(name))).collect();
    format!("{{{}}}", members.join(","))
}
