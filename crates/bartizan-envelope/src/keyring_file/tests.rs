mod damage;
mod provided;
mod writing;

use std::fs;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyGenerator, KeyMaterial, KeyState, SecretBytes, UnixTime, danger};
use tempfile::TempDir;

use super::*;
use crate::kek::LocalKeyFile;
use crate::sealing_key::SealingKey;

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

fn generator() -> KeyGenerator<'static, SealingKey> {
    static RANDOM: SystemRandom = SystemRandom::new();
    KeyGenerator::new(&RANDOM, SealingKey::generate)
}

/// A folder with a key file and, beside it, room for a keyring.
fn place() -> (TempDir, KeyringFile) {
    let folder = tempfile::tempdir().unwrap();
    let kek = LocalKeyFile::create(folder.path().join("kek"), &SystemRandom::new()).unwrap();
    let file = KeyringFile::new(folder.path().join("keyring"), Arc::new(kek));
    (folder, file)
}

/// One key in each state, the last one destroyed.
fn eventful_keyring() -> Keyring<SealingKey> {
    let mut keyring = Keyring::create(NOW, &generator()).unwrap();
    let mut ids = vec![keyring.primary().0];
    for _ in 0..3 {
        keyring = keyring.rotate(NOW, &generator()).unwrap().into_keyring();
        ids.push(keyring.primary().0);
    }
    keyring = keyring.compromise(ids[1], NOW, &generator()).unwrap().into_keyring();
    keyring = keyring.destroy(ids[0], NOW).unwrap().into_keyring();
    keyring.publish(NOW, &generator()).unwrap().into_keyring()
}

fn materials(keyring: &Keyring<SealingKey>) -> Vec<Option<Vec<u8>>> {
    let material = |id| danger::key_in_any_state(keyring, id).map(ExportKey::export);
    let bytes = |secret: SecretBytes| secret.expose().to_vec();
    keyring.records().map(|key| material(key.id()).map(bytes)).collect()
}

fn assert_same(left: &Keyring<SealingKey>, right: &Keyring<SealingKey>) {
    assert!(same(left, right), "{left:?} {right:?}");
    assert_eq!(left.primary().0, right.primary().0);
    let sorted = |keyring| {
        let mut materials = materials(keyring);
        materials.sort();
        materials
    };
    assert_eq!(sorted(left), sorted(right));
}

/// asvs: V13.3.4, that states and times of keys outlive the process.
#[test]
fn every_state_comes_back() {
    let (_folder, file) = place();
    let keyring = eventful_keyring();
    let states: Vec<_> = keyring.records().map(KeyRecord::state).collect();
    assert!(KeyState::ALL.iter().all(|state| states.contains(state)));
    file.create(&keyring).unwrap();
    assert_same(&file.load().unwrap(), &keyring);
    assert_same(&file.load_at_least(keyring.generation()).unwrap(), &keyring);
}

#[test]
fn metadata_is_readable_and_secrets_are_not() {
    let (_folder, file) = place();
    let keyring = eventful_keyring();
    file.create(&keyring).unwrap();
    let text = fs::read_to_string(file.path()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["purpose"], "sealing");
    assert_eq!(json["generation"], keyring.generation());
    assert_eq!(json["kek"]["provider"], "key-file");
    for (stored, key) in json["keys"].as_array().unwrap().iter().zip(keyring.records()) {
        assert_eq!(stored["id"], key.id().to_string());
        assert_eq!(stored["state"], key.state().name());
        assert_eq!(stored["since"], NOW.as_secs());
    }
    for material in materials(&keyring).into_iter().flatten() {
        assert!(!text.contains(&bartizan_core::base64url::encode(&material)[..40]));
        assert!(!text.contains(&bartizan_core::hex::encode(&material)));
    }
}

struct Huge;
impl KeyMaterial for Huge {
    const PURPOSE: &'static str = "huge";
}
impl ExportKey for Huge {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(vec![0; 1 << 20])
    }
    fn import(_: &SecretBytes) -> Option<Self> {
        Some(Self)
    }
}

#[test]
fn what_is_too_long_is_neither_read_nor_written() {
    let (_folder, file) = place();
    file.create(&eventful_keyring()).unwrap();
    let mut content = fs::read(file.path()).unwrap();
    content.resize(KeyringFile::MAX_LEN, b' ');
    fs::write(file.path(), &content).unwrap();
    assert!(file.load::<SealingKey>().is_ok());
    content.push(b' ');
    fs::write(file.path(), &content).unwrap();
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::TooLong));

    let random = SystemRandom::new();
    let (_folder, file) = place();
    let keyring = Keyring::create(NOW, &KeyGenerator::new(&random, |_| Ok(Huge))).unwrap();
    assert_eq!(file.create(&keyring), Err(KeyringFileError::TooLong));
    assert!(!file.path().exists());
}

#[test]
fn a_full_keyring_fits() {
    let (_folder, file) = place();
    let mut keyring = Keyring::create(NOW, &generator()).unwrap();
    for _ in 1..Keyring::<SealingKey>::MAX_KEYS {
        keyring = keyring.publish(NOW, &generator()).unwrap().into_keyring();
    }
    file.create(&keyring).unwrap();
    assert_same(&file.load().unwrap(), &keyring);
}

/// The format never changes: what was written once loads for ever.
#[test]
fn reads_what_the_first_version_wrote() {
    let random = PredictableRandom::from_seed(1);
    let folder = tempfile::tempdir().unwrap();
    let kek = LocalKeyFile::create(folder.path().join("kek"), &random).unwrap();
    let file = KeyringFile::new(folder.path().join("keyring"), Arc::new(kek))
        .with_random(Arc::new(PredictableRandom::from_seed(2)));
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    let first = Keyring::create(NOW, &generator).unwrap();
    let second = first.rotate(NOW, &generator).unwrap().into_keyring();
    let third = second.destroy(first.primary().0, NOW).unwrap().into_keyring();
    file.create(&third).unwrap();
    let stored = include_str!("../../tests/vectors/keyring-v1.json");
    assert_eq!(fs::read_to_string(file.path()).unwrap(), stored);
    assert_same(&file.load().unwrap(), &third);
}
