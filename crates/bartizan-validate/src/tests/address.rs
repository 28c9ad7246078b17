//! Which addresses are public: both ends of every block, and what lies beside them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use crate::NotPublic::{
    Benchmarking, Broadcast, Discard, Documentation, Ipv4Inside, LinkLocal, Loopback, Metadata,
    Multicast, Private, Protocol, Reserved, Shared, Unspecified,
};
use crate::{NotPublic, PublicAddress};

fn kind(text: &str) -> Option<NotPublic> {
    PublicAddress::new(text.parse().unwrap()).err()
}

fn check(expected: &[(&str, Option<NotPublic>)]) {
    for (text, expected) in expected {
        assert_eq!(kind(text), *expected, "{text}");
    }
}

/// asvs: V1.3.6 — IANA's registry of special-purpose IPv4 addresses, and of multicast.
#[test]
fn the_ends_of_every_ipv4_block() {
    check(IPV4);
}

const IPV4: &[(&str, Option<NotPublic>)] = &[
    ("0.0.0.0", Some(Unspecified)),
    ("0.255.255.255", Some(Unspecified)),
    ("1.0.0.0", None),
    ("9.255.255.255", None),
    ("10.0.0.0", Some(Private)),
    ("10.255.255.255", Some(Private)),
    ("11.0.0.0", None),
    ("100.63.255.255", None),
    ("100.64.0.0", Some(Shared)),
    ("100.127.255.255", Some(Shared)),
    ("100.128.0.0", None),
    ("126.255.255.255", None),
    ("127.0.0.0", Some(Loopback)),
    ("127.0.0.1", Some(Loopback)),
    ("127.255.255.255", Some(Loopback)),
    ("128.0.0.0", None),
    ("169.253.255.255", None),
    ("169.254.0.0", Some(LinkLocal)),
    ("169.254.255.255", Some(LinkLocal)),
    ("169.255.0.0", None),
    ("172.15.255.255", None),
    ("172.16.0.0", Some(Private)),
    ("172.31.255.255", Some(Private)),
    ("172.32.0.0", None),
    ("191.255.255.255", None),
    ("192.0.0.0", Some(Protocol)),
    ("192.0.0.8", Some(Protocol)),
    ("192.0.0.9", Some(Protocol)),
    ("192.0.0.10", Some(Protocol)),
    ("192.0.0.170", Some(Protocol)),
    ("192.0.0.171", Some(Protocol)),
    ("192.0.0.255", Some(Protocol)),
    ("192.0.1.0", None),
    ("192.0.1.255", None),
    ("192.0.2.0", Some(Documentation)),
    ("192.0.2.255", Some(Documentation)),
    ("192.0.3.0", None),
    ("192.31.195.255", None),
    ("192.31.196.0", Some(Protocol)),
    ("192.31.196.255", Some(Protocol)),
    ("192.31.197.0", None),
    ("192.52.192.255", None),
    ("192.52.193.0", Some(Protocol)),
    ("192.52.193.255", Some(Protocol)),
    ("192.52.194.0", None),
    ("192.88.98.255", None),
    ("192.88.99.0", Some(Protocol)),
    ("192.88.99.2", Some(Protocol)),
    ("192.88.99.255", Some(Protocol)),
    ("192.88.100.0", None),
    ("192.167.255.255", None),
    ("192.168.0.0", Some(Private)),
    ("192.168.255.255", Some(Private)),
    ("192.169.0.0", None),
    ("192.175.47.255", None),
    ("192.175.48.0", Some(Protocol)),
    ("192.175.48.255", Some(Protocol)),
    ("192.175.49.0", None),
    ("198.17.255.255", None),
    ("198.18.0.0", Some(Benchmarking)),
    ("198.19.255.255", Some(Benchmarking)),
    ("198.20.0.0", None),
    ("198.51.99.255", None),
    ("198.51.100.0", Some(Documentation)),
    ("198.51.100.255", Some(Documentation)),
    ("198.51.101.0", None),
    ("203.0.112.255", None),
    ("203.0.113.0", Some(Documentation)),
    ("203.0.113.255", Some(Documentation)),
    ("203.0.114.0", None),
    ("223.255.255.255", None),
    ("224.0.0.0", Some(Multicast)),
    ("239.255.255.255", Some(Multicast)),
    ("240.0.0.0", Some(Reserved)),
    ("255.255.255.254", Some(Reserved)),
    ("255.255.255.255", Some(Broadcast)),
];

/// asvs: V1.3.6 — IANA's registry of special-purpose IPv6 addresses, and all that is not handed out.
#[test]
fn the_ends_of_every_ipv6_block() {
    check(IPV6);
}

const IPV6: &[(&str, Option<NotPublic>)] = &[
    ("::", Some(Unspecified)),
    ("::1", Some(Loopback)),
    ("::2", Some(Ipv4Inside)),
    ("::9.9.9.9", Some(Ipv4Inside)),
    ("::127.0.0.1", Some(Ipv4Inside)),
    ("::ffff:ffff", Some(Ipv4Inside)),
    ("::1:0:0", Some(Reserved)),
    ("::fffe:ffff:ffff", Some(Reserved)),
    ("::ffff:0.0.0.0", Some(Ipv4Inside)),
    ("::ffff:127.0.0.1", Some(Ipv4Inside)),
    ("::ffff:9.9.9.9", Some(Ipv4Inside)),
    ("::ffff:255.255.255.255", Some(Ipv4Inside)),
    ("::1:0:0:0", Some(Reserved)),
    ("::ffff:0:0:0", Some(Ipv4Inside)),
    ("::ffff:0:127.0.0.1", Some(Ipv4Inside)),
    ("::ffff:0:ffff:ffff", Some(Ipv4Inside)),
    ("::ffff:1:0:0", Some(Reserved)),
    ("64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
    ("64:ff9b::", Some(Ipv4Inside)),
    ("64:ff9b::169.254.169.254", Some(Ipv4Inside)),
    ("64:ff9b::255.255.255.255", Some(Ipv4Inside)),
    ("64:ff9b::1:0:0", Some(Reserved)),
    ("64:ff9b:0:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
    ("64:ff9b:1::", Some(Ipv4Inside)),
    ("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Some(Ipv4Inside)),
    ("64:ff9b:2::", Some(Reserved)),
    ("ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
    ("100::", Some(Discard)),
    ("100::ffff:ffff:ffff:ffff", Some(Discard)),
    ("100:0:0:1::", Some(Discard)),
    ("100:0:0:1:ffff:ffff:ffff:ffff", Some(Discard)),
    ("100:0:0:2::", Some(Reserved)),
    ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
    ("2000::", None),
    ("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None),
    ("2001::", Some(Ipv4Inside)),
    ("2001:0:ffff:ffff:ffff:ffff:ffff:ffff", Some(Ipv4Inside)),
    ("2001:1::", Some(Protocol)),
    ("2001:1::1", Some(Protocol)),
    ("2001:1::2", Some(Protocol)),
    ("2001:1::3", Some(Protocol)),
    ("2001:1:ffff:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2001:2::", Some(Benchmarking)),
    ("2001:2:0:ffff:ffff:ffff:ffff:ffff", Some(Benchmarking)),
    ("2001:2:1::", Some(Protocol)),
    ("2001:3::", Some(Protocol)),
    ("2001:3:ffff:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2001:4:112::", Some(Protocol)),
    ("2001:4:112:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2001:10::", Some(Protocol)),
    ("2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2001:20::", Some(Protocol)),
    ("2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2001:30::", Some(Protocol)),
    ("2001:3f:ffff:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2001:200::", None),
    ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", None),
    ("2001:db8::", Some(Documentation)),
    ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", Some(Documentation)),
    ("2001:db9::", None),
    ("2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None),
    ("2002::", Some(Ipv4Inside)),
    ("2002:7f00:1::", Some(Ipv4Inside)),
    ("2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Ipv4Inside)),
    ("2003::", None),
    ("2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", None),
    ("2620:4f:8000::", Some(Protocol)),
    ("2620:4f:8000:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("2620:4f:8001::", None),
    ("2620:fe::fe", None),
    ("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None),
    ("3fff::", Some(Documentation)),
    ("3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Documentation)),
    ("3fff:1000::", None),
    ("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None),
    ("4000::", Some(Reserved)),
    ("5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
    ("5f00::", Some(Protocol)),
    ("5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Protocol)),
    ("5f01::", Some(Reserved)),
    ("fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
    ("fc00::", Some(Private)),
    ("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Private)),
    ("fe00::", Some(Reserved)),
    ("fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Reserved)),
    ("fe80::", Some(LinkLocal)),
    ("febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(LinkLocal)),
    ("fec0::", Some(Private)),
    ("feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Private)),
    ("ff00::", Some(Multicast)),
    ("ff02::1", Some(Multicast)),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(Multicast)),
];

/// asvs: V1.3.6 — metadata services have no other name, and what is beside them keeps its own.
#[test]
fn metadata_services_are_called_that() {
    check(&[
        ("169.254.169.253", Some(LinkLocal)),
        ("169.254.169.254", Some(Metadata)),
        ("169.254.169.255", Some(LinkLocal)),
        ("169.254.170.2", Some(Metadata)),
        ("169.254.170.23", Some(Metadata)),
        ("169.254.0.23", Some(Metadata)),
        ("100.100.100.199", Some(Shared)),
        ("100.100.100.200", Some(Metadata)),
        ("100.100.100.201", Some(Shared)),
        ("192.0.0.191", Some(Protocol)),
        ("192.0.0.192", Some(Metadata)),
        ("168.63.129.15", None),
        ("168.63.129.16", Some(Metadata)),
        ("168.63.129.17", None),
        ("fd00:ec2::253", Some(Private)),
        ("fd00:ec2::254", Some(Metadata)),
        ("fd00:ec2::23", Some(Metadata)),
        ("fd20:ce::254", Some(Metadata)),
    ]);
}

proptest! {
    /// What std says of an address is never contradicted.
    #[test]
    fn std_agrees_about_ipv4(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        let is_special = ip.is_private() || ip.is_loopback() || ip.is_link_local()
            || ip.is_broadcast() || ip.is_documentation() || ip.is_multicast() || ip.is_unspecified();
        prop_assert!(!is_special || PublicAddress::new(IpAddr::V4(ip)).is_err());
        prop_assert!(PublicAddress::new(IpAddr::V6(ip.to_ipv6_mapped())).is_err());
        prop_assert!(PublicAddress::new(IpAddr::V6(ip.to_ipv6_compatible())).is_err());
    }

    #[test]
    fn std_agrees_about_ipv6(bits: u128) {
        let ip = Ipv6Addr::from_bits(bits);
        let is_special = ip.is_loopback() || ip.is_multicast() || ip.is_unspecified()
            || ip.is_unique_local() || ip.is_unicast_link_local();
        prop_assert!(!is_special || PublicAddress::new(IpAddr::V6(ip)).is_err());
    }
}
