//! User names.

use proptest::prelude::*;

use crate::{Username, UsernameError};

fn parse(text: &str) -> Result<Username, UsernameError> {
    text.parse()
}

/// Whatever is accepted is bounded, and the one spelling of itself.
fn holds_for(text: &str) {
    let Ok(name) = parse(text) else {
        return;
    };
    assert_eq!(parse(name.as_str()).as_ref(), Ok(&name), "{text:?}");
    assert_eq!(Username::try_from(text.to_owned()).as_ref(), Ok(&name));
    assert!((3..=32).contains(&name.as_str().chars().count()), "{text:?}");
    assert!(name.as_str().len() <= 128);
    assert!(name.as_str().starts_with(char::is_alphabetic));
    assert!(
        !name.as_str().contains(|c: char| c.is_uppercase() || c.is_whitespace() || c.is_control())
    );
    let ascii = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
    assert!(name.as_str().bytes().all(|byte| !byte.is_ascii() || ascii(byte)), "{text:?}");
}

#[test]
fn names_that_look_alike_have_one_skeleton() {
    for (one, other) in [
        ("paypal", "paypa1"),
        ("modern", "rnodern"),
        ("bob", "b0b"),
        ("аӏех", "а1ех"),
        ("scope", "ѕсоре"),
    ] {
        let skeleton = |text: &str| parse(text).unwrap().skeleton();
        assert_ne!(parse(one), parse(other));
        assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        assert_eq!(skeleton(one).to_string(), skeleton(one).as_str());
    }
    assert_ne!(parse("alice").unwrap().skeleton(), parse("alicia").unwrap().skeleton());
}

#[test]
fn accepts_what_it_says() {
    for (text, canonical) in [
        ("abc", "abc"),
        ("Alice", "alice"),
        ("a.b-c_d", "a.b-c_d"),
        ("x1234567890123456789012345678901", "x1234567890123456789012345678901"),
        ("administrators", "administrators"),
        ("ａｌｉｃｅ", "alice"),
        ("Renée", "renée"),
        ("Rene\u{301}e", "renée"),
        ("Ελένη", "ελένη"),
        ("Мария_1", "мария_1"),
        ("田中さん", "田中さん"),
        ("tanaka田中", "tanaka田中"),
        ("מיכל", "מיכל"),
        ("हिन्दी", "हिन्दी"),
    ] {
        assert_eq!(parse(text).as_ref().map(Username::as_str), Ok(canonical));
        holds_for(text);
    }
    assert_eq!(parse("alice"), parse("ALICE"));
}

/// asvs: V1.3.3
#[test]
fn refuses_what_it_says() {
    for (text, error) in [
        ("", UsernameError::TooShort),
        ("ab", UsernameError::TooShort),
        (&"a".repeat(33), UsernameError::TooLong),
        (&"\0".repeat(1 << 20), UsernameError::TooLong),
        ("a b", UsernameError::Character),
        ("alice\n", UsernameError::Character),
        ("al\0ice", UsernameError::Character),
        ("аlice", UsernameError::MixedScript),
        ("αlice", UsernameError::MixedScript),
        ("ali१c2e", UsernameError::MixedScript),
        ("नाम1२", UsernameError::MixedScript),
        ("al\u{200b}ice", UsernameError::Character),
        ("al\u{200d}ice", UsernameError::Character),
        ("نام\u{200c}ها", UsernameError::Character),
        ("al\u{202e}ice", UsernameError::Character),
        ("al\u{2066}ice\u{2069}", UsernameError::Character),
        ("al\u{ad}ice", UsernameError::Character),
        ("al\u{e0061}ice", UsernameError::Character),
        ("al\u{fe0f}ice", UsernameError::Character),
        ("a\u{3164}\u{3164}b", UsernameError::Character),
        ("ali\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}ce", UsernameError::Character),
        ("alice☺", UsernameError::Character),
        ("אליסa", UsernameError::Character),
        ("éa", UsernameError::TooShort),
        (&"é".repeat(33), UsernameError::TooLong),
        ("é..é", UsernameError::DoublePunctuation),
        ("éée.", UsernameError::End),
        ("1éé", UsernameError::Start),
        ("ｒｏｏｔ", UsernameError::Reserved),
        ("\u{212a}elvin", UsernameError::Character),
        ("a@b", UsernameError::Character),
        ("../a", UsernameError::Character),
        ("1abc", UsernameError::Start),
        (".abc", UsernameError::Start),
        ("abc.", UsernameError::End),
        ("abc-", UsernameError::End),
        ("a..b", UsernameError::DoublePunctuation),
        ("a-_b", UsernameError::DoublePunctuation),
        ("root", UsernameError::Reserved),
        ("Admin", UsernameError::Reserved),
        ("r00t", UsernameError::Reserved),
        ("adrnin", UsernameError::Reserved),
        ("inf0", UsernameError::Reserved),
        ("рооt", UsernameError::MixedScript),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn every_mutation_is_refused_or_canonical() {
    let name = "Alice.B-c_d9";
    for at in 0..name.len() {
        holds_for(&name[..at]);
        for bit in 0..8 {
            let mut bytes = name.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            holds_for(&String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn serde_validates_and_repeats_nothing() {
    let name: Username = serde_json::from_str("\"Alice\"").unwrap();
    assert_eq!(serde_json::to_string(&name).unwrap(), "\"alice\"");
    let error = serde_json::from_str::<Username>("\"REFUSED!\"").unwrap_err().to_string();
    assert!(!error.contains("REFUSED"), "{error}");
    assert!(serde_json::from_slice::<Username>(b"\"alice\xff\"").is_err());
}

proptest! {
    /// The quick way through ASCII and the tables say the same.
    #[test]
    fn the_skeleton_of_ascii_is_that_of_the_tables(name in "[a-z0-9_.-]{1,32}") {
        let quick: Vec<u8> = crate::username::ascii_skeleton(name.as_bytes()).collect();
        assert_eq!(&quick[..], crate::Skeleton::of(&name).as_str().as_bytes());
    }

    #[test]
    fn ascii_is_left_alone_by_the_profile(name in "[a-z][a-zA-Z0-9_.-]{2,31}") {
        if let Ok(parsed) = parse(&name) {
            prop_assert_eq!(&crate::username::enforce(&name).unwrap(), parsed.as_str());
        }
    }

    #[test]
    fn names_of_any_script_are_refused_or_canonical(text in "[\\p{L}\\p{M}\\p{Nd}_.-]{3,12}|[а-яё]{3,9}|[ぁ-んa-z一-丁]{3,8}|[א-ת0-9]{3,8}|[ა-ჿ]{3,5}|[ऀ-ॿ]{3,6}") {
        holds_for(&text);
    }

    #[test]
    fn any_text_is_refused_or_canonical(text in "[a-zA-Z0-9._ -]{0,34}|\\PC{0,34}") {
        holds_for(&text);
    }
}
