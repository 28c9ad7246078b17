use core::error::Error;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

use bartizan_core::{Context, OpenError, Seal, SealError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::padding::{Padding, PlainBuffer, pad, unpad};

/// A value of type `T`, sealed: what is stored in a column.
///
/// The plaintext is the value's JSON, padded. The features `rusqlite`, `postgres` and `sqlx` make
/// this a type of their columns, `BLOB` or `BYTEA`.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_envelope::{Column, Envelope, Padding, Sealed, SealingKey};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Address {
///     street: String,
///     town: String,
/// }
///
/// const ADDRESS: Column<'_> = Column::new("users", "address");
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SealingKey::generate);
/// let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
/// let envelope = Envelope::new(keys);
///
/// let address = Address { street: "Acacia Road 22".into(), town: "Nuttytown".into() };
/// let sealed = Sealed::seal(&address, &envelope, &ADDRESS.row(7), Padding::Padme)?;
/// // Later, of the bytes that were stored:
/// let stored = Sealed::<Address>::from_bytes(sealed.into_bytes());
/// assert_eq!(stored.open(&envelope, &ADDRESS.row(7))?, address);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sealed<T> {
    bytes: Vec<u8>,
    value: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Sealed<T> {
    /// Seals a value where it belongs.
    ///
    /// # Errors
    ///
    /// - [`SealValueError::Unwritable`]: JSON can't express the value.
    /// - [`SealValueError::Seal`]: it was not sealed.
    pub fn seal(
        value: &T,
        with: &dyn Seal,
        context: &Context,
        padding: Padding,
    ) -> Result<Self, SealValueError> {
        let mut plaintext = PlainBuffer::default();
        serde_json::to_writer(&mut plaintext, value).map_err(|_| SealValueError::Unwritable)?;
        pad(&mut plaintext, padding);
        let bytes = with.seal(context, plaintext.as_bytes()).map_err(SealValueError::Seal)?;
        Ok(Self::from_bytes(bytes))
    }

    /// Opens the value where it belongs. Wiping it is left to its type.
    ///
    /// # Errors
    ///
    /// - [`OpenValueError::Open`]: the bytes do not open.
    /// - [`OpenValueError::OtherType`]: they do, and what was sealed is no `T`.
    pub fn open(&self, with: &dyn Seal, context: &Context) -> Result<T, OpenValueError> {
        let opened = with.open(context, &self.bytes).map_err(OpenValueError::Open)?;
        let json = unpad(opened.expose()).ok_or(OpenValueError::OtherType)?;
        serde_json::from_slice(json).map_err(|_| OpenValueError::OtherType)
    }
}

impl<T> Sealed<T> {
    /// Takes bytes as they were stored. Nothing of them is proved before they are opened.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes, value: PhantomData }
    }

    /// Lends the bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes to store.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self::from_bytes(self.bytes.clone())
    }
}

/// Of the sealed bytes: the same value sealed twice is not equal.
impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Sealed<T> {}

impl<T> Hash for Sealed<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.bytes.len())
    }
}

/// Why a value was not sealed. See [`Sealed`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealValueError {
    /// JSON can't express it, such as a map whose keys are no text: the program is at fault.
    Unwritable,
    /// It was written, and not sealed.
    Seal(SealError),
}

impl fmt::Display for SealValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unwritable => f.write_str("the value can't be written as JSON"),
            Self::Seal(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl Error for SealValueError {}

/// Why a stored value was not read. The stored data is at fault: raise an alarm, overwrite nothing.
///
/// See [`Sealed`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenValueError {
    /// It does not open.
    Open(OpenError),
    /// It opens, and is of another type: count the column's version up when the type changes.
    OtherType,
}

impl fmt::Display for OpenValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => fmt::Display::fmt(error, f),
            Self::OtherType => f.write_str("the sealed value is of another type"),
        }
    }
}

impl Error for OpenValueError {}

#[cfg(test)]
mod tests;
