//! What is not exactly what was written does not load.

use bartizan_core::SecretString;

use super::*;
use crate::kek::Passphrase;

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
