//! Any header and any payload under a signature that is right: what is accepted, `serde_json` reads
//! too, and sees the same.

#![no_main]

use std::sync::LazyLock;

use bartizan_core::{ManualClock, SecretString, UnixTime, base64url};
use bartizan_token::{AccessToken, Audience, IssuerName, Verifier, danger};
use libfuzzer_sys::fuzz_target;
use ring::hmac;
use serde_json::Value;

const HEADER: &str = r#"{"alg":"HS256","typ":"at+jwt","kid":"a"}"#;
const PAYLOAD: &str =
    r#"{"iss":"i","sub":"s","aud":"a","exp":1700000600,"iat":1700000000,"jti":"j","#;
/// In the order of our own issuer, which is read in a shorter way.
const USUAL: &str =
    r#"{"iss":"i","aud":"a","sub":"s","exp":1700000600,"iat":1700000000,"jti":"j","#;

fuzz_target!(|input: (u8, &[u8], &[u8])| {
    let (mode, header, payload) = input;
    // Some are free in both parts; the others begin as a good token does.
    let header = if mode % 2 == 0 { HEADER.as_bytes() } else { header };
    let payload = match mode / 2 % 4 {
        0 => [PAYLOAD.as_bytes(), payload].concat(),
        1 => [USUAL.as_bytes(), payload].concat(),
        _ => payload.to_vec(),
    };
    let signed = format!("{}.{}", base64url::encode(header), base64url::encode(&payload));
    let tag = hmac::sign(&KEY, signed.as_bytes());
    let token = format!("{signed}.{}", base64url::encode(tag.as_ref()));
    let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    let Ok(verified) = VERIFIER.verify(&token, &clock) else { return };

    let header: Value = serde_json::from_slice(header).expect("accepted headers are JSON");
    assert_eq!((&header["alg"], &header["typ"]), (&"HS256".into(), &"at+jwt".into()));
    assert_eq!(header["kid"], "a");
    let mut payload: Value = serde_json::from_slice(&payload).expect("accepted payloads are JSON");
    assert_eq!(payload["sub"], verified.subject());
    assert_eq!(payload["jti"], verified.token_id());
    assert_eq!(payload["exp"], verified.expires_at().as_secs());
    assert_eq!(payload["iat"], verified.issued_at().as_secs());
    let members = payload.as_object_mut().expect("an object");
    members.retain(|name, _| !REGISTERED.contains(&&**name));
    assert!(same(verified.claims(), &payload), "{} {payload}", verified.claims());
});

const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// `serde_json` may be off by one in the last bit of a fraction.
fn same(read: &Value, oracle: &Value) -> bool {
    match (read, oracle) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, l)| right.get(name).is_some_and(|r| same(l, r)))
        }
        (Value::Number(left), Value::Number(right)) if left.is_f64() && right.is_f64() => {
            let (left, right) =
                (left.as_f64().expect("a double"), right.as_f64().expect("a double"));
            (left - right).abs() <= left.abs() * 1e-15
        }
        _ => read == oracle,
    }
}

static KEY: LazyLock<hmac::Key> = LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, &[0; 32]));

static VERIFIER: LazyLock<Verifier<AccessToken<Value>>> = LazyLock::new(|| {
    let k = base64url::encode(&[0; 32]);
    let set = format!(r#"{{"keys":[{{"kty":"oct","alg":"HS256","kid":"a","k":"{k}"}}]}}"#);
    let keys = danger::shared_secrets_from_jwk_set(&SecretString::from(set)).expect("a good set");
    let name = IssuerName::new("i").expect("a good name");
    Verifier::new(name, Audience::new("a").expect("a good name"), keys)
});
