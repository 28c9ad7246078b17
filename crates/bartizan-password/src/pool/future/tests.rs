use core::pin::pin;
use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use core::task::Waker;
use core::time::Duration;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::Wake;
use std::thread::{self, Thread};

use bartizan_core::SystemRandom;
use tokio::time::timeout;

use super::*;
use crate::error::{HashError, VerifyError};
use crate::hasher::PasswordHasher;
use crate::pool::HashPool;
use crate::pool::seat::Seat;
use crate::pool::tests::{CHEAP, Gate, begun, builder, password, row, run, stats, until};

/// An executor, whole.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park_timeout(Duration::from_secs(20)),
        }
    }
}

/// Counts, and wakes nobody.
#[derive(Default)]
struct Calls(AtomicUsize);

impl Wake for Calls {
    fn wake(self: Arc<Self>) {
        let _ = self.0.fetch_add(1, SeqCst);
    }
}

/// A future for a job of the test's own, that can't fail but by `Busy`.
fn later<T: Send + 'static>(
    pool: &HashPool,
    job: impl FnOnce(&mut Seat) -> T + Send + 'static,
) -> PoolFuture<T, VerifyError> {
    PoolFuture::new(pool.ask(|| move |seat: &mut Seat| Ok(job(seat))))
}

fn poll_once<T, E>(future: &mut PoolFuture<T, E>) -> Poll<Result<T, E>> {
    poll_with(future, Waker::noop())
}

fn poll_with<T, E>(future: &mut PoolFuture<T, E>, waker: &Waker) -> Poll<Result<T, E>> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

#[test]
fn a_future_answers_as_who_blocks_is_answered() {
    fn free<F: Future + Send + Unpin + 'static>(future: F) -> F {
        future
    }

    let pool = builder().build().unwrap();
    let stored = CHEAP.parse().unwrap();
    let right = free(pool.verify_async(&password(), Some(&stored)));
    assert_eq!(format!("{right:?}"), "PoolFuture(waiting)");
    assert!(block_on(right).unwrap().needs_rehash());
    for stored in [None, Some(&row(16))] {
        let wrong = block_on(pool.verify_async(&password(), stored));
        assert_eq!(wrong, Err(VerifyError::Mismatch));
    }
    let made = block_on(free(pool.hash_async(&password(), &SystemRandom::new()))).unwrap();
    assert!(PasswordHasher::new().verify(&password(), Some(&made)).is_ok());
    assert_eq!(pool.stats(), stats([0, 0], [4, 0, 0]));

    let empty = pool.hash_async(&"".into(), &SystemRandom::new());
    assert_eq!(format!("{empty:?}"), "PoolFuture(refused)");
    assert_eq!(block_on(empty).err(), Some(HashError::Empty));
    let costly = pool.verify_async(&password(), Some(&row(65_537)));
    assert_eq!(block_on(costly), Err(VerifyError::TooCostly));
    let long = pool.verify_async(&"x".repeat(4_097).into(), None);
    assert_eq!(block_on(long), Err(VerifyError::TooLong));
    assert_eq!(pool.stats().served, 4, "no work");
}

#[cfg(feature = "feedback")]
#[test]
fn feedback_waits_in_the_same_line() {
    let pool = builder().build().unwrap();
    let told = block_on(pool.feedback_async(&password(), &["alice"])).unwrap();
    assert_eq!(told, crate::feedback(&password(), &["alice"]));
    assert_eq!(pool.stats().served, 1);
    pool.queue.close();
    let refused = block_on(pool.feedback_async(&password(), &[]));
    assert!(matches!(refused, Err(HashError::Busy { .. })));
}

#[test]
fn work_is_done_for_a_future_that_is_not_polled_yet() {
    let pool = builder().build().unwrap();
    let mut future = later(&pool, |_| 7);
    until(|| pool.stats().served == 1);
    assert_eq!(poll_once(&mut future), Poll::Ready(Ok(7)));
    assert_eq!(format!("{future:?}"), "PoolFuture(over)");
    assert_eq!(poll_once(&mut future), Poll::Pending, "and no panic");
}

#[test]
fn a_full_pool_answers_the_first_poll() {
    let pool = builder().queue_depth(0).build().unwrap();
    let _place = pool.queue.enter().unwrap();
    for mut future in [pool.verify_async(&password(), None), later(&pool, |_| unreachable!())] {
        let answer = poll_once(&mut future);
        assert!(matches!(answer, Poll::Ready(Err(VerifyError::Busy { .. }))), "{answer:?}");
    }
}

#[test]
fn dropped_while_it_waits_it_leaves_its_place_and_is_never_run() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().queue_depth(1).build().unwrap();
    let first = later(&pool, gate.job(1));
    assert_eq!(begun(&begins), Some(1));
    for polled in [false, true] {
        let mut second = later(&pool, gate.job(2));
        if polled {
            assert!(poll_once(&mut second).is_pending());
        }
        assert!(poll_once(&mut later(&pool, gate.job(3))).is_ready(), "full");
        drop(second);
        assert_eq!(pool.stats().queued, 0);
    }
    let fourth = later(&pool, gate.job(4));
    (0..2).for_each(|_| open.send(()).unwrap());
    assert_eq!((block_on(first), block_on(fourth)), (Ok(1), Ok(4)));
    assert_eq!(begins.try_iter().collect::<Vec<_>>(), [4]);
    assert_eq!(pool.stats(), stats([0, 0], [2, 2, 2]));
}

/// What a job holds is given back with it, wherever that ends.
#[test]
fn dropped_while_it_runs_it_is_finished_and_all_comes_back() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().queue_depth(0).build().unwrap();
    let (calls, held) = (Arc::new(Calls::default()), Arc::new(()));
    let job = {
        let (job, held) = (gate.job(1), Arc::clone(&held));
        move |seat: &mut Seat| {
            let check = PasswordHasher::new().check(&password(), Some(&row(64)));
            assert!(seat.check(&check).is_ok());
            let _ = job(seat);
            held
        }
    };
    let mut future = later(&pool, job);
    let _ = poll_with(&mut future, &Waker::from(Arc::clone(&calls)));
    assert_eq!(begun(&begins), Some(1));
    drop(future);
    assert_eq!(Arc::strong_count(&calls), 1, "nobody is to be woken");
    assert_eq!(pool.stats(), stats([0, 1], [0, 0, 0]));
    open.send(()).unwrap();
    until(|| pool.stats() == stats([0, 0], [1, 0, 0]));
    assert_eq!(run(&pool, |seat| seat.memory().is_blank()), Ok(true));
    until(|| Arc::strong_count(&held) == 1);
    assert_eq!(calls.0.load(SeqCst), 0);
}

#[test]
fn only_who_polled_last_is_woken() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().build().unwrap();
    let mut future = later(&pool, gate.job(1));
    assert_eq!(begun(&begins), Some(1));
    let [before, last] = [(); 2].map(|()| Arc::new(Calls::default()));
    for calls in [&before, &last] {
        assert!(poll_with(&mut future, &Waker::from(Arc::clone(calls))).is_pending());
    }
    open.send(()).unwrap();
    until(|| last.0.load(SeqCst) == 1);
    assert_eq!((before.0.load(SeqCst), Arc::strong_count(&before)), (0, 1));
    assert_eq!(poll_once(&mut future), Poll::Ready(Ok(1)));
}

#[test]
fn one_that_waited_too_long_is_told_so_when_it_is_polled() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().max_wait_ms(20).queue_depth(5).build().unwrap();
    let first = (0..1_000).find_map(|_| {
        let first = later(&pool, gate.job(1));
        begins.recv_timeout(Duration::from_millis(500)).ok().map(|_| first)
    });
    let mut second = later(&pool, gate.job(2));
    until(|| {
        let answer = poll_once(&mut second);
        matches!(answer, Poll::Ready(Err(VerifyError::Busy { retry_after_ms: 1..=20 })))
    });
    assert_eq!(pool.stats().queued, 0);
    open.send(()).unwrap();
    assert_eq!(block_on(first.unwrap()), Ok(1));
    assert_eq!(begins.try_recv().ok(), None);
}

/// It hears of it although nobody but the worker came by.
#[test]
fn one_that_waited_too_long_is_woken_by_the_next_free_worker() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().max_wait_ms(20).queue_depth(5).build().unwrap();
    let first = (0..1_000).find_map(|_| {
        let first = later(&pool, gate.job(1));
        begins.recv_timeout(Duration::from_millis(500)).ok().map(|_| first)
    });
    let (mut second, calls) = (later(&pool, gate.job(2)), Arc::new(Calls::default()));
    let _ = poll_with(&mut second, &Waker::from(Arc::clone(&calls)));
    thread::sleep(Duration::from_millis(25));
    open.send(()).unwrap();
    until(|| calls.0.load(SeqCst) == 1);
    assert!(matches!(poll_once(&mut second), Poll::Ready(Err(VerifyError::Busy { .. }))));
    assert_eq!(block_on(first.unwrap()), Ok(1));
    assert_eq!(begins.try_recv().ok(), None);
}

#[test]
fn a_future_outlives_the_pool_and_hears_that_it_is_gone() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().build().unwrap();
    let (running, waiting) = (later(&pool, gate.job(1)), later(&pool, gate.job(2)));
    assert_eq!(begun(&begins), Some(1));
    let closer = thread::spawn(move || drop(pool));
    assert!(matches!(block_on(waiting), Err(VerifyError::Busy { .. })));
    open.send(()).unwrap();
    assert_eq!(block_on(running), Ok(1), "what had begun is finished");
    closer.join().unwrap();
}

#[test]
fn a_panic_is_busy_and_a_waker_that_panics_harms_nobody() {
    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }

    let pool = builder().build().unwrap();
    let panicked = later(&pool, |_| -> u32 { panic!("on purpose") });
    assert!(matches!(block_on(panicked), Err(VerifyError::Busy { .. })));

    let (gate, begins, open) = Gate::new();
    let mut future = later(&pool, gate.job(1));
    assert_eq!(begun(&begins), Some(1));
    let _ = poll_with(&mut future, &Waker::from(Arc::new(Panics)));
    open.send(()).unwrap();
    assert_eq!(run(&pool, |_| 2), Ok(2));
    assert_eq!(poll_once(&mut future), Poll::Ready(Ok(1)));
}

/// As an executor may that runs tasks wherever they are woken.
#[test]
fn the_pool_may_be_dropped_by_whom_its_worker_wakes() {
    struct Drops(Mutex<Option<HashPool>>, Sender<()>);

    impl Wake for Drops {
        fn wake(self: Arc<Self>) {
            drop(self.0.lock().unwrap().take());
            self.1.send(()).unwrap();
        }
    }

    let (gate, begins, open) = Gate::new();
    let pool = builder().build().unwrap();
    let mut future = later(&pool, gate.job(1));
    assert_eq!(begun(&begins), Some(1));
    let (sender, dropped) = channel();
    let waker = Waker::from(Arc::new(Drops(Mutex::new(Some(pool)), sender)));
    assert!(poll_with(&mut future, &waker).is_pending());
    open.send(()).unwrap();
    assert!(dropped.recv_timeout(Duration::from_secs(20)).is_ok());
    assert_eq!(poll_once(&mut future), Poll::Ready(Ok(1)));
}

/// A timer of the runtime's drops the future, as a client that hangs up does.
#[tokio::test]
async fn a_runtime_may_cancel_at_any_time() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().queue_depth(1).build().unwrap();
    let first = tokio::spawn(later(&pool, gate.job(1)));
    until(|| pool.stats().running == 1);
    for _ in 0..3 {
        let second = timeout(Duration::from_millis(1), later(&pool, gate.job(2)));
        assert!(second.await.is_err());
        assert_eq!(pool.stats().queued, 0);
    }
    open.send(()).unwrap();
    assert_eq!(first.await.unwrap(), Ok(1));
    assert_eq!(begins.try_iter().collect::<Vec<_>>(), [1]);
    assert_eq!(pool.stats(), stats([0, 0], [1, 0, 3]));
}

/// asvs: V15.2.2: also of logins that block no thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_futures_are_each_answered() {
    let pool = Arc::new(builder().workers(2).queue_depth(100).build().unwrap());
    let (answers, all) = channel();
    for number in 0..1_000 {
        let (pool, answers) = (Arc::clone(&pool), answers.clone());
        let _login = tokio::spawn(async move {
            let guess = if number % 2 == 0 { "password" } else { "passwore" };
            let stored = CHEAP.parse().unwrap();
            let answer = pool.verify_async(&guess.into(), Some(&stored)).await;
            answers.send((number % 2 == 0, answer)).unwrap();
        });
    }
    drop(answers);
    let all: Vec<_> = tokio::task::spawn_blocking(move || all.iter().collect()).await.unwrap();
    assert_eq!(all.len(), 1_000);
    let mut busy = 0;
    for (is_right, answer) in all {
        match answer {
            Ok(_) => assert!(is_right),
            Err(VerifyError::Mismatch) => assert!(!is_right),
            Err(VerifyError::Busy { .. }) => busy += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(pool.stats(), stats([0, 0], [1_000 - busy, busy, 0]));
}
