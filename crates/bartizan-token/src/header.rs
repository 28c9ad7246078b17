//! The protected header: [RFC 7515, section 4]. It names the key; it decides nothing.
//!
//! [RFC 7515, section 4]: https://www.rfc-editor.org/rfc/rfc7515#section-4

use core::fmt::Write as _;

use bartizan_core::KeyId;

use crate::algorithm::Algorithm;
use crate::encoding;
use crate::error::VerifyError;
use crate::json::{self, Text};

/// Appends the first part of a token.
pub(crate) fn encode(algorithm: Algorithm, typ: &str, key_id: KeyId, token: &mut String) {
    // None of the three needs an escape: a typ is checked when its kind is compiled.
    let mut header = String::with_capacity(128);
    for text in [r#"{"alg":""#, algorithm.name(), r#"","typ":""#, typ, r#"","kid":""#] {
        header.push_str(text);
    }
    let _written = write!(header, r#"{key_id}"}}"#);
    encoding::encode(header.as_bytes(), token);
}

/// What the first part of a token says.
#[derive(Debug, Default)]
pub(crate) struct Header<'t> {
    alg: Option<Text<'t>>,
    typ: Option<Text<'t>>,
    kid: Option<Text<'t>>,
}

impl<'t> Header<'t> {
    /// Reads the decoded first part, which mostly is one that [`encode`] could have written.
    pub(crate) fn read(text: &'t [u8]) -> Result<Self, VerifyError> {
        match Self::as_encoded(text) {
            Some(header) => Ok(header),
            None => Self::read_json(text),
        }
    }

    /// Reads the three members, in this order and spelled so. Anything else is left to the other
    /// way.
    fn as_encoded(text: &'t [u8]) -> Option<Self> {
        let (alg, rest) = simple(text.strip_prefix(b"{\"alg\":\"")?)?;
        let (typ, rest) = simple(rest.strip_prefix(b",\"typ\":\"")?)?;
        let (kid, rest) = simple(rest.strip_prefix(b",\"kid\":\"")?)?;
        (rest == b"}").then_some(Self { alg: Some(alg), typ: Some(typ), kid: Some(kid) })
    }

    /// Reads strict JSON. A member that is not known, and not dangerous, is ignored.
    fn read_json(text: &'t [u8]) -> Result<Self, VerifyError> {
        let mut header = Self::default();
        let mut refused = false;
        let read = json::object(text, |object| {
            while let Some(name) = object.next_name()? {
                let field = match &*name.decode() {
                    "alg" => &mut header.alg,
                    "typ" => &mut header.typ,
                    "kid" => &mut header.kid,
                    other => {
                        refused |= other == "jwk" || is_refused(other);
                        object.skip_value()?;
                        continue;
                    }
                };
                *field = Some(object.value().string()?);
            }
            Ok(())
        });
        read.map_err(|_| VerifyError::Malformed)?;
        if refused { Err(VerifyError::UnsupportedHeader) } else { Ok(header) }
    }

    /// Checks that the token is of this kind. Types are compared exactly, without the case folding
    /// and the `application/` of media types: what this crate writes has one spelling.
    pub(crate) fn require_typ(&self, typ: &str) -> Result<(), VerifyError> {
        if self.typ.is_some_and(|own| own == *typ) { Ok(()) } else { Err(VerifyError::WrongKind) }
    }

    /// Returns which key of a keyring to look up.
    pub(crate) fn key_id(&self) -> Result<KeyId, VerifyError> {
        let kid = self.kid.ok_or(VerifyError::UNKNOWN_KEY)?.decode();
        // Checked here, for `from_str_radix` takes signs and capital letters as well.
        let digits = kid.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let id = if digits && kid.len() == 8 { u32::from_str_radix(&kid, 16).ok() } else { None };
        id.map(KeyId::from_u32).ok_or(VerifyError::UNKNOWN_KEY)
    }

    /// Returns whether this is the id of the key to look up.
    pub(crate) fn is_key_id(&self, kid: &str) -> bool {
        self.kid.is_some_and(|own| own == *kid)
    }

    /// Returns whether the header names a key.
    pub(crate) const fn has_key_id(&self) -> bool {
        self.kid.is_some()
    }

    /// Checks that the header names the algorithm that the key has anyway.
    pub(crate) fn require_algorithm(&self, algorithm: Algorithm) -> Result<(), VerifyError> {
        let agrees = self.alg.is_some_and(|name| algorithm.is_named(&name.decode()));
        if agrees { Ok(()) } else { Err(VerifyError::WrongAlgorithm) }
    }
}

/// Reads printable ASCII without escapes up to the next quote; returns it, and what follows.
fn simple(text: &[u8]) -> Option<(Text<'_>, &[u8])> {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    let end = text.iter().position(|byte| !plain(byte))?;
    let (value, rest) = text.split_at_checked(end)?;
    let value = core::str::from_utf8(value).ok()?;
    Some((Text::without_escapes(value), rest.strip_prefix(b"\"")?))
}

/// Returns whether a member changes how a token is read, or points to a key or brings a certificate: [RFC 7515, section 4.1],
/// [RFC 7797], [RFC 7516, section 4.1.3].
///
/// [RFC 7515, section 4.1]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1
/// [RFC 7516, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7516#section-4.1.3
/// [RFC 7797]: https://www.rfc-editor.org/rfc/rfc7797
pub(crate) fn is_refused(name: &str) -> bool {
    ["crit", "b64", "zip", "jku", "x5u", "x5c"].contains(&name)
}
