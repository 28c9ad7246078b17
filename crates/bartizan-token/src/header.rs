//! The protected header: [RFC 7515, section 4]. It names the key; it decides nothing.
//!
//! [RFC 7515, section 4]: https://www.rfc-editor.org/rfc/rfc7515#section-4

use std::borrow::Cow;

use bartizan_core::{KeyId, KeyRefused, base64url};

use crate::error::VerifyError;
use crate::json;
use crate::key::Algorithm;

/// Returns the first part of a token.
pub(crate) fn encode(algorithm: Algorithm, typ: &str, key_id: KeyId) -> String {
    // None of the three needs an escape: a typ is checked when its kind is compiled.
    let header = format!(r#"{{"alg":"{algorithm}","typ":"{typ}","kid":"{key_id}"}}"#);
    base64url::encode(header.as_bytes())
}

/// What the first part of a token says.
#[derive(Debug, Default)]
pub(crate) struct Header<'t> {
    alg: Option<Cow<'t, str>>,
    typ: Option<Cow<'t, str>>,
    kid: Option<Cow<'t, str>>,
}

impl<'t> Header<'t> {
    /// Reads the decoded first part. A member that is not known, and not dangerous, is ignored.
    pub(crate) fn read(text: &'t [u8]) -> Result<Self, VerifyError> {
        let mut header = Self::default();
        for member in json::members(text).map_err(|_| VerifyError::Malformed)? {
            let field = match &*member.name {
                "alg" => &mut header.alg,
                "typ" => &mut header.typ,
                "kid" => &mut header.kid,
                name if REFUSED.contains(&name) => return Err(VerifyError::UnsupportedHeader),
                _ => continue,
            };
            *field = Some(member.string().ok_or(VerifyError::Malformed)?);
        }
        Ok(header)
    }

    /// Checks that the token is of this kind. Types are compared exactly, without the case folding
    /// and the `application/` of media types: what this crate writes has one spelling.
    pub(crate) fn require_typ(&self, typ: &str) -> Result<(), VerifyError> {
        if self.typ.as_deref() == Some(typ) { Ok(()) } else { Err(VerifyError::WrongKind) }
    }

    /// Returns which key to look up.
    pub(crate) fn key_id(&self) -> Result<KeyId, VerifyError> {
        let id = self.kid.as_deref().and_then(|kid| kid.parse().ok());
        id.ok_or(VerifyError::Key(KeyRefused::Unknown))
    }

    /// Checks that the header names the algorithm that the key has anyway.
    pub(crate) fn require_algorithm(&self, algorithm: Algorithm) -> Result<(), VerifyError> {
        let agrees = self.alg.as_deref().is_some_and(|name| algorithm.is_named(name));
        if agrees { Ok(()) } else { Err(VerifyError::WrongAlgorithm) }
    }
}

/// Members that change how a token is read, or bring or point to a key: [RFC 7515, section 4.1],
/// [RFC 7797], [RFC 7516, section 4.1.3].
///
/// [RFC 7515, section 4.1]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1
/// [RFC 7516, section 4.1.3]: https://www.rfc-editor.org/rfc/rfc7516#section-4.1.3
/// [RFC 7797]: https://www.rfc-editor.org/rfc/rfc7797
const REFUSED: [&str; 7] = ["crit", "b64", "zip", "jku", "jwk", "x5u", "x5c"];
