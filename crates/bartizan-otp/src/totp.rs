//! Time-based one-time passwords: [RFC 6238], each accepted once.
//!
//! [RFC 6238]: https://www.rfc-editor.org/rfc/rfc6238

use bartizan_core::{Clock, SecretString, UnixTime};

use crate::code_key::{Algorithm, CodeKey, Digits};
use crate::error::VerifyError;
use crate::one_time_password::Checks;
use crate::secret::TotpSecret;
use crate::totp_state::TotpState;
use crate::typed_code::TypedCode;

/// Checks the codes that one user's authenticator shows.
///
/// Two things are left to the caller, and [`StoredCredentials`](crate::StoredCredentials) does both:
/// storing the new state only over the old one, and limiting how often somebody may try.
///
/// ```
/// use bartizan_core::{ManualClock, SecretBytes, UnixTime};
/// use bartizan_otp::{Totp, TotpSecret, TotpState, VerifyError};
///
/// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
/// let totp = Totp::new(secret);
/// let clock = ManualClock::at(UnixTime::from_secs(59));
///
/// let state = totp.verify("287 082", &clock, TotpState::never())?;
/// assert_eq!(totp.verify("287082", &clock, state), Err(VerifyError::Replayed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Totp {
    key: CodeKey,
    steps_back: u64,
}

impl Totp {
    /// Takes what authenticator applications agree on: SHA-1, 6 digits, steps of 30 seconds; and
    /// accepts the current step and one previous ([RFC 6238, section 5.2]).
    ///
    /// [RFC 6238, section 5.2]: https://www.rfc-editor.org/rfc/rfc6238#section-5.2
    #[must_use]
    pub fn new(secret: TotpSecret) -> Self {
        Self::builder(secret).build()
    }

    /// Starts from the same, for an authenticator that is known to do something else.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{ManualClock, SecretBytes, UnixTime};
    /// use bartizan_otp::{Algorithm, Digits, Totp, TotpSecret, TotpState};
    ///
    /// let secret = SecretBytes::from(*b"12345678901234567890123456789012");
    /// let totp = Totp::builder(TotpSecret::from_bytes(secret)?)
    ///     .algorithm(Algorithm::Sha256)
    ///     .digits(Digits::Eight)
    ///     .strict()
    ///     .build();
    /// let clock = ManualClock::at(UnixTime::from_secs(59));
    /// assert!(totp.verify("46119246", &clock, TotpState::never()).is_ok());
    /// # Ok::<(), bartizan_otp::SecretError>(())
    /// ```
    pub fn builder(secret: TotpSecret) -> TotpBuilder {
        TotpBuilder { secret, algorithm: Algorithm::Sha1, digits: Digits::Six, steps_back: 1 }
    }

    /// Checks `code`, and returns the state to store in place of `state`.
    ///
    /// The code is exactly the digits, or the digits with one space in their middle. All steps of
    /// the window are computed and compared in constant time, also after a match. The window is as
    /// far from the server's time as the authenticator's clock is known to be, and never wider.
    ///
    /// A clock that was set back refuses codes until it has passed the last accepted step again. One
    /// that reads 1970, because it is not set, accepts nothing.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Malformed`]: not six (or eight) ASCII digits.
    /// - [`VerifyError::Mismatch`]: the code of no step in the window.
    /// - [`VerifyError::Replayed`]: the code of the last accepted step or an earlier one.
    #[expect(clippy::needless_pass_by_value, reason = "an old state is spent, not used again")]
    pub fn verify(
        &self,
        code: &str,
        clock: &dyn Clock,
        state: TotpState,
    ) -> Result<TotpState, VerifyError> {
        self.check(self.parse(code)?, clock.now(), &state)
    }

    /// Learns by two codes in a row how far the authenticator's clock is from the server's, and
    /// returns the state to store in place of `state` ([RFC 6238, section 6]).
    ///
    /// It is for a user whose codes are refused: ask for a code, then for the next one. **It is no
    /// login**: both codes are used up, and only their successor opens the door. For here codes are
    /// accepted that are up to 5 minutes old ([`TotpState::MAX_DRIFT_STEPS`]), and who got hold of
    /// two of those must not get in by them.
    ///
    /// One accepted code teaches nothing, as it does not tell a slow clock from a slow hand. The 22
    /// steps are computed in constant time.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Malformed`]: one is not six (or eight) ASCII digits.
    /// - [`VerifyError::Mismatch`]: not the codes of two steps in a row, the second of which is at
    ///   most 10 steps away.
    /// - [`VerifyError::Replayed`]: the first is of the last accepted step or an earlier one.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{ManualClock, SecretBytes, UnixTime};
    /// use bartizan_otp::{Totp, TotpSecret, TotpState, VerifyError};
    ///
    /// let totp = Totp::new(TotpSecret::from_bytes(SecretBytes::from([7; 20]))?);
    /// let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
    /// // The user's clock is two minutes fast.
    /// let shown = |secs: u64| totp.code_at(UnixTime::from_secs(1_700_000_000 + 120 + secs));
    /// let refused = totp.verify(shown(0).expose(), &clock, TotpState::never());
    /// assert_eq!(refused, Err(VerifyError::Mismatch));
    ///
    /// clock.advance_secs(30);
    /// let codes = [shown(0), shown(30)];
    /// let state = totp.resynchronize(
    ///     [codes[0].expose(), codes[1].expose()],
    ///     &clock,
    ///     TotpState::never(),
    /// )?;
    /// clock.advance_secs(30);
    /// assert!(totp.verify(shown(60).expose(), &clock, state).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [RFC 6238, section 6]: https://www.rfc-editor.org/rfc/rfc6238#section-6
    #[expect(clippy::needless_pass_by_value, reason = "an old state is spent, not used again")]
    pub fn resynchronize(
        &self,
        [first, second]: [&str; 2],
        clock: &dyn Clock,
        state: TotpState,
    ) -> Result<TotpState, VerifyError> {
        let codes = [self.parse(first)?, self.parse(second)?];
        self.check_pair(codes, clock.now(), &state)
    }

    /// Returns the code that the user's application shows at `time`: for tests, and for programs
    /// that are an authenticator themselves.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretBytes, UnixTime};
    /// use bartizan_otp::{Totp, TotpSecret};
    ///
    /// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
    /// let code = Totp::new(secret).code_at(UnixTime::from_secs(59));
    /// assert_eq!(code.expose(), "287082");
    /// # Ok::<(), bartizan_otp::SecretError>(())
    /// ```
    #[must_use]
    pub fn code_at(&self, time: UnixTime) -> SecretString {
        self.key.text_at(time.as_secs() / STEP_SECS)
    }
}

impl Checks for Totp {
    type State = TotpState;

    fn parse(&self, code: &str) -> Result<TypedCode, VerifyError> {
        TypedCode::parse(code, self.key.digits())
    }

    fn check(
        &self,
        code: TypedCode,
        now: UnixTime,
        state: &TotpState,
    ) -> Result<TotpState, VerifyError> {
        let current = state.step_at(now);
        let window = current.saturating_sub(self.steps_back)..=current;
        let step = self.key.latest_match(code, window).ok_or(VerifyError::Mismatch)?;
        state.accepted(step).ok_or(VerifyError::Replayed)
    }

    fn check_pair(
        &self,
        codes: [TypedCode; 2],
        now: UnixTime,
        state: &TotpState,
    ) -> Result<TotpState, VerifyError> {
        let current = now.as_secs() / STEP_SECS;
        let reach = u64::from(MAX_DRIFT.unsigned_abs());
        // The first code is of the step before the second's, so the search begins one earlier.
        let from = current.saturating_sub(reach).saturating_sub(1);
        let steps = from..=current.saturating_add(reach);
        let step = self.key.latest_pair(codes, steps).ok_or(VerifyError::Mismatch)?;
        if step.saturating_sub(1) <= state.last_step() {
            return Err(VerifyError::Replayed);
        }
        TotpState::from_parts(step, learned_drift(step, now)).map_err(|_| VerifyError::Mismatch)
    }
}

/// How far the clock is from ours of an authenticator whose code of `step` arrives `now`.
fn learned_drift(step: u64, now: UnixTime) -> i8 {
    let current = now.as_secs() / STEP_SECS;
    if step == current || step.saturating_add(1) == current {
        // As if in time: most clocks are right, and it takes time to type.
        return 0;
    }
    let typed_at = now.saturating_sub_secs(TYPING_SECS).as_secs() / STEP_SECS;
    let (ahead, behind) = (step.saturating_sub(typed_at), typed_at.saturating_sub(step));
    let steps = |count: u64| i8::try_from(count).map_or(MAX_DRIFT, |steps| steps.min(MAX_DRIFT));
    steps(ahead).saturating_sub(steps(behind))
}

/// Sets up a [`Totp`]: see [`Totp::builder`] for an example.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct TotpBuilder {
    secret: TotpSecret,
    algorithm: Algorithm,
    digits: Digits,
    steps_back: u64,
}

impl TotpBuilder {
    /// Sets the hash function. Default: SHA-1, the only one that every application supports.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets how many digits a code has. Default: six.
    pub fn digits(mut self, digits: Digits) -> Self {
        self.digits = digits;
        self
    }

    /// Accepts the current step alone, so that a code lives for at most 30 seconds: OWASP ASVS
    /// V6.5.5 to the letter. Users with a slow hand or clock will have to try again.
    pub fn strict(mut self) -> Self {
        self.steps_back = 0;
        self
    }

    /// Returns the finished [`Totp`].
    #[must_use]
    pub fn build(self) -> Totp {
        let key = CodeKey::new(&self.secret, self.algorithm, self.digits);
        Totp { key, steps_back: self.steps_back }
    }
}

/// RFC 6238, section 5.2 recommends it as the balance between security and use, and applications
/// support nothing else reliably.
pub(crate) const STEP_SECS: u64 = 30;

/// How long a code is about on its way from the screen to here. With it 92 of 100 codes of clocks that
/// are minutes off arrive in the window, and 81 without, in the simulation of `tests/drift.rs`.
const TYPING_SECS: u64 = 10;

const MAX_DRIFT: i8 = TotpState::MAX_DRIFT_STEPS;
