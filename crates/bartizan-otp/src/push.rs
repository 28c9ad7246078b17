//! Number matching: who approves a push shows that the request in front of them is their own.

use core::fmt;

use bartizan_core::{Random, RandomUnavailable, SecretBytes};
use ring::digest::{Context, SHA256};

use crate::error::{StoredError, VerifyError};

/// What a push notification asks: whether its reader is the one who sees this number elsewhere.
///
/// The screen that wants to be let in shows [`number`](Self::number). The push carries
/// [`nonce`](Self::nonce), what is asked for, and either nothing else (the reader types the number:
/// one guess in 90 is right) or the three [`choices`](Self::choices) (one in 3). Whoever approves
/// pushes out of habit does not know the number, and whoever sends them cannot have them approved.
///
/// **A challenge is asked once.** Remove it before you look at the answer, whatever the answer is;
/// send no second push while one waits, and only a few in an hour.
///
/// An application that is logged in on its device answers with the number: [`verify`](Self::verify).
/// One that has a key signs [`binding`](Self::binding) instead, which only the right number, this
/// challenge and the request that its owner read give: an answer is good for nothing else.
///
/// ```
/// use bartizan_core::SystemRandom;
/// use bartizan_otp::PushChallenge;
///
/// let request = "sign-in\nalice\nFirefox on Linux, Bern";
/// let challenge = PushChallenge::draw(&SystemRandom::new())?;
/// let shown = challenge.number().to_string(); // beside the waiting form, in two digits
/// let stored = challenge.to_bytes();
///
/// // On the device: the number that its owner read, with what came by push.
/// let signed = PushChallenge::binding_of(challenge.nonce(), shown.parse()?, request);
///
/// let challenge = PushChallenge::from_bytes(&stored)?; // and no longer in the store
/// assert_eq!(challenge.binding(request), signed); // verify the device's signature over it
/// assert!(challenge.verify(&shown).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PushChallenge {
    nonce: [u8; NONCE_LEN],
    /// In ascending order, so that a place says nothing.
    choices: [MatchNumber; CHOICES],
    /// Which of the choices is right.
    right: usize,
}

impl PushChallenge {
    /// Draws a challenge.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn draw(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let right = MatchNumber::draw(random)?;
        let mut choices = [right; CHOICES];
        // A number that is there already is drawn again. A source that gives nothing else is broken.
        for place in 1..CHOICES {
            let new = (0..MAX_DRAWS).find_map(|_| match MatchNumber::draw(random) {
                Ok(drawn) if choices.contains(&drawn) => None,
                other => Some(other),
            });
            let slot = choices.get_mut(place).ok_or(RandomUnavailable::new())?;
            *slot = new.unwrap_or(Err(RandomUnavailable::new()))?;
        }
        choices.sort_unstable();
        let right = choices.iter().position(|choice| *choice == right);
        Ok(Self { nonce, choices, right: right.ok_or(RandomUnavailable::new())? })
    }

    /// Returns the number for the screen that waits. It never goes with the push.
    #[must_use]
    pub fn number(&self) -> MatchNumber {
        self.choices.get(self.right).copied().unwrap_or(self.choices[0])
    }

    /// Returns three numbers for the push, one of which is right.
    #[must_use]
    pub const fn choices(&self) -> [MatchNumber; 3] {
        self.choices
    }

    /// Returns 128 random bits that name the challenge, for the push.
    #[must_use]
    pub const fn nonce(&self) -> &[u8; 16] {
        &self.nonce
    }

    /// Checks the number that the device answers.
    ///
    /// # Errors
    ///
    /// - [`VerifyError::Malformed`]: not two digits from 10 to 99.
    /// - [`VerifyError::Mismatch`]: another number. The challenge is over: do not ask it again.
    pub fn verify(&self, answer: &str) -> Result<(), VerifyError> {
        let answer: MatchNumber = answer.parse()?;
        let right = SecretBytes::from([self.number().0]);
        if right.ct_eq(&[answer.0]) { Ok(()) } else { Err(VerifyError::Mismatch) }
    }

    /// Returns what a device signs that was told the right number, and read `request`: who asks for
    /// what, as the push says it.
    #[must_use]
    pub fn binding(&self, request: &str) -> [u8; 32] {
        Self::binding_of(&self.nonce, self.number(), request)
    }

    /// Returns what a device signs: SHA-256 of its own name, the nonce, the number that its owner
    /// typed or chose, and the request that its owner read.
    #[must_use]
    pub fn binding_of(nonce: &[u8; 16], number: MatchNumber, request: &str) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        context.update(BINDING_LABEL);
        context.update(nonce);
        context.update(&[number.0]);
        // The only part of variable length is the last.
        context.update(request.as_bytes());
        let mut binding = [0; 32];
        binding.copy_from_slice(context.finish().as_ref());
        binding
    }

    /// Returns the bytes to store, 21 of them: the version (1), the nonce, the choices, and which
    /// is right. Whoever reads them can answer: they belong where sessions are, not on the client.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.nonce);
        bytes.extend(self.choices.iter().map(|choice| choice.0));
        bytes.push(self.number().0);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) gave, in this or an earlier release.
    ///
    /// # Errors
    ///
    /// - [`StoredError::UnknownVersion`]: written by a later release.
    /// - [`StoredError::Malformed`]: not what `to_bytes` gives.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let (version, rest) = bytes.split_first().ok_or(StoredError::Malformed)?;
        if *version != VERSION {
            return Err(StoredError::UnknownVersion);
        }
        let (nonce, rest) = rest.split_first_chunk().ok_or(StoredError::Malformed)?;
        let [a, b, c, right] = *rest else { return Err(StoredError::Malformed) };
        let choices = [a, b, c].map(MatchNumber);
        let in_range = choices.iter().all(|choice| RANGE.contains(&choice.0));
        if !in_range || !choices.is_sorted_by(|left, right| left < right) {
            return Err(StoredError::Malformed);
        }
        let right = choices.iter().position(|choice| choice.0 == right);
        Ok(Self { nonce: *nonce, choices, right: right.ok_or(StoredError::Malformed)? })
    }
}

impl fmt::Debug for PushChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushChallenge(..)")
    }
}

/// A number from 10 to 99: short enough to be read across a room, never with a zero to leave out.
///
/// ```
/// use bartizan_otp::{MatchNumber, VerifyError};
///
/// let number: MatchNumber = "42".parse()?;
/// assert_eq!((number.as_u8(), number.to_string()), (42, "42".to_owned()));
/// for text in ["", "7", "07", "100", "4 2", "+42", "४२"] {
///     assert_eq!(text.parse::<MatchNumber>(), Err(VerifyError::Malformed));
/// }
/// # Ok::<(), VerifyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatchNumber(u8);

impl MatchNumber {
    /// Returns the number.
    #[must_use]
    pub const fn as_u8(self) -> u8 {
        self.0
    }

    fn draw(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let mut bytes = [0; 8];
        random.fill(&mut bytes)?;
        // Of 2^64 draws, the remainder favours a number by no more than one.
        let offset = u64::from_le_bytes(bytes) % 90;
        u8::try_from(offset).map_or(Err(RandomUnavailable::new()), |offset| {
            Ok(Self(RANGE.start().saturating_add(offset)))
        })
    }
}

impl core::str::FromStr for MatchNumber {
    type Err = VerifyError;

    fn from_str(text: &str) -> Result<Self, VerifyError> {
        let [tens @ b'1'..=b'9', ones @ b'0'..=b'9'] = text.as_bytes() else {
            return Err(VerifyError::Malformed);
        };
        let digit = |digit: u8| digit.saturating_sub(b'0');
        Ok(Self(digit(*tens).saturating_mul(10).saturating_add(digit(*ones))))
    }
}

impl fmt::Display for MatchNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for MatchNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MatchNumber(..)")
    }
}

const VERSION: u8 = 1;

const NONCE_LEN: usize = 16;

const CHOICES: usize = 3;

const RANGE: core::ops::RangeInclusive<u8> = 10..=99;

/// Each draw is a repetition once in 45 at most: so many in a row come once in 10^211.
const MAX_DRAWS: usize = 128;

const BINDING_LABEL: &[u8; 31] = b"bartizan-otp push approval v1\n\0";

#[cfg(test)]
mod tests;
