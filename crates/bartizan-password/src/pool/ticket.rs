//! What a caller holds of the queue: a place first, then the right to an answer.

use core::task::{Context, Poll};
use std::sync::Arc;
use std::time::Instant;

use crate::pool::events::Refusal;
use crate::pool::queue::{Busy, Queue};
use crate::pool::seat::Seat;
use crate::pool::slot::{self, Slot};

/// A place in the queue for a job to come. Dropped, it is given back.
pub(super) struct Place<'a> {
    queue: &'a Arc<Queue>,
    is_filled: bool,
}

impl<'a> Place<'a> {
    pub(super) const fn new(queue: &'a Arc<Queue>) -> Self {
        Self { queue, is_filled: false }
    }

    /// Lets a job wait for its turn.
    pub(super) fn start<T, J>(mut self, job: J) -> Ticket<T>
    where
        T: Send + 'static,
        J: FnOnce(&mut Seat) -> T + Send + 'static,
    {
        let (task, slot) = slot::task(job);
        self.is_filled = true;
        let (number, deadline) = self.queue.fill_place(task);
        Ticket { queue: Arc::clone(self.queue), number, deadline, slot }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.is_filled {
            self.queue.clear_place();
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
        answer.ok_or_else(|| self.queue.busy_now())
    }

    /// Does not block. After the answer it says that there is none.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Result<T, Busy>> {
        if self.deadline <= Instant::now() {
            let _ = self.withdraw_late();
        }
        self.slot.poll(context).map(|answer| answer.ok_or_else(|| self.queue.busy_now()))
    }

    fn withdraw_late(&self) -> bool {
        self.queue.withdraw(self.number, Refusal::Late)
    }
}

impl<T> Drop for Ticket<T> {
    fn drop(&mut self) {
        self.slot.forget_waker();
        let _ = self.queue.withdraw(self.number, Refusal::Cancelled);
    }
}
