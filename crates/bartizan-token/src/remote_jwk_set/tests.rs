//! Each rule, with a clock that stands still and a source that does what it is told.

mod failures;
mod flights;
#[expect(clippy::arithmetic_side_effects, reason = "a model that overflows is a test that fails")]
mod model;
mod race;
mod rules;
#[expect(clippy::panic_in_result_fn, reason = "a source that is told to panics")]
mod source;

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::collections::HashMap;
use std::sync::LazyLock;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyId, KeyRecord, KeyState, Keyring, ManualClock, SharedKeyring, UnixTime};

use self::source::{Answer, Source};
use super::*;
use crate::{AccessToken, Audience, Issuer, IssuerName, NoClaims, SigningKey};
use bartizan_store::testing::{interleave, ready};

type Keys = RemoteJwkSet<Arc<Source>>;

const NOW_SECS: u64 = 1_700_000_000;

/// An issuer that publishes the first keys of many, and who verifies what it signs.
struct World {
    clock: ManualClock,
    source: Arc<Source>,
    keys: Keys,
    verifier: RemoteVerifier<AccessToken, Arc<Source>>,
}

impl World {
    fn new() -> Self {
        Self::with(RemoteJwkSetPolicy::new())
    }

    fn with(policy: RemoteJwkSetPolicy) -> Self {
        let source = Arc::new(Source::new(Answer::set_of(&[1])));
        let url = JwkSetUrl::new("https://id.example/jwks").unwrap();
        let random = PredictableRandom::from_seed(11);
        let keys = Keys::new(url, Arc::clone(&source), policy, &random).unwrap();
        let verifier = RemoteVerifier::new(name(), api(), keys.clone());
        Self { clock: ManualClock::at(UnixTime::from_secs(NOW_SECS)), source, keys, verifier }
    }

    /// One that has its set, so that the next fetch is another one.
    fn fetched() -> Self {
        let world = Self::new();
        assert_eq!(world.renew(), Ok(()));
        assert_eq!(world.source.fetches(), 1);
        world
    }

    /// One whose set is of the age at which it must be fetched again.
    fn expired() -> Self {
        let world = Self::fetched();
        world.clock.set(world.keys.status().expires_at().unwrap());
        world
    }

    fn renew(&self) -> Result<(), RemoteJwkSetError> {
        ready(self.keys.renew(&self.clock))
    }

    /// A token that key `n` has signed just now.
    fn token(&self, n: u32) -> String {
        token(n, &self.clock)
    }

    /// What becomes of a token of key `n`, for which nobody must wait.
    fn verify(&self, n: u32) -> Result<(), RemoteVerifyError> {
        ready(self.verifier.verify(&self.token(n), &self.clock)).map(drop)
    }

    /// Whether a token of key `n` has to wait.
    fn waits(&self, n: u32) -> bool {
        let token = self.token(n);
        let verifying = pin!(self.verifier.verify(&token, &self.clock));
        verifying.poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }
}

fn name() -> IssuerName {
    IssuerName::new("https://id.example").unwrap()
}

fn api() -> Audience {
    Audience::new("https://api.example").unwrap()
}

fn token(n: u32, clock: &ManualClock) -> String {
    let issuer = Issuer::<AccessToken>::new(name(), api(), keyring(n));
    let random = PredictableRandom::from_seed(u64::from(n));
    issuer.sign("alice", &NoClaims::new(), clock, &random).unwrap()
}

/// Key `n`, whose id is `n`. The same at each call, and so made but once.
fn keyring(n: u32) -> SharedKeyring<SigningKey> {
    static MADE: LazyLock<Mutex<HashMap<u32, SharedKeyring<SigningKey>>>> =
        LazyLock::new(Mutex::default);
    lock(&MADE).entry(n).or_insert_with(|| SharedKeyring::new(make_keyring(n))).clone()
}

fn make_keyring(n: u32) -> Keyring<SigningKey> {
    let key = SigningKey::generate_ed25519(&PredictableRandom::from_seed(n.into())).unwrap();
    let times = (UnixTime::EPOCH, UnixTime::EPOCH);
    let record = KeyRecord::restore(KeyId::from_u32(n), KeyState::Active, times, Some(key));
    Keyring::restore(1, vec![record]).unwrap()
}

const UNKNOWN: Result<(), RemoteVerifyError> =
    Err(RemoteVerifyError::Refused(VerifyError::UNKNOWN_KEY));

fn no_key<T>(error: RemoteJwkSetError) -> Result<T, RemoteVerifyError> {
    Err(RemoteVerifyError::NoKey(error))
}
