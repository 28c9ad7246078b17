//! A user's new password for an old one.

use core::error::Error;
use core::fmt;

use bartizan_core::{Random, SecretString};

use crate::error::{HashError, VerifyError};
use crate::hasher::PasswordHasher;
use crate::pool::HashPool;
use crate::stored::StoredHash;

/// Why a password was not changed. Nothing was: what is stored is still right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeError {
    /// The current password was not verified. Where that is a [`VerifyError::Mismatch`], the user
    /// is at fault, and it counts as a failed attempt like one at login.
    Current(VerifyError),
    /// The new password was not hashed.
    New(HashError),
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current(error) => fmt::Display::fmt(error, f),
            Self::New(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl Error for ChangeError {}

impl PasswordHasher {
    /// Hashes a user's new password, if the current one is right ([OWASP ASVS 5.0, V6.2.3]).
    ///
    /// Ask a [`PasswordPolicy`](crate::PasswordPolicy) about the new one before. When the new hash
    /// is stored, end the user's other sessions.
    ///
    /// # Errors
    ///
    /// - [`ChangeError::Current`]: as for [`verify`](Self::verify); the new one was not hashed.
    /// - [`ChangeError::New`]: as for [`hash`](Self::hash).
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretString, SystemRandom};
    /// use bartizan_password::{ChangeError, PasswordHasher, VerifyError};
    ///
    /// let (hasher, random) = (PasswordHasher::new(), SystemRandom::new());
    /// let current = SecretString::from("correct horse battery staple");
    /// let new = SecretString::from("wrong donkey charger paperclip");
    /// let stored = hasher.hash(&current, &random)?;
    ///
    /// let changed = hasher.change(&current, &stored, &new, &random)?;
    /// assert!(hasher.verify(&new, Some(&changed)).is_ok());
    ///
    /// let refused = hasher.change(&new, &stored, &current, &random);
    /// assert_eq!(refused.err(), Some(ChangeError::Current(VerifyError::Mismatch)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [OWASP ASVS 5.0, V6.2.3]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
    #[expect(clippy::too_many_arguments, reason = "each is needed, and none has a default")]
    pub fn change(
        &self,
        current: &SecretString,
        stored: &StoredHash,
        new: &SecretString,
        random: &dyn Random,
    ) -> Result<StoredHash, ChangeError> {
        let _ = self.verify(current, Some(stored)).map_err(ChangeError::Current)?;
        self.hash(new, random).map_err(ChangeError::New)
    }
}

impl HashPool {
    /// Hashes a user's new password, if the current one is right, as [`PasswordHasher::change`]
    /// does.
    ///
    /// # Errors
    ///
    /// - [`ChangeError::Current`]: as for [`verify`](Self::verify); the new one was not hashed.
    /// - [`ChangeError::New`]: as for [`hash`](Self::hash).
    #[expect(clippy::too_many_arguments, reason = "each is needed, and none has a default")]
    pub fn change(
        &self,
        current: &SecretString,
        stored: &StoredHash,
        new: &SecretString,
        random: &dyn Random,
    ) -> Result<StoredHash, ChangeError> {
        let _ = self.verify(current, Some(stored)).map_err(ChangeError::Current)?;
        self.hash(new, random).map_err(ChangeError::New)
    }
}

#[cfg(test)]
mod tests {
    use bartizan_core::SystemRandom;

    use super::*;
    use crate::argon2id::work::filled_kib;

    /// asvs: V6.2.3
    #[test]
    fn a_wrong_current_password_changes_nothing_and_is_a_failed_attempt() {
        let (hasher, random) = (PasswordHasher::new(), SystemRandom::new());
        let [current, new, wrong] =
            ["current horse battery", "new horse battery", "wrong horse"].map(SecretString::from);
        let stored = hasher.hash(&current, &random).unwrap();
        let before = stored.as_str().to_owned();

        let mut refused = None;
        let work = filled_kib(|| refused = hasher.change(&wrong, &stored, &new, &random).err());
        assert_eq!(refused, Some(ChangeError::Current(VerifyError::Mismatch)));
        assert_eq!(work, 19_456 * 2, "the new one was not even hashed");
        assert_eq!(stored.as_str(), before);
        assert!(hasher.verify(&current, Some(&stored)).is_ok());

        let empty = hasher.change(&current, &stored, &SecretString::from(""), &random).err();
        assert_eq!(empty, Some(ChangeError::New(HashError::Empty)));
        let changed = hasher.change(&current, &stored, &new, &random).unwrap();
        assert!(hasher.verify(&new, Some(&changed)).is_ok());
        assert_eq!(hasher.verify(&current, Some(&changed)), Err(VerifyError::Mismatch));
    }
}
