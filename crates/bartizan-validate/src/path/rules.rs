//! What one name has to be.

use unicode_normalization::UnicodeNormalization as _;

use super::PathError;
use crate::unicode::{is_bidi_control, is_hidden};

/// What file systems allow.
pub(super) const MAX_NAME_OCTETS: usize = 255;

/// Checks one name, and returns it in Unicode's composed form (NFC).
pub(super) fn name(text: &str) -> Result<String, PathError> {
    if text.is_empty() {
        return Err(PathError::Empty);
    }
    if text.len() > MAX_NAME_OCTETS {
        return Err(PathError::TooLong);
    }
    let name: String = text.nfc().collect();
    if name.len() > MAX_NAME_OCTETS {
        return Err(PathError::TooLong);
    }
    if name.contains(['/', '\\', ':']) || name.chars().any(may_become_a_separator) {
        return Err(PathError::Separator);
    }
    if name.contains(is_refused) {
        return Err(PathError::Character);
    }
    if is_encoded(&name) {
        return Err(PathError::Encoded);
    }
    if name.ends_with('.') || name.ends_with(char::is_whitespace) {
        return Err(PathError::Edge);
    }
    // What follows two dots is left out by some servers: `..;`.
    if name.starts_with("..") || name.starts_with(char::is_whitespace) {
        return Err(PathError::Edge);
    }
    if is_device(&name) { Err(PathError::Device) } else { Ok(name) }
}

/// Whether some system makes a separator, a dot or a `%` of this character that looks like it.
fn may_become_a_separator(c: char) -> bool {
    // The division slash, the set minus, the fraction slash and the ratio are mapped by code pages,
    // the others by compatibility normalization.
    matches!(c, '\u{2044}' | '\u{2215}' | '\u{2216}' | '\u{2236}' | '\u{29f5}' | '\u{29f8}')
        || (!c.is_ascii()
            && core::iter::once(c).nfkc().any(|c| matches!(c, '/' | '\\' | ':' | '.' | '%')))
}

/// What Windows refuses, what is not seen, and what shows text in another order than it has. Joiners
/// and what picks a form of a letter stay: languages need them.
fn is_refused(c: char) -> bool {
    matches!(c, '"' | '*' | '<' | '>' | '?' | '|')
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}')
        || is_hidden(c)
        || is_bidi_control(c)
}

/// Whether a later layer might decode it, whatever it takes for an encoding.
fn is_encoded(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if ["0x2e", "0x2f", "0x5c"].iter().any(|separator| lower.contains(separator)) {
        return true;
    }
    let mut after = name.split('%').skip(1).peekable();
    while let Some(text) = after.next() {
        let ends_here = text.is_empty() && after.peek().is_some();
        if ends_here || text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return true;
        }
    }
    false
}

/// The names that [Windows] keeps for devices, whatever follows their first dot.
///
/// [Windows]: https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    // Superscript and full-width digits and letters count as what they resemble.
    let stem: String = stem.nfkc().collect::<String>().to_ascii_uppercase();
    let stem = stem.trim_end();
    let numbered = |prefix| {
        let number = stem.strip_prefix(prefix).unwrap_or_default();
        number.len() == 1 && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    matches!(stem, "CON" | "PRN" | "AUX" | "NUL" | "CLOCK$" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}
