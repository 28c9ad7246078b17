//! The digest of a body: [RFC 9530, section 2].
//!
//! [RFC 9530, section 2]: https://www.rfc-editor.org/rfc/rfc9530#section-2

use ring::digest::{Algorithm, SHA256, SHA512, digest};

use super::error::MessageRefused;
use super::fields::Fields;
use super::structured::{self, Bare};

/// The field.
pub(super) const NAME: &str = "content-digest";

/// Returns the value of a `Content-Digest` for `body`.
pub(super) fn of(body: &[u8]) -> String {
    format!("sha-256=:{}:", encoded(&SHA256, body))
}

/// Checks that the body is the one that `Content-Digest` tells of: every digest in it that is
/// known must agree, and one must be known. Those of broken hashes, and others, say nothing.
pub(super) fn check(fields: &Fields<'_>, body: &[u8]) -> Result<(), MessageRefused> {
    let value = fields.joined(NAME)?;
    let (mut agrees, mut known) = (true, false);
    let read = structured::dictionary(&value, |name, reader| {
        if !reader.eat('=') {
            return None;
        }
        let Bare::Bytes(found) = reader.bare()? else { return None };
        reader.parameters(|_, _| Some(()))?;
        let hash = match name {
            "sha-256" => &SHA256,
            "sha-512" => &SHA512,
            _ => return Some(()),
        };
        known = true;
        agrees = agrees && found == encoded(hash, body);
        Some(())
    });
    read.ok_or(MessageRefused::Malformed)?;
    if known && agrees { Ok(()) } else { Err(MessageRefused::WrongDigest) }
}

fn encoded(hash: &'static Algorithm, body: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(digest(hash, body))
}
