//! How often codes may be tried: ever more slowly, and never not at all.

use core::error::Error;
use core::fmt;

use bartizan_core::{Clock, UnixTime};

use crate::error::StoredError;

/// How long somebody waits after wrong codes: not at all after the first few, then a delay that
/// doubles with each up to a greatest one. An accepted code resets it.
///
/// **What it bounds**: with the default, 12 guesses in the first two hours and then 24 a day. A guess
/// at six digits hits one of the window's two codes once in 500,000 times, so who knows the password
/// and tries for a year gets in with a chance of 1.8 percent: tell the user long before, by
/// [`Attempts::failures`].
///
/// **What it cannot be turned into** is a lock: the delay is bounded and of one factor alone, as each
/// credential has [`Attempts`] of its own; after it the right code works at once.
///
/// ```
/// use bartizan_otp::{AttemptPolicy, AttemptPolicyError};
///
/// let policy = AttemptPolicy::new(5, 30, 3_600)?;
/// assert_eq!(policy, AttemptPolicy::default());
/// assert_eq!([4, 5, 6, 7].map(|failures| policy.delay_secs(failures)), [0, 30, 60, 120]);
/// assert_eq!(policy.delay_secs(1_000_000), 3_600);
/// # Ok::<(), AttemptPolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptPolicy {
    free_failures: u8,
    first_delay_secs: u32,
    max_delay_secs: u32,
}

impl AttemptPolicy {
    /// How many wrong codes may cost no delay at most.
    pub const MAX_FREE_FAILURES: u8 = 10;

    /// The longest delay that can be set, in seconds: one day.
    pub const MAX_DELAY_SECS: u32 = 86_400;

    /// Wrong codes cost no delay until there are `free_failures` of them in a row. That one costs
    /// `first_delay_secs`, the next twice as much, and so on up to `max_delay_secs`.
    ///
    /// # Errors
    ///
    /// - [`AttemptPolicyError::FreeFailures`]: none, or more than
    ///   [`MAX_FREE_FAILURES`](Self::MAX_FREE_FAILURES).
    /// - [`AttemptPolicyError::Delays`]: the first delay is zero or longer than the greatest, or that
    ///   is longer than [`MAX_DELAY_SECS`](Self::MAX_DELAY_SECS).
    pub const fn new(
        free_failures: u8,
        first_delay_secs: u32,
        max_delay_secs: u32,
    ) -> Result<Self, AttemptPolicyError> {
        if free_failures == 0 || free_failures > Self::MAX_FREE_FAILURES {
            return Err(AttemptPolicyError::FreeFailures);
        }
        let grows = 0 < first_delay_secs && first_delay_secs <= max_delay_secs;
        if !grows || max_delay_secs > Self::MAX_DELAY_SECS {
            return Err(AttemptPolicyError::Delays);
        }
        Ok(Self { free_failures, first_delay_secs, max_delay_secs })
    }

    /// Returns for how many seconds nothing is tried after as many wrong codes in a row.
    #[must_use]
    pub fn delay_secs(&self, failures: u32) -> u64 {
        let Some(doublings) = failures.checked_sub(self.free_failures.into()) else { return 0 };
        // The first delay has at most 32 bits, and its double is at most the next power of two.
        let delay = u64::from(self.first_delay_secs) << doublings.min(31);
        delay.min(self.max_delay_secs.into())
    }
}

impl Default for AttemptPolicy {
    /// Five wrong codes are free, then it takes 30 seconds, and at last an hour.
    fn default() -> Self {
        Self { free_failures: 5, first_delay_secs: 30, max_delay_secs: 3_600 }
    }
}

/// Why there is no [`AttemptPolicy`]. The program is at fault: fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptPolicyError {
    /// No wrong code would be free of delay, so that a slip of the finger costs, or too many.
    FreeFailures,
    /// A delay would be zero or longer than a day, or the first would be longer than the greatest.
    Delays,
}

impl fmt::Display for AttemptPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FreeFailures => "set 1 to 10 wrong codes that cost no delay",
            Self::Delays => {
                "set a first delay of at least 1 second and a greatest of at most a day"
            }
        })
    }
}

impl Error for AttemptPolicyError {}

/// The wrong codes in a row of one credential, to be stored with it.
///
/// [`admit`](Self::admit) says whether a code may be tried at all, and gives what the outcome makes
/// the next state of. [`Guard`](crate::Guard) does both for one-time passwords; this is for codes of
/// other kinds.
///
/// ```
/// use bartizan_core::{ManualClock, UnixTime};
/// use bartizan_otp::{AttemptPolicy, Attempts};
///
/// let (policy, clock) = (AttemptPolicy::default(), ManualClock::at(UnixTime::from_secs(1_000)));
/// let mut stored = Attempts::none();
/// for _ in 0..5 {
///     stored = stored.admit(&policy, &clock)?.failed();
/// }
/// let too_soon = stored.admit(&policy, &clock).unwrap_err();
/// assert_eq!(too_soon.retry_at(), UnixTime::from_secs(1_030));
///
/// clock.advance_secs(30);
/// stored = stored.admit(&policy, &clock)?.succeeded();
/// assert_eq!(stored, Attempts::none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "store it, or nothing limits how often a code is tried"]
pub struct Attempts {
    failures: u32,
    last_failure_at: UnixTime,
}

impl Attempts {
    /// Returns the state of a credential of which no code was wrong since the last right one.
    pub const fn none() -> Self {
        Self { failures: 0, last_failure_at: UnixTime::EPOCH }
    }

    /// Returns the state that stored numbers stand for.
    ///
    /// # Errors
    ///
    /// [`StoredError::Malformed`]: there was no failure, but a time of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::UnixTime;
    /// use bartizan_otp::Attempts;
    ///
    /// let stored = Attempts::from_parts(3, UnixTime::from_secs(1_700_000_000))?;
    /// assert_eq!((stored.failures(), stored.last_failure_at().as_secs()), (3, 1_700_000_000));
    /// # Ok::<(), bartizan_otp::StoredError>(())
    /// ```
    pub const fn from_parts(failures: u32, last_failure_at: UnixTime) -> Result<Self, StoredError> {
        if failures == 0 && last_failure_at.as_secs() != 0 {
            return Err(StoredError::Malformed);
        }
        Ok(Self { failures, last_failure_at })
    }

    /// Returns how many codes were wrong in a row. Tell the user when they become many.
    #[must_use]
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Returns when the last of them was tried, or 1970 when there is none.
    #[must_use]
    pub const fn last_failure_at(&self) -> UnixTime {
        self.last_failure_at
    }

    /// Says whether a code may be tried now.
    ///
    /// When the last failure lies in the future by more than its delay, the clock was set back
    /// since: one code may be tried, so that no clock can lock a user out, and its failure is then
    /// dated now. Servers whose clocks differ by less than that make the delay last longer, at most
    /// twice as long.
    ///
    /// # Errors
    ///
    /// [`TooSoon`]: not before [`TooSoon::retry_at`]. Nothing is stored: waiting is not prolonged by
    /// who doesn't.
    pub fn admit(self, policy: &AttemptPolicy, clock: &dyn Clock) -> Result<Admission, TooSoon> {
        let now = clock.now();
        let delay = policy.delay_secs(self.failures);
        let retry_at = self.last_failure_at.saturating_add_secs(delay);
        let set_back = self.last_failure_at > now.saturating_add_secs(delay);
        if now < retry_at && !set_back {
            return Err(TooSoon { retry_at });
        }
        Ok(Admission { before: self, now })
    }
}

/// Leave to try one code: what comes of it makes the next [`Attempts`], where there is an example.
#[derive(Debug)]
#[must_use = "the outcome of the try makes the state to store"]
pub struct Admission {
    before: Attempts,
    now: UnixTime,
}

impl Admission {
    pub(crate) const fn now(&self) -> UnixTime {
        self.now
    }

    /// Returns the state to store when the code was wrong. Store it before answering.
    pub const fn failed(self) -> Attempts {
        Attempts { failures: self.before.failures.saturating_add(1), last_failure_at: self.now }
    }

    /// Returns the state to store when the code was right.
    #[expect(clippy::unused_self, reason = "a leave is spent, whatever comes of it")]
    pub const fn succeeded(self) -> Attempts {
        Attempts::none()
    }
}

/// A code was not even looked at, as too many were wrong before. The user, or whoever else tries, is
/// at fault: answer 429 with `Retry-After`.
///
/// See [`Attempts`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSoon {
    retry_at: UnixTime,
}

impl TooSoon {
    /// Returns from when on a code may be tried.
    #[must_use]
    pub const fn retry_at(self) -> UnixTime {
        self.retry_at
    }
}

impl fmt::Display for TooSoon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many codes were wrong, try again later")
    }
}

impl Error for TooSoon {}
