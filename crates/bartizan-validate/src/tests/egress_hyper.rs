//! The connector: what hyper's client reaches, and what it does not.

use core::net::IpAddr;
use core::time::Duration;
use std::sync::Arc;

use http::{Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tower_service::Service as _;

use super::server::{LOCALHOST, serve};
use crate::{
    Egress, EgressConnector, EgressError, EgressFailed, EgressPolicy, EgressRefused, NotPublic,
    ScriptedResolver, UrlError, danger,
};

const PUBLIC: IpAddr = IpAddr::V4(core::net::Ipv4Addr::new(9, 9, 9, 9));

fn guarded(policy: EgressPolicy, answers: &[&[IpAddr]]) -> Egress {
    let resolver = ScriptedResolver::new(answers.iter().map(|ips| ips.to_vec()));
    Egress::with_resolver(policy, Arc::new(resolver))
}

async fn connect(egress: &Egress, uri: &str) -> Result<(), EgressError> {
    let uri: Uri = uri.parse().unwrap();
    EgressConnector::new(egress.clone()).call(uri).await.map(drop)
}

/// asvs: V1.3.6
#[tokio::test]
async fn the_connector_refuses_what_the_policy_refuses() {
    let egress = guarded(EgressPolicy::any_public_host(), &[&[LOCALHOST], &[PUBLIC, LOCALHOST]]);
    let loopback = EgressRefused::Address(NotPublic::Loopback);
    for (uri, error) in [
        ("https://evil.example/", loopback),
        ("https://evil.example/", loopback),
        ("https://127.0.0.1/", loopback),
        ("https://[::1]/", loopback),
        ("http://evil.example/", EgressRefused::Scheme),
        ("https://evil.example:22/", EgressRefused::Port),
        ("https://user@evil.example/", EgressRefused::Url(UrlError::Credentials)),
        ("ftp://evil.example/", EgressRefused::Url(UrlError::Scheme)),
        ("/relative", EgressRefused::Url(UrlError::Scheme)),
    ] {
        assert_eq!(connect(&egress, uri).await, Err(error.into()), "{uri}");
    }
}

/// asvs: V1.3.6
#[tokio::test]
async fn a_name_that_is_rebound_gains_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let policy = EgressPolicy::any_public_host()
        .allow_http()
        .allow_port(port)
        .timeout(Duration::from_millis(200));
    let egress = guarded(policy, &[&[PUBLIC], &[LOCALHOST]]);
    let uri = format!("http://rebinding.example:{port}/");
    let first = connect(&egress, &uri).await;
    assert!(matches!(first, Ok(()) | Err(EgressError::Failed(_))), "{first:?}");
    let second = connect(&egress, &uri).await;
    assert_eq!(second, Err(EgressRefused::Address(NotPublic::Loopback).into()));
    let came = tokio::time::timeout(Duration::from_millis(10), listener.accept()).await;
    assert!(came.is_err(), "nobody came");
}

/// asvs: V13.2.6
#[tokio::test]
async fn a_client_of_hyper_speaks_through_it() {
    let port = serve(|_, _| "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_owned());
    let policy = EgressPolicy::any_public_host().allow_http().allow_port(port).max_connections(1);
    let policy = danger::allow_address(policy, LOCALHOST);
    let egress = guarded(policy, &[&[LOCALHOST], &[LOCALHOST]]);
    let client: Client<_, String> =
        Client::builder(TokioExecutor::new()).build(EgressConnector::new(egress.clone()));
    let uri = format!("http://service.example:{port}/");
    let answer = client.get(uri.parse().unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    // While the answer is not read, its connection is open, and it is the one that may be.
    assert_eq!(connect(&egress, &uri).await, Err(EgressFailed::Busy.into()));
    drop((answer, client));
}

/// asvs: V4.2.5
#[test]
fn a_request_has_a_short_uri_and_short_headers() {
    let policy = EgressPolicy::any_public_host();
    let check = |uri: String, value: &str| {
        let request = Request::get(uri).header("x-long", value).body(()).unwrap();
        policy.check_request(&request).map(|url| url.as_str().len())
    };
    let uri = |len: usize| format!("https://a.example/{}", "a".repeat(len - 18));
    assert_eq!(check(uri(8192), ""), Ok(8192));
    assert_eq!(check(uri(8193), ""), Err(EgressRefused::Url(UrlError::TooLong)));
    // The name, the colon, the space and the end of the line take ten.
    assert_eq!(check(uri(18), &"a".repeat(16_374)), Ok(18));
    assert_eq!(check(uri(18), &"a".repeat(16_375)), Err(EgressRefused::HeadersTooLarge));
    let loopback = EgressRefused::Address(NotPublic::Loopback);
    assert_eq!(check("https://127.0.0.1/".to_owned(), ""), Err(loopback));
}
