use data_encoding::BASE64;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use StoredHashError::{Malformed, NeedsSecret, TooCostly, Unsupported};

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
/// characters of up to four bytes (asvs: V11.4.2).
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
                let same = legacy.settings() == original.settings()
                    && legacy.expected() == original.expected();
                // `$2a$`, `$2b$` and `$2y$`, and `$P$` and `$H$`, are names of the same thing.
                let name = match original.scheme() {
                    LegacyScheme::Bcrypt => Some(2),
                    LegacyScheme::Phpass => Some(1),
                    _ => None,
                };
                if same {
                    assert_eq!(Some(place), name, "{changed}");
                } else if is_cheap(&legacy) {
                    tried += 1;
                    assert!(!matches(&legacy, password), "{changed}");
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
        assert!(!Legacy::parse(&format!(" {row}"), &limits()).is_some_and(|read| read.is_ok()));
    }
}

/// asvs: V15.4.4
#[test]
fn rows_that_ask_for_too_much_are_refused() {
    let digest = "lWqUA8AwpVJIT9JWx7Wv/WKjYmxh8jTkVPTNJeSx3jk";
    for row in [
        "$2b$16$abcdefghijklmnopqrstuu/pT.fOr8bUHhoyVKLKVj5Nto6.ncuE.".to_owned(),
        "$2b$31$abcdefghijklmnopqrstuu/pT.fOr8bUHhoyVKLKVj5Nto6.ncuE.".to_owned(),
        format!("$scrypt$ln=18,r=8,p=1$c29tZXNhbHQ${digest}"),
        format!("$scrypt$ln=14,r=8,p=17$c29tZXNhbHQ${digest}"),
        format!("$scrypt$ln=17,r=8,p=7$c29tZXNhbHQ${digest}"),
        format!("$scrypt$ln=1,r=4294967295,p=1$c29tZXNhbHQ${digest}"),
        format!("$scrypt$ln=1,r=1,p=4294967295$c29tZXNhbHQ${digest}"),
        format!("$scrypt$ln=63,r=8,p=1$c29tZXNhbHQ${digest}"),
        format!("$scrypt$ln=64,r=8,p=1$c29tZXNhbHQ${digest}"),
        format!("$scrypt$ln=4294967295,r=4294967295,p=4294967295$c29tZXNhbHQ${digest}"),
        format!("scrypt:1073741824:8:1$salt${}", "0".repeat(128)),
        format!("$firebase-scrypt$ln=20,r=8$c29tZXNhbHQ=${}=", "A".repeat(43)),
        format!("$pbkdf2-sha256$i=10000001,l=32$c29tZXNhbHQ${digest}"),
        format!("$pbkdf2-sha256$4294967295$c29tZXNhbHQ${}", digest.replace('+', ".")),
        format!("pbkdf2_sha256$10000001$salt${digest}="),
        format!("pbkdf2:sha256:10000001$salt${}", "0".repeat(64)),
        format!("$5$rounds=1000001$salt${}", ".".repeat(43)),
        format!("$6$rounds=999999999$salt${}", ".".repeat(86)),
        format!("$P$Jsaltsalt{}", ".".repeat(22)),
        format!("$H$Ssaltsalt{}", ".".repeat(22)),
        format!("$S$Jsaltsalt{}", ".".repeat(43)),
        format!("U$S$Ssaltsalt{}", ".".repeat(43)),
    ] {
        assert_eq!(refused(&row), Some(TooCostly), "{row}");
    }
}

#[test]
fn rows_that_ask_for_as_much_as_allowed_are_read() {
    let digest = "lWqUA8AwpVJIT9JWx7Wv/WKjYmxh8jTkVPTNJeSx3jk";
    for row in [
        "$2b$15$abcdefghijklmnopqrstuu/pT.fOr8bUHhoyVKLKVj5Nto6.ncuE.".to_owned(),
        format!("$scrypt$ln=17,r=8,p=5$c29tZXNhbHQ${digest}"),
        format!("$pbkdf2-sha256$i=10000000,l=32$c29tZXNhbHQ${digest}"),
        format!("$5$rounds=1000000$salt${}", ".".repeat(43)),
        format!("$P$Isaltsalt{}", ".".repeat(22)),
        format!("$S$Isaltsalt{}", ".".repeat(43)),
    ] {
        assert_eq!(refused(&row), None, "{row}");
    }
}

#[test]
fn second_spellings_and_impossible_costs_are_malformed() {
    let (bcrypt, hash) = ("abcdefghijklmnopqrstuu", "/pT.fOr8bUHhoyVKLKVj5Nto6.ncuE.");
    let digest = "lWqUA8AwpVJIT9JWx7Wv/WKjYmxh8jTkVPTNJeSx3jk";
    let (hex, plain) = ("0".repeat(64), "c29tZXNhbHQ");
    for row in [
        // A bit behind the last byte of the salt, and of the digest.
        format!("$2b$10$abcdefghijklmnopqrstuv{hash}"),
        format!("$2b$10${bcrypt}/pT.fOr8bUHhoyVKLKVj5Nto6.ncuE/"),
        format!("$2b$03${bcrypt}{hash}"),
        format!("$2b$32${bcrypt}{hash}"),
        format!("$2b$5${bcrypt}{hash}"),
        format!("$2b$010${bcrypt}{hash}"),
        format!("$2b$+5${bcrypt}{hash}"),
        format!("$2b$10${bcrypt}é{hash}"),
        format!("$scrypt$ln=0,r=8,p=1${plain}${digest}"),
        format!("$scrypt$ln=4,r=0,p=1${plain}${digest}"),
        format!("$scrypt$ln=4,r=8,p=0${plain}${digest}"),
        format!("$scrypt$ln=04,r=8,p=1${plain}${digest}"),
        format!("$scrypt$r=8,ln=4,p=1${plain}${digest}"),
        format!("$scrypt$ln=4,r=8,p=1,p=1${plain}${digest}"),
        format!("$scrypt$ln=4,r=8,p=1$${digest}"),
        format!("$scrypt$ln=4,r=8,p=1${plain}=${digest}"),
        format!("$scrypt$ln=4,r=8,p=1${plain}${}", &digest[..40]),
        format!("scrypt:63:8:1$salt${}", "0".repeat(128)),
        format!("scrypt:0:8:1$salt${}", "0".repeat(128)),
        format!("scrypt:64:8$salt${}", "0".repeat(128)),
        format!("scrypt:64:8:1$${}", "0".repeat(128)),
        format!("scrypt:64:8:1$salt${}", "A".repeat(128)),
        format!("scrypt:64:8:1$salt${hex}"),
        format!("$pbkdf2-sha256$i=0,l=32${plain}${digest}"),
        format!("$pbkdf2-sha256$i=1000,l=31${plain}${digest}"),
        format!("$pbkdf2-sha256$i=1000,l=032${plain}${digest}"),
        format!("$pbkdf2-sha256$l=32,i=1000${plain}${digest}"),
        format!("$pbkdf2-sha256$i=4294967296,l=32${plain}${digest}"),
        format!("$pbkdf2-sha256$0${plain}${}", digest.replace('+', ".")),
        format!("$pbkdf2-sha256$1000${plain}+8${digest}"),
        format!("$pbkdf2-sha512$1000${plain}${}", digest.replace('+', ".")),
        format!("pbkdf2_sha256$0$salt${digest}="),
        format!("pbkdf2_sha256$1000$salt${digest}"),
        format!("pbkdf2_sha256$1000$${digest}="),
        format!("pbkdf2_sha256$1000$sa lt${digest}="),
        format!("pbkdf2:sha256$salt${hex}"),
        format!("pbkdf2:sha256:0$salt${hex}"),
        format!("pbkdf2:sha256:1000$salt${}", hex.replace('0', "A")),
        "$aspnet-identity$".to_owned(),
        "$aspnet-identity$AA==".to_owned(),
        "$aspnet-identity$AQAAAAEAACcQ/////w==".to_owned(),
        "{SSHA}".to_owned(),
        "{SSHA".to_owned(),
        "{SSHA}MAdsGpCpmHiCGbujsOlKK7088tE=".to_owned(),
        "{SSHA}MAdsGpCpmHiCGbujsOlKK7088tFci/Gec45RKuU8JySEMGbN=".to_owned(),
        "$1$toolongsalt$LP5.V3ajGqHDdXW6XwZQy.".to_owned(),
        "$1$sa:lt$LP5.V3ajGqHDdXW6XwZQy.".to_owned(),
        "$1$salt$LP5.V3ajGqHDdXW6XwZQy/z".to_owned(),
        "$1$salt$LP5.V3ajGqHDdXW6XwZQyz".to_owned(),
        format!("$5$rounds=10$salt${}", ".".repeat(43)),
        format!("$5$rounds=999$salt${}", ".".repeat(43)),
        format!("$5$rounds=05000$salt${}", ".".repeat(43)),
        format!("$5$seventeen.letters${}", ".".repeat(43)),
        format!("$5$salt${}z", ".".repeat(42)),
        format!("$6$salt${}", ".".repeat(43)),
        format!("$P$4saltsalt{}", ".".repeat(22)),
        format!("$P$Tsaltsalt{}", ".".repeat(22)),
        format!("$P$B$altsalt{}", ".".repeat(22)),
        format!("$P$Bsaltsalt{}", ".".repeat(21)),
        format!("$P$Bsaltsal\u{e9}{}", ".".repeat(22)),
        format!("$S$4saltsalt{}", ".".repeat(43)),
        format!("$S$Bsaltsalt{}", ".".repeat(86)),
        format!("$6$salt${}", ".".repeat(1 << 20)),
        format!("{{SSHA}}{}", "A".repeat(508)),
    ] {
        assert_eq!(refused(&row), Some(Malformed), "{row}");
    }
}

#[test]
fn other_variants_are_unsupported_and_other_texts_are_not_recognized() {
    for row in [
        "$2$10$abcdefghijklmnopqrstuu/pT.fOr8bUHhoyVKLKVj5Nto6.ncuE.",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "{MD5}X03MO1qnZdYdgyfeuILPmQ==",
        "{CRYPT}$1$salt$LP5.V3ajGqHDdXW6XwZQy.",
        "{ssha}MAdsGpCpmHiCGbujsOlKK7088tFci/Gec45RKuU8JySEMGbM",
        "$pbkdf2-md5$1000$c29tZXNhbHQ$lWqUA8AwpVJIT9JWx7Wv/WKjYmxh8jTkVPTNJeSx3jk",
        "pbkdf2_md5$1000$salt$lWqU",
        "pbkdf2:md5:1000$salt$00",
        "$aspnet-identity$AgAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8=",
        "$aspnet-identity$AQAAAAMAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8=",
        "U$P$Bsaltsalt......................",
    ] {
        assert_eq!(refused(row), Some(Unsupported), "{row}");
    }
    for text in
        ["", "$", "$2", "$2z$", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA", "$7$", "md5$"]
    {
        assert!(Legacy::parse(text, &limits()).is_none(), "{text}");
    }
    for settings in ["argon2:1:AAAA", "bcrypt-y:10:AAAA", ":::", "pbkdf2-md5:1:32:AAAA"] {
        let read = Legacy::from_settings(settings, &limits());
        assert_eq!(read.err(), Some(Unsupported), "{settings}");
    }
    for settings in ["bcrypt:10", "bcrypt", "bcrypt:10:AAAA", "md5crypt:0:AAAA", "ldap-sha1:AA"] {
        let read = Legacy::from_settings(settings, &limits());
        assert_eq!(read.err(), Some(Malformed), "{settings}");
    }
    let read = Legacy::from_settings("pbkdf2-sha1:10000001:32:AAAA", &limits());
    assert_eq!(read.err(), Some(TooCostly));
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

mod firebase_tests {
    use bartizan_core::SecretString;

    use super::*;

    const SIGNER_KEY: &str =
        "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    const OTHER_KEY: &str =
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";

    fn projects() -> [FirebaseProject; 2] {
        let of = |key, separator, rounds, mem_cost| {
            FirebaseProject::new(&SecretString::from(key), separator, rounds, mem_cost).unwrap()
        };
        [of(SIGNER_KEY, "Bw==", 8, 14), of(OTHER_KEY, "c2VwYXJhdG9y", 3, 5)]
    }

    /// The first is of Firebase itself.
    #[test]
    fn exported_users_match_their_passwords_and_no_others() {
        let users: Vec<Value> =
            serde_json::from_str(include_str!("vectors/firebase.json")).unwrap();
        assert_eq!(users.len(), 15);
        for user in &users {
            let project = &projects()[usize::from(user["project"] == 1)];
            let (salt, hash) = (user["salt"].as_str().unwrap(), user["hash"].as_str().unwrap());
            let password = user["password"].as_str().unwrap();
            let row = project.row(salt, hash).unwrap();
            assert!(row.ends_with(&format!("${salt}${hash}")), "as an SQL statement would");
            let other = |text: &str| text.replace('+', "-").replace('/', "_");
            assert_eq!(project.row(&other(salt), &other(hash)).unwrap(), row);

            let legacy = Legacy::parse_firebase(&row, &limits(), project).ok().unwrap();
            assert_eq!(legacy.scheme(), LegacyScheme::FirebaseScrypt);
            assert!(matches(&legacy, password), "{row}");
            assert!(!matches(&legacy, &format!("{password}~")));

            let settings = legacy.settings();
            let again = Legacy::from_firebase_settings(&settings, &limits(), project).ok().unwrap();
            assert_eq!(again.settings(), settings);
            assert!(again.digest(password.as_bytes()).unwrap().ct_eq(legacy.expected()));
            assert_eq!(Legacy::from_settings(&settings, &limits()).err(), Some(NeedsSecret));
            assert_eq!(refused(&row), Some(NeedsSecret));
        }
    }

    #[test]
    fn another_project_s_key_and_changed_rows_do_not_match() {
        let [_, project] = projects();
        let users: Vec<Value> =
            serde_json::from_str(include_str!("vectors/firebase.json")).unwrap();
        let user = users.iter().find(|user| user["project"] == 1).unwrap();
        let password = user["password"].as_str().unwrap();
        let row =
            project.row(user["salt"].as_str().unwrap(), user["hash"].as_str().unwrap()).unwrap();
        let tried = |row: &str, project: &FirebaseProject| {
            let legacy = Legacy::parse_firebase(row, &limits(), project).ok()?;
            Some(matches(&legacy, password))
        };
        assert_eq!(tried(&row, &project), Some(true));
        let [other, _] = projects();
        assert_eq!(tried(&row, &other), Some(false));
        for place in 0..row.len() {
            for bit in 0..7 {
                let mut bytes = row.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert_ne!(tried(&changed, &project), Some(true), "{changed}");
            }
            assert_eq!(tried(&row[..place], &project), None);
        }
    }

    #[test]
    fn parameters_that_no_project_has_are_refused() {
        let new = |key: &str, separator, rounds, mem_cost| {
            FirebaseProject::new(&SecretString::from(key), separator, rounds, mem_cost).is_ok()
        };
        assert!(new(SIGNER_KEY, "", 1, 1));
        assert!(!new("", "Bw==", 8, 14));
        assert!(!new("AAAA", "Bw==", 8, 14));
        assert!(!new(&SIGNER_KEY[1..], "Bw==", 8, 14));
        assert!(!new(&"A".repeat(400), "Bw==", 8, 14));
        assert!(!new(SIGNER_KEY, "Bw", 8, 14));
        assert!(!new(SIGNER_KEY, "AAAAAAAAAAAAAAAAAAAAAAAA", 8, 14));
        assert!(!new(SIGNER_KEY, "Bw==", 0, 14) && !new(SIGNER_KEY, "Bw==", 9, 14));
        assert!(!new(SIGNER_KEY, "Bw==", 8, 0) && !new(SIGNER_KEY, "Bw==", 8, 15));
    }

    #[test]
    fn fields_that_are_none_make_no_row() {
        let [project, _] = projects();
        let hash = SIGNER_KEY;
        assert!(project.row("42xEC+ixf3L2lw==", hash).is_ok());
        for (salt, hash) in [
            ("", hash),
            ("42xEC+ixf3L2lw", hash),
            ("42xEC+ixf3L2lw==", ""),
            ("42xEC+ixf3L2lw==", &hash[..84]),
            ("42xEC+ixf3L2lw==", "$"),
            (&"A".repeat(68), hash),
            (&"A".repeat(1 << 20), hash),
        ] {
            assert_eq!(project.row(salt, hash), Err(Malformed));
        }
        assert_eq!(
            format!("{project:?}"),
            "FirebaseProject { rounds: 8, mem_cost: 14, .. }",
            "neither key nor separator",
        );
    }
}
