//! RFC 6238, appendix B: every published code, and that a changed one is refused.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect by panicking, as tests do"
)]

use std::collections::BTreeMap;

use bartizan_core::{ManualClock, SecretBytes, UnixTime};
use bartizan_otp::{Algorithm, Digits, Totp, TotpSecret, TotpState, VerifyError};
use serde::Deserialize;

#[test]
fn accepts_every_published_code() {
    let vectors = vectors();
    for case in &vectors.cases {
        let totp = vectors.totp(case);
        let accepted = totp.verify(&case.code, &case.clock(), TotpState::never()).unwrap();
        assert_eq!(format!("{:016X}", accepted.last_step()), case.t, "{case:?}");
        assert_eq!(totp.code_at(UnixTime::from_secs(case.time)).expose(), case.code, "{case:?}");
    }
    assert_eq!(vectors.cases.len(), vectors.count, "the file was cut short");
    assert_eq!(vectors.count, 18);
}

#[test]
fn refuses_every_published_code_with_one_digit_changed() {
    let vectors = vectors();
    for case in &vectors.cases {
        let totp = vectors.totp(case);
        for position in 0..case.code.len() {
            let mut code = case.code.clone().into_bytes();
            code[position] = if code[position] == b'9' { b'0' } else { code[position] ^ 1 };
            let code = String::from_utf8(code).unwrap();
            let refused = totp.verify(&code, &case.clock(), TotpState::never());
            assert_eq!(refused, Err(VerifyError::Mismatch), "{case:?} as {code}");
        }
    }
}

/// What an authenticator with six digits shows is the end of what one with eight shows.
#[test]
fn accepts_the_last_six_digits_of_every_published_code() {
    let vectors = vectors();
    for case in &vectors.cases {
        let totp = vectors.builder(case).digits(Digits::Six).build();
        assert!(
            totp.verify(&case.code[2..], &case.clock(), TotpState::never()).is_ok(),
            "{case:?}"
        );
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    #[serde(rename = "source")]
    _source: String,
    count: usize,
    seeds: BTreeMap<String, String>,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    time: u64,
    t: String,
    algorithm: String,
    code: String,
}

impl Vectors {
    fn builder(&self, case: &Case) -> bartizan_otp::TotpBuilder {
        let algorithm = match case.algorithm.as_str() {
            "Sha1" => Algorithm::Sha1,
            "Sha256" => Algorithm::Sha256,
            "Sha512" => Algorithm::Sha512,
            other => panic!("the vectors name {other}, which this crate does not know"),
        };
        let seed = SecretBytes::from(self.seeds[&case.algorithm].as_bytes());
        Totp::builder(TotpSecret::from_bytes(seed).unwrap()).algorithm(algorithm).strict()
    }

    fn totp(&self, case: &Case) -> Totp {
        self.builder(case).digits(Digits::Eight).build()
    }
}

impl Case {
    fn clock(&self) -> ManualClock {
        ManualClock::at(UnixTime::from_secs(self.time))
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/rfc6238.json")).unwrap()
}
