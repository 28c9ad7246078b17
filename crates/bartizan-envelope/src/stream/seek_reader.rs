use core::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use bartizan_core::Context;

use super::cipher::Message;
use super::error::StreamError;
use super::header::MAX_HEADER_LEN;
use super::layout::{CHUNK_LEN, Layout, SLOT, SLOT_LEN, TAG_LEN, locate};
use super::streams::Streams;

/// Opens a stream at any position: a read costs the chunks that it touches.
///
/// Every byte that it gives was authenticated before. That the stream is as long as it seems is
/// known once its last chunk was opened, which is done before anything that depends on the length:
/// [`plaintext_len`](Self::plaintext_len), seeking from the end, and reading at the end. Chunks
/// that were not read may still be damaged.
///
/// The length of the inner reader is taken once, in the beginning.
///
/// ```
/// use std::io::{Cursor, Read as _, Seek as _, SeekFrom};
///
/// use bartizan_core::{Context, SystemRandom};
/// use bartizan_envelope::stream::{StreamKey, Streams};
///
/// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
/// let film: Vec<u8> = (0..=255).cycle().take(100_000).collect();
/// let sealed = streams.seal(&Context::of("film"), &film)?;
///
/// let mut reader = streams.open_seekable(&Context::of("film"), Cursor::new(sealed))?;
/// assert_eq!(reader.plaintext_len()?, 100_000);
/// let _position = reader.seek(SeekFrom::Start(70_000))?;
/// let mut frame = [0; 1_000];
/// reader.read_exact(&mut frame)?;
/// assert_eq!(frame, film[70_000..71_000]);
/// assert_eq!(reader.read_chunk(6)?, &film[98_304..]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SeekReader<R> {
    inner: R,
    /// Where in `inner` the first chunk is.
    body: u64,
    message: Message,
    layout: Layout,
    is_length_known: bool,
    position: u64,
    buffer: Box<[u8]>,
    /// The number and length of the chunk whose plaintext the buffer holds.
    held: Option<(u64, usize)>,
}

impl<R: Read + Seek> SeekReader<R> {
    pub(super) fn new(streams: &Streams, context: &Context, mut inner: R) -> io::Result<Self> {
        let mut header = [0; MAX_HEADER_LEN];
        let header = header.get_mut(..streams.keys.header_len()).unwrap_or_default();
        read_exact(&mut inner, header)?;
        let message = streams.open_header(context, header)?;
        let body = inner.stream_position()?;
        let body_len = inner.seek(SeekFrom::End(0))?.saturating_sub(body);
        let layout = Layout::of(body_len).ok_or(StreamError::Truncated)?;
        Ok(Self {
            inner,
            body,
            message,
            layout,
            is_length_known: false,
            position: 0,
            buffer: vec![0; SLOT_LEN].into_boxed_slice(),
            held: None,
        })
    }

    /// Returns how many bytes of plaintext the stream holds, after it has authenticated the last
    /// chunk: nobody cut or extended it.
    ///
    /// # Errors
    ///
    /// Those of the inner reader, and [`StreamError::Forged`] when the last chunk is not the last
    /// of what was sealed.
    pub fn plaintext_len(&mut self) -> io::Result<u64> {
        if !self.is_length_known {
            let _last = self.read_chunk(self.layout.full)?;
        }
        Ok(self.layout.plaintext_len())
    }

    /// Returns how many chunks the stream has, after it has authenticated the last one.
    ///
    /// # Errors
    ///
    /// Those of [`plaintext_len`](Self::plaintext_len).
    pub fn chunk_count(&mut self) -> io::Result<u64> {
        let _len = self.plaintext_len()?;
        Ok(self.layout.full.saturating_add(1))
    }

    /// Opens one chunk, counted from zero: [`CHUNK_LEN`] bytes, or fewer of the last. The position
    /// of [`Read`] stays where it is.
    ///
    /// # Errors
    ///
    /// - `InvalidInput`, when there is no such chunk;
    /// - those of the inner reader;
    /// - [`StreamError::Forged`]: the chunk is not what was sealed there;
    /// - [`StreamError::Truncated`]: `inner` has become shorter.
    pub fn read_chunk(&mut self, number: u64) -> io::Result<&[u8]> {
        if self.held.is_none_or(|(held, _)| held != number) {
            self.held = None;
            let len = self.fetch(number)?;
            let slot = self.buffer.get_mut(..len.saturating_add(TAG_LEN)).unwrap_or_default();
            let chunk = self.message.open_slot(number, slot)?;
            self.held = Some((number, chunk.len()));
            self.is_length_known |= number == self.layout.full;
        }
        let (_, len) = self.held.unwrap_or_default();
        Ok(self.buffer.get(..len).unwrap_or_default())
    }

    /// Reads the slot of a chunk into the buffer, and returns how long the chunk is.
    fn fetch(&mut self, number: u64) -> io::Result<usize> {
        if number > self.layout.full {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let len = if number == self.layout.full { self.layout.last_len } else { CHUNK_LEN };
        let offset = number.checked_mul(SLOT).and_then(|offset| offset.checked_add(self.body));
        let _offset = self.inner.seek(SeekFrom::Start(offset.ok_or(StreamError::TooLong)?))?;
        let slot = self.buffer.get_mut(..len.saturating_add(TAG_LEN)).unwrap_or_default();
        read_exact(&mut self.inner, slot)?;
        Ok(len)
    }

    /// Opens a whole chunk straight into `out`, if it begins here and fits.
    fn read_whole(&mut self, number: u64, out: &mut [u8]) -> io::Result<Option<usize>> {
        if number >= self.layout.full || self.held.is_some_and(|(held, _)| held == number) {
            return Ok(None);
        }
        let Some(out) = out.get_mut(..CHUNK_LEN) else { return Ok(None) };
        self.held = None;
        let _len = self.fetch(number)?;
        self.message.open_to(number, &self.buffer, out)?;
        Ok(Some(CHUNK_LEN))
    }

    fn read_some(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.layout.plaintext_len() {
            let _len = self.plaintext_len()?;
            return Ok(0);
        }
        let (number, within) = locate(self.position);
        if within == 0
            && let Some(len) = self.read_whole(number, out)?
        {
            return Ok(len);
        }
        let chunk = self.read_chunk(number)?.get(within..).unwrap_or_default();
        let len = chunk.len().min(out.len());
        if let (Some(out), Some(chunk)) = (out.get_mut(..len), chunk.get(..len)) {
            out.copy_from_slice(chunk);
        }
        Ok(len)
    }
}

fn read_exact(inner: &mut impl Read, out: &mut [u8]) -> io::Result<()> {
    inner.read_exact(out).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => StreamError::Truncated.into(),
        _ => error,
    })
}

impl<R: Read + Seek> Read for SeekReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        let len = self.read_some(out)?;
        self.position = self.position.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
        Ok(len)
    }
}

impl<R: Read + Seek> Seek for SeekReader<R> {
    /// A position beyond the end is none to read at, but no error.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.plaintext_len()?.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }

    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.position)
    }
}

impl<R: fmt::Debug> fmt::Debug for SeekReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeekReader")
            .field("inner", &self.inner)
            .field("position", &self.position)
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}
