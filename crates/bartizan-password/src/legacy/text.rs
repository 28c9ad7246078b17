//! What the readers of rows and settings share. They are strict: each value has one spelling.

use std::sync::Arc;

use bartizan_core::SecretBytes;
use data_encoding::{BASE64URL_NOPAD, Encoding};

use super::{Legacy, Scheme};
use crate::error::StoredHashError;

impl Legacy {
    /// Puts together what was read; of settings, nothing is expected.
    pub(super) fn new(scheme: impl Scheme + 'static, expected: &[u8]) -> Self {
        Self { scheme: Arc::new(scheme), expected: Arc::new(SecretBytes::from(expected)) }
    }
}

/// Cuts `text` into exactly `N` parts.
#[cfg(any(
    feature = "bcrypt",
    feature = "md5crypt",
    feature = "pbkdf2",
    feature = "scrypt",
    feature = "sha2crypt"
))]
pub(super) fn parts<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    let mut cut = text.split(separator);
    let mut parts = [""; N];
    for part in &mut parts {
        *part = cut.next()?;
    }
    cut.next().is_none().then_some(parts)
}

/// Reads a decimal number: no sign, no leading zero.
pub(super) fn number(text: &str) -> Option<u32> {
    let canonical = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| canonical)
}

/// Decodes a text without white space, with exactly the padding of `encoding`, and zero bits
/// behind the last byte.
pub(super) fn decode(encoding: &Encoding, text: &str) -> Option<Vec<u8>> {
    encoding.decode(text.as_bytes()).ok()
}

/// Whether it is a salt that was text already, as all systems here make them.
#[cfg(any(feature = "pbkdf2", feature = "scrypt"))]
pub(super) fn is_plain_salt(text: &str) -> bool {
    (1..=MAX_SALT_BYTES).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'$')
}

/// Prints settings: `name:number:..:salt`.
pub(super) fn settings(name: &str, numbers: &[u32], salt: &[u8]) -> String {
    let mut text = name.to_owned();
    for number in numbers {
        text.push(':');
        text.push_str(&number.to_string());
    }
    text.push(':');
    BASE64URL_NOPAD.encode_append(salt, &mut text);
    text
}

/// Reads what [`settings`] printed behind the name.
pub(super) fn from_settings<const N: usize>(
    rest: &str,
) -> Result<([u32; N], Vec<u8>), StoredHashError> {
    fields(rest).ok_or(StoredHashError::Malformed)
}

fn fields<const N: usize>(rest: &str) -> Option<([u32; N], Vec<u8>)> {
    let mut parts = rest.split(':');
    let mut numbers = [0; N];
    for slot in &mut numbers {
        *slot = number(parts.next()?)?;
    }
    let salt = decode(&BASE64URL_NOPAD, parts.next()?)?;
    parts.next().is_none().then_some((numbers, salt))
}

/// As for Argon2.
#[cfg(any(feature = "ldap", feature = "pbkdf2", feature = "scrypt"))]
pub(super) const MAX_SALT_BYTES: usize = 64;
