//! Where a job sits while it is run.

use core::hint::spin_loop;
use core::time::Duration;
use std::sync::Arc;

use bartizan_argon2::Kernel;

use crate::argon2id::{Arena, NoTag};
use crate::check::{Check, Outcome};
use crate::effort::Effort;
use crate::hasher::TAG_BYTES;
use crate::make::Make;
use crate::params::Cost;
use crate::phc::Phc;
use crate::pool::pace::Pace;
use crate::stored::StoredHash;

/// What all seats of a pool have in common.
#[derive(Clone)]
pub(super) struct SeatPlan {
    pub(super) kernel: Kernel,
    pub(super) own_cost: Cost,
    pub(super) pace: Arc<Pace>,
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
        if self.arena.tag(&nobodys(self.plan.own_cost).input(&[], &[], TAG_BYTES)).is_ok() {
            self.record();
        }
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
        let hash = make.run(&mut self.arena)?;
        self.record();
        Ok(hash)
    }

    /// Checks a password in the worker's memory. A failed check ends no sooner than others do.
    pub(crate) fn check(&mut self, check: &Check) -> Result<Outcome, NoTag> {
        let outcome = check.run(&mut self.arena)?;
        if check.is_of_own_cost() {
            self.record();
        }
        if outcome != Outcome::Match {
            self.top_up();
        }
        Ok(outcome)
    }

    /// Takes note of a hash of the pool's own cost.
    fn record(&mut self) {
        self.did_own_work = true;
        self.plan.pace.record(self.arena.laps());
    }

    /// Works on until the job has taken as long as a failed check is to take, so that the time
    /// does not tell what kind of hash was stored ([OWASP ASVS 5.0, V6.3.8]). For the end of a
    /// check that failed.
    ///
    /// [OWASP ASVS 5.0, V6.3.8]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
    fn top_up(&mut self) {
        if !self.did_own_work {
            self.go_on_with_own_work();
        }
        let slice = nobodys(smaller(&self.plan.own_cost, self.plan.own_cost.total_kib() / 100));
        let (effort, least) = (self.effort, self.plan.failed_check_at_least);
        let left = || least.saturating_sub(effort.took());
        // Whatever comes of it: what counts is the time.
        work_off(left, || drop(self.arena.tag(&slice.input(&[], &[], TAG_BYTES))));
    }

    /// Begins a hash of the pool's own cost, and stops where the job has taken as long as a whole
    /// one takes. So it fills the same memory in the same way, and what else the machine does makes
    /// it as much longer.
    fn go_on_with_own_work(&mut self) {
        let own = nobodys(self.plan.own_cost);
        // An older scheme may have had it given back. To take it is not the hash's work.
        self.arena.take_memory(&own.cost);
        let rest = self.plan.pace.rest(self.effort.worked());
        if rest.is_none() {
            return;
        }
        // Whatever comes of it: what counts is the time.
        if self.plan.kernel == Kernel::Portable {
            let part = nobodys(smaller(&own.cost, rest.of(own.cost.total_kib())));
            let _ = self.arena.tag(&part.input(&[], &[], TAG_BYTES));
        } else {
            let since = Effort::start();
            let mut begin = || {
                let share = |lap| rest.share(lap, since.worked());
                self.arena.begin_tag(&own.input(&[], &[], TAG_BYTES), share)
            };
            // Even a whole one may fall short of one that took longer.
            while begin() == Ok(true) {}
        }
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

    /// Overwrites what the job left, and keeps the memory, or takes it again.
    pub(super) fn wipe(&mut self) {
        self.arena.wipe();
        self.arena.take_memory(&self.plan.own_cost);
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

/// A hash that fills so many KiB over all passes, in as much of the memory as it can.
fn smaller(own: &Cost, kib: u64) -> Cost {
    let passes = kib.div_ceil(u64::from(own.memory_kib).max(1)).max(1);
    let memory_kib = kib.checked_div(passes).unwrap_or_default().max(8);
    let fits = |number| u32::try_from(number).unwrap_or(own.memory_kib);
    Cost { memory_kib: fits(memory_kib), passes: fits(passes), lanes: 1 }
}

#[cfg(test)]
mod tests;
