//! Where an answer is put by a worker, and fetched by whoever waits.

use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::pool::seat::Seat;

/// An answer to come. `None` says that there will be none.
pub(super) struct Slot<T> {
    state: Mutex<State<T>>,
    settled: Condvar,
}

enum State<T> {
    /// With whom to wake, where a future waits.
    Open(Option<Waker>),
    Settled(Option<T>),
}

impl<T> Slot<T> {
    fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State::Open(None)), settled: Condvar::new() })
    }

    fn settle(&self, answer: Option<T>) {
        let before = {
            let mut state = self.lock();
            core::mem::replace(&mut *state, State::Settled(answer))
        };
        self.settled.notify_all();
        // Foreign code, and so never run under the lock.
        if let State::Open(Some(waker)) = before {
            waker.wake();
        }
    }

    /// Blocks until there is an answer, or the time has come.
    pub(super) fn wait_until(&self, deadline: Instant) -> Poll<Option<T>> {
        let mut state = self.lock();
        loop {
            if let State::Settled(answer) = &mut *state {
                return Poll::Ready(answer.take());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Poll::Pending;
            }
            state = match self.settled.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Blocks until there is an answer.
    pub(super) fn wait(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let State::Settled(answer) = &mut *state {
                return answer.take();
            }
            state = self.settled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Returns the answer, or remembers whom to wake.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Option<T>> {
        let waker = context.waker().clone();
        // The waker before is dropped after the lock is let go.
        let _before = {
            let mut state = self.lock();
            match &mut *state {
                State::Settled(answer) => return Poll::Ready(answer.take()),
                State::Open(before) => before.replace(waker),
            }
        };
        Poll::Pending
    }

    /// Wakes nobody any more.
    pub(super) fn forget_waker(&self) {
        let _before = match &mut *self.lock() {
            State::Open(before) => before.take(),
            State::Settled(_) => None,
        };
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Every state is a valid one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What waits in the queue. Dropped, it gives its answer: that of the job, when it was run.
pub(super) trait Task: Send {
    /// Runs the job, once. What the job held is dropped with it.
    fn run(&mut self, seat: &mut Seat);
}

struct Typed<T, J> {
    job: Option<J>,
    answer: Option<T>,
    slot: Arc<Slot<T>>,
}

impl<T: Send, J: FnOnce(&mut Seat) -> T + Send> Task for Typed<T, J> {
    fn run(&mut self, seat: &mut Seat) {
        self.answer = self.job.take().map(|job| job(seat));
    }
}

impl<T, J> Drop for Typed<T, J> {
    fn drop(&mut self) {
        self.slot.settle(self.answer.take());
    }
}

/// Makes a task of a job, and the slot for its answer.
pub(super) fn task<T, J>(job: J) -> (Box<dyn Task>, Arc<Slot<T>>)
where
    T: Send + 'static,
    J: FnOnce(&mut Seat) -> T + Send + 'static,
{
    let slot = Slot::new();
    let task = Typed { job: Some(job), answer: None, slot: Arc::clone(&slot) };
    (Box::new(task), slot)
}
