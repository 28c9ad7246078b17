//! Setting up a pool.

use core::time::Duration;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use bartizan_argon2::{Kernel, SelfTestError, self_test};

use crate::error::ConfigError;
use crate::hasher::PasswordHasher;
use crate::pool::HashPool;
use crate::pool::events::{Observer, PoolEvent};
use crate::pool::queue::{Limits, Queue};
use crate::pool::seat::{Seat, SeatPlan};
use crate::pool::worker;

/// Sets up a [`HashPool`], whose example shows it.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HashPoolBuilder {
    hasher: PasswordHasher,
    workers: Option<usize>,
    memory_budget_kib: Option<u32>,
    queue_depth: Option<usize>,
    max_wait_ms: u64,
    failed_check_at_least_ms: u64,
    observer: Observer,
}

impl HashPoolBuilder {
    pub(super) fn new(hasher: PasswordHasher) -> Self {
        Self {
            hasher,
            workers: None,
            memory_budget_kib: None,
            queue_depth: None,
            max_wait_ms: DEFAULT_MAX_WAIT_MS,
            failed_check_at_least_ms: 0,
            observer: Observer::default(),
        }
    }

    /// Sets how many hashes run at once at most. Default: as many as the machine runs threads.
    ///
    /// There are fewer when the budget does not hold as many hashes of the hasher's parameters.
    pub const fn workers(mut self, workers: usize) -> Self {
        self.workers = Some(workers);
        self
    }

    /// Sets the memory in KiB that all arenas together never exceed. Default: for each worker as
    /// much as the hasher's parameters say, and at least 65,536 (the second choice of [RFC 9106,
    /// section 4], and what many libraries have long taken), so that such hashes can be imported.
    ///
    /// What is above the hasher's parameters is taken only when a stored hash asks for it, and then
    /// kept.
    ///
    /// [RFC 9106, section 4]: https://www.rfc-editor.org/rfc/rfc9106#section-4
    pub const fn memory_budget_kib(mut self, kib: u32) -> Self {
        self.memory_budget_kib = Some(kib);
        self
    }

    /// Sets how many may wait while all workers are taken. Default: 32 for each worker.
    pub const fn queue_depth(mut self, depth: usize) -> Self {
        self.queue_depth = Some(depth);
        self
    }

    /// Sets the longest wait for a worker in milliseconds; the work itself comes on top. Default:
    /// 2,000.
    pub const fn max_wait_ms(mut self, ms: u64) -> Self {
        self.max_wait_ms = ms;
        self
    }

    /// Sets how long every failed check takes at least, in milliseconds. Default: 0.
    ///
    /// A failed check of a hash that costs less than a current one is topped up to the time of a
    /// current one without this. It is for tables with hashes that cost more, and says how long
    /// the costliest of them takes. The worker is kept at work as long, so attempts that fail cost
    /// that much of the pool.
    pub const fn failed_check_at_least_ms(mut self, ms: u64) -> Self {
        self.failed_check_at_least_ms = ms;
        self
    }

    /// Sets whom to tell what happens, for gauges, histograms and logs. Default: nobody.
    ///
    /// It is called on the threads of the pool and of those who ask, under no lock, and must return
    /// at once: a worker that waits for it computes nothing. Should it panic, that is ignored.
    pub fn observer(mut self, observer: impl Fn(PoolEvent) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(observer);
        self
    }

    /// Checks the settings, tests the machine's kernel against RFC 9106, starts the workers, and has
    /// each of them compute a first hash, so that all memory is there and who comes is served at
    /// once.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::WorkersOutOfRange`]: not 1 to 1,024 workers.
    /// - [`ConfigError::BudgetTooLow`]: less than one hash of the hasher's parameters takes.
    /// - [`ConfigError::QueueDepthTooHigh`]: more than 65,536 may wait.
    /// - [`ConfigError::MaxWaitOutOfRange`]: not 1 to 60,000 milliseconds.
    /// - [`ConfigError::FailedCheckTooLong`]: failed checks are to take more than 5,000
    ///   milliseconds.
    /// - [`ConfigError::WorkersUnavailable`]: the machine does not start as many threads.
    /// - [`ConfigError::SelfTestFailed`]: it computes wrong tags, also without a kernel.
    pub fn build(self) -> Result<HashPool, ConfigError> {
        let Plan { workers, arena_kib, queue_depth } = self.plan()?;
        let kernel = serving(Kernel::detect(), self_test)?;
        let limits = Limits { workers, depth: queue_depth, max_wait_ms: self.max_wait_ms };
        let queue = Queue::new(limits, self.observer);
        let seat = SeatPlan {
            kernel,
            own_cost: self.hasher.params().cost(),
            pace: Arc::default(),
            failed_check_at_least: Duration::from_millis(self.failed_check_at_least_ms),
        };

        let started = Vec::with_capacity(workers);
        let mut pool = HashPool { hasher: self.hasher, kernel, arena_kib, queue, workers: started };
        let (warm, all_warm) = channel();
        for _ in 0..workers {
            let (queue, seat, warm) = (Arc::clone(&pool.queue), seat.clone(), warm.clone());
            let worker = thread::Builder::new()
                .name("bartizan-hash".to_owned())
                .spawn(move || worker::work(&queue, Seat::new(seat), warm))
                // Those that did start end with the pool.
                .map_err(|_| ConfigError::WorkersUnavailable)?;
            pool.workers.push(worker);
        }
        drop(warm);
        // Nothing is ever sent: the last worker to let go ends the wait.
        let _ = all_warm.recv();
        Ok(pool)
    }

    fn plan(&self) -> Result<Plan, ConfigError> {
        let own_kib = self.hasher.params().memory_kib();
        let threads = || thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS);
        let workers = self.workers.unwrap_or_else(threads);
        let count = u32::try_from(workers).ok().filter(|_| (1..=MAX_WORKERS).contains(&workers));
        let count = count.ok_or(ConfigError::WorkersOutOfRange { max: MAX_WORKERS })?;

        let arena_kib = own_kib.max(DEFAULT_ARENA_KIB);
        let budget = self.memory_budget_kib.unwrap_or_else(|| arena_kib.saturating_mul(count));
        let count = count.min(budget.checked_div(own_kib).unwrap_or(0));
        let too_low = ConfigError::BudgetTooLow { min_kib: own_kib };
        let arena_kib = budget.checked_div(count).ok_or(too_low)?;

        let workers = usize::try_from(count).unwrap_or(workers);
        let default_depth = workers.saturating_mul(DEFAULT_DEPTH_PER_WORKER).min(MAX_QUEUE_DEPTH);
        let queue_depth = self.queue_depth.unwrap_or(default_depth);
        if queue_depth > MAX_QUEUE_DEPTH {
            return Err(ConfigError::QueueDepthTooHigh { max: MAX_QUEUE_DEPTH });
        }
        if !(1..=MAX_MAX_WAIT_MS).contains(&self.max_wait_ms) {
            return Err(ConfigError::MaxWaitOutOfRange { max_ms: MAX_MAX_WAIT_MS });
        }
        if self.failed_check_at_least_ms > MAX_FAILED_CHECK_MS {
            return Err(ConfigError::FailedCheckTooLong { max_ms: MAX_FAILED_CHECK_MS });
        }
        Ok(Plan { workers, arena_kib, queue_depth })
    }
}

/// What the settings come to.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    workers: usize,
    arena_kib: u32,
    queue_depth: usize,
}

/// The fastest kernel, or the portable one when that fails.
fn serving(
    fastest: Kernel,
    test: impl Fn(Kernel) -> Result<(), SelfTestError>,
) -> Result<Kernel, ConfigError> {
    let passing = [fastest, Kernel::Portable].into_iter().find(|kernel| test(*kernel).is_ok());
    passing.ok_or(ConfigError::SelfTestFailed)
}

const MAX_WORKERS: usize = 1_024;
const MAX_QUEUE_DEPTH: usize = 65_536;
const MAX_MAX_WAIT_MS: u64 = 60_000;
/// Longer than the costliest stored hash may take.
const MAX_FAILED_CHECK_MS: u64 = 5_000;
const DEFAULT_MAX_WAIT_MS: u64 = 2_000;
/// At the default parameters well within the longest wait.
const DEFAULT_DEPTH_PER_WORKER: usize = 32;
const DEFAULT_ARENA_KIB: u32 = 65_536;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Argon2Params;

    const OWN_KIB: u32 = 19_456;

    fn builder() -> HashPoolBuilder {
        HashPool::builder(PasswordHasher::new())
    }

    fn plan(builder: &HashPoolBuilder) -> Result<(usize, u32, usize), ConfigError> {
        builder.plan().map(|plan| (plan.workers, plan.arena_kib, plan.queue_depth))
    }

    #[test]
    fn a_kernel_that_fails_its_test_does_not_serve() {
        let fails = |bad: &'static [Kernel]| {
            move |kernel| {
                if bad.contains(&kernel) { Err(SelfTestError::Mismatch(kernel)) } else { Ok(()) }
            }
        };
        assert_eq!(serving(Kernel::Avx2, fails(&[])), Ok(Kernel::Avx2));
        assert_eq!(serving(Kernel::Avx2, fails(&[Kernel::Avx2])), Ok(Kernel::Portable));
        let all = fails(&[Kernel::Avx2, Kernel::Portable]);
        assert_eq!(serving(Kernel::Avx2, all), Err(ConfigError::SelfTestFailed));
    }

    #[test]
    fn the_budget_says_how_many_workers_there_are() {
        let of = |workers, kib| plan(&builder().workers(workers).memory_budget_kib(kib));
        assert_eq!(plan(&builder().workers(4)), Ok((4, 65_536, 128)));
        assert_eq!(of(4, 4 * OWN_KIB), Ok((4, OWN_KIB, 128)));
        assert_eq!(of(4, 4 * OWN_KIB - 1), Ok((3, 25_941, 96)));
        assert_eq!(of(4, OWN_KIB), Ok((1, OWN_KIB, 32)));
        assert_eq!(of(1_024, u32::MAX), Ok((1_024, 4_194_303, 32_768)));
        assert!(plan(&builder()).is_ok(), "the defaults");
        let large = Argon2Params::builder().memory_kib(100_000).build().unwrap();
        let large = PasswordHasher::builder().params(large).build().unwrap();
        assert_eq!(plan(&HashPool::builder(large).workers(2)), Ok((2, 100_000, 64)));
    }

    #[test]
    fn settings_out_of_range_do_not_build() {
        let of = |workers, kib| plan(&builder().workers(workers).memory_budget_kib(kib));
        for low in [0, OWN_KIB - 1] {
            assert_eq!(of(4, low), Err(ConfigError::BudgetTooLow { min_kib: OWN_KIB }));
        }
        for workers in [0, 1_025, usize::MAX] {
            assert_eq!(of(workers, 65_536), Err(ConfigError::WorkersOutOfRange { max: 1_024 }));
        }
        assert_eq!(plan(&builder().workers(1).queue_depth(0)), Ok((1, 65_536, 0)));
        for depth in [65_537, usize::MAX] {
            let refused = Err(ConfigError::QueueDepthTooHigh { max: 65_536 });
            assert_eq!(plan(&builder().queue_depth(depth)), refused);
        }
        for ms in [0, 60_001, u64::MAX] {
            let refused = Err(ConfigError::MaxWaitOutOfRange { max_ms: 60_000 });
            assert_eq!(plan(&builder().max_wait_ms(ms)), refused);
        }
    }

    #[test]
    fn a_failed_check_cannot_keep_a_worker_for_long() {
        assert!(plan(&builder().failed_check_at_least_ms(5_000)).is_ok());
        for ms in [5_001, u64::MAX] {
            let refused = Err(ConfigError::FailedCheckTooLong { max_ms: 5_000 });
            assert_eq!(plan(&builder().failed_check_at_least_ms(ms)), refused);
        }
    }
}
