//! What an issuer writes, and what it refuses to.

use std::collections::BTreeMap;

use bartizan_core::{Random, RandomUnavailable};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::SignError;

/// Claims that can be anything.
type Free = AccessToken<Value>;

fn sign(claims: &Value) -> Result<String, SignError> {
    let world = World::hs256();
    world.issuer::<Free>().sign("alice", claims, &world.clock, &world.random)
}

#[test]
fn a_header_has_exactly_three_members() {
    for world in World::each() {
        let token = world.sign();
        let header = token.split('.').next().unwrap();
        assert_eq!(base64url::decode(header).unwrap(), world.header().as_bytes());
    }
}

#[test]
fn a_payload_has_the_registered_claims_and_the_kinds_own() {
    let token = World::eddsa().sign();
    let payload = base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    let mut payload: BTreeMap<String, Value> = serde_json::from_slice(&payload).unwrap();
    let id = payload.remove("jti").unwrap();
    assert_eq!(base64url::decode(id.as_str().unwrap()).unwrap().len(), 16);
    assert_eq!(
        json!(payload),
        json!({
            "iss": "https://id.example", "sub": "alice", "aud": "https://api.example",
            "exp": NOW_SECS + 600, "iat": NOW_SECS, "scope": "notes",
        })
    );
}

#[test]
fn no_two_tokens_have_the_same_id() {
    let world = World::eddsa();
    let ids: std::collections::HashSet<_> =
        (0..100).map(|_| world.verify(&world.sign()).unwrap().token_id().to_owned()).collect();
    assert_eq!(ids.len(), 100);
}

#[test]
fn claims_that_belong_to_the_issuer_are_refused() {
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"] {
        assert_eq!(sign(&json!({ name: "mine" })), Err(SignError::ReservedClaim { name }));
    }
    assert!(sign(&json!({ "EXP": 1, "x": { "exp": 1 } })).is_ok());
}

#[test]
fn claims_that_no_verifier_reads_are_refused() {
    let object = |len: usize| (0..len).map(|n| (n.to_string(), json!(0))).collect::<Value>();
    let deep = (0..8).fold(json!(0), |inner, _| json!([inner]));
    for claims in [json!(null), json!([]), json!("x"), json!({ "x": deep }), object(250)] {
        assert_eq!(sign(&claims), Err(SignError::InvalidClaims), "{claims}");
    }
    assert!(sign(&object(249)).is_ok());
}

#[test]
fn claims_that_do_not_fit_are_refused() {
    let padded = |len: usize| sign(&json!({ "x": "y".repeat(len) }));
    for len in [13_000, 16_384, 1_000_000] {
        assert_eq!(padded(len), Err(SignError::TooLarge));
    }
    let longest = (11_000..13_000).rev().find_map(|len| padded(len).ok()).unwrap();
    assert!(longest.len() > crate::MAX_TOKEN_LEN - 4);
    let world = World::hs256();
    assert!(world.verifier::<Free>().verify(&longest, &world.clock).is_ok());
}

#[test]
fn a_lifetime_is_within_that_of_the_kind() {
    let world = World::eddsa();
    let issuer = world.issuer::<Invitation>();
    let sign =
        |secs| issuer.sign_with_lifetime("alice", &scope(), secs, &world.clock, &world.random);
    for secs in [0, 121, u64::MAX] {
        assert_eq!(sign(secs), Err(SignError::InvalidLifetime { max_secs: 120 }));
    }
    for secs in [1, 60, 120] {
        let token = sign(secs).unwrap();
        let verified = world.verifier::<Invitation>().verify(&token, &world.clock).unwrap();
        assert_eq!(verified.expires_at(), UnixTime::from_secs(NOW_SECS + secs));
    }
}

#[test]
fn a_token_has_a_subject() {
    let world = World::eddsa();
    let signed = world.issuer::<Token>().sign("", &scope(), &world.clock, &world.random);
    assert_eq!(signed, Err(SignError::EmptySubject));
}

#[test]
fn without_randomness_there_is_no_token() {
    #[derive(Debug)]
    struct Broken;
    impl Random for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable::new())
        }
    }
    let world = World::eddsa();
    let signed = world.issuer::<Token>().sign("alice", &scope(), &world.clock, &Broken);
    assert_eq!(signed, Err(SignError::RandomUnavailable));
    assert!(SigningKey::generate_ed25519(&Broken).is_err());
    assert!(SigningKey::generate_hs256(&Broken).is_err());
}

#[test]
fn nothing_secret_or_personal_is_shown() {
    let world = World::hs256();
    let verified = world.verify(&world.sign()).unwrap();
    let shown = format!("{:?} {verified:?} {:?}", world.keys, world.issuer::<Token>());
    assert!(!shown.contains("alice") && !shown.contains("notes"), "{shown}");
    assert_eq!(format!("{:?}", world.keys.snapshot().primary().1), "SigningKey(HS256)");
}

proptest! {
    /// Whatever the texts are, they come back as they were.
    #[test]
    fn what_was_signed_is_read_whatever_it_says(
        name in "[^\\p{Cc}]{1,20}",
        audience in "[^\\p{Cc}]{1,20}",
        subject in ".{1,40}",
        scope in any::<String>(),
    ) {
        let world = World::hs256();
        let (issuer, api) = (IssuerName::new(&name).unwrap(), Audience::new(&audience).unwrap());
        let token = Issuer::<Token>::new(issuer.clone(), api.clone(), world.keys.clone())
            .sign(&subject, &Scope { scope: scope.clone() }, &world.clock, &world.random)
            .unwrap();
        let verifier = Verifier::<Token>::new(issuer, api, world.keys.clone());
        let verified = verifier.verify(&token, &world.clock).unwrap();
        prop_assert_eq!(verified.subject(), &subject);
        prop_assert_eq!(verified.issuer(), &name);
        prop_assert_eq!(verified.audience(), &audience);
        prop_assert_eq!(&verified.claims().scope, &scope);
    }

    #[test]
    fn no_text_panics(token in any::<String>(), parts in "[A-Za-z0-9_.-]{0,200}") {
        let world = World::hs256();
        prop_assert!(world.verify(&token).is_err());
        prop_assert!(world.verify(&parts).is_err());
        let header = base64url::encode(world.header().as_bytes());
        let token = format!("{header}.{parts}");
        prop_assert!(world.verify(&token).is_err());
    }
}
