use super::*;
use crate::cache::policy::RefreshRules;

const NOW: Now = Now { boot_ms: 5_000_000, wall_ms: 1_700_000_000_000 };

fn full() -> TokenRecord {
    let issued = Issued {
        bearer: Bearer::new("Bearer ", "482ee3", "."),
        refresh_token: Some(Secret::from("ração")),
        token_type: "Bearer".to_owned(),
        scope: "a b".to_owned(),
        validity: Validity::new(NOW, 3_600_000, RefreshRules::default(), 500),
        kept: Vec::new(),
        life_unread: None,
        origin: Origin::Login,
    };
    let mut record = TokenRecord::empty(NOW);
    record.put(&issued, RefreshTokenUse::Unanswered(1));
    record.generation = u64::MAX;
    record.rejected = Some(RejectedToken { hash: hash("older"), at: NOW });
    record.tried = Some(NOW);
    record.refused = Some(RefusedCredentials {
        provider: "Senior X".to_owned(),
        http_status: 401,
        server: "Usuário ou senha inválidos".to_owned(),
        server_code: "7".to_owned(),
        nth: 2,
        since: NOW,
        backoff_ms: 300_000,
    });
    record
}

#[test]
fn a_record_comes_back_as_it_was() {
    let record = full();
    let back = TokenRecord::decode(record.encode().as_slice(), NOW).unwrap();
    assert_eq!((back.generation, back.validity), (record.generation, record.validity));
    assert_eq!(back.bearer.text().value, "Bearer 482ee3.");
    assert!(back.is("482ee3") && back.has_rejected("older") && !back.has_rejected("482ee3"));
    assert_eq!((back.refresh, back.rejected, back.tried), (record.refresh, record.rejected, record.tried));
    assert_eq!(back.refused, record.refused);
    assert_eq!((back.token_type, back.scope), (record.token_type, record.scope));
    let empty = TokenRecord::decode(TokenRecord::empty(NOW).encode().as_slice(), NOW).unwrap();
    assert!(empty.refresh.is_none() && empty.refused.is_none() && !empty.is(""));
}

#[test]
fn nothing_that_was_cut_or_lengthened_is_a_record() {
    let encoded = full().encode();
    let bytes = encoded.as_slice();
    for length in 0..bytes.len() {
        assert!(TokenRecord::decode(&bytes[..length], NOW).is_none(), "{length}");
    }
    assert!(TokenRecord::decode(&[bytes, &[0]].concat(), NOW).is_none());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1 << bit;
            let _ = TokenRecord::decode(&flipped, NOW);
        }
    }
}

#[test]
fn of_a_refused_token_only_the_hash_is_kept() {
    let mut record = full();
    record.reject(NOW);
    let encoded = record.encode();
    assert!(!encoded.as_slice().windows(6).any(|part| part == b"482ee3"));
    let back = TokenRecord::decode(encoded.as_slice(), NOW).unwrap();
    assert!(back.has_rejected("482ee3") && back.validity.usable_until_age_ms == 0 && back.refresh.is_some());
}

#[test]
fn a_token_that_would_be_born_later_than_now_is_dead_and_its_refresh_token_is_not() {
    let encoded = full().encode();
    // By the clock of the boot it lies ahead.
    let before = Now { boot_ms: 1_000_000, wall_ms: NOW.wall_ms };
    let back = TokenRecord::decode(encoded.as_slice(), before).unwrap();
    assert!(back.validity.usable_until_age_ms == 0 && back.refresh.is_some() && back.refused.is_none());
}

#[test]
fn refused_logins_come_back() {
    let earlier = Now { boot_ms: NOW.boot_ms - 9, wall_ms: NOW.wall_ms - 9 };
    let encoded = refusals::encode(&[earlier, NOW]);
    assert_eq!(refusals::decode(encoded.as_slice(), NOW), Some(vec![earlier, NOW]));
    assert_eq!(refusals::decode(&encoded.as_slice()[..20], NOW), None);
}

#[test]
fn what_was_kept_with_a_token_comes_back_and_a_record_without_it_is_as_it_always_was() {
    let old = full().encode();
    let mut record = full();
    record.kept = vec![("route".to_owned(), Secret::from(".node0")), ("n".to_owned(), Secret::from("ação"))];
    (record.validity.idle_ms, record.validity.used_age_ms) = (1_800_000, 77_000);
    let encoded = record.encode();
    let back = TokenRecord::decode(encoded.as_slice(), NOW).unwrap();
    assert_eq!((&back.kept, back.validity), (&record.kept, record.validity));
    assert_eq!(back.issued().kept, record.kept);
    // Older readers end where the older record did, and take what goes on for none of theirs.
    assert!(
        encoded.as_slice().starts_with(old.as_slice()) && encoded.as_slice().len() > old.as_slice().len()
    );
    let earlier = TokenRecord::decode(old.as_slice(), NOW).unwrap();
    assert!(earlier.kept.is_empty() && !earlier.validity.ends_by_idleness());
    for length in old.as_slice().len() + 1..encoded.as_slice().len() {
        assert!(TokenRecord::decode(&encoded.as_slice()[..length], NOW).is_none(), "{length}");
    }
    // Refused, it keeps what a refresh wants.
    record.reject(NOW);
    assert_eq!(TokenRecord::decode(record.encode().as_slice(), NOW).unwrap().kept.len(), 2);
}
