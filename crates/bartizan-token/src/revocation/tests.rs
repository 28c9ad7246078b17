use std::thread;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyGenerator, Keyring, ManualClock, SharedKeyring, SystemRandom};

use super::*;
use crate::{AccessToken, Audience, Issuer, NoClaims, SigningKey, Verifier};
use bartizan_store::MemoryStore;
use bartizan_store::testing::ready;

const START: UnixTime = UnixTime::from_secs(1_700_000_000);
const LONGEST_SECS: u64 = 7_200;

struct Fixture {
    clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    issuer: Issuer<AccessToken>,
    verifier: Verifier<AccessToken>,
    revocations: Revocations<MemoryStore>,
}

impl Fixture {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let store = Arc::new(MemoryStore::new(100, Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let random = PredictableRandom::from_seed(1);
        let generator = KeyGenerator::new(&random, SigningKey::generate_hs256);
        let keys = SharedKeyring::new(Keyring::create(START, &generator).unwrap());
        let name = IssuerName::new("https://id.example").unwrap();
        let api = Audience::new("https://api.example").unwrap();
        Self {
            issuer: Issuer::new(name.clone(), api.clone(), keys.clone()),
            verifier: Verifier::new(name.clone(), api, keys),
            revocations: Revocations::new(Arc::clone(&store), name, LONGEST_SECS),
            clock,
            store,
        }
    }

    fn token(&self, subject: &str) -> Verified<AccessToken> {
        let (claims, random) = (NoClaims::new(), SystemRandom::new());
        let token = self.issuer.sign(subject, &claims, &*self.clock, &random).unwrap();
        self.verifier.verify(&token, &*self.clock).unwrap()
    }

    fn check(&self, token: &Verified<AccessToken>) -> Result<(), UseError> {
        ready(self.revocations.check(token))
    }

    fn revoke_subject(&self, subject: &str) -> UnixTime {
        ready(self.revocations.revoke_subject(subject, &*self.clock, &SystemRandom::new())).unwrap()
    }
}

fn revoked() -> Result<(), UseError> {
    Err(TokenRefused::Revoked.into())
}

/// asvs: V7.4.1, for self-contained tokens.
#[test]
fn a_revoked_token_is_refused_until_no_verifier_would_read_it() {
    let fixture = Fixture::new();
    let (token, other) = (fixture.token("alice"), fixture.token("alice"));
    assert_eq!(fixture.check(&token), Ok(()));
    assert_eq!(ready(fixture.revocations.revoke(&token)), Ok(true));
    assert_eq!(ready(fixture.revocations.revoke(&token)), Ok(false), "it is void already");
    assert_eq!((fixture.check(&token), fixture.check(&other)), (revoked(), Ok(())));

    // As long as the longest leeway allows anybody to read it, it is remembered.
    let until = token.expires_at().saturating_add_secs(Verifier::<AccessToken>::MAX_LEEWAY_SECS);
    fixture.clock.set(until);
    assert_eq!(fixture.check(&token), revoked());
}

#[test]
fn a_token_can_be_revoked_by_its_id_alone() {
    let fixture = Fixture::new();
    let token = fixture.token("alice");
    let id = token.token_id();
    assert_eq!(ready(fixture.revocations.revoke_id(id, &*fixture.clock)), Ok(true));
    assert_eq!(fixture.check(&token), revoked());
}

/// asvs: V7.4.2
#[test]
fn everything_before_an_epoch_is_void_and_nothing_after() {
    let fixture = Fixture::new();
    let (old, of_bob) = (fixture.token("alice"), fixture.token("bob"));
    fixture.clock.advance_secs(1);
    let same_second = fixture.token("alice");
    let good_from = fixture.revoke_subject("alice");
    assert_eq!(good_from, START.saturating_add_secs(2));
    assert_eq!((fixture.check(&old), fixture.check(&same_second)), (revoked(), revoked()));
    assert_eq!(fixture.check(&of_bob), Ok(()));
    assert_eq!(fixture.check(&fixture.token("alice")), revoked(), "fails closed within the second");

    fixture.clock.set(good_from);
    assert_eq!(fixture.check(&fixture.token("alice")), Ok(()));
}

#[test]
fn a_clock_that_is_behind_takes_no_epoch_back() {
    let fixture = Fixture::new();
    let token = fixture.token("alice");
    let first = fixture.revoke_subject("alice");
    fixture.clock.set(START.saturating_sub_secs(30));
    assert_eq!(fixture.revoke_subject("alice"), first);
    assert_eq!(fixture.check(&token), revoked());
}

#[test]
fn an_epoch_is_remembered_for_the_longest_lifetime() {
    let fixture = Fixture::new();
    let _good_from = fixture.revoke_subject("alice");
    fixture.clock.advance_secs(LONGEST_SECS);
    assert!(ready(fixture.revocations.epoch("alice")).unwrap().is_some());
    fixture.clock.advance_secs(LEEWAY_SECS);
    assert!(ready(fixture.revocations.epoch("alice")).unwrap().is_none());
}

#[test]
fn issuer_and_name_do_not_run_into_each_other() {
    assert_ne!(token_key("ab", "c").digest(), token_key("a", "bc").digest());
    assert_ne!(subject_key("ab", "c").digest(), subject_key("a", "bc").digest());
}

#[test]
fn a_damaged_epoch_fails_closed() {
    let fixture = Fixture::new();
    let token = fixture.token("alice");
    let key = subject_key(token.issuer(), "alice");
    let entry = Entry::new(vec![1, 2, 3], START.saturating_add_secs(9));
    assert_eq!(ready(fixture.store.create(&key, entry)), Ok(true));
    assert_eq!(fixture.check(&token), Err(StoreError::Damaged.into()));
}

#[test]
fn revocations_of_one_subject_that_race_all_succeed() {
    let fixture = Fixture::new();
    let token = fixture.token("alice");
    thread::scope(|scope| {
        for _ in 0..4 {
            let _thread = scope.spawn(|| fixture.revoke_subject("alice"));
        }
    });
    assert_eq!(fixture.check(&token), revoked());
}
