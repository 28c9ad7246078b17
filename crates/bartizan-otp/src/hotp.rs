//! Counter-based one-time passwords: [RFC 4226].
//!
//! [RFC 4226]: https://www.rfc-editor.org/rfc/rfc4226

use core::ops::RangeInclusive;

use bartizan_core::{SecretString, UnixTime};

use crate::code_key::{Algorithm, CodeKey, Digits};
use crate::error::{StoredError, VerifyError};
use crate::one_time_password::{Checks, StoredState};
use crate::secret::TotpSecret;
use crate::typed_code::TypedCode;

/// Checks the codes of one user's token that counts: each press of its button gives the next.
///
/// A code does not expire, so whoever reads an unused one can use it for as long as no later one
/// was: prefer a [`Totp`](crate::Totp) or a passkey where you have the choice.
///
/// [RFC 4226, section 7.3] requires that tries be limited (its parameter T):
/// [`StoredCredentials`](crate::StoredCredentials) and [`Guard`](crate::Guard) do.
///
/// ```
/// use bartizan_core::SecretBytes;
/// use bartizan_otp::{Hotp, HotpState, TotpSecret, VerifyError};
///
/// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
/// let hotp = Hotp::new(secret);
///
/// let state = hotp.verify("287082", HotpState::begin())?; // the second press: one was for fun
/// assert_eq!(state.next_counter(), 2);
/// assert_eq!(hotp.verify("287082", state), Err(VerifyError::Mismatch));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 4226, section 7.3]: https://www.rfc-editor.org/rfc/rfc4226#section-7.3
#[derive(Debug)]
pub struct Hotp {
    key: CodeKey,
    look_ahead: u8,
}

impl Hotp {
    /// Takes six digits of HMAC-SHA-1, as every token does, and looks 5 counters ahead.
    #[must_use]
    pub fn new(secret: TotpSecret) -> Self {
        Self::builder(secret).build()
    }

    /// Starts from the same, for a token that is known to do something else.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretBytes;
    /// use bartizan_otp::{Digits, Hotp, HotpState, TotpSecret};
    ///
    /// let secret = TotpSecret::from_bytes(SecretBytes::from(*b"12345678901234567890"))?;
    /// let hotp = Hotp::builder(secret).digits(Digits::Eight).look_ahead(0).build();
    /// assert!(hotp.verify("84755224", HotpState::begin()).is_ok());
    /// # Ok::<(), bartizan_otp::SecretError>(())
    /// ```
    pub fn builder(secret: TotpSecret) -> HotpBuilder {
        HotpBuilder { secret, digits: Digits::Six, look_ahead: DEFAULT_LOOK_AHEAD }
    }

    /// Checks `code`, and returns the state to store in place of `state`.
    ///
    /// The code is exactly the digits, or the digits with one space in their middle. The next
    /// counter and as many as it looks ahead are computed and compared in constant time, also after
    /// a match. Of two among them that happen to have the same code the later one counts, so that it
    /// is not accepted twice.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Malformed`]: not six (or eight) ASCII digits.
    /// - [`VerifyError::Mismatch`]: the code of no counter in the window. Those that were used are
    ///   not among them, nor is any once the counter has reached its end at 2⁶⁴ - 1.
    #[expect(clippy::needless_pass_by_value, reason = "an old state is spent, not used again")]
    pub fn verify(&self, code: &str, state: HotpState) -> Result<HotpState, VerifyError> {
        self.check(self.parse(code)?, UnixTime::EPOCH, &state)
    }

    /// Finds by two codes in a row where the token's counter is, and returns the state to store in
    /// place of `state` ([RFC 4226, section 7.4]).
    ///
    /// It is for a user whose token was played with: ask for a code, then for the next one. **It is
    /// no login**: both codes are used up, and only their successor opens the door. The next 100
    /// counters are computed in constant time.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Malformed`]: one is not six (or eight) ASCII digits.
    /// - [`VerifyError::Mismatch`]: not the codes of two counters in a row among the next 100.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretBytes;
    /// use bartizan_otp::{Hotp, HotpState, TotpSecret};
    ///
    /// let hotp = Hotp::new(TotpSecret::from_bytes(SecretBytes::from([7; 20]))?);
    /// let [first, second, third] = [60, 61, 62].map(|counter| hotp.code_at(counter));
    /// assert!(hotp.verify(first.expose(), HotpState::begin()).is_err());
    ///
    /// let codes = [first.expose(), second.expose()];
    /// let state = hotp.resynchronize(codes, HotpState::begin())?;
    /// assert!(hotp.verify(third.expose(), state).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [RFC 4226, section 7.4]: https://www.rfc-editor.org/rfc/rfc4226#section-7.4
    #[expect(clippy::needless_pass_by_value, reason = "an old state is spent, not used again")]
    pub fn resynchronize(
        &self,
        [first, second]: [&str; 2],
        state: HotpState,
    ) -> Result<HotpState, VerifyError> {
        self.check_pair([self.parse(first)?, self.parse(second)?], UnixTime::EPOCH, &state)
    }

    /// Returns the code of a counter: for tests, and for programs that are a token themselves.
    #[must_use]
    pub fn code_at(&self, counter: u64) -> SecretString {
        self.key.text_at(counter)
    }
}

impl Checks for Hotp {
    type State = HotpState;

    fn parse(&self, code: &str) -> Result<TypedCode, VerifyError> {
        TypedCode::parse(code, self.key.digits())
    }

    fn check(
        &self,
        code: TypedCode,
        _now: UnixTime,
        state: &HotpState,
    ) -> Result<HotpState, VerifyError> {
        let window = state.window(u64::from(self.look_ahead).saturating_add(1));
        HotpState::after(self.key.latest_match(code, window))
    }

    fn check_pair(
        &self,
        codes: [TypedCode; 2],
        _now: UnixTime,
        state: &HotpState,
    ) -> Result<HotpState, VerifyError> {
        let window = state.window(RESYNCHRONIZE_AHEAD);
        HotpState::after(self.key.latest_pair(codes, window))
    }
}

/// Sets up a [`Hotp`]: see [`Hotp::builder`] for an example.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HotpBuilder {
    secret: TotpSecret,
    digits: Digits,
    look_ahead: u8,
}

impl HotpBuilder {
    /// Sets how many digits a code has. Default: six.
    pub fn digits(mut self, digits: Digits) -> Self {
        self.digits = digits;
        self
    }

    /// Sets how many presses may go unseen: RFC 4226's parameter s. Default: 5, at most 20, which is
    /// also what a greater number comes to. With each of them a guess is as much likelier.
    pub fn look_ahead(mut self, counters: u8) -> Self {
        self.look_ahead = if counters > MAX_LOOK_AHEAD { MAX_LOOK_AHEAD } else { counters };
        self
    }

    /// Returns the finished [`Hotp`].
    #[must_use]
    pub fn build(self) -> Hotp {
        let key = CodeKey::new(&self.secret, Algorithm::Sha1, self.digits);
        Hotp { key, look_ahead: self.look_ahead }
    }
}

/// The counter of which the next code is expected: what makes a code work once.
///
/// Store it with the user's record *before* acting on the accepted code, and only over the number
/// that it came from. Never lose it: with a lesser number used codes are accepted again.
///
/// A state is spent by [`Hotp::verify`], so an old one cannot be used again by mistake:
///
/// ```compile_fail,E0382
/// # fn f(hotp: bartizan_otp::Hotp) {
/// let state = bartizan_otp::HotpState::begin();
/// let first = hotp.verify("287082", state);
/// let second = hotp.verify("287082", state); // used after it was moved
/// # }
/// ```
///
/// ```
/// use bartizan_otp::HotpState;
///
/// let stored: u64 = HotpState::begin().next_counter();
/// assert_eq!(HotpState::from_next_counter(stored), HotpState::begin());
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "store it, or the same code is accepted again"]
pub struct HotpState {
    next_counter: u64,
}

impl HotpState {
    /// Returns the state of a token that was never used.
    pub const fn begin() -> Self {
        Self { next_counter: 0 }
    }

    /// Returns the state that a stored number stands for.
    pub const fn from_next_counter(next_counter: u64) -> Self {
        Self { next_counter }
    }

    /// Returns the number to store: RFC 4226's `C` of the server.
    #[must_use]
    pub const fn next_counter(&self) -> u64 {
        self.next_counter
    }

    /// As many counters as are asked for, up to the end.
    const fn window(&self, counters: u64) -> RangeInclusive<u64> {
        self.next_counter..=self.next_counter.saturating_add(counters.saturating_sub(1))
    }

    /// The last counter of all is never accepted: there is none to expect after it.
    fn after(matched: Option<u64>) -> Result<Self, VerifyError> {
        let next_counter = matched.and_then(|counter| counter.checked_add(1));
        next_counter.map(Self::from_next_counter).ok_or(VerifyError::Mismatch)
    }
}

impl StoredState for HotpState {
    const KIND: u8 = b'H';

    fn to_numbers(&self) -> (u64, i8) {
        (self.next_counter, 0)
    }

    fn from_numbers(next_counter: u64, drift: i8) -> Result<Self, StoredError> {
        if drift == 0 { Ok(Self { next_counter }) } else { Err(StoredError::Malformed) }
    }
}

const DEFAULT_LOOK_AHEAD: u8 = 5;

const MAX_LOOK_AHEAD: u8 = 20;

/// Two codes are guessed once in 10¹² tries, so it can be generous. Each counter takes 0.1 µs.
const RESYNCHRONIZE_AHEAD: u64 = 100;
