//! Futures over a store in memory, for tests.

use core::future::poll_fn;
use core::mem::replace;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use bartizan_core::Random as _;
use bartizan_core::danger::PredictableRandom;

use super::{
    MemoryState, StateEntry, StateError, StateKey, StateVersion, StoredEntry, Swap, TokenState,
};

/// Returns what a future that never waits comes to.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}

/// A store that lets others go first before each of its steps, so that flows come between each
/// other's steps as they do over a network.
pub(crate) struct Yielding(pub(crate) MemoryState);

impl TokenState for Yielding {
    async fn get(&self, key: &StateKey) -> Result<Option<StoredEntry>, StateError> {
        step_back().await;
        self.0.get(key).await
    }

    async fn create(&self, key: &StateKey, entry: StateEntry) -> Result<bool, StateError> {
        step_back().await;
        self.0.create(key, entry).await
    }

    async fn swap(
        &self,
        key: &StateKey,
        expected: StateVersion,
        entry: StateEntry,
    ) -> Result<Swap, StateError> {
        step_back().await;
        self.0.swap(key, expected, entry).await
    }

    async fn remove(&self, key: &StateKey) -> Result<bool, StateError> {
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
pub(crate) fn interleave<F: Future>(
    seed: u64,
    futures: impl IntoIterator<Item = F>,
) -> Vec<F::Output> {
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
pub(crate) fn alone<T>(future: impl Future<Output = T>) -> T {
    interleave(0, [future]).pop().unwrap()
}
