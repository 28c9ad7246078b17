//! Where a path leads on the file system.

use core::error::Error;
use core::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Joins names that were checked, and looks whether one of them is a link.
pub(super) fn resolve(
    root: &Path,
    names: impl IntoIterator<Item = impl AsRef<Path>>,
) -> Result<PathBuf, UnderRootError> {
    let mut path = root.to_owned();
    let mut exists = true;
    for name in names {
        path.push(name);
        if exists {
            exists = is_there(&path)?;
        }
    }
    Ok(path)
}

fn is_there(path: &Path) -> Result<bool, UnderRootError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_symlink() => Err(UnderRootError::Link),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(UnderRootError::Io(error.kind())),
    }
}

/// Why a path was not resolved. Something stored, or the machine, is at fault: raise an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnderRootError {
    /// A part of the path is a symbolic link.
    Link,
    /// The file system did not say what a part of the path is.
    Io(ErrorKind),
}

impl fmt::Display for UnderRootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => f.write_str("a part of the path is a symbolic link"),
            Self::Io(kind) => write!(f, "a part of the path can't be looked at: {kind}"),
        }
    }
}

impl Error for UnderRootError {}
