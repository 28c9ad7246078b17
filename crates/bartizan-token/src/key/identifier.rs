use bartizan_core::SecretBytes;

use super::der::{Der, NULL, OID, SEQUENCE, write};
use crate::algorithm::Algorithm;
use crate::error::KeyError;

const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// RFC 9881, section 2.
#[cfg(feature = "aws-lc-rs")]
const ML_DSA_44: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11];
#[cfg(feature = "aws-lc-rs")]
const ML_DSA_65: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12];

/// The `AlgorithmIdentifier` beside a key: of what kind it is. [RFC 8410, section 3],
/// [RFC 5480, section 2.1.1], [RFC 3279, section 2.3.1].
///
/// [RFC 3279, section 2.3.1]: https://www.rfc-editor.org/rfc/rfc3279#section-2.3.1
/// [RFC 5480, section 2.1.1]: https://www.rfc-editor.org/rfc/rfc5480#section-2.1.1
/// [RFC 8410, section 3]: https://www.rfc-editor.org/rfc/rfc8410#section-3
#[derive(Clone, Copy)]
pub(super) struct Identifier<'d> {
    oid: &'d [u8],
    /// In DER.
    parameters: &'d [u8],
}

/// A parameter: its type, and its contents.
type Parameter = (u8, &'static [u8]);

impl<'d> Identifier<'d> {
    pub(super) fn read(der: &mut Der<'d>) -> Option<Self> {
        let mut identifier = Der(der.read(SEQUENCE)?);
        let oid = identifier.read(OID)?;
        Some(Self { oid, parameters: identifier.0 })
    }

    /// Checks that the key is of the kind that `algorithm` has.
    pub(super) fn require(self, algorithm: Algorithm) -> Result<(), KeyError> {
        let (oid, parameter) = of(algorithm).ok_or(KeyError::Unsupported)?;
        let mut rest = Der(self.parameters);
        let found = parameter.and_then(|(tag, _)| rest.optional(tag));
        let agrees = self.oid == oid && found == parameter.map(|(_, value)| value);
        if agrees && rest.0.is_empty() { Ok(()) } else { Err(KeyError::Disagrees) }
    }

    /// Returns that of the keys of `algorithm`, in DER; nothing for HMAC.
    pub(super) fn write(algorithm: Algorithm) -> Option<SecretBytes> {
        let (oid, parameter) = of(algorithm)?;
        let oid = write(OID, &[oid])?;
        let Some((tag, value)) = parameter else { return write(SEQUENCE, &[oid.expose()]) };
        write(SEQUENCE, &[oid.expose(), write(tag, &[value])?.expose()])
    }
}

fn of(algorithm: Algorithm) -> Option<(&'static [u8], Option<Parameter>)> {
    match algorithm {
        Algorithm::EdDsa => Some((ED25519, None)),
        Algorithm::Es256 => Some((EC_PUBLIC_KEY, Some((OID, P256)))),
        Algorithm::Es384 => Some((EC_PUBLIC_KEY, Some((OID, P384)))),
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa44 => Some((ML_DSA_44, None)),
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa65 => Some((ML_DSA_65, None)),
        rsa if rsa.is_rsa() => Some((RSA, Some((NULL, &[])))),
        _ => None,
    }
}
