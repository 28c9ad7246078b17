//! A thread that computes tags, one after the other, in memory that it keeps.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use bartizan_argon2::Kernel;

use crate::argon2id::Arena;
use crate::params::Cost;
use crate::pool::queue::{Queue, Work};

/// What a worker tells whoever watches it: nobody, but for tests.
pub(super) trait Watch: Send + Sync + 'static {
    /// The work begins.
    fn begins(&self, _work: &Work) {}

    /// The answer is out, and the memory wiped.
    fn wiped(&self, _arena: &Arena) {}
}

impl Watch for () {}

/// Works until the queue is closed. `cost` says how much memory to have from the start.
pub(super) fn work(queue: &Queue, kernel: Kernel, cost: &Cost, watch: &impl Watch) {
    let mut arena = Arena::for_cost(kernel, cost);
    while let Some(job) = queue.take() {
        // Nothing is known to panic. Should it happen, one caller hears that the pool is busy, and
        // the pool goes on with memory that is new.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            watch.begins(&job.work);
            arena.tag(&job.work.input())
        }));
        // The place is free before the answer is out, so that who has it finds one.
        queue.finish(outcome.is_ok());
        match outcome {
            Ok(answer) => job.answer(answer),
            Err(_) => arena = Arena::new(kernel),
        }
        // With the job goes its copy of the password.
        drop(job);
        arena.wipe();
        watch.wiped(&arena);
    }
}
