use std::collections::HashSet;

use bartizan_core::SystemRandom;
use bartizan_core::danger::PredictableRandom;

use super::*;

fn drawn() -> PushChallenge {
    PushChallenge::draw(&SystemRandom::new()).unwrap()
}

/// asvs: V6.6.4, for the number: two digits, and one of three.
#[test]
fn three_different_numbers_and_each_place_is_right_as_often() {
    let mut seen = HashSet::new();
    let mut right = [0; CHOICES];
    let random = PredictableRandom::from_seed(1);
    for _ in 0..9_000 {
        let challenge = PushChallenge::draw(&random).unwrap();
        let [a, b, c] = challenge.choices().map(MatchNumber::as_u8);
        assert!(10 <= a && a < b && b < c && c <= 99);
        right[challenge.right] += 1;
        let _new = seen.insert(challenge.number().as_u8());
    }
    assert_eq!(seen.len(), 90, "every number occurs");
    // Expected 3,000 with a deviation of 45: 10 of them are far beyond chance.
    assert!(right.iter().all(|count| (2_550..3_450).contains(count)), "{right:?}");
}

#[test]
fn only_the_number_shown_is_accepted() {
    let challenge = drawn();
    for number in 0..=255_u8 {
        let answer = format!("{number:02}");
        let expected = match number {
            _ if number == challenge.number().as_u8() => Ok(()),
            10..=99 => Err(VerifyError::Mismatch),
            _ => Err(VerifyError::Malformed),
        };
        assert_eq!(challenge.verify(&answer), expected, "{answer}");
    }
}

#[test]
fn a_binding_is_of_one_challenge_one_number_and_one_request() {
    let challenge = drawn();
    let binding = challenge.binding("sign-in");
    let others = challenge.choices().into_iter().filter(|choice| *choice != challenge.number());
    for other in others {
        assert_ne!(PushChallenge::binding_of(challenge.nonce(), other, "sign-in"), binding);
    }
    assert_ne!(challenge.binding("sign-in "), binding);
    assert_ne!(PushChallenge::binding_of(drawn().nonce(), challenge.number(), "sign-in"), binding);
}

#[test]
fn stored_bytes_are_read_back_whole_or_not_at_all() {
    let stored = drawn().to_bytes();
    assert_eq!(PushChallenge::from_bytes(&stored).unwrap().to_bytes(), stored);
    assert_eq!(stored.len(), 21);
    for len in 0..stored.len() {
        assert_eq!(PushChallenge::from_bytes(&stored[..len]).err(), Some(StoredError::Malformed));
    }
    let damage = |at: usize, byte: u8| {
        let mut damaged = stored.clone();
        damaged[at] = byte;
        PushChallenge::from_bytes(&damaged).err()
    };
    assert_eq!(damage(0, 2), Some(StoredError::UnknownVersion));
    assert_eq!(damage(17, 9), Some(StoredError::Malformed), "too small");
    assert_eq!(damage(19, 100), Some(StoredError::Malformed), "too large");
    assert_eq!(damage(18, stored[17]), Some(StoredError::Malformed), "twice the same");
    assert_eq!(damage(20, 0), Some(StoredError::Malformed), "none of the three");
    let longer = [&stored[..], &[0]].concat();
    assert_eq!(PushChallenge::from_bytes(&longer).err(), Some(StoredError::Malformed));
}

#[test]
fn a_source_that_repeats_itself_gives_no_challenge() {
    #[derive(Debug)]
    struct Stuck;

    impl Random for Stuck {
        fn fill(&self, out: &mut [u8]) -> Result<(), RandomUnavailable> {
            out.fill(7);
            Ok(())
        }
    }

    assert!(PushChallenge::draw(&Stuck).is_err());
}

#[test]
fn debug_shows_no_number() {
    let challenge = drawn();
    assert_eq!(
        format!("{challenge:?} {:?}", challenge.number()),
        "PushChallenge(..) MatchNumber(..)"
    );
}
