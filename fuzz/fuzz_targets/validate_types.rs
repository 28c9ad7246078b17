//! Whatever a type takes is the one spelling of itself: printed and parsed again it is the same.
//! And what each type promises of its characters and lengths holds. The first byte picks the type.

#![no_main]

use core::fmt::{Debug, Display};
use core::str::FromStr;

use bartizan_validate::{
    BoundedString, CountryCode, CurrencyCode, DisplayName, Email, Iban, Mailbox, Pan, PhoneNumber,
    Slug, Text, TextLine, Username,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let Ok(text) = core::str::from_utf8(rest) else {
        return;
    };
    match kind % 13 {
        0 => email(text),
        1 => mailbox(text),
        2 => username(text),
        3 => holds::<DisplayName>(text, |name| shows(name, 64) && name.trim() == name),
        4 => holds::<Slug>(text, |slug| slug == text && slug.len() <= 64),
        5 => holds::<BoundedString<1, 20, 40>>(text, |same| same == text && same.len() <= 40),
        6 => holds::<Text<1, 80>>(text, |text| shows(&text.replace(['\n', '\t'], " "), 80)),
        7 => holds::<TextLine<1, 80>>(text, |line| shows(line, 80)),
        8 => holds::<Iban>(text, |iban| iban.len() <= 34),
        9 => holds::<CountryCode>(text, |code| code.len() == 2),
        10 => holds::<CurrencyCode>(text, |code| code.len() == 3),
        11 => holds::<PhoneNumber>(text, |number| number.len() <= 16 && number.starts_with('+')),
        _ => pan(text),
    }
});

fn holds<T>(text: &str, promise: impl Fn(&str) -> bool)
where
    T: FromStr<Err: Debug + PartialEq>
        + TryFrom<String, Error: Debug>
        + Display
        + PartialEq
        + Debug,
{
    let parsed = text.parse::<T>();
    match (&parsed, T::try_from(text.to_owned())) {
        (Ok(parsed), Ok(owned)) => assert_eq!(*parsed, owned),
        (Err(_), Err(_)) => {}
        _ => panic!("owned and borrowed text are not of one mind"),
    }
    if let Ok(parsed) = parsed {
        let printed = parsed.to_string();
        assert_eq!(printed.parse::<T>().as_ref(), Ok(&parsed));
        assert!(promise(&printed), "{printed:?}");
    }
}

/// Shown to others it hides and reorders nothing.
fn shows(text: &str, max_chars: usize) -> bool {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (1..=max_chars).contains(&text.chars().count()) && !text.contains(hidden)
}

fn email(text: &str) {
    holds::<Email>(text, |printed| {
        let special = ['<', '>', '"', ',', ';', ':', '\\', '(', ')', '[', ']'];
        printed.bytes().all(|byte| byte.is_ascii_graphic()) && !printed.contains(special)
    });
    if let Ok(email) = text.parse::<Email>() {
        assert!(email.as_str().len() <= 254 && email.local().len() <= 64);
        assert!(email.domain().split('.').all(|label| (1..=63).contains(&label.len())));
    }
}

fn mailbox(text: &str) {
    holds::<Mailbox>(text, |printed| printed.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    if let Ok(mailbox) = text.parse::<Mailbox>() {
        assert!(mailbox.as_str().len() <= 254 && mailbox.local().len() <= 64);
    }
}

fn username(text: &str) {
    holds::<Username>(text, |name| {
        shows(name, 32) && name.len() <= 128 && !name.contains(char::is_whitespace)
    });
    if let Ok(name) = text.parse::<Username>() {
        assert!(!name.skeleton().as_str().is_empty());
    }
}

fn pan(text: &str) {
    if let Ok(pan) = text.parse::<Pan>() {
        assert_eq!(pan.expose().parse::<Pan>().unwrap().expose(), pan.expose());
        assert!((12..=19).contains(&pan.expose().len()));
        assert!(!format!("{pan:?}{pan}").contains(pan.expose()));
    }
}
