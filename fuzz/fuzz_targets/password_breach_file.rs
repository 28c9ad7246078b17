//! A file of breached passwords that was changed anywhere is an error or still knows its entries;
//! any other bytes are an error; an answer of a range service is read without panic, and knows a
//! password only when its digits stand there; a list that builds is one whose entries are found.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::SecretString;
use bartizan_password::{BreachFilter, BreachHash, RangeQuery};
use libfuzzer_sys::fuzz_target;

/// SHA-1 of "password".
const HASH: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";

static FILE: LazyLock<Vec<u8>> =
    LazyLock::new(|| built(&format!("{HASH}:1\n{}:1\n", "F".repeat(40))).expect("a sorted list"));

fuzz_target!(|input: (&[u8], Vec<(u16, u8)>, u16, &str)| {
    let (bytes, changes, cut, text) = input;
    let password = SecretString::from("password");

    assert!(BreachFilter::from_bytes(bytes.to_vec()).is_err());
    let with_start = [&b"bartizan\x01\0\x01\x10"[..], bytes, &[0; 4_096]].concat();
    let _opened = BreachFilter::from_bytes(with_start);

    let mut changed = FILE.clone();
    for (position, mask) in changes {
        let position = usize::from(position) % changed.len();
        changed[position] ^= mask;
    }
    changed.truncate(changed.len() - usize::from(cut) % changed.len());
    if let Ok(filter) = BreachFilter::from_bytes(changed) {
        assert_ne!(filter.contains(&password), Ok(false));
    }

    let seen = RangeQuery::for_password(&password).answer(text.as_bytes());
    if matches!(seen, Ok(Some(_))) {
        assert!(text.to_ascii_uppercase().contains(&HASH[5..]));
    }

    if let Some(file) = built(text) {
        let filter = BreachFilter::from_bytes(file).expect("just built");
        filter.check_whole().expect("just built");
        let listed = text.lines().any(|line| {
            let (hash, count) = line.split_once(':').expect("it was read as a list");
            hash.eq_ignore_ascii_case(HASH) && count.bytes().any(|digit| digit != b'0')
        });
        assert!(!listed || filter.contains(&password) == Ok(true));
    }
});

/// The file that a list becomes, if it is one.
fn built(list: &str) -> Option<Vec<u8>> {
    let name = format!("bartizan-fuzz-{}.filter", std::process::id());
    let path = std::env::temp_dir().join(name);
    BreachFilter::builder(BreachHash::Sha1).build_from_list(list.as_bytes(), &path).ok()?;
    let file = std::fs::read(&path).expect("it was just written");
    std::fs::remove_file(&path).expect("it was just read");
    Some(file)
}
