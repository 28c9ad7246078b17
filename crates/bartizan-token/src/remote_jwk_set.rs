//! Keys that somebody else publishes, fetched and kept.

#[cfg(feature = "remote-client")]
mod client;
mod error;
mod fetch;
mod flight;
mod freshness;
mod policy;
mod schedule;
mod status;
#[cfg(test)]
mod tests;
mod url;
mod verifier;

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bartizan_core::{Clock, Random, RandomUnavailable, UnixTime};

#[cfg(feature = "remote-client")]
pub use self::client::{JwkSetClient, RootsError};
pub use self::error::{RemoteJwkSetError, RemoteVerifyError};
pub use self::fetch::{FetchError, FetchJwkSet, FetchedJwkSet};
use self::flight::{Flight, lock};
pub use self::policy::RemoteJwkSetPolicy;
use self::schedule::{Schedule, Step};
pub use self::status::RemoteJwkSetStatus;
pub use self::url::JwkSetUrl;
pub use self::verifier::RemoteVerifier;
use crate::MAX_TOKEN_LEN;
use crate::error::VerifyError;
use crate::header::Header;
use crate::jwk_set::{JwkSet, SharedJwkSet};
use crate::parts::{Parts, Small};

/// The JWK set of an issuer elsewhere, fetched when it is needed and kept for as long as it is good.
///
/// A [`RemoteVerifier`] checks tokens with it. Anything else that verifies with a [`SharedJwkSet`]
/// can have [`shared`](Self::shared); ask [`prepare`](Self::prepare) before it reads a token, or
/// when it says that a key is unknown.
///
/// **When it fetches**: for the first token; when the set is as old as the issuer and the
/// [policy](RemoteJwkSetPolicy) allow, and in the last quarter or eighth of that time already,
/// without letting anybody wait; and for a token whose key the set does not have, if the set is at least ten seconds old and
/// was not fetched for the same key within a minute. One fetch at a time serves all, and within any
/// minute at most six begin, whatever tokens arrive. So a new key should be published a minute before
/// it is used.
///
/// **When that fails**, the set that there was is kept, and used for the policy's stale time. The
/// next try waits 1 to 2 seconds, then twice as long each time, up to 5 minutes. In the stale time
/// one token waits for each try, the others for none.
///
/// **What it takes for a set**: status 200, the type of a JWK set or of JSON, strict JSON of at most
/// [`JwkSet::MAX_LEN`] bytes and [`JwkSet::MAX_KEYS`] keys. A key that does not serve is left out and
/// counted, and so are keys that share an id. A set of which no key is left is a failure: a good set
/// is not emptied by it. Who wants to withdraw the last key waits for the stale time.
///
/// **There is no task behind it**: a fetch goes on while somebody waits for it or verifies with
/// this. Whoever wants even the first token not to wait calls [`renew`](Self::renew) at the start
/// and then every [`renew_in_secs`](Self::renew_in_secs). A future that is dropped holds nobody up.
///
/// ```
/// use std::sync::Arc;
///
/// use bartizan_core::{ManualClock, SystemRandom, UnixTime};
/// use bartizan_token::{AccessToken, Audience, FetchError, FetchJwkSet, FetchedJwkSet, IssuerName, JwkSetUrl, RemoteJwkSet, RemoteJwkSetPolicy, RemoteVerifier};
///
/// /// Answers as an issuer would, without a network: RFC 8037, appendix A.2.
/// struct Canned;
///
/// impl FetchJwkSet for Canned {
///     async fn fetch(&self, _url: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
///         let mut answer = FetchedJwkSet::new(200);
///         answer.header("content-type", "application/jwk-set+json");
///         answer.header("cache-control", "max-age=900");
///         let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
///         let set = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{x}"}}]}}"#);
///         answer.push(set.as_bytes())?;
///         Ok(answer)
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
/// let url = JwkSetUrl::new("https://id.example/.well-known/jwks.json")?;
/// let keys = RemoteJwkSet::new(url, Canned, RemoteJwkSetPolicy::new(), &SystemRandom::new())?;
/// keys.renew(&clock).await?;
/// assert_eq!(keys.shared().snapshot().len(), 1);
/// assert_eq!(keys.status().expires_at(), Some(UnixTime::from_secs(1_700_000_900)));
///
/// let (name, api) = (IssuerName::new("https://id.example")?, Audience::new("https://api.example")?);
/// let verifier = RemoteVerifier::<AccessToken, _>::new(name, api, keys);
/// assert!(verifier.verify("no token", &clock).await.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RemoteJwkSet<F>(Arc<Inner<F>>);

struct Inner<F> {
    url: JwkSetUrl,
    source: Arc<F>,
    shared: SharedJwkSet,
    /// Within these seconds nothing is to be decided, so that nobody takes the lock.
    calm_from_secs: AtomicU64,
    calm_until_secs: AtomicU64,
    state: Mutex<State>,
}

struct State {
    schedule: Schedule,
    flight: Option<Arc<Flight>>,
    fetches: u64,
}

/// What whoever needs a key has to do.
enum Plan {
    Go,
    Nudge(Arc<Flight>),
    Wait(Arc<Flight>),
    Unknown,
    Fail(RemoteJwkSetError),
}

impl<F: FetchJwkSet + 'static> RemoteJwkSet<F> {
    /// Fetches nothing yet. Clones share all of it; make one for each issuer.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`]: the source of randomness, from which fetches are spread, failed.
    pub fn new(
        url: JwkSetUrl,
        source: F,
        policy: RemoteJwkSetPolicy,
        random: &dyn Random,
    ) -> Result<Self, RandomUnavailable> {
        let mut seed = [0; 16];
        random.fill(&mut seed)?;
        let schedule = Schedule::new(policy, seed);
        Ok(Self(Arc::new(Inner {
            url,
            source: Arc::new(source),
            shared: SharedJwkSet::new(JwkSet::empty()),
            calm_from_secs: AtomicU64::new(u64::MAX),
            calm_until_secs: AtomicU64::new(0),
            state: Mutex::new(State { schedule, flight: None, fetches: 0 }),
        })))
    }

    /// Fetches the set if it is time to, and waits for it.
    ///
    /// # Errors
    ///
    /// Why there is no newer set: the variants of [`RemoteJwkSetError`]. The former set may still
    /// be good; [`status`](Self::status) tells. While a failed fetch is not to be repeated yet,
    /// its error is returned only if there is no set that is used.
    pub async fn renew(&self, clock: &dyn Clock) -> Result<(), RemoteJwkSetError> {
        match self.plan(Schedule::for_renewal, clock.now()) {
            Plan::Wait(flight) => self.wait(&flight, clock).await,
            Plan::Fail(error) => Err(error),
            Plan::Go | Plan::Nudge(_) | Plan::Unknown => Ok(()),
        }
    }

    /// Returns in how many seconds [`renew`](Self::renew) has something to do, at least one.
    #[must_use]
    pub fn renew_in_secs(&self, clock: &dyn Clock) -> u64 {
        let next_at = lock(&self.0.state).schedule.next_at();
        next_at.secs_since(clock.now()).unwrap_or(0).max(1)
    }

    /// Makes sure that the key which `token` names is in the set, if the issuer has it. Nothing
    /// else of the token is checked.
    ///
    /// # Errors
    ///
    /// - [`RemoteVerifyError::Refused`]: the token has no readable header
    ///   ([`VerifyError::TooLarge`], [`VerifyError::Malformed`],
    ///   [`VerifyError::UnsupportedHeader`]), or names no key that there is
    ///   ([`VerifyError::Key`]).
    /// - [`RemoteVerifyError::NoKey`]: the key could not be fetched.
    pub async fn prepare(&self, token: &str, clock: &dyn Clock) -> Result<(), RemoteVerifyError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(VerifyError::TooLarge.into());
        }
        let parts = Parts::split(token)?;
        let mut buffer = Small::new();
        let header = Header::read(parts.decode_header(&mut buffer)?)?;
        self.be_ready(clock).await?;
        if self.has(|kid| header.is_key_id(kid)) {
            return Ok(());
        }
        let kid = header.decoded_key_id().ok_or(VerifyError::UNKNOWN_KEY)?;
        self.find(&kid, clock).await
    }

    /// Makes sure that the set is one that may be used.
    pub(super) async fn be_ready(&self, clock: &dyn Clock) -> Result<(), RemoteJwkSetError> {
        let now = clock.now();
        if self.is_calm(now) {
            return Ok(());
        }
        match self.plan(Schedule::for_any, now) {
            Plan::Go | Plan::Unknown => Ok(()),
            Plan::Nudge(flight) => {
                flight.nudge(|fetched| self.land(&flight, fetched, clock.now()));
                Ok(())
            }
            Plan::Wait(flight) => {
                let outcome = self.wait(&flight, clock).await;
                if lock(&self.0.state).schedule.is_usable(clock.now()) { Ok(()) } else { outcome }
            }
            Plan::Fail(error) => Err(error),
        }
    }

    /// Fetches the set for a key that it lacks.
    async fn find(&self, kid: &str, clock: &dyn Clock) -> Result<(), RemoteVerifyError> {
        let step = |schedule: &mut Schedule, flying, now| schedule.for_missing(kid, flying, now);
        match self.plan(step, clock.now()) {
            Plan::Wait(flight) => self.wait(&flight, clock).await?,
            Plan::Fail(error) => return Err(error.into()),
            Plan::Go | Plan::Nudge(_) | Plan::Unknown => {
                return Err(VerifyError::UNKNOWN_KEY.into());
            }
        }
        if self.has(|known| *known == *kid) {
            return Ok(());
        }
        lock(&self.0.state).schedule.miss(kid, clock.now());
        Err(VerifyError::UNKNOWN_KEY.into())
    }

    async fn wait(&self, flight: &Arc<Flight>, clock: &dyn Clock) -> Result<(), RemoteJwkSetError> {
        flight.wait(|fetched| self.land(flight, fetched, clock.now())).await
    }

    fn has(&self, is_kid: impl Fn(&str) -> bool) -> bool {
        self.0.shared.snapshot().find(is_kid).is_some()
    }

    fn is_calm(&self, now: UnixTime) -> bool {
        let (from, until) = (&self.0.calm_from_secs, &self.0.calm_until_secs);
        (from.load(Ordering::Acquire)..until.load(Ordering::Acquire)).contains(&now.as_secs())
    }

    /// Decides, and begins a fetch if that is what it comes to.
    fn plan(&self, step: impl Fn(&mut Schedule, bool, UnixTime) -> Step, now: UnixTime) -> Plan {
        loop {
            let mut state = lock(&self.0.state);
            if let Some(stuck) = state.flight.take_if(|flight| flight.is_stuck(now)) {
                drop(state);
                stuck.give_up(|fetched| self.land(&stuck, fetched, now));
                continue;
            }
            let flying = state.flight.is_some();
            let step = step(&mut state.schedule, flying, now);
            self.forget_old(&state.schedule, now);
            return match step {
                Step::Go => Plan::Go,
                Step::Unknown => Plan::Unknown,
                Step::Fail(error) => Plan::Fail(error),
                Step::Nudge => Plan::Nudge(self.flight(&mut state, now)),
                Step::Wait => Plan::Wait(self.flight(&mut state, now)),
            };
        }
    }

    /// Those who verify with the shared set alone must not do so for ever.
    fn forget_old(&self, schedule: &Schedule, now: UnixTime) {
        if !schedule.is_usable(now) && !self.0.shared.snapshot().is_empty() {
            self.0.shared.replace(JwkSet::empty());
        }
    }

    /// Returns the fetch that is under way, or begins one.
    fn flight(&self, state: &mut State, now: UnixTime) -> Arc<Flight> {
        if let Some(flight) = &state.flight {
            return Arc::clone(flight);
        }
        state.schedule.start(now);
        state.fetches = state.fetches.saturating_add(1);
        let (source, url) = (Arc::clone(&self.0.source), self.0.url.clone());
        let flight = Arc::new(Flight::new(async move { source.fetch(&url).await }, now));
        state.flight = Some(Arc::clone(&flight));
        flight
    }

    /// Takes what a fetch has brought.
    fn land(
        &self,
        flight: &Arc<Flight>,
        fetched: Result<FetchedJwkSet, FetchError>,
        now: UnixTime,
    ) -> Result<(), RemoteJwkSetError> {
        // The work is done before the lock is taken.
        let read = fetched.map_err(RemoteJwkSetError::Fetch).and_then(|answer| read(&answer, now));
        let mut state = lock(&self.0.state);
        let _ended = state.flight.take_if(|own| Arc::ptr_eq(own, flight));
        let outcome = match read {
            Ok((set, remaining_secs)) => {
                self.0.shared.replace(set);
                state.schedule.succeed(remaining_secs, now);
                Ok(())
            }
            Err(error) => {
                state.schedule.fail(error, now);
                Err(error)
            }
        };
        let (from, until) = state.schedule.calm();
        self.0.calm_from_secs.store(from.as_secs(), Ordering::Release);
        self.0.calm_until_secs.store(until.as_secs(), Ordering::Release);
        outcome
    }
}

/// Judges an answer. Returns the set, and for how many seconds the issuer says that it is good.
fn read(answer: &FetchedJwkSet, now: UnixTime) -> Result<(JwkSet, Option<u64>), RemoteJwkSetError> {
    if answer.status() != 200 {
        return Err(RemoteJwkSetError::Status(answer.status()));
    }
    if !answer.has_type() {
        return Err(RemoteJwkSetError::ContentType);
    }
    let set = JwkSet::from_issuer(answer.body()).map_err(RemoteJwkSetError::Set)?;
    if set.is_empty() {
        return Err(RemoteJwkSetError::NoKeys);
    }
    Ok((set, answer.freshness().remaining_secs(now)))
}

impl<F> RemoteJwkSet<F> {
    /// Returns where the set is published.
    #[must_use]
    pub fn url(&self) -> &JwkSetUrl {
        &self.0.url
    }

    /// Returns the set as it is, for whoever verifies with that: it is empty before the first
    /// fetch, and again when it is too old. Nothing is fetched by looking at it.
    #[must_use]
    pub fn shared(&self) -> SharedJwkSet {
        self.0.shared.clone()
    }

    /// Returns how it stands, for monitoring.
    #[must_use]
    pub fn status(&self) -> RemoteJwkSetStatus {
        let set = self.0.shared.snapshot();
        let state = lock(&self.0.state);
        RemoteJwkSetStatus::new(&state.schedule, &set, state.fetches)
    }
}

impl<F> Clone for RemoteJwkSet<F> {
    /// The set is shared, not copied.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<F> fmt::Debug for RemoteJwkSet<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteJwkSet")
            .field("url", &self.0.url)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
