//! How the flows write their entries: a byte for the format, then fields in a fixed order.

use bartizan_core::UnixTime;

use super::StateError;

/// Every record begins with this; another number is another format.
const FORMAT: u8 = 1;

/// Writes a record.
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn new() -> Self {
        Self(vec![FORMAT])
    }

    pub(crate) fn bytes<const N: usize>(mut self, bytes: &[u8; N]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn time(self, time: UnixTime) -> Self {
        self.bytes(&time.as_secs().to_be_bytes())
    }

    /// A text of at most 65,535 bytes. Every caller bounds it far below; of a longer one the rest
    /// would be missing, and reading it fails.
    pub(crate) fn text(mut self, text: &str) -> Self {
        let len = u16::try_from(text.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&len.to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// A field that may be missing.
    pub(crate) fn option<T>(
        mut self,
        value: Option<&T>,
        write: impl FnOnce(Self, &T) -> Self,
    ) -> Self {
        self.0.push(u8::from(value.is_some()));
        match value {
            Some(value) => write(self, value),
            None => self,
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    /// Ends the record with bytes up to its end.
    pub(crate) fn rest(mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.extend_from_slice(bytes);
        self.0
    }
}

/// Reads a record back. Whatever is not exactly as it was written is [`StateError::Damaged`].
pub(crate) struct Reader<'r>(&'r [u8]);

impl<'r> Reader<'r> {
    pub(crate) fn new(record: &'r [u8]) -> Result<Self, StateError> {
        match record.split_first() {
            Some((&FORMAT, rest)) => Ok(Self(rest)),
            _ => Err(StateError::Damaged),
        }
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], StateError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(StateError::Damaged)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(crate) fn time(&mut self) -> Result<UnixTime, StateError> {
        let secs = u64::from_be_bytes(self.bytes()?);
        UnixTime::checked_from_secs(secs).ok_or(StateError::Damaged)
    }

    pub(crate) fn text(&mut self) -> Result<&'r str, StateError> {
        let len = u16::from_be_bytes(self.bytes()?);
        let (text, rest) = self.0.split_at_checked(len.into()).ok_or(StateError::Damaged)?;
        self.0 = rest;
        core::str::from_utf8(text).map_err(|_| StateError::Damaged)
    }

    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, StateError>,
    ) -> Result<Option<T>, StateError> {
        match self.bytes()? {
            [0] => Ok(None),
            [1] => read(self).map(Some),
            _ => Err(StateError::Damaged),
        }
    }

    /// Returns all that is left.
    pub(crate) const fn rest(self) -> &'r [u8] {
        self.0
    }

    pub(crate) fn finish(self) -> Result<(), StateError> {
        if self.0.is_empty() { Ok(()) } else { Err(StateError::Damaged) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &[u8]) -> Result<(String, Option<UnixTime>), StateError> {
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
            assert_eq!(read(&record[..len]), Err(StateError::Damaged), "cut at {len}");
        }
        assert_eq!(read(&[&record[..], &[0]].concat()), Err(StateError::Damaged));
        assert_eq!(read(&[2, 0, 0, 0]), Err(StateError::Damaged), "another format");
        assert_eq!(read(&[1, 0, 0, 2]), Err(StateError::Damaged), "neither there nor missing");
        assert_eq!(read(&[1, 0, 1, 0xff, 0]), Err(StateError::Damaged), "not UTF-8");
    }
}
