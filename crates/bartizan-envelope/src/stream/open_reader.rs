use core::fmt;
use std::io::{self, BufRead, Read};

use bartizan_core::Context;

use super::opening::{Opening, Unopened};
use super::streams::Streams;

/// Opens a stream in order.
///
/// Every byte that it gives was authenticated before. That the bytes were all is known when it
/// returns `Ok(0)`, which comes after the last chunk and never before: a stream that was cut gives
/// an error there, and goes on giving it. So act on what was read only then, or where a beginning
/// alone can do no harm.
///
/// As a [`BufRead`] it lends each chunk from where it was opened, without a copy.
///
/// ```
/// use std::io::Read as _;
///
/// use bartizan_core::{Context, SystemRandom};
/// use bartizan_envelope::stream::{StreamKey, Streams};
///
/// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
/// let sealed = streams.seal(&Context::of("letter"), b"a letter")?;
///
/// let mut letter = Vec::new();
/// let _len = streams.open_reader(&Context::of("letter"), &sealed[..])?.read_to_end(&mut letter)?;
/// assert_eq!(letter, b"a letter");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct OpenReader<R> {
    inner: R,
    opening: Opening,
}

impl<R: Read> OpenReader<R> {
    pub(super) fn new(streams: &Streams, context: &Context, mut inner: R) -> io::Result<Self> {
        let mut unopened = Unopened::new();
        loop {
            let len = read(&mut inner, unopened.space())?;
            match unopened.received(len, (streams, context))? {
                Ok(opening) => return Ok(Self { inner, opening }),
                Err(more) => unopened = more,
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let len = read(&mut self.inner, self.opening.space())?;
        self.opening.received(len);
        Ok(())
    }
}

fn read(inner: &mut impl Read, space: &mut [u8]) -> io::Result<usize> {
    loop {
        match inner.read(space) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.opening.take(out)? {
                Some(len) => return Ok(len),
                None => self.fill()?,
            }
        }
    }
}

impl<R: Read> BufRead for OpenReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while !self.opening.prepare()? {
            self.fill()?;
        }
        Ok(self.opening.ready())
    }

    fn consume(&mut self, len: usize) {
        self.opening.consume(len);
    }
}

impl<R: fmt::Debug> fmt::Debug for OpenReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenReader")
            .field("inner", &self.inner)
            .field("opening", &self.opening)
            .finish()
    }
}
