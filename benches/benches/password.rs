//! Hashing and verifying, also through a pool of one worker, beside `argon2` alone, with its memory
//! fresh each time and reused; what surrounds a new password.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use bartizan::core::{KeyGenerator, Keyring, SecretString, SharedKeyring, SystemRandom, UnixTime};
use bartizan::password::{
    Argon2Params, HashPool, PassphraseGenerator, PasswordGenerator, PasswordHasher, PasswordPolicy,
    Pepper, PepperKey, StoredHash, feedback,
};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Memory in KiB, passes, lanes: two floors of ASVS, and the second choice of RFC 9106.
const COSTS: [(u32, u32, u32); 3] = [(19_456, 2, 1), (47_104, 1, 1), (65_536, 3, 4)];
const PASSWORD: &str = "gravel umbrella saxophone";
const ROW: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

#[divan::bench(args = COSTS, sample_count = 20)]
fn hash(bencher: Bencher<'_, '_>, cost: (u32, u32, u32)) {
    let (hasher, password) = (hasher(cost), SecretString::from(PASSWORD));
    bencher.bench_local(|| hasher.hash(&password, &SystemRandom::new()).unwrap());
}

#[divan::bench(args = COSTS, sample_count = 20)]
fn verify(bencher: Bencher<'_, '_>, cost: (u32, u32, u32)) {
    let (hasher, password) = (hasher(cost), SecretString::from(PASSWORD));
    let stored = hasher.hash(&password, &SystemRandom::new()).unwrap();
    bencher.bench_local(|| hasher.verify(&password, Some(&stored)).unwrap());
}

#[divan::bench(args = COSTS, sample_count = 20)]
fn verify_decoy(bencher: Bencher<'_, '_>, cost: (u32, u32, u32)) {
    let (hasher, password) = (hasher(cost), SecretString::from(PASSWORD));
    bencher.bench_local(|| hasher.verify(&password, None).unwrap_err());
}

#[divan::bench(args = COSTS, sample_count = 20)]
fn pool_hash(bencher: Bencher<'_, '_>, cost: (u32, u32, u32)) {
    let (pool, password) = (pool(cost), SecretString::from(PASSWORD));
    bencher.bench_local(|| pool.hash(&password, &SystemRandom::new()).unwrap());
}

#[divan::bench(args = COSTS, sample_count = 20)]
fn pool_verify(bencher: Bencher<'_, '_>, cost: (u32, u32, u32)) {
    let (pool, password) = (pool(cost), SecretString::from(PASSWORD));
    let stored = pool.hash(&password, &SystemRandom::new()).unwrap();
    bencher.bench_local(|| pool.verify(&password, Some(&stored)).unwrap());
}

#[divan::bench(args = COSTS, sample_count = 20)]
fn argon2_fresh(bencher: Bencher<'_, '_>, cost: (u32, u32, u32)) {
    let argon2 = argon2(cost);
    bencher.bench_local(|| {
        let mut tag = [0; 32];
        argon2.hash_password_into(PASSWORD.as_bytes(), &[7; 16], &mut tag).unwrap();
        tag
    });
}

#[divan::bench(args = COSTS, sample_count = 20)]
fn argon2_reused(bencher: Bencher<'_, '_>, cost: (u32, u32, u32)) {
    let argon2 = argon2(cost);
    let mut memory = vec![Block::new(); argon2.params().block_count()];
    bencher.bench_local(|| {
        let mut tag = [0; 32];
        let memory = memory.as_mut_slice();
        argon2
            .hash_password_into_with_memory(PASSWORD.as_bytes(), &[7; 16], &mut tag, memory)
            .unwrap();
        tag
    });
}

#[divan::bench]
fn read_stored() -> StoredHash {
    black_box(ROW).parse().unwrap()
}

#[divan::bench(args = [0, 2, 64])]
fn check_policy(bencher: Bencher<'_, '_>, context_words: usize) {
    let password = SecretString::from(PASSWORD);
    bench_policy(bencher, &password, context_words);
}

/// What makes the check go on to the end: one pattern, and words that begin in every place.
#[divan::bench(args = [0, 2, 64])]
fn check_policy_4_kib_hostile(bencher: Bencher<'_, '_>, context_words: usize) {
    let password = SecretString::from("use".repeat(1_365));
    bench_policy(bencher, &password, context_words);
}

/// Letters beyond ASCII, which are found in no table.
#[divan::bench(args = [0, 2, 64])]
fn check_policy_4_kib_cyrillic(bencher: Bencher<'_, '_>, context_words: usize) {
    let password = SecretString::from("щ".repeat(2_048));
    bench_policy(bencher, &password, context_words);
}

fn bench_policy(bencher: Bencher<'_, '_>, password: &SecretString, context_words: usize) {
    let policy = PasswordPolicy::single_factor().with_max_bytes(4_096).unwrap();
    let words: Vec<_> =
        (0..context_words).map(|n| format!("user.name{n}@mail{n}.example.org")).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    bencher.bench_local(|| policy.check(black_box(password), black_box(&words)));
}

#[divan::bench(args = ["alice1987", PASSWORD, HOSTILE_LETTERS, HOSTILE_SUBSTITUTES], sample_count = 20)]
fn estimate_for_feedback(bencher: Bencher<'_, '_>, password: &str) {
    let password = SecretString::from(password);
    bencher.bench_local(|| feedback(black_box(&password), &["alice@example.org", "notebook"]));
}

/// What costs the estimator most: many overlapping matches, and many readings of each.
const HOSTILE_LETTERS: &str = "passwordpasswordpasswordpasswordpasswordpasswordpasswordpassword";
const HOSTILE_SUBSTITUTES: &str =
    "4@8({[<369#1!|05$7+%24@8({[<369#1!|05$7+%24@8({[<369#1!|05$7+%2a";

#[divan::bench]
fn generate_password() -> SecretString {
    PasswordGenerator::new().generate(&SystemRandom::new()).unwrap()
}

#[divan::bench]
fn generate_passphrase() -> SecretString {
    PassphraseGenerator::new().generate(&SystemRandom::new()).unwrap()
}

#[divan::bench]
fn seal_under_a_pepper(bencher: Bencher<'_, '_>) {
    let (pepper, stored) = (pepper(), black_box(ROW).parse().unwrap());
    let random = SystemRandom::new();
    bencher.bench_local(|| pepper.seal(black_box(&stored), "user-7", &random).unwrap());
}

#[divan::bench]
fn open_under_a_pepper(bencher: Bencher<'_, '_>) {
    let pepper = pepper();
    let sealed = pepper.seal(&ROW.parse().unwrap(), "user-7", &SystemRandom::new()).unwrap();
    bencher.bench_local(|| pepper.open(black_box(&sealed), "user-7").unwrap());
}

fn pepper() -> Pepper {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, PepperKey::generate);
    Pepper::new(SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap()))
}

fn hasher((memory_kib, passes, lanes): (u32, u32, u32)) -> PasswordHasher {
    let params = Argon2Params::builder().memory_kib(memory_kib).passes(passes).lanes(lanes);
    PasswordHasher::builder().params(params.build().unwrap()).build().unwrap()
}

fn pool(cost: (u32, u32, u32)) -> HashPool {
    HashPool::builder(hasher(cost)).workers(1).build().unwrap()
}

fn argon2((memory_kib, passes, lanes): (u32, u32, u32)) -> Argon2<'static> {
    let params = Params::new(memory_kib, passes, lanes, None).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
