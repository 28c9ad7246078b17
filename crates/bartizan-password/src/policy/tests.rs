use bartizan_core::SystemRandom;
use proptest::prelude::*;

use super::*;
use crate::common::tests::candidates;
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
        " \t\u{a0} \u{3000}\u{2003}\t  \u{2009}\u{a0}\u{2005}\t \u{3000} ",
        "with\0nul and spaces ",
    ] {
        assert_eq!(check(STRICT, password), Ok(()), "{password:?}");
    }
}

proptest! {
    /// asvs: V6.2.5: whatever the characters, only patterns and common passwords are refused.
    #[test]
    fn any_text_of_the_length_is_accepted(password in "\\PC{15,64}") {
        let verdict = check(STRICT, &password);
        let effort = effort::effort(folding::lower(&password), 8);
        prop_assert_eq!(verdict.is_ok(), effort == 8);
    }

    /// asvs: V6.2.5: no kind of character is required, and none helps.
    #[test]
    fn one_kind_of_character_does(
        password in "[a-z]{15,64}|[A-Z]{15,64}|[α-ω]{15,64}|[一-鿿]{15,64}|[0-9]{24,64}",
    ) {
        prop_assert_eq!(STRICT.check(&SecretString::from(password), &[]), Ok(()));
    }

    /// asvs: V6.2.11
    #[test]
    fn a_context_word_is_found_wherever_it_is(before in "\\PC{8,16}", after in "\\PC{0,16}") {
        // An accent at the beginning of what comes after would belong to the word, and is no matter.
        for word in ["NoteBooK", "n0t3b00k", "A1ic3", "a|!CE"] {
            let refused = check(LENIENT, &format!("{before}{word}{after}"));
            prop_assert_eq!(refused, Err(PolicyViolation::ContainsContext));
        }
    }

    #[test]
    fn a_repeated_unit_is_refused(unit in "\\PC{1,4}", times in 15_usize..30) {
        let password = unit.repeat(times);
        let refused = STRICT.check(&SecretString::from(password), &[]);
        prop_assert_eq!(refused, Err(PolicyViolation::Repetitive));
    }

    #[test]
    fn no_input_is_too_much(
        password in "\\PC{0,300}",
        words in prop::collection::vec("\\PC{0,150}", 0..8),
    ) {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        for policy in [STRICT, LENIENT] {
            let _ = policy.check(&SecretString::from(password.as_str()), &words);
        }
    }
}

#[test]
fn repetition_and_runs_are_refused_unless_enough_is_left_without_them() {
    for password in [
        "aaaaaaaaaaaaaaa",
        "aAaAaAaAaAaAaAaA",
        "abcabcabcabcabc",
        "abcdeabcdeabcde",
        "1234567887654321",
        "opqrstuvwxyzabcd",
        "ZYXWVUTSRQPONMLK",
        "aaaaaaaaaaaaaab",
        "aaaaabbbbbccccc",
        "qwertyuiopasdfgh",
        "1QAZ2wsx3edc4rfv",
        "qwerty123456789",
        "               ",
    ] {
        assert_eq!(check(STRICT, password), Err(PolicyViolation::Repetitive), "{password}");
    }
    for password in ["12345678", "abcdabcd", "qwer1234", "a1b2c3d4", "aaaabbbb"] {
        assert_eq!(check(LENIENT, password), Err(PolicyViolation::Repetitive), "{password}");
    }
    for password in [
        "aaaaaaaaa and so on",
        "row row row your boat",
        "1234 reasons to go",
        "to have or not to hold",
    ] {
        assert_eq!(check(STRICT, password), Ok(()), "{password}");
    }
}

/// More effort is never asked than there must be characters, and a little more than half of them.
#[test]
fn the_effort_follows_the_least_length() {
    for chars in 8..=64 {
        let policy = LENIENT.with_min_chars(chars).unwrap();
        assert_eq!(usize::from(policy.min_effort()), (chars / 2 + 1).min(8));
    }
}

/// asvs: V6.2.11: names of the organization, the product and the user, and the user's address.
#[test]
fn context_words_are_found_in_any_case_from_four_characters_on() {
    for password in
        ["alice in wonderland", "the ALICE of it all", "my own notebook", "xxx-4L1c3-xxx-yy"]
    {
        assert_eq!(check(STRICT, password), Err(PolicyViolation::ContainsContext), "{password}");
    }
    for password in ["bob is three letters", "al-ice in wonderland", "gravel umbrella saxophone"] {
        assert_eq!(check(STRICT, password), Ok(()), "{password}");
    }
    let words = ["Acme Widgets, Inc.", "übermut", "carol.smith@acme.example"];
    for password in [
        "das große ÜBERMUT-Lied",
        "the best w1dg3ts there are",
        "4cm3 makes everything",
        "I am Smith, not Wesson",
        "a Christmas C4r0l again",
    ] {
        let refused = STRICT.check(&SecretString::from(password), &words);
        assert_eq!(refused, Err(PolicyViolation::ContainsContext), "{password}");
    }
}

/// asvs: V6.2.4: the list is on by default, and nothing of it gets by.
#[test]
fn every_password_of_the_list_is_refused() {
    let candidates = candidates::all().unwrap();
    assert!(candidates.len() > 30_000);
    for candidate in candidates {
        assert!(
            LENIENT.check(&SecretString::from(candidate.as_str()), &[]).is_err(),
            "{candidate}"
        );
    }
}

/// asvs: V6.2.4
#[test]
fn common_passwords_are_refused_with_what_is_usually_added() {
    for password in ["sunshine", "SunShine", "$un$h1ne", "sunshine1!", "p@ssw0rd", "iloveyou"] {
        assert_eq!(check(LENIENT, password), Err(PolicyViolation::Common), "{password}");
    }
    for password in ["password1234567", "P@ssw0rd1234567", "!!!!sunshine!!!!"] {
        assert_eq!(check(STRICT, password), Err(PolicyViolation::Common), "{password}");
    }
}

/// A password has no age: what is checked when it is set is all there is (asvs: V6.2.10).
#[test]
fn neither_a_policy_nor_a_refusal_knows_of_time() {
    for rule in STRICT.rules() {
        match rule {
            PolicyViolation::TooShort { .. }
            | PolicyViolation::TooLong { .. }
            | PolicyViolation::ContainsContext
            | PolicyViolation::Repetitive
            | PolicyViolation::Common => {}
        }
    }
    let shown = format!("{STRICT:?}");
    assert_eq!(shown, "PasswordPolicy { min_chars: 15, max_bytes: 4096 }");
}

#[test]
fn a_refusal_says_what_to_do_and_nothing_of_the_password() {
    for (password, code, says) in [
        ("hunter2", "password.too_short", "Use at least 15 characters."),
        (&"x".repeat(4_097), "password.too_long", "Use a shorter password: at most 4096 bytes."),
        (
            "alice in wonderland",
            "password.contains_context",
            "Leave out your name, your address and the name of this service.",
        ),
        (
            "aaaaaaaaaaaaaaa",
            "password.repetitive",
            "Use more than repetition, counting, or rows of the keyboard.",
        ),
        ("password1234567", "password.common", "Use something that other people do not use, too."),
    ] {
        let refused = check(STRICT, password).unwrap_err();
        assert_eq!((refused.code(), refused.to_string().as_str()), (code, says));
        assert!(STRICT.rules().any(|rule| rule == refused), "the rule was said before");
        for (name, value) in refused.arguments() {
            assert!(name.starts_with("min_") && value == 15 || value == 4_096);
        }
    }
}

#[test]
fn the_description_follows_the_settings_and_the_rules() {
    let policy = LENIENT.with_min_chars(12).unwrap();
    let text = policy.describe();
    for rule in policy.rules().filter(|rule| !matches!(rule, PolicyViolation::TooLong { .. })) {
        assert!(text.contains(&rule.to_string()), "{rule}");
    }
    assert!(text.contains("at least 12 characters"));
}
