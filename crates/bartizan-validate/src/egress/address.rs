//! Which addresses belong to the public internet.

use core::error::Error;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address of the public internet: no network of one's own is reached through it.
///
/// IPv4: everything that stands in no block of IANA's registries of [special-purpose] and multicast
/// addresses, reserved ones included. IPv6: the part that is handed out, `2000::/3`, without the
/// blocks of [its registry] and those that carry an IPv4 address inside (mapped, translated by
/// NAT64, 6to4, Teredo), whatever that is. Metadata services of clouds are refused under their own
/// name, also where their address is not special.
///
/// ```
/// use bartizan_validate::{NotPublic, PublicAddress};
///
/// let address = PublicAddress::new("9.9.9.9".parse()?)?;
/// assert_eq!(address.ip().to_string(), "9.9.9.9");
///
/// let metadata = PublicAddress::new("169.254.169.254".parse()?);
/// assert_eq!(metadata, Err(NotPublic::Metadata));
/// let mapped = PublicAddress::new("::ffff:9.9.9.9".parse()?);
/// assert_eq!(mapped, Err(NotPublic::Ipv4Inside));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// [special-purpose]: https://www.iana.org/assignments/iana-ipv4-special-registry
/// [its registry]: https://www.iana.org/assignments/iana-ipv6-special-registry
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicAddress(IpAddr);

impl PublicAddress {
    /// Accepts an address of the public internet.
    ///
    /// # Errors
    ///
    /// [`NotPublic`], whose variants name what the address is for.
    pub fn new(ip: IpAddr) -> Result<Self, NotPublic> {
        let special = match ip {
            IpAddr::V4(ip) => special_v4(ip),
            IpAddr::V6(ip) => special_v6(ip),
        };
        special.map_or(Ok(Self(ip)), Err)
    }

    /// Returns the address.
    #[must_use]
    pub const fn ip(self) -> IpAddr {
        self.0
    }
}

impl TryFrom<IpAddr> for PublicAddress {
    type Error = NotPublic;

    fn try_from(ip: IpAddr) -> Result<Self, NotPublic> {
        Self::new(ip)
    }
}

/// What an address is for, if not for the public internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotPublic {
    /// "This network", and no address at all: `0.0.0.0/8`, `::`.
    Unspecified,
    /// The machine itself: `127.0.0.0/8`, `::1`.
    Loopback,
    /// A network of one's own: RFC 1918, `fc00::/7`, and the site-local addresses of old.
    Private,
    /// A network shared with others behind a provider's translation: `100.64.0.0/10`.
    Shared,
    /// The cable or radio that the machine is on: `169.254.0.0/16`, `fe80::/10`.
    LinkLocal,
    /// A cloud's metadata service, which hands out credentials.
    Metadata,
    /// Kept for protocols: anycast relays, AS112, AMT, ORCHID, segment routing and their like.
    Protocol,
    /// For examples in documents.
    Documentation,
    /// For measuring devices.
    Benchmarking,
    /// A group of machines.
    Multicast,
    /// The whole of a network: `255.255.255.255`.
    Broadcast,
    /// Where packets vanish: `100::/64` and `100:0:0:1::/64`.
    Discard,
    /// An IPv6 address with an IPv4 address inside: mapped, compatible, NAT64, 6to4 or Teredo.
    Ipv4Inside,
    /// Not handed out to anybody.
    Reserved,
}

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "the address is unspecified",
            Self::Loopback => "the address is this machine's own",
            Self::Private => "the address is of a private network",
            Self::Shared => "the address is of a provider's shared network",
            Self::LinkLocal => "the address is local to its link",
            Self::Metadata => "the address is of a metadata service",
            Self::Protocol => "the address is kept for a protocol",
            Self::Documentation => "the address is for documentation",
            Self::Benchmarking => "the address is for benchmarks",
            Self::Multicast => "the address is of a multicast group",
            Self::Broadcast => "the address is for broadcasts",
            Self::Discard => "the address is for discarding packets",
            Self::Ipv4Inside => "the address has an IPv4 address inside",
            Self::Reserved => "the address is reserved",
        })
    }
}

impl Error for NotPublic {}

fn special_v4(ip: Ipv4Addr) -> Option<NotPublic> {
    let ip = ip.to_bits();
    let found = V4.iter().find(|(network, length, _)| {
        let host_bits = 32_u32.saturating_sub(*length);
        ip.checked_shr(host_bits) == network.to_bits().checked_shr(host_bits)
    });
    found.map(|(_, _, kind)| *kind)
}

fn special_v6(ip: Ipv6Addr) -> Option<NotPublic> {
    let ip = ip.to_bits();
    let found = V6.iter().find(|(network, length, _)| {
        let host_bits = 128_u32.saturating_sub(*length);
        ip.checked_shr(host_bits) == network.to_bits().checked_shr(host_bits)
    });
    match found {
        Some((_, _, kind)) => Some(*kind),
        None if ip >> 125 == 1 => None,
        None => Some(NotPublic::Reserved),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8) -> Ipv4Addr {
    Ipv4Addr::new(a, b, c, d)
}

/// The blocks of IPv4, the first that matches counts.
///
/// The whole of IANA's registry of [special-purpose addresses], which RFC 6890 began and RFC 8190
/// amended, with the document that each block is from, and multicast. What the registry calls
/// globally reachable is refused as well: no site stands at an anycast address of a protocol.
///
/// [special-purpose addresses]: https://www.iana.org/assignments/iana-ipv4-special-registry
const V4: &[(Ipv4Addr, u32, NotPublic)] = &[
    // Of Azure, whose address is not special.
    (v4(168, 63, 129, 16), 32, NotPublic::Metadata),
    // Of AWS and most others; of the containers of AWS; of Tencent; of Alibaba; of Oracle, once.
    (v4(169, 254, 169, 254), 32, NotPublic::Metadata),
    (v4(169, 254, 170, 2), 32, NotPublic::Metadata),
    (v4(169, 254, 170, 23), 32, NotPublic::Metadata),
    (v4(169, 254, 0, 23), 32, NotPublic::Metadata),
    (v4(100, 100, 100, 200), 32, NotPublic::Metadata),
    (v4(192, 0, 0, 192), 32, NotPublic::Metadata),
    (v4(0, 0, 0, 0), 8, NotPublic::Unspecified), // RFC 791
    (v4(10, 0, 0, 0), 8, NotPublic::Private),    // RFC 1918
    (v4(100, 64, 0, 0), 10, NotPublic::Shared),  // RFC 6598
    (v4(127, 0, 0, 0), 8, NotPublic::Loopback),  // RFC 1122
    (v4(169, 254, 0, 0), 16, NotPublic::LinkLocal), // RFC 3927
    (v4(172, 16, 0, 0), 12, NotPublic::Private), // RFC 1918
    // RFC 6890. In it: DS-Lite (.0/29, RFC 7335), the dummy address (.8, RFC 7600), PCP and TURN
    // anycast (.9 and .10, RFC 7723 and 8155), discovery of NAT64 (.170, .171: RFC 8880).
    (v4(192, 0, 0, 0), 24, NotPublic::Protocol),
    (v4(192, 0, 2, 0), 24, NotPublic::Documentation), // RFC 5737
    (v4(192, 31, 196, 0), 24, NotPublic::Protocol),   // AS112: RFC 7535
    (v4(192, 52, 193, 0), 24, NotPublic::Protocol),   // AMT: RFC 7450
    // 6to4 relays, deprecated by RFC 7526. In it: 6a44 relays (.2, RFC 6751).
    (v4(192, 88, 99, 0), 24, NotPublic::Protocol),
    (v4(192, 168, 0, 0), 16, NotPublic::Private), // RFC 1918
    (v4(192, 175, 48, 0), 24, NotPublic::Protocol), // AS112: RFC 7534
    (v4(198, 18, 0, 0), 15, NotPublic::Benchmarking), // RFC 2544
    (v4(198, 51, 100, 0), 24, NotPublic::Documentation), // RFC 5737
    (v4(203, 0, 113, 0), 24, NotPublic::Documentation), // RFC 5737
    (v4(224, 0, 0, 0), 4, NotPublic::Multicast),  // RFC 5771
    (v4(255, 255, 255, 255), 32, NotPublic::Broadcast), // RFC 8190 and 919
    (v4(240, 0, 0, 0), 4, NotPublic::Reserved),   // RFC 1112
];

/// A network whose first four groups are given.
const fn v6(a: u16, b: u16, c: u16, d: u16) -> Ipv6Addr {
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)
}

/// The blocks of IPv6, the first that matches counts.
///
/// The whole of IANA's registry of [special-purpose addresses], with the document that each block
/// is from, and what the [architecture] sets apart (RFC 4291). As with IPv4, what the registry calls
/// globally reachable is refused as well. What is not listed and outside `2000::/3` is handed out to
/// nobody.
///
/// [special-purpose addresses]: https://www.iana.org/assignments/iana-ipv6-special-registry
/// [architecture]: https://www.iana.org/assignments/ipv6-address-space
const V6: &[(Ipv6Addr, u32, NotPublic)] = &[
    // Of AWS, its containers, and Google.
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128, NotPublic::Metadata),
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23), 128, NotPublic::Metadata),
    (Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254), 128, NotPublic::Metadata),
    (Ipv6Addr::UNSPECIFIED, 128, NotPublic::Unspecified), // RFC 4291
    (Ipv6Addr::LOCALHOST, 128, NotPublic::Loopback),      // RFC 4291
    // Compatible, of old, and mapped: RFC 4291. Translated, of old: RFC 2765.
    (Ipv6Addr::UNSPECIFIED, 96, NotPublic::Ipv4Inside),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, NotPublic::Ipv4Inside),
    (Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96, NotPublic::Ipv4Inside),
    // NAT64: RFC 6052, and RFC 8215 for one's own network.
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, NotPublic::Ipv4Inside),
    (v6(0x64, 0xff9b, 1, 0), 48, NotPublic::Ipv4Inside),
    (v6(0x100, 0, 0, 0), 64, NotPublic::Discard), // RFC 6666
    (v6(0x100, 0, 0, 1), 64, NotPublic::Discard), // the dummy prefix: RFC 9780
    (v6(0x2001, 0, 0, 0), 32, NotPublic::Ipv4Inside), // Teredo: RFC 4380
    (v6(0x2001, 2, 0, 0), 48, NotPublic::Benchmarking), // RFC 5180
    // RFC 2928. In it: anycast of PCP, TURN and DNS-SD (2001:1::1 to 3, RFC 7723, 8155, 9665), AMT
    // (2001:3::/32, RFC 7450), AS112 (2001:4:112::/48, RFC 7535), ORCHID (2001:10::/28, RFC 4843,
    // ended, and 2001:20::/28, RFC 7343), drones (2001:30::/28, RFC 9374).
    (v6(0x2001, 0, 0, 0), 23, NotPublic::Protocol),
    (v6(0x2001, 0xdb8, 0, 0), 32, NotPublic::Documentation), // RFC 3849
    (v6(0x2002, 0, 0, 0), 16, NotPublic::Ipv4Inside),        // 6to4: RFC 3056
    (v6(0x2620, 0x4f, 0x8000, 0), 48, NotPublic::Protocol),  // AS112: RFC 7534
    (v6(0x3fff, 0, 0, 0), 20, NotPublic::Documentation),     // RFC 9637
    (v6(0x5f00, 0, 0, 0), 16, NotPublic::Protocol),          // segment routing: RFC 9602
    (v6(0xfc00, 0, 0, 0), 7, NotPublic::Private),            // RFC 4193
    (v6(0xfe80, 0, 0, 0), 10, NotPublic::LinkLocal),         // RFC 4291
    (v6(0xfec0, 0, 0, 0), 10, NotPublic::Private),           // site-local, of old: RFC 3879
    (v6(0xff00, 0, 0, 0), 8, NotPublic::Multicast),          // RFC 4291
];
