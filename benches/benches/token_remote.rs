//! Verification with fetched keys that are there, beside verification with the same keys in memory.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bartizan::core::{KeyGenerator, Keyring, SharedKeyring, SystemClock, SystemRandom, UnixTime};
use bartizan::token::{
    AccessToken, Audience, FetchError, FetchJwkSet, FetchedJwkSet, Issuer, IssuerName, JwkSet,
    JwkSetUrl, NoClaims, RemoteJwkSet, RemoteJwkSetPolicy, RemoteVerifier, SigningKey, Verifier,
};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

struct Canned(String);

impl FetchJwkSet for Canned {
    async fn fetch(&self, _: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
        let mut answer = FetchedJwkSet::new(200);
        answer.header("content-type", "application/jwk-set+json");
        answer.header("cache-control", "max-age=3600");
        answer.push(self.0.as_bytes())?;
        Ok(answer)
    }
}

struct Fixture {
    remote: RemoteVerifier<AccessToken, Canned>,
    plain: Verifier<AccessToken>,
    token: String,
    unknown: String,
}

impl Fixture {
    fn new() -> Self {
        let (clock, random) = (SystemClock::new(), SystemRandom::new());
        let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
        let keyring = || Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
        let own = keyring();
        let set = JwkSet::of_keyring(&own);
        let name = IssuerName::new("https://id.example").expect("a good name");
        let api = Audience::new("https://api.example").expect("a good name");
        let sign = |keyring| {
            Issuer::<AccessToken>::new(name.clone(), api.clone(), SharedKeyring::new(keyring))
                .sign("alice", &NoClaims::new(), &clock, &random)
                .expect("a token")
        };
        let url = JwkSetUrl::new("https://id.example/jwks").expect("a good URL");
        let (source, policy) = (Canned(set.to_json()), RemoteJwkSetPolicy::new());
        let keys = RemoteJwkSet::new(url, source, policy, &random).expect("randomness");
        ready(keys.renew(&clock)).expect("a good set");
        let (token, unknown) = (sign(own), sign(keyring()));
        let remote = RemoteVerifier::new(name.clone(), api.clone(), keys);
        Self { remote, plain: Verifier::new(name, api, set), token, unknown }
    }
}

/// With a set that is there no future waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the set is there"),
    }
}

#[divan::bench]
fn verify_plain(bencher: Bencher<'_, '_>) {
    let (fixture, clock) = (Fixture::new(), SystemClock::new());
    bencher.bench_local(|| fixture.plain.verify(black_box(&fixture.token), &clock));
}

#[divan::bench]
fn verify_remote(bencher: Bencher<'_, '_>) {
    let (fixture, clock) = (Fixture::new(), SystemClock::new());
    bencher.bench_local(|| ready(fixture.remote.verify(black_box(&fixture.token), &clock)));
}

/// What `prepare` costs whoever verifies in some other way.
#[divan::bench]
fn prepare(bencher: Bencher<'_, '_>) {
    let (fixture, clock) = (Fixture::new(), SystemClock::new());
    let keys = fixture.remote.keys();
    bencher.bench_local(|| ready(keys.prepare(black_box(&fixture.token), &clock)));
}

/// What a token costs whose key is unknown, while that need not be asked.
#[divan::bench]
fn refuse_unknown_key(bencher: Bencher<'_, '_>) {
    let (fixture, clock) = (Fixture::new(), SystemClock::new());
    bencher.bench_local(|| ready(fixture.remote.verify(black_box(&fixture.unknown), &clock)));
}
