//! reqwest behind the guard.

use core::error::Error;
use core::net::IpAddr;
use std::sync::Arc;

use reqwest::Method;

use super::server::{LOCALHOST, serve};
use crate::{
    Egress, EgressError, EgressPolicy, EgressRefused, EgressReqwest, HttpUrl, NotPublic,
    ScriptedResolver, danger,
};

fn client(policy: EgressPolicy, answers: &[&[IpAddr]]) -> EgressReqwest {
    let resolver = ScriptedResolver::new(answers.iter().map(|ips| ips.to_vec()));
    EgressReqwest::new(Egress::with_resolver(policy, Arc::new(resolver))).unwrap()
}

/// What the guard said, however deep reqwest put it.
fn why(error: &reqwest::Error) -> Option<EgressError> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<EgressError>() {
            return Some(*error);
        }
        cause = error.source();
    }
    None
}

/// asvs: V1.3.6
#[tokio::test]
async fn refused_addresses_are_not_connected_to() {
    let policy = EgressPolicy::any_public_host().allow_http();
    let loopback = EgressRefused::Address(NotPublic::Loopback);
    let client = client(policy, &[&[LOCALHOST], &[[9, 9, 9, 9].into(), LOCALHOST]]);
    let evil: HttpUrl = "http://evil.example/".parse().unwrap();
    for _ in 0..2 {
        let error = client.request(Method::GET, &evil).unwrap().send().await.unwrap_err();
        assert_eq!(why(&error), Some(loopback.into()), "{error:?}");
    }
    // A host that is an address is not looked up, so it is refused before.
    for text in ["http://127.0.0.1/", "http://0x7f.1/", "http://[::1]/"] {
        let refused = client.request(Method::GET, &text.parse().unwrap()).map(drop);
        assert_eq!(refused, Err(loopback), "{text}");
    }
}

/// asvs: V15.3.2
#[tokio::test]
async fn an_answer_is_read_within_bounds_and_no_redirect_followed() {
    let port = serve(|head, _| match head.split(' ').nth(1) {
        Some("/long") => format!("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{}", "a".repeat(11)),
        Some("/exact") => {
            format!("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}", "a".repeat(10))
        }
        _ => "HTTP/1.1 302 Found\r\nlocation: /exact\r\ncontent-length: 0\r\n\r\n".to_owned(),
    });
    let policy = EgressPolicy::any_public_host().allow_http().allow_port(port).max_answer_bytes(10);
    let client = client(danger::allow_address(policy, LOCALHOST), &[&[LOCALHOST][..]; 3]);
    let send = async |path: &str| {
        let url = format!("http://here.example:{port}{path}").parse().unwrap();
        client.request(Method::GET, &url).unwrap().send().await.unwrap()
    };
    assert_eq!(client.read(send("/exact").await).await, Ok(b"aaaaaaaaaa".to_vec()));
    assert_eq!(client.read(send("/long").await).await, Err(EgressRefused::TooLarge.into()));
    assert_eq!(send("/redirect").await.status(), 302);
}
