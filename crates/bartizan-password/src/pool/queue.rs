//! Who waits, who is served next, and who is sent away.

use core::time::Duration;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bartizan_core::{SecretBytes, SecretString};

use crate::argon2id::{Input, NoTag};
use crate::params::Cost;
use crate::pool::PoolStats;

/// What a tag is computed from, for another thread. The copy of the password is wiped when it is
/// dropped.
pub(super) struct Work {
    password: SecretString,
    salt: Vec<u8>,
    cost: Cost,
    tag_len: usize,
}

impl Work {
    pub(super) fn copy_of(input: &Input<'_>) -> Self {
        Self {
            password: SecretString::from(input.password.expose()),
            salt: input.salt.to_vec(),
            cost: input.cost,
            tag_len: input.tag_len,
        }
    }

    pub(super) fn input(&self) -> Input<'_> {
        let Self { password, salt, cost, tag_len } = self;
        Input { password, salt, cost: *cost, tag_len: *tag_len }
    }
}

pub(super) type Answer = Result<SecretBytes, NoTag>;

/// Work with a place in the queue. When it is dropped without an answer, whoever waits is told
/// that the pool is busy.
pub(super) struct Job {
    number: u64,
    deadline: Instant,
    pub(super) work: Work,
    answer: SyncSender<Answer>,
}

impl Job {
    /// Lets go whoever waits. One who is gone needs no answer.
    pub(super) fn answer(&self, answer: Answer) {
        let _ = self.answer.try_send(answer);
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
    waiting: VecDeque<Job>,
    running: usize,
    admitted: u64,
    served: u64,
    refused: u64,
    closed: bool,
}

impl Queue {
    pub(super) fn new(workers: usize, depth: usize, max_wait_ms: u64) -> Self {
        Self {
            places: workers.saturating_add(depth),
            max_wait_ms,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Waits for a turn, and for the work then to be done.
    pub(super) fn run(&self, input: &Input<'_>) -> Answer {
        let wait = Duration::from_millis(self.max_wait_ms);
        let now = Instant::now();
        let deadline = now.checked_add(wait).unwrap_or(now);
        let (number, answer) = self.admit(input, deadline).ok_or_else(|| self.busy())?;
        match answer.recv_timeout(wait) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) if self.withdraw(number) => Err(self.busy()),
            // The work has begun, and is bounded.
            Err(RecvTimeoutError::Timeout) => answer.recv().unwrap_or_else(|_| Err(self.busy())),
            Err(RecvTimeoutError::Disconnected) => Err(self.busy()),
        }
    }

    /// Gives a place, unless there is none. Nothing is copied before.
    pub(super) fn admit(
        &self,
        input: &Input<'_>,
        deadline: Instant,
    ) -> Option<(u64, Receiver<Answer>)> {
        let mut state = self.lock();
        if state.closed || state.waiting.len().saturating_add(state.running) >= self.places {
            state.refused = state.refused.saturating_add(1);
            return None;
        }
        let number = state.admitted;
        state.admitted = number.saturating_add(1);
        let (answer, receiver) = sync_channel(1);
        state.waiting.push_back(Job { number, deadline, work: Work::copy_of(input), answer });
        drop(state);
        self.changed.notify_one();
        Some((number, receiver))
    }

    /// Gives a place back. Returns false for one whose work has begun, or is not to begin.
    fn withdraw(&self, number: u64) -> bool {
        let mut state = self.lock();
        let Ok(index) = state.waiting.binary_search_by_key(&number, |job| job.number) else {
            return false;
        };
        state.refused = state.refused.saturating_add(1);
        state.waiting.remove(index).is_some()
    }

    /// Waits for work, and takes it. There is none when the queue was closed.
    pub(super) fn take(&self) -> Option<Job> {
        let mut state = self.lock();
        while !state.closed {
            match state.waiting.pop_front() {
                // Whoever waits for it may not have woken up yet.
                Some(late) if late.deadline <= Instant::now() => {
                    state.refused = state.refused.saturating_add(1);
                }
                Some(job) => {
                    state.running = state.running.saturating_add(1);
                    return Some(job);
                }
                None => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        None
    }

    /// Gives the place of taken work back.
    pub(super) fn finish(&self, served: bool) {
        let mut state = self.lock();
        state.running = state.running.saturating_sub(1);
        let count = if served { &mut state.served } else { &mut state.refused };
        *count = count.saturating_add(1);
    }

    /// Sends away all who wait, and lets the workers go.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let sent_away = u64::try_from(state.waiting.len()).unwrap_or(u64::MAX);
        state.refused = state.refused.saturating_add(sent_away);
        state.waiting.clear();
        drop(state);
        self.changed.notify_all();
    }

    pub(super) fn stats(&self) -> PoolStats {
        let state = self.lock();
        PoolStats {
            queued: state.waiting.len(),
            running: state.running,
            served: state.served,
            refused: state.refused,
        }
    }

    /// By then all who wait now will have begun or gone.
    const fn busy(&self) -> NoTag {
        NoTag::Busy { retry_after_ms: self.max_wait_ms }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics with the lock held, and every state is a valid one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
