//! Name servers as they should not be.

use std::net::UdpSocket;
use std::thread;

use simple_dns::rdata::{RData, A};
use simple_dns::{Name, Packet, ResourceRecord, CLASS, QTYPE, RCODE, TYPE};

use crate::place::NAME;

#[derive(Clone, Copy, PartialEq)]
pub enum Answers {
    Well,
    /// To names below the search domains.
    Below(RCODE),
    SilentBelow,
    Always(RCODE),
    Never,
    /// With a broken record beside the answer.
    Broken,
}

/// Serves at this address until the test ends; `false`: it cannot be had here.
pub fn serve(address: &str, answers: Answers) -> bool {
    let Ok(socket) = UdpSocket::bind(address) else { return false };
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let question = Packet::parse(&buffer[..length]).unwrap();
            if let Some(answer) = answer(&question, answers) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    true
}

fn answer(question: &Packet, answers: Answers) -> Option<Vec<u8>> {
    let name = question.questions[0].qname.to_string();
    let known = name == NAME;
    let rcode = match answers {
        Answers::Never => return None,
        Answers::SilentBelow if !known => return None,
        Answers::Always(rcode) => rcode,
        Answers::Below(rcode) if !known => rcode,
        _ if known => RCODE::NoError,
        _ => RCODE::NameError,
    };
    let mut packet = question.clone().into_reply();
    *packet.rcode_mut() = rcode;
    if rcode == RCODE::NoError && question.questions[0].qtype == QTYPE::TYPE(TYPE::A) {
        let address = RData::A(A { address: 0x7f00_0001 });
        packet.answers = vec![ResourceRecord::new(Name::new(NAME).unwrap(), CLASS::IN, 60, address)];
    }
    let mut bytes = packet.build_bytes_vec_compressed().unwrap();
    if answers == Answers::Broken {
        bytes[11] += 1;
        bytes.extend(b"\xc0\xff\x00");
    }
    Some(bytes)
}
