//! A stored hash that asks for too much, or is damaged, is refused before anything is allocated.

#![expect(unsafe_code, reason = "an allocator can't be written without")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::hint::black_box;
use std::alloc::System;

use bartizan::password::{SealedHash, StoredHash, StoredHashError, StoredLimits};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.with(|bytes| bytes.set(bytes.get().saturating_add(layout.size())));
        // SAFETY: the caller's duty, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Returns how many bytes `work` allocated.
fn allocated(work: impl FnOnce()) -> usize {
    ALLOCATED.with(|bytes| bytes.set(0));
    work();
    ALLOCATED.with(Cell::get)
}

#[test]
fn the_test_sees_what_is_allocated() {
    assert_eq!(allocated(|| drop(black_box(vec![7_u8; 100]))), 100);
    let row =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    assert!(allocated(|| assert!(row.parse::<StoredHash>().is_ok())) > 0);
}

#[test]
fn a_hostile_row_is_refused_without_allocation() {
    let rest = "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    let (long, oversized) = ("9".repeat(400), "$argon2id$".repeat(100_000));
    for (row, expected) in [
        (format!("$argon2id$v=19$m=4194304,t=1,p=1{rest}"), StoredHashError::TooCostly),
        (format!("$argon2id$v=19$m=8,t=1000000,p=1{rest}"), StoredHashError::TooCostly),
        (format!("$argon2id$v=19$m=4294967295,t=4294967295,p=1{rest}"), StoredHashError::TooCostly),
        (format!("$argon2id$v=19$m={long},t=1,p=1{rest}"), StoredHashError::Malformed),
        (format!("$argon2id$v=19$m=8,t=1,p=1,x=1{rest}"), StoredHashError::Malformed),
        (oversized, StoredHashError::Malformed),
    ] {
        let limits = StoredLimits::default();
        let mut refused = None;
        let bytes = allocated(|| refused = StoredHash::parse(&row, &limits).err());
        assert_eq!((refused, bytes), (Some(expected), 0), "{row:.60}");
        let bytes = allocated(|| refused = SealedHash::parse(&row, &limits).err());
        assert_eq!((refused, bytes), (Some(expected), 0), "{row:.60}");
    }
}
