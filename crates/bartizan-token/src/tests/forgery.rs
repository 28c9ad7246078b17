//! Tokens that no key signed, or not so.

use bartizan_core::danger::PredictableRandom;
use bartizan_core::{KeyGenerator, KeyRefused, Transition};

use super::*;

#[test]
fn a_token_cut_at_any_byte_is_refused() {
    for world in World::quick() {
        let token = world.sign();
        for len in 0..token.len() {
            assert!(world.verify(&token[..len]).is_err(), "the first {len} bytes");
            assert!(world.verify(&token[len + 1..]).is_err(), "without the first {}", len + 1);
        }
    }
}

#[test]
fn a_token_with_any_bit_flipped_is_refused() {
    for world in World::quick() {
        let token = world.sign();
        let mut flipped_to_text = 0;
        for at in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                // A token that is not UTF-8 is no `&str` and cannot be passed.
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                flipped_to_text += 1;
                assert!(world.verify(&changed).is_err(), "bit {bit} of byte {at}");
            }
        }
        assert_eq!(flipped_to_text, token.len() * 7, "all but the top bit");
    }
}

#[test]
fn a_token_with_anything_added_is_refused() {
    for world in World::quick() {
        let token = world.sign();
        for at in 0..=token.len() {
            for added in [".", "=", " ", "\n", "A", "\0", "é", "%"] {
                let (before, after) = token.split_at(at);
                assert!(
                    world.verify(&format!("{before}{added}{after}")).is_err(),
                    "{at} {added:?}"
                );
            }
        }
        assert_eq!(world.refusal(&format!("{token}.")), Some(VerifyError::Malformed));
        assert_eq!(world.refusal(&format!("{token}.{token}")), Some(VerifyError::BadSignature));
    }
}

/// The last character of a part has bits that belong to no byte; only one spelling has them zero.
#[test]
fn another_spelling_of_the_same_bytes_is_refused() {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for world in World::each() {
        let token = world.sign();
        let last = token.char_indices().next_back().unwrap();
        for other in alphabet.chars().filter(|other| *other != last.1) {
            assert!(world.verify(&format!("{}{other}", &token[..last.0])).is_err());
        }
    }
}

#[test]
fn an_empty_or_missing_part_is_refused() {
    let world = World::hs256();
    for token in
        ["", ".", "..", "...", "a.b", "a..c", ".b.c", "a.b.", "a.b.c.d", "a.b.c.d.e", "€.€.€"]
    {
        assert_eq!(world.refusal(token), Some(VerifyError::Malformed), "{token:?}");
    }
}

#[test]
fn an_oversized_token_is_refused_before_any_work() {
    let world = World::hs256();
    let long = |len: usize| {
        let header = base64url::encode(world.header().as_bytes());
        let payload_len = len - header.len() - 2 - 43;
        world.forge_parts(&format!("{header}.{}", "A".repeat(payload_len)))
    };
    // Payloads of zero bytes: refused, but for what they say.
    let longest = long(crate::MAX_TOKEN_LEN);
    assert_eq!(longest.len(), crate::MAX_TOKEN_LEN);
    assert_ne!(world.refusal(&longest), Some(VerifyError::TooLarge));
    assert_eq!(world.refusal(&long(crate::MAX_TOKEN_LEN + 1)), Some(VerifyError::TooLarge));
    assert_eq!(world.refusal(&"a".repeat(1_000_000)), Some(VerifyError::TooLarge));

    let padding = "x".repeat(800);
    let header = world.header().replace('{', &format!(r#"{{"x":"{padding}","#));
    assert_eq!(world.refusal(&world.forge(header, PAYLOAD)), Some(VerifyError::TooLarge));
}

#[test]
fn a_signature_of_another_key_is_refused() {
    for (world, other) in [
        (World::hs256(), SigningKey::generate_hs256(&PredictableRandom::from_seed(1))),
        (World::eddsa(), SigningKey::generate_ed25519(&PredictableRandom::from_seed(1))),
    ] {
        let other = World::with(other.unwrap());
        assert!(other.verify(&other.sign()).is_ok());
        assert_eq!(world.refusal(&other.sign()), Some(VerifyError::BadSignature));
    }
}

/// The classic confusion, for every public key and every form in which it is public: an HMAC under
/// its bytes (asvs: V9.1.2).
#[test]
fn a_public_key_in_no_form_is_an_hmac_secret() {
    for world in World::each() {
        let keyring = world.keys.snapshot();
        let Some(public) = keyring.primary().1.verifying_key() else { continue };
        let jwk = public.to_jwk();
        let own = world.algorithm().to_string();
        for secret in [public.point(), jwk.as_bytes(), public.thumbprint().as_bytes(), b""] {
            for (alg, mac) in [
                ("HS256", ring::hmac::HMAC_SHA256),
                ("HS384", ring::hmac::HMAC_SHA384),
                ("HS512", ring::hmac::HMAC_SHA512),
            ] {
                for named in [alg, &own] {
                    let header = world.header().replace(&own, named);
                    let input = [header.as_bytes(), PAYLOAD.as_bytes()].map(base64url::encode);
                    let input = input.join(".");
                    let key = ring::hmac::Key::new(mac, secret);
                    let tag = ring::hmac::sign(&key, input.as_bytes());
                    let token = format!("{input}.{}", base64url::encode(tag.as_ref()));
                    let expected = if named == own {
                        VerifyError::BadSignature
                    } else {
                        VerifyError::WrongAlgorithm
                    };
                    assert_eq!(world.refusal(&token), Some(expected), "{named} with {own}");
                }
            }
        }
    }
}

/// CVE-2022-21449 and its kin: r or s is zero, the order of the group, or beyond.
#[test]
fn psychic_signatures_are_refused() {
    let p256_order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order = bartizan_core::hex::decode(p256_order).unwrap();
    let (zero, mut one) = (vec![0; 32], vec![0; 32]);
    one[31] = 1;
    for world in under_each_backend(vec![ec_keys().remove(0)]).into_iter().map(World::with) {
        let token = world.sign();
        let (input, genuine) = token.rsplit_once('.').unwrap();
        let genuine = base64url::decode(genuine).unwrap();
        let halves = [&zero[..], &one, &order, &[0xff; 32], &genuine[..32], &genuine[32..]];
        for (r, s) in halves.iter().flat_map(|r| halves.map(|s| (r, s))) {
            let signature = [r, s].concat();
            if signature == genuine {
                continue;
            }
            let token = format!("{input}.{}", base64url::encode(&signature));
            assert_eq!(world.refusal(&token), Some(VerifyError::BadSignature));
        }
    }
}

/// As X.509 writes it, padded, cut, or for the other curve: RFC 7518, section 3.4, has one length.
#[test]
fn an_ecdsa_signature_has_one_length() {
    for world in under_each_backend(ec_keys()).into_iter().map(World::with) {
        let token = world.sign();
        let (input, genuine) = token.rsplit_once('.').unwrap();
        let genuine = base64url::decode(genuine).unwrap();
        let (r, s) = genuine.split_at(genuine.len() / 2);
        let der = [&[0x30, 70, 2, 33, 0], r, &[2, 33, 0], s].concat();
        let longer = [&[0], r, &[0], s].concat();
        let more = [&*genuine, &[0]].concat();
        for signature in [&*der, &longer, &more, r, &genuine[1..], &genuine[..genuine.len() - 1]] {
            let token = format!("{input}.{}", base64url::encode(signature));
            assert_eq!(world.refusal(&token), Some(VerifyError::BadSignature));
        }
    }
}

/// The same RSA numbers serve one algorithm only (asvs: V9.1.2).
#[test]
fn a_signature_of_another_algorithm_of_rsa_is_refused() {
    let worlds: Vec<_> = under_each_backend(rsa_keys()).into_iter().map(World::with).collect();
    for signer in &worlds {
        for verifier in &worlds {
            let token = signer.sign();
            if signer.algorithm() == verifier.algorithm() {
                assert!(verifier.verify(&token).is_ok());
                continue;
            }
            assert_eq!(verifier.refusal(&token), Some(VerifyError::WrongAlgorithm));
            let renamed = signer.forge(verifier.header(), PAYLOAD);
            assert_eq!(verifier.refusal(&renamed), Some(VerifyError::BadSignature));
        }
    }
}

/// The classic confusion: an HMAC under the bytes of the public key (asvs: V9.1.2).
#[test]
fn a_public_key_is_no_hmac_secret() {
    let world = World::eddsa();
    let exported = world.keys.snapshot().primary().1.export();
    let public = &exported.expose()[33..];
    for alg in ["HS256", "EdDSA"] {
        let header = world.header().replace("EdDSA", alg);
        let input = [header.as_bytes(), PAYLOAD.as_bytes()].map(base64url::encode).join(".");
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public);
        let tag = ring::hmac::sign(&key, input.as_bytes());
        assert!(world.verify(&format!("{input}.{}", base64url::encode(tag.as_ref()))).is_err());
    }
}

/// Both halves of an Ed25519 signature, also as those that verify under a weak implementation.
#[test]
fn special_signatures_are_refused() {
    // The order of the group, added to S: the same point for who does not check S < L.
    let order = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10_u8,
    ];
    for world in under_each_backend(vec![vectors::rfc_8037_key()]).into_iter().map(World::with) {
        let token = world.sign();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let genuine = base64url::decode(signature).unwrap();
        let mut malleated = genuine.clone();
        let mut carry = 0;
        for (byte, added) in malleated[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(added) + carry;
            (*byte, carry) = ((sum & 0xff) as u8, sum >> 8);
        }
        let mut identity = [0; 64];
        identity[0] = 1;
        for changed in [&malleated[..], &identity, &[0; 64], &[0xff; 64], &[0; 32], &genuine[..63]]
        {
            let token = format!("{input}.{}", base64url::encode(changed));
            assert_eq!(world.refusal(&token), Some(VerifyError::BadSignature));
        }
    }
}

/// A token of one kind never passes for another, neither as it is nor with the other's header, and
/// not even HMAC keys are shared (asvs: V9.2.2).
#[test]
fn a_token_of_one_kind_is_none_of_another() {
    for world in World::each() {
        let invitation = world
            .issuer::<Invitation>()
            .sign("alice", &scope(), &world.clock, &world.random)
            .unwrap();
        assert!(world.verifier::<Invitation>().verify(&invitation, &world.clock).is_ok());
        assert_eq!(world.refusal(&invitation), Some(VerifyError::WrongKind));

        let mut parts = invitation.split('.').map(str::to_owned).collect::<Vec<_>>();
        parts[0] = base64url::encode(world.header().as_bytes());
        assert_eq!(world.refusal(&parts.join(".")), Some(VerifyError::BadSignature));
    }

    let keyring = World::hs256().keys.snapshot();
    let key = keyring.primary().1;
    let tags = [Token::TYP, Invitation::TYP]
        .map(|typ| key.sign(typ, "same", &mut [0; MAX_SIGNATURE_LEN]).unwrap().to_vec());
    assert_ne!(tags[0], tags[1]);
}

#[test]
fn the_state_of_the_key_decides() {
    for world in World::each() {
        let token = world.sign();
        let generator = KeyGenerator::new(&world.random, SigningKey::generate_ed25519);
        let advance = |change: &dyn Fn(&Keyring<SigningKey>) -> Transition<SigningKey>| {
            let next = change(&world.keys.snapshot()).into_keyring();
            world.keys.replace(next).unwrap();
        };
        let now = UnixTime::from_secs(NOW_SECS);

        advance(&|keyring| keyring.rotate(now, &generator).unwrap());
        assert!(world.verify(&token).is_ok(), "deactivated keys still verify");
        let newer = world.sign();
        let signed_by = world.verify(&newer).unwrap().key_id().of_keyring();
        assert_ne!(signed_by, Some(KeyId::from_u32(KEY_ID)));

        let id = KeyId::from_u32(KEY_ID);
        advance(&|keyring| keyring.compromise(id, now, &generator).unwrap());
        let compromised = VerifyError::Key(KeyRefused::Compromised);
        assert_eq!(world.refusal(&token), Some(compromised));
        assert!(world.verify(&newer).is_ok());
    }
}

/// The client is told the same, whatever the reason (asvs: V11.2.5).
#[test]
fn every_refusal_has_the_same_text_and_no_source() {
    let world = World::hs256();
    let token = world.sign();
    let reasons = [
        world.refusal(""),
        world.refusal(&token[1..]),
        world.refusal(&token[..token.len() - 4]),
        world.refusal(&world.forge(r#"{"alg":"none"}"#, PAYLOAD)),
        world.refusal(&world.forge(world.header(), "{}")),
        world.refusal(&world.forge(world.header(), PAYLOAD.replace("1700000600", "1"))),
        world.refusal(&"a".repeat(20_000)),
        Some(VerifyError::Key(KeyRefused::Compromised)),
    ];
    for reason in reasons {
        let reason = reason.unwrap();
        assert_eq!(reason.to_string(), "the token is not valid", "{reason:?}");
        assert!(core::error::Error::source(&reason).is_none(), "{reason:?}");
    }
}

/// Padding, white space and more, under a signature over just this spelling.
#[test]
fn another_spelling_is_refused_also_where_it_was_signed() {
    let world = World::hs256();
    let payload = base64url::encode(format!("{PAYLOAD} ").as_bytes());
    let header = base64url::encode(format!("{} ", world.header()).as_bytes());
    assert!(world.verify(&world.forge_parts(&format!("{header}.{payload}"))).is_ok());
    for change in ["=", "==", " ", "\n", "A", "!"] {
        for input in [format!("{header}{change}.{payload}"), format!("{header}.{payload}{change}")]
        {
            let refusal = world.refusal(&world.forge_parts(&input));
            assert!(refusal.is_some_and(|refusal| refusal != VerifyError::BadSignature), "{input}");
        }
    }
}
