//! Tokens of 12 claims.

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bartizan::core::danger::PredictableRandom;
use bartizan::core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, UnixTime};
use bartizan::store::MemoryStore;
use bartizan::token::{
    AccessToken, Audience, CachedVerifier, Issuer, IssuerName, JwkSet, Revocations, SigningKey,
    TokenBuffer, Verifier,
};
use serde::{Deserialize, Serialize};

use crate::Operation;

pub const OPERATIONS: &[Operation] = &[
    ("verify HS256", verify),
    ("verify HS256, borrowed", verify_view),
    ("verify HS256, signed by the former primary", verify_former),
    ("sign HS256", sign),
    ("cache hit", cache_hit),
    ("refuse a megabyte", refuse_a_megabyte),
    ("refuse a wrong signature", refuse_a_wrong_signature),
    ("read a JWK set", read_a_jwk_set),
];

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
    roles: (&'b str, &'b str),
    auth_time: u64,
    acr: &'b str,
    sid: &'b str,
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

struct Fixture {
    name: IssuerName,
    keys: SharedKeyring<SigningKey>,
    issuer: Issuer<AccessToken<Claims>>,
    verifier: Verifier<AccessToken<Claims>>,
    clock: ManualClock,
    random: PredictableRandom,
    token: String,
}

fn fixture() -> Fixture {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    let keys = SharedKeyring::new(keyring);
    let name = IssuerName::new("https://id.example.com").expect("a good name");
    let audience = Audience::new("https://api.example.com").expect("a good name");
    let issuer = Issuer::new(name.clone(), audience.clone(), keys.clone());
    let verifier = Verifier::new(name.clone(), audience, keys.clone());
    let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    let token = issuer.sign(SUBJECT, &claims(), &clock, &random).expect("a token");
    Fixture { name, keys, issuer, verifier, clock, random, token }
}

fn verify() -> Box<dyn FnMut()> {
    let Fixture { verifier, clock, token, .. } = fixture();
    Box::new(move || drop(black_box(verifier.verify(black_box(&token), &clock).expect("good"))))
}

fn verify_view() -> Box<dyn FnMut()> {
    let Fixture { verifier, clock, token, .. } = fixture();
    let mut buffer = TokenBuffer::new();
    Box::new(move || {
        let verified = verifier.verify_view::<View<'_>>(black_box(&token), &clock, &mut buffer);
        black_box(verified.expect("good").claims());
    })
}

fn verify_former() -> Box<dyn FnMut()> {
    let Fixture { verifier, clock, token, keys, random, .. } = fixture();
    let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
    let next = keys.snapshot().rotate(UnixTime::from_secs(1), &generator).expect("randomness");
    keys.replace(next.into_keyring()).expect("newer");
    Box::new(move || drop(black_box(verifier.verify(black_box(&token), &clock).expect("good"))))
}

fn sign() -> Box<dyn FnMut()> {
    let Fixture { issuer, clock, random, .. } = fixture();
    let claims = claims();
    Box::new(move || {
        let token = issuer.sign(SUBJECT, black_box(&claims), &clock, &random);
        drop(black_box(token.expect("a token")));
    })
}

fn cache_hit() -> Box<dyn FnMut()> {
    let Fixture { name, verifier, random, token, .. } = fixture();
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
    let store = MemoryStore::new(10_000, clock.clone()).expect("good");
    let revocations = Revocations::new(Arc::new(store), name, 3_600);
    let cached = CachedVerifier::new(verifier, revocations, 10_000, &random).expect("good");
    Box::new(move || {
        let future = pin!(cached.verify(black_box(&token), &*clock));
        let polled = future.poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(black_box(polled), Poll::Ready(Ok(_))));
    })
}

fn refuse_a_megabyte() -> Box<dyn FnMut()> {
    let Fixture { verifier, clock, .. } = fixture();
    let token = "a".repeat(1_000_000);
    Box::new(move || assert!(verifier.verify(black_box(&token), &clock).is_err()))
}

fn refuse_a_wrong_signature() -> Box<dyn FnMut()> {
    let Fixture { verifier, clock, mut token, .. } = fixture();
    let at = token.rfind('.').expect("three parts") + 1;
    let other = if token[at..].starts_with('A') { "B" } else { "A" };
    token.replace_range(at..=at, other);
    Box::new(move || assert!(verifier.verify(black_box(&token), &clock).is_err()))
}

fn read_a_jwk_set() -> Box<dyn FnMut()> {
    let random = PredictableRandom::from_seed(2);
    let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    let keyring = keyring.rotate(UnixTime::from_secs(1), &generator).expect("randomness");
    let json = JwkSet::of_keyring(&keyring.into_keyring()).to_json();
    Box::new(move || {
        let set = JwkSet::from_json(black_box(json.as_bytes())).expect("a set");
        assert_eq!(black_box(set).len(), 2);
    })
}
