//! Where a job sits while it is run.

use core::hint::spin_loop;
use core::time::Duration;
use std::sync::Arc;

use bartizan_argon2::Kernel;

use crate::argon2id::{Arena, NoTag};
use crate::check::{Check, Outcome};
use crate::hasher::TAG_BYTES;
use crate::make::Make;
use crate::params::Cost;
use crate::phc::Phc;
use crate::pool::effort::Effort;
use crate::pool::own_times::OwnTimes;
use crate::stored::StoredHash;

/// What all seats of a pool have in common.
#[derive(Clone)]
pub(super) struct SeatPlan {
    pub(super) kernel: Kernel,
    pub(super) own_cost: Cost,
    pub(super) own_times: Arc<OwnTimes>,
    pub(super) failed_check_at_least: Duration,
}

/// What a worker lends to one job after the other. Between two jobs the arena is wiped.
pub(crate) struct Seat {
    plan: SeatPlan,
    arena: Arena,
    effort: Effort,
    did_own_work: bool,
}

impl Seat {
    /// Takes the memory for a hash of the pool's own cost, where the machine has it.
    pub(super) fn new(plan: SeatPlan) -> Self {
        let arena = Arena::for_cost(plan.kernel, &plan.own_cost);
        Self { plan, arena, effort: Effort::start(), did_own_work: false }
    }

    /// Computes one hash, so that its time is known before the first job comes.
    pub(super) fn warm_up(&mut self) -> Duration {
        self.begin();
        // Without memory the first job will say so.
        let _ = nobodys(self.plan.own_cost).tag(&[], &[], TAG_BYTES, &mut self.arena);
        self.record(self.effort.worked());
        self.wipe();
        self.took()
    }

    /// Turns to the next job.
    pub(super) fn begin(&mut self) {
        (self.effort, self.did_own_work) = (Effort::start(), false);
        self.arena.forget_filled_kib();
    }

    /// Computes a new hash in the worker's memory.
    pub(crate) fn make(&mut self, make: Make) -> Result<StoredHash, NoTag> {
        let effort = Effort::start();
        let made = make.run(&mut self.arena)?;
        self.record(effort.worked());
        Ok(made)
    }

    /// Checks a password in the worker's memory. A failed check ends no sooner than others do.
    pub(crate) fn check(&mut self, check: &Check) -> Result<Outcome, NoTag> {
        let effort = Effort::start();
        let outcome = check.run(&mut self.arena)?;
        if check.is_of_own_cost() {
            self.record(effort.worked());
        }
        if outcome != Outcome::Match {
            self.top_up();
        }
        Ok(outcome)
    }

    fn record(&mut self, time: Duration) {
        self.did_own_work = true;
        self.plan.own_times.record(time);
    }

    /// Works on until the job has taken as long as a failed check is to take, so that the time
    /// does not tell what kind of hash was stored ([OWASP ASVS 5.0, V6.3.8]). For the end of a
    /// check that failed.
    ///
    /// After a check of the pool's own cost that is only as long as was set for all. After any
    /// other it is as much of the processor's time as one of the last hashes of the pool's own cost
    /// took, each in turn: so the two spread alike, and what else the machine does falls on both.
    ///
    /// [OWASP ASVS 5.0, V6.3.8]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
    fn top_up(&mut self) {
        let own = if self.did_own_work { None } else { self.plan.own_times.draw() };
        let (own, least) = (own.unwrap_or_default(), self.plan.failed_check_at_least);
        let slice = nobodys(slice_of(&self.plan.own_cost));
        let (effort, arena) = (self.effort, &mut self.arena);
        let left = || {
            let of_work = own.saturating_sub(effort.worked());
            of_work.max(least.saturating_sub(effort.took()))
        };
        // Whatever comes of it: what counts is the time.
        work_off(left, || drop(slice.tag(&[], &[], TAG_BYTES, arena)));
    }

    /// How many KiB were filled for the job, over all passes.
    pub(super) const fn filled_kib(&self) -> u64 {
        self.arena.filled_kib()
    }

    /// How long the job has run.
    pub(super) fn took(&self) -> Duration {
        self.effort.took()
    }

    #[cfg(test)]
    pub(super) const fn memory(&self) -> &bartizan_argon2::Memory {
        self.arena.memory()
    }

    /// Overwrites what the job left, and keeps the memory.
    pub(super) fn wipe(&mut self) {
        self.arena.wipe();
    }

    /// Exchanges the memory, which is wiped, for new.
    pub(super) fn renew(&mut self) {
        self.arena = Arena::new(self.plan.kernel);
    }
}

/// Runs slices of work until no time is left, and turns on the spot for what is less than a slice.
/// It never sleeps: a processor that rests tells as much as an early answer.
fn work_off(mut left: impl FnMut() -> Duration, mut slice: impl FnMut()) {
    let (mut now, mut slice_took) = (left(), Duration::ZERO);
    while !now.is_zero() {
        if now > slice_took {
            slice();
            let after = left();
            slice_took = now.saturating_sub(after);
            now = after;
        } else {
            spin_loop();
            now = left();
        }
    }
}

/// Work that is nobody's hash.
fn nobodys(cost: Cost) -> Phc {
    Phc::new(cost, b"nobody's salt", false)
}

/// About a hundredth of a hash.
fn slice_of(own: &Cost) -> Cost {
    let kib = own.total_kib().checked_div(100).unwrap_or_default().max(8);
    Cost { memory_kib: u32::try_from(kib).unwrap_or(8), passes: 1, lanes: 1 }
}

#[cfg(test)]
mod tests;
