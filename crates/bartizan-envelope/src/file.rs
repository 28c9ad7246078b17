//! Small files that are written whole or not at all, and that only their owner can read.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use bartizan_core::SecretBytes;

/// Why a file was not read or written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FileError {
    /// It is longer than such a file can be.
    TooLong,
    Io(io::ErrorKind),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}

/// Reads at most `max_len` bytes, and the Unix mode (0 where there is none).
pub(crate) fn read(path: &Path, max_len: usize) -> Result<(SecretBytes, u32), FileError> {
    // Opening a pipe would wait for its writer, so look before and after.
    refuse_what_is_no_file(&fs::metadata(path)?)?;
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    refuse_what_is_no_file(&metadata)?;
    let len = usize::try_from(metadata.len()).map_err(|_| FileError::TooLong)?;
    if len > max_len {
        return Err(FileError::TooLong);
    }
    let content = SecretBytes::init(len, |buffer| file.read_exact(buffer))?;
    Ok((content, mode(&metadata)))
}

fn refuse_what_is_no_file(metadata: &fs::Metadata) -> Result<(), FileError> {
    if metadata.is_file() { Ok(()) } else { Err(FileError::Io(io::ErrorKind::InvalidInput)) }
}

/// The right to write one file, for as long as this lives: an advisory lock, which the system
/// takes back when the process ends, on a file beside it that stays.
pub(crate) struct LockedFile {
    path: PathBuf,
    _lock: File,
}

impl LockedFile {
    /// Waits for the lock.
    pub(crate) fn wait(path: &Path) -> Result<Self, FileError> {
        let mut options = OpenOptions::new();
        let _options = options.create(true).truncate(false).write(true);
        let lock = owner_only(&mut options).open(sibling(path, ".lock"))?;
        lock.lock()?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Writes a new file. One that is there already is left alone, whoever wrote it.
    pub(crate) fn create(&self, content: &[u8]) -> Result<(), FileError> {
        let temporary = self.write_temporary(content)?;
        // Unlike renaming, linking never replaces.
        let linked = fs::hard_link(&temporary, &self.path);
        discard(&temporary);
        linked?;
        self.sync()
    }

    /// Replaces the file: after a crash at any moment there is the old one or the new one.
    pub(crate) fn replace(&self, content: &[u8]) -> Result<(), FileError> {
        let temporary = self.write_temporary(content)?;
        if let Err(error) = fs::rename(&temporary, &self.path) {
            discard(&temporary);
            return Err(error.into());
        }
        self.sync()
    }

    fn write_temporary(&self, content: &[u8]) -> Result<PathBuf, FileError> {
        let temporary = sibling(&self.path, ".new");
        // What a crash left behind may be a second name of the file itself: never write into it.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut options = OpenOptions::new();
        let mut file = owner_only(options.create_new(true).write(true)).open(&temporary)?;
        if let Err(error) = file.write_all(content).and_then(|()| file.sync_all()) {
            discard(&temporary);
            return Err(error.into());
        }
        Ok(temporary)
    }

    /// Makes the name as durable as the content.
    #[cfg(unix)]
    fn sync(&self) -> Result<(), FileError> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        Ok(File::open(folder)?.sync_all()?)
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "folders cannot be opened")]
    fn sync(&self) -> Result<(), FileError> {
        Ok(())
    }
}

/// Tries to: what stays is replaced by the next writer, and there may be a worse error to tell.
fn discard(temporary: &Path) {
    let _removed = fs::remove_file(temporary);
}

fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(unix)]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(0o600)
}

#[cfg(not(unix))]
fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;

    metadata.permissions().mode()
}

#[cfg(not(unix))]
const fn mode(_: &fs::Metadata) -> u32 {
    0
}
