use bartizan_core::UnixTime;

use super::error::RemoteJwkSetError;
use super::schedule::Schedule;
use crate::jwk_set::JwkSet;

/// How a [`RemoteJwkSet`](crate::RemoteJwkSet) stands: figures for monitoring.
///
/// Raise an alarm when [`failure`](Self::failure) stays: at [`gone_at`](Self::gone_at) nothing is
/// verified any more. Look at [`ignored`](Self::ignored) when it grows: the issuer publishes keys
/// that do not serve here. See [`RemoteJwkSet`](crate::RemoteJwkSet) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteJwkSetStatus {
    keys: usize,
    ignored: usize,
    /// When the set was fetched, until when it is good, and until when it is used.
    times: Option<(UnixTime, UnixTime, UnixTime)>,
    failure: Option<(RemoteJwkSetError, u32)>,
    fetches: u64,
}

impl RemoteJwkSetStatus {
    pub(super) fn new(schedule: &Schedule, set: &JwkSet, fetches: u64) -> Self {
        let times = |of: super::schedule::Fetched| (of.at, of.expires_at, of.gone_at);
        Self {
            keys: set.len(),
            ignored: set.ignored(),
            times: schedule.fetched().map(times),
            failure: schedule.failed().map(|failed| (failed.error, failed.count)),
            fetches,
        }
    }

    /// Returns how many keys there are to verify with.
    #[must_use]
    pub const fn keys(&self) -> usize {
        self.keys
    }

    /// Returns how many keys of the set were left out: they do not serve, or share an id.
    #[must_use]
    pub const fn ignored(&self) -> usize {
        self.ignored
    }

    /// Returns when the set was fetched, if ever.
    #[must_use]
    pub fn fetched_at(&self) -> Option<UnixTime> {
        self.times.map(|(at, ..)| at)
    }

    /// Returns from when on the set must be fetched again.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixTime> {
        self.times.map(|(_, at, _)| at)
    }

    /// Returns from when on the set is not used, even if no newer is to be had.
    #[must_use]
    pub fn gone_at(&self) -> Option<UnixTime> {
        self.times.map(|(.., at)| at)
    }

    /// Returns why the last fetch failed, and nothing when it did not.
    #[must_use]
    pub fn failure(&self) -> Option<RemoteJwkSetError> {
        self.failure.map(|(error, _)| error)
    }

    /// Returns how many fetches in a row have failed.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failure.map_or(0, |(_, count)| count)
    }

    /// Returns how many fetches have begun.
    #[must_use]
    pub const fn fetches(&self) -> u64 {
        self.fetches
    }
}
