//! The seam to the library that does the mathematics: nothing else of this crate names it.

use core::fmt;

use ring::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey as Point};
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    KeyPair as _, RsaEncoding, RsaKeyPair, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use ring::{digest, hmac};

use crate::algorithm::Algorithm;

/// The longest signature: RSA of 8,192 bits.
pub(crate) const MAX_SIGNATURE_LEN: usize = 1_024;

/// What the library wants where it draws randomness itself: it takes no source but its own, which
/// is the operating system's.
#[expect(clippy::disallowed_methods, reason = "the library takes no other source")]
fn system_random() -> SystemRandom {
    SystemRandom::new()
}

/// SHA-256, of [RFC 7638] thumbprints.
///
/// [RFC 7638]: https://www.rfc-editor.org/rfc/rfc7638
pub(crate) fn sha256(text: &str) -> impl AsRef<[u8]> {
    digest::digest(&digest::SHA256, text.as_bytes())
}

/// A key of HMAC, with the state of the hash after it.
#[derive(Clone)]
pub(crate) struct Mac(hmac::Key);

impl Mac {
    /// Nothing when `algorithm` is no HMAC.
    pub(crate) fn new(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        let hash = match algorithm {
            Algorithm::Hs256 => hmac::HMAC_SHA256,
            Algorithm::Hs384 => hmac::HMAC_SHA384,
            Algorithm::Hs512 => hmac::HMAC_SHA512,
            _ => return None,
        };
        Some(Self(hmac::Key::new(hash, secret)))
    }

    pub(crate) fn sign(&self, parts: &[&[u8]]) -> impl AsRef<[u8]> + use<> {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    pub(crate) fn verifies(&self, input: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, input, tag).is_ok()
    }
}

/// A public key, checked when it was loaded.
#[derive(Clone)]
pub(crate) enum PublicKey {
    Ed25519([u8; ED25519_LEN]),
    /// The point, uncompressed.
    Ec(Box<[u8]>),
    Rsa {
        n: Box<[u8]>,
        e: Box<[u8]>,
    },
}

/// Of a seed, and of a public key.
pub(crate) const ED25519_LEN: usize = 32;

impl PublicKey {
    /// Returns whether `signature` is the key's over `input`.
    pub(crate) fn verifies(&self, algorithm: Algorithm, input: &[u8], signature: &[u8]) -> bool {
        let verified = match (self, algorithm) {
            (Self::Ed25519(key), Algorithm::EdDsa) => {
                UnparsedPublicKey::new(&ED25519, key).verify(input, signature)
            }
            (Self::Ec(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(input, signature)
            }
            (Self::Ec(point), Algorithm::Es384) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(input, signature)
            }
            (Self::Rsa { n, e }, _) => match rsa_parameters(algorithm) {
                Some(parameters) => {
                    RsaPublicKeyComponents { n, e }.verify(parameters, input, signature)
                }
                None => return false,
            },
            _ => return false,
        };
        verified.is_ok()
    }
}

const fn rsa_parameters(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        #[cfg(feature = "legacy-interop")]
        Algorithm::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        _ => None,
    }
}

/// Returns whether `point` is on the curve of `algorithm`. Only a key agreement tells.
pub(crate) fn is_on_curve(algorithm: Algorithm, point: &[u8]) -> bool {
    let curve = match algorithm {
        Algorithm::Es256 => &agreement::ECDH_P256,
        Algorithm::Es384 => &agreement::ECDH_P384,
        _ => return false,
    };
    let Ok(private) = EphemeralPrivateKey::generate(curve, &system_random()) else {
        return false;
    };
    agreement::agree_ephemeral(private, &Point::new(curve, point), |_| ()).is_ok()
}

/// A private key, ready to sign.
pub(crate) enum Pair {
    Ed25519(Box<Ed25519KeyPair>),
    Ec(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
}

/// The machine gave no randomness.
#[derive(Debug)]
pub(crate) struct NoRandomness;

impl Pair {
    pub(crate) fn ed25519(seed: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        Some(Self::Ed25519(Box::new(pair)))
    }

    /// Nothing when `private` and `public` do not belong together, too.
    pub(crate) fn ec(algorithm: Algorithm, private: &[u8], public: &[u8]) -> Option<Self> {
        let curve = ec_algorithm(algorithm)?;
        let random = system_random();
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(curve, private, public, &random).ok()?;
        Some(Self::Ec(Box::new(pair)))
    }

    /// Takes an `RSAPrivateKey` of RFC 8017, appendix A.1.2.
    pub(crate) fn rsa(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
        let encoding: &dyn RsaEncoding = match algorithm {
            Algorithm::Ps256 => &signature::RSA_PSS_SHA256,
            Algorithm::Ps384 => &signature::RSA_PSS_SHA384,
            Algorithm::Ps512 => &signature::RSA_PSS_SHA512,
            _ => return None,
        };
        Some(Self::Rsa(Box::new(RsaKeyPair::from_der(der).ok()?), encoding))
    }

    pub(crate) fn public(&self) -> Option<PublicKey> {
        Some(match self {
            Self::Ed25519(pair) => PublicKey::Ed25519(pair.public_key().as_ref().try_into().ok()?),
            Self::Ec(pair) => PublicKey::Ec(Box::from(pair.public_key().as_ref())),
            Self::Rsa(pair, _) => {
                let RsaPublicKeyComponents { n, e } =
                    RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                PublicKey::Rsa { n: n.into(), e: e.into() }
            }
        })
    }

    /// Writes the signature to the beginning of `out`.
    pub(crate) fn sign<'o>(
        &self,
        input: &[u8],
        out: &'o mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<&'o [u8], NoRandomness> {
        let random = system_random();
        let signature = match self {
            Self::Ed25519(pair) => pair.sign(input),
            Self::Ec(pair) => pair.sign(&random, input).map_err(|_| NoRandomness)?,
            Self::Rsa(pair, encoding) => {
                let len = pair.public().modulus_len();
                let out = out.get_mut(..len).ok_or(NoRandomness)?;
                pair.sign(*encoding, &random, input, out).map_err(|_| NoRandomness)?;
                return Ok(out);
            }
        };
        let signature = signature.as_ref();
        let out = out.get_mut(..signature.len()).ok_or(NoRandomness)?;
        out.copy_from_slice(signature);
        Ok(out)
    }
}

/// Makes a key for ECDSA, as PKCS#8. The randomness is the library's own, from the system.
pub(crate) fn generate_ec(algorithm: Algorithm) -> Result<impl AsRef<[u8]>, NoRandomness> {
    let curve = ec_algorithm(algorithm).ok_or(NoRandomness)?;
    EcdsaKeyPair::generate_pkcs8(curve, &system_random()).map_err(|_| NoRandomness)
}

const fn ec_algorithm(algorithm: Algorithm) -> Option<&'static EcdsaSigningAlgorithm> {
    match algorithm {
        Algorithm::Es256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
        _ => None,
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair(..)")
    }
}
