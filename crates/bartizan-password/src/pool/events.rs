//! What a pool tells whoever watches it.

use core::fmt;
use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;

/// What happened in a [`HashPool`](crate::HashPool): numbers only, for gauges and histograms.
///
/// A job is admitted, begins and ends, or is refused at any of these steps, once. What different
/// threads tell may arrive in another order.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use bartizan_core::SecretString;
/// use bartizan_password::{HashPool, PasswordHasher, PoolEvent};
///
/// let busy_us = Arc::new(AtomicU64::new(0));
/// let sum = Arc::clone(&busy_us);
/// let pool = HashPool::builder(PasswordHasher::new())
///     .workers(1)
///     .observer(move |event| {
///         if let PoolEvent::Ended { took_us, .. } = event {
///             sum.fetch_add(took_us, Ordering::Relaxed);
///         }
///     })
///     .build()?;
/// assert!(pool.verify(&SecretString::from("guess"), None).is_err());
/// assert!(busy_us.load(Ordering::Relaxed) > 0);
/// # Ok::<(), bartizan_password::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolEvent {
    /// A job was given a place.
    Admitted {
        /// How many wait now, this one among them.
        queued: usize,
    },
    /// A worker took a job up.
    Began {
        /// How long it had waited, in microseconds.
        waited_us: u64,
    },
    /// A job is done; its answer goes out next.
    Ended {
        /// How long it ran, in microseconds.
        took_us: u64,
        /// How many KiB Argon2 filled for it, over all passes.
        filled_kib: u64,
    },
    /// A job will have no answer but `Busy`.
    Refused(Refusal),
}

/// Why a [`HashPool`](crate::HashPool) refused a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// All places were taken: the machine is too small, or somebody asks too often.
    Full,
    /// No worker was free within the longest wait, as before.
    Late,
    /// The future was dropped while its job waited.
    Cancelled,
    /// The pool was dropped while the job waited.
    Closed,
    /// The job panicked, which is a bug of this crate.
    Panicked,
}

/// Whoever watches, or nobody.
#[derive(Clone, Default)]
pub(super) struct Observer(Option<Arc<dyn Fn(PoolEvent) + Send + Sync>>);

impl Observer {
    pub(super) fn new(observer: impl Fn(PoolEvent) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observer)))
    }

    /// Never called under a lock. A panic ends here: what counts jobs is not to cost any.
    pub(super) fn tell(&self, event: PoolEvent) {
        if let Some(observer) = &self.0 {
            let _ = catch_unwind(AssertUnwindSafe(|| observer(event)));
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Observer(..)" } else { "Observer(nobody)" })
    }
}
