//! The proof that an e-mail address is its user's: a code that is sent there and comes back.
//!
//! It proves the address and nothing else: such a code logs nobody in.

use std::io::{self, Write as _};
use std::sync::Arc;

use bartizan::core::{Clock, SecretString, SharedKeyring, SystemRandom};
use bartizan::otp::{
    AddressProof, OobChannel, OobDigestKey, OobError, OobMessage, OobRecipient, OobRefused,
    OobRequest, OobSendError, OutOfBandCodes,
};

use crate::db::store::DbStore;
use crate::error::Error;
use crate::limits::Wait;

/// Sends codes to addresses, and checks those that come back.
#[derive(Debug)]
pub(crate) struct Addresses {
    codes: OutOfBandCodes<AddressProof, DbStore>,
    clock: Arc<dyn Clock>,
}

/// Why an address was not proven, or no code was sent there.
#[derive(Debug)]
pub(crate) enum AddressError {
    /// What the user is told.
    Refused(String),
    /// There were codes enough.
    Limited(Wait),
    Machine(Error),
}

impl Addresses {
    pub(crate) fn new(
        store: &Arc<DbStore>,
        digest_keys: SharedKeyring<OobDigestKey>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { codes: OutOfBandCodes::new(Arc::clone(store), digest_keys), clock }
    }

    /// Sends a code to an address; returns the request, which belongs to the session that asked.
    pub(crate) async fn send(
        &self,
        user_id: i64,
        email: &str,
    ) -> Result<SecretString, AddressError> {
        let user = user_id.to_string();
        let to = OobRecipient::new(&user, OobChannel::Email)?;
        let (request, message) =
            self.codes.begin(to, email, &*self.clock, &SystemRandom::new()).await?;
        say(&message);
        Ok(request.to_text())
    }

    /// Checks a code that came back in the session of `request`; returns the address it proves.
    pub(crate) async fn verify(
        &self,
        user_id: i64,
        request: &SecretString,
        code: &str,
    ) -> Result<String, AddressError> {
        let user = user_id.to_string();
        let of = OobRecipient::new(&user, OobChannel::Email)?;
        let request = OobRequest::parse(request).map_err(OobError::from)?;
        let verified = self.codes.verify(of, &request, code.trim(), &*self.clock).await?;
        Ok(verified.address().to_owned())
    }
}

/// In place of sending it.
fn say(message: &OobMessage) {
    let (address, code) = (message.address(), message.code().expose());
    let line = format!(
        "to {address} (not sent, this is a demonstration): Your code for the notebook is {code}\n"
    );
    // Nothing is left to be done when standard error is closed.
    let _ = io::stderr().write_all(line.as_bytes());
}

impl From<OobSendError> for AddressError {
    fn from(error: OobSendError) -> Self {
        match error {
            OobSendError::Limited { retry_after_secs, .. } => {
                Self::Limited(Wait { secs: retry_after_secs })
            }
            error => Self::Machine(Error::machine(error)),
        }
    }
}

impl From<OobError> for AddressError {
    fn from(error: OobError) -> Self {
        let refused = match error {
            OobError::Refused(refused) => refused,
            error => return Self::Machine(Error::machine(error)),
        };
        Self::Refused(match refused {
            OobRefused::Malformed => "A code is six digits.".to_owned(),
            OobRefused::Unknown => NO_CODE.to_owned(),
            OobRefused::Expired => {
                "That code has expired: it is good for ten minutes. Send another.".to_owned()
            }
            OobRefused::Mismatch { tries_left: 1, .. } => {
                "That is not the code. One try is left.".to_owned()
            }
            OobRefused::Mismatch { tries_left, .. } if tries_left > 0 => {
                format!("That is not the code. {tries_left} tries are left.")
            }
            OobRefused::Mismatch { .. } | OobRefused::Exhausted => {
                "The code is void after five wrong tries. Send another.".to_owned()
            }
            _ => "That code can no longer be checked. Send another.".to_owned(),
        })
    }
}

/// What a session is told that asked for no code, or whose code was used or replaced.
pub(crate) const NO_CODE: &str = "No code is out for this session. Send one.";

impl From<Error> for AddressError {
    fn from(error: Error) -> Self {
        Self::Machine(error)
    }
}

#[cfg(test)]
mod tests {
    use bartizan::core::{KeyGenerator, Keyring, ManualClock, UnixTime};

    use super::*;
    use crate::db::Db;

    const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

    /// Any code will do: how old it is is looked at first (asvs: V6.5.5).
    #[tokio::test]
    async fn a_code_has_expired_after_ten_minutes_and_the_next_may_be_sent() {
        let (folder, random) = (tempfile::tempdir().unwrap(), SystemRandom::new());
        let path = folder.path().join("notebook.db");
        Db::create(&path).unwrap();
        let store = Arc::new(DbStore::new(Db::open(&path).unwrap(), || NOW));
        let generator = KeyGenerator::new(&random, OobDigestKey::generate);
        let keys = SharedKeyring::new(Keyring::create(NOW, &generator).unwrap());
        let clock = Arc::new(ManualClock::at(NOW));
        let addresses = Addresses::new(&store, keys, Arc::<ManualClock>::clone(&clock));

        let request = addresses.send(1, "alice@example.org").await.unwrap();
        let refused = async |code| match addresses.verify(1, &request, code).await {
            Err(AddressError::Refused(text)) => text,
            other => panic!("{other:?}"),
        };
        clock.advance_secs(599);
        // Right once in a million times.
        if let Err(error) = addresses.verify(1, &request, "000000").await {
            assert!(format!("{error:?}").contains("4 tries are left"), "{error:?}");
        }
        clock.advance_secs(1);
        assert!(refused("000000").await.contains("expired"));
        let next = addresses.send(1, "alice@example.org").await.unwrap();
        assert_ne!(next.expose(), request.expose());
        assert_eq!(refused("000000").await, NO_CODE, "another has taken its place");
    }
}
