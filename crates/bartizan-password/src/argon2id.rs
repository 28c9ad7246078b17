//! Argon2 over memory that is wiped: [RFC 9106].
//!
//! [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106

use bartizan_argon2::{Algorithm, Argon2, Kernel, Memory, Params, Version};
use bartizan_core::SecretBytes;

use crate::params::Cost;

/// What a tag is computed from. Lengths and cost were checked by whoever made it.
pub(crate) struct Input<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) version: Version,
    pub(crate) password: &'a [u8],
    pub(crate) salt: &'a [u8],
    /// Empty where there is none.
    pub(crate) secret: &'a [u8],
    pub(crate) cost: Cost,
    /// In bytes.
    pub(crate) tag_len: usize,
}

/// Memory to fill, with the kernel that fills it. Wiped when dropped.
pub(crate) struct Arena {
    memory: Memory,
    kernel: Kernel,
    filled_kib: u64,
}

impl Arena {
    /// Starts with no memory: the first tag takes what it needs.
    pub(crate) const fn new(kernel: Kernel) -> Self {
        Self { memory: Memory::new(), kernel, filled_kib: 0 }
    }

    /// Takes the memory for `cost` and touches it, where the machine has it; else the first tag
    /// tries again.
    pub(crate) fn for_cost(kernel: Kernel, cost: &Cost) -> Self {
        let memory = params(cost, 32).and_then(|params| Memory::for_kernel(&params, kernel).ok());
        Self { memory: memory.unwrap_or_default(), kernel, filled_kib: 0 }
    }

    /// Computes a tag. The input was checked, so memory is all that can be missing.
    pub(crate) fn tag(&mut self, input: &Input<'_>) -> Result<SecretBytes, NoTag> {
        #[cfg(test)]
        work::record(&input.cost);
        let params = params(&input.cost, input.tag_len).ok_or(NoTag::OutOfMemory)?;
        let argon2 = Argon2::new(input.algorithm, input.version, params)
            .with_kernel(self.kernel)
            .map_err(|_| NoTag::OutOfMemory)?
            .with_secret(input.secret)
            .map_err(|_| NoTag::OutOfMemory)?;
        let tag = SecretBytes::init(input.tag_len, |tag| {
            argon2
                .hash_into(input.password, input.salt, &mut self.memory, tag)
                .map_err(|_| NoTag::OutOfMemory)
        })?;
        self.filled_kib = self.filled_kib.saturating_add(input.cost.total_kib());
        Ok(tag)
    }

    /// Gives the memory back, wiped. The next tag takes what it needs.
    pub(crate) fn release(&mut self) {
        self.memory = Memory::new();
    }

    /// Overwrites what tags left, and keeps the memory.
    pub(crate) fn wipe(&mut self) {
        self.memory.wipe();
    }

    /// How many KiB were filled, over all passes, since it was last asked to forget.
    pub(crate) const fn filled_kib(&self) -> u64 {
        self.filled_kib
    }

    pub(crate) const fn forget_filled_kib(&mut self) {
        self.filled_kib = 0;
    }

    #[cfg(test)]
    pub(crate) const fn memory(&self) -> &Memory {
        &self.memory
    }
}

fn params(cost: &Cost, tag_len: usize) -> Option<Params> {
    Params::new(cost.memory_kib, cost.passes, cost.lanes, tag_len).ok()
}

/// Why there is no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTag {
    /// The machine has no memory for Argon2 to fill.
    OutOfMemory,
}

/// How much work a test caused: counted, since times tell little on a busy machine.
#[cfg(test)]
pub(crate) mod work {
    use core::cell::Cell;

    use crate::params::Cost;

    thread_local! {
        static FILLED_KIB: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn record(cost: &Cost) {
        FILLED_KIB.with(|filled| filled.set(filled.get().saturating_add(cost.total_kib())));
    }

    /// Returns how many KiB `job` had filled, over all passes.
    pub(crate) fn filled_kib(job: impl FnOnce()) -> u64 {
        FILLED_KIB.with(|filled| filled.set(0));
        job();
        FILLED_KIB.with(Cell::get)
    }
}
