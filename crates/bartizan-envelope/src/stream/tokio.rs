//! Readers and writers of tokio's kind.

use core::fmt;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context as Task, Poll, ready};
use std::io;

use bartizan_core::{Context, SealError};
use tokio_io::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::cipher::Message;
use super::error::too_long;
use super::opening::{Opening, Unopened};
use super::sealing::Sealing;
use super::streams::Streams;

impl Streams {
    /// As [`seal_writer`](Self::seal_writer), for tokio.
    ///
    /// # Errors
    ///
    /// [`SealError::RandomUnavailable`]: no salt could be drawn.
    ///
    /// # Examples
    ///
    /// See [`AsyncSealWriter`].
    pub fn seal_async_writer<W: AsyncWrite + Unpin>(
        &self,
        context: &Context,
        inner: W,
    ) -> Result<AsyncSealWriter<W>, SealError> {
        let (header, message) = self.begin(context)?;
        Ok(AsyncSealWriter::new(inner, (&header, message)))
    }

    /// As [`open_reader`](Self::open_reader), for tokio.
    ///
    /// # Errors
    ///
    /// Those of [`open_reader`](Self::open_reader).
    ///
    /// # Examples
    ///
    /// See [`AsyncSealWriter`].
    pub async fn open_async_reader<R: AsyncRead + Unpin>(
        &self,
        context: &Context,
        mut inner: R,
    ) -> io::Result<AsyncOpenReader<R>> {
        let mut unopened = Unopened::new();
        loop {
            let space = unopened.space();
            let len = poll_fn(|task| poll_read(&mut inner, space, task)).await?;
            match unopened.received(len, (self, context))? {
                Ok(opening) => return Ok(AsyncOpenReader { inner, opening }),
                Err(more) => unopened = more,
            }
        }
    }
}

/// Seals what is written to it, as [`SealWriter`](super::SealWriter) does.
///
/// [`finish`](Self::finish) seals the last chunk, and nothing else does: shutting the writer down,
/// as other code does with a connection that failed, leaves a stream that nobody takes for a whole
/// one.
///
/// ```
/// # use tokio_io as tokio;
/// use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
///
/// # use bartizan_core::{Context, SystemRandom};
/// # use bartizan_envelope::stream::{StreamKey, Streams};
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
/// let mut writer = streams.seal_async_writer(&Context::of("upload"), Vec::new())?;
/// writer.write_all(b"a long upload").await?;
/// let sealed = writer.finish().await?;
///
/// let mut upload = Vec::new();
/// let mut reader = streams.open_async_reader(&Context::of("upload"), &sealed[..]).await?;
/// let _len = reader.read_to_end(&mut upload).await?;
/// assert_eq!(upload, b"a long upload");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the stream is whole only after `finish`"]
pub struct AsyncSealWriter<W> {
    inner: W,
    sealing: Sealing,
}

impl<W: AsyncWrite + Unpin> AsyncSealWriter<W> {
    fn new(inner: W, begun: (&[u8], Message)) -> Self {
        Self { inner, sealing: Sealing::new(begun) }
    }

    /// Seals the last chunk, writes what is left, flushes the inner writer and returns it. A future
    /// that is dropped before it is ready leaves a stream that is not whole.
    ///
    /// # Errors
    ///
    /// Those of the inner writer, after which the stream is not whole; and one of the kind
    /// `FileTooLarge` when there are more than 2^38 chunks.
    pub async fn finish(mut self) -> io::Result<W> {
        if self.sealing.is_full() {
            poll_fn(|task| self.poll_drain(task)).await?;
        }
        self.sealing.end().map_err(too_long)?;
        poll_fn(|task| self.poll_drain(task)).await?;
        poll_fn(|task| Pin::new(&mut self.inner).poll_flush(task)).await?;
        Ok(self.inner)
    }

    fn poll_drain(&mut self, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        while !self.sealing.pending().is_empty() {
            let written =
                ready!(Pin::new(&mut self.inner).poll_write(task, self.sealing.pending()))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sealing.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for AsyncSealWriter<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.sealing.is_full() {
            ready!(self.poll_drain(task))?;
        }
        Poll::Ready(self.sealing.absorb(data).map_err(too_long))
    }

    /// Writes the chunks that are full; what is less than a chunk stays here.
    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(task))?;
        Pin::new(&mut self.inner).poll_flush(task)
    }

    /// Shuts the inner writer down without the last chunk: the stream is not whole.
    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(task))?;
        Pin::new(&mut self.inner).poll_shutdown(task)
    }
}

/// Opens a stream in order, as [`OpenReader`](super::OpenReader) does; see [`AsyncSealWriter`] for
/// an example.
pub struct AsyncOpenReader<R> {
    inner: R,
    opening: Opening,
}

impl<R: AsyncRead + Unpin> AsyncRead for AsyncOpenReader<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { inner, opening } = self.get_mut();
        loop {
            if let Some(len) = opening.take(out.initialize_unfilled())? {
                out.advance(len);
                return Poll::Ready(Ok(()));
            }
            let len = ready!(poll_read(inner, opening.space(), task))?;
            opening.received(len);
        }
    }
}

fn poll_read<R: AsyncRead + Unpin>(
    inner: &mut R,
    space: &mut [u8],
    task: &mut Task<'_>,
) -> Poll<io::Result<usize>> {
    let mut space = ReadBuf::new(space);
    ready!(Pin::new(inner).poll_read(task, &mut space))?;
    Poll::Ready(Ok(space.filled().len()))
}

impl<W: fmt::Debug> fmt::Debug for AsyncSealWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSealWriter")
            .field("inner", &self.inner)
            .field("sealing", &self.sealing)
            .finish()
    }
}

impl<R: fmt::Debug> fmt::Debug for AsyncOpenReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncOpenReader")
            .field("inner", &self.inner)
            .field("opening", &self.opening)
            .finish()
    }
}
