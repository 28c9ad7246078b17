//! A code is accepted within its window, once, whatever the clock does.

#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]
#![expect(clippy::unwrap_used, reason = "a helper of tests says what it expects by panicking")]

use bartizan_core::{ManualClock, SecretBytes, UnixTime};
use bartizan_otp::{Totp, TotpSecret, TotpState, VerifyError};
use proptest::prelude::*;

const STEP_SECS: u64 = 30;

fn secret(bytes: [u8; 20]) -> TotpSecret {
    TotpSecret::from_bytes(SecretBytes::from(bytes)).unwrap()
}

fn published_secret() -> TotpSecret {
    secret(*b"12345678901234567890")
}

fn after(last_step: u64) -> TotpState {
    TotpState::from_parts(last_step, 0).unwrap()
}

fn clock_at(secs: u64) -> ManualClock {
    ManualClock::at(UnixTime::from_secs(secs))
}

/// asvs: V6.5.5, asvs: V6.5.8. The clock alone says what time it is.
#[test]
fn the_strict_profile_accepts_a_code_in_its_own_thirty_seconds_only() {
    let totp = Totp::builder(published_secret()).strict().build();
    let code = totp.code_at(UnixTime::from_secs(59));
    for now in 0..200 {
        let accepted = totp.verify(code.expose(), &clock_at(now), TotpState::never()).is_ok();
        assert_eq!(accepted, (30..60).contains(&now), "{now}");
    }
}

/// asvs: V6.5.8
#[test]
fn the_default_profile_accepts_a_code_for_one_step_longer_and_never_early() {
    let totp = Totp::new(published_secret());
    let code = totp.code_at(UnixTime::from_secs(59));
    for now in 0..200 {
        let accepted = totp.verify(code.expose(), &clock_at(now), TotpState::never()).is_ok();
        assert_eq!(accepted, (30..90).contains(&now), "{now}");
    }
}

#[test]
fn what_is_not_six_ascii_digits_is_malformed() {
    let totp = Totp::new(published_secret());
    let wide = "２８７０８２";
    let arabic = "٢٨٧٠٨٢";
    for code in [
        "", "2", "28708", "2870822", "28 7082", " 287082", "287082 ", "287082\n", "+87082",
        "-87082", "28708a", "28708\0", "0x7082", "2.7082", "28708é", "é7082", wide, arabic,
    ] {
        let refused = totp.verify(code, &clock_at(59), TotpState::never());
        assert_eq!(refused, Err(VerifyError::Malformed), "{code:?}");
    }
    let oversized = "287082".repeat(1_000_000);
    let refused = totp.verify(&oversized, &clock_at(59), TotpState::never());
    assert_eq!(refused, Err(VerifyError::Malformed));
}

/// asvs: V6.5.1, one request after another.
#[test]
fn a_code_of_the_last_accepted_step_or_before_it_is_replayed() {
    let totp = Totp::new(published_secret());
    let (now, earlier) = (UnixTime::from_secs(89), UnixTime::from_secs(59));
    let accepted = || totp.verify(totp.code_at(now).expose(), &clock_at(89), TotpState::never());
    assert_eq!(accepted().unwrap(), after(2));
    for time in [now, earlier] {
        let again = totp.verify(totp.code_at(time).expose(), &clock_at(89), accepted().unwrap());
        assert_eq!(again, Err(VerifyError::Replayed));
    }
}

/// The same six digits can belong to two steps in a row. They are then accepted once, not twice.
#[test]
fn a_code_that_two_steps_share_counts_as_that_of_the_later() {
    let totp = Totp::new(published_secret());
    let [earlier, later] = SHARED_STEPS.map(|step| UnixTime::from_secs(step * STEP_SECS));
    let code = totp.code_at(earlier);
    assert!(totp.code_at(later).ct_eq(code.expose()));

    let clock = ManualClock::at(later);
    let last = totp.verify(code.expose(), &clock, TotpState::never()).unwrap();
    assert_eq!(last.last_step(), SHARED_STEPS[1]);
    assert_eq!(totp.verify(code.expose(), &clock, last), Err(VerifyError::Replayed));
}

#[test]
fn clocks_far_away_are_no_trouble() {
    let totp = Totp::new(published_secret());
    let end = UnixTime::MAX;
    let last = totp.verify(totp.code_at(end).expose(), &ManualClock::at(end), TotpState::never());
    assert_eq!(last.unwrap().last_step(), end.as_secs() / STEP_SECS);
    // A clock that reads 1970 because it is broken accepts nothing.
    let start = totp.code_at(UnixTime::EPOCH);
    let refused = totp.verify(start.expose(), &clock_at(0), TotpState::never());
    assert_eq!(refused, Err(VerifyError::Replayed));
    // Nothing is later than the last step of all, whatever a clock says.
    let last = TotpState::from_parts(end.as_secs() / STEP_SECS + 10, 0).unwrap();
    let refused = totp.verify(totp.code_at(end).expose(), &ManualClock::at(end), last);
    assert_eq!(refused, Err(VerifyError::Replayed));
    // Where time ends or begins, the window is where the authenticator's clock is known to be.
    for (at, drift) in [(end, 10), (end, -10), (UnixTime::EPOCH, 10), (UnixTime::EPOCH, -10)] {
        let state = || TotpState::from_parts(0, drift).unwrap();
        for code in [totp.code_at(at).expose(), "000000"] {
            assert!(totp.verify(code, &ManualClock::at(at), state()).is_err());
            let _any = totp.resynchronize([code, code], &ManualClock::at(at), state());
        }
    }
}

#[test]
fn debug_shows_no_secret() {
    let builder = Totp::builder(published_secret());
    let shown = format!("{builder:?} {:?}", Totp::new(published_secret()));
    for part in ["12345", "49, 50", "GEZD", "31, 32"] {
        assert!(!shown.contains(part), "{shown}");
    }
}

proptest! {
    /// asvs: V6.5.1, one request after another: the clock may go wherever it likes.
    #[test]
    fn no_step_is_accepted_twice(
        bytes in any::<[u8; 20]>(),
        tries in prop::collection::vec((0_u64..300, 0_u64..300), 1..60),
    ) {
        let totp = Totp::new(secret(bytes));
        let mut last = 0;
        for (now, of) in tries {
            let code = totp.code_at(UnixTime::from_secs(of));
            if let Ok(next) =
                totp.verify(code.expose(), &clock_at(now), after(last))
            {
                prop_assert!(next.last_step() > last, "{} after {last}", next.last_step());
                last = next.last_step();
            }
        }
    }

    #[test]
    fn an_accepted_code_is_that_of_the_current_or_the_previous_step(
        bytes in any::<[u8; 20]>(),
        now in 30_u64..1 << 37,
        drift in -5_i64..5,
    ) {
        let totp = Totp::new(secret(bytes));
        let then = UnixTime::from_secs(now.saturating_add_signed(drift * 30));
        let code = totp.code_at(then);
        match totp.verify(code.expose(), &clock_at(now), TotpState::never()) {
            Ok(step) => {
                let time = UnixTime::from_secs(step.last_step() * STEP_SECS);
                prop_assert!(totp.code_at(time).ct_eq(code.expose()));
                prop_assert!(now / STEP_SECS - step.last_step() <= 1);
            }
            Err(error) => {
                prop_assert_eq!(error, VerifyError::Mismatch);
                prop_assert!(now / STEP_SECS - 1 > then.as_secs() / STEP_SECS
                    || now / STEP_SECS < then.as_secs() / STEP_SECS);
            }
        }
    }

    #[test]
    fn no_other_text_is_accepted(code in "\\PC{0,12}|[0-9]{6}", now in 30_u64..1 << 37) {
        let totp = Totp::new(published_secret());
        let window = [now, now - STEP_SECS].map(|secs| totp.code_at(UnixTime::from_secs(secs)));
        let accepted = totp.verify(&code, &clock_at(now), TotpState::never()).is_ok();
        let unspaced = if code.len() == 7 { code.replacen(' ', "", 1) } else { code.clone() };
        let spaced_in_the_middle = code == unspaced || code.as_bytes()[3] == b' ';
        let right = window.iter().any(|right| right.ct_eq(&unspaced));
        prop_assert_eq!(accepted, right && spaced_in_the_middle);
    }
}

/// Found by trying all steps in turn.
const SHARED_STEPS: [u64; 2] = [910_737, 910_738];
