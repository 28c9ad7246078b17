//! Signing and checking a 12-claim access token, beside what ring alone takes on the same bytes.

use bartizan::core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime};
use bartizan::token::{AccessToken, Algorithm, Audience, Issuer, IssuerName, SigningKey, Verifier};
use divan::{Bencher, black_box};
use ring::hmac;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
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

const ALGORITHMS: [Algorithm; 2] = [Algorithm::EdDsa, Algorithm::Hs256];

struct Fixture {
    issuer: Issuer<Token>,
    verifier: Verifier<Token>,
    claims: Claims,
    clock: ManualClock,
    token: String,
}

impl Fixture {
    fn new(algorithm: Algorithm) -> Self {
        let random = SystemRandom::new();
        let generator = match algorithm {
            Algorithm::EdDsa => KeyGenerator::new(&random, SigningKey::generate_ed25519),
            Algorithm::Hs256 => KeyGenerator::new(&random, SigningKey::generate_hs256),
            other => panic!("no bench for {other}"),
        };
        let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
        let keys = SharedKeyring::new(keyring);
        let name = IssuerName::new("https://id.example.com").expect("a good name");
        let audience = Audience::new("https://api.example.com").expect("a good name");
        let issuer = Issuer::new(name.clone(), audience.clone(), keys.clone());
        let verifier = Verifier::new(name, audience, keys);
        let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
        let claims = claims();
        let token = issuer.sign(SUBJECT, &claims, &clock, &random).expect("a token");
        Self { issuer, verifier, claims, clock, token }
    }

    /// What is signed of the token.
    fn input(&self) -> &[u8] {
        self.token.rsplit_once('.').expect("three parts").0.as_bytes()
    }
}

const SUBJECT: &str = "0190c2b4-6f3e-7a61-9d0c-2f5f6a1b3c4d";

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

#[divan::bench(args = ALGORITHMS)]
fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    bencher.bench(|| fixture.verifier.verify(black_box(&fixture.token), &fixture.clock));
}

#[divan::bench(args = ALGORITHMS)]
fn verify_raw_ring(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let input = fixture.input();
    if algorithm == Algorithm::EdDsa {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
        let public = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref().to_vec());
        let signature = pair.sign(input);
        bencher.bench(|| public.verify(black_box(input), signature.as_ref()));
    } else {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        let tag = hmac::sign(&key, input);
        bencher.bench(|| hmac::verify(&key, black_box(input), tag.as_ref()));
    }
}

#[divan::bench(args = ALGORITHMS)]
fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let Fixture { issuer, claims, clock, .. } = &fixture;
    bencher.bench(|| issuer.sign(SUBJECT, black_box(claims), clock, &SystemRandom::new()));
}

#[divan::bench(args = ALGORITHMS)]
fn sign_raw_ring(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let input = fixture.input();
    if algorithm == Algorithm::EdDsa {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
        bencher.bench(|| pair.sign(black_box(input)));
    } else {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        bencher.bench(|| hmac::sign(&key, black_box(input)));
    }
}

/// Refused by its length alone.
#[divan::bench]
fn refuse_a_megabyte(bencher: Bencher<'_, '_>) {
    let fixture = Fixture::new(Algorithm::Hs256);
    let token = "a".repeat(1_000_000);
    bencher.bench(|| fixture.verifier.verify(black_box(&token), &fixture.clock));
}
