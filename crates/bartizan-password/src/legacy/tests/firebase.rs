//! Rows of Firebase.

use bartizan_core::{SecretString, SystemRandom};

use super::*;
use crate::error::VerifyError;
use crate::hasher::PasswordHasher;
use crate::pepper::SealedHash;
use crate::stored::StoredHash;
use StoredHashError::NeedsSecret;

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
    let users: Vec<Value> = serde_json::from_str(include_str!("../vectors/firebase.json")).unwrap();
    assert_eq!(users.len(), 15);
    for user in &users {
        let project = &projects()[usize::from(user["project"] == 1)];
        let (salt, hash) = (user["salt"].as_str().unwrap(), user["hash"].as_str().unwrap());
        let password = user["password"].as_str().unwrap();
        let row = project.row(salt, hash).unwrap();
        assert!(row.ends_with(&format!("${salt}${hash}")), "as an SQL statement would");
        let other = |text: &str| text.replace('+', "-").replace('/', "_");
        assert_eq!(project.row(&other(salt), &other(hash)).unwrap(), row);

        let legacy = Legacy::parse_with_firebase(&row, &limits(), project).unwrap().ok().unwrap();
        assert_eq!(legacy.scheme(), LegacyScheme::FirebaseScrypt);
        assert!(matches(&legacy, password), "{row}");
        assert!(!matches(&legacy, &format!("{password}~")));

        let settings = legacy.settings();
        let again =
            Legacy::from_settings_with_firebase(&settings, &limits(), project).ok().unwrap();
        assert_eq!(again.settings(), settings);
        assert!(again.digest(password.as_bytes()).unwrap().ct_eq(legacy.expected()));
        assert_eq!(Legacy::from_settings(&settings, &limits()).err(), Some(NeedsSecret));
        assert_eq!(refused(&row), Some(NeedsSecret));
    }
}

#[test]
fn a_wrapped_and_a_sealed_user_are_read_with_the_project() {
    let [_, project] = projects();
    let users: Vec<Value> = serde_json::from_str(include_str!("../vectors/firebase.json")).unwrap();
    let user = users.iter().find(|user| user["project"] == 1).unwrap();
    let password = SecretString::from(user["password"].as_str().unwrap());
    let row = project.row(user["salt"].as_str().unwrap(), user["hash"].as_str().unwrap()).unwrap();

    let read = |row: &str| StoredHash::parse_with_firebase(row, &limits(), &project);
    let hasher = PasswordHasher::new();
    let wrapped = hasher.wrap(&read(&row).unwrap(), &SystemRandom::new()).unwrap();
    for row in [&row, wrapped.as_str()] {
        let stored = read(row).unwrap();
        assert_eq!(stored.legacy_scheme(), Some(LegacyScheme::FirebaseScrypt));
        assert!(hasher.verify(&password, Some(&stored)).unwrap().needs_rehash());
        let wrong = SecretString::from("wrong");
        assert_eq!(hasher.verify(&wrong, Some(&stored)), Err(VerifyError::Mismatch));
        assert_eq!(row.parse::<StoredHash>().err(), Some(NeedsSecret));
        let sealed = SealedHash::parse_with_firebase(row, &limits(), &project);
        assert_eq!(sealed.err(), Some(StoredHashError::NotSealed));
    }

    // The others of the same table.
    let renewed = hasher.hash(&password, &SystemRandom::new()).unwrap();
    assert!(read(renewed.as_str()).is_ok());
    assert!(read("$1$$LP5.V3ajGqHDdXW6XwZQy.").is_ok());
    assert_eq!(read("$argon2id$").err(), Some(Malformed));
}

#[test]
fn another_project_s_key_and_changed_rows_do_not_match() {
    let [_, project] = projects();
    let users: Vec<Value> = serde_json::from_str(include_str!("../vectors/firebase.json")).unwrap();
    let user = users.iter().find(|user| user["project"] == 1).unwrap();
    let password = user["password"].as_str().unwrap();
    let row = project.row(user["salt"].as_str().unwrap(), user["hash"].as_str().unwrap()).unwrap();
    let tried = |row: &str, project: &FirebaseProject| {
        let legacy = Legacy::parse_with_firebase(row, &limits(), project)?.ok()?;
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
