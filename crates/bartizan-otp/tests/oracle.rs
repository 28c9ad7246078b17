//! Codes are those that totp-rs computes, for every algorithm, length, secret and time.

#![expect(clippy::unwrap_used, reason = "in a test, to panic is to fail")]

use bartizan_core::{SecretBytes, UnixTime};
use bartizan_otp::{Algorithm, Digits, Hotp, Totp, TotpSecret};
use proptest::prelude::*;

const ALGORITHMS: [(Algorithm, totp_rs::Algorithm); 3] = [
    (Algorithm::Sha1, totp_rs::Algorithm::SHA1),
    (Algorithm::Sha256, totp_rs::Algorithm::SHA256),
    (Algorithm::Sha512, totp_rs::Algorithm::SHA512),
];

fn oracle(
    secret: &[u8],
    algorithm: totp_rs::Algorithm,
    (digits, step): (u8, u64),
) -> totp_rs::Totp {
    totp_rs::Builder::new()
        .with_secret(secret)
        .with_algorithm(algorithm)
        .with_digits(digits)
        .with_step_duration(step)
        .build()
        .unwrap()
}

proptest! {
    #[test]
    fn codes_are_those_of_totp_rs(
        secret in prop::collection::vec(any::<u8>(), 16..=64),
        time in 0..=UnixTime::MAX.as_secs(),
        counter in any::<u64>(),
    ) {
        let ours = || TotpSecret::from_bytes(SecretBytes::from(&secret[..])).unwrap();
        for (digits, count) in [(Digits::Six, 6), (Digits::Eight, 8)] {
            for (algorithm, theirs) in ALGORITHMS {
                let totp = Totp::builder(ours()).algorithm(algorithm).digits(digits).build();
                let code = oracle(&secret, theirs, (count, 30)).generate(time).to_string();
                prop_assert!(totp.code_at(UnixTime::from_secs(time)).ct_eq(&code));
            }
            let hotp = Hotp::builder(ours()).digits(digits).build();
            let code = oracle(&secret, totp_rs::Algorithm::SHA1, (count, 1)).generate(counter);
            prop_assert!(hotp.code_at(counter).ct_eq(&code.to_string()));
        }
    }
}
