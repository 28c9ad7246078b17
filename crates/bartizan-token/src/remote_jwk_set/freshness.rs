//! How long an answer says that it is good for: [RFC 9111, section 4.2], as a private cache reads it.
//!
//! [RFC 9111, section 4.2]: https://www.rfc-editor.org/rfc/rfc9111#section-4.2

use bartizan_core::UnixTime;

/// What the headers of an answer say of its age and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Freshness {
    max_age_secs: Option<u64>,
    /// Seconds that it spent in caches on its way.
    age_secs: u64,
    date: Option<UnixTime>,
    expires: Option<UnixTime>,
}

impl Freshness {
    pub(super) const fn new() -> Self {
        Self { max_age_secs: None, age_secs: 0, date: None, expires: None }
    }

    /// Takes a header; of those that say the same thing twice, the shortest time counts.
    pub(super) fn header(&mut self, name: &str, value: &str) {
        if name.eq_ignore_ascii_case("cache-control") {
            for directive in value.split(',') {
                self.directive(directive.trim_ascii());
            }
        } else if name.eq_ignore_ascii_case("age") {
            self.age_secs = self.age_secs.max(delta_secs(value.trim_ascii()).unwrap_or(0));
        } else if name.eq_ignore_ascii_case("date") {
            self.date = http_date(value);
        } else if name.eq_ignore_ascii_case("expires") {
            // What cannot be read is long over.
            self.expires = Some(http_date(value).unwrap_or(UnixTime::EPOCH));
        }
    }

    fn directive(&mut self, directive: &str) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let secs = if name.eq_ignore_ascii_case("max-age") {
            // What cannot be read is old: RFC 9111, section 4.2.1.
            delta_secs(value.trim_matches('"')).unwrap_or(0)
        } else if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            0
        } else {
            return;
        };
        self.max_age_secs = Some(self.max_age_secs.map_or(secs, |former| former.min(secs)));
    }

    /// Returns for how many seconds more the answer is good; nothing when it does not say.
    pub(super) fn remaining_secs(&self, now: UnixTime) -> Option<u64> {
        let lifetime = match (self.max_age_secs, self.expires) {
            (Some(max_age), _) => max_age,
            (None, Some(expires)) => expires.secs_since(self.date.unwrap_or(now)).unwrap_or(0),
            (None, None) => return None,
        };
        Some(lifetime.saturating_sub(self.age_secs))
    }
}

/// A number of seconds; one that is too large for any clock is the largest.
fn delta_secs(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

/// Reads a date as it is written today, `Sun, 06 Nov 1994 08:49:37 GMT`: [RFC 9110, section 5.6.7].
/// The two older ways are not read.
///
/// [RFC 9110, section 5.6.7]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
fn http_date(text: &str) -> Option<UnixTime> {
    let (_weekday, date) = text.trim_ascii().split_once(", ")?;
    let mut parts = date.split(' ');
    let mut part = |len: usize| parts.next().filter(|part| part.len() == len);
    let (day, month, year) = (delta_secs(part(2)?)?, part(3)?, delta_secs(part(4)?)?);
    let (time, zone) = (part(8)?, part(3)?);
    if zone != "GMT" || parts.next().is_some() || !(1..=31).contains(&day) {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)?;
    let days = days_before(year, month)?.checked_add(day.checked_sub(1)?)?;
    UnixTime::checked_from_secs(days.checked_mul(86_400)?.checked_add(second_of_day(time)?)?)
}

/// Reads `08:49:37`, or a leap second.
fn second_of_day(time: &str) -> Option<u64> {
    let mut units = time.split(':');
    let mut unit = |limit: u64| {
        let digits = units.next().filter(|digits| digits.len() == 2)?;
        delta_secs(digits).filter(|value| *value < limit)
    };
    let (hour, minute, second) = (unit(24)?, unit(60)?, unit(61)?);
    hour.checked_mul(60)?.checked_add(minute)?.checked_mul(60)?.checked_add(second)
}

/// Returns how many days from 1970 on are before a month, January being 0.
fn days_before(year: u64, month: usize) -> Option<u64> {
    let leaps = |year: u64| (year / 4).saturating_sub(year / 100).saturating_add(year / 400);
    let former = year.checked_sub(1)?;
    let days = year.checked_sub(1970)?.checked_mul(365)?;
    let days = days.checked_add(leaps(former).checked_sub(leaps(1969))?)?;
    let is_leap = leaps(year) > leaps(former);
    let of_months = DAYS_BEFORE.get(month)?;
    days.checked_add(of_months.checked_add(u64::from(is_leap && month > 1))?)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAYS_BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

    fn remaining(headers: &[(&str, &str)]) -> Option<u64> {
        let mut freshness = Freshness::new();
        for (name, value) in headers {
            freshness.header(name, value);
        }
        freshness.remaining_secs(NOW)
    }

    #[test]
    fn a_date_is_read_as_it_is_written_today() {
        // RFC 9110, section 5.6.7, and days on which calendars trip.
        for (text, secs) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000),
            ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800),
            ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] {
            assert_eq!(http_date(text), Some(UnixTime::from_secs(secs)), "{text}");
        }
        for other in [
            "",
            "0",
            "-1",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(http_date(other), None, "{other}");
        }
    }

    /// Against the calendar of `UnixTime`, which was made for the other direction.
    #[test]
    fn every_month_begins_where_the_calendar_says() {
        for year in 1970..=9999 {
            for (at, name) in MONTHS.iter().enumerate() {
                let time = http_date(&format!("Xxx, 01 {name} {year} 00:00:00 GMT")).unwrap();
                assert_eq!(time.to_string(), format!("{year}-{:02}-01T00:00:00Z", at + 1));
            }
        }
    }

    #[test]
    fn the_age_is_taken_off_the_time() {
        assert_eq!(remaining(&[("Cache-Control", "public, max-age=3600")]), Some(3_600));
        assert_eq!(remaining(&[("cache-control", "MAX-AGE=60"), ("AGE", " 20 ")]), Some(40));
        assert_eq!(remaining(&[("Cache-Control", "max-age=60"), ("Age", "61")]), Some(0));
        assert_eq!(remaining(&[("Cache-Control", "max-age=60"), ("Age", "x")]), Some(60));
        assert_eq!(remaining(&[("Cache-Control", r#"max-age="60""#)]), Some(60));
        assert_eq!(remaining(&[]), None);
        assert_eq!(remaining(&[("Cache-Control", "public, s-maxage=5, immutable")]), None);
        assert_eq!(remaining(&[("ETag", "max-age=5"), ("Age", "5")]), None);
    }

    #[test]
    fn of_two_times_the_shorter_counts_and_of_none_nothing() {
        for (value, secs) in [
            ("max-age=60, max-age=5", 5),
            ("max-age=5,max-age=60", 5),
            ("max-age=60, no-store", 0),
            ("no-cache", 0),
            (r#"private="a, max-age=9", max-age=7"#, 7),
            ("max-age=", 0),
            ("max-age=-1", 0),
            ("max-age=1.5", 0),
            ("max-age=99999999999999999999999999", u64::MAX),
        ] {
            assert_eq!(remaining(&[("Cache-Control", value)]), Some(secs), "{value}");
        }
        let both = [("Cache-Control", "max-age=60"), ("Cache-Control", "no-store")];
        assert_eq!(remaining(&both), Some(0));
    }

    #[test]
    fn expires_counts_where_max_age_is_missing() {
        let expires = ("Expires", "Tue, 14 Nov 2023 22:15:20 GMT");
        assert_eq!(remaining(&[expires]), Some(120));
        assert_eq!(remaining(&[expires, ("Age", "20")]), Some(100));
        // By the server's own clock, which is an hour late.
        let late = [
            ("Date", "Tue, 14 Nov 2023 21:13:20 GMT"),
            ("Expires", "Tue, 14 Nov 2023 21:13:30 GMT"),
        ];
        assert_eq!(remaining(&late), Some(10));
        assert_eq!(remaining(&[expires, ("Cache-Control", "max-age=7")]), Some(7));
        assert_eq!(remaining(&[("Expires", "0")]), Some(0));
        assert_eq!(remaining(&[("Expires", "Tue, 14 Nov 2023 22:13:19 GMT")]), Some(0));
    }
}
