//! What weakens a promise of this crate, and has to be looked for to be found.

use core::net::IpAddr;

use crate::EgressPolicy;

/// Allows connections to one address that is not of the public internet: a service of one's own, or
/// the server of a test.
///
/// Every host that the policy allows may then turn out to have this address: where that is any host,
/// whoever gives a URL reaches the service.
///
/// ```
/// use bartizan_validate::{EgressPolicy, danger};
///
/// let policy = EgressPolicy::only_hosts(["search.internal"])?;
/// let policy = danger::allow_address(policy, [10, 0, 0, 7].into());
/// assert!(policy.check(([10, 0, 0, 7], 443).into()).is_ok());
/// # Ok::<(), bartizan_validate::UrlError>(())
/// ```
#[must_use]
pub fn allow_address(policy: EgressPolicy, ip: IpAddr) -> EgressPolicy {
    policy.allow_address(ip)
}
