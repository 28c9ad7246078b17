//! What is fetched, and what is not: the policy and the connections without a runtime.

use core::net::IpAddr;
use core::time::Duration;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use crate::{
    Egress, EgressError, EgressFailed, EgressPolicy, EgressRefused, HttpUrl, NotPublic,
    ScriptedResolver, UrlError, danger,
};

const LOCALHOST: IpAddr = IpAddr::V4(core::net::Ipv4Addr::LOCALHOST);
const PUBLIC: IpAddr = IpAddr::V4(core::net::Ipv4Addr::new(9, 9, 9, 9));

fn url(text: &str) -> HttpUrl {
    text.parse().unwrap()
}

/// A guard whose resolver gives these answers, and the resolver.
fn scripted(policy: EgressPolicy, answers: &[&[IpAddr]]) -> (Egress, Arc<ScriptedResolver>) {
    let resolver = Arc::new(ScriptedResolver::new(answers.iter().map(|ips| ips.to_vec())));
    let shared = Arc::clone(&resolver);
    (Egress::with_resolver(policy, shared), resolver)
}

fn refused(address: NotPublic) -> EgressError {
    EgressRefused::Address(address).into()
}

/// asvs: V13.2.4
#[test]
fn schemes_ports_and_hosts_that_are_not_listed_are_refused() {
    let policy =
        EgressPolicy::only_hosts(["api.example.com", "BÜCHER.example", "9.9.9.9"]).unwrap();
    for allowed in [
        "https://api.example.com/a",
        "https://API.example.com./",
        "https://xn--bcher-kva.example",
        "https://9.9.9.9/",
        "https://0x09090909/",
    ] {
        assert_eq!(policy.check_url(&url(allowed)), Ok(()), "{allowed}");
    }
    for (other, error) in [
        ("http://api.example.com/", EgressRefused::Scheme),
        ("http://api.example.com:443/", EgressRefused::Scheme),
        ("https://api.example.com:8443/", EgressRefused::Port),
        ("https://api.example.com:22/", EgressRefused::Port),
        ("https://example.com/", EgressRefused::Host),
        ("https://a.api.example.com/", EgressRefused::Host),
        ("https://api.example.com.evil.example/", EgressRefused::Host),
        ("https://evil.example/api.example.com", EgressRefused::Host),
        ("https://9.9.9.10/", EgressRefused::Host),
    ] {
        assert_eq!(policy.check_url(&url(other)), Err(error), "{other}");
    }
    let policy = policy.allow_http().allow_port(8443);
    for allowed in ["http://api.example.com/", "https://api.example.com:8443/"] {
        assert_eq!(policy.check_url(&url(allowed)), Ok(()), "{allowed}");
    }
}

#[test]
fn a_host_on_the_list_is_a_host() {
    for (host, error) in [
        ("", UrlError::Host),
        ("a/b", UrlError::Host),
        ("a?b", UrlError::Host),
        ("a:443", UrlError::Port),
        ("a:80", UrlError::Port),
        ("[::1]:443", UrlError::Port),
        ("a@b", UrlError::Credentials),
        ("a b", UrlError::Character),
        ("https://a", UrlError::Host),
    ] {
        assert_eq!(EgressPolicy::only_hosts([host]).map(drop), Err(error), "{host:?}");
    }
    assert!(EgressPolicy::only_hosts(["[2620:fe::fe]"]).is_ok());
}

/// asvs: V1.3.6
#[test]
fn a_host_that_is_an_address_is_checked_in_every_spelling() {
    let policy = EgressPolicy::any_public_host().allow_http();
    let (egress, resolver) = scripted(policy, &[&[PUBLIC]]);
    for (text, address) in [
        ("http://127.0.0.1/", NotPublic::Loopback),
        ("http://127.1/", NotPublic::Loopback),
        ("http://2130706433/", NotPublic::Loopback),
        ("http://0x7f000001/", NotPublic::Loopback),
        ("http://0177.0.0.1/", NotPublic::Loopback),
        ("http://１２７.0.0.1/", NotPublic::Loopback),
        ("http://%31%32%37.0.0.1/", NotPublic::Loopback),
        ("http://127.0.0.1./", NotPublic::Loopback),
        ("http://0/", NotPublic::Unspecified),
        ("http://169.254.169.254/", NotPublic::Metadata),
        ("http://0xa9fea9fe/", NotPublic::Metadata),
        ("http://10.0.0.1/", NotPublic::Private),
        ("http://[::1]/", NotPublic::Loopback),
        ("http://[::]/", NotPublic::Unspecified),
        ("http://[::ffff:127.0.0.1]/", NotPublic::Ipv4Inside),
        ("http://[64:ff9b::7f00:1]/", NotPublic::Ipv4Inside),
        ("http://[fd00:ec2::254]/", NotPublic::Metadata),
        ("http://224.0.0.1/", NotPublic::Multicast),
    ] {
        assert_eq!(egress.connect(&url(text)).map(drop), Err(refused(address)), "{text}");
    }
    assert_eq!(resolver.left(), 1, "no address is looked up");
}

/// asvs: V1.3.6
#[test]
fn one_refused_address_of_a_host_refuses_it() {
    let policy = EgressPolicy::any_public_host();
    for (ip, kind) in [
        ("127.0.0.1", NotPublic::Loopback),
        ("10.1.2.3", NotPublic::Private),
        ("169.254.169.254", NotPublic::Metadata),
        ("::ffff:10.0.0.1", NotPublic::Ipv4Inside),
        ("64:ff9b::a00:1", NotPublic::Ipv4Inside),
        ("fe80::1", NotPublic::LinkLocal),
    ] {
        let ip = ip.parse().unwrap();
        for answer in [&[ip][..], &[PUBLIC, ip], &[ip, PUBLIC]] {
            let (egress, _) = scripted(policy.clone(), &[answer]);
            let connected = egress.connect(&url("https://evil.example")).map(drop);
            assert_eq!(connected, Err(refused(kind)), "{answer:?}");
        }
    }
    let (egress, _) = scripted(policy, &[&[]]);
    let connected = egress.connect(&url("https://nowhere.example")).map(drop);
    assert_eq!(connected, Err(EgressFailed::NoAddress.into()));
}

/// asvs: V1.3.6 — the name server says "public" when asked first and "loopback" when asked again:
/// it is not asked again.
#[test]
fn a_name_that_is_rebound_gains_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let policy = EgressPolicy::any_public_host()
        .allow_http()
        .allow_port(port)
        .timeout(Duration::from_millis(200));
    let rebound = url(&format!("http://rebinding.example:{port}/"));

    // The connection goes to the address that was checked, which answers or does not.
    let (egress, resolver) = scripted(policy, &[&[PUBLIC], &[LOCALHOST]]);
    let first = egress.connect(&rebound).map(drop);
    assert!(matches!(first, Ok(()) | Err(EgressError::Failed(_))), "{first:?}");
    assert_eq!(resolver.left(), 1, "it was looked up once");
    // Asked again for another connection, the new answer is checked.
    assert_eq!(egress.connect(&rebound).map(drop), Err(refused(NotPublic::Loopback)));
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nobody came");
}

/// asvs: V13.2.6
#[test]
fn a_connection_counts_until_it_is_dropped() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let policy = EgressPolicy::any_public_host().allow_http().allow_port(port).max_connections(1);
    let policy = danger::allow_address(policy, LOCALHOST);
    let (egress, _) = scripted(policy, &[&[LOCALHOST], &[LOCALHOST], &[LOCALHOST]]);
    let service = url(&format!("http://service.example:{port}/"));

    let mut one = egress.connect(&service).unwrap();
    assert_eq!(one.get_ref().peer_addr().unwrap().port(), port);
    assert_eq!(egress.connect(&service).map(drop), Err(EgressFailed::Busy.into()));
    let clone = egress.clone();
    assert_eq!(clone.connect(&service).map(drop), Err(EgressFailed::Busy.into()));

    let (mut other_end, _) = listener.accept().unwrap();
    one.write_all(b"ping").unwrap();
    let mut read = [0; 4];
    other_end.read_exact(&mut read).unwrap();
    assert_eq!(&read, b"ping");
    drop(one);
    assert!(egress.connect(&service).is_ok());
    // A refusal does not count, either.
    assert!(egress.connect(&url("https://10.0.0.1/")).is_err());
    assert!(egress.connect(&service).is_ok());
}

/// asvs: V13.2.6
#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let policy = EgressPolicy::any_public_host().allow_http().allow_port(port);
    let policy = danger::allow_address(policy, LOCALHOST).timeout(Duration::from_millis(50));
    let (egress, _) = scripted(policy, &[&[LOCALHOST]]);
    let mut stream = egress.connect(&url(&format!("http://silent.example:{port}/"))).unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
}

#[test]
fn a_socket_address_is_checked() {
    let policy = EgressPolicy::any_public_host();
    assert_eq!(policy.check((PUBLIC, 443).into()), Ok(()));
    assert_eq!(policy.check((PUBLIC, 80).into()), Err(EgressRefused::Port));
    let loopback = EgressRefused::Address(NotPublic::Loopback);
    assert_eq!(policy.check((LOCALHOST, 443).into()), Err(loopback));
    let policy = danger::allow_address(policy, LOCALHOST);
    assert_eq!(policy.check((LOCALHOST, 443).into()), Ok(()));
    assert_eq!(policy.check((LOCALHOST, 22).into()), Err(EgressRefused::Port));
}

/// asvs: V15.3.2
#[test]
fn redirects_are_counted_and_each_is_checked() {
    let policy = EgressPolicy::any_public_host();
    let mut hops = policy.hops(url("https://a.example/")).unwrap();
    assert_eq!(hops.follow("https://b.example/"), Err(EgressRefused::TooManyRedirects));

    let policy = EgressPolicy::any_public_host().allow_http().max_redirects(20);
    let mut hops = policy.hops(url("http://a.example/b/c")).unwrap();
    assert_eq!(hops.follow("../d").unwrap().as_str(), "http://a.example/d");
    assert_eq!(hops.follow("//b.example/e").unwrap().as_str(), "http://b.example/e");
    assert_eq!(hops.follow("https://b.example").unwrap().as_str(), "https://b.example/");
    let loopback = EgressRefused::Address(NotPublic::Loopback);
    let metadata = EgressRefused::Address(NotPublic::Metadata);
    for (location, error) in [
        ("https://127.0.0.1/", loopback),
        ("//0x7f.1/", loopback),
        ("https://169.254.169.254/", metadata),
        ("http://b.example/", EgressRefused::Scheme),
        ("https://b.example:22/", EgressRefused::Port),
        ("file:///etc/passwd", EgressRefused::Url(UrlError::Scheme)),
        ("gopher://b.example/", EgressRefused::Url(UrlError::Scheme)),
        ("https://user@b.example/", EgressRefused::Url(UrlError::Credentials)),
        ("https:\\\\b.example/", EgressRefused::Url(UrlError::Character)),
        ("https://b.example:99999/", EgressRefused::Url(UrlError::Port)),
    ] {
        assert_eq!(hops.follow(location), Err(error), "{location}");
        assert_eq!(hops.url().as_str(), "https://b.example/");
    }
    assert_eq!(policy.hops(url("https://127.0.0.1/")).map(drop), Err(loopback));
}
