//! Hashing a password, and checking one against a stored hash.

use bartizan_argon2::Kernel;
use bartizan_core::{Random, SecretString};

use crate::argon2id::Arena;
use crate::check::{Check, Outcome};
use crate::error::{ConfigError, HashError, VerifyError};
use crate::limits::StoredLimits;
use crate::make::Make;
use crate::params::{Argon2Params, Cost};
use crate::phc::Phc;
use crate::recipe::Recipe;
use crate::stored::StoredHash;
use crate::verified::{RehashReason, Verified};

/// Hashes passwords with Argon2id, and verifies them.
///
/// Each call takes the memory and the time that the parameters say (19 MiB and some 20 ms by
/// default) on the calling thread, and nothing limits how many run at once. A server takes a
/// [`HashPool`](crate::HashPool), which does.
///
/// ```
/// use bartizan_core::{SecretString, SystemRandom};
/// use bartizan_password::{PasswordHasher, StoredHash, VerifyError};
///
/// let hasher = PasswordHasher::new();
/// let password = SecretString::from("correct horse battery staple");
/// let row = hasher.hash(&password, &SystemRandom::new())?.as_str().to_owned();
///
/// // At the next login:
/// let stored: StoredHash = row.parse()?;
/// assert!(!hasher.verify(&password, Some(&stored))?.needs_rehash());
///
/// let wrong = SecretString::from("correct horse battery stable");
/// assert_eq!(hasher.verify(&wrong, Some(&stored)).err(), Some(VerifyError::Mismatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PasswordHasher {
    params: Argon2Params,
    limits: StoredLimits,
    max_password_bytes: usize,
    nfc: bool,
}

impl PasswordHasher {
    /// Returns a hasher with the default parameters and limits.
    #[must_use]
    pub fn new() -> Self {
        Self {
            params: Argon2Params::default(),
            limits: StoredLimits::default(),
            max_password_bytes: DEFAULT_MAX_PASSWORD_BYTES,
            nfc: false,
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
    ) -> Result<StoredHash, HashError> {
        let phc = self.phc_to_hash(password, random)?;
        Ok(Make::of_password(password, phc).run(&mut Arena::new(Kernel::detect()))?)
    }

    /// Wraps Argon2id around the hash of an older scheme, so that a whole table is safe on the
    /// first day, without anybody logging in.
    ///
    /// The text begins with `$argon2id-wrapped$` and keeps all of the old one but its digest. It is
    /// checked like any other; at the next login it is to be hashed again, without the old scheme.
    ///
    /// # Errors
    ///
    /// - [`HashError::NotLegacy`]: the hash is one of Argon2 already.
    /// - [`HashError::RandomUnavailable`], [`HashError::OutOfMemory`]: as for [`hash`](Self::hash).
    #[cfg_attr(feature = "bcrypt", doc = include_str!("hasher/wrap.md"))]
    pub fn wrap(&self, stored: &StoredHash, random: &dyn Random) -> Result<StoredHash, HashError> {
        let phc = self.phc_to_wrap(stored, random)?;
        Ok(Make::of_digest(stored.expected(), phc).run(&mut Arena::new(Kernel::detect()))?)
    }

    /// Checks a password against the stored hash of a user, or does the same work for nobody.
    ///
    /// The work is what the stored hash asks for, which was limited when it was read. For `None`,
    /// an unknown user, the answer is a mismatch after as much work as a hash of this hasher's
    /// parameters takes, so that the time does not tell who has an account ([OWASP ASVS 5.0,
    /// V6.3.8]). A wrong password under a cheaper hash costs one of the hasher's own on top; a
    /// [`HashPool`](crate::HashPool) tops up just what is missing.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Mismatch`]: the password is not the right one, or there is no user; or it
    ///   has more than 512 bytes and the stored hash is of an older scheme, whose work would grow
    ///   with it: then nobody's hash is checked in its place.
    /// - [`VerifyError::TooLong`]: it has more than
    ///   [`max_password_bytes`](Self::max_password_bytes); no work was done.
    /// - [`VerifyError::OutOfMemory`]: the memory that the stored hash asks for is not to be had.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretString;
    /// use bartizan_password::{PasswordHasher, VerifyError};
    ///
    /// let guess = SecretString::from("correct horse battery staple");
    /// let refused = PasswordHasher::new().verify(&guess, None);
    /// assert_eq!(refused.err(), Some(VerifyError::Mismatch));
    /// ```
    ///
    /// [OWASP ASVS 5.0, V6.3.8]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
    pub fn verify(
        &self,
        password: &SecretString,
        stored: Option<&StoredHash>,
    ) -> Result<Verified, VerifyError> {
        self.check_guess(password)?;
        let mut arena = Arena::new(Kernel::detect());
        let outcome = self.check(password, stored).run(&mut arena)?;
        if outcome == (Outcome::Mismatch { cheaper: true }) {
            let _ = self.check(password, None).run(&mut arena)?;
        }
        self.verdict(stored, outcome)
    }

    /// Refuses what is not to be hashed, and says how to hash the rest.
    pub(crate) fn phc_to_hash(
        &self,
        password: &SecretString,
        random: &dyn Random,
    ) -> Result<Phc, HashError> {
        if password.expose().is_empty() {
            return Err(HashError::Empty);
        }
        if password.expose().len() > self.max_password_bytes {
            return Err(HashError::TooLong);
        }
        Ok(Phc::new(self.params.cost(), &new_salt(random)?, self.nfc))
    }

    /// Refuses what is not to be wrapped, and says how to wrap the rest.
    pub(crate) fn phc_to_wrap(
        &self,
        stored: &StoredHash,
        random: &dyn Random,
    ) -> Result<Phc, HashError> {
        match stored.recipe() {
            Recipe::Legacy(legacy) => {
                Ok(Phc::wrapping(legacy.clone(), self.params.cost(), &new_salt(random)?))
            }
            Recipe::Argon2 { .. } => Err(HashError::NotLegacy),
        }
    }

    /// Refuses what no hash was ever made of.
    pub(crate) fn check_guess(&self, password: &SecretString) -> Result<(), VerifyError> {
        if password.expose().len() > self.max_password_bytes {
            return Err(VerifyError::TooLong);
        }
        Ok(())
    }

    /// What is to be done for a check.
    pub(crate) fn check(&self, password: &SecretString, stored: Option<&StoredHash>) -> Check {
        // Nobody's in its place, so that the time of a refusal does not tell whose is old.
        let is_long = password.expose().len() > MAX_LEGACY_PASSWORD_BYTES;
        let stored = stored.filter(|stored| !is_long || stored.legacy_scheme().is_none());
        let own = Phc::new(self.params.cost(), DECOY_SALT, self.nfc);
        Check::new(password, stored, &own)
    }

    /// What to answer after a check.
    pub(crate) fn verdict(
        &self,
        stored: Option<&StoredHash>,
        outcome: Outcome,
    ) -> Result<Verified, VerifyError> {
        match (outcome, stored) {
            (Outcome::Match, Some(stored)) => Ok(Verified::new(self.rehash_reason(stored))),
            _ => Err(VerifyError::Mismatch),
        }
    }

    fn rehash_reason(&self, stored: &StoredHash) -> Option<RehashReason> {
        let recipe = stored.recipe();
        if recipe.legacy().is_some() {
            return Some(RehashReason::Legacy);
        }
        let own_kib = self.params.cost().total_kib();
        let is_weaker = |cost: &Cost| cost.is_below_floor() || cost.total_kib() < own_kib;
        let weaker = !recipe.is_of_today()
            || recipe.argon2_cost().is_none_or(is_weaker)
            || recipe.salt_len() < SALT_BYTES
            || stored.expected().len() < TAG_BYTES;
        if weaker {
            return Some(RehashReason::Weaker);
        }
        if recipe.has_secret() {
            return Some(RehashReason::ImportedSecret);
        }
        stored.is_under_old_pepper().then_some(RehashReason::OldPepper)
    }
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
    /// [`StoredHash::parse`]. Default: [`StoredLimits::default`].
    pub const fn stored_limits(mut self, limits: StoredLimits) -> Self {
        self.0.limits = limits;
        self
    }

    /// Sets the greatest length of a password in bytes. Default: 4,096.
    pub const fn max_password_bytes(mut self, bytes: usize) -> Self {
        self.0.max_password_bytes = bytes;
        self
    }

    /// Brings passwords to Unicode's NFC before they are hashed, so that `é` typed as one character
    /// and as two is one password. Default: off, the bytes as they are.
    ///
    /// Each hash says in its text how it was made (`nfc=1`), so hashes made before still verify,
    /// and turning it off again loses nobody. Other libraries refuse such a text.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretString, SystemRandom};
    /// use bartizan_password::PasswordHasher;
    ///
    /// let hasher = PasswordHasher::builder().nfc().build()?;
    /// let stored = hasher.hash(&SecretString::from("caf\u{e9} au lait"), &SystemRandom::new())?;
    /// assert!(hasher.verify(&SecretString::from("cafe\u{301} au lait"), Some(&stored)).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "nfc")]
    pub const fn nfc(mut self) -> Self {
        self.0.nfc = true;
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

fn new_salt(random: &dyn Random) -> Result<[u8; SALT_BYTES], HashError> {
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt)?;
    Ok(salt)
}

pub(crate) const fn check_max_password_bytes(bytes: usize) -> Result<(), ConfigError> {
    let (min, max) = (LEAST_MAX_PASSWORD_BYTES, GREATEST_MAX_PASSWORD_BYTES);
    if bytes < min || bytes > max {
        return Err(ConfigError::MaxPasswordBytesOutOfRange { min, max });
    }
    Ok(())
}

pub(crate) const DEFAULT_MAX_PASSWORD_BYTES: usize = 4_096;
/// 64 characters of four bytes each: NIST SP 800-63B-4, section 3.1.1.2.
const LEAST_MAX_PASSWORD_BYTES: usize = 256;
const GREATEST_MAX_PASSWORD_BYTES: usize = 4_096;
/// That of libxcrypt and of Drupal.
const MAX_LEGACY_PASSWORD_BYTES: usize = 512;

/// RFC 9106, section 4: 128 bits of salt, 256 bits of tag.
const SALT_BYTES: usize = 16;
pub(crate) const TAG_BYTES: usize = 32;

/// Nobody's salt.
const DECOY_SALT: &[u8; SALT_BYTES] = b"bartizan's decoy";

#[cfg(test)]
mod tests;
