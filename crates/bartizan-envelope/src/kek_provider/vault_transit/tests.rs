use core::time::Duration;
use std::collections::HashMap;

use bartizan_core::SystemRandom;
use serde_json::{Value, json};

use super::*;
use crate::kek_provider::http::server::{Server, response};

fn transit(url: &ServiceUrl) -> VaultTransit {
    let client = ServiceClient::for_tests(Duration::from_secs(20));
    VaultTransit::new(client, url.clone(), SecretString::from("hvs.secret"), "notes").unwrap()
}

fn key() -> (Context, SecretBytes) {
    (Context::of("test"), SecretBytes::from([7; 32]))
}

/// Keeps plaintexts, and gives them back to who has the ciphertext and, unless it is one of the
/// early versions, the associated data.
fn engine(knows_associated_data: bool) -> Server {
    let kept = Mutex::new(HashMap::<String, (Value, Value)>::new());
    Server::start(move |head, body| {
        let asked: Value = serde_json::from_str(body).unwrap();
        let mut kept = lock(&kept);
        if !head.contains("\r\nx-vault-token: hvs.secret\r\n") {
            return Some(response(403, r#"{"errors":["permission denied"]}"#));
        }
        if head.starts_with("post /v1/transit/encrypt/notes http/1.1\r\n") {
            let ciphertext = format!("vault:v1:{:08}", kept.len());
            let entry = (asked["plaintext"].clone(), asked["associated_data"].clone());
            let _none = kept.insert(ciphertext.clone(), entry);
            let data = json!({ "data": { "ciphertext": ciphertext, "key_version": 1 } });
            return Some(response(200, &data.to_string()));
        }
        assert!(head.starts_with("post /v1/transit/decrypt/notes http/1.1\r\n"), "{head}");
        let found = kept.get(asked["ciphertext"].as_str().unwrap());
        let found =
            found.filter(|entry| !knows_associated_data || entry.1 == asked["associated_data"]);
        Some(found.map_or_else(
            || response(400, r#"{"errors":["cipher: message authentication failed"]}"#),
            |entry| response(200, &json!({ "data": { "plaintext": entry.0 } }).to_string()),
        ))
    })
}

/// asvs: V13.3.3, with a transit engine, whose key never leaves it.
#[tokio_io::test(crate = "tokio_io")]
async fn a_key_comes_back_under_its_context_only() {
    for knows_associated_data in [true, false] {
        let engine = engine(knows_associated_data);
        let transit = transit(&engine.url);
        let (context, key) = key();
        let wrapped = transit.wrap(&context, &key, &SystemRandom::new()).await.unwrap();
        assert_eq!((wrapped.provider(), wrapped.parameters()), ("vault-transit", "notes"));
        assert_eq!(wrapped.bytes(), b"vault:v1:00000000");
        assert!(transit.unwrap(&context, &wrapped).await.unwrap().ct_eq(&[7; 32]));

        let refused = Some(KekProviderError::Refused);
        let other = transit.unwrap(&Context::of("other"), &wrapped).await;
        assert_eq!(other.err(), refused, "{knows_associated_data}");
        let name = |name: &str| name.to_owned();
        let with = |bytes: &[u8]| WrappedKey::new(name(PROVIDER), name("notes"), bytes.to_vec());
        for bytes in [&b"vault:v1:99999999"[..], b"", b"vault:v1:\"", b"v1:x", b"vault:v1:\xff"] {
            assert_eq!(transit.unwrap(&context, &with(bytes)).await.err(), refused);
        }
        let long = format!("vault:v1:{}", "a".repeat(8 << 10));
        assert_eq!(transit.unwrap(&context, &with(long.as_bytes())).await.err(), refused);
        let moved = WrappedKey::new(name(PROVIDER), name("other"), wrapped.bytes().to_vec());
        assert_eq!(transit.unwrap(&context, &moved).await.err(), refused);
        let foreign = WrappedKey::new(name("aws-kms"), name("notes"), wrapped.bytes().to_vec());
        let misconfigured = Some(KekProviderError::Misconfigured);
        assert_eq!(transit.unwrap(&context, &foreign).await.err(), misconfigured);

        transit.replace_token(SecretString::from("hvs.revoked"));
        assert_eq!(transit.unwrap(&context, &wrapped).await.err(), refused);
    }
}

#[tokio_io::test(crate = "tokio_io")]
async fn what_is_sent_is_as_the_reference_has_it() {
    let answer = r#"{"data":{"ciphertext":"vault:v1:abc+/=","key_version":1}}"#;
    let server = Server::always(Some(response(200, answer)));
    let transit = transit(&server.url).with_mount("team/transit/").unwrap();
    let transit = transit.with_namespace("admin/web").unwrap();
    assert_eq!(transit.describe().to_string(), "vault-transit: team/transit/notes");
    assert!(!format!("{transit:?}").contains("hvs"));
    let (context, key) = key();
    let _wrapped = transit.wrap(&context, &key, &SystemRandom::new()).await.unwrap();

    let (head, body) = server.requests.recv().unwrap();
    assert!(head.starts_with("post /v1/team/transit/encrypt/notes http/1.1\r\n"), "{head}");
    for line in [
        "x-vault-token: hvs.secret",
        "x-vault-namespace: admin/web",
        "x-vault-request: true",
        "content-type: application/json",
    ] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
    }
    let sent: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(sent.as_object().unwrap().len(), 2);
    let decoded = |name: &str| {
        let text = sent[name].as_str().unwrap();
        crate::kek_provider::http::base64::decode(text).unwrap().expose().to_vec()
    };
    assert_eq!(decoded("associated_data"), context.as_bytes());
    assert_eq!(decoded("plaintext")[32..], [7; 32]);
}

#[tokio_io::test(crate = "tokio_io")]
async fn what_may_pass_and_what_will_not() {
    let (context, key) = key();
    let wrapped = WrappedKey::new(PROVIDER.to_owned(), "notes".to_owned(), b"vault:v1:a".to_vec());
    let refused = KekProviderError::Refused;
    let unavailable = KekProviderError::Unavailable;
    let misconfigured = KekProviderError::Misconfigured;
    for (status, wrapping, unwrapping) in [
        (400, misconfigured, refused),
        (403, refused, refused),
        (404, misconfigured, misconfigured),
        (307, misconfigured, misconfigured),
        (204, unavailable, unavailable),
        (412, unavailable, unavailable),
        (429, unavailable, unavailable),
        (473, unavailable, unavailable),
        (500, unavailable, unavailable),
        (503, unavailable, unavailable),
    ] {
        let server = Server::always(Some(response(status, r#"{"errors":[]}"#)));
        let transit = transit(&server.url);
        let wrapping_failed = transit.wrap(&context, &key, &SystemRandom::new()).await.err();
        assert_eq!(wrapping_failed, Some(wrapping), "{status}");
        assert_eq!(transit.unwrap(&context, &wrapped).await.err(), Some(unwrapping), "{status}");
    }
}

/// asvs: V13.3.3, wrong answers give no key.
#[tokio_io::test(crate = "tokio_io")]
async fn a_wrong_answer_is_no_key() {
    let (context, _) = key();
    let wrapped = WrappedKey::new(PROVIDER.to_owned(), "notes".to_owned(), b"vault:v1:a".to_vec());
    let unwrap = async |body: &str| {
        let server = Server::always(Some(response(200, body)));
        transit(&server.url).unwrap(&context, &wrapped).await.err()
    };
    for body in ["", "<html>", "null", "{}", r#"{"data":null}"#, r#"{"data":{"plaintext":"A"}}"#] {
        assert_eq!(unwrap(body).await, Some(KekProviderError::Unavailable), "{body}");
    }
    // Without the digest of the context, or nothing after it.
    for body in [r#"{"data":{"plaintext":"BwcH"}}"#, r#"{"data":{"plaintext":""}}"#] {
        assert_eq!(unwrap(body).await, Some(KekProviderError::Refused), "{body}");
    }
    let server = Server::always(None);
    let client = ServiceClient::for_tests(Duration::from_millis(50));
    let silent = VaultTransit { client, ..transit(&server.url) };
    let unwrapped = silent.unwrap(&context, &wrapped).await;
    assert_eq!(unwrapped.err(), Some(KekProviderError::Unavailable));
}

#[test]
fn names_need_no_escaping() {
    let url = ServiceUrl::new("http://127.0.0.1:1").unwrap();
    let new = |key: &str| {
        let client = ServiceClient::for_tests(Duration::from_secs(1));
        VaultTransit::new(client, url.clone(), SecretString::from("t"), key)
    };
    assert!(new("notes-2026.a_B").is_ok());
    for key in ["", ".", "..", "a/b", "a?b", "a%2fb", "a b", "é", &"a".repeat(129)] {
        assert_eq!(new(key).err(), Some(VaultTransitError::Key), "{key}");
    }
    for mount in ["", "/", "a//b", "../sys", "a/../b", "/a", "a?b", "a\r\nb"] {
        let mounted = new("k").unwrap().with_mount(mount);
        assert_eq!(mounted.err(), Some(VaultTransitError::Path), "{mount}");
        let named = new("k").unwrap().with_namespace(mount);
        assert_eq!(named.err(), Some(VaultTransitError::Path), "{mount}");
    }
}
