//! Sealing and opening a field of 32 bytes under a context of 14, beside raw AES-256-GCM with a
//! prepared key, and beside other libraries.
//!
//! The raw cipher counts its nonces, which a process that forks or is restored must not do; ours
//! draws half of each from the kernel. So there are two measures: with nonces from a counter on both
//! sides, which is what our work costs beside the cipher's, and with nonces from the kernel on both.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bartizan::core::{
    Context, KeyGenerator, Keyring, Random, RandomUnavailable, Seal, SharedKeyring, SystemRandom,
    UnixTime,
};
use bartizan::envelope::{
    BlindIndex, Column, CompactEnvelope, CompactKey, Envelope, IndexBits, IndexKey, Normalization,
    Padding, Sealed, SealingKey, danger,
};
use divan::{Bencher, black_box};
use dryoc::classic::crypto_aead_xchacha20poly1305_ietf as xchacha;
use orion::hazardous::aead::xchacha20poly1305 as orion_aead;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

fn main() {
    divan::main();
}

const FIELD: &[u8; 32] = b"a field of thirty-two bytes long";
const CONTEXT: &[u8; 14] = b"users.phone#42";

/// Where nonces come from.
#[derive(Debug, Clone, Copy)]
enum Nonces {
    /// Nobody does this: it leaves the cost of the system call out.
    Counter,
    Kernel,
}

impl Nonces {
    const ALL: [Self; 2] = [Self::Counter, Self::Kernel];

    fn random(self) -> Arc<dyn Random> {
        match self {
            Self::Counter => Arc::new(Counting(AtomicU64::new(1 << 40))),
            Self::Kernel => Arc::new(SystemRandom::new()),
        }
    }
}

#[derive(Debug)]
struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        for (byte, counted) in out.iter_mut().zip(count.to_be_bytes()) {
            *byte = counted;
        }
        Ok(())
    }
}

fn envelope(nonces: Nonces) -> Envelope {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    Envelope::with_random(SharedKeyring::new(keyring), nonces.random())
}

fn compact(nonces: Nonces) -> CompactEnvelope {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, CompactKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    CompactEnvelope::with_random(SharedKeyring::new(keyring), nonces.random())
}

struct Raw {
    key: LessSafeKey,
    nonces: Nonces,
    count: Cell<u64>,
}

impl Raw {
    fn new(nonces: Nonces) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("32 bytes");
        Self { key: LessSafeKey::new(key), nonces, count: Cell::new(0) }
    }

    fn nonce(&self) -> [u8; 12] {
        let mut nonce = [0; 12];
        match self.nonces {
            Nonces::Counter => {
                self.count.set(self.count.get() + 1);
                nonce[4..].copy_from_slice(&self.count.get().to_be_bytes());
            }
            Nonces::Kernel => SystemRandom::new().fill(&mut nonce).expect("randomness"),
        }
        nonce
    }

    fn seal(&self, context: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let nonce = self.nonce();
        let mut sealed = Vec::with_capacity(12 + plaintext.len() + 16);
        sealed.extend(nonce);
        sealed.extend(plaintext);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(context), &mut sealed[12..])
            .expect("short");
        sealed.extend(tag.as_ref());
        sealed
    }

    fn open(&self, context: &[u8], sealed: &[u8]) -> Vec<u8> {
        let nonce = Nonce::try_assume_unique_for_key(&sealed[..12]).expect("12 bytes");
        let mut text = sealed[12..].to_vec();
        let len = self.key.open_in_place(nonce, Aad::from(context), &mut text).expect("ours").len();
        text.truncate(len);
        text
    }
}

/// Sealing and opening: what the ratios are of.
mod both {
    use super::{
        Bencher, CONTEXT, Context, FIELD, Nonces, Raw, Seal, SystemRandom, black_box, compact,
        envelope, orion_aead, xchacha,
    };
    use bartizan::core::Random as _;

    fn ours(bencher: Bencher<'_, '_>, envelope: &dyn Seal) {
        let context = Context::verbatim(CONTEXT);
        bencher.bench_local(|| {
            let sealed = envelope.seal(black_box(&context), black_box(FIELD)).expect("randomness");
            envelope.open(&context, black_box(&sealed)).expect("ours")
        });
    }

    #[divan::bench(args = Nonces::ALL)]
    fn bartizan(bencher: Bencher<'_, '_>, nonces: Nonces) {
        ours(bencher, &envelope(nonces));
    }

    #[divan::bench(args = Nonces::ALL)]
    fn bartizan_compact(bencher: Bencher<'_, '_>, nonces: Nonces) {
        ours(bencher, &compact(nonces));
    }

    #[divan::bench(args = Nonces::ALL)]
    fn raw_ring(bencher: Bencher<'_, '_>, nonces: Nonces) {
        let raw = Raw::new(nonces);
        bencher.bench_local(|| {
            let sealed = raw.seal(black_box(CONTEXT), black_box(FIELD));
            raw.open(CONTEXT, black_box(&sealed))
        });
    }

    /// With as many bytes authenticated as ours are, header and context.
    #[divan::bench(args = Nonces::ALL)]
    fn raw_ring_with_a_header(bencher: Bencher<'_, '_>, nonces: Nonces) {
        let (raw, joined) = (Raw::new(nonces), [7; 37 + CONTEXT.len()]);
        bencher.bench_local(|| {
            let sealed = raw.seal(black_box(&joined), black_box(FIELD));
            raw.open(&joined, black_box(&sealed))
        });
    }

    fn kernel_nonce() -> [u8; 24] {
        let mut nonce = [0; 24];
        SystemRandom::new().fill(&mut nonce).expect("randomness");
        nonce
    }

    #[divan::bench]
    fn rustcrypto_xaes_256_gcm(bencher: Bencher<'_, '_>) {
        use xaes_256_gcm::Xaes256Gcm;
        use xaes_256_gcm::aead::{Aead as _, KeyInit as _, Payload};

        let cipher = Xaes256Gcm::new(&[7; 32].into());
        bencher.bench_local(|| {
            let nonce = kernel_nonce().into();
            let payload = Payload { msg: black_box(FIELD), aad: CONTEXT };
            let sealed = cipher.encrypt(&nonce, payload).expect("short");
            let payload = Payload { msg: black_box(&sealed), aad: CONTEXT };
            cipher.decrypt(&nonce, payload).expect("ours")
        });
    }

    #[divan::bench]
    fn orion_xchacha20poly1305(bencher: Bencher<'_, '_>) {
        use orion_aead::XChaCha20Poly1305;

        let key = orion_aead::SecretKey::try_from(&[7; 32]).expect("32 bytes");
        bencher.bench_local(|| {
            let nonce = orion_aead::Nonce::try_from(&kernel_nonce()).expect("24 bytes");
            let mut sealed = vec![0; FIELD.len() + 16];
            XChaCha20Poly1305::seal(&key, &nonce, black_box(FIELD), Some(CONTEXT), &mut sealed)
                .expect("short");
            let mut opened = vec![0; FIELD.len()];
            XChaCha20Poly1305::open(&key, &nonce, black_box(&sealed), Some(CONTEXT), &mut opened)
                .expect("ours");
            opened
        });
    }

    #[divan::bench]
    fn dryoc_xchacha20poly1305(bencher: Bencher<'_, '_>) {
        let key = [7; 32];
        bencher.bench_local(|| {
            let nonce = kernel_nonce();
            let mut sealed = vec![0; FIELD.len() + 16];
            xchacha::crypto_aead_xchacha20poly1305_ietf_encrypt(
                &mut sealed,
                black_box(FIELD),
                Some(CONTEXT),
                &nonce,
                &key,
            )
            .expect("short");
            let mut opened = vec![0; FIELD.len()];
            xchacha::crypto_aead_xchacha20poly1305_ietf_decrypt(
                &mut opened,
                black_box(&sealed),
                Some(CONTEXT),
                &nonce,
                &key,
            )
            .expect("ours");
            opened
        });
    }
}

#[divan::bench(args = Nonces::ALL)]
fn seal_bartizan(bencher: Bencher<'_, '_>, nonces: Nonces) {
    let (envelope, context) = (envelope(nonces), Context::verbatim(CONTEXT));
    bencher.bench_local(|| envelope.seal(black_box(&context), black_box(FIELD)));
}

#[divan::bench(args = Nonces::ALL)]
fn seal_raw_ring(bencher: Bencher<'_, '_>, nonces: Nonces) {
    let raw = Raw::new(nonces);
    bencher.bench_local(|| raw.seal(black_box(CONTEXT), black_box(FIELD)));
}

#[divan::bench]
fn open_bartizan(bencher: Bencher<'_, '_>) {
    let (envelope, context) = (envelope(Nonces::Kernel), Context::verbatim(CONTEXT));
    let sealed = envelope.seal(&context, FIELD).expect("randomness");
    bencher.bench_local(|| envelope.open(black_box(&context), black_box(&sealed)));
}

/// Of values that each have a prefix of their own, as version 1 wrote them.
#[divan::bench]
fn open_bartizan_with_a_derivation(bencher: Bencher<'_, '_>) {
    let (reader, context) = (envelope(Nonces::Kernel), Context::verbatim(CONTEXT));
    let seal = |number: u32| {
        danger::seal_deterministic(&reader, &context, &number.to_be_bytes().repeat(8))
    };
    let sealed: Vec<_> = (0..1_000).map(|number| seal(number).expect("short")).collect();
    let mut next = sealed.iter().cycle();
    bencher.bench_local(|| reader.open(&context, black_box(next.next().expect("a cycle"))));
}

#[divan::bench]
fn open_raw_ring(bencher: Bencher<'_, '_>) {
    let raw = Raw::new(Nonces::Counter);
    let sealed = raw.seal(CONTEXT, FIELD);
    bencher.bench_local(|| raw.open(black_box(CONTEXT), black_box(&sealed)));
}

/// The context made and the value written as JSON, too.
#[divan::bench]
fn seal_typed(bencher: Bencher<'_, '_>) {
    const PHONE: Column<'_> = Column::new("users", "phone");
    let (envelope, value) = (envelope(Nonces::Counter), "555-0100".to_owned());
    bencher.bench_local(|| {
        let context = PHONE.of_tenant("acme").row(black_box(42));
        Sealed::seal(black_box(&value), &envelope, &context, Padding::Block(32))
    });
}

#[divan::bench]
fn blind_index_token(bencher: Bencher<'_, '_>) {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, IndexKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    let bits = IndexBits::new(32).expect("8 to 128");
    let column = Column::new("users", "phone");
    let index =
        BlindIndex::new(SharedKeyring::new(keyring), &column, bits, Normalization::AsciiLowercase);
    bencher.bench_local(|| index.token(black_box("alice@example.org")));
}

#[divan::bench]
fn hmac_raw_ring(bencher: Bencher<'_, '_>) {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[7; 32]);
    bencher.bench_local(|| ring::hmac::sign(&key, black_box(b"alice@example.org")));
}
