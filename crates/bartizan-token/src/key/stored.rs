//! How a keyring's file holds the keys.

use std::borrow::Cow;

use bartizan_core::SecretBytes;
use bartizan_core::danger::ExportKey;

#[cfg(feature = "aws-lc-rs")]
use super::generate::SEED_LEN;
use super::{Material, SigningKey};
use crate::algorithm::Algorithm;
#[cfg(feature = "aws-lc-rs")]
use crate::crypto;
use crate::crypto::ED25519_LEN;
use crate::verifying_key::VerifyingKey;

/// A byte for the algorithm, then the secret; after that of Ed25519 and ECDSA the public key, and
/// of ML-DSA its SHA-256, so that a damaged one is noticed; after that of the longer HMACs their name, so that none is as
/// long as a key pair. RSA is an `RSAPrivateKey` in DER.
impl ExportKey for SigningKey {
    fn export(&self) -> SecretBytes {
        let (secret, public) = match &self.material {
            Material::Hmac { secret, .. } => (secret, Cow::Borrowed(suffix(self.algorithm))),
            Material::Pair { secret, public, .. } => (secret, check(public)),
        };
        SecretBytes::from([&[tag(self.algorithm)], secret.expose(), &public].concat())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        let (found, rest) = material.expose().split_first()?;
        let algorithm = Algorithm::ALL.iter().copied().find(|all| tag(*all) == *found)?;
        match algorithm {
            Algorithm::EdDsa => {
                let (seed, public) = rest.split_at_checked(ED25519_LEN)?;
                Self::ed25519(seed, Some(public)).ok()
            }
            Algorithm::Es256 | Algorithm::Es384 => {
                let (private, public) = rest.split_at_checked(algorithm.ec_len()?)?;
                Self::ec(algorithm, private, public).ok()
            }
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => {
                let secret = rest.strip_suffix(suffix(algorithm))?;
                Self::hmac(algorithm, SecretBytes::from(secret)).ok()
            }
            #[cfg(feature = "aws-lc-rs")]
            Algorithm::MlDsa44 | Algorithm::MlDsa65 => {
                let (seed, digest) = rest.split_at_checked(SEED_LEN)?;
                let key = Self::ml_dsa(algorithm, seed).ok()?;
                let belongs = key.verifying_key().is_some_and(|key| *check(key) == *digest);
                belongs.then_some(key)
            }
            _ => Self::rsa(algorithm, rest).ok(),
        }
    }
}

/// What tells that the secret is the one whose key this is: nothing for RSA, which has all of it.
fn check(public: &VerifyingKey) -> Cow<'_, [u8]> {
    #[cfg(feature = "aws-lc-rs")]
    if public.algorithm().ml_dsa_public_len().is_some() {
        return Cow::Owned(crypto::sha256(public.point()).as_ref().to_vec());
    }
    Cow::Borrowed(public.point())
}

const fn suffix(algorithm: Algorithm) -> &'static [u8] {
    match algorithm {
        Algorithm::Hs384 => b"HS384",
        Algorithm::Hs512 => b"HS512",
        _ => b"",
    }
}

/// Never changed once keys exist.
const fn tag(algorithm: Algorithm) -> u8 {
    match algorithm {
        Algorithm::EdDsa => 1,
        Algorithm::Hs256 => 2,
        Algorithm::Hs384 => 3,
        Algorithm::Hs512 => 4,
        Algorithm::Es256 => 5,
        Algorithm::Es384 => 6,
        Algorithm::Ps256 => 7,
        Algorithm::Ps384 => 8,
        Algorithm::Ps512 => 9,
        // Signs nothing, and is never stored.
        #[cfg(feature = "legacy-interop")]
        Algorithm::Rs256 => 0,
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa44 => 10,
        #[cfg(feature = "aws-lc-rs")]
        Algorithm::MlDsa65 => 11,
    }
}
