use bartizan_core::SystemRandom;
use proptest::prelude::*;

use super::*;
use crate::hasher::PasswordHasher;

fn check(policy: PasswordPolicy, password: &str) -> Result<(), PolicyViolation> {
    policy.check(&SecretString::from(password), &["alice", "Notebook", "bob"])
}

const STRICT: PasswordPolicy = PasswordPolicy::single_factor();
const LENIENT: PasswordPolicy = PasswordPolicy::with_second_factor();

/// asvs: V6.2.1
#[test]
fn length_counts_code_points_and_never_goes_below_eight() {
    // Seven code points of four bytes each, and one more.
    assert_eq!(check(LENIENT, "🦀🐙🐳🦊🐝🐢🦉"), Err(PolicyViolation::TooShort { min_chars: 8 }));
    assert_eq!(check(LENIENT, "🦀🐙🐳🦊🐝🐢🦉🦇"), Ok(()));
    assert_eq!(check(STRICT, "fourteen chars"), Err(PolicyViolation::TooShort { min_chars: 15 }));
    assert_eq!(check(STRICT, "fifteen chars !"), Ok(()));
    assert_eq!(check(LENIENT, ""), Err(PolicyViolation::TooShort { min_chars: 8 }));

    for chars in 0..8 {
        let refused = LENIENT.with_min_chars(chars);
        assert_eq!(refused, Err(ConfigError::MinCharsOutOfRange { min: 8, max: 64 }));
    }
    assert!(STRICT.with_min_chars(14).is_err(), "raised only");
    assert!(STRICT.with_min_chars(20).unwrap().with_min_chars(15).is_err());
    assert!(STRICT.with_min_chars(64).is_ok() && STRICT.with_min_chars(65).is_err());
}

/// asvs: V6.2.9
#[test]
fn sixty_four_to_256_characters_of_four_bytes_are_set_and_verified() {
    let hasher = PasswordHasher::new();
    for chars in [64, 256] {
        let text: String = "🦀🐙🐳🦊🐝🐢🦉".chars().cycle().take(chars).collect();
        assert_eq!(text.len(), chars * 4);
        let password = SecretString::from(text);
        assert_eq!(STRICT.check(&password, &[]), Ok(()));
        let stored = hasher.hash(&password, &SystemRandom::new()).unwrap();
        assert!(hasher.verify(&password, Some(&stored)).is_ok());
    }
    // Whatever the settings, 64 characters fit.
    let narrow = STRICT.with_max_bytes(256).unwrap().with_min_chars(64).unwrap();
    let text: String = "🦀🐙🐳🦊🐝🐢🦉".chars().cycle().take(64).collect();
    assert_eq!(check(narrow, &text), Ok(()));
    let refused = check(narrow, &format!("{text}x"));
    assert_eq!(refused, Err(PolicyViolation::TooLong { max_bytes: 256 }));
    assert!(STRICT.with_max_bytes(255).is_err() && STRICT.with_max_bytes(4_097).is_err());
}

/// asvs: V6.2.5: characters of one kind only, whichever kind it is.
#[test]
fn no_kind_of_character_is_required() {
    for password in [
        "quiterandomlowercase",
        "QUITERANDOMUPPERCASE",
        "83920174650192837465",
        "!$%&/()=?#+*-_.:,;",
        "пароль из русских букв",
        "これは十五文字以上の長い合言葉です",
        "        \t       \u{a0}     ",
        "with\0nul and spaces ",
    ] {
        assert_eq!(check(STRICT, password), Ok(()), "{password:?}");
    }
}

proptest! {
    /// asvs: V6.2.5: whatever the characters, only repetition, runs and context are refused.
    #[test]
    fn any_text_of_the_length_is_accepted(password in "\\PC{15,64}") {
        let verdict = STRICT.check(&SecretString::from(password.as_str()), &[]);
        let patterned = is_repeated_unit(&password) || is_run(&password);
        prop_assert_eq!(verdict.is_ok(), !patterned);
    }

    #[test]
    fn a_context_word_is_found_wherever_it_is(before in "\\PC{8,16}", after in "\\PC{0,16}") {
        let password = format!("{before}NoteBooK{after}");
        let refused = check(LENIENT, &password);
        prop_assert_eq!(refused, Err(PolicyViolation::ContainsContext));
    }

    #[test]
    fn a_repeated_unit_is_refused(unit in "\\PC{1,4}", times in 15_usize..30) {
        let password = unit.repeat(times);
        let refused = STRICT.check(&SecretString::from(password), &[]);
        prop_assert_eq!(refused, Err(PolicyViolation::Repetitive));
    }
}

#[test]
fn repetition_and_runs_are_refused_only_when_they_are_all_there_is() {
    for password in [
        "aaaaaaaaaaaaaaa",
        "aAaAaAaAaAaAaAaA",
        "abcabcabcabcabc",
        "abcdabcdabcdabc",
        "123412341234123",
        "123456789012345",
        "abcdefghijklmno",
        "ABCDEFGHIJKLMNO",
        "opqrstuvwxyzabcd",
        "543210987654321",
        "zyxwvutsrqponmlk",
        "абвгдежзийклмно",
        "               ",
    ] {
        assert_eq!(check(STRICT, password), Err(PolicyViolation::Repetitive), "{password}");
    }
    for password in [
        "aaaaaaaaaaaaaab",
        "baaaaaaaaaaaaaa",
        "123456789012346",
        "abcdeabcdeabcde",
        "abcdefghijklmnp",
        "1234567887654321",
    ] {
        assert_eq!(check(STRICT, password), Ok(()), "{password}");
    }
}

#[test]
fn context_words_are_found_in_any_case_from_four_characters_on() {
    for password in
        ["alice in wonderland", "the ALICE of it all", "my own notebook", "xxx-Alice-xxx-yy"]
    {
        assert_eq!(check(STRICT, password), Err(PolicyViolation::ContainsContext), "{password}");
    }
    for password in ["bob is three letters", "al-ice in wonderland", "correct horse battery staple"]
    {
        assert_eq!(check(STRICT, password), Ok(()), "{password}");
    }
    let password = SecretString::from("das große ÜBERMUT-Lied");
    assert_eq!(STRICT.check(&password, &["übermut"]), Err(PolicyViolation::ContainsContext));
    assert_eq!(
        STRICT.check(&password, &["", "üb", "a word that is longer than the password"]),
        Ok(())
    );
}

#[test]
fn a_refusal_says_what_to_do_and_nothing_of_the_password() {
    for (password, says) in [
        ("hunter2", "Use at least 15 characters."),
        (&"x".repeat(4_097), "Use a shorter password: at most 4096 bytes."),
        ("alice in wonderland", "Leave out your name and the name of this service."),
        ("aaaaaaaaaaaaaaa", "Use something other than a repeated pattern or a run."),
    ] {
        assert_eq!(check(STRICT, password).unwrap_err().to_string(), says);
    }
}

#[test]
fn the_description_follows_the_settings() {
    assert!(LENIENT.with_min_chars(12).unwrap().describe().contains("at least 12 characters"));
}
