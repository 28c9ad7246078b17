use core::fmt;

use crate::algorithm::Algorithm;
use crate::crypto::{Backend, ED25519_LEN, Prepared, PublicKey};
use crate::error::KeyError;
use crate::thumbprint::Thumbprint;
use crate::{jwk, roca};

/// A public key: it verifies tokens, and signs none.
///
/// It was checked when it was loaded: a point is on its curve, an Ed25519 key is not one of those
/// under which anybody can sign, RSA has at least 3,072 bits and an exponent that is safe. It
/// knows its one algorithm, and HMAC is never it.
///
/// ```
/// use bartizan_token::{Algorithm, KeyError, VerifyingKey};
///
/// // RFC 8037, appendix A.2 and A.3.
/// let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// let key = VerifyingKey::from_jwk(jwk.as_bytes())?;
/// assert_eq!(key.algorithm(), Algorithm::EdDsa);
/// assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
///
/// // The neutral element: ring would accept a signature that anybody can make.
/// let x = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// let weak = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
/// assert_eq!(VerifyingKey::from_jwk(weak.as_bytes()).err(), Some(KeyError::Weak));
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    key: PublicKey,
    prepared: Prepared,
}

impl VerifyingKey {
    /// Takes a public key from a JSON Web Key: [RFC 7517], [RFC 7518, section 6], [RFC 8037].
    ///
    /// It is read strictly, up to 16 KiB. `alg` says the algorithm; only where the curve allows
    /// but one may it be missing. `use` and `key_ops`, where they stand, must allow to verify.
    ///
    /// # Errors
    ///
    /// - [`KeyError::TooLarge`]: longer than 16 KiB.
    /// - [`KeyError::Malformed`]: not strict JSON, a part missing or not canonical, or a point that
    ///   is not on its curve.
    /// - [`KeyError::Unsupported`]: a key type, curve, algorithm or size that is not read here, a
    ///   symmetric key, or RSA without `alg`.
    /// - [`KeyError::Disagrees`]: `alg`, `use` or `key_ops` contradict the key or its use here.
    /// - [`KeyError::Private`]: the private key is in it.
    /// - [`KeyError::Weak`]: of small order; RSA of too few bits, with an unsafe exponent, or from
    ///   a generator known to be broken.
    ///
    /// [RFC 7517]: https://www.rfc-editor.org/rfc/rfc7517
    /// [RFC 7518, section 6]: https://www.rfc-editor.org/rfc/rfc7518#section-6
    /// [RFC 8037]: https://www.rfc-editor.org/rfc/rfc8037
    pub fn from_jwk(json: &[u8]) -> Result<Self, KeyError> {
        jwk::Jwk::read(json)?.verifying_key()
    }

    /// Returns the key as a JSON Web Key, with `use`, `alg`, and the thumbprint as `kid`.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        jwk::write_public(self, &self.thumbprint())
    }

    /// Returns the key's SHA-256 thumbprint in base64url: [RFC 7638].
    ///
    /// [RFC 7638]: https://www.rfc-editor.org/rfc/rfc7638
    #[must_use]
    pub fn thumbprint(&self) -> String {
        Thumbprint::of(self).to_string()
    }

    /// Returns the key's one algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns the library that verifies with the key.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.prepared.backend()
    }

    /// Returns the same key, to verify with another library.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unsupported`]: ring knows no ML-DSA.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        if backend == self.backend() {
            return Ok(self);
        }
        Self::prepare(backend, self.algorithm, self.key).map_err(|_| KeyError::Unsupported)
    }

    /// Returns how the key falls short of what this crate signs with.
    #[cfg(feature = "legacy-interop")]
    #[must_use]
    pub fn deviation(&self) -> Option<Deviation> {
        match &self.key {
            PublicKey::Rsa { .. } if self.algorithm == Algorithm::Rs256 => {
                Some(Deviation::Pkcs1v15)
            }
            _ if self.is_short_rsa() => Some(Deviation::ShortRsa),
            _ => None,
        }
    }

    /// Returns whether the key is RSA of fewer bits than may sign.
    pub(crate) fn is_short_rsa(&self) -> bool {
        matches!(&self.key, PublicKey::Rsa { n, .. } if bits(n) < MIN_RSA_BITS)
    }

    pub(crate) fn is_longer_rsa_than(&self, max_bits: usize) -> bool {
        matches!(&self.key, PublicKey::Rsa { n, .. } if bits(n) > max_bits)
    }

    /// Takes an Ed25519 key that somebody else made.
    pub(crate) fn ed25519(key: &[u8]) -> Result<Self, KeyError> {
        let key: [u8; ED25519_LEN] = key.try_into().map_err(|_| KeyError::Malformed)?;
        check_ed25519(key)?;
        Self::prepare(Backend::default(), Algorithm::EdDsa, PublicKey::Ed25519(key))
    }

    /// Takes an uncompressed point that somebody else made.
    pub(crate) fn ec(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        Self::prepare(Backend::default(), algorithm, PublicKey::Ec(Box::from(point)))
    }

    /// Takes a key of ML-DSA.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn ml_dsa(algorithm: Algorithm, key: &[u8]) -> Result<Self, KeyError> {
        Self::prepare(Backend::default(), algorithm, PublicKey::MlDsa(Box::from(key)))
    }

    /// Takes an uncompressed point that verifies once. Where the library finds out by itself then
    /// whether it is on its curve, it is not asked before, which would cost more than a signature.
    pub(crate) fn ec_checked_by_use(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let key = PublicKey::Ec(Box::from(point));
        let prepared = Prepared::for_one_use(Backend::default(), algorithm, &key);
        Ok(Self { algorithm, key, prepared: prepared.ok_or(KeyError::Malformed)? })
    }

    /// Takes an RSA key, whose numbers are bytes without leading zeros.
    pub(crate) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        if !algorithm.is_rsa() {
            return Err(KeyError::Disagrees);
        }
        check_rsa(n, e)?;
        let key = PublicKey::Rsa { n: Box::from(n), e: Box::from(e) };
        Self::prepare(Backend::default(), algorithm, key)
    }

    /// Takes a key that was checked, but for its point being on the curve.
    pub(crate) fn prepare(
        backend: Backend,
        algorithm: Algorithm,
        key: PublicKey,
    ) -> Result<Self, KeyError> {
        let prepared = Prepared::new(backend, algorithm, &key).ok_or(KeyError::Malformed)?;
        Ok(Self { algorithm, key, prepared })
    }

    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The bytes of a key that is one string of them; none of RSA.
    pub(crate) const fn point(&self) -> &[u8] {
        match &self.key {
            PublicKey::Ed25519(key) => key,
            PublicKey::Ec(point) => point,
            PublicKey::Rsa { .. } => &[],
            #[cfg(feature = "aws-lc-rs")]
            PublicKey::MlDsa(key) => key,
        }
    }

    #[must_use]
    pub(crate) fn verifies(&self, input: &str, signature: &[u8]) -> bool {
        self.verifies_bytes(input.as_bytes(), signature)
    }

    #[must_use]
    pub(crate) fn verifies_bytes(&self, input: &[u8], signature: &[u8]) -> bool {
        self.prepared.verifies((self.algorithm, &self.key), input, signature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({} {})", self.algorithm, self.thumbprint())
    }
}

/// How a key of somebody else's falls short of what this crate signs with: to be reported, and to
/// be replaced.
///
/// ```
/// use bartizan_token::Deviation;
///
/// assert_eq!(Deviation::ShortRsa.to_string(), "RSA of fewer than 3072 bits");
/// ```
#[cfg(feature = "legacy-interop")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Deviation {
    /// RSASSA-PKCS1-v1_5, of any size: ASVS 5.0, appendix C, disallows it.
    Pkcs1v15,
    /// RSA of 2,048 to 3,071 bits.
    ShortRsa,
}

#[cfg(feature = "legacy-interop")]
impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs1v15 => "RSASSA-PKCS1-v1_5",
            Self::ShortRsa => "RSA of fewer than 3072 bits",
        })
    }
}

/// Refuses the points whose multiples are few, under which a signature verifies for one text in
/// eight or for all, and what is no canonical coordinate: [RFC 8032, section 5.1.3].
///
/// [RFC 8032, section 5.1.3]: https://www.rfc-editor.org/rfc/rfc8032#section-5.1.3
fn check_ed25519(mut key: [u8; ED25519_LEN]) -> Result<(), KeyError> {
    // The sign of x. Both signs of a point of small order are of small order.
    if let Some(last) = key.last_mut() {
        *last &= 0x7f;
    }
    if SMALL_ORDER.contains(&key) {
        return Err(KeyError::Weak);
    }
    // Most significant byte first, so that slices compare as numbers.
    key.reverse();
    let mut modulus = MINUS_ONE;
    modulus.reverse();
    if key >= modulus { Err(KeyError::Malformed) } else { Ok(()) }
}

/// The y coordinates, least significant byte first, of the points of order 1, 2, 4, 8 and 8.
const SMALL_ORDER: [[u8; ED25519_LEN]; 5] = [ONE, MINUS_ONE, ZERO, EIGHTH, OTHER_EIGHTH];

const ZERO: [u8; ED25519_LEN] = [0; ED25519_LEN];
const ONE: [u8; ED25519_LEN] = {
    let mut y = ZERO;
    y[0] = 1;
    y
};
/// 2^255 - 20.
const MINUS_ONE: [u8; ED25519_LEN] = {
    let mut y = [0xff; ED25519_LEN];
    y[0] = 0xec;
    y[31] = 0x7f;
    y
};
const EIGHTH: [u8; ED25519_LEN] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
    0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
];
const OTHER_EIGHTH: [u8; ED25519_LEN] = [
    0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
    0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
];

/// NIST SP 800-57, part 1: 3,072 bits are 128 bits of strength.
const MIN_RSA_BITS: usize = 3_072;

/// What is accepted, a deviation included.
const MIN_ACCEPTED_RSA_BITS: usize =
    if cfg!(feature = "legacy-interop") { 2_048 } else { MIN_RSA_BITS };

/// More only costs.
const MAX_RSA_BITS: usize = 8_192;

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    if n.first().is_none_or(|byte| *byte == 0) || e.first().is_none_or(|byte| *byte == 0) {
        return Err(KeyError::Malformed);
    }
    if bits(n) > MAX_RSA_BITS {
        return Err(KeyError::Unsupported);
    }
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    let exponent = e
        .iter()
        .try_fold(0_u64, |value, byte| value.checked_mul(256)?.checked_add(u64::from(*byte)));
    // NIST SP 800-56B: an odd number above 2^16; ring reads those below 2^33.
    let safe = exponent.is_some_and(|e| (65_537..1 << 33).contains(&e));
    let strong = bits(n) >= MIN_ACCEPTED_RSA_BITS && odd(n) && odd(e) && safe;
    if strong && !roca::is_suspect(n) { Ok(()) } else { Err(KeyError::Weak) }
}

/// How many bits a number without leading zero bytes has.
fn bits(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros() as usize);
    number.len().saturating_mul(8).saturating_sub(leading)
}

#[cfg(test)]
mod tests;
