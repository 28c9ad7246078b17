mod model;

use std::thread;

use super::*;
use crate::Loss;
use bartizan_core::{ManualClock, UnixTime};

const API_KEY: Namespace = Namespace::new("api-key", Loss::Refuses);
const REVOKED: Namespace = Namespace::new("revoked", Loss::Reopens);

const START: UnixTime = UnixTime::from_secs(1_700_000_000);

fn store(capacity: usize) -> (MemoryStore, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(START));
    (MemoryStore::new(capacity, Arc::clone(&clock) as Arc<dyn Clock>).unwrap(), clock)
}

fn key(n: u8) -> StoreKey {
    StoreKey::of(API_KEY, &[&[n]])
}

fn entry(byte: u8, lifetime_secs: u64) -> Entry {
    Entry::new(vec![byte], START.saturating_add_secs(lifetime_secs))
}

#[test]
fn a_capacity_is_bounded() {
    for capacity in [0, MemoryStore::MAX_CAPACITY + 1] {
        let clock = Arc::new(ManualClock::at(START));
        let refused = MemoryStore::new(capacity, clock).err();
        let max = MemoryStore::MAX_CAPACITY;
        assert_eq!(refused, Some(StoreConfigError::InvalidCapacity { max }));
    }
}

#[test]
fn a_full_namespace_refuses_and_evicts_nothing_that_is_live() {
    let (store, clock) = store(3);
    assert_eq!(store.create_entry(&key(0), entry(0, 10)), Ok(true));
    assert_eq!(store.create_entry(&key(1), entry(1, 90)), Ok(true));
    assert_eq!(store.create_entry(&key(2), entry(2, 90)), Ok(true));
    assert_eq!(store.create_entry(&key(3), entry(3, 90)), Err(StoreError::Full));
    assert_eq!(store.create_entry(&key(0), entry(3, 90)), Ok(false), "that one is there");
    assert_eq!(store.len(API_KEY), 3);

    clock.advance_secs(10);
    assert_eq!(store.create_entry(&key(3), entry(3, 90)), Ok(true), "one made room");
    assert_eq!(store.read(&key(0)), None);
    assert!((1..=3).all(|n| store.read(&key(n)).is_some()));
    assert_eq!(store.create_entry(&key(4), entry(4, 90)), Err(StoreError::Full));
}

#[test]
fn a_full_namespace_leaves_room_in_the_others() {
    let (store, _) = store(1);
    assert_eq!(store.create_entry(&key(0), entry(0, 90)), Ok(true));
    assert_eq!(store.create_entry(&key(1), entry(1, 90)), Err(StoreError::Full));
    assert_eq!(store.create_entry(&StoreKey::of(REVOKED, &[]), entry(0, 90)), Ok(true));
}

#[test]
fn namespaces_have_places_of_their_own_and_no_more_than_there_are() {
    let (store, _) = store(9);
    let name = |n: usize| &*format!("space-{n}").leak();
    let spaces: Vec<_> =
        (0..=rooms::MAX_ROOMS).map(|n| Namespace::new(name(n), Loss::Refuses)).collect();
    let (one_more, fitting) = spaces.split_last().unwrap();
    for space in fitting {
        assert_eq!(store.read(&StoreKey::of(*space, &[])), None);
        assert_eq!(store.create_entry(&StoreKey::of(*space, &[]), entry(0, 90)), Ok(true));
    }
    assert!(fitting.iter().all(|space| store.len(*space) == 1));
    let key = StoreKey::of(*one_more, &[]);
    assert_eq!(store.create_entry(&key, entry(0, 90)), Err(StoreError::Full));
    assert_eq!(store.swap_entry(&key, Version::from_u64(1), entry(0, 90)), Ok(Swap::Gone));
    assert!(store.read(&key).is_none() && !store.remove_entry(&key) && store.is_empty(*one_more));
}

#[test]
fn a_namespace_opened_by_many_at_once_is_one() {
    let (store, _) = store(1_000);
    thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            let _handle = scope.spawn(move || {
                let space = if thread % 2 == 0 { API_KEY } else { REVOKED };
                let key = StoreKey::of(space, &[&[thread]]);
                assert_eq!(store.create_entry(&key, entry(thread, 90)), Ok(true));
            });
        }
    });
    assert_eq!((store.len(API_KEY), store.len(REVOKED)), (4, 4));
}

#[test]
fn an_entry_is_gone_at_the_second_at_which_it_expires() {
    let (store, clock) = store(9);
    assert_eq!(store.create_entry(&key(0), entry(0, 10)), Ok(true));
    let version = store.read(&key(0)).unwrap().version();
    clock.advance_secs(9);
    assert!(store.read(&key(0)).is_some());
    clock.advance_secs(1);
    assert_eq!(store.read(&key(0)), None);
    assert_eq!(store.swap_entry(&key(0), version, entry(1, 90)), Ok(Swap::Gone));
    assert!(!store.remove_entry(&key(0)));
    assert_eq!(store.create_entry(&key(0), entry(2, 90)), Ok(true));
}

#[test]
fn what_is_written_shrinks_what_expired() {
    let (store, clock) = store(1_000);
    for n in 0..=255 {
        assert_eq!(store.create_entry(&key(n), entry(n, 10)), Ok(true));
    }
    clock.advance_secs(10);
    for n in 0..=255 {
        let later = StoreKey::of(API_KEY, &[&[n], b"later"]);
        assert_eq!(store.create_entry(&later, entry(n, 90)), Ok(true));
    }
    assert!(store.len(API_KEY) < 300, "{}", store.len(API_KEY));
}

#[test]
fn a_swap_never_creates_and_no_version_comes_back() {
    let (store, _) = store(9);
    let ghost = Version::from_u64(1);
    assert_eq!(store.swap_entry(&key(0), ghost, entry(0, 90)), Ok(Swap::Gone));
    assert_eq!(store.read(&key(0)), None);

    assert_eq!(store.create_entry(&key(0), entry(0, 90)), Ok(true));
    let first = store.read(&key(0)).unwrap().version();
    assert!(store.remove_entry(&key(0)));
    assert_eq!(store.create_entry(&key(0), entry(1, 90)), Ok(true));
    let second = store.read(&key(0)).unwrap();
    assert_eq!(store.swap_entry(&key(0), first, entry(2, 90)), Ok(Swap::Conflict(second)));
}

#[test]
fn an_entry_is_bounded() {
    let (store, _) = store(9);
    let expires_at = START.saturating_add_secs(9);
    let entry = |len| Entry::new(vec![0; len], expires_at);
    assert_eq!(store.create_entry(&key(0), entry(Entry::MAX_LEN + 1)), Err(StoreError::TooLarge));
    assert_eq!(store.create_entry(&key(0), entry(Entry::MAX_LEN)), Ok(true));
    let version = store.read(&key(0)).unwrap().version();
    let swapped = store.swap_entry(&key(0), version, entry(Entry::MAX_LEN + 1));
    assert_eq!(swapped, Err(StoreError::TooLarge));
}

/// Of threads that race, one creates, one swaps, one removes.
#[test]
fn each_step_is_done_once() {
    let (store, _) = store(1_000);
    for n in 0..100 {
        let created = race(|| store.create_entry(&key(n), entry(n, 90)) == Ok(true));
        assert_eq!(created, 1);
        let version = store.read(&key(n)).unwrap().version();
        let swapped = race(|| store.swap_entry(&key(n), version, entry(n, 90)) == Ok(Swap::Done));
        assert_eq!(swapped, 1);
        assert_eq!(race(|| store.remove_entry(&key(n))), 1);
    }
    assert!(store.is_empty(API_KEY));
}

fn race(step: impl Fn() -> bool + Sync) -> usize {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(&step)).collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    })
}

/// The bound holds while threads fill the store.
#[test]
fn the_count_never_passes_the_capacity() {
    let (store, _) = store(50);
    let created: usize = thread::scope(|scope| {
        let fill = |thread: u8| {
            let store = &store;
            move || {
                let key = |n: u8| StoreKey::of(API_KEY, &[&[thread, n]]);
                (0..100).filter(|n| store.create_entry(&key(*n), entry(*n, 90)) == Ok(true)).count()
            }
        };
        let threads: Vec<_> = (0..4).map(|thread| scope.spawn(fill(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((created, store.len(API_KEY)), (50, 50));
}
