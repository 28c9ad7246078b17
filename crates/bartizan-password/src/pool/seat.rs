//! Where a job sits while it is run.

use core::hint::spin_loop;
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use bartizan_argon2::Kernel;

use crate::argon2id::{Arena, NoTag};
use crate::check::{Check, Outcome};
use crate::hasher::TAG_BYTES;
use crate::make::Make;
use crate::params::Cost;
use crate::phc::Phc;
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
    began: Instant,
    did_own_work: bool,
}

impl Seat {
    /// Takes the memory for a hash of the pool's own cost, where the machine has it.
    pub(super) fn new(plan: SeatPlan) -> Self {
        let arena = Arena::for_cost(plan.kernel, &plan.own_cost);
        Self { plan, arena, began: Instant::now(), did_own_work: false }
    }

    /// Computes one hash, so that its time is known before the first job comes.
    pub(super) fn warm_up(&mut self) -> Duration {
        self.begin();
        // Without memory the first job will say so.
        let _ = nobodys(self.plan.own_cost).tag(&[], &[], TAG_BYTES, &mut self.arena);
        self.record(self.began.elapsed());
        self.wipe();
        self.began.elapsed()
    }

    /// Turns to the next job.
    pub(super) fn begin(&mut self) {
        (self.began, self.did_own_work) = (Instant::now(), false);
        self.arena.forget_filled_kib();
    }

    /// Computes a new hash in the worker's memory.
    pub(crate) fn make(&mut self, make: Make) -> Result<StoredHash, NoTag> {
        let start = Instant::now();
        let made = make.run(&mut self.arena)?;
        self.record(start.elapsed());
        Ok(made)
    }

    /// Checks a password in the worker's memory. A failed check ends no sooner than others do.
    pub(crate) fn check(&mut self, check: &Check) -> Result<Outcome, NoTag> {
        let start = Instant::now();
        let outcome = check.run(&mut self.arena)?;
        if check.is_of_own_cost() {
            self.record(start.elapsed());
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
    /// other it is as long as one of the last checks of the pool's own cost took, each in turn: so
    /// the two have the same times, not on the average alone.
    ///
    /// [OWASP ASVS 5.0, V6.3.8]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
    fn top_up(&mut self) {
        let own = if self.did_own_work { None } else { self.plan.own_times.draw() };
        let target = own.unwrap_or_default().max(self.plan.failed_check_at_least);
        let slice = nobodys(slice_of(&self.plan.own_cost));
        let (began, arena) = (self.began, &mut self.arena);
        // Whatever comes of it: what counts is the time.
        let work = || drop(slice.tag(&[], &[], TAG_BYTES, arena));
        work_until(target, || began.elapsed(), work);
    }

    /// How many KiB were filled for the job, over all passes.
    pub(super) const fn filled_kib(&self) -> u64 {
        self.arena.filled_kib()
    }

    /// How long the job has run.
    pub(super) fn took(&self) -> Duration {
        self.began.elapsed()
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

/// Runs slices of work until the target, and turns on the spot for what is less than a slice.
/// It never sleeps: a processor that rests tells as much as an early answer.
fn work_until(target: Duration, mut elapsed: impl FnMut() -> Duration, mut slice: impl FnMut()) {
    let (mut now, mut slice_took) = (elapsed(), Duration::ZERO);
    while now < target {
        if target.saturating_sub(now) > slice_took {
            slice();
            let after = elapsed();
            slice_took = after.saturating_sub(now);
            now = after;
        } else {
            spin_loop();
            now = elapsed();
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
