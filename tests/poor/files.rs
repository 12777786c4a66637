//! Disks: full, not to be written, or with a limit for the size of a file. No signal ever reaches the program.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::ground::{ASSINE, SENIOR};
use crate::place::{on_a_machine, Place};

fn fill(folder: &Path) {
    let mut file = fs::File::create(folder.join("full")).unwrap();
    while file.write_all(&[0; 512]).is_ok() {}
}

fn application(place: &mut Place) {
    place.program.open(&place.ground, &ASSINE, ASSINE.password);
}

#[track_caller]
fn told(said: &[String; 2], causes: [&str; 2]) {
    for (said, cause) in said.iter().zip(causes) {
        assert!(said.starts_with("ERPTOKEN_E_STORE") && said.contains(cause), "{cause}: {said}");
    }
}

#[test]
fn a_full_disk() {
    on_a_machine("full", |place| {
        let disk = place.disk();
        assert_eq!(place.store(&disk), "OK");
        application(place);
        let id = place.program.ask("app_create 365");
        fill(&disk);
        told(&place.says("app_create 365"), ["no space left", "não há mais espaço"]);
        // What a login brings is handed out all the same, and what was there is.
        let said = place.program.ask("get");
        assert!(place.ground.is_live(&said), "{said}");
        assert!(place.ground.is_live(&place.program.ask(&format!("app_get {id}"))));
        fs::remove_file(disk.join("full")).unwrap();
        let id = place.program.ask("app_create 365");
        assert!(place.ground.is_live(&place.program.ask(&format!("app_get {id}"))), "{id}");
    });
}

#[test]
fn a_disk_that_cannot_be_written() {
    on_a_machine("read-only", |place| {
        let disk = place.disk();
        assert_eq!(place.store(&disk), "OK");
        application(place);
        let id = place.program.ask("app_create 365");
        place.read_only(true);
        told(&place.says("app_create 365"), ["nothing can be written there", "não é possível gravar ali"]);
        place.read_only(false);
        let next = place.program.ask("app_create 365");
        for id in [id, next] {
            assert!(place.ground.is_live(&place.program.ask(&format!("app_get {id}"))), "{id}");
        }
    });
}

#[test]
fn a_folder_that_is_not_to_be_had() {
    on_a_machine("folders", |place| {
        let disk = place.disk();
        place.read_only(true);
        let said = place.store(&disk.join("new"));
        assert!(said.contains("nothing can be written there"), "{said}");
        let file = disk.join("file");
        place.read_only(false);
        fs::write(&file, "").unwrap();
        let said = place.store(&file);
        assert!(said.contains("not a folder"), "{said}");
        assert_eq!(place.store(&disk.join("new")), "OK");
        place.account();
        place.is_well("folders");
    });
}

/// No descriptor for the store: the same disk, told as what it is.
#[test]
fn no_descriptors_for_the_store() {
    on_a_machine("store-descriptors", |place| {
        let disk = place.disk();
        assert_eq!(place.store(&disk), "OK");
        application(place);
        let id = place.program.ask("app_create 365");
        place.program.limit(libc::RLIMIT_NOFILE, 3);
        told(&place.says("app_create 365"), ["too many files and connections", "arquivos e conexões demais"]);
        place.program.limit(libc::RLIMIT_NOFILE, 1024);
        assert!(place.ground.is_live(&place.program.ask(&format!("app_get {id}"))), "{id}");
    });
}

/// Every limit around the sizes of what is written, on the caller's thread and on threads of the library, with each call
/// that writes: the signal's default would end the program, and a handler would hear of it.
#[test]
fn a_limit_for_the_size_of_files_never_ends_the_program() {
    for background in ["0", "1"] {
        on_a_machine(&format!("limit-{background}"), |place| {
            let (disk, log) = (place.disk(), place.disk().join("log.txt"));
            place.program.configured("background", background);
            assert_eq!(place.store(&disk), "OK");
            place.program.configured("log_file", &log.to_string_lossy());
            place.program.configured("log_level", "debug");
            for limit in [0, 1, 64, 100, 200, 300, 400, 500, 600, 800, 1000, 2000, 0] {
                place.program.limit_files(limit);
                for known in [&SENIOR, &ASSINE] {
                    place.program.open(&place.ground, known, known.password);
                    let first = place.program.ask("get");
                    let _ = place.program.ask(&format!("reject {first}"));
                    let _ = place.program.ask("get");
                    let _ = place.program.ask("renew");
                    if known.provider == "assine" {
                        let id = place.program.ask("app_create 365");
                        let _ = place.program.ask(&format!("app_revoke {id}"));
                    }
                    let _ = place.program.ask("logout");
                }
            }
            place.program.configured("language", "en");
            let said = place.says("app_create 365");
            told(&said, ["may not write so large a file", "não pode gravar um arquivo tão grande"]);
            place.program.limit_files(u64::MAX);
            let id = place.program.ask("app_create 365");
            assert!(place.ground.is_live(&place.program.ask(&format!("app_get {id}"))), "{id}");
            place.is_well("limit");
        });
    }
}
