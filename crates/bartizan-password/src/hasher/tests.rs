use std::collections::HashSet;

use bartizan_core::{RandomUnavailable, SystemRandom};

use super::*;
use crate::argon2id::work::filled_kib;
use crate::params::Cost;

fn secret(password: &str) -> SecretString {
    SecretString::from(password)
}

fn read(row: &str) -> StoredHash {
    row.parse().unwrap()
}

/// A hash of this cost, salt length and tag length, under which no password is right.
fn stored(cost: Cost, salt: usize, tag: usize) -> StoredHash {
    StoredHash::new(Phc::new(cost, &vec![1; salt], false), vec![2; tag].into())
}

/// "password" under "somesalt" with the least that Argon2 knows to be a cost worth its name here:
/// 256 KiB, two passes. From the reference implementation's test.c, as are the others.
const CHEAP: &str =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

/// phc-winner-argon2, src/test.c: all strings of Argon2id, version 19.
const REFERENCE: [(&str, &str); 8] = [
    (
        "password",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    (
        "password",
        "$argon2id$v=19$m=262144,t=2,p=1$c29tZXNhbHQ$eP4eyR+zqlZX1y5xCFTkw9m5GYx0L5YWwvCFvtlbLow",
    ),
    ("password", CHEAP),
    (
        "password",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ),
    (
        "password",
        "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg",
    ),
    (
        "password",
        "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw",
    ),
    (
        "differentpassword",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94",
    ),
    (
        "password",
        "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw",
    ),
];

/// asvs: V6.2.10: these records are of 2017 and later, and nothing asks when they were made: no
/// clock is taken, and the answer has no variant for an age.
#[test]
fn what_the_reference_implementation_made_verifies() {
    let hasher = PasswordHasher::new();
    for (password, row) in REFERENCE {
        let verified = hasher.verify(&secret(password), Some(&read(row)));
        assert!(verified.is_ok(), "{row}: {verified:?}");
    }
    match hasher.verify(&secret("passwore"), Some(&read(CHEAP))) {
        Ok(_) => panic!("verified"),
        Err(
            VerifyError::TooLong
            | VerifyError::OutOfMemory
            | VerifyError::Busy { .. }
            | VerifyError::TooCostly,
        ) => panic!("not checked"),
        Err(VerifyError::Mismatch) => (),
    }
}

#[test]
fn a_new_hash_has_the_parameters_and_a_salt_of_its_own() {
    let hasher = PasswordHasher::new();
    let password = secret("correct horse battery staple");
    let made = [(); 2].map(|()| hasher.hash(&password, &SystemRandom::new()).unwrap());
    for hash in &made {
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!((hash.recipe().salt_len(), hash.expected().len()), (16, 32));
        assert!(read(hash.as_str()).expected().ct_eq(hash.expected().expose()));
    }
    assert_ne!(made[0].as_str(), made[1].as_str());
}

/// asvs: V6.2.8
#[test]
fn a_password_is_taken_byte_for_byte() {
    let hasher = PasswordHasher::new();
    let long = "correct horse battery staple, correct horse battery staple, and once more: é\0A";
    assert!(long.len() > 73);
    let stored = hasher.hash(&secret(long), &SystemRandom::new()).unwrap();
    let _ = hasher.verify(&secret(long), Some(&stored)).unwrap();

    let variants = [
        long.replace('c', "C"),
        format!("{long} "),
        format!(" {long}"),
        format!("{long}\0"),
        long.replace('\0', ""),
        long.replace('é', "e\u{301}"),
        long.replace('A', "B"),
        long[..72].to_owned(),
    ];
    assert_eq!(variants.iter().collect::<HashSet<_>>().len(), 8);
    for variant in &variants {
        assert_ne!(variant, long);
        let refused = hasher.verify(&secret(variant), Some(&stored));
        assert_eq!(refused, Err(VerifyError::Mismatch), "{variant:?}");
    }
}

/// asvs: V6.2.8, the half about the greatest length: an error, never a cut.
#[test]
fn a_password_over_the_greatest_length_is_refused() {
    let hasher = PasswordHasher::builder().max_password_bytes(256).build().unwrap();
    let (longest, over) = (secret(&"x".repeat(256)), secret(&"x".repeat(257)));
    let stored = hasher.hash(&longest, &SystemRandom::new()).unwrap();
    let _ = hasher.verify(&longest, Some(&stored)).unwrap();

    assert_eq!(hasher.hash(&over, &SystemRandom::new()).err(), Some(HashError::TooLong));
    assert_eq!(hasher.verify(&over, Some(&stored)), Err(VerifyError::TooLong));
    assert_eq!(hasher.verify(&over, None), Err(VerifyError::TooLong));
    assert_eq!(PasswordHasher::new().verify(&over, Some(&stored)), Err(VerifyError::Mismatch));
}

#[test]
fn an_empty_password_is_neither_hashed_nor_verified() {
    let hasher = PasswordHasher::new();
    let empty = secret("");
    assert_eq!(hasher.hash(&empty, &SystemRandom::new()).err(), Some(HashError::Empty));

    // Another program may have hashed one.
    let (phc, _) = Phc::read(CHEAP, &StoredLimits::default()).unwrap();
    let imported = Make::of_password(&empty, phc).run(&mut Arena::new(Kernel::detect())).unwrap();
    assert_eq!(hasher.verify(&empty, Some(&imported)), Err(VerifyError::Mismatch));
}

/// asvs: V6.3.8, the half about the answer.
/// asvs: V11.2.5
#[test]
fn an_unknown_user_gets_the_answer_of_a_wrong_password() {
    let hasher = PasswordHasher::new();
    let known = read(CHEAP);
    let answers = [
        hasher.verify(&secret("passwore"), Some(&known)),
        hasher.verify(&secret(""), Some(&known)),
        hasher.verify(&secret("passwore"), None),
        hasher.verify(&secret(""), None),
    ];
    let shown: HashSet<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap_err())
        .map(|error| format!("{error:?}: {error}"))
        .collect();
    assert_eq!(shown, HashSet::from(["Mismatch: the password does not match".to_owned()]));
}

/// asvs: V6.3.8, the half about the work: it is the same, to the KiB. That the times cannot be told
/// apart takes statistics on an optimized build, in the benches.
#[test]
fn an_unknown_user_costs_the_work_of_a_known_one() {
    let hasher = PasswordHasher::new();
    let known = stored(hasher.params().cost(), 16, 32);
    let work = |stored, password| {
        filled_kib(|| assert!(hasher.verify(&secret(password), stored).is_err()))
    };
    for password in ["passwore", ""] {
        assert_eq!(work(Some(&known), password), 19_456 * 2);
        assert_eq!(work(None, password), 19_456 * 2);
    }
}

/// asvs: V11.4.2, the half about older hashes: they verify, and are to be renewed.
#[test]
fn a_weaker_hash_is_renewed_and_a_stronger_one_is_not() {
    let hasher = PasswordHasher::new();
    for (password, row) in [REFERENCE[2], REFERENCE[3]] {
        assert!(
            hasher.verify(&secret(password), Some(&read(row))).unwrap().needs_rehash(),
            "{row}"
        );
    }
    let cost = |memory_kib, passes| Cost { memory_kib, passes, lanes: 1 };
    let weaker = Some(RehashReason::Weaker);
    for (memory_kib, passes) in [(12_288, 3), (19_456, 1), (19_455, 2), (38_912, 1), (4_096, 10)] {
        let stored = stored(cost(memory_kib, passes), 16, 32);
        assert_eq!(hasher.rehash_reason(&stored), weaker, "{stored:?}");
    }
    for (memory_kib, passes) in [(19_456, 2), (47_104, 1), (65_536, 3), (12_288, 4)] {
        let stored = stored(cost(memory_kib, passes), 16, 32);
        assert_eq!(hasher.rehash_reason(&stored), None, "{stored:?}");
    }
    assert_eq!(hasher.rehash_reason(&stored(cost(65_536, 3), 15, 32)), weaker);
    assert_eq!(hasher.rehash_reason(&stored(cost(65_536, 3), 16, 16)), weaker);

    let params = Argon2Params::builder().memory_kib(65_536).passes(3).build().unwrap();
    let raised = PasswordHasher::builder().params(params).build().unwrap();
    assert_eq!(raised.rehash_reason(&stored(cost(19_456, 2), 16, 32)), weaker);
}

/// Made by the reference implementation's command line: Argon2i and Argon2d, versions 19 and 16.
#[test]
fn the_other_variants_and_the_older_version_verify_and_are_renewed() {
    let hasher = PasswordHasher::new();
    for row in [
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
        "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
    ] {
        let verified = hasher.verify(&secret("password"), Some(&read(row))).unwrap();
        assert_eq!(verified.rehash_reason(), Some(RehashReason::Weaker), "{row}");
        let refused = hasher.verify(&secret("passwore"), Some(&read(row)));
        assert_eq!(refused, Err(VerifyError::Mismatch));
    }
    // Strong enough in all but its kind.
    let mut phc = Phc::new(Cost { memory_kib: 65_536, passes: 3, lanes: 1 }, &[1; 16], false);
    phc.function = crate::phc::Function::Argon2(bartizan_argon2::Algorithm::Argon2i);
    let strong = StoredHash::new(phc, [2; 32].into());
    assert_eq!(hasher.rehash_reason(&strong), Some(RehashReason::Weaker));
}

/// asvs: V6.3.8, the half about the work: a wrong password under a cheaper hash is no less.
#[test]
fn a_wrong_password_under_a_cheaper_hash_costs_no_less_than_a_current_one() {
    let hasher = PasswordHasher::new();
    let work = |password, right| {
        let check = || hasher.verify(&secret(password), Some(&read(CHEAP))).is_ok();
        filled_kib(|| assert_eq!(check(), right))
    };
    assert_eq!(work("passwore", false), 256 * 2 + 19_456 * 2);
    assert_eq!(work("password", true), 256 * 2, "a right one shows itself anyway");
}

#[test]
fn a_failing_source_of_randomness_gives_no_hash() {
    #[derive(Debug)]
    struct Failing;
    impl Random for Failing {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
    let failed = PasswordHasher::new().hash(&secret("correct horse battery staple"), &Failing);
    assert_eq!(failed.err(), Some(HashError::RandomUnavailable));
}

#[test]
fn a_hasher_that_could_not_read_its_own_hashes_does_not_build() {
    let params = Argon2Params::builder().memory_kib(262_145).build().unwrap();
    let refused = PasswordHasher::builder().params(params).build();
    assert_eq!(refused.err(), Some(ConfigError::ParamsAboveLimits));

    let limits = StoredLimits::builder().memory_kib(262_145).build().unwrap();
    assert!(PasswordHasher::builder().params(params).stored_limits(limits).build().is_ok());
    let low = StoredLimits::builder().memory_kib(19_455).build().unwrap();
    assert!(PasswordHasher::builder().stored_limits(low).build().is_err());
}

#[test]
fn the_greatest_length_has_bounds_of_its_own() {
    for bytes in [0, 64, 255, 4_097, usize::MAX] {
        let refused = PasswordHasher::builder().max_password_bytes(bytes).build();
        let out_of_range = ConfigError::MaxPasswordBytesOutOfRange { min: 256, max: 4_096 };
        assert_eq!(refused.err(), Some(out_of_range), "{bytes}");
    }
}
