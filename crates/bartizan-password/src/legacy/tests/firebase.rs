//! Rows of Firebase.

use bartizan_core::SecretString;

use super::*;
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
    let users: Vec<Value> = serde_json::from_str(include_str!("../vectors/firebase.json")).unwrap();
    let user = users.iter().find(|user| user["project"] == 1).unwrap();
    let password = user["password"].as_str().unwrap();
    let row = project.row(user["salt"].as_str().unwrap(), user["hash"].as_str().unwrap()).unwrap();
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
