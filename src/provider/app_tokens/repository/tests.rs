use super::super::record::Role;
use super::*;
use crate::messages::Message;
use crate::store::{self, RecordKind};
use crate::util::random::HashKey;
use std::sync::atomic::{AtomicBool, Ordering};

const NAME: RecordName = RecordName { kind: RecordKind::Application, id: [7; 16] };

/// A store that can be broken, step by step.
#[derive(Default)]
struct Breakable {
    inner: Memory,
    reads_fail: AtomicBool,
    locks_fail: AtomicBool,
    writes_fail: AtomicBool,
}

struct Lock<'a>(&'a Breakable, Box<dyn LockedRecord + 'a>);

fn unless(broken: &AtomicBool) -> Result<()> {
    let failed = || Error::new(Status::Store, Message::Internal { place: "store".to_owned() });
    if broken.load(Ordering::Relaxed) {
        Err(failed())
    } else {
        Ok(())
    }
}

impl Store for Breakable {
    fn outlives_process(&self) -> bool {
        true
    }
    fn read(&self, name: RecordName) -> Result<Option<store::RecordBytes>> {
        unless(&self.reads_fail)?;
        self.inner.read(name)
    }
    fn lock(&self, name: RecordName, until: Instant) -> Result<Option<Box<dyn LockedRecord + '_>>> {
        unless(&self.locks_fail)?;
        unless(&self.reads_fail)?;
        Ok(self.inner.lock(name, until)?.map(|lock| Box::new(Lock(self, lock)) as Box<dyn LockedRecord>))
    }
}

impl LockedRecord for Lock<'_> {
    fn record(&self) -> Option<&store::RecordBytes> {
        self.1.record()
    }
    fn write(&self, record: &[u8]) -> Result<()> {
        unless(&self.0.writes_fail)?;
        self.1.write(record)
    }
    fn remove(&self) -> Result<()> {
        unless(&self.0.writes_fail)?;
        self.1.remove()
    }
}

fn bench() -> (Arc<Breakable>, AppTokenRepository) {
    let store = Arc::new(Breakable::default());
    let repository = AppTokenRepository::new(Arc::clone(&store) as Arc<dyn Store>, Arc::default(), NAME);
    (store, repository)
}

fn kept(id: &str) -> StoredAppToken {
    let token = Secret::from(format!("token of {id}").as_str());
    StoredAppToken { id: id.to_owned(), token, expires_ms: i64::MAX, created_ms: 0, role: Role::Program }
}

fn ids(repository: &AppTokenRepository) -> Vec<String> {
    repository.read().unwrap().tokens.into_iter().map(|kept| kept.id).collect()
}

fn find(repository: &AppTokenRepository, id: &str) -> Result<Option<StoredAppToken>> {
    repository.look_up(id).map(|record| record.find(id).cloned())
}

fn made_by() -> MadeBy {
    MadeBy::new(&HashKey::from_bytes(&[1; 32]), &[2; 16]).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_millis(20)
}

#[test]
fn whatever_step_fails_the_token_is_kept_and_the_store_has_it_later() {
    let steps: [fn(&Breakable) -> &AtomicBool; 3] =
        [|store| &store.reads_fail, |store| &store.locks_fail, |store| &store.writes_fail];
    for broken in steps {
        let (store, repository) = bench();
        repository.save(kept("1"), made_by(), soon()).unwrap();
        broken(&store).store(true, Ordering::Relaxed);
        assert!(repository.check_writable(soon()).is_err(), "nothing is created then");
        let error = repository.save(kept("2"), made_by(), soon()).unwrap_err();
        assert!(error.status == Status::Store && error.to_string().contains("token 2"), "{error}");
        assert_eq!(find(&repository, "2").unwrap().unwrap().token.expose(), "token of 2");
        match store.reads_fail.load(Ordering::Relaxed) {
            true => assert_eq!(find(&repository, "1").unwrap_err().status, Status::Store, "nobody knows"),
            false => {
                assert!(
                    find(&repository, "1").unwrap().is_some() && find(&repository, "3").unwrap().is_none()
                )
            }
        }
        assert_eq!(repository.secrets().iter().filter(|secret| secret.expose() == "token of 2").count(), 1);
        broken(&store).store(false, Ordering::Relaxed);
        assert_eq!(ids(&repository), ["1", "2"]);
        repository.save(kept("3"), made_by(), soon()).unwrap();
        let elsewhere = AppTokenRepository::new(Arc::clone(&store) as Arc<dyn Store>, Arc::default(), NAME);
        let mut stored = ids(&elsewhere);
        stored.sort();
        assert_eq!(stored, ["1", "2", "3"]);
    }
}

#[test]
fn what_the_process_alone_has_can_be_forgotten() {
    let (store, repository) = bench();
    store.writes_fail.store(true, Ordering::Relaxed);
    repository.save(kept("1"), made_by(), soon()).unwrap_err();
    assert!(repository.remove("1", soon()).is_err());
    assert_eq!(ids(&repository), ["1"], "not forgotten by halves");
    store.writes_fail.store(false, Ordering::Relaxed);
    assert!(repository.remove("1", soon()).unwrap() && !repository.remove("1", soon()).unwrap());
    assert!(ids(&repository).is_empty());
}

#[test]
fn what_comes_while_another_writes_is_not_lost() {
    let (_store, repository) = bench();
    let held = repository.lock(soon()).unwrap();
    // The lock is taken: the process keeps it.
    let error =
        repository.save_to_fallback(kept("1"), made_by(), Error::new(Status::Timeout, AppToken::Busy.into()));
    assert!(error.to_string().contains("token 1"), "{error}");
    held.write().unwrap();
    drop(held);
    assert_eq!(ids(&repository), ["1"]);
    repository.check_writable(soon()).unwrap();
    assert_eq!(ids(&repository), ["1"]);
}

#[test]
fn the_record_of_a_newer_version_is_left_alone() {
    let (store, repository) = bench();
    let newer = [3, 1, 2, 3];
    store.lock(NAME, soon()).unwrap().unwrap().write(&newer).unwrap();
    let is_told =
        |error: Error| assert!(error.status == Status::Store && error.to_string().contains("newer version"));
    is_told(repository.read().unwrap_err());
    is_told(repository.check_writable(soon()).unwrap_err());
    is_told(repository.remove("1", soon()).unwrap_err());
    is_told(repository.save(kept("1"), made_by(), soon()).unwrap_err());
    assert!(find(&repository, "1").unwrap().is_some(), "kept in the process");
    assert_eq!(store.read(NAME).unwrap().unwrap().as_slice(), newer);
}

#[test]
fn a_lock_that_others_hold_is_waited_for_and_given_up() {
    let (_store, repository) = bench();
    let held = repository.lock(soon()).unwrap();
    assert_eq!(repository.check_writable(soon()).unwrap_err().status, Status::Timeout);
    assert_eq!(ids(&repository).len(), 0, "reading waits for nobody");
    drop(held);
    repository.check_writable(soon()).unwrap();
}
