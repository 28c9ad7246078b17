//! Work on chunks, shared among threads.

use core::num::NonZeroUsize;
use std::panic;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// How many chunks a thread takes at a time: a piece of 1 MiB.
pub(super) const PIECE_CHUNKS: usize = 64;

/// Does `work` on every piece, with up to `threads` threads. Where the system gives fewer, those
/// that there are do it all. A piece that fails does not stop the other threads.
pub(super) fn share<P, E: Send>(
    threads: NonZeroUsize,
    pieces: impl ExactSizeIterator<Item = P> + Send,
    work: impl Fn(P) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let helpers = threads.get().min(pieces.len()).saturating_sub(1);
    let queue = Mutex::new(pieces);
    let run = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            match next {
                Some(piece) => work(piece)?,
                None => return Ok(()),
            }
        }
    };
    if helpers == 0 {
        return run();
    }
    thread::scope(|scope| {
        let spawn = |_| Builder::new().spawn_scoped(scope, run).ok();
        let helpers: Vec<_> = (0..helpers).filter_map(spawn).collect();
        helpers.into_iter().fold(run(), |outcome, helper| {
            let helped = helper.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked));
            outcome.and(helped)
        })
    })
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_piece_is_worked_on_once_and_any_error_is_told() {
        for threads in [1, 2, 7, 100] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let mut marks = [0_u8; 50];
            let counted = AtomicUsize::new(0);
            let outcome = share(threads, marks.iter_mut().enumerate(), |(number, mark)| {
                *mark += 1;
                let _before = counted.fetch_add(1, Ordering::Relaxed);
                if number == 30 { Err("30") } else { Ok(()) }
            });
            assert_eq!(outcome, Err("30"));
            assert!(marks[..31].iter().all(|mark| *mark == 1), "{marks:?}");
            assert!(marks.iter().all(|mark| *mark <= 1), "{marks:?}");
        }
    }

    #[test]
    fn nothing_to_do_is_done() {
        let none: [u8; 0] = [];
        assert_eq!(share(NonZeroUsize::MIN, none.iter(), |_| Err(())), Ok(()));
    }
}
