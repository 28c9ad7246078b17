//! Bytes, or a good key with bytes spliced into it: what is read as a key in DER or PEM is written
//! and read again, and is the same key. A `SubjectPublicKeyInfo` has one encoding, byte for byte.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::danger::PredictableRandom;
use bartizan_token::{Algorithm, SigningKey, VerifyingKey, danger};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, u16, &[u8])| {
    let (which, at, removed, spliced) = input;
    let (good, algorithm) = &GOOD[usize::from(which) % GOOD.len()];
    let start = usize::from(at) % (good.len() + 1);
    let end = (start + usize::from(removed)).min(good.len());
    let changed = [&good[..start], spliced, &good[end..]].concat();
    for bytes in [spliced, &changed] {
        check(bytes, *algorithm);
    }
});

fn check(bytes: &[u8], algorithm: Algorithm) {
    if let Ok(key) = VerifyingKey::from_spki_der(algorithm, bytes) {
        assert_eq!(key.to_spki_der(), bytes, "another encoding of the same key");
        check_public(&key);
    }
    if let Ok(key) = SigningKey::from_pkcs8_der(algorithm, bytes) {
        check_private(&key);
    }
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    if let Ok(key) = VerifyingKey::from_spki_pem(algorithm, text) {
        check_public(&key);
    }
    if let Ok(key) = SigningKey::from_pkcs8_pem(algorithm, &text.into()) {
        check_private(&key);
    }
}

fn check_public(key: &VerifyingKey) {
    let algorithm = key.algorithm();
    let from_der = VerifyingKey::from_spki_der(algorithm, &key.to_spki_der());
    let from_pem = VerifyingKey::from_spki_pem(algorithm, &key.to_spki_pem());
    let from_jwk = VerifyingKey::from_jwk(key.to_jwk().as_bytes());
    for again in [from_der, from_pem, from_jwk] {
        assert_eq!(again.expect("it was written").to_spki_der(), key.to_spki_der());
    }
}

fn check_private(key: &SigningKey) {
    let algorithm = key.algorithm();
    let pem = danger::signing_key_to_pkcs8_pem(key).expect("not a symmetric key");
    let again = SigningKey::from_pkcs8_pem(algorithm, &pem).expect("it was written");
    let pem_again = danger::signing_key_to_pkcs8_pem(&again).expect("not a symmetric key");
    assert_eq!(pem_again.expose(), pem.expose());
    check_public(key.verifying_key().expect("not a symmetric key"));
}

/// Each key in each of its four forms.
static GOOD: LazyLock<Vec<(Vec<u8>, Algorithm)>> = LazyLock::new(|| {
    let random = PredictableRandom::from_seed(1);
    let made = [
        SigningKey::generate_ed25519(&random).expect("predictable bytes do not fail"),
        SigningKey::generate_es256(&random).expect("the system has randomness"),
        SigningKey::generate_es384(&random).expect("the system has randomness"),
    ];
    let rsa = include_str!("../../crates/bartizan-token/src/key/tests/rsa3072.pem");
    let rsa = SigningKey::from_pkcs8_pem(Algorithm::Ps256, &rsa.into()).expect("a good key");
    made.into_iter().chain([rsa]).flat_map(|key| forms(&key)).collect()
});

fn forms(key: &SigningKey) -> [(Vec<u8>, Algorithm); 4] {
    let public = key.verifying_key().expect("not a symmetric key");
    let der = danger::signing_key_to_pkcs8_der(key).expect("not a symmetric key");
    let pem = danger::signing_key_to_pkcs8_pem(key).expect("not a symmetric key");
    [
        public.to_spki_der(),
        public.to_spki_pem().into_bytes(),
        der.expose().to_vec(),
        pem.expose().as_bytes().to_vec(),
    ]
    .map(|form| (form, key.algorithm()))
}
