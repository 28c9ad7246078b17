//! Checking a code over the default window, beside what its two HMACs take alone, and beside peers.
//!
//! `raw_hmacs` is two HMACs over the `hmac` and `sha1` that totp-rs uses, from the secret each as
//! totp-rs does it. totp-rs with a skew of 1 tries three steps and stops at a match; ours tries both
//! of its two steps always. `two_codes` of totp-rs is the same work as ours.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bartizan::core::{ManualClock, SecretBytes, SystemRandom, UnixTime};
use bartizan::otp::{
    AttemptPolicy, CredentialId, Enrolment, Guard, Hotp, HotpState, RecoveryCodes,
    StoredCredentials, Totp, TotpSecret, TotpState,
};
use bartizan::store::MemoryStore;
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
        Bencher, ManualClock, NOW, RIGHT, SECRET, Totp, TotpState, UnixTime, WRONG, black_box,
        peer, secret,
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

    /// The same two with the HMAC of ring.
    #[divan::bench]
    fn ring_hmacs_with_a_ready_key(bencher: Bencher<'_, '_>) {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &SECRET);
        let raw = |counter: u64| ring::hmac::sign(black_box(&key), &counter.to_be_bytes());
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

/// 22 steps.
#[divan::bench]
fn totp_resynchronize(bencher: Bencher<'_, '_>) {
    let totp = Totp::new(secret());
    let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    bencher
        .bench_local(|| totp.resynchronize(black_box([WRONG, RIGHT]), &clock, TotpState::never()));
}

/// 6 counters.
#[divan::bench]
fn hotp_verify(bencher: Bencher<'_, '_>) {
    let hotp = Hotp::new(secret());
    bencher.bench_local(|| hotp.verify(black_box(RIGHT), HotpState::begin()));
}

/// Over the store in memory: a state read, checked, and written.
#[divan::bench]
fn stored_verify_once(bencher: Bencher<'_, '_>) {
    let clock = Arc::new(ManualClock::at(UnixTime::from_secs(1_700_000_000)));
    let store = MemoryStore::new(10, Arc::<ManualClock>::clone(&clock)).unwrap();
    let credentials = StoredCredentials::new(Arc::new(store));
    let hotp = Hotp::builder(secret()).look_ahead(1).build();
    let guard = Guard::new(&hotp, AttemptPolicy::default(), &*clock);
    let id = CredentialId::of("user-7", "token");
    ready(credentials.add(&id, HotpState::begin())).unwrap();
    let mut counter = 0;
    let next_code = || {
        counter += 1;
        hotp.code_at(counter - 1)
    };
    bencher.with_inputs(next_code).bench_local_values(|code| {
        ready(credentials.verify_once(&id, black_box(code.expose()), &guard)).unwrap()
    });
}

/// A store in memory never lets anybody wait.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!(),
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
