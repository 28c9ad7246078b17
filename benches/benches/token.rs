//! Signing and checking a 12-claim access token, beside what ring alone takes on the same bytes,
//! and, with the feature `token-peers`, beside aws-lc-rs and other libraries.

#![expect(
    clippy::disallowed_methods,
    reason = "ring and the peers take no clock or source of ours"
)]

#[cfg(feature = "token-peers")]
#[path = "token/aws_lc.rs"]
mod aws_lc;
#[cfg(feature = "token-peers")]
#[path = "token/peers.rs"]
mod peers;

use bartizan::core::{
    KeyId, KeyRecord, KeyState, Keyring, ManualClock, Random, RandomUnavailable, SharedKeyring,
    SystemRandom, UnixTime,
};
use bartizan::token::{
    AccessToken, Algorithm, Audience, Backend, Issuer, IssuerName, SigningKey, TokenBuffer,
    Verifier, danger,
};
use divan::{Bencher, black_box};
use ring::hmac;
use ring::rand::SystemRandom as RingRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair as _, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    UnparsedPublicKey,
};
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

/// The same, borrowed.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read, not used")]
struct View<'b> {
    client_id: &'b str,
    scope: &'b str,
    #[serde(borrow)]
    roles: Roles<'b>,
    auth_time: u64,
    acr: &'b str,
    sid: &'b str,
}

/// Up to two roles, without the heap.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read, not used")]
struct Roles<'b>(&'b str, &'b str);

type Token = AccessToken<Claims>;

const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Hs256, Algorithm::Ps256];

/// RSA of 3,072 bits.
const RSA_PEM: &str = include_str!("../../crates/bartizan-token/src/key/tests/rsa3072.pem");

#[expect(clippy::unnecessary_wraps, reason = "a generator may fail, and this one can't")]
fn generate_rsa(_: &dyn Random) -> Result<SigningKey, RandomUnavailable> {
    Ok(SigningKey::from_pkcs8_pem(Algorithm::Ps256, &RSA_PEM.into()).expect("a key"))
}

struct Fixture {
    issuer: Issuer<Token>,
    verifier: Verifier<Token>,
    keys: SharedKeyring<SigningKey>,
    claims: Claims,
    clock: ManualClock,
    token: String,
}

impl Fixture {
    /// On ring.
    fn new(algorithm: Algorithm) -> Self {
        Self::on(Backend::Ring, algorithm)
    }

    fn on(backend: Backend, algorithm: Algorithm) -> Self {
        let random = SystemRandom::new();
        let generate = match algorithm {
            Algorithm::EdDsa => SigningKey::generate_ed25519,
            Algorithm::Es256 => SigningKey::generate_es256,
            Algorithm::Hs256 => SigningKey::generate_hs256,
            Algorithm::Ps256 => generate_rsa,
            #[cfg(feature = "token-peers")]
            Algorithm::MlDsa44 => SigningKey::generate_ml_dsa_44,
            #[cfg(feature = "token-peers")]
            Algorithm::MlDsa65 => SigningKey::generate_ml_dsa_65,
            other => panic!("no bench for {other}"),
        };
        let generate: fn(&dyn Random) -> Result<SigningKey, RandomUnavailable> = generate;
        let key = generate(&random).expect("randomness").with_backend(backend);
        let times = (UnixTime::EPOCH, UnixTime::EPOCH);
        let key = Some(key.expect("one that it knows"));
        let record = KeyRecord::restore(KeyId::from_u32(1), KeyState::Active, times, key);
        let keys = SharedKeyring::new(Keyring::restore(1, vec![record]).expect("one primary"));
        let name = IssuerName::new("https://id.example.com").expect("a good name");
        let audience = Audience::new("https://api.example.com").expect("a good name");
        let issuer = Issuer::new(name.clone(), audience.clone(), keys.clone());
        let verifier = Verifier::new(name, audience, keys.clone());
        let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
        let claims = claims();
        let token = issuer.sign(SUBJECT, &claims, &clock, &random).expect("a token");
        Self { issuer, verifier, keys, claims, clock, token }
    }

    /// What is signed of the token.
    fn input(&self) -> &[u8] {
        self.token.rsplit_once('.').expect("three parts").0.as_bytes()
    }

    fn pkcs8(&self) -> Vec<u8> {
        let keyring = self.keys.snapshot();
        let der = danger::signing_key_to_pkcs8_der(keyring.primary().1).expect("a pair");
        der.expose().to_vec()
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
    bencher.bench(|| fixture.verifier.verify(black_box(&fixture.token), &fixture.clock).unwrap());
}

/// Into claims that borrow.
#[divan::bench(args = ALGORITHMS)]
fn verify_view(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let mut buffer = TokenBuffer::new();
    bencher.bench_local(|| {
        let verified = fixture
            .verifier
            .verify_view::<View<'_>>(black_box(&fixture.token), &fixture.clock, &mut buffer)
            .unwrap();
        black_box(verified.claims());
    });
}

#[divan::bench(args = ALGORITHMS)]
fn verify_raw_ring(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let input = fixture.input();
    match algorithm {
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
            let public = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref().to_vec());
            let signature = pair.sign(input);
            bencher.bench(|| public.verify(black_box(input), signature.as_ref()).unwrap());
        }
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            let tag = hmac::sign(&key, input);
            bencher.bench(|| hmac::verify(&key, black_box(input), tag.as_ref()).unwrap());
        }
        Algorithm::Es256 => {
            let (pair, random) = (ecdsa(&fixture), RingRandom::new());
            let public = pair.public_key().as_ref().to_vec();
            let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
            let signature = pair.sign(&random, input).expect("a signature");
            bencher.bench(|| public.verify(black_box(input), signature.as_ref()).unwrap());
        }
        _ => {
            let pair = rsa(&fixture);
            let public = pair.public_key().as_ref().to_vec();
            let public = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, public);
            let mut signature = vec![0; pair.public().modulus_len()];
            pair.sign(&RSA_PSS_SHA256, &RingRandom::new(), input, &mut signature)
                .expect("a signature");
            bencher.bench(|| public.verify(black_box(input), &signature).unwrap());
        }
    }
}

fn ecdsa(fixture: &Fixture) -> EcdsaKeyPair {
    let random = RingRandom::new();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &fixture.pkcs8(), &random)
        .expect("a key")
}

fn rsa(fixture: &Fixture) -> RsaKeyPair {
    RsaKeyPair::from_pkcs8(&fixture.pkcs8()).expect("a key")
}

#[divan::bench(args = ALGORITHMS)]
fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let Fixture { issuer, claims, clock, .. } = &fixture;
    bencher.bench(|| issuer.sign(SUBJECT, black_box(claims), clock, &SystemRandom::new()).unwrap());
}

#[divan::bench(args = ALGORITHMS)]
fn sign_raw_ring(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let (input, random) = (fixture.input(), RingRandom::new());
    match algorithm {
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
            bencher.bench(|| pair.sign(black_box(input)));
        }
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            bencher.bench(|| hmac::sign(&key, black_box(input)));
        }
        Algorithm::Es256 => {
            let pair = ecdsa(&fixture);
            bencher.bench(|| pair.sign(&random, black_box(input)).unwrap());
        }
        _ => {
            let pair = rsa(&fixture);
            let mut signature = vec![0; pair.public().modulus_len()];
            bencher.bench_local(|| {
                pair.sign(&RSA_PSS_SHA256, &random, black_box(input), &mut signature).unwrap();
            });
        }
    }
}

/// The system's call for the 16 bytes of an id, which every signed token makes.
#[divan::bench]
fn draw_an_id(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        let mut id = [0; 16];
        SystemRandom::new().fill(&mut id).unwrap();
        id
    });
}

/// Refused by its length alone.
#[divan::bench]
fn refuse_a_megabyte(bencher: Bencher<'_, '_>) {
    let fixture = Fixture::new(Algorithm::Hs256);
    let token = "a".repeat(1_000_000);
    bencher.bench(|| fixture.verifier.verify(black_box(&token), &fixture.clock).is_err());
}
