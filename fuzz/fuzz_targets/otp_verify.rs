//! One-time passwords against a model: only the code of a step or counter in the window is accepted,
//! none twice, and no more of them than the delays allow; stored states are written as they were
//! read. Stored recovery codes likewise; only a code that was drawn is redeemed, once.

#![no_main]

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{ManualClock, SecretBytes, UnixTime};
use bartizan_otp::{
    AttemptPolicy, Guard, GuardError, Guarded, Hotp, HotpState, RecoveryCodes, RecoverySet, Totp,
    TotpSecret, TotpState, VerifyError,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, [u8; 20], u64, (u64, i8), &[u8])| {
    let (typed, secret, now, last, stored) = input;
    let secret = || TotpSecret::from_bytes(SecretBytes::from(secret)).expect("20 bytes are enough");
    let totp = Totp::new(secret());
    let now = UnixTime::from_secs(now);

    written_as_read(stored);
    if let Ok(state) = TotpState::from_parts(last.0, last.1) {
        let near = last.0.saturating_mul(30).saturating_add(now.as_secs() % 1_000);
        for now in [now, UnixTime::from_secs(near)] {
            // Text of the fuzzer's making is almost never right, so right codes are tried as well.
            let shown = shown_at(now, last.1);
            let (code, next) = (code_of(&totp, shown), code_of(&totp, shown.saturating_add(1)));
            for code in [typed, &code, &code_of(&totp, shown.saturating_sub(1)), &next] {
                only_steps_of_the_window_once(&totp, code, now, &state);
            }
            only_near_pairs(&totp, [&code, &next], now, &state);
            only_near_pairs(&totp, [typed, &next], now, &state);
        }
    }
    let hotp = Hotp::new(secret());
    for counter in [last.0, last.0.saturating_add(now.as_secs() % 8)] {
        only_counters_ahead_once(&hotp, typed, last.0);
        only_counters_ahead_once(&hotp, hotp.code_at(counter).expose(), last.0);
    }
    limited(&totp, stored);

    if let Ok(set) = RecoverySet::from_bytes(stored) {
        assert_eq!(set.to_bytes(), stored);
        if let Ok(next) = set.redeem(typed) {
            assert_eq!(next.left() + 1, set.left());
            assert!(next.redeem(typed).is_err(), "redeemed twice");
        }
    }

    let codes =
        RecoveryCodes::generate(&PredictableRandom::from_seed(last.0)).expect("never fails");
    assert!(codes.set().redeem(typed).is_err() || reads_as_one_of(&codes, typed));
    let drawn = codes.shown().iter().cycle().nth(stored.len() % 10).expect("there are ten");
    let next = codes.set().redeem(drawn.expose()).expect("it was drawn");
    assert!(next.redeem(drawn.expose()).is_err(), "redeemed twice");
});

fn code_of(totp: &Totp, step: u64) -> String {
    totp.code_at(UnixTime::from_secs(step.saturating_mul(30))).expose().to_owned()
}

/// The step that an authenticator is in whose clock is off by so many.
fn shown_at(now: UnixTime, drift: i8) -> u64 {
    (now.as_secs() / 30).saturating_add_signed(drift.into())
}

/// The same code without the one space that it may have.
fn unspaced(typed: &str) -> String {
    if typed.len() == 7 && typed.as_bytes()[3] == b' ' {
        typed.replacen(' ', "", 1)
    } else {
        typed.into()
    }
}

fn same(state: &TotpState) -> TotpState {
    TotpState::from_parts(state.last_step(), state.drift_steps()).expect("it is one")
}

fn only_steps_of_the_window_once(totp: &Totp, code: &str, now: UnixTime, state: &TotpState) {
    let clock = ManualClock::at(now);
    let shown = shown_at(now, state.drift_steps());
    let right =
        |step: u64| step <= UnixTime::MAX.as_secs() / 30 && code_of(totp, step) == unspaced(code);
    let outcome = totp.verify(code, &clock, same(state));
    match &outcome {
        Ok(next) => {
            assert!(right(next.last_step()));
            assert!(next.last_step() > state.last_step() && shown - next.last_step() <= 1);
            assert_eq!(next.drift_steps(), state.drift_steps());
            assert!(totp.verify(code, &clock, same(next)).is_err(), "accepted twice");
        }
        Err(VerifyError::Replayed) => {
            assert!(shown.saturating_sub(1) <= state.last_step());
        }
        Err(VerifyError::Malformed) => {
            let code = unspaced(code);
            assert!(code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()));
        }
        Err(_) => assert!(!right(shown) && !right(shown.saturating_sub(1))),
    }
}

fn only_near_pairs(totp: &Totp, codes: [&str; 2], now: UnixTime, state: &TotpState) {
    let clock = ManualClock::at(now);
    if let Ok(next) = totp.resynchronize(codes, &clock, same(state)) {
        let second = next.last_step();
        assert!(second > state.last_step() + 1 && second.abs_diff(now.as_secs() / 30) <= 10);
        assert!(next.drift_steps().unsigned_abs() <= 10);
        for code in codes {
            let opened = totp.verify(code, &clock, same(&next));
            // What opens is of a step after both, which may happen to have the code of one of them.
            let later = |state: TotpState| {
                let step = state.last_step();
                step > second && code_of(totp, step) == unspaced(code)
            };
            assert!(opened.is_err() || opened.is_ok_and(later));
        }
    }
}

fn only_counters_ahead_once(hotp: &Hotp, code: &str, expected: u64) {
    match hotp.verify(code, HotpState::from_next_counter(expected)) {
        Ok(next) => {
            let counter = next.next_counter() - 1;
            assert!(counter >= expected && counter - expected <= 5);
            assert_eq!(hotp.code_at(counter).expose(), unspaced(code));
            let read = HotpState::from_next_counter(next.next_counter());
            if let Ok(again) = hotp.verify(code, read) {
                // Another counter that happens to have the same code, and was not looked at before.
                let other = again.next_counter() - 1;
                assert!(other - expected > 5 && hotp.code_at(other).expose() == unspaced(code));
            }
        }
        Err(VerifyError::Mismatch) => {
            let ahead = (0..=5).map(|n| expected.saturating_add(n)).filter(|n| *n < u64::MAX);
            assert!(!ahead.into_iter().any(|n| hotp.code_at(n).expose() == unspaced(code)));
        }
        Err(_) => {}
    }
}

fn written_as_read(stored: &[u8]) {
    if let Ok(read) = Guarded::<TotpState>::from_bytes(stored) {
        assert_eq!(read.to_bytes(), stored);
        assert!(Guarded::<HotpState>::from_bytes(stored).is_err());
    }
    if let Ok(read) = Guarded::<HotpState>::from_bytes(stored) {
        assert_eq!(read.to_bytes(), stored);
    }
}

/// Each byte is a number of seconds to wait and then try a wrong code, or the right one.
fn limited(totp: &Totp, waits: &[u8]) {
    let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    let policy = AttemptPolicy::new(3, 10, 100).expect("within bounds");
    let guard = Guard::new(totp, policy, &clock);
    let mut row = Guarded::new(TotpState::never()).to_bytes();
    let (mut failures, mut waited, mut last_step) = (0_u32, 0_u64, 0);
    for wait in waits.iter().take(64) {
        clock.advance_secs(u64::from(*wait >> 1));
        waited += u64::from(*wait >> 1);
        let now = bartizan_core::Clock::now(&clock);
        let code = if wait & 1 == 1 { code_of(totp, now.as_secs() / 30) } else { "12345x".into() };
        // What is no code changes nothing: it is a third of all tries, and may come at any time.
        let code = if wait & 3 == 2 { "000000".to_owned() } else { code };
        let stored = Guarded::<TotpState>::from_bytes(&row).expect("it was written");
        let outcome = guard.verify(&code, stored, |next| {
            row = next.to_bytes();
            Ok::<(), ()>(())
        });
        match outcome {
            Ok(_) => {
                // Mostly the current step; a code may happen to be that of the one before.
                let read = Guarded::<TotpState>::from_bytes(&row).expect("it was written");
                let (step, current) = (read.state().last_step(), now.as_secs() / 30);
                assert!(step > last_step && current - step <= 1 && code_of(totp, step) == code);
                (failures, waited, last_step) = (0, 0, step);
            }
            Err(GuardError::Refused(VerifyError::Malformed)) => continue,
            Err(GuardError::Refused(_)) => {
                assert!(waited >= policy.delay_secs(failures));
                (failures, waited) = (failures + 1, 0);
            }
            Err(_) => assert!(waited < policy.delay_secs(failures)),
        }
        let stored = Guarded::<TotpState>::from_bytes(&row).expect("it was written");
        assert_eq!(
            (stored.attempts().failures(), stored.state().last_step()),
            (failures, last_step)
        );
    }
}

fn reads_as_one_of(codes: &RecoveryCodes, typed: &str) -> bool {
    let plain = |text: &str| text.replace([' ', '-'], "").to_lowercase().replace('o', "0");
    let digits = |text: &str| plain(text).replace(['i', 'l'], "1");
    codes.shown().iter().any(|code| digits(code.expose()) == digits(typed))
}
