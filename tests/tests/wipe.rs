//! Secrets are wiped before their memory is given back.
//!
//! An allocator of this test's own looks into every block at the moment it is freed. That shows
//! that no heap block which held the secret leaves the crate's hands unwiped. It can't show what
//! the compiler left in registers and on the stack, what the system swapped out or dumped, or
//! what callers did with copies of their own.

#![expect(unsafe_code, reason = "an allocator can't be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bartizan::core::{SecretBytes, SecretString};

#[global_allocator]
static ALLOCATOR: Watching = Watching;

struct Watching;

thread_local! {
    /// How many blocks held the marker when they were freed by this thread.
    static UNWIPED: Cell<usize> = const { Cell::new(0) };
}

/// Kept apart in two halves, so that the test binary itself never holds it in one piece.
const HALVES: [[u8; 8]; 2] = [*b"~Marker:", *b"Secret!~"];

// SAFETY: every call is handed on to `System` unchanged.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's duty, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller gives back a block of this layout. Its bytes may be uninitialized as
        // far as the language goes; this test reads what the machine holds there.
        let bytes = (0..layout.size()).map(|offset| unsafe { block.add(offset).read_volatile() });
        if contains_marker(bytes) {
            UNWIPED.with(|count| count.set(count.get() + 1));
        }
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
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

fn marker() -> [u8; 16] {
    let mut marker = [0; 16];
    marker[..8].copy_from_slice(&HALVES[0]);
    marker[8..].copy_from_slice(&HALVES[1]);
    marker
}

fn unwiped_blocks(work: impl FnOnce()) -> usize {
    UNWIPED.with(|count| count.set(0));
    work();
    UNWIPED.with(Cell::get)
}

#[test]
fn the_test_sees_an_unwiped_block() {
    assert_eq!(unwiped_blocks(|| drop(Vec::from(marker()))), 1);
}

/// asvs: V11.7.2, for the blocks that these types own.
#[test]
fn secret_bytes_are_wiped_however_they_were_made() {
    let roomy = || {
        let mut bytes = Vec::with_capacity(4_096);
        bytes.extend_from_slice(&marker());
        bytes
    };
    let in_place = || {
        let fill = |out: &mut [u8]| {
            out.copy_from_slice(&marker());
            Ok::<(), ()>(())
        };
        SecretBytes::init(16, fill).unwrap()
    };
    assert_eq!(unwiped_blocks(|| drop(SecretBytes::from(Vec::from(marker())))), 0);
    assert_eq!(unwiped_blocks(|| drop(SecretBytes::from(roomy()))), 0);
    assert_eq!(unwiped_blocks(|| drop(SecretBytes::from(Box::<[u8]>::from(marker())))), 0);
    assert_eq!(unwiped_blocks(|| drop(SecretBytes::from(marker()))), 0);
    assert_eq!(unwiped_blocks(|| drop(SecretBytes::from(marker().as_slice()))), 0);
    assert_eq!(unwiped_blocks(|| drop(in_place())), 0);
}

#[test]
fn a_secret_that_could_not_be_made_is_wiped() {
    let failed = || {
        let result = SecretBytes::init(16, |out| {
            out.copy_from_slice(&marker());
            Err::<(), _>(())
        });
        assert!(result.is_err());
    };
    assert_eq!(unwiped_blocks(failed), 0);
}

#[test]
fn secret_text_is_wiped() {
    let text = |capacity| {
        let mut text = String::with_capacity(capacity);
        text.extend(marker().map(char::from));
        text
    };
    assert_eq!(unwiped_blocks(|| drop(text(16))), 1);
    assert_eq!(unwiped_blocks(|| drop(SecretString::from(text(16)))), 0);
    assert_eq!(unwiped_blocks(|| drop(SecretString::from(text(4_096)))), 0);
}
