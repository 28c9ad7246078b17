//! A stored password hash, read back.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use bartizan_core::{SecretBytes, SecretString};

use crate::error::StoredHashError;
use crate::legacy::{Legacy, LegacyScheme};
use crate::limits::StoredLimits;
use crate::params::Cost;
use crate::phc::{Phc, is_sealed_length};
use crate::recipe::Recipe;

/// A stored password hash: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`.
///
/// Its text is what goes into the user table, as [`as_str`](Self::as_str) gives it, and what is
/// read back with [`parse`](Self::parse), or with `str::parse` under the default
/// [`StoredLimits`]. The reader is strict: it takes exactly what a writer of [PHC strings] prints,
/// so that a damaged record is an error here and never a wrong password later. The parameters come
/// in the order `m`, `t`, `p`, numbers without leading zeros, base64 without padding and with zero
/// trailing bits; the salt has 8 to 64 bytes, the tag 16, 32 or 64 (a record that was cut short
/// has another length). What no reader can see is one valid character exchanged for another.
///
/// Argon2i, Argon2d and version 16 are read too, and are to be hashed again at the next login.
///
/// A copy costs nothing: it is the same hash.
///
/// ```
/// use bartizan_password::{StoredHash, StoredHashError};
///
/// let row = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
/// let stored: StoredHash = row.parse()?;
/// assert_eq!(stored.memory_kib(), 65_536);
/// assert_eq!(stored.as_str(), row);
///
/// let cut = &row[..row.len() - 1];
/// assert_eq!(cut.parse::<StoredHash>().err(), Some(StoredHashError::Malformed));
/// # Ok::<(), StoredHashError>(())
/// ```
///
/// [PHC strings]: https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
#[derive(Clone)]
pub struct StoredHash(Arc<Stored>);

struct Stored {
    text: SecretString,
    recipe: Recipe,
    expected: SecretBytes,
    under_old_pepper: bool,
}

impl StoredHash {
    /// Reads a stored hash whose cost is within `limits`.
    ///
    /// See [`StoredLimits`] for an example.
    ///
    /// # Errors
    ///
    /// - [`StoredHashError::Malformed`]: not a PHC string in its one spelling, nor a row of an older
    ///   scheme.
    /// - [`StoredHashError::Unsupported`]: of another algorithm or version, or of a scheme whose
    ///   feature is off.
    /// - [`StoredHashError::TooCostly`]: above `limits`; nothing was allocated.
    /// - [`StoredHashError::Sealed`]: sealed under a pepper; it is a
    ///   [`SealedHash`](crate::SealedHash).
    /// - [`StoredHashError::NeedsSecret`]: made with a secret of Argon2, see
    ///   [`parse_with_secret`](Self::parse_with_secret); or imported from Firebase, see
    ///   `parse_with_firebase`.
    pub fn parse(text: &str, limits: &StoredLimits) -> Result<Self, StoredHashError> {
        match Legacy::parse(text, limits) {
            Some(legacy) => Ok(Self::of_legacy(text, legacy?)),
            None => Self::bare(text, Phc::read(text, limits)?),
        }
    }

    /// Reads a stored hash as [`parse`](Self::parse) does, and what was imported from Firebase,
    /// bare or wrapped, too.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretString;
    /// use bartizan_password::{
    ///     FirebaseProject, PasswordHasher, StoredHash, StoredHashError, StoredLimits,
    /// };
    ///
    /// let signer_key = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    /// let project = FirebaseProject::new(&SecretString::from(signer_key), "Bw==", 8, 14)?;
    /// let row = project.row(
    ///     "42xEC+ixf3L2lw==",
    ///     "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    /// )?;
    ///
    /// let stored = StoredHash::parse_with_firebase(&row, &StoredLimits::default(), &project)?;
    /// let password = SecretString::from("user1password");
    /// assert!(PasswordHasher::new().verify(&password, Some(&stored))?.needs_rehash());
    ///
    /// assert_eq!(row.parse::<StoredHash>().err(), Some(StoredHashError::NeedsSecret));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "scrypt")]
    pub fn parse_with_firebase(
        text: &str,
        limits: &StoredLimits,
        project: &crate::FirebaseProject,
    ) -> Result<Self, StoredHashError> {
        let inner = |settings: &str| Legacy::from_settings_with_firebase(settings, limits, project);
        match Legacy::parse_with_firebase(text, limits, project) {
            Some(legacy) => Ok(Self::of_legacy(text, legacy?)),
            None => Self::bare(text, Phc::read_with(text, limits, inner)?),
        }
    }

    fn of_legacy(text: &str, legacy: Legacy) -> Self {
        let expected = SecretBytes::from(legacy.expected());
        Self::with_text(SecretString::from(text), Recipe::Legacy(legacy), expected)
    }

    /// What neither a pepper nor a secret has a part in.
    fn bare(text: &str, (phc, tag): (Phc, SecretBytes)) -> Result<Self, StoredHashError> {
        if is_sealed_length(tag.len()) {
            return Err(StoredHashError::Sealed);
        }
        if phc.key_id.is_some() {
            return Err(StoredHashError::NeedsSecret);
        }
        Self::of(text, phc, None, tag)
    }

    /// Reads a stored hash that another program made with a secret, Argon2's `K`: a pepper that
    /// can't be changed without everybody's password. The text may name it in `keyid`.
    ///
    /// At the next login it is to be hashed again, without.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse), without [`StoredHashError::NeedsSecret`].
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretBytes, SecretString};
    /// use bartizan_password::{PasswordHasher, RehashReason, StoredHash, StoredLimits};
    ///
    /// let row = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$9FXxcsW2JznGB/zVslc9hkP44OQGglvE4TcFytDu3rQ";
    /// let secret = SecretBytes::from(b"pepper of old".as_slice());
    /// let stored = StoredHash::parse_with_secret(row, &StoredLimits::default(), secret)?;
    ///
    /// let verified = PasswordHasher::new().verify(&SecretString::from("password"), Some(&stored))?;
    /// assert_eq!(verified.rehash_reason(), Some(RehashReason::Weaker));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_with_secret(
        text: &str,
        limits: &StoredLimits,
        secret: SecretBytes,
    ) -> Result<Self, StoredHashError> {
        let (phc, tag) = Phc::read(text, limits)?;
        if is_sealed_length(tag.len()) {
            return Err(StoredHashError::Sealed);
        }
        Self::of(text, phc, Some(Arc::new(secret)), tag)
    }

    fn of(
        text: &str,
        phc: Phc,
        secret: Option<Arc<SecretBytes>>,
        expected: SecretBytes,
    ) -> Result<Self, StoredHashError> {
        if phc.nfc && !cfg!(feature = "nfc") {
            return Err(StoredHashError::Unsupported);
        }
        Ok(Self::with_text(SecretString::from(text), Recipe::Argon2 { phc, secret }, expected))
    }

    fn with_text(text: SecretString, recipe: Recipe, expected: SecretBytes) -> Self {
        Self(Arc::new(Stored { text, recipe, expected, under_old_pepper: false }))
    }

    /// Puts together what Argon2 computed.
    pub(crate) fn new(phc: Phc, expected: SecretBytes) -> Self {
        Self::with_text(phc.print(&expected), Recipe::Argon2 { phc, secret: None }, expected)
    }

    /// Puts together what a pepper opened.
    pub(crate) fn opened(phc: Phc, expected: SecretBytes, under_old_pepper: bool) -> Self {
        let (text, recipe) = (phc.print(&expected), Recipe::Argon2 { phc, secret: None });
        Self(Arc::new(Stored { text, recipe, expected, under_old_pepper }))
    }

    /// Returns the text to store. It is no password, but whoever has it can try passwords.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.text.expose()
    }

    /// Returns the memory in KiB that a check takes.
    #[must_use]
    pub fn memory_kib(&self) -> u32 {
        self.0.recipe.memory_kib()
    }

    /// Returns the older scheme that made it, or whose digest Argon2id was
    /// [wrapped](crate::PasswordHasher::wrap) around. `None` for Argon2 alone.
    #[must_use]
    pub fn legacy_scheme(&self) -> Option<LegacyScheme> {
        self.0.recipe.legacy().map(Legacy::scheme)
    }

    pub(crate) fn recipe(&self) -> &Recipe {
        &self.0.recipe
    }

    pub(crate) fn expected(&self) -> &SecretBytes {
        &self.0.expected
    }

    pub(crate) fn is_under_old_pepper(&self) -> bool {
        self.0.under_old_pepper
    }
}

impl FromStr for StoredHash {
    type Err = StoredHashError;

    fn from_str(text: &str) -> Result<Self, StoredHashError> {
        Self::parse(text, &StoredLimits::default())
    }
}

impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("StoredHash");
        if let Some(scheme) = self.legacy_scheme() {
            let _ = shown.field("legacy_scheme", &scheme);
        }
        if let Some(Cost { memory_kib, passes, lanes }) = self.0.recipe.argon2_cost() {
            let _ = shown.field("memory_kib", memory_kib);
            let _ = shown.field("passes", passes).field("lanes", lanes);
        }
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
