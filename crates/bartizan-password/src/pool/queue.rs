//! Who waits, who is served next, and who is sent away.

use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::{HashError, VerifyError};
use crate::pool::PoolStats;
use crate::pool::events::{Observer, PoolEvent, Refusal};
use crate::pool::slot::Task;
use crate::pool::ticket::Place;

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

/// How a job ended.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    Served { took: Duration, filled_kib: u64 },
    Panicked,
}

/// What a queue is bounded by.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) workers: usize,
    pub(super) depth: usize,
    pub(super) max_wait_ms: u64,
}

/// First in, first out, never more than `workers` running and `depth` waiting.
pub(super) struct Queue {
    workers: usize,
    places: usize,
    max_wait_ms: u64,
    observer: Observer,
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
    /// How long a job runs, in microseconds: the last ones count most. Zero before the first.
    job_us: u64,
}

struct Waiting {
    number: u64,
    since: Instant,
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
        self.refuse(late);
        self.waiting.drain(..late).collect()
    }

    fn refuse(&mut self, count: usize) {
        self.refused = self.refused.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// A moving average, in which each job weighs an eighth.
    fn learn(&mut self, took: Duration) {
        let took_us = micros(took).max(1);
        self.job_us = match self.job_us {
            0 => took_us,
            us => us.saturating_sub(us / 8).saturating_add(took_us / 8).max(1),
        };
    }
}

impl Queue {
    pub(super) fn new(limits: Limits, observer: Observer) -> Arc<Self> {
        let Limits { workers, depth, max_wait_ms } = limits;
        Arc::new(Self {
            workers,
            places: workers.saturating_add(depth),
            max_wait_ms,
            observer,
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
        let refusal = if state.closed {
            Some(Refusal::Closed)
        } else {
            (state.taken() >= self.places).then_some(Refusal::Full)
        };
        match refusal {
            None => state.reserved = state.reserved.saturating_add(1),
            Some(_) => state.refuse(1),
        }
        let busy = self.busy(&state);
        drop(state);
        self.send_away(late, Refusal::Late);
        match refusal {
            None => Ok(Place::new(self)),
            Some(reason) => {
                self.observer.tell(PoolEvent::Refused(reason));
                Err(busy)
            }
        }
    }

    /// Lets a task wait in a place that was given before, and returns its number and until when.
    pub(super) fn fill_place(&self, task: Box<dyn Task>) -> (u64, Instant) {
        let now = Instant::now();
        let deadline = now.checked_add(Duration::from_millis(self.max_wait_ms)).unwrap_or(now);
        let mut state = self.lock();
        state.reserved = state.reserved.saturating_sub(1);
        let number = state.admitted;
        state.admitted = number.saturating_add(1);
        let waiting = Waiting { number, since: now, deadline, task };
        let refused = if state.closed {
            state.refuse(1);
            Some(waiting)
        } else {
            state.waiting.push_back(waiting);
            None
        };
        let queued = state.waiting.len();
        drop(state);
        match refused {
            Some(waiting) => self.send_away([waiting], Refusal::Closed),
            None => self.observer.tell(PoolEvent::Admitted { queued }),
        }
        self.changed.notify_one();
        (number, deadline)
    }

    /// Takes a place back that nothing waits in.
    pub(super) fn clear_place(&self) {
        let mut state = self.lock();
        state.reserved = state.reserved.saturating_sub(1);
    }

    /// Waits for a job, and takes it. There is none when the queue was closed.
    pub(super) fn take(&self) -> Option<Box<dyn Task>> {
        let mut state = self.lock();
        while !state.closed {
            let now = Instant::now();
            let late = state.late(now);
            if !late.is_empty() {
                drop(state);
                self.send_away(late, Refusal::Late);
                state = self.lock();
            } else if let Some(Waiting { since, task, .. }) = state.waiting.pop_front() {
                state.running = state.running.saturating_add(1);
                drop(state);
                let waited_us = micros(now.saturating_duration_since(since));
                self.observer.tell(PoolEvent::Began { waited_us });
                return Some(task);
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        None
    }

    /// Gives the place of a taken job back.
    pub(super) fn finish(&self, outcome: Outcome) {
        let mut state = self.lock();
        state.running = state.running.saturating_sub(1);
        let event = match outcome {
            Outcome::Served { took, filled_kib } => {
                state.served = state.served.saturating_add(1);
                state.learn(took);
                PoolEvent::Ended { took_us: micros(took), filled_kib }
            }
            Outcome::Panicked => {
                state.refuse(1);
                PoolEvent::Refused(Refusal::Panicked)
            }
        };
        drop(state);
        self.observer.tell(event);
    }

    /// Takes note of the time of a job that nobody asked for.
    pub(super) fn learn(&self, took: Duration) {
        self.lock().learn(took);
    }

    /// Gives a place back. Returns false for a job that has begun, or is not to begin.
    pub(super) fn withdraw(&self, number: u64, reason: Refusal) -> bool {
        let mut state = self.lock();
        let found = state.waiting.binary_search_by_key(&number, |waiting| waiting.number);
        let Some(waiting) = found.ok().and_then(|index| state.waiting.remove(index)) else {
            return false;
        };
        if reason == Refusal::Cancelled {
            state.cancelled = state.cancelled.saturating_add(1);
        } else {
            state.refuse(1);
        }
        drop(state);
        self.send_away([waiting], reason);
        true
    }

    /// Sends away all who wait, and lets the workers go.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let waiting = core::mem::take(&mut state.waiting);
        state.refuse(waiting.len());
        drop(state);
        self.send_away(waiting, Refusal::Closed);
        self.changed.notify_all();
    }

    /// Lets them hear of it, through wakers and observers that may be anybody's: not under the
    /// lock.
    fn send_away(&self, jobs: impl IntoIterator<Item = Waiting>, reason: Refusal) {
        for waiting in jobs {
            drop(waiting);
            self.observer.tell(PoolEvent::Refused(reason));
        }
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

    pub(super) fn busy_now(&self) -> Busy {
        self.busy(&self.lock())
    }

    /// How long it takes to serve all who wait now.
    fn busy(&self, state: &State) -> Busy {
        let ahead = u64::try_from(state.taken()).unwrap_or(u64::MAX);
        let workers = u64::try_from(self.workers).unwrap_or(u64::MAX);
        let until_served_ms = ahead
            .saturating_mul(state.job_us)
            .checked_div(workers)
            .map_or(self.max_wait_ms, |us| us.div_ceil(1_000));
        // Nothing is known before the first job, and nobody waits for longer than the longest wait.
        let ms = if state.job_us == 0 { self.max_wait_ms } else { until_served_ms };
        Busy { retry_after_ms: ms.clamp(1, self.max_wait_ms.max(1)) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics with the lock held, and every state is a valid one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
