//! Single steps and their refusals. What must hold over random lives of a keyring is tested in the
//! workspace's `tests` package.

use core::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::*;
use crate::danger::PredictableRandom;
use crate::random::Random;

#[derive(Debug, PartialEq)]
struct TestKey(u64);

fn generate(random: &dyn Random) -> Result<TestKey, RandomUnavailable> {
    let mut bytes = [0; 8];
    random.fill(&mut bytes)?;
    Ok(TestKey(u64::from_be_bytes(bytes)))
}

#[test]
fn a_step_that_is_not_allowed_changes_nothing() {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, generate);
    let now = UnixTime::from_secs(5);
    let keyring = Keyring::create(now, &generator).unwrap();
    let primary = keyring.primary().0;
    let stranger = KeyId::from_u32(primary.as_u32() ^ 1);

    assert_eq!(keyring.promote(stranger, now).err(), Some(TransitionError::UnknownKey));
    let not_allowed = Some(TransitionError::NotAllowed { state: KeyState::Active });
    assert_eq!(keyring.promote(primary, now).err(), not_allowed);
    assert_eq!(keyring.deactivate(primary, now).err(), not_allowed);
    assert_eq!(keyring.destroy(primary, now).err(), not_allowed);
    assert_eq!(keyring.generation(), 1);
}

#[test]
fn a_published_key_is_promoted_or_taken_back() {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, generate);
    let now = UnixTime::from_secs(5);
    let keyring = Keyring::create(now, &generator).unwrap();
    let published = keyring.publish(now, &generator).unwrap();
    let next = published.changes()[0].id;
    let keyring = published.into_keyring();
    assert!(keyring.accept(next).is_ok(), "another process may use it already");

    let promoted = keyring.promote(next, now).unwrap().into_keyring();
    assert_eq!(promoted.primary().0, next);
    let taken_back = keyring.deactivate(next, now).unwrap().into_keyring();
    assert_eq!(taken_back.primary().0, keyring.primary().0);
    assert_eq!(taken_back.get(next).unwrap().state(), KeyState::Deactivated);
}

#[derive(Debug)]
struct Broken;

impl Random for Broken {
    fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
        Err(RandomUnavailable::new())
    }
}

#[derive(Debug)]
struct Stuck;

impl Random for Stuck {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        out.fill(0x42);
        Ok(())
    }
}

/// asvs: V16.5.3, for the source of randomness.
#[test]
fn without_randomness_there_is_no_new_key() {
    let now = UnixTime::from_secs(5);
    let broken = KeyGenerator::new(&Broken, generate);
    assert_eq!(Keyring::create(now, &broken).err(), Some(RandomUnavailable::new()));

    let stuck = KeyGenerator::new(&Stuck, generate);
    let keyring = Keyring::create(now, &stuck).unwrap();
    assert_eq!(keyring.rotate(now, &stuck).err(), Some(TransitionError::RandomUnavailable));
}

#[test]
fn a_full_keyring_forgets_the_destroyed_and_then_says_that_it_is_full() {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, generate);
    let at = UnixTime::from_secs;
    let mut keyring = Keyring::create(at(0), &generator).unwrap();
    let first = keyring.primary().0;
    for secs in 1..Keyring::<TestKey>::MAX_KEYS as u64 {
        keyring = keyring.rotate(at(secs), &generator).unwrap().into_keyring();
    }
    assert_eq!(keyring.rotate(at(9_999), &generator).err(), Some(TransitionError::Full));

    keyring = keyring.destroy(first, at(9_999)).unwrap().into_keyring();
    assert_eq!(keyring.accept(first), Err(KeyRefused::Destroyed));
    keyring = keyring.rotate(at(10_000), &generator).unwrap().into_keyring();
    assert_eq!(keyring.accept(first), Err(KeyRefused::Unknown));
    assert_eq!(keyring.records().count(), Keyring::<TestKey>::MAX_KEYS);
}

#[test]
fn restore_refuses_what_is_not_whole() {
    let record = |id, state, key| {
        KeyRecord::restore(KeyId::from_u32(id), state, (UnixTime::EPOCH, UnixTime::EPOCH), key)
    };
    let active = || record(1, KeyState::Active, Some(TestKey(1)));
    let refused = |keys| Keyring::restore(1, keys).err().unwrap();

    assert_eq!(refused(vec![]), InvalidKeyring::NotOnePrimary);
    let second = record(2, KeyState::Active, Some(TestKey(2)));
    assert_eq!(refused(vec![active(), second]), InvalidKeyring::NotOnePrimary);
    assert_eq!(refused(vec![active(), active()]), InvalidKeyring::DuplicateId);
    let hollow = record(2, KeyState::Deactivated, None);
    assert_eq!(refused(vec![active(), hollow]), InvalidKeyring::MissingKey);
    let undead = record(2, KeyState::Destroyed, Some(TestKey(2)));
    assert_eq!(refused(vec![active(), undead]), InvalidKeyring::UndeadKey);
    let many = (0..=1_000).map(|id| record(id, KeyState::Destroyed, None)).collect();
    assert_eq!(refused(many), InvalidKeyring::TooManyKeys);
}

#[test]
fn concurrent_readers_never_see_a_half_made_keyring() {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, generate);
    let shared = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
    let done = AtomicBool::new(false);

    thread::scope(|scope| {
        for _ in 0..4 {
            let _reader = scope.spawn(|| {
                let mut last = 0;
                while !done.load(Ordering::Relaxed) {
                    let seen = shared.snapshot();
                    let active = |key: &&KeyRecord<TestKey>| key.state() == KeyState::Active;
                    assert_eq!(seen.records().filter(active).count(), 1);
                    assert_eq!(seen.accept(seen.primary().0), Ok(seen.primary().1));
                    assert!(seen.generation() >= last, "time ran backwards");
                    last = seen.generation();
                }
            });
        }
        for secs in 0..300 {
            let now = UnixTime::from_secs(secs);
            let next = shared.snapshot().rotate(now, &generator).unwrap().into_keyring();
            shared.replace(next).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn of_two_changes_to_the_same_keyring_one_is_refused() {
    let random = PredictableRandom::from_seed(1);
    let generator = KeyGenerator::new(&random, generate);
    let shared = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
    let base = shared.snapshot();
    let rotate = || base.rotate(UnixTime::EPOCH, &generator).unwrap().into_keyring();

    shared.replace(rotate()).unwrap();
    assert_eq!(shared.replace(rotate()), Err(StaleKeyring));
}
