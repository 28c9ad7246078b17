use std::fs;
use std::path::{Path, PathBuf};

use super::write::ShardWriter;
use super::*;

/// Keys that look random, rise, and are all different.
pub(super) fn keys(seed: u64, count: u64) -> Vec<u64> {
    let mut keys: Vec<u64> = (1..=count)
        .map(|n| {
            let mixed = (n ^ (seed << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
        })
        .collect();
    keys.sort_unstable();
    keys
}

pub(super) fn file_of(keys: &[u64], false_positives: FalsePositives) -> Vec<u8> {
    let mut writer = ShardWriter::new(Vec::new(), false_positives).unwrap();
    for key in keys {
        let _written = writer.push(*key).unwrap();
    }
    let (header, mut bytes, _) = writer.finish(BreachHash::Sha1).unwrap();
    bytes[..header.len()].copy_from_slice(&header);
    bytes
}

/// A folder of a test's own, which goes away with it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let name = format!("bartizan-breach-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _none_before = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// The hashes of "password", as published everywhere, and those of a text that UTF-16 spells in
/// surrogates.
#[test]
fn a_password_has_the_key_that_its_hash_begins_with() {
    let key = |hash: BreachHash, password| hash.key(&SecretString::from(password));
    assert_eq!(key(BreachHash::Sha1, "password"), 0x5baa_61e4_c9b9_3f3f);
    assert_eq!(key(BreachHash::Ntlm, "password"), 0x8846_f7ea_ee8f_b117);
    assert_eq!(key(BreachHash::Ntlm, ""), 0x31d6_cfe0_d16a_e931);
    assert_eq!(key(BreachHash::Sha1, "pässwörd🔑"), 0x5a2a_05ba_bbd7_c9f1);
    assert_eq!(key(BreachHash::Ntlm, "pässwörd🔑"), 0xedfa_fdea_5649_89c6);
}
