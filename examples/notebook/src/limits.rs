//! How often somebody may try: counted in memory, in tables that cannot grow without end.

use core::hash::Hash;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bartizan::core::{Clock, UnixTime};

/// The most keys that a table remembers; an attacker who fills it forgets their own failures only
/// after ten thousand other names or addresses.
const MAX_KEYS: usize = 10_000;

/// A delay never grows beyond this, so nobody is locked out for good.
const MAX_DELAY_SECS: u64 = 15 * 60;

/// After this long without an attempt the failures are forgotten.
const FORGET_AFTER_SECS: u64 = 60 * 60;

/// Lets a key try freely a few times, then ever more slowly.
#[derive(Debug)]
pub(crate) struct Limiter<K> {
    free_attempts: u32,
    clock: Arc<dyn Clock>,
    failures: Mutex<HashMap<K, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: UnixTime,
}

/// The caller has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) secs: u64,
}

impl<K: Clone + Eq + Hash> Limiter<K> {
    pub(crate) fn new(free_attempts: u32, clock: Arc<dyn Clock>) -> Self {
        Self { free_attempts, clock, failures: Mutex::new(HashMap::new()) }
    }

    /// Counts an attempt as failed before it is made, so that a hundred at once are a hundred.
    /// [`forgive`](Self::forgive) takes it back.
    pub(crate) fn attempt(&self, key: K) -> Result<(), Wait> {
        let now = self.clock.now();
        let mut table = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = table.get(&key).copied().filter(|known| !known.is_forgotten(now));
        if let Some(known) = known {
            let secs = known.wait_secs(self.free_attempts, now);
            if secs > 0 {
                return Err(Wait { secs });
            }
        } else {
            make_room(&mut table, now);
        }
        let count = known.map_or(1, |known| known.count.saturating_add(1));
        let _earlier = table.insert(key, Failures { count, last: now });
        Ok(())
    }

    /// Takes the last attempt back: it was not a guess.
    pub(crate) fn forgive(&self, key: &K) {
        let mut table = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = table.get_mut(key) {
            known.count = known.count.saturating_sub(1);
        }
    }

    /// Forgets every failure: the right person was there.
    pub(crate) fn reset(&self, key: &K) {
        let mut table = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let _failures = table.remove(key);
    }
}

impl Failures {
    const fn is_forgotten(self, now: UnixTime) -> bool {
        matches!(now.secs_since(self.last), Some(secs) if secs >= FORGET_AFTER_SECS)
    }

    /// 2 seconds after the last free attempt, then 4, 8 … from the attempt before. The clock ticks
    /// in whole seconds, so that each may be up to one shorter.
    fn wait_secs(self, free_attempts: u32, now: UnixTime) -> u64 {
        let Some(excess) = self.count.checked_sub(free_attempts) else { return 0 };
        let delay = 2_u64.saturating_pow(excess.saturating_add(1)).min(MAX_DELAY_SECS);
        // A clock that was set back must not stretch the delay.
        let passed = now.secs_since(self.last).unwrap_or(delay);
        delay.saturating_sub(passed)
    }
}

/// Keeps the table bounded: what is forgotten goes first, then whoever was quiet for longest.
fn make_room<K: Clone + Eq + Hash>(table: &mut HashMap<K, Failures>, now: UnixTime) {
    if table.len() < MAX_KEYS {
        return;
    }
    table.retain(|_, failures| !failures.is_forgotten(now));
    if table.len() < MAX_KEYS {
        return;
    }
    let quietest = table.iter().min_by_key(|(_, failures)| failures.last);
    if let Some(key) = quietest.map(|(key, _)| key.clone()) {
        let _failures = table.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use bartizan::core::ManualClock;

    use super::*;

    fn limiter() -> (Arc<ManualClock>, Limiter<u32>) {
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_000)));
        let limiter = Limiter::new(5, Arc::<ManualClock>::clone(&clock));
        (clock, limiter)
    }

    #[test]
    fn five_attempts_are_free_then_the_delay_doubles_up_to_its_end() {
        let (clock, limiter) = limiter();
        for _ in 0..5 {
            assert_eq!(limiter.attempt(1), Ok(()));
        }
        for secs in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900] {
            assert_eq!(limiter.attempt(1), Err(Wait { secs }));
            clock.advance_secs(secs.saturating_sub(1));
            assert_eq!(limiter.attempt(1), Err(Wait { secs: 1 }));
            clock.advance_secs(1);
            assert_eq!(limiter.attempt(1), Ok(()));
        }
        assert_eq!(limiter.attempt(2), Ok(()), "another key is not concerned");
        clock.advance_secs(FORGET_AFTER_SECS);
        assert_eq!(limiter.attempt(1), Ok(()));
        assert_eq!(limiter.attempt(1), Ok(()), "all is forgotten");
    }

    #[test]
    fn ever_so_many_attempts_do_not_overflow_the_delay_to_none() {
        for count in 100..300 {
            let failures = Failures { count, last: UnixTime::EPOCH };
            assert_eq!(failures.wait_secs(5, UnixTime::EPOCH), MAX_DELAY_SECS);
        }
        let failures = Failures { count: u32::MAX, last: UnixTime::EPOCH };
        assert_eq!(failures.wait_secs(0, UnixTime::EPOCH), MAX_DELAY_SECS);
    }

    #[test]
    fn success_resets_and_what_was_no_guess_is_taken_back() {
        let (_, limiter) = limiter();
        for _ in 0..100 {
            assert_eq!(limiter.attempt(1), Ok(()));
            limiter.forgive(&1);
        }
        for _ in 0..5 {
            assert_eq!(limiter.attempt(1), Ok(()));
        }
        assert!(limiter.attempt(1).is_err());
        limiter.reset(&1);
        assert_eq!(limiter.attempt(1), Ok(()));
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let (clock, limiter) = limiter();
        for _ in 0..5 {
            assert_eq!(limiter.attempt(1), Ok(()));
        }
        clock.set(UnixTime::EPOCH);
        assert_eq!(limiter.attempt(1), Ok(()));
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_latest() {
        let (clock, limiter) = limiter();
        for key in 0..u32::try_from(MAX_KEYS).unwrap().saturating_add(10) {
            clock.advance_secs(u64::from(key == 10));
            assert_eq!(limiter.attempt(key), Ok(()));
        }
        let table = limiter.failures.lock().unwrap();
        assert_eq!(table.len(), MAX_KEYS);
        assert!((0..10).all(|key| !table.contains_key(&key)));
    }
}
