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
    assert_eq!(name.as_str(), text.to_ascii_lowercase());
    assert!((3..=32).contains(&name.as_str().len()), "{text:?}");
    assert!(
        name.as_str()
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.'))
    );
    assert!(name.as_str().starts_with(|first: char| first.is_ascii_lowercase()));
}

#[test]
fn accepts_what_it_says() {
    for (text, canonical) in [
        ("abc", "abc"),
        ("Alice", "alice"),
        ("a.b-c_d", "a.b-c_d"),
        ("x1234567890123456789012345678901", "x1234567890123456789012345678901"),
        ("administrators", "administrators"),
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
        ("аlice", UsernameError::Character),
        ("al\u{200b}ice", UsernameError::Character),
        ("ＡＬＩＣＥ", UsernameError::Character),
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
    #[test]
    fn any_text_is_refused_or_canonical(text in "[a-zA-Z0-9._ -]{0,34}|\\PC{0,34}") {
        holds_for(&text);
    }
}
