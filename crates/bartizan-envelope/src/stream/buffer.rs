use core::fmt;

use super::layout::{CHUNK_LEN, SLOT_LEN, TAG_LEN};

/// Plaintext in the memory of the stream that it becomes or was: room for the header in front, and
/// for a tag behind every chunk.
///
/// So a stream is sealed and opened where it lies, and not a byte is copied. The plaintext is
/// reached chunk by chunk: [`CHUNK_LEN`] bytes each, and fewer in the last.
///
/// ```
/// use bartizan_core::{Context, SystemRandom};
/// use bartizan_envelope::stream::{StreamKey, Streams};
///
/// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
/// let mut buffer = streams.buffer(40_000)?;
/// for chunk in buffer.chunks_mut() {
///     chunk.fill(7); // or let a file read into it
/// }
/// let sealed: Vec<u8> = streams.seal_in_place(&Context::of("photo"), buffer)?;
///
/// let opened = streams.open_in_place(&Context::of("photo"), sealed)?;
/// assert_eq!(opened.chunks().map(<[u8]>::len).collect::<Vec<_>>(), [16_384, 16_384, 7_232]);
/// assert_eq!(opened.into_vec(), [7; 40_000]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the plaintext is in it"]
pub struct ChunkBuffer {
    bytes: Vec<u8>,
    header_len: usize,
}

impl ChunkBuffer {
    /// `bytes` begins with a header, and chunks follow of which the last is short.
    pub(super) const fn new(bytes: Vec<u8>, header_len: usize) -> Self {
        Self { bytes, header_len }
    }

    /// Returns how many bytes of plaintext there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks().map(<[u8]>::len).sum()
    }

    /// Returns whether there is no plaintext at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks().all(<[u8]>::is_empty)
    }

    /// Lends the plaintext, chunk by chunk. The last may be empty.
    pub fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        let slots = self.bytes.get(self.header_len..).unwrap_or_default().chunks(SLOT_LEN);
        slots.map(|slot| slot.split_last_chunk::<TAG_LEN>().map_or(&[][..], |(chunk, _)| chunk))
    }

    /// Lends the plaintext to be written, chunk by chunk. The last may be empty.
    pub fn chunks_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let slots = self.bytes.get_mut(self.header_len..).unwrap_or_default();
        slots.chunks_mut(SLOT_LEN).map(|slot| {
            slot.split_last_chunk_mut::<TAG_LEN>().map_or(&mut [][..], |(chunk, _)| chunk)
        })
    }

    /// Moves the plaintext together, within the same memory.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        let (len, header_len, mut bytes) = (self.len(), self.header_len, self.bytes);
        let (mut from, mut to) = (header_len, 0_usize);
        while to < len {
            let end = from.saturating_add(CHUNK_LEN.min(len.saturating_sub(to)));
            bytes.copy_within(from..end, to);
            from = from.saturating_add(SLOT_LEN);
            to = to.saturating_add(CHUNK_LEN);
        }
        bytes.truncate(len);
        bytes
    }

    /// Returns the memory, with `header` in front of the chunks.
    pub(super) fn with_header(self, header: &[u8]) -> Vec<u8> {
        let mut bytes = self.bytes;
        match bytes.get_mut(..self.header_len) {
            Some(room) if room.len() == header.len() => room.copy_from_slice(header),
            // The buffer was made for another kind of stream.
            _ => drop(bytes.splice(..self.header_len.min(bytes.len()), header.iter().copied())),
        }
        bytes
    }
}

impl fmt::Debug for ChunkBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChunkBuffer({} bytes)", self.len())
    }
}
