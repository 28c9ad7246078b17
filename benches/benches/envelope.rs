//! Sealing and opening a field of 32 bytes under a context of 14, beside raw AES-256-GCM with a
//! prepared key.
//!
//! The raw cipher counts its nonces, which a process that forks or is restored must not do; ours
//! draws 24 bytes from the kernel for every value, and derives a subkey from them.

use std::cell::Cell;

use bartizan::core::{
    Context, KeyGenerator, Keyring, Seal as _, SharedKeyring, SystemRandom, UnixTime,
};
use bartizan::envelope::{Envelope, SealingKey};
use divan::{Bencher, black_box};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

fn main() {
    divan::main();
}

const FIELD: &[u8; 32] = b"a field of thirty-two bytes long";
const CONTEXT: &[u8; 14] = b"users.phone#42";

fn envelope() -> Envelope {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    Envelope::new(SharedKeyring::new(keyring))
}

struct Raw {
    key: LessSafeKey,
    count: Cell<u64>,
}

impl Raw {
    fn new() -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("32 bytes");
        Self { key: LessSafeKey::new(key), count: Cell::new(0) }
    }

    fn seal(&self, context: &[u8], plaintext: &[u8]) -> Vec<u8> {
        self.count.set(self.count.get() + 1);
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&self.count.get().to_be_bytes());
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

#[divan::bench]
fn seal_bartizan(bencher: Bencher) {
    let (envelope, context) = (envelope(), Context::verbatim(CONTEXT));
    bencher.bench_local(|| envelope.seal(black_box(&context), black_box(FIELD)));
}

#[divan::bench]
fn seal_raw_ring(bencher: Bencher) {
    let raw = Raw::new();
    bencher.bench_local(|| raw.seal(black_box(CONTEXT), black_box(FIELD)));
}

#[divan::bench]
fn open_bartizan(bencher: Bencher) {
    let (envelope, context) = (envelope(), Context::verbatim(CONTEXT));
    let sealed = envelope.seal(&context, FIELD).expect("randomness");
    bencher.bench_local(|| envelope.open(black_box(&context), black_box(&sealed)));
}

#[divan::bench]
fn open_raw_ring(bencher: Bencher) {
    let raw = Raw::new();
    let sealed = raw.seal(CONTEXT, FIELD);
    bencher.bench_local(|| raw.open(black_box(CONTEXT), black_box(&sealed)));
}
