//! What can go wrong with a store, and whose fault it is.

use core::error::Error;
use core::fmt;

use bartizan_core::RandomUnavailable;

/// The store, or the machine under it, failed. It says nothing about the token or code: answer 503.
///
/// ```
/// use bartizan_store::StoreError;
///
/// assert_eq!(StoreError::Full.to_string(), "the store is full");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The store could not be asked, or did not answer: whether a change was made is not known.
    Unavailable,
    /// There is no room. Raise an alarm: the bound is too low, or somebody fills the store.
    Full,
    /// The entry is longer than [`Entry::MAX_LEN`](crate::Entry::MAX_LEN). No crate of the family writes one that is.
    TooLarge,
    /// What the store gave is not what was written: the stored data is at fault. Raise an alarm.
    Damaged,
    /// The machine has no randomness. Raise an alarm.
    RandomUnavailable,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("the store is not available"),
            Self::Full => f.write_str("the store is full"),
            Self::TooLarge => f.write_str("an entry is at most 4 KiB long"),
            Self::Damaged => f.write_str("an entry is damaged"),
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
        }
    }
}

impl Error for StoreError {}

impl From<RandomUnavailable> for StoreError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// Why a store was not set up. The program is at fault: fix it.
///
/// ```
/// use bartizan_store::StoreConfigError;
///
/// let error = StoreConfigError::InvalidCapacity { max: 10 };
/// assert_eq!(error.to_string(), "there is room for 1 to 10 entries");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreConfigError {
    /// There would be room for nothing, or for too much.
    InvalidCapacity {
        /// The most entries.
        max: usize,
    },
}

impl fmt::Display for StoreConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidCapacity { max } => write!(f, "there is room for 1 to {max} entries"),
        }
    }
}

impl Error for StoreConfigError {}
