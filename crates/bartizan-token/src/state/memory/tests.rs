mod model;

use std::thread;

use super::*;
use bartizan_core::ManualClock;

const START: UnixTime = UnixTime::from_secs(1_700_000_000);

fn state(capacity: usize) -> (MemoryState, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(START));
    (MemoryState::new(capacity, Arc::clone(&clock) as Arc<dyn Clock>).unwrap(), clock)
}

fn key(n: u8) -> StateKey {
    StateKey::of(Namespace::ApiKey, &[&[n]])
}

fn entry(byte: u8, lifetime_secs: u64) -> StateEntry {
    StateEntry::new(vec![byte], START.saturating_add_secs(lifetime_secs))
}

#[test]
fn a_capacity_is_bounded() {
    for capacity in [0, MemoryState::MAX_CAPACITY + 1] {
        let clock = Arc::new(ManualClock::at(START));
        let refused = MemoryState::new(capacity, clock).err();
        let max = MemoryState::MAX_CAPACITY;
        assert_eq!(refused, Some(StateConfigError::InvalidCapacity { max }));
    }
}

#[test]
fn a_full_namespace_refuses_and_evicts_nothing_that_is_live() {
    let (state, clock) = state(3);
    assert_eq!(state.create_entry(&key(0), entry(0, 10)), Ok(true));
    assert_eq!(state.create_entry(&key(1), entry(1, 90)), Ok(true));
    assert_eq!(state.create_entry(&key(2), entry(2, 90)), Ok(true));
    assert_eq!(state.create_entry(&key(3), entry(3, 90)), Err(StateError::Full));
    assert_eq!(state.create_entry(&key(0), entry(3, 90)), Ok(false), "that one is there");
    assert_eq!(state.len(Namespace::ApiKey), 3);

    clock.advance_secs(10);
    assert_eq!(state.create_entry(&key(3), entry(3, 90)), Ok(true), "one made room");
    assert_eq!(state.read(&key(0)), None);
    assert!((1..=3).all(|n| state.read(&key(n)).is_some()));
    assert_eq!(state.create_entry(&key(4), entry(4, 90)), Err(StateError::Full));
}

#[test]
fn a_full_namespace_leaves_room_in_the_others() {
    let (state, _) = state(1);
    assert_eq!(state.create_entry(&key(0), entry(0, 90)), Ok(true));
    assert_eq!(state.create_entry(&key(1), entry(1, 90)), Err(StateError::Full));
    for namespace in Namespace::ALL.into_iter().filter(|other| *other != Namespace::ApiKey) {
        let key = StateKey::of(namespace, &[]);
        assert_eq!(state.create_entry(&key, entry(0, 90)), Ok(true), "{namespace:?}");
    }
}

#[test]
fn an_entry_is_gone_at_the_second_at_which_it_expires() {
    let (state, clock) = state(9);
    assert_eq!(state.create_entry(&key(0), entry(0, 10)), Ok(true));
    let version = state.read(&key(0)).unwrap().version();
    clock.advance_secs(9);
    assert!(state.read(&key(0)).is_some());
    clock.advance_secs(1);
    assert_eq!(state.read(&key(0)), None);
    assert_eq!(state.swap_entry(&key(0), version, entry(1, 90)), Ok(Swap::Gone));
    assert!(!state.remove_entry(&key(0)));
    assert_eq!(state.create_entry(&key(0), entry(2, 90)), Ok(true));
}

#[test]
fn what_is_written_shrinks_what_expired() {
    let (state, clock) = state(1_000);
    for n in 0..=255 {
        assert_eq!(state.create_entry(&key(n), entry(n, 10)), Ok(true));
    }
    clock.advance_secs(10);
    for n in 0..=255 {
        let later = StateKey::of(Namespace::ApiKey, &[&[n], b"later"]);
        assert_eq!(state.create_entry(&later, entry(n, 90)), Ok(true));
    }
    assert!(state.len(Namespace::ApiKey) < 300, "{}", state.len(Namespace::ApiKey));
}

#[test]
fn a_swap_never_creates_and_no_version_comes_back() {
    let (state, _) = state(9);
    let ghost = StateVersion::from_u64(1);
    assert_eq!(state.swap_entry(&key(0), ghost, entry(0, 90)), Ok(Swap::Gone));
    assert_eq!(state.read(&key(0)), None);

    assert_eq!(state.create_entry(&key(0), entry(0, 90)), Ok(true));
    let first = state.read(&key(0)).unwrap().version();
    assert!(state.remove_entry(&key(0)));
    assert_eq!(state.create_entry(&key(0), entry(1, 90)), Ok(true));
    let second = state.read(&key(0)).unwrap();
    assert_eq!(state.swap_entry(&key(0), first, entry(2, 90)), Ok(Swap::Conflict(second)));
}

#[test]
fn an_entry_is_bounded() {
    let (state, _) = state(9);
    let expires_at = START.saturating_add_secs(9);
    let entry = |len| StateEntry::new(vec![0; len], expires_at);
    assert_eq!(
        state.create_entry(&key(0), entry(StateEntry::MAX_LEN + 1)),
        Err(StateError::TooLarge)
    );
    assert_eq!(state.create_entry(&key(0), entry(StateEntry::MAX_LEN)), Ok(true));
    let version = state.read(&key(0)).unwrap().version();
    let swapped = state.swap_entry(&key(0), version, entry(StateEntry::MAX_LEN + 1));
    assert_eq!(swapped, Err(StateError::TooLarge));
}

/// Of threads that race, one creates, one swaps, one removes.
#[test]
fn each_step_is_done_once() {
    let (state, _) = state(1_000);
    for n in 0..100 {
        let created = race(|| state.create_entry(&key(n), entry(n, 90)) == Ok(true));
        assert_eq!(created, 1);
        let version = state.read(&key(n)).unwrap().version();
        let swapped = race(|| state.swap_entry(&key(n), version, entry(n, 90)) == Ok(Swap::Done));
        assert_eq!(swapped, 1);
        assert_eq!(race(|| state.remove_entry(&key(n))), 1);
    }
    assert!(state.is_empty(Namespace::ApiKey));
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
    let (state, _) = state(50);
    let created: usize = thread::scope(|scope| {
        let fill = |thread: u8| {
            let state = &state;
            move || {
                let key = |n: u8| StateKey::of(Namespace::ApiKey, &[&[thread, n]]);
                (0..100).filter(|n| state.create_entry(&key(*n), entry(*n, 90)) == Ok(true)).count()
            }
        };
        let threads: Vec<_> = (0..4).map(|thread| scope.spawn(fill(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((created, state.len(Namespace::ApiKey)), (50, 50));
}
