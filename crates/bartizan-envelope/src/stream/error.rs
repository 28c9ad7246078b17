use core::error::Error;
use core::fmt;
use std::io;

use bartizan_core::{KeyRefused, SealError};

/// Why a stream did not open. The stored data is at fault: raise an alarm, overwrite nothing, and
/// throw away what was read of it so far.
///
/// Readers return it within an [`io::Error`] of the kind `InvalidData`, out of which
/// [`of`](Self::of) takes it.
///
/// ```
/// use std::io::Read as _;
///
/// use bartizan_core::{Context, SystemRandom};
/// use bartizan_envelope::stream::{StreamError, StreamKey, Streams};
///
/// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
/// let sealed = streams.seal(&Context::none(), &[7; 20_000])?;
///
/// let cut = &sealed[..16_456]; // one whole chunk, and no more
/// let mut reader = streams.open_reader(&Context::none(), cut)?;
/// let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
/// assert_eq!(StreamError::of(&error), Some(StreamError::Truncated));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamError {
    /// The bytes are not a stream, or one in a later version of the format.
    Malformed,
    /// The key that sealed the stream is not to be had.
    Key(KeyRefused),
    /// The bytes or their context are not what was sealed. It cannot be told which.
    Forged,
    /// The stream ends before its last chunk: it was cut, or never finished.
    Truncated,
    /// The stream has more than 2^38 chunks.
    TooLong,
}

impl StreamError {
    /// Returns the error of a stream that a reader met, or nothing if reading itself failed.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a sealed stream of a known format",
            Self::Key(refused) => return write!(f, "the sealed stream does not open: {refused}"),
            Self::Forged => "the sealed stream or its context was changed",
            Self::Truncated => "the sealed stream ends before its last chunk",
            Self::TooLong => "the sealed stream has more chunks than the format allows",
        })
    }
}

impl Error for StreamError {}

impl From<KeyRefused> for StreamError {
    fn from(refused: KeyRefused) -> Self {
        Self::Key(refused)
    }
}

impl From<StreamError> for io::Error {
    /// Never `UnexpectedEof`, which some loops take for an end.
    fn from(error: StreamError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// Only the length can stop a writer that has begun.
pub(super) fn too_long(error: SealError) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, error)
}
