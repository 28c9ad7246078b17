//! What must hold whatever the policy and wherever the clock jumps.

#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]

use std::collections::HashMap;
use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use proptest::prelude::*;

use super::*;
use crate::danger::{PredictableRandom, key_in_any_state};
use crate::random::Random;

/// A key whose material can be told from any other, and watched.
#[derive(Debug, PartialEq)]
struct TestKey(u64);

fn generate(random: &dyn Random) -> Result<TestKey, RandomUnavailable> {
    let mut bytes = [0; 8];
    random.fill(&mut bytes)?;
    Ok(TestKey(u64::from_be_bytes(bytes)))
}

#[derive(Clone, Debug)]
enum Step {
    Tick(u64),
    JumpTo(u64),
    Rotate,
    Publish,
    CompromisePrimary,
    Compromise(usize),
    Destroy(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_u64..400).prop_map(Step::Tick),
        2 => (0_u64..20_000).prop_map(Step::JumpTo),
        1 => Just(Step::JumpTo(u64::MAX)),
        1 => Just(Step::Rotate),
        1 => Just(Step::Publish),
        1 => Just(Step::CompromisePrimary),
        1 => any::<usize>().prop_map(Step::Compromise),
        1 => any::<usize>().prop_map(Step::Destroy),
    ]
}

fn policy() -> impl Strategy<Value = RotationPolicy> {
    (0_u64..300, 1_u64..1_000, prop::option::of(0_u64..500)).prop_map(
        |(propagation, more, retention)| {
            RotationPolicy::builder()
                .propagation_secs(propagation)
                .cryptoperiod_secs(propagation + more)
                .retention(retention.map_or(Retention::Forever, Retention::Secs))
                .build()
                .unwrap()
        },
    )
}

/// What a keyring may never do, held against every keyring that a run comes to.
struct Witness {
    policy: RotationPolicy,
    random: PredictableRandom,
    now: UnixTime,
    keyring: Keyring<TestKey>,
    /// When each key that made something was last seen to be the primary.
    last_primary: HashMap<KeyId, UnixTime>,
    compromised: Vec<KeyId>,
    destroyed_by_hand: Vec<KeyId>,
    watched: HashMap<KeyId, Weak<TestKey>>,
}

impl Witness {
    fn new(policy: RotationPolicy) -> Self {
        let random = PredictableRandom::from_seed(1);
        let now = UnixTime::from_secs(10_000);
        let keyring = Keyring::create(now, &KeyGenerator::new(&random, generate)).unwrap();
        Self {
            policy,
            random,
            now,
            keyring,
            last_primary: HashMap::new(),
            compromised: Vec::new(),
            destroyed_by_hand: Vec::new(),
            watched: HashMap::new(),
        }
    }

    fn take(&mut self, step: &Step) {
        let generator = KeyGenerator::new(&self.random, generate);
        let any_id = |index: usize| self.keyring.keys[index % self.keyring.keys.len()].id;
        let result = match *step {
            Step::Tick(secs) => {
                self.now = self.now.saturating_add_secs(secs);
                return;
            }
            Step::JumpTo(secs) => {
                self.now = UnixTime::from_secs(secs);
                return;
            }
            Step::Rotate => self.keyring.rotate(self.now, &generator),
            Step::Publish => self.keyring.publish(self.now, &generator),
            Step::CompromisePrimary => {
                let id = self.keyring.primary().0;
                self.compromised.push(id);
                self.keyring.compromise(id, self.now, &generator)
            }
            Step::Compromise(index) => {
                let id = any_id(index);
                let result = self.keyring.compromise(id, self.now, &generator);
                if result.is_ok() {
                    self.compromised.push(id);
                }
                result
            }
            Step::Destroy(index) => {
                let id = any_id(index);
                let result = self.keyring.destroy(id, self.now);
                if result.is_ok() {
                    self.destroyed_by_hand.push(id);
                }
                result
            }
        };
        if let Ok(transition) = result {
            self.follow(transition);
        }
    }

    fn advance(&mut self) {
        let generator = KeyGenerator::new(&self.random, generate);
        let next = self.keyring.advance(self.now, &self.policy, &generator).unwrap();

        let again = next.keyring().advance(self.now, &self.policy, &generator).unwrap();
        assert_eq!(again.changes(), [], "advance is idempotent at a fixed time");
        assert_eq!(again.keyring().generation(), next.keyring().generation());
        self.follow(next);
    }

    fn follow(&mut self, transition: Transition<TestKey>) {
        // Until the moment of the change the old primary made things.
        let _earlier = self.last_primary.insert(self.keyring.primary().0, self.now);
        let before = self.keyring.generation();
        let changed = !transition.changes().is_empty();
        self.keyring = transition.into_keyring();
        assert_eq!(self.keyring.generation(), before + u64::from(changed));
    }

    fn check(&mut self) {
        for key in &self.keyring.keys {
            if let Some(material) = &key.material {
                let _earlier = self.watched.insert(key.id, Arc::downgrade(material));
            }
        }
        self.exactly_one_primary();
        self.retained_and_not_one_second_longer();
        self.compromised_never_accepted();
        self.destroyed_is_gone();
    }

    fn exactly_one_primary(&self) {
        let active: Vec<_> =
            self.keyring.records().filter(|key| key.state() == KeyState::Active).collect();
        assert_eq!(active.len(), 1);
        let (id, key) = self.keyring.primary();
        assert_eq!(active[0].id(), id);
        assert_eq!(self.keyring.accept(id), Ok(key));
        assert_eq!(self.keyring.accepted().next(), Some((id, key)));
    }

    fn retained_and_not_one_second_longer(&self) {
        let primary = self.keyring.primary().0;
        for (id, last) in self.last_primary.iter().filter(|(id, _)| **id != primary) {
            if self.compromised.contains(id) || self.destroyed_by_hand.contains(id) {
                continue;
            }
            let age = self.now.secs_since(*last);
            let over = match self.policy.retention() {
                Retention::Forever => false,
                Retention::Secs(secs) => age.is_some_and(|age| age > secs),
            };
            if over {
                assert_eq!(self.keyring.accept(*id), Err(KeyRefused::Destroyed));
            }
            let kept_until_now = self.keyring.get(*id).unwrap().state() == KeyState::Deactivated;
            assert!(!over || !kept_until_now);
        }
    }

    fn compromised_never_accepted(&self) {
        for id in &self.compromised {
            let destroyed = self.destroyed_by_hand.contains(id);
            let expected = if destroyed { KeyRefused::Destroyed } else { KeyRefused::Compromised };
            assert_eq!(self.keyring.accept(*id), Err(expected));
            assert!(self.keyring.accepted().all(|(accepted, _)| accepted != *id));
        }
    }

    fn destroyed_is_gone(&self) {
        for key in self.keyring.records().filter(|key| key.state() == KeyState::Destroyed) {
            assert_eq!(key_in_any_state(&self.keyring, key.id()), None);
            let weak = self.watched.get(&key.id());
            assert!(weak.is_none_or(|weak| weak.upgrade().is_none()), "still in memory");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn holds_over_random_policies_and_clock_jumps(
        policy in policy(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut witness = Witness::new(policy);
        for step in &steps {
            witness.take(step);
            witness.advance();
            witness.check();
        }
    }

    /// The clock only runs forwards here, so "for the retention time" can be said exactly.
    #[test]
    fn accepted_through_the_last_second_of_retention(
        policy in policy(),
        made_after in 0_u64..5_000,
        retention in 0_u64..500,
    ) {
        let policy = RotationPolicy::builder()
            .propagation_secs(policy.propagation_secs())
            .cryptoperiod_secs(policy.cryptoperiod_secs())
            .retention(Retention::Secs(retention))
            .build()
            .unwrap();
        let random = PredictableRandom::from_seed(made_after);
        let generator = KeyGenerator::new(&random, generate);
        let advance = |keyring: &Keyring<TestKey>, secs| {
            keyring.advance(UnixTime::from_secs(secs), &policy, &generator).unwrap().into_keyring()
        };

        let keyring = advance(&Keyring::create(UnixTime::EPOCH, &generator).unwrap(), made_after);
        let maker = keyring.primary().0;
        let (mut keyring, mut replaced_at) = (keyring, made_after);
        while keyring.primary().0 == maker {
            replaced_at += 1;
            keyring = advance(&keyring, replaced_at);
        }
        let last = advance(&keyring, replaced_at + retention);
        prop_assert!(last.accept(maker).is_ok());
        let over = advance(&last, replaced_at + retention + 1);
        prop_assert_eq!(over.accept(maker), Err(KeyRefused::Destroyed));
    }
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
