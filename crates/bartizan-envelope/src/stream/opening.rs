//! A stream that is being opened in order: the stream's bytes go in, authenticated plaintext comes
//! out, and nobody does any input or output. The readers do.

use core::fmt;
use core::ops::Range;

use bartizan_core::Context;

use super::cipher::Message;
use super::error::StreamError;
use super::header::MAX_HEADER_LEN;
use super::layout::{SLOT_LEN, TAG_LEN};
use super::streams::Streams;

/// What was read so far of a stream, until there is all of its header.
pub(super) struct Unopened {
    buffer: Box<[u8]>,
    filled: usize,
}

impl Unopened {
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; BUFFER_LEN].into_boxed_slice(), filled: 0 }
    }

    /// Lends room to read into.
    pub(super) fn space(&mut self) -> &mut [u8] {
        self.buffer.get_mut(self.filled..).unwrap_or_default()
    }

    /// Says that `len` bytes were read, and that the end was reached if that is none. It gives
    /// itself back while the header is not whole.
    pub(super) fn received(
        mut self,
        len: usize,
        (streams, context): (&Streams, &Context),
    ) -> Result<Result<Opening, Self>, StreamError> {
        if len == 0 {
            return Err(StreamError::Truncated);
        }
        self.filled = self.filled.saturating_add(len).min(self.buffer.len());
        let header_len = streams.keys.header_len();
        let read = self.buffer.get(..self.filled).unwrap_or_default();
        let Some(header) = read.get(..header_len) else { return Ok(Err(self)) };
        let message = streams.open_header(context, header)?;
        Ok(Ok(Opening {
            message,
            next: 0,
            buffer: self.buffer,
            start: header_len,
            filled: self.filled,
            ready: 0..0,
            state: State::Reading,
        }))
    }
}

pub(super) struct Opening {
    message: Message,
    next: u64,
    buffer: Box<[u8]>,
    /// Where the bytes are that were read and not opened yet.
    start: usize,
    filled: usize,
    /// Where plaintext is that was not taken yet.
    ready: Range<usize>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// There may be more to read.
    Reading,
    /// There is no more to read, and the last chunk is not opened yet.
    Read,
    /// The last chunk is opened: the stream is whole.
    Ended,
    Failed(StreamError),
}

/// What became of the next chunk.
enum Step {
    /// So much plaintext is in the caller's buffer.
    Out(usize),
    /// It is ready to be taken.
    Ready,
    /// More has to be read first.
    Short,
    /// The stream is whole and has no more chunks.
    Ended,
}

impl Opening {
    /// Fills `out` with plaintext and returns how much there was; none is the end of a stream that
    /// is whole. `None`: more has to be read first.
    pub(super) fn take(&mut self, out: &mut [u8]) -> Result<Option<usize>, StreamError> {
        let mut taken = 0_usize;
        while let Some(rest) = out.get_mut(taken..).filter(|rest| !rest.is_empty()) {
            let ready = self.ready();
            if !ready.is_empty() {
                let len = ready.len().min(rest.len());
                if let (Some(rest), Some(ready)) = (rest.get_mut(..len), ready.get(..len)) {
                    rest.copy_from_slice(ready);
                }
                self.consume(len);
                taken = taken.saturating_add(len);
                continue;
            }
            match self.step(rest) {
                Ok(Step::Out(len)) => taken = taken.saturating_add(len),
                Ok(Step::Ready) => {}
                Ok(Step::Short) if taken == 0 => return Ok(None),
                // What there is comes first; the error is told again the next time.
                Err(error) if taken == 0 => return Err(error),
                Ok(Step::Short | Step::Ended) | Err(_) => break,
            }
        }
        Ok(Some(taken))
    }

    /// Makes plaintext ready, and returns whether it could; if there is none then, the stream is
    /// whole and at its end.
    pub(super) fn prepare(&mut self) -> Result<bool, StreamError> {
        while self.ready().is_empty() {
            match self.step(&mut [])? {
                Step::Short => return Ok(false),
                Step::Ended => break,
                Step::Out(_) | Step::Ready => {}
            }
        }
        Ok(true)
    }

    /// Lends the plaintext that is ready.
    pub(super) fn ready(&self) -> &[u8] {
        self.buffer.get(self.ready.clone()).unwrap_or_default()
    }

    /// Says that so much of [`ready`](Self::ready) was taken.
    pub(super) fn consume(&mut self, len: usize) {
        self.ready.start = self.ready.start.saturating_add(len).min(self.ready.end);
    }

    /// Lends room to read into. It is called when a step came up short, so nothing is ready and
    /// less than a slot is left.
    pub(super) fn space(&mut self) -> &mut [u8] {
        if self.start.saturating_add(SLOT_LEN) > self.buffer.len() || self.start == self.filled {
            self.buffer.copy_within(self.start..self.filled, 0);
            (self.start, self.filled) = (0, self.filled.saturating_sub(self.start));
            self.ready = 0..0;
        }
        self.buffer.get_mut(self.filled..).unwrap_or_default()
    }

    /// Says that `len` bytes were read, and that the end was reached if that is none.
    pub(super) fn received(&mut self, len: usize) {
        if len == 0 && self.state == State::Reading {
            self.state = State::Read;
        }
        self.filled = self.filled.saturating_add(len).min(self.buffer.len());
    }

    /// Opens the next chunk: into `out` if it fits, else where it is.
    fn step(&mut self, out: &mut [u8]) -> Result<Step, StreamError> {
        let left = self.filled.saturating_sub(self.start);
        let len = match self.state {
            State::Failed(error) => return Err(error),
            State::Ended => return Ok(Step::Ended),
            State::Reading | State::Read if left >= SLOT_LEN => SLOT_LEN,
            State::Reading => return Ok(Step::Short),
            State::Read => left,
        };
        let opened = self.open_slot(len, out);
        match opened {
            Err(error) => self.state = State::Failed(error),
            Ok(_) if len < SLOT_LEN => self.state = State::Ended,
            Ok(_) => self.next = self.next.saturating_add(1),
        }
        self.start = self.start.saturating_add(len);
        opened
    }

    fn open_slot(&mut self, len: usize, out: &mut [u8]) -> Result<Step, StreamError> {
        let chunk_len = len.checked_sub(TAG_LEN).ok_or(StreamError::Truncated)?;
        let slot = self.start..self.start.saturating_add(len);
        let slot = self.buffer.get_mut(slot).ok_or(StreamError::Truncated)?;
        match out.get_mut(..chunk_len) {
            Some(out) if !out.is_empty() => {
                self.message.open_to(self.next, slot, out)?;
                Ok(Step::Out(chunk_len))
            }
            _ => {
                let _chunk = self.message.open_slot(self.next, slot)?;
                self.ready = self.start..self.start.saturating_add(chunk_len);
                Ok(Step::Ready)
            }
        }
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening(chunk {}, {:?})", self.next, self.state)
    }
}

/// So many chunks are asked of the inner reader at a time.
const CHUNKS: usize = 4;

const BUFFER_LEN: usize = MAX_HEADER_LEN + CHUNKS * SLOT_LEN;
