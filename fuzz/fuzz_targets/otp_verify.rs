//! Only the code of a step in the window is accepted, and no code twice; stored recovery codes are
//! read without panic, and written as they were read; only a code that was drawn is redeemed, once.

#![no_main]

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{ManualClock, SecretBytes, UnixTime};
use bartizan_otp::{RecoveryCodes, RecoverySet, Totp, TotpSecret, TotpState};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, [u8; 20], u64, u64, &[u8])| {
    let (typed, secret, now, last, stored) = input;
    let secret = TotpSecret::from_bytes(SecretBytes::from(secret)).expect("20 bytes are enough");
    let totp = Totp::new(secret);
    let now = UnixTime::from_secs(now);

    // Text of the fuzzer's making is almost never right, so the right code is tried as well.
    only_right_codes_once(&totp, typed, now, last);
    only_right_codes_once(&totp, totp.code_at(now).expose(), now, last);

    if let Ok(set) = RecoverySet::from_bytes(stored) {
        assert_eq!(set.to_bytes(), stored);
        if let Ok(next) = set.redeem(typed) {
            assert_eq!(next.left() + 1, set.left());
            assert!(next.redeem(typed).is_err(), "redeemed twice");
        }
    }

    let codes = RecoveryCodes::generate(&PredictableRandom::from_seed(last)).expect("never fails");
    assert!(codes.set().redeem(typed).is_err() || reads_as_one_of(&codes, typed));
    let drawn = codes.shown().iter().cycle().nth(stored.len() % 10).expect("there are ten");
    let next = codes.set().redeem(drawn.expose()).expect("it was drawn");
    assert!(next.redeem(drawn.expose()).is_err(), "redeemed twice");
});

fn only_right_codes_once(totp: &Totp, code: &str, now: UnixTime, last: u64) {
    let clock = ManualClock::at(now);
    if let Ok(state) = totp.verify(code, &clock, LastStep::from_u64(last)) {
        let step = state.as_u64();
        assert!(totp.code_at(UnixTime::from_secs(step * 30)).ct_eq(code));
        assert!(step > last && now.as_secs() / 30 - step <= 1);
        assert!(totp.verify(code, &clock, state).is_err(), "accepted twice");
    }
}

fn reads_as_one_of(codes: &RecoveryCodes, typed: &str) -> bool {
    let plain = |text: &str| text.replace([' ', '-'], "").to_lowercase().replace('o', "0");
    let digits = |text: &str| plain(text).replace(['i', 'l'], "1");
    codes.shown().iter().any(|code| digits(code.expose()) == digits(typed))
}
