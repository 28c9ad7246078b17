//! What a [`Totp`] and a [`Hotp`] have in common.

use bartizan_core::UnixTime;

use crate::error::{StoredError, VerifyError};
use crate::hotp::Hotp;
use crate::totp::Totp;
use crate::typed_code::TypedCode;

/// A [`Totp`] or a [`Hotp`]: nothing else is one. See [`Guard`](crate::Guard) for an example.
pub trait OneTimePassword: Checks {}

impl OneTimePassword for Totp {}

impl OneTimePassword for Hotp {}

/// How a one-time password is checked.
#[expect(unnameable_types, reason = "nobody else writes one, so nobody names it")]
pub trait Checks {
    /// What is stored besides the secret.
    type State: StoredState;

    /// Reads what was typed, before anything is asked of a store.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Malformed`]: it is no code.
    fn parse(&self, code: &str) -> Result<TypedCode, VerifyError>;

    /// Checks a code, and returns the next state.
    ///
    /// # Errors
    ///
    /// Those of [`Totp::verify`] and [`Hotp::verify`].
    fn check(
        &self,
        code: TypedCode,
        now: UnixTime,
        state: &Self::State,
    ) -> Result<Self::State, VerifyError>;

    /// Checks two codes in a row, and returns the next state.
    ///
    /// # Errors
    ///
    /// Those of [`Totp::resynchronize`] and [`Hotp::resynchronize`].
    fn check_pair(
        &self,
        codes: [TypedCode; 2],
        now: UnixTime,
        state: &Self::State,
    ) -> Result<Self::State, VerifyError>;
}

/// A state that can be stored.
#[expect(unnameable_types, reason = "nobody else writes one, so nobody names it")]
pub trait StoredState: Sized {
    /// What tells records of this kind from others.
    const KIND: u8;

    /// Returns the numbers to store.
    fn to_numbers(&self) -> (u64, i8);

    /// Reads the numbers.
    ///
    /// # Errors
    ///
    /// [`StoredError::Malformed`]: they are not what [`to_numbers`](Self::to_numbers) gives.
    fn from_numbers(number: u64, drift: i8) -> Result<Self, StoredError>;
}
