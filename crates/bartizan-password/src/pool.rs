//! Hashing for a whole server: bounded memory, bounded threads, bounded waiting.

mod builder;
mod events;
mod future;
mod pace;
mod queue;
mod seat;
mod slot;
mod ticket;
mod worker;

use core::fmt;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use bartizan_argon2::Kernel;
use bartizan_core::{Random, SecretString};

use crate::error::{HashError, VerifyError};
#[cfg(feature = "feedback")]
use crate::feedback::{Feedback, feedback};
use crate::hasher::PasswordHasher;
use crate::limits::StoredLimits;
use crate::make::Make;
use crate::pool::queue::{Busy, Queue};
use crate::pool::seat::Seat;
use crate::pool::ticket::Ticket;
use crate::stored::StoredHash;
use crate::verified::Verified;

pub use builder::HashPoolBuilder;
pub use events::{PoolEvent, Refusal};
pub use future::PoolFuture;

/// Hashes and verifies as a [`PasswordHasher`] does, on threads of its own, under a hard budget of
/// memory ([OWASP ASVS 5.0, V15.2.2]).
///
/// Each worker keeps one arena, which is wiped after each hash, when the answer is out already, and
/// used again: no page faults, and never more memory than the budget. Who comes when all workers
/// are taken waits in line, first in first out; who comes when the line is full is told
/// [`Busy`](VerifyError::Busy) at once, and so is who has waited for too long. What was refused is
/// never computed.
///
/// A check that fails takes as long as one of the hasher's own parameters, whether the user is
/// unknown, the password wrong, or the stored hash cheaper: see
/// [`verify`](Self::verify). Where stored hashes cost more, set
/// [`failed_check_at_least_ms`](HashPoolBuilder::failed_check_at_least_ms).
///
/// An arena grows when a stored hash asks for more than the hasher's parameters, up to
/// [`max_hash_memory_kib`](Self::max_hash_memory_kib): the budget shared out among the workers. A
/// stored hash above that is [`TooCostly`](VerifyError::TooCostly).
///
/// The calling thread waits for the answer, or does not: [`hash_async`](Self::hash_async) and
/// [`verify_async`](Self::verify_async) give futures that any executor runs. The pool is shared by
/// reference, or in an [`Arc`]. Dropping it sends away who waits, and ends its threads after the
/// work that has begun.
///
/// ```
/// use bartizan_core::{SecretString, SystemRandom};
/// use bartizan_password::{HashPool, PasswordHasher, StoredHash, VerifyError};
///
/// let pool = HashPool::builder(PasswordHasher::new())
///     .workers(2)
///     .memory_budget_kib(131_072)
///     .queue_depth(30)
///     .max_wait_ms(1_000)
///     .build()?;
/// let password = SecretString::from("correct horse battery staple");
/// let row = pool.hash(&password, &SystemRandom::new())?.as_str().to_owned();
///
/// let stored = StoredHash::parse(&row, &pool.stored_limits())?;
/// match pool.verify(&password, Some(&stored)) {
///     Ok(verified) => assert!(!verified.needs_rehash()),
///     Err(VerifyError::Busy { retry_after_ms }) => println!("503, Retry-After: {retry_after_ms} ms"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [OWASP ASVS 5.0, V15.2.2]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x24-V15-Secure-Coding-and-Architecture.md
pub struct HashPool {
    hasher: PasswordHasher,
    kernel: Kernel,
    arena_kib: u32,
    queue: Arc<Queue>,
    workers: Vec<JoinHandle<()>>,
}

impl HashPool {
    /// Starts from the defaults, for a hasher.
    pub fn builder(hasher: PasswordHasher) -> HashPoolBuilder {
        HashPoolBuilder::new(hasher)
    }

    /// Returns the hasher: what new hashes take.
    #[must_use]
    pub const fn hasher(&self) -> &PasswordHasher {
        &self.hasher
    }

    /// Returns how many hashes run at once at most.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers.len()
    }

    /// Returns the limits to read stored hashes with: those of the hasher, and no more memory than
    /// [`max_hash_memory_kib`](Self::max_hash_memory_kib). What they admit, this pool can check.
    #[must_use]
    pub fn stored_limits(&self) -> StoredLimits {
        self.hasher.stored_limits().within_kib(self.arena_kib)
    }

    /// Returns the most memory in KiB that one hash may take, new or stored.
    #[must_use]
    pub const fn max_hash_memory_kib(&self) -> u32 {
        self.arena_kib
    }

    /// Returns the kernel that serves: the machine's best, or [`Kernel::Portable`] when that one
    /// failed its self-test, which is worth an alarm.
    #[must_use]
    pub const fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Returns how many wait, run, were served and were refused.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.queue.stats()
    }

    /// Hashes a password, as [`PasswordHasher::hash`] does.
    ///
    /// # Errors
    ///
    /// - [`HashError::Busy`]: no place was free, or no worker within the longest wait; no work was
    ///   done.
    /// - The others as for [`PasswordHasher::hash`].
    pub fn hash(
        &self,
        password: &SecretString,
        random: &dyn Random,
    ) -> Result<StoredHash, HashError> {
        self.ask_to_hash(password, random)?.wait()?
    }

    /// Hashes a password as [`hash`](Self::hash) does, without blocking the thread that asks.
    ///
    /// The password is copied, so the future borrows nothing.
    ///
    /// # Errors
    ///
    /// The future gives those of [`hash`](Self::hash).
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretString, SystemRandom};
    /// use bartizan_password::{HashError, HashPool};
    ///
    /// async fn sign_up(pool: &HashPool, password: SecretString) -> Result<String, HashError> {
    ///     let hash = pool.hash_async(&password, &SystemRandom::new()).await?;
    ///     Ok(hash.as_str().to_owned())
    /// }
    /// ```
    pub fn hash_async(
        &self,
        password: &SecretString,
        random: &dyn Random,
    ) -> PoolFuture<StoredHash, HashError> {
        PoolFuture::new(self.ask_to_hash(password, random))
    }

    /// Checks a password against the stored hash of a user, or does the same work for nobody, as
    /// [`PasswordHasher::verify`] does. Both wait in the same line.
    ///
    /// A check that fails takes about as long whatever is stored, so that its time hardly tells who has
    /// an account ([OWASP ASVS 5.0, V6.3.8]), where no stored hash costs more than the hasher's own
    /// parameters. After less work the worker begins a hash of these, over the same memory, and
    /// stops where both together have taken as long as a whole one. That goes by the processor's
    /// time (on Linux; elsewhere by the clock) of the last ones, lap by lap, so what else the
    /// machine does slows all down alike. [`Kernel::Portable`] stops nowhere, and computes a hash
    /// that is smaller by as much. The README says how near the times come. Where a stored hash
    /// costs more, see [`failed_check_at_least_ms`](HashPoolBuilder::failed_check_at_least_ms).
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Busy`]: no place was free, or no worker within the longest wait; no work
    ///   was done.
    /// - [`VerifyError::TooCostly`]: the stored hash asks for more memory than
    ///   [`max_hash_memory_kib`](Self::max_hash_memory_kib); no work was done.
    /// - The others as for [`PasswordHasher::verify`].
    ///
    /// [OWASP ASVS 5.0, V6.3.8]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x15-V6-Authentication.md
    pub fn verify(
        &self,
        password: &SecretString,
        stored: Option<&StoredHash>,
    ) -> Result<Verified, VerifyError> {
        self.ask_to_verify(password, stored)?.wait()?
    }

    /// Checks a password as [`verify`](Self::verify) does, without blocking the
    /// thread that asks.
    ///
    /// The password and the stored hash are copied, so the future borrows nothing.
    ///
    /// # Errors
    ///
    /// The future gives those of [`verify`](Self::verify).
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretString;
    /// use bartizan_password::{HashPool, StoredHash, Verified, VerifyError};
    ///
    /// async fn log_in(
    ///     pool: &HashPool,
    ///     password: SecretString,
    ///     stored: Option<&StoredHash>,
    /// ) -> Result<Verified, VerifyError> {
    ///     pool.verify_async(&password, stored).await
    /// }
    /// ```
    pub fn verify_async(
        &self,
        password: &SecretString,
        stored: Option<&StoredHash>,
    ) -> PoolFuture<Verified, VerifyError> {
        PoolFuture::new(self.ask_to_verify(password, stored))
    }

    /// Wraps Argon2id around the hash of an older scheme, as [`PasswordHasher::wrap`] does: for a
    /// whole table, from as many threads as there are workers.
    ///
    /// # Errors
    ///
    /// - [`HashError::Busy`]: no place was free, or no worker within the longest wait; no work was
    ///   done.
    /// - The others as for [`PasswordHasher::wrap`].
    pub fn wrap(&self, stored: &StoredHash, random: &dyn Random) -> Result<StoredHash, HashError> {
        let phc = self.hasher.phc_to_wrap(stored, random)?;
        let asked: Asked<_, HashError> = self.ask(|| {
            let make = Make::of_digest(stored.expected(), phc);
            move |seat: &mut Seat| Ok(seat.make(make)?)
        });
        asked?.wait()?
    }

    /// Estimates how good a password is, as [`feedback`](fn@crate::feedback) does, in the same line as
    /// the hashes: it can take as long as one. Bound how often it is asked.
    ///
    /// # Errors
    ///
    /// The future gives [`HashError::Busy`]: no place was free, or no worker within the longest
    /// wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretString;
    /// use bartizan_password::{HashError, HashPool};
    ///
    /// async fn meter(pool: &HashPool, typed: SecretString) -> Result<u8, HashError> {
    ///     let feedback = pool.feedback_async(&typed, &["alice@example.org"]).await?;
    ///     Ok(feedback.score())
    /// }
    /// ```
    #[cfg(feature = "feedback")]
    pub fn feedback_async(
        &self,
        password: &SecretString,
        context_words: &[&str],
    ) -> PoolFuture<Feedback, HashError> {
        PoolFuture::new(self.ask(|| {
            let password = SecretString::from(password.expose());
            let words: Vec<_> = context_words.iter().map(|word| (*word).to_owned()).collect();
            move |_: &mut Seat| {
                let words: Vec<_> = words.iter().map(String::as_str).collect();
                Ok(feedback(&password, &words))
            }
        }))
    }

    fn ask_to_hash(
        &self,
        password: &SecretString,
        random: &dyn Random,
    ) -> Asked<StoredHash, HashError> {
        let phc = self.hasher.phc_to_hash(password, random)?;
        self.ask(|| {
            let make = Make::of_password(password, phc);
            move |seat: &mut Seat| Ok(seat.make(make)?)
        })
    }

    fn ask_to_verify(
        &self,
        password: &SecretString,
        stored: Option<&StoredHash>,
    ) -> Asked<Verified, VerifyError> {
        if stored.is_some_and(|stored| stored.memory_kib() > self.arena_kib) {
            return Err(VerifyError::TooCostly);
        }
        let hasher = self.hasher;
        hasher.check_guess(password)?;
        self.ask(|| {
            let (check, stored) = (hasher.check(password, stored), stored.cloned());
            move |seat: &mut Seat| {
                let outcome = seat.check(&check)?;
                hasher.verdict(stored.as_ref(), outcome)
            }
        })
    }

    /// Lets a job wait for a seat. It is put together only where there is a place for it.
    fn ask<T, E, J>(&self, job: impl FnOnce() -> J) -> Asked<T, E>
    where
        T: Send + 'static,
        E: From<Busy> + Send + 'static,
        J: FnOnce(&mut Seat) -> Result<T, E> + Send + 'static,
    {
        let place = self.queue.enter()?;
        Ok(place.start(job()))
    }
}

/// A job that waits, or why it does not.
type Asked<T, E> = Result<Ticket<Result<T, E>>, E>;

impl Drop for HashPool {
    fn drop(&mut self) {
        self.queue.close();
        let own = thread::current().id();
        // Whoever a worker wakes may drop the pool there and then.
        for worker in self.workers.drain(..).filter(|worker| worker.thread().id() != own) {
            // One that panicked has nothing left to wait for.
            let _ = worker.join();
        }
    }
}

impl fmt::Debug for HashPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashPool")
            .field("workers", &self.workers())
            .field("max_hash_memory_kib", &self.arena_kib)
            .field("kernel", &self.kernel)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

/// What a [`HashPool`] is doing, and has done since it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// How many wait now.
    pub queued: usize,
    /// How many are being computed now.
    pub running: usize,
    /// How many were computed.
    pub served: u64,
    /// How many were told [`Busy`](VerifyError::Busy).
    pub refused: u64,
    /// How many futures were dropped while their work waited.
    pub cancelled: u64,
}

#[cfg(test)]
mod tests;
