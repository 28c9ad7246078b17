use core::fmt;
use core::marker::PhantomData;

use bartizan_core::{SecretString, UnixTime};

use super::purpose::OobPurpose;
use super::recipient::OobChannel;

/// What is to be sent, and where to.
pub struct OobMessage {
    pub(super) code: SecretString,
    pub(super) address: String,
    pub(super) expires_at: UnixTime,
}

impl OobMessage {
    /// Lends the code: digits, or 22 characters for the end of a link.
    #[must_use]
    pub const fn code(&self) -> &SecretString {
        &self.code
    }

    /// Returns the address that the request was begun with.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns from when on the code is good no more.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

impl fmt::Debug for OobMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OobMessage").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Proof that a code for purpose `P` came back from the address that it was sent to.
///
/// Only [`OutOfBandCodes::verify`](crate::OutOfBandCodes::verify) makes one; see there for an example.
pub struct OobVerified<P> {
    pub(super) address: String,
    pub(super) channel: OobChannel,
    pub(super) purpose: PhantomData<fn() -> P>,
}

impl<P> OobVerified<P> {
    /// Returns the address: the one that is proven, whatever the account says by now.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl<P: OobPurpose> fmt::Debug for OobVerified<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OobVerified").field("purpose", &P::NAME).finish_non_exhaustive()
    }
}
