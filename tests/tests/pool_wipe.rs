//! A pool gives no memory back that a hash or a password was in, however its work ends.
//!
//! An allocator of this test's own looks into every block at the moment it is freed, on any thread:
//! into large ones, which can only be Argon2's, for anything at all, and into all others for the
//! password. Memory that comes from the system itself is looked into when it goes back. What the
//! compiler left in registers and on the stack it can't see.

#![expect(
    unsafe_code,
    reason = "an allocator, and what stands in for the system, can't be written without"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::panic;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use bartizan::core::{SecretString, SystemRandom};
use bartizan::password::{
    HashPool, HashPoolBuilder, PasswordHasher, PoolFuture, StoredHash, Verified, VerifyError,
};

#[global_allocator]
static ALLOCATOR: Watching = Watching;

struct Watching;

/// Smaller than a pool's arena, and larger than anything else here, such as the self-test's memory.
const LARGE: usize = 4 << 20;

static LARGE_BLOCKS: AtomicUsize = AtomicUsize::new(0);
/// Words of eight bytes in large blocks that were not zero.
static LEFT: AtomicUsize = AtomicUsize::new(0);
static WITH_PASSWORD: AtomicUsize = AtomicUsize::new(0);

/// Kept apart in two halves, so that the test binary itself never holds it in one piece.
const HALVES: [[u8; 8]; 2] = [*b"~Marker:", *b"Secret!~"];

// SAFETY: every call is handed on to `System` unchanged.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's duty, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() >= LARGE {
            // SAFETY: the caller gives back a block of this layout.
            unsafe { look_into(block, layout.size()) };
        } else {
            // SAFETY: as above. The bytes may be uninitialized as far as the language goes; this
            // test reads what the machine holds there.
            let bytes = (0..layout.size()).map(|byte| unsafe { block.add(byte).read_volatile() });
            if contains_marker(bytes) {
                WITH_PASSWORD.fetch_add(1, SeqCst);
            }
        }
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Stands in for the C library's function of the name, and gives pages back as that does.
#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
unsafe extern "C" fn munmap(start: *mut std::ffi::c_void, len: usize) -> std::ffi::c_int {
    if len >= LARGE {
        // SAFETY: of so much memory only Argon2's goes back by this door, which could be read.
        unsafe { look_into(start.cast(), len) };
    }
    // SAFETY: the caller's duty, handed on.
    if unsafe { rustix::mm::munmap(start, len) }.is_ok() { 0 } else { -1 }
}

/// # Safety
///
/// There are `len` bytes.
unsafe fn look_into(start: *const u8, len: usize) {
    let words = 0..len / 8;
    // SAFETY: the caller's duty, handed on; words are read wherever they stand. The bytes may be
    // uninitialized as far as the language goes; this test reads what the machine holds there.
    let words = words.map(|word| unsafe { start.cast::<[u8; 8]>().add(word).read_volatile() });
    let left = words.filter(|word| *word != [0; 8]).count();
    LARGE_BLOCKS.fetch_add(1, SeqCst);
    LEFT.fetch_add(left, SeqCst);
}

/// Looks for the marker without allocating.
fn contains_marker(bytes: impl Iterator<Item = u8>) -> bool {
    let mut window = [0_u8; 16];
    for byte in bytes {
        window.rotate_left(1);
        window[15] = byte;
        if window[..8] == HALVES[0] && window[8..] == HALVES[1] {
            return true;
        }
    }
    false
}

fn marker() -> String {
    let mut text = String::with_capacity(32);
    text.extend(HALVES.iter().flatten().copied().map(char::from));
    text
}

fn password() -> SecretString {
    SecretString::from(marker())
}

/// Returns how many large blocks were freed by `work` and on the threads it ends, how many words
/// were left in them, and how many blocks held the password.
fn freed(work: impl FnOnce()) -> (usize, usize, usize) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let counts = [&LARGE_BLOCKS, &LEFT, &WITH_PASSWORD];
    for count in counts {
        count.store(0, SeqCst);
    }
    work();
    let [blocks, left, with_password] = counts.map(|count| count.load(SeqCst));
    (blocks, left, with_password)
}

fn builder() -> HashPoolBuilder {
    HashPool::builder(PasswordHasher::new()).workers(1).max_wait_ms(60_000)
}

/// Work that nobody's password fits.
fn row(memory_kib: u32) -> StoredHash {
    let salt_and_tag = "c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    format!("$argon2id$v=19$m={memory_kib},t=2,p=1${salt_and_tag}").parse().unwrap()
}

fn poll(login: &mut PoolFuture<Verified, VerifyError>, waker: &Waker) -> bool {
    Pin::new(login).poll(&mut Context::from_waker(waker)).is_ready()
}

fn until(condition: impl Fn() -> bool) {
    for _ in 0..20_000 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("it did not come");
}

#[test]
fn the_test_sees_what_is_left_on_any_thread() {
    let leave = || {
        drop(marker());
        drop(vec![7_u8; LARGE]);
    };
    assert_eq!(freed(|| thread::spawn(leave).join().unwrap()), (1, LARGE / 8, 1));
}

#[test]
fn hashing_and_checking_leave_nothing() {
    let work = || {
        let pool = builder().build().unwrap();
        let made = pool.hash(&password(), &SystemRandom::new()).unwrap();
        assert!(pool.verify(&password(), Some(&made)).is_ok());
        for stored in [None, Some(&row(16)), Some(&made)] {
            let mut wrong = marker();
            wrong.push('!');
            assert_eq!(pool.verify(&wrong.into(), stored), Err(VerifyError::Mismatch));
        }
    };
    assert_eq!(freed(work), (1, 0, 0), "the arena, when the pool is dropped");
}

#[test]
fn an_arena_that_grows_leaves_nothing() {
    let work = || {
        let pool = builder().build().unwrap();
        for memory_kib in [16, 20_000, 30_000, 16] {
            let answer = pool.verify(&password(), Some(&row(memory_kib)));
            assert_eq!(answer, Err(VerifyError::Mismatch));
        }
    };
    assert_eq!(freed(work), (3, 0, 0));
}

#[test]
fn futures_that_are_dropped_leave_nothing() {
    let work = || {
        let pool = builder().build().unwrap();
        let running = pool.verify_async(&password(), Some(&row(40_000)));
        until(|| pool.stats().running == 1);
        let mut waiting = pool.verify_async(&password(), None);
        assert!(!poll(&mut waiting, Waker::noop()));
        let never_polled = pool.verify_async(&password(), None);
        drop((waiting, never_polled, running));
        until(|| pool.stats().running == 0);
        let stats = pool.stats();
        assert_eq!((stats.served, stats.cancelled), (1, 2));
    };
    assert_eq!(freed(work), (2, 0, 0));
}

#[test]
fn a_pool_that_is_dropped_with_all_at_work_leaves_nothing() {
    let mut logins = Vec::new();
    let work = || {
        let pool = builder().queue_depth(3).build().unwrap();
        logins.extend((0..6).map(|_| pool.verify_async(&password(), None)));
    };
    assert_eq!(freed(work), (1, 0, 0));
    assert!(logins.iter_mut().all(|login| poll(login, Waker::noop())));
}

/// A panic in the midst of a worker, at the one place where foreign code is called there.
#[test]
fn a_panic_leaves_nothing() {
    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }

    let work = || {
        let pool = builder().build().unwrap();
        let mut login = pool.verify_async(&password(), Some(&row(30_000)));
        while !poll(&mut login, &Waker::from(Arc::new(Panics))) {
            thread::sleep(Duration::from_millis(1));
        }
        let answer = pool.verify(&password(), Some(&row(16)));
        assert_eq!(answer, Err(VerifyError::Mismatch), "the worker lives");
    };
    // To print a backtrace takes large blocks of its own.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let freed = freed(work);
    panic::set_hook(hook);
    assert_eq!(freed, (2, 0, 0));
}
