//! RFC 4226: codes of a counter are accepted in their order, within the look-ahead, once.

#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]
#![expect(clippy::unwrap_used, reason = "a helper of tests says what it expects by panicking")]

use bartizan_core::{SecretBytes, SecretString};
use bartizan_otp::{Hotp, HotpState, TotpSecret, VerifyError};
use proptest::prelude::*;

/// RFC 4226, appendix D.
const PUBLISHED: [&str; 10] = [
    "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
    "520489",
];

fn secret(bytes: [u8; 20]) -> TotpSecret {
    TotpSecret::from_bytes(SecretBytes::from(bytes)).unwrap()
}

fn hotp() -> Hotp {
    Hotp::new(secret(*b"12345678901234567890"))
}

fn expecting(counter: u64) -> HotpState {
    HotpState::from_next_counter(counter)
}

/// Appendix D, one press after the other, and each of them once (asvs: V6.5.1).
#[test]
fn accepts_every_published_code_in_its_turn_and_not_again() {
    let mut state = HotpState::begin();
    for (counter, code) in (0..).zip(PUBLISHED) {
        state = hotp().verify(code, state).unwrap();
        assert_eq!(state, expecting(counter + 1));
        for used in &PUBLISHED[..=usize::try_from(counter).unwrap()] {
            let again = hotp().verify(used, expecting(counter + 1));
            assert_eq!(again, Err(VerifyError::Mismatch));
        }
    }
}

#[test]
fn looks_as_far_ahead_as_it_is_told_and_at_most_20() {
    for (asked, reach) in [(0, 0), (1, 1), (5, 5), (20, 20), (21, 20), (255, 20)] {
        let hotp = Hotp::builder(secret([7; 20])).look_ahead(asked).build();
        for counter in 90..130 {
            let accepted = hotp.verify(hotp.code_at(counter).expose(), expecting(100));
            let expected = (100..=100 + reach).contains(&counter);
            assert_eq!(accepted.is_ok(), expected, "{counter} of {asked}");
        }
    }
    let default = Hotp::new(secret([7; 20]));
    assert!(default.verify(default.code_at(105).expose(), expecting(100)).is_ok());
    assert!(default.verify(default.code_at(106).expose(), expecting(100)).is_err());
}

/// RFC 4226, section 7.4.
#[test]
fn two_codes_in_a_row_find_the_counter_within_a_hundred() {
    let hotp = hotp();
    let text = |codes: &[SecretString; 2]| codes.each_ref().map(|code| code.expose().to_owned());
    let resynchronize = |first: u64, second: u64| {
        let codes = text(&[hotp.code_at(first), hotp.code_at(second)]);
        hotp.resynchronize(codes.each_ref().map(String::as_str), expecting(1_000))
    };
    assert_eq!(resynchronize(1_000, 1_001), Ok(expecting(1_002)));
    assert_eq!(resynchronize(1_050, 1_051), Ok(expecting(1_052)));
    assert_eq!(resynchronize(1_098, 1_099), Ok(expecting(1_100)));
    for (first, second) in [
        (1_099, 1_100), // too far
        (999, 1_000),   // the first was used
        (998, 999),
        (1_050, 1_052), // not in a row
        (1_051, 1_050),
        (1_050, 1_050),
    ] {
        assert_eq!(resynchronize(first, second), Err(VerifyError::Mismatch), "{first} {second}");
    }
    let (code, malformed) = (hotp.code_at(1_000), "12345");
    for codes in [[code.expose(), malformed], [malformed, code.expose()]] {
        let refused = hotp.resynchronize(codes, expecting(1_000));
        assert_eq!(refused, Err(VerifyError::Malformed));
    }
}

#[test]
fn at_its_end_the_counter_stands_still_and_nothing_is_accepted() {
    let hotp = Hotp::builder(secret([7; 20])).look_ahead(20).build();
    let end = u64::MAX;
    let last = hotp.verify(hotp.code_at(end - 1).expose(), expecting(end - 10)).unwrap();
    assert_eq!(last.next_counter(), end);
    for counter in [0, end - 1, end] {
        let refused = hotp.verify(hotp.code_at(counter).expose(), expecting(end));
        assert_eq!(refused, Err(VerifyError::Mismatch));
    }
    let codes = [hotp.code_at(end - 1), hotp.code_at(end)];
    let refused = hotp.resynchronize([codes[0].expose(), codes[1].expose()], expecting(end - 5));
    assert_eq!(refused, Err(VerifyError::Mismatch));
}

proptest! {
    /// asvs: V6.5.1, one request after another: whatever comes, the counter goes forwards only.
    #[test]
    fn no_counter_is_accepted_twice(
        bytes in any::<[u8; 20]>(),
        tries in prop::collection::vec(0_u64..60, 1..60),
    ) {
        let hotp = Hotp::new(secret(bytes));
        let mut next = 0;
        for counter in tries {
            if let Ok(state) = hotp.verify(hotp.code_at(counter).expose(), expecting(next)) {
                prop_assert!((next + 1..=next + 6).contains(&state.next_counter()));
                next = state.next_counter();
            }
        }
    }
}
