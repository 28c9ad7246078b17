//! Where a job sits while it is run.

use bartizan_argon2::Kernel;

use crate::argon2id::Arena;
use crate::params::Cost;

/// What a worker lends to one job after the other. Between two jobs the arena is wiped.
pub(crate) struct Seat {
    kernel: Kernel,
    arena: Arena,
}

impl Seat {
    /// Takes the memory for `cost` at once, where the machine has it.
    pub(super) fn new(kernel: Kernel, cost: &Cost) -> Self {
        Self { kernel, arena: Arena::for_cost(kernel, cost) }
    }

    /// Lends the worker's memory.
    pub(crate) const fn arena(&mut self) -> &mut Arena {
        &mut self.arena
    }

    /// Overwrites what the job left, and keeps the memory.
    pub(super) fn wipe(&mut self) {
        self.arena.wipe();
    }

    /// Exchanges the memory, which is wiped, for new.
    pub(super) fn renew(&mut self) {
        self.arena = Arena::new(self.kernel);
    }
}
