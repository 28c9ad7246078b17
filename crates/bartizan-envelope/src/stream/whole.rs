//! Streams that are whole in memory.

use bartizan_core::{Context, SealError};

use super::buffer::ChunkBuffer;
use super::cipher::Message;
use super::error::StreamError;
use super::layout::{CHUNK_LEN, Layout, SLOT_LEN, TAG_LEN};
use super::parallel::{PIECE_CHUNKS, share};
use super::streams::Streams;

impl Streams {
    /// Seals `plaintext`.
    ///
    /// # Errors
    ///
    /// - [`SealError::RandomUnavailable`]: no salt could be drawn.
    /// - [`SealError::TooLong`]: it would have more than 2^38 chunks, or not fit into memory's
    ///   addresses.
    ///
    /// # Examples
    ///
    /// See [`Streams`].
    pub fn seal(&self, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let sealed_len = self.checked_len(plaintext.len())?;
        let (header, message) = self.begin(context)?;
        if self.is_shared(plaintext.len()) {
            let mut sealed = vec![0; sealed_len];
            let (head, slots) =
                sealed.split_at_mut_checked(header.len()).ok_or(SealError::TooLong)?;
            head.copy_from_slice(&header);
            self.seal_pieces(&message, plaintext, slots)?;
            return Ok(sealed);
        }
        let mut sealed = Vec::with_capacity(sealed_len);
        sealed.extend(&header);
        // What is copied and at once sealed stays in the processor's nearest cache.
        for (number, chunk) in (0..).zip(chunks(plaintext)) {
            let start = sealed.len();
            sealed.extend_from_slice(chunk);
            sealed.extend([0; TAG_LEN]);
            message.seal_slot(number, sealed.get_mut(start..).unwrap_or_default())?;
        }
        Ok(sealed)
    }

    /// Opens what was sealed under the same context. It returns the whole plaintext, or nothing.
    ///
    /// # Errors
    ///
    /// - [`StreamError::Malformed`]: the bytes are not a stream, or one of a later version.
    /// - [`StreamError::Key`]: the key that sealed the stream is not to be had.
    /// - [`StreamError::Forged`]: the bytes or the context are not what was sealed.
    /// - [`StreamError::Truncated`]: the last chunk is missing.
    /// - [`StreamError::TooLong`]: there are more than 2^38 chunks.
    ///
    /// # Examples
    ///
    /// See [`Streams`].
    pub fn open(&self, context: &Context, sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
        let (header, slots) =
            sealed.split_at_checked(self.keys.header_len()).ok_or(StreamError::Truncated)?;
        let message = self.open_header(context, header)?;
        let layout = layout(slots)?;
        let len = usize::try_from(layout.plaintext_len()).map_err(|_| StreamError::TooLong)?;
        if self.is_shared(len) {
            let mut plaintext = vec![0; len];
            self.open_pieces(&message, slots, &mut plaintext)?;
            return Ok(plaintext);
        }
        let mut plaintext = Vec::with_capacity(slots.len());
        for (number, slot) in (0..).zip(slots.chunks(SLOT_LEN)) {
            let start = plaintext.len();
            plaintext.extend_from_slice(slot);
            let opened =
                message.open_slot(number, plaintext.get_mut(start..).unwrap_or_default())?;
            let end = start.saturating_add(opened.len());
            plaintext.truncate(end);
        }
        Ok(plaintext)
    }

    /// Makes a buffer of `len` zeros, to be filled with what [`seal_in_place`](Self::seal_in_place)
    /// seals.
    ///
    /// # Errors
    ///
    /// [`SealError::TooLong`]: it would have more than 2^38 chunks, or not fit into memory's
    /// addresses.
    ///
    /// # Examples
    ///
    /// See [`ChunkBuffer`].
    pub fn buffer(&self, len: usize) -> Result<ChunkBuffer, SealError> {
        Ok(ChunkBuffer::new(vec![0; self.checked_len(len)?], self.keys.header_len()))
    }

    /// Seals the plaintext of a buffer where it lies, and returns its memory as the stream.
    ///
    /// # Errors
    ///
    /// - [`SealError::RandomUnavailable`]: no salt could be drawn.
    /// - [`SealError::TooLong`]: there are more than 2^38 chunks.
    ///
    /// # Examples
    ///
    /// See [`ChunkBuffer`].
    pub fn seal_in_place(
        &self,
        context: &Context,
        buffer: ChunkBuffer,
    ) -> Result<Vec<u8>, SealError> {
        let (header, message) = self.begin(context)?;
        let mut sealed = buffer.with_header(&header);
        let slots = sealed.get_mut(header.len()..).unwrap_or_default();
        share(
            self.threads,
            numbered(slots.chunks_mut(PIECE_CHUNKS * SLOT_LEN)),
            |(first, piece)| {
                (first..)
                    .zip(piece.chunks_mut(SLOT_LEN))
                    .try_for_each(|(number, slot)| message.seal_slot(number, slot))
            },
        )?;
        Ok(sealed)
    }

    /// Opens a stream where it lies. It returns the whole plaintext, or nothing.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open). What was in `sealed` is gone then.
    ///
    /// # Examples
    ///
    /// See [`ChunkBuffer`].
    pub fn open_in_place(
        &self,
        context: &Context,
        mut sealed: Vec<u8>,
    ) -> Result<ChunkBuffer, StreamError> {
        let header_len = self.keys.header_len();
        let (header, slots) =
            sealed.split_at_mut_checked(header_len).ok_or(StreamError::Truncated)?;
        let message = self.open_header(context, header)?;
        let _layout = layout(slots)?;
        share(
            self.threads,
            numbered(slots.chunks_mut(PIECE_CHUNKS * SLOT_LEN)),
            |(first, piece)| {
                (first..)
                    .zip(piece.chunks_mut(SLOT_LEN))
                    .try_for_each(|(number, slot)| message.open_slot(number, slot).map(|_| ()))
            },
        )?;
        Ok(ChunkBuffer::new(sealed, header_len))
    }

    fn seal_pieces(
        &self,
        message: &Message,
        plaintext: &[u8],
        slots: &mut [u8],
    ) -> Result<(), SealError> {
        share(
            self.threads,
            numbered(slots.chunks_mut(PIECE_CHUNKS * SLOT_LEN)),
            |(first, piece)| {
                // Number of the chunk, times the length of one, is below the plaintext's length.
                let start = usize::try_from(first).unwrap_or(usize::MAX).saturating_mul(CHUNK_LEN);
                let chunks = chunks(plaintext.get(start..).unwrap_or_default());
                (first..)
                    .zip(piece.chunks_mut(SLOT_LEN).zip(chunks))
                    .try_for_each(|(number, (slot, chunk))| message.seal_to(number, chunk, slot))
            },
        )
    }

    fn open_pieces(
        &self,
        message: &Message,
        slots: &[u8],
        plaintext: &mut [u8],
    ) -> Result<(), StreamError> {
        let pieces = slots.chunks(PIECE_CHUNKS * SLOT_LEN);
        // The last chunk may be empty, and then so may be the last piece.
        let outs = plaintext.chunks_mut(PIECE_CHUNKS * CHUNK_LEN).chain([&mut [][..]]);
        let outs: Vec<_> = outs.take(pieces.len()).collect();
        let pieces = numbered(pieces.zip(outs));
        share(self.threads, pieces, |(first, (piece, out))| {
            let mut out = out;
            for (number, slot) in (first..).zip(piece.chunks(SLOT_LEN)) {
                let len = slot.len().saturating_sub(TAG_LEN);
                let (chunk, rest) = out.split_at_mut_checked(len).ok_or(StreamError::Truncated)?;
                message.open_to(number, slot, chunk)?;
                out = rest;
            }
            Ok(())
        })
    }

    fn checked_len(&self, plaintext_len: usize) -> Result<usize, SealError> {
        let len = u64::try_from(plaintext_len).ok().and_then(|len| self.sealed_len(len));
        let len = len.and_then(|len| isize::try_from(len).ok());
        len.and_then(|len| usize::try_from(len).ok()).ok_or(SealError::TooLong)
    }

    fn is_shared(&self, plaintext_len: usize) -> bool {
        self.threads.get() > 1 && plaintext_len >= 2 * PIECE_CHUNKS * CHUNK_LEN
    }
}

/// The chunks of a plaintext: the last one is short, and if need be empty.
fn chunks(plaintext: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (full, last) = plaintext.as_chunks::<CHUNK_LEN>();
    full.iter().map(<[u8; CHUNK_LEN]>::as_slice).chain([last])
}

/// Pieces of slots, each with the number of its first chunk.
fn numbered<P>(
    pieces: impl ExactSizeIterator<Item = P> + Send,
) -> impl ExactSizeIterator<Item = (u64, P)> + Send {
    let mut next = 0_u64;
    pieces.map(move |piece| {
        let first = next;
        next = next.saturating_add(PIECE_CHUNKS as u64);
        (first, piece)
    })
}

fn layout(slots: &[u8]) -> Result<Layout, StreamError> {
    let len = u64::try_from(slots.len()).map_err(|_| StreamError::TooLong)?;
    Layout::of(len).ok_or(StreamError::Truncated)
}
