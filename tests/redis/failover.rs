//! Servers with replicas: a replica that takes the master's place behind one address, and clusters.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::ground::{eventually, Ground};
use crate::machine::Machine;
use crate::sandbox::Fault;
use crate::server::{is_there, new_folder, RedisServer, SlowWay};

/// Until it is so: what servers agree upon among themselves takes some seconds.
#[track_caller]
fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < until, "within 60 s: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn replica_of(master: &RedisServer) -> RedisServer {
    let port = master.port().to_string();
    let replica = RedisServer::start(&["--replicaof", "127.0.0.1", &port, "--repl-diskless-sync-delay", "0"]);
    soon("it follows", || replica.command(&["INFO", "replication"]).contains("master_link_status:up"));
    replica
}

fn have_all(master: &RedisServer, replica: &RedisServer) {
    let all = |server: &RedisServer| {
        let mut keys = server.keys();
        keys.sort();
        let fields = |key: &String| server.command(&["HMGET", key, "owner", "until", "record"]);
        keys.iter().map(|key| (key.clone(), fields(key))).collect::<Vec<_>>()
    };
    soon("the replica has all", || all(master) == all(replica));
}

#[test]
fn a_replica_that_is_promoted_by_hand_goes_on_where_the_master_was() {
    if !is_there() {
        return;
    }
    let ground = Ground::new();
    ground.settings(|s| s.reuse_revokes_family = true);
    let master = RedisServer::start(&[]);
    let replica = replica_of(&master);
    let way = SlowWay::to(master.port());
    let (mut one, mut other) = (Machine::start(&ground, &way.url()), Machine::start(&ground, &way.url()));
    let first = one.token();
    assert_eq!(other.token(), first);
    have_all(&master, &replica);
    let port = replica.port().to_string();
    let promote = || {
        replica.command(&["REPLICAOF", "NO", "ONE"]);
        master.command(&["REPLICAOF", "127.0.0.1", &port]);
        way.lead_to(replica.port());
    };
    // In the middle of a renewal, and the connections to the old master stay.
    one.done(&["reject", &first]);
    ground.fault("senior.refresh", Fault::Slow(Duration::from_secs(9)), 1);
    one.tell(&["get"]);
    eventually("it refreshes", || ground.count("senior.refresh") == 1);
    have_all(&master, &replica);
    promote();
    thread::sleep(Duration::from_secs(6));
    other.done(&["reject", &first]);
    let second = other.token();
    assert_eq!((one.hear().unwrap(), ground.is_live(&second)), (second.clone(), true));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    assert_eq!(Machine::start(&ground, &replica.url()).token(), second, "it is at the new master");
    // The address of what is a replica now: told, when it is configured and later.
    let (status, text) =
        Machine::bare(&ground).ask(&["configure", "store", &master.url()]).expect_err("a replica");
    assert!(status == "ERPTOKEN_E_STORE" && text.contains("replica"), "{status} {text}");
    assert_eq!(ground.reuses(), 0);
}

#[test]
fn a_master_that_becomes_a_replica_is_told_and_found_again() {
    if !is_there() {
        return;
    }
    let (ground, server) = (Ground::new(), RedisServer::start(&[]));
    let mut one = Machine::start(&ground, &server.url());
    let first = one.token();
    one.log();
    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    one.done(&["reject", &first]);
    let second = one.token();
    assert_ne!(second, first, "memory goes on");
    let log = one.log();
    assert!(log.contains("replica"), "{log}");
    server.command(&["REPLICAOF", "NO", "ONE"]);
    // Longer than what is remembered of the failure.
    thread::sleep(Duration::from_millis(1_500));
    one.done(&["logout"]);
    let third = one.token();
    assert_eq!(Machine::start(&ground, &server.url()).token(), third);
}

/// A redis-sentinel that watches one master, which it calls `erp`.
struct Sentinel {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Sentinel {
    fn of(master: &RedisServer) -> Sentinel {
        let (folder, port) = (new_folder(), crate::server::free_port());
        let file = folder.join("sentinel.conf");
        let text = format!(
            "port {port}\nbind 127.0.0.1\nsentinel monitor erp 127.0.0.1 {} 1\n\
             sentinel down-after-milliseconds erp 1000\nsentinel failover-timeout erp 5000\n",
            master.port()
        );
        fs::write(&file, text).unwrap();
        let mut command = Command::new(crate::server::program());
        command.arg(&file).arg("--sentinel").current_dir(&folder);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Sentinel { child, port, folder }
    }

    fn ask(&self, words: &[&str]) -> String {
        crate::server::ask(self.port, words)
    }

    fn master(&self) -> Option<u16> {
        self.ask(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "erp"]).lines().nth(1)?.parse().ok()
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_replica_that_a_sentinel_promotes_goes_on_behind_one_address() {
    if !is_there() {
        return;
    }
    let ground = Ground::new();
    ground.settings(|s| s.reuse_revokes_family = true);
    let mut master = RedisServer::start(&[]);
    let replica = replica_of(&master);
    let sentinel = Sentinel::of(&master);
    soon("the sentinel knows both", || {
        sentinel.ask(&["SENTINEL", "MASTER", "erp"]).contains("num-slaves\n1")
    });
    let way = SlowWay::to(master.port());
    let (mut one, mut other) = (Machine::start(&ground, &way.url()), Machine::start(&ground, &way.url()));
    let first = one.token();
    assert_eq!(other.token(), first);
    have_all(&master, &replica);
    master.kill();
    // What a proxy does that asks each server for its role, or a name that follows the master.
    soon("another master", || sentinel.master() == Some(replica.port()));
    soon("it is one", || replica.command(&["ROLE"]).starts_with("master"));
    way.lead_to(replica.port());
    assert_eq!(one.token(), first, "a hit asks nobody");
    one.done(&["reject", &first]);
    let second = one.token();
    other.done(&["reject", &first]);
    assert_eq!(other.token(), second);
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    assert_eq!(Machine::start(&ground, &way.url()).token(), second);
    assert_eq!(ground.reuses(), 0);
}

/// Three masters, and a replica of the one that has this library's keys.
struct Cluster {
    nodes: Vec<RedisServer>,
    replica: Option<RedisServer>,
}

impl Cluster {
    const ARGS: &[&str] = &["--cluster-enabled", "yes", "--cluster-node-timeout", "1500"];

    fn start() -> Cluster {
        let nodes: Vec<_> = (0..3).map(|_| RedisServer::start(Cluster::ARGS)).collect();
        let at = |node: &RedisServer| format!("127.0.0.1:{}", node.port());
        let all: Vec<_> = nodes.iter().map(at).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        nodes[0].command(&[&["--cluster", "create"], &all[..], &["--cluster-yes"]].concat());
        let is_ready = |node: &RedisServer| node.command(&["CLUSTER", "INFO"]).contains("cluster_state:ok");
        soon("all agree", || nodes.iter().all(is_ready));
        Cluster { nodes, replica: None }
    }

    /// The number of the node that has the keys.
    fn owner(&self) -> usize {
        let slot = self.nodes[0].command(&["CLUSTER", "KEYSLOT", "erptoken:{1}"]);
        let has = |node: &RedisServer| node.command(&["CLUSTER", "COUNTKEYSINSLOT", &slot]) != "0";
        self.nodes.iter().position(has).expect("a node with the keys")
    }

    fn add_replica(&mut self) {
        let replica = RedisServer::start(Cluster::ARGS);
        let owner = &self.nodes[self.owner()];
        let id = owner.command(&["CLUSTER", "MYID"]);
        replica.command(&["CLUSTER", "MEET", "127.0.0.1", &owner.port().to_string()]);
        soon("it knows its master", || replica.command(&["CLUSTER", "REPLICATE", &id]) == "OK");
        soon("it follows", || replica.command(&["INFO", "replication"]).contains("master_link_status:up"));
        let known = |node: &RedisServer| node.command(&["CLUSTER", "NODES"]).contains(&id_of(&replica));
        soon("all know it", || self.nodes.iter().all(known));
        self.replica = Some(replica);
    }
}

fn id_of(node: &RedisServer) -> String {
    node.command(&["CLUSTER", "MYID"])
}

#[test]
fn a_cluster_is_one_store_at_whichever_node_and_survives_the_one_with_the_keys() {
    if !is_there() {
        return;
    }
    let ground = Ground::new();
    ground.settings(|s| s.reuse_revokes_family = true);
    let mut cluster = Cluster::start();
    let mut machines: Vec<_> =
        cluster.nodes.iter().map(|node| Machine::start(&ground, &node.url())).collect();
    let first = machines[0].token();
    assert!(machines.iter_mut().all(|machine| machine.token() == first));
    assert_eq!(ground.count("senior.login"), 1);
    let owner = cluster.owner();
    assert!(cluster.nodes.iter().enumerate().all(|(at, node)| at == owner || node.keys().is_empty()));
    cluster.add_replica();
    let replica = cluster.replica.as_ref().unwrap();
    have_all_at(&cluster.nodes[owner], replica);
    // By hand, in the middle of a renewal: the master that was is a replica now, and sends everybody on.
    machines[owner].done(&["reject", &first]);
    ground.fault("senior.refresh", Fault::Slow(Duration::from_secs(9)), 1);
    machines[owner].tell(&["get"]);
    eventually("it refreshes", || ground.count("senior.refresh") == 1);
    have_all_at(&cluster.nodes[owner], replica);
    assert_eq!(replica.command(&["CLUSTER", "FAILOVER"]), "OK");
    thread::sleep(Duration::from_secs(6));
    let others: Vec<_> = (0..3).filter(|at| *at != owner).collect();
    machines[others[0]].done(&["reject", &first]);
    let second = machines[others[0]].token();
    assert_eq!((machines[owner].hear().unwrap(), ground.is_live(&second)), (second.clone(), true));
    assert_eq!((ground.count("senior.login"), ground.count("senior.refresh")), (1, 1));
    // The new one is gone; the others make the old one master again, by themselves.
    soon("it follows in turn", || {
        cluster.nodes[owner].command(&["INFO", "replication"]).contains("master_link_status:up")
    });
    have_all_at(replica, &cluster.nodes[owner]);
    cluster.replica.take();
    soon("it is master", || cluster.nodes[owner].command(&["ROLE"]).starts_with("master"));
    let is_ready = |node: &RedisServer| node.command(&["CLUSTER", "INFO"]).contains("cluster_state:ok");
    soon("all agree", || cluster.nodes.iter().all(is_ready));
    machines[others[1]].done(&["logout"]);
    let third = machines[others[1]].token();
    for node in &cluster.nodes {
        assert_eq!(Machine::start(&ground, &node.url()).token(), third);
    }
    assert_eq!((ground.count("senior.login"), ground.reuses()), (2, 0));
}

/// As `have_all`, of a replica in a cluster, which sends its readers to the master.
fn have_all_at(master: &RedisServer, replica: &RedisServer) {
    let count = |server: &RedisServer| server.command(&["DBSIZE"]);
    let offset = |server: &RedisServer, name: &str| {
        let said = server.command(&["INFO", "replication"]);
        said.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned))
    };
    soon("the replica has all", || {
        count(master) == count(replica)
            && offset(master, "master_repl_offset:") == offset(replica, "slave_repl_offset:")
    });
}
