//! Password hashing, so that it never takes more of the machine than two threads and their memory.

use std::sync::Arc;

use bartizan::core::{SecretString, SystemRandom};
use bartizan::password::{
    HashError, HashPool, PasswordHasher, PasswordPolicy, StoredHash, Verified, VerifyError,
};
use tokio::task::spawn_blocking;

use crate::error::Error;
use crate::start_error::StartError;

const MAX_WORKING: usize = 2;
const MAX_WAITING: usize = 30;

/// Hashes and checks passwords on threads of their own; when too many wait, the next is refused.
#[derive(Debug)]
pub(crate) struct Passwords {
    pool: Arc<HashPool>,
    policy: PasswordPolicy,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, StartError> {
        let pool = HashPool::builder(PasswordHasher::new())
            .workers(MAX_WORKING)
            .queue_depth(MAX_WAITING)
            .build()
            .map_err(|error| StartError::because("passwords can't be hashed", &error))?;
        Ok(Self { pool: Arc::new(pool), policy: PasswordPolicy::single_factor() })
    }

    /// The rules for a new password. There is no second factor yet when it is chosen.
    pub(crate) const fn policy(&self) -> &PasswordPolicy {
        &self.policy
    }

    pub(crate) async fn hash(&self, password: Arc<SecretString>) -> Result<StoredHash, Error> {
        let outcome = self.ask(move |pool| pool.hash(&password, &SystemRandom::new())).await?;
        outcome.map_err(not_hashed)
    }

    /// Checks a password against a stored hash, or against nobody's in the same time. The answer
    /// is nothing when it is wrong.
    pub(crate) async fn verify(
        &self,
        password: Arc<SecretString>,
        stored: Option<StoredHash>,
    ) -> Result<Option<Verified>, Error> {
        match self.ask(move |pool| pool.verify(&password, stored.as_ref())).await? {
            Ok(verified) => Ok(Some(verified)),
            Err(VerifyError::Mismatch | VerifyError::TooLong) => Ok(None),
            Err(error) => Err(not_verified(error)),
        }
    }

    /// Waits on a thread that may block. The pool has few places, so few ever wait there.
    async fn ask<T, F>(&self, question: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&HashPool) -> T + Send + 'static,
    {
        let pool = Arc::clone(&self.pool);
        spawn_blocking(move || question(&pool)).await.map_err(Error::machine)
    }
}

fn not_hashed(error: HashError) -> Error {
    match error {
        HashError::Empty | HashError::TooLong => Error::BadRequest,
        HashError::Busy { .. } => Error::Busy,
        error => Error::machine(error),
    }
}

fn not_verified(error: VerifyError) -> Error {
    match error {
        VerifyError::Busy { .. } => Error::Busy,
        error => Error::machine(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_work_thirty_wait_and_each_is_answered_or_refused() {
        let passwords = Arc::new(Passwords::new().unwrap());
        assert_eq!(passwords.pool.workers(), 2);
        let logins: Vec<_> = (0..40)
            .map(|_| {
                let passwords = Arc::clone(&passwords);
                let guess = Arc::new(SecretString::from("correct horse battery staple"));
                tokio::spawn(async move { passwords.verify(guess, None).await })
            })
            .collect();
        let (mut done, mut busy) = (0, 0);
        for login in logins {
            match login.await.unwrap() {
                Ok(None) => done += 1,
                Err(Error::Busy) => busy += 1,
                other => panic!("{other:?}"),
            }
        }
        let stats = passwords.pool.stats();
        assert!(done > 0);
        assert_eq!((stats.served, stats.refused), (done, busy));
        assert_eq!((stats.queued, stats.running), (0, 0), "the places came back");
    }

    #[test]
    fn a_full_pool_is_busy_and_no_fault() {
        let retry_after_ms = 1;
        assert!(matches!(not_hashed(HashError::Busy { retry_after_ms }), Error::Busy));
        assert!(matches!(not_verified(VerifyError::Busy { retry_after_ms }), Error::Busy));
        assert!(matches!(not_hashed(HashError::OutOfMemory), Error::Machine(_)));
        assert!(matches!(not_verified(VerifyError::TooCostly), Error::Machine(_)));
    }
}
