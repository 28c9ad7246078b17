//! The one directory with everything that must survive: made once, for its owner alone, and
//! never repaired by guessing.
//!
//! A first start makes the keys, then the database, then the marker `FORMAT`. Cut short before
//! the marker it is taken up again: nothing can have been acknowledged yet. With the marker
//! everything must be there, and what is missing is damage.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::start_error::StartError;

const FORMAT: &str = "notebook 4\n";

/// What a first start may leave behind; beginnings, since files are written beside their place.
const OURS: [&str; 8] = [
    "lock",
    "key-encryption.key",
    "token-keys",
    "sealing-keys",
    "pepper-keys",
    "code-digest-keys",
    "notebook.db",
    "FORMAT",
];

/// The directory, held by this process alone until it is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    is_complete: bool,
    _lock: File,
}

impl DataDir {
    /// Makes the directory if there is none, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
        let shown = path.display();
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| {
            StartError::because(format!("the data directory {shown} cannot be made"), &error)
        })?;
        let failed =
            |error| StartError::because(format!("the data directory {shown} is unusable"), &error);
        let path = path.canonicalize().map_err(failed)?;
        let mode = fs::metadata(&path).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            let sentence = format!("the data directory {shown} is open to others: chmod 700 it");
            return Err(StartError::new(sentence));
        }
        let is_complete = is_complete(&path)?;
        if !is_complete && let Some(name) = foreign_file(&path).map_err(failed)? {
            let sentence = format!("{shown} holds {name:?}, so it is not taken for notebook data");
            return Err(StartError::new(sentence));
        }
        let lock = lock(&path)?;
        Ok(Self { path, is_complete, _lock: lock })
    }

    /// Returns whether a first start came to its end here.
    pub(crate) const fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Says that the first start came to its end.
    pub(crate) fn complete(&mut self) -> Result<(), StartError> {
        let write = || {
            let staged = self.file("FORMAT.new");
            remove_if_there(&staged)?;
            let mut file = create_private(&staged)?;
            file.write_all(FORMAT.as_bytes())?;
            file.sync_all()?;
            rename_durably(&staged, &self.file("FORMAT"))
        };
        write().map_err(|error| StartError::because("the data directory is unusable", &error))?;
        self.is_complete = true;
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.file("notebook.db")
    }

    pub(crate) fn key_encryption_key(&self) -> PathBuf {
        self.file("key-encryption.key")
    }

    pub(crate) fn token_keys(&self) -> PathBuf {
        self.file("token-keys.json")
    }

    pub(crate) fn sealing_keys(&self) -> PathBuf {
        self.file("sealing-keys.json")
    }

    pub(crate) fn pepper_keys(&self) -> PathBuf {
        self.file("pepper-keys.json")
    }

    pub(crate) fn digest_keys(&self) -> PathBuf {
        self.file("code-digest-keys.json")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// Makes an empty file that only its owner reads.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Moves a file into its place, so that it is there after a power cut too.
pub(crate) fn rename_durably(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    to.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn is_complete(directory: &Path) -> Result<bool, StartError> {
    match fs::read(directory.join("FORMAT")) {
        Ok(content) if content == FORMAT.as_bytes() => Ok(true),
        Ok(_) => Err(StartError::new(
            "the file FORMAT in the data directory is damaged or of another version",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StartError::because("the file FORMAT cannot be read", &error)),
    }
}

/// Finds a file that no first start makes: the directory belongs to somebody else.
fn foreign_file(directory: &Path) -> io::Result<Option<String>> {
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let plain = name.trim_start_matches('.');
        if !OURS.iter().any(|ours| plain.starts_with(ours)) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Takes the lock, which the system gives back however the process ends.
fn lock(directory: &Path) -> Result<File, StartError> {
    let open = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600).open(directory.join("lock"))
    };
    let file = open()
        .map_err(|error| StartError::because("the data directory cannot be written to", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let shown = directory.display();
            Err(StartError::new(format!("another notebook is running on {shown}")))
        }
        Err(TryLockError::Error(error)) => {
            Err(StartError::because("the data directory cannot be locked", &error))
        }
    }
}
