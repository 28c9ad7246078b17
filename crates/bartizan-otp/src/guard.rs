//! A try of a code whose outcome is known only once it is stored.

use core::error::Error;
use core::fmt;

use bartizan_core::{Clock, UnixTime};

use crate::attempts::{AttemptPolicy, TooSoon};
use crate::error::VerifyError;
use crate::guarded::Guarded;
use crate::one_time_password::OneTimePassword;

/// Checks a code against a [`Guarded`] state, and stores what comes of it before it says so.
///
/// Every outcome changes the state, wrong codes too, and forgetting to store it does not compile:
/// [`verify`](Self::verify) is given the closure that does, and whoever wants to know whether the
/// code was right gets it from there. [`StoredCredentials`](crate::StoredCredentials) needs none.
///
/// ```
/// use bartizan_core::{ManualClock, SecretBytes, UnixTime};
/// use bartizan_otp::{
///     AttemptPolicy, Guard, GuardError, Guarded, Totp, TotpSecret, TotpState, VerifyError,
/// };
///
/// /// `UPDATE … SET otp = :next WHERE user = :user AND otp = :former`
/// fn update(row: &mut Vec<u8>, former: &[u8], next: &[u8]) -> Result<(), &'static str> {
///     if row != former {
///         return Err("another request was quicker");
///     }
///     *row = next.to_vec();
///     Ok(())
/// }
///
/// let totp = Totp::new(TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?);
/// let clock = ManualClock::at(UnixTime::from_secs(59));
/// let guard = Guard::new(&totp, AttemptPolicy::default(), &clock);
/// let mut row = Guarded::new(TotpState::never()).to_bytes();
///
/// let mut tried = |code| {
///     let former = row.clone();
///     let stored = Guarded::from_bytes(&former).map_err(|_| GuardError::Store("damaged"))?;
///     guard.verify(code, stored, |next| update(&mut row, &former, &next.to_bytes()))
/// };
/// assert!(tried("287082").is_ok());
/// for _ in 0..5 {
///     assert!(matches!(tried("287082"), Err(GuardError::Refused(VerifyError::Replayed))));
/// }
/// assert!(matches!(tried("287082"), Err(GuardError::TooSoon(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Without a place to store it there is no outcome, and nobody makes the proof of one:
///
/// ```compile_fail,E0061
/// # use bartizan_otp::{Guard, Guarded, Totp, TotpState};
/// fn login(guard: &Guard<'_, Totp>, stored: Guarded<TotpState>) -> bool {
///     guard.verify("287082", stored).is_ok()
/// }
/// ```
///
/// ```compile_fail,E0423
/// let verified = bartizan_otp::VerifiedCode(());
/// ```
#[derive(Debug)]
pub struct Guard<'g, P> {
    password: &'g P,
    policy: AttemptPolicy,
    clock: &'g dyn Clock,
}

impl<'g, P: OneTimePassword> Guard<'g, P> {
    /// Limits tries of `password`, a [`Totp`](crate::Totp) or [`Hotp`](crate::Hotp), as `policy` says.
    #[must_use]
    pub const fn new(password: &'g P, policy: AttemptPolicy, clock: &'g dyn Clock) -> Self {
        Self { password, policy, clock }
    }

    /// Checks `code`, and gives `store` the state to store in place of `stored`. Store it only over
    /// the bytes that `stored` was read from.
    ///
    /// What is no code at all is not counted, and neither is a try that came too soon: `store` is
    /// then not called.
    ///
    /// # Errors
    ///
    /// - [`GuardError::Refused`]: the code is not accepted, and that is stored; or it is
    ///   [`VerifyError::Malformed`].
    /// - [`GuardError::TooSoon`]: too many were wrong before. The code was not looked at.
    /// - [`GuardError::Store`]: what `store` said. Nobody learns what came of the code.
    pub fn verify<E>(
        &self,
        code: &str,
        stored: Guarded<P::State>,
        store: impl FnOnce(&Guarded<P::State>) -> Result<(), E>,
    ) -> Result<VerifiedCode, GuardError<E>> {
        let check = self.code(code).map_err(GuardError::Refused)?;
        let tried = self.tried(stored, check).map_err(GuardError::TooSoon)?;
        store(&tried.next).map_err(GuardError::Store)?;
        tried.outcome.map_err(GuardError::Refused).map(|()| VerifiedCode::stored())
    }

    /// Checks two codes in a row as [`Totp::resynchronize`](crate::Totp::resynchronize) and
    /// [`Hotp::resynchronize`](crate::Hotp::resynchronize) do, and
    /// gives `store` the state to store. **It is no login**: the code after these is.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify).
    pub fn resynchronize<E>(
        &self,
        codes: [&str; 2],
        stored: Guarded<P::State>,
        store: impl FnOnce(&Guarded<P::State>) -> Result<(), E>,
    ) -> Result<(), GuardError<E>> {
        let check = self.codes_in_a_row(codes).map_err(GuardError::Refused)?;
        let tried = self.tried(stored, check).map_err(GuardError::TooSoon)?;
        store(&tried.next).map_err(GuardError::Store)?;
        tried.outcome.map_err(GuardError::Refused)
    }

    /// Reads a code, and returns how it is checked.
    pub(crate) fn code(&self, code: &str) -> Result<impl Check<P::State>, VerifyError> {
        let code = self.password.parse(code)?;
        Ok(move |now, state: &_| self.password.check(code, now, state))
    }

    /// Reads two codes, and returns how they are checked.
    pub(crate) fn codes_in_a_row(
        &self,
        [first, second]: [&str; 2],
    ) -> Result<impl Check<P::State>, VerifyError> {
        let codes = [self.password.parse(first)?, self.password.parse(second)?];
        Ok(move |now, state: &_| self.password.check_pair(codes, now, state))
    }

    /// Returns what came of a try, which nobody may learn before `next` is stored.
    pub(crate) fn tried(
        &self,
        stored: Guarded<P::State>,
        check: impl Check<P::State>,
    ) -> Result<Tried<P::State>, TooSoon> {
        let (state, attempts) = stored.into_parts();
        let admission = attempts.admit(&self.policy, self.clock)?;
        Ok(match check(admission.now(), &state) {
            Ok(next) => {
                let next = Guarded::with_attempts(next, admission.succeeded());
                Tried { next, outcome: Ok(()) }
            }
            Err(refused) => {
                let next = Guarded::with_attempts(state, admission.failed());
                Tried { next, outcome: Err(refused) }
            }
        })
    }
}

/// What makes the next state of one.
pub(crate) trait Check<S>: Fn(UnixTime, &S) -> Result<S, VerifyError> + Copy {}

impl<S, F: Fn(UnixTime, &S) -> Result<S, VerifyError> + Copy> Check<S> for F {}

/// What came of a try, and the state to store before anybody learns it.
#[derive(Debug)]
pub(crate) struct Tried<S> {
    pub(crate) next: Guarded<S>,
    pub(crate) outcome: Result<(), VerifyError>,
}

/// Proof that a code was right, and that this is stored. Only [`Guard::verify`] and
/// [`StoredCredentials::verify_once`](crate::StoredCredentials::verify_once) make one.
#[derive(Debug)]
#[must_use = "let in only who has one"]
pub struct VerifiedCode(());

impl VerifiedCode {
    pub(crate) const fn stored() -> Self {
        Self(())
    }
}

/// Why a try did not let anybody in: three families that are never mixed, one a variant each.
///
/// ```
/// use bartizan_otp::{GuardError, VerifyError};
///
/// fn status<E>(error: &GuardError<E>) -> u16 {
///     match error {
///         GuardError::Refused(_) => 401,
///         GuardError::TooSoon(_) => 429, // with `Retry-After`
///         _ => 503,
///     }
/// }
/// assert_eq!(status::<()>(&GuardError::Refused(VerifyError::Mismatch)), 401);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GuardError<E> {
    /// The code is not accepted: the user is at fault. Ask for the next one.
    Refused(VerifyError),
    /// Too many codes were wrong before, and this one was not looked at. Say when to come back, and
    /// offer another factor.
    TooSoon(TooSoon),
    /// The outcome could not be stored, and nothing is known of the code. Raise an alarm.
    Store(E),
}

impl<E: fmt::Display> fmt::Display for GuardError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => fmt::Display::fmt(refused, f),
            Self::TooSoon(too_soon) => fmt::Display::fmt(too_soon, f),
            Self::Store(failed) => fmt::Display::fmt(failed, f),
        }
    }
}

impl<E: Error> Error for GuardError<E> {}
