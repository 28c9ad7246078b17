//! One parameter of a query: [RFC 9421, section 2.2.8].
//!
//! [RFC 9421, section 2.2.8]: https://www.rfc-editor.org/rfc/rfc9421#section-2.2.8

use core::fmt::Write as _;

use super::error::MessageRefused;

/// Returns the value of the parameter whose encoded name is `name`, encoded.
///
/// Names and values are decoded as a form and encoded anew, so that each has one spelling. What a
/// form's readers do not agree on is refused: a name that stands twice, which the RFC excludes,
/// percent signs without two digits, and what is not UTF-8.
pub(super) fn parameter(query: &str, name: &str) -> Result<String, MessageRefused> {
    let mut wanted = Vec::new();
    let decoded = decode(name, &mut wanted).ok_or(MessageRefused::Malformed)?;
    if encode(decoded) != name {
        // Encoded otherwise, no name is this one.
        return Err(MessageRefused::MissingComponent);
    }
    let (mut found, mut buffer) = (None, Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (own, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode(own, &mut buffer).ok_or(MessageRefused::Malformed)? != decoded {
            continue;
        }
        if found.is_some() {
            return Err(MessageRefused::MissingComponent);
        }
        found = Some(value);
    }
    let value = found.ok_or(MessageRefused::MissingComponent)?;
    decode(value, &mut buffer).map(encode).ok_or(MessageRefused::Malformed)
}

/// Decodes into memory that is used again: there may be many names in a query.
fn decode<'b>(text: &str, buffer: &'b mut Vec<u8>) -> Option<&'b str> {
    buffer.clear();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => buffer.push(b' '),
            b'%' => {
                let ([high, low], after) = rest.split_first_chunk()?;
                buffer.push(digit(*high)?.checked_mul(16)?.checked_add(digit(*low)?)?);
                rest = after;
            }
            byte => buffer.push(*byte),
        }
    }
    core::str::from_utf8(buffer).ok()
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _written = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
