//! Text within bounds, and text that is shown to others.

use proptest::prelude::*;
use unicode_normalization::is_nfc;

use crate::{BoundedString, BoundedStringError as Length, Refusal as _, Text, TextError, TextLine};

type Comment = Text<1, 20>;
type Subject = TextLine<1, 20>;

fn holds_for(text: &str) {
    if let Ok(comment) = text.parse::<Comment>() {
        assert_eq!(comment.as_str().parse().as_ref(), Ok(&comment), "{text:?}");
        assert_eq!(Comment::try_from(text.to_owned()).as_ref(), Ok(&comment));
        assert!((1..=20).contains(&comment.as_str().chars().count()));
        assert!(is_nfc(comment.as_str()) && comment.as_str().trim() == comment.as_str());
        let is_refused = |c: char| !matches!(c, '\n' | '\t') && crate::unicode::is_hidden(c);
        assert!(!comment.as_str().contains(is_refused), "{text:?}");
    }
    if let Ok(subject) = text.parse::<Subject>() {
        assert_eq!(subject.as_str().parse().as_ref(), Ok(&subject), "{text:?}");
        assert!(!subject.as_str().contains(crate::unicode::is_hidden));
        assert_eq!(text.parse::<Comment>().as_ref().map(Text::as_str), Ok(subject.as_str()));
    }
    bounds_hold_for(text);
}

fn bounds_hold_for(text: &str) {
    if let Ok(bounded) = text.parse::<BoundedString<2, 5, 7>>() {
        assert_eq!(bounded.as_str(), text);
        assert!((2..=5).contains(&text.chars().count()) && text.len() <= 7);
    } else {
        assert!(!(2..=5).contains(&text.chars().count()) || text.len() > 7);
    }
}

#[test]
fn text_has_one_form() {
    for (text, canonical) in [
        ("a", "a"),
        (" a\u{a0}", "a"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\r\n a\tb \r\n", "a\tb"),
        ("e\u{301}", "é"),
        ("\u{212b}", "Å"),
        ("👩\u{200d}💻 ❤\u{fe0f}", "👩\u{200d}💻 ❤\u{fe0f}"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
    ] {
        assert_eq!(text.parse::<Comment>().as_ref().map(Text::as_str), Ok(canonical));
        holds_for(text);
    }
}

/// asvs: V1.3.3
#[test]
fn text_has_nothing_hidden_and_is_bounded() {
    let too_long = TextError::Length(Length::TooLong { max_chars: 20 });
    let too_short = TextError::Length(Length::TooShort { min_chars: 1 });
    for (text, error) in [
        ("", too_short),
        (" \n\t ", too_short),
        (&"a".repeat(21), too_long),
        (&"\0".repeat(1 << 20), too_long),
        ("a\0b", TextError::Character),
        ("a\u{1b}[31m", TextError::Character),
        ("a\u{7f}", TextError::Character),
        ("\u{85}a", TextError::Character),
        ("a\u{2028}b", TextError::Character),
        ("a\u{202e}b", TextError::Character),
        ("a\u{2066}b\u{2069}", TextError::Character),
        ("a\u{feff}b", TextError::Character),
        ("a\u{fff9}b", TextError::Character),
        ("a\u{ffff}b", TextError::Character),
        ("a\u{e0041}b", TextError::Character),
    ] {
        assert_eq!(text.parse::<Comment>(), Err(error), "{text:?}");
    }
    assert!("é".repeat(20).parse::<Comment>().is_ok());
}

/// asvs: V1.3.11
#[test]
fn a_line_is_one_line() {
    for text in ["a\nb", "a\rb", "a\r\n", "\na", "a\u{85}b", "a\u{2028}b", "a\u{2029}"] {
        assert_eq!(text.parse::<Subject>(), Err(TextError::LineBreak), "{text:?}");
    }
    for text in ["a\tb", "a\0b"] {
        assert_eq!(text.parse::<Subject>(), Err(TextError::Character), "{text:?}");
    }
}

/// asvs: V1.3.3
#[test]
fn bounds_are_of_characters_and_of_octets() {
    let parse = |text: &str| text.parse::<BoundedString<2, 5, 7>>();
    assert_eq!(parse("a"), Err(Length::TooShort { min_chars: 2 }));
    assert_eq!(parse("é"), Err(Length::TooShort { min_chars: 2 }));
    assert_eq!(parse("aaaaaa"), Err(Length::TooLong { max_chars: 5 }));
    assert_eq!(parse("éééé"), Err(Length::Octets { max_octets: 7 }));
    assert_eq!(parse(&"\0".repeat(1 << 20)), Err(Length::TooLong { max_chars: 5 }));
    assert_eq!(parse("a\0\r\n").unwrap().as_str(), "a\0\r\n");
    assert_eq!(Length::TooShort { min_chars: 2 }.arguments(), [("min", 2)]);
    assert_eq!(TextError::Length(Length::TooLong { max_chars: 5 }).arguments(), [("max", 5)]);
}

proptest! {
    #[test]
    fn any_text_is_refused_or_canonical(text in "(?s).{0,24}|[ a\r\n\té\u{301}]{0,24}") {
        holds_for(&text);
    }
}
