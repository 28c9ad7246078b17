//! The encoders: what is encoded comes back, whole and alone.

use std::borrow::Cow;

use html5ever::local_name;

use super::dom;
use crate::encode;

/// The content of `html`, which must be one element that holds nothing but text.
fn text_in(html: &str) -> String {
    let tree = dom::parse(html, local_name!("div"));
    let elements = tree.elements();
    assert_eq!(elements.len(), 1, "{html:?}");
    elements[0].only_text().expect("nothing but text")
}

/// The value of the one attribute of the one element of `html`.
fn value_in(html: &str) -> String {
    let tree = dom::parse(html, local_name!("div"));
    let elements = tree.elements();
    assert_eq!(elements.len(), 1, "{html:?}");
    assert_eq!(elements[0].only_text().as_deref(), Some(""), "{html:?}");
    assert_eq!(elements[0].attributes.len(), 1, "{html:?}");
    elements[0].attributes[0].1.clone()
}

fn round_trips(text: &str) {
    let expected = text.replace('\0', "\u{fffd}");
    let encoded = encode::text(text);
    assert_eq!(text_in(&format!("<p>{encoded}</p>")), expected, "{text:?}");
    assert_eq!(encoded.to_string(), encoded.to_cow());
    // Text that is long takes another way through.
    let long = text.repeat(260_usize.checked_div(text.len()).unwrap_or(0).max(1));
    let encoded = encode::text(&long);
    assert_eq!(encoded.to_string(), encoded.to_cow());
    assert_eq!(text_in(&format!("<p>{encoded}</p>")), long.replace('\0', "\u{fffd}"), "{text:?}");

    let encoded = encode::attribute(text);
    assert_eq!(value_in(&format!("<p title=\"{encoded}\"></p>")), expected, "{text:?}");
    assert_eq!(value_in(&format!("<p title='{encoded}'></p>")), expected, "{text:?}");
    assert_eq!(encoded.to_string(), encoded.to_cow());
}

/// Element content and quoted attribute values; [`super::contexts`] has the others.
///
/// asvs: V1.2.1
#[test]
fn every_scalar_value_comes_back() {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    assert_eq!(all.len(), 0x11_0000 - 0x800);
    for batch in all.chunks(16_384) {
        round_trips(&batch.iter().collect::<String>());
    }
}

/// Neighbours change what a character means to a parser, so those that mean something meet.
#[test]
fn every_ascii_character_comes_back_between_others() {
    for c in '\0'..='\u{ff}' {
        for (before, after) in
            [("", ""), ("a", "b"), ("<", ">"), ("&", ";"), ("&#", ";"), ("</", ">"), ("\r", "\n")]
        {
            round_trips(&format!("{before}{c}{after}"));
        }
    }
}

#[test]
fn what_breaks_out_elsewhere_stays_text() {
    for text in [
        "</p><script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        "' onmouseover='alert(1)",
        "<!--",
        "-->",
        "&lt;script&gt;",
        "&amp",
        "&#x3c;",
        "<![CDATA[x]]>",
        "\u{feff}x",
        "\u{2028}\u{2029}",
        "\r\n\r\r\n",
        "\u{fdd0}\u{ffff}",
        "\u{80}\u{9f}",
    ] {
        round_trips(text);
    }
}

#[test]
fn nothing_is_copied_when_nothing_is_encoded() {
    assert!(matches!(encode::text("\"quoted\" 'text'").to_cow(), Cow::Borrowed(_)));
    assert!(matches!(encode::text("").to_cow(), Cow::Borrowed("")));
    assert!(matches!(encode::attribute("a value é").to_cow(), Cow::Borrowed(_)));
    assert!(matches!(encode::text("<").to_cow(), Cow::Owned(_)));
}

/// Every position of a chunk, and every remainder after the last one.
#[test]
fn escapes_are_found_wherever_they_are() {
    for length in 0..100 {
        for at in 0..length {
            let text: String = (0..length).map(|n| if n == at { '&' } else { 'é' }).collect();
            let expected = text.replace('&', "&amp;");
            assert_eq!(encode::text(&text).to_string(), expected);
            assert_eq!(encode::text(&text).to_cow(), expected);
            assert_eq!(encode::attribute(&text).to_cow(), expected);
        }
    }
}
