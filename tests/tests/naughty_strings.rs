//! Strings that break things: none breaks a parser of the family, and what a parser takes has one
//! spelling.

use bartizan::core::{KeyId, base64url, hex};
use bartizan::html::{Policy, Sanitizer, encode};
use bartizan::otp::RecoverySet;
use bartizan::password::StoredHash;
use bartizan::validate::{Email, Username};
use tests::corpus;

#[test]
fn naughty_strings_are_refused_or_have_one_spelling() {
    let Some(corpus) = corpus::<String>("validate/naughty_strings.json") else { return };
    assert_eq!(corpus.cases.len(), 362);
    let sanitizer = Sanitizer::new(Policy::plain_text());
    for text in &corpus.cases {
        if let Ok(email) = text.parse::<Email>() {
            assert_eq!(email.as_str().parse::<Email>().unwrap(), email);
        }
        if let Ok(name) = text.parse::<Username>() {
            assert_eq!(name.as_str().parse::<Username>().unwrap(), name);
        }
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
