//! Encoded words, folding, and what would add a field.

use crate::Email;
use crate::sink::{Unencodable, mail};

fn header(text: &str) -> String {
    mail::header(text).unwrap().to_string()
}

#[test]
fn ascii_stays_readable() {
    assert_eq!(header("Your order, #1: it's on its way!"), "Your order, #1: it's on its way!");
    assert_eq!(header(""), "");
    assert_eq!(header(".a ."), ".a .");
}

/// Of RFC 2047, section 8, with Base64 for Q.
#[test]
fn all_else_is_encoded() {
    for (text, encoded) in [
        ("a", "a"),
        ("André", "=?UTF-8?B?QW5kcsOp?="),
        ("Keld Jørn Simonsen", "=?UTF-8?B?S2VsZCBKw7hybiBTaW1vbnNlbg==?="),
        ("=?UTF-8?B?QQ==?=", "=?UTF-8?B?PT9VVEYtOD9CP1FRPT0/PQ==?="),
        (" a", "=?UTF-8?B?IGE=?="),
        ("a  b", "=?UTF-8?B?YSAgYg==?="),
    ] {
        assert_eq!(header(text), encoded);
    }
}

#[test]
fn long_text_is_folded_between_words_and_characters() {
    let text = ["word"; 30].join(" ");
    let folded = header(&text);
    let lines: Vec<_> = folded.split("\r\n").map(str::len).collect();
    assert_eq!(lines, [49, 75, 25]);
    assert_eq!(folded.replace("\r\n", ""), text);

    let encoded = header(&"例".repeat(40));
    let lines: Vec<_> = encoded.split("\r\n").map(str::len).collect();
    assert_eq!(lines, [52, 73, 73]);
    // Three bytes to a character, of which no word has a part.
    let encoded = header(&"é".repeat(40));
    assert!(encoded.split("\r\n ").all(|word| word.ends_with("w6k=?=") || word.ends_with("?=")));

    let one_word = header(&"a".repeat(60));
    assert!(one_word.starts_with("=?UTF-8?B?YWFh") && one_word.contains("?=\r\n =?"));
}

/// asvs: V1.3.11
#[test]
fn nothing_adds_a_field_or_ends_a_message() {
    let email: Email = "alice@example.com".parse().unwrap();
    for text in
        ["a\r\nBcc: eve@example.com", "a\nb", "a\rb", "a\0b", "a\u{7f}", "\u{85}", "\r\n.\r\nQUIT"]
    {
        let refused = Err(Unencodable::Character);
        assert_eq!(mail::header(text).map(drop), refused, "{text:?}");
        assert_eq!(mail::display_name(text).map(drop), refused, "{text:?}");
        assert_eq!(mail::address(text, &email).map(drop), refused, "{text:?}");
        assert!(format!("{text}@example.com").parse::<Email>().is_err(), "{text:?}");
    }
    for text in [".", " . "] {
        assert_eq!(mail::header(text).map(drop), Err(Unencodable::Dots), "{text:?}");
        assert_eq!(mail::display_name(text).map(drop), Err(Unencodable::Dots), "{text:?}");
    }
    for text in ["", " ", "\u{3000}"] {
        assert_eq!(mail::display_name(text).map(drop), Err(Unencodable::Empty), "{text:?}");
    }
}

#[test]
fn an_address_is_one_mailbox() {
    let address = |name: Option<&str>, email: &str| {
        mail::address(name, &email.parse().unwrap()).unwrap().to_string()
    };
    for (name, email, written) in [
        (None, "a@example.com", "<a@example.com>"),
        (Some("Al"), "a@example.com", "\"Al\" <a@example.com>"),
        (
            Some("x\" <eve@example.com>, \"y"),
            "a@example.com",
            "\"x\\\" <eve@example.com>, \\\"y\" <a@example.com>",
        ),
        (Some("Zoë"), "a@example.com", "=?UTF-8?B?Wm/Dqw==?=\r\n <a@example.com>"),
        (None, "a..b@example.com", "<\"a..b\"@example.com>"),
        (None, ".a@example.com", "<\".a\"@example.com>"),
        (None, "a.@example.com", "<\"a.\"@example.com>"),
        (None, "a.b@example.com", "<a.b@example.com>"),
    ] {
        assert_eq!(address(name, email), written);
    }
}
