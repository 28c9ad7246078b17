//! Checking a code over the default window, beside what its two HMACs take alone, and beside peers.
//!
//! `raw_hmacs` is two HMACs over the `hmac` and `sha1` that totp-rs uses, from the secret each as
//! totp-rs does it. totp-rs with a skew of 1 tries three steps and stops at a match; ours tries both
//! of its two steps always. `two_codes` of totp-rs is the same work as ours.

use bartizan::core::{ManualClock, SecretBytes, SystemRandom, UnixTime};
use bartizan::otp::{Enrolment, RecoveryCodes, Totp, TotpSecret, TotpState};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const SECRET: [u8; 20] = *b"12345678901234567890";
const NOW: u64 = 59;
const RIGHT: &str = "287082";
const WRONG: &str = "000000";

mod verify {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha1::Sha1;

    use super::{
        Bencher, ManualClock, NOW, RIGHT, SECRET, Totp, TotpState, UnixTime, WRONG, black_box, peer,
        secret,
    };

    #[divan::bench(args = [RIGHT, WRONG])]
    fn bartizan(bencher: Bencher<'_, '_>, code: &str) {
        let totp = Totp::new(secret());
        let clock = ManualClock::at(UnixTime::from_secs(NOW));
        bencher.bench_local(|| totp.verify(black_box(code), &clock, TotpState::never()));
    }

    /// As a request does it: the secret was just unsealed.
    #[divan::bench(args = [RIGHT, WRONG])]
    fn bartizan_with_a_new_secret(bencher: Bencher<'_, '_>, code: &str) {
        let clock = ManualClock::at(UnixTime::from_secs(NOW));
        bencher.with_inputs(secret).bench_local_values(|secret| {
            Totp::new(secret).verify(black_box(code), &clock, TotpState::never())
        });
    }

    #[divan::bench]
    fn raw_hmacs(bencher: Bencher<'_, '_>) {
        let raw = |counter: u64| {
            let hmac = Hmac::<Sha1>::new_from_slice(black_box(&SECRET)).unwrap();
            hmac.chain_update(counter.to_be_bytes()).finalize().into_bytes()
        };
        bencher.bench_local(|| (raw(black_box(1)), raw(black_box(0))));
    }

    /// The key is hashed once, and not on the clock.
    #[divan::bench]
    fn raw_hmacs_with_a_ready_key(bencher: Bencher<'_, '_>) {
        let hmac = Hmac::<Sha1>::new_from_slice(&SECRET).unwrap();
        let raw = |counter: u64| {
            let hmac = black_box(&hmac).clone();
            hmac.chain_update(counter.to_be_bytes()).finalize().into_bytes()
        };
        bencher.bench_local(|| (raw(black_box(1)), raw(black_box(0))));
    }

    #[divan::bench(args = [RIGHT, WRONG])]
    fn totp_rs(bencher: Bencher<'_, '_>, code: &str) {
        let totp = peer();
        bencher.bench_local(|| totp.check(black_box(code), black_box(NOW)));
    }

    #[divan::bench]
    fn totp_rs_two_codes(bencher: Bencher<'_, '_>) {
        let totp = peer();
        bencher.bench_local(|| (totp.generate(black_box(NOW)), totp.generate(black_box(NOW - 30))));
    }

    /// The former way of this crate: two checks of one step each.
    #[divan::bench(args = [RIGHT, WRONG])]
    fn totp_rs_two_checks(bencher: Bencher<'_, '_>, code: &str) {
        let builder = totp_rs::Builder::new().with_secret(SECRET.as_slice()).with_skew(0);
        let totp = builder.build().unwrap();
        bencher.bench_local(|| {
            let check = |now| totp.check(black_box(code), black_box(now));
            (check(NOW), check(NOW - 30))
        });
    }
}

#[divan::bench]
fn enrolment_qr_svg(bencher: Bencher<'_, '_>) {
    let enrolment =
        Enrolment::resume("Notebook", "alice@example.org", secret(), UnixTime::EPOCH).unwrap();
    bencher.bench_local(|| enrolment.qr_svg());
}

#[divan::bench]
fn recovery_redeem(bencher: Bencher<'_, '_>) {
    let codes = RecoveryCodes::generate(&SystemRandom::new()).unwrap();
    let code = codes.shown()[4].expose();
    bencher.bench_local(|| codes.set().redeem(black_box(code)));
}

fn secret() -> TotpSecret {
    TotpSecret::from_bytes(SecretBytes::from(SECRET)).unwrap()
}

fn peer() -> totp_rs::Totp {
    totp_rs::Builder::new().with_secret(SECRET.as_slice()).build().unwrap()
}
