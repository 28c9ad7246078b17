use bartizan_core::danger::ExportKey as _;

use super::*;
use crate::JwkSet;
use crate::danger::{shared_secrets_from_jwk_set, signing_key_from_jwk, signing_key_to_jwk};

const ED25519: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn refusal(jwk: &str) -> Option<KeyError> {
    VerifyingKey::from_jwk(jwk.as_bytes()).err()
}

/// Also with what is ignored: RFC 7517, section 4.
#[test]
fn a_public_key_survives_its_jwk() {
    for key in crate::tests::every_key() {
        let Some(public) = key.verifying_key() else { continue };
        let jwk = public.to_jwk();
        let again = VerifyingKey::from_jwk(jwk.as_bytes()).unwrap();
        assert_eq!(again.to_jwk(), jwk);
        assert_eq!(again.algorithm(), key.algorithm());
        let more = jwk.replacen('{', r#"{"x5t":"abc","key_ops":["verify"],"iat":1,"#, 1);
        assert_eq!(refusal(&more), None);
        // Nothing of the private part.
        for member in ["\"d\"", "\"p\"", "\"q\"", "\"k\""] {
            assert!(!jwk.contains(member), "{jwk}");
        }
    }
}

/// asvs: V9.1.2
#[test]
fn a_symmetric_key_is_never_public() {
    for key in crate::tests::every_key() {
        let jwk = signing_key_to_jwk(&key);
        let expected = if key.algorithm().is_symmetric() {
            KeyError::Unsupported
        } else {
            // Somebody published it.
            KeyError::Private
        };
        assert_eq!(refusal(jwk.expose()), Some(expected));
        assert_eq!(key.verifying_key().is_none(), key.algorithm().is_symmetric());
        // Nor is a public key a secret.
        if let Some(public) = key.verifying_key() {
            let jwk = SecretString::from(public.to_jwk());
            let set = SecretString::from(format!(r#"{{"keys":[{}]}}"#, jwk.expose()));
            let refused = shared_secrets_from_jwk_set(&set).err();
            assert_eq!(refused, Some(KeyError::Unsupported));
            assert_eq!(signing_key_from_jwk(&jwk).err(), Some(KeyError::Malformed));
        }
    }
}

#[test]
fn a_key_whose_members_disagree_is_refused() {
    for (member, error) in [
        (r#""use":"enc""#, KeyError::Disagrees),
        (r#""use":"SIG""#, KeyError::Disagrees),
        (r#""key_ops":["sign"]"#, KeyError::Disagrees),
        (r#""key_ops":[]"#, KeyError::Disagrees),
        (r#""key_ops":["verify","encrypt"]"#, KeyError::Disagrees),
        (r#""alg":"ES256""#, KeyError::Disagrees),
        (r#""alg":"HS256""#, KeyError::Disagrees),
        (r#""alg":"none""#, KeyError::Unsupported),
        (r#""alg":"eddsa""#, KeyError::Unsupported),
        (r#""alg":"Ed448""#, KeyError::Unsupported),
        (r#""alg":5"#, KeyError::Malformed),
        (r#""x":"AA""#, KeyError::Malformed),
        (r#""\u0078":"AA""#, KeyError::Malformed),
        (r#""d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A""#, KeyError::Private),
        (r#""k":"AA""#, KeyError::Private),
    ] {
        let jwk = ED25519.replacen('{', &format!("{{{member},"), 1);
        assert_eq!(refusal(&jwk), Some(error), "{member}");
    }
    for member in [r#""alg":"EdDSA""#, r#""alg":"Ed25519""#, r#""use":"sig""#] {
        assert_eq!(refusal(&ED25519.replacen('{', &format!("{{{member},"), 1)), None, "{member}");
    }
}

#[test]
fn a_key_that_is_not_whole_is_refused() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    for (from, to, error) in [
        (x, "", KeyError::Malformed),
        (x, &x[1..], KeyError::Malformed),
        (x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp", KeyError::Malformed),
        (x, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", KeyError::Malformed),
        (x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=", KeyError::Malformed),
        ("\"x\"", "\"X\"", KeyError::Malformed),
        ("\"kty\"", "\"type\"", KeyError::Malformed),
        ("\"crv\"", "\"curve\"", KeyError::Unsupported),
        ("OKP", "okp", KeyError::Unsupported),
        ("OKP", "EC", KeyError::Unsupported),
        ("OKP", "RSA", KeyError::Disagrees),
        ("Ed25519", "X25519", KeyError::Unsupported),
        ("Ed25519", "Ed448", KeyError::Unsupported),
        ("}", "", KeyError::Malformed),
        ("}", "}}", KeyError::Malformed),
    ] {
        assert_eq!(refusal(&ED25519.replace(from, to)), Some(error), "{from} as {to}");
    }
    assert_eq!(refusal(&" ".repeat(MAX_JWK_LEN + 1)), Some(KeyError::TooLarge));
}

/// asvs: V9.1.2
#[test]
fn rsa_says_its_algorithm_and_it_is_one_of_rsa() {
    let key = &crate::tests::rsa_keys()[0];
    let jwk = key.verifying_key().unwrap().to_jwk();
    assert_eq!(refusal(&jwk.replace(r#""alg":"PS256","#, "")), Some(KeyError::Unsupported));
    assert_eq!(refusal(&jwk.replace("PS256", "HS256")), Some(KeyError::Disagrees));
    assert_eq!(refusal(&jwk.replace("PS256", "ES256")), Some(KeyError::Disagrees));
    let legacy = if cfg!(feature = "legacy-interop") { None } else { Some(KeyError::Unsupported) };
    assert_eq!(refusal(&jwk.replace("PS256", "RS256")), legacy);
    // To sign with it is another matter.
    let private = signing_key_to_jwk(key).expose().replace("PS256", "RS256");
    let refused = signing_key_from_jwk(&private.into()).err();
    assert_eq!(refused, Some(KeyError::Unsupported));
}

#[test]
fn private_parts_belong_together() {
    for key in crate::tests::every_key() {
        let jwk = signing_key_to_jwk(&key);
        let again = signing_key_from_jwk(&jwk).unwrap();
        assert!(again.export().ct_eq(key.export().expose()));
        if key.algorithm().is_symmetric() {
            let shorter = jwk.expose().replace(r#""k":""#, r#""k":"AAAA"#);
            assert_eq!(signing_key_from_jwk(&shorter.into()).err(), Some(KeyError::Weak));
            continue;
        }
        for member in ["d", "x", "y", "n", "e", "p", "q", "dp", "dq", "qi"] {
            let from = format!(r#""{member}":""#);
            let removed = jwk.expose().replace(&from, &format!(r#""not-{member}":""#));
            if removed == jwk.expose() {
                continue;
            }
            assert_eq!(signing_key_from_jwk(&removed.into()).err(), Some(KeyError::Malformed));
            let leading_zeros = jwk.expose().replace(&from, &format!("{from}AAAA"));
            assert!(signing_key_from_jwk(&leading_zeros.into()).is_err(), "{member} of {key:?}");
        }
    }
}

#[test]
fn a_set_keeps_the_keys_that_serve_and_counts_the_others() {
    let with = |members: &str| ED25519.replacen('{', &format!("{{{members},"), 1);
    let keys = [
        with(r#""kid":"a""#),
        with(r#""kid":"b","use":"enc""#),
        r#"{"kty":"oct","k":"AAAA","kid":"c"}"#.to_owned(),
        r#"{"kty":"new","kid":"a"}"#.to_owned(),
        ED25519.to_owned(),
    ];
    let set = format!(r#"{{"keys":[{}],"more":1}}"#, keys.join(","));
    let set = JwkSet::from_json(set.as_bytes()).unwrap();
    let kids: Vec<_> = set.iter().map(|(kid, _)| kid).collect();
    // RFC 8037, appendix A.3.
    assert_eq!(kids, ["a", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]);
    assert_eq!((set.len(), set.ignored()), (2, 3));
    let again = JwkSet::from_json(set.to_json().as_bytes()).unwrap();
    assert_eq!(again.to_json(), set.to_json());
}

#[test]
fn a_set_is_bounded_and_has_no_id_twice() {
    let refused = |json: &str| JwkSet::from_json(json.as_bytes()).err();
    let set = |keys: &[&str]| format!(r#"{{"keys":[{}]}}"#, keys.join(","));
    assert_eq!(refused(&set(&[ED25519; 2])), Some(KeyError::DuplicateId));
    assert_eq!(refused(&set(&[r#"{"kty":"x"}"#; 100])), None);
    assert_eq!(refused(&set(&[r#"{"kty":"x"}"#; 101])), Some(KeyError::TooLarge));
    assert_eq!(refused(&" ".repeat(65_537)), Some(KeyError::TooLarge));
    for malformed in
        ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[1]}"#, r#"{"keys":[],"keys":[]}"#]
    {
        assert_eq!(refused(malformed), Some(KeyError::Malformed), "{malformed}");
    }
}

/// A key made for something else never gets so far as to sign: `kid` is text and no more.
#[test]
fn an_id_with_odd_characters_survives_a_set() {
    for kid in ["", "\"", "\\", "a\u{0}b", "../../etc/passwd", "' OR 1=1 --", "😀"] {
        let key = VerifyingKey::from_jwk(ED25519.as_bytes()).unwrap();
        let set = JwkSet::from_keys([(kid.to_owned(), key)]).unwrap();
        let again = JwkSet::from_json(set.to_json().as_bytes()).unwrap();
        assert_eq!(again.iter().next().unwrap().0, kid);
    }
}
