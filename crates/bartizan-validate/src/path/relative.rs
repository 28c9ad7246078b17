//! A path below a folder.

use core::str::FromStr;
use std::path::{Path, PathBuf};

use super::{PathError, UnderRootError, rules, under};
use crate::parsed::parsed;

/// A path that stays below the folder it is joined to: names with one slash between them.
///
/// At most 1,024 octets and 32 names, each of which is a [`FileName`](crate::FileName). So it is not
/// absolute, names no drive, share or stream, and has no dot segments, in any encoding.
///
/// ```
/// use bartizan_validate::{PathError, RelativePath};
/// use std::path::Path;
///
/// let path: RelativePath = "2024/report.pdf".parse()?;
/// assert_eq!(path.join_under(Path::new("/srv")), Path::new("/srv/2024/report.pdf"));
///
/// assert_eq!("2024/../../etc".parse::<RelativePath>(), Err(PathError::Edge));
/// assert_eq!("/etc/passwd".parse::<RelativePath>(), Err(PathError::Empty));
/// # Ok::<(), PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelativePath(String);

impl RelativePath {
    /// The most octets that a path has.
    pub const MAX_OCTETS: usize = 1024;

    /// The most names that a path has.
    pub const MAX_NAMES: usize = 32;

    /// Returns the path, with slashes under every system.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the names, the outermost folder first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Returns the path below the folder `root`, without looking at the file system.
    ///
    /// A symbolic link below `root` may lead elsewhere: where others than the program can make one,
    /// use [`resolve_under`](Self::resolve_under).
    #[must_use]
    pub fn join_under(&self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        path.extend(self.names());
        path
    }

    /// Returns the same path, if no part of it below `root` is a symbolic link.
    ///
    /// Parts that do not exist are no links. Between this check and the use of the path, whoever
    /// may write below `root` can still put a link there: against them the system has to help, with
    /// `openat2` and `RESOLVE_BENEATH` under Linux, say. Against links that are there already, such
    /// as those from an archive, this is enough.
    ///
    /// # Errors
    ///
    /// - [`UnderRootError::Link`]: a part is a symbolic link.
    /// - [`UnderRootError::Io`]: the file system did not say.
    pub fn resolve_under(&self, root: &Path) -> Result<PathBuf, UnderRootError> {
        under::resolve(root, self.names())
    }
}

impl FromStr for RelativePath {
    type Err = PathError;

    /// Parses a path. The limits hold before anything else is done.
    ///
    /// # Errors
    ///
    /// [`PathError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, PathError> {
        if text.len() > Self::MAX_OCTETS {
            return Err(PathError::TooLong);
        }
        if text.split('/').count() > Self::MAX_NAMES {
            return Err(PathError::TooDeep);
        }
        let names: Result<Vec<_>, _> = text.split('/').map(rules::name).collect();
        let path = names?.join("/");
        if path.len() > Self::MAX_OCTETS { Err(PathError::TooLong) } else { Ok(Self(path)) }
    }
}

parsed!(refusals! RelativePath, PathError, "a relative path");
