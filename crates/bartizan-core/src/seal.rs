//! Secrets at rest, for crates that know nothing of how they are sealed.

use core::error::Error;
use core::fmt;

use crate::keyring::KeyRefused;
use crate::random::RandomUnavailable;
use crate::secret::SecretBytes;

/// Seals bytes so that they can be stored where others read and write.
///
/// `bartizan-envelope` implements it; crates that keep secrets at rest ask for a `&dyn Seal`.
///
/// ```
/// use bartizan_core::{Context, OpenError, Seal, SealError, SecretBytes};
///
/// fn keep(seal: &dyn Seal, user: &str, secret: &SecretBytes) -> Result<Vec<u8>, SealError> {
///     seal.seal(&Context::of("otp-secret").bind(user), secret.expose())
/// }
///
/// fn fetch(seal: &dyn Seal, user: &str, sealed: &[u8]) -> Result<SecretBytes, OpenError> {
///     seal.open(&Context::of("otp-secret").bind(user), sealed)
/// }
/// ```
pub trait Seal: fmt::Debug + Send + Sync {
    /// Encrypts `plaintext`, and binds it to `context`: it opens under the same context only.
    ///
    /// # Errors
    ///
    /// - [`SealError::RandomUnavailable`]: no nonce could be drawn.
    /// - [`SealError::TooLong`]: the plaintext is longer than the format allows.
    fn seal(&self, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, SealError>;

    /// Decrypts what [`seal`](Self::seal) made under the same context.
    ///
    /// # Errors
    ///
    /// - [`OpenError::Malformed`]: the bytes are not in the format, or of a later version.
    /// - [`OpenError::Key`]: the key that sealed them is not to be had.
    /// - [`OpenError::Forged`]: the bytes or the context are not what was sealed.
    fn open(&self, context: &Context, sealed: &[u8]) -> Result<SecretBytes, OpenError>;
}

/// What a sealed value is and where it belongs: authenticated with it, not stored in it.
///
/// A value that is moved to another row, or read as another column, does not open. Each part is
/// written with its length before it, so no two lists of parts are the same bytes.
///
/// ```
/// use bartizan_core::Context;
///
/// let row = Context::of("note.body").bind("alice").bind(7_u64.to_be_bytes());
/// assert_ne!(row.as_bytes(), Context::of("note.body").bind("alic").bind("e").as_bytes());
/// assert_eq!(Context::none().as_bytes(), b"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context(Vec<u8>);

impl Context {
    /// Starts with what the value is, such as a table and a column.
    #[must_use]
    pub fn of(what: &str) -> Self {
        Self(Vec::new()).bind(what)
    }

    /// Binds the value to one more part, such as a tenant, a user or a row.
    #[must_use]
    pub fn bind(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Binds to nothing: whoever can write the store can swap values sealed like this.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Takes associated data as another program wrote it, without lengths: for interchange.
    #[must_use]
    pub fn verbatim(associated_data: &[u8]) -> Self {
        Self(associated_data.to_vec())
    }

    /// Returns the associated data.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why nothing was sealed. See [`Seal`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// The source of randomness failed: the machine is at fault, raise an alarm.
    RandomUnavailable,
    /// The plaintext is longer than the format allows: the program is at fault, bound it before.
    TooLong,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
            Self::TooLong => f.write_str("the plaintext is too long to be sealed"),
        }
    }
}

impl Error for SealError {}

impl From<RandomUnavailable> for SealError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// Why a stored value did not open. The stored data is at fault: raise an alarm, overwrite nothing.
///
/// See [`Seal`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The bytes are not in the format, or in a later version of it.
    Malformed,
    /// The key that sealed the value is not to be had.
    Key(KeyRefused),
    /// The bytes or their context are not what was sealed. It cannot be told which.
    Forged,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a sealed value of a known format"),
            Self::Key(refused) => write!(f, "the sealed value does not open: {refused}"),
            Self::Forged => f.write_str("the sealed value or its context was changed"),
        }
    }
}

impl Error for OpenError {}

impl From<KeyRefused> for OpenError {
    fn from(refused: KeyRefused) -> Self {
        Self::Key(refused)
    }
}
