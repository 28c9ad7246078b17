use bartizan_core::danger::ExportKey as _;
use bartizan_core::{KeyGenerator, RandomUnavailable, SecretString, SystemRandom, UnixTime};

use super::*;
use crate::argon2id::work::filled_kib;
use crate::error::{StoredHashError, VerifyError};
use crate::hasher::PasswordHasher;
use crate::verified::RehashReason;

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

fn generator(random: &SystemRandom) -> KeyGenerator<'_, PepperKey> {
    KeyGenerator::new(random, PepperKey::generate)
}

fn keys() -> SharedKeyring<PepperKey> {
    let random = SystemRandom::new();
    SharedKeyring::new(Keyring::create(NOW, &generator(&random)).unwrap())
}

fn rotate(keys: &SharedKeyring<PepperKey>) {
    let random = SystemRandom::new();
    let next = keys.snapshot().rotate(NOW, &generator(&random)).unwrap().into_keyring();
    keys.replace(next).unwrap();
}

fn password() -> SecretString {
    SecretString::from("correct horse battery staple")
}

fn hash() -> StoredHash {
    PasswordHasher::new().hash(&password(), &SystemRandom::new()).unwrap()
}

fn sealed(pepper: &Pepper) -> SealedHash {
    pepper.seal(&hash(), "user-7", &SystemRandom::new()).unwrap()
}

#[test]
fn what_was_sealed_is_read_back_opened_and_verified() {
    let pepper = Pepper::new(keys());
    let hash = hash();
    let row = pepper.seal(&hash, "user-7", &SystemRandom::new()).unwrap();
    assert!(row.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="));
    let read: SealedHash = row.as_str().parse().unwrap();
    assert_eq!(read.as_str(), row.as_str());
    assert_eq!(read.key_id(), row.key_id());

    let opened = pepper.open(&read, "user-7").unwrap();
    assert_eq!(opened.as_str(), hash.as_str(), "as before it was sealed");
    let verified = PasswordHasher::new().verify(&password(), Some(&opened)).unwrap();
    assert!(!verified.needs_rehash());
    let wrong = PasswordHasher::new().verify(&SecretString::from("wrong"), Some(&opened));
    assert_eq!(wrong, Err(VerifyError::Mismatch));
}

#[test]
fn the_tag_is_not_in_what_is_stored() {
    let (pepper, hash) = (Pepper::new(keys()), hash());
    let rows = [(); 2].map(|()| pepper.seal(&hash, "user-7", &SystemRandom::new()).unwrap());
    let tag = hash.as_str().rsplit('$').next().unwrap();
    assert!(rows.iter().all(|row| !row.as_str().contains(&tag[..8])));
    assert_ne!(rows[0].as_str(), rows[1].as_str(), "a nonce of its own each time");
}

#[test]
fn another_user_another_keyring_or_any_change_does_not_open() {
    let pepper = Pepper::new(keys());
    let row = sealed(&pepper);
    for user in ["", "user-8", "user-77", "USER-7"] {
        assert_eq!(pepper.open(&row, user).err(), Some(PepperError::Forged), "{user}");
    }
    let unknown = Some(PepperError::Key(KeyRefused::Unknown));
    assert_eq!(Pepper::new(keys()).open(&row, "user-7").err(), unknown);

    let mut opened = 0;
    for (at, bit) in (0..row.as_str().len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut bytes = row.as_str().as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        if let Ok(changed) = changed.parse::<SealedHash>() {
            assert!(pepper.open(&changed, "user-7").is_err(), "{}", changed.as_str());
            opened += 1;
        }
    }
    assert!(opened > 100, "most bits can be flipped unseen by the reader: {opened}");
}

/// The parameters are bound too: nobody makes the work cheaper, or says that it was normalized.
#[test]
fn the_parameters_are_bound() {
    let pepper = Pepper::new(keys());
    let row = sealed(&pepper);
    for (from, to) in [("m=19456", "m=19464"), ("t=2", "t=1"), ("argon2id", "argon2i")] {
        let changed: SealedHash = row.as_str().replace(from, to).parse().unwrap();
        assert_eq!(pepper.open(&changed, "user-7").err(), Some(PepperError::Forged), "{to}");
    }
}

#[test]
fn a_rotation_reseals_without_the_password() {
    let (keys, random) = (keys(), SystemRandom::new());
    let pepper = Pepper::new(keys.clone());
    let row = sealed(&pepper);
    assert!(pepper.reseal(&row, "user-7", &random).unwrap().is_none(), "under the primary already");

    rotate(&keys);
    let old = pepper.open(&row, "user-7").unwrap();
    let verified = PasswordHasher::new().verify(&password(), Some(&old)).unwrap();
    assert_eq!(verified.rehash_reason(), Some(RehashReason::OldPepper));

    let mut renewed = None;
    let work = filled_kib(|| renewed = pepper.reseal(&row, "user-7", &random).unwrap());
    assert_eq!(work, 0, "nothing is hashed");
    let renewed = renewed.unwrap();
    assert_eq!(renewed.key_id(), keys.snapshot().primary().0);
    assert_eq!(pepper.reseal(&row, "user-8", &random).err(), Some(PepperError::Forged));

    // The old key can go.
    let next = keys.snapshot().destroy(row.key_id(), NOW).unwrap().into_keyring();
    keys.replace(next).unwrap();
    assert!(matches!(pepper.open(&row, "user-7"), Err(PepperError::Key(_))));
    let opened = pepper.open(&renewed, "user-7").unwrap();
    let verified = PasswordHasher::new().verify(&password(), Some(&opened)).unwrap();
    assert!(!verified.needs_rehash());
}

#[test]
fn what_a_compromised_key_sealed_is_resealed_only_where_danger_is_said() {
    let (keys, random) = (keys(), SystemRandom::new());
    let pepper = Pepper::new(keys.clone());
    let row = sealed(&pepper);
    let next = keys.snapshot().compromise(row.key_id(), NOW, &generator(&random)).unwrap();
    keys.replace(next.into_keyring()).unwrap();

    let compromised = PepperError::Key(KeyRefused::Compromised);
    assert_eq!(pepper.open(&row, "user-7").err(), Some(compromised));
    assert_eq!(pepper.reseal(&row, "user-7", &random).err(), Some(compromised));
    let again = crate::danger::reseal_compromised(&pepper, &row, "user-7", &random);
    assert!(pepper.open(&again.unwrap().unwrap(), "user-7").is_ok());
    let other = crate::danger::reseal_compromised(&pepper, &row, "user-8", &random);
    assert_eq!(other.err(), Some(PepperError::Forged));
}

#[test]
fn a_sealed_row_and_a_bare_one_are_not_taken_for_each_other() {
    let (pepper, hash) = (Pepper::new(keys()), hash());
    let row = pepper.seal(&hash, "user-7", &SystemRandom::new()).unwrap();
    let refused = row.as_str().parse::<StoredHash>().err();
    assert_eq!(refused, Some(StoredHashError::Sealed));
    let limits = crate::StoredLimits::default();
    let with_secret = StoredHash::parse_with_secret(row.as_str(), &limits, [7; 32].into());
    assert_eq!(with_secret.err(), Some(StoredHashError::Sealed));

    for bare in [
        hash.as_str(),
        &hash.as_str().replace("p=1", "p=1,keyid=BwAAAQ"),
        "$2b$10$abcdefghijklmnopqrstuuXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    ] {
        assert_eq!(bare.parse::<SealedHash>().err(), Some(StoredHashError::NotSealed), "{bare}");
    }
    assert_eq!("".parse::<SealedHash>().err(), Some(StoredHashError::Malformed));
    let costly = row.as_str().replace("t=2", "t=11").parse::<SealedHash>().err();
    assert_eq!(costly, Some(StoredHashError::TooCostly));
}

#[test]
fn what_has_a_secret_of_its_own_is_not_sealed() {
    let (pepper, random) = (Pepper::new(keys()), SystemRandom::new());
    let limits = crate::StoredLimits::default();
    let imported = StoredHash::parse_with_secret(hash().as_str(), &limits, [7; 32].into()).unwrap();
    let refused = pepper.seal(&imported, "user-7", &random).err();
    assert_eq!(refused, Some(PepperError::NotArgon2));
}

#[test]
fn a_failing_source_of_randomness_seals_nothing() {
    #[derive(Debug)]
    struct Failing;
    impl Random for Failing {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
    let failed = Pepper::new(keys()).seal(&hash(), "user-7", &Failing);
    assert_eq!(failed.err(), Some(PepperError::RandomUnavailable));
}

#[test]
fn nothing_shows_a_key_or_a_tag() {
    let pepper = Pepper::new(keys());
    let row = sealed(&pepper);
    assert_eq!(format!("{pepper:?}"), "Pepper { .. }");
    let shown = format!("{row:?}");
    assert!(shown.starts_with("SealedHash { key_id: ") && shown.ends_with(", .. }"), "{shown}");
}

#[test]
fn only_32_bytes_are_a_key() {
    assert!(PepperKey::import(&[7; 32].into()).unwrap().export().ct_eq(&[7; 32]));
    for len in [0, 16, 31, 33, 64] {
        assert!(PepperKey::import(&vec![7; len].into()).is_none(), "{len}");
    }
}

/// The format does not change: HKDF-SHA-256 over key and salt, AES-256-GCM, the context as
/// written. Computed with Python's `cryptography` from the description in this module.
#[test]
fn the_format_is_pinned() {
    let key = PepperKey::import(&[0x0b; 32].into()).unwrap();
    let row = PINNED.parse::<SealedHash>().unwrap();
    let tag = open(&row, b"user-7", &key).unwrap();
    assert!(tag.ct_eq(&[0x0c; 32]));
}

const PINNED: &str = "$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAABw$DQ0NDQ0NDQ0NDQ0NDQ0NDQ$Dg4ODg4ODg4ODg4OTJ3QpJ0aICfx+1/voemdDy2q9sEQUvSJ7X1ZzzhtvFPrscbIiiKSUiBlk7Xt9dgl";
