//! A stream that is being sealed: plaintext goes in, the stream's bytes come out, and nobody does
//! any input or output. The writers do.

use core::fmt;

use bartizan_core::SealError;

use super::cipher::Message;
use super::header::MAX_HEADER_LEN;
use super::layout::{CHUNK_LEN, SLOT_LEN, TAG_LEN};

/// The buffer holds, in this order, bytes that were written, sealed bytes that are still to be
/// written, and plaintext that is no whole chunk yet.
pub(super) struct Sealing {
    message: Message,
    next: u64,
    buffer: Box<[u8]>,
    written: usize,
    sealed: usize,
    filled: usize,
}

impl Sealing {
    pub(super) fn new((header, message): (&[u8], Message)) -> Self {
        let mut buffer = vec![0; BUFFER_LEN].into_boxed_slice();
        for (byte, head) in buffer.iter_mut().zip(header) {
            *byte = *head;
        }
        Self { message, next: 0, buffer, written: 0, sealed: header.len(), filled: 0 }
    }

    /// Takes as much of `data` as there is room for, and returns how much that was. Nothing is
    /// taken until [`pending`](Self::pending) was written, once [`is_full`](Self::is_full).
    pub(super) fn absorb(&mut self, data: &[u8]) -> Result<usize, SealError> {
        let mut rest = data;
        while !rest.is_empty() && !self.is_full() {
            let end = self.sealed.saturating_add(SLOT_LEN);
            let slot = self.buffer.get_mut(self.sealed..end).ok_or(SealError::TooLong)?;
            if self.filled == 0
                && let Some((chunk, after)) = rest.split_at_checked(CHUNK_LEN)
            {
                self.message.seal_to(self.next, chunk, slot)?;
                rest = after;
            } else {
                let room = slot.get_mut(self.filled..CHUNK_LEN).unwrap_or_default();
                let (taken, after) =
                    rest.split_at_checked(room.len().min(rest.len())).unwrap_or_default();
                copy(taken, room);
                rest = after;
                self.filled = self.filled.saturating_add(taken.len());
                if self.filled < CHUNK_LEN {
                    break;
                }
                self.message.seal_slot(self.next, slot)?;
                self.filled = 0;
            }
            self.next = self.next.saturating_add(1);
            self.sealed = end;
        }
        Ok(data.len().saturating_sub(rest.len()))
    }

    /// Seals what is left as the last chunk. There must be room for it.
    pub(super) fn end(&mut self) -> Result<(), SealError> {
        let end = self.sealed.saturating_add(self.filled).saturating_add(TAG_LEN);
        let slot = self.buffer.get_mut(self.sealed..end).ok_or(SealError::TooLong)?;
        self.message.seal_slot(self.next, slot)?;
        self.filled = 0;
        self.sealed = end;
        Ok(())
    }

    /// Returns whether there is no room for another chunk.
    pub(super) fn is_full(&self) -> bool {
        self.buffer.len().saturating_sub(self.sealed) < SLOT_LEN
    }

    /// Lends what is to be written next.
    pub(super) fn pending(&self) -> &[u8] {
        self.buffer.get(self.written..self.sealed).unwrap_or_default()
    }

    /// Says that so much of [`pending`](Self::pending) was written.
    pub(super) fn advance(&mut self, written: usize) {
        self.written = self.written.saturating_add(written).min(self.sealed);
        if self.written == self.sealed && self.filled == 0 {
            (self.written, self.sealed) = (0, 0);
        }
    }
}

fn copy(taken: &[u8], room: &mut [u8]) {
    if let Some(room) = room.get_mut(..taken.len()) {
        room.copy_from_slice(taken);
    }
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealing(chunk {})", self.next)
    }
}

/// So many chunks go to the inner writer at a time.
const CHUNKS: usize = 4;

const BUFFER_LEN: usize = MAX_HEADER_LEN + CHUNKS * SLOT_LEN;
