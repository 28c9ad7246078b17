//! Hashing a password, and checking one against a stored hash.

use bartizan_argon2::Kernel;
use bartizan_core::{Random, SecretBytes, SecretString};

use crate::argon2id::{Arena, Input, NoTag};
use crate::error::{ConfigError, HashError, VerifyError};
use crate::limits::StoredLimits;
use crate::params::Argon2Params;
use crate::phc::PasswordHash;

/// Hashes passwords with Argon2id, and verifies them.
///
/// Each call takes the memory and the time that the parameters say (19 MiB and some 20 ms by
/// default) on the calling thread, and nothing limits how many run at once. A server takes a
/// [`HashPool`](crate::HashPool), which does.
///
/// ```
/// use bartizan_core::{SecretString, SystemRandom};
/// use bartizan_password::{PasswordHash, PasswordHasher, VerifyError};
///
/// let hasher = PasswordHasher::new();
/// let password = SecretString::from("correct horse battery staple");
/// let row = hasher.hash(&password, &SystemRandom::new())?.as_str().to_owned();
///
/// // At the next login:
/// let stored: PasswordHash = row.parse()?;
/// assert!(!hasher.verify(&password, &stored)?.needs_rehash());
///
/// let wrong = SecretString::from("correct horse battery stable");
/// assert_eq!(hasher.verify(&wrong, &stored).err(), Some(VerifyError::Mismatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PasswordHasher {
    params: Argon2Params,
    limits: StoredLimits,
    max_password_bytes: usize,
}

impl PasswordHasher {
    /// Returns a hasher with the default parameters and limits.
    #[must_use]
    pub fn new() -> Self {
        Self {
            params: Argon2Params::default(),
            limits: StoredLimits::default(),
            max_password_bytes: DEFAULT_MAX_PASSWORD_BYTES,
        }
    }

    /// Starts from the default parameters and limits.
    pub fn builder() -> PasswordHasherBuilder {
        PasswordHasherBuilder(Self::new())
    }

    /// Returns the parameters of new hashes.
    #[must_use]
    pub const fn params(&self) -> &Argon2Params {
        &self.params
    }

    /// Returns the limits to read stored hashes with.
    #[must_use]
    pub const fn stored_limits(&self) -> &StoredLimits {
        &self.limits
    }

    /// Returns the greatest length of a password in bytes.
    #[must_use]
    pub const fn max_password_bytes(&self) -> usize {
        self.max_password_bytes
    }

    /// Hashes a password under a new salt of 16 bytes to a tag of 32.
    ///
    /// The bytes are hashed exactly as they are: nothing is trimmed, normalized or cut off.
    ///
    /// # Errors
    ///
    /// - [`HashError::Empty`]: there is no password.
    /// - [`HashError::TooLong`]: the password has more than
    ///   [`max_password_bytes`](Self::max_password_bytes); no work was done.
    /// - [`HashError::RandomUnavailable`]: no salt could be drawn.
    /// - [`HashError::OutOfMemory`]: the memory that the parameters ask for is not to be had.
    pub fn hash(
        &self,
        password: &SecretString,
        random: &dyn Random,
    ) -> Result<PasswordHash, HashError> {
        self.check_new(password)?;
        let mut salt = [0; SALT_BYTES];
        random.fill(&mut salt)?;
        self.hash_with(password, &salt, compute)
    }

    /// Refuses what is not to be hashed.
    pub(crate) fn check_new(&self, password: &SecretString) -> Result<(), HashError> {
        if password.expose().is_empty() {
            return Err(HashError::Empty);
        }
        if password.expose().len() > self.max_password_bytes {
            return Err(HashError::TooLong);
        }
        Ok(())
    }

    /// The part of [`hash`](Self::hash) that is work, done by `compute`.
    pub(crate) fn hash_with(
        &self,
        password: &SecretString,
        salt: &[u8; SALT_BYTES],
        compute: impl FnOnce(&Input<'_>) -> Result<SecretBytes, NoTag>,
    ) -> Result<PasswordHash, HashError> {
        let cost = self.params.cost();
        let tag = compute(&Input { password, salt, cost, tag_len: TAG_BYTES })?;
        Ok(PasswordHash::new(cost, salt, tag))
    }

    /// Checks a password against the stored hash of a user.
    ///
    /// The work is what the stored hash asks for, which was limited when it was read.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Mismatch`]: the password is not the right one.
    /// - [`VerifyError::TooLong`]: it has more than
    ///   [`max_password_bytes`](Self::max_password_bytes); no work was done.
    /// - [`VerifyError::OutOfMemory`]: the memory that the stored hash asks for is not to be had.
    pub fn verify(
        &self,
        password: &SecretString,
        stored: &PasswordHash,
    ) -> Result<Verified, VerifyError> {
        self.verify_or_decoy(password, Some(stored))
    }

    /// Checks a password against the stored hash of a user, or does the same work for nobody.
    ///
    /// For `None`, an unknown user, the answer is a mismatch after as much work as a hash of this
    /// hasher's parameters takes, so that the time does not tell who has an account ([OWASP ASVS
    /// 5.0, V6.3.8]). A known user whose hash has other parameters still differs until it is
    /// renewed.
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify).
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretString;
    /// use bartizan_password::{PasswordHasher, VerifyError};
    ///
    /// let guess = SecretString::from("correct horse battery staple");
    /// let refused = PasswordHasher::new().verify_or_decoy(&guess, None);
    /// assert_eq!(refused.err(), Some(VerifyError::Mismatch));
    /// ```
    ///
    /// [OWASP ASVS 5.0, V6.3.8]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
    pub fn verify_or_decoy(
        &self,
        password: &SecretString,
        stored: Option<&PasswordHash>,
    ) -> Result<Verified, VerifyError> {
        self.check_guess(password)?;
        self.verify_by(password, stored, compute)
    }

    /// Refuses what no hash was ever made of.
    pub(crate) fn check_guess(&self, password: &SecretString) -> Result<(), VerifyError> {
        if password.expose().len() > self.max_password_bytes {
            return Err(VerifyError::TooLong);
        }
        Ok(())
    }

    /// The part of [`verify_or_decoy`](Self::verify_or_decoy) that is work, done by `compute`.
    pub(crate) fn verify_by(
        &self,
        password: &SecretString,
        stored: Option<&PasswordHash>,
        compute: impl FnOnce(&Input<'_>) -> Result<SecretBytes, NoTag>,
    ) -> Result<Verified, VerifyError> {
        // One path for both, down to the comparison.
        let own_cost = self.params.cost();
        let (cost, salt, expected) = stored
            .map_or((own_cost, DECOY_SALT.as_slice(), DECOY_TAG.as_slice()), |stored| {
                (*stored.cost(), stored.salt(), stored.tag())
            });
        let tag = compute(&Input { password, salt, cost, tag_len: expected.len() })?;
        let same = tag.ct_eq(expected);

        match stored {
            // `hash` never made one of an empty password, but an import may have.
            Some(stored) if same && !password.expose().is_empty() => {
                Ok(Verified { needs_rehash: self.is_stronger_than(stored) })
            }
            _ => Err(VerifyError::Mismatch),
        }
    }

    fn is_stronger_than(&self, stored: &PasswordHash) -> bool {
        stored.cost().is_below_floor()
            || stored.cost().total_kib() < self.params.cost().total_kib()
            || stored.salt().len() < SALT_BYTES
            || stored.tag().len() < TAG_BYTES
    }
}

/// Computes a tag here and now, in memory of its own.
fn compute(input: &Input<'_>) -> Result<SecretBytes, NoTag> {
    Arena::new(Kernel::detect()).tag(input)
}

impl Default for PasswordHasher {
    fn default() -> Self {
        Self::new()
    }
}

/// Sets up a [`PasswordHasher`].
///
/// ```
/// use bartizan_password::{Argon2Params, PasswordHasher};
///
/// let params = Argon2Params::builder().memory_kib(65_536).passes(3).build()?;
/// let hasher = PasswordHasher::builder().params(params).max_password_bytes(2_048).build()?;
/// assert_eq!(hasher.params().memory_kib(), 65_536);
/// # Ok::<(), bartizan_password::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct PasswordHasherBuilder(PasswordHasher);

impl PasswordHasherBuilder {
    /// Sets the parameters of new hashes. Default: [`Argon2Params::default`].
    pub const fn params(mut self, params: Argon2Params) -> Self {
        self.0.params = params;
        self
    }

    /// Sets the limits to read stored hashes with: pass [`PasswordHasher::stored_limits`] to
    /// [`PasswordHash::parse`]. Default: [`StoredLimits::default`].
    pub const fn stored_limits(mut self, limits: StoredLimits) -> Self {
        self.0.limits = limits;
        self
    }

    /// Sets the greatest length of a password in bytes. Default: 1,024.
    pub const fn max_password_bytes(mut self, bytes: usize) -> Self {
        self.0.max_password_bytes = bytes;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::MaxPasswordBytesOutOfRange`]: fewer than 256 bytes, which refuses 64
    ///   characters of four bytes each, or more than 4,096.
    /// - [`ConfigError::ParamsAboveLimits`]: this hasher's own hashes could not be read back.
    pub fn build(self) -> Result<PasswordHasher, ConfigError> {
        check_max_password_bytes(self.0.max_password_bytes)?;
        self.0.limits.admit(&self.0.params.cost()).map_err(|_| ConfigError::ParamsAboveLimits)?;
        Ok(self.0)
    }
}

/// Proof that a password is the right one. Only a [`PasswordHasher`] makes it, as its example
/// shows, or a [`HashPool`](crate::HashPool).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it may say that the stored hash is to be renewed"]
pub struct Verified {
    needs_rehash: bool,
}

impl Verified {
    /// Returns whether the stored hash is weaker than the hasher makes them: then hash the
    /// password, which is at hand now, once more, and store that.
    ///
    /// Weaker is one below the floors of ASVS, of less memory times passes, or with a salt below
    /// 16 or a tag below 32 bytes. A stronger one is never to be replaced.
    #[must_use]
    pub const fn needs_rehash(self) -> bool {
        self.needs_rehash
    }
}

pub(crate) const fn check_max_password_bytes(bytes: usize) -> Result<(), ConfigError> {
    let (min, max) = (LEAST_MAX_PASSWORD_BYTES, GREATEST_MAX_PASSWORD_BYTES);
    if bytes < min || bytes > max {
        return Err(ConfigError::MaxPasswordBytesOutOfRange { min, max });
    }
    Ok(())
}

pub(crate) const DEFAULT_MAX_PASSWORD_BYTES: usize = 1_024;
/// 64 characters of four bytes each: NIST SP 800-63B-4, section 3.1.1.2.
const LEAST_MAX_PASSWORD_BYTES: usize = 256;
const GREATEST_MAX_PASSWORD_BYTES: usize = 4_096;

/// RFC 9106, section 4: 128 bits of salt, 256 bits of tag.
pub(crate) const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// Nobody's hash. It needs no secret: whatever comes out, the answer is a mismatch.
const DECOY_SALT: [u8; SALT_BYTES] = *b"bartizan's decoy";
const DECOY_TAG: [u8; TAG_BYTES] = [0; TAG_BYTES];

#[cfg(test)]
mod tests;
