//! Proofs of possession (RFC 9449): to verify and to make one, beside the signature alone; what a
//! bound access token costs as a whole; and the nonces.
#![expect(clippy::disallowed_methods, reason = "the library alone takes no source but its own")]

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bartizan::core::{
    KeyGenerator, Keyring, Random, RandomUnavailable, SharedKeyring, SystemClock, SystemRandom,
    UnixTime,
};
use bartizan::store::MemoryStore;
use bartizan::token::{
    AccessToken, Audience, BoundVerifier, CachedVerifier, DpopClaims, DpopKey, DpopNonceKey,
    DpopNonces, DpopRequest, DpopVerifier, Issuer, IssuerName, NoClaims, Revocations, SigningKey,
    TargetUri, Verifier,
};
use divan::{Bencher, black_box};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair, UnparsedPublicKey, VerificationAlgorithm,
};

fn main() {
    divan::main();
}

type Generate = fn(&dyn Random) -> Result<DpopKey, RandomUnavailable>;

const BASE: &str = "https://api.example.com";
const PATH: &str = "/v1/accounts/4711/notes";

/// So many proofs are made before they are verified, each once.
const PROOFS: u32 = 5_000;

fn target() -> TargetUri {
    TargetUri::new(&[BASE, PATH].concat()).expect("a good URI")
}

fn verifier() -> DpopVerifier<MemoryStore> {
    let state = MemoryStore::new(10_000_000, Arc::new(SystemClock::new())).expect("good");
    DpopVerifier::new(TargetUri::new(BASE).expect("a good URI"), Arc::new(state))
        .with_lifetime_secs(300)
        .expect("a good age")
}

fn proofs(key: &DpopKey, claims: &DpopClaims) -> Vec<String> {
    let (clock, random) = (SystemClock::new(), SystemRandom::new());
    (0..PROOFS).map(|_| key.sign(claims, &clock, &random).expect("a proof")).collect()
}

fn verify(bencher: Bencher<'_, '_>, generate: Generate) {
    let key = generate(&SystemRandom::new()).expect("randomness");
    let proofs = proofs(&key, &DpopClaims::new("GET", target()));
    let (verifier, clock, mut next) = (verifier(), SystemClock::new(), proofs.iter());
    bencher.bench_local(|| {
        let request = DpopRequest::new(
            "GET",
            PATH,
            [black_box(next.next().expect("no more samples than proofs"))],
        );
        ready(verifier.verify(&request, &clock)).expect("a good proof")
    });
}

#[divan::bench(sample_count = 1_000, sample_size = 2)]
fn verify_eddsa(bencher: Bencher<'_, '_>) {
    verify(bencher, DpopKey::generate_ed25519);
}

#[divan::bench(sample_count = 1_000, sample_size = 2)]
fn verify_es256(bencher: Bencher<'_, '_>) {
    verify(bencher, DpopKey::generate_es256);
}

/// One text as long as what of a proof is signed, verified again and again.
fn raw(
    bencher: Bencher<'_, '_>,
    (public, signature): (&[u8], &[u8]),
    algorithm: &'static dyn VerificationAlgorithm,
) {
    let key = UnparsedPublicKey::new(algorithm, public);
    bencher.bench_local(|| key.verify(black_box(&[b'a'; 400]), signature).expect("good"));
}

#[divan::bench(sample_count = 1_000, sample_size = 2)]
fn raw_verify_eddsa(bencher: Bencher<'_, '_>) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
    let signature = pair.sign(&[b'a'; 400]);
    raw(bencher, (pair.public_key().as_ref(), signature.as_ref()), &ED25519);
}

#[divan::bench(sample_count = 1_000, sample_size = 2)]
fn raw_verify_es256(bencher: Bencher<'_, '_>) {
    let pair = es256();
    let signature = pair.sign(&ring::rand::SystemRandom::new(), &[b'a'; 400]).expect("randomness");
    raw(bencher, (pair.public_key().as_ref(), signature.as_ref()), &ECDSA_P256_SHA256_FIXED);
}

fn es256() -> EcdsaKeyPair {
    let random = ring::rand::SystemRandom::new();
    let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve, &random).expect("randomness");
    EcdsaKeyPair::from_pkcs8(curve, pkcs8.as_ref(), &random).expect("a key")
}

#[divan::bench(args = ["eddsa", "es256"])]
fn sign(bencher: Bencher<'_, '_>, algorithm: &str) {
    let generate =
        if algorithm == "eddsa" { DpopKey::generate_ed25519 } else { DpopKey::generate_es256 };
    let (clock, random) = (SystemClock::new(), SystemRandom::new());
    let key = generate(&random).expect("randomness");
    let claims = DpopClaims::new("GET", target());
    bencher.bench_local(|| key.sign(black_box(&claims), &clock, &random).expect("a proof"));
}

#[divan::bench]
fn raw_sign_eddsa(bencher: Bencher<'_, '_>) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
    bencher.bench_local(|| pair.sign(black_box(&[b'a'; 400])));
}

#[divan::bench]
fn raw_sign_es256(bencher: Bencher<'_, '_>) {
    let (pair, random) = (es256(), ring::rand::SystemRandom::new());
    bencher.bench_local(|| pair.sign(&random, black_box(&[b'a'; 400])).expect("randomness"));
}

/// A bound token and its proof, both Ed25519: with and without a memory of tokens.
#[divan::bench(args = ["each", "remembered"], sample_count = 1_000, sample_size = 2)]
fn bound_token(bencher: Bencher<'_, '_>, tokens: &str) {
    let (clock, random) = (SystemClock::new(), SystemRandom::new());
    let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    let keys = SharedKeyring::new(keyring);
    let name = IssuerName::new("https://id.example.com").expect("a good name");
    let api = Audience::new(BASE).expect("a good name");
    let client = DpopKey::generate_ed25519(&random).expect("randomness");
    let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), keys.clone());
    let token =
        issuer.bound_to(client.thumbprint()).sign("alice", &NoClaims::new(), &clock, &random);
    let token = token.expect("a token");
    let proofs = proofs(&client, &DpopClaims::new("GET", target()).with_access_token(&token));

    let verifier = Verifier::<AccessToken>::new(name.clone(), api, keys);
    let bound = if tokens == "each" {
        BoundVerifier::new(verifier, self::verifier())
    } else {
        let state = MemoryStore::new(1_000, Arc::new(SystemClock::new())).expect("good");
        let revocations = Revocations::new(Arc::new(state), name, 86_400);
        let cached = CachedVerifier::new(verifier, revocations, 100, &random).expect("good");
        BoundVerifier::with_cache(cached, self::verifier())
    };
    let mut next = proofs.iter();
    bencher.bench_local(|| {
        let request = DpopRequest::new(
            "GET",
            PATH,
            [black_box(next.next().expect("no more samples than proofs"))],
        );
        ready(bound.verify(&token, &request, &clock)).expect("a good token")
    });
}

#[divan::bench]
fn nonce_issue(bencher: Bencher<'_, '_>) {
    let (clock, random) = (SystemClock::new(), SystemRandom::new());
    let generator = KeyGenerator::new(&random, DpopNonceKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    let nonces = DpopNonces::new(SharedKeyring::new(keyring));
    bencher.bench_local(|| nonces.issue(black_box(&clock)));
}

/// What an attacker's worst costs: refused before any signature is checked.
#[divan::bench]
fn oversized(bencher: Bencher<'_, '_>) {
    let (verifier, clock, proof) = (verifier(), SystemClock::new(), "a".repeat(1_000_000));
    let refused = Cell::new(0_u64);
    bencher.bench_local(|| {
        let request = DpopRequest::new("GET", PATH, [black_box(&proof)]);
        refused.set(refused.get() + u64::from(ready(verifier.verify(&request, &clock)).is_err()));
    });
}

/// Over a store in memory no future waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}
