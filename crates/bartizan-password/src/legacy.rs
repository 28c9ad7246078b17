//! Hashes of older schemes: read and computed, never made.
//!
//! A row of another system is read from the text it has there; only the two systems whose rows do
//! not say what they are, ASP.NET Identity and Firebase, get a prefix. Whatever the spelling, what
//! is left of a row is a [`Scheme`] with its parameters and the digest that a password must give.

use std::sync::Arc;

use bartizan_core::SecretBytes;

use crate::argon2id::NoTag;
use crate::error::StoredHashError;
use crate::limits::StoredLimits;

mod kind;

#[cfg(feature = "pbkdf2")]
mod aspnet;
#[cfg(feature = "bcrypt")]
mod bcrypt;
#[cfg(any(feature = "drupal7", feature = "md5crypt", feature = "phpass", feature = "sha2crypt"))]
mod crypt64;
#[cfg(feature = "drupal7")]
mod drupal7;
#[cfg(feature = "scrypt")]
mod firebase;
#[cfg(feature = "ldap")]
mod ldap;
#[cfg(feature = "md5crypt")]
mod md5crypt;
#[cfg(feature = "pbkdf2")]
mod pbkdf2;
#[cfg(feature = "phpass")]
mod phpass;
#[cfg(feature = "scrypt")]
mod scrypt;
#[cfg(any(feature = "ldap", feature = "pbkdf2"))]
mod sha;
#[cfg(feature = "sha2crypt")]
mod sha2crypt;
#[cfg(any(feature = "drupal7", feature = "phpass"))]
mod stretched;
#[cfg(any(
    feature = "bcrypt",
    feature = "drupal7",
    feature = "ldap",
    feature = "md5crypt",
    feature = "pbkdf2",
    feature = "phpass",
    feature = "scrypt",
    feature = "sha2crypt"
))]
mod text;

#[cfg(feature = "pbkdf2")]
pub use aspnet::aspnet_identity_row;
#[cfg(feature = "scrypt")]
pub use firebase::FirebaseProject;
pub use kind::LegacyScheme;

/// A stored hash of an older scheme, within the limits. A copy is the same hash.
#[derive(Clone)]
pub(crate) struct Legacy {
    scheme: Arc<dyn Scheme>,
    expected: Arc<SecretBytes>,
}

/// A way of computing a digest from a password, with all its parameters.
trait Scheme: Send + Sync {
    fn kind(&self) -> LegacyScheme;

    /// Computes what a row stores of a password.
    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag>;

    /// Prints all the parameters: a name, numbers, and the salt, between colons.
    fn settings(&self) -> String;

    /// How much memory [`digest`](Self::digest) takes, where it is worth counting.
    fn memory_kib(&self) -> u32 {
        0
    }
}

impl Legacy {
    /// Reads a row: `None` where it begins like none of the schemes.
    ///
    /// It does no work and takes no more memory than the text has, whatever the row asks for.
    pub(crate) fn parse(
        text: &str,
        limits: &StoredLimits,
    ) -> Option<Result<Self, StoredHashError>> {
        let kind = LegacyScheme::of_row(text)?;
        if text.len() > MAX_TEXT_BYTES {
            return Some(Err(StoredHashError::Malformed));
        }
        Some((reader(kind).row)(text, limits))
    }

    /// As [`parse`](Self::parse), and rows of Firebase with what the project alone knows.
    #[cfg(feature = "scrypt")]
    pub(crate) fn parse_with_firebase(
        text: &str,
        limits: &StoredLimits,
        project: &FirebaseProject,
    ) -> Option<Result<Self, StoredHashError>> {
        if text.len() <= MAX_TEXT_BYTES && text.starts_with(firebase::BEGINNING) {
            return Some(firebase::read_with(text, limits, project));
        }
        Self::parse(text, limits)
    }

    /// Reads what [`settings`](Self::settings) printed; then nothing is expected.
    pub(crate) fn from_settings(
        text: &str,
        limits: &StoredLimits,
    ) -> Result<Self, StoredHashError> {
        let (name, rest) = text.split_once(':').ok_or(StoredHashError::Malformed)?;
        let kind = LegacyScheme::of_settings(name).ok_or(StoredHashError::Unsupported)?;
        if text.len() > MAX_TEXT_BYTES {
            return Err(StoredHashError::Malformed);
        }
        (reader(kind).settings)(name, rest, limits)
    }

    /// As [`from_settings`](Self::from_settings), and those of Firebase.
    #[cfg(feature = "scrypt")]
    pub(crate) fn from_settings_with_firebase(
        text: &str,
        limits: &StoredLimits,
        project: &FirebaseProject,
    ) -> Result<Self, StoredHashError> {
        match text.strip_prefix("firebase-scrypt:") {
            Some(rest) => firebase::from_settings(rest, limits, project),
            None => Self::from_settings(text, limits),
        }
    }

    /// Computes from a password what is to be compared with [`expected`](Self::expected).
    pub(crate) fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        self.scheme.digest(password)
    }

    /// Returns the digest that was stored.
    pub(crate) fn expected(&self) -> &[u8] {
        self.expected.expose()
    }

    /// Returns everything but the digest, in one spelling without `$`.
    pub(crate) fn settings(&self) -> String {
        self.scheme.settings()
    }

    /// Returns the memory that a digest takes.
    pub(crate) fn memory_kib(&self) -> u32 {
        self.scheme.memory_kib()
    }

    /// Returns which scheme it is.
    pub(crate) fn scheme(&self) -> LegacyScheme {
        self.scheme.kind()
    }
}

/// How the rows and the settings of a scheme are read.
struct Reader {
    row: fn(&str, &StoredLimits) -> Result<Legacy, StoredHashError>,
    /// From the name and what follows it.
    settings: fn(&str, &str, &StoredLimits) -> Result<Legacy, StoredHashError>,
}

/// Returns the reader of a scheme; without the feature, one that refuses.
const fn reader(kind: LegacyScheme) -> Reader {
    match kind {
        #[cfg(feature = "bcrypt")]
        LegacyScheme::Bcrypt => bcrypt::READER,
        #[cfg(feature = "drupal7")]
        LegacyScheme::Drupal7 => drupal7::READER,
        #[cfg(feature = "scrypt")]
        LegacyScheme::FirebaseScrypt => firebase::READER,
        #[cfg(feature = "ldap")]
        LegacyScheme::Ldap => ldap::READER,
        #[cfg(feature = "md5crypt")]
        LegacyScheme::Md5Crypt => md5crypt::READER,
        #[cfg(feature = "pbkdf2")]
        LegacyScheme::Pbkdf2 => pbkdf2::READER,
        #[cfg(feature = "phpass")]
        LegacyScheme::Phpass => phpass::READER,
        #[cfg(feature = "scrypt")]
        LegacyScheme::Scrypt => scrypt::READER,
        #[cfg(feature = "sha2crypt")]
        LegacyScheme::Sha2Crypt => sha2crypt::READER,
        #[cfg(not(all(
            feature = "bcrypt",
            feature = "drupal7",
            feature = "ldap",
            feature = "md5crypt",
            feature = "pbkdf2",
            feature = "phpass",
            feature = "scrypt",
            feature = "sha2crypt"
        )))]
        _ => Reader {
            row: |_, _| Err(StoredHashError::Unsupported),
            settings: |_, _, _| Err(StoredHashError::Unsupported),
        },
    }
}

const MAX_TEXT_BYTES: usize = 512;

#[cfg(test)]
mod tests;
