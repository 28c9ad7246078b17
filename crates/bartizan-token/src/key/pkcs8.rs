//! Private keys as files hold them: PKCS#8 ([RFC 5958]), in DER or PEM ([RFC 7468]).
//!
//! [RFC 5958]: https://www.rfc-editor.org/rfc/rfc5958
//! [RFC 7468]: https://www.rfc-editor.org/rfc/rfc7468

use bartizan_core::{SecretBytes, SecretString};

#[cfg(feature = "aws-lc-rs")]
use super::der::TAGGED_0_PRIMITIVE;
use super::der::{BIT_STRING, Der, INTEGER, OCTET_STRING, SEQUENCE, TAGGED_0, TAGGED_1, write};
use super::identifier::Identifier;
use super::{Material, SigningKey, pem};
use crate::algorithm::Algorithm;
use crate::crypto::PublicKey;
#[cfg(feature = "aws-lc-rs")]
use crate::crypto::ml_dsa_expands_to;
use crate::error::KeyError;

const LABEL: &str = "PRIVATE KEY";

/// Longer than any key that is read.
pub(super) const MAX_DER_LEN: usize = 8_192;

impl SigningKey {
    /// Takes a private key from PKCS#8 in DER ([RFC 5958]), as `openssl genpkey` writes it, to
    /// sign with `algorithm`: Ed25519, ECDSA (with the public key inside), RSA of 3,072 to 4,096
    /// bits, or, where it is known, ML-DSA with its seed inside ([RFC 9881]).
    ///
    /// # Errors
    ///
    /// - [`KeyError::TooLarge`]: longer than 8 KiB.
    /// - [`KeyError::Malformed`]: not PKCS#8, or its parts do not belong together.
    /// - [`KeyError::Disagrees`]: a key for another algorithm.
    /// - [`KeyError::Weak`]: RSA of too few bits, or with an exponent that is not safe.
    /// - [`KeyError::Unsupported`]: `algorithm` is one to verify with only, or HMAC, or RSA has too
    ///   many bits.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SystemRandom;
    /// use bartizan_token::{Algorithm, SigningKey, danger};
    ///
    /// let key = SigningKey::generate_es256(&SystemRandom::new())?;
    /// let der = danger::signing_key_to_pkcs8_der(&key).expect("not a symmetric key");
    /// let again = SigningKey::from_pkcs8_der(Algorithm::Es256, der.expose())?;
    /// assert_eq!(again.algorithm(), Algorithm::Es256);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [RFC 5958]: https://www.rfc-editor.org/rfc/rfc5958
    /// [RFC 9881]: https://www.rfc-editor.org/rfc/rfc9881
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        if der.len() > MAX_DER_LEN {
            return Err(KeyError::TooLarge);
        }
        let (identifier, inner) = open(der).ok_or(KeyError::Malformed)?;
        identifier.require(algorithm)?;
        match algorithm {
            Algorithm::EdDsa => {
                let mut inner = Der(inner);
                let seed = inner.read(OCTET_STRING).filter(|_| inner.0.is_empty());
                Self::ed25519(seed.ok_or(KeyError::Malformed)?, None)
            }
            Algorithm::Es256 | Algorithm::Es384 => {
                let (private, public) = ec_parts(inner).ok_or(KeyError::Malformed)?;
                Self::ec(algorithm, private, public)
            }
            #[cfg(feature = "aws-lc-rs")]
            Algorithm::MlDsa44 | Algorithm::MlDsa65 => Self::ml_dsa_from_der(algorithm, inner),
            _ => Self::rsa(algorithm, inner),
        }
    }

    /// Takes the seed, or the seed and what it expands to: RFC 9881, section 6. What it expands to
    /// is not enough, for no JSON Web Key holds it.
    #[cfg(feature = "aws-lc-rs")]
    fn ml_dsa_from_der(algorithm: Algorithm, inner: &[u8]) -> Result<Self, KeyError> {
        let mut inner = Der(inner);
        if let Some(seed) = inner.optional(TAGGED_0_PRIMITIVE) {
            inner.end().ok_or(KeyError::Malformed)?;
            return Self::ml_dsa(algorithm, seed);
        }
        let (seed, expanded) = ml_dsa_parts(inner).ok_or(KeyError::Malformed)?;
        if ml_dsa_expands_to(algorithm, seed, expanded) {
            Self::ml_dsa(algorithm, seed)
        } else {
            Err(KeyError::Malformed)
        }
    }

    /// Takes a private key from PKCS#8 in PEM ([RFC 7468]): one `PRIVATE KEY`, nothing beside it.
    ///
    /// # Errors
    ///
    /// Those of [`from_pkcs8_der`](Self::from_pkcs8_der).
    ///
    /// [RFC 7468]: https://www.rfc-editor.org/rfc/rfc7468
    pub fn from_pkcs8_pem(algorithm: Algorithm, pem: &SecretString) -> Result<Self, KeyError> {
        if pem.expose().len() > pem::max_len(MAX_DER_LEN) {
            return Err(KeyError::TooLarge);
        }
        let der = pem::read(pem.expose(), LABEL).ok_or(KeyError::Malformed)?;
        Self::from_pkcs8_der(algorithm, der.expose())
    }

    /// Returns the key as PKCS#8; nothing for HMAC.
    pub(crate) fn to_pkcs8(&self) -> Option<SecretBytes> {
        let Material::Pair { secret, public, .. } = &self.material else { return None };
        let secret = secret.expose();
        let inner = match public.public_key() {
            PublicKey::Ec(point) => ec_private_key(secret, point)?,
            PublicKey::Ed25519(_) => write(OCTET_STRING, &[secret])?,
            #[cfg(feature = "aws-lc-rs")]
            PublicKey::MlDsa(_) => write(TAGGED_0_PRIMITIVE, &[secret])?,
            PublicKey::Rsa { .. } => SecretBytes::from(secret),
        };
        let identifier = Identifier::write(self.algorithm)?;
        let (version, inner) = (write(INTEGER, &[&[0]])?, write(OCTET_STRING, &[inner.expose()])?);
        write(SEQUENCE, &[version.expose(), identifier.expose(), inner.expose()])
    }
}

/// Wraps PKCS#8 into PEM.
pub(crate) fn armor(der: &SecretBytes) -> SecretString {
    pem::write(der.expose(), LABEL)
}

/// The algorithm, and the key.
fn open(der: &[u8]) -> Option<(Identifier<'_>, &[u8])> {
    let mut outer = Der(der);
    let mut info = Der(outer.read(SEQUENCE)?);
    outer.end()?;
    // Version 1 has a copy of the public key at the end, for which this has no use.
    if !matches!(info.read(INTEGER)?, [0 | 1]) {
        return None;
    }
    let identifier = Identifier::read(&mut info)?;
    Some((identifier, info.read(OCTET_STRING)?))
}

/// An `ECPrivateKey`: RFC 5915.
fn ec_private_key(secret: &[u8], point: &[u8]) -> Option<SecretBytes> {
    let public = write(BIT_STRING, &[&[0], point])?;
    let parts = [
        write(INTEGER, &[&[1]])?,
        write(OCTET_STRING, &[secret])?,
        write(TAGGED_1, &[public.expose()])?,
    ];
    write(SEQUENCE, &parts.each_ref().map(SecretBytes::expose))
}

/// The two parts of an `ECPrivateKey`.
fn ec_parts(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Der(der);
    let mut key = Der(outer.read(SEQUENCE)?);
    outer.end()?;
    if key.read(INTEGER)? != [1] {
        return None;
    }
    let private = key.read(OCTET_STRING)?;
    let _curve = key.optional(TAGGED_0);
    let mut public = Der(key.read(TAGGED_1)?);
    let (unused_bits, point) = public.read(BIT_STRING)?.split_first()?;
    public.end()?;
    key.end()?;
    if *unused_bits == 0 { Some((private, point)) } else { None }
}
/// The seed and the expanded key, where both are there.
#[cfg(feature = "aws-lc-rs")]
fn ml_dsa_parts(mut outer: Der<'_>) -> Option<(&[u8], &[u8])> {
    let mut both = Der(outer.read(SEQUENCE)?);
    outer.end()?;
    let parts = (both.read(OCTET_STRING)?, both.read(OCTET_STRING)?);
    both.end()?;
    Some(parts)
}
