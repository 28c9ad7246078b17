#[cfg(feature = "legacy")]
mod legacy;

use bartizan_core::SystemRandom;

use super::*;
use crate::argon2id::Arena;
use crate::error::VerifyError;
use crate::hasher::PasswordHasher;
use crate::params::Argon2Params;
use crate::verified::{RehashReason, Verified};

/// "password", "somesalt" and the secret "pepper of old": computed by argon2pure 1.3.
const WITH_SECRET: &str =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$9FXxcsW2JznGB/zVslc9hkP44OQGglvE4TcFytDu3rQ";

fn secret(text: &str) -> SecretBytes {
    SecretBytes::from(text.as_bytes())
}

fn verify(stored: &StoredHash) -> Result<Option<RehashReason>, VerifyError> {
    let password = SecretString::from("password");
    PasswordHasher::new().verify(&password, Some(stored)).map(Verified::rehash_reason)
}

#[test]
fn a_hash_made_with_a_secret_verifies_with_that_secret_only() {
    let limits = StoredLimits::default();
    let named = WITH_SECRET.replace("p=1", "p=1,keyid=BwAAAQ");
    for row in [WITH_SECRET, &named] {
        let right = StoredHash::parse_with_secret(row, &limits, secret("pepper of old")).unwrap();
        assert_eq!(verify(&right), Ok(Some(RehashReason::Weaker)), "its cost is");
        assert_eq!(right.as_str(), row);
        let wrong = StoredHash::parse_with_secret(row, &limits, secret("pepper of now")).unwrap();
        assert_eq!(verify(&wrong), Err(VerifyError::Mismatch));
    }
    assert_eq!(verify(&WITH_SECRET.parse().unwrap()), Err(VerifyError::Mismatch));
    let refused = named.parse::<StoredHash>().err();
    assert_eq!(refused, Some(StoredHashError::NeedsSecret), "nobody takes it for a wrong password");
}

#[test]
fn a_hash_with_a_secret_is_renewed_however_strong_it_is() {
    let phc = Phc::new(Argon2Params::default().cost(), &[1; 16], false);
    let recipe = Recipe::Argon2 { phc, secret: Some(Arc::new(secret("pepper of old"))) };
    let mut arena = Arena::new(bartizan_argon2::Kernel::detect());
    let tag = recipe.tag(&SecretString::from("password"), 32, &mut arena).unwrap();
    let stored = StoredHash::with_text(SecretString::from(""), recipe, tag);
    assert_eq!(verify(&stored), Ok(Some(RehashReason::ImportedSecret)));
}

#[cfg(feature = "nfc")]
#[test]
fn what_was_normalized_says_so_and_needs_no_setting_to_verify() {
    let normalizing = PasswordHasher::builder().nfc().build().unwrap();
    let (composed, decomposed) =
        (SecretString::from("caf\u{e9} au lait"), SecretString::from("cafe\u{301} au lait"));
    let stored = normalizing.hash(&decomposed, &SystemRandom::new()).unwrap();
    assert!(stored.as_str().contains(",p=1,nfc=1$"), "{}", stored.as_str());

    let read: StoredHash = stored.as_str().parse().unwrap();
    for hasher in [normalizing, PasswordHasher::new()] {
        for password in [&composed, &decomposed] {
            assert!(!hasher.verify(password, Some(&read)).unwrap().needs_rehash());
        }
    }
    let plain = PasswordHasher::new().hash(&composed, &SystemRandom::new()).unwrap();
    assert_eq!(normalizing.verify(&decomposed, Some(&plain)), Err(VerifyError::Mismatch));
    assert!(normalizing.verify(&composed, Some(&plain)).is_ok());
}

#[cfg(not(feature = "nfc"))]
#[test]
fn what_was_normalized_is_unsupported_where_nothing_is() {
    let stored = PasswordHasher::new();
    let stored = stored.hash(&SecretString::from("password"), &SystemRandom::new()).unwrap();
    let row = stored.as_str().replace(",p=1$", ",p=1,nfc=1$");
    assert_eq!(row.parse::<StoredHash>().err(), Some(StoredHashError::Unsupported));
}
