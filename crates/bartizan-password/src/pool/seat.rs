//! Where a job sits while it is run.

use core::hint::spin_loop;
use core::time::Duration;
use std::sync::Arc;

use bartizan_argon2::Kernel;
use bartizan_core::{SecretBytes, SecretString};

use crate::argon2id::{Arena, Input, NoTag};
use crate::params::Cost;
use crate::pool::effort::Effort;
use crate::pool::own_times::OwnTimes;

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
    filled_kib: u64,
}

impl Seat {
    /// Takes the memory for a hash of the pool's own cost, where the machine has it.
    pub(super) fn new(plan: SeatPlan) -> Self {
        let arena = Arena::for_cost(plan.kernel, &plan.own_cost);
        Self { plan, arena, effort: Effort::start(), did_own_work: false, filled_kib: 0 }
    }

    /// Computes one hash, so that its time is known before the first job comes.
    pub(super) fn warm_up(&mut self) -> Duration {
        self.begin();
        let cost = self.plan.own_cost;
        // Without memory the first job will say so.
        let _ = self.tag(&nobodys(&SecretString::from(""), cost));
        self.wipe();
        self.took()
    }

    /// Turns to the next job.
    pub(super) fn begin(&mut self) {
        (self.effort, self.did_own_work, self.filled_kib) = (Effort::start(), false, 0);
    }

    /// Computes a tag in the worker's memory.
    pub(crate) fn tag(&mut self, input: &Input<'_>) -> Result<SecretBytes, NoTag> {
        let effort = Effort::start();
        let tag = self.arena.tag(input)?;
        self.filled_kib = self.filled_kib.saturating_add(input.cost.total_kib());
        if input.cost == self.plan.own_cost {
            self.did_own_work = true;
            self.plan.own_times.record(effort.worked());
        }
        Ok(tag)
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
    pub(crate) fn top_up(&mut self) {
        let own = if self.did_own_work { None } else { self.plan.own_times.draw() };
        let (own, least) = (own.unwrap_or_default(), self.plan.failed_check_at_least);
        let (password, cost) = (&SecretString::from(""), slice_of(&self.plan.own_cost));
        let (effort, arena, mut slices) = (self.effort, &mut self.arena, 0_u64);
        let left = || {
            let of_work = own.saturating_sub(effort.worked());
            of_work.max(least.saturating_sub(effort.took()))
        };
        work_off(left, || {
            // Whatever comes of it: what counts is the time.
            let _ = arena.tag(&nobodys(password, cost));
            slices = slices.saturating_add(1);
        });
        let filled_kib = slices.saturating_mul(cost.total_kib());
        self.filled_kib = self.filled_kib.saturating_add(filled_kib);
    }

    /// How many KiB were filled for the job, over all passes.
    pub(super) const fn filled_kib(&self) -> u64 {
        self.filled_kib
    }

    /// How long the job has run.
    pub(super) fn took(&self) -> Duration {
        self.effort.took()
    }

    /// Overwrites what the job left, and keeps the memory.
    pub(super) fn wipe(&mut self) {
        self.arena.wipe();
    }

    /// Exchanges the memory, which is wiped, for new.
    pub(super) fn renew(&mut self) {
        self.arena = Arena::new(self.plan.kernel);
    }

    #[cfg(test)]
    pub(super) const fn arena(&self) -> &Arena {
        &self.arena
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
const fn nobodys(password: &SecretString, cost: Cost) -> Input<'_> {
    Input { password, salt: b"nobody's salt", cost, tag_len: 32 }
}

/// About a hundredth of a hash.
fn slice_of(own: &Cost) -> Cost {
    let kib = own.total_kib().checked_div(100).unwrap_or_default().max(8);
    Cost { memory_kib: u32::try_from(kib).unwrap_or(8), passes: 1, lanes: 1 }
}

#[cfg(test)]
mod tests;
