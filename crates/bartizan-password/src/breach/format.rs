//! The file: a header, the tables of all shards, and a list of the shards. Numbers have the lower
//! byte first.
//!
//! | bytes | what |
//! | --- | --- |
//! | 4,096 | the header: see [`Header`] |
//! | 4,096 each | the blocks: 4,088 bytes of slots, and the first 8 bytes of SHA-256 of the block's number and the slots |
//! | 32 each | the shards: see [`Shard`] |
//!
//! A shard is a binary fuse filter over some of the entries, in the order of the hashes, and begins
//! with a block of its own. The header seals itself and the list of shards, and each block itself, so
//! that what is read is known to be what was written, and nothing else needs to be read.

use ring::digest;

use super::error::BreachFilterError;
use super::{BreachHash, FalsePositives};
use crate::fuse::Layout;

/// What the whole file is about.
///
/// | bytes | what |
/// | --- | --- |
/// | 8 | `bartizan` |
/// | 2 | 1, the version of the format |
/// | 1 | the hash: 1 SHA-1, 2 NTLM |
/// | 1 | bits of a slot: 8 or 16 |
/// | 4 | the number of shards, 1 to 65,536 |
/// | 8 | the number of entries |
/// | 32 | SHA-256 of all before, and the list of shards |
/// | the rest | zeros |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) hash: BreachHash,
    pub(crate) false_positives: FalsePositives,
    pub(crate) shards: u32,
    pub(crate) entries: u64,
}

impl Header {
    pub(crate) fn to_block(self, shards: &[u8]) -> [u8; BLOCK] {
        let hash = match self.hash {
            BreachHash::Sha1 => 1,
            BreachHash::Ntlm => 2,
        };
        let fields: [&[u8]; 5] = [
            MAGIC,
            &VERSION.to_le_bytes(),
            &[hash, self.false_positives.bits()],
            &self.shards.to_le_bytes(),
            &self.entries.to_le_bytes(),
        ];
        let seal = seal(&fields, shards);
        let bytes = fields.into_iter().flatten().chain(seal.as_ref());
        let mut block = [0; BLOCK];
        block.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        block
    }

    /// Reads the fields, and leaves the seal to [`is_sealed`](Self::is_sealed).
    pub(crate) fn from_block(block: &[u8; BLOCK]) -> Result<Self, BreachFilterError> {
        let rest = block.strip_prefix(MAGIC).ok_or(BreachFilterError::NotAFilter)?;
        let (version, rest) = rest.split_first_chunk().ok_or(BreachFilterError::Damaged)?;
        if u16::from_le_bytes(*version) != VERSION {
            return Err(BreachFilterError::Unsupported);
        }
        let ([hash, bits], rest) = rest.split_first_chunk().ok_or(BreachFilterError::Damaged)?;
        let hash = match hash {
            1 => BreachHash::Sha1,
            2 => BreachHash::Ntlm,
            _ => return Err(BreachFilterError::Damaged),
        };
        let false_positives = match bits {
            8 => FalsePositives::OneIn256,
            16 => FalsePositives::OneIn65536,
            _ => return Err(BreachFilterError::Damaged),
        };
        let (shards, rest) = rest.split_first_chunk().ok_or(BreachFilterError::Damaged)?;
        let (entries, _) = rest.split_first_chunk().ok_or(BreachFilterError::Damaged)?;
        let shards = u32::from_le_bytes(*shards);
        if shards == 0 || shards > MAX_SHARDS {
            return Err(BreachFilterError::Damaged);
        }
        Ok(Self { hash, false_positives, shards, entries: u64::from_le_bytes(*entries) })
    }

    /// Whether this header and these shards are what was written as `block` and after the blocks.
    pub(crate) fn is_sealed(self, block: &[u8; BLOCK], shards: &[u8]) -> bool {
        self.to_block(shards) == *block
    }
}

fn seal(fields: &[&[u8]], shards: &[u8]) -> digest::Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    for field in fields {
        context.update(field);
    }
    context.update(shards);
    context.finish()
}

/// One shard in the list: the least key in it, the layout of its table (16 bytes), the number of its
/// first block and that of its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    pub(crate) least_key: u64,
    pub(crate) layout: Layout,
    pub(crate) first_block: u32,
    pub(crate) entries: u32,
}

impl Shard {
    pub(crate) fn from_bytes(bytes: &[u8; Self::LEN]) -> Option<Self> {
        let (least_key, rest) = bytes.split_first_chunk()?;
        let (layout, rest) = rest.split_first_chunk()?;
        let (first_block, rest) = rest.split_first_chunk()?;
        Some(Self {
            least_key: u64::from_le_bytes(*least_key),
            layout: Layout::from_bytes(layout)?,
            first_block: u32::from_le_bytes(*first_block),
            entries: u32::from_le_bytes(*rest.first_chunk()?),
        })
    }

    pub(crate) const LEN: usize = 32;
}

impl FalsePositives {
    /// Bits of a slot.
    pub(crate) const fn bits(self) -> u8 {
        match self {
            Self::OneIn256 => 8,
            Self::OneIn65536 => 16,
        }
    }

    /// How many slots a block holds.
    pub(crate) const fn slots_per_block(self) -> u32 {
        match self {
            Self::OneIn256 => 4_088,
            Self::OneIn65536 => 2_044,
        }
    }
}

/// What proves that the bytes of a block are those that were written as block `number`.
pub(crate) fn block_seal(number: u32, slots: &[u8]) -> [u8; 8] {
    let seal = seal(&[&number.to_le_bytes()], slots);
    seal.as_ref().first_chunk().copied().unwrap_or_default()
}

/// What a disk and the system's cache read at once.
pub(crate) const BLOCK: usize = 4_096;
pub(crate) const SLOT_BYTES: usize = 4_088;
/// Entries of a full shard. A multiple of what makes the table come out even.
pub(crate) const SHARD_ENTRIES: usize = 1 << 20;
/// 68 billion entries. The list of shards stays below 2 MiB.
pub(crate) const MAX_SHARDS: u32 = 1 << 16;

const MAGIC: &[u8; 8] = b"bartizan";
const VERSION: u16 = 1;
