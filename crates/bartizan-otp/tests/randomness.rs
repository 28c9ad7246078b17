//! Secrets and codes come from the source of randomness, or not at all.

use std::sync::Arc;

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{
    KeyGenerator, Keyring, ManualClock, Random, RandomUnavailable, SharedKeyring, SystemRandom,
    UnixTime,
};
use bartizan_otp::{
    Enrolment, EnrolmentError, OobChannel, OobDigestKey, OobRecipient, OobSendError,
    OutOfBandCodes, PushChallenge, RecoveryCodes, SignIn, StoredRecoveryCodes, TotpSecret,
    namespace,
};
use bartizan_store::testing::ready;
use bartizan_store::{MemoryStore, StoreError};

/// Fails from some draw on, having written bytes that everybody can predict.
#[derive(Debug)]
struct Failing;

impl Random for Failing {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
        out.fill(7);
        Err(RandomUnavailable::new())
    }
}

/// asvs: V6.5.3
#[test]
fn a_failing_source_gives_an_error_and_nothing_weak() {
    let clock = ManualClock::at(UnixTime::EPOCH);
    assert_eq!(TotpSecret::generate(&Failing).err(), Some(RandomUnavailable::new()));
    assert_eq!(RecoveryCodes::generate(&Failing).err(), Some(RandomUnavailable::new()));
    let enrolment = Enrolment::begin("Notebook", "alice", &Failing, &clock);
    assert_eq!(enrolment.err(), Some(EnrolmentError::RandomUnavailable));
    assert_eq!(PushChallenge::draw(&Failing).err(), Some(RandomUnavailable::new()));
}

/// asvs: V6.5.3. Nothing is stored, either.
#[test]
fn a_failing_source_gives_no_code_to_send_and_no_recovery_codes() {
    let clock = Arc::new(ManualClock::at(UnixTime::EPOCH));
    let store = MemoryStore::new(10, Arc::<ManualClock>::clone(&clock)).unwrap();
    let store = Arc::new(store);
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, OobDigestKey::generate);
    let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator).unwrap());
    let codes = OutOfBandCodes::<SignIn, _>::new(Arc::clone(&store), keys);
    let alice = OobRecipient::new("alice", OobChannel::Email).unwrap();
    let begun = ready(codes.begin(alice, "alice@example.org", &*clock, &Failing));
    assert_eq!(begun.err(), Some(OobSendError::Store(StoreError::RandomUnavailable)));

    let recovery = StoredRecoveryCodes::new(Arc::clone(&store));
    let renewed = ready(recovery.renew("alice", &Failing));
    assert_eq!(renewed.err(), Some(StoreError::RandomUnavailable));
    assert!(namespace::ALL.into_iter().all(|space| store.is_empty(space)));
}

/// asvs: V6.5.3. A secret is exactly what the source gave, and codes are nothing else.
#[test]
fn all_bytes_come_from_the_source() {
    let source = || PredictableRandom::from_seed(1);
    let mut drawn = [0; 20];
    source().fill(&mut drawn).unwrap();
    assert_eq!(TotpSecret::generate(&source()).unwrap().expose(), drawn);

    let codes = |seed| {
        let codes = RecoveryCodes::generate(&PredictableRandom::from_seed(seed)).unwrap();
        codes.shown().iter().map(|code| code.expose().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(1), codes(1));
    assert!(codes(1).iter().all(|code| !codes(2).contains(code)));
}
