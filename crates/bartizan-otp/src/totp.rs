//! Time-based one-time passwords: [RFC 6238], each accepted once.
//!
//! [RFC 6238]: https://www.rfc-editor.org/rfc/rfc6238

use core::fmt;

use bartizan_core::{Clock, SecretString, UnixTime};

use crate::error::VerifyError;
use crate::secret::TotpSecret;

/// Checks the codes that one user's authenticator shows.
///
/// ```
/// use bartizan_core::{ManualClock, SecretBytes, UnixTime};
/// use bartizan_otp::{LastStep, Totp, TotpSecret, VerifyError};
///
/// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
/// let totp = Totp::new(secret);
/// let clock = ManualClock::at(UnixTime::from_secs(59));
///
/// let last = totp.verify("287082", &clock, LastStep::never())?;
/// assert_eq!(totp.verify("287082", &clock, last), Err(VerifyError::Replayed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Totp {
    // Wiped when it is dropped, by the `zeroize` feature of totp-rs. Its own `Debug` prints the
    // secret, so it never leaves this struct.
    inner: totp_rs::Totp,
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
    /// use bartizan_otp::{Algorithm, Digits, LastStep, Totp, TotpSecret};
    ///
    /// let secret = SecretBytes::from(*b"12345678901234567890123456789012");
    /// let totp = Totp::builder(TotpSecret::from_bytes(secret)?)
    ///     .algorithm(Algorithm::Sha256)
    ///     .digits(Digits::Eight)
    ///     .strict()
    ///     .build();
    /// let clock = ManualClock::at(UnixTime::from_secs(59));
    /// assert!(totp.verify("46119246", &clock, LastStep::never()).is_ok());
    /// # Ok::<(), bartizan_otp::SecretError>(())
    /// ```
    pub fn builder(secret: TotpSecret) -> TotpBuilder {
        TotpBuilder { secret, algorithm: Algorithm::Sha1, digits: Digits::Six, steps_back: 1 }
    }

    /// Checks `code`, and returns the state to store in place of `last`.
    ///
    /// The code is exactly the digits: trim what a user typed. All steps of the window are computed
    /// and compared in constant time, also after a match. A clock that was set back refuses codes
    /// until it has passed the last accepted step again.
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
        last: LastStep,
    ) -> Result<LastStep, VerifyError> {
        if !self.is_well_formed(code) {
            return Err(VerifyError::Malformed);
        }
        let now = clock.now().as_secs() / STEP_SECS;

        // Of two steps that happen to have the same code the later one counts: counting the
        // earlier, the code would be accepted a second time for the later.
        let window = now.saturating_sub(self.steps_back)..=now;
        let matched =
            window.fold(
                None,
                |found, step| {
                    if self.matches(code, step) { Some(LastStep(step)) } else { found }
                },
            );
        match matched {
            None => Err(VerifyError::Mismatch),
            Some(step) if step.0 <= last.0 => Err(VerifyError::Replayed),
            Some(step) => Ok(step),
        }
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
        SecretString::from(self.inner.generate(time.as_secs()).to_string())
    }

    fn is_well_formed(&self, code: &str) -> bool {
        code.len() == usize::from(self.inner.digits()) && code.bytes().all(|b| b.is_ascii_digit())
    }

    /// With a skew of 0 totp-rs computes this one step, and compares in constant time.
    fn matches(&self, code: &str, step: u64) -> bool {
        self.inner.check(code, step.saturating_mul(STEP_SECS)).is_some()
    }
}

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Totp")
            .field("algorithm", &self.inner.algorithm())
            .field("digits", &self.inner.digits())
            .field("steps_back", &self.steps_back)
            .finish_non_exhaustive()
    }
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
        let inner = totp_rs::Builder::new()
            .with_secret(totp_rs::Secret::new(Box::from(self.secret.expose())))
            .with_algorithm(self.algorithm.peer())
            .with_digits(self.digits.count())
            .with_step_duration(STEP_SECS)
            .with_skew(0)
            // Not less checked than `build`: `TotpSecret` and `Digits` are within its bounds.
            .build_noncompliant();
        Totp { inner, steps_back: self.steps_back }
    }
}

/// The hash function under the HMAC ([RFC 6238, section 1.2]): see [`Totp::builder`].
///
/// [RFC 6238, section 1.2]: https://www.rfc-editor.org/rfc/rfc6238#section-1.2
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA-1. Collisions in SHA-1 do not weaken it here.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    const fn peer(self) -> totp_rs::Algorithm {
        match self {
            Self::Sha1 => totp_rs::Algorithm::SHA1,
            Self::Sha256 => totp_rs::Algorithm::SHA256,
            Self::Sha512 => totp_rs::Algorithm::SHA512,
        }
    }
}

/// How many digits a code has ([RFC 4226, section 5.3]): see [`Totp::builder`].
///
/// [RFC 4226, section 5.3]: https://www.rfc-editor.org/rfc/rfc4226#section-5.3
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Digits {
    /// 6 digits.
    Six,
    /// 8 digits.
    Eight,
}

impl Digits {
    const fn count(self) -> u8 {
        match self {
            Self::Six => 6,
            Self::Eight => 8,
        }
    }
}

/// The last time step whose code was accepted: what makes a code work once.
///
/// Store it with the user's record *before* acting on the accepted code, and only over a smaller
/// number, as in `UPDATE … SET last_step = :new WHERE user = :user AND last_step < :new`: of two
/// requests that race with the same code, the one that changes no row has lost.
///
/// A state is spent by [`Totp::verify`], so an old one cannot be used again by mistake:
///
/// ```compile_fail
/// # fn f(totp: bartizan_otp::Totp, clock: bartizan_core::SystemClock) {
/// let last = bartizan_otp::LastStep::never();
/// let first = totp.verify("287082", &clock, last);
/// let second = totp.verify("287082", &clock, last); // used after it was moved
/// # }
/// ```
///
/// ```
/// use bartizan_otp::LastStep;
///
/// let stored: u64 = LastStep::never().as_u64();
/// assert_eq!(LastStep::from_u64(stored), LastStep::never());
/// ```
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use = "store it, or the same code is accepted again"]
pub struct LastStep(u64);

impl LastStep {
    /// Returns the state of an authenticator of which no code was accepted yet.
    pub const fn never() -> Self {
        // Step 0 is the first half minute of 1970: no code of it is ever accepted.
        Self(0)
    }

    /// Returns the state that a stored number stands for.
    pub const fn from_u64(step: u64) -> Self {
        Self(step)
    }

    /// Returns the number to store: RFC 6238's `T`, or 0 for never.
    #[must_use]
    pub const fn as_u64(&self) -> u64 {
        self.0
    }
}

/// RFC 6238, section 5.2 recommends it as the balance between security and use, and applications
/// support nothing else reliably.
pub(crate) const STEP_SECS: u64 = 30;
