//! Percent-encoding of one part of a URL: RFC 3986, section 2.

use super::{HttpUrl, UrlError};

/// Encodes all but the unreserved characters, so that the result means the same as a segment, in a
/// query and in a fragment.
pub(super) fn encode(part: &str) -> Result<String, UrlError> {
    if part.len() > HttpUrl::MAX_OCTETS {
        return Err(UrlError::TooLong);
    }
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                encoded.push(hex(byte >> 4));
                encoded.push(hex(byte & 0x0f));
            }
        }
    }
    Ok(encoded)
}

/// The digit of a number below 16.
fn hex(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase()
}
