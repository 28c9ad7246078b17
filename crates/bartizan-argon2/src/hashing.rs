use core::fmt;

use argon2::Block;

use crate::error::HashError;
use crate::fill::INPUT_COLUMNS;
use crate::hash::Argon2;
use crate::kernel::{Engine, Words};
use crate::memory::Memory;

/// A hash that is computed in parts, begun by [`Argon2::begin`], whose example shows it.
///
/// In parts of any number and length it comes to the same tag, by the same work in the same order.
#[must_use = "a hash that is not finished gives no tag"]
pub struct Hashing<'a> {
    argon2: &'a Argon2<'a>,
    space: Space<'a>,
    columns_left: u64,
}

enum Space<'a> {
    /// For a kernel.
    Words(Engine, &'a mut [Words]),
    /// For the `argon2` crate, with the password and the salt.
    Blocks(&'a mut [Block], (&'a [u8], &'a [u8])),
}

impl<'a> Hashing<'a> {
    /// Lengths were checked.
    pub(crate) fn new(
        argon2: &'a Argon2<'a>,
        inputs: (&'a [u8], &'a [u8]),
        memory: &'a mut Memory,
    ) -> Result<Self, HashError> {
        let (columns, count) = (argon2.params().columns(), argon2.params().block_count());
        let Some(engine) = argon2.kernel().engine() else {
            let space = Space::Blocks(memory.blocks(count)?, inputs);
            return Ok(Self { argon2, space, columns_left: columns });
        };
        let blocks = memory.words(count)?;
        argon2.fill_input_columns(inputs, blocks);
        let columns_left = columns.saturating_sub(INPUT_COLUMNS);
        Ok(Self { argon2, space: Space::Words(engine, blocks), columns_left })
    }

    /// Returns how many columns are left to fill, over all passes.
    #[must_use]
    pub const fn columns_left(&self) -> u64 {
        self.columns_left
    }

    /// Fills the next columns, or those that are left.
    ///
    /// [`Kernel::Portable`](crate::Kernel::Portable) fills none of them before
    /// [`finish`](Self::finish): the `argon2` crate computes a hash in one go.
    pub fn fill(&mut self, columns: u64) {
        if let Space::Words(engine, blocks) = &mut self.space {
            let start = self.argon2.params().columns().saturating_sub(self.columns_left);
            let columns = columns.min(self.columns_left);
            self.argon2.fill(*engine, start..start.saturating_add(columns), blocks);
            self.columns_left = self.columns_left.saturating_sub(columns);
        }
    }

    /// Fills what is left, and computes the tag.
    ///
    /// # Errors
    ///
    /// - [`HashError::TagLength`]: `tag` is not as long as the parameters say; no work was done.
    /// - [`HashError::OutOfMemory`]: the `argon2` crate refused the memory.
    pub fn finish(mut self, tag: &mut [u8]) -> Result<(), HashError> {
        if tag.len() != self.argon2.params().tag_len() {
            return Err(HashError::TagLength);
        }
        self.fill(self.columns_left);
        match self.space {
            Space::Words(_, blocks) => self.argon2.read_tag(blocks, tag),
            Space::Blocks(blocks, inputs) => {
                return self.argon2.compute_portably(inputs, blocks, tag);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Hashing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hashing")
            .field("argon2", self.argon2)
            .field("columns_left", &self.columns_left)
            .finish_non_exhaustive()
    }
}
