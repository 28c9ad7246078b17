//! Tries are limited ever more, never for ever, and whatever the clock does.

#![expect(clippy::unwrap_used, reason = "a helper of tests says what it expects by panicking")]

use bartizan_core::{Clock as _, ManualClock, SecretBytes, UnixTime};
use bartizan_otp::{
    AttemptPolicy, AttemptPolicyError, Attempts, Guard, GuardError, Guarded, Totp, TotpSecret,
    TotpState, VerifyError,
};
use proptest::prelude::*;

const NOW: u64 = 1_700_000_010;

fn failed(failures: u32, at: u64) -> Attempts {
    Attempts::from_parts(failures, UnixTime::from_secs(at)).unwrap()
}

fn admitted(attempts: Attempts, now: u64) -> bool {
    let clock = ManualClock::at(UnixTime::from_secs(now));
    attempts.admit(&AttemptPolicy::default(), &clock).is_ok()
}

#[test]
fn a_policy_has_bounds() {
    for (free, first, max, expected) in [
        (1, 1, 1, None),
        (10, 86_400, 86_400, None),
        (0, 30, 3_600, Some(AttemptPolicyError::FreeFailures)),
        (11, 30, 3_600, Some(AttemptPolicyError::FreeFailures)),
        (5, 0, 3_600, Some(AttemptPolicyError::Delays)),
        (5, 31, 30, Some(AttemptPolicyError::Delays)),
        (5, 30, 86_401, Some(AttemptPolicyError::Delays)),
        (5, 0, 0, Some(AttemptPolicyError::Delays)),
    ] {
        assert_eq!(AttemptPolicy::new(free, first, max).err(), expected, "{free} {first} {max}");
    }
}

#[test]
fn the_delay_doubles_up_to_the_greatest() {
    let policy = AttemptPolicy::default();
    let delays: Vec<_> = (0..15).map(|failures| policy.delay_secs(failures)).collect();
    assert_eq!(delays, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
    let longest = AttemptPolicy::new(1, 86_400, 86_400).unwrap();
    for failures in [1, 32, 33, 64, u32::MAX] {
        assert_eq!(longest.delay_secs(failures), 86_400);
    }
}

/// What the documentation says of the default.
#[test]
fn twelve_guesses_in_two_hours_and_then_one_an_hour() {
    let policy = AttemptPolicy::default();
    let clock = ManualClock::at(UnixTime::from_secs(NOW));
    let (mut attempts, mut guesses) = (Attempts::none(), [0; 26]);
    for second in 0..26 * 3_600 {
        for _ in 0..10 {
            if let Ok(admission) = attempts.admit(&policy, &clock) {
                attempts = admission.failed();
                guesses[usize::try_from(second / 3_600).unwrap()] += 1;
            }
        }
        clock.advance_secs(1);
    }
    assert_eq!(guesses[0] + guesses[1], 12);
    assert!(guesses[2..].iter().all(|an_hour| *an_hour == 1), "{guesses:?}");
}

#[test]
fn a_try_is_admitted_when_the_delay_is_over_and_not_a_second_before() {
    for (failures, delay) in [(5, 30), (8, 240), (100, 3_600), (u32::MAX, 3_600)] {
        assert!(!admitted(failed(failures, NOW), NOW));
        assert!(!admitted(failed(failures, NOW), NOW + delay - 1));
        assert!(admitted(failed(failures, NOW), NOW + delay));
    }
    assert!(admitted(failed(4, NOW), NOW));
}

/// No clock locks a user out: neither one that was set back, nor one that was far ahead before.
#[test]
fn a_clock_that_was_set_back_admits_one_try() {
    let attempts = failed(5, NOW);
    // As far ahead as another server's clock may be: then the delay lasts longer.
    assert!(!admitted(attempts, NOW - 1) && !admitted(attempts, NOW - 30));
    assert!(admitted(attempts, NOW - 31) && admitted(attempts, 0));

    let clock = ManualClock::at(UnixTime::from_secs(NOW - 1_000));
    let again = attempts.admit(&AttemptPolicy::default(), &clock).unwrap().failed();
    assert_eq!((again.failures(), again.last_failure_at()), (6, clock.now()));
    assert!(again.admit(&AttemptPolicy::default(), &clock).is_err());

    let far = failed(u32::MAX, u64::MAX);
    assert_eq!(far.last_failure_at(), UnixTime::MAX);
    assert!(admitted(far, NOW), "somebody set the clock back from the year 9999");
    let clock = ManualClock::at(UnixTime::MAX);
    let at_the_end = far.admit(&AttemptPolicy::default(), &clock).unwrap().failed();
    assert_eq!(at_the_end.failures(), u32::MAX);
}

proptest! {
    /// Whenever somebody was refused, the time that was named is near, and then a try is admitted.
    #[test]
    fn nobody_waits_for_ever(
        free in 1..=10_u8,
        first in 1..=86_400_u32,
        more in 0..=86_400_u32,
        failures in any::<u32>(),
        at in 1..UnixTime::MAX.as_secs(),
        now in any::<i64>(),
    ) {
        let max = first.saturating_add(more).min(86_400);
        let policy = AttemptPolicy::new(free, first, max).unwrap();
        let near = UnixTime::from_secs(at.saturating_add_signed(now % 200_000));
        let attempts = failed(failures.max(1), at);
        let clock = ManualClock::at(near);
        if let Err(too_soon) = attempts.admit(&policy, &clock) {
            let wait = too_soon.retry_at().secs_since(near).unwrap();
            prop_assert!(wait > 0 && wait <= 2 * u64::from(max));
            clock.set(too_soon.retry_at());
            prop_assert!(attempts.admit(&policy, &clock).is_ok());
        }
    }
}

/// Every outcome is given to be stored, and none is told when that fails.
#[test]
fn no_outcome_is_known_before_it_is_stored() {
    let totp = Totp::new(TotpSecret::from_bytes(SecretBytes::from([7; 20])).unwrap());
    let clock = ManualClock::at(UnixTime::from_secs(NOW));
    let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
    let right = totp.code_at(clock.now());
    let next = totp.code_at(UnixTime::from_secs(NOW + 30));
    let fresh = || Guarded::new(TotpState::never());

    for code in [right.expose(), "000000"] {
        let outcome = guard.verify(code, fresh(), |_| Err("the disk is full"));
        assert_eq!(outcome.err(), Some(GuardError::Store("the disk is full")));
        let codes = [right.expose(), code];
        let outcome = guard.resynchronize(codes, fresh(), |_| Err("the disk is full"));
        assert_eq!(outcome.err(), Some(GuardError::Store("the disk is full")));
    }

    let mut stored = Vec::new();
    let mut keep = |next: &Guarded<TotpState>| {
        stored.push((next.state().last_step(), next.attempts().failures()));
        Ok::<(), ()>(())
    };
    assert!(guard.verify(right.expose(), fresh(), &mut keep).is_ok());
    let refused = guard.verify("000000", fresh(), &mut keep).err();
    assert_eq!(refused, Some(GuardError::Refused(VerifyError::Mismatch)));
    assert!(guard.resynchronize([right.expose(), next.expose()], fresh(), &mut keep).is_ok());
    assert!(guard.resynchronize([next.expose(), right.expose()], fresh(), &mut keep).is_err());
    // Nothing changes, so nothing is stored.
    assert!(guard.verify("12345", fresh(), &mut keep).is_err());
    let step = NOW / 30;
    assert_eq!(stored, [(step, 0), (0, 1), (step + 1, 0), (0, 1)]);
}
