//! The seam to the libraries that do the mathematics: nothing else of this crate knows which of
//! them a key uses.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod ring;
#[cfg(test)]
mod tests;

use core::fmt;
use std::borrow::Cow;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use self::aws_lc::{generate_rsa, ml_dsa_expands_to};
pub(crate) use self::ring::sha256;
use crate::algorithm::Algorithm;

/// The library that computes what a key signs and verifies.
///
/// It is a value, remembered by each key, and no part of what is stored or published of it: a key
/// that was made under one signs and verifies the same under the other. `Default` is what keys are
/// made and loaded with: aws-lc-rs where the feature `aws-lc-rs` is on, ring else.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_token::{Backend, SigningKey};
///
/// let key = SigningKey::generate_ed25519(&SystemRandom::new())?;
/// assert_eq!(key.backend(), Backend::default());
/// assert_eq!(key.with_backend(Backend::Ring)?.backend(), Backend::Ring);
/// assert_eq!(Backend::Ring.to_string(), "ring");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// The crate `ring`.
    #[cfg_attr(not(feature = "aws-lc-rs"), default)]
    Ring,
    /// The crate `aws-lc-rs`: quicker with public keys, which it prepares once, and the one that
    /// knows ML-DSA.
    #[cfg(feature = "aws-lc-rs")]
    #[default]
    AwsLcRs,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ring => "ring",
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs => "aws-lc-rs",
        })
    }
}

/// The longest signature but for those of ML-DSA: RSA of 8,192 bits.
pub(crate) const MAX_SIGNATURE_LEN: usize = 1_024;

/// The longest signature that is read: ML-DSA-65, where it is known.
pub(crate) const MAX_READ_SIGNATURE_LEN: usize =
    if cfg!(feature = "aws-lc-rs") { 3_309 } else { MAX_SIGNATURE_LEN };

/// Of a seed, and of a public key.
pub(crate) const ED25519_LEN: usize = 32;

/// A key of HMAC, with the state of the hash after it.
#[derive(Clone)]
pub(crate) enum Mac {
    Ring(ring::Mac),
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs(Box<aws_lc::Mac>),
}

/// A tag of HMAC.
pub(crate) enum Tag {
    Ring(::ring::hmac::Tag),
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs(aws_lc_rs::hmac::Tag),
}

impl AsRef<[u8]> for Tag {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Ring(tag) => tag.as_ref(),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(tag) => tag.as_ref(),
        }
    }
}

impl Mac {
    /// Nothing when `algorithm` is no HMAC.
    pub(crate) fn new(backend: Backend, algorithm: Algorithm, secret: &[u8]) -> Option<Self> {
        match backend {
            Backend::Ring => ring::Mac::new(algorithm, secret).map(Self::Ring),
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs => {
                aws_lc::Mac::new(algorithm, secret).map(|mac| Self::AwsLcRs(Box::new(mac)))
            }
        }
    }

    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Tag {
        match self {
            Self::Ring(mac) => Tag::Ring(mac.sign(parts)),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(mac) => Tag::AwsLcRs(mac.sign(parts)),
        }
    }

    pub(crate) fn verifies(&self, input: &[u8], tag: &[u8]) -> bool {
        match self {
            Self::Ring(mac) => mac.verifies(input, tag),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(mac) => mac.verifies(input, tag),
        }
    }
}

/// The parts of a public key, as formats write them.
#[derive(Clone)]
pub(crate) enum PublicKey {
    Ed25519([u8; ED25519_LEN]),
    /// The point, uncompressed.
    Ec(Box<[u8]>),
    Rsa {
        n: Box<[u8]>,
        e: Box<[u8]>,
    },
    #[cfg(feature = "aws-lc-rs")]
    MlDsa(Box<[u8]>),
}

/// A public key, ready to verify.
#[derive(Clone)]
pub(crate) enum Prepared {
    /// ring has no form of a key that is made once; it reads the parts each time.
    Ring,
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs(aws_lc::Prepared),
}

impl Prepared {
    /// Nothing when `key` is none of `algorithm`, or its point is not on the curve.
    pub(crate) fn new(backend: Backend, algorithm: Algorithm, key: &PublicKey) -> Option<Self> {
        match backend {
            Backend::Ring => ring::can_verify(algorithm, key).then_some(Self::Ring),
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs => aws_lc::Prepared::new(algorithm, key).map(Self::AwsLcRs),
        }
    }

    /// As [`new`](Self::new), but a point need not be on the curve where verifying finds out.
    pub(crate) fn for_one_use(
        backend: Backend,
        algorithm: Algorithm,
        key: &PublicKey,
    ) -> Option<Self> {
        // ring finds out by itself; it has no key that it could not verify with here.
        if backend == Backend::Ring { Some(Self::Ring) } else { Self::new(backend, algorithm, key) }
    }

    pub(crate) const fn backend(&self) -> Backend {
        match self {
            Self::Ring => Backend::Ring,
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(_) => Backend::AwsLcRs,
        }
    }

    /// Returns whether `signature` is over `input`, by the `key` that was prepared for `algorithm`.
    pub(crate) fn verifies(
        &self,
        (algorithm, key): (Algorithm, &PublicKey),
        input: &[u8],
        signature: &[u8],
    ) -> bool {
        match self {
            Self::Ring => ring::verifies(key, algorithm, input, signature),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(key) => key.verifies(input, signature),
        }
    }
}

/// A private key, ready to sign.
pub(crate) enum Pair {
    Ring(ring::Pair),
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs(aws_lc::Pair),
}

/// The machine gave no randomness.
#[derive(Debug)]
pub(crate) struct NoRandomness;

impl Pair {
    /// Takes the seed of Ed25519 or ML-DSA, the number of ECDSA with its public point, or an
    /// `RSAPrivateKey` of RFC 8017, appendix A.1.2. Nothing when it is none, or the parts do not
    /// belong together.
    pub(crate) fn new(
        backend: Backend,
        algorithm: Algorithm,
        secret: &[u8],
        point: &[u8],
    ) -> Option<Self> {
        match backend {
            Backend::Ring => ring::Pair::new(algorithm, secret, point).map(Self::Ring),
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs => aws_lc::Pair::new(algorithm, secret, point).map(Self::AwsLcRs),
        }
    }

    pub(crate) const fn backend(&self) -> Backend {
        match self {
            Self::Ring(_) => Backend::Ring,
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(_) => Backend::AwsLcRs,
        }
    }

    /// Returns the public key; nothing of RSA, whose numbers stand in its private key.
    pub(crate) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::Ring(pair) => pair.public(),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(pair) => pair.public(),
        }
    }

    /// Writes the signature to the beginning of `out`, or to memory of its own if it is longer.
    pub(crate) fn sign<'o>(
        &self,
        input: &[u8],
        out: &'o mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<Cow<'o, [u8]>, NoRandomness> {
        match self {
            Self::Ring(pair) => pair.sign(input, out).map(Cow::Borrowed),
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs(pair) => pair.sign(input, out),
        }
    }
}

/// Makes a key for ECDSA, as PKCS#8. The randomness is the library's own, from the system.
pub(crate) fn generate_ec(
    backend: Backend,
    algorithm: Algorithm,
) -> Result<bartizan_core::SecretBytes, NoRandomness> {
    match backend {
        Backend::Ring => ring::generate_ec(algorithm),
        #[cfg(feature = "aws-lc-rs")]
        Backend::AwsLcRs => aws_lc::generate_ec(algorithm),
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair(..)")
    }
}
