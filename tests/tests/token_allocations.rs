//! A token whose claims borrow is checked without taking memory.

#![expect(unsafe_code, reason = "an allocator can't be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bartizan::core::{
    KeyGenerator, Keyring, ManualClock, Random, RandomUnavailable, SharedKeyring, SystemRandom,
    UnixTime,
};
use bartizan::token::{
    AccessToken, Audience, Issuer, IssuerName, JwkSet, SigningKey, TokenBuffer, Verifier,
};
use serde::{Deserialize, Serialize};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

thread_local! {
    /// How many blocks this thread has taken.
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's duty, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's duty, handed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    client_id: String,
    scope: String,
    auth_time: u64,
}

#[derive(Deserialize)]
struct View<'b> {
    client_id: &'b str,
    scope: &'b str,
    auth_time: u64,
}

type Generate = fn(&dyn Random) -> Result<SigningKey, RandomUnavailable>;

#[test]
fn a_view_of_a_token_takes_no_memory() {
    let generate: [Generate; 3] =
        [SigningKey::generate_hs256, SigningKey::generate_ed25519, SigningKey::generate_es256];
    for generate in generate {
        let random = SystemRandom::new();
        let keyring = Keyring::create(UnixTime::EPOCH, &KeyGenerator::new(&random, generate));
        let keyring = keyring.unwrap();
        let public = JwkSet::of_keyring(&keyring);
        let keys = SharedKeyring::new(keyring);
        let name = IssuerName::new("https://id.example").unwrap();
        let api = Audience::new("https://api.example").unwrap();
        let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
        let claims = Claims {
            client_id: "web".to_owned(),
            scope: "notes".to_owned(),
            auth_time: 1_699_999_999,
        };
        let issuer = Issuer::<AccessToken<Claims>>::new(name.clone(), api.clone(), keys.clone());
        let token = issuer.sign("alice", &claims, &clock, &random).unwrap();

        let mut verifiers =
            vec![Verifier::<AccessToken<Claims>>::new(name.clone(), api.clone(), keys)];
        if !public.is_empty() {
            verifiers.push(Verifier::new(name, api, public));
        }
        for verifier in verifiers {
            let mut buffer = TokenBuffer::new();
            // The first token makes room in the buffer, and an HMAC key ready.
            for expected in [None, Some(0)] {
                let before = TAKEN.with(Cell::get);
                let verified = verifier.verify_view::<View<'_>>(&token, &clock, &mut buffer);
                let view = verified.unwrap();
                let blocks = TAKEN.with(Cell::get) - before;
                assert_eq!(view.claims().scope, "notes");
                assert_eq!(
                    (view.claims().client_id, view.claims().auth_time),
                    ("web", 1_699_999_999)
                );
                assert!(expected.is_none_or(|expected| blocks == expected), "{blocks}");
                assert!(expected.is_some() || blocks > 0, "the test sees what is taken");
            }
        }
    }
}
