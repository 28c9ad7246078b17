//! A proof is good once.

use std::thread;

use super::*;
use crate::namespace;
use bartizan_store::testing::{Yielding, interleave};

/// asvs: V10.3.5, for a replayed `jti`.
#[test]
fn a_proof_is_good_once_for_as_long_as_it_would_be_good() {
    let server = Server::new();
    let proof = server.proof();
    assert_eq!(server.refusal(&proof), None);
    for _ in 0..60 {
        assert_eq!(server.refusal(&proof), Some(ProofRefused::Replayed));
        server.clock.advance_secs(1);
    }
    assert_eq!(server.refusal(&proof), Some(ProofRefused::Replayed));
    server.clock.advance_secs(1);
    assert_eq!(server.refusal(&proof), Some(ProofRefused::Expired));
}

/// One that is dated ahead is remembered for longer, by as much.
#[test]
fn a_proof_that_is_dated_ahead_is_good_once_too() {
    let server = Server::new();
    let proof = server.forge(server.header(), PAYLOAD.replace("1700000000", "1700000030"));
    assert_eq!(server.refusal(&proof), None);
    server.clock.advance_secs(90);
    assert_eq!(server.refusal(&proof), Some(ProofRefused::Replayed));
    server.clock.advance_secs(1);
    assert_eq!(server.refusal(&proof), Some(ProofRefused::Expired));
}

#[test]
fn what_is_remembered_is_the_id_and_the_key() {
    let server = Server::new();
    assert_eq!(server.refusal(server.proof()), None);
    // Another text with the same id, which a client may sign as often as it likes.
    let same_id = server.forge(server.header(), PAYLOAD.replace("1700000000", "1700000001"));
    assert_eq!(server.refusal(same_id), Some(ProofRefused::Replayed));
    let escaped = server.forge(server.header(), PAYLOAD.replace("-BwC", r"\u002dBwC"));
    assert_eq!(server.refusal(escaped), Some(ProofRefused::Replayed));
    let renamed = server.header().replace("EdDSA", "Ed25519");
    assert_eq!(server.refusal(server.forge(renamed, PAYLOAD)), Some(ProofRefused::Replayed));
    // Nobody uses up the ids of others.
    let other = Server { key: ec_keys().remove(0), ..server };
    assert_eq!(other.refusal(other.proof()), None);
}

/// With ECDSA whoever sees a signature makes another one of the same text.
#[test]
fn the_other_signature_of_a_pair_is_no_new_proof() {
    let server = Server::with(ec_keys().remove(0));
    let proof = server.proof();
    assert_eq!(server.refusal(&proof), None);
    let (input, signature) = proof.rsplit_once('.').unwrap();
    let mut signature = base64url::decode(signature).unwrap();
    let mut borrow = 0;
    for (s, n) in signature[32..].iter_mut().zip(P256_ORDER).rev() {
        let difference = i32::from(n) - i32::from(*s) - borrow;
        borrow = i32::from(difference < 0);
        *s = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    let twin = format!("{input}.{}", base64url::encode(&signature));
    assert_ne!(twin, proof);
    assert_eq!(server.refusal(&twin), Some(ProofRefused::Replayed), "and not BadSignature");
}

const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[test]
fn of_a_thousand_threads_that_use_one_proof_one_succeeds() {
    let server = Server::new();
    let proof = server.proof();
    let successes: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| (0..125).filter(|_| server.refusal(&proof).is_none()).count()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(successes, 1);
    assert_eq!(server.store.len(namespace::DPOP_PROOF), 1);
}

/// As over a network, where each comes between the steps of the others.
#[test]
fn of_a_thousand_requests_with_one_proof_one_succeeds_in_any_order() {
    for seed in 0..4 {
        let server = Server::new();
        let store = MemoryStore::new(10, Arc::clone(&server.clock) as _).unwrap();
        let base = TargetUri::new("https://api.example").unwrap();
        let verifier = DpopVerifier::new(base, Arc::new(Yielding(store)));
        let proof = server.proof();
        let request = DpopRequest::new("GET", "/notes", [&proof]);
        let outcomes =
            interleave(seed, (0..1_000).map(|_| verifier.verify(&request, &*server.clock)));
        let replayed = |outcome: &Result<_, _>| match outcome {
            Ok(_) => false,
            Err(UseError::Refused(TokenRefused::Proof(ProofRefused::Replayed))) => true,
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(outcomes.iter().filter(|outcome| replayed(outcome)).count(), 999);
    }
}

/// A store that cannot remember lets nobody in.
#[test]
fn a_full_store_refuses_and_says_that_it_was_the_store() {
    let mut server = Server::new();
    let store = MemoryStore::new(1, Arc::clone(&server.clock) as _).unwrap();
    let base = TargetUri::new("https://api.example").unwrap();
    server.verifier = DpopVerifier::new(base, Arc::new(store));
    assert_eq!(server.refusal(server.proof()), None);
    let next = server.forge(server.header(), PAYLOAD.replace("lTc", "lTd"));
    let outcome = server.verify(&DpopRequest::new("GET", "/notes", [&next]));
    assert_eq!(outcome.err(), Some(UseError::Store(bartizan_store::StoreError::Full)));
    server.clock.advance_secs(181);
    let later = PAYLOAD.replace("lTc", "lTe").replace("1700000000", "1700000181");
    assert_eq!(server.refusal(server.forge(server.header(), later)), None, "there is room again");
}
