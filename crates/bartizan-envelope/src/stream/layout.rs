//! Where in a stream is what. The header's length is added by whoever knows it.

/// How many bytes of plaintext a chunk holds; the last one holds fewer.
pub const CHUNK_LEN: usize = 16 * 1_024;

pub(super) const TAG_LEN: usize = 16;

/// A sealed chunk that is not the last.
pub(super) const SLOT_LEN: usize = CHUNK_LEN + TAG_LEN;

pub(super) const MAX_CHUNKS: u64 = 1 << 38;

const CHUNK: u64 = CHUNK_LEN as u64;
const TAG: u64 = TAG_LEN as u64;
pub(super) const SLOT: u64 = SLOT_LEN as u64;

/// Returns how long the chunks of a plaintext are when they are sealed; nothing when there would
/// be too many.
pub(super) const fn sealed_len(plaintext_len: u64) -> Option<u64> {
    let full = plaintext_len / CHUNK;
    if full >= MAX_CHUNKS {
        return None;
    }
    // At most 2^38 slots of less than 2^15 bytes each.
    Some(full.saturating_mul(SLOT).saturating_add(plaintext_len % CHUNK).saturating_add(TAG))
}

/// The chunks of a stream, by the length of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// How many chunks come before the last, which is the number of the last.
    pub(super) full: u64,
    /// How many bytes of plaintext the last chunk holds.
    pub(super) last_len: usize,
}

impl Layout {
    /// Nothing when no stream is that long: its end was cut off.
    pub(super) fn of(chunks_len: u64) -> Option<Self> {
        let last_len = (chunks_len % SLOT).checked_sub(TAG)?;
        Some(Self { full: chunks_len / SLOT, last_len: usize::try_from(last_len).ok()? })
    }

    pub(super) fn plaintext_len(&self) -> u64 {
        let last_len = u64::try_from(self.last_len).unwrap_or(u64::MAX);
        self.full.saturating_mul(CHUNK).saturating_add(last_len)
    }
}

/// Returns which chunk holds the plaintext's byte `position`, and where in it.
pub(super) fn locate(position: u64) -> (u64, usize) {
    (position / CHUNK, usize::try_from(position % CHUNK).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plaintext_has_one_layout() {
        for (plaintext_len, sealed, layout) in [
            (0, 16, (0, 0)),
            (1, 17, (0, 1)),
            (16_383, 16_399, (0, 16_383)),
            (16_384, 16_416, (1, 0)),
            (16_385, 16_417, (1, 1)),
            (20_480, 20_512, (1, 4_096)),
        ] {
            let (full, last_len) = layout;
            assert_eq!(sealed_len(plaintext_len), Some(sealed));
            assert_eq!(Layout::of(sealed), Some(Layout { full, last_len }));
            assert_eq!(Layout { full, last_len }.plaintext_len(), plaintext_len);
        }
    }

    #[test]
    fn what_ends_within_a_tag_or_after_a_full_chunk_is_cut() {
        for len in (0..16).chain(16_400..16_416).chain([32_800]) {
            assert_eq!(Layout::of(len), None, "{len}");
        }
    }

    /// 4 PiB less one byte is the most.
    #[test]
    fn there_are_no_more_chunks_than_2_to_the_38th() {
        let most = (1 << 52) - 1;
        let sealed = sealed_len(most).unwrap();
        assert_eq!(Layout::of(sealed).unwrap().plaintext_len(), most);
        assert_eq!(sealed_len(most + 1), None);
        assert_eq!(sealed_len(u64::MAX), None);
    }
}
