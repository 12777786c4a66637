//! A stub resolver: asks the machine's name servers for the addresses of a name, over UDP, and over TCP
//! where an answer does not fit.

use super::names::Failure;
use super::stream::{left, within, Stream};
use crate::sys;
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
/// Where time is left, a server is waited for this long before the next one is asked.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// A datagram may be lost, so it is sent again; but not sooner than this.
const MIN_RESEND: Duration = Duration::from_millis(250);
/// As much as the system takes of `ndots`.
const MAX_DOTS: u32 = 15;
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
    /// Over TCP from the start.
    pub tcp: bool,
}

impl Setup {
    /// From the text of a resolv.conf. Lines that cannot be read are left out, as the system does.
    pub fn read(text: &[u8]) -> Setup {
        let (config, _) = Config::parse_with_errors(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
        let mut servers: Vec<SocketAddr> =
            config.nameservers.iter().filter_map(server).take(MAX_SERVERS).collect();
        if servers.is_empty() {
            servers.push((Ipv4Addr::LOCALHOST, PORT).into());
        }
        Setup {
            servers,
            search: config.get_last_search_or_domain().cloned().collect(),
            dots: config.ndots.min(MAX_DOTS) as usize,
            timeout: Duration::from_secs(config.timeout.clamp(1, 30).into()),
            attempts: (config.attempts as usize).clamp(1, MAX_ATTEMPTS),
            tcp: config.use_vc,
        }
    }
}

fn server(address: &ScopedIp) -> Option<SocketAddr> {
    match address {
        ScopedIp::V4(address) => Some((*address, PORT).into()),
        ScopedIp::V6(address, None) => Some((*address, PORT).into()),
        ScopedIp::V6(address, Some(zone)) => {
            let number = zone.parse().ok().or_else(|| sys::interface(zone))?;
            Some(SocketAddrV6::new(*address, PORT, 0, number).into())
        }
    }
}

/// The addresses of `name`, never later than `deadline`. What fails or is silent for one of the names that are tried
/// ends the search over the others no more than it does in the system's own resolver, and takes a share of the time.
pub fn look_up(name: &str, setup: &Setup, deadline: Instant) -> Result<Vec<IpAddr>, Failure> {
    let names = full_names(name, setup);
    let mut servers = setup.servers.clone();
    let (mut failure, mut unknown) = (Failure::Unknown, false);
    // A name with a dot is meant as it is, nearly always: it gets a double share, and that nobody knows it counts.
    let weight = |full: &String| 1 + u32::from(full == name && name.contains('.'));
    let mut shares: u32 = names.iter().map(weight).sum();
    for full in &names {
        let Some(left) = left(deadline) else { return Err(failure.max(Failure::TimedOut)) };
        let share = left / shares.max(1) * weight(full);
        shares = shares.saturating_sub(weight(full));
        match ask_all(full, setup, &mut servers, Instant::now() + share) {
            Ok(found) if !found.is_empty() => return Ok(found),
            Ok(_) => unknown |= weight(full) > 1,
            Err(failed) => failure = failure.max(failed),
        }
    }
    Err(if unknown { Failure::Unknown } else { failure })
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

/// Asks one server after the other until one knows: addresses, or surely none. Who was silent is the last from now on.
fn ask_all(
    name: &str,
    setup: &Setup,
    servers: &mut [SocketAddr],
    deadline: Instant,
) -> Result<Vec<IpAddr>, Failure> {
    let Ok(name) = Name::vec_from_str(name) else { return Ok(Vec::new()) };
    let mut failure = Failure::Unknown;
    let mut at = 0;
    for rest in (1..=u32::try_from(servers.len()).unwrap_or(1)).rev() {
        let Some(server) = servers.get(at).copied() else { break };
        let Some(left) = left(deadline) else { return Err(failure.max(Failure::TimedOut)) };
        let wait = if rest == 1 { left } else { (left / rest / 2).max(MIN_WAIT.min(left / rest)) };
        let attempts = u32::try_from(setup.attempts).unwrap_or(1);
        let wait = wait.min(setup.timeout.saturating_mul(attempts));
        match ask(server, &name, setup, Instant::now() + wait) {
            Ok(found) => return Ok(found),
            Err(error) => {
                let failed = Failure::of(&error);
                failure = failure.max(failed);
                match failed {
                    Failure::TimedOut => servers.get_mut(at..).unwrap_or_default().rotate_left(1),
                    _ => at += 1,
                }
            }
        }
    }
    Err(failure)
}

/// What one server says to one question.
enum DnsReply {
    Addresses(Vec<IpAddr>),
    NoSuchName,
    /// What there was room for.
    Truncated(Vec<IpAddr>),
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
            return Some(DnsReply::Truncated(self.addresses(&message).0));
        }
        match code {
            Rcode::NOERROR => Some(match self.addresses(&message) {
                (found, whole) if whole || !found.is_empty() => DnsReply::Addresses(found),
                _ => DnsReply::Failed,
            }),
            Rcode::NXDOMAIN => Some(DnsReply::NoSuchName),
            _ => Some(DnsReply::Failed),
        }
    }

    /// The addresses at the end of the chain of aliases that starts with the name, and whether all of the answer could
    /// be read. What else the message brings is not looked at.
    fn addresses(&self, message: &Message<&[u8]>) -> (Vec<IpAddr>, bool) {
        let mut found = Vec::new();
        let Ok(answers) = message.answer() else { return (found, false) };
        let whole = answers.clone().all(|record| record.is_ok());
        // Aliases in a circle end nowhere.
        let Some(owner) = message.canonical_name() else { return (found, whole) };
        if self.kind == Rtype::A {
            for record in answers.limit_to_in::<A>().flatten() {
                found.extend(record.owner().name_eq(&owner).then(|| IpAddr::from(record.data().addr())));
            }
        } else {
            for record in answers.limit_to_in::<Aaaa>().flatten() {
                found.extend(record.owner().name_eq(&owner).then(|| IpAddr::from(record.data().addr())));
            }
        }
        (found, whole)
    }
}

/// Asks one server for both kinds of addresses at once.
fn ask(
    server: SocketAddr,
    name: &Name<Vec<u8>>,
    setup: &Setup,
    deadline: Instant,
) -> io::Result<Vec<IpAddr>> {
    let mut open = vec![Query::new(name, Rtype::A)?, Query::new(name, Rtype::AAAA)?];
    let (mut found, mut failed, mut deadline) = (Vec::new(), None, deadline);
    let wait = deadline.saturating_duration_since(Instant::now());
    let pause = (wait / u32::try_from(setup.attempts).unwrap_or(1).max(1)).max(MIN_RESEND);
    let any: SocketAddr = if server.is_ipv4() { ([0; 4], 0).into() } else { ([0u16; 8], 0).into() };
    let socket = UdpSocket::bind(any)?;
    // The system then drops what comes from elsewhere, and tells when nobody listens there.
    socket.connect(server)?;
    let mut sent = None;
    let mut datagram = [0; 4096];
    while let Some(first) = open.first() {
        if setup.tcp {
            let by_tcp = ask_by_tcp(server, first, deadline);
            open.remove(0);
            match by_tcp {
                Ok(addresses) => found.extend(addresses),
                Err(error) => failed = Some(error),
            }
            if !found.is_empty() {
                deadline = deadline.min(Instant::now() + GRACE);
            }
            continue;
        }
        let resend = sent.map(|sent: Instant| sent + pause);
        if resend.is_none_or(|resend| Instant::now() >= resend && found.is_empty()) {
            for query in &open {
                socket.send(&query.bytes)?;
            }
            sent = Some(Instant::now());
            continue;
        }
        let until = resend.filter(|_| found.is_empty()).map_or(deadline, |resend| resend.min(deadline));
        let length = match receive(&socket, &mut datagram, until) {
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::TimedOut && Instant::now() < deadline => continue,
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
            DnsReply::Truncated(some) => match ask_by_tcp(server, &query, deadline) {
                Ok(addresses) => found.extend(addresses),
                Err(error) => {
                    found.extend(some);
                    failed = Some(error);
                }
            },
            DnsReply::Failed => failed = Some(ErrorKind::Other.into()),
        }
        if !found.is_empty() {
            deadline = deadline.min(Instant::now() + GRACE);
        }
    }
    match failed {
        Some(failed) if found.is_empty() => Err(failed),
        _ => Ok(found),
    }
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
        Some(DnsReply::NoSuchName) => Ok(Vec::new()),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}
