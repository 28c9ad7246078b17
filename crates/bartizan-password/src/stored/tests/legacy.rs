//! What a user table of another system goes through: checked, wrapped, sealed, renewed.

use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, UnixTime};

use super::*;
use crate::argon2id::work::filled_kib;
use crate::error::{HashError, PepperError};
use crate::pepper::{Pepper, PepperKey, SealedHash};
use crate::{FirebaseProject, HashPool};

/// "password", by libxcrypt, passlib, Django and Werkzeug; the last as among the vectors of Drupal.
const ROWS: [(&str, LegacyScheme); 9] = [
    BCRYPT,
    ("$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", LegacyScheme::Md5Crypt),
    (
        "$6$rounds=1000$saltsaltsaltsalt$3.brVxJ/6VAQv6Cd3dm5xeNUkjPvlI9Eao6nz5O6JfSs2klDra/PNNFRXvu4MBsuD1w4JnIFFHaBvPRi2HqVn1",
        LegacyScheme::Sha2Crypt,
    ),
    (
        "$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$8nX7hwFEzIB8aPajJTYK8weHQc5Ngz0pFVAKvSu4jQA",
        LegacyScheme::Pbkdf2,
    ),
    (
        "pbkdf2_sha256$1000$saltsalt$E196ZhRPzw+wA84EjzHwJO1cv/MFJdO6C/sxmUeTYqY=",
        LegacyScheme::Pbkdf2,
    ),
    (
        "scrypt:32768:8:1$0HfuvLyOYj0cFIAK$b5fec25d7cc24eec33c9838c9f5b4d4a0b78dc81c3e6c6cbc0a9a1ef37211329968a0aa16a196cfb6ad5fec921f942588c500e7fe2c519a81371dc488f0f9be4",
        LegacyScheme::Scrypt,
    ),
    (
        "{SSHA512}9ZxHVj4YomwqqFiYKcIjExMLx2ZblYfXRGc4KMqbgvHq2+HOgwiTIi+eO/Uam/8D0beDAkGpvx14+UFlfBskLnNhbHRzYWx0",
        LegacyScheme::Ldap,
    ),
    ("$P$5saltsalt.dw5Zgkxy7Q/ZvpQhE5iw0", LegacyScheme::Phpass),
    ("$S$5B3XNsa3TZpUjWv4LqHywuBzidujrYhe2KOcCcIkigTI4BLUgmXU", LegacyScheme::Drupal7),
];
const BCRYPT: (&str, LegacyScheme) =
    ("$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm", LegacyScheme::Bcrypt);

fn secret_string(text: &str) -> SecretString {
    SecretString::from(text)
}

#[test]
fn a_row_of_another_system_verifies_and_is_renewed() {
    let (hasher, random) = (PasswordHasher::new(), SystemRandom::new());
    for (row, scheme) in ROWS {
        let stored: StoredHash = row.parse().unwrap();
        assert_eq!((stored.as_str(), stored.legacy_scheme()), (row, Some(scheme)));
        assert_eq!(verify(&stored), Ok(Some(RehashReason::Legacy)), "{row}");
        let wrong = hasher.verify(&secret_string("passwore"), Some(&stored));
        assert_eq!(wrong, Err(VerifyError::Mismatch), "{row}");
        let shown = format!("{stored:?}");
        assert!(shown.starts_with("StoredHash { legacy_scheme: ") && !shown.contains('$'));
        let refused = Pepper::new(keys()).seal(&stored, "user-7", &random).err();
        assert_eq!(refused, Some(PepperError::NotArgon2));
        assert_eq!(row.parse::<SealedHash>().err(), Some(StoredHashError::NotSealed), "{row}");
    }
}

#[test]
fn a_whole_table_is_wrapped_and_sealed_without_a_login() {
    let (hasher, random) = (PasswordHasher::new(), SystemRandom::new());
    let pool = HashPool::builder(hasher).workers(1).build().unwrap();
    let pepper = Pepper::new(keys());
    for (row, scheme) in ROWS {
        let wrapped = pool.wrap(&row.parse().unwrap(), &random).unwrap();
        let text = wrapped.as_str();
        assert!(text.starts_with("$argon2id-wrapped$v=19$m=19456,t=2,p=1,inner="), "{text}");
        assert!(!text.contains(&row[row.len() - 8..]), "the old digest is gone: {text}");

        let sealed = pepper.seal(&wrapped, "user-7", &random).unwrap();
        let sealed: SealedHash = sealed.as_str().parse().unwrap();
        let opened = pepper.open(&sealed, "user-7").unwrap();
        assert_eq!(opened.as_str(), text);
        for stored in [text.parse().unwrap(), opened] {
            assert_eq!(stored.legacy_scheme(), Some(scheme));
            assert_eq!(verify(&stored), Ok(Some(RehashReason::Legacy)), "{row}");
            let wrong = pool.verify(&secret_string("passwore"), Some(&stored));
            assert_eq!(wrong, Err(VerifyError::Mismatch), "{row}");
        }
        let again = hasher.wrap(&wrapped, &random).err();
        assert_eq!(again, Some(HashError::NotLegacy), "{row}");
    }
    let current = hasher.hash(&secret_string("password"), &random).unwrap();
    assert_eq!(hasher.wrap(&current, &random).err(), Some(HashError::NotLegacy));
}

/// What is inside counts for the limits, too.
#[test]
fn a_wrapped_row_is_read_as_strictly_as_any() {
    let wrapped = PasswordHasher::new().wrap(&BCRYPT.0.parse().unwrap(), &SystemRandom::new());
    let text = wrapped.unwrap().as_str().to_owned();
    let (head, rest) = text.split_once("inner=").unwrap();
    let (_, tail) = rest.split_once('$').unwrap();
    let with = |inner: &str| {
        let inner = data_encoding::BASE64_NOPAD.encode(inner.as_bytes());
        format!("{head}inner={inner}${tail}").parse::<StoredHash>().err()
    };
    assert_eq!(with("bcrypt:04:AAAAAAAAAAAAAAAAAAAAAA"), Some(StoredHashError::Malformed));
    assert_eq!(with("bcrypt:4:AAAAAAAAAAAAAAAAAAAAAA"), None);
    assert_eq!(with("bcrypt:16:AAAAAAAAAAAAAAAAAAAAAA"), Some(StoredHashError::TooCostly));
    assert_eq!(with("scrypt:20:8:1:64:AAAA"), Some(StoredHashError::TooCostly));
    assert_eq!(with("bcrypt:4"), Some(StoredHashError::Malformed));
    assert_eq!(with("rot13:4:AAAA"), Some(StoredHashError::Unsupported));
    assert_eq!(with(""), Some(StoredHashError::Malformed));

    let bare = text.replace("-wrapped", "");
    assert_eq!(bare.parse::<StoredHash>().err(), Some(StoredHashError::Malformed));
    let empty = format!("{}{tail}", head.replace(",inner=", "$").replace("p=1,", "p=1"));
    assert_eq!(empty.parse::<StoredHash>().err(), Some(StoredHashError::Malformed), "{empty}");
}

/// asvs: V6.2.8, the NUL: what older programs never saw is no part that does not count.
#[test]
fn nothing_may_follow_a_password_behind_a_nul() {
    let hasher = PasswordHasher::new();
    for (row, _) in ROWS {
        let stored: StoredHash = row.parse().unwrap();
        let wrapped = hasher.wrap(&stored, &SystemRandom::new()).unwrap();
        for stored in [stored, wrapped] {
            for longer in ["password\0", "password\0x", "\0password"] {
                let refused = hasher.verify(&secret_string(longer), Some(&stored));
                assert_eq!(refused, Err(VerifyError::Mismatch), "{row}");
            }
        }
    }
    // Of an empty password, by libxcrypt.
    let empty = "$1$saltsalt$5Jhcit4zN9UlGiA0txPkO0".parse::<StoredHash>().unwrap();
    for password in ["", "\0", "\0x"] {
        let refused = hasher.verify(&secret_string(password), Some(&empty));
        assert_eq!(refused, Err(VerifyError::Mismatch));
    }
}

/// The work of some schemes grows with the password. asvs: V6.3.8: how soon it is refused does not
/// tell whose hash is old.
#[test]
fn a_password_that_no_older_system_took_costs_what_nobodys_does() {
    let hasher = PasswordHasher::new();
    let (longest, long) = (secret_string(&"x".repeat(512)), secret_string(&"x".repeat(513)));
    for (row, _) in ROWS {
        let stored: StoredHash = row.parse().unwrap();
        let wrapped = hasher.wrap(&stored, &SystemRandom::new()).unwrap();
        for stored in [&stored, &wrapped] {
            let mut refused = None;
            let work = filled_kib(|| refused = hasher.verify(&long, Some(stored)).err());
            assert_eq!((refused, work), (Some(VerifyError::Mismatch), 2 * 19_456), "{row}");
        }
    }
    // Here it is looked at, and the work of a current hash comes on top.
    let work =
        filled_kib(|| assert!(hasher.verify(&longest, BCRYPT.0.parse().ok().as_ref()).is_err()));
    assert_eq!(work, 2 * 19_456);
    assert_eq!(hasher.verify(&long, None), Err(VerifyError::Mismatch));
}

/// The arena makes room: both together would be above what was checked.
#[test]
fn what_a_scheme_fills_is_counted_as_memory() {
    let row = ROWS[5].0;
    assert_eq!(row.parse::<StoredHash>().unwrap().memory_kib(), 32_770);
    let pool = HashPool::builder(PasswordHasher::new()).workers(1).memory_budget_kib(32_769);
    let refused =
        pool.build().unwrap().verify(&secret_string("password"), row.parse().ok().as_ref());
    assert_eq!(refused, Err(VerifyError::TooCostly));
}

/// From the documentation of firebase/scrypt.
#[test]
fn a_row_of_firebase_needs_its_project() {
    let key =
        "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    let project = FirebaseProject::new(&secret_string(key), "Bw==", 8, 14).unwrap();
    let hash =
        "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    let row = project.row("42xEC+ixf3L2lw==", hash).unwrap();
    let (hasher, limits) = (PasswordHasher::new(), StoredLimits::default());
    assert_eq!(row.parse::<StoredHash>().err(), Some(StoredHashError::NeedsSecret));

    let stored = StoredHash::parse_with_firebase(&row, &limits, &project).unwrap();
    let wrapped = hasher.wrap(&stored, &SystemRandom::new()).unwrap();
    let refused = wrapped.as_str().parse::<StoredHash>().err();
    assert_eq!(refused, Some(StoredHashError::NeedsSecret));
    let wrapped = StoredHash::parse_with_firebase(wrapped.as_str(), &limits, &project).unwrap();
    let password = secret_string("user1password");
    for stored in [&stored, &wrapped] {
        let verified = hasher.verify(&password, Some(stored)).unwrap();
        assert_eq!(verified.rehash_reason(), Some(RehashReason::Legacy));
        let wrong = hasher.verify(&secret_string("user2password"), Some(stored));
        assert_eq!(wrong, Err(VerifyError::Mismatch));
    }
    let pepper = Pepper::new(keys());
    let sealed = pepper.seal(&wrapped, "user-7", &SystemRandom::new()).unwrap();
    let refused = sealed.as_str().parse::<SealedHash>().err();
    assert_eq!(refused, Some(StoredHashError::NeedsSecret));
    let sealed = SealedHash::parse_with_firebase(sealed.as_str(), &limits, &project).unwrap();
    let opened = pepper.open(&sealed, "user-7").unwrap();
    assert!(hasher.verify(&password, Some(&opened)).is_ok());
    let other = StoredHash::parse_with_firebase(BCRYPT.0, &limits, &project).unwrap();
    assert_eq!(other.legacy_scheme(), Some(LegacyScheme::Bcrypt), "all others are read as well");
}

fn keys() -> SharedKeyring<PepperKey> {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, PepperKey::generate);
    SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap())
}
