//! Why nothing was fetched.

use core::error::Error;
use core::fmt;
use std::io::ErrorKind;

use super::NotPublic;
use crate::UrlError;

/// Why nothing was fetched: because of what was asked for, or because it did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whose fault it is, which is one or the other")]
pub enum EgressError {
    /// The policy says no. Whoever gave the URL is at fault.
    Refused(EgressRefused),
    /// The network, the other side or this machine is at fault: answer 502, 503 or 504.
    Failed(EgressFailed),
}

/// Why the policy says no. Whoever gave the URL is at fault: tell them that it is not fetched. Which
/// variant it is tells them about your network, so log that and say nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EgressRefused {
    /// The scheme is not allowed, or a redirect leads from `https` to `http`.
    Scheme,
    /// The port is not allowed.
    Port,
    /// The host is not on the list.
    Host,
    /// An address of the host is not of the public internet.
    Address(NotPublic),
    /// What a redirect leads to is no URL that is accepted, or the URI of a request is none.
    Url(UrlError),
    /// There were more redirects than are followed.
    TooManyRedirects,
    /// The answer is longer than is accepted.
    TooLarge,
    /// The headers of a request have more than 16 KiB.
    HeadersTooLarge,
}

/// What did not work. Try again later, if at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EgressFailed {
    /// As many connections as are allowed are open.
    Busy,
    /// The host has no address.
    NoAddress,
    /// The resolver did not answer.
    Resolver(ErrorKind),
    /// No address of the host accepted the connection.
    Connect(ErrorKind),
    /// It took longer than is allowed.
    TimedOut,
    /// The other side could not prove who it is, or does not speak HTTP.
    Protocol,
}

impl From<EgressRefused> for EgressError {
    fn from(refused: EgressRefused) -> Self {
        Self::Refused(refused)
    }
}

impl From<EgressFailed> for EgressError {
    fn from(failed: EgressFailed) -> Self {
        Self::Failed(failed)
    }
}

impl fmt::Display for EgressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Failed(failed) => failed.fmt(f),
        }
    }
}

impl fmt::Display for EgressRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "the scheme is not allowed",
            Self::Port => "the port is not allowed",
            Self::Host => "the host is not allowed",
            Self::Address(address) => return address.fmt(f),
            Self::Url(error) => return error.fmt(f),
            Self::TooManyRedirects => "there are more redirects than are followed",
            Self::TooLarge => "the answer is longer than is accepted",
            Self::HeadersTooLarge => "the headers have more than 16 KiB",
        })
    }
}

impl fmt::Display for EgressFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("as many connections as are allowed are open"),
            Self::NoAddress => f.write_str("the host has no address"),
            Self::Resolver(kind) => write!(f, "the host could not be looked up: {kind}"),
            Self::Connect(kind) => write!(f, "the host could not be reached: {kind}"),
            Self::TimedOut => f.write_str("the host took too long"),
            Self::Protocol => f.write_str("the host is not who it should be, or speaks no HTTP"),
        }
    }
}

impl Error for EgressError {}
impl Error for EgressRefused {}
impl Error for EgressFailed {}
