//! The second factor of an account: an authenticator, and recovery codes for when it is lost.
//!
//! The secret is sealed in its row. Which code was accepted last, how many were wrong, and which
//! recovery codes are left is in the store, where a race has one winner.

use std::sync::Arc;

use bartizan::core::{Clock, SystemRandom};
use bartizan::envelope::Envelope;
use bartizan::otp::{
    AttemptPolicy, CredentialError, CredentialId, Guard, GuardError, RecoveryCodes, RecoveryError,
    StoredCredentials, StoredRecoveryCodes, Totp, TotpSecret, TotpState,
};

use crate::db::store::DbStore;
use crate::db::{Db, authenticators};
use crate::error::Error;
use crate::limits::Wait;

/// Checks codes of second factors.
#[derive(Debug)]
pub(crate) struct SecondFactors {
    db: Db,
    envelope: Envelope,
    clock: Arc<dyn Clock>,
    credentials: StoredCredentials<DbStore>,
    recovery: StoredRecoveryCodes<DbStore>,
}

/// Why a code was not accepted.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It is wrong, or was used before.
    Wrong,
    /// Others were wrong before, and it was not looked at.
    TooSoon(Wait),
    Machine(Error),
}

impl SecondFactors {
    pub(crate) fn new(
        db: &Db,
        store: &Arc<DbStore>,
        envelope: Envelope,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            db: db.clone(),
            envelope,
            clock,
            credentials: StoredCredentials::new(Arc::clone(store)),
            recovery: StoredRecoveryCodes::new(Arc::clone(store)),
        }
    }

    /// The secret of an authenticator opens for its user only.
    pub(crate) fn seal(&self, user_id: i64, secret: &TotpSecret) -> Result<Vec<u8>, Error> {
        Ok(secret.seal(&self.envelope, user_id.to_be_bytes())?)
    }

    pub(crate) fn open(&self, user_id: i64, sealed: &[u8]) -> Result<TotpSecret, Error> {
        Ok(TotpSecret::open(&self.envelope, user_id.to_be_bytes(), sealed)?)
    }

    /// Keeps the state of a new authenticator; returns whether it is the first of this id.
    pub(crate) async fn add(
        &self,
        (user_id, id): (i64, i64),
        state: TotpState,
    ) -> Result<bool, Error> {
        match self.credentials.add(&credential(user_id, id), state).await {
            Ok(()) => Ok(true),
            Err(CredentialError::AlreadyAdded) => Ok(false),
            Err(error) => Err(Error::machine(error)),
        }
    }

    /// Forgets the state of an authenticator that another one has replaced.
    pub(crate) async fn forget(&self, user_id: i64, id: i64) -> Result<(), Error> {
        let removed = self.credentials.remove(&credential(user_id, id)).await;
        removed.map(|_was_there| ()).map_err(Error::machine)
    }

    /// Checks a code of the user's authenticator. It works once.
    pub(crate) async fn verify(&self, user_id: i64, code: &str) -> Result<(), Refused> {
        let (id, totp) = self.authenticator(user_id).await?;
        let guard = Guard::new(&totp, AttemptPolicy::default(), &*self.clock);
        match self.credentials.verify_once(&id, code.trim(), &guard).await {
            Ok(_verified) => Ok(()),
            Err(error) => Err(self.refused(error)),
        }
    }

    /// Finds an authenticator whose clock is off, by two codes in a row. It is no login.
    pub(crate) async fn resynchronize(
        &self,
        user_id: i64,
        codes: [&str; 2],
    ) -> Result<(), Refused> {
        let (id, totp) = self.authenticator(user_id).await?;
        let guard = Guard::new(&totp, AttemptPolicy::default(), &*self.clock);
        let tried = self.credentials.resynchronize(&id, codes.map(str::trim), &guard).await;
        tried.map_err(|error| self.refused(error))
    }

    /// Checks a recovery code, and uses it up.
    pub(crate) async fn redeem(&self, user_id: i64, code: &str) -> Result<(), Refused> {
        match self.recovery.redeem(&user_id.to_string(), code).await {
            Ok(_redeemed) => Ok(()),
            Err(RecoveryError::Refused(_)) => Err(Refused::Wrong),
            Err(error) => Err(Error::machine(error).into()),
        }
    }

    /// Draws new recovery codes. The former ones no longer work.
    pub(crate) async fn renew_recovery_codes(&self, user_id: i64) -> Result<RecoveryCodes, Error> {
        let renewed = self.recovery.renew(&user_id.to_string(), &SystemRandom::new()).await;
        renewed.map_err(Error::machine)
    }

    pub(crate) async fn recovery_codes_left(&self, user_id: i64) -> Result<usize, Error> {
        self.recovery.left(&user_id.to_string()).await.map_err(Error::machine)
    }

    async fn authenticator(&self, user_id: i64) -> Result<(CredentialId, Totp), Refused> {
        let stored = self.db.run(move |tx| authenticators::confirmed(tx, user_id)).await?;
        let stored = stored.ok_or(Refused::Wrong)?;
        let totp = Totp::new(self.open(user_id, &stored.secret)?);
        Ok((credential(user_id, stored.id), totp))
    }

    fn refused(&self, error: GuardError<CredentialError>) -> Refused {
        match error {
            GuardError::Refused(_) => Refused::Wrong,
            GuardError::TooSoon(too_soon) => {
                let secs = too_soon.retry_at().secs_since(self.clock.now()).unwrap_or(1);
                Refused::TooSoon(Wait { secs: secs.max(1) })
            }
            error => Error::machine(error).into(),
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Machine(error)
    }
}

fn credential(user_id: i64, id: i64) -> CredentialId {
    CredentialId::of(&user_id.to_string(), &id.to_string())
}
