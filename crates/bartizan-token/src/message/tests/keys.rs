//! Keys of one's own, and of others.

use bartizan_core::{KeyGenerator, KeyRefused, SecretBytes};

use super::*;
use crate::KeyError;

/// Each service has a key of its own, and nobody signs for another (asvs: V13.2.1).
#[test]
fn others_verify_with_public_keys_alone() {
    for world in World::each() {
        let fields = world.signed();
        let published = JwkSet::of_keyring(&world.keys.snapshot()).to_json();
        let keys = JwkSet::from_json(published.as_bytes()).unwrap();
        let verifier = HttpVerifier::<Webhook>::new(keys, HttpPolicy::new(300).unwrap());
        let request = request("POST", URL, &fields, BODY);
        let refused = danger::verify_without_replay_window(&verifier, &request, &world.clock).err();
        let is_symmetric = world.keys.snapshot().primary().1.algorithm().is_symmetric();
        let expected = is_symmetric.then_some(MessageRefused::Key(KeyRefused::Unknown));
        assert_eq!(refused, expected);
    }
    let (one, other) = (
        World::ed25519(),
        World::with(SigningKey::generate_ed25519(&PredictableRandom::from_seed(9)).unwrap()),
    );
    assert_eq!(other.refusal(&one.signed()), Some(MessageRefused::BadSignature));
}

#[test]
fn keys_rotate_and_are_withdrawn() {
    let world = World::ed25519();
    let fields = world.signed();
    let generator = KeyGenerator::new(&world.random, SigningKey::generate_ed25519);
    let now = UnixTime::from_secs(NOW_SECS);
    let next = world.keys.snapshot().rotate(now, &generator).unwrap().into_keyring();
    world.keys.replace(next).unwrap();
    assert_eq!(world.refusal(&fields), None, "the old key still verifies");
    assert!(!text(&world.signed(), "signature-input").contains("00c0ffee"));
    assert_eq!(world.refusal(&world.signed()), None);

    let id = KeyId::from_u32(0x00c0_ffee);
    let next = world.keys.snapshot().compromise(id, now, &generator).unwrap().into_keyring();
    world.keys.replace(next).unwrap();
    assert_eq!(world.refusal(&fields), Some(MessageRefused::Key(KeyRefused::Compromised)));
}

/// A secret that other software shares is used as it is, in both directions.
#[test]
fn a_shared_secret_signs_and_verifies() {
    let world = World::ed25519();
    let secret = [7; 40];
    let own = danger::message_keys_from_shared_secret(
        "acme \"7\" \\",
        Algorithm::Hs256,
        &SecretBytes::from(&secret[..]),
    );
    let fields = world.signed_by(&HttpSigner::<Webhook>::new(own.unwrap()));
    let keys = danger::jwk_set_from_shared_secret(
        "acme \"7\" \\",
        Algorithm::Hs256,
        &SecretBytes::from(&secret[..]),
    )
    .unwrap();
    let verifier = HttpVerifier::<Webhook>::new(keys, HttpPolicy::new(300).unwrap());
    let message = request("POST", URL, &fields, BODY);
    let proof = danger::verify_without_replay_window(&verifier, &message, &world.clock).unwrap();
    assert_eq!(proof.key_id().to_string(), "acme \"7\" \\");

    // As other software would make it, of the RFC alone.
    let base = format!(
        "\"@method\": POST\n\"@target-uri\": {URL}\n\"content-type\": application/json\n\
         \"content-digest\": {}\n\"@signature-params\": {}",
        digest::of(BODY),
        text(&fields, "signature-input").strip_prefix("webhook=").unwrap()
    );
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
    let tag = base64_simd::STANDARD.encode_to_string(ring::hmac::sign(&key, base.as_bytes()));
    assert_eq!(text(&fields, "signature"), format!("webhook=:{tag}:"));
}

#[test]
fn keys_that_cannot_serve_are_refused() {
    let secret = |len: usize| SecretBytes::from(vec![7; len]);
    let shared = |id: &str, algorithm, len| {
        danger::message_keys_from_shared_secret(id, algorithm, &secret(len)).err()
    };
    assert_eq!(shared("a", Algorithm::Hs256, 31), Some(KeyError::Weak));
    assert_eq!(shared("a", Algorithm::Hs512, 63), Some(KeyError::Weak));
    assert_eq!(shared("a", Algorithm::EdDsa, 32), Some(KeyError::Unsupported));
    let set =
        |algorithm, len| danger::jwk_set_from_shared_secret("a", algorithm, &secret(len)).err();
    assert_eq!(set(Algorithm::Hs256, 31), Some(KeyError::Weak));
    assert_eq!(set(Algorithm::EdDsa, 32), Some(KeyError::Unsupported));
    for id in ["", "\n", "ä", &"a".repeat(1_025)] {
        assert_eq!(shared(id, Algorithm::Hs256, 32), Some(KeyError::Malformed), "{id}");
    }
    let random = PredictableRandom::from_seed(1);
    let refused =
        MessageSigningKeys::named("a", SigningKey::generate_hs256(&random).unwrap()).err();
    assert_eq!(refused, Some(MessageConfigError::SymmetricKey));

    let unsupported = |key: &SigningKey| algorithm::http_name(key.algorithm()).is_none();
    for key in every_key().into_iter().filter(unsupported) {
        let world = World::with(key);
        let request = request("GET", URL, &[], b"");
        let refused = world.signer::<Webhook>().sign(&request, &world.clock, &world.random).err();
        assert_eq!(refused, Some(MessageSignError::UnsupportedKey));
        let fields = replace(&World::ed25519().signed(), "signature-input", |value| {
            value.replace(";alg=\"ed25519\"", "")
        });
        assert_eq!(world.refusal(&fields), Some(MessageRefused::WrongAlgorithm));
    }
}

/// A digest that is there is checked and covered, not doubled.
#[test]
fn a_digest_of_ones_own_is_covered() {
    let world = World::ed25519();
    let sign = |value: &str| {
        let fields = [line("Content-Digest", value)];
        let request = request("POST", URL, &fields, BODY);
        let signed = world.signer::<Webhook>().sign(&request, &world.clock, &world.random);
        signed.map(|signed| signed.fields().map(|(name, _)| name).collect::<Vec<_>>())
    };
    assert_eq!(sign(&digest::of(BODY)), Ok(vec!["signature-input", "signature"]));
    assert_eq!(sign(&digest::of(b"")), Err(MessageSignError::WrongDigest));
    assert_eq!(sign("nonsense"), Err(MessageSignError::WrongDigest));
}
