use core::cell::Cell;
use core::sync::atomic::AtomicBool;
use std::collections::HashSet;
use std::thread;

use bartizan_core::{RandomUnavailable, SystemRandom};

use super::*;

const KEY: [u8; 32] = [7; 32];

struct Key {
    subkeys: Subkeys,
    process_id: Cell<u32>,
    asked: Cell<u64>,
}

impl Key {
    fn new() -> Self {
        let process_id = Cell::new(1);
        let subkeys = Subkeys::new(Xaes::new(&KEY));
        Self { subkeys, process_id, asked: Cell::new(0) }
    }

    /// Seals nothing, and returns the nonce.
    fn draw(&self, random: &dyn Random) -> Result<(Half, Half), SealError> {
        let process_id = || {
            self.asked.update(|asked| asked.saturating_add(1));
            self.process_id.get()
        };
        let returned = |_: &Subkey, prefix: &Half, nonce: &Half| Ok((*prefix, *nonce));
        self.subkeys.with_fresh_nonce_of(process_id, random, returned)
    }

    fn prefix(&self) -> Half {
        self.draw(&SystemRandom::new()).unwrap().0
    }

    fn set_used(&self, used: u64) {
        self.subkeys.sealing.load().as_ref().unwrap().used.store(used, Ordering::Relaxed);
    }

    fn opens(&self, (prefix, nonce): (Half, Half), tag: &[u8; TAG_LEN]) -> bool {
        self.subkeys.open((&prefix, &nonce), b"", (&mut [], tag)).is_ok()
    }

    fn is_kept(&self, prefix: Half) -> bool {
        self.subkeys.kept.load().iter().any(|kept| kept.prefix == prefix)
    }
}

/// The tag of an empty value that another process sealed under the same key.
fn tag_of(prefix: &Half, nonce: &Half) -> [u8; TAG_LEN] {
    Xaes::new(&KEY).subkey(prefix).unwrap().seal(nonce, b"", &mut []).unwrap()
}

fn half(number: u8) -> Half {
    [number; HALF_LEN]
}

#[test]
fn a_subkey_serves_its_number_of_values_and_no_more() {
    let key = Key::new();
    let first = key.prefix();
    assert_eq!(key.prefix(), first);
    key.set_used(MAX_VALUES - 1);
    assert_eq!(key.prefix(), first, "the last one");
    let second = key.prefix();
    assert_ne!(second, first);
    assert_eq!(key.prefix(), second);
}

/// asvs: V11.3.4, that the nonces of one subkey are random and 96 bits long.
#[test]
fn the_second_half_is_drawn_for_every_value() {
    let key = Key::new();
    let halves = (0..10_000).map(|_| key.draw(&SystemRandom::new()).unwrap().1);
    assert_eq!(halves.collect::<HashSet<_>>().len(), 10_000);
}

#[test]
fn a_child_soon_draws_a_prefix_of_its_own() {
    let key = Key::new();
    let of_parent = key.prefix();
    key.process_id.set(2);
    let shared = (0..1_000).take_while(|_| key.prefix() == of_parent).count() as u64;
    assert!(shared < CHECK_EVERY, "{shared}");
    let of_child = key.prefix();
    assert_ne!(of_child, of_parent);
    for _ in 0..3 * CHECK_EVERY {
        assert_eq!(key.prefix(), of_child);
    }
    let asked = key.asked.get();
    assert!((4..=6).contains(&asked), "at the start, and once in {CHECK_EVERY}: {asked}");
}

#[test]
fn what_is_used_up_is_not_used_for_want_of_randomness() {
    #[derive(Debug, Default)]
    struct Failing(AtomicBool);
    impl Random for Failing {
        fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
            if self.0.load(Ordering::Relaxed) {
                return Err(RandomUnavailable::new());
            }
            SystemRandom::new().fill(out)
        }
    }
    let (key, random) = (Key::new(), Failing::default());
    let (first, _) = key.draw(&random).unwrap();
    key.process_id.set(2);
    key.set_used(CHECK_EVERY);
    random.0.store(true, Ordering::Relaxed);
    for _ in 0..3 {
        assert_eq!(key.draw(&random), Err(SealError::RandomUnavailable));
    }
    random.0.store(false, Ordering::Relaxed);
    assert_ne!(key.draw(&random).unwrap().0, first);
}

#[test]
fn threads_share_a_subkey_and_never_a_nonce() {
    let subkeys = Subkeys::new(Xaes::new(&KEY));
    let drawn: Vec<_> = thread::scope(|scope| {
        let draw = || {
            let returned = |_: &Subkey, prefix: &Half, nonce: &Half| Ok((*prefix, *nonce));
            let random = SystemRandom::new();
            let draw = |_| subkeys.with_fresh_nonce(&random, returned).unwrap();
            (0..5_000).map(draw).collect::<Vec<_>>()
        };
        let threads = [(); 8].map(|()| scope.spawn(draw));
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), 40_000);
    let prefixes: HashSet<_> = drawn.iter().map(|(prefix, _)| prefix).collect();
    assert!(prefixes.len() <= 8, "one for each thread that was first: {}", prefixes.len());
}

#[test]
fn what_this_process_sealed_opens_without_a_derivation() {
    let key = Key::new();
    assert!(key.is_kept(key.prefix()));
}

#[test]
fn the_second_value_of_another_process_makes_its_subkey_kept() {
    let key = Key::new();
    let tags = [half(1), half(2), half(3)].map(|nonce| (nonce, tag_of(&half(9), &nonce)));
    assert!(key.opens((half(9), tags[0].0), &tags[0].1));
    assert!(!key.is_kept(half(9)));
    assert!(key.opens((half(9), tags[1].0), &tags[1].1));
    assert!(key.is_kept(half(9)));
    assert!(key.opens((half(9), tags[2].0), &tags[2].1), "under the one that is kept");
    assert!(!key.opens((half(9), tags[2].0), &tags[1].1), "and it still proves");
}

#[test]
fn a_forgery_pushes_nothing_out() {
    let key = Key::new();
    for _ in 0..5 {
        assert!(!key.opens((half(9), half(1)), &[0; TAG_LEN]));
    }
    assert!(!key.is_kept(half(9)));
}

#[test]
fn only_a_few_are_kept_the_newest() {
    let key = Key::new();
    for prefix in (1..=40).map(half) {
        let tag = tag_of(&prefix, &half(0));
        assert!(key.opens((prefix, half(0)), &tag) && key.opens((prefix, half(0)), &tag));
    }
    assert_eq!(key.subkeys.kept.load().len(), MAX_KEPT);
    assert!(key.is_kept(half(40)) && !key.is_kept(half(1)));
    assert!(key.opens((half(1), half(0)), &tag_of(&half(1), &half(0))), "it is derived again");
}
