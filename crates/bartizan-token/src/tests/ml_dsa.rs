//! ML-DSA in JOSE: RFC 9964. Signatures are tested beside the seam, in `crypto`.

use bartizan_core::KeyGenerator;

use super::*;
use crate::danger::{payload_of_any_kind, signing_key_from_jwk, signing_key_to_jwk};
use crate::{JwkSet, KeyError, VerifyingKey};

/// RFC 9964, appendix A: the seed is zero. Its JSON Web Key, with `pub` left out.
const RFC_9964: [(&str, &str, &str); 2] = [
    (
        "ML-DSA-44",
        "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o",
        include_str!("rfc9964/ml_dsa_44.jws"),
    ),
    (
        "ML-DSA-65",
        "Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM",
        include_str!("rfc9964/ml_dsa_65.jws"),
    ),
];

/// The key that the seed of zeros gives.
fn of_zeros(algorithm: Algorithm) -> SigningKey {
    SigningKey::ml_dsa(algorithm, &[0; 32]).unwrap()
}

/// The public key follows from the seed, its thumbprint from the public key, and what somebody
/// else signed verifies under it.
#[test]
fn rfc_9964_appendix_a() {
    for (name, thumbprint, jws) in RFC_9964 {
        let key = of_zeros(Algorithm::from_name(name).unwrap());
        let public = key.verifying_key().unwrap().clone();
        assert_eq!(public.thumbprint(), thumbprint);

        let jws = jws.replace('\n', "");
        let keys = JwkSet::from_keys([(thumbprint.to_owned(), public)]).unwrap();
        let payload = payload_of_any_kind(&jws, &keys).unwrap();
        let text = "It\u{2019}s a dangerous business, Frodo, going out your door.";
        assert_eq!(String::from_utf8(payload).unwrap(), text);
        vectors::only_this_is_signed(&jws, &keys);
    }
}

/// RFC 9964, section 3 and 6: three members make up the key, and a fourth is the seed.
#[test]
fn a_json_web_key_is_an_algorithm_key_pair() {
    let key = of_zeros(Algorithm::MlDsa44);
    let jwk = signing_key_to_jwk(&key);
    let public = key.verifying_key().unwrap();
    let x = base64url::encode(public.point());
    let members = format!(r#"{{"alg":"ML-DSA-44","kty":"AKP","pub":"{x}","use":"sig","#);
    let kid = r#""kid":"T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o""#;
    assert_eq!(public.to_jwk(), format!("{members}{kid}}}"));
    let seed = "A".repeat(43);
    assert_eq!(jwk.expose(), format!(r#"{members}{kid},"priv":"{seed}"}}"#));
    assert_eq!((x.len(), public.point().len()), (1_750, 1_312));
}

/// asvs: V9.1.2
#[test]
fn a_key_that_is_not_whole_or_disagrees_is_refused() {
    let jwk = signing_key_to_jwk(&of_zeros(Algorithm::MlDsa44));
    let jwk = jwk.expose();
    let (seed, other) = ("A".repeat(43), format!("{}E", "A".repeat(42)));
    for (from, to, private, public) in [
        (r#""alg":"ML-DSA-44","#, "", KeyError::Unsupported, KeyError::Unsupported),
        ("ML-DSA-44", "ML-DSA-65", KeyError::Malformed, KeyError::Malformed),
        ("ML-DSA-44", "ML-DSA-87", KeyError::Unsupported, KeyError::Unsupported),
        ("ML-DSA-44", "EdDSA", KeyError::Disagrees, KeyError::Disagrees),
        ("ML-DSA-44", "HS256", KeyError::Disagrees, KeyError::Disagrees),
        ("AKP", "OKP", KeyError::Unsupported, KeyError::Unsupported),
        ("AKP", "oct", KeyError::Disagrees, KeyError::Unsupported),
        (r#""use""#, r#""crv":"Ed25519","use""#, KeyError::Disagrees, KeyError::Disagrees),
        (r#""pub":""#, r#""pub":"AAAA"#, KeyError::Malformed, KeyError::Malformed),
        (r#""pub""#, r#""x""#, KeyError::Malformed, KeyError::Malformed),
    ] {
        let changed = jwk.replace(from, to);
        assert_ne!(changed, jwk, "{from}");
        let refused = VerifyingKey::from_jwk(without_seed(&changed).as_bytes()).err();
        assert_eq!(refused, Some(public), "{from} as {to}");
        assert_eq!(signing_key_from_jwk(&changed.into()).err(), Some(private), "{from} as {to}");
    }
    for seed_of_another in [&seed[1..], &*format!("{seed}A"), &other, ""] {
        let changed = jwk.replace(&seed, seed_of_another);
        assert_eq!(signing_key_from_jwk(&changed.into()).err(), Some(KeyError::Malformed));
    }
    assert_eq!(VerifyingKey::from_jwk(jwk.as_bytes()).err(), Some(KeyError::Private));
    assert!(VerifyingKey::from_jwk(without_seed(jwk).as_bytes()).is_ok());
}

/// The library also reads a key as certificates have it, which `pub` is not.
#[test]
fn a_public_key_is_raw() {
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::signature::{KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};

    let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, &[0; 32]).unwrap();
    let der = pair.public_key().as_der().unwrap();
    for (public, refused) in
        [(pair.public_key().as_ref(), None), (der.as_ref(), Some(KeyError::Malformed))]
    {
        let key = VerifyingKey::ml_dsa(Algorithm::MlDsa44, public);
        assert_eq!(key.err(), refused);
    }
}

fn without_seed(jwk: &str) -> String {
    let at = jwk.find(r#","priv""#).unwrap();
    format!("{}}}", &jwk[..at])
}

/// A key of one size never serves a token of the other, nor the other way round, nor one that
/// names another algorithm (asvs: V9.1.2).
#[test]
fn one_size_is_not_the_other() {
    let [small, large] = ml_dsa_keys().map(World::with);
    for (own, other) in [(&small, &large), (&large, &small)] {
        assert!(own.verify(&own.sign()).is_ok());
        assert_eq!(own.refusal(&other.sign()), Some(VerifyError::WrongAlgorithm));
        let renamed = other.forge(own.header(), PAYLOAD);
        assert_eq!(own.refusal(&renamed), Some(VerifyError::BadSignature));
    }
    for alg in ["none", "ML-DSA-87", "ml-dsa-44", "HS256", "EdDSA", "AKP", ""] {
        let token = small.forge(small.header().replace("ML-DSA-44", alg), PAYLOAD);
        assert_eq!(small.refusal(&token), Some(VerifyError::WrongAlgorithm), "{alg}");
    }
}

/// FIPS 204, table 2: one length each. A longer text is not decoded.
#[test]
fn a_signature_has_one_length() {
    for (world, len) in ml_dsa_keys().map(World::with).iter().zip([2_420, 3_309]) {
        let token = world.sign();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let genuine = base64url::decode(signature).unwrap();
        assert_eq!(genuine.len(), len);
        let with = |signature: &[u8]| format!("{input}.{}", base64url::encode(signature));
        assert!(world.verify(&with(&genuine)).is_ok());
        let longer = [&*genuine, &[0]].concat();
        for wrong in [&genuine[1..], &genuine[..len - 1], &genuine[..64], &[0], &vec![0; len]] {
            assert_eq!(world.refusal(&with(wrong)), Some(VerifyError::BadSignature));
        }
        let refused = world.refusal(&with(&longer));
        let expected =
            if len == 3_309 { VerifyError::Malformed } else { VerifyError::BadSignature };
        assert_eq!(refused, Some(expected));
    }
}

/// FIPS 204, section 5.2: who signs under a context signs something else, and RFC 9964, section 5,
/// allows the empty one only. That prefix, put before what is signed, gives nothing either.
#[test]
fn what_is_signed_has_no_context() {
    for world in ml_dsa_keys().map(World::with) {
        let header = base64url::encode(world.header().as_bytes());
        let input = format!("{header}.{}", base64url::encode(PAYLOAD.as_bytes()));
        let keyring = world.keys.snapshot();
        let mut out = [0; MAX_SIGNATURE_LEN];
        for prefixed in
            [format!("\0\0{input}"), format!("\0\u{3}abc{input}"), format!("\u{1}{input}")]
        {
            let signature = keyring.primary().1.sign(Token::TYP, &prefixed, &mut out).unwrap();
            let token = format!("{input}.{}", base64url::encode(&signature));
            assert_eq!(world.refusal(&token), Some(VerifyError::BadSignature));
        }
    }
}

/// Two signatures of the same text are not the same, and both are good.
#[test]
fn signing_draws_randomness() {
    for world in ml_dsa_keys().map(World::with) {
        let tokens = [(); 2].map(|()| world.forge(world.header(), PAYLOAD));
        assert_ne!(tokens[0], tokens[1]);
        assert!(tokens.iter().all(|token| world.verify(token).is_ok()));
    }
}

/// One rotation, and the program signs with another algorithm; what was signed before is still read
/// (asvs: V11.2.2).
#[test]
fn a_keyring_migrates() {
    let world = World::with(vectors::rfc_8037_key());
    let verifier = world.verifier::<Token>();
    let issuer = world.issuer::<Token>();
    let sign = || issuer.sign("alice", &scope(), &world.clock, &world.random).unwrap();
    let before = sign();
    let generator = KeyGenerator::new(&world.random, SigningKey::generate_ml_dsa_44);
    let now = UnixTime::from_secs(NOW_SECS);
    let next = world.keys.snapshot().rotate(now, &generator).unwrap().into_keyring();
    world.keys.replace(next).unwrap();
    let after = sign();
    let header = base64url::decode(after.split('.').next().unwrap()).unwrap();
    assert!(String::from_utf8(header).unwrap().contains(r#""alg":"ML-DSA-44""#));
    for token in [&before, &after] {
        assert_eq!(verifier.verify(token, &world.clock).unwrap().subject(), "alice");
    }
    let published = JwkSet::of_keyring(&world.keys.snapshot()).to_json();
    let elsewhere = JwkSet::from_json(published.as_bytes()).unwrap();
    let elsewhere = Verifier::<Token>::new(name(), api(), elsewhere);
    for token in [before, after] {
        assert!(elsewhere.verify(&token, &world.clock).is_ok());
    }
}

#[test]
fn ring_knows_no_ml_dsa() {
    for key in ml_dsa_keys() {
        let public = key.verifying_key().unwrap().clone();
        assert_eq!(public.with_backend(Backend::Ring).err(), Some(KeyError::Unsupported));
        assert_eq!(key.with_backend(Backend::Ring).err(), Some(KeyError::Unsupported));
    }
}

/// The longest signature leaves room for claims, and what is too long is still refused.
#[test]
fn a_token_is_as_long_as_any() {
    let world = World::with(ml_dsa_keys().into_iter().last().unwrap());
    let sign = |len: usize| {
        let scope = Scope { scope: "x".repeat(len) };
        world.issuer::<Token>().sign("alice", &scope, &world.clock, &world.random)
    };
    let longest = (8_000..9_000).rev().find_map(|len| sign(len).ok()).unwrap();
    assert!(longest.len() > crate::MAX_TOKEN_LEN - 4);
    assert!(world.verify(&longest).is_ok());
    assert_eq!(sign(9_000), Err(crate::SignError::TooLarge));
}
