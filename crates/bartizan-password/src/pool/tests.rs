use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use core::time::Duration;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Barrier, Mutex};
use std::thread;

use bartizan_core::SystemRandom;

use super::*;
use crate::check::Outcome;
use crate::error::StoredHashError;
use crate::pool::events::Observer;
use crate::pool::queue::Limits;

/// "password" under "somesalt" at 256 KiB and two passes: phc-winner-argon2, src/test.c.
pub(super) const CHEAP: &str =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
/// The same at 65,536 KiB.
const LARGE: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
const OWN_KIB: u32 = 19_456;
/// Longer than any test takes.
const LONG_MS: u64 = 60_000;

/// Work that nobody's password fits.
pub(super) fn row(memory_kib: u32) -> StoredHash {
    CHEAP.replace("m=256", &format!("m={memory_kib}")).parse().unwrap()
}

pub(super) fn password() -> SecretString {
    SecretString::from("password")
}

pub(super) fn builder() -> HashPoolBuilder {
    HashPool::builder(PasswordHasher::new()).workers(1).max_wait_ms(LONG_MS)
}

fn verify(pool: &HashPool, memory_kib: u32) -> Result<Verified, VerifyError> {
    pool.verify(&password(), Some(&row(memory_kib)))
}

fn is_busy<T>(answer: &Result<T, VerifyError>) -> bool {
    matches!(answer, Err(VerifyError::Busy { retry_after_ms: 1..=LONG_MS }))
}

pub(super) fn run<T: Send + 'static>(
    pool: &HashPool,
    job: impl FnOnce(&mut Seat) -> T + Send + 'static,
) -> Result<T, Busy> {
    pool.queue.enter()?.start(job).wait()
}

/// Makes jobs that say that they begin, and go on at a word.
#[derive(Clone)]
pub(super) struct Gate {
    begun: Sender<u32>,
    open: Arc<Mutex<Receiver<()>>>,
}

impl Gate {
    pub(super) fn new() -> (Self, Receiver<u32>, Sender<()>) {
        let ((begun, begins), (opener, open)) = (channel(), channel());
        (Self { begun, open: Arc::new(Mutex::new(open)) }, begins, opener)
    }

    /// A job that gives its number back.
    pub(super) fn job(&self, number: u32) -> impl FnOnce(&mut Seat) -> u32 + use<> {
        let gate = self.clone();
        move |_| {
            gate.begun.send(number).unwrap();
            // A test that failed says no word, and waits for the pool to end.
            gate.open.lock().unwrap().recv_timeout(Duration::from_secs(20)).unwrap();
            number
        }
    }
}

/// Waits for what must come, and gives up only when it can't come any more.
pub(super) fn until(mut condition: impl FnMut() -> bool) {
    for _ in 0..20_000 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("it did not come");
}

/// Waits for work to begin, likewise.
pub(super) fn begun(begins: &Receiver<u32>) -> Option<u32> {
    begins.recv_timeout(Duration::from_secs(20)).ok()
}

pub(super) const fn stats(
    [queued, running]: [usize; 2],
    [served, refused, cancelled]: [u64; 3],
) -> PoolStats {
    PoolStats { queued, running, served, refused, cancelled }
}

#[test]
fn answers_are_those_of_the_hasher() {
    let pool = builder().build().unwrap();
    assert_eq!(pool.kernel(), Kernel::detect());
    assert!(pool.verify(&password(), Some(&CHEAP.parse().unwrap())).unwrap().needs_rehash());
    let wrong = SecretString::from("passwore");
    for stored in [None, Some(&CHEAP.parse().unwrap())] {
        assert_eq!(pool.verify(&wrong, stored), Err(VerifyError::Mismatch));
    }
    let made = pool.hash(&password(), &SystemRandom::new()).unwrap();
    let verified = PasswordHasher::new().verify(&password(), Some(&made)).unwrap();
    assert!(!verified.needs_rehash());
    assert_eq!(pool.stats(), stats([0, 0], [4, 0, 0]));

    let long = SecretString::from("x".repeat(4_097));
    assert_eq!(pool.verify(&long, None), Err(VerifyError::TooLong));
    let empty = pool.hash(&SecretString::from(""), &SystemRandom::new());
    assert_eq!(empty.err(), Some(HashError::Empty));
    assert_eq!(pool.stats().served, 4, "no work");
}

/// asvs: V15.2.2, the half that sends away at once: the answer is there while all that was admitted
/// stands still.
#[test]
fn a_full_queue_is_busy_at_once_and_what_it_refused_is_never_made() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().queue_depth(2).build().unwrap();
    thread::scope(|scope| {
        let open = open;
        let mut admitted = Vec::new();
        for number in 0..3 {
            let (pool, job) = (&pool, gate.job(number));
            admitted.push(scope.spawn(move || run(pool, job)));
            if number == 0 {
                assert_eq!(begun(&begins), Some(0));
            }
            until(|| pool.stats().queued == usize::try_from(number).unwrap());
        }
        let not_made = || -> fn(&mut Seat) -> Result<(), VerifyError> { panic!("it was made") };
        assert!(is_busy(&pool.ask(not_made)));
        assert!(is_busy(&verify(&pool, 40)));
        assert!(is_busy(&pool.verify(&password(), None)), "for nobody, too");
        let hash = pool.hash(&password(), &SystemRandom::new());
        assert!(matches!(hash, Err(HashError::Busy { retry_after_ms: 1..=LONG_MS })));
        assert_eq!(pool.stats(), stats([2, 1], [0, 4, 0]));

        (0..3).for_each(|_| open.send(()).unwrap());
        for (number, answer) in (0..).zip(admitted) {
            assert_eq!(answer.join().unwrap(), Ok(number));
        }
    });
    assert_eq!(begins.try_iter().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(pool.stats(), stats([0, 0], [3, 4, 0]));
}

#[test]
fn a_place_that_comes_to_nothing_is_given_back() {
    let pool = builder().queue_depth(0).build().unwrap();
    for _ in 0..3 {
        let place = pool.queue.enter().unwrap();
        assert_eq!(pool.stats(), stats([1, 0], [0, pool.stats().refused, 0]));
        assert!(pool.queue.enter().is_err());
        drop(place);
    }
    assert_eq!(pool.stats(), stats([0, 0], [0, 3, 0]));
    assert_eq!(verify(&pool, 16), Err(VerifyError::Mismatch));
}

#[test]
fn first_in_is_first_out() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().queue_depth(10).build().unwrap();
    let order = [64, 16, 56, 24, 48, 32, 40];
    let tickets = order.map(|number| pool.queue.enter().unwrap().start(gate.job(number)));
    for ticket in tickets {
        open.send(()).unwrap();
        assert!(ticket.wait().is_ok());
    }
    assert_eq!(begins.try_iter().collect::<Vec<_>>(), order);
}

#[test]
fn one_that_waited_too_long_is_busy_and_never_run() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().max_wait_ms(20).queue_depth(10).build().unwrap();
    thread::scope(|scope| {
        let open = open;
        // On a machine that is slow enough even the first may come too late for its turn.
        let first = scope.spawn(|| (0..1_000).find_map(|_| run(&pool, gate.job(1)).ok()));
        assert_eq!(begun(&begins), Some(1));
        let before = pool.stats().refused;
        let late = scope.spawn(|| run(&pool, gate.job(2)));
        until(|| pool.stats().refused == before + 1);
        assert_eq!(pool.stats().queued, 0, "it left its place");
        assert!(matches!(late.join().unwrap(), Err(Busy { retry_after_ms: 1..=20 })));

        open.send(()).unwrap();
        assert_eq!(first.join().unwrap(), Some(1), "what had begun is finished");
    });
    assert_eq!((begins.try_recv().ok(), pool.stats().served), (None, 1));
}

/// Of one worker, that nobody is.
fn queue(depth: usize, max_wait_ms: u64) -> Arc<Queue> {
    Queue::new(Limits { workers: 1, depth, max_wait_ms }, Observer::default())
}

/// Nobody has woken up to withdraw it.
#[test]
fn a_worker_passes_over_what_is_late_and_so_does_who_needs_the_place() {
    let queue = queue(0, 1);
    let late = queue.enter().unwrap().start(|_| ());
    thread::sleep(Duration::from_millis(2));
    let later = queue.enter().expect("the place is free").start(|_| ());
    assert_eq!(queue.stats(), stats([1, 0], [0, 1, 0]));
    assert!(late.wait().is_err());

    thread::sleep(Duration::from_millis(2));
    thread::scope(|scope| {
        let worker = scope.spawn(|| queue.take().is_none());
        until(|| queue.stats().queued == 0);
        assert_eq!(queue.stats(), stats([0, 0], [0, 2, 0]));
        queue.close();
        assert!(worker.join().unwrap(), "it found nothing to do");
    });
    assert!(later.wait().is_err());
}

#[test]
fn closing_sends_away_who_waits_and_admits_nobody() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().build().unwrap();
    thread::scope(|scope| {
        let open = open;
        let running = scope.spawn(|| run(&pool, gate.job(1)));
        assert_eq!(begun(&begins), Some(1));
        let waiting = scope.spawn(|| run(&pool, gate.job(2)));
        until(|| pool.stats().queued == 1);
        let place = pool.queue.enter().unwrap();
        pool.queue.close();
        assert!(place.start(|_| ()).wait().is_err(), "it came too late");
        assert_eq!(pool.stats().queued, 0);
        assert!(waiting.join().unwrap().is_err());
        assert!(run(&pool, gate.job(3)).is_err());
        open.send(()).unwrap();
        assert_eq!(running.join().unwrap(), Ok(1));
    });
    drop((pool, gate));
    assert!(begins.recv().is_err(), "the worker is gone, with all it held");
}

/// asvs: V15.2.2: of 1,000 logins at once never more run than there are workers, in no more than
/// the budget, and each has the right answer or is told to come back.
#[test]
fn a_thousand_logins_at_once_stay_inside_workers_and_budget() {
    const LOGINS: usize = 1_000;
    let running = &*Box::leak(Box::new([AtomicUsize::new(0), AtomicUsize::new(0)]));
    let budget = 3 * OWN_KIB + 5;
    let pool = builder().workers(3).memory_budget_kib(budget).queue_depth(40).build().unwrap();
    let start = Barrier::new(LOGINS);

    let log_in = |is_right: bool| {
        let guess = SecretString::from(if is_right { "password" } else { "passwore" });
        let (hasher, stored) = (pool.hasher, CHEAP.parse::<StoredHash>().unwrap());
        run(&pool, move |seat| {
            let [now, most] = running;
            let _ = most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
            let arena = (seat.memory().size_kib(), seat.memory().is_blank());
            let answer = seat.check(&hasher.check(&guess, Some(&stored)));
            let _ = now.fetch_sub(1, SeqCst);
            (arena, answer)
        })
    };
    let mut busy = 0;
    thread::scope(|scope| {
        let logins: Vec<_> = (0..LOGINS)
            .map(|number| {
                let (log_in, start) = (&log_in, &start);
                let log_in = move || {
                    let _ = start.wait();
                    (number % 2 == 0, log_in(number % 2 == 0))
                };
                thread::Builder::new().stack_size(256 * 1_024).spawn_scoped(scope, log_in).unwrap()
            })
            .collect();
        for login in logins {
            match login.join().unwrap() {
                (true, Ok(((19_456, true), Ok(Outcome::Match))))
                | (false, Ok(((19_456, true), Ok(Outcome::Mismatch { .. })))) => (),
                (_, Err(_)) => busy += 1,
                wrong => panic!("{wrong:?}"),
            }
        }
    });
    let after = pool.stats();
    assert_eq!(after, stats([0, 0], [1_000 - busy, busy, 0]));
    assert!(after.served >= 43, "whoever found a place was served");
    assert!((1..=3).contains(&running[1].load(SeqCst)));
}

/// Two workers, so two in line are served in the time of one.
#[test]
fn how_long_to_stay_away_follows_the_line_and_the_last_jobs() {
    let limits = Limits { workers: 2, depth: 100, max_wait_ms: 1_000 };
    let (queue, ms) = (Queue::new(limits, Observer::default()), Duration::from_millis);
    let after_ms = |waiting| {
        let tickets: Vec<_> = (0..waiting).map(|_| queue.enter().unwrap().start(|_| ())).collect();
        let Busy { retry_after_ms } = queue.busy_now();
        drop(tickets);
        retry_after_ms
    };
    assert_eq!(after_ms(10), 1_000, "nothing is known yet");
    queue.learn(ms(8));
    assert_eq!([0, 1, 10, 50].map(after_ms), [1, 4, 40, 200]);
    queue.learn(ms(16));
    assert_eq!(after_ms(50), 225, "each job weighs an eighth");
    (0..100).for_each(|_| queue.learn(ms(16)));
    assert!((390..=400).contains(&after_ms(50)));
    queue.learn(Duration::MAX);
    assert_eq!(after_ms(1), 1_000, "never more than the longest wait");
    (0..1_000).for_each(|_| queue.learn(Duration::ZERO));
    assert_eq!(after_ms(102), 1);
}

/// An observer that writes everything down.
fn noted(builder: HashPoolBuilder) -> (HashPool, Receiver<PoolEvent>) {
    let (sender, events) = channel();
    let pool = builder.observer(move |event| sender.send(event).unwrap()).build().unwrap();
    (pool, events)
}

#[test]
fn an_observer_hears_of_each_step() {
    let (gate, begins, open) = Gate::new();
    let (pool, events) = noted(builder().queue_depth(1));
    let first = pool.queue.enter().unwrap().start(gate.job(1));
    assert_eq!(begun(&begins), Some(1));
    let second = pool.queue.enter().unwrap().start(panics);
    assert!(pool.queue.enter().is_err());
    drop(second);
    let third = pool.queue.enter().unwrap().start(panics);
    open.send(()).unwrap();
    assert_eq!((first.wait(), third.wait().is_err()), (Ok(1), true));
    assert_eq!(verify(&pool, 16), Err(VerifyError::Mismatch));
    pool.queue.close();
    assert!(pool.queue.enter().is_err());
    drop(pool);

    let mut events: Vec<_> = events.iter().collect();
    let took = |event: &PoolEvent| match event {
        PoolEvent::Ended { filled_kib, .. } => Some(*filled_kib),
        _ => None,
    };
    let filled: Vec<_> = events.iter().filter_map(took).collect();
    assert!(matches!(filled[..], [0, 33..=u64::MAX]), "{filled:?}: it was topped up");
    let count = |event| events.iter().filter(|other| **other == event).count();
    assert_eq!(count(PoolEvent::Admitted { queued: 1 }), 4);
    for (reason, times) in [
        (Refusal::Full, 1),
        (Refusal::Cancelled, 1),
        (Refusal::Panicked, 1),
        (Refusal::Closed, 1),
        (Refusal::Late, 0),
    ] {
        assert_eq!(count(PoolEvent::Refused(reason)), times, "{reason:?}");
    }
    events.retain(|event| matches!(event, PoolEvent::Began { .. }));
    assert_eq!(events.len(), 3);
}

#[test]
fn who_is_late_and_who_is_sent_away_is_told_as_such() {
    let (sender, events) = channel();
    let observer = Observer::new(move |event| sender.send(event).unwrap());
    let queue = Queue::new(Limits { workers: 1, depth: 0, max_wait_ms: 1 }, observer);
    let late = queue.enter().unwrap().start(|_| ());
    assert!(late.wait().is_err());
    let closed = queue.enter().unwrap().start(|_| ());
    queue.close();
    assert!(closed.wait().is_err());
    let events: Vec<_> = events.try_iter().collect();
    let [admitted, refused] =
        [PoolEvent::Admitted { queued: 1 }, PoolEvent::Refused(Refusal::Late)];
    assert_eq!(events, [admitted, refused, admitted, PoolEvent::Refused(Refusal::Closed)]);
}

#[test]
fn an_observer_that_panics_harms_nobody() {
    let observer = |_| panic!("on purpose");
    let pool = builder().queue_depth(0).observer(observer).build().unwrap();
    for _ in 0..3 {
        assert_eq!(verify(&pool, 16), Err(VerifyError::Mismatch));
    }
    let place = pool.queue.enter().unwrap();
    assert!(pool.queue.enter().is_err());
    drop(place);
    assert_eq!(pool.stats(), stats([0, 0], [3, 1, 0]));
}

/// asvs: V6.3.8: whatever is stored, an answer of no takes at least so long.
#[test]
fn every_failed_check_takes_as_long_as_was_set() {
    let (pool, events) = noted(builder().failed_check_at_least_ms(60));
    for stored in [None, Some(&row(16))] {
        assert_eq!(pool.verify(&password(), stored), Err(VerifyError::Mismatch));
    }
    assert!(pool.verify(&password(), Some(&CHEAP.parse().unwrap())).is_ok());
    drop(pool);
    let took = |event| match event {
        PoolEvent::Ended { took_us, filled_kib } => Some((took_us, filled_kib)),
        _ => None,
    };
    let took: Vec<_> = events.iter().filter_map(took).collect();
    let [(nobody_us, _), (wrong_us, _), (_, right_kib)] = took[..] else { panic!("{took:?}") };
    assert!(nobody_us >= 60_000 && wrong_us >= 60_000, "{took:?}");
    assert_eq!(right_kib, 512, "who is right does not wait");
}

#[test]
fn all_workers_work_at_once() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().workers(2).build().unwrap();
    let both = [0, 1].map(|number| pool.queue.enter().unwrap().start(gate.job(number)));
    let mut begun = [begun(&begins), begun(&begins)];
    begun.sort_unstable();
    assert_eq!(begun, [Some(0), Some(1)], "neither is let go yet");
    for (number, ticket) in (0..).zip(both) {
        // Which of them goes on at the word is left open.
        (0..2).for_each(|_| open.send(()).unwrap());
        assert_eq!(ticket.wait(), Ok(number));
    }
}

/// asvs: V15.2.2, the memory: an arena grows to its share of the budget, is kept, and holds nothing
/// of a hash that is over.
#[test]
fn an_arena_is_kept_wiped_and_never_above_its_share() {
    let pool = builder().memory_budget_kib(65_536).build().unwrap();
    assert_eq!(pool.max_hash_memory_kib(), 65_536);
    let arena = || {
        run(&pool, |seat| {
            let memory = seat.memory();
            (memory.size_kib(), memory.is_blank())
        })
    };
    let _ = pool.hash(&password(), &SystemRandom::new()).unwrap();
    assert_eq!(arena(), Ok((19_456, true)));
    for stored in [LARGE, CHEAP] {
        assert!(pool.verify(&password(), Some(&stored.parse().unwrap())).is_ok());
        assert_eq!(arena(), Ok((65_536, true)));
    }
    let above = LARGE.replace("m=65536", "m=65537");
    let refused = StoredHash::parse(&above, &pool.stored_limits()).err();
    assert_eq!(refused, Some(StoredHashError::TooCostly), "when it is read already");
    assert!(StoredHash::parse(LARGE, &pool.stored_limits()).is_ok());
    let above = above.parse().unwrap();
    assert_eq!(pool.verify(&password(), Some(&above)), Err(VerifyError::TooCostly));
    assert_eq!(arena(), Ok((65_536, true)));
}

/// Should not exist.
fn panics(seat: &mut Seat) {
    let _ = seat.check(&PasswordHasher::new().check(&password(), Some(&row(64))));
    panic!("on purpose");
}

#[test]
fn a_panic_costs_one_answer_and_not_the_pool() {
    let pool = builder().build().unwrap();
    for _ in 0..3 {
        assert!(run(&pool, panics).is_err());
        assert_eq!(run(&pool, |seat| seat.memory().is_blank()), Ok(true));
        assert_eq!(verify(&pool, 24), Err(VerifyError::Mismatch));
    }
    assert_eq!(pool.stats(), stats([0, 0], [6, 3, 0]));
}

/// With no places to wait, one who comes alone is served each time.
#[test]
fn a_place_is_free_when_the_answer_is_out() {
    let pool = builder().queue_depth(0).build().unwrap();
    for _ in 0..100 {
        assert_eq!(verify(&pool, 16), Err(VerifyError::Mismatch));
    }
}

#[test]
fn a_pool_shows_numbers_only() {
    let shown = format!("{:?}", builder().build().unwrap());
    let expected = "HashPool { workers: 1, max_hash_memory_kib: 65536, kernel: ";
    assert!(shown.starts_with(expected), "{shown}");
    assert!(shown.ends_with("refused: 0, cancelled: 0 }, .. }"));
}
