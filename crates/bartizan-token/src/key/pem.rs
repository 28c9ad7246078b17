//! One object in PEM, as [RFC 7468] wants it written, and read strictly but for line lengths.
//!
//! [RFC 7468]: https://www.rfc-editor.org/rfc/rfc7468

use bartizan_core::{SecretBytes, SecretString, base64url};

/// Returns how long the PEM of so much DER may be, which is read before it is decoded.
pub(super) const fn max_len(der_len: usize) -> usize {
    der_len.saturating_mul(2)
}

/// Returns the DER of the one object in `pem`, if it is labelled so.
pub(super) fn read(pem: &str, label: &str) -> Option<SecretBytes> {
    let begun = pem.trim_ascii().strip_prefix("-----BEGIN ")?.strip_prefix(label)?;
    let body = begun.strip_prefix("-----")?.strip_suffix("-----")?.strip_suffix(label)?;
    let body = body.strip_suffix("-----END ")?;
    // Room for all of it, so that no copy of a part is left behind.
    let mut text = String::with_capacity(body.len());
    for c in body.chars() {
        match c {
            '+' => text.push('-'),
            '/' => text.push('_'),
            '\r' | '\n' => {}
            'A'..='Z' | 'a'..='z' | '0'..='9' | '=' => text.push(c),
            _ => return None,
        }
    }
    let text = SecretString::from(text);
    let unpadded = text.expose().trim_end_matches('=');
    let padding = text.expose().len().saturating_sub(unpadded.len());
    if padding > 2 || text.expose().len() % 4 != 0 {
        return None;
    }
    base64url::decode(unpadded).ok().map(SecretBytes::from)
}

/// Returns DER as PEM, in lines of 64.
pub(super) fn write(der: &[u8], label: &str) -> SecretString {
    let text = SecretString::from(base64url::encode(der));
    let text = text.expose();
    let room = text.len().saturating_add(text.len() / 32).saturating_add(128);
    let mut pem = String::with_capacity(room);
    for part in ["-----BEGIN ", label, "-----"] {
        pem.push_str(part);
    }
    let padding = text.len().wrapping_neg() % 4;
    let padded = text.chars().chain(core::iter::repeat_n('=', padding));
    for (at, c) in padded.enumerate() {
        if at % 64 == 0 {
            pem.push('\n');
        }
        pem.push(match c {
            '-' => '+',
            '_' => '/',
            other => other,
        });
    }
    for part in ["\n-----END ", label, "-----\n"] {
        pem.push_str(part);
    }
    SecretString::from(pem)
}
