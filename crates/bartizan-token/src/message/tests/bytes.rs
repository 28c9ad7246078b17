//! Detached signatures of bytes.

use bartizan_core::{KeyRefused, base64url};

use super::*;
use crate::key::Signed;
use crate::{AccessToken, Audience, Issuer, IssuerName, NoClaims, Verifier};

fn signed(world: &World, bytes: &[u8]) -> String {
    MessageSigner::<Webhook>::new(world.keys.clone()).sign(bytes).unwrap()
}

fn refusal(world: &World, bytes: &[u8], signature: &str) -> Option<MessageRefused> {
    MessageVerifier::<Webhook>::new(world.keys.clone()).verify(bytes, signature).err()
}

/// A signature that is right, with this header.
fn forge(world: &World, header: &str, bytes: &[u8]) -> String {
    let header = base64url::encode(header.as_bytes());
    let input = [header.as_bytes(), b".", bytes].concat();
    let mut out = [0; crate::crypto::MAX_SIGNATURE_LEN];
    let keyring = world.keys.snapshot();
    let of = (Signed::Message, "webhook");
    let signature = keyring.primary().1.sign_as(of, &input, &mut out).unwrap();
    format!("{header}..{}", base64url::encode(&signature))
}

const HEADER: &str =
    r#"{"alg":"EdDSA","typ":"webhook+jws","kid":"00c0ffee","b64":false,"crit":["b64"]}"#;

#[test]
fn bytes_are_signed_with_every_algorithm() {
    for key in every_key() {
        let world = World::with(key);
        for bytes in [&b""[..], b"42 EUR", b"a.b\0\xff", &vec![7; 100_000]] {
            let signature = signed(&world, bytes);
            let verifier = MessageVerifier::<Webhook>::new(world.keys.clone());
            let proof = verifier.verify(bytes, &signature).unwrap();
            assert_eq!(proof.bytes(), bytes);
            assert_eq!(proof.key_id().to_string(), "00c0ffee");
            let shown = format!("{proof:?}");
            assert!(!shown.contains("EUR"), "{shown}");
        }
    }
}

/// RFC 7797, section 4.2: a detached, unencoded payload.
#[test]
fn rfc_7797_section_4_2() {
    let k =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let secret = bartizan_core::SecretBytes::from(base64url::decode(k).unwrap());
    let mac = crate::crypto::Mac::new(crate::Backend::default(), Algorithm::Hs256, secret.expose())
        .unwrap();
    let input = [b"eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.", &b"$.02"[..]];
    assert_eq!(
        base64url::encode(mac.sign(&input).as_ref()),
        "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
    );
    // It names neither purpose nor key, so it is refused; in the same form with both it is read.
    let set = format!(r#"{{"keys":[{{"kty":"oct","alg":"HS256","kid":"a","k":"{k}"}}]}}"#);
    let keys = danger::shared_secrets_from_jwk_set(&set.into()).unwrap();
    let verifier = MessageVerifier::<Webhook>::new(keys);
    let bare = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY";
    assert_eq!(verifier.verify(b"$.02", bare).err(), Some(MessageRefused::Malformed));
    let own = danger::message_keys_from_shared_secret("a", Algorithm::Hs256, &secret).unwrap();
    let signature = MessageSigner::<Webhook>::new(own).sign(b"$.02").unwrap();
    assert!(verifier.verify(b"$.02", &signature).is_ok());
}

#[test]
fn every_bit_counts() {
    let world = World::hs256();
    let signature = signed(&world, b"42 EUR");
    for bytes in [&b"42 EUr"[..], b"42 EUR ", b"2 EUR", b""] {
        assert_eq!(refusal(&world, bytes, &signature), Some(MessageRefused::BadSignature));
    }
    for at in 0..signature.len() {
        let mut changed = signature.as_bytes().to_vec();
        changed[at] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        assert!(refusal(&world, b"42 EUR", &changed).is_some(), "{changed}");
    }
}

/// The line between header and bytes cannot be moved.
#[test]
fn the_header_is_not_part_of_the_bytes() {
    let world = World::ed25519();
    let signature = signed(&world, b"a.b");
    let (header, tag) = signature.split_once("..").unwrap();
    assert!(refusal(&world, b"b", &format!("{header}.a..{tag}")).is_some());
    assert!(refusal(&world, b"a.b", &format!("{header}.a.b.{tag}")).is_some());
    assert!(refusal(&world, format!("{header}.a.b").as_bytes(), &format!("..{tag}")).is_some());
}

#[test]
fn a_header_says_what_it_must_and_nothing_that_is_dangerous() {
    let world = World::ed25519();
    let of = |header: &str| refusal(&world, b"42", &forge(&world, header, b"42"));
    assert_eq!(of(HEADER), None);
    assert_eq!(of(&HEADER.replace("EdDSA", "Ed25519")), None, "RFC 9864");
    assert_eq!(of(&HEADER.replace('{', "{\"x\":1,")), None);
    let purpose = Some(MessageRefused::WrongPurpose);
    for typ in ["webhook", "other+jws", "at+jwt", "Webhook+jws", "webhook+jws+jws", ""] {
        assert_eq!(of(&HEADER.replace("webhook+jws", typ)), purpose, "{typ}");
    }
    let unsupported = Some(MessageRefused::Unsupported);
    for (part, by) in [
        (r#","b64":false"#, ""),
        ("false", "true"),
        (r#","crit":["b64"]"#, ""),
        (r#"["b64"]"#, "[]"),
        (r#"["b64"]"#, r#"["b64","b64"]"#),
        (r#"["b64"]"#, r#"["b64","exp"]"#),
        (r#"["b64"]"#, r#"["exp"]"#),
        ("}", r#","zip":"DEF"}"#),
        ("}", r#","jku":"https://evil.example"}"#),
        ("}", r#","jwk":{}}"#),
        ("}", r#","x5c":[]}"#),
    ] {
        assert_eq!(of(&HEADER.replace(part, by)), unsupported, "{part} {by}");
    }
}

#[test]
fn a_header_selects_a_key_and_no_algorithm() {
    let world = World::ed25519();
    let of = |header: &str| refusal(&world, b"42", &forge(&world, header, b"42"));
    let algorithm = Some(MessageRefused::WrongAlgorithm);
    for alg in ["none", "HS256", "ES256", "eddsa", ""] {
        assert_eq!(of(&HEADER.replace("EdDSA", alg)), algorithm, "{alg}");
    }
    let unknown = Some(MessageRefused::Key(KeyRefused::Unknown));
    for kid in ["00c0fff0", "", "00C0FFEE"] {
        assert_eq!(of(&HEADER.replace("00c0ffee", kid)), unknown, "{kid}");
    }
}

#[test]
fn what_is_no_signature_or_too_large_is_refused() {
    let world = World::ed25519();
    let of = |header: &str| refusal(&world, b"42", &forge(&world, header, b"42"));
    let malformed = Some(MessageRefused::Malformed);
    for header in [
        "{}",
        "",
        "[]",
        &HEADER.replace('}', r#","b64":false}"#),
        &HEADER.replace("\"00c0ffee\"", "1"),
        &HEADER.replace("false", "\"false\""),
        &HEADER.replace("[\"b64\"]", "\"b64\""),
    ] {
        assert_eq!(of(header), malformed, "{header}");
    }
    for text in ["", ".", "..", "...", "a..b", &forge(&world, HEADER, b"42").replace("..", ".")] {
        assert!(refusal(&world, b"42", text).is_some(), "{text}");
    }
    let long = format!("{}..", "A".repeat(9_000));
    assert_eq!(refusal(&world, b"42", &long), Some(MessageRefused::TooLarge));
    let huge = vec![0; 16 * 1_024 * 1_024 + 1];
    assert_eq!(refusal(&world, &huge, &signed(&world, b"")), Some(MessageRefused::TooLarge));
    let refused = MessageSigner::<Webhook>::new(world.keys.clone()).sign(&huge).err();
    assert_eq!(refused, Some(MessageSignError::TooLarge));
}

/// Under one key a message is no token, and a token no message.
#[test]
fn a_message_is_no_token() {
    for world in [World::ed25519(), World::hs256()] {
        let (name, api) = (IssuerName::new("a").unwrap(), Audience::new("b").unwrap());
        let issuer = Issuer::<AccessToken>::new(name.clone(), api.clone(), world.keys.clone());
        let token = issuer.sign("alice", &NoClaims::new(), &world.clock, &world.random).unwrap();
        let (input, tag) = token.rsplit_once('.').unwrap();
        let (header, payload) = input.split_once('.').unwrap();
        let as_message = refusal(&world, payload.as_bytes(), &format!("{header}..{tag}"));
        assert_eq!(as_message, Some(MessageRefused::Unsupported));

        let signature = signed(&world, payload.as_bytes());
        let as_token = signature.replace("..", &format!(".{payload}."));
        let verifier = Verifier::<AccessToken>::new(name, api, world.keys.clone());
        assert!(verifier.verify(&token, &world.clock).is_ok());
        let refused = verifier.verify(&as_token, &world.clock).err();
        assert_eq!(refused, Some(crate::VerifyError::UnsupportedHeader));
    }
}

#[test]
fn a_signature_for_another_purpose_is_none() {
    let world = World::ed25519();
    let signature = MessageSigner::<Other>::new(world.keys.clone()).sign(b"42").unwrap();
    assert_eq!(refusal(&world, b"42", &signature), Some(MessageRefused::WrongPurpose));
}
