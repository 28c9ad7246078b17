//! A thread that runs jobs, one after the other, on a seat that it keeps.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use crate::pool::queue::Queue;
use crate::pool::seat::Seat;

/// Works until the queue is closed.
pub(super) fn work(queue: &Queue, mut seat: Seat) {
    while let Some(mut task) = queue.take() {
        // Nothing is known to panic. Should it happen, one caller hears that the pool is busy, and
        // the pool goes on with memory that is new.
        let is_served = catch_unwind(AssertUnwindSafe(|| task.run(&mut seat))).is_ok();
        // The place is free before the answer is out, so that who has it finds one.
        queue.finish(is_served);
        // The answer goes out, and may wake a future in a way of somebody else's making.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(task)));
        if !is_served {
            seat.renew();
        }
        seat.wipe();
    }
}
