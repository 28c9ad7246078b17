//! The same token, with keys on aws-lc-rs, beside what that alone takes with its key prepared.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom as AwsRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair as _, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING,
    ParsedPublicKey, PqdsaKeyPair, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    VerificationAlgorithm,
};
use bartizan::core::SystemRandom;
use bartizan::token::{Algorithm, Backend, RsaSize, SigningKey, TokenBuffer};
use divan::{Bencher, black_box};

use crate::{Fixture, SUBJECT, View};

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::Hs256,
    Algorithm::MlDsa44,
    Algorithm::MlDsa65,
    Algorithm::Ps256,
];

fn fixture(algorithm: Algorithm) -> Fixture {
    Fixture::on(Backend::AwsLcRs, algorithm)
}

#[divan::bench(args = ALGORITHMS)]
fn verify(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = fixture(algorithm);
    bencher.bench(|| fixture.verifier.verify(black_box(&fixture.token), &fixture.clock).unwrap());
}

#[divan::bench(args = ALGORITHMS)]
fn verify_view(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = fixture(algorithm);
    let mut buffer = TokenBuffer::new();
    bencher.bench_local(|| {
        let verified = fixture
            .verifier
            .verify_view::<View<'_>>(black_box(&fixture.token), &fixture.clock, &mut buffer)
            .unwrap();
        black_box(verified.claims());
    });
}

#[divan::bench(args = ALGORITHMS)]
fn sign(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = fixture(algorithm);
    let Fixture { issuer, claims, clock, .. } = &fixture;
    bencher.bench(|| issuer.sign(SUBJECT, black_box(claims), clock, &SystemRandom::new()).unwrap());
}

/// The algorithm, the public key and a signature.
type Signed = (&'static dyn VerificationAlgorithm, Vec<u8>, Vec<u8>);

#[divan::bench(args = ALGORITHMS)]
fn verify_raw(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = fixture(algorithm);
    let input = fixture.input();
    let (verification, public, signature): Signed = match algorithm {
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            let tag = hmac::sign(&key, input);
            bencher.bench(|| hmac::verify(&key, black_box(input), tag.as_ref()).unwrap());
            return;
        }
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
            (&ED25519, pair.public_key().as_ref().to_vec(), pair.sign(input).as_ref().to_vec())
        }
        Algorithm::Es256 => {
            let pair = ecdsa(&fixture);
            let signature = pair.sign(&AwsRandom::new(), input).expect("a signature");
            let public = pair.public_key().as_ref().to_vec();
            (&ECDSA_P256_SHA256_FIXED, public, signature.as_ref().to_vec())
        }
        Algorithm::MlDsa44 | Algorithm::MlDsa65 => {
            let pair = ml_dsa(algorithm);
            let mut signature = vec![0; pair.algorithm().signature_len()];
            let _len = pair.sign(input, &mut signature).expect("a signature");
            let verification =
                if algorithm == Algorithm::MlDsa44 { &ML_DSA_44 } else { &ML_DSA_65 };
            (verification, pair.public_key().as_ref().to_vec(), signature)
        }
        _ => {
            let pair = rsa(&fixture);
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PSS_SHA256, &AwsRandom::new(), input, &mut signature)
                .expect("a signature");
            (&RSA_PSS_2048_8192_SHA256, pair.public_key().as_ref().to_vec(), signature)
        }
    };
    let public = ParsedPublicKey::new(verification, public).expect("a key");
    bencher.bench(|| public.verify_sig(black_box(input), &signature).unwrap());
}

#[divan::bench(args = ALGORITHMS)]
fn sign_raw(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let fixture = fixture(algorithm);
    let (input, random) = (fixture.input(), AwsRandom::new());
    match algorithm {
        Algorithm::Hs256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            bencher.bench(|| hmac::sign(&key, black_box(input)));
        }
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
            bencher.bench(|| pair.sign(black_box(input)));
        }
        Algorithm::Es256 => {
            let pair = ecdsa(&fixture);
            bencher.bench(|| pair.sign(&random, black_box(input)).unwrap());
        }
        Algorithm::MlDsa44 | Algorithm::MlDsa65 => {
            let pair = ml_dsa(algorithm);
            let mut signature = vec![0; pair.algorithm().signature_len()];
            bencher.bench_local(|| pair.sign(black_box(input), &mut signature).unwrap());
        }
        _ => {
            let pair = rsa(&fixture);
            let mut signature = vec![0; pair.public_modulus_len()];
            bencher.bench_local(|| {
                pair.sign(&RSA_PSS_SHA256, &random, black_box(input), &mut signature).unwrap();
            });
        }
    }
}

fn ecdsa(fixture: &Fixture) -> EcdsaKeyPair {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &fixture.pkcs8()).expect("a key")
}

fn rsa(fixture: &Fixture) -> RsaKeyPair {
    RsaKeyPair::from_pkcs8(&fixture.pkcs8()).expect("a key")
}

fn ml_dsa(algorithm: Algorithm) -> PqdsaKeyPair {
    let signing =
        if algorithm == Algorithm::MlDsa44 { &ML_DSA_44_SIGNING } else { &ML_DSA_65_SIGNING };
    PqdsaKeyPair::from_seed(signing, &[7; 32]).expect("a seed")
}

#[divan::bench(args = [RsaSize::Bits3072, RsaSize::Bits4096], sample_count = 20, sample_size = 1)]
fn generate_rsa(bencher: Bencher<'_, '_>, size: RsaSize) {
    bencher.bench(|| SigningKey::generate_ps256(size, &SystemRandom::new()).unwrap());
}

/// A key of 4,096 bits.
#[divan::bench(sample_count = 50)]
fn sign_rsa_4096(bencher: Bencher<'_, '_>) {
    let key = aws_lc_rs::signature::RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa4096);
    let (pair, random) = (key.expect("a key"), AwsRandom::new());
    let mut signature = vec![0; pair.public_modulus_len()];
    bencher.bench_local(|| {
        pair.sign(&RSA_PSS_SHA256, &random, black_box(b"text"), &mut signature).unwrap();
    });
}
