//! The name of one file.

use core::str::FromStr;
use std::path::{Path, PathBuf};

use super::{PathError, UnderRootError, rules, under};
use crate::parsed::parsed;

/// The name of a file, as a user gives it: one name that is the same file under every system.
///
/// At most 255 octets, in Unicode's composed form (NFC). It has no separator of any system, no
/// drive and no stream (`:`), no character that is not seen or may become a separator, and nothing
/// that a later layer could decode. It is not `.`, does not begin with two dots or end with a dot
/// or white space, and is no device of Windows, with an extension or without.
///
/// It may begin with a dot (`.htaccess`) or a hyphen, and have any extension: so show it and send it
/// as the name of a download, but store what users upload under a [`StorageName`](crate::StorageName).
///
/// ```
/// use bartizan_validate::{FileName, PathError};
/// use std::path::Path;
///
/// let name: FileName = "Bu\u{308}cher 2024.pdf".parse()?;
/// assert_eq!(name.as_str(), "B\u{fc}cher 2024.pdf");
/// assert_eq!(name.join_under(Path::new("/srv")), Path::new("/srv/B\u{fc}cher 2024.pdf"));
///
/// assert_eq!("../etc/passwd".parse::<FileName>(), Err(PathError::Separator));
/// assert_eq!("%2e%2e".parse::<FileName>(), Err(PathError::Encoded));
/// assert_eq!("com1.txt".parse::<FileName>(), Err(PathError::Device));
/// # Ok::<(), PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

impl FileName {
    /// The most octets that a name has.
    pub const MAX_OCTETS: usize = rules::MAX_NAME_OCTETS;

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what follows the last dot, in lower case; nothing if that dot is the first character.
    #[must_use]
    pub fn extension(&self) -> Option<String> {
        let (stem, extension) = self.0.rsplit_once('.')?;
        (!stem.is_empty()).then(|| extension.to_lowercase())
    }

    /// Returns the path of the file in the folder `root`, without looking at the file system.
    #[must_use]
    pub fn join_under(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }

    /// Returns the same path, if what is there is no symbolic link.
    ///
    /// What [`RelativePath::resolve_under`](crate::RelativePath::resolve_under) says of races holds
    /// here, too.
    ///
    /// # Errors
    ///
    /// - [`UnderRootError::Link`]: there is a symbolic link.
    /// - [`UnderRootError::Io`]: the file system did not say.
    pub fn resolve_under(&self, root: &Path) -> Result<PathBuf, UnderRootError> {
        under::resolve(root, [self.as_str()])
    }
}

impl FromStr for FileName {
    type Err = PathError;

    /// Parses a name. The limit on length holds before anything else is done.
    ///
    /// # Errors
    ///
    /// [`PathError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, PathError> {
        rules::name(text).map(Self)
    }
}

parsed!(FileName, PathError, "the name of a file");
