//! The domain of an address.

use std::borrow::Cow;

use idna::AsciiDenyList;

/// Returns the domain in lower case with its international labels in ASCII: UTS 46, without the
/// dot at the end. The caller bounds its length.
pub(crate) fn canonical(domain: &str) -> Option<Cow<'_, str>> {
    if is_plain(domain.as_bytes()) {
        return Some(Cow::Borrowed(domain));
    }
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::STD3).ok()?;
    (ascii.len() <= MAX_OCTETS && ascii.split('.').all(is_label)).then_some(ascii)
}

/// Whether it is in its canonical form, as far as a look at each byte can tell: a label that may
/// be an international one in ASCII (`xn--`) is left to the parser of those.
fn is_plain(domain: &[u8]) -> bool {
    domain.len() <= MAX_OCTETS && domain.split(|byte| *byte == b'.').all(is_plain_label)
}

fn is_plain_label(label: &[u8]) -> bool {
    let letter_or_digit = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9');
    (1..=MAX_LABEL_OCTETS).contains(&label.len())
        && label.first().is_some_and(letter_or_digit)
        && label.last().is_some_and(letter_or_digit)
        && label.iter().all(|byte| letter_or_digit(byte) || *byte == b'-')
        && label.get(2..4) != Some(b"--")
}

/// A label in lower case, with neither end a hyphen.
fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL_OCTETS).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

const MAX_OCTETS: usize = 253;
const MAX_LABEL_OCTETS: usize = 63;
