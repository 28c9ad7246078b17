//! Email addresses.

use proptest::prelude::*;

use crate::{Email, EmailError};

fn parse(text: &str) -> Result<Email, EmailError> {
    text.parse()
}

/// Whatever is accepted is bounded, printable, and the one spelling of itself.
fn holds_for(text: &str) {
    let Ok(email) = parse(text) else {
        return;
    };
    assert_eq!(parse(email.as_str()).as_ref(), Ok(&email), "{text:?}");
    assert_eq!(format!("{}@{}", email.local(), email.domain()), email.as_str());
    assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
    assert!(!email.as_str().contains(['<', '>', '"', ',', ';', ':', '\\', '(', ')', '[', ']']));
    assert!(email.as_str().len() <= 254 && email.local().len() <= 64);
    assert!(email.domain().split('.').all(|label| (1..=63).contains(&label.len())));
    assert_eq!(email.domain(), email.domain().to_ascii_lowercase());
}

#[test]
fn accepts_what_the_standard_calls_valid() {
    for (text, canonical) in [
        ("alice@example.com", "alice@example.com"),
        ("Alice.B+tag@EXAMPLE.Com", "Alice.B+tag@example.com"),
        ("a@localhost", "a@localhost"),
        ("!#$%&'*+/=?^_`{|}~-.@a-b.c0", "!#$%&'*+/=?^_`{|}~-.@a-b.c0"),
        ("..@0.1", "..@0.1"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example"),
        ("a@Bu\u{308}cher.example", "a@xn--bcher-kva.example"),
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
        ("a@ｅｘａｍｐｌｅ。ｃｏｍ", "a@example.com"),
    ] {
        assert_eq!(parse(text).as_ref().map(Email::as_str), Ok(canonical));
        holds_for(text);
    }
}

#[test]
fn refuses_what_the_standard_does_not_call_valid() {
    for (text, error) in [
        ("", EmailError::At),
        ("alice", EmailError::At),
        ("a@b@c", EmailError::At),
        ("@example.com", EmailError::Local),
        ("a b@example.com", EmailError::Local),
        (" a@example.com", EmailError::Local),
        ("\"a b\"@example.com", EmailError::Local),
        ("Alice <a@example.com>", EmailError::Local),
        ("a,b@example.com", EmailError::Local),
        ("ä@example.com", EmailError::Local),
        ("a\u{200b}@example.com", EmailError::Local),
        ("a@", EmailError::Domain),
        ("a@.", EmailError::Domain),
        ("a@example.com.", EmailError::Domain),
        ("a@.example.com", EmailError::Domain),
        ("a@example..com", EmailError::Domain),
        ("a@-example.com", EmailError::Domain),
        ("a@example-.com", EmailError::Domain),
        ("a@exa_mple.com", EmailError::Domain),
        ("a@exa mple.com", EmailError::Domain),
        ("a@example.com ", EmailError::Domain),
        ("a@[127.0.0.1]", EmailError::Domain),
        ("a@example.com:25", EmailError::Domain),
        ("a@xn--a", EmailError::Domain),
        ("a@xn--", EmailError::Domain),
        ("a@\u{ad}", EmailError::Domain),
        ("a@\u{202e}example.com", EmailError::Domain),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}

/// For addresses; the other sinks of the requirement have no type yet.
///
/// asvs: V1.3.11
#[test]
fn no_control_character_comes_through() {
    for control in ('\0'..' ').chain('\u{7f}'..='\u{a0}').chain(['\u{2028}', '\u{2029}', '\u{85}'])
    {
        let address = "alice@example.com";
        for at in 0..=address.len() {
            let (before, after) = address.split_at(at);
            let text = format!("{before}{control}{after}");
            assert!(parse(&text).is_err(), "{text:?}");
            let text = format!("{before}{control}Bcc: x{after}");
            assert!(parse(&text).is_err(), "{text:?}");
        }
    }
    for text in ["a@example.com\r\nBcc: b", "a\r\nRCPT TO:<b>@example.com", "a@example.com\n.\n"] {
        assert!(parse(text).is_err(), "{text:?}");
    }
}

/// Nothing is looked at, or copied, of what is too long.
///
/// asvs: V1.3.3
#[test]
fn lengths_are_limits() {
    let label = "d".repeat(63);
    let domain = format!("{label}.{label}.{label}");
    let at = |local: usize| format!("{}@{domain}", "l".repeat(local));
    assert_eq!(at(62).len(), 254);
    assert!(parse(&at(62)).is_ok());
    assert_eq!(parse(&at(63)), Err(EmailError::TooLong));
    assert!(parse(&format!("{}@a.b", "l".repeat(64))).is_ok());
    assert_eq!(parse(&format!("{}@a.b", "l".repeat(65))), Err(EmailError::LocalTooLong));
    assert!(parse(&format!("a@{label}")).is_ok());
    assert_eq!(parse(&format!("a@{label}d")), Err(EmailError::Domain));
    let longer_in_ascii = format!("{}@{}", "l".repeat(64), ["ü"; 25].join("."));
    assert!(longer_in_ascii.len() < 254);
    assert_eq!(parse(&longer_in_ascii), Err(EmailError::TooLong));
    assert_eq!(parse(&"\0".repeat(1 << 20)), Err(EmailError::TooLong));
    assert_eq!(parse(&"@".repeat(255)), Err(EmailError::TooLong));
}

#[test]
fn every_mutation_is_refused_or_canonical() {
    for address in ["Alice.B+tag@sub.EXAMPLE.com", "a@bücher.example", "a@xn--bcher-kva.example"] {
        for at in (0..address.len()).filter(|at| address.is_char_boundary(*at)) {
            holds_for(&address[..at]);
        }
        for at in 0..address.len() {
            for bit in 0..8 {
                let mut bytes = address.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                holds_for(&String::from_utf8_lossy(&bytes));
            }
        }
    }
}

#[test]
fn equality_is_that_of_the_canonical_form() {
    assert_eq!(parse("a@Example.com"), parse("a@eXAMPLE.COM"));
    assert_ne!(parse("a@example.com"), parse("A@example.com"));
}

#[test]
fn serde_validates_and_repeats_nothing() {
    let email: Email = serde_json::from_str("\"a@B\\u00dcCHER.example\"").unwrap();
    assert_eq!(serde_json::to_string(&email).unwrap(), "\"a@xn--bcher-kva.example\"");
    for json in ["\"REFUSED\"", "\"REFUSED@@\"", "\"RE FUSED@example.com\"", "\"a@REFUSED..\""] {
        let error = serde_json::from_str::<Email>(json).unwrap_err().to_string();
        assert!(!error.contains("FUSED"), "{error}");
    }
    for json in ["null", "1", "[]", "{}", "\"a@example.com", "\"\\ud800@example.com\""] {
        assert!(serde_json::from_str::<Email>(json).is_err(), "{json}");
    }
    assert!(serde_json::from_slice::<Email>(b"\"\xff@example.com\"").is_err());
}

#[test]
fn strings_convert_both_ways() {
    let text = || "a@example.com".to_owned();
    assert_eq!(Email::try_from(text()).map(String::from), Ok(text()));
    assert_eq!(Email::try_from("a@example.com").unwrap().as_ref(), text());
    assert_eq!(Email::try_from("a"), Err(EmailError::At));
}

proptest! {
    #[test]
    fn any_text_is_refused_or_canonical(text in any::<String>()) {
        holds_for(&text);
    }

    #[test]
    fn any_domain_is_refused_or_canonical(domain in "(xn--)?[\\PC.-]{1,12}(\\.[\\PC]{1,12})?") {
        holds_for(&format!("a@{domain}"));
    }
}
