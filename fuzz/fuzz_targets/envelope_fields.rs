//! Whatever happens to the keys, in whatever order, each value opens exactly while its key is
//! accepted, to what was sealed, where it was sealed; and is refused with the reason otherwise. The
//! model is a list of what was sealed under which key, and of the state that each key must be in.

#![no_main]

use std::collections::HashMap;

use bartizan_core::{
    Context, KeyGenerator, KeyId, KeyRefused, KeyState, Keyring, OpenError, Seal as _,
    SharedKeyring, SystemRandom, UnixTime,
};
use bartizan_envelope::{
    BlindIndex, Column, Envelope, IndexBits, IndexKey, Normalization, ResealError, SealingKey,
    danger,
};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
enum Step {
    Seal(u8, Vec<u8>),
    SealDeterministic(u8, Vec<u8>),
    Open(u8, u8),
    Tamper(u8, u16, u8),
    Reseal(u8),
    Publish,
    Rotate,
    Promote(u8),
    Deactivate(u8),
    Compromise(u8),
    Destroy(u8),
    Index(u8),
}

struct Value {
    key: KeyId,
    row: u8,
    plaintext: Vec<u8>,
    sealed: Vec<u8>,
}

struct World {
    shared: SharedKeyring<SealingKey>,
    envelope: Envelope,
    states: HashMap<KeyId, KeyState>,
    order: Vec<KeyId>,
    values: Vec<Value>,
}

fuzz_target!(|steps: Vec<Step>| {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).expect("randomness");
    let first = keyring.primary().0;
    let shared = SharedKeyring::new(keyring);
    let mut world = World {
        envelope: Envelope::new(shared.clone()),
        shared,
        states: HashMap::from([(first, KeyState::Active)]),
        order: vec![first],
        values: Vec::new(),
    };
    for step in steps.into_iter().take(100) {
        world.step(step, &generator);
    }
    for number in 0..world.values.len() {
        let row = world.values[number].row;
        world.open(number, row);
    }
});

fn context(row: u8) -> Context {
    Column::new("users", "phone").row(u32::from(row))
}

impl World {
    fn step(&mut self, step: Step, generator: &KeyGenerator<'_, SealingKey>) {
        let now = UnixTime::EPOCH;
        let keyring = self.shared.snapshot();
        let next = match step {
            Step::Seal(row, plaintext) => {
                let sealed = self.envelope.seal(&context(row), &plaintext).expect("short");
                return self.sealed(row, plaintext, sealed);
            }
            Step::SealDeterministic(row, plaintext) => {
                let seal = || danger::seal_deterministic(&self.envelope, &context(row), &plaintext);
                let sealed = seal().expect("short");
                assert_eq!(seal().as_ref(), Ok(&sealed));
                return self.sealed(row, plaintext, sealed);
            }
            Step::Open(number, row) => return self.open(number.into(), row),
            Step::Tamper(number, position, mask) => return self.tamper(number, position, mask),
            Step::Reseal(number) => return self.reseal(number.into()),
            Step::Index(bits) => return index(bits),
            Step::Publish => keyring.publish(now, generator),
            Step::Rotate => keyring.rotate(now, generator),
            Step::Promote(key) => keyring.promote(self.key(key), now),
            Step::Deactivate(key) => keyring.deactivate(self.key(key), now),
            Step::Compromise(key) => keyring.compromise(self.key(key), now, generator),
            Step::Destroy(key) => keyring.destroy(self.key(key), now),
        };
        let Ok(transition) = next else { return };
        // A key that is compromised or destroyed already stays what it is, and so does the keyring.
        if transition.changes().is_empty() {
            return;
        }
        for change in transition.changes() {
            if self.states.insert(change.id, change.to).is_none() {
                self.order.push(change.id);
            }
        }
        self.shared.replace(transition.into_keyring()).expect("newer");
    }

    fn key(&self, number: u8) -> KeyId {
        self.order[usize::from(number) % self.order.len()]
    }

    fn sealed(&mut self, row: u8, plaintext: Vec<u8>, sealed: Vec<u8>) {
        assert_eq!(sealed.len(), Envelope::sealed_len(plaintext.len()));
        let key = Envelope::key_id(&sealed).expect("ours");
        assert_eq!(self.states[&key], KeyState::Active);
        self.values.push(Value { key, row, plaintext, sealed });
    }

    /// Why a value under `key` is refused, if it is.
    fn refused(&self, key: KeyId) -> Option<OpenError> {
        match self.states[&key] {
            KeyState::Compromised => Some(OpenError::Key(KeyRefused::Compromised)),
            KeyState::Destroyed => Some(OpenError::Key(KeyRefused::Destroyed)),
            _ => None,
        }
    }

    fn open(&self, number: usize, row: u8) {
        let Some(value) = self.values.get(number) else { return };
        let opened = self.envelope.open(&context(row), &value.sealed);
        let moved = (row != value.row).then_some(OpenError::Forged);
        match self.refused(value.key).or(moved) {
            Some(refused) => assert_eq!(opened.err(), Some(refused)),
            None => assert_eq!(opened.expect("its own").expose(), value.plaintext),
        }
    }

    fn tamper(&self, number: u8, position: u16, mask: u8) {
        let Some(value) = self.values.get(usize::from(number)) else { return };
        let mut changed = value.sealed.clone();
        let position = usize::from(position) % changed.len();
        changed[position] ^= mask;
        let opened = self.envelope.open(&context(value.row), &changed);
        assert!(mask == 0 || opened.is_err());
    }

    fn reseal(&mut self, number: usize) {
        let Some(value) = self.values.get(number) else { return };
        let (primary, refused) = (self.shared.snapshot().primary().0, self.refused(value.key));
        let resealed = self.envelope.reseal(&context(value.row), &value.sealed);
        match (resealed, refused) {
            (Err(error), Some(refused)) => assert_eq!(error, ResealError::Open(refused)),
            (Ok(None), None) => assert_eq!(value.key, primary),
            (Ok(Some(sealed)), None) => {
                assert_ne!(value.key, primary);
                let (row, plaintext) = (value.row, value.plaintext.clone());
                self.sealed(row, plaintext, sealed);
            }
            (resealed, refused) => panic!("{resealed:?} where {refused:?} was due"),
        }
    }
}

fn index(bits: u8) {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, IndexKey::generate);
    let keys =
        SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).expect("randomness"));
    let Ok(bits) = IndexBits::new(bits) else { return };
    let column = Column::new("users", "phone");
    let index = BlindIndex::new(keys.clone(), &column, bits, Normalization::AsciiLowercase);
    let before = index.token("Alice");
    let next = keys.snapshot().rotate(UnixTime::EPOCH, &generator).expect("randomness");
    keys.replace(next.into_keyring()).expect("newer");
    assert_eq!(index.search("ALICE"), [index.token("alice"), before]);
}
