//! What phpass and Drupal 7 have in common: one salted hash, then 2^n more over it.

use zeroize::Zeroizing;

use super::crypt64;
use crate::error::StoredHashError;

/// The cost and the salt of such a row.
pub(super) struct Stretched {
    /// The base-2 logarithm of the number of rounds.
    pub(super) log2: u32,
    /// As it is printed: it is not decoded.
    pub(super) salt: [u8; 8],
}

impl Stretched {
    /// Reads the nine characters before the digest, and returns the digest.
    pub(super) fn read(text: &str) -> Result<(Self, &str), StoredHashError> {
        let (head, digest) = text.split_at_checked(9).ok_or(StoredHashError::Malformed)?;
        let (log2, salt) = head.as_bytes().split_first().ok_or(StoredHashError::Malformed)?;
        let log2 = crypt64::value(*log2).ok_or(StoredHashError::Malformed)?;
        Ok((Self::new(log2, salt)?, digest))
    }

    pub(super) fn new(log2: u32, salt: &[u8]) -> Result<Self, StoredHashError> {
        let salt: [u8; 8] = salt.try_into().map_err(|_| StoredHashError::Malformed)?;
        if !salt.iter().all(|byte| crypt64::value(*byte).is_some()) {
            return Err(StoredHashError::Malformed);
        }
        match log2 {
            MIN_LOG2..=MAX_LOG2 => Ok(Self { log2, salt }),
            // As far as the original goes.
            21..=30 => Err(StoredHashError::TooCostly),
            _ => Err(StoredHashError::Malformed),
        }
    }

    /// Runs the rounds with `hash`, which hashes what it is given one after the other.
    pub(super) fn run<const N: usize>(
        &self,
        password: &[u8],
        hash: impl Fn([&[u8]; 2]) -> Zeroizing<[u8; N]>,
    ) -> Zeroizing<[u8; N]> {
        let first = hash([&self.salt, password]);
        (0..1_u32.wrapping_shl(self.log2)).fold(first, |state, _| hash([&*state, password]))
    }
}

const MIN_LOG2: u32 = 7;
/// A million rounds. phpass writes 13 by default in `WordPress`, Drupal 15.
const MAX_LOG2: u32 = 20;
