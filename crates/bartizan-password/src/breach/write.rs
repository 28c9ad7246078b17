//! Writing a file: shard by shard, and under its name only when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::BreachBuildError;
use super::format::{BLOCK, Header, MAX_SHARDS, SHARD_ENTRIES, SLOT_BYTES, Shard, block_seal};
use super::{BreachHash, FalsePositives};
use crate::fuse_build::{Built, build, layout_to_bytes};

/// Writes all but the header.
#[derive(Debug)]
pub(crate) struct ShardWriter<W> {
    out: W,
    false_positives: FalsePositives,
    /// The keys of the shard to come, which rise.
    keys: Vec<u64>,
    pub(crate) last: Option<u64>,
    pub(crate) entries: u64,
    blocks: u32,
    list: Vec<u8>,
}

impl<W: Write> ShardWriter<W> {
    /// Leaves room for the header.
    pub(crate) fn new(mut out: W, false_positives: FalsePositives) -> io::Result<Self> {
        out.write_all(&[0; BLOCK])?;
        let (keys, list) = (Vec::new(), Vec::new());
        Ok(Self { out, false_positives, keys, last: None, entries: 0, blocks: 0, list })
    }

    /// Adds a key, which must not be below the last. Returns whether a shard was written.
    pub(crate) fn push(&mut self, key: u64) -> Result<bool, BreachBuildError> {
        if self.last == Some(key) {
            return Ok(false);
        }
        let is_full = self.keys.len() == SHARD_ENTRIES;
        if is_full {
            self.write_shard()?;
        }
        self.keys.push(key);
        self.last = Some(key);
        Ok(is_full)
    }

    fn write_shard(&mut self) -> Result<(), BreachBuildError> {
        let Some(least_key) = self.keys.first() else {
            return Ok(());
        };
        if self.list.len() / Shard::LEN >= MAX_SHARDS as usize {
            return Err(BreachBuildError::TooLarge);
        }
        let entries = u32::try_from(self.keys.len()).map_err(|_| BreachBuildError::TooLarge)?;
        let Built { layout, slots } = build(&self.keys).ok_or(BreachBuildError::TooLarge)?;
        self.list.extend(least_key.to_le_bytes());
        self.list.extend(layout_to_bytes(&layout));
        self.list.extend(self.blocks.to_le_bytes());
        self.list.extend(entries.to_le_bytes());
        for slots in slots.chunks(self.false_positives.slots_per_block() as usize) {
            self.write_block(slots)?;
        }
        self.entries = self.entries.saturating_add(entries.into());
        self.keys.clear();
        Ok(())
    }

    fn write_block(&mut self, slots: &[u16]) -> Result<(), BreachBuildError> {
        let mut block = [0; SLOT_BYTES];
        let width = usize::from(self.false_positives.bits() / 8);
        let bytes = slots.iter().flat_map(|slot| slot.to_le_bytes().into_iter().take(width));
        block.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        self.out.write_all(&block)?;
        self.out.write_all(&block_seal(self.blocks, &block))?;
        self.blocks = self.blocks.checked_add(1).ok_or(BreachBuildError::TooLarge)?;
        Ok(())
    }

    /// Writes the list of shards, and returns the header, the file and the number of entries.
    pub(crate) fn finish(
        mut self,
        hash: BreachHash,
    ) -> Result<([u8; BLOCK], W, u64), BreachBuildError> {
        self.write_shard()?;
        let shards = u32::try_from(self.list.len() / Shard::LEN);
        let shards = shards.map_err(|_| BreachBuildError::TooLarge)?;
        if shards == 0 {
            return Err(BreachBuildError::Empty);
        }
        self.out.write_all(&self.list)?;
        let (false_positives, entries) = (self.false_positives, self.entries);
        let header = Header { hash, false_positives, shards, entries };
        Ok((header.to_block(&self.list), self.out, entries))
    }
}

/// A file beside the one to be, which goes away unless it takes its place.
#[derive(Debug)]
pub(crate) struct Temporary<'a> {
    path: PathBuf,
    target: &'a Path,
    file: File,
}

impl<'a> Temporary<'a> {
    pub(crate) fn create(target: &'a Path) -> io::Result<Self> {
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut last = io::ErrorKind::AlreadyExists.into();
        // Another build may be at work, or have been stopped: its file is left alone.
        for number in 0..16 {
            let mut name = name.to_owned();
            name.push(format!(".{}-{number}.new", std::process::id()));
            let path = target.with_file_name(name);
            match OpenOptions::new().create_new(true).write(true).open(&path) {
                Ok(file) => return Ok(Self { path, target, file }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    pub(crate) fn writer(&self) -> io::Result<BufWriter<File>> {
        Ok(BufWriter::with_capacity(1 << 20, self.file.try_clone()?))
    }

    /// Writes the header last, so that a file without one is not whole.
    pub(crate) fn finish(self, out: BufWriter<File>, header: &[u8]) -> io::Result<()> {
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        let _start = file.seek(SeekFrom::Start(0))?;
        file.write_all(header)?;
        file.sync_all()?;
        fs::rename(&self.path, self.target)
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        // After the renaming there is none of that name.
        let _gone = fs::remove_file(&self.path);
    }
}
