//! Telephone numbers.

use core::str::FromStr;

use phonenumber::Mode;

use crate::CountryCode;
use crate::parsed::{parsed, refusals};

/// A telephone number in the form of [E.164]: `+`, then at most 15 digits.
///
/// It begins with the `+` and the calling code of a country; spaces, hyphens, dots, slashes and
/// round brackets between the digits are taken and left out, up to 40 octets in all. It is one that
/// the numbering plan of its country can have, by the tables of libphonenumber; that does not say
/// that anybody has it.
///
/// ```
/// use bartizan_validate::{PhoneNumber, PhoneNumberError};
///
/// let number: PhoneNumber = "+43 (316) 873-0".parse()?;
/// assert_eq!(number.as_str(), "+433168730");
/// assert_eq!("0316 8730".parse::<PhoneNumber>(), Err(PhoneNumberError::Plus));
/// # Ok::<(), PhoneNumberError>(())
/// ```
///
/// [E.164]: https://www.itu.int/rec/T-REC-E.164
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Returns the number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the country of the number, where the tables tell. Those of satellites have none, and
    /// where countries share a plan (Italy and the Vatican) they may not tell.
    #[must_use]
    pub fn country(&self) -> Option<CountryCode> {
        let number = phonenumber::parse(None, &self.0).ok()?;
        number.country().id()?.as_ref().parse().ok()
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    /// Parses a number. The limit on length holds before anything else is done.
    ///
    /// # Errors
    ///
    /// [`PhoneNumberError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, PhoneNumberError> {
        if text.len() > MAX_OCTETS {
            return Err(PhoneNumberError::TooLong);
        }
        let digits = text.strip_prefix('+').ok_or(PhoneNumberError::Plus)?;
        let mut compact = String::from("+");
        for character in digits.chars() {
            match character {
                '0'..='9' => compact.push(character),
                ' ' | '-' | '.' | '/' | '(' | ')' => {}
                _ => return Err(PhoneNumberError::Character),
            }
        }
        if compact.len() > MAX_E164 {
            return Err(PhoneNumberError::TooLong);
        }
        let number = phonenumber::parse(None, &compact).map_err(|_| PhoneNumberError::Unknown)?;
        // A number with the prefix of calls within the country is not the form to keep.
        let is_same = number.format().mode(Mode::E164).to_string() == compact;
        if is_same && number.is_valid() {
            Ok(Self(compact))
        } else {
            Err(PhoneNumberError::Unknown)
        }
    }
}

parsed!(refusals! PhoneNumber, PhoneNumberError, "a telephone number");

refusals! {
    /// Why a text is no telephone number. Whoever typed it is at fault: show them the sentence.
    PhoneNumberError {
        /// It has more than 40 octets, or more than 15 digits.
        TooLong: "phone_too_long", "a telephone number has at most 15 digits";
        /// It does not begin with `+`.
        Plus: "phone_plus", "a telephone number begins with + and the code of the country";
        /// It has a character that is no digit and does not stand between digits.
        Character: "phone_character", "a telephone number has only digits, spaces, - . / and ( )";
        /// No numbering plan has it.
        Unknown: "phone_unknown", "no country has such a telephone number";
    }
}

const MAX_OCTETS: usize = 40;
/// With the `+`.
const MAX_E164: usize = 16;
