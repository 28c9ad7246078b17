//! What is right in few programs, and said to be by this word.

use bartizan_core::Random;

use crate::error::PepperError;
use crate::pepper::{Pepper, SealedHash};

/// Seals again, under the primary key, what a compromised key sealed, so that its users can log in
/// once more.
///
/// Whoever had that key could have put a hash of their own into the row, or moved one from another
/// user: what it sealed is no longer bound to anybody. Do it only where nobody could write the
/// table, or make the users choose new passwords.
///
/// # Errors
///
/// As for [`Pepper::reseal`]; [`PepperError::Key`] says only that there is no such key any more.
///
/// # Examples
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SecretString, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_password::{PasswordHasher, Pepper, PepperKey, danger};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, PepperKey::generate);
/// let now = UnixTime::from_secs(1_700_000_000);
/// let keys = SharedKeyring::new(Keyring::create(now, &generator)?);
/// let pepper = Pepper::new(keys.clone());
/// let hash = PasswordHasher::new().hash(&SecretString::from("correct horse"), &random)?;
/// let sealed = pepper.seal(&hash, "user-7", &random)?;
///
/// keys.replace(keys.snapshot().compromise(sealed.key_id(), now, &generator)?.into_keyring())?;
/// assert!(pepper.open(&sealed, "user-7").is_err());
/// let again = danger::reseal_compromised(&pepper, &sealed, "user-7", &random)?.expect("sealed");
/// assert!(pepper.open(&again, "user-7").is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reseal_compromised(
    pepper: &Pepper,
    sealed: &SealedHash,
    user: impl AsRef<[u8]>,
    random: &dyn Random,
) -> Result<Option<SealedHash>, PepperError> {
    pepper.reseal_compromised(sealed, user.as_ref(), random)
}
