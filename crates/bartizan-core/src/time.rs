//! Points in time, in whole seconds.

use core::fmt;

/// Whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted, up to the year 9999.
///
/// This is the `NumericDate` of [RFC 7519, section 2], without its fraction. Arithmetic never
/// wraps: it is checked or saturates, and says so in its name.
///
/// ```
/// use bartizan_core::UnixTime;
///
/// let issued = UnixTime::from_secs(1_700_000_000);
/// assert_eq!(issued.to_string(), "2023-11-14T22:13:20Z");
/// assert_eq!(issued.saturating_add_secs(60).secs_since(issued), Some(60));
/// assert_eq!(issued.secs_since(UnixTime::MAX), None);
/// ```
///
/// [RFC 7519, section 2]: https://www.rfc-editor.org/rfc/rfc7519#section-2
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
    pub const MAX: Self = Self(253_402_300_799);

    /// Returns the instant `secs` seconds after the epoch, and [`MAX`](Self::MAX) for anything
    /// later than that.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        if secs > Self::MAX.0 { Self::MAX } else { Self(secs) }
    }

    /// Returns the instant `secs` seconds after the epoch, and nothing for anything later than
    /// [`MAX`](Self::MAX): for numbers that somebody else wrote.
    #[must_use]
    pub const fn checked_from_secs(secs: u64) -> Option<Self> {
        if secs > Self::MAX.0 { None } else { Some(Self(secs)) }
    }

    /// Returns the number of whole seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// Returns the instant `secs` seconds later, if that is no later than [`MAX`](Self::MAX).
    #[must_use]
    pub const fn checked_add_secs(self, secs: u64) -> Option<Self> {
        match self.0.checked_add(secs) {
            Some(sum) => Self::checked_from_secs(sum),
            None => None,
        }
    }

    /// Returns the instant `secs` seconds later, at most [`MAX`](Self::MAX).
    #[must_use]
    pub const fn saturating_add_secs(self, secs: u64) -> Self {
        Self::from_secs(self.0.saturating_add(secs))
    }

    /// Returns the instant `secs` seconds earlier, at least [`EPOCH`](Self::EPOCH).
    #[must_use]
    pub const fn saturating_sub_secs(self, secs: u64) -> Self {
        Self(self.0.saturating_sub(secs))
    }

    /// Returns how many seconds have passed since `earlier`, and nothing when it is still to come.
    #[must_use]
    pub const fn secs_since(self, earlier: Self) -> Option<u64> {
        self.0.checked_sub(earlier.0)
    }
}

/// As [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) writes it, in UTC.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0 / 86_400, self.0 % 86_400);
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// The date of a day counted from 1970-01-01, in the Gregorian calendar.
///
/// Years are counted from March, so that a leap day is a year's last; an era is the 400 years
/// (146,097 days) after which the calendar repeats.
#[expect(clippy::arithmetic_side_effects, reason = "`days` is at most 2,932,896: UnixTime::MAX")]
const fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let leap_days = day_of_era / 1_460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_dates_that_calendars_get_wrong() {
        for (secs, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (68_169_599, "1972-02-28T23:59:59Z"),
            (68_169_600, "1972-02-29T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(UnixTime::from_secs(secs).to_string(), text);
        }
    }

    #[test]
    fn arithmetic_stops_at_both_ends() {
        assert_eq!(UnixTime::from_secs(u64::MAX), UnixTime::MAX);
        assert_eq!(UnixTime::checked_from_secs(UnixTime::MAX.as_secs() + 1), None);
        assert_eq!(UnixTime::checked_from_secs(UnixTime::MAX.as_secs()), Some(UnixTime::MAX));
        assert_eq!(UnixTime::MAX.checked_add_secs(1), None);
        assert_eq!(UnixTime::MAX.checked_add_secs(u64::MAX), None);
        assert_eq!(UnixTime::MAX.saturating_add_secs(u64::MAX), UnixTime::MAX);
        assert_eq!(UnixTime::EPOCH.saturating_sub_secs(1), UnixTime::EPOCH);
    }
}
