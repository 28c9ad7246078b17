//! The small contract of whoever fetches a set, and what it brings back.

use core::error::Error;
use core::fmt;
use std::sync::Arc;

use super::freshness::Freshness;
use super::url::JwkSetUrl;
use crate::jwk_set::JwkSet;

/// Fetches a JWK set over HTTP: one `GET`, no redirects.
///
/// The feature `remote-client` has one, `JwkSetClient`; with a client that your program has anyway,
/// it is a few lines of your own. [`RemoteJwkSet`](crate::RemoteJwkSet) decides when to fetch, and
/// judges the answer.
///
/// **It ends.** Set a time limit, of some ten seconds for the whole of it: who needs a key that is
/// not there waits for it. A fetch that takes longer than 30 seconds is given up.
///
/// **It may be dropped**, and it may be left alone between two polls for as long as nobody asks for
/// a key. Best it goes on by itself, as a task or a thread.
///
/// ```
/// use bartizan_token::{FetchError, FetchJwkSet, FetchedJwkSet, JwkSetUrl};
///
/// /// Answers as an issuer would, without a network.
/// struct Canned;
///
/// impl FetchJwkSet for Canned {
///     async fn fetch(&self, _url: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
///         let mut answer = FetchedJwkSet::new(200);
///         answer.header("Content-Type", "application/jwk-set+json");
///         answer.header("Cache-Control", "max-age=3600");
///         for chunk in [r#"{"keys""#, ":[]}"] {
///             answer.push(chunk.as_bytes())?;
///         }
///         Ok(answer)
///     }
/// }
/// ```
pub trait FetchJwkSet: Send + Sync {
    /// Fetches what is at `url`, over TLS whose certificate was checked, without following a
    /// redirect, and without undoing any content coding.
    ///
    /// # Errors
    ///
    /// Those of [`FetchError`]. An answer with another status than 200 is no error here.
    fn fetch(
        &self,
        url: &JwkSetUrl,
    ) -> impl Future<Output = Result<FetchedJwkSet, FetchError>> + Send;
}

impl<F: FetchJwkSet> FetchJwkSet for Arc<F> {
    async fn fetch(&self, url: &JwkSetUrl) -> Result<FetchedJwkSet, FetchError> {
        self.as_ref().fetch(url).await
    }
}

/// An answer as it came: its status, what the headers say that matter here, and its body.
///
/// See [`FetchJwkSet`] for an example.
#[derive(Clone)]
pub struct FetchedJwkSet {
    status: u16,
    has_type: bool,
    freshness: Freshness,
    body: Vec<u8>,
}

impl FetchedJwkSet {
    /// Begins an answer.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        let (has_type, freshness) = (false, Freshness::new());
        Self { status, has_type, freshness, body: Vec::new() }
    }

    /// Takes a header of the answer. Give it all of them: it remembers what `Content-Type`,
    /// `Cache-Control`, `Age`, `Date` and `Expires` say, and nothing else.
    pub fn header(&mut self, name: &str, value: &str) {
        if name.eq_ignore_ascii_case("content-type") {
            self.has_type = is_json(value);
        } else {
            self.freshness.header(name, value);
        }
    }

    /// Appends a part of the body, as it is read.
    ///
    /// # Errors
    ///
    /// [`FetchError::TooLarge`]: the body is longer than [`JwkSet::MAX_LEN`]; read no further.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), FetchError> {
        if chunk.len() > JwkSet::MAX_LEN.saturating_sub(self.body.len()) {
            return Err(FetchError::TooLarge);
        }
        self.body.extend_from_slice(chunk);
        Ok(())
    }

    pub(super) const fn status(&self) -> u16 {
        self.status
    }

    /// Whether it says that it is a JWK set, or JSON at least.
    pub(super) const fn has_type(&self) -> bool {
        self.has_type
    }

    pub(super) const fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }
}

/// The type of a set is that of [RFC 7517, section 8.5.2]; most issuers say that it is JSON.
///
/// [RFC 7517, section 8.5.2]: https://www.rfc-editor.org/rfc/rfc7517#section-8.5.2
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim_ascii();
    ["application/jwk-set+json", "application/json"]
        .into_iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
}

impl fmt::Debug for FetchedJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchedJwkSet")
            .field("status", &self.status)
            .field("freshness", &self.freshness)
            .field("len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why a set could not be fetched. The network or the issuer is at fault.
///
/// ```
/// use bartizan_token::FetchError;
///
/// assert_eq!(FetchError::TimedOut.to_string(), "the JWK set did not arrive in time");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// No connection, or none that lasted until the end of the answer.
    Unreachable,
    /// TLS failed: the certificate is not good, or not that of the host.
    Untrusted,
    /// It took too long.
    TimedOut,
    /// The answer is longer than [`JwkSet::MAX_LEN`].
    TooLarge,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "the JWK set could not be reached",
            Self::Untrusted => "the server of the JWK set did not prove who it is",
            Self::TimedOut => "the JWK set did not arrive in time",
            Self::TooLarge => "the JWK set is too large",
        })
    }
}

impl Error for FetchError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_says_that_it_is_json() {
        let says = |value: &str| {
            let mut answer = FetchedJwkSet::new(200);
            answer.header("content-TYPE", value);
            answer.has_type()
        };
        for good in [
            "application/jwk-set+json",
            "application/json",
            "Application/JSON; charset=utf-8",
            " application/json ;x",
        ] {
            assert!(says(good), "{good}");
        }
        for other in
            ["", "text/html", "text/plain", "application/jsonp", "json", "; application/json"]
        {
            assert!(!says(other), "{other}");
        }
        assert!(!FetchedJwkSet::new(200).has_type());
    }

    #[test]
    fn a_body_is_bounded_as_it_is_read() {
        let mut answer = FetchedJwkSet::new(200);
        for _ in 0..64 {
            assert_eq!(answer.push(&[b' '; 1_024]), Ok(()));
        }
        assert_eq!(answer.push(b" "), Err(FetchError::TooLarge));
        assert_eq!(answer.body().len(), JwkSet::MAX_LEN);
        assert_eq!(answer.push(b""), Ok(()));
    }
}
