use core::fmt;
use core::num::NonZeroUsize;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use bartizan_core::{Context, Random, SealError, SharedKeyring, SystemRandom};

use super::cipher::{Backend, Message};
use super::error::StreamError;
use super::header::Keys;
use super::key::StreamKey;
use super::layout::{self, Layout};
use super::open_reader::OpenReader;
use super::seal_writer::SealWriter;
use super::seek_reader::SeekReader;

/// Seals and opens streams, files and large buffers under a keyring, or under one bare key.
///
/// A stream is bound to its context, as a sealed value is, and opens under the same one only. What
/// it holds can be written and read piece by piece, in any order, in place, or with several
/// threads at once: it is the same stream each time.
///
/// | what | of a buffer | piece by piece | tokio |
/// | --- | --- | --- | --- |
/// | seal | [`seal`](Self::seal), [`seal_in_place`](Self::seal_in_place) | [`seal_writer`](Self::seal_writer) | `seal_async_writer` |
/// | open | [`open`](Self::open), [`open_in_place`](Self::open_in_place) | [`open_reader`](Self::open_reader), [`open_seekable`](Self::open_seekable) | `open_async_reader` |
///
/// ```
/// use bartizan_core::{Context, KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_envelope::stream::{StreamError, StreamKey, Streams};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, StreamKey::generate);
/// let streams = Streams::new(SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?));
///
/// let photo = |id: u64| Context::of("photo").bind("alice").bind(id.to_be_bytes());
/// let sealed = streams.seal(&photo(7), &[7; 100_000])?;
/// assert_eq!(streams.open(&photo(7), &sealed)?, [7; 100_000]);
/// assert_eq!(streams.open(&photo(8), &sealed), Err(StreamError::Forged), "another photo");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Streams {
    pub(super) keys: Keys,
    random: Arc<dyn Random>,
    backend: Backend,
    pub(super) threads: NonZeroUsize,
}

impl Streams {
    /// Seals with the primary of `keys` and opens with any key that they accept, in whatever state
    /// they are when a stream begins.
    #[must_use]
    pub fn new(keys: SharedKeyring<StreamKey>) -> Self {
        Self::with_keys(Keys::Ring(keys))
    }

    /// Seals and opens plain Cobblestone-256 messages, with no key id in front: for one key that
    /// is shared with another implementation, which takes the same context as bytes.
    ///
    /// ```
    /// use bartizan_core::{Context, SystemRandom};
    /// use bartizan_envelope::stream::{StreamKey, Streams};
    ///
    /// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
    /// let context = Context::verbatim(b"what the other program binds it to");
    /// assert_eq!(streams.seal(&context, b"text")?.len(), 24 + 32 + 4 + 16);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn bare(key: StreamKey) -> Self {
        Self::with_keys(Keys::Bare(Arc::new(key)))
    }

    fn with_keys(keys: Keys) -> Self {
        let random = Arc::new(SystemRandom::new());
        Self { keys, random, backend: Backend::default(), threads: NonZeroUsize::MIN }
    }

    /// Computes with `backend`. Default: [`Backend::default`].
    #[must_use]
    pub fn with_backend(self, backend: Backend) -> Self {
        Self { backend, ..self }
    }

    /// Shares the chunks of large buffers, of 2 MiB and more, among up to `threads` threads: the
    /// caller's and others that end before the call does. Default: 1.
    ///
    /// Readers and writers stay with the one thread that they are used by.
    #[must_use]
    pub fn with_threads(self, threads: NonZeroUsize) -> Self {
        Self { threads, ..self }
    }

    /// Draws salts from `random`. Default: [`SystemRandom`].
    ///
    /// A salt that comes twice under one key and context gives both streams away.
    #[must_use]
    pub fn with_random(self, random: Arc<dyn Random>) -> Self {
        Self { random, ..self }
    }

    /// Returns how many bytes a stream of `plaintext_len` bytes has when it is sealed, or nothing
    /// when it would have more than 2^38 chunks.
    ///
    /// ```
    /// # use bartizan_core::SystemRandom;
    /// # use bartizan_envelope::stream::{StreamKey, Streams};
    /// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
    /// assert_eq!(streams.sealed_len(0), Some(72));
    /// assert_eq!(streams.sealed_len(16_384), Some(56 + 16_400 + 16));
    /// assert_eq!(streams.sealed_len(1 << 52), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sealed_len(&self, plaintext_len: u64) -> Option<u64> {
        let header_len = u64::try_from(self.keys.header_len()).ok()?;
        layout::sealed_len(plaintext_len)?.checked_add(header_len)
    }

    /// Returns how many bytes of plaintext a stream of `sealed_len` bytes holds, or nothing when no
    /// stream has that length. Only a reader knows whether the length is true.
    ///
    /// ```
    /// # use bartizan_core::SystemRandom;
    /// # use bartizan_envelope::stream::{StreamKey, Streams};
    /// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
    /// assert_eq!(streams.plaintext_len(56 + 16_400 + 16), Some(16_384));
    /// assert_eq!(streams.plaintext_len(56 + 16_400), None, "it was cut");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn plaintext_len(&self, sealed_len: u64) -> Option<u64> {
        let header_len = u64::try_from(self.keys.header_len()).ok()?;
        Layout::of(sealed_len.checked_sub(header_len)?).map(|layout| layout.plaintext_len())
    }

    /// Seals what is written to the writer that it returns, and writes the stream to `inner`.
    ///
    /// The stream is whole only after [`SealWriter::finish`].
    ///
    /// # Errors
    ///
    /// [`SealError::RandomUnavailable`]: no salt could be drawn.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::Write as _;
    ///
    /// # use bartizan_core::{Context, SystemRandom};
    /// # use bartizan_envelope::stream::{StreamKey, Streams};
    /// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
    /// let mut writer = streams.seal_writer(&Context::of("log"), Vec::new())?;
    /// writeln!(writer, "one line")?;
    /// let sealed = writer.finish()?;
    /// assert_eq!(streams.open(&Context::of("log"), &sealed)?, b"one line\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seal_writer<W: Write>(
        &self,
        context: &Context,
        inner: W,
    ) -> Result<SealWriter<W>, SealError> {
        let (header, message) = self.begin(context)?;
        Ok(SealWriter::new(inner, (&header, message)))
    }

    /// Opens the stream that `inner` holds, from where it is up to its end, in this order.
    ///
    /// It reads the header at once, and refuses here what was sealed by another key or under
    /// another context.
    ///
    /// # Errors
    ///
    /// Those of `inner`, and the errors of a stream, see [`StreamError::of`]:
    ///
    /// - [`StreamError::Truncated`]: `inner` ends within the header.
    /// - [`StreamError::Malformed`]: it does not begin with a stream, or one of a later version.
    /// - [`StreamError::Key`]: the key that sealed the stream is not to be had.
    /// - [`StreamError::Forged`]: the header or the context is not that of the stream.
    ///
    /// # Examples
    ///
    /// See [`OpenReader`].
    pub fn open_reader<R: Read>(&self, context: &Context, inner: R) -> io::Result<OpenReader<R>> {
        OpenReader::new(self, context, inner)
    }

    /// Opens the stream that `inner` holds, from where it is up to its end, at any position.
    ///
    /// It reads the header at once, and refuses here what was sealed by another key or under
    /// another context. What is read is authentic; to learn whether the whole is there, ask
    /// [`SeekReader::plaintext_len`].
    ///
    /// # Errors
    ///
    /// Those of [`open_reader`](Self::open_reader), and [`StreamError::Truncated`] also when no
    /// stream can end where `inner` does.
    ///
    /// # Examples
    ///
    /// See [`SeekReader`].
    pub fn open_seekable<R: Read + Seek>(
        &self,
        context: &Context,
        inner: R,
    ) -> io::Result<SeekReader<R>> {
        SeekReader::new(self, context, inner)
    }

    pub(super) fn begin(&self, context: &Context) -> Result<(Vec<u8>, Message), SealError> {
        self.keys.begin(context, (&*self.random, self.backend))
    }

    pub(super) fn open_header(
        &self,
        context: &Context,
        header: &[u8],
    ) -> Result<Message, StreamError> {
        self.keys.open(context, (header, self.backend))
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams")
            .field("keys", &self.keys)
            .field("backend", &self.backend)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}
