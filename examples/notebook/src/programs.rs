//! Programs that act for a user: an access token for ten minutes, and a refresh token that is
//! exchanged for the next pair, once.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use bartizan::core::{Clock, SecretString, SystemClock, SystemRandom, UnixTime};
use bartizan::token::{
    AccessToken, Audience, CachedVerifier, FamilyId, GrantError, Issuer, IssuerName, RefreshGrant,
    RefreshPolicy, RefreshTokens, Revocations, TokenKind as _, TokenRefused, UseError, Verified,
    Verifier,
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::db::Db;
use crate::db::programs::{self, Former};
use crate::db::store::DbStore;
use crate::error::Error;
use crate::keys::Keys;
use crate::start_error::StartError;

/// What a token for the API says beside whose it is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ApiClaims {
    pub(crate) scope: String,
}

/// A token for the API.
pub(crate) type ApiToken = AccessToken<ApiClaims>;

/// All that a program may: read the rich notes.
pub(crate) const SCOPE: &str = "notes:read";

/// Who makes tokens, and for whom: this notebook, both times.
const ISSUER: &str = "notebook";
const AUDIENCE: &str = "notebook/api/notes";

const DAY_SECS: u64 = 24 * 60 * 60;

/// A program is asked to be connected anew after so long,
const ABSOLUTE_SECS: u64 = 30 * DAY_SECS;
/// or when it did not come back for so long.
pub(crate) const IDLE_SECS: u64 = 7 * DAY_SECS;

/// So many access tokens are remembered as verified.
const MAX_CACHED: usize = 2_000;

/// What a token tells of when it was made.
const A_SECOND: Duration = Duration::from_secs(1);

/// Gives tokens to programs, and takes them back.
#[derive(Debug)]
pub(crate) struct Programs {
    db: Db,
    issuer: Issuer<ApiToken>,
    verifier: CachedVerifier<ApiToken, DbStore>,
    refresh: RefreshTokens<DbStore>,
    revocations: Revocations<DbStore>,
    clock: SystemClock,
    random: SystemRandom,
}

/// What a program gets: both are shown once, and the server keeps neither.
pub(crate) struct Pair {
    pub(crate) access_token: SecretString,
    pub(crate) refresh_token: SecretString,
    pub(crate) expires_in_secs: u64,
    /// The exchange had taken place before: its answer was given once more.
    pub(crate) is_repeated: bool,
}

/// Why a refresh token was not exchanged.
pub(crate) enum ExchangeError {
    /// It is not good, the client is told no more.
    Refused {
        /// A program that was cut off, because a token came back that it had used before.
        cut_off: Option<String>,
    },
    Machine(Error),
}

impl Programs {
    pub(crate) fn new(keys: &Keys, db: &Db) -> Result<Self, StartError> {
        let (clock, random) = (SystemClock::new(), SystemRandom::new());
        let name = IssuerName::new(ISSUER).map_err(|error| program(&error))?;
        let audience = Audience::new(AUDIENCE).map_err(|error| program(&error))?;
        let store = DbStore::new(db.clone(), || SystemClock::new().now());
        let revocations = Revocations::new(Arc::new(store), name.clone(), ABSOLUTE_SECS);
        let policy = RefreshPolicy::new(ABSOLUTE_SECS, IDLE_SECS);
        let refresh = policy.and_then(|policy| RefreshTokens::new(revocations.clone(), policy));
        let verifier = Verifier::new(name.clone(), audience.clone(), keys.token_keys());
        let verifier = CachedVerifier::new(verifier, revocations.clone(), MAX_CACHED, &random);
        Ok(Self {
            db: db.clone(),
            issuer: Issuer::new(name, audience, keys.token_keys()),
            verifier: verifier.map_err(|error| program(&error))?,
            refresh: refresh.map_err(|error| program(&error))?,
            revocations,
            clock,
            random,
        })
    }

    /// Connects a program of a user.
    pub(crate) async fn connect(&self, user_id: i64, name: String) -> Result<Pair, Error> {
        let grant = self.refresh.begin(&user_id.to_string(), &self.clock, &self.random).await;
        let grant = grant.map_err(machine::<GrantError>)?;
        let (access_token, token_id) = self.access_token(&grant).await?;
        let (family, now) = (grant.family(), self.clock.now());
        let insert =
            self.db.run(move |tx| programs::insert(tx, (user_id, &name), (family, &token_id), now));
        for former in insert.await? {
            // Its access token ends by itself: it was the oldest, not a lost one.
            self.end_family(&former).await?;
        }
        Ok(pair(access_token, &grant))
    }

    /// Exchanges a refresh token for the next pair.
    pub(crate) async fn exchange(&self, token: &SecretString) -> Result<Pair, ExchangeError> {
        let grant = match self.refresh.refresh(token, &self.clock, &self.random).await {
            Ok(grant) => grant,
            Err(UseError::Refused(TokenRefused::Reused(reused))) => {
                let cut_off = self.cut_off(reused.family()).await?;
                return Err(ExchangeError::Refused { cut_off });
            }
            Err(UseError::Refused(_)) => return Err(ExchangeError::Refused { cut_off: None }),
            Err(failed) => return Err(machine(failed).into()),
        };
        let (access_token, token_id) = self.access_token(&grant).await?;
        let (family, now) = (grant.family(), self.clock.now());
        let connected =
            self.db.run(move |tx| programs::exchanged(tx, (family, &token_id), now)).await?;
        if connected {
            Ok(pair(access_token, &grant))
        } else {
            // Disconnected at the same moment: the pair is not given out.
            Err(ExchangeError::Refused { cut_off: None })
        }
    }

    /// Disconnects one program: its tokens are void from now on.
    pub(crate) async fn disconnect(&self, user_id: i64, id: i64) -> Result<(), Error> {
        let former = self.db.run(move |tx| programs::delete(tx, user_id, id)).await?;
        if let Some(former) = former { self.void(&former).await } else { Ok(()) }
    }

    /// Disconnects every program of a user, even one that we do not know of.
    pub(crate) async fn disconnect_all(&self, user_id: i64) -> Result<(), Error> {
        let subject = user_id.to_string();
        let revoked = self.revocations.revoke_subject(&subject, &self.clock, &self.random);
        let _good_from: UnixTime = revoked.await.map_err(machine)?;
        self.db.run(move |tx| programs::delete_all(tx, user_id)).await
    }

    /// Makes a token void of whichever kind, for the program that has it (RFC 7009).
    pub(crate) async fn revoke(&self, token: &SecretString) -> Result<(), Error> {
        if let Some(family) = self.refresh.family_named_by(token) {
            let _ended = self.refresh.end_family(&family).await.map_err(machine)?;
            let _name = self.cut_off(family).await?;
        } else if let Ok(verified) = self.verifier.verify(token.expose(), &self.clock).await {
            let _now_void = self.revocations.revoke(&verified).await.map_err(machine)?;
        }
        Ok(())
    }

    /// Returns what an access token says, when it is good now.
    pub(crate) async fn verify(&self, token: &str) -> Result<Arc<Verified<ApiToken>>, UseError> {
        self.verifier.verify(token, &self.clock).await
    }

    async fn access_token(&self, grant: &RefreshGrant) -> Result<(SecretString, String), Error> {
        let claims = ApiClaims { scope: SCOPE.to_owned() };
        loop {
            let token = self.issuer.sign(grant.subject(), &claims, &self.clock, &self.random);
            let token = token.map_err(machine)?;
            // Its id is made inside: verifying tells it, and the first request finds it verified.
            match self.verify(&token).await {
                Ok(verified) => {
                    let token_id = verified.token_id().to_owned();
                    return Ok((SecretString::from(token), token_id));
                }
                // Everything of this second is void: somebody has just disconnected all.
                Err(UseError::Refused(TokenRefused::Revoked)) => sleep(A_SECOND).await,
                Err(error) => return Err(machine(error)),
            }
        }
    }

    /// Forgets the program of a family that has ended, and makes its access token void.
    async fn cut_off(&self, family: FamilyId) -> Result<Option<String>, Error> {
        let Some(former) = self.db.run(move |tx| programs::delete_family(tx, family)).await? else {
            return Ok(None);
        };
        self.void(&former).await?;
        Ok(Some(former.name))
    }

    async fn void(&self, former: &Former) -> Result<(), Error> {
        self.end_family(former).await?;
        let revoked = self.revocations.revoke_id(&former.token_id, &self.clock).await;
        let _now_void = revoked.map_err(machine)?;
        Ok(())
    }

    async fn end_family(&self, former: &Former) -> Result<(), Error> {
        let family: FamilyId = former.family.parse().map_err(Error::machine)?;
        let _ended = self.refresh.end_family(&family).await.map_err(machine)?;
        Ok(())
    }
}

impl From<Error> for ExchangeError {
    fn from(error: Error) -> Self {
        Self::Machine(error)
    }
}

fn pair(access_token: SecretString, grant: &RefreshGrant) -> Pair {
    Pair {
        access_token,
        refresh_token: SecretString::from(grant.token().expose()),
        expires_in_secs: ApiToken::DEFAULT_LIFETIME_SECS,
        is_repeated: grant.is_repeated(),
    }
}

fn machine<E: core::error::Error + Send + Sync + 'static>(error: E) -> Error {
    Error::machine(error)
}

fn program(cause: &dyn fmt::Display) -> StartError {
    StartError::because("the program is wrongly set up", cause)
}
