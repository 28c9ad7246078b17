//! The state of a credential with its attempts, as one record.

use bartizan_core::UnixTime;

use crate::attempts::Attempts;
use crate::error::StoredError;
use crate::one_time_password::StoredState;

/// A [`TotpState`](crate::TotpState) or [`HotpState`](crate::HotpState) and the [`Attempts`] of the same credential, which are stored
/// together: every outcome of a try changes one of them.
///
/// ```
/// use bartizan_otp::{Guarded, StoredError, TotpState};
///
/// let stored = Guarded::new(TotpState::from_parts(56_666_666, 0)?).to_bytes();
/// assert_eq!(stored.len(), 23);
/// let read = Guarded::<TotpState>::from_bytes(&stored)?;
/// assert_eq!((read.state().last_step(), read.attempts().failures()), (56_666_666, 0));
/// # Ok::<(), StoredError>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "store it, or codes are accepted again and tried without limit"]
pub struct Guarded<S> {
    state: S,
    attempts: Attempts,
}

impl<S> Guarded<S> {
    /// Returns what to store of a new credential.
    pub const fn new(state: S) -> Self {
        Self { state, attempts: Attempts::none() }
    }

    /// Lends the state.
    pub const fn state(&self) -> &S {
        &self.state
    }

    /// Returns the wrong codes in a row.
    pub const fn attempts(&self) -> Attempts {
        self.attempts
    }

    pub(crate) const fn with_attempts(state: S, attempts: Attempts) -> Self {
        Self { state, attempts }
    }

    pub(crate) fn into_parts(self) -> (S, Attempts) {
        (self.state, self.attempts)
    }
}

impl<S: StoredState> Guarded<S> {
    /// Returns the bytes to store, 23 of them: the version (1); `T` or `H`; the last accepted step or
    /// the next counter in 8 bytes; the drift in one; the failures in 4, and the Unix time of the
    /// last one in 8, the first byte of a number being its greatest.
    ///
    /// They are personal data, as they tell when somebody logged in, and no secret.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (number, drift) = self.state.to_numbers();
        let mut bytes = vec![VERSION, S::KIND];
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&drift.to_be_bytes());
        bytes.extend_from_slice(&self.attempts.failures().to_be_bytes());
        bytes.extend_from_slice(&self.attempts.last_failure_at().as_secs().to_be_bytes());
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) gave, in this or an earlier release.
    ///
    /// # Errors
    ///
    /// - [`StoredError::UnknownVersion`]: written by a later release.
    /// - [`StoredError::Malformed`]: not what `to_bytes` gives, or of the other kind of credential.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let mut reader = Reader(bytes);
        if reader.take()? != [VERSION] {
            return Err(StoredError::UnknownVersion);
        }
        if reader.take()? != [S::KIND] {
            return Err(StoredError::Malformed);
        }
        let number = u64::from_be_bytes(reader.take()?);
        let state = S::from_numbers(number, i8::from_be_bytes(reader.take()?))?;
        let failures = u32::from_be_bytes(reader.take()?);
        let last_failure_at = UnixTime::checked_from_secs(u64::from_be_bytes(reader.take()?))
            .ok_or(StoredError::Malformed)?;
        reader.end()?;
        Ok(Self { state, attempts: Attempts::from_parts(failures, last_failure_at)? })
    }
}

struct Reader<'r>(&'r [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoredError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(StoredError::Malformed)?;
        self.0 = rest;
        Ok(*taken)
    }

    const fn end(&self) -> Result<(), StoredError> {
        if self.0.is_empty() { Ok(()) } else { Err(StoredError::Malformed) }
    }
}

const VERSION: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HotpState, TotpState};

    fn totp() -> Guarded<TotpState> {
        let attempts = Attempts::from_parts(3, UnixTime::from_secs(1_700_000_000)).unwrap();
        Guarded::with_attempts(TotpState::from_parts(56_666_666, -2).unwrap(), attempts)
    }

    /// Any later release reads these bytes.
    #[test]
    fn the_bytes_of_version_1() {
        let bytes = b"\x01T\0\0\0\0\x03\x60\xaa\x2a\xfe\0\0\0\x03\0\0\0\0\x65\x53\xf1\0";
        assert_eq!(totp().to_bytes(), bytes);
        assert_eq!(Guarded::from_bytes(bytes), Ok(totp()));

        let hotp = Guarded::new(HotpState::from_next_counter(u64::MAX));
        let bytes = [&b"\x01H"[..], &[0xff; 8], &[0; 13]].concat();
        assert_eq!(hotp.to_bytes(), bytes);
        assert_eq!(Guarded::from_bytes(&bytes), Ok(hotp));
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_as_what_they_say() {
        let stored = totp().to_bytes();
        for end in 0..stored.len() {
            let cut = Guarded::<TotpState>::from_bytes(&stored[..end]);
            assert_eq!(cut, Err(StoredError::Malformed), "cut at {end}");
        }
        let longer = [&stored[..], &[0]].concat();
        assert_eq!(Guarded::<TotpState>::from_bytes(&longer), Err(StoredError::Malformed));
        assert_eq!(Guarded::<HotpState>::from_bytes(&stored), Err(StoredError::Malformed));
        for (position, bit) in (0..stored.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut flipped = stored.clone();
            flipped[position] ^= 1 << bit;
            match Guarded::<TotpState>::from_bytes(&flipped) {
                Ok(read) => assert_eq!(read.to_bytes(), flipped),
                Err(StoredError::UnknownVersion) => assert_eq!(position, 0),
                Err(StoredError::Malformed) => assert!(
                    [1, 2, 3, 4, 5, 10, 15].contains(&position) || position > 15,
                    "{position}"
                ),
            }
        }
    }

    #[test]
    fn numbers_that_no_state_has_are_refused() {
        let max_step = 8_446_743_369;
        for (step, drift, fits) in [
            (max_step, 10, true),
            (0, -10, true),
            (max_step + 1, 0, false),
            (u64::MAX, 0, false),
            (1, 11, false),
            (1, -11, false),
            (1, i8::MIN, false),
        ] {
            assert_eq!(TotpState::from_parts(step, drift).is_ok(), fits, "{step} {drift}");
        }
        assert!(HotpState::from_numbers(1, 1).is_err());
        assert!(Attempts::from_parts(0, UnixTime::from_secs(1)).is_err());
    }
}
