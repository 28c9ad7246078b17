//! The family's only source of time.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::time::UnixTime;

/// Tells the current time.
///
/// Every check that depends on time takes a `&dyn Clock`, so that a test can say what time it is.
///
/// ```
/// use bartizan_core::{Clock, SystemClock, UnixTime};
///
/// fn expired(clock: &dyn Clock, expiry: UnixTime) -> bool {
///     clock.now() >= expiry
/// }
/// assert!(expired(&SystemClock::new(), UnixTime::EPOCH));
/// ```
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the current wall-clock time.
    fn now(&self) -> UnixTime;
}

/// The operating system's clock.
///
/// Set before 1970 it reads as 1970, and whatever begins later has not begun; set after the year
/// 9999 it reads as the last second of that year, and whatever expires has expired. See [`Clock`]
/// for an example.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// Returns the operating system's clock.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> UnixTime {
        reading(SystemTime::now())
    }
}

fn reading(time: SystemTime) -> UnixTime {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(UnixTime::EPOCH, |elapsed| UnixTime::from_secs(elapsed.as_secs()))
}

/// A clock that stands still until it is told otherwise: for tests.
///
/// ```
/// use bartizan_core::{Clock, ManualClock, UnixTime};
///
/// let clock = ManualClock::at(UnixTime::from_secs(59));
/// clock.advance_secs(2);
/// assert_eq!(clock.now().as_secs(), 61);
/// clock.set(UnixTime::EPOCH);
/// assert_eq!(clock.now(), UnixTime::EPOCH);
/// ```
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// Returns a clock that shows `now`.
    #[must_use]
    pub const fn at(now: UnixTime) -> Self {
        Self(AtomicU64::new(now.as_secs()))
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, now: UnixTime) {
        self.0.store(now.as_secs(), Ordering::SeqCst);
    }

    /// Moves the clock forwards, at most to [`UnixTime::MAX`].
    pub fn advance_secs(&self, secs: u64) {
        self.set(self.now().saturating_add_secs(secs));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[test]
    fn a_clock_set_before_1970_or_after_9999_has_a_defined_reading() {
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(reading(epoch - Duration::from_secs(1)), UnixTime::EPOCH);
        assert_eq!(reading(epoch + Duration::from_secs(5)), UnixTime::from_secs(5));
        let year_10000 = epoch + Duration::from_secs(UnixTime::MAX.as_secs() + 1);
        assert_eq!(reading(year_10000), UnixTime::MAX);
    }
}
