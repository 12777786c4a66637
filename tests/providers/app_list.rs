//! The list of application tokens: all pages, whatever the server says of them.

use serde_json::{json, Value};

use crate::client::*;
use crate::ground::{Ground, ASSINE};
use crate::sandbox::Fault;

fn page(ground: &Ground, ids: Vec<Value>, pages: Value) {
    let date =
        json!({ "date": "2029-01-01 20:59:00.000000", "timezone_type": 3, "timezone": "America/Sao_Paulo" });
    let item =
        |id: Value| json!({ "accessToken": "***** HIDDEN *****", "expires": date, "id": id, "scope": {} });
    let items: Vec<Value> = ids.into_iter().map(item).collect();
    let body = json!({ "_embedded": { "access_token": items }, "page_count": pages, "total_items": 3 });
    ground.answer("assine.app_list", 200, "application/hal+json", &body.to_string());
}

#[test]
fn every_page_is_asked_for() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let created: Vec<String> = (0..60).map(|_| account.app_create("30").unwrap()).collect();
    let ids = account.app_ids();
    assert_eq!(ids.len(), 61);
    let kept: Vec<&String> = ids.iter().filter(|(_, stored)| *stored == 1).map(|(id, _)| id).collect();
    assert_eq!(kept, created.iter().collect::<Vec<_>>());
    let targets: Vec<String> =
        ground.requests("assine.app_list").into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/v1/access-token?page=1", "/v1/access-token?page=2", "/v1/access-token?page=3"]);
}

#[test]
fn a_session_that_dies_between_two_pages_is_renewed() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.token();
    page(&ground, vec![json!("1")], json!(2));
    ground.fault("assine.app_list", Fault::Status(401), 1);
    page(&ground, vec![json!("2")], json!(2));
    assert_eq!(account.app_ids(), [("1".to_owned(), 0), ("2".to_owned(), 0)]);
}

#[test]
fn items_without_an_id_and_with_the_same_id_twice() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    let odd = vec![
        json!("7"),
        json!(null),
        json!(""),
        json!("7?q=verify"),
        json!(8),
        json!("a\u{7}"),
        json!("é"),
        json!("\"\\/"),
        json!({}),
        json!("9".repeat(65)),
        json!(".."),
    ];
    page(&ground, odd, json!(1));
    let ids: Vec<String> = account.app_ids().into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["7", "8", "\"\\/", ".."]);
}

#[test]
fn zones_and_missing_ends() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    page(&ground, vec![json!("1")], json!(1));
    assert_eq!(account.app_list().unwrap()["tokens"][0]["expires_at"], "2029-01-01T23:59:00Z");
    let item = |expires: Value| json!({ "id": "1", "expires": expires });
    for (expires, told) in [
        (json!(null), ""),
        (json!("never"), ""),
        (json!({ "date": "2029-01-01 23:59:00", "timezone": "+02:00" }), "2029-01-01T21:59:00Z"),
        (json!({ "date": "2029-01-01 23:59:00", "timezone": "Mars/Olympus" }), ""),
        (json!("2029-01-01T23:59:00.5-03:00"), "2029-01-02T02:59:00Z"),
        (json!(1_861_919_940_000_i64), "2028-12-31T23:59:00Z"),
        (json!(i64::MAX), ""),
        (json!(i64::MIN), ""),
    ] {
        let body = json!({ "_embedded": { "access_token": [item(expires.clone())] } });
        ground.answer("assine.app_list", 200, "application/hal+json", &body.to_string());
        assert_eq!(account.app_list().unwrap()["tokens"][0]["expires_at"], told, "{expires}");
    }
}

#[test]
fn a_server_that_counts_wrongly_ends_the_list_all_the_same() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    // Beyond its end it answers an empty page, or the last one again.
    page(&ground, vec![json!("1")], json!(4_000_000_000_u32));
    page(&ground, vec![], json!(4_000_000_000_u32));
    assert_eq!(account.app_ids().len(), 1);
    page(&ground, vec![json!("1"), json!("2")], json!(1_000_000));
    page(&ground, vec![json!("1"), json!("2")], json!(1_000_000));
    assert_eq!(account.app_ids().len(), 2);
    for pages in [json!(0), json!(-1), json!(1e300), json!("2.5"), json!(null), json!({})] {
        let before = ground.count("assine.app_list");
        page(&ground, vec![json!("1")], pages.clone());
        assert_eq!(account.app_ids().len(), 1, "{pages}");
        assert_eq!(ground.count("assine.app_list"), before + 1, "{pages}");
    }
    page(&ground, vec![], json!(0));
    assert_eq!(account.app_list().unwrap(), json!({ "count": 0, "tokens": [] }));
}

#[test]
fn a_list_without_end_is_given_up() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    for number in 0..1_000 {
        page(&ground, vec![json!(number)], json!(1_001));
    }
    failed(account.app_list(), ERPTOKEN_E_LIMIT).assert_says(&["no end", "1000"]);
    assert_eq!(ground.count("assine.app_list"), 1_000);
}

#[test]
fn a_list_takes_no_longer_than_its_caller_waits() {
    let ground = Ground::new();
    let account = ground.account(&ASSINE);
    account.token();
    account.set("timeout_ms", "1000").unwrap();
    account.token();
    page(&ground, vec![json!("1")], json!(2));
    ground.fault("assine.app_list", Fault::Hang, 1);
    failed(account.app_list(), ERPTOKEN_E_TIMEOUT);
}
