#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]

use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use core::time::Duration;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Instant;

use bartizan_core::SystemRandom;

use super::*;
use crate::argon2id::{Arena, Input};
use crate::pool::queue::Work;
use crate::pool::worker::Watch;

/// "password" under "somesalt" at 256 KiB and two passes: phc-winner-argon2, src/test.c.
const CHEAP: &str =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
/// The same at 65,536 KiB.
const LARGE: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
const OWN_KIB: u32 = 19_456;
/// Longer than any test takes.
const LONG_MS: u64 = 60_000;

/// Work that nobody's password fits, told from other work by its memory.
fn row(memory_kib: u32) -> PasswordHash {
    CHEAP.replace("m=256", &format!("m={memory_kib}")).parse().unwrap()
}

fn password() -> SecretString {
    SecretString::from("password")
}

fn builder() -> HashPoolBuilder {
    HashPool::builder(PasswordHasher::new()).workers(1).max_wait_ms(LONG_MS)
}

fn verify(pool: &HashPool, memory_kib: u32) -> Result<Verified, VerifyError> {
    pool.verify_or_decoy(&password(), Some(&row(memory_kib)))
}

fn is_busy(answer: &Result<Verified, VerifyError>) -> bool {
    matches!(answer, Err(VerifyError::Busy { .. }))
}

/// Says which work begins, and lets it go on at a word.
struct Gate {
    begun: Sender<u32>,
    open: Mutex<Receiver<()>>,
}

impl Gate {
    fn new() -> (Self, Receiver<u32>, Sender<()>) {
        let ((begun, begins), (opener, open)) = (channel(), channel());
        (Self { begun, open: Mutex::new(open) }, begins, opener)
    }
}

impl Watch for Gate {
    fn begins(&self, work: &Work) {
        self.begun.send(work.input().cost.memory_kib).unwrap();
        self.open.lock().unwrap().recv().unwrap();
    }
}

/// Waits for what must come, and gives up only when it can't come any more.
fn until(condition: impl Fn() -> bool) {
    for _ in 0..20_000 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("it did not come");
}

/// Waits for work to begin, likewise.
fn begun(begins: &Receiver<u32>) -> Option<u32> {
    begins.recv_timeout(Duration::from_secs(20)).ok()
}

/// Asks for a place, and does not wait there.
fn admit(queue: &Queue, memory_kib: u32, deadline: Instant) -> Option<Receiver<queue::Answer>> {
    let (stored, password) = (row(memory_kib), &password());
    let input = Input { password, salt: stored.salt(), cost: *stored.cost(), tag_len: 32 };
    queue.admit(&input, deadline).map(|(_, answer)| answer)
}

#[test]
fn answers_are_those_of_the_hasher() {
    let pool = builder().build().unwrap();
    assert_eq!(pool.kernel(), Kernel::detect());
    assert!(pool.verify(&password(), &CHEAP.parse().unwrap()).unwrap().needs_rehash());
    let wrong = SecretString::from("passwore");
    for stored in [None, Some(&CHEAP.parse().unwrap())] {
        assert_eq!(pool.verify_or_decoy(&wrong, stored), Err(VerifyError::Mismatch));
    }
    let made = pool.hash(&password(), &SystemRandom::new()).unwrap();
    let verified = PasswordHasher::new().verify(&password(), &made).unwrap();
    assert!(!verified.needs_rehash());
    assert_eq!(pool.stats(), PoolStats { queued: 0, running: 0, served: 4, refused: 0 });

    let long = SecretString::from("x".repeat(1_025));
    assert_eq!(pool.verify_or_decoy(&long, None), Err(VerifyError::TooLong));
    let empty = pool.hash(&SecretString::from(""), &SystemRandom::new());
    assert_eq!(empty.err(), Some(HashError::Empty));
    assert_eq!(pool.stats().served, 4, "no work");
}

/// asvs: V15.2.2, the half that sends away at once: the answer is there while all that was admitted
/// stands still.
#[test]
fn a_full_queue_is_busy_at_once_and_what_it_refused_is_never_run() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().queue_depth(2).build_watched(gate).unwrap();
    thread::scope(|scope| {
        let open = open;
        let mut admitted = Vec::new();
        for (waiting, memory_kib) in [(0, 16), (1, 24), (2, 32)] {
            admitted.push(scope.spawn({
                let pool = &pool;
                move || verify(pool, memory_kib)
            }));
            if memory_kib == 16 {
                assert_eq!(begun(&begins), Some(16));
            }
            until(|| pool.stats().queued == waiting);
        }
        assert!(admit(&pool.queue, 40, Instant::now()).is_none(), "nobody waits");
        let refused = VerifyError::Busy { retry_after_ms: LONG_MS };
        assert_eq!(verify(&pool, 40), Err(refused));
        assert_eq!(pool.verify_or_decoy(&password(), None), Err(refused), "for nobody, too");
        let hash = pool.hash(&password(), &SystemRandom::new());
        assert_eq!(hash.err(), Some(HashError::Busy { retry_after_ms: LONG_MS }));
        assert_eq!(pool.stats(), PoolStats { queued: 2, running: 1, served: 0, refused: 4 });

        (0..3).for_each(|_| open.send(()).unwrap());
        for answer in admitted {
            assert_eq!(answer.join().unwrap(), Err(VerifyError::Mismatch));
        }
    });
    assert_eq!(begins.try_iter().collect::<Vec<_>>(), [24, 32]);
    assert_eq!(pool.stats(), PoolStats { queued: 0, running: 0, served: 3, refused: 4 });
}

#[test]
fn first_in_is_first_out() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().queue_depth(10).build_watched(gate).unwrap();
    let order = [64, 16, 56, 24, 48, 32, 40];
    thread::scope(|scope| {
        let open = open;
        for (place, memory_kib) in order.into_iter().enumerate() {
            let pool = &pool;
            let _ = scope.spawn(move || verify(pool, memory_kib));
            until(|| pool.stats().queued + pool.stats().running > place);
        }
        (0..order.len()).for_each(|_| open.send(()).unwrap());
    });
    assert_eq!(begins.try_iter().collect::<Vec<_>>(), order);
}

#[test]
fn one_that_waited_too_long_is_busy_and_never_run() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().max_wait_ms(20).queue_depth(10).build_watched(gate).unwrap();
    thread::scope(|scope| {
        let open = open;
        // On a machine that is slow enough even the first may come too late for its turn.
        let first = scope.spawn(|| {
            let mut answers = (0..1_000).map(|_| verify(&pool, 16));
            answers.find(|answer| !is_busy(answer))
        });
        assert_eq!(begun(&begins), Some(16));
        let before = pool.stats().refused;
        let late = scope.spawn(|| verify(&pool, 24));
        until(|| pool.stats().refused == before + 1);
        assert_eq!(pool.stats().queued, 0, "it left its place");
        assert_eq!(late.join().unwrap(), Err(VerifyError::Busy { retry_after_ms: 20 }));

        open.send(()).unwrap();
        let answer = first.join().unwrap();
        assert_eq!(answer, Some(Err(VerifyError::Mismatch)), "what had begun is finished");
    });
    assert_eq!((begins.try_recv().ok(), pool.stats().served), (None, 1));
}

/// Nobody has woken up to withdraw it, and the worker comes by.
#[test]
fn a_worker_passes_over_what_is_late() {
    let (queue, now) = (Queue::new(1, 10, 1), Instant::now());
    let later = now.checked_add(Duration::from_secs(3_600)).unwrap();
    let late = admit(&queue, 16, now).unwrap();
    let in_time = admit(&queue, 24, later).unwrap();
    let taken = queue.take().unwrap();
    assert_eq!(taken.work.input().cost.memory_kib, 24);
    assert_eq!(late.try_recv().err(), Some(TryRecvError::Disconnected), "told to be busy");
    assert_eq!(in_time.try_recv().err(), Some(TryRecvError::Empty));
    assert_eq!(queue.stats(), PoolStats { queued: 0, running: 1, served: 0, refused: 1 });
}

#[test]
fn closing_sends_away_who_waits_and_admits_nobody() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().build_watched(gate).unwrap();
    thread::scope(|scope| {
        let open = open;
        let running = scope.spawn(|| verify(&pool, 16));
        assert_eq!(begun(&begins), Some(16));
        let waiting = scope.spawn(|| verify(&pool, 24));
        until(|| pool.stats().queued == 1);
        pool.queue.close();
        assert_eq!(pool.stats().queued, 0);
        assert!(is_busy(&waiting.join().unwrap()));
        assert!(is_busy(&verify(&pool, 32)));
        open.send(()).unwrap();
        assert_eq!(running.join().unwrap(), Err(VerifyError::Mismatch));
    });
    drop(pool);
    assert!(begins.recv().is_err(), "the worker is gone, with all it held");
}

/// Counts, and refuses to be in more places than there may be.
#[derive(Default)]
struct Count {
    running: AtomicUsize,
    most: AtomicUsize,
    arenas: Mutex<Vec<(usize, bool)>>,
}

impl Watch for Arc<Count> {
    fn begins(&self, _: &Work) {
        let running = self.running.fetch_add(1, SeqCst) + 1;
        let _ = self.most.fetch_max(running, SeqCst);
    }

    fn wiped(&self, arena: &Arena) {
        let _ = self.running.fetch_sub(1, SeqCst);
        let memory = arena.memory();
        self.arenas.lock().unwrap().push((memory.size_kib(), memory.is_blank()));
    }
}

/// asvs: V15.2.2: of 1,000 logins at once never more run than there are workers, in no more than
/// the budget, and each has the right answer or is told to come back.
#[test]
fn a_thousand_logins_at_once_stay_inside_workers_and_budget() {
    const LOGINS: usize = 1_000;
    let count = Arc::new(Count::default());
    let budget = 3 * OWN_KIB + 5;
    let pool = builder().workers(3).memory_budget_kib(budget).queue_depth(40);
    let pool = pool.build_watched(Arc::clone(&count)).unwrap();
    let (start, stored) = (Barrier::new(LOGINS), &CHEAP.parse::<PasswordHash>().unwrap());

    let mut busy = 0;
    thread::scope(|scope| {
        let logins: Vec<_> = (0..LOGINS)
            .map(|number| {
                let (pool, start) = (&pool, &start);
                let log_in = move || {
                    let is_right = number % 2 == 0;
                    let guess = SecretString::from(if is_right { "password" } else { "passwore" });
                    let _ = start.wait();
                    (is_right, pool.verify_or_decoy(&guess, Some(stored)))
                };
                thread::Builder::new().stack_size(256 * 1_024).spawn_scoped(scope, log_in).unwrap()
            })
            .collect();
        for login in logins {
            match login.join().unwrap() {
                (true, Ok(_)) | (false, Err(VerifyError::Mismatch)) => (),
                (_, Err(VerifyError::Busy { .. })) => busy += 1,
                wrong => panic!("{wrong:?}"),
            }
        }
    });
    let stats = pool.stats();
    assert_eq!((stats.queued, stats.running, stats.refused), (0, 0, busy));
    assert_eq!(stats.served + stats.refused, 1_000);
    assert!(stats.served >= 43, "whoever found a place was served");

    drop(pool);
    assert!((1..=3).contains(&count.most.load(SeqCst)));
    let arenas = count.arenas.lock().unwrap();
    assert_eq!(u64::try_from(arenas.len()).unwrap(), stats.served);
    assert!(arenas.iter().all(|arena| *arena == (19_456, true)), "{arenas:?}");
}

#[test]
fn all_workers_work_at_once() {
    let (gate, begins, open) = Gate::new();
    let pool = builder().workers(2).build_watched(gate).unwrap();
    thread::scope(|scope| {
        let open = open;
        let both = [(); 2].map(|()| scope.spawn(|| verify(&pool, 16)));
        assert_eq!([begun(&begins), begun(&begins)], [Some(16); 2], "neither is let go yet");
        (0..2).for_each(|_| open.send(()).unwrap());
        for one in both {
            assert_eq!(one.join().unwrap(), Err(VerifyError::Mismatch));
        }
    });
}

/// asvs: V15.2.2, the memory: an arena grows to its share of the budget, is kept, and holds nothing
/// of a hash that is over.
#[test]
fn an_arena_is_kept_wiped_and_never_above_its_share() {
    let count = Arc::new(Count::default());
    let pool = builder().memory_budget_kib(65_536).build_watched(Arc::clone(&count)).unwrap();
    assert_eq!(pool.max_hash_memory_kib(), 65_536);
    let _ = pool.hash(&password(), &SystemRandom::new()).unwrap();
    assert!(pool.verify(&password(), &LARGE.parse().unwrap()).is_ok());
    assert!(pool.verify(&password(), &CHEAP.parse().unwrap()).is_ok());
    let above = LARGE.replace("m=65536", "m=65537").parse().unwrap();
    assert_eq!(pool.verify(&password(), &above), Err(VerifyError::TooCostly));
    drop(pool);
    let arenas = count.arenas.lock().unwrap();
    assert_eq!(*arenas, [(19_456, true), (65_536, true), (65_536, true)]);
}

/// Should not exist.
struct Panics;

impl Watch for Panics {
    fn begins(&self, work: &Work) {
        assert_ne!(work.input().cost.memory_kib, 16, "on purpose");
    }
}

#[test]
fn a_panic_costs_one_answer_and_not_the_pool() {
    let pool = builder().build_watched(Panics).unwrap();
    for _ in 0..3 {
        assert!(is_busy(&verify(&pool, 16)));
        assert_eq!(verify(&pool, 24), Err(VerifyError::Mismatch));
    }
    assert_eq!(pool.stats(), PoolStats { queued: 0, running: 0, served: 3, refused: 3 });
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
    assert!(
        shown.ends_with("stats: PoolStats { queued: 0, running: 0, served: 0, refused: 0 }, .. }")
    );
}
