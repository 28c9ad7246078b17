//! Rows that are not read, and why.

use super::*;
use StoredHashError::{TooCostly, Unsupported};

/// Before any work.
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
    ] {
        assert_eq!(refused(&row), Some(Malformed), "{row}");
    }
}

#[test]
fn second_spellings_in_the_older_formats_are_malformed() {
    for row in [
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
