//! Secrets and codes come from the source of randomness, or not at all.

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{ManualClock, Random, RandomUnavailable, UnixTime};
use bartizan_otp::{Enrolment, EnrolmentError, RecoveryCodes, TotpSecret};

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
