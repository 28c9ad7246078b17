//! Argon2's memory is wiped before it is given back, whole.
//!
//! An allocator of this test's own looks into every large block at the moment it is freed, and
//! refuses what is too large, as a machine would. Memory that comes from the system itself is looked
//! into when it goes back. What the compiler leaves in registers and on the stack it can't see.

#![expect(
    unsafe_code,
    reason = "an allocator, and what stands in for the system, can't be \
                                 written without"
)]
#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]
#![expect(clippy::unwrap_used, reason = "a test's helper fails by panicking")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::hint::black_box;
use std::alloc::System;

use bartizan_argon2::{Algorithm, Argon2, HashError, Kernel, Memory, Params, Version};

#[global_allocator]
static ALLOCATOR: Watching = Watching;

struct Watching;

thread_local! {
    /// Whether this thread is asked what it gives back.
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };

    /// How many large blocks this thread freed, and how many bytes in them were not zero.
    static FREED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The smallest matrix.
const LARGE: usize = 8 * 1_024;

const TOO_LARGE: usize = 1 << 30;

// SAFETY: every call is handed on to `System` unchanged, or refused.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > TOO_LARGE {
            return core::ptr::null_mut();
        }
        // SAFETY: the caller's duty, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller gives back a block of this layout.
        unsafe { look_into(block, layout.size()) };
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Stands in for the C library's function of the name, and gives pages back as that does.
#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
unsafe extern "C" fn munmap(start: *mut core::ffi::c_void, len: usize) -> core::ffi::c_int {
    // SAFETY: what is given back while this thread is watched is memory that could be read.
    unsafe { look_into(start.cast(), len) };
    // SAFETY: the caller's duty, handed on.
    if unsafe { rustix::mm::munmap(start, len) }.is_ok() { 0 } else { -1 }
}

/// # Safety
///
/// There are `len` bytes.
unsafe fn look_into(start: *const u8, len: usize) {
    if len >= LARGE && IS_WATCHED.get() {
        // SAFETY: the caller's duty, handed on. The bytes may be uninitialized as far as the
        // language goes; this test reads what the machine holds there.
        let bytes = (0..len).map(|place| unsafe { start.add(place).read_volatile() });
        let left = bytes.filter(|byte| *byte != 0).count();
        FREED.with(|freed| freed.set((freed.get().0 + 1, freed.get().1 + left)));
    }
}

/// Returns how many large blocks were freed by `work`, and what was left in them.
fn freed(work: impl FnOnce()) -> (usize, usize) {
    FREED.with(|freed| freed.set((0, 0)));
    IS_WATCHED.set(true);
    work();
    IS_WATCHED.set(false);
    FREED.with(Cell::get)
}

fn hash(memory_kib: u32, kernel: Kernel, memory: &mut Memory) -> Result<(), HashError> {
    let params = Params::new(memory_kib, 1, 1, 32).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let argon2 = argon2.with_kernel(kernel).unwrap();
    argon2.hash_into(b"password", b"somesalt", memory, &mut [0; 32])
}

#[test]
fn the_test_sees_what_is_left() {
    let (blocks, left) = freed(|| drop(black_box(vec![7_u8; LARGE])));
    assert_eq!((blocks, left), (1, LARGE));
}

#[test]
fn the_whole_memory_is_wiped_when_dropped() {
    for kernel in Kernel::available() {
        let mut memory = Memory::new();
        hash(1_024, kernel, &mut memory).unwrap();
        assert_eq!(freed(|| drop(memory)), (1, 0), "{kernel:?}");
    }
}

/// A smaller hash leaves the end of the memory as the larger one before it left it.
#[test]
fn what_an_earlier_hash_left_is_wiped_too() {
    for kernel in Kernel::available() {
        let mut memory = Memory::new();
        hash(1_024, kernel, &mut memory).unwrap();
        hash(64, kernel, &mut memory).unwrap();
        assert_eq!(freed(|| drop(memory)), (1, 0), "{kernel:?}");
    }
}

#[test]
fn memory_that_grows_is_wiped_first() {
    for kernel in Kernel::available() {
        let mut memory = Memory::new();
        hash(64, kernel, &mut memory).unwrap();
        assert_eq!(freed(|| hash(1_024, kernel, &mut memory).unwrap()), (1, 0), "{kernel:?}");
    }
}

#[test]
fn memory_is_not_taken_again_for_each_hash() {
    for kernel in Kernel::available() {
        let mut memory = Memory::new();
        hash(1_024, kernel, &mut memory).unwrap();
        let again = || (0..10).for_each(|_| hash(1_024, kernel, &mut memory).unwrap());
        assert_eq!(freed(again), (0, 0), "{kernel:?}");
    }
}

#[test]
fn memory_that_is_not_to_be_had_is_an_error() {
    // What the allocator refuses, the system does too.
    #[cfg(target_os = "linux")]
    refuse_large_mappings();

    let memory_kib = 1 << 31;
    let params = Params::new(memory_kib, 1, 1, 32).unwrap();
    assert!(Memory::for_params(&params).is_err());
    for kernel in Kernel::available() {
        let refused = hash(memory_kib, kernel, &mut Memory::new());
        assert_eq!(refused, Err(HashError::OutOfMemory), "{kernel:?}");
    }
    let mut memory = Memory::new();
    let refused = hash(memory_kib, Kernel::detect(), &mut memory);
    assert_eq!(refused, Err(HashError::OutOfMemory));

    // What failed once serves the next hash.
    hash(64, Kernel::detect(), &mut memory).unwrap();
    assert_eq!(memory.size_kib(), 64);
}

#[cfg(target_os = "linux")]
fn refuse_large_mappings() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = Some(1 << 40);
    let Rlimit { maximum, .. } = getrlimit(Resource::As);
    setrlimit(Resource::As, Rlimit { current: limit, maximum }).unwrap();
}

/// On Linux, what a kernel used and what the `argon2` crate used are given back alike.
#[test]
fn memory_that_changes_its_kind_is_wiped_first() {
    for kernel in Kernel::available().filter(|kernel| *kernel != Kernel::Portable) {
        for [first, second] in [[kernel, Kernel::Portable], [Kernel::Portable, kernel]] {
            let mut memory = Memory::new();
            hash(1_024, first, &mut memory).unwrap();
            assert_eq!(freed(|| hash(1_024, second, &mut memory).unwrap()), (1, 0), "{first:?}");
        }
    }
}
