//! What ring computes.

use bartizan_core::SecretBytes;
use ring::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey as Point};
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    KeyPair as _, RsaEncoding, RsaKeyPair, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use ring::{digest, hmac};

use super::{MAX_SIGNATURE_LEN, NoRandomness, PublicKey};
use crate::algorithm::Algorithm;

/// What the library wants where it draws randomness itself: it takes no source but its own, which
/// is the operating system's.
#[expect(clippy::disallowed_methods, reason = "the library takes no other source")]
fn system_random() -> SystemRandom {
    SystemRandom::new()
}

/// SHA-256, of [RFC 7638] thumbprints.
///
/// [RFC 7638]: https://www.rfc-editor.org/rfc/rfc7638
pub(crate) fn sha256(bytes: &[u8]) -> impl AsRef<[u8]> + use<> {
    digest::digest(&digest::SHA256, bytes)
}

#[derive(Clone)]
pub(crate) struct Mac(hmac::Key);

impl Mac {
    pub(super) fn new(algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        let hash = match algorithm {
            Algorithm::Hs256 => hmac::HMAC_SHA256,
            Algorithm::Hs384 => hmac::HMAC_SHA384,
            Algorithm::Hs512 => hmac::HMAC_SHA512,
            _ => return None,
        };
        Some(Self(hmac::Key::new(hash, secret)))
    }

    pub(super) fn sign(&self, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    pub(super) fn verifies(&self, input: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, input, tag).is_ok()
    }
}

/// Returns whether `key` is one of `algorithm`, and its point on the curve.
pub(super) fn can_verify(algorithm: Algorithm, key: &PublicKey) -> bool {
    match key {
        PublicKey::Ed25519(_) => algorithm == Algorithm::EdDsa,
        PublicKey::Ec(point) => is_on_curve(algorithm, point),
        PublicKey::Rsa { .. } => rsa_parameters(algorithm).is_some(),
        #[cfg(feature = "aws-lc-rs")]
        PublicKey::MlDsa(_) => false,
    }
}

/// Only a key agreement tells.
fn is_on_curve(algorithm: Algorithm, point: &[u8]) -> bool {
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

pub(super) fn verifies(
    key: &PublicKey,
    algorithm: Algorithm,
    input: &[u8],
    signature: &[u8],
) -> bool {
    let verified = match (key, algorithm) {
        (PublicKey::Ed25519(key), Algorithm::EdDsa) => {
            UnparsedPublicKey::new(&ED25519, key).verify(input, signature)
        }
        (PublicKey::Ec(point), Algorithm::Es256) => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(input, signature)
        }
        (PublicKey::Ec(point), Algorithm::Es384) => {
            UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(input, signature)
        }
        (PublicKey::Rsa { n, e }, _) => match rsa_parameters(algorithm) {
            Some(parameters) => {
                RsaPublicKeyComponents { n, e }.verify(parameters, input, signature)
            }
            None => return false,
        },
        _ => return false,
    };
    verified.is_ok()
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

pub(crate) enum Pair {
    Ed25519(Box<Ed25519KeyPair>),
    Ec(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
}

impl Pair {
    pub(super) fn new(algorithm: Algorithm, secret: &[u8], point: &[u8]) -> Option<Self> {
        if algorithm == Algorithm::EdDsa {
            let pair = Ed25519KeyPair::from_seed_unchecked(secret).ok()?;
            return Some(Self::Ed25519(Box::new(pair)));
        }
        if let Some(curve) = ec_algorithm(algorithm) {
            let random = system_random();
            let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, secret, point, &random);
            return Some(Self::Ec(Box::new(pair.ok()?)));
        }
        let encoding: &dyn RsaEncoding = match algorithm {
            Algorithm::Ps256 => &signature::RSA_PSS_SHA256,
            Algorithm::Ps384 => &signature::RSA_PSS_SHA384,
            Algorithm::Ps512 => &signature::RSA_PSS_SHA512,
            _ => return None,
        };
        Some(Self::Rsa(Box::new(RsaKeyPair::from_der(secret).ok()?), encoding))
    }

    pub(super) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::Ed25519(pair) => {
                Some(PublicKey::Ed25519(pair.public_key().as_ref().try_into().ok()?))
            }
            Self::Ec(pair) => Some(PublicKey::Ec(Box::from(pair.public_key().as_ref()))),
            Self::Rsa(..) => None,
        }
    }

    pub(super) fn sign<'o>(
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

pub(super) fn generate_ec(algorithm: Algorithm) -> Result<SecretBytes, NoRandomness> {
    let curve = ec_algorithm(algorithm).ok_or(NoRandomness)?;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve, &system_random()).map_err(|_| NoRandomness)?;
    Ok(SecretBytes::from(pkcs8.as_ref()))
}

const fn ec_algorithm(algorithm: Algorithm) -> Option<&'static EcdsaSigningAlgorithm> {
    match algorithm {
        Algorithm::Es256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
        _ => None,
    }
}
