//! Argon2's memory is wiped before it is given back, whole.
//!
//! An allocator of this test's own looks into every large block at the moment it is freed, and
//! refuses what is too large, as a machine would. What the compiler leaves in registers and on the
//! stack it can't see.

#![expect(unsafe_code, reason = "an allocator can't be written without")]
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
        if layout.size() >= LARGE {
            // SAFETY: the caller gives back a block of this layout. Its bytes may be uninitialized
            // as far as the language goes; this test reads what the machine holds there.
            let bytes = (0..layout.size()).map(|place| unsafe { block.add(place).read_volatile() });
            let left = bytes.filter(|byte| *byte != 0).count();
            FREED.with(|freed| freed.set((freed.get().0 + 1, freed.get().1 + left)));
        }
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Returns how many large blocks were freed by `work`, and what was left in them.
fn freed(work: impl FnOnce()) -> (usize, usize) {
    FREED.with(|freed| freed.set((0, 0)));
    work();
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
        let mut memory = Memory::for_params(&Params::new(1_024, 1, 1, 32).unwrap()).unwrap();
        let again = || (0..10).for_each(|_| hash(1_024, kernel, &mut memory).unwrap());
        assert_eq!(freed(again), (0, 0), "{kernel:?}");
    }
}

#[test]
fn memory_that_is_not_to_be_had_is_an_error() {
    let params = Params::new((1 << 20) + 4, 1, 1, 32).unwrap();
    assert!(Memory::for_params(&params).is_err());
    let mut memory = Memory::new();
    let refused = hash((1 << 20) + 4, Kernel::detect(), &mut memory);
    assert_eq!(refused, Err(HashError::OutOfMemory));

    // What failed once serves the next hash.
    hash(64, Kernel::detect(), &mut memory).unwrap();
    assert_eq!(memory.size_kib(), 64);
}
