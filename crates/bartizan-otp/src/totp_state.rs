//! What is stored of a time-based authenticator besides its secret.

use bartizan_core::UnixTime;

use crate::error::StoredError;
use crate::one_time_password::StoredState;
use crate::totp::STEP_SECS;

/// The last time step whose code was accepted, which makes a code work once, and how far the
/// authenticator's clock is from the server's.
///
/// Store it with the user's record *before* acting on the accepted code, and only over the state
/// that it came from, as in `UPDATE … SET last_step = :new WHERE user = :user AND last_step < :new`:
/// of two requests that race with the same code, the one that changes no row has lost.
/// [`StoredCredentials`](crate::StoredCredentials) does so over any store.
///
/// A state is spent by [`Totp::verify`](crate::Totp::verify), so an old one cannot be used again by
/// mistake:
///
/// ```compile_fail,E0382
/// # fn f(totp: bartizan_otp::Totp, clock: bartizan_core::SystemClock) {
/// let last = bartizan_otp::TotpState::never();
/// let first = totp.verify("287082", &clock, last);
/// let second = totp.verify("287082", &clock, last); // used after it was moved
/// # }
/// ```
///
/// Two numbers are stored:
///
/// ```
/// use bartizan_otp::TotpState;
///
/// let stored: (u64, i8) = (56_666_666, -1);
/// let state = TotpState::from_parts(stored.0, stored.1)?;
/// assert_eq!((state.last_step(), state.drift_steps()), stored);
/// # Ok::<(), bartizan_otp::StoredError>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "store it, or the same code is accepted again"]
pub struct TotpState {
    last_step: u64,
    drift_steps: i8,
}

impl TotpState {
    /// How many steps an authenticator's clock may be ahead of the server's or behind it at most:
    /// 10, which is 5 minutes.
    pub const MAX_DRIFT_STEPS: i8 = 10;

    /// Returns the state of an authenticator of which no code was accepted yet.
    pub const fn never() -> Self {
        // Step 0 is the first half minute of 1970: no code of it is ever accepted.
        Self { last_step: 0, drift_steps: 0 }
    }

    /// Returns the state that stored numbers stand for.
    ///
    /// # Errors
    ///
    /// [`StoredError::Malformed`]: a step of which no code is ever accepted, as it begins after the
    /// year 9999, or more drift than [`MAX_DRIFT_STEPS`](Self::MAX_DRIFT_STEPS).
    pub const fn from_parts(last_step: u64, drift_steps: i8) -> Result<Self, StoredError> {
        let drift_fits = drift_steps.unsigned_abs() <= Self::MAX_DRIFT_STEPS.unsigned_abs();
        if last_step > MAX_STEP || !drift_fits {
            return Err(StoredError::Malformed);
        }
        Ok(Self { last_step, drift_steps })
    }

    /// Returns the number of the last accepted step, to be stored: RFC 6238's `T`, or 0 for never.
    #[must_use]
    pub const fn last_step(&self) -> u64 {
        self.last_step
    }

    /// Returns by how many steps of 30 seconds the authenticator's clock is ahead of the server's,
    /// to be stored. It is behind when the number is negative.
    #[must_use]
    pub const fn drift_steps(&self) -> i8 {
        self.drift_steps
    }

    /// Returns the step that the authenticator is in at `now`, as far as is known.
    pub(crate) const fn step_at(&self, now: UnixTime) -> u64 {
        (now.as_secs() / STEP_SECS).saturating_add_signed(self.drift_steps as i64)
    }

    /// Returns the state after the code of `step` was accepted, and nothing if that is too early.
    pub(crate) const fn accepted(&self, step: u64) -> Option<Self> {
        if step > self.last_step { Some(Self { last_step: step, ..*self }) } else { None }
    }
}

impl StoredState for TotpState {
    const KIND: u8 = b'T';

    fn to_numbers(&self) -> (u64, i8) {
        (self.last_step, self.drift_steps)
    }

    fn from_numbers(last_step: u64, drift_steps: i8) -> Result<Self, StoredError> {
        Self::from_parts(last_step, drift_steps)
    }
}

/// The year 9999 ends in it, by a clock that is as far ahead as may be.
const MAX_STEP: u64 = UnixTime::MAX.as_secs() / STEP_SECS + TotpState::MAX_DRIFT_STEPS as u64;
