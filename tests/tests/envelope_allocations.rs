//! Sealing and opening a field take no memory beyond what they return, and a kept subkey's schedule
//! is not in the memory that a key gives back.

#![expect(unsafe_code, reason = "an allocator can't be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use bartizan::core::danger::{ExportKey as _, PredictableRandom};
use bartizan::core::{
    Context, KeyGenerator, KeyId, KeyRecord, KeyState, Keyring, Seal, SecretBytes, SharedKeyring,
    SystemRandom, UnixTime,
};
use bartizan::envelope::{CompactEnvelope, CompactKey, Envelope, SealingKey};

#[global_allocator]
static ALLOCATOR: Watching = Watching;

struct Watching;

thread_local! {
    /// How many blocks this thread has taken.
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    /// How many blocks held the first round key of the subkey when this thread gave them back.
    static UNWIPED: Cell<usize> = const { Cell::new(0) };
}

/// The first round key of AES is the key's first half. This is that of the subkey of which the test
/// knows, computed with another program: AES-CMAC under `KEY` of 00 01 58 00 and the prefix, which is
/// what `PredictableRandom` gives for seed 1. Here with every bit flipped, so that the test binary
/// doesn't hold it.
const FLIPPED: [u8; 16] = [
    0x74, 0xc7, 0x8d, 0x90, 0x24, 0xc8, 0x0d, 0x52, 0xe3, 0x0f, 0x51, 0xa9, 0xf4, 0x49, 0x16, 0xa8,
];

const KEY: [u8; 32] = [7; 32];

// SAFETY: every call is handed on to `System` unchanged.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's duty, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller gives back a block of this layout. Its bytes may be uninitialized as
        // far as the language goes; this test reads what the machine holds there.
        let bytes = (0..layout.size()).map(|offset| unsafe { block.add(offset).read_volatile() });
        if holds_the_subkey(bytes) {
            UNWIPED.with(|count| count.set(count.get() + 1));
        }
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
}

fn holds_the_subkey(bytes: impl Iterator<Item = u8>) -> bool {
    let mut window = [0_u8; 16];
    for byte in bytes {
        window.rotate_left(1);
        window[15] = !byte;
        if window == FLIPPED {
            return true;
        }
    }
    false
}

fn blocks_taken<R>(work: impl FnOnce() -> R) -> (usize, R) {
    let before = TAKEN.with(Cell::get);
    let result = work();
    (TAKEN.with(Cell::get) - before, result)
}

fn takes_only_its_output(envelope: &dyn Seal) {
    for context in [Context::none(), Context::of("users.phone").bind("acme").bind("42")] {
        let first = envelope.seal(&context, b"a field of thirty-two bytes long").unwrap();
        drop(envelope.open(&context, &first).unwrap());
        for _ in 0..200 {
            let (blocks, sealed) =
                blocks_taken(|| envelope.seal(&context, b"a field of thirty-two bytes long"));
            assert_eq!(blocks, 1, "to seal");
            let (blocks, _opened) = blocks_taken(|| envelope.open(&context, &sealed.unwrap()));
            assert_eq!(blocks, 1, "to open");
        }
    }
}

#[test]
fn a_field_takes_one_block_to_seal_and_one_to_open() {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).unwrap();
    takes_only_its_output(&Envelope::new(SharedKeyring::new(keyring)));

    let generator = KeyGenerator::new(&random, CompactKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).unwrap();
    takes_only_its_output(&CompactEnvelope::new(SharedKeyring::new(keyring)));
}

/// asvs: V11.7.2, for the subkeys that a sealing key keeps.
#[test]
fn a_kept_subkey_is_overwritten_before_its_memory_is_given_back() {
    let envelope = || {
        let key = SealingKey::import(&SecretBytes::from(KEY)).unwrap();
        let times = (UnixTime::EPOCH, UnixTime::EPOCH);
        let record = KeyRecord::restore(KeyId::from_u32(1), KeyState::Active, times, Some(key));
        let keys = SharedKeyring::new(Keyring::restore(1, vec![record]).unwrap());
        Envelope::with_random(keys, Arc::new(PredictableRandom::from_seed(1)))
    };
    let (first, second) = (envelope(), envelope());
    let sealed = first.seal(&Context::none(), b"buy milk").unwrap();
    for _ in 0..3 {
        drop(second.open(&Context::none(), &sealed).unwrap());
    }
    UNWIPED.with(|count| count.set(0));
    drop(Vec::from(FLIPPED.map(|byte| !byte)));
    assert_eq!(UNWIPED.with(Cell::get), 1, "the test sees an unwiped block");
    drop((first, second));
    assert_eq!(UNWIPED.with(Cell::get), 1);
}
