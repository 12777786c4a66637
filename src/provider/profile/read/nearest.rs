//! The right word that a wrong one is most like.

/// Longer words are compared with none.
const MAX_WORD_BYTES: usize = 40;

/// None when all are too different.
pub(super) fn of<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    if word.is_empty() || word.len() > MAX_WORD_BYTES {
        return None;
    }
    let likeness = |known: &&&'k str| {
        let (word, known) = (folded(word), folded(known));
        // `user` is short for `username`.
        let short = word.len() > 2 && known.starts_with(&word) || known.len() > 2 && word.starts_with(&known);
        let differs = usize::from(word != known);
        if short {
            differs
        } else {
            distance(&word, &known)
        }
    };
    let best = known.iter().filter(|known| known.len() <= MAX_WORD_BYTES).min_by_key(likeness)?;
    // Two words of two letters are never alike, two of ten may differ in three.
    let most = word.len().min(best.len()).div_ceil(3);
    (likeness(&best) <= most && best.len() > 1).then_some(best)
}

/// Neither case nor the kind of stroke makes another word.
fn folded(word: &str) -> Vec<u8> {
    word.bytes().map(|byte| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() }).collect()
}

/// Damerau and Levenshtein's: how many letters are to be changed, added, removed or swapped with the next.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut rows = [[0_usize; MAX_WORD_BYTES + 1]; 3];
    let [before, last, row] = &mut rows;
    for (column, cell) in last.iter_mut().enumerate() {
        *cell = column;
    }
    for (i, a) in one.iter().enumerate() {
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate().take(MAX_WORD_BYTES) {
            let same = usize::from(a != b);
            row[j + 1] = (last[j] + same).min(last[j + 1] + 1).min(row[j] + 1);
            let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            if swapped {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        std::mem::swap(before, last);
        std::mem::swap(last, row);
    }
    last.get(other.len()).copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_most_like_it() {
        let known = ["login", "logout", "life", "name", "erptoken_profile"];
        for (word, wanted) in [
            ("logim", Some("login")),
            ("lgoin", Some("login")),
            ("Login", Some("login")),
            ("logut", Some("logout")),
            ("nome", Some("name")),
            ("erptoken-profile", Some("erptoken_profile")),
            ("erptokenprofile", Some("erptoken_profile")),
            ("erptoken", Some("erptoken_profile")),
            ("names", Some("name")),
            ("password", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(of(word, &known), wanted, "{word}");
        }
        assert_eq!(distance(b"ca", b"abc"), 3);
        assert_eq!(distance(b"abcd", b"acbd"), 1);
    }
}
