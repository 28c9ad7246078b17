use core::fmt;

use bartizan_core::UnixTime;

/// What a store keeps: bytes that mean something to the flow alone, and until when.
///
/// ```
/// use bartizan_core::UnixTime;
/// use bartizan_store::Entry;
///
/// let entry = Entry::new(vec![1, 2, 3], UnixTime::from_secs(1_700_000_000));
/// assert_eq!((entry.bytes(), entry.expires_at().as_secs()), (&[1, 2, 3][..], 1_700_000_000));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    bytes: Vec<u8>,
    expires_at: UnixTime,
}

impl Entry {
    /// The longest entry, in bytes: 4 KiB.
    pub const MAX_LEN: usize = 4_096;

    /// Returns an entry that is kept until `expires_at`: at that second it is gone.
    #[must_use]
    pub const fn new(bytes: Vec<u8>, expires_at: UnixTime) -> Self {
        Self { bytes, expires_at }
    }

    /// Returns the bytes. They hold personal data (whom an entry is about), and no secret.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns from when on there is no such entry.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

impl fmt::Debug for Entry {
    /// Shows none of the bytes, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} bytes until {})", self.bytes.len(), self.expires_at)
    }
}

/// Which state of an entry somebody saw. A store gives every write a new one, and never one that
/// the same key had before, not even after the entry was removed and created again.
///
/// ```
/// use bartizan_store::Version;
///
/// assert_eq!(Version::from_u64(7).as_u64(), 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version(u64);

impl Version {
    /// Returns the version that a stored number stands for.
    #[must_use]
    pub const fn from_u64(version: u64) -> Self {
        Self(version)
    }

    /// Returns the number to store.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

/// An entry as it was found, and which version of it. See [`Store`](crate::Store) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    entry: Entry,
    version: Version,
}

impl StoredEntry {
    /// Returns what a store found.
    #[must_use]
    pub const fn new(entry: Entry, version: Version) -> Self {
        Self { entry, version }
    }

    /// Returns the entry.
    #[must_use]
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Returns its version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }
}

/// What came of [`Store::swap`](crate::Store::swap).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store has no fourth answer")]
pub enum Swap {
    /// The entry was replaced.
    Done,
    /// Somebody else was quicker; this is what stands there now.
    Conflict(StoredEntry),
    /// There is no entry, or its time is over. Nothing was written.
    Gone,
}
