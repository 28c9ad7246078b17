//! What sign-in remembers: tokens that were verified before, beside verifying them, and one step of
//! each flow over the store in memory.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bartizan::core::{
    KeyGenerator, Keyring, SecretString, SharedKeyring, SystemClock, SystemRandom, UnixTime,
};
use bartizan::store::MemoryStore;
use bartizan::token::{
    AccessToken, ApiKeyDigestKey, ApiKeySpec, ApiKeys, Audience, CachedVerifier, Issuer,
    IssuerName, OneTimeTokens, PasswordReset, RefreshPolicy, RefreshTokens, Revocations,
    SigningKey, Verified, Verifier,
};
use divan::{Bencher, black_box};
use serde::{Deserialize, Serialize};

fn main() {
    divan::main();
}

/// Six claims beside the six that every token has.
#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    client_id: String,
    scope: String,
    roles: Vec<String>,
    auth_time: u64,
    acr: String,
    sid: String,
}

type Token = AccessToken<Claims>;

struct Fixture {
    verifier: Verifier<Token>,
    cached: CachedVerifier<Token, MemoryStore>,
    revocations: Revocations<MemoryStore>,
    tokens: Vec<String>,
}

const LIVE: usize = 10_000;

impl Fixture {
    /// Signs `live` tokens, each of another subject, and verifies them once.
    fn new(live: usize) -> Self {
        let (clock, random) = (SystemClock::new(), SystemRandom::new());
        let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
        let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
        let keys = SharedKeyring::new(keyring);
        let name = IssuerName::new("https://id.example.com").expect("a good name");
        let audience = Audience::new("https://api.example.com").expect("a good name");
        let issuer = Issuer::<Token>::new(name.clone(), audience.clone(), keys.clone());
        let tokens = (0..live).map(|n| issuer.sign(&subject(n), &claims(), &clock, &random));
        let tokens = tokens.collect::<Result<Vec<_>, _>>().expect("tokens");

        let verifier = Verifier::new(name.clone(), audience, keys);
        let revocations = revocations(name);
        let cached = CachedVerifier::new(verifier.clone(), revocations.clone(), 2 * LIVE, &random);
        let cached = cached.expect("a good capacity");
        for token in &tokens {
            let remembered: Arc<Verified<Token>> =
                ready(cached.verify(token, &clock)).expect("a good token");
            black_box(remembered);
        }
        assert_eq!(cached.len(), live);
        Self { verifier, cached, revocations, tokens }
    }

    /// Lets the store remember that as many tokens and subjects, others than these, were revoked.
    fn revoke_others(self) -> Self {
        let (clock, random) = (SystemClock::new(), SystemRandom::new());
        for n in 0..LIVE {
            let name = format!("other {n}");
            ready(self.revocations.revoke_id(&name, &clock)).expect("room");
            ready(self.revocations.revoke_subject(&name, &clock, &random)).expect("room");
        }
        self
    }

    /// Verifies one of the tokens after another.
    fn hit_all(&self, bencher: Bencher<'_, '_>) {
        let clock = SystemClock::new();
        let mut tokens = self.tokens.iter().cycle();
        bencher.bench_local(|| {
            let token = tokens.next().expect("an endless cycle");
            ready(self.cached.verify(black_box(token), &clock)).expect("a good token")
        });
    }
}

fn revocations(name: IssuerName) -> Revocations<MemoryStore> {
    let store = MemoryStore::new(1_000_000, Arc::new(SystemClock::new())).expect("good");
    Revocations::new(Arc::new(store), name, 30 * 86_400)
}

fn subject(n: usize) -> String {
    format!("0190c2b4-6f3e-7a61-9d0c-{n:012x}")
}

fn claims() -> Claims {
    Claims {
        client_id: "web-frontend".to_owned(),
        scope: "notes:read notes:write profile".to_owned(),
        roles: vec!["editor".to_owned(), "reviewer".to_owned()],
        auth_time: 1_699_999_000,
        acr: "urn:example:aal2".to_owned(),
        sid: "b7f1c1de2a834c0f".to_owned(),
    }
}

/// Over a store in memory no future waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}

#[divan::bench]
fn verify_eddsa(bencher: Bencher<'_, '_>) {
    let (fixture, clock) = (Fixture::new(1), SystemClock::new());
    bencher.bench_local(|| fixture.verifier.verify(black_box(&fixture.tokens[0]), &clock));
}

#[divan::bench]
fn hit_hot(bencher: Bencher<'_, '_>) {
    Fixture::new(1).hit_all(bencher);
}

#[divan::bench]
fn hit_hot_beside_10_000_revoked(bencher: Bencher<'_, '_>) {
    Fixture::new(1).revoke_others().hit_all(bencher);
}

#[divan::bench]
fn hit_among_10_000(bencher: Bencher<'_, '_>) {
    Fixture::new(LIVE).hit_all(bencher);
}

#[divan::bench]
fn hit_among_10_000_beside_10_000_revoked(bencher: Bencher<'_, '_>) {
    Fixture::new(LIVE).revoke_others().hit_all(bencher);
}

#[divan::bench]
fn refresh_rotation(bencher: Bencher<'_, '_>) {
    let (clock, random) = (SystemClock::new(), SystemRandom::new());
    let policy = RefreshPolicy::new(30 * 86_400, 7 * 86_400).expect("a good policy");
    let revocations = revocations(IssuerName::new("https://id.example.com").expect("good"));
    let tokens = RefreshTokens::new(revocations, policy).expect("long enough");
    let mut grant = ready(tokens.begin("alice", &clock, &random)).expect("room");
    bencher.bench_local(|| {
        grant = ready(tokens.refresh(grant.token(), &clock, &random)).expect("the current one");
    });
}

#[divan::bench]
fn one_time_issue_and_redeem(bencher: Bencher<'_, '_>) {
    let (clock, random) = (SystemClock::new(), SystemRandom::new());
    let revocations = revocations(IssuerName::new("https://id.example.com").expect("good"));
    let tokens = OneTimeTokens::<PasswordReset, _>::new(revocations).expect("long enough");
    bencher.bench_local(|| {
        let token = ready(tokens.issue("alice", "", &clock, &random)).expect("room");
        ready(tokens.redeem(&token, &clock)).expect("a fresh one")
    });
}

#[divan::bench]
fn api_key_verify(bencher: Bencher<'_, '_>) {
    let (keys, clock) = (api_keys(), SystemClock::new());
    let spec = ApiKeySpec::new("build-server", &["notes:read"], 86_400).expect("good");
    let key = ready(keys.issue(&spec, &clock, &SystemRandom::new())).expect("room");
    bencher.bench_local(|| ready(keys.verify(black_box(key.text()), &clock)).expect("good"));
}

/// Refused by its checksum, before the store is asked.
#[divan::bench]
fn api_key_refuse_a_typo(bencher: Bencher<'_, '_>) {
    let (keys, clock) = (api_keys(), SystemClock::new());
    let spec = ApiKeySpec::new("build-server", &[], 86_400).expect("good");
    let key = ready(keys.issue(&spec, &clock, &SystemRandom::new())).expect("room");
    let mut text = key.text().expose().to_owned();
    let last = if text.ends_with('0') { "1" } else { "0" };
    text.replace_range(text.len() - 1.., last);
    let text = SecretString::from(text);
    bencher.bench_local(|| ready(keys.verify(black_box(&text), &clock)).expect_err("a typo"));
}

fn api_keys() -> ApiKeys<MemoryStore> {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, ApiKeyDigestKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    let store = MemoryStore::new(1_000, Arc::new(SystemClock::new())).expect("good");
    ApiKeys::new("acme", Arc::new(store), SharedKeyring::new(keyring)).expect("a good prefix")
}
