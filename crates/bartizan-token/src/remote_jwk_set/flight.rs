//! A fetch that belongs to nobody: whoever waits for it takes it further.

use core::future::poll_fn;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::task::Wake;

use bartizan_core::UnixTime;

use super::error::RemoteJwkSetError;
use super::fetch::{FetchError, FetchedJwkSet};

type Fetched = Result<FetchedJwkSet, FetchError>;
type Outcome = Result<(), RemoteJwkSetError>;

/// One fetch. All who wait for it are woken when it can go on, and each of them may be the one who
/// polls it; so it goes on for as long as one of them is there, and rests when there is none.
pub(super) struct Flight {
    started_at: UnixTime,
    /// Nothing when it has ended, or when somebody panicked while polling it.
    fetching: Mutex<Option<Pin<Box<dyn Future<Output = Fetched> + Send>>>>,
    outcome: OnceLock<Outcome>,
    waiting: Arc<Waiting>,
}

impl Flight {
    pub(super) fn new(
        fetching: impl Future<Output = Fetched> + Send + 'static,
        started_at: UnixTime,
    ) -> Self {
        Self {
            started_at,
            fetching: Mutex::new(Some(Box::pin(fetching))),
            outcome: OnceLock::new(),
            waiting: Arc::default(),
        }
    }

    /// Whether it takes longer than a fetch may.
    pub(super) fn is_stuck(&self, now: UnixTime) -> bool {
        now.as_secs().abs_diff(self.started_at.as_secs()) >= MAX_FLIGHT_SECS
    }

    /// Waits until it has ended. `land` is called by the one who finds that it has.
    pub(super) async fn wait(&self, land: impl Fn(Fetched) -> Outcome) -> Outcome {
        let place = self.waiting.place();
        poll_fn(|context| {
            // Before the poll, so that no wake is lost.
            place.keep(context.waker());
            self.step(lock(&self.fetching), &land)
        })
        .await
    }

    /// Takes it one step further, unless somebody else is about to.
    pub(super) fn nudge(&self, land: impl Fn(Fetched) -> Outcome) {
        let fetching = match self.fetching.try_lock() {
            Ok(fetching) => fetching,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let _outcome = self.step(fetching, &land);
    }

    /// Ends it without a result.
    pub(super) fn give_up(&self, land: impl Fn(Fetched) -> Outcome) {
        let _outcome = self.outcome.get_or_init(|| land(Err(FetchError::TimedOut)));
        self.waiting.wake_all();
    }

    fn step(
        &self,
        mut fetching: MutexGuard<'_, Option<Pin<Box<dyn Future<Output = Fetched> + Send>>>>,
        land: impl Fn(Fetched) -> Outcome,
    ) -> Poll<Outcome> {
        if let Some(outcome) = self.outcome.get() {
            return Poll::Ready(*outcome);
        }
        let fetched = match fetching.take() {
            // It panicked.
            None => Err(FetchError::Unreachable),
            Some(mut running) => {
                let waker = Waker::from(Arc::clone(&self.waiting));
                match running.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(fetched) => fetched,
                    Poll::Pending => {
                        *fetching = Some(running);
                        return Poll::Pending;
                    }
                }
            }
        };
        let outcome = *self.outcome.get_or_init(|| land(fetched));
        drop(fetching);
        self.waiting.wake_all();
        Poll::Ready(outcome)
    }
}

/// Those who wait.
#[derive(Default)]
struct Waiting(Mutex<Places>);

#[derive(Default)]
struct Places {
    next: u64,
    wakers: HashMap<u64, Waker>,
}

impl Waiting {
    fn place(&self) -> Place<'_> {
        let mut places = lock(&self.0);
        let number = places.next;
        places.next = number.wrapping_add(1);
        Place { waiting: self, number }
    }

    fn wake_all(&self) {
        // Those who are still waiting take their places again.
        let wakers = mem::take(&mut lock(&self.0).wakers);
        wakers.into_values().for_each(Waker::wake);
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}

/// The place of one who waits, free again when they leave.
struct Place<'w> {
    waiting: &'w Waiting,
    number: u64,
}

impl Place<'_> {
    fn keep(&self, waker: &Waker) {
        let _former = lock(&self.waiting.0).wakers.insert(self.number, waker.clone());
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let _own = lock(&self.waiting.0).wakers.remove(&self.number);
    }
}

/// What is behind these locks is whole at every moment, so a panic elsewhere leaves it good.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const MAX_FLIGHT_SECS: u64 = 30;
