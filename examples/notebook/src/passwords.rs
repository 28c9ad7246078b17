//! Password hashing, so that it never takes more of the machine than two threads and their memory.

use std::sync::Arc;

use bartizan::core::{SecretString, SystemRandom};
use bartizan::password::{
    HashError, PasswordHash, PasswordHasher, PasswordPolicy, Verified, VerifyError,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::error::Error;

const MAX_WORKING: usize = 2;
const MAX_WAITING: usize = 30;

/// Hashes and checks passwords on threads of their own; when too many wait, the next is refused.
#[derive(Debug)]
pub(crate) struct Passwords {
    hasher: PasswordHasher,
    policy: PasswordPolicy,
    admitted: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self {
            hasher: PasswordHasher::new(),
            policy: PasswordPolicy::single_factor(),
            admitted: Arc::new(Semaphore::new(MAX_WORKING.saturating_add(MAX_WAITING))),
            working: Arc::new(Semaphore::new(MAX_WORKING)),
        }
    }

    /// The rules for a new password. There is no second factor yet when it is chosen.
    pub(crate) const fn policy(&self) -> &PasswordPolicy {
        &self.policy
    }

    pub(crate) async fn hash(&self, password: Arc<SecretString>) -> Result<PasswordHash, Error> {
        let hasher = self.hasher;
        let outcome = self.run(move || hasher.hash(&password, &SystemRandom::new())).await?;
        outcome.map_err(|error| match error {
            HashError::Empty | HashError::TooLong => Error::BadRequest,
            error => Error::machine(error),
        })
    }

    /// Checks a password against a stored hash, or against nobody's in the same time. The answer
    /// is nothing when it is wrong.
    pub(crate) async fn verify(
        &self,
        password: Arc<SecretString>,
        stored: Option<PasswordHash>,
    ) -> Result<Option<Verified>, Error> {
        let hasher = self.hasher;
        let check = move || hasher.verify_or_decoy(&password, stored.as_ref());
        match self.run(check).await? {
            Ok(verified) => Ok(Some(verified)),
            Err(VerifyError::Mismatch | VerifyError::TooLong) => Ok(None),
            Err(error) => Err(Error::machine(error)),
        }
    }

    async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.working).acquire_owned().await.map_err(Error::machine)?;
        // The places go with the work: a request that is given up makes no room for a third.
        let job = move || {
            let _held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, turn);
            work()
        };
        spawn_blocking(job).await.map_err(Error::machine)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[tokio::test]
    async fn two_work_thirty_wait_and_the_next_is_refused_at_once() {
        let passwords = Arc::new(Passwords::new());
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(std::sync::Mutex::new(gate));
        let jobs: Vec<_> = (0..40)
            .map(|_| {
                let (passwords, gate) = (Arc::clone(&passwords), Arc::clone(&gate));
                tokio::spawn(async move {
                    passwords.run(move || gate.lock().unwrap().recv().is_ok()).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        (0..32).for_each(|_| release.send(()).unwrap());

        let (mut done, mut busy) = (0, 0);
        for job in jobs {
            match job.await.unwrap() {
                Ok(true) => done += 1,
                Err(Error::Busy) => busy += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((done, busy), (32, 8));
        assert!(passwords.run(|| ()).await.is_ok(), "the places came back");
    }
}
