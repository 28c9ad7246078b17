//! The chunks of one stream under AES-256-GCM, and the seam to the libraries that compute it:
//! nothing else here knows which of them is asked.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod ring;

use core::fmt;

use bartizan_core::SealError;

use super::error::StreamError;
use super::layout::{MAX_CHUNKS, TAG_LEN};

/// The library that computes AES-256-GCM.
///
/// It is a value, and no part of a stream: what one sealed, the other opens. Which is quicker
/// depends on the processor, so measure: aws-lc-rs has code for AVX-512, ring for AES on vectors of
/// AVX2. `Default` is ring, whatever features are on.
///
/// ```
/// use bartizan_core::{Context, SystemRandom};
/// use bartizan_envelope::stream::{Backend, StreamKey, Streams};
///
/// let streams = Streams::bare(StreamKey::generate(&SystemRandom::new())?);
/// let sealed = streams.clone().with_backend(Backend::Ring).seal(&Context::none(), b"text")?;
/// let opened = streams.with_backend(Backend::default()).open(&Context::none(), &sealed)?;
/// assert_eq!(opened, b"text");
/// assert_eq!(Backend::Ring.to_string(), "ring");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// The crate `ring`, which seals in place only: what must not be overwritten is copied first.
    #[default]
    Ring,
    /// The crate `aws-lc-rs`, which also seals and opens from one buffer into another.
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ring => "ring",
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs => "aws-lc-rs",
        })
    }
}

/// The library refused: a length is beyond its limits, or the tag is wrong.
pub(super) struct Refused;

/// An AES-256-GCM key, prepared by one library.
enum Key {
    Ring(ring::Key),
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs(aws_lc::Key),
}

/// What seals and opens the chunks of one stream.
///
/// A slot is a chunk with room for its tag behind it.
pub(super) struct Message {
    key: Key,
    base_nonce: [u8; NONCE_LEN],
}

impl Message {
    pub(super) fn new(
        backend: Backend,
        key: &[u8; 32],
        base_nonce: [u8; NONCE_LEN],
    ) -> Option<Self> {
        let key = match backend {
            Backend::Ring => Key::Ring(ring::Key::new(key)?),
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs => Key::AwsLcRs(aws_lc::Key::new(key)?),
        };
        Some(Self { key, base_nonce })
    }

    /// Seals the chunk in a slot where it is, and puts the tag behind it.
    pub(super) fn seal_slot(&self, number: u64, slot: &mut [u8]) -> Result<(), SealError> {
        let nonce = self.nonce(number).ok_or(SealError::TooLong)?;
        let (chunk, tag) = slot.split_last_chunk_mut().ok_or(SealError::TooLong)?;
        match &self.key {
            Key::Ring(key) => key.seal(nonce, chunk, tag),
            #[cfg(feature = "aws-lc-rs")]
            Key::AwsLcRs(key) => key.seal(nonce, chunk, tag),
        }
        .map_err(|Refused| SealError::TooLong)
    }

    /// Seals `chunk` into a slot that is exactly as long as it and its tag.
    pub(super) fn seal_to(
        &self,
        number: u64,
        chunk: &[u8],
        slot: &mut [u8],
    ) -> Result<(), SealError> {
        let nonce = self.nonce(number).ok_or(SealError::TooLong)?;
        let (out, tag) = slot.split_last_chunk_mut().ok_or(SealError::TooLong)?;
        match &self.key {
            Key::Ring(key) => copy(chunk, out).and_then(|()| key.seal(nonce, out, tag)),
            #[cfg(feature = "aws-lc-rs")]
            Key::AwsLcRs(key) => key.seal_to(nonce, chunk, (out, tag)),
        }
        .map_err(|Refused| SealError::TooLong)
    }

    /// Opens the chunk in a slot where it is. When it fails, nothing of it is left there.
    pub(super) fn open_slot<'s>(
        &self,
        number: u64,
        slot: &'s mut [u8],
    ) -> Result<&'s mut [u8], StreamError> {
        let nonce = self.nonce(number).ok_or(StreamError::TooLong)?;
        let (chunk, tag) = slot.split_last_chunk_mut().ok_or(StreamError::Truncated)?;
        let opened = match &self.key {
            Key::Ring(key) => key.open(nonce, chunk, tag),
            #[cfg(feature = "aws-lc-rs")]
            Key::AwsLcRs(key) => key.open(nonce, chunk, tag),
        };
        if let Err(Refused) = opened {
            chunk.fill(0);
            return Err(StreamError::Forged);
        }
        Ok(chunk)
    }

    /// Opens a slot into `out`, which is exactly as long as its chunk. When it fails, nothing of
    /// it is left there.
    pub(super) fn open_to(
        &self,
        number: u64,
        slot: &[u8],
        out: &mut [u8],
    ) -> Result<(), StreamError> {
        let nonce = self.nonce(number).ok_or(StreamError::TooLong)?;
        let (chunk, tag) = slot.split_last_chunk().ok_or(StreamError::Truncated)?;
        let opened = match &self.key {
            Key::Ring(key) => copy(chunk, out).and_then(|()| key.open(nonce, out, tag)),
            #[cfg(feature = "aws-lc-rs")]
            Key::AwsLcRs(key) => key.open_to(nonce, (chunk, tag), out),
        };
        opened.map_err(|Refused| {
            out.fill(0);
            StreamError::Forged
        })
    }

    /// The base nonce xor the chunk's number, which is below 2^38.
    fn nonce(&self, number: u64) -> Option<[u8; NONCE_LEN]> {
        if number >= MAX_CHUNKS {
            return None;
        }
        let mut nonce = self.base_nonce;
        for (byte, count) in nonce.iter_mut().rev().zip(number.to_le_bytes()) {
            *byte ^= count;
        }
        Some(nonce)
    }
}

fn copy(from: &[u8], to: &mut [u8]) -> Result<(), Refused> {
    if from.len() != to.len() {
        return Err(Refused);
    }
    to.copy_from_slice(from);
    Ok(())
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(..)")
    }
}

pub(super) const NONCE_LEN: usize = 12;

type Nonce = [u8; NONCE_LEN];
type Tag = [u8; TAG_LEN];

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message::new(Backend::default(), &[7; 32], [0xf0; NONCE_LEN]).unwrap()
    }

    #[test]
    fn the_number_goes_into_the_last_five_bytes_of_the_nonce() {
        let nonce = |number| message().nonce(number).unwrap();
        assert_eq!(nonce(0), [0xf0; 12]);
        assert_eq!(nonce(1)[7..], [0xf0, 0xf0, 0xf0, 0xf0, 0xf1]);
        assert_eq!(nonce(0x0102)[7..], [0xf0, 0xf0, 0xf0, 0xf1, 0xf2]);
        assert_eq!(nonce(MAX_CHUNKS - 1)[7..], [0xcf, 0x0f, 0x0f, 0x0f, 0x0f]);
        assert_eq!(nonce(MAX_CHUNKS - 1)[..7], [0xf0; 7]);
    }

    /// asvs: V11.3.4, that the counter ends before it repeats.
    #[test]
    fn no_chunk_has_a_number_of_2_to_the_38th() {
        let (message, mut slot) = (message(), [0; 20]);
        assert_eq!(message.seal_slot(MAX_CHUNKS, &mut slot), Err(SealError::TooLong));
        assert_eq!(message.seal_to(MAX_CHUNKS, &[0; 4], &mut slot), Err(SealError::TooLong));
        assert_eq!(message.open_slot(MAX_CHUNKS, &mut slot), Err(StreamError::TooLong));
        assert_eq!(message.open_to(MAX_CHUNKS, &slot, &mut [0; 4]), Err(StreamError::TooLong));
        assert!(message.seal_slot(MAX_CHUNKS - 1, &mut slot).is_ok());
    }

    #[test]
    fn what_is_forged_leaves_nothing_in_the_buffer() {
        let message = message();
        let mut slot = *b"twenty bytes of text----------------";
        message.seal_slot(3, &mut slot).unwrap();
        let mut out = [0; 20];
        message.open_to(3, &slot, &mut out).unwrap();
        assert_eq!(&out, b"twenty bytes of text");

        slot[35] ^= 1;
        assert_eq!(message.open_to(3, &slot, &mut out), Err(StreamError::Forged));
        assert_eq!(out, [0; 20]);
        assert_eq!(message.open_slot(3, &mut slot), Err(StreamError::Forged));
        assert_eq!(slot[..20], [0; 20]);
    }
}
