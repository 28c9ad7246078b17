use bartizan_core::danger::PredictableRandom;

use super::*;

fn each() -> [SigningKey; 2] {
    let random = PredictableRandom::from_seed(3);
    [SigningKey::generate_ed25519(&random).unwrap(), SigningKey::generate_hs256(&random).unwrap()]
}

#[test]
fn an_exported_key_comes_back_and_signs_the_same() {
    for key in each() {
        let again = SigningKey::import(&key.export()).unwrap();
        assert_eq!(again.algorithm(), key.algorithm());
        assert_eq!(again.for_kind("a").sign("text"), key.for_kind("a").sign("text"));
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
            assert!(import(&[&[tag], &exported[1..]].concat()).is_none(), "tag {tag}");
        }
    }
}

/// What is stored of an Ed25519 key fits together, bit for bit.
#[test]
fn a_damaged_ed25519_key_is_noticed() {
    let [key, _] = each();
    let exported = key.export();
    for at in 0..exported.len() {
        for bit in 0..8 {
            let mut damaged = exported.expose().to_vec();
            damaged[at] ^= 1 << bit;
            assert!(SigningKey::import(&SecretBytes::from(damaged)).is_none(), "{bit} of {at}");
        }
    }
}

/// The ninth kind and those after it are derived each time, and to the same key.
#[test]
fn every_kind_has_its_own_hmac_key_however_many_there_are() {
    let [_, key] = each();
    let kinds = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let sign = |typ| key.for_kind(typ).sign("text");
    let tags: Vec<_> = kinds.into_iter().map(sign).collect();
    for (at, typ) in kinds.into_iter().enumerate() {
        assert_eq!(sign(typ), tags[at]);
        assert!(!tags[at + 1..].contains(&tags[at]));
    }
    let again = SigningKey::import(&key.export()).unwrap();
    let reversed = kinds.into_iter().rev().map(|typ| again.for_kind(typ).sign("text"));
    assert!(reversed.eq(tags.into_iter().rev()));
}
