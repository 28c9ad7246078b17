use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::io;

use super::super::format::SHARD_ENTRIES;
use super::super::tests::{Folder, keys};
use super::*;
use crate::BreachFilter;

/// A sorted list of whole hashes that begin with these keys.
fn list_of(keys: &[u64], hash: BreachHash) -> String {
    let rest = "0".repeat(hash.hex_len().checked_sub(16).unwrap());
    let mut list = String::new();
    for key in keys {
        write!(list, "{key:016X}{rest}:3\r\n").unwrap();
    }
    list
}

fn builder<'a>() -> BreachFilterBuilder<'a> {
    BreachFilter::builder(BreachHash::Sha1)
}

/// Builds from `list` in a folder of its own, and says what lies there afterwards.
fn build_list(
    name: &str,
    builder: BreachFilterBuilder<'_>,
    list: &str,
) -> (Result<u64, BreachBuildError>, Vec<String>) {
    let folder = Folder::new(name);
    let built = builder.build_from_list(list.as_bytes(), folder.path().join("filter"));
    (built, folder.names())
}

/// A member of a list of either hash is found (asvs: V6.2.12).
#[test]
fn a_list_becomes_a_filter() {
    for hash in [BreachHash::Sha1, BreachHash::Ntlm] {
        let folder = Folder::new("list");
        let path = folder.path().join("filter");
        let password = bartizan_core::SecretString::from("correct horse battery staple");
        let mut keys = keys(1, 2_000);
        keys.push(hash.key(&password));
        keys.sort_unstable();
        let list = list_of(&keys, hash);
        let built = BreachFilter::builder(hash).build_from_list(list.as_bytes(), &path);
        assert_eq!(built, Ok(2_001));

        let filter = BreachFilter::open(&path).unwrap();
        assert_eq!((filter.entries(), filter.hash()), (2_001, hash));
        filter.check_whole().unwrap();
        assert_eq!(filter.contains(&password), Ok(true));
        assert!(keys.iter().all(|key| filter.contains_key(*key).unwrap()));
        assert_eq!(folder.names(), ["filter"]);
    }
}

#[test]
fn a_folder_of_ranges_gives_the_same_file_as_a_list() {
    let folder = Folder::new("folder");
    let ranges = folder.path().join("ranges");
    fs::create_dir(&ranges).unwrap();
    let mut keys = keys(2, 300);
    // Several in one range, and the first and the last range.
    keys.extend([0, 1, 1 << 43, (1 << 44) - 1, u64::MAX - 1, u64::MAX]);
    keys.sort_unstable();
    let list = list_of(&keys, BreachHash::Sha1);
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for line in list.lines() {
        let (range, rest) = line.split_at(5);
        writeln!(files.entry(range).or_default(), "{rest}").unwrap();
    }
    for (number, (range, lines)) in files.into_iter().enumerate() {
        let extension = if number % 2 == 0 { "" } else { ".txt" };
        fs::write(ranges.join(format!("{range}{extension}")), lines).unwrap();
    }
    fs::write(ranges.join("README"), "not a range").unwrap();

    let paths = ["a", "b"].map(|name| folder.path().join(name));
    let from_list = builder().build_from_list(list.as_bytes(), &paths[0]);
    let from_folder = builder().accept_missing_ranges().build_from_folder(&ranges, &paths[1]);
    assert_eq!((from_list, from_folder), (Ok(306), Ok(306)));
    assert!(fs::read(&paths[0]).unwrap() == fs::read(&paths[1]).unwrap());
}

#[test]
fn a_missing_or_empty_range_is_an_error() {
    let folder = Folder::new("missing-range");
    let path = folder.path().join("filter");
    let ranges = folder.path().join("ranges");
    fs::create_dir(&ranges).unwrap();
    let line = format!("{}:1\n", "A".repeat(35));
    let missing = |range| Err(BreachBuildError::MissingRange { range });
    let build = || builder().build_from_folder(&ranges, &path);

    assert_eq!(build(), missing(0));
    for range in [0, 1, 3] {
        fs::write(ranges.join(format!("{range:05X}.txt")), &line).unwrap();
    }
    assert_eq!(build(), missing(2));
    fs::write(ranges.join("00002"), &line).unwrap();
    assert_eq!(build(), missing(4));
    assert_eq!(builder().accept_missing_ranges().build_from_folder(&ranges, &path), Ok(4));

    // A whole download would have a million files, so the check of one is asked directly.
    let mut writer = ShardWriter::new(Vec::new(), FalsePositives::OneIn65536).unwrap();
    assert_eq!(builder().add(&mut writer, &b""[..], Some(4)), missing(4).map(|_: u64| ()));
    assert_eq!(builder().accept_missing_ranges().add(&mut writer, &b""[..], Some(4)), Ok(()));
}

#[test]
fn what_was_seen_too_rarely_is_left_out() {
    let line = |digit: char, count: &str| format!("{}:{count}\n", digit.to_string().repeat(40));
    let list = [line('1', "0"), line('2', "1"), line('3', "9"), line('4', "10")].concat();
    for (min_count, entries) in [(1, 3), (2, 2), (10, 1)] {
        let (built, _) = build_list("rare", builder().min_count(min_count), &list);
        assert_eq!(built, Ok(entries));
    }
    let (built, left) = build_list("rare", builder().min_count(11), &list);
    assert_eq!((built, left.len()), (Err(BreachBuildError::Empty), 0));
}

#[test]
fn an_empty_list_does_not_build() {
    let (built, left) = build_list("empty", builder(), "");
    assert_eq!((built, left.len()), (Err(BreachBuildError::Empty), 0));
}

#[test]
fn an_entry_that_is_there_twice_counts_once() {
    let list = list_of(&[5, 5, 6], BreachHash::Sha1);
    assert_eq!(build_list("twice", builder(), &list).0, Ok(2));
}

#[test]
fn a_line_that_is_none_is_named() {
    let good = format!("{}:1", "0".repeat(40));
    for bad in [
        String::new(),
        "x".to_owned(),
        "1".repeat(40),
        format!("{}:", "1".repeat(40)),
        format!("{}:x", "1".repeat(40)),
        format!("{}:-1", "1".repeat(40)),
        format!("{}:1 ", "1".repeat(40)),
        format!("{};1", "1".repeat(40)),
        format!("{}:1", "1".repeat(39)),
        format!("{}:1", "1".repeat(41)),
        format!("{}:1", "1".repeat(32)),
        format!("{}g:1", "1".repeat(39)),
        format!("g{}:1", "1".repeat(39)),
        format!("{}:{}", "1".repeat(40), u128::MAX),
        format!("{}:{}1", "1".repeat(40), "0".repeat(100)),
        "1".repeat(1 << 20),
    ] {
        let list = format!("{good}\r\n{bad}\n{good}\n");
        let (built, left) = build_list("malformed", builder(), &list);
        let expected = BreachBuildError::MalformedLine { line: 2, range: None };
        assert_eq!((built, left.len()), (Err(expected), 0), "{bad:.60}");
    }
}

#[test]
fn a_list_out_of_order_is_refused() {
    let list = list_of(&[7, 8, 2], BreachHash::Sha1);
    let (built, left) = build_list("unsorted", builder(), &list);
    let expected = BreachBuildError::Unsorted { line: 3, range: None };
    assert_eq!((built, left.len()), (Err(expected), 0));
}

#[test]
fn a_failed_build_leaves_the_file_of_before() {
    let folder = Folder::new("atomic");
    let path = folder.path().join("filter");
    fs::write(&path, "of before").unwrap();
    assert!(builder().build_from_list(&b"nonsense\n"[..], &path).is_err());
    assert_eq!(fs::read(&path).unwrap(), b"of before");

    // Nor does what another build left behind hinder this one.
    let stale = folder.path().join(format!("filter.{}-0.new", std::process::id()));
    fs::write(&stale, "unfinished").unwrap();
    let list = list_of(&[1, 2], BreachHash::Sha1);
    assert_eq!(builder().build_from_list(list.as_bytes(), &path), Ok(2));
    assert_eq!(BreachFilter::open(&path).unwrap().entries(), 2);
    assert_eq!(fs::read(&stale).unwrap(), b"unfinished");
}

#[test]
fn a_file_that_is_not_to_be_had_is_an_error() {
    let folder = Folder::new("io");
    let nowhere = folder.path().join("none").join("filter");
    let not_found = Err(BreachBuildError::Io(io::ErrorKind::NotFound));
    assert_eq!(builder().build_from_list(&b""[..], &nowhere), not_found);
    assert_eq!(builder().build_from_folder(folder.path().join("none"), &nowhere), not_found);
    assert!(builder().build_from_list(&b""[..], folder.path().join("..")).is_err());
}

#[test]
fn progress_is_told_once_a_shard() {
    let mut told = Vec::new();
    let mut progress = |entries| told.push(entries);
    let mut builder = builder().progress(&mut progress);
    let mut writer = ShardWriter::new(io::sink(), FalsePositives::OneIn256).unwrap();
    // All but the last line of a shard, without the text.
    for key in 0..SHARD_ENTRIES as u64 - 1 {
        assert!(!writer.push(key).unwrap());
    }
    let list = list_of(&[SHARD_ENTRIES as u64, SHARD_ENTRIES as u64 + 1], BreachHash::Sha1);
    builder.add(&mut writer, list.as_bytes(), None).unwrap();
    assert_eq!(told, [SHARD_ENTRIES as u64]);
}
