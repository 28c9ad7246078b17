//! What aws-lc-rs computes.
//!
//! It takes more forms of a key than ring does, each told apart by its length; what is not the
//! one form is refused here before it is asked.

use std::borrow::Cow;

use aws_lc_rs::encoding::{AsDer as _, AsRawBytes as _, Pkcs8V1Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ED25519, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    KeyPair as _, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ParsedPublicKey,
    PqdsaKeyPair, RsaEncoding, RsaKeyPair, RsaParameters, RsaPublicKeyComponents,
};
use bartizan_core::SecretBytes;

use super::{ED25519_LEN, MAX_SIGNATURE_LEN, NoRandomness, PublicKey};
use crate::algorithm::Algorithm;
use crate::key::RsaSize;

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

/// A public key that was read once, for one algorithm.
#[derive(Clone)]
pub(crate) struct Prepared(ParsedPublicKey);

impl Prepared {
    pub(super) fn new(algorithm: Algorithm, key: &PublicKey) -> Option<Self> {
        let parsed = match (key, algorithm) {
            (PublicKey::Ed25519(key), Algorithm::EdDsa) => ParsedPublicKey::new(&ED25519, key),
            (PublicKey::Ec(point), Algorithm::Es256) if is_uncompressed(algorithm, point) => {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            }
            (PublicKey::Ec(point), Algorithm::Es384) if is_uncompressed(algorithm, point) => {
                ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point)
            }
            (PublicKey::Rsa { n, e }, _) => {
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(rsa_parameters(algorithm)?)
            }
            (PublicKey::MlDsa(key), _) if Some(key.len()) == algorithm.ml_dsa_public_len() => {
                match algorithm {
                    Algorithm::MlDsa44 => ParsedPublicKey::new(&ML_DSA_44, key),
                    _ => ParsedPublicKey::new(&ML_DSA_65, key),
                }
            }
            _ => return None,
        };
        parsed.ok().map(Self)
    }

    pub(super) fn verifies(&self, input: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(input, signature).is_ok()
    }
}

/// SEC 1, section 2.3.3. A point may also be compressed, or within a `SubjectPublicKeyInfo`.
fn is_uncompressed(algorithm: Algorithm, point: &[u8]) -> bool {
    let coordinates = point.strip_prefix(&[4]).map(<[u8]>::len);
    coordinates.is_some() && coordinates == algorithm.ec_len().map(|len| len.saturating_mul(2))
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
    MlDsa(Box<PqdsaKeyPair>),
}

impl Pair {
    pub(super) fn new(algorithm: Algorithm, secret: &[u8], point: &[u8]) -> Option<Self> {
        if let Some(pair) = ml_dsa(algorithm, secret) {
            return Some(Self::MlDsa(Box::new(pair)));
        }
        match algorithm {
            Algorithm::EdDsa if secret.len() == ED25519_LEN => {
                let pair = Ed25519KeyPair::from_seed_unchecked(secret).ok()?;
                Some(Self::Ed25519(Box::new(pair)))
            }
            Algorithm::Es256 | Algorithm::Es384 => Self::ec(algorithm, secret, point),
            Algorithm::Ps256 => Self::rsa(&signature::RSA_PSS_SHA256, secret),
            Algorithm::Ps384 => Self::rsa(&signature::RSA_PSS_SHA384, secret),
            Algorithm::Ps512 => Self::rsa(&signature::RSA_PSS_SHA512, secret),
            _ => None,
        }
    }

    fn ec(algorithm: Algorithm, secret: &[u8], point: &[u8]) -> Option<Self> {
        let fits = Some(secret.len()) == algorithm.ec_len() && is_uncompressed(algorithm, point);
        let curve = ec_algorithm(algorithm).filter(|_| fits)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, secret, point).ok()?;
        Some(Self::Ec(Box::new(pair)))
    }

    fn rsa(encoding: &'static dyn RsaEncoding, der: &[u8]) -> Option<Self> {
        Some(Self::Rsa(Box::new(RsaKeyPair::from_der(der).ok()?), encoding))
    }

    pub(super) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::Ed25519(pair) => {
                Some(PublicKey::Ed25519(pair.public_key().as_ref().try_into().ok()?))
            }
            Self::Ec(pair) => Some(PublicKey::Ec(Box::from(pair.public_key().as_ref()))),
            Self::Rsa(..) => None,
            Self::MlDsa(pair) => Some(PublicKey::MlDsa(Box::from(pair.public_key().as_ref()))),
        }
    }

    pub(super) fn sign<'o>(
        &self,
        input: &[u8],
        out: &'o mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<Cow<'o, [u8]>, NoRandomness> {
        let signature = match self {
            Self::Ed25519(pair) => pair.try_sign(input).map_err(|_| NoRandomness)?,
            Self::Ec(pair) => pair.sign(&SystemRandom::new(), input).map_err(|_| NoRandomness)?,
            Self::Rsa(pair, encoding) => {
                let out = out.get_mut(..pair.public_modulus_len()).ok_or(NoRandomness)?;
                pair.sign(*encoding, &SystemRandom::new(), input, out).map_err(|_| NoRandomness)?;
                return Ok(Cow::Borrowed(out));
            }
            Self::MlDsa(pair) => {
                let mut signature = vec![0; pair.algorithm().signature_len()];
                let len = pair.sign(input, &mut signature).map_err(|_| NoRandomness)?;
                signature.truncate(len);
                return Ok(Cow::Owned(signature));
            }
        };
        let signature = signature.as_ref();
        let out = out.get_mut(..signature.len()).ok_or(NoRandomness)?;
        out.copy_from_slice(signature);
        Ok(Cow::Borrowed(out))
    }
}

fn ml_dsa(algorithm: Algorithm, seed: &[u8]) -> Option<PqdsaKeyPair> {
    let algorithm = match algorithm {
        Algorithm::MlDsa44 => &ML_DSA_44_SIGNING,
        Algorithm::MlDsa65 => &ML_DSA_65_SIGNING,
        _ => return None,
    };
    PqdsaKeyPair::from_seed(algorithm, seed).ok()
}

/// Returns whether a key of ML-DSA is what its seed expands to.
pub(crate) fn ml_dsa_expands_to(algorithm: Algorithm, seed: &[u8], expanded: &[u8]) -> bool {
    let own = ml_dsa(algorithm, seed).and_then(|pair| pair.private_key().as_raw_bytes().ok());
    own.is_some_and(|own| SecretBytes::from(own.as_ref()).ct_eq(expanded))
}

pub(super) fn generate_ec(algorithm: Algorithm) -> Result<SecretBytes, NoRandomness> {
    let curve = ec_algorithm(algorithm).ok_or(NoRandomness)?;
    let pair = EcdsaKeyPair::generate(curve).map_err(|_| NoRandomness)?;
    let pkcs8 = pair.to_pkcs8v1().map_err(|_| NoRandomness)?;
    Ok(SecretBytes::from(pkcs8.as_ref()))
}

/// Makes a key for RSA, as PKCS#8.
pub(crate) fn generate_rsa(size: RsaSize) -> Result<SecretBytes, NoRandomness> {
    let size = match size {
        RsaSize::Bits3072 => KeySize::Rsa3072,
        RsaSize::Bits4096 => KeySize::Rsa4096,
    };
    let pair = RsaKeyPair::generate(size).map_err(|_| NoRandomness)?;
    let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| NoRandomness)?;
    Ok(SecretBytes::from(pkcs8.as_ref()))
}

const fn ec_algorithm(algorithm: Algorithm) -> Option<&'static EcdsaSigningAlgorithm> {
    match algorithm {
        Algorithm::Es256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
        _ => None,
    }
}
