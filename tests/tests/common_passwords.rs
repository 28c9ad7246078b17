//! Every listed password is refused, however its capitals are mixed, and the check takes no memory.
//!
//! An allocator of this test's own counts what each thread asks for.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::hint::black_box;
use std::alloc::System;

use bartizan::core::SecretString;
use bartizan::password::is_common_password;

#[path = "../../crates/bartizan-password/examples/build_common/candidates.rs"]
mod candidates;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

thread_local! {
    static ASKED_FOR: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to `System` unchanged. What is not overridden calls `alloc`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED_FOR.with(|asked_for| asked_for.set(asked_for.get() + 1));
        // SAFETY: the caller's duty, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Returns how many blocks `work` asked for.
fn asked_for(work: impl FnOnce()) -> usize {
    ASKED_FOR.with(|asked_for| asked_for.set(0));
    work();
    ASKED_FOR.with(Cell::get)
}

fn every_second_letter_large(text: &str) -> String {
    let mut large = [true, false].into_iter().cycle();
    let fold = |c: char| if large.next() == Some(true) { c.to_ascii_uppercase() } else { c };
    text.chars().map(fold).collect()
}

#[test]
fn the_test_sees_an_allocation() {
    assert_eq!(asked_for(|| drop(black_box(Box::new(1)))), 1);
}

/// All 11,611 passwords of eight and more characters that zxcvbn lists, and what else is in the
/// table (asvs: V6.2.4).
#[test]
fn every_listed_password_is_common_whatever_its_capitals() {
    let listed = candidates::all().unwrap();
    assert!(listed.len() > 30_000, "{}", listed.len());
    for password in listed {
        for spelled in
            [password.clone(), password.to_uppercase(), every_second_letter_large(&password)]
        {
            let secret = SecretString::from(spelled.as_str());
            let mut is_common = false;
            assert_eq!(asked_for(|| is_common = is_common_password(&secret)), 0, "{spelled}");
            assert!(is_common, "{spelled}");
        }
    }
}

#[test]
fn a_password_that_is_not_common_takes_no_memory_either() {
    for password in ["", "gravel umbrella saxophone", "ÄÖÜ ΣΑΣ İstanbul ǅ"] {
        let secret = SecretString::from(password);
        let asked = asked_for(|| assert!(!is_common_password(&secret), "{password}"));
        assert_eq!(asked, 0, "{password}");
    }
}
