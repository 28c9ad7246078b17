//! Names that nobody chose.

use core::error::Error;
use core::fmt::{self, Write as _};
use core::str::FromStr;
use std::path::{Path, PathBuf};

use crate::parsed::parsed;

/// The name under which the program stores a file: 128 random bits, as 32 hexadecimal digits in
/// lower case.
///
/// Nothing of it is the user's: no extension to be run, no name to overwrite, none to guess. Keep it
/// beside the [`FileName`](crate::FileName) that the user sees; parse it to read it back.
///
/// ```
/// use bartizan_validate::StorageName;
/// use std::path::Path;
///
/// let name = StorageName::generate()?;
/// assert_eq!(name.as_str().len(), 32);
/// assert_eq!(name.as_str().parse(), Ok(name.clone()));
/// assert!(name.join_under(Path::new("/srv")).starts_with("/srv"));
/// # Ok::<(), bartizan_validate::StorageNameUnavailable>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StorageName(String);

impl StorageName {
    /// Makes a name that no file has.
    ///
    /// # Errors
    ///
    /// [`StorageNameUnavailable`] when the system has no randomness.
    #[expect(clippy::disallowed_methods, reason = "a name has no bytes that a test would fix")]
    pub fn generate() -> Result<Self, StorageNameUnavailable> {
        let mut bytes = [0; OCTETS];
        getrandom::fill(&mut bytes).map_err(|_| StorageNameUnavailable(()))?;
        let mut name = String::with_capacity(DIGITS);
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        Ok(Self(name))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of the file in the folder `root`.
    #[must_use]
    pub fn join_under(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }
}

impl FromStr for StorageName {
    type Err = StorageNameError;

    /// Reads a name back.
    ///
    /// # Errors
    ///
    /// [`StorageNameError::Malformed`]: it is not 32 hexadecimal digits in lower case.
    fn from_str(text: &str) -> Result<Self, StorageNameError> {
        let is_name = text.len() == DIGITS && text.bytes().all(is_digit);
        if is_name { Ok(Self(text.to_owned())) } else { Err(StorageNameError::Malformed) }
    }
}

parsed!(StorageName, StorageNameError, "a storage name");

/// Why a text is no storage name. It came from the client, or from a store that was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageNameError {
    /// It is not 32 hexadecimal digits in lower case.
    Malformed,
}

impl StorageNameError {
    /// Returns the code for [`Invalid`](crate::Invalid), the same in every later version.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "storage_name",
        }
    }
}

impl fmt::Display for StorageNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Malformed = self;
        f.write_str("a storage name is 32 hexadecimal digits in lower case")
    }
}

/// The system has no randomness. The machine is at fault: answer 503 and raise an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageNameUnavailable(());

impl fmt::Display for StorageNameUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the system's randomness is not available")
    }
}

impl Error for StorageNameUnavailable {}

const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

const OCTETS: usize = 16;
const DIGITS: usize = 32;
