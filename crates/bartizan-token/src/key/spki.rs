//! Public keys as files hold them: `SubjectPublicKeyInfo` ([RFC 5280, section 4.1]), in DER or PEM
//! ([RFC 7468, section 13]).
//!
//! [RFC 5280, section 4.1]: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
//! [RFC 7468, section 13]: https://www.rfc-editor.org/rfc/rfc7468#section-13

use bartizan_core::SecretBytes;

use super::der::{BIT_STRING, Der, INTEGER, SEQUENCE, write, write_number};
use super::identifier::Identifier;
use super::pem;
use super::pkcs8::MAX_DER_LEN;
use crate::algorithm::Algorithm;
use crate::crypto::PublicKey;
use crate::error::KeyError;
use crate::verifying_key::VerifyingKey;

impl VerifyingKey {
    /// Takes a public key from a `SubjectPublicKeyInfo` in DER ([RFC 5280, section 4.1]), as
    /// `openssl pkey -pubout` writes it, to verify what is signed with `algorithm`.
    ///
    /// Of RSA, the format does not say for which algorithm a key is, so you do; of the others it
    /// does, and must agree. A point of ECDSA is uncompressed. A certificate is not read: who
    /// trusts one has more to check than a key.
    ///
    /// # Errors
    ///
    /// - [`KeyError::TooLarge`]: longer than 8 KiB.
    /// - [`KeyError::Malformed`]: not a `SubjectPublicKeyInfo` in DER, or a point that is not on
    ///   its curve.
    /// - [`KeyError::Disagrees`]: a key for another algorithm.
    /// - [`KeyError::Private`]: a private key, in PKCS#8.
    /// - [`KeyError::Unsupported`]: `algorithm` is HMAC, or RSA has too many bits.
    /// - [`KeyError::Weak`]: as in [`from_jwk`](Self::from_jwk).
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_token::{Algorithm, VerifyingKey};
    ///
    /// // RFC 8410, section 10.1.
    /// let pem = "-----BEGIN PUBLIC KEY-----\n\
    ///     MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
    ///     -----END PUBLIC KEY-----\n";
    /// let key = VerifyingKey::from_spki_pem(Algorithm::EdDsa, pem)?;
    /// assert_eq!(key.to_spki_pem(), pem);
    /// let again = VerifyingKey::from_spki_der(Algorithm::EdDsa, &key.to_spki_der())?;
    /// assert_eq!(again.thumbprint(), key.thumbprint());
    /// # Ok::<(), bartizan_token::KeyError>(())
    /// ```
    ///
    /// [RFC 5280, section 4.1]: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
    pub fn from_spki_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        if der.len() > MAX_DER_LEN {
            return Err(KeyError::TooLarge);
        }
        let mut outer = Der(der);
        let info = outer.read(SEQUENCE).ok_or(KeyError::Malformed)?;
        let (identifier, key) = match open(info) {
            Some(opened) if outer.0.is_empty() => opened,
            _ if is_private(info) => return Err(KeyError::Private),
            _ => return Err(KeyError::Malformed),
        };
        identifier.require(algorithm)?;
        match algorithm {
            Algorithm::EdDsa => Self::ed25519(key),
            Algorithm::Es256 | Algorithm::Es384 => Self::ec(algorithm, key),
            #[cfg(feature = "aws-lc-rs")]
            Algorithm::MlDsa44 | Algorithm::MlDsa65 => Self::ml_dsa(algorithm, key),
            _ => {
                let (n, e) = rsa_numbers(key).ok_or(KeyError::Malformed)?;
                Self::rsa(algorithm, n, e)
            }
        }
    }

    /// Takes a public key from PEM ([RFC 7468, section 13]): one `PUBLIC KEY`, nothing beside it.
    ///
    /// # Errors
    ///
    /// Those of [`from_spki_der`](Self::from_spki_der), which has an example.
    ///
    /// [RFC 7468, section 13]: https://www.rfc-editor.org/rfc/rfc7468#section-13
    pub fn from_spki_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        if pem.len() > pem::max_len(MAX_DER_LEN) {
            return Err(KeyError::TooLarge);
        }
        let Some(der) = pem::read(pem, LABEL) else {
            let private = pem.contains("PRIVATE KEY-----");
            return Err(if private { KeyError::Private } else { KeyError::Malformed });
        };
        Self::from_spki_der(algorithm, der.expose())
    }

    /// Returns the key as a `SubjectPublicKeyInfo` in DER.
    ///
    /// See [`from_spki_der`](Self::from_spki_der) for an example.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        // Nothing only of HMAC, or beyond 64 KiB.
        encode(self).map(|der| der.expose().to_vec()).unwrap_or_default()
    }

    /// Returns the key as PEM: `PUBLIC KEY`.
    ///
    /// See [`from_spki_der`](Self::from_spki_der) for an example.
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        pem::write(&self.to_spki_der(), LABEL).expose().to_owned()
    }
}

const LABEL: &str = "PUBLIC KEY";

/// The algorithm and the key.
fn open(info: &[u8]) -> Option<(Identifier<'_>, &[u8])> {
    let mut info = Der(info);
    let identifier = Identifier::read(&mut info)?;
    let (unused_bits, key) = info.read(BIT_STRING)?.split_first()?;
    info.end()?;
    if *unused_bits == 0 { Some((identifier, key)) } else { None }
}

/// Whether it begins as PKCS#8 does: a version, and an algorithm.
fn is_private(info: &[u8]) -> bool {
    let mut info = Der(info);
    info.read(INTEGER).is_some() && Identifier::read(&mut info).is_some()
}

/// The numbers of an `RSAPublicKey`: RFC 8017, appendix A.1.1.
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Der(der);
    let mut key = Der(outer.read(SEQUENCE)?);
    outer.end()?;
    let numbers = (key.number()?, key.number()?);
    key.end()?;
    Some(numbers)
}

fn encode(key: &VerifyingKey) -> Option<SecretBytes> {
    let identifier = Identifier::write(key.algorithm())?;
    let numbers;
    let bits = match key.public_key() {
        PublicKey::Rsa { n, e } => {
            let (n, e) = (write_number(n)?, write_number(e)?);
            numbers = write(SEQUENCE, &[n.expose(), e.expose()])?;
            numbers.expose()
        }
        _ => key.point(),
    };
    write(SEQUENCE, &[identifier.expose(), write(BIT_STRING, &[&[0], bits])?.expose()])
}

#[cfg(test)]
mod tests;
