//! Sets that answer "is it in there?" from two bytes per member: binary fuse filters.
//!
//! [Graf and Lemire, 2022]: each member has three places in a table, and what stands there, combined
//! by exclusive or, is the member's fingerprint. A member is always found. What is no member is
//! found by accident once in 2 to the number of bits of a fingerprint.
//!
//! No crate reads such a table from bytes that lie in a program or in a file without copying them,
//! so it is done here; [`fuse_build`](crate::fuse_build) makes the table.
//!
//! [Graf and Lemire, 2022]: https://arxiv.org/abs/2201.01174

/// How a table is cut, and which of the many arrangements it holds.
///
/// The table is a row of segments of equal length. A member's places are in three neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) seed: u64,
    /// The length of a segment is 2 to the power of this.
    pub(crate) segment_bits: u8,
    /// The segments that can be the first of three.
    pub(crate) segments: u32,
}

impl Layout {
    /// Returns nothing for what no builder makes, so that a table stays below 2^26 slots.
    pub(crate) const fn new(seed: u64, segment_bits: u8, segments: u32) -> Option<Self> {
        if segment_bits > MAX_SEGMENT_BITS || segments == 0 || segments > MAX_SEGMENTS {
            return None;
        }
        Some(Self { seed, segment_bits, segments })
    }

    /// Reads seed, number of segments and bits of a segment, the lower byte first.
    pub(crate) const fn from_bytes(bytes: &[u8; Self::LEN]) -> Option<Self> {
        let [s0, s1, s2, s3, s4, s5, s6, s7, n0, n1, n2, n3, segment_bits, 0, 0, 0] = *bytes else {
            return None;
        };
        let seed = u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
        Self::new(seed, segment_bits, u32::from_le_bytes([n0, n1, n2, n3]))
    }

    /// The number of slots in the table.
    pub(crate) const fn slots(&self) -> u32 {
        // At most (2^12 + 2) * 2^13, by `new`.
        self.segments.saturating_add(2) << self.segment_bits
    }

    /// The three places of a key, and its fingerprint, of which the lowest bits are used.
    pub(crate) fn find(&self, key: u64) -> ([u32; 3], u16) {
        let hash = mix(key, self.seed);
        let first = below(self.segments << self.segment_bits, hash);
        let length = 1_u32 << self.segment_bits;
        let mask = length.wrapping_sub(1);
        // An offset within the segment leaves the segment's number alone.
        let second = first.wrapping_add(length) ^ (low_u32(hash >> 18) & mask);
        let third = first.wrapping_add(length << 1) ^ (low_u32(hash) & mask);
        ([first, second, third], low_u16(hash ^ (hash >> 32)))
    }

    pub(crate) const LEN: usize = 16;
}

/// A table of fingerprints of 16 bits, as bytes: the layout, then the slots, the lower byte first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fuse<'a> {
    layout: Layout,
    slots: &'a [[u8; 2]],
}

impl<'a> Fuse<'a> {
    /// Reads a table where it lies. Returns nothing for a table of another length than it says.
    pub(crate) const fn parse(bytes: &'a [u8]) -> Option<Self> {
        let Some((layout, slots)) = bytes.split_first_chunk() else {
            return None;
        };
        let Some(layout) = Layout::from_bytes(layout) else {
            return None;
        };
        let (slots, rest) = slots.as_chunks();
        if !rest.is_empty() || slots.len() != layout.slots() as usize {
            return None;
        }
        Some(Self { layout, slots })
    }

    /// Whether the key is a member; by accident also one in 65,536 that is none.
    pub(crate) fn contains(&self, key: u64) -> bool {
        let (places, fingerprint) = self.layout.find(key);
        let slot =
            |place: u32| self.slots.get(place as usize).map(|slot| u16::from_le_bytes(*slot));
        let slots = places.into_iter().try_fold(0, |sum, place| Some(sum ^ slot(place)?));
        slots == Some(fingerprint)
    }
}

/// Spreads a key over 64 bits (the finalizer of `MurmurHash3`). It loses nothing: two keys stay two.
const fn mix(key: u64, seed: u64) -> u64 {
    let mut hash = key.wrapping_add(seed);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// A number below `bound`, all equally likely.
#[expect(clippy::cast_possible_truncation, reason = "the upper half of a product is below either")]
fn below(bound: u32, hash: u64) -> u32 {
    (u128::from(hash).wrapping_mul(u128::from(bound)) >> 64) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
const fn low_u32(hash: u64) -> u32 {
    hash as u32
}

#[expect(clippy::cast_possible_truncation, reason = "the lowest quarter is what is asked for")]
const fn low_u16(hash: u64) -> u16 {
    hash as u16
}

/// Twice as long as a million members need.
pub(crate) const MAX_SEGMENT_BITS: u8 = 14;
const MAX_SEGMENTS: u32 = 1 << 12;

// The tool that builds the common passwords compiles this file too, so it says where they are.
#[cfg(test)]
#[path = "fuse/tests.rs"]
mod tests;
