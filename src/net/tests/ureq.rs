//! What we rely on beyond ureq's stable interface: its module `unversioned` may change with a minor version.

use super::*;
use ::ureq::http::Request;
use ::ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver as UreqResolver};
use ::ureq::unversioned::transport::{Buffers, ConnectionDetails, LazyBuffers, NextTimeout, Transport};
use ::ureq::{http::Uri, Agent, Error};
use std::sync::Mutex;

/// What ureq did, in its order.
#[derive(Clone, Debug, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    fn add(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(", ")
    }
}

#[derive(Debug)]
struct Asked(Events);

impl UreqResolver for Asked {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        self.0.add("look up");
        Ok(self.empty())
    }
}

#[derive(Debug)]
struct Connecting(Events, &'static str);

impl Connector<()> for Connecting {
    type Out = Wire;

    fn connect(&self, _: &ConnectionDetails, _: Option<()>) -> Result<Option<Wire>, Error> {
        self.0.add("connect");
        let buffers = LazyBuffers::new(BUFFER_BYTES, BUFFER_BYTES);
        Ok(Some(Wire { events: self.0.clone(), answer: self.1.as_bytes(), buffers }))
    }
}

#[derive(Debug)]
struct Wire {
    events: Events,
    answer: &'static [u8],
    buffers: LazyBuffers,
}

impl Transport for Wire {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        let sent = String::from_utf8_lossy(&self.buffers.output()[..amount]).into_owned();
        self.events.add(format!("send {:?}", sent.lines().next().unwrap_or_default()));
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        self.events.add("await");
        let room = self.buffers.input_append_buf();
        let amount = self.answer.len().min(room.len());
        room[..amount].copy_from_slice(&self.answer[..amount]);
        self.answer = &self.answer[amount..];
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.events.add("is it open");
        false
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.events.add("drop");
    }
}

/// What ureq does for a request that is answered so.
fn seen(answer: &'static str, read: bool) -> String {
    let events = Events::default();
    let (connecting, asked) = (Connecting(events.clone(), answer), Asked(events.clone()));
    let agent = Agent::with_parts(config(), connecting, asked);
    for round in 0..2 {
        let request = Request::post("http://api.example.test/login?a=b").body(&b"{}"[..]).unwrap();
        let mut body = agent.run(request).unwrap().into_body();
        if read {
            body.read_to_vec().unwrap();
        }
        drop(body);
        if round == 0 {
            // The agent keeps nothing: the second request is the same from its beginning.
            let first = events.take();
            assert_eq!(first.matches("connect").count(), 1, "{first}");
        }
    }
    events.take()
}

const SENT: &str = "look up, connect, send \"POST /login?a=b HTTP/1.1\", send \"{}\", await";

#[test]
fn a_connection_that_may_serve_again_is_asked_whether_it_is_open_and_no_other() {
    let whole = format!("{SENT}, is it open, drop");
    for answer in [
        HELLO,
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ] {
        assert_eq!(seen(answer, true), whole, "{answer}");
    }
    let ended = format!("{SENT}, drop");
    for answer in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        assert_eq!(seen(answer, true), ended, "{answer}");
    }
    assert_eq!(seen("HTTP/1.1 200 OK\r\n\r\n{}", true), format!("{SENT}, await, drop"));
    assert_eq!(seen(HELLO, false), ended, "an answer that nobody read");
}
