//! Application tokens through the C ABI, for tests.

use serde_json::Value;

use erptoken::abi::{accounts, app_tokens, requests};

use crate::client::*;

impl Account {
    pub fn app_check(&self) -> Outcome<i32> {
        let mut allowed = -7;
        let status = unsafe { app_tokens::erptoken_app_check(self.handle(), &mut allowed) };
        let checked = self.checked(status);
        if checked.is_err() {
            assert_eq!(allowed, -7, "a failing call leaves the number as it is");
        }
        checked.map(|()| allowed)
    }

    /// The id of a new token.
    pub fn app_create(&self, expires: &str) -> Outcome<String> {
        let filled = self.app_create_into(ERPTOKEN_ID_SIZE as usize, expires);
        self.checked(filled.status).map(|()| filled.text)
    }

    pub fn app_create_into(&self, capacity: usize, expires: &str) -> Filled {
        let expires = c_text(expires);
        fill(capacity, |id, length| unsafe {
            app_tokens::erptoken_app_create(self.handle(), expires.as_ptr(), id, length)
        })
    }

    pub fn app_get(&self, id: &str) -> Outcome<String> {
        let id = c_text(id);
        let filled = fill_all(|buffer, length| unsafe {
            app_tokens::erptoken_app_get(self.handle(), id.as_ptr(), buffer, length)
        });
        self.checked(filled.status)?;
        self.keep_secret(&filled.text);
        Ok(filled.text)
    }

    /// The list, as a program reads it.
    pub fn app_list(&self) -> Outcome<Value> {
        let mut response = -7;
        let status = unsafe { app_tokens::erptoken_app_list(self.handle(), &mut response) };
        let checked = self.checked(status);
        if checked.is_err() {
            assert_eq!(response, -7, "a failing call leaves the handle as it is");
        }
        checked?;
        let text =
            fill_all(|buffer, length| unsafe { requests::erptoken_response_text(response, buffer, length) });
        assert_eq!((text.status, accounts::erptoken_close(response)), (ERPTOKEN_OK, ERPTOKEN_OK));
        Ok(serde_json::from_str(&text.text).expect("JSON"))
    }

    pub fn app_revoke(&self, id: &str) -> Outcome<()> {
        self.checked(unsafe { app_tokens::erptoken_app_revoke(self.handle(), c_text(id).as_ptr()) })
    }

    /// The ids that the provider lists, with what is kept of them.
    pub fn app_ids(&self) -> Vec<(String, i64)> {
        let list = self.app_list().unwrap_or_else(|failure| panic!("no list: {failure:?}"));
        let tokens = list["tokens"].as_array().expect("tokens");
        assert_eq!(list["count"], tokens.len());
        let text = |token: &Value| token["id"].as_str().expect("an id").to_owned();
        tokens.iter().map(|token| (text(token), token["stored"].as_i64().expect("a number"))).collect()
    }
}
