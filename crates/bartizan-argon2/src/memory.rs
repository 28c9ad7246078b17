use core::fmt;

use argon2::Block;
use zeroize::Zeroize as _;

use crate::error::OutOfMemory;
use crate::params::Params;

/// The memory that Argon2 fills, to be used again and again by one hash at a time.
///
/// Whoever reads it after a hash can try passwords at little cost, so it is wiped when dropped,
/// when it grows, and by [`wipe`](Self::wipe); a next hash writes over what the last one left.
/// Memory that is already there costs no page faults, which are half the time of some hashes.
///
/// ```
/// use bartizan_argon2::{Memory, Params};
///
/// let params = Params::new(19_456, 2, 1, 32)?;
/// let memory = Memory::for_params(&params)?;
/// assert_eq!(memory.size_kib(), 19_456);
/// assert!(memory.is_blank());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct Memory {
    blocks: Vec<Block>,
    /// How many blocks, from the first, may hold something.
    used: usize,
}

impl Memory {
    /// Starts with none: the first hash takes what it needs.
    #[must_use]
    pub const fn new() -> Self {
        Self { blocks: Vec::new(), used: 0 }
    }

    /// Takes what a hash with `params` needs, and touches all of it.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`]: the machine does not have it.
    pub fn for_params(params: &Params) -> Result<Self, OutOfMemory> {
        let mut memory = Self::new();
        memory.grow(params.block_count())?;
        Ok(memory)
    }

    /// Returns how much there is, in KiB.
    #[must_use]
    pub fn size_kib(&self) -> usize {
        self.blocks.len()
    }

    /// Overwrites what hashes left with zeros.
    pub fn wipe(&mut self) {
        for block in self.blocks.iter_mut().take(self.used) {
            block.as_mut().zeroize();
        }
        self.used = 0;
    }

    /// Lends as many blocks as are asked for, with anything in them.
    pub(crate) fn blocks(&mut self, count: usize) -> Result<&mut [Block], OutOfMemory> {
        if self.blocks.len() < count {
            self.grow(count)?;
        }
        self.used = self.used.max(count);
        self.blocks.get_mut(..count).ok_or(OutOfMemory(()))
    }

    /// Gives back what there is before it takes more, so that both are never held at once.
    fn grow(&mut self, count: usize) -> Result<(), OutOfMemory> {
        self.wipe();
        self.blocks = Vec::new();
        self.blocks.try_reserve_exact(count).map_err(|_| OutOfMemory(()))?;
        self.blocks.resize(count, Block::new());
        Ok(())
    }

    /// Returns whether all of it is zero. It reads every byte, so it is for tests.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.blocks.iter().all(|block| block.as_ref().iter().all(|word| *word == 0))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} KiB)", self.size_kib())
    }
}
