use super::*;

/// Made by `openssl genpkey` and `openssl pkey -pubout`.
const ED25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA595m9SrUvgK1W9eCjqkoMzikPJzW1+ec6M1yRg3fQnc=
-----END PUBLIC KEY-----
";
const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElmt93uzOd6f0kENGb9KDd7zbmYc3
b0K7sLbo9b8ijfNZ+UqW3qSimBJZWqAxpuVUZF0BrATmgrT2rqBQpD2HMQ==
-----END PUBLIC KEY-----
";
const P384: &str = "-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEGggGV61ByuqseBNX6kEZfIlEW95QtI4b
VeY5aqg1FFX2FNHrMIxL99ytIR2J+NAiuRUc+cLHTDZercLZG527YeonmLd9/N3j
uX5dIKwr6XkYghC1ninJ4E3ab+n16kaG
-----END PUBLIC KEY-----
";
/// That of `tests/rsa3072.pem`.
const RSA_3072: &str = "-----BEGIN PUBLIC KEY-----
MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAuEoqsJTCEbKOO9pQ1coj
dujbmUog1rruU8YC8z3/jwijn/eW/fRqMtd9UJQ/lr9wn3cyZ1+JwUiWkqvkRWCl
z95x/n1nJvZ1+/79uDY/rS4zxThTG+/WJON499exr5mRv6l+LkdZntkiaNl6E4PW
7IRNlNFlZDcubzdFo/pPyj6M4LbcywP7znWvcGDKZaiobHlUSOdHegz8d7Xr7kCF
VD5UOr2xqJ+2igitX86Vt+VMuAoZa1JRJ7CpwChQaDUCpFHIjYWLeMY8PckDCefb
1fP1c0ebxbPR4G58ScX+58MyqCw3mCTvzujZiu5TxBxRG2pWR6rZcp0I48kP7MGG
PkYj0p+fUvHIHXbE22060A+CxKNqdsH8Bow9Q34I4VT9pKueJ3LIb8vbZDtMXZHk
eeh+pMPAtVJWWiuAtvZ2fTVwV9vmhIeEXabKsp9OMRhlYLM+YV/Vc74tDnhynEDf
xtkXIZQJ9daT4r3HGrlUBgg41MYN9nhm+ufy7009Zz+/AgMBAAE=
-----END PUBLIC KEY-----
";
const RSA_2048: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAySfqSlFrS1pIGiKFlcoK
Phtgez5Vraee9inD9S9icc6W6AuYb+liWcnfk6ovvJq4qTrDt3Jkp1U4iXB6hKVr
vpB0kBYvZEVqLb9qkomo5y8zfv6fei7mp0XsYlbD3ApuADJGrQJU9Nc/TolhrfMi
CxP/LVb426t8fLSrykblQHeYPWx4fT0375JWblHjfblNbOsyQIib02Uus6TjtAwa
6Xk+xrf30UvbrgQiwXk/WUiCY/Ax3Alqp4N/qEZgZ8mvJ5NWzmv5OP1Wb3L9srIN
KILc8ep2S/8yKG0HzaK9VlmS+hWCPrc43m92QZlftvbgI32DphINScqOY9/lIzP/
+wIDAQAB
-----END PUBLIC KEY-----
";

const GOOD: [(Algorithm, &str); 6] = [
    (Algorithm::EdDsa, ED25519),
    (Algorithm::Es256, P256),
    (Algorithm::Es384, P384),
    (Algorithm::Ps256, RSA_3072),
    (Algorithm::Ps384, RSA_3072),
    (Algorithm::Ps512, RSA_3072),
];

fn refusal(algorithm: Algorithm, pem: &str) -> Option<KeyError> {
    VerifyingKey::from_spki_pem(algorithm, pem).err()
}

fn der(pem: &str) -> Vec<u8> {
    pem::read(pem, LABEL).unwrap().expose().to_vec()
}

#[test]
fn keys_of_openssl_are_read_and_written_the_same() {
    for (algorithm, pem) in GOOD {
        let key = VerifyingKey::from_spki_pem(algorithm, pem).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.to_spki_pem(), pem, "{algorithm}");
        assert_eq!(key.to_spki_der(), der(pem));
        let windows = pem.replace('\n', "\r\n");
        assert_eq!(refusal(algorithm, &windows), None);
        let from_jwk = VerifyingKey::from_jwk(key.to_jwk().as_bytes()).unwrap();
        assert_eq!(from_jwk.to_spki_pem(), pem);
    }
}

#[test]
fn a_private_key_and_its_public_key_belong_together() {
    for key in crate::tests::every_key() {
        let Some(public) = key.verifying_key() else { continue };
        let again = VerifyingKey::from_spki_der(key.algorithm(), &public.to_spki_der()).unwrap();
        assert_eq!(again.thumbprint(), public.thumbprint());
        let signature = &mut [0; crate::crypto::MAX_SIGNATURE_LEN];
        let signature = key.sign("a", "text", signature).unwrap();
        assert!(again.verifies("text", &signature));
    }
    let rsa = &crate::tests::rsa_keys()[0];
    assert_eq!(rsa.verifying_key().unwrap().to_spki_pem(), RSA_3072);
}

/// asvs: V9.1.2
#[test]
fn a_key_is_for_its_algorithm_alone() {
    for (algorithm, pem) in GOOD {
        for other in Algorithm::ALL.iter().copied().filter(|other| *other != algorithm) {
            let expected = if other.is_symmetric() {
                Some(KeyError::Unsupported)
            } else if other.is_rsa() && algorithm.is_rsa() {
                None
            } else {
                Some(KeyError::Disagrees)
            };
            assert_eq!(refusal(other, pem), expected, "{algorithm} as {other}");
        }
    }
}

#[test]
fn weak_keys_are_as_weak_as_in_a_jwk() {
    let short = if cfg!(feature = "legacy-interop") { None } else { Some(KeyError::Weak) };
    assert_eq!(refusal(Algorithm::Ps256, RSA_2048), short);
    let ed25519 = |key: [u8; 32]| {
        let mut spki = der(ED25519);
        spki[12..].copy_from_slice(&key);
        VerifyingKey::from_spki_der(Algorithm::EdDsa, &spki).err()
    };
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert_eq!(ed25519(neutral), Some(KeyError::Weak));
    assert_eq!(ed25519([0; 32]), Some(KeyError::Weak));
    assert_eq!(ed25519([0xff; 32]), Some(KeyError::Malformed));
    // The exponent is 65539, then even.
    let mut exponent = der(RSA_3072);
    let at = exponent.len() - 3;
    exponent[at..].copy_from_slice(&[1, 0, 3]);
    assert_eq!(VerifyingKey::from_spki_der(Algorithm::Ps256, &exponent).err(), None);
    exponent[at..].copy_from_slice(&[1, 0, 2]);
    assert_eq!(
        VerifyingKey::from_spki_der(Algorithm::Ps256, &exponent).err(),
        Some(KeyError::Weak)
    );
}

/// Made by `openssl`: another curve, a compressed point, the older form of RSA.
#[test]
fn other_keys_are_refused() {
    let secp256k1 = "-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAERhR3d/GCFECn4lJ6LtxTLHTOEEyjQF1k
TMfqhJh6qgdaRd/Q832D0apaqwXzAnt5XcP1XoQDxuWvjINfJrD3tA==
-----END PUBLIC KEY-----";
    let compressed = "-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACOYMkrmzdcM7GbXDEzLdOPJj+FfmJ
CzFAEn92X0BT7T0=
-----END PUBLIC KEY-----";
    assert_eq!(refusal(Algorithm::Es256, secp256k1), Some(KeyError::Disagrees));
    assert_eq!(refusal(Algorithm::Es256, compressed), Some(KeyError::Malformed));
    for pem in [
        include_str!("../tests/ed25519.pem"),
        include_str!("../tests/rsa3072.pem"),
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
    ] {
        assert_eq!(refusal(Algorithm::EdDsa, pem), Some(KeyError::Private));
    }
    let private = crate::danger::signing_key_to_pkcs8_der(&crate::tests::rsa_keys()[0]).unwrap();
    let refused = VerifyingKey::from_spki_der(Algorithm::Ps256, private.expose());
    assert_eq!(refused.err(), Some(KeyError::Private));
    let relabelled = include_str!("../tests/p256.pem").replace("PRIVATE KEY", "PUBLIC KEY");
    assert_eq!(refusal(Algorithm::Es256, &relabelled), Some(KeyError::Private));
    for damaged in [
        P256.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
        P256.replace("PUBLIC KEY", "CERTIFICATE"),
        P256.replacen("BEGIN PUBLIC", "BEGIN  PUBLIC", 1),
        P256.replacen("END PUBLIC", "END OTHER", 1),
        format!("{P256}{P256}"),
        format!("text\n{P256}"),
        P256.replace("==", ""),
        P256.replace("==", "="),
        P256.replace("MQ==", "MR=="),
        P256.replace('+', "-"),
        String::new(),
        "-----BEGIN PUBLIC KEY-----".to_owned(),
        "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----".to_owned(),
    ] {
        assert_eq!(refusal(Algorithm::Es256, &damaged), Some(KeyError::Malformed), "{damaged}");
    }
    let long = vec![0x30; MAX_DER_LEN + 1];
    assert_eq!(
        VerifyingKey::from_spki_der(Algorithm::EdDsa, &long).err(),
        Some(KeyError::TooLarge)
    );
    assert_eq!(refusal(Algorithm::EdDsa, &"A".repeat(16_385)), Some(KeyError::TooLarge));
}

/// Every length, and every bit changed: nothing panics, nothing is read that is written otherwise.
#[test]
fn there_is_one_encoding() {
    for (algorithm, pem) in GOOD {
        let good = der(pem);
        let read = |der: &[u8]| VerifyingKey::from_spki_der(algorithm, der);
        for len in 0..good.len() {
            assert!(read(&good[..len]).is_err(), "{len} bytes of {algorithm}");
        }
        assert!(read(&[&good[..], &[0]].concat()).is_err());
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut damaged = good.clone();
                damaged[at] ^= 1 << bit;
                if let Ok(other) = read(&damaged) {
                    assert_eq!(other.to_spki_der(), damaged, "byte {at} of {algorithm}");
                    assert!(other.thumbprint() != read(&good).unwrap().thumbprint());
                }
            }
        }
    }
}

/// What is written besides the key: parameters, unused bits, numbers with leading zeros.
#[test]
fn nothing_is_beside_the_key() {
    let sequence = |parts: &[&[u8]]| write(SEQUENCE, parts).unwrap().expose().to_vec();
    let bits = |unused: u8, key: &[u8]| write(BIT_STRING, &[&[unused], key]).unwrap();
    let info = |identifier: &[u8], bits: SecretBytes| sequence(&[identifier, bits.expose()]);
    let key = &der(ED25519)[12..];
    let oid = [0x06, 3, 0x2b, 0x65, 0x70];
    let plain = sequence(&[&oid]);
    let read = |der: Vec<u8>| VerifyingKey::from_spki_der(Algorithm::EdDsa, &der).err();
    assert_eq!(read(info(&plain, bits(0, key))), None);
    assert_eq!(read(info(&plain, bits(1, key))), Some(KeyError::Malformed));
    assert_eq!(read(info(&plain, bits(0, &[key, &[0]].concat()))), Some(KeyError::Malformed));
    let with_null = sequence(&[&oid, &[5, 0]]);
    assert_eq!(read(info(&with_null, bits(0, key))), Some(KeyError::Disagrees));
    let more = sequence(&[&plain, bits(0, key).expose(), &[5, 0]]);
    assert_eq!(read(more), Some(KeyError::Malformed));

    let rsa = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let (identifier, without) = (sequence(&[&rsa, &[5, 0]]), sequence(&[&rsa]));
    let read = |der: Vec<u8>| VerifyingKey::from_spki_der(Algorithm::Ps256, &der).err();
    let numbers = &der(RSA_3072)[24..];
    assert_eq!(read(info(&identifier, bits(0, numbers))), None);
    assert_eq!(read(info(&without, bits(0, numbers))), Some(KeyError::Disagrees));
    let n = &numbers[4..numbers.len() - 5];
    for (e, refused) in [
        (&[2, 3, 1, 0, 1][..], None),
        (&[2, 4, 0, 1, 0, 1], Some(KeyError::Malformed)),
        (&[2, 3, 0x81, 0, 1], Some(KeyError::Malformed)),
        (&[2, 1, 3], Some(KeyError::Weak)),
        (&[2, 1, 0], Some(KeyError::Malformed)),
        (&[2, 3, 1, 0, 1, 5, 0], Some(KeyError::Malformed)),
        (&[], Some(KeyError::Malformed)),
    ] {
        let numbers = sequence(&[n, e]);
        assert_eq!(read(info(&identifier, bits(0, &numbers))), refused, "{e:?}");
    }
}
