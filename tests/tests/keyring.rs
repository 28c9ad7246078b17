//! What must hold whatever the policy and wherever the clock jumps.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use bartizan::core::danger::{PredictableRandom, key_in_any_state};
use bartizan::core::{
    KeyGenerator, KeyId, KeyRecord, KeyRefused, KeyState, Keyring, Random, RandomUnavailable,
    Retention, RotationPolicy, Transition, UnixTime,
};
use proptest::prelude::*;

/// A key whose material can be told from any other, and watched.
#[derive(Debug, PartialEq)]
struct TestKey(Arc<u64>);

fn generate(random: &dyn Random) -> Result<TestKey, RandomUnavailable> {
    let mut bytes = [0; 8];
    random.fill(&mut bytes)?;
    Ok(TestKey(Arc::new(u64::from_be_bytes(bytes))))
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
    watched: HashMap<KeyId, Weak<u64>>,
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
        let ids: Vec<_> = self.keyring.records().map(KeyRecord::id).collect();
        let any_id = |index: usize| ids[index % ids.len()];
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

        for used in next.changes().iter().filter(|change| change.to == KeyState::Active) {
            let published = self.keyring.get(used.id).map_or(self.now, KeyRecord::since);
            let wait = self.policy.propagation_secs();
            assert!(self.now.secs_since(published) >= Some(wait), "used before it was known");
        }
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
        for key in self.keyring.records() {
            if let Some(TestKey(material)) = key_in_any_state(&self.keyring, key.id()) {
                let _earlier = self.watched.insert(key.id(), Arc::downgrade(material));
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
                Retention::Secs(secs) => age.is_some_and(|age| age > secs),
                _ => false,
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
