use core::fmt;
use std::io::{self, Write};

use super::cipher::Message;
use super::error::too_long;
use super::sealing::Sealing;

/// Seals what is written to it; see [`Streams::seal_writer`](super::Streams::seal_writer) for an
/// example.
///
/// [`finish`](Self::finish) seals the last chunk. A writer that is dropped before, because the
/// program returned early or fell over, leaves a stream that nobody takes for a whole one: a
/// reader gets an error at its end.
///
/// Up to four chunks are kept back before they are written. When the inner writer fails, nothing
/// is lost or written twice: the same call can be made again.
#[must_use = "the stream is whole only after `finish`"]
pub struct SealWriter<W> {
    inner: W,
    sealing: Sealing,
}

impl<W: Write> SealWriter<W> {
    pub(super) fn new(inner: W, begun: (&[u8], Message)) -> Self {
        Self { inner, sealing: Sealing::new(begun) }
    }

    /// Seals the last chunk, writes what is left, flushes the inner writer and returns it.
    ///
    /// # Errors
    ///
    /// Those of the inner writer, after which the stream is not whole; and one of the kind
    /// `FileTooLarge` when there are more than 2^38 chunks.
    pub fn finish(mut self) -> io::Result<W> {
        if self.sealing.is_full() {
            self.drain()?;
        }
        self.sealing.end().map_err(too_long)?;
        self.drain()?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn drain(&mut self) -> io::Result<()> {
        while !self.sealing.pending().is_empty() {
            match self.inner.write(self.sealing.pending()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.sealing.advance(written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.sealing.is_full() {
            self.drain()?;
        }
        self.sealing.absorb(data).map_err(too_long)
    }

    /// Writes the chunks that are full; what is less than a chunk stays here.
    fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        self.inner.flush()
    }
}

impl<W: fmt::Debug> fmt::Debug for SealWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealWriter")
            .field("inner", &self.inner)
            .field("sealing", &self.sealing)
            .finish()
    }
}
