//! The examples of RFC 9421, typed by hand. Those of RSA have keys of 2,048 bits, which only the
//! feature `legacy-interop` reads.

use super::*;
use crate::VerifyingKey;
use crate::message::base::Message;
use crate::message::params::SignatureParams;
use crate::message::structured::Reader;

const CREATED_SECS: u64 = 1_618_884_473;

const DIGEST: &str = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";

const ED25519_X: &str = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";
const ED25519_PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
";
const SECRET: &str =
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ";

/// The keys of appendix B.1.
fn keys() -> JwkSet {
    let ed25519 = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{ED25519_X}"}}"#);
    let p256 = r#"{"kty":"EC","crv":"P-256","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"}"#;
    let key =
        |id: &str, jwk: &str| (id.to_owned(), VerifyingKey::from_jwk(jwk.as_bytes()).unwrap());
    let keys = [key("test-key-ed25519", &ed25519), key("test-key-ecc-p256", p256)];
    JwkSet::from_keys(keys.into_iter().chain(rsa_keys())).unwrap()
}

#[cfg(not(feature = "legacy-interop"))]
fn rsa_keys() -> Vec<(String, VerifyingKey)> {
    Vec::new()
}

#[cfg(feature = "legacy-interop")]
fn rsa_keys() -> Vec<(String, VerifyingKey)> {
    let pss = r#"{"kty":"RSA","alg":"PS512","e":"AQAB","n":"r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w"}"#;
    let pkcs1 = r#"{"kty":"RSA","alg":"RS256","e":"AQAB","n":"hAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrwWEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFqMGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd_QBwVW9OwNFhekro3RtlinV0a75jfZgkne_YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0PuKxI4T-HIaFpv8-rdV6eUgOrB2xeI1dSFFn_nnv5OoZJEIB-VmuKn3DCUcCZSFlQPSXSfBDiUGhwOw76WuSSsf1D4b_vLoJ10w"}"#;
    let key =
        |id: &str, jwk: &str| (id.to_owned(), VerifyingKey::from_jwk(jwk.as_bytes()).unwrap());
    vec![key("test-key-rsa-pss", pss), key("test-key-rsa", pkcs1)]
}

fn clock() -> ManualClock {
    ManualClock::at(UnixTime::from_secs(CREATED_SECS + 10))
}

/// What is wanted of an example: its signature, and nothing that it does not have.
fn policy(label: &str) -> HttpPolicy {
    let policy = HttpPolicy::new(60).unwrap().with_only([]).without_nonce();
    policy.with_label(label).unwrap()
}

fn refusal<P: MessagePurpose>(
    keys: JwkSet,
    label: &str,
    request: &HttpRequest<'_>,
) -> Option<MessageRefused> {
    let verifier = HttpVerifier::<P>::new(keys, policy(label));
    danger::verify_without_replay_window(&verifier, request, &clock()).err()
}

const EXAMPLE_URL: &str = "https://example.com/foo?param=Value&Pet=dog";
const EXAMPLE_BODY: &[u8] = br#"{"hello": "world"}"#;

/// The request of appendix B.2.
fn example(signature: &[(&str, &str)]) -> Vec<Line> {
    let mut fields = vec![
        line("Host", "example.com"),
        line("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        line("Content-Type", "application/json"),
        line("Content-Digest", DIGEST),
        line("Content-Length", "18"),
    ];
    fields.extend(signature.iter().map(|(name, value)| line(name, value)));
    fields
}

pub(super) fn base_of(message: Message<'_>, params: &str) -> String {
    let params = SignatureParams::read(&mut Reader::new(params.as_bytes()).unwrap()).unwrap();
    message.signature_base(&params).unwrap()
}

/// Verifies one of the requests of appendix B.2, and no other label or body.
#[cfg(feature = "legacy-interop")]
fn accepts<P: MessagePurpose>(label: &str, params: &str, signature: &str) {
    let input = format!("{label}={params}");
    let signature = format!("{label}=:{signature}:");
    let fields = example(&[("Signature-Input", &input), ("Signature", &signature)]);
    let good = request("POST", EXAMPLE_URL, &fields, EXAMPLE_BODY);
    assert_eq!(refusal::<P>(keys(), label, &good), None, "{label}");
    assert_eq!(refusal::<P>(keys(), "sig", &good), Some(MessageRefused::Unsigned));
    let later = replace(&fields, "signature-input", |input| input.replace("473", "474"));
    let later = request("POST", EXAMPLE_URL, &later, EXAMPLE_BODY);
    assert_eq!(refusal::<P>(keys(), label, &later), Some(MessageRefused::BadSignature), "{label}");
}

#[cfg(feature = "legacy-interop")]
#[derive(Debug)]
enum HeaderExample {}

#[cfg(feature = "legacy-interop")]
impl MessagePurpose for HeaderExample {
    const NAME: &'static str = "header-example";
}

/// asvs: V4.1.5
#[cfg(feature = "legacy-interop")]
#[test]
fn b_2_1_minimal_with_rsa_pss() {
    accepts::<Webhook>(
        "sig-b21",
        r#"();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#,
        "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
    );
}

/// asvs: V4.1.5
#[cfg(feature = "legacy-interop")]
#[test]
fn b_2_2_selective_with_rsa_pss() {
    accepts::<HeaderExample>(
        "sig-b22",
        r#"("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example""#,
        "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==",
    );
}

/// asvs: V4.1.5
#[cfg(feature = "legacy-interop")]
#[test]
fn b_2_3_full_with_rsa_pss() {
    accepts::<Webhook>(
        "sig-b23",
        r#"("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#,
        "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
    );
}

/// Without the feature, a key of 2,048 bits signs nothing that is accepted.
#[cfg(not(feature = "legacy-interop"))]
#[test]
fn short_rsa_is_not_verified() {
    let jwk = br#"{"kty":"RSA","alg":"PS512","e":"AQAB","n":"r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w"}"#;
    assert_eq!(VerifyingKey::from_jwk(jwk).err(), Some(crate::KeyError::Weak));
}

/// asvs: V4.1.5
#[test]
fn b_2_4_a_response_with_ecdsa() {
    let fields = [
        line("Date", "Tue, 20 Apr 2021 02:07:56 GMT"),
        line("Content-Type", "application/json"),
        line(
            "Content-Digest",
            "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:",
        ),
        line("Content-Length", "23"),
        line(
            "Signature-Input",
            r#"sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256""#,
        ),
        line(
            "Signature",
            "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:",
        ),
    ];
    let request_fields = example(&[]);
    let request = request("POST", EXAMPLE_URL, &request_fields, EXAMPLE_BODY);
    let verifier = HttpVerifier::<Webhook>::new(keys(), policy("sig-b24"));
    let verify = |status, body| {
        let fields = fields.iter().map(|(name, value)| (&**name, &**value));
        let response = HttpResponse::to(&request, status, fields, body).unwrap();
        verifier.verify_response(&response, &clock()).map(|verified| verified.body().to_vec())
    };
    let body = br#"{"message": "good dog"}"#;
    assert_eq!(verify(200, body).unwrap(), body);
    assert_eq!(verify(201, body).err(), Some(MessageRefused::BadSignature));
    assert_eq!(verify(200, b"{}").err(), Some(MessageRefused::WrongDigest));
}

/// Made again byte for byte, and verified (asvs: V4.1.5).
#[test]
fn b_2_5_hmac_with_a_shared_secret() {
    let params =
        r#"("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret""#;
    let signature = "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=";
    let unsigned = example(&[]);
    let message = request("POST", EXAMPLE_URL, &unsigned, EXAMPLE_BODY);
    let message = Message::Request(&message);
    assert_eq!(
        base_of(message, params),
        format!(
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@authority\": example.com\n\
             \"content-type\": application/json\n\"@signature-params\": {params}"
        )
    );
    let secret = bartizan_core::base64url::decode(SECRET.replace('+', "-").replace('/', "_"));
    let secret = bartizan_core::SecretBytes::from(secret.unwrap());
    let own =
        danger::message_keys_from_shared_secret("test-shared-secret", Algorithm::Hs256, &secret);
    let made = own.unwrap().with_primary(|id, key| {
        assert_eq!(id, "test-shared-secret");
        signer::sign(params, message, &key, "webhook").unwrap()
    });
    assert_eq!(made, signature);

    let k = SECRET.replace('+', "-").replace('/', "_");
    let set = format!(
        r#"{{"keys":[{{"kty":"oct","alg":"HS256","kid":"test-shared-secret","k":"{k}"}}]}}"#
    );
    let keys = danger::shared_secrets_from_jwk_set(&set.into()).unwrap();
    let (input, signature) = (format!("sig-b25={params}"), format!("sig-b25=:{signature}:"));
    let fields = example(&[("Signature-Input", &input), ("Signature", &signature)]);
    let good = request("POST", EXAMPLE_URL, &fields, EXAMPLE_BODY);
    assert_eq!(refusal::<Webhook>(keys.clone(), "sig-b25", &good), None);
    let elsewhere = request("POST", "https://example.org/foo", &fields, EXAMPLE_BODY);
    assert_eq!(refusal::<Webhook>(keys, "sig-b25", &elsewhere), Some(MessageRefused::BadSignature));
}

/// Made again byte for byte, and verified (asvs: V4.1.5).
#[test]
fn b_2_6_ed25519() {
    let params = r#"("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let signature =
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
    let unsigned = example(&[]);
    let message = request("POST", EXAMPLE_URL, &unsigned, EXAMPLE_BODY);
    let key = SigningKey::from_pkcs8_pem(Algorithm::EdDsa, &ED25519_PEM.into()).unwrap();
    let own = MessageSigningKeys::named("test-key-ed25519", key).unwrap();
    let made = own.with_primary(|_, key| {
        signer::sign(params, Message::Request(&message), &key, "webhook").unwrap()
    });
    assert_eq!(made, signature);
    let (input, signature) = (format!("sig-b26={params}"), format!("sig-b26=:{signature}:"));
    let fields = example(&[("Signature-Input", &input), ("Signature", &signature)]);
    let good = request("POST", EXAMPLE_URL, &fields, EXAMPLE_BODY);
    assert_eq!(refusal::<Webhook>(keys(), "sig-b26", &good), None);
    let other = request("PUT", EXAMPLE_URL, &fields, EXAMPLE_BODY);
    assert_eq!(refusal::<Webhook>(keys(), "sig-b26", &other), Some(MessageRefused::BadSignature));
}

/// A proxy that ends TLS says which certificate the client had (asvs: V4.1.5).
#[test]
fn b_3_behind_a_proxy() {
    let certificate = ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:";
    let fields = vec![
        line("Host", "service.internal.example"),
        line("Client-Cert", certificate),
        line(
            "Signature-Input",
            r#"ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256""#,
        ),
        line(
            "Signature",
            "ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:",
        ),
    ];
    let origin = Origin::new("https://service.internal.example").unwrap();
    let refused = |fields: &[Line]| {
        let fields = fields.iter().map(|(name, value)| (&**name, &**value));
        let request = origin.request("POST", "/foo?param=Value&Pet=dog", fields, EXAMPLE_BODY);
        refusal::<Webhook>(keys(), "ttrp", &request.unwrap())
    };
    assert_eq!(refused(&fields), None);
    let forged = replace(&fields, "client-cert", |value| value.replacen("MIIB", "MIIC", 1));
    assert_eq!(refused(&forged), Some(MessageRefused::BadSignature));
}

/// What proxies may do to a message, and what not (asvs: V4.1.5).
#[test]
fn b_4_transformations() {
    let signed = [
        line(
            "Signature-Input",
            r#"transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#,
        ),
        line(
            "Signature",
            "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:",
        ),
    ];
    let refused = |method: &str, url: &str, fields: &[(&str, &str)]| {
        let mut fields: Vec<_> = fields.iter().map(|(name, value)| line(name, value)).collect();
        fields.extend_from_slice(&signed);
        refusal::<Webhook>(keys(), "transform", &request(method, url, &fields, b""))
    };
    let url = "https://example.org/demo?name1=Value1&Name2=value2";
    let (json, any) = (("Accept", "application/json"), ("Accept", "*/*"));
    assert_eq!(refused("GET", url, &[json, any]), None);
    let added = "https://example.org/demo?name1=Value1&Name2=value2&param=added";
    assert_eq!(refused("GET", added, &[json, any, ("Accept-Language", "en-US,en;q=0.5")]), None);
    let one_line = ("Accept", "application/json, */*");
    assert_eq!(refused("GET", url, &[("Referer", "https://a.example/"), one_line]), None);
    assert_eq!(refused("GET", url, &[json, ("Host", "example.org"), any]), None);

    let bad = Some(MessageRefused::BadSignature);
    assert_eq!(refused("POST", "https://example.com/demo", &[json, any]), bad);
    assert_eq!(refused("GET", url, &[any, json]), bad);
}

/// Section 4.3: two signatures, of a client and of a proxy (asvs: V4.1.5).
#[test]
fn section_4_3_several_signatures() {
    let inputs = r#"sig1=("@method" "@authority" "@path" "content-digest" "content-type" "content-length");created=1618884475;keyid="test-key-ecc-p256", proxy_sig=("@method" "@authority" "@path" "content-digest" "content-type" "content-length" "forwarded");created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540"#;
    let signatures = "sig1=:X5spyd6CFnAG5QnDyHfqoSNICd+BUP4LYMz2Q0JXlb//4Ijpzp+kve2w4NIyqeAuM7jTDX+sNalzA8ESSaHD3A==:, proxy_sig=:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkDcnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==:";
    let mut fields = example(&[("Signature-Input", inputs), ("Signature", signatures)]);
    fields.push(line("Forwarded", "for=192.0.2.123;host=example.com;proto=https"));
    let client = request("POST", EXAMPLE_URL, &fields, EXAMPLE_BODY);
    assert_eq!(refusal::<Webhook>(keys(), "sig1", &client), None);

    let url = "https://origin.host.internal.example/foo?param=Value&Pet=dog";
    let proxied = request("POST", url, &fields, EXAMPLE_BODY);
    let of_proxy = refusal::<Webhook>(keys(), "proxy_sig", &proxied);
    let expected = if cfg!(feature = "legacy-interop") {
        None
    } else {
        Some(MessageRefused::Key(bartizan_core::KeyRefused::Unknown))
    };
    assert_eq!(of_proxy, expected);
}
