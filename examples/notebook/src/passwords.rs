//! Password hashing, so that it never takes more of the machine than two threads and their memory.

use core::fmt::Display;
use std::io::{self, Write as _};

use bartizan::core::{SecretString, SystemRandom};
use bartizan::password::{
    Argon2Params, Calibration, HashError, HashPool, PasswordHasher, PasswordPolicy, Pepper,
    SealedHash, StoredHash, StoredLimits, Verified, VerifyError,
};

use tokio::task::spawn_blocking;

use crate::db::{Db, hashing};
use crate::error::Error;
use crate::start_error::StartError;

const MAX_WORKING: usize = 2;
const MAX_WAITING: usize = 30;

/// Hashes and checks passwords on threads of their own; when too many wait, the next is refused.
#[derive(Debug)]
pub(crate) struct Passwords {
    pool: HashPool,
    policy: PasswordPolicy,
}

impl Passwords {
    /// Starts the threads. How much work a hash is was measured on this machine, now or at an
    /// earlier start, or is the default.
    pub(crate) async fn start(db: &Db, calibrate_ms: Option<u32>) -> Result<Self, StartError> {
        let failed = |error: &dyn Display| StartError::because("passwords can't be hashed", error);
        let params = match calibrate_ms {
            Some(target_ms) => calibrate(db, target_ms).await?,
            None => db.run(hashing::params).await.map_err(|error| failed(&error))?,
        };
        Self::with(params.unwrap_or_default())
    }

    fn with(params: Argon2Params) -> Result<Self, StartError> {
        let pool = PasswordHasher::builder().params(params).build().and_then(|hasher| {
            let pool = HashPool::builder(hasher).workers(MAX_WORKING).queue_depth(MAX_WAITING);
            pool.build()
        });
        let pool =
            pool.map_err(|error| StartError::because("passwords can't be hashed", &error))?;
        Ok(Self { pool, policy: PasswordPolicy::single_factor() })
    }

    /// The rules for a new password. There is no second factor yet when it is chosen.
    pub(crate) const fn policy(&self) -> &PasswordPolicy {
        &self.policy
    }

    pub(crate) async fn hash(&self, password: &SecretString) -> Result<StoredHash, Error> {
        self.pool.hash_async(password, &SystemRandom::new()).await.map_err(not_hashed)
    }

    /// Checks a password against a stored hash, or against nobody's in the same time. The answer
    /// is nothing when it is wrong.
    pub(crate) async fn verify(
        &self,
        password: &SecretString,
        stored: Option<&StoredHash>,
    ) -> Result<Option<Verified>, Error> {
        match self.pool.verify_async(password, stored).await {
            Ok(verified) => Ok(Some(verified)),
            Err(VerifyError::Mismatch | VerifyError::TooLong) => Ok(None),
            Err(error) => Err(not_verified(error)),
        }
    }
}

/// Finds how much work a hash may be, says what was measured, and keeps what was found.
async fn calibrate(db: &Db, target_ms: u32) -> Result<Option<Argon2Params>, StartError> {
    let failed = |error: &dyn Display| StartError::because("hashing can't be measured", error);
    let calibration =
        Calibration::builder().target_ms(target_ms).build().map_err(|error| failed(&error))?;
    let found = spawn_blocking(move || calibration.run()).await.map_err(|error| failed(&error))?;
    let found = found.map_err(|error| failed(&error))?;
    // Nothing is left to be done when standard error is closed.
    let _ = writeln!(io::stderr(), "{found}");

    let params = *found.params();
    db.run(move |tx| hashing::keep(tx, &params)).await.map_err(|error| failed(&error))?;
    Ok(Some(params))
}

/// Seals a hash for the account that it is stored with.
pub(crate) fn seal(pepper: &Pepper, hash: &StoredHash, account: i64) -> Result<SealedHash, Error> {
    pepper.seal(hash, account.to_be_bytes(), &SystemRandom::new()).map_err(Error::machine)
}

/// Opens what is stored with an account. What is damaged, or of another account, is the machine's
/// fault, and no wrong password.
pub(crate) fn open(pepper: &Pepper, row: &str, account: i64) -> Result<StoredHash, Error> {
    let sealed = SealedHash::parse(row, &StoredLimits::default()).map_err(Error::machine)?;
    pepper.open(&sealed, account.to_be_bytes()).map_err(Error::machine)
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
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn two_work_thirty_wait_and_each_is_answered_or_refused() {
        let passwords = Arc::new(Passwords::with(Argon2Params::default()).unwrap());
        assert_eq!(passwords.pool.workers(), 2);
        let logins: Vec<_> = (0..40)
            .map(|_| {
                let passwords = Arc::clone(&passwords);
                let guess = SecretString::from("correct horse battery staple");
                tokio::spawn(async move { passwords.verify(&guess, None).await })
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
