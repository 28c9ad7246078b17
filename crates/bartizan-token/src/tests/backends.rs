//! Two libraries, one behaviour.

use super::*;
use crate::{JwkSet, KeyError, RsaSize};

/// The same key under each backend.
fn twins() -> Vec<[SigningKey; 2]> {
    let both = every_key().into_iter().filter_map(|key| {
        Some([
            again(&key).with_backend(Backend::Ring).ok()?,
            key.with_backend(Backend::AwsLcRs).unwrap(),
        ])
    });
    both.collect()
}

#[test]
fn what_one_signs_the_other_verifies() {
    for [ring, aws_lc] in twins() {
        assert_eq!((ring.backend(), aws_lc.backend()), (Backend::Ring, Backend::AwsLcRs));
        let (ring, aws_lc) = (World::with(ring), World::with(aws_lc));
        assert!(ring.verify(&aws_lc.sign()).is_ok(), "{}", ring.algorithm());
        assert!(aws_lc.verify(&ring.sign()).is_ok(), "{}", ring.algorithm());
    }
}

/// What is deterministic is the same, bit for bit.
#[test]
fn ed25519_and_hmac_sign_the_same() {
    for [ring, aws_lc] in twins() {
        if ring.algorithm().is_rsa() || ring.algorithm().ec_len().is_some() {
            continue;
        }
        let mut out = [[0; MAX_SIGNATURE_LEN]; 2];
        let [first, second] = &mut out;
        let signed = ring.sign("a", "text", first).unwrap();
        assert_eq!(signed, aws_lc.sign("a", "text", second).unwrap());
    }
}

#[test]
fn a_set_moves_as_a_whole() {
    let key = every_key().remove(0);
    let public = key.verifying_key().unwrap().clone();
    let set = JwkSet::from_keys([("a".to_owned(), public)]).unwrap();
    for backend in BACKENDS {
        let moved = set.clone().with_backend(*backend).unwrap();
        assert_eq!(moved.to_json(), set.to_json());
        assert!(moved.iter().all(|(_, key)| key.backend() == *backend));
    }
    let [key, _] = ml_dsa_keys();
    let public = key.verifying_key().unwrap().clone();
    let set = JwkSet::from_keys([("a".to_owned(), public)]).unwrap();
    assert_eq!(set.with_backend(Backend::Ring).err(), Some(KeyError::Unsupported));
}

/// Shared secrets too, whose tags come from RFC 7515, appendix A.1 in `vectors`.
#[test]
fn a_shared_secret_moves() {
    let k = "A".repeat(43);
    let set = format!(r#"{{"keys":[{{"kty":"oct","alg":"HS256","kid":"a","k":"{k}"}}]}}"#);
    let set = crate::danger::shared_secrets_from_jwk_set(&set.as_str().into()).unwrap();
    let input = format!("{}.e30", base64url::encode(br#"{"alg":"HS256","kid":"a"}"#));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[0; 32]);
    let tag = ring::hmac::sign(&key, input.as_bytes());
    let jws = format!("{input}.{}", base64url::encode(tag.as_ref()));
    for backend in BACKENDS {
        let moved = set.clone().with_backend(*backend).unwrap();
        assert_eq!(crate::danger::payload_of_any_kind(&jws, &moved).unwrap(), b"{}");
        let other = format!("{}A", &jws[..jws.len() - 1]);
        assert!(crate::danger::payload_of_any_kind(&other, &moved).is_err());
    }
}

/// New RSA keys are read by ring, and survive the formats (asvs: V11.2.3).
#[test]
fn rsa_is_made_here_and_signs_anywhere() {
    let random = PredictableRandom::from_seed(1);
    let key = SigningKey::generate_ps256(RsaSize::Bits3072, &random).unwrap();
    let pem = crate::danger::signing_key_to_pkcs8_pem(&key).unwrap();
    let other = SigningKey::from_pkcs8_pem(Algorithm::Ps384, &pem).unwrap();
    let moved = again(&key).with_backend(Backend::Ring).unwrap();
    assert_eq!(other.algorithm(), Algorithm::Ps384);
    let (made, moved) = (World::with(key), World::with(moved));
    assert!(made.verify(&moved.sign()).is_ok());
    assert!(moved.verify(&made.sign()).is_ok());
    let signature = made.sign().rsplit_once('.').unwrap().1.len();
    assert_eq!(signature, 512, "3,072 bits");
}

/// RSA keys that ring does not sign with could not move to it: they are refused under both.
#[test]
fn an_odd_size_of_rsa_is_refused() {
    // Of 3,200 bits, by `openssl genpkey`.
    let pem = include_str!("../key/tests/rsa3200.pem").into();
    let refused = SigningKey::from_pkcs8_pem(Algorithm::Ps256, &pem);
    assert_eq!(refused.err(), Some(KeyError::Malformed));
}

#[test]
fn a_point_is_on_its_curve() {
    for key in ec_keys() {
        let point = key.verifying_key().unwrap().point();
        for backend in BACKENDS {
            let prepared = |point: &[u8]| {
                let public = crate::crypto::PublicKey::Ec(point.into());
                crate::crypto::Prepared::new(*backend, key.algorithm(), &public)
            };
            assert!(prepared(point).is_some());
            for at in 0..point.len() {
                let mut other = point.to_vec();
                other[at] ^= 2;
                assert!(prepared(&other).is_none(), "byte {at} under {backend}");
            }
            assert!(prepared(&vec![0; point.len()]).is_none());
            assert!(prepared(&[0]).is_none(), "infinity");
        }
    }
}

/// A number of ECDSA that is zero, the order of the group or beyond is no key, and a point is
/// written in one way.
#[test]
fn an_ecdsa_key_is_within_its_group() {
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order = bartizan_core::hex::decode(order).unwrap();
    let key = ec_keys().remove(0);
    let point = key.verifying_key().unwrap().point();
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    let own = key.secret().expose();
    let longer = [&[0], own].concat();
    for backend in BACKENDS {
        let pair = |secret: &[u8], point: &[u8]| {
            crate::crypto::Pair::new(*backend, Algorithm::Es256, secret, point)
        };
        assert!(pair(own, point).is_some());
        for secret in [&[0; 32][..], &order, &[0xff; 32], &longer, &own[1..]] {
            assert!(pair(secret, point).is_none(), "{backend} {secret:?}");
        }
        for point in [&compressed, &point[1..], &[0], &[]] {
            assert!(pair(own, point).is_none(), "{backend} {point:?}");
        }
        let public = crate::crypto::PublicKey::Ec(compressed.clone().into());
        assert!(crate::crypto::Prepared::new(*backend, Algorithm::Es256, &public).is_none());
    }
}
