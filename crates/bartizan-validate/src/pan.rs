//! Numbers of payment cards.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer};
use validator::{Validate, ValidationErrors};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::parsed::{TextVisitor, refusals};

/// The number of a payment card: 12 to 19 digits of which the last is the check digit (ISO/IEC
/// 7812, the formula of Luhn).
///
/// Single spaces and hyphens between digits are taken, up to 48 octets in all, and left out. It
/// shows no more than its last four digits, has no `Serialize`, and is wiped when it is dropped;
/// [`expose`](Self::expose) gives it away, to the payment service and to nobody else. Wiping cannot
/// reach what a parser or a server kept of the request, so let no card number come to you if you
/// can.
///
/// ```
/// use bartizan_validate::{Pan, PanError};
///
/// let pan: Pan = "4242 4242 4242 4242".parse()?;
/// assert_eq!(pan.to_string(), "**** 4242");
/// assert_eq!(format!("{pan:?}"), "Pan(**** 4242)");
/// assert_eq!(pan.expose(), "4242424242424242");
/// assert_eq!("4242424242424241".parse::<Pan>().unwrap_err(), PanError::CheckDigit);
/// # Ok::<(), PanError>(())
/// ```
///
/// ```compile_fail,E0277
/// # use bartizan_validate::Pan;
/// # let pan: Pan = "4242424242424242".parse().unwrap();
/// serde_json::to_string(&pan);
/// ```
#[derive(Clone)]
pub struct Pan(String);

impl Pan {
    /// Returns the whole number, as digits. Whoever can read it can pay with it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the last four digits, which may be shown.
    #[must_use]
    pub fn last_four(&self) -> &str {
        let first = self.0.len().saturating_sub(4);
        self.0.get(first..).unwrap_or_default()
    }
}

impl FromStr for Pan {
    type Err = PanError;

    /// Parses a number. The limit on length holds before anything else is done.
    ///
    /// # Errors
    ///
    /// [`PanError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, PanError> {
        if text.len() > MAX_OCTETS {
            return Err(PanError::Length);
        }
        // Never grows, so it leaves no copy behind. What is refused is wiped with it.
        let mut pan = Self(String::with_capacity(MAX_DIGITS));
        let mut after_digit = false;
        for character in text.chars() {
            if character.is_ascii_digit() {
                if pan.0.len() == MAX_DIGITS {
                    return Err(PanError::Length);
                }
                pan.0.push(character);
            } else if !(after_digit && matches!(character, ' ' | '-')) {
                return Err(PanError::Character);
            }
            after_digit = character.is_ascii_digit();
        }
        match pan.0.len() {
            0..MIN_DIGITS => Err(PanError::Length),
            _ if !after_digit => Err(PanError::Character),
            _ if !has_check_digit(pan.0.as_bytes()) => Err(PanError::CheckDigit),
            _ => Ok(pan),
        }
    }
}

impl TryFrom<&str> for Pan {
    type Error = PanError;

    fn try_from(text: &str) -> Result<Self, PanError> {
        text.parse()
    }
}

/// Wipes the text, also if it is refused.
impl TryFrom<String> for Pan {
    type Error = PanError;

    fn try_from(mut text: String) -> Result<Self, PanError> {
        let pan = text.parse();
        text.zeroize();
        pan
    }
}

impl fmt::Display for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "**** {}", self.last_four())
    }
}

impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pan({self})")
    }
}

impl Drop for Pan {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Pan {}

impl<'de> Deserialize<'de> for Pan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor::new("a card number"))
    }
}

/// Nothing is left to check: it is valid since it was parsed.
impl Validate for Pan {
    fn validate(&self) -> Result<(), ValidationErrors> {
        Ok(())
    }
}

refusals! {
    /// Why a text is no card number. Whoever typed it is at fault: show them the sentence.
    PanError {
        /// It has less than 12 or more than 19 digits, or more than 48 octets.
        Length: "pan_length", "a card number has 12 to 19 digits";
        /// It has a character that is no digit, or a space or hyphen not between two digits.
        Character: "pan_character", "a card number has digits, with single spaces or - between";
        /// The check digit is wrong: most often a digit is mistyped.
        CheckDigit: "pan_check_digit", "this card number has a mistyped digit";
    }
}

/// The formula of Luhn: from the right, every second digit counts twice, with its digits added.
fn has_check_digit(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().fold(0_u32, |sum, (index, digit)| {
        let digit = u32::from(digit.wrapping_sub(b'0'));
        let counted = match (index.is_multiple_of(2), digit) {
            (true, digit) => digit,
            (false, small @ 0..5) => small.saturating_mul(2),
            (false, large) => large.saturating_mul(2).saturating_sub(9),
        };
        sum.saturating_add(counted)
    });
    sum.is_multiple_of(10)
}

const MIN_DIGITS: usize = 12;
const MAX_DIGITS: usize = 19;
const MAX_OCTETS: usize = 48;
