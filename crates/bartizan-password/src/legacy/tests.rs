#![cfg(feature = "legacy")]

use bartizan_core::{SecretString, SystemRandom};
use data_encoding::BASE64;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::error::VerifyError;
use crate::hasher::PasswordHasher;
use crate::pepper::SealedHash;
use crate::stored::StoredHash;
use StoredHashError::{Malformed, TooCostly};

mod firebase;
mod refused;

/// A password and what another program made of it; the file says which program, in `by`.
struct Vector {
    password: String,
    row: String,
}

/// The files with the number of rows in each.
const FILES: [(LegacyScheme, usize, &str); 8] = [
    (LegacyScheme::Bcrypt, 81, include_str!("vectors/bcrypt.json")),
    (LegacyScheme::Scrypt, 37, include_str!("vectors/scrypt.json")),
    (LegacyScheme::Pbkdf2, 106, include_str!("vectors/pbkdf2.json")),
    (LegacyScheme::Ldap, 57, include_str!("vectors/ldap.json")),
    (LegacyScheme::Md5Crypt, 50, include_str!("vectors/md5crypt.json")),
    (LegacyScheme::Sha2Crypt, 104, include_str!("vectors/sha2crypt.json")),
    (LegacyScheme::Phpass, 30, include_str!("vectors/phpass.json")),
    (LegacyScheme::Drupal7, 40, include_str!("vectors/drupal7.json")),
];

fn vectors(json: &str) -> Vec<Vector> {
    let values: Vec<Value> = serde_json::from_str(json).unwrap();
    let text = |value: &Value, name| value[name].as_str().unwrap().to_owned();
    values
        .iter()
        .map(|value| Vector { password: text(value, "password"), row: text(value, "row") })
        .collect()
}

fn limits() -> StoredLimits {
    StoredLimits::default()
}

fn read(row: &str) -> Legacy {
    Legacy::parse(row, &limits()).unwrap().ok().unwrap()
}

fn refused(row: &str) -> Option<StoredHashError> {
    Legacy::parse(row, &limits()).unwrap().err()
}

fn matches(legacy: &Legacy, password: &str) -> bool {
    legacy.digest(password.as_bytes()).unwrap().ct_eq(legacy.expected())
}

/// Whether a row that was changed asks for so little that trying it is no trouble.
fn is_cheap(legacy: &Legacy) -> bool {
    let settings = legacy.settings();
    let mut fields = settings.split(':');
    let (name, number) = (fields.next().unwrap(), fields.next().unwrap());
    let most = match name {
        "bcrypt" | "bcrypt-x" => 5,
        "phpass" | "drupal7" | "drupal7-md5" => 10,
        "scrypt" | "firebase-scrypt" => 8,
        _ => 10_000,
    };
    number.parse::<u32>().is_ok_and(|number| number <= most) || name.starts_with("ldap")
}

/// Every variant of every scheme, with passwords of none, one, many and too many bytes and
/// characters of up to four bytes.
#[test]
fn rows_of_the_original_systems_match_their_passwords_and_no_others() {
    for (scheme, count, json) in FILES {
        let vectors = vectors(json);
        assert_eq!(vectors.len(), count, "{scheme}");
        for Vector { password, row } in vectors {
            let legacy = read(&row);
            assert_eq!(legacy.scheme(), scheme);
            assert!(matches(&legacy, &password), "{row} {password}");
            for wrong in [format!("~{password}"), password.to_uppercase() + "~"] {
                // What is longer than 72 bytes is cut off by bcrypt.
                let same = scheme == LegacyScheme::Bcrypt && wrong.as_bytes()[..] == *b"~";
                assert!(same || !is_cheap(&legacy) || !matches(&legacy, &wrong), "{row}");
            }
        }
    }
}

#[test]
fn settings_hold_all_but_the_digest() {
    for (scheme, _, json) in FILES {
        for Vector { password, row } in vectors(json) {
            let legacy = read(&row);
            let settings = legacy.settings();
            assert!(!settings.contains('$'), "{settings}");
            let again = Legacy::from_settings(&settings, &limits()).ok().unwrap();
            assert_eq!(again.settings(), settings);
            assert_eq!(again.scheme(), scheme);
            assert_eq!(again.memory_kib(), legacy.memory_kib());
            assert!(again.expected().is_empty());
            if is_cheap(&legacy) {
                let digest = again.digest(password.as_bytes()).unwrap();
                assert!(digest.ct_eq(legacy.expected()), "{row}");
            }
        }
    }
}

/// One row of each spelling, of a password with characters of two, three and four bytes.
fn one_of_each() -> Vec<Vector> {
    let mut seen = Vec::new();
    let mut all: Vec<_> = FILES.iter().flat_map(|(_, _, json)| vectors(json)).collect();
    all.retain(|Vector { password, row }| {
        let beginning = row.chars().take_while(|c| !c.is_ascii_digit() || *c == '2').take(14);
        let spelling = (beginning.collect::<String>(), row.matches(['$', ':']).count(), row.len());
        let new = password.contains('密') && is_cheap(&read(row)) && !seen.contains(&spelling);
        seen.extend(new.then_some(spelling));
        new
    });
    all
}

#[test]
fn no_changed_row_matches() {
    let rows = one_of_each();
    assert!(rows.len() >= 25, "{}", rows.len());
    let mut tried = 0;
    for Vector { password, row } in &rows {
        let original = read(row);
        for place in 0..row.len() {
            for bit in 0..7 {
                let mut bytes = row.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                let Some(Ok(legacy)) = Legacy::parse(&changed, &limits()) else { continue };
                if legacy.settings() != original.settings() {
                    tried += 1;
                    let harmless = !is_cheap(&legacy) || !matches(&legacy, password);
                    assert!(harmless, "{changed}");
                } else if legacy.expected() == original.expected() {
                    // `$2a$`, `$2b$` and `$2y$`, and `$P$` and `$H$`, are names of the same thing.
                    let name = match original.scheme() {
                        LegacyScheme::Bcrypt => Some(2),
                        LegacyScheme::Phpass => Some(1),
                        _ => None,
                    };
                    assert_eq!(Some(place), name, "{changed}");
                }
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

#[test]
fn no_row_that_was_cut_short_matches() {
    for (_, _, json) in FILES {
        for Vector { password, row } in vectors(json) {
            for end in 0..row.len() {
                if let Some(Ok(legacy)) = Legacy::parse(&row[..end], &limits()) {
                    assert!(!matches(&legacy, &password), "{}", &row[..end]);
                }
            }
        }
    }
}

#[test]
fn nothing_may_follow_a_row() {
    for Vector { row, .. } in one_of_each() {
        for more in ["$", "$$", "=", "A", ".", "\n", "\0", " ", ":", "é", "$A"] {
            assert_eq!(refused(&format!("{row}{more}")), Some(Malformed), "{row}{more}");
        }
        assert!(Legacy::parse(&format!(" {row}"), &limits()).is_none());
    }
}

/// Each kind of row through the front door, as it is and inside Argon2id.
#[test]
fn rows_verify_bare_and_wrapped_and_are_to_be_renewed() {
    let hasher = PasswordHasher::new();
    for (scheme, _, json) in FILES {
        let Vector { password, row } =
            vectors(json).into_iter().find(|v| v.password == "pässwörd").unwrap();
        let (right, wrong) = (SecretString::from(password), SecretString::from("passwörd"));
        let bare: StoredHash = row.parse().unwrap();
        assert_eq!(bare.as_str(), row);
        let wrapped = hasher.wrap(&bare, &SystemRandom::new()).unwrap();
        let wrapped: StoredHash = wrapped.as_str().parse().unwrap();
        for stored in [bare, wrapped] {
            assert_eq!(stored.legacy_scheme(), Some(scheme));
            assert!(hasher.verify(&right, Some(&stored)).unwrap().needs_rehash());
            let refused = hasher.verify(&wrong, Some(&stored));
            assert_eq!(refused, Err(VerifyError::Mismatch), "{scheme}");
        }
        assert_eq!(row.parse::<SealedHash>().err(), Some(StoredHashError::NotSealed), "{scheme}");
    }
}

#[test]
fn no_row_begins_like_two_schemes() {
    for (scheme, _, json) in FILES {
        for Vector { row, .. } in vectors(json) {
            assert_eq!(LegacyScheme::of_row(&row), Some(scheme));
            let name = read(&row).settings();
            let name = name.split(':').next().unwrap();
            assert_eq!(LegacyScheme::of_settings(name), Some(scheme));
        }
    }
}

#[test]
fn bcrypt_sees_72_bytes_and_no_more() {
    let long = "x".repeat(72);
    let of = |row: &str| vectors(FILES[0].2).into_iter().filter(|v| v.row.starts_with(row)).count();
    assert!(of("$2a$") > 0 && of("$2b$") > 0 && of("$2x$") > 0 && of("$2y$") > 0);
    for Vector { password, row } in vectors(FILES[0].2) {
        if password == long {
            assert!(matches(&read(&row), &format!("{long}tail")));
            assert!(!matches(&read(&row), &long[1..]));
        }
    }
}

#[test]
fn programs_in_c_see_nothing_behind_a_nul() {
    for (scheme, _, json) in FILES {
        let Vector { password, row } =
            vectors(json).into_iter().find(|v| v.password == "password").unwrap();
        let in_c = [LegacyScheme::Bcrypt, LegacyScheme::Md5Crypt, LegacyScheme::Sha2Crypt]
            .contains(&scheme);
        assert_eq!(matches(&read(&row), &format!("{password}\0tail")), in_c, "{row}");
    }
}

/// Rows of crypt(3) of libxcrypt 4.4.33, for bytes that are no text.
#[test]
fn bcrypt_x_takes_high_bytes_for_negative_numbers() {
    const OF_A3: &str = "CE5elHaaO4EbggVDjb8P19RukzXSM3e";
    const OF_FF_A3_345: &str = "o./n25XVfn6oAPaUvHe.Csk4zRfsYPi";
    for (password, digest) in [
        (b"\xa3".as_slice(), OF_A3),
        (b"\xff\xff\xa3", OF_A3),
        (b"\xff\xa3345", OF_FF_A3_345),
        (b"1\xa3345", OF_FF_A3_345),
        (b"\xff\xa334\xff\xff\xff\xa3345", OF_FF_A3_345),
        (b"\xff\xff\xa3345", "fE4QTWSttKXZrZ4uae5Fz9BpUYo/oF."),
        (b"1\xff\xa3345", "IIFCRLFToNw48PD3coIbB5sGRJytj1i"),
    ] {
        let x = read(&format!("$2x$05$/OK.fbVrR/bpIqNJ5ianF.{digest}"));
        assert!(x.digest(password).unwrap().ct_eq(x.expected()), "{password:?}");
    }
    for (password, digest) in [
        (b"\xa3".as_slice(), "Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq"),
        (b"\xff\xa3345", "nRht2l/HRhr6zmCp9vYUvvsqynflf9e"),
        (b"\xff\xff\xa3345", "U5RG93m3exTrhTpBZ7uzzuA10XOD49O"),
    ] {
        let y = read(&format!("$2y$05$/OK.fbVrR/bpIqNJ5ianF.{digest}"));
        assert!(y.digest(password).unwrap().ct_eq(y.expected()), "{password:?}");
    }
}

#[test]
fn scrypt_counts_its_memory() {
    let digest = "lWqUA8AwpVJIT9JWx7Wv/WKjYmxh8jTkVPTNJeSx3jk";
    let row = format!("$scrypt$ln=14,r=8,p=1$c29tZXNhbHQ${digest}");
    assert_eq!(read(&row).memory_kib(), (1 << 14) + 2);
    let least = StoredLimits::builder().memory_kib((1 << 14) + 2).build().unwrap();
    assert!(Legacy::parse(&row, &least).unwrap().is_ok());
    let less = StoredLimits::builder().memory_kib((1 << 14) + 1).build().unwrap();
    assert_eq!(Legacy::parse(&row, &less).unwrap().err(), Some(TooCostly));
    let less = StoredLimits::builder().cost_kib(1 << 14).build().unwrap();
    assert_eq!(Legacy::parse(&row, &less).unwrap().err(), Some(TooCostly));
    assert_eq!(read("$1$$LP5.V3ajGqHDdXW6XwZQy.").memory_kib(), 0);
}

#[test]
fn aspnet_identity_rows_are_the_blob_behind_a_prefix() {
    let rows: Vec<_> = vectors(FILES[2].2).into_iter().map(|v| v.row).collect();
    let blobs: Vec<_> =
        rows.iter().filter_map(|row| row.strip_prefix("$aspnet-identity$")).collect();
    assert_eq!(blobs.len(), 5);
    for blob in blobs {
        assert_eq!(aspnet_identity_row(blob).unwrap(), format!("$aspnet-identity${blob}"));
        assert!(Legacy::parse(blob, &limits()).is_none(), "it does not say what it is");
    }
    assert_eq!(aspnet_identity_row(&"A".repeat(1 << 20)), Err(Malformed));
    // Of its own tests; no program made them, and a row that was cut short looks like them.
    for blob in [
        "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M",
        "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw",
    ] {
        assert_eq!(aspnet_identity_row(blob), Err(Malformed));
    }
    let asking_for = |iterations: u32| {
        let mut bytes = vec![1, 0, 0, 0, 1];
        bytes.extend(iterations.to_be_bytes());
        bytes.extend([0, 0, 0, 16]);
        bytes.extend([7; 48]);
        aspnet_identity_row(&BASE64.encode(&bytes)).err()
    };
    assert_eq!(asking_for(0), Some(Malformed));
    assert_eq!(asking_for(10_000_000), None);
    assert_eq!(asking_for(10_000_001), Some(TooCostly));
    assert_eq!(asking_for(u32::MAX), Some(TooCostly));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,80}", place in 0..21_usize) {
        let _ = Legacy::parse(&text, &limits());
        let beginnings = ["$2b$", "$scrypt$", "scrypt:", "$firebase-scrypt$", "$pbkdf2-sha256$",
            "$pbkdf2$", "$aspnet-identity$", "pbkdf2_sha256$", "pbkdf2:sha1:", "{SSHA}", "{", "$1$",
            "$5$", "$6$rounds=", "$P$", "$H$", "$S$", "U$S$", "U$", "$2x$10$", "$6$"];
        let _ = Legacy::parse(&format!("{}{text}", beginnings[place]), &limits());
        let _ = Legacy::from_settings(&text, &limits());
    }

    #[test]
    fn what_is_read_has_settings_that_read_alike(row in proptest::sample::select(shapes()).prop_flat_map(|shape| proptest::string::string_regex(shape).unwrap())) {
        if let Some(Ok(legacy)) = Legacy::parse(&row, &limits()) {
            let settings = legacy.settings();
            let again = Legacy::from_settings(&settings, &limits()).ok().unwrap();
            prop_assert_eq!(again.settings(), settings);
            prop_assert_eq!(again.scheme(), legacy.scheme());
        }
    }
}

/// What rows look like, with room for mistakes.
fn shapes() -> Vec<&'static str> {
    vec![
        "\\$2[abxy]\\$(0[4-9]|1[0-6])\\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]",
        "\\$scrypt\\$ln=[0-9]{1,2},r=[0-9],p=[0-9]\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]",
        "scrypt:(2|1024|32768|3):[0-9]:[0-9]\\$[a-zA-Z0-9:/]{1,16}\\$[0-9a-f]{128}",
        "\\$pbkdf2(-sha(1|256))?\\$(i=)?[0-9]{1,7}\\$[A-Za-z0-9./]{20}\\$[A-Za-z0-9./]{27}([A-Za-z0-9.]{15}[AEIMQUYcgkosw048])?",
        "pbkdf2_sha(1|256)\\$[0-9]{1,7}\\$[!-~]{1,22}\\$[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=([A-Za-z0-9+/]{16}=)?",
        "pbkdf2:sha(1|256):[0-9]{1,7}\\$[!-~]{1,22}\\$([0-9a-f]{40}|[0-9a-f]{64})",
        "\\$aspnet-identity\\$(AAAB[A-Za-z0-9+/]{62}==|AQAAAAEAACcQAAAAE[A-P][A-Za-z0-9+/]{64}==)",
        "\\{SSHA(256|512)?\\}[A-Za-z0-9+/]{32,116}(=|==)?",
        "\\$1\\$[!-~]{0,9}\\$[./A-Za-z0-9]{21}[./01]",
        "\\$5\\$(rounds=[0-9]{4,7}\\$)?[!-~]{0,17}\\$[./A-Za-z0-9]{42}[./0-9A-D]",
        "\\$[PH]\\$[5-9A-J][./A-Za-z0-9]{29}[./01]",
        "(U?)\\$S\\$[5-9A-J][./A-Za-z0-9]{51}",
    ]
}
