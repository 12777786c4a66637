use super::*;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("erptoken-log-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn checked(path: &Path) -> Result<PathBuf, FileFault> {
    super::checked(path.to_owned())
}

#[test]
fn a_file_is_made_at_once_and_for_its_owner() {
    let folder = Folder::new("rights");
    let path = folder.file("a.log");
    assert_eq!(checked(&path), Ok(path.clone()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_is_no_file_of_ours_is_refused() {
    let folder = Folder::new("refused");
    assert_eq!(super::checked("a.log".into()), Err(FileFault::NotAbsolute));
    assert!(matches!(checked(&folder.0), Err(FileFault::NotAFile)));
    assert!(matches!(checked(&folder.file("none/a.log")), Err(FileFault::System { .. })));
    #[cfg(unix)]
    {
        fs::write(folder.file("target"), "").unwrap();
        std::os::unix::fs::symlink(folder.file("target"), folder.file("link")).unwrap();
        assert_eq!(checked(&folder.file("link")), Err(FileFault::Link));
        assert!(matches!(checked(Path::new("/dev/null")), Err(FileFault::NotAFile)));
        // Exchanged later, it is not followed either.
        assert!(write(&folder.file("link"), b"x\n", MAX_FILE_BYTES).is_err());
        assert_eq!(folder.text("target"), "");
    }
}

#[test]
fn lines_are_kept_in_files_of_limited_size() {
    let folder = Folder::new("sizes");
    let path = folder.file("a.log");
    for number in 0..30 {
        write(&path, format!("line {number:04}\n").as_bytes(), 50).unwrap();
    }
    assert_eq!(folder.text("a.log").lines().last(), Some("line 0029"));
    let names = ["a.log.4", "a.log.3", "a.log.2", "a.log.1", "a.log"];
    let all: String = names.map(|name| folder.text(name)).concat();
    let wanted: String = (5..30).map(|number| format!("line {number:04}\n")).collect();
    assert_eq!(all, wanted, "five lines of ten bytes to a file, the oldest file gone");
    assert!(!folder.file("a.log.5").exists());
}

#[test]
fn a_file_that_was_moved_away_is_made_anew() {
    let folder = Folder::new("moved");
    let path = folder.file("a.log");
    write(&path, b"one\n", MAX_FILE_BYTES).unwrap();
    fs::rename(&path, folder.file("elsewhere")).unwrap();
    write(&path, b"two\n", MAX_FILE_BYTES).unwrap();
    assert_eq!((folder.text("elsewhere"), folder.text("a.log")), ("one\n".into(), "two\n".into()));
}

#[test]
fn what_could_not_be_written_is_counted_and_told_later() {
    let folder = Folder::new("unwritten");
    let path = folder.file("in/a.log");
    let note = |lines| format!("{lines} lines are missing");
    append(&path, "one", note);
    append(&path, "two", note);
    fs::create_dir(folder.file("in")).unwrap();
    append(&path, "three", note);
    append(&path, "four", note);
    assert_eq!(folder.text("in/a.log"), "2 lines are missing\nthree\nfour\n");
}
