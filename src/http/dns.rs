//! A stub resolver: asks the machine's name servers for the addresses of a name, over UDP, and over TCP
//! where an answer does not fit.

use super::names::Failure;
use super::stream::{left, within, Stream};
use crate::random;
use resolv_conf::{Config, ScopedIp};
use simple_dns::rdata::RData;
use simple_dns::{Name, Packet, PacketFlag, Question, CLASS, QCLASS, QTYPE, RCODE, TYPE};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6, UdpSocket};
use std::time::{Duration, Instant};

const PORT: u16 = 53;
const MOST_SERVERS: usize = 8;
const MOST_ATTEMPTS: usize = 5;
const MOST_ALIASES: usize = 16;
/// A datagram may be lost, so one server is asked again; but not sooner than this.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
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
    /// From the text of a resolv.conf. Lines that can not be read are left out, as the system does.
    pub fn read(text: &[u8]) -> Setup {
        let (config, _) = Config::parse_with_errors(text);
        let mut servers: Vec<SocketAddr> =
            config.nameservers.iter().filter_map(server).take(MOST_SERVERS).collect();
        if servers.is_empty() {
            servers.push((Ipv4Addr::LOCALHOST, PORT).into());
        }
        Setup {
            servers,
            search: config.get_last_search_or_domain().cloned().collect(),
            dots: config.ndots as usize,
            timeout: Duration::from_secs(config.timeout.clamp(1, 30).into()),
            attempts: (config.attempts as usize).clamp(1, MOST_ATTEMPTS),
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
    let Ok(name) = Name::new(name) else { return Ok(Vec::new()) };
    let tries = setup.servers.len() * setup.attempts;
    let mut failure = Failure::Unknown;
    for (index, server) in setup.servers.iter().cycle().take(tries).enumerate() {
        let Some(left) = left(deadline) else { return Err(Failure::TimedOut) };
        let share = left / u32::try_from(tries - index).unwrap_or(u32::MAX);
        let wait = share.max(SHORTEST_WAIT).min(setup.timeout).min(left);
        match ask(*server, &name, Instant::now() + wait) {
            Ok(found) => return Ok(found),
            Err(error) if error.kind() == ErrorKind::TimedOut => failure = Failure::TimedOut,
            Err(_) => {}
        }
    }
    Err(failure)
}

/// What one server says to one question.
enum Said {
    Addresses(Vec<IpAddr>),
    NoSuchName,
    Truncated,
    Failed,
}

struct Query<'a> {
    id: u16,
    name: &'a Name<'a>,
    kind: TYPE,
    bytes: Vec<u8>,
}

impl<'a> Query<'a> {
    fn new(name: &'a Name<'a>, kind: TYPE) -> io::Result<Query<'a>> {
        let mut id = [0; 2];
        // Who can tell the number can answer in the server's place.
        random::fill(&mut id).map_err(|_| ErrorKind::Other)?;
        let id = u16::from_ne_bytes(id);
        let mut packet = Packet::new_query(id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        packet.questions.push(Question::new(
            name.clone(),
            QTYPE::TYPE(kind),
            QCLASS::CLASS(CLASS::IN),
            false,
        ));
        let bytes = packet.build_bytes_vec().map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
        Ok(Query { id, name, kind, bytes })
    }

    /// Reads an answer; none if it is not one to this question.
    fn read(&self, bytes: &[u8]) -> Option<Said> {
        let packet = Packet::parse(bytes).ok()?;
        if packet.id() != self.id || !packet.has_flags(PacketFlag::RESPONSE) {
            return None;
        }
        match packet.questions.as_slice() {
            // Some servers do not repeat a question that they could not read.
            [] if !matches!(packet.rcode(), RCODE::NoError | RCODE::NameError) => return Some(Said::Failed),
            [asked] if asked.qtype == QTYPE::TYPE(self.kind) && same(&asked.qname, self.name) => {}
            _ => return None,
        }
        if packet.has_flags(PacketFlag::TRUNCATION) {
            return Some(Said::Truncated);
        }
        Some(match packet.rcode() {
            RCODE::NoError => Said::Addresses(self.addresses(&packet)),
            RCODE::NameError => Said::NoSuchName,
            _ => Said::Failed,
        })
    }

    /// The addresses at the end of the chain of aliases that starts with the name.
    fn addresses(&self, packet: &Packet) -> Vec<IpAddr> {
        let mut owner = self.name;
        for _ in 0..MOST_ALIASES {
            let alias = packet.answers.iter().find_map(|record| match &record.rdata {
                RData::CNAME(alias) if same(&record.name, owner) => Some(&alias.0),
                _ => None,
            });
            match alias {
                Some(alias) => owner = alias,
                None => break,
            }
        }
        let of_owner = packet.answers.iter().filter(|record| same(&record.name, owner));
        of_owner
            .filter_map(|record| match (&record.rdata, self.kind) {
                (RData::A(a), TYPE::A) => Some(Ipv4Addr::from(a.address).into()),
                (RData::AAAA(a), TYPE::AAAA) => Some(std::net::Ipv6Addr::from(a.address).into()),
                _ => None,
            })
            .collect()
    }
}

/// Names are the same whatever their case, which some servers change on purpose.
fn same(one: &Name, other: &Name) -> bool {
    one.as_bytes().count() == other.as_bytes().count()
        && one.as_bytes().zip(other.as_bytes()).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Asks one server for both kinds of addresses at once.
fn ask(server: SocketAddr, name: &Name, deadline: Instant) -> io::Result<Vec<IpAddr>> {
    let any: SocketAddr = if server.is_ipv4() { ([0; 4], 0).into() } else { ([0u16; 8], 0).into() };
    let socket = UdpSocket::bind(any)?;
    // The system then drops what comes from elsewhere, and tells when nobody listens there.
    socket.connect(server)?;
    let mut open = vec![Query::new(name, TYPE::A)?, Query::new(name, TYPE::AAAA)?];
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
            Said::Addresses(addresses) => found.extend(addresses),
            // Then it has no addresses of the other kind either. Only said of IPv6 it may be a mistake: some
            // servers say so where the name merely has no such address.
            Said::NoSuchName if query.kind == TYPE::A => break,
            Said::NoSuchName => {}
            Said::Truncated => match ask_by_tcp(server, &query, deadline) {
                Ok(addresses) => found.extend(addresses),
                Err(_) => failed = true,
            },
            Said::Failed => failed = true,
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
        Some(Said::Addresses(addresses)) => Ok(addresses),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}
