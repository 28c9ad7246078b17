mod broken;

use std::thread;

use bartizan_core::{Clock as _, ManualClock, SecretBytes, SecretString};
use bartizan_store::testing::{Yielding, alone, interleave, ready};
use bartizan_store::{MemoryStore, StoredEntry, Version};
use proptest::prelude::*;

use self::broken::{Broken, Step};
use super::*;
use crate::{AttemptPolicy, Hotp, HotpState, Totp, TotpSecret, TotpState, VerifyError};

const NOW: u64 = 1_700_000_010;

fn secret() -> TotpSecret {
    TotpSecret::from_bytes(SecretBytes::from([7; 20])).unwrap()
}

fn clock() -> ManualClock {
    ManualClock::at(UnixTime::from_secs(NOW))
}

fn id() -> CredentialId {
    CredentialId::of("user-7", "authenticator")
}

fn memory() -> MemoryStore {
    MemoryStore::new(100, Arc::new(clock())).unwrap()
}

fn credentials() -> StoredCredentials<MemoryStore> {
    let credentials = StoredCredentials::new(Arc::new(memory()));
    ready(credentials.add(&id(), TotpState::never())).unwrap();
    credentials
}

/// What came of tries: accepted, refused, too soon.
fn counts<T>(outcomes: &[Result<T, GuardError<CredentialError>>]) -> [usize; 3] {
    let count = |is: fn(&Result<T, GuardError<CredentialError>>) -> bool| {
        outcomes.iter().filter(|outcome| is(outcome)).count()
    };
    [
        count(Result::is_ok),
        count(|outcome| matches!(outcome, Err(GuardError::Refused(_)))),
        count(|outcome| matches!(outcome, Err(GuardError::TooSoon(_)))),
    ]
}

fn failures<S: Store>(credentials: &StoredCredentials<S>) -> u32 {
    alone(credentials.get::<TotpState>(&id())).unwrap().attempts().failures()
}

/// asvs: V6.5.1. One code, eight threads, a hundred thousand tries.
#[test]
fn of_a_hundred_thousand_racing_tries_one_succeeds() {
    let (totp, clock, credentials) = (Totp::new(secret()), clock(), credentials());
    let code = totp.code_at(UnixTime::from_secs(NOW));
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let outcomes: Vec<_> = thread::scope(|scope| {
        let tries = || {
            let verify = |_| ready(credentials.verify_once(&id(), code.expose(), &guard));
            (0..12_500).map(verify).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(tries)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(counts(&outcomes), [1, 5, 99_994]);
    assert_eq!(failures(&credentials), 5);
}

/// asvs: V6.5.1. All have read the state before the first writes it: what threads rarely do.
#[test]
fn of_a_thousand_who_read_at_once_one_succeeds_and_each_failure_is_counted() {
    let (totp, clock) = (Totp::new(secret()), clock());
    let right = totp.code_at(UnixTime::from_secs(NOW));
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    for (seed, code, expected) in
        (0..5).flat_map(|n| [(n, right.expose(), [1, 5, 994]), (n, "000000", [0, 5, 995])])
    {
        let credentials = StoredCredentials::new(Arc::new(Yielding(memory())));
        alone(credentials.add(&id(), TotpState::never())).unwrap();
        let id = id();
        let tries = (0..1_000).map(|_| credentials.verify_once(&id, code, &guard));
        assert_eq!(counts(&interleave(seed, tries)), expected, "{code}");
        assert_eq!(failures(&credentials), 5, "{code}");
    }
}

proptest! {
    /// However guesses and the right code interleave: at most as many are looked at as are free.
    #[test]
    fn no_race_gets_more_guesses_than_one_after_another(
        seed in any::<u64>(),
        free in 1..=10_u8,
        guesses in 0..30_usize,
        right in 0..3_usize,
    ) {
        let (totp, clock) = (Totp::new(secret()), clock());
        let code = totp.code_at(UnixTime::from_secs(NOW));
        let guard = Guard::new(&totp, AttemptPolicy::new(free, 30, 3_600).unwrap(), &clock);
        let credentials = StoredCredentials::new(Arc::new(Yielding(memory())));
        alone(credentials.add(&id(), TotpState::never())).unwrap();
        let codes = vec!["000000"; guesses].into_iter().chain(vec![code.expose(); right]);
        let id = id();
        let tries = codes.map(|code| credentials.verify_once(&id, code, &guard));
        let outcomes = interleave(seed, tries);
        let [accepted, refused, too_soon] = counts(&outcomes);
        prop_assert_eq!([accepted, refused, too_soon].iter().sum::<usize>(), outcomes.len());
        prop_assert!(accepted <= 1);
        // A right code makes the earlier ones good, once.
        let looked_at = if accepted == 0 { free } else { free.saturating_mul(2).saturating_sub(1) };
        prop_assert!(refused <= looked_at.into(), "{refused} of {free}");
        let counted = usize::try_from(failures(&credentials)).unwrap();
        prop_assert!(counted <= refused && (accepted > 0 || counted == refused));
    }
}

#[test]
fn a_wrong_code_costs_and_the_right_one_after_the_delay_works() {
    let (totp, clock, credentials) = (Totp::new(secret()), clock(), credentials());
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let verify = |code: &str| ready(credentials.verify_once(&id(), code, &guard));
    let right = |clock: &ManualClock| totp.code_at(clock.now());
    let mut delay = 30;
    for _ in 0..4 {
        assert!(matches!(verify("000000"), Err(GuardError::Refused(VerifyError::Mismatch))));
    }
    for _ in 0..10 {
        assert!(matches!(verify("000000"), Err(GuardError::Refused(VerifyError::Mismatch))));
        clock.advance_secs(delay - 1);
        let too_soon = verify(right(&clock).expose());
        let Err(GuardError::TooSoon(too_soon)) = too_soon else { panic!("{too_soon:?}") };
        assert_eq!(too_soon.retry_at(), clock.now().saturating_add_secs(1));
        clock.advance_secs(1);
        delay = (2 * delay).min(3_600);
    }
    assert!(verify(right(&clock).expose()).is_ok());
    assert_eq!(failures(&credentials), 0);
}

/// A victim whose authenticator is under attack comes in by the other one.
#[test]
fn a_delay_is_of_one_factor_alone() {
    let (totp, clock, credentials) = (Totp::new(secret()), clock(), credentials());
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let others = [CredentialId::of("user-7", "other"), CredentialId::of("user-8", "authenticator")];
    for other in &others {
        ready(credentials.add(other, TotpState::never())).unwrap();
    }
    for _ in 0..100 {
        let _refused = ready(credentials.verify_once(&id(), "000000", &guard));
    }
    let code = totp.code_at(UnixTime::from_secs(NOW));
    let verify = |id: &_| ready(credentials.verify_once(id, code.expose(), &guard));
    assert!(matches!(verify(&id()), Err(GuardError::TooSoon(_))));
    assert!(others.iter().all(|other| verify(other).is_ok()));
}

#[test]
fn what_is_no_code_is_neither_counted_nor_asked_of_the_store() {
    let (totp, clock) = (Totp::new(secret()), clock());
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let credentials = StoredCredentials::new(Arc::new(Broken::at(Step::Get)));
    let malformed = ready(credentials.verify_once(&id(), "12345", &guard));
    assert_eq!(malformed.err(), Some(GuardError::Refused(VerifyError::Malformed)));
    let malformed = ready(credentials.resynchronize(&id(), ["123456", "12345"], &guard));
    assert_eq!(malformed.err(), Some(GuardError::Refused(VerifyError::Malformed)));
    let code = ready(credentials.verify_once(&id(), "123456", &guard));
    assert_eq!(code.err(), Some(failed(StoreError::Unavailable)));
}

#[test]
fn a_clock_that_is_off_is_found_and_each_failure_to_is_counted() {
    let (totp, clock, credentials) = (Totp::new(secret()), clock(), credentials());
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let shown = |secs: u64| totp.code_at(UnixTime::from_secs(NOW + 150 + secs));
    let verify = |secs| ready(credentials.verify_once(&id(), shown(secs).expose(), &guard));
    let resynchronize = |first, second| {
        let codes = [shown(first), shown(second)];
        let codes = codes.each_ref().map(SecretString::expose);
        ready(credentials.resynchronize(&id(), codes, &guard))
    };
    assert_eq!(verify(0).err(), Some(GuardError::Refused(VerifyError::Mismatch)));
    assert_eq!(resynchronize(0, 60).err(), Some(GuardError::Refused(VerifyError::Mismatch)));
    assert_eq!(failures(&credentials), 2);
    clock.advance_secs(40); // 10 seconds after the second code was read
    assert!(resynchronize(0, 30).is_ok());
    assert_eq!(failures(&credentials), 0);
    assert_eq!(verify(30).err(), Some(GuardError::Refused(VerifyError::Replayed)));
    clock.advance_secs(30);
    assert!(verify(60).is_ok());
}

#[test]
fn a_counting_token_goes_through_the_same_door() {
    let (hotp, clock, credentials) = (Hotp::new(secret()), clock(), credentials());
    let guard = Guard::new(&hotp, AttemptPolicy::default(), &clock);
    let id = CredentialId::of("user-7", "token");
    ready(credentials.add(&id, HotpState::begin())).unwrap();
    let code = hotp.code_at(3);
    assert!(ready(credentials.verify_once(&id, code.expose(), &guard)).is_ok());
    let again = ready(credentials.verify_once(&id, code.expose(), &guard));
    assert_eq!(again.err(), Some(GuardError::Refused(VerifyError::Mismatch)));
    let stored = ready(credentials.get::<HotpState>(&id)).unwrap();
    assert_eq!((stored.state().next_counter(), stored.attempts().failures()), (4, 1));
    // What is stored of the one is nothing to the other.
    let other = ready(credentials.get::<TotpState>(&id)).err();
    assert_eq!(other, Some(CredentialError::Store(StoreError::Damaged)));
}

#[test]
fn a_credential_is_added_once_and_unknown_after_it_was_removed() {
    let (totp, clock, credentials) = (Totp::new(secret()), clock(), credentials());
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let code = totp.code_at(UnixTime::from_secs(NOW));
    assert!(ready(credentials.verify_once(&id(), code.expose(), &guard)).is_ok());

    // Adding it again would make its used codes good again.
    let again = ready(credentials.add(&id(), TotpState::never()));
    assert_eq!(again, Err(CredentialError::AlreadyAdded));
    let replayed = ready(credentials.verify_once(&id(), code.expose(), &guard));
    assert_eq!(replayed.err(), Some(GuardError::Refused(VerifyError::Replayed)));

    assert_eq!(ready(credentials.remove(&id())), Ok(true));
    assert_eq!(ready(credentials.remove(&id())), Ok(false));
    let unknown = ready(credentials.verify_once(&id(), code.expose(), &guard));
    assert_eq!(unknown.err(), Some(GuardError::Store(CredentialError::NotAdded)));
}

/// The right code does not let in whoever comes while the store is down.
#[test]
fn fails_closed_at_each_step() {
    let (totp, clock) = (Totp::new(secret()), clock());
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let code = totp.code_at(UnixTime::from_secs(NOW));
    for (step, expected) in [
        (Step::Get, CredentialError::Store(StoreError::Unavailable)),
        (Step::Swap, CredentialError::Store(StoreError::Unavailable)),
        (Step::AlwaysConflict, CredentialError::Store(StoreError::Unavailable)),
        (Step::GoneBySwap, CredentialError::NotAdded),
        (Step::Damaged, CredentialError::Store(StoreError::Damaged)),
    ] {
        let credentials = StoredCredentials::new(Arc::new(Broken::at(step)));
        let outcome = ready(credentials.verify_once(&id(), code.expose(), &guard));
        assert_eq!(outcome.err(), Some(GuardError::Store(expected)));
    }
}

/// A server that moves its work between threads can await it.
#[test]
fn a_try_can_be_awaited_on_another_thread() {
    let (totp, clock, credentials) = (Totp::new(secret()), clock(), credentials());
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let id = id();
    let code = totp.code_at(UnixTime::from_secs(NOW));
    let tried = credentials.verify_once(&id, code.expose(), &guard);
    thread::scope(|scope| {
        assert!(scope.spawn(|| ready(tried)).join().unwrap().is_ok());
    });
}
