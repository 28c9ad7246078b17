use core::fmt;

use argon2::Block;
use zeroize::optimization_barrier;

use crate::error::OutOfMemory;
use crate::kernel::{Kernel, Words};
use crate::params::Params;

mod pages;

use pages::Pages;

/// The memory that Argon2 fills, to be used again and again by one hash at a time.
///
/// Whoever reads it after a hash can try passwords at little cost, so it is wiped when dropped,
/// when it grows, and by [`wipe`](Self::wipe); a next hash writes over what the last one left.
/// Memory that is already there costs no page faults, which are half the time of some hashes.
///
/// On Linux a kernel's memory lies in large pages and is left out of core dumps, where the system
/// allows. [`Kernel::Portable`] needs memory of another kind, so a hash by it and one by another
/// kernel take turns at the price of memory that is new.
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
pub struct Memory {
    space: Space,
    /// How many blocks, from the first, may hold something.
    used: usize,
}

enum Space {
    /// For the `argon2` crate.
    Blocks(Vec<Block>),
    /// For the kernels.
    Pages(Pages),
}

impl Memory {
    /// Starts with none: the first hash takes what it needs.
    #[must_use]
    pub const fn new() -> Self {
        Self { space: Space::Blocks(Vec::new()), used: 0 }
    }

    /// Takes what a hash with `params` needs, and touches all of it.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`]: the machine does not have it.
    pub fn for_params(params: &Params) -> Result<Self, OutOfMemory> {
        Self::for_kernel(params, Kernel::detect())
    }

    /// As [`for_params`](Self::for_params), for hashes by a kernel that was chosen.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`]: the machine does not have it.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_argon2::{Kernel, Memory, Params};
    ///
    /// let memory = Memory::for_kernel(&Params::new(64, 1, 1, 32)?, Kernel::Portable)?;
    /// assert_eq!(memory.size_kib(), 64);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_kernel(params: &Params, kernel: Kernel) -> Result<Self, OutOfMemory> {
        let mut memory = Self::new();
        let count = params.block_count();
        match kernel {
            Kernel::Portable => memory.take_blocks(count)?,
            Kernel::Avx2 | Kernel::Avx512 => memory.take_pages(count)?,
        }
        Ok(memory)
    }

    /// Returns how much there is, in KiB.
    #[must_use]
    pub fn size_kib(&self) -> usize {
        match &self.space {
            Space::Blocks(blocks) => blocks.len(),
            Space::Pages(pages) => pages.count(),
        }
    }

    /// Overwrites what hashes left with zeros.
    pub fn wipe(&mut self) {
        // One long fill, which runs several times as fast as one of each word. The barrier has the
        // compiler believe that somebody reads what was filled.
        match &mut self.space {
            Space::Blocks(blocks) => {
                let used = self.used.min(blocks.len());
                let used = blocks.get_mut(..used).unwrap_or_default();
                used.fill(Block::new());
                optimization_barrier(used);
            }
            Space::Pages(pages) => {
                let used = self.used.min(pages.count());
                let used = pages.blocks_mut().get_mut(..used).unwrap_or_default();
                used.as_flattened_mut()
                    .as_flattened_mut()
                    .as_flattened_mut()
                    .as_flattened_mut()
                    .fill(0);
                optimization_barrier(used);
            }
        }
        self.used = 0;
    }

    /// Lends as many blocks as are asked for to the `argon2` crate, with anything in them.
    pub(crate) fn blocks(&mut self, count: usize) -> Result<&mut [Block], OutOfMemory> {
        if !matches!(&self.space, Space::Blocks(blocks) if blocks.len() >= count) {
            self.take_blocks(count)?;
        }
        self.used = self.used.max(count);
        match &mut self.space {
            Space::Blocks(blocks) => blocks.get_mut(..count).ok_or(OutOfMemory(())),
            Space::Pages(_) => Err(OutOfMemory(())),
        }
    }

    /// Lends as many blocks as are asked for to a kernel, with anything in them.
    pub(crate) fn words(&mut self, count: usize) -> Result<&mut [Words], OutOfMemory> {
        if !matches!(&self.space, Space::Pages(pages) if pages.count() >= count) {
            self.take_pages(count)?;
        }
        self.used = self.used.max(count);
        match &mut self.space {
            Space::Pages(pages) => pages.blocks_mut().get_mut(..count).ok_or(OutOfMemory(())),
            Space::Blocks(_) => Err(OutOfMemory(())),
        }
    }

    fn take_blocks(&mut self, count: usize) -> Result<(), OutOfMemory> {
        self.give_back();
        let mut blocks = Vec::new();
        blocks.try_reserve_exact(count).map_err(|_| OutOfMemory(()))?;
        blocks.resize(count, Block::new());
        self.space = Space::Blocks(blocks);
        Ok(())
    }

    fn take_pages(&mut self, count: usize) -> Result<(), OutOfMemory> {
        self.give_back();
        self.space = Space::Pages(Pages::new(count).ok_or(OutOfMemory(()))?);
        Ok(())
    }

    /// Comes before taking more, so that both are never held at once.
    fn give_back(&mut self) {
        self.wipe();
        self.space = Space::Blocks(Vec::new());
    }

    /// Returns whether all of it is zero. It reads every byte, so it is for tests.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match &self.space {
            Space::Blocks(blocks) => {
                blocks.iter().all(|block| block.as_ref().iter().all(|word| *word == 0))
            }
            Space::Pages(pages) => {
                let words = pages.blocks().as_flattened().as_flattened().as_flattened();
                words.as_flattened().iter().all(|word| *word == 0)
            }
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
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
