//! What `erptoken_check_profile` says of each profile: nothing is wrong, nothing is unused, and no secret is shown.

use erptoken::abi::{accounts, process, requests};
use serde_json::Value;

use crate::client::*;
use crate::table;

fn report(profile: &str) -> Value {
    let mut response = -7;
    let path = c_text(&table::path(profile));
    assert_eq!(
        unsafe { process::erptoken_check_profile(path.as_ptr(), &mut response) },
        ERPTOKEN_OK,
        "{profile}"
    );
    let whole = fill_all(|buffer, length| unsafe {
        requests::erptoken_response_field(response, c_text("").as_ptr(), buffer, length)
    });
    assert_eq!(accounts::erptoken_close(response), ERPTOKEN_OK);
    serde_json::from_str(&whole.text).unwrap_or_else(|error| panic!("{profile}: {error}"))
}

#[test]
fn nothing_is_wrong_with_a_profile() {
    for profile in table::profiles() {
        let report = report(&profile);
        assert_eq!(report["valid"], true, "{profile}: {report:#}");
        for list in ["problems", "warnings"] {
            assert_eq!(report[list].as_array().map(Vec::len), Some(0), "{profile}: {:#}", report[list]);
        }
        let requests = report["requests"].as_array().expect("a list");
        assert!(!requests.is_empty(), "{profile}: what would it send?");
    }
}
