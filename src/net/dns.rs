//! A stub resolver: asks the machine's name servers for the addresses of a name, over UDP, and over TCP
//! where an answer does not fit.

use super::names::Failure;
use super::stream::{left, within, Stream};
use crate::util::random;
use domain::base::iana::Rcode;
use domain::base::{Message, MessageBuilder, Name, Rtype, ToName};
use domain::rdata::{Aaaa, A};
use resolv_conf::{Config, ScopedIp};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6, UdpSocket};
use std::time::{Duration, Instant};

const PORT: u16 = 53;
const MAX_SERVERS: usize = 8;
const MAX_ATTEMPTS: usize = 5;
/// A datagram may be lost, so one server is asked again; but not sooner than this.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// With addresses of one kind in hand, how long the other kind is waited for: some servers never answer
/// questions for IPv6.
const GRACE: Duration = Duration::from_millis(500);

/// Which servers are asked, and how.
#[derive(Clone, Debug)]
pub struct Setup {
    pub servers: Vec<SocketAddr>,
    pub search: Vec<String>,
    pub dots: usize,
    pub timeout: Duration,
    pub attempts: usize,
}

impl Setup {
    /// From the text of a resolv.conf. Lines that cannot be read are left out, as the system does.
    pub fn read(text: &[u8]) -> Setup {
        let (config, _) = Config::parse_with_errors(text);
        let mut servers: Vec<SocketAddr> =
            config.nameservers.iter().filter_map(server).take(MAX_SERVERS).collect();
        if servers.is_empty() {
            servers.push((Ipv4Addr::LOCALHOST, PORT).into());
        }
        Setup {
            servers,
            search: config.get_last_search_or_domain().cloned().collect(),
            dots: config.ndots as usize,
            timeout: Duration::from_secs(config.timeout.clamp(1, 30).into()),
            attempts: (config.attempts as usize).clamp(1, MAX_ATTEMPTS),
        }
    }
}

fn server(address: &ScopedIp) -> Option<SocketAddr> {
    match address {
        ScopedIp::V4(address) => Some((*address, PORT).into()),
        ScopedIp::V6(address, None) => Some((*address, PORT).into()),
        // The name of an interface is not turned into its number: that takes a call that std lacks.
        ScopedIp::V6(address, Some(zone)) => {
            Some(SocketAddrV6::new(*address, PORT, 0, zone.parse().ok()?).into())
        }
    }
}

/// The addresses of `name`, never later than `deadline`.
pub fn look_up(name: &str, setup: &Setup, deadline: Instant) -> Result<Vec<IpAddr>, Failure> {
    for full in full_names(name, setup) {
        let found = ask_all(&full, setup, deadline)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(Failure::Unknown)
}

/// A name as it is, and below the search domains; in which order, the number of its dots decides.
fn full_names(name: &str, setup: &Setup) -> Vec<String> {
    if let Some(absolute) = name.strip_suffix('.') {
        return vec![absolute.to_owned()];
    }
    let below = |domain: &String| format!("{name}.{}", domain.trim_matches('.'));
    let mut names: Vec<String> = setup.search.iter().filter(|d| d.as_str() != ".").map(below).collect();
    let dots = name.bytes().filter(|byte| *byte == b'.').count();
    names.insert(if dots >= setup.dots { 0 } else { names.len() }, name.to_owned());
    names
}

/// Asks one server after the other until one knows: addresses, or surely none.
fn ask_all(name: &str, setup: &Setup, deadline: Instant) -> Result<Vec<IpAddr>, Failure> {
    let Ok(name) = Name::vec_from_str(name) else { return Ok(Vec::new()) };
    let tries = setup.servers.len() * setup.attempts;
    let mut failure = Failure::Unknown;
    for (index, server) in setup.servers.iter().cycle().take(tries).enumerate() {
        let Some(left) = left(deadline) else { return Err(Failure::TimedOut) };
        let share = left / u32::try_from(tries - index).unwrap_or(u32::MAX);
        let wait = share.max(MIN_WAIT).min(setup.timeout).min(left);
        match ask(*server, &name, Instant::now() + wait) {
            Ok(found) => return Ok(found),
            Err(error) if error.kind() == ErrorKind::TimedOut => failure = Failure::TimedOut,
            Err(_) => {}
        }
    }
    Err(failure)
}

/// What one server says to one question.
enum DnsReply {
    Addresses(Vec<IpAddr>),
    NoSuchName,
    Truncated,
    Failed,
}

struct Query<'a> {
    id: u16,
    name: &'a Name<Vec<u8>>,
    kind: Rtype,
    bytes: Vec<u8>,
}

impl<'a> Query<'a> {
    fn new(name: &'a Name<Vec<u8>>, kind: Rtype) -> io::Result<Query<'a>> {
        let mut id = [0; 2];
        // Who can tell the number can answer in the server's place.
        random::fill(&mut id).map_err(|_| ErrorKind::Other)?;
        let id = u16::from_ne_bytes(id);
        let mut message = MessageBuilder::new_vec();
        message.header_mut().set_id(id);
        message.header_mut().set_rd(true);
        let mut message = message.question();
        message.push((name, kind)).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
        Ok(Query { id, name, kind, bytes: message.finish() })
    }

    /// Reads an answer; none if it is not one to this question.
    fn read(&self, bytes: &[u8]) -> Option<DnsReply> {
        let message = Message::from_octets(bytes).ok()?;
        let header = message.header();
        if header.id() != self.id || !header.qr() {
            return None;
        }
        let code = header.rcode();
        let mut questions = message.question();
        match (questions.next(), questions.next()) {
            // Some servers do not repeat a question that they could not read.
            (None, _) if code != Rcode::NOERROR && code != Rcode::NXDOMAIN => return Some(DnsReply::Failed),
            // Names are the same whatever their case, which some servers change on purpose.
            (Some(Ok(asked)), None) if asked.qtype() == self.kind && asked.qname().name_eq(self.name) => {}
            _ => return None,
        }
        if header.tc() {
            return Some(DnsReply::Truncated);
        }
        match code {
            Rcode::NOERROR => self.addresses(&message).map(DnsReply::Addresses),
            Rcode::NXDOMAIN => Some(DnsReply::NoSuchName),
            _ => Some(DnsReply::Failed),
        }
    }

    /// The addresses at the end of the chain of aliases that starts with the name; none of an answer that is cut off.
    fn addresses(&self, message: &Message<&[u8]>) -> Option<Vec<IpAddr>> {
        let whole = message.answer().ok()?.all(|record| record.is_ok());
        // Aliases in a circle end nowhere.
        let Some(owner) = message.canonical_name().filter(|_| whole) else { return whole.then(Vec::new) };
        let answers = message.answer().ok()?;
        let mut found = Vec::new();
        if self.kind == Rtype::A {
            for record in answers.limit_to_in::<A>() {
                let record = record.ok()?;
                found.extend(record.owner().name_eq(&owner).then(|| IpAddr::from(record.data().addr())));
            }
        } else {
            for record in answers.limit_to_in::<Aaaa>() {
                let record = record.ok()?;
                found.extend(record.owner().name_eq(&owner).then(|| IpAddr::from(record.data().addr())));
            }
        }
        Some(found)
    }
}

/// Asks one server for both kinds of addresses at once.
fn ask(server: SocketAddr, name: &Name<Vec<u8>>, deadline: Instant) -> io::Result<Vec<IpAddr>> {
    let any: SocketAddr = if server.is_ipv4() { ([0; 4], 0).into() } else { ([0u16; 8], 0).into() };
    let socket = UdpSocket::bind(any)?;
    // The system then drops what comes from elsewhere, and tells when nobody listens there.
    socket.connect(server)?;
    let mut open = vec![Query::new(name, Rtype::A)?, Query::new(name, Rtype::AAAA)?];
    for query in &open {
        socket.send(&query.bytes)?;
    }
    let (mut found, mut failed, mut deadline) = (Vec::new(), false, deadline);
    let mut datagram = [0; 4096];
    while !open.is_empty() {
        let length = match receive(&socket, &mut datagram, deadline) {
            Ok(length) => length,
            Err(_) if !found.is_empty() => break,
            Err(error) => return Err(error),
        };
        let bytes = datagram.get(..length).unwrap_or_default();
        let said = open.iter().enumerate().find_map(|(at, query)| Some((at, query.read(bytes)?)));
        let Some((at, said)) = said else { continue };
        let query = open.swap_remove(at);
        match said {
            DnsReply::Addresses(addresses) => found.extend(addresses),
            // Then it has no addresses of the other kind either. Only said of IPv6 it may be a mistake: some
            // servers say so where the name merely has no such address.
            DnsReply::NoSuchName if query.kind == Rtype::A => break,
            DnsReply::NoSuchName => {}
            DnsReply::Truncated => match ask_by_tcp(server, &query, deadline) {
                Ok(addresses) => found.extend(addresses),
                Err(_) => failed = true,
            },
            DnsReply::Failed => failed = true,
        }
        if !found.is_empty() {
            deadline = deadline.min(Instant::now() + GRACE);
        }
    }
    if found.is_empty() && failed {
        return Err(ErrorKind::Other.into());
    }
    Ok(found)
}

fn receive(socket: &UdpSocket, datagram: &mut [u8], deadline: Instant) -> io::Result<usize> {
    within(
        deadline,
        &mut &*socket,
        |socket, left| socket.set_read_timeout(left),
        |socket| socket.recv(datagram),
    )
}

fn ask_by_tcp(server: SocketAddr, query: &Query, deadline: Instant) -> io::Result<Vec<IpAddr>> {
    let mut stream = Stream::connect(&[server], deadline)?;
    let length = u16::try_from(query.bytes.len()).map_err(|_| ErrorKind::InvalidInput)?;
    stream.write_all(&[&length.to_be_bytes(), query.bytes.as_slice()].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut bytes)?;
    match query.read(&bytes) {
        Some(DnsReply::Addresses(addresses)) => Ok(addresses),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}
