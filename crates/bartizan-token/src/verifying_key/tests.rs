use ring::signature::{ED25519, UnparsedPublicKey};

use super::*;

fn hex(text: &str) -> Vec<u8> {
    bartizan_core::hex::decode(text).unwrap()
}

/// All encodings of the eight points of small order, those that are not canonical included.
const SMALL: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

#[test]
fn a_public_key_of_small_order_is_refused() {
    for key in SMALL {
        let refused = VerifyingKey::ed25519(&hex(key)).err();
        assert!(matches!(refused, Some(KeyError::Weak | KeyError::Malformed)), "{key}");
    }
    for largest in ["ebff", "edfe"] {
        let key = format!("{largest}{}7f", "ff".repeat(29));
        assert!(VerifyingKey::ed25519(&hex(&key)).is_ok(), "{key}");
    }
    assert_eq!(VerifyingKey::ed25519(&[7; 31]).err(), Some(KeyError::Malformed));
}

/// Why they are: under the neutral element this verifies for every text.
#[test]
fn without_that_check_anybody_could_sign() {
    let mut forged = [0; 64];
    forged[0] = 1;
    let key = UnparsedPublicKey::new(&ED25519, hex(SMALL[0]));
    assert!(key.verify(b"any text", &forged).is_ok());
    #[cfg(feature = "aws-lc-rs")]
    {
        use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
        let key = ParsedPublicKey::new(&ED25519, hex(SMALL[0])).unwrap();
        assert!(key.verify_sig(b"any text", &forged).is_ok());
    }
}

#[test]
fn a_point_is_on_its_curve() {
    for key in crate::tests::ec_keys() {
        let public = key.verifying_key().unwrap();
        let point = public.point();
        assert!(VerifyingKey::ec(key.algorithm(), point).is_ok());
        for at in 0..point.len() {
            let mut other = point.to_vec();
            other[at] ^= 2;
            let refused = VerifyingKey::ec(key.algorithm(), &other);
            assert_eq!(refused.err(), Some(KeyError::Malformed), "byte {at}");
        }
        let zero = vec![0; point.len()];
        assert!(VerifyingKey::ec(key.algorithm(), &zero).is_err());
        assert!(VerifyingKey::ec(key.algorithm(), &[0]).is_err(), "infinity");
        let other =
            if key.algorithm() == Algorithm::Es256 { Algorithm::Es384 } else { Algorithm::Es256 };
        assert!(VerifyingKey::ec(other, point).is_err());
    }
}

/// A number of so many bits, odd.
fn modulus(bits: usize) -> Vec<u8> {
    let mut n = vec![0xff; bits / 8];
    n[0] = 0x80;
    n
}

fn rsa(n: &[u8], e: &[u8]) -> Option<KeyError> {
    VerifyingKey::rsa(Algorithm::Ps256, n, e).err()
}

#[test]
fn rsa_has_enough_bits() {
    let short = if cfg!(feature = "legacy-interop") { None } else { Some(KeyError::Weak) };
    for (bits, refused) in [
        (1_024, Some(KeyError::Weak)),
        (2_040, Some(KeyError::Weak)),
        (2_048, short),
        (3_064, short),
        (3_072, None),
        (8_192, None),
        (8_200, Some(KeyError::Unsupported)),
    ] {
        assert_eq!(rsa(&modulus(bits), &[1, 0, 1]), refused, "{bits}");
    }
    let mut even = modulus(3_072);
    even[383] = 0xfe;
    assert_eq!(rsa(&even, &[1, 0, 1]), Some(KeyError::Weak));
    let padded = [&[0], &*modulus(3_072)].concat();
    assert_eq!(rsa(&padded, &[1, 0, 1]), Some(KeyError::Malformed));
    let wrong = VerifyingKey::rsa(Algorithm::EdDsa, &modulus(3_072), &[1, 0, 1]);
    assert_eq!(wrong.err(), Some(KeyError::Disagrees));
}

#[test]
fn rsa_has_a_safe_exponent() {
    for weak in [&[1][..], &[3], &[0xff, 0xff], &[1, 0, 0], &[2, 0, 0, 0, 1], &[0xff; 9]] {
        assert_eq!(rsa(&modulus(3_072), weak), Some(KeyError::Weak), "{weak:?}");
    }
    assert_eq!(rsa(&modulus(3_072), &[1, 0xff, 0xff, 0xff, 0xff]), None);
    for malformed in [&[][..], &[0], &[0, 1, 0, 1]] {
        assert_eq!(rsa(&modulus(3_072), malformed), Some(KeyError::Malformed));
    }
}

/// CVE-2017-15361: the modulus is a power of 65537 modulo the small primes, as here 65537^2 is.
#[test]
fn a_modulus_of_the_broken_generator_is_suspect() {
    assert!(roca::is_suspect(&[1, 0, 2, 0, 1]));
    assert!(roca::is_suspect(&[1]));
    for key in crate::tests::rsa_keys() {
        let PublicKey::Rsa { n, .. } = key.verifying_key().unwrap().public_key() else { panic!() };
        assert!(!roca::is_suspect(n));
    }
}
