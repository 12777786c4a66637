//! A machine of a test's own: its network, its /etc, a disk of a few kilobytes, and a program on it.
//!
//! Made by the thread that calls, which leaves the machine that it was on for good: sandbox, name servers and the program
//! that it starts from then on are on the new one.

use std::ffi::CString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use crate::ground::{Ground, SENIOR};
use crate::support::{self, Folder};
use crate::worker::{Worker, KEY};

/// The server's, where it has one.
pub const NAME: &str = "erp.poor.test";

/// What the shim can do: see there.
#[derive(Clone, Copy)]
pub enum Want {
    Socket = 1,
    Connect,
    Threads,
    Clock,
}

pub struct Place {
    pub ground: Ground,
    pub folder: Folder,
    pub program: Worker,
}

/// Runs a part of a test on a machine of its own. Only the one who may do all with his machine can have another.
pub fn on_a_machine(name: &str, test: impl FnOnce(&mut Place) + Send) {
    on_a_machine_with(name, |_| (), test);
}

/// The same, with a program that is started in another way.
pub fn on_a_machine_with(
    name: &str,
    prepare: impl FnOnce(&mut Command) + Send,
    test: impl FnOnce(&mut Place) + Send,
) {
    let run = move || {
        if let Some(mut place) = Place::new(name, prepare) {
            test(&mut place);
        }
    };
    let ended = thread::scope(|scope| scope.spawn(run).join());
    assert!(ended.is_ok(), "on the machine {name}");
}

fn compiled(source: &str, target: &str) -> Option<PathBuf> {
    static FOLDER: OnceLock<Folder> = OnceLock::new();
    if !support::has(&support::cc()) {
        return None;
    }
    let folder = FOLDER.get_or_init(|| Folder::new("poor-shims")).path();
    let (source, made) = (support::project().join("tests/poor").join(source), folder.join(target));
    let new = folder.join(format!("{target}.{:?}", thread::current().id()));
    let mut cc = Command::new(support::cc());
    cc.args(["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]).arg(&new).arg(source);
    support::succeed(cc.arg("-ldl"));
    fs::rename(new, &made).unwrap();
    Some(made)
}

fn mount(what: &str, at: &Path, kind: &str, flags: libc::c_ulong, options: &str) {
    let text = |text: &str| CString::new(text).unwrap();
    let at = text(&at.to_string_lossy());
    let (what, kind, options) = (text(what), text(kind), text(options));
    let done =
        unsafe { libc::mount(what.as_ptr(), at.as_ptr(), kind.as_ptr(), flags, options.as_ptr().cast()) };
    assert_eq!(done, 0, "{at:?}: {}", std::io::Error::last_os_error());
}

/// Leaves the machine; `false`: this is not permitted.
fn leave() -> bool {
    let away = libc::CLONE_FS | libc::CLONE_NEWNS | libc::CLONE_NEWNET;
    if unsafe { libc::unshare(away) } != 0 {
        let why = std::io::Error::last_os_error();
        // In most containers not even root may.
        assert_eq!(why.raw_os_error(), Some(libc::EPERM), "a machine of our own: {why}");
        println!("skipped: no machine of our own can be had ({why})");
        return false;
    }
    mount("none", Path::new("/"), "none", libc::MS_REC | libc::MS_PRIVATE, "");
    up();
    true
}

/// The new machine's network to itself, and an address of its own link.
fn up() {
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_DGRAM, 0);
        let mut request: libc::ifreq = std::mem::zeroed();
        request.ifr_name[0] = b'l' as _;
        request.ifr_name[1] = b'o' as _;
        request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as _;
        assert_eq!(libc::ioctl(socket, libc::SIOCSIFFLAGS, &request), 0);
        libc::close(socket);
        #[repr(C)]
        struct Address {
            address: [u8; 16],
            bits: u32,
            interface: i32,
        }
        let mut link =
            Address { address: [0; 16], bits: 64, interface: libc::if_nametoindex(c"lo".as_ptr()) as i32 };
        (link.address[0], link.address[1], link.address[15]) = (0xfe, 0x80, 0x53);
        let socket = libc::socket(libc::AF_INET6, libc::SOCK_DGRAM, 0);
        libc::ioctl(socket, libc::SIOCSIFADDR, &link);
        libc::close(socket);
    }
}

impl Place {
    pub fn new(name: &str, prepare: impl FnOnce(&mut Command)) -> Option<Place> {
        let shim = compiled("shim.c", "shim.so")?;
        let nss = compiled("nss.c", "libnss_poor.so.2")?;
        let folder = Folder::new(&format!("poor-{name}"));
        if !leave() {
            return None;
        }
        let etc = folder.join("etc");
        fs::create_dir(&etc).unwrap();
        for (file, text) in [("passwd", "root:x:0:0::/:/bin/sh\n"), ("nsswitch.conf", "hosts: files dns\n")] {
            fs::write(etc.join(file), text).unwrap();
        }
        let _ = fs::copy("/etc/ld.so.cache", etc.join("ld.so.cache"));
        mount(&etc.to_string_lossy(), Path::new("/etc"), "none", libc::MS_BIND, "");
        let disk = folder.join("disk");
        fs::create_dir(&disk).unwrap();
        mount("none", &disk, "tmpfs", 0, "size=64k,mode=700");
        let ground = Ground::new();
        ground.tolerate_violations();
        let folders = nss.parent().unwrap().to_owned();
        let authorities = ground.ca_file();
        let variables: [(&str, &Path); 3] =
            [("LD_PRELOAD", &shim), ("LD_LIBRARY_PATH", &folders), ("SSL_CERT_FILE", &authorities)];
        let program = Worker::prepared(&variables, prepare);
        Some(Place { ground, folder, program })
    }

    pub fn arm(&mut self, what: Want, value: i32) {
        assert_eq!(self.program.ask(&format!("arm {} {value} 0", what as i32)), "OK");
    }

    pub fn set(&mut self, line: &str) {
        assert_eq!(self.program.ask(&format!("set {line}")), "OK");
    }

    /// An account of Senior's usual user, whose server has an address.
    pub fn account(&mut self) {
        self.program.open(&self.ground, &SENIOR, SENIOR.password);
    }

    /// As `account`, over https.
    pub fn secure(&mut self) {
        self.account();
        let base = self.ground.base_https("senior");
        self.set(&format!("base_url {base}"));
    }

    /// As `account`; its server has a name.
    pub fn named(&mut self, name: &str) {
        self.account();
        let base = self.ground.base("senior").replace("127.0.0.1", name);
        self.set("allow_http 1");
        self.set(&format!("base_url {base}"));
        self.set("timeout_ms 12000");
    }

    pub fn store(&mut self, folder: &Path) -> String {
        self.program.configured("store_key", KEY);
        self.program.ask(&format!("configure store file:{}", folder.display()))
    }

    /// A file of this machine's /etc; none: it is taken away.
    pub fn etc(&self, name: &str, text: Option<&str>) {
        let path = self.folder.join("etc").join(name);
        match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
    }

    pub fn disk(&self) -> PathBuf {
        self.folder.join("disk")
    }

    pub fn read_only(&self, read_only: bool) {
        let flags = libc::MS_REMOUNT | if read_only { libc::MS_RDONLY } else { 0 };
        mount("none", &self.disk(), "tmpfs", flags, "size=64k,mode=700");
    }

    /// What `get` says, and once more in Portuguese.
    pub fn says(&mut self, line: &str) -> [String; 2] {
        self.program.configured("language", "en");
        let english = self.program.ask(line);
        self.program.configured("language", "pt");
        let portuguese = self.program.ask(line);
        self.program.configured("language", "en");
        [english, portuguese]
    }

    /// A token, at the latest in a moment.
    #[track_caller]
    pub fn is_well(&mut self, name: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let said = self.program.ask("get");
            if self.ground.is_live(&said) {
                return;
            }
            assert!(Instant::now() < until, "{name}: still {said}");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let disk = CString::new(self.disk().to_string_lossy().into_owned()).unwrap();
        unsafe {
            libc::umount2(disk.as_ptr(), libc::MNT_DETACH);
            libc::umount2(c"/etc".as_ptr(), libc::MNT_DETACH);
        }
    }
}
