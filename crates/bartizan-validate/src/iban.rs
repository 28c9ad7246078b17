//! Numbers of bank accounts.

use std::borrow::Cow;

use iban::{IbanLike as _, ParseBaseIbanError, ParseIbanError};

use crate::CountryCode;
use crate::parsed::{canonical, refusals};

/// An international bank account number: ISO 13616.
///
/// It has the length and the structure that its country has in the registry of SWIFT, and the right
/// check digits (mod 97 of ISO 7064). It is kept in its electronic form: capitals and digits, no
/// spaces. Small letters and spaces are taken too, up to 64 octets in all. That a number is valid
/// does not say that there is such an account.
///
/// ```
/// use bartizan_validate::{Iban, IbanError};
///
/// let iban: Iban = "gb82 WEST 1234 5698 7654 32".parse()?;
/// assert_eq!(iban.as_str(), "GB82WEST12345698765432");
/// assert_eq!(iban.grouped(), "GB82 WEST 1234 5698 7654 32");
/// assert_eq!("GB82WEST12345698765433".parse::<Iban>(), Err(IbanError::CheckDigits));
/// # Ok::<(), IbanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

impl Iban {
    /// Returns the number in groups of four, as it stands on paper.
    #[must_use]
    pub fn grouped(&self) -> String {
        let mut grouped = String::with_capacity(self.0.len().saturating_mul(2));
        for (index, character) in self.0.chars().enumerate() {
            if index > 0 && index.is_multiple_of(4) {
                grouped.push(' ');
            }
            grouped.push(character);
        }
        grouped
    }

    /// Returns the country that the number names. A few have no code in ISO 3166, as Kosovo.
    #[must_use]
    pub fn country(&self) -> Option<CountryCode> {
        self.0.get(..2)?.parse().ok()
    }

    fn canonical(text: &str) -> Result<Cow<'_, str>, IbanError> {
        if text.len() > MAX_OCTETS {
            return Err(IbanError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ') {
            return Err(IbanError::Character);
        }
        let is_canonical = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let iban = if text.bytes().all(is_canonical) {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.replace(' ', "").to_ascii_uppercase())
        };
        match iban.parse::<iban::Iban>() {
            Ok(parsed) if parsed.electronic_str() == iban => Ok(iban),
            Err(ParseIbanError::InvalidBaseIban {
                source: ParseBaseIbanError::InvalidChecksum,
            }) => Err(IbanError::CheckDigits),
            Err(ParseIbanError::UnknownCountry(_)) => Err(IbanError::Country),
            _ => Err(IbanError::Structure),
        }
    }
}

canonical!([] Iban, IbanError, "an IBAN");

refusals! {
    /// Why a text is no IBAN. Whoever typed it is at fault: show them the sentence.
    IbanError {
        /// It has more than 64 octets.
        TooLong: "iban_too_long", "an IBAN has at most 34 letters and digits";
        /// It has a character that is no letter, digit or space.
        Character: "iban_character", "an IBAN has only letters A to Z, digits and spaces";
        /// It has not the length, or not the letters and digits, of its country.
        Structure: "iban_structure", "this is not what an IBAN of its country looks like";
        /// No country with such a code has IBANs.
        Country: "iban_country", "an IBAN begins with the code of a country that has them";
        /// The check digits are wrong: most often a digit is mistyped.
        CheckDigits: "iban_check_digits", "this IBAN has a mistyped letter or digit";
    }
}

const MAX_OCTETS: usize = 64;
