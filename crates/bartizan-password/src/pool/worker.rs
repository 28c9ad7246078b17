//! A thread that runs jobs, one after the other, on a seat that it keeps.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::mpsc::Sender;

use crate::pool::queue::{Outcome, Queue};
use crate::pool::seat::Seat;

/// Works until the queue is closed. Lets `warm` go when the first hash is done.
pub(super) fn work(queue: &Queue, mut seat: Seat, warm: Sender<()>) {
    queue.learn(seat.warm_up());
    drop(warm);
    while let Some(mut task) = queue.take() {
        seat.begin();
        // Nothing is known to panic. Should it happen, one caller hears that the pool is busy, and
        // the pool goes on with memory that is new.
        let run = catch_unwind(AssertUnwindSafe(|| task.run(&mut seat)));
        // The place is free before the answer is out, so that who has it finds one.
        queue.finish(match &run {
            Ok(()) => Outcome::Served { took: seat.took(), filled_kib: seat.filled_kib() },
            Err(_) => Outcome::Panicked,
        });
        // The answer goes out, and may wake a future in a way of somebody else's making.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(task)));
        if run.is_err() {
            seat.renew();
        }
        seat.wipe();
    }
}
