//! A response for tests: it closes itself.

use std::ffi::c_void;
use std::ptr;

use erptoken::abi::{accounts, requests};

use crate::client::*;

pub struct Answer<'a> {
    handle: i32,
    account: &'a Account,
}

/// What goes with a request.
pub enum Body<'a> {
    None,
    Bytes(&'a [u8]),
    Text(&'a str),
}

pub fn request<'a>(
    account: &'a Account,
    method: &str,
    url: &str,
    headers: Option<&str>,
    body: Body,
) -> Outcome<Answer<'a>> {
    let mut handle = -7;
    let headers = headers.map(c_text);
    let headers = headers.as_ref().map_or(ptr::null(), |headers| headers.as_ptr());
    let text;
    let (body, length): (*const c_void, i32) = match body {
        Body::None => (ptr::null(), 0),
        Body::Bytes(bytes) => (bytes.as_ptr().cast(), bytes.len() as i32),
        Body::Text(given) => {
            text = c_text(given);
            (text.as_ptr().cast(), -1)
        }
    };
    let (method, url) = (c_text(method), c_text(url));
    let status = unsafe {
        requests::erptoken_request(
            account.handle(),
            method.as_ptr(),
            url.as_ptr(),
            headers,
            body,
            length,
            &mut handle,
        )
    };
    account.checked(status).inspect_err(|_| assert_eq!(handle, -7, "a failing call leaves the handle"))?;
    assert!(handle > 0, "{handle}");
    Ok(Answer { handle, account })
}

pub fn get<'a>(account: &'a Account, url: &str) -> Outcome<Answer<'a>> {
    request(account, "GET", url, None, Body::None)
}

impl Answer<'_> {
    pub fn status(&self) -> i32 {
        let mut status = -7;
        assert_eq!(unsafe { requests::erptoken_response_status(self.handle, &mut status) }, ERPTOKEN_OK);
        status
    }

    pub fn header(&self, name: &str) -> Outcome<String> {
        let name = c_text(name);
        let filled = fill_all(|buffer, length| unsafe {
            requests::erptoken_response_header(self.handle, name.as_ptr(), buffer, length)
        });
        self.account.checked(filled.status).map(|()| filled.text)
    }

    pub fn text(&self) -> Outcome<String> {
        let filled = fill_all(|buffer, length| unsafe {
            requests::erptoken_response_text(self.handle, buffer, length)
        });
        self.account.checked(filled.status).map(|()| filled.text)
    }

    pub fn try_field(&self, path: &str) -> Outcome<String> {
        let path = c_text(path);
        let filled = fill_all(|buffer, length| unsafe {
            requests::erptoken_response_field(self.handle, path.as_ptr(), buffer, length)
        });
        self.account.checked(filled.status).map(|()| filled.text)
    }

    pub fn field(&self, path: &str) -> String {
        self.try_field(path).unwrap_or_else(|failure| panic!("{path}: {failure:?}"))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut length = 0;
        let status = unsafe { requests::erptoken_response_bytes(self.handle, ptr::null_mut(), &mut length) };
        if status == ERPTOKEN_OK {
            assert_eq!(length, 0);
            return Vec::new();
        }
        assert_eq!(status, ERPTOKEN_E_BUFFER);
        let mut bytes = vec![0xA5; length as usize + 8];
        let mut less = length - 1;
        let read = |bytes: &mut [u8], length: &mut i32| unsafe {
            requests::erptoken_response_bytes(self.handle, bytes.as_mut_ptr().cast(), length)
        };
        assert_eq!((read(&mut bytes, &mut less), less), (ERPTOKEN_E_BUFFER, length));
        assert!(bytes.iter().all(|byte| *byte == 0xA5), "written into a buffer that is too small");
        assert_eq!(read(&mut bytes, &mut length), ERPTOKEN_OK);
        assert!(bytes[length as usize..].iter().all(|byte| *byte == 0xA5), "written beyond the buffer");
        bytes.truncate(length as usize);
        bytes
    }
}

impl Drop for Answer<'_> {
    fn drop(&mut self) {
        let status = accounts::erptoken_close(self.handle);
        if !std::thread::panicking() {
            assert_eq!(status, ERPTOKEN_OK);
        }
    }
}
