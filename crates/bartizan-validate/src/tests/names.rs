//! Names to be shown, and names within URLs.

use proptest::prelude::*;

use crate::{DisplayName, DisplayNameError, Slug, SlugError};

fn parse(text: &str) -> Result<DisplayName, DisplayNameError> {
    text.parse()
}

fn holds_for(text: &str) {
    if let Ok(name) = parse(text) {
        assert_eq!(parse(name.as_str()).as_ref(), Ok(&name), "{text:?}");
        assert_eq!(DisplayName::try_from(text.to_owned()).as_ref(), Ok(&name));
        assert!((1..=64).contains(&name.as_str().chars().count()));
        assert!(name.as_str().len() <= 256 && name.as_str().trim() == name.as_str());
        assert!(!name.as_str().contains(|c: char| c.is_control() || crate::unicode::is_hidden(c)));
        assert!(!name.as_str().contains("  "));
    }
    if let Ok(slug) = text.parse::<Slug>() {
        assert_eq!(slug.as_str(), text);
        assert!(text.split('-').all(|part| !part.is_empty()) && text.len() <= 64);
    }
}

#[test]
fn a_name_has_one_form() {
    for (text, canonical) in [
        ("Alice", "Alice"),
        ("  Alice   Smith ", "Alice Smith"),
        ("Alice\u{3000}Smith", "Alice Smith"),
        ("Rene\u{301}e", "Renée"),
        ("ＡＬＩＣＥ", "ALICE"),
        ("O'Neill <3", "O'Neill <3"),
        ("田中 太郎", "田中 太郎"),
        ("Alice 🎉", "Alice 🎉"),
        ("محمد", "محمد"),
    ] {
        assert_eq!(parse(text).as_ref().map(DisplayName::as_str), Ok(canonical));
        holds_for(text);
    }
    assert_eq!(parse("paypal").unwrap().skeleton(), parse("раураl").unwrap().skeleton());
}

/// asvs: V1.3.3
/// asvs: V1.3.11
#[test]
fn a_name_has_nothing_hidden_and_is_bounded() {
    for (text, error) in [
        ("", DisplayNameError::Empty),
        (" \u{a0} ", DisplayNameError::Empty),
        ("...", DisplayNameError::Empty),
        (".", DisplayNameError::Empty),
        ("Alice\r\nBcc: b", DisplayNameError::Character),
        ("Alice\n", DisplayNameError::Character),
        ("Al\0ice", DisplayNameError::Character),
        ("Al\tice", DisplayNameError::Character),
        ("Al\u{85}ice", DisplayNameError::Character),
        ("Al\u{200b}ice", DisplayNameError::Character),
        ("Al\u{2028}ice", DisplayNameError::Character),
        ("Al\u{202e}ice", DisplayNameError::Character),
        ("Al\u{e0041}ice", DisplayNameError::Character),
        ("Al\u{feff}ice", DisplayNameError::Character),
        ("x\u{301}\u{302}\u{303}\u{304}\u{305}", DisplayNameError::Character),
        (&"a".repeat(65), DisplayNameError::TooLong),
        (&"é".repeat(65), DisplayNameError::TooLong),
        (&"\0".repeat(1 << 20), DisplayNameError::TooLong),
        (&"\u{fdfa}".repeat(64), DisplayNameError::TooLong),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
    assert!(parse(&"é".repeat(64)).is_ok());
}

/// asvs: V1.3.3
#[test]
fn a_slug_is_what_it_says() {
    let slug = |text: &str| text.parse::<Slug>();
    for text in ["a", "0", "a-b", "ten-things-2", &"a".repeat(64)] {
        assert_eq!(slug(text).as_ref().map(Slug::as_str), Ok(text));
    }
    for (text, error) in [
        ("", SlugError::Empty),
        ("A", SlugError::Character),
        ("a b", SlugError::Character),
        ("a\n", SlugError::Character),
        ("a/b", SlugError::Character),
        ("..", SlugError::Character),
        ("é", SlugError::Character),
        ("-", SlugError::Hyphen),
        ("-a", SlugError::Hyphen),
        ("a-", SlugError::Hyphen),
        ("a--b", SlugError::Hyphen),
        (&"a".repeat(65), SlugError::TooLong),
        (&"\0".repeat(1 << 20), SlugError::TooLong),
    ] {
        assert_eq!(slug(text), Err(error), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_or_canonical(text in "\\PC{0,70}|[ -~]{0,70}|[a-z-]{0,9}") {
        holds_for(&text);
    }

    /// The quick way through ASCII says what the profile says.
    #[test]
    fn ascii_is_what_the_profile_makes_of_it(text in "[ -~]{1,64}") {
        if let Ok(name) = parse(&text) {
            prop_assert_eq!(&*crate::display_name::enforce(&text).unwrap(), name.as_str());
        }
    }
}
