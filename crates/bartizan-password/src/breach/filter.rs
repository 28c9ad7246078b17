//! Asking a file.

use std::fs::File;
use std::path::Path;

use bartizan_core::SecretString;

use super::build::BreachFilterBuilder;
use super::error::BreachFilterError;
use super::format::{BLOCK, Header, SLOT_BYTES, Shard, block_seal};
use super::source::Source;
use super::{BreachHash, FalsePositives};

/// A file that knows which passwords are known from breaches. It stays on the disk.
///
/// It is a row of binary fuse filters ([Graf and Lemire, 2022]), made from a list of hashes such as
/// [Pwned Passwords]. Every password of the list is found. Of others, one in 65,536 is found too, or
/// one in 256, as it was built. A question reads three blocks of 4 KiB, mostly from the system's
/// cache, and each proves itself whole: a damaged file is an error, and never "no".
///
/// In memory there are 32 bytes for every million entries. Share one between all threads. The file
/// may be replaced while it is open; open it anew to use the new one.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_password::{BreachFilter, BreachHash};
///
/// let list = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52256179\n"; // "password"
/// let path = std::env::temp_dir().join(format!("breached-{}.filter", std::process::id()));
/// BreachFilter::builder(BreachHash::Sha1).build_from_list(list.as_bytes(), &path)?;
///
/// let filter = BreachFilter::open(&path)?;
/// assert!(filter.contains(&SecretString::from("password"))?);
/// assert!(!filter.contains(&SecretString::from("gravel umbrella saxophone"))?);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [Graf and Lemire, 2022]: https://arxiv.org/abs/2201.01174
/// [Pwned Passwords]: https://haveibeenpwned.com/Passwords
#[derive(Debug)]
pub struct BreachFilter {
    source: Source,
    header: Header,
    shards: Box<[Shard]>,
}

impl BreachFilter {
    /// Begins to build a filter from a list of hashes.
    pub const fn builder<'a>(hash: BreachHash) -> BreachFilterBuilder<'a> {
        BreachFilterBuilder::new(hash)
    }

    /// Opens a file, reads its header and the list of its shards, and checks them. The rest is
    /// checked when it is read.
    ///
    /// # Errors
    ///
    /// - [`BreachFilterError::NotAFilter`]: this is another kind of file.
    /// - [`BreachFilterError::Unsupported`]: it is of a later format.
    /// - [`BreachFilterError::Damaged`]: it was cut or changed.
    /// - [`BreachFilterError::Io`]: it was not read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BreachFilterError> {
        Self::from_source(Source::File(File::open(path)?))
    }

    /// Reads a filter that lies in memory: the bytes of such a file.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, BreachFilterError> {
        Self::from_source(Source::Bytes(bytes.into_boxed_slice()))
    }

    fn from_source(source: Source) -> Result<Self, BreachFilterError> {
        let len = source.len()?;
        if len < BLOCK as u64 {
            return Err(BreachFilterError::NotAFilter);
        }
        let mut block = [0; BLOCK];
        source.read_exact_at(&mut block, 0)?;
        let header = Header::from_block(&block)?;
        let list_len = (header.shards as usize).saturating_mul(Shard::LEN);
        let list_at = len.checked_sub(list_len as u64).ok_or(BreachFilterError::Damaged)?;
        let mut list = vec![0; list_len];
        source.read_exact_at(&mut list, list_at)?;
        if !header.is_sealed(&block, &list) {
            return Err(BreachFilterError::Damaged);
        }
        let (list, _) = list.as_chunks();
        let shards: Option<Box<[Shard]>> = list.iter().map(Shard::from_bytes).collect();
        let filter = Self { source, header, shards: shards.ok_or(BreachFilterError::Damaged)? };
        let blocks = filter.count_blocks().ok_or(BreachFilterError::Damaged)?;
        if list_at != offset_of(blocks) {
            return Err(BreachFilterError::Damaged);
        }
        Ok(filter)
    }

    /// Adds up the blocks of the shards, when each begins where the one before ends, and their keys
    /// rise. A seal is no secret, so that a file can be sealed and hostile.
    fn count_blocks(&self) -> Option<u32> {
        let (mut blocks, mut entries, mut last) = (0_u32, 0_u64, None);
        for shard in &self.shards {
            if shard.first_block != blocks || last >= Some(shard.least_key) {
                return None;
            }
            let slots = shard.layout.slots();
            let per_block = self.header.false_positives.slots_per_block();
            blocks = blocks.checked_add(slots.div_ceil(per_block))?;
            entries = entries.checked_add(u64::from(shard.entries))?;
            last = Some(shard.least_key);
        }
        (entries == self.header.entries).then_some(blocks)
    }

    /// Whether a password is in the list; by accident also one in 65,536 that is not, or one in 256.
    ///
    /// It is looked for as it is, large and small letters apart. Ask a
    /// [`PasswordPolicy`](crate::PasswordPolicy) before: it bounds the length.
    ///
    /// # Errors
    ///
    /// - [`BreachFilterError::Damaged`]: what was read is not what was written.
    /// - [`BreachFilterError::Io`]: nothing was read.
    pub fn contains(&self, password: &SecretString) -> Result<bool, BreachFilterError> {
        self.contains_key(self.header.hash.key(password))
    }

    pub(crate) fn contains_key(&self, key: u64) -> Result<bool, BreachFilterError> {
        let shards_up_to = self.shards.partition_point(|shard| shard.least_key <= key);
        let shard = shards_up_to.checked_sub(1).and_then(|place| self.shards.get(place));
        let Some(shard) = shard else {
            return Ok(false);
        };
        let (places, fingerprint) = shard.layout.find(key);
        let mut block = Block::default();
        let mut sum = fingerprint;
        for place in places {
            sum ^= self.slot(shard, place, &mut block)?;
        }
        Ok(match self.header.false_positives {
            FalsePositives::OneIn256 => sum.to_le_bytes().first() == Some(&0),
            FalsePositives::OneIn65536 => sum == 0,
        })
    }

    /// Reads one slot, by way of `block`, which holds what was read last.
    fn slot(&self, shard: &Shard, place: u32, block: &mut Block) -> Result<u16, BreachFilterError> {
        let per_block = self.header.false_positives.slots_per_block();
        let within_shard = place.checked_div(per_block).unwrap_or(0);
        let number = shard.first_block.saturating_add(within_shard);
        let slots = self.read(number, block)?;
        let place = place.checked_rem(per_block).unwrap_or(0) as usize;
        let slot = match self.header.false_positives {
            FalsePositives::OneIn256 => slots.get(place).map(|slot| u16::from(*slot)),
            FalsePositives::OneIn65536 => {
                slots.as_chunks().0.get(place).map(|slot| u16::from_le_bytes(*slot))
            }
        };
        slot.ok_or(BreachFilterError::Damaged)
    }

    /// Reads a block and checks it, unless it is there already, and lends its slots.
    fn read<'a>(&self, number: u32, block: &'a mut Block) -> Result<&'a [u8], BreachFilterError> {
        if block.number != Some(number) {
            block.number = None;
            self.source.read_exact_at(&mut block.bytes, offset_of(number))?;
            let (slots, seal) = block.bytes.split_at(SLOT_BYTES);
            if block_seal(number, slots) != seal {
                return Err(BreachFilterError::Damaged);
            }
            block.number = Some(number);
        }
        Ok(block.bytes.split_at(SLOT_BYTES).0)
    }

    /// Reads the whole file and checks it: after a download or a copy, say.
    ///
    /// # Errors
    ///
    /// As for [`contains`](Self::contains).
    pub fn check_whole(&self) -> Result<(), BreachFilterError> {
        let blocks = self.count_blocks().ok_or(BreachFilterError::Damaged)?;
        let mut block = Block::default();
        (0..blocks).try_for_each(|number| self.read(number, &mut block).map(|_| ()))
    }

    /// Returns the number of passwords in the list.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.header.entries
    }

    /// Returns which hash the list holds.
    #[must_use]
    pub const fn hash(&self) -> BreachHash {
        self.header.hash
    }

    /// Returns how often a password that is not in the list is found.
    #[must_use]
    pub const fn false_positives(&self) -> FalsePositives {
        self.header.false_positives
    }
}

/// The block that was read last.
struct Block {
    number: Option<u32>,
    bytes: [u8; BLOCK],
}

impl Default for Block {
    fn default() -> Self {
        Self { number: None, bytes: [0; BLOCK] }
    }
}

/// Where a block stands: the header is as long as a block.
fn offset_of(block: u32) -> u64 {
    u64::from(block).saturating_add(1).saturating_mul(BLOCK as u64)
}

#[cfg(test)]
mod tests;
