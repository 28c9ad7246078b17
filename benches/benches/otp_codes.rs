//! Codes that are kept in a store, over one in memory, and what an enrolment draws and reads. No peer
//! does the same; each is to be far below what a request costs.

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;

use bartizan::core::{
    KeyGenerator, Keyring, ManualClock, SecretBytes, SharedKeyring, SystemRandom, UnixTime,
};
use bartizan::otp::{
    Enrolment, OobChannel, OobDigestKey, OobRecipient, OobRequest, OtpauthUri, OutOfBandCodes,
    SignIn, StoredRecoveryCodes, TotpSecret,
};
use bartizan::store::MemoryStore;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const USER: &str = "user-7";

/// A wrong code, which is compared with all ten as a right one is.
#[divan::bench]
fn recovery_redeem_of_ten_refused(bencher: Bencher<'_, '_>) {
    let recovery = StoredRecoveryCodes::new(store());
    let _codes = ready(recovery.renew(USER, &SystemRandom::new())).unwrap();
    let code = "0123-4567-89ab-cdef-ghjk-mnpq";
    bencher.bench_local(|| ready(recovery.redeem(USER, black_box(code))).is_err());
}

#[divan::bench]
fn recovery_redeem_of_ten_accepted(bencher: Bencher<'_, '_>) {
    let recovery = StoredRecoveryCodes::new(store());
    bencher
        .with_inputs(|| ready(recovery.renew(USER, &SystemRandom::new())).unwrap())
        .bench_local_values(|codes| {
            ready(recovery.redeem(USER, codes.shown()[4].expose())).is_ok()
        });
}

#[divan::bench]
fn out_of_band_verify_refused(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(begun).bench_local_values(|(codes, request)| {
        ready(codes.verify(user(), &request, black_box("000000"), &clock())).is_err()
    });
}

#[divan::bench]
fn enrolment_qr_png(bencher: Bencher<'_, '_>) {
    let enrolment = enrolment();
    bencher.bench_local(|| enrolment.qr_png());
}

#[divan::bench]
fn enrolment_qr_terminal_text(bencher: Bencher<'_, '_>) {
    let enrolment = enrolment();
    bencher.bench_local(|| enrolment.qr_terminal_text());
}

#[divan::bench]
fn uri_parse(bencher: Bencher<'_, '_>) {
    let uri = enrolment().uri();
    bencher.bench_local(|| OtpauthUri::parse(black_box(&uri)));
}

fn begun() -> (OutOfBandCodes<SignIn, MemoryStore>, OobRequest<SignIn>) {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, OobDigestKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).unwrap();
    let codes = OutOfBandCodes::new(store(), SharedKeyring::new(keyring));
    let (request, _) = ready(codes.begin(user(), "a@b.example", &clock(), &random)).unwrap();
    (codes, request)
}

fn enrolment() -> Enrolment {
    let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890")).unwrap();
    Enrolment::resume("Notebook", "alice@example.org", secret, UnixTime::EPOCH).unwrap()
}

fn user() -> OobRecipient<'static> {
    OobRecipient::new(USER, OobChannel::Email).unwrap()
}

fn clock() -> ManualClock {
    ManualClock::at(UnixTime::from_secs(1_700_000_000))
}

fn store() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new(100, Arc::new(clock())).unwrap())
}

/// Over a store in memory no future waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a store in memory never lets anybody wait"),
    }
}
