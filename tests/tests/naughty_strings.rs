//! Strings that break things: none breaks a parser of the family, and what a parser takes has one
//! spelling.

use std::fmt::Display;
use std::str::FromStr;

use bartizan::core::{KeyId, base64url, hex};
use bartizan::html::{Policy, Sanitizer, encode};
use bartizan::otp::RecoverySet;
use bartizan::password::StoredHash;
use bartizan::validate::{
    BoundedString, CountryCode, CurrencyCode, DisplayName, Email, Iban, Mailbox, Pan, PhoneNumber,
    Slug, Text, TextLine, Username,
};
use tests::corpus;

#[test]
fn naughty_strings_are_refused_or_have_one_spelling() {
    let Some(corpus) = corpus::<String>("validate/naughty_strings.json") else { return };
    assert_eq!(corpus.cases.len(), 362);
    let sanitizer = Sanitizer::new(Policy::plain_text());
    for text in &corpus.cases {
        if let Ok(bytes) = base64url::decode(text) {
            assert_eq!(base64url::encode(&bytes), *text);
        }
        if let Ok(bytes) = hex::decode(text) {
            assert_eq!(hex::encode(&bytes), *text);
        }
        if let Ok(id) = text.parse::<KeyId>() {
            assert_eq!(id.to_string(), *text);
        }
        assert!(text.parse::<StoredHash>().is_err());
        assert!(RecoverySet::from_bytes(text.as_bytes()).is_err());
        assert!(!encode::text(text).to_string().contains('<'));
        if let Ok(clean) = sanitizer.clean(text) {
            assert!(!clean.as_str().contains('<'));
        }
    }
}

/// How many of them each type of input takes: whoever changes a rule sees it here.
#[test]
fn the_verdicts_on_naughty_strings() {
    let Some(corpus) = corpus::<String>("validate/naughty_strings.json") else { return };
    let cases = &corpus.cases;
    assert_eq!(
        [
            ("Email", taken::<Email>(cases)),
            ("Mailbox", taken::<Mailbox>(cases)),
            ("Username", taken::<Username>(cases)),
            ("DisplayName", taken::<DisplayName>(cases)),
            ("Slug", taken::<Slug>(cases)),
            ("BoundedString", taken::<BoundedString<1, 64>>(cases)),
            ("Text", taken::<Text<1, 300>>(cases)),
            ("TextLine", taken::<TextLine<1, 300>>(cases)),
            ("PhoneNumber", taken::<PhoneNumber>(cases)),
            ("Iban", taken::<Iban>(cases)),
            ("CountryCode", taken::<CountryCode>(cases)),
            ("CurrencyCode", taken::<CurrencyCode>(cases)),
        ],
        [
            ("Email", 0),
            ("Mailbox", 0),
            ("Username", 35),
            ("DisplayName", 264),
            ("Slug", 20),
            ("BoundedString", 307),
            ("Text", 347),
            ("TextLine", 347),
            ("PhoneNumber", 0),
            ("Iban", 0),
            ("CountryCode", 0),
            ("CurrencyCode", 0),
        ]
    );
    assert!(cases.iter().all(|text| text.parse::<Pan>().is_err()));
}

/// Counts what is taken, each with one spelling.
fn taken<T: FromStr + Display + PartialEq>(cases: &[String]) -> usize {
    let parsed = cases.iter().filter_map(|text| text.parse::<T>().ok());
    parsed
        .inspect(|one| assert!(one.to_string().parse::<T>().is_ok_and(|same| same == *one)))
        .count()
}
