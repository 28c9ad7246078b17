use std::fs;
use std::sync::Barrier;
use std::thread;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{
    KeyGenerator, KeyMaterial, KeyState, RandomUnavailable, SecretBytes, SecretString, UnixTime,
    danger,
};
use tempfile::TempDir;

use super::*;
use crate::kek::{LocalKeyFile, Passphrase};
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

/// asvs: V11.3.3, of the keyring at rest: what loads after a change is what was saved.
#[test]
fn every_flipped_bit_is_refused_or_means_the_same() {
    let (_folder, file) = place();
    let keyring = Keyring::create(NOW, &generator()).unwrap();
    let keyring = keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    file.create(&keyring).unwrap();
    let content = fs::read(file.path()).unwrap();
    let mut same = 0;
    for bit in 0..content.len() * 8 {
        let mut flipped = content.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        match document::decode::<SealingKey>(&flipped, &*file.kek) {
            Ok(loaded) => {
                assert_same(&loaded, &keyring);
                assert!(content[bit / 8].is_ascii_whitespace(), "bit {bit}");
                same += 1;
            }
            Err(
                KeyringFileError::Damaged
                | KeyringFileError::UnsupportedVersion
                | KeyringFileError::WrongPurpose
                | KeyringFileError::WrongProvider
                | KeyringFileError::WrongKey,
            ) => {}
            Err(other) => panic!("bit {bit}: {other:?}"),
        }
    }
    assert!(same < content.len(), "{same}");
}

#[test]
fn every_truncation_is_damage() {
    let (_folder, file) = place();
    file.create(&eventful_keyring()).unwrap();
    let content = fs::read(file.path()).unwrap();
    // The last byte ends the line.
    for len in 0..content.len() - 1 {
        fs::write(file.path(), &content[..len]).unwrap();
        let loaded = file.load::<SealingKey>();
        assert_eq!(loaded.err(), Some(KeyringFileError::Damaged), "{len}");
    }
}

#[test]
fn what_is_no_document_is_damage() {
    let (_folder, file) = place();
    file.create(&eventful_keyring()).unwrap();
    let text = fs::read_to_string(file.path()).unwrap();
    let bytes = |text: &str| text.as_bytes().to_vec();
    for content in [
        vec![0xff; 64],
        bytes("null"),
        bytes("[1]"),
        bytes(&"[".repeat(100_000)),
        bytes(&text.replacen('{', "{\"extra\": 1, ", 1)),
        bytes(&text.replacen("\"id\"", "\"extra\": 1, \"id\"", 1)),
        bytes(&text.replacen("\"version\": 1", "\"version\": 1, \"version\": 1", 1)),
        bytes(&text.replacen("\"version\": 1", "\"version\": \"1\"", 1)),
        bytes(&text.replacen("\"version\": 1", "\"version\": -1", 1)),
        bytes(&format!("{text}{text}")),
    ] {
        fs::write(file.path(), content).unwrap();
        assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::Damaged));
    }
}

/// Whoever edits the metadata holds no key, however well formed the result is.
#[test]
fn edited_metadata_is_damage() {
    let (_folder, file) = place();
    let keyring = eventful_keyring();
    file.create(&keyring).unwrap();
    let text = fs::read_to_string(file.path()).unwrap();
    let generation = format!("\"generation\": {}", keyring.generation());
    let edit = |change: &dyn Fn(&mut Vec<serde_json::Value>)| {
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        change(json["keys"].as_array_mut().unwrap());
        json.to_string()
    };
    for edited in [
        text.replace(&generation, "\"generation\": 99"),
        text.replace("\"compromised\"", "\"deactivated\""),
        text.replace("\"active\"", "\"x\"")
            .replace("\"deactivated\"", "\"active\"")
            .replace("\"x\"", "\"deactivated\""),
        text.replace("1700000000", "1700000001"),
        edit(&|keys| drop(keys.remove(0))),
        edit(&|keys| drop(keys.pop())),
        edit(&|keys| keys.swap(0, 1)),
        edit(&|keys| keys.clear()),
        edit(&|keys| {
            let sealed = keys[1]["sealed"].take();
            keys[1]["sealed"] = keys[2]["sealed"].take();
            keys[2]["sealed"] = sealed;
        }),
    ] {
        assert_ne!(edited, text);
        fs::write(file.path(), &edited).unwrap();
        assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::Damaged), "{edited}");
    }
}

#[test]
fn layout_does_not_matter() {
    let (_folder, file) = place();
    let keyring = eventful_keyring();
    file.create(&keyring).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap();
    fs::write(file.path(), json.to_string()).unwrap();
    assert_same(&file.load().unwrap(), &keyring);
}

/// Two files under the same key-encryption key do not exchange parts.
#[test]
fn parts_of_another_file_are_damage() {
    let (folder, file) = place();
    let other = KeyringFile { path: folder.path().join("other"), ..file.clone() };
    let keyring = eventful_keyring();
    file.create(&keyring).unwrap();
    other.create(&keyring).unwrap();
    let read = |file: &KeyringFile| -> serde_json::Value {
        serde_json::from_slice(&fs::read(file.path()).unwrap()).unwrap()
    };
    for part in ["kek", "keys", "seal"] {
        let mut mixed = read(&file);
        mixed[part] = read(&other)[part].take();
        fs::write(folder.path().join("mixed"), mixed.to_string()).unwrap();
        let mixed = KeyringFile { path: folder.path().join("mixed"), ..file.clone() };
        assert_eq!(mixed.load::<SealingKey>().err(), Some(KeyringFileError::Damaged), "{part}");
    }
}

#[test]
fn a_later_version_is_refused_before_it_is_understood() {
    let (_folder, file) = place();
    file.create(&eventful_keyring()).unwrap();
    fs::write(file.path(), "{\"version\": 2, \"everything\": \"else\"}").unwrap();
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::UnsupportedVersion));
}

#[test]
fn a_file_of_another_purpose_is_refused() {
    struct Pepper(SecretBytes);
    impl KeyMaterial for Pepper {
        const PURPOSE: &'static str = "pepper";
    }
    impl ExportKey for Pepper {
        fn export(&self) -> SecretBytes {
            SecretBytes::from(self.0.expose())
        }
        fn import(material: &SecretBytes) -> Option<Self> {
            Some(Self(SecretBytes::from(material.expose())))
        }
    }
    let (_folder, file) = place();
    file.create(&eventful_keyring()).unwrap();
    assert_eq!(file.load::<Pepper>().err(), Some(KeyringFileError::WrongPurpose));
    // The name alone does not help: the document key is bound to it.
    let text = fs::read_to_string(file.path()).unwrap();
    fs::write(file.path(), text.replace("\"sealing\"", "\"pepper\"")).unwrap();
    assert_eq!(file.load::<Pepper>().err(), Some(KeyringFileError::Damaged));
}

#[test]
fn a_key_that_does_not_import_is_named() {
    struct Picky(SecretBytes);
    impl KeyMaterial for Picky {
        const PURPOSE: &'static str = "picky";
    }
    impl ExportKey for Picky {
        fn export(&self) -> SecretBytes {
            SecretBytes::from(self.0.expose())
        }
        fn import(_: &SecretBytes) -> Option<Self> {
            None
        }
    }
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, |random| SecretBytes::random(8, random).map(Picky));
    let (_folder, file) = place();
    let keyring = Keyring::create(NOW, &generator).unwrap();
    file.create(&keyring).unwrap();
    let expected = KeyringFileError::UnusableKey(keyring.primary().0);
    assert_eq!(file.load::<Picky>().err(), Some(expected));
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

#[test]
fn another_key_file_is_the_wrong_key() {
    let (folder, file) = place();
    file.create(&eventful_keyring()).unwrap();
    let before = fs::read(file.path()).unwrap();
    let kek = LocalKeyFile::create(folder.path().join("kek2"), &SystemRandom::new()).unwrap();
    let other = KeyringFile::new(file.path(), Arc::new(kek));
    let keyring = file.load::<SealingKey>().unwrap();
    let next = keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    assert_eq!(other.load::<SealingKey>().err(), Some(KeyringFileError::WrongKey));
    assert_eq!(other.save(&keyring, &next), Err(KeyringFileError::WrongKey));
    assert_eq!(fs::read(file.path()).unwrap(), before);
}

/// asvs: V11.4.4, of a keyring protected by a passphrase: its salt and cost stand in the file.
#[test]
fn only_the_right_passphrase_opens() {
    let kek = |text| {
        let kek = Passphrase::new(SecretString::from(text)).unwrap();
        Arc::new(kek.cost(19_456, 2).unwrap())
    };
    let (_folder, key_file) = place();
    let file = KeyringFile::new(key_file.path(), kek("correct horse battery"));
    let keyring = eventful_keyring();
    file.create(&keyring).unwrap();
    assert_same(&file.load().unwrap(), &keyring);
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(text.contains("\"parameters\": \"$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");

    let wrong = KeyringFile::new(file.path(), kek("correct horse batterz"));
    assert_eq!(wrong.load::<SealingKey>().err(), Some(KeyringFileError::WrongKey));
    assert_eq!(key_file.load::<SealingKey>().err(), Some(KeyringFileError::WrongProvider));

    fs::write(file.path(), text.replace("m=19456", "m=4096")).unwrap();
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::Refused));
    fs::write(file.path(), text.replace("m=19456", "m=4000000")).unwrap();
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::Refused));
}

#[test]
fn an_existing_file_is_never_replaced_by_a_new_one() {
    let (_folder, file) = place();
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::NotFound));
    fs::write(file.path(), "precious").unwrap();
    assert_eq!(file.create(&eventful_keyring()), Err(KeyringFileError::AlreadyExists));
    assert_eq!(file.load::<SealingKey>().err(), Some(KeyringFileError::Damaged));
    let keyring = eventful_keyring();
    assert_eq!(file.save(&keyring, &keyring), Err(KeyringFileError::Damaged));
    assert_eq!(fs::read(file.path()).unwrap(), b"precious");
}

#[test]
fn of_many_that_create_at_once_one_does() {
    let (_folder, file) = place();
    let barrier = Barrier::new(8);
    let created: Vec<_> = thread::scope(|scope| {
        let create = || {
            let keyring = Keyring::create(NOW, &generator()).unwrap();
            let _waited = barrier.wait();
            file.create(&keyring).map(|()| keyring)
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let winners: Vec<_> = created.iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_same(&file.load().unwrap(), winners[0]);
    for refused in created.iter().filter_map(|created| created.as_ref().err()) {
        assert_eq!(*refused, KeyringFileError::AlreadyExists);
    }
}

#[test]
fn of_many_that_save_at_once_one_does() {
    let (_folder, file) = place();
    file.create(&Keyring::create(NOW, &generator()).unwrap()).unwrap();
    for generation in 1..=5 {
        let current = file.load::<SealingKey>().unwrap();
        assert_eq!(current.generation(), generation);
        let barrier = Barrier::new(8);
        let won = thread::scope(|scope| {
            let save = || {
                let next = current.rotate(NOW, &generator()).unwrap().into_keyring();
                let _waited = barrier.wait();
                file.save(&current, &next)
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(save)).collect();
            let saved = threads.into_iter().map(|thread| thread.join().unwrap());
            saved.flatten().count()
        });
        assert_eq!(won, 1);
    }
}

#[test]
fn only_what_the_file_holds_is_replaced() {
    let (_folder, file) = place();
    let first = Keyring::create(NOW, &generator()).unwrap();
    let rotate = |keyring: &Keyring<_>| keyring.rotate(NOW, &generator()).unwrap().into_keyring();
    let (second, other_second) = (rotate(&first), rotate(&first));
    let third_of_other = rotate(&other_second);
    assert_eq!(file.save(&first, &second), Err(KeyringFileError::NotFound));
    file.create(&first).unwrap();

    let conflict = |on_disk, expected| Err(KeyringFileError::Conflict { on_disk, expected });
    assert_eq!(file.save(&second, &rotate(&second)), conflict(1, 2));
    file.save(&first, &second).unwrap();
    assert_eq!(file.save(&first, &other_second), conflict(2, 1));
    // The same number, but not the same keys.
    assert_eq!(file.save(&other_second, &third_of_other), conflict(2, 2));
    // Backwards, or sideways.
    assert_eq!(file.save(&second, &first), conflict(2, 2));
    assert_eq!(file.save(&second, &other_second), conflict(2, 2));
    assert_same(&file.load().unwrap(), &second);

    let before = fs::read(file.path()).unwrap();
    assert_eq!(file.save(&second, &second), Ok(()));
    assert_eq!(fs::read(file.path()).unwrap(), before, "nothing changed, nothing is written");
}

#[test]
fn an_old_copy_is_noticed() {
    let (_folder, file) = place();
    let first = Keyring::create(NOW, &generator()).unwrap();
    file.create(&first).unwrap();
    let old = fs::read(file.path()).unwrap();
    let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
    file.save(&first, &second).unwrap();
    fs::write(file.path(), old).unwrap();
    let older = KeyringFileError::OlderThanExpected { on_disk: 1, expected: 2 };
    assert_eq!(file.load_at_least::<SealingKey>(2).err(), Some(older));
    assert_eq!(file.load_at_least::<SealingKey>(1).unwrap().generation(), 1);
    let third = second.rotate(NOW, &generator()).unwrap().into_keyring();
    let conflict = KeyringFileError::Conflict { on_disk: 1, expected: 2 };
    assert_eq!(file.save(&second, &third), Err(conflict));
}

/// What a killed process leaves: half of a new file, or, killed while creating, a second name of
/// the file itself.
#[test]
fn what_a_crash_left_behind_does_not_disturb() {
    let (folder, file) = place();
    let left_behind = folder.path().join("keyring.new");
    fs::write(&left_behind, "{\"version\": 1, \"purp").unwrap();
    let first = Keyring::create(NOW, &generator()).unwrap();
    file.create(&first).unwrap();
    assert!(!left_behind.exists());

    fs::hard_link(file.path(), &left_behind).unwrap();
    assert_same(&file.load().unwrap(), &first);
    let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
    file.save(&first, &second).unwrap();
    assert_same(&file.load().unwrap(), &second);
    assert!(!left_behind.exists());
}

#[test]
fn without_randomness_nothing_is_written() {
    #[derive(Debug)]
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
    let (_folder, file) = place();
    let first = Keyring::create(NOW, &generator()).unwrap();
    file.create(&first).unwrap();
    let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
    let broken = file.clone().with_random(Arc::new(Broken));
    assert_eq!(broken.save(&first, &second), Err(KeyringFileError::Unavailable));
    assert_same(&file.load().unwrap(), &first);
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

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn files_are_owner_only() {
        let (folder, file) = place();
        let first = Keyring::create(NOW, &generator()).unwrap();
        file.create(&first).unwrap();
        assert_eq!(mode(file.path()), 0o600);
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
        let second = first.rotate(NOW, &generator()).unwrap().into_keyring();
        file.save(&first, &second).unwrap();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let (folder, file) = place();
        let folder = KeyringFile { path: folder.path().to_owned(), ..file };
        let refused = KeyringFileError::Io(io::ErrorKind::InvalidInput);
        assert_eq!(folder.load::<SealingKey>().err(), Some(refused));
    }
}
