//! Signing and checking a webhook of 1 KiB after RFC 9421, beside what ring alone takes for the
//! same: the digest of the body, and the signature over what is signed.

use bartizan::core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom, UnixTime};
use bartizan::token::message::{
    HttpPolicy, HttpRequest, HttpSigner, HttpVerifier, MessagePurpose, MessageSigner,
    MessageVerifier, Origin,
};
use bartizan::token::{Algorithm, SigningKey, danger};
use divan::{Bencher, black_box};
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

fn main() {
    divan::main();
}

enum Webhook {}

impl MessagePurpose for Webhook {
    const NAME: &'static str = "order-webhook";
}

const ALGORITHMS: [Algorithm; 2] = [Algorithm::EdDsa, Algorithm::Hs256];

const URL: &str = "https://merchant.example/hooks/orders?shop=7";
const TARGET: &str = "/hooks/orders?shop=7";

struct Fixture {
    keys: SharedKeyring<SigningKey>,
    origin: Origin,
    clock: ManualClock,
    body: Vec<u8>,
    fields: Vec<(String, String)>,
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
        let mut fixture = Self {
            keys: SharedKeyring::new(keyring),
            origin: Origin::new("https://merchant.example").expect("an origin"),
            clock: ManualClock::at(UnixTime::from_secs(1_700_000_000)),
            body: vec![b'x'; 1_024],
            fields: USUAL.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        };
        let signed = fixture.sign();
        fixture.fields.extend(signed);
        fixture
    }

    fn signer(&self) -> HttpSigner<Webhook> {
        HttpSigner::new(self.keys.clone())
    }

    fn verifier(&self) -> HttpVerifier<Webhook> {
        HttpVerifier::new(self.keys.clone(), HttpPolicy::new(300).expect("a good age"))
    }

    fn sign(&self) -> Vec<(String, String)> {
        let fields = USUAL.iter().map(|(name, value)| (*name, value.as_bytes()));
        let request = HttpRequest::new("POST", URL, fields, &self.body).expect("a request");
        let signed =
            self.signer().sign(&request, &self.clock, &SystemRandom::new()).expect("a signature");
        signed.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn received(&self) -> HttpRequest<'_> {
        let fields = self.fields.iter().map(|(name, value)| (&**name, value.as_bytes()));
        self.origin.request("POST", TARGET, fields, &self.body).expect("a request")
    }

    /// What is signed, written down.
    fn base(&self) -> String {
        let value = |wanted: &str| {
            let found = self.fields.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.as_str()).expect("a field")
        };
        let (_, params) = value("signature-input").split_once('=').expect("a label");
        let (kind, digest) = (value("content-type"), value("content-digest"));
        format!(
            "\"@method\": POST\n\"@target-uri\": {URL}\n\"content-type\": {kind}\n\
             \"content-digest\": {digest}\n\"@signature-params\": {params}"
        )
    }
}

/// What a client sends anyway.
const USUAL: [(&str, &str); 6] = [
    ("host", "merchant.example"),
    ("user-agent", "acme-webhooks/1.0"),
    ("accept", "*/*"),
    ("content-type", "application/json"),
    ("content-length", "1024"),
    ("x-request-id", "0190c2b4-6f3e-7a61-9d0c-2f5f6a1b3c4d"),
];

/// The replay window aside: that is one step of a store.
#[divan::bench(args = ALGORITHMS)]
fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let verifier = fixture.verifier();
    bencher.bench(|| {
        let request = black_box(&fixture).received();
        let proof = danger::verify_without_replay_window(&verifier, &request, &fixture.clock);
        black_box(proof.expect("a good signature").body().len())
    });
}

#[divan::bench(args = ALGORITHMS)]
fn verify_raw_ring(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let base = fixture.base();
    match algorithm {
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
            let public = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref().to_vec());
            let signature = pair.sign(base.as_bytes());
            bencher.bench(|| {
                public.verify(black_box(base.as_bytes()), signature.as_ref()).unwrap();
                digest(&SHA256, black_box(&fixture.body))
            });
        }
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            let tag = hmac::sign(&key, base.as_bytes());
            bencher.bench(|| {
                hmac::verify(&key, black_box(base.as_bytes()), tag.as_ref()).unwrap();
                digest(&SHA256, black_box(&fixture.body))
            });
        }
        other => panic!("no bench for {other}"),
    }
}

/// The nonce, which the operating system draws, included.
#[divan::bench(args = ALGORITHMS)]
fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let (signer, random) = (fixture.signer(), SystemRandom::new());
    bencher.bench(|| {
        let fields = USUAL.iter().map(|(name, value)| (*name, value.as_bytes()));
        let body = black_box(&fixture.body);
        let request = HttpRequest::new("POST", URL, fields, body).expect("a request");
        signer.sign(&request, &fixture.clock, &random).expect("a signature")
    });
}

#[divan::bench(args = ALGORITHMS)]
fn sign_raw_ring(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let base = fixture.base();
    match algorithm {
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
            bencher.bench(|| {
                let digest = digest(&SHA256, black_box(&fixture.body));
                (digest, pair.sign(black_box(base.as_bytes())))
            });
        }
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            bencher.bench(|| {
                let digest = digest(&SHA256, black_box(&fixture.body));
                (digest, hmac::sign(&key, black_box(base.as_bytes())))
            });
        }
        other => panic!("no bench for {other}"),
    }
}

/// The body alone, as a detached JWS.
#[divan::bench(args = ALGORITHMS)]
fn verify_bytes(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = Fixture::new(algorithm);
    let signer = MessageSigner::<Webhook>::new(fixture.keys.clone());
    let verifier = MessageVerifier::<Webhook>::new(fixture.keys.clone());
    let signature = signer.sign(&fixture.body).expect("a signature");
    bencher.bench(|| {
        let proof = verifier.verify(black_box(&fixture.body), &signature);
        black_box(proof.expect("a good signature").bytes().len())
    });
}

/// A forgery, whose body is not hashed.
#[divan::bench(args = ALGORITHMS)]
fn refuse(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let mut fixture = Fixture::new(algorithm);
    let verifier = fixture.verifier();
    fixture.origin = Origin::new("https://other.example").expect("an origin");
    fixture.body = vec![b'x'; 1 << 20];
    bencher.bench(|| {
        let request = black_box(&fixture).received();
        danger::verify_without_replay_window(&verifier, &request, &fixture.clock).unwrap_err()
    });
}
