//! The pages in `docs/`: their links lead somewhere, the profiles in them are read by the library, and each page has its
//! counterpart in the other language, with the same code in it.

mod support;

use std::collections::BTreeSet;
use std::ffi::CString;
use std::fs;
use std::path::{Path, PathBuf};

use erptoken::abi::constants::ERPTOKEN_OK;
use erptoken::abi::{accounts, errors};
use support::Folder;

fn pages(folder: &str) -> Vec<PathBuf> {
    let folder = support::project().join(folder);
    let mut pages: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    assert!(!pages.is_empty(), "no pages in {}", folder.display());
    pages
}

fn all_pages() -> Vec<PathBuf> {
    let mut all = pages("docs");
    all.extend(pages("docs/pt-BR"));
    all.push(support::project().join("profiles/README.md"));
    all
}

/// The blocks of code in that language.
fn blocks(page: &Path, language: &str) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let begin = format!("```{language}\n");
    text.split(&begin).skip(1).map(|after| after.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// As a page's heading is linked to.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            letter if letter.is_alphanumeric() => Some(letter),
            _ => None,
        })
        .collect()
}

#[test]
fn links_lead_somewhere() {
    for page in all_pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).map(|after| after.split(')').next().unwrap_or_default()) {
            if link.starts_with("http") {
                continue;
            }
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(target.exists(), "{}: {link}", page.display());
            if !place.is_empty() {
                let there = fs::read_to_string(&target).unwrap();
                let anchors: BTreeSet<String> =
                    there.lines().filter(|line| line.starts_with('#')).map(anchor).collect();
                assert!(anchors.contains(place), "{}: {link}", page.display());
            }
        }
    }
}

#[test]
fn each_page_has_its_counterpart_with_the_same_code() {
    let names = |folder| -> Vec<_> {
        pages(folder).iter().map(|page| page.file_name().unwrap().to_owned()).collect()
    };
    assert_eq!(names("docs"), names("docs/pt-BR"));
    for (english, portuguese) in pages("docs").iter().zip(pages("docs/pt-BR")) {
        for language in ["json", "sh", "ruby", "perl", "lua", "php", "abl", "clarion", "wlanguage"] {
            assert_eq!(blocks(english, language), blocks(&portuguese, language), "{}", english.display());
        }
        let headings = |page: &Path| {
            let text = fs::read_to_string(page).unwrap();
            text.lines()
                .filter(|line| line.starts_with('#'))
                .map(|line| line.split(' ').next().map(str::len))
                .collect::<Vec<_>>()
        };
        assert_eq!(headings(english), headings(&portuguese), "{}", english.display());
    }
}

#[test]
fn the_library_reads_the_profiles_in_the_pages() {
    let folder = Folder::new("docs-profiles");
    let mut read = 0;
    for page in all_pages() {
        for (number, block) in blocks(&page, "json").iter().enumerate() {
            if !block.contains("\"erptoken_profile\"") {
                // A part of one, for the eye.
                continue;
            }
            let path = folder.join("profile.json");
            fs::write(&path, block).unwrap();
            let path = CString::new(path.to_str().unwrap()).unwrap();
            let mut account = 0;
            // SAFETY: a text that ends with NUL, and a place for a handle.
            let status = unsafe { accounts::erptoken_open(path.as_ptr(), &mut account) };
            let mut text = [0; 1201];
            let mut size = 1201;
            // SAFETY: the buffer has the size that is told.
            unsafe { errors::erptoken_error_text(text.as_mut_ptr(), &mut size) };
            let text: Vec<u8> = text.iter().map(|byte| *byte as u8).take_while(|byte| *byte != 0).collect();
            let text = String::from_utf8_lossy(&text);
            assert_eq!(status, ERPTOKEN_OK, "{}, block {number}: {text}", page.display());
            accounts::erptoken_close(account);
            read += 1;
        }
    }
    assert!(read >= 10, "{read}");
}
