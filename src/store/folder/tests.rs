use super::super::{RecordKind, StoreKey};
use super::*;
use std::fs::{self, Permissions};
use std::os::unix::fs::{symlink, PermissionsExt};
use std::thread;

const NAME: RecordName = RecordName { kind: RecordKind::Token, id: [7; 16] };

/// A folder that goes with the test.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let path = std::env::temp_dir().join(format!("erptoken-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Place(path)
    }

    fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    fn open(&self) -> Folder {
        opened(&self.store(), 1)
    }

    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.store()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn opened(path: &Path, key: u8) -> Folder {
    Folder::new(path, Arc::new(Sealer::new(&StoreKey::new([key; 32])).unwrap())).unwrap()
}

fn locked(store: &Folder) -> Box<dyn LockedRecord + '_> {
    store.lock(NAME, Instant::now()).unwrap().expect("nobody holds it")
}

fn written(store: &Folder, record: &[u8]) {
    locked(store).write(record).unwrap();
}

fn read(store: &Folder) -> Option<Vec<u8>> {
    store.read(NAME).unwrap().map(|record| record.to_vec())
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn everything_is_its_owners_alone() {
    let place = Place::new("owner");
    let store = place.open();
    written(&store, b"482ee3");
    assert_eq!(mode(&place.store()), 0o700);
    let name = store.file_name(NAME);
    assert_eq!(place.files(), [name.clone(), "locks".to_owned()]);
    for file in place.files() {
        assert_eq!(mode(&place.store().join(&file)), 0o600, "{file}");
    }
    assert_eq!(read(&opened(&place.store(), 1)).unwrap(), b"482ee3", "what another process finds");
    locked(&store).remove().unwrap();
    assert_eq!((read(&store), place.files()), (None, vec!["locks".to_owned()]));
}

#[test]
fn a_lock_has_one_holder_and_the_name_of_one_record() {
    let place = Place::new("lock");
    let (one, other) = (place.open(), place.open());
    let lock = locked(&one);
    for store in [&one, &other] {
        assert!(store.lock(NAME, Instant::now() + Duration::from_millis(30)).unwrap().is_none());
        assert!(store.lock(RecordName { id: [8; 16], ..NAME }, Instant::now()).unwrap().is_some());
        assert!(store
            .lock(RecordName { kind: RecordKind::Account, ..NAME }, Instant::now())
            .unwrap()
            .is_some());
    }
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let lock = other.lock(NAME, Instant::now() + Duration::from_secs(20)).unwrap();
            lock.expect("the other one leaves").record().unwrap().to_vec()
        });
        lock.write(b"by the first").unwrap();
        drop(lock);
        assert_eq!(waiting.join().unwrap(), b"by the first");
    });
}

#[test]
fn what_can_not_be_opened_is_none_and_set_aside_once_under_the_lock() {
    let place = Place::new("aside");
    let store = place.open();
    written(&store, b"482ee3");
    let name = store.file_name(NAME);
    let file = place.store().join(&name);
    let whole = fs::read(&file).unwrap();
    let other_name = place.store().join(store.file_name(RecordName { id: [8; 16], ..NAME }));
    let newer = [b"erptoken\x02".as_slice(), &whole[9..]].concat();
    let mut bad: Vec<Vec<u8>> = (0..whole.len()).map(|length| whole[..length].to_vec()).collect();
    bad.extend((0..whole.len()).map(|at| {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        flipped
    }));
    bad.extend([newer, [whole.as_slice(), b"\0"].concat(), vec![0; 1 << 16]]);
    for bad in bad {
        fs::write(&file, &bad).unwrap();
        assert_eq!(read(&store), None);
        assert!(file.exists(), "whoever holds the lock may be about to replace it");
        assert!(locked(&store).record().is_none());
        assert!(!file.exists());
        written(&store, b"healed");
        assert_eq!(read(&store).unwrap(), b"healed");
    }
    assert_eq!(place.files(), [name.clone(), format!("{name}.bad"), "locks".to_owned()]);
    // Of another name.
    fs::copy(&file, other_name).unwrap();
    assert!(store.read(RecordName { id: [8; 16], ..NAME }).unwrap().is_none());
    // Of another key: another name.
    assert_eq!(read(&opened(&place.store(), 2)), None);
    assert_eq!(read(&store).unwrap(), b"healed");
}

#[test]
fn what_is_no_plain_file_of_ours_is_none_and_healed() {
    let place = Place::new("strange");
    let store = place.open();
    written(&store, b"482ee3");
    let file = place.store().join(store.file_name(NAME));
    let kept = place.0.join("kept");
    let strange: [&dyn Fn(); 5] = [
        &|| symlink(&kept, &file).unwrap(),
        &|| fs::create_dir(&file).unwrap(),
        &|| {
            assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        },
        &|| {
            fs::copy(&kept, &file).unwrap();
            fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        },
        &|| symlink("/nowhere", &file).unwrap(),
    ];
    fs::rename(&file, &kept).unwrap();
    for make in strange {
        make();
        assert_eq!(read(&store), None);
        assert!(locked(&store).record().is_none());
        written(&store, b"healed");
        assert_eq!(read(&store).unwrap(), b"healed");
        fs::remove_file(&file).unwrap();
        // Neither followed nor kept.
        let _ = fs::remove_dir(file.with_extension("bad"));
    }
    assert!(kept.exists());
}

#[test]
fn what_a_killed_process_left_is_no_hindrance_and_does_not_pile_up() {
    let place = Place::new("left");
    let store = place.open();
    let name = store.file_name(NAME);
    for round in 0..3 {
        fs::write(place.store().join(format!("{name}.new")), b"half a rec").unwrap();
        written(&store, format!("{round}").as_bytes());
        assert_eq!(place.files(), [name.clone(), "locks".to_owned()]);
    }
}

#[test]
fn a_folder_that_can_not_be_used_says_why() {
    let place = Place::new("unusable");
    let path = place.store();
    let fault = |path: &Path| match check(path) {
        Ok(()) => None,
        Err(Error { status: Status::Store, message: Message::Store { fault }, .. }) => match fault {
            StoreFault::Unusable { cause, .. } => Some(cause),
            other => panic!("{other:?}"),
        },
        Err(error) => panic!("{error}"),
    };
    assert_eq!(fault(Path::new("store")), Some(FolderFault::NotAbsolute));
    assert_eq!(fault(&path.join("inside/of")), None, "what is missing is made");
    fs::remove_dir_all(&path).unwrap();
    fs::write(&path, b"").unwrap();
    assert_eq!(fault(&path), Some(FolderFault::NotAFolder));
    fs::remove_file(&path).unwrap();
    symlink(&place.0, &path).unwrap();
    assert_eq!(fault(&path), Some(FolderFault::NotAFolder));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    for rights in [0o755, 0o770, 0o701, 0o777] {
        fs::set_permissions(&path, Permissions::from_mode(rights)).unwrap();
        assert_eq!(fault(&path), Some(FolderFault::OpenToOthers), "{rights:o}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    assert_eq!(fault(&path), None);
}

#[test]
fn a_folder_that_is_gone_is_made_again_and_one_swapped_for_a_link_is_refused() {
    let place = Place::new("gone");
    let store = place.open();
    written(&store, b"482ee3");
    fs::remove_dir_all(place.store()).unwrap();
    assert_eq!(read(&store), None);
    written(&store, b"again");
    let elsewhere = place.0.join("elsewhere");
    fs::rename(place.store(), &elsewhere).unwrap();
    symlink(&elsewhere, place.store()).unwrap();
    assert!(store.read(NAME).is_err() && store.lock(NAME, Instant::now()).is_err());
}
