//! Keys of any bytes: what one backend takes the other takes, and what was read is written the same.

#![no_main]

use bartizan_core::SecretString;
use bartizan_token::{Algorithm, Backend, JwkSet, SigningKey, VerifyingKey, danger};
use libfuzzer_sys::fuzz_target;

const ALGORITHMS: [Algorithm; 7] = [
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Ps256,
    Algorithm::Hs256,
    Algorithm::MlDsa44,
    Algorithm::MlDsa65,
];

fuzz_target!(|input: &[u8]| {
    if let Ok(key) = VerifyingKey::from_jwk(input) {
        let jwk = key.to_jwk();
        let again = VerifyingKey::from_jwk(jwk.as_bytes()).expect("what was written");
        assert_eq!(again.to_jwk(), jwk);
        let knows = !is_ml_dsa(key.algorithm());
        assert_eq!(key.with_backend(Backend::Ring).is_ok(), knows);
    }
    if let Ok(set) = JwkSet::from_json(input) {
        let knows = set.iter().all(|(_, key)| !is_ml_dsa(key.algorithm()));
        assert_eq!(set.with_backend(Backend::Ring).is_ok(), knows);
    }
    if let Ok(text) = core::str::from_utf8(input)
        && let Ok(key) = danger::signing_key_from_jwk(&SecretString::from(text))
    {
        check(key);
    }
    for algorithm in ALGORITHMS {
        if let Ok(key) = SigningKey::from_pkcs8_der(algorithm, input) {
            assert_eq!(key.algorithm(), algorithm);
            check(key);
        }
    }
});

fn check(key: SigningKey) {
    let (algorithm, jwk) = (key.algorithm(), danger::signing_key_to_jwk(&key));
    let again = danger::signing_key_from_jwk(&jwk).expect("what was written");
    assert_eq!(danger::signing_key_to_jwk(&again).expose(), jwk.expose());
    if let Some(der) = danger::signing_key_to_pkcs8_der(&key) {
        let again = SigningKey::from_pkcs8_der(algorithm, der.expose()).expect("what was written");
        assert_eq!(danger::signing_key_to_jwk(&again).expose(), jwk.expose());
    }
    assert_eq!(key.with_backend(Backend::Ring).is_ok(), !is_ml_dsa(algorithm));
}

fn is_ml_dsa(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::MlDsa44 | Algorithm::MlDsa65)
}
