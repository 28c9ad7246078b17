//! Runs flows over a store step by step, for tests of races.
//!
//! ```
//! use std::sync::Arc;
//!
//! use bartizan_core::{ManualClock, UnixTime};
//! use bartizan_store::testing::{Yielding, interleave};
//! use bartizan_store::{Entry, Loss, MemoryStore, Namespace, Store, StoreKey};
//!
//! const USED_COUPON: Namespace = Namespace::new("used-coupon", Loss::Reopens);
//!
//! let clock = ManualClock::at(UnixTime::from_secs(1_000));
//! let store = Yielding(MemoryStore::new(10, Arc::new(clock)).unwrap());
//! let coupon = StoreKey::of(USED_COUPON, &[b"SPRING"]);
//! for seed in 0..100 {
//!     let until = UnixTime::from_secs(1_060);
//!     let outcomes = interleave(seed, (0..5).map(|_| store.create(&coupon, Entry::new(vec![], until))));
//!     let used = outcomes.into_iter().filter(|outcome| *outcome == Ok(true)).count();
//!     assert_eq!(used, if seed == 0 { 1 } else { 0 });
//! }
//! ```
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test, to panic is to fail"
)]

use core::future::poll_fn;
use core::mem::replace;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use bartizan_core::Random as _;
use bartizan_core::danger::PredictableRandom;

use crate::{Entry, MemoryStore, Store, StoreError, StoreKey, StoredEntry, Swap, Version};

/// Returns what a future that never waits comes to.
///
/// # Panics
///
/// When it waits.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}

/// A store that lets others go first before each of its steps, so that flows come between each
/// other's steps as they do over a network.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by naming the store")]
pub struct Yielding(pub MemoryStore);

impl Store for Yielding {
    async fn get(&self, key: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
        step_back().await;
        self.0.get(key).await
    }

    async fn create(&self, key: &StoreKey, entry: Entry) -> Result<bool, StoreError> {
        step_back().await;
        self.0.create(key, entry).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        expected: Version,
        entry: Entry,
    ) -> Result<Swap, StoreError> {
        step_back().await;
        self.0.swap(key, expected, entry).await
    }

    async fn remove(&self, key: &StoreKey) -> Result<bool, StoreError> {
        step_back().await;
        self.0.remove(key).await
    }
}

async fn step_back() {
    let mut waited = false;
    poll_fn(|_| if replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Drives futures over a [`Yielding`] store, one step of one of them at a time, in an order that
/// belongs to `seed`. Returns what they come to, in the order in which they were given.
///
/// # Panics
///
/// When a flow does.
pub fn interleave<F: Future>(seed: u64, futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut outputs = Vec::new();
    let mut running = Vec::new();
    for (n, future) in futures.into_iter().enumerate() {
        outputs.push(None);
        running.push((n, Box::pin(future)));
    }
    let random = PredictableRandom::from_seed(seed);
    while !running.is_empty() {
        let mut draw = [0; 8];
        random.fill(&mut draw).unwrap();
        let draw = usize::try_from(u64::from_le_bytes(draw) >> 32).unwrap();
        let at = draw.checked_rem(running.len()).unwrap();
        let (n, future) = &mut running[at];
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            outputs[*n] = Some(output);
            let _done = running.swap_remove(at);
        }
    }
    outputs.into_iter().map(Option::unwrap).collect()
}

/// Drives one future over a [`Yielding`] store to its end.
///
/// # Panics
///
/// When it does.
pub fn alone<T>(future: impl Future<Output = T>) -> T {
    interleave(0, [future]).pop().unwrap()
}
