//! How flows write their entries: a byte for the format, then fields in a fixed order.
//!
//! ```
//! use bartizan_core::UnixTime;
//! use bartizan_store::StoreError;
//! use bartizan_store::record::{Reader, Writer};
//!
//! let record = Writer::new().text("alice").time(UnixTime::from_secs(1_700_000_000)).finish();
//!
//! let mut reader = Reader::new(&record)?;
//! assert_eq!((reader.text()?, reader.time()?.as_secs()), ("alice", 1_700_000_000));
//! reader.finish()?;
//! assert_eq!(Reader::new(&record[1..]).err(), Some(StoreError::Damaged));
//! # Ok::<(), StoreError>(())
//! ```

use core::fmt;

use bartizan_core::UnixTime;

use crate::StoreError;

/// Every record begins with this; another number is another format.
const FORMAT: u8 = 1;

/// Writes a record: see the [module](self) for an example.
#[must_use]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Returns an empty record of the present format.
    pub fn new() -> Self {
        Self(vec![FORMAT])
    }

    /// Adds a field of a fixed length.
    pub fn bytes<const N: usize>(mut self, bytes: &[u8; N]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds a time, in whole seconds.
    pub fn time(self, time: UnixTime) -> Self {
        self.bytes(&time.as_secs().to_be_bytes())
    }

    /// Adds a text of at most 65,535 bytes. Whoever calls bounds it far below; a longer one is not
    /// read back.
    pub fn text(mut self, text: &str) -> Self {
        let len = u16::try_from(text.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&len.to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// Adds a field that may be missing.
    pub fn option<T>(mut self, value: Option<&T>, write: impl FnOnce(Self, &T) -> Self) -> Self {
        self.0.push(u8::from(value.is_some()));
        match value {
            Some(value) => write(self, value),
            None => self,
        }
    }

    /// Returns the record.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// Ends the record with bytes up to its end.
    #[must_use]
    pub fn rest(mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.extend_from_slice(bytes);
        self.0
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Writer {
    /// Shows nothing of the record, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({} bytes)", self.0.len())
    }
}

/// Reads a record back: see the [module](self) for an example.
///
/// Whatever is not exactly as it was written is [`StoreError::Damaged`], and nothing else is an
/// error.
pub struct Reader<'r>(&'r [u8]);

impl<'r> Reader<'r> {
    /// Begins to read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]: it is of another format.
    pub fn new(record: &'r [u8]) -> Result<Self, StoreError> {
        match record.split_first() {
            Some((&FORMAT, rest)) => Ok(Self(rest)),
            _ => Err(StoreError::Damaged),
        }
    }

    /// Reads a field of a fixed length.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]: it ends before.
    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(StoreError::Damaged)?;
        self.0 = rest;
        Ok(*bytes)
    }

    /// Reads a time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]: it ends before, or there is no such time.
    pub fn time(&mut self) -> Result<UnixTime, StoreError> {
        let secs = u64::from_be_bytes(self.bytes()?);
        UnixTime::checked_from_secs(secs).ok_or(StoreError::Damaged)
    }

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]: it ends before, or is not UTF-8.
    pub fn text(&mut self) -> Result<&'r str, StoreError> {
        let len = u16::from_be_bytes(self.bytes()?);
        let (text, rest) = self.0.split_at_checked(len.into()).ok_or(StoreError::Damaged)?;
        self.0 = rest;
        core::str::from_utf8(text).map_err(|_| StoreError::Damaged)
    }

    /// Reads a field that may be missing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]: the mark or the field is not as it is written.
    pub fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self.bytes()? {
            [0] => Ok(None),
            [1] => read(self).map(Some),
            _ => Err(StoreError::Damaged),
        }
    }

    /// Returns all that is left.
    #[must_use]
    pub const fn rest(self) -> &'r [u8] {
        self.0
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]: something is left.
    pub fn finish(self) -> Result<(), StoreError> {
        if self.0.is_empty() { Ok(()) } else { Err(StoreError::Damaged) }
    }
}

impl fmt::Debug for Reader<'_> {
    /// Shows nothing of the record, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} bytes left)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &[u8]) -> Result<(String, Option<UnixTime>), StoreError> {
        let mut reader = Reader::new(record)?;
        let fields = (reader.text()?.to_owned(), reader.option(Reader::time)?);
        reader.finish()?;
        Ok(fields)
    }

    #[test]
    fn a_record_is_read_back_whole_or_not_at_all() {
        let time = UnixTime::from_secs(1_700_000_000);
        let record = Writer::new().text("é").option(Some(&time), |w, t| w.time(*t)).finish();
        assert_eq!(read(&record), Ok(("é".to_owned(), Some(time))));
        for len in 0..record.len() {
            assert_eq!(read(&record[..len]), Err(StoreError::Damaged), "cut at {len}");
        }
        assert_eq!(read(&[&record[..], &[0]].concat()), Err(StoreError::Damaged));
        assert_eq!(read(&[2, 0, 0, 0]), Err(StoreError::Damaged), "another format");
        assert_eq!(read(&[1, 0, 0, 2]), Err(StoreError::Damaged), "neither there nor missing");
        assert_eq!(read(&[1, 0, 1, 0xff, 0]), Err(StoreError::Damaged), "not UTF-8");
    }
}
