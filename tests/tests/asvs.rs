//! A test that says which OWASP ASVS 5.0 requirement it proves, as `asvs: V9.1.2`, names one that
//! exists.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[test]
fn every_tag_names_a_requirement() {
    let Some(requirements) = requirements() else { return };
    let mut tags = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for folder in ["crates", "examples", "tests"] {
        collect(&root.join(folder), &mut tags);
    }
    assert!(tags.len() >= 30, "{} tags found", tags.len());
    for (tag, file) in tags {
        assert!(requirements.contains(&tag), "{}: there is no {tag}", file.display());
    }
}

/// The ids of the map that lies beside the corpora.
fn requirements() -> Option<BTreeSet<String>> {
    let folder = env::var_os("BARTIZAN_VECTORS");
    let Some(folder) = folder else {
        let under_ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        assert!(!under_ci, "BARTIZAN_VECTORS is not set, and this is CI");
        eprintln!("skipped: set BARTIZAN_VECTORS to the folder beside which asvs-map.csv lies");
        return None;
    };
    let map = fs::read_to_string(PathBuf::from(folder).join("../asvs-map.csv")).unwrap();
    let ids = map.lines().filter_map(|line| line.split(',').next());
    let ids: BTreeSet<_> = ids.filter(|id| id.starts_with('V')).map(str::to_owned).collect();
    assert_eq!(ids.len(), 345, "the map was cut short");
    Some(ids)
}

/// Finds what follows `asvs: ` in every source file, and where.
fn collect(folder: &Path, tags: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, tags);
        } else if path.extension() == Some(OsStr::new("rs")) && !path.ends_with("asvs.rs") {
            let text = fs::read_to_string(&path).unwrap();
            for after in text.split("asvs: ").skip(1) {
                let id = |c: char| c == 'V' || c == '.' || c.is_ascii_digit();
                let tag = after.split(|c| !id(c)).next().unwrap().trim_end_matches('.');
                tags.insert(tag.to_owned(), path.clone());
            }
        }
    }
}
