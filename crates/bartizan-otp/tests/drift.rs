//! Authenticators whose clocks are off: found by two codes in a row, and by no more than that.

#![expect(clippy::arithmetic_side_effects, reason = "numbers of the test's own making")]
#![expect(clippy::unwrap_used, reason = "a helper of tests says what it expects by panicking")]

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{ManualClock, Random as _, SecretBytes, SecretString, UnixTime};
use bartizan_otp::{Totp, TotpSecret, TotpState, VerifyError};

const NOW: u64 = 1_700_000_010;
const STEP: u64 = NOW / 30;

fn totp() -> Totp {
    Totp::new(TotpSecret::from_bytes(SecretBytes::from([7; 20])).unwrap())
}

fn code_of(step: u64) -> SecretString {
    totp().code_at(UnixTime::from_secs(step * 30))
}

fn verify(step: u64, now: u64, state: TotpState) -> Result<TotpState, VerifyError> {
    totp().verify(code_of(step).expose(), &ManualClock::at(UnixTime::from_secs(now)), state)
}

fn resynchronize(steps: [u64; 2], now: u64, state: TotpState) -> Result<TotpState, VerifyError> {
    let [first, second] = steps.map(code_of);
    let clock = ManualClock::at(UnixTime::from_secs(now));
    totp().resynchronize([first.expose(), second.expose()], &clock, state)
}

/// The window is as wide as ever, wherever it is: asvs: V6.5.5.
#[test]
fn drift_moves_the_window_and_never_widens_it() {
    for drift in -10..=10_i8 {
        let state = || TotpState::from_parts(0, drift).unwrap();
        let shown = STEP.saturating_add_signed(drift.into());
        let strict = Totp::builder(TotpSecret::from_bytes(SecretBytes::from([7; 20])).unwrap());
        let strict = strict.strict().build();
        for step in STEP - 25..=STEP + 25 {
            let accepted = verify(step, NOW, state());
            assert_eq!(accepted.is_ok(), (shown - 1..=shown).contains(&step), "{drift} {step}");
            if let Ok(next) = accepted {
                assert_eq!((next.last_step(), next.drift_steps()), (step, drift));
            }
            let clock = ManualClock::at(UnixTime::from_secs(NOW));
            let accepted = strict.verify(code_of(step).expose(), &clock, state());
            assert_eq!(accepted.is_ok(), step == shown, "strict: {drift} {step}");
        }
    }
}

#[test]
fn two_codes_in_a_row_within_ten_steps_are_found_and_used_up() {
    for (drift, known) in (-12..=12_i64).flat_map(|drift| [(drift, 0), (drift, 5_i8)]) {
        let second = STEP.saturating_add_signed(drift);
        let before = || TotpState::from_parts(STEP - 100, known).unwrap();
        let learned = resynchronize([second - 1, second], NOW + 10, before());
        if !(-10..=10).contains(&drift) {
            assert_eq!(learned, Err(VerifyError::Mismatch), "{drift}");
            continue;
        }
        let learned = learned.unwrap();
        let expected = if drift == -1 { 0 } else { drift };
        assert_eq!(i64::from(learned.drift_steps()), expected, "{drift}");
        assert_eq!(learned.last_step(), second);
        // Neither opens the door any more; the next one does.
        let learned = || TotpState::from_parts(second, learned.drift_steps()).unwrap();
        assert!(verify(second - 1, NOW, learned()).is_err());
        assert!(verify(second, NOW, learned()).is_err());
        assert!(verify(second + 1, NOW + 30, learned()).is_ok(), "{drift}");
    }
}

#[test]
fn other_pairs_teach_nothing() {
    let never = TotpState::never;
    for (first, second) in [(5, 5), (6, 5), (4, 6), (4, 3)] {
        let refused = resynchronize([STEP - first, STEP - second], NOW, never());
        let expected = if first == second + 1 { continue } else { Err(VerifyError::Mismatch) };
        assert_eq!(refused, expected, "{first} {second}");
    }
    let [code, malformed] = [code_of(STEP).expose().to_owned(), "12345".to_owned()];
    for codes in [[&code, &malformed], [&malformed, &code]] {
        let clock = ManualClock::at(UnixTime::from_secs(NOW));
        let refused = totp().resynchronize(codes.map(String::as_str), &clock, never());
        assert_eq!(refused, Err(VerifyError::Malformed));
    }
}

/// asvs: V6.5.1. What let somebody in does not move the window as well.
#[test]
fn a_pair_with_a_used_code_in_it_is_replayed() {
    for last in [STEP - 4, STEP - 3, STEP + 5] {
        let used = TotpState::from_parts(last, 0).unwrap();
        assert_eq!(resynchronize([STEP - 4, STEP - 3], NOW, used), Err(VerifyError::Replayed));
    }
    let unused = TotpState::from_parts(STEP - 5, 0).unwrap();
    assert!(resynchronize([STEP - 4, STEP - 3], NOW, unused).is_ok());
}

/// People with clocks up to 4.5 minutes off, who take 2 to 20 seconds to type: before, next to none
/// of their codes is accepted; after, nearly all are.
#[test]
fn after_resynchronization_codes_of_a_wrong_clock_arrive_in_the_window() {
    let random = PredictableRandom::from_seed(7);
    let draw = |below: u64| {
        let mut bytes = [0; 8];
        random.fill(&mut bytes).unwrap();
        (u64::from_le_bytes(bytes) >> 32) % below
    };
    let (mut before, mut after, mut count) = (0, 0, 0);
    for _ in 0..300 {
        let off = i64::try_from(draw(540)).unwrap() - 270;
        if off.unsigned_abs() < 60 {
            continue;
        }
        let read_at = NOW + draw(3_000);
        let step_at = |time: u64| time.saturating_add_signed(off) / 30;
        let second = step_at(read_at);
        let arrives = read_at + 2 + draw(19);
        let never = TotpState::never();
        let learned = resynchronize([second - 1, second], arrives, never).unwrap();
        for _ in 0..10 {
            let read_at = read_at + 60 + draw(100_000);
            let arrives = read_at + 2 + draw(19);
            let state = TotpState::from_parts(second, learned.drift_steps()).unwrap();
            after += u32::from(verify(step_at(read_at), arrives, state).is_ok());
            let undrifted = TotpState::from_parts(second, 0).unwrap();
            before += u32::from(verify(step_at(read_at), arrives, undrifted).is_ok());
            count += 1;
        }
    }
    assert!(count > 2_000 && before * 20 < count, "{before} of {count}");
    assert!(after * 100 > count * 90, "{after} of {count}");
}
