use bartizan_core::base64url;
use bartizan_core::danger::ExportKey as _;

use super::*;

fn each() -> Vec<SigningKey> {
    crate::tests::every_key()
}

fn sign(key: &SigningKey, typ: &'static str) -> String {
    base64url::encode(&key.sign(typ, "text", &mut [0; MAX_SIGNATURE_LEN]).unwrap())
}

#[test]
fn an_exported_key_comes_back_and_signs_the_same() {
    for key in each() {
        let again = SigningKey::import(&key.export()).unwrap();
        assert_eq!(again.algorithm(), key.algorithm());
        let signature = base64url::decode(sign(&key, "a")).unwrap();
        assert!(again.verifies("a", "text", &signature));
        assert!(!again.verifies("a", "text.", &signature));
        assert!(again.export().ct_eq(key.export().expose()));
    }
}

#[test]
fn what_was_not_exported_is_not_imported() {
    for key in each() {
        let exported = key.export();
        let exported = exported.expose();
        let import = |bytes: &[u8]| SigningKey::import(&SecretBytes::from(bytes));
        for len in 0..exported.len() {
            assert!(import(&exported[..len]).is_none(), "{len} bytes of {key:?}");
        }
        assert!(import(&[exported, &[0]].concat()).is_none());
        for tag in (0..=u8::MAX).filter(|tag| *tag != exported[0]) {
            let other = import(&[&[tag], &exported[1..]].concat());
            let same_kind =
                other.is_none_or(|other| key.algorithm().is_rsa() && other.algorithm().is_rsa());
            assert!(same_kind, "{key:?} with tag {tag}");
        }
    }
}

/// What is stored of a key on a curve fits together, bit for bit.
#[test]
fn a_damaged_key_is_noticed() {
    for key in each() {
        if key.algorithm().is_symmetric() || key.algorithm().is_rsa() {
            continue;
        }
        let exported = key.export();
        for at in 0..exported.len() {
            let mut damaged = exported.expose().to_vec();
            damaged[at] ^= 1 << (at % 8);
            assert!(
                SigningKey::import(&SecretBytes::from(damaged)).is_none(),
                "byte {at} of {key:?}"
            );
        }
    }
}

/// The ninth kind and those after it are derived each time, and to the same key.
#[test]
fn every_kind_has_its_own_hmac_key_however_many_there_are() {
    for key in each().into_iter().filter(|key| key.algorithm().is_symmetric()) {
        let kinds = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        let tags: Vec<_> = kinds.into_iter().map(|typ| sign(&key, typ)).collect();
        for (at, typ) in kinds.into_iter().enumerate() {
            assert_eq!(sign(&key, typ), tags[at]);
            assert!(!tags[at + 1..].contains(&tags[at]));
        }
        let again = SigningKey::import(&key.export()).unwrap();
        let reversed = kinds.into_iter().rev().map(|typ| sign(&again, typ));
        assert!(reversed.eq(tags.into_iter().rev()));
    }
}

#[test]
fn a_key_survives_every_format() {
    for key in each() {
        let jwk = crate::danger::signing_key_to_jwk(&key);
        let from_jwk = crate::danger::signing_key_from_jwk(&jwk).unwrap();
        assert!(from_jwk.export().ct_eq(key.export().expose()), "{key:?}");
        let Some(pem) = crate::danger::signing_key_to_pkcs8_pem(&key) else {
            assert!(key.algorithm().is_symmetric());
            continue;
        };
        let from_pem = SigningKey::from_pkcs8_pem(key.algorithm(), &pem).unwrap();
        assert!(from_pem.export().ct_eq(key.export().expose()), "{key:?}");
    }
}

/// Every length, and every byte changed: nothing panics, and nothing is another key.
#[test]
fn damaged_pkcs8_is_refused_or_the_same_key() {
    for key in each().into_iter().filter(|key| !key.algorithm().is_symmetric()) {
        let der = crate::danger::signing_key_to_pkcs8_der(&key).unwrap();
        let der = der.expose();
        let import = |der: &[u8]| SigningKey::from_pkcs8_der(key.algorithm(), der);
        for len in 0..der.len() {
            assert_eq!(import(&der[..len]).err(), Some(KeyError::Malformed), "{len} of {key:?}");
        }
        assert!(import(&[der, &[0]].concat()).is_err());
        for other in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es384, Algorithm::Ps256] {
            if other != key.algorithm() && !(other.is_rsa() && key.algorithm().is_rsa()) {
                let refused = SigningKey::from_pkcs8_der(other, der);
                assert_eq!(refused.err(), Some(KeyError::Disagrees), "{key:?} as {other}");
            }
        }
        assert_eq!(
            SigningKey::from_pkcs8_der(Algorithm::Hs256, der).err(),
            Some(KeyError::Unsupported)
        );
    }
    let long = vec![0x30; 8_193];
    let refused = SigningKey::from_pkcs8_der(Algorithm::EdDsa, &long);
    assert_eq!(refused.err(), Some(KeyError::TooLarge));
}

/// Made by `openssl genpkey`.
#[test]
fn keys_of_openssl_are_read() {
    for (algorithm, pem) in [
        (Algorithm::EdDsa, include_str!("tests/ed25519.pem")),
        (Algorithm::Es256, include_str!("tests/p256.pem")),
        (Algorithm::Es384, include_str!("tests/p384.pem")),
        (Algorithm::Ps256, include_str!("tests/rsa3072.pem")),
    ] {
        let key = SigningKey::from_pkcs8_pem(algorithm, &pem.into()).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        let again = crate::danger::signing_key_to_pkcs8_pem(&key).unwrap();
        assert_eq!(again.expose(), pem, "{algorithm}");
        for damaged in [
            pem.replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE"),
            pem.replace("-----END", "----END"),
            format!("{pem}{pem}"),
            pem.replacen('M', "!", 1),
        ] {
            let refused = SigningKey::from_pkcs8_pem(algorithm, &damaged.as_str().into());
            assert_eq!(refused.err(), Some(KeyError::Malformed), "{algorithm}");
        }
    }
}

/// Also where old keys may verify.
#[test]
fn rsa_of_2048_bits_signs_nothing() {
    let pem = include_str!("tests/rsa2048.pem").into();
    let refused = SigningKey::from_pkcs8_pem(Algorithm::Ps256, &pem);
    assert_eq!(refused.err(), Some(KeyError::Weak));
}

/// Each length has one encoding, the shortest.
#[test]
fn der_has_one_spelling() {
    let read = |der: &[u8]| der::Der(der).read(der::OCTET_STRING).map(<[u8]>::len);
    let with = |head: &[u8], len: usize| [head, &vec![7; len]].concat();
    assert_eq!(read(&with(&[4, 0x7f], 0x7f)), Some(0x7f));
    assert_eq!(read(&with(&[4, 0x81, 0x80], 0x80)), Some(0x80));
    assert_eq!(read(&with(&[4, 0x82, 1, 0], 0x100)), Some(0x100));
    for (head, len) in [
        (&[4, 0x81, 0x7f][..], 0x7f),
        (&[4, 0x82, 0, 0xff], 0xff),
        (&[4, 0x83, 0, 1, 0], 0x100),
        (&[4, 0x80], 0),
        (&[4, 0xff], 0),
        (&[5, 1], 1),
        (&[4, 2], 1),
        (&[4], 0),
    ] {
        assert_eq!(read(&with(head, len)), None, "{head:?}");
    }
    let number = |der: &[u8]| der::Der(der).number().map(<[u8]>::to_vec);
    assert_eq!(number(&[2, 1, 0]), Some(vec![]));
    assert_eq!(number(&[2, 2, 0, 0x80]), Some(vec![0x80]));
    for refused in [&[2, 0][..], &[2, 1, 0x80], &[2, 2, 0, 0x7f], &[2, 2, 0, 0]] {
        assert_eq!(number(refused), None, "{refused:?}");
    }
}

/// RFC 9881, section 6, as AWS-LC writes and reads it: the seed, or it and what it expands to.
#[cfg(feature = "aws-lc-rs")]
#[test]
fn ml_dsa_is_read_with_its_seed() {
    use aws_lc_rs::encoding::AsRawBytes as _;
    use aws_lc_rs::signature::{ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, PqdsaKeyPair};

    for (key, signing) in
        crate::tests::ml_dsa_keys().into_iter().zip([&ML_DSA_44_SIGNING, &ML_DSA_65_SIGNING])
    {
        let (algorithm, seed) = (key.algorithm(), key.secret().expose());
        let pair = PqdsaKeyPair::from_seed(signing, seed).unwrap();
        let der = crate::danger::signing_key_to_pkcs8_der(&key).unwrap();
        assert_eq!(der.expose(), pair.to_pkcs8v1().unwrap().as_ref());

        let expanded = pair.private_key().as_raw_bytes().unwrap();
        let both = |seed: &[u8], expanded: &[u8]| {
            let write = |tag, parts: &[&[u8]]| der::write(tag, parts).unwrap();
            let parts = [seed, expanded].map(|part| write(der::OCTET_STRING, &[part]));
            let key = write(der::SEQUENCE, &[parts[0].expose(), parts[1].expose()]);
            // Version and algorithm, as in the other form.
            let start = &der.expose()[2..der.expose().len() - 36];
            let key = write(der::OCTET_STRING, &[key.expose()]);
            write(der::SEQUENCE, &[start, key.expose()])
        };
        let import = |der: &SecretBytes| SigningKey::from_pkcs8_der(algorithm, der.expose());
        let written = both(seed, expanded.as_ref());
        assert!(PqdsaKeyPair::from_pkcs8(signing, written.expose()).is_ok());
        assert!(import(&written).unwrap().export().ct_eq(key.export().expose()));

        let mut other = expanded.as_ref().to_vec();
        other[100] ^= 1;
        for wrong in [both(seed, &other), both(&[7; 32], expanded.as_ref()), both(seed, &[])] {
            assert_eq!(import(&wrong).err(), Some(KeyError::Malformed));
        }
    }
}
