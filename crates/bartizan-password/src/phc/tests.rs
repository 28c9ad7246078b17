use proptest::prelude::*;

use super::*;
use crate::error::VerifyError;
use crate::hasher::PasswordHasher;
use crate::stored::StoredHash;

/// "password" under "somesalt", from the reference implementation's test.c: a cheap one.
const ROW: &str =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
const SALT: &str = "c29tZXNhbHQ";
const TAG: &str = "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

fn read(text: &str) -> Result<StoredHash, StoredHashError> {
    text.parse()
}

fn refused(text: &str) -> StoredHashError {
    read(text).err().unwrap_or_else(|| panic!("{text} was read"))
}

fn with(params: &str, salt: &str, tag: &str) -> String {
    format!("$argon2id$v=19${params}${salt}${tag}")
}

#[test]
fn a_record_is_read_and_printed_as_it_is() {
    let stored = read(ROW).unwrap();
    assert_eq!(stored.as_str(), ROW);
    assert_eq!(stored.memory_kib(), 256);
    let (phc, tag) = Phc::read(ROW, &StoredLimits::default()).unwrap();
    assert!(phc.cost == Cost { memory_kib: 256, passes: 2, lanes: 1 });
    assert_eq!(phc.salt, b"somesalt");
    assert_eq!(tag.len(), 32);
}

#[test]
fn debug_shows_neither_salt_nor_tag() {
    let shown = format!("{:?}", read(ROW).unwrap());
    assert_eq!(shown, "StoredHash { memory_kib: 256, passes: 2, lanes: 1, .. }");
}

#[test]
fn a_record_truncated_anywhere_is_refused() {
    for end in 0..ROW.len() {
        let error = refused(&ROW[..end]);
        // A name or version cut short is another one.
        let cut_name = (2..="$argon2i".len()).contains(&end) || end == "$argon2id$v=1".len();
        assert!(error == Malformed || (error == Unsupported && cut_name), "{end}: {error:?}");
    }
}

/// A flipped bit is refused, or gives another record, under which the password is not the right
/// one: it never verifies, costs more than the limits, or panics.
#[test]
fn a_record_with_any_bit_flipped_never_verifies() {
    let hasher = PasswordHasher::new();
    let password = SecretString::from("password");
    assert!(hasher.verify(&password, Some(&read(ROW).unwrap())).is_ok());

    let mut read_back = 0;
    for (position, bit) in (0..ROW.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut bytes = ROW.as_bytes().to_vec();
        bytes[position] ^= 1 << bit;
        // What is not UTF-8 never arrives.
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if let Ok(stored) = read(&text) {
            read_back += 1;
            assert_eq!(stored.as_str(), text);
            assert_eq!(
                hasher.verify(&password, Some(&stored)),
                Err(VerifyError::Mismatch),
                "{text}"
            );
        }
    }
    assert!(read_back > 50, "most bits of salt and tag can be flipped unseen: {read_back}");
}

#[test]
fn other_algorithms_and_versions_are_unsupported() {
    for text in [
        format!("$argon2$v=19$m=256,t=2,p=1${SALT}${TAG}"),
        format!("$argon2id$v=16$m=256,t=2,p=1${SALT}${TAG}"),
        format!("$argon2id$v=20$m=256,t=2,p=1${SALT}${TAG}"),
        "$yescrypt$j9T$c29tZXNhbHQ$nf65EOgLrQMR".to_owned(),
        "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7".to_owned(),
    ] {
        assert_eq!(refused(&text), Unsupported, "{text}");
    }
}

#[test]
fn every_second_spelling_of_the_parameters_is_malformed() {
    for params in [
        "",
        "m=256",
        "m=256,t=2",
        "t=2,m=256,p=1",
        "m=256,p=1,t=2",
        "m=256,t=2,p=1,",
        "m=256,t=2,p=1,p=1",
        "m=256,m=256,t=2,p=1",
        "m=256,t=2,p=1,data=aaaa",
        "m=256,t=2,p=1,keyid=",
        "m=256,t=2,p=1,keyid=a",
        "m=256,t=2,p=1,keyid=aaaaaaaaaaaa",
        "m=256,t=2,p=1,keyid=aaaa,keyid=aaaa",
        "m=256,t=2,p=1,nfc=0",
        "m=256,t=2,p=1,nfc=1,nfc=1",
        "m=256,t=2,p=1,nfc",
        "m=256,t=2,p=1,nfc=1,keyid=aaaa",
        "m=256,nfc=1,t=2,p=1",
        "m=256,t=2,p=1,inner=aaaa",
        "m=0256,t=2,p=1",
        "m=+256,t=2,p=1",
        "m=-256,t=2,p=1",
        "m=256 ,t=2,p=1",
        " m=256,t=2,p=1",
        "m= 256,t=2,p=1",
        "m=,t=2,p=1",
        "m=256,t=0,p=1",
        "m=256,t=2,p=0",
        "m=256,t=2,p=33",
        "m=7,t=2,p=1",
        "m=0,t=2,p=1",
        "m=0x100,t=2,p=1",
        "m=4294967296,t=2,p=1",
        "m=99999999999999999999,t=2,p=1",
        "M=256,t=2,p=1",
        "m=２56,t=2,p=1",
    ] {
        assert_eq!(refused(&with(params, SALT, TAG)), Malformed, "{params}");
    }
}

#[test]
fn every_second_spelling_of_the_rest_is_malformed() {
    for salt in [
        "",
        "c29tZXNhbHR",
        "c29tZXNhbHQ=",
        "c29tZXNhbHQ ",
        "c29tZXNhbA",
        "c29tZXNhbHQ-",
        "c29t\nZXNhbHQ",
        "c29tZXNhbHQc2",
    ] {
        assert_eq!(refused(&with("m=256,t=2,p=1", salt, TAG)), Malformed, "{salt}");
    }
    for tag in
        ["", "nf65", &format!("{TAG}="), &format!("{TAG}A"), &TAG.replace('/', "_"), &TAG[..40]]
    {
        assert_eq!(refused(&with("m=256,t=2,p=1", SALT, tag)), Malformed, "{tag}");
    }
    for text in [
        "",
        "$",
        "$$$$$",
        "argon2id",
        &ROW[1..],
        &format!(" {ROW}"),
        &format!("{ROW}\n"),
        &format!("{ROW}$"),
        &format!("{ROW}\0"),
        &format!("{ROW}{ROW}"),
        &ROW.replace("v=19", "v=019"),
        &ROW.replace("v=19", "v="),
        &ROW.replace("argon2id", "ARGON2ID"),
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
        "correct horse battery staple",
    ] {
        assert_eq!(refused(text), Malformed, "{text}");
    }
}

#[test]
fn lengths_are_bounded_on_both_sides() {
    let of = |salt: usize, tag: usize| {
        let (salt, tag) = (BASE64_NOPAD.encode(&vec![7; salt]), BASE64_NOPAD.encode(&vec![7; tag]));
        read(&format!("$argon2id$v=19$m=256,t=2,p=1${salt}${tag}")).err()
    };
    for salt in 0..80 {
        assert_eq!(of(salt, 32).is_none(), (8..=64).contains(&salt), "{salt}");
    }
    for tag in 0..80 {
        assert_eq!(of(16, tag).is_none(), [16, 32, 64].contains(&tag), "{tag}");
    }
    let oversized = "A".repeat(1 << 20);
    assert_eq!(refused(&oversized), Malformed);
    assert_eq!(refused(&format!("$argon2id$v=19$m=256,t=2,p=1${SALT}${oversized}")), Malformed);
}

#[test]
fn a_record_that_asks_for_too_much_is_refused_when_it_is_read() {
    for params in [
        "m=4194304,t=1,p=1",
        "m=262145,t=1,p=1",
        "m=8,t=1000000,p=1",
        "m=256,t=11,p=1",
        "m=256,t=1,p=17",
        "m=262144,t=4,p=1",
        "m=4294967295,t=4294967295,p=1",
    ] {
        let text = format!("$argon2id$v=19${params}${SALT}${TAG}");
        assert_eq!(refused(&text), TooCostly, "{params}");
    }
    for params in ["m=262144,t=3,p=16", "m=8,t=1,p=1", "m=65536,t=3,p=4"] {
        assert!(read(&format!("$argon2id$v=19${params}${SALT}${TAG}")).is_ok(), "{params}");
    }
}

proptest! {
    #[test]
    fn what_is_read_is_printed_alike(text in "\\$argon2(id|i|d)(\\$v=19)?\\$m=[0-9]{1,6},t=[0-9]{1,2},p=[0-9]{1,2}(,nfc=1)?\\$[A-Za-z0-9+/]{10,24}\\$[A-Za-z0-9+/]{43}") {
        if let Ok(stored) = read(&text) {
            prop_assert_eq!(stored.as_str(), &text);
            let (phc, tag) = Phc::read(&text, &StoredLimits::default()).unwrap();
            let printed = phc.print(&tag);
            prop_assert_eq!(printed.expose(), &text);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".*") {
        prop_assert!(read(&text).is_err());
    }
}

use StoredHashError::{Malformed, TooCostly, Unsupported};
