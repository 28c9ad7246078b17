//! Tokens of another program, of which only the public keys are here.

use bartizan_core::{KeyGenerator, KeyRefused};

use super::*;
use crate::{JwkSet, SharedJwkSet, TokenBuffer, VerifyingKey};

impl World {
    /// The same keys as the others see them.
    fn published(&self) -> JwkSet {
        let json = JwkSet::of_keyring(&self.keys.snapshot()).to_json();
        JwkSet::from_json(json.as_bytes()).unwrap()
    }
}

fn elsewhere(keys: JwkSet) -> Verifier<Token> {
    Verifier::new(name(), api(), keys)
}

#[test]
fn what_one_program_signs_another_verifies_with_public_keys_alone() {
    for world in World::each() {
        let verified = elsewhere(world.published()).verify(&world.sign(), &world.clock);
        if world.algorithm().is_symmetric() {
            // There is nothing to publish, so nobody else can verify.
            assert!(world.published().is_empty());
            assert_eq!(verified.err(), Some(VerifyError::Key(KeyRefused::Unknown)));
            continue;
        }
        let verified = verified.unwrap();
        assert_eq!(verified.key_id().of_keyring(), None);
        assert_eq!(verified.key_id().to_string(), "00c0ffee");
        assert_eq!(verified.claims(), &scope());
    }
}

#[test]
fn keys_are_published_before_their_use_and_as_long_as_they_verify() {
    let world = World::eddsa();
    let generator = KeyGenerator::new(&world.random, SigningKey::generate_ed25519);
    let now = UnixTime::from_secs(NOW_SECS);
    let kids = || {
        let set = world.published();
        set.iter().map(|(kid, _)| kid.to_owned()).collect::<Vec<_>>()
    };
    let first = kids();
    assert_eq!(first, ["00c0ffee"]);

    let next = world.keys.snapshot().publish(now, &generator).unwrap().into_keyring();
    world.keys.replace(next).unwrap();
    let published = kids();
    assert_eq!(published.len(), 2, "the next key, before it signs anything");
    assert_eq!(published[0], "00c0ffee", "the primary comes first");

    let next = world.keys.snapshot().rotate(now, &generator).unwrap().into_keyring();
    world.keys.replace(next).unwrap();
    assert!(kids().contains(&"00c0ffee".to_owned()), "tokens of the old key still live");

    let id = KeyId::from_u32(KEY_ID);
    let next = world.keys.snapshot().compromise(id, now, &generator).unwrap().into_keyring();
    world.keys.replace(next).unwrap();
    assert!(!kids().contains(&"00c0ffee".to_owned()), "nobody is to accept it any more");
}

#[test]
fn a_newer_set_is_used_at_once() {
    let world = World::eddsa();
    let shared = SharedJwkSet::new(world.published());
    let verifier = Verifier::<Token>::new(name(), api(), shared.clone());
    let token = world.sign();
    assert!(verifier.verify(&token, &world.clock).is_ok());
    shared.replace(JwkSet::from_keys([]).unwrap());
    let refused = verifier.verify(&token, &world.clock).err();
    assert_eq!(refused, Some(VerifyError::Key(KeyRefused::Unknown)));
}

/// asvs: V9.1.2
#[test]
fn an_algorithm_that_is_not_the_keys_is_refused() {
    let world = World::eddsa();
    let verifier = elsewhere(world.published());
    for alg in ["none", "HS256", "ES256", "PS256", "RS256", "eddsa", ""] {
        let token = world.forge(world.header().replace("EdDSA", alg), PAYLOAD);
        let refused = verifier.verify(&token, &world.clock).err();
        assert_eq!(refused, Some(VerifyError::WrongAlgorithm), "{alg}");
    }
}

/// A text finds a key of exactly that text, and nothing else (asvs: V9.1.3).
#[test]
fn a_key_id_of_a_set_only_selects() {
    let world = World::eddsa();
    let key = world.keys.snapshot().primary().1.verifying_key().unwrap().clone();
    let odd = "' OR 1=1 --/../\u{0}😀";
    let set = JwkSet::from_keys([(odd.to_owned(), key), ("other".to_owned(), other())]);
    let verifier = elsewhere(set.unwrap());
    let verify = |kid: &str| {
        let header = world.header().replace("00c0ffee", kid);
        verifier.verify(&world.forge(header, PAYLOAD), &world.clock).err()
    };
    assert_eq!(verify("' OR 1=1 --/../\\u0000😀"), None);
    assert_eq!(verify("other"), Some(VerifyError::BadSignature));
    for unknown in
        ["", "Other", "other ", "other\\u0000", "' OR 1=1 --", "../../dev/null", "00c0ffee"]
    {
        assert_eq!(verify(unknown), Some(VerifyError::Key(KeyRefused::Unknown)), "{unknown}");
    }
    let missing = world.header().replace(r#","kid":"00c0ffee""#, "");
    let refused = verifier.verify(&world.forge(missing, PAYLOAD), &world.clock).err();
    assert_eq!(refused, Some(VerifyError::Key(KeyRefused::Unknown)));
}

fn other() -> VerifyingKey {
    let key = SigningKey::generate_ed25519(&PredictableRandom::from_seed(99)).unwrap();
    key.verifying_key().unwrap().clone()
}

#[derive(Deserialize)]
struct View<'b> {
    scope: &'b str,
}

#[test]
fn a_view_says_what_the_owned_claims_say() {
    for world in World::quick() {
        let (verifier, mut buffer) = (world.verifier::<Token>(), TokenBuffer::new());
        let token = world.sign();
        let owned = world.verify(&token).unwrap();
        let view = verifier.verify_view::<View<'_>>(&token, &world.clock, &mut buffer).unwrap();
        assert_eq!(view.claims().scope, owned.claims().scope);
        assert_eq!((view.subject(), view.issuer()), (owned.subject(), owned.issuer()));
        assert_eq!((view.audience(), view.token_id()), (owned.audience(), owned.token_id()));
        assert_eq!(view.expires_at(), owned.expires_at());
        assert_eq!(view.issued_at(), owned.issued_at());
        assert_eq!(view.key_id(), owned.key_id());
        let shown = format!("{view:?}");
        assert!(!shown.contains("alice") && !shown.contains("notes"), "{shown}");
    }
}

/// Also when the buffer still holds a good token.
#[test]
fn a_view_is_refused_for_the_same_reasons() {
    let world = World::hs256();
    let (verifier, mut buffer) = (world.verifier::<Token>(), TokenBuffer::new());
    let good = world.sign();
    for token in [
        good[1..].to_owned(),
        format!("{good}A"),
        world.forge(world.header(), ""),
        world.forge(world.header(), PAYLOAD.replace("alice", "")),
        world.forge(world.header(), PAYLOAD.replace("1700000600", "1")),
        world.forge(world.header().replace("at+jwt", "jwt"), PAYLOAD),
        "a".repeat(20_000),
    ] {
        assert!(verifier.verify_view::<View<'_>>(&good, &world.clock, &mut buffer).is_ok());
        let refused = verifier.verify_view::<View<'_>>(&token, &world.clock, &mut buffer).err();
        assert!(refused.is_some(), "{token}");
        assert_eq!(refused, world.refusal(&token));
    }
}

/// It can be read all the same, by a type that owns it.
#[test]
fn what_is_escaped_cannot_be_borrowed() {
    let world = World::hs256();
    let (verifier, mut buffer) = (world.verifier::<Token>(), TokenBuffer::new());
    let escaped = world.forge(world.header(), PAYLOAD.replace("notes", "\\u006eotes"));
    let refused = verifier.verify_view::<View<'_>>(&escaped, &world.clock, &mut buffer).err();
    assert_eq!(refused, Some(VerifyError::InvalidClaims));
    let owned = verifier.verify_view::<Scope>(&escaped, &world.clock, &mut buffer).unwrap();
    assert_eq!(owned.claims().scope, "notes");
}

#[cfg(feature = "legacy-interop")]
mod legacy {
    use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};

    use super::*;
    use crate::Deviation;

    #[expect(clippy::disallowed_methods, reason = "ring takes no other source")]
    fn random() -> ring::rand::SystemRandom {
        ring::rand::SystemRandom::new()
    }

    /// A token of RSA with 2,048 bits, which this crate does not make.
    fn token(alg: &str, encoding: &'static dyn RsaEncoding) -> (JwkSet, String) {
        let pem = include_str!("../key/tests/rsa2048.pem");
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let body = body.replace('+', "-").replace('/', "_");
        let der = base64url::decode(body.trim_end_matches('=')).unwrap();
        let pair = RsaKeyPair::from_pkcs8(&der).unwrap();
        let public = ring::signature::RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
        let (n, e) = (base64url::encode(&public.n), base64url::encode(&public.e));
        let set = format!(
            r#"{{"keys":[{{"kty":"RSA","alg":"{alg}","kid":"old","n":"{n}","e":"{e}"}}]}}"#
        );
        let header = format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"old"}}"#);
        let input = [header.as_bytes(), PAYLOAD.as_bytes()].map(base64url::encode).join(".");
        let mut signature = vec![0; 256];
        pair.sign(encoding, &random(), input.as_bytes(), &mut signature).unwrap();
        let token = format!("{input}.{}", base64url::encode(&signature));
        (JwkSet::from_json(set.as_bytes()).unwrap(), token)
    }

    #[test]
    fn what_falls_short_verifies_and_is_reported() {
        let world = World::eddsa();
        let (set, pkcs1) = token("RS256", &RSA_PKCS1_SHA256);
        for backend in BACKENDS {
            let set = set.clone().with_backend(*backend).unwrap();
            let verified = elsewhere(set).verify(&pkcs1, &world.clock).unwrap();
            assert_eq!(verified.deviation(), Some(Deviation::Pkcs1v15), "{backend}");
        }
        assert_eq!(set.iter().next().unwrap().1.deviation(), Some(Deviation::Pkcs1v15));

        let (set, short) = token("PS256", &RSA_PSS_SHA256);
        for backend in BACKENDS {
            let set = set.clone().with_backend(*backend).unwrap();
            let verified = elsewhere(set).verify(&short, &world.clock).unwrap();
            assert_eq!(verified.deviation(), Some(Deviation::ShortRsa), "{backend}");
        }

        for world in World::each() {
            assert_eq!(world.verify(&world.sign()).unwrap().deviation(), None);
        }
    }

    #[test]
    fn one_padding_never_passes_for_the_other() {
        let world = World::eddsa();
        for (alg, encoding) in
            [("PS256", &RSA_PKCS1_SHA256 as &'static dyn RsaEncoding), ("RS256", &RSA_PSS_SHA256)]
        {
            let (set, token) = token(alg, encoding);
            for backend in BACKENDS {
                let set = set.clone().with_backend(*backend).unwrap();
                let refused = elsewhere(set).verify(&token, &world.clock).err();
                assert_eq!(refused, Some(VerifyError::BadSignature), "{alg} {backend}");
            }
        }
    }
}
