//! Redirects that are followed.

use super::{EgressPolicy, EgressRefused};
use crate::HttpUrl;

/// A URL and where it leads, one redirect after the other: each is checked as the first was, and they
/// are counted.
///
/// ```
/// use bartizan_validate::{EgressPolicy, EgressRefused};
///
/// let policy = EgressPolicy::any_public_host().max_redirects(1);
/// let mut hops = policy.hops("https://example.com/a".parse()?)?;
/// assert_eq!(hops.follow("/b")?.as_str(), "https://example.com/b");
/// assert_eq!(hops.follow("/c"), Err(EgressRefused::TooManyRedirects));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hops<'p> {
    policy: &'p EgressPolicy,
    url: HttpUrl,
    left: u8,
}

impl<'p> Hops<'p> {
    pub(super) fn new(policy: &'p EgressPolicy, url: HttpUrl) -> Result<Self, EgressRefused> {
        policy.check_url(&url)?;
        Ok(Self { policy, url, left: policy.max_redirects })
    }

    /// Returns the URL to fetch now.
    #[must_use]
    pub const fn url(&self) -> &HttpUrl {
        &self.url
    }

    /// Goes where a `Location` header leads.
    ///
    /// # Errors
    ///
    /// - [`EgressRefused::TooManyRedirects`]: no more are followed.
    /// - [`EgressRefused::Url`]: it leads to no URL that is accepted.
    /// - [`EgressRefused::Scheme`]: it leads from `https` to `http`.
    /// - Those of [`EgressPolicy::check_url`].
    pub fn follow(&mut self, location: &str) -> Result<&HttpUrl, EgressRefused> {
        self.left = self.left.checked_sub(1).ok_or(EgressRefused::TooManyRedirects)?;
        let next = self.url.join(location).map_err(EgressRefused::Url)?;
        if self.url.scheme() == "https" && next.scheme() != "https" {
            return Err(EgressRefused::Scheme);
        }
        self.policy.check_url(&next)?;
        self.url = next;
        Ok(&self.url)
    }
}
