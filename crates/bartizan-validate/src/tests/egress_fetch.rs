//! Pages: fetched, bounded, and not where they should not be.

use core::net::IpAddr;
use core::time::Duration;
use std::sync::Arc;

use http::HeaderValue;
use rcgen::{CertificateParams, KeyPair};

use super::server::{LOCALHOST, serve, serve_wrapped};
use crate::{
    Egress, EgressClient, EgressClientError, EgressError, EgressFailed, EgressPolicy,
    EgressRefused, Fetched, HttpUrl, NotPublic, Resolve, UrlError, danger,
};

/// Finds every host here, except those that are elsewhere by name.
#[derive(Debug)]
struct Hosts;

impl Resolve for Hosts {
    fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(vec![if host == "private.example" { [10, 0, 0, 1].into() } else { LOCALHOST }])
    }
}

fn client(policy: EgressPolicy) -> EgressClient {
    let key = KeyPair::generate().unwrap();
    let authority = CertificateParams::default().self_signed(&key).unwrap();
    client_that_trusts(policy, &authority.pem())
}

fn client_that_trusts(policy: EgressPolicy, roots: &str) -> EgressClient {
    let policy = danger::allow_address(policy, LOCALHOST);
    let egress = Egress::with_resolver(policy, Arc::new(Hosts));
    let agent = HeaderValue::from_static("test/1.0");
    EgressClient::with_roots_pem(egress, agent, roots).unwrap()
}

fn policy(port: u16) -> EgressPolicy {
    EgressPolicy::any_public_host().allow_http().allow_port(port).max_redirects(3)
}

async fn fetch(policy: EgressPolicy, port: u16, path: &str) -> Result<Fetched, EgressError> {
    let url: HttpUrl = format!("http://here.example:{port}{path}").parse().unwrap();
    client(policy).fetch(&url).await
}

fn answer(head: &str, port: u16) -> String {
    let path = head.split(' ').nth(1).unwrap();
    let to = |location: &str| {
        format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n")
    };
    let page = |headers: &str, body: &str| {
        let len = body.len();
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n{headers}content-length: {len}\r\n\r\n{body}"
        )
    };
    match path {
        "/page" => page("", "<title>Hi</title>"),
        "/echo" => page("", head),
        "/long" => page("", &"a".repeat(1025)),
        "/chunked" => format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}0\r\n\r\n",
            format!("200\r\n{}\r\n", "a".repeat(512)).repeat(3)
        ),
        "/exact" => page("", &"a".repeat(1024)),
        "/zipped" => page("content-encoding: gzip\r\n", "zip"),
        "/head" => page(&format!("x-long: {}\r\n", "a".repeat(100_000)), ""),
        "/silent" => "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n".to_owned(),
        "/once" => to("/page"),
        "/loop" => to("/loop"),
        "/private" => to(&format!("http://private.example:{port}/")),
        "/metadata" => to("http://169.254.169.254/latest/meta-data/"),
        "/file" => to("file:///etc/passwd"),
        "/port" => to("http://here.example:22/"),
        _ => "nonsense\r\n\r\n".to_owned(),
    }
}

#[tokio::test]
async fn a_page_is_fetched() {
    let port = serve(answer);
    let page = fetch(policy(port), port, "/page").await.unwrap();
    assert_eq!((page.status().as_u16(), page.media_type()), (200, Some("text/html")));
    assert_eq!(page.body(), b"<title>Hi</title>");
    let page = fetch(policy(port), port, "/once").await.unwrap();
    assert_eq!(page.url().path(), "/page");
    let page = fetch(policy(port), port, "/echo#fragment").await.unwrap();
    let head = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(head.starts_with("GET /echo HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("user-agent: test/1.0\r\n"), "{head}");
    assert!(head.contains(&format!("host: here.example:{port}\r\n")), "{head}");
}

/// asvs: V15.3.2, asvs: V1.3.6
#[tokio::test]
async fn redirects_are_followed_when_asked_for_and_each_is_checked() {
    let port = serve(answer);
    let not_followed = fetch(policy(port).max_redirects(0), port, "/once").await.unwrap();
    assert_eq!(not_followed.status(), 302);
    assert_eq!(not_followed.headers().get("location").unwrap(), "/page");
    for (path, error) in [
        ("/loop", EgressRefused::TooManyRedirects),
        ("/private", EgressRefused::Address(NotPublic::Private)),
        ("/metadata", EgressRefused::Address(NotPublic::Metadata)),
        ("/file", EgressRefused::Url(UrlError::Scheme)),
        ("/port", EgressRefused::Port),
    ] {
        let fetched = fetch(policy(port), port, path).await.map(drop);
        assert_eq!(fetched, Err(error.into()), "{path}");
    }
}

/// asvs: V13.2.6
#[tokio::test]
async fn an_answer_is_bounded_in_length_and_time() {
    let port = serve(answer);
    let policy = policy(port).max_answer_bytes(1024).timeout(Duration::from_millis(300));
    let page = fetch(policy.clone(), port, "/exact").await.unwrap();
    assert_eq!(page.body().len(), 1024);
    for (path, error) in [
        ("/long", EgressRefused::TooLarge.into()),
        ("/chunked", EgressRefused::TooLarge.into()),
        ("/silent", EgressFailed::TimedOut.into()),
        ("/zipped", EgressFailed::Protocol.into()),
        ("/head", EgressFailed::Protocol.into()),
        ("/nonsense", EgressError::Failed(EgressFailed::Protocol)),
    ] {
        let fetched = fetch(policy.clone(), port, path).await.map(drop);
        assert_eq!(fetched, Err(error), "{path}");
    }
    // No connection is kept, so one is enough for one page after the other.
    let client = client(policy.max_connections(1));
    let url: HttpUrl = format!("http://here.example:{port}/page").parse().unwrap();
    let (one, two) = tokio::join!(client.fetch(&url), client.fetch(&url));
    let busy = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert_eq!(busy, [EgressFailed::Busy.into()]);
}

/// A server over TLS, and who vouches that it is `here.example`.
fn serve_tls() -> (u16, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["here.example".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    let port = serve_wrapped(answer, move |stream| {
        let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        rustls::StreamOwned::new(connection, stream)
    });
    (port, certificate.pem())
}

#[tokio::test]
async fn a_server_over_tls_has_to_prove_who_it_is() {
    let (port, pem) = serve_tls();
    let here: HttpUrl = format!("https://here.example:{port}/page").parse().unwrap();
    let there: HttpUrl = format!("https://there.example:{port}/page").parse().unwrap();
    let trusting = client_that_trusts(policy(port), &pem);
    assert_eq!(trusting.fetch(&here).await.unwrap().body(), b"<title>Hi</title>");
    for (client, url) in [(trusting, there), (client(policy(port)), here)] {
        let fetched = client.fetch(&url).await.map(drop);
        assert_eq!(fetched, Err(EgressFailed::Protocol.into()), "{url}");
    }
}

#[test]
fn there_are_authorities_to_trust() {
    let new = |pem: &str| {
        let egress = Egress::new(EgressPolicy::any_public_host());
        let agent = HeaderValue::from_static("test/1.0");
        EgressClient::with_roots_pem(egress, agent, pem).map(drop)
    };
    assert_eq!(new(""), Err(EgressClientError::NoRoots));
    let malformed = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(new(malformed), Err(EgressClientError::MalformedRoots));
}
