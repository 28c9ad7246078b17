//! Addresses of mail servers.

use proptest::prelude::*;

use crate::{Email, Mailbox, MailboxError};

fn parse(text: &str) -> Result<Mailbox, MailboxError> {
    text.parse()
}

fn holds_for(text: &str) {
    let Ok(mailbox) = parse(text) else {
        return;
    };
    assert_eq!(parse(mailbox.as_str()).as_ref(), Ok(&mailbox), "{text:?}");
    assert_eq!(format!("{}@{}", mailbox.local(), mailbox.domain()), mailbox.as_str());
    assert!(mailbox.as_str().bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text:?}");
    assert!(mailbox.as_str().len() <= 254 && mailbox.local().len() <= 64);
}

#[test]
fn accepts_what_rfc_5321_has() {
    for (text, canonical) in [
        ("alice@EXAMPLE.com", "alice@example.com"),
        ("\"alice\"@example.com", "alice@example.com"),
        (r#""al\ice"@example.com"#, "alice@example.com"),
        (r#""two words"@example.com"#, r#""two words"@example.com"#),
        (r#""a@b\"\\"@example.com"#, r#""a@b\"\\"@example.com"#),
        (r#""a\@b"@example.com"#, r#""a@b"@example.com"#),
        (r#"""@example.com"#, r#"""@example.com"#),
        (r#""a..b"@example.com"#, r#""a..b"@example.com"#),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("a@[ipv6:2001:DB8:0:0::1]", "a@[IPv6:2001:db8::1]"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
    ] {
        assert_eq!(parse(text).as_ref().map(Mailbox::as_str), Ok(canonical));
        holds_for(text);
    }
}

#[test]
fn refuses_what_it_has_not() {
    for (text, error) in [
        ("", MailboxError::At),
        ("alice", MailboxError::At),
        ("a@b@c", MailboxError::Local),
        (".a@example.com", MailboxError::Local),
        ("a.@example.com", MailboxError::Local),
        ("a..b@example.com", MailboxError::Local),
        ("\"a@example.com", MailboxError::Local),
        ("\"@example.com", MailboxError::Local),
        (r#""a"b"@example.com"#, MailboxError::Local),
        (r#""a\"@example.com"#, MailboxError::Local),
        ("\"a\"b@example.com", MailboxError::Local),
        ("ä@example.com", MailboxError::Local),
        ("a@[192.0.2.256]", MailboxError::Domain),
        ("a@[192.0.2.1", MailboxError::Domain),
        ("a@[2001:db8::1]", MailboxError::Domain),
        ("a@[IPv6:192.0.2.1]", MailboxError::Domain),
        ("a@[x400:a]", MailboxError::Domain),
        ("a@[]", MailboxError::Domain),
        ("a@", MailboxError::Domain),
        (&format!("{}@a.b", "l".repeat(65)), MailboxError::LocalTooLong),
        (&"@".repeat(255), MailboxError::TooLong),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}

/// asvs: V1.3.11
#[test]
fn no_control_character_comes_through_even_quoted() {
    for control in ('\0'..' ').chain('\u{7f}'..='\u{a0}').chain(['\u{2028}', '\u{2029}']) {
        for address in [r#""alice smith"@example.com"#, "alice@[192.0.2.1]"] {
            for at in 0..=address.len() {
                let (before, after) = address.split_at(at);
                assert!(parse(&format!("{before}{control}{after}")).is_err());
                assert!(parse(&format!("{before}\\{control}{after}")).is_err());
            }
        }
    }
}

#[test]
fn an_email_is_a_mailbox_unless_its_dots_are_not() {
    let email = |text: &str| text.parse::<Email>().unwrap();
    assert_eq!(Mailbox::try_from(email("a.b@example.com")), parse("a.b@example.com"));
    assert_eq!(Mailbox::try_from(email("a..b@example.com")), Err(MailboxError::Local));
}

proptest! {
    #[test]
    fn any_text_is_refused_or_canonical(text in "\\PC{0,20}|\"[ -~]{0,12}\"@(a\\.b|\\[[0-9.:a-fIPv]{1,12}\\])") {
        holds_for(&text);
    }
}
