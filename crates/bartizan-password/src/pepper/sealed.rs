use core::fmt;
use core::str::FromStr;

use bartizan_core::{KeyId, SecretBytes, SecretString};

use crate::error::StoredHashError;
#[cfg(feature = "scrypt")]
use crate::legacy::Legacy;
use crate::legacy::LegacyScheme;
use crate::limits::StoredLimits;
use crate::phc::{Phc, is_sealed_length};

/// A stored password hash whose tag is sealed under a pepper:
/// `$argon2id$v=19$m=19456,t=2,p=1,keyid=BwAAAQ$salt$sealed`.
///
/// No password can be tried against it, by anybody: [`Pepper::open`](crate::Pepper::open) gives
/// the [`StoredHash`](crate::StoredHash) that can. Its text is read as strictly as that one's.
///
/// ```
/// use bartizan_password::{SealedHash, StoredHashError};
///
/// let bare = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
/// assert_eq!(bare.parse::<SealedHash>().err(), Some(StoredHashError::NotSealed));
/// ```
pub struct SealedHash {
    pub(super) phc: Phc,
    pub(super) sealed: Vec<u8>,
    text: SecretString,
    key_id: KeyId,
}

impl SealedHash {
    /// Reads a sealed hash whose cost is within `limits`.
    ///
    /// # Errors
    ///
    /// - [`StoredHashError::NotSealed`]: a hash that is not sealed. A program whose rows are all
    ///   sealed treats it as damage: whoever can write the table could have put a hash of their
    ///   own there. One that is about to seal its rows reads it as a
    ///   [`StoredHash`](crate::StoredHash).
    /// - [`StoredHashError::Malformed`], [`StoredHashError::Unsupported`],
    ///   [`StoredHashError::TooCostly`]: as for [`StoredHash::parse`](crate::StoredHash::parse).
    pub fn parse(text: &str, limits: &StoredLimits) -> Result<Self, StoredHashError> {
        Self::of(text, Phc::read(text, limits))
    }

    /// Reads a sealed hash as [`parse`](Self::parse) does, and what was imported from Firebase and
    /// wrapped, too.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    #[cfg(feature = "scrypt")]
    pub fn parse_with_firebase(
        text: &str,
        limits: &StoredLimits,
        project: &crate::FirebaseProject,
    ) -> Result<Self, StoredHashError> {
        let inner = |settings: &str| Legacy::from_settings_with_firebase(settings, limits, project);
        Self::of(text, Phc::read_with(text, limits, inner))
    }

    fn of(
        text: &str,
        read: Result<(Phc, SecretBytes), StoredHashError>,
    ) -> Result<Self, StoredHashError> {
        let (phc, sealed) = match read {
            Ok(read) => read,
            Err(_) if LegacyScheme::of_row(text).is_some() => {
                return Err(StoredHashError::NotSealed);
            }
            Err(error) => return Err(error),
        };
        let key_id = phc.key_id.as_deref().and_then(|id| id.try_into().ok());
        match key_id {
            Some(id) if is_sealed_length(sealed.len()) => Ok(Self {
                phc,
                sealed: sealed.expose().to_vec(),
                text: SecretString::from(text),
                key_id: KeyId::from_bytes(id),
            }),
            _ => Err(StoredHashError::NotSealed),
        }
    }

    /// Puts together what was sealed.
    pub(super) fn new(phc: Phc, sealed: Vec<u8>, key_id: KeyId) -> Self {
        let text = phc.print(&SecretBytes::from(sealed.as_slice()));
        Self { phc, sealed, text, key_id }
    }

    /// Returns the text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.expose()
    }

    /// Returns which key of the keyring sealed it.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }
}

impl FromStr for SealedHash {
    type Err = StoredHashError;

    fn from_str(text: &str) -> Result<Self, StoredHashError> {
        Self::parse(text, &StoredLimits::default())
    }
}

impl fmt::Debug for SealedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedHash").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}
