//! Recovery codes as they are stored: digests, and which of them are used.

use core::fmt;

use bartizan_core::SecretBytes;
use ring::digest::{SHA256, digest};

use crate::error::{StoredError, VerifyError};
use crate::recovery_codes::{RecoveryCodes, letters_of};

/// What is stored of a user's recovery codes.
///
/// Redeeming a code gives the next set. Store it before acting on the redeemed code, and only over
/// the set that it came from, as in `UPDATE … SET recovery = :next WHERE user = :user AND
/// recovery = :former`: of two requests that race with the same code, the one that changes no row
/// has lost.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_otp::{RecoveryCodes, RecoverySet, VerifyError};
///
/// let codes = RecoveryCodes::generate(&SystemRandom::new())?;
/// let stored = codes.set().to_bytes();
///
/// let set = RecoverySet::from_bytes(&stored)?;
/// let code = codes.shown()[3].expose();
/// let next = set.redeem(code)?;
/// assert_eq!(next.left(), 9);
/// assert_eq!(next.redeem(code).err(), Some(VerifyError::Replayed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "store it, or its codes do not work and used ones work again"]
pub struct RecoverySet {
    codes: [StoredCode; RecoveryCodes::COUNT],
}

impl RecoverySet {
    pub(crate) const fn from_codes(codes: &[StoredCode; RecoveryCodes::COUNT]) -> Self {
        Self { codes: *codes }
    }

    /// Checks `code`, and returns the set to store in place of this one: in it the code is used.
    ///
    /// Case, spaces and hyphens mean nothing, and `o`, `i` and `l` are read as the digits that they
    /// look like. The code is compared with every digest, each in constant time.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Malformed`]: not 24 letters and digits, or longer than 64 bytes.
    /// - [`VerifyError::Mismatch`]: none of the codes.
    /// - [`VerifyError::Replayed`]: one of the codes, which was used before.
    pub fn redeem(&self, code: &str) -> Result<Self, VerifyError> {
        self.redeem_digest(&Self::digest_of(code)?)
    }

    /// The digest of what a user typed, if it is a code.
    pub(crate) fn digest_of(code: &str) -> Result<SecretBytes, VerifyError> {
        Ok(SecretBytes::from(StoredCode::of(&letters_of(code)?).digest))
    }

    pub(crate) fn redeem_digest(&self, presented: &SecretBytes) -> Result<Self, VerifyError> {
        let same = self.codes.map(|stored| presented.ct_eq(&stored.digest));

        let mut codes = self.codes;
        let mut outcome = Err(VerifyError::Mismatch);
        for (stored, _) in codes.iter_mut().zip(same).filter(|(_, same)| *same) {
            outcome = if stored.used { Err(VerifyError::Replayed) } else { Ok(()) };
            stored.used = true;
        }
        outcome.map(|()| Self { codes })
    }

    /// Returns how many codes are left: say so to their owner when they become few.
    #[must_use]
    pub fn left(&self) -> usize {
        self.codes.iter().filter(|code| !code.used).count()
    }

    /// Returns the bytes to store, 331 of them: the version (1), then for each of the ten codes
    /// whether it is used (0 or 1) and the SHA-256 of its 24 letters in lower case.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(STORED_LEN);
        bytes.push(VERSION);
        for code in &self.codes {
            bytes.push(code.used.into());
            bytes.extend_from_slice(&code.digest);
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) gave, in this or an earlier release.
    ///
    /// # Errors
    ///
    /// - [`StoredError::UnknownVersion`]: written by a later release.
    /// - [`StoredError::Malformed`]: not what `to_bytes` gives.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_otp::{RecoverySet, StoredError};
    ///
    /// assert_eq!(RecoverySet::from_bytes(b"").err(), Some(StoredError::Malformed));
    /// assert_eq!(RecoverySet::from_bytes(b"\x02").err(), Some(StoredError::UnknownVersion));
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let (version, records) = bytes.split_first().ok_or(StoredError::Malformed)?;
        if *version != VERSION {
            return Err(StoredError::UnknownVersion);
        }
        let (records, []) = records.as_chunks::<RECORD_LEN>() else {
            return Err(StoredError::Malformed);
        };
        let records: &[_; RecoveryCodes::COUNT] =
            records.try_into().map_err(|_| StoredError::Malformed)?;

        let mut codes = [StoredCode::default(); RecoveryCodes::COUNT];
        for (code, [used, digest @ ..]) in codes.iter_mut().zip(records) {
            code.digest = *digest;
            code.used = match used {
                0 => false,
                1 => true,
                _ => return Err(StoredError::Malformed),
            };
        }
        Ok(Self { codes })
    }
}

impl fmt::Debug for RecoverySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoverySet").field("left", &self.left()).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Default)]
pub(crate) struct StoredCode {
    used: bool,
    digest: [u8; DIGEST_LEN],
}

impl StoredCode {
    pub(crate) fn of(letters: &SecretBytes) -> Self {
        let mut code = Self::default();
        let digest = digest(&SHA256, letters.expose());
        for (byte, digested) in code.digest.iter_mut().zip(digest.as_ref()) {
            *byte = *digested;
        }
        code
    }
}

const VERSION: u8 = 1;

const DIGEST_LEN: usize = 32;

const RECORD_LEN: usize = 1 + DIGEST_LEN;

const STORED_LEN: usize = 1 + RecoveryCodes::COUNT * RECORD_LEN;

#[cfg(test)]
mod tests {
    use bartizan_core::{SystemRandom, hex};

    use super::*;

    fn codes() -> RecoveryCodes {
        RecoveryCodes::generate(&SystemRandom::new()).unwrap()
    }

    /// asvs: V6.5.1, one request after another.
    #[test]
    fn each_code_works_once_in_any_order() {
        let codes = codes();
        let mut set = RecoverySet::from_bytes(&codes.set().to_bytes()).unwrap();
        for (position, code) in codes.shown().iter().rev().enumerate() {
            assert_eq!(set.left(), RecoveryCodes::COUNT.saturating_sub(position));
            set = set.redeem(code.expose()).unwrap();
            set = RecoverySet::from_bytes(&set.to_bytes()).unwrap();
            for used in codes.shown().iter().rev().take(position.saturating_add(1)) {
                assert_eq!(set.redeem(used.expose()).err(), Some(VerifyError::Replayed));
            }
        }
        assert_eq!(set.left(), 0);
    }

    #[test]
    fn codes_of_another_set_are_refused() {
        let (codes, others) = (codes(), codes());
        for other in others.shown() {
            assert_eq!(codes.set().redeem(other.expose()).err(), Some(VerifyError::Mismatch));
        }
    }

    #[test]
    fn a_code_with_any_letter_changed_is_refused() {
        let codes = codes();
        let code = codes.shown()[0].expose();
        for position in (0..code.len()).filter(|position| position % 5 != 4) {
            let mut changed = code.as_bytes().to_vec();
            changed[position] = if changed[position] == b'7' { b'8' } else { b'7' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(codes.set().redeem(&changed).err(), Some(VerifyError::Mismatch));
        }
    }

    /// asvs: V6.5.2. The digest at the end is as `sha256sum` gives it.
    #[test]
    fn only_digests_are_stored() {
        let codes = codes();
        let stored = codes.set().to_bytes();
        assert_eq!(stored.len(), 331);
        for code in codes.shown() {
            let letters = code.expose().replace('-', "");
            for text in [code.expose(), &letters] {
                assert!(!stored.windows(text.len()).any(|window| window == text.as_bytes()));
            }
            let digest = digest(&SHA256, letters.as_bytes());
            assert!(stored.windows(DIGEST_LEN).any(|window| window == digest.as_ref()));
        }
        let letters = SecretBytes::from(*b"0123456789abcdefghjkmnpq");
        assert_eq!(
            hex::encode(&StoredCode::of(&letters).digest),
            "ae9b3b8ad01a36a174f169cc3c75c47a7bd873a2d8fa78cc5d85f3fa0a33fc96"
        );
    }

    #[test]
    fn debug_shows_no_code_and_no_digest() {
        let codes = codes();
        assert_eq!(format!("{codes:?}"), "RecoveryCodes(..)");
        assert_eq!(format!("{:?}", codes.set()), "RecoverySet { left: 10, .. }");
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_as_what_they_say() {
        let stored = codes().set().to_bytes();
        for end in 0..stored.len() {
            assert_eq!(RecoverySet::from_bytes(&stored[..end]).err(), Some(StoredError::Malformed));
        }
        let longer = [&stored[..], &[0]].concat();
        assert!(RecoverySet::from_bytes(&longer).is_err());
        let record_longer = [&stored[..], &stored[1..34]].concat();
        assert!(RecoverySet::from_bytes(&record_longer).is_err());
        for position in 0..stored.len() {
            for bit in 0..8 {
                let mut flipped = stored.clone();
                flipped[position] ^= 1 << bit;
                match RecoverySet::from_bytes(&flipped) {
                    Ok(set) => assert_eq!(set.to_bytes(), flipped),
                    Err(StoredError::UnknownVersion) => assert_eq!(position, 0),
                    Err(StoredError::Malformed) => assert!(position % 33 == 1 && bit > 0),
                }
            }
        }
    }
}
