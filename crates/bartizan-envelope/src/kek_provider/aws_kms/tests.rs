mod moto;

use core::time::Duration;

use bartizan_core::{ManualClock, SystemRandom, UnixTime};

use super::*;
use crate::kek_provider::http::server::{Server, response};

fn kms(url: &ServiceUrl, key_id: &str) -> AwsKms {
    let credentials = AwsCredentials::new("AKIDEXAMPLE", SecretString::from("the secret"))
        .session_token(SecretString::from("the token"));
    let client = ServiceClient::for_tests(Duration::from_secs(20));
    AwsKms::new(client, credentials, "us-east-1", key_id)
        .unwrap()
        .with_endpoint(url.clone())
        .with_clock(Arc::new(ManualClock::at(UnixTime::from_secs(1_440_938_160))))
}

fn key() -> (Context, SecretBytes) {
    (Context::of("test"), SecretBytes::from([7; 32]))
}

fn wrapped() -> WrappedKey {
    WrappedKey::new("aws-kms".to_owned(), "arn:aws:kms:us-east-1:1:key/k".to_owned(), vec![9; 99])
}

async fn unwrap(answer: Option<Vec<u8>>) -> Result<SecretBytes, KekProviderError> {
    let server = Server::always(answer);
    kms(&server.url, "k").unwrap(&key().0, &wrapped()).await
}

#[tokio_io::test(crate = "tokio_io")]
async fn what_is_sent_is_as_the_reference_has_it() {
    let answer = r#"{"CiphertextBlob":"CQkJ","KeyId":"arn:aws:kms:us-east-1:1:key/k"}"#;
    let server = Server::always(Some(response(200, answer)));
    let kms = kms(&server.url, "alias/k");
    let (context, key) = key();
    let wrapped = kms.wrap(&context, &key, &SystemRandom::new()).await.unwrap();
    assert_eq!(wrapped.parameters(), "arn:aws:kms:us-east-1:1:key/k");
    assert_eq!(wrapped.bytes(), [9; 3]);

    let (head, body) = server.requests.recv().unwrap();
    assert!(head.starts_with("post / http/1.1\r\n"), "{head}");
    for line in [
        "x-amz-target: trentservice.encrypt",
        "x-amz-date: 20150830t123600z",
        "x-amz-security-token: the token",
        "content-type: application/x-amz-json-1.1",
    ] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{head}");
    }
    assert!(head.contains("credential=akidexample/20150830/us-east-1/kms/aws4_request"));
    assert!(!head.contains("the secret") && !body.contains("the secret"));
    let sent: serde_json::Value = serde_json::from_str(&body).unwrap();
    let bound = bartizan_core::base64url::encode(context.as_bytes());
    let expected = serde_json::json!({
        "KeyId": "alias/k",
        "Plaintext": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "EncryptionContext": { "bartizan": bound },
    });
    assert_eq!(sent, expected);
}

/// asvs: V13.3.3, a key that was disabled, and every other no, unwraps nothing and is one error.
#[tokio_io::test(crate = "tokio_io")]
async fn every_no_is_one() {
    for kind in [
        "DisabledException",
        "InvalidCiphertextException",
        "IncorrectKeyException",
        "AccessDeniedException",
        "KMSInvalidStateException",
        "InvalidKeyUsageException",
        "com.amazonaws.kms#DisabledException",
    ] {
        let body = format!(r#"{{"__type":"{kind}","message":"no"}}"#);
        let unwrapped = unwrap(Some(response(400, &body))).await;
        assert_eq!(unwrapped.err(), Some(KekProviderError::Refused), "{kind}");
    }
}

#[tokio_io::test(crate = "tokio_io")]
async fn what_may_pass_and_what_will_not() {
    for (status, kind, error) in [
        (400, "ThrottlingException", KekProviderError::Unavailable),
        (500, "KMSInternalException", KekProviderError::Unavailable),
        (500, "KeyUnavailableException", KekProviderError::Unavailable),
        (503, "", KekProviderError::Unavailable),
        (429, "", KekProviderError::Unavailable),
        (204, "", KekProviderError::Unavailable),
        (400, "NotFoundException", KekProviderError::Misconfigured),
        (400, "ExpiredTokenException", KekProviderError::Misconfigured),
        (400, "ValidationException", KekProviderError::Misconfigured),
        (403, "InvalidSignatureException", KekProviderError::Misconfigured),
        (302, "", KekProviderError::Misconfigured),
        (404, "", KekProviderError::Misconfigured),
    ] {
        let body = format!(r#"{{"__type":"{kind}"}}"#);
        let unwrapped = unwrap(Some(response(status, &body))).await;
        assert_eq!(unwrapped.err(), Some(error), "{status} {kind}");
    }
}

/// asvs: V13.3.3, wrong answers give no key.
#[tokio_io::test(crate = "tokio_io")]
async fn a_wrong_answer_is_no_key() {
    let good = r#"{"Plaintext":"BwcH","KeyId":"arn:aws:kms:eu-west-1:1:key/k"}"#;
    assert!(unwrap(Some(response(200, good))).await.unwrap().ct_eq(&[7; 3]));
    let unavailable = Some(KekProviderError::Unavailable);
    for len in 0..good.len() {
        assert_eq!(unwrap(Some(response(200, &good[..len]))).await.err(), unavailable, "{len}");
    }
    for body in [
        "<html>",
        "null",
        "[]",
        "{}",
        r#"{"Plaintext":null,"KeyId":"k"}"#,
        r#"{"Plaintext":"","KeyId":"k"}"#,
        r#"{"Plaintext":"BwcH"}"#,
        r#"{"Plaintext":"Bwc_","KeyId":"k"}"#,
        r#"{"Plaintext":"BwcH\n","KeyId":"k"}"#,
    ] {
        assert_eq!(unwrap(Some(response(200, body))).await.err(), unavailable, "{body}");
    }
    let other = good.replace("key/k", "key/other");
    let refused = unwrap(Some(response(200, &other))).await;
    assert_eq!(refused.err(), Some(KekProviderError::Refused));
    let endless = " ".repeat(1 << 20);
    for raw in [
        response(200, &endless),
        b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{".to_vec(),
        Vec::new(),
        b"SSH-2.0\r\n".to_vec(),
    ] {
        assert_eq!(unwrap(Some(raw)).await.err(), unavailable);
    }
}

#[tokio_io::test(crate = "tokio_io")]
async fn one_that_never_answers_is_given_up() {
    let server = Server::always(None);
    let client = ServiceClient::for_tests(Duration::from_millis(50));
    let kms = AwsKms { client, ..kms(&server.url, "k") };
    let unwrapped = kms.unwrap(&key().0, &wrapped()).await;
    assert_eq!(unwrapped.err(), Some(KekProviderError::Unavailable));

    // And one that is not there at all.
    let gone = ServiceUrl::new("http://127.0.0.1:1").unwrap();
    let unwrapped = kms.with_endpoint(gone).unwrap(&key().0, &wrapped()).await;
    assert_eq!(unwrapped.err(), Some(KekProviderError::Unavailable));
}

#[tokio_io::test(crate = "tokio_io")]
async fn what_the_service_cannot_have_given_is_not_sent() {
    let server = Server::always(Some(response(200, "{}")));
    let kms = kms(&server.url, "k");
    let with = |name: &str, len| WrappedKey::new(name.to_owned(), String::new(), vec![1; len]);
    for (wrapped, error) in [
        (with("aws-kms", 0), KekProviderError::Refused),
        (with("aws-kms", 6_145), KekProviderError::Refused),
        (with("key-file", 99), KekProviderError::Misconfigured),
    ] {
        assert_eq!(kms.unwrap(&key().0, &wrapped).await.err(), Some(error));
    }
    let long = Context::of("test").bind(vec![1; 6_100]);
    let wrapped = kms.wrap(&long, &key().1, &SystemRandom::new()).await;
    assert_eq!(wrapped.err(), Some(KekProviderError::Misconfigured));
    assert!(server.requests.try_recv().is_err());
}

#[test]
fn regions_and_key_ids_are_what_they_can_be() {
    let new = |region: &str, key_id: &str| {
        let client = ServiceClient::for_tests(Duration::from_secs(1));
        let credentials = AwsCredentials::new("id", SecretString::from("secret"));
        AwsKms::new(client, credentials, region, key_id).err()
    };
    assert_eq!(new("eu-central-1", "alias/k"), None);
    for region in ["", "eu central", "eu.evil.example/", "EU", &"a".repeat(33)] {
        assert_eq!(new(region, "k"), Some(AwsKmsError::Region), "{region}");
    }
    for key_id in ["", "a b", "é", &"a".repeat(2_049)] {
        assert_eq!(new("eu-central-1", key_id), Some(AwsKmsError::KeyId), "{key_id}");
    }
}
