//! Who waits, who is served next, and who is sent away.

use core::task::{Context, Poll};
use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::{HashError, VerifyError};
use crate::pool::PoolStats;
use crate::pool::seat::Seat;
use crate::pool::slot::{self, Slot, Task};

/// There is no place, or there was none in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy {
    pub(crate) retry_after_ms: u64,
}

impl From<Busy> for VerifyError {
    fn from(Busy { retry_after_ms }: Busy) -> Self {
        Self::Busy { retry_after_ms }
    }
}

impl From<Busy> for HashError {
    fn from(Busy { retry_after_ms }: Busy) -> Self {
        Self::Busy { retry_after_ms }
    }
}

/// First in, first out, never more than `workers` running and `depth` waiting.
pub(super) struct Queue {
    places: usize,
    max_wait_ms: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// Places whose jobs are still being put together.
    reserved: usize,
    running: usize,
    admitted: u64,
    served: u64,
    refused: u64,
    cancelled: u64,
    closed: bool,
}

struct Waiting {
    number: u64,
    deadline: Instant,
    task: Box<dyn Task>,
}

impl State {
    fn taken(&self) -> usize {
        self.waiting.len().saturating_add(self.reserved).saturating_add(self.running)
    }

    /// Takes out who has waited for too long: always the first ones.
    fn late(&mut self, now: Instant) -> Vec<Waiting> {
        let late = self.waiting.iter().take_while(|waiting| waiting.deadline <= now).count();
        self.refused = self.refused.saturating_add(u64::try_from(late).unwrap_or(u64::MAX));
        self.waiting.drain(..late).collect()
    }

    const fn refuse_one(&mut self) {
        self.refused = self.refused.saturating_add(1);
    }
}

impl Queue {
    pub(super) fn new(workers: usize, depth: usize, max_wait_ms: u64) -> Arc<Self> {
        Arc::new(Self {
            places: workers.saturating_add(depth),
            max_wait_ms,
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Gives a place, unless there is none. Only then is it worth putting a job together.
    pub(super) fn enter(self: &Arc<Self>) -> Result<Place<'_>, Busy> {
        let mut state = self.lock();
        let is_full = state.taken() >= self.places;
        // Who waits there may be a future that nobody polls.
        let late = if is_full { state.late(Instant::now()) } else { Vec::new() };
        let is_open = !state.closed && state.taken() < self.places;
        if is_open {
            state.reserved = state.reserved.saturating_add(1);
        } else {
            state.refuse_one();
        }
        drop(state);
        // They hear of it, by code that may be anybody's, when the lock is let go.
        drop(late);
        if is_open { Ok(Place { queue: self, is_taken: false }) } else { Err(self.busy()) }
    }

    /// Waits for a job, and takes it. There is none when the queue was closed.
    pub(super) fn take(&self) -> Option<Box<dyn Task>> {
        let mut state = self.lock();
        while !state.closed {
            let late = state.late(Instant::now());
            if !late.is_empty() {
                drop(state);
                drop(late);
                state = self.lock();
            } else if let Some(waiting) = state.waiting.pop_front() {
                state.running = state.running.saturating_add(1);
                return Some(waiting.task);
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        None
    }

    /// Gives the place of a taken job back.
    pub(super) fn finish(&self, served: bool) {
        let mut state = self.lock();
        state.running = state.running.saturating_sub(1);
        let count = if served { &mut state.served } else { &mut state.refused };
        *count = count.saturating_add(1);
    }

    /// Gives a place back. Returns false for a job that has begun, or is not to begin.
    fn withdraw(&self, number: u64, count: fn(&mut State) -> &mut u64) -> bool {
        let mut state = self.lock();
        let found = state.waiting.binary_search_by_key(&number, |waiting| waiting.number);
        let Some(waiting) = found.ok().and_then(|index| state.waiting.remove(index)) else {
            return false;
        };
        let count = count(&mut state);
        *count = count.saturating_add(1);
        drop(state);
        drop(waiting);
        true
    }

    /// Sends away all who wait, and lets the workers go.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let sent_away = core::mem::take(&mut state.waiting);
        let count = u64::try_from(sent_away.len()).unwrap_or(u64::MAX);
        state.refused = state.refused.saturating_add(count);
        drop(state);
        drop(sent_away);
        self.changed.notify_all();
    }

    pub(super) fn stats(&self) -> PoolStats {
        let state = self.lock();
        PoolStats {
            queued: state.waiting.len().saturating_add(state.reserved),
            running: state.running,
            served: state.served,
            refused: state.refused,
            cancelled: state.cancelled,
        }
    }

    /// By then all who wait now will have begun or gone.
    const fn busy(&self) -> Busy {
        Busy { retry_after_ms: self.max_wait_ms }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics with the lock held, and every state is a valid one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue for a job to come. Dropped, it is given back.
pub(super) struct Place<'a> {
    queue: &'a Arc<Queue>,
    is_taken: bool,
}

impl Place<'_> {
    /// Lets a job wait for its turn.
    pub(super) fn start<T, J>(mut self, job: J) -> Ticket<T>
    where
        T: Send + 'static,
        J: FnOnce(&mut Seat) -> T + Send + 'static,
    {
        let (task, slot) = slot::task(job);
        let queue = Arc::clone(self.queue);
        let now = Instant::now();
        let deadline = now.checked_add(Duration::from_millis(queue.max_wait_ms)).unwrap_or(now);

        let mut state = queue.lock();
        self.is_taken = true;
        state.reserved = state.reserved.saturating_sub(1);
        let number = state.admitted;
        state.admitted = number.saturating_add(1);
        let sent_away = if state.closed {
            state.refuse_one();
            Some(task)
        } else {
            state.waiting.push_back(Waiting { number, deadline, task });
            None
        };
        drop(state);
        drop(sent_away);
        queue.changed.notify_one();
        Ticket { queue, number, deadline, slot }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.is_taken {
            let mut state = self.queue.lock();
            state.reserved = state.reserved.saturating_sub(1);
        }
    }
}

/// The right to the answer of a job. Dropped, it withdraws the job, unless that has begun.
pub(super) struct Ticket<T> {
    queue: Arc<Queue>,
    number: u64,
    deadline: Instant,
    slot: Arc<Slot<T>>,
}

impl<T> Ticket<T> {
    /// Blocks until there is an answer, or the job has waited for too long.
    pub(super) fn wait(self) -> Result<T, Busy> {
        let answer = match self.slot.wait_until(self.deadline) {
            Poll::Ready(answer) => answer,
            Poll::Pending if self.withdraw_late() => None,
            // It has begun, and is bounded.
            Poll::Pending => self.slot.wait(),
        };
        answer.ok_or_else(|| self.queue.busy())
    }

    /// Does not block. After the answer it says that there is none.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Result<T, Busy>> {
        if self.deadline <= Instant::now() {
            let _ = self.withdraw_late();
        }
        self.slot.poll(context).map(|answer| answer.ok_or_else(|| self.queue.busy()))
    }

    fn withdraw_late(&self) -> bool {
        self.queue.withdraw(self.number, |state| &mut state.refused)
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        self.slot.forget_waker();
        let _ = self.queue.withdraw(self.number, |state| &mut state.cancelled);
    }
}
