//! A message is accepted once.

use super::*;
use crate::namespace;
use bartizan_store::testing::{Yielding, alone, interleave};
use bartizan_store::{Entry, Store, StoreError, StoreKey, StoredEntry, Swap, Version};

const REPLAYED: MessageError = MessageError::Refused(MessageRefused::Replayed);

fn window(clock: &Arc<ManualClock>) -> ReplayWindow<MemoryStore> {
    ReplayWindow::new(Arc::new(MemoryStore::new(2_000, Arc::clone(clock) as _).unwrap()))
}

/// asvs: V4.1.5
#[test]
fn a_message_is_accepted_once_until_it_is_too_old() {
    let world = World::ed25519();
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW_SECS)));
    let (verifier, replays, fields) = (world.verifier::<Webhook>(), window(&clock), world.signed());
    let request = request("POST", URL, &fields, BODY);
    let verify = || ready(verifier.verify(&request, &*clock, &replays)).err();
    assert_eq!(verify(), None);
    for _ in 0..330 {
        assert_eq!(verify(), Some(REPLAYED));
        clock.advance_secs(1);
    }
    assert_eq!(verify(), Some(MessageRefused::Expired.into()));
}

/// A store that is 60 seconds ahead does not forget too early.
#[test]
fn a_store_whose_clock_is_ahead_remembers_long_enough() {
    let world = World::ed25519();
    let ahead = Arc::new(ManualClock::at(UnixTime::from_secs(NOW_SECS + 60)));
    let (verifier, replays, fields) = (world.verifier::<Webhook>(), window(&ahead), world.signed());
    let request = request("POST", URL, &fields, BODY);
    assert!(ready(verifier.verify(&request, &world.clock, &replays)).is_ok());
    world.clock.advance_secs(329);
    ahead.advance_secs(329);
    let again = ready(verifier.verify(&request, &world.clock, &replays)).err();
    assert_eq!(again, Some(REPLAYED));
}

/// asvs: V4.1.5
#[test]
fn of_a_thousand_that_try_at_once_one_is_accepted() {
    let world = World::hs256();
    let (verifier, fields) = (world.verifier::<Webhook>(), world.signed());
    let request = request("POST", URL, &fields, BODY);
    for seed in 0..3 {
        let clock = ManualClock::at(UnixTime::from_secs(NOW_SECS));
        let state = Yielding(MemoryStore::new(10, Arc::new(clock)).unwrap());
        let replays = ReplayWindow::new(Arc::new(state));
        let tries = (0..1_000).map(|_| verifier.verify(&request, &world.clock, &replays));
        let results = interleave(seed, tries);
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(
            results.iter().all(|result| result.is_ok() || result.as_ref().err() == Some(&REPLAYED))
        );
    }
}

/// The same, on threads that run at the same time.
#[test]
fn of_a_thousand_on_threads_one_is_accepted() {
    let world = World::hs256();
    let (verifier, fields) = (world.verifier::<Webhook>(), world.signed());
    let request = request("POST", URL, &fields, BODY);
    let clock = ManualClock::at(UnixTime::from_secs(NOW_SECS));
    let replays = ReplayWindow::new(Arc::new(MemoryStore::new(10, Arc::new(clock)).unwrap()));
    let accepted = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let verify = || ready(verifier.verify(&request, &world.clock, &replays));
                    (0..125).filter(|_| verify().is_ok()).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(accepted, 1);
}

#[test]
fn messages_are_told_apart_by_purpose_key_and_nonce() {
    let (ed25519, hs256) = (World::ed25519(), World::hs256());
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW_SECS)));
    let replays = window(&clock);
    let accept = |verifier: &HttpVerifier<Webhook>, fields: &[Line]| {
        let request = request("POST", URL, fields, BODY);
        ready(verifier.verify(&request, &*clock, &replays)).err()
    };
    // The sources are alike, so the nonces are: only the keys differ, in a set by their ids.
    let (first, second) = (ed25519.signed(), ed25519.signed());
    let nonce = |fields: &[Line]| {
        text(fields, "signature-input").split_once("nonce").unwrap().1[..20].to_owned()
    };
    assert_ne!(nonce(&first), nonce(&second));
    assert_eq!(accept(&ed25519.verifier(), &first), None);
    assert_eq!(accept(&ed25519.verifier(), &second), None);
    let third = hs256.signed();
    assert_eq!(nonce(&third), nonce(&first));
    // Both keyrings call their key by one id, so this counts as a replay: ids are the caller's.
    assert_eq!(accept(&hs256.verifier(), &third), Some(REPLAYED));

    let other = World::ed25519();
    let fields = other.signed_by(&other.signer::<Other>());
    assert_eq!(nonce(&fields), nonce(&first));
    let request = request("POST", URL, &fields, BODY);
    assert!(ready(other.verifier::<Other>().verify(&request, &*clock, &replays)).is_ok());
}

/// Where a signer sets no nonce, a message is known by all that was signed, not by its signature:
/// of ECDSA another good one is made of it without the key.
#[test]
fn without_a_nonce_another_signature_of_the_same_is_the_same() {
    let key = SigningKey::generate_es256(&PredictableRandom::from_seed(1)).unwrap();
    let world = World::with(key);
    let params = r#"("@method" "@target-uri");created=1700000000;keyid="00c0ffee";tag="webhook""#;
    let message = request("GET", URL, &[], b"");
    let (first, second) =
        (world.forge("a", params, (&message, &[])), world.forge("a", params, (&message, &[])));
    assert_ne!(text(&first, "signature"), text(&second, "signature"));
    let policy = HttpPolicy::new(300).unwrap().without_nonce();
    let verifier = HttpVerifier::<Webhook>::new(world.keys, policy);
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW_SECS)));
    let replays = window(&clock);
    let verify = |fields: &[Line]| {
        let request = request("GET", URL, fields, b"");
        ready(verifier.verify(&request, &*clock, &replays)).err()
    };
    assert_eq!(verify(&first), None);
    assert_eq!(verify(&second), Some(REPLAYED));
}

/// A store that is down or full accepts nothing, and says that it was the store.
#[test]
fn no_store_no_acceptance() {
    struct Down;

    impl Store for Down {
        async fn get(&self, _: &StoreKey) -> Result<Option<StoredEntry>, StoreError> {
            Err(StoreError::Unavailable)
        }

        async fn create(&self, _: &StoreKey, _: Entry) -> Result<bool, StoreError> {
            Err(StoreError::Unavailable)
        }

        async fn swap(&self, _: &StoreKey, _: Version, _: Entry) -> Result<Swap, StoreError> {
            Err(StoreError::Unavailable)
        }

        async fn remove(&self, _: &StoreKey) -> Result<bool, StoreError> {
            Err(StoreError::Unavailable)
        }
    }

    let world = World::ed25519();
    let (verifier, fields) = (world.verifier::<Webhook>(), world.signed());
    let signed = request("POST", URL, &fields, BODY);
    let down = ReplayWindow::new(Arc::new(Down));
    let refused = alone(verifier.verify(&signed, &world.clock, &down)).err();
    assert_eq!(refused, Some(MessageError::Store(StoreError::Unavailable)));

    let clock = ManualClock::at(UnixTime::from_secs(NOW_SECS));
    let full = ReplayWindow::new(Arc::new(MemoryStore::new(1, Arc::new(clock)).unwrap()));
    assert!(ready(verifier.verify(&signed, &world.clock, &full)).is_ok());
    let fields = world.signed();
    let next = request("POST", URL, &fields, BODY);
    let refused = ready(verifier.verify(&next, &world.clock, &full)).err();
    assert_eq!(refused, Some(MessageError::Store(StoreError::Full)));
}

/// What is not signed takes no room in the store.
#[test]
fn a_forgery_is_not_remembered() {
    let world = World::ed25519();
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(NOW_SECS)));
    let state = Arc::new(MemoryStore::new(10, clock).unwrap());
    let replays = ReplayWindow::new(Arc::clone(&state));
    let fields = world.signed();
    for (method, body) in [("PUT", BODY), ("POST", &b""[..])] {
        let forged = request(method, URL, &fields, body);
        assert!(
            ready(world.verifier::<Webhook>().verify(&forged, &world.clock, &replays)).is_err()
        );
    }
    assert!(state.is_empty(namespace::SIGNED_MESSAGE));
}
