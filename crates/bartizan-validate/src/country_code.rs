//! Codes of countries.

use core::str::FromStr;

use crate::parsed::{parsed, refusals};

/// The code of a country, of two letters: ISO 3166-1 alpha-2, its 249 officially assigned ones.
///
/// Capitals only. Codes that are reserved (`UK`, `EU`), left to users (`XK`) or withdrawn are
/// refused.
///
/// ```
/// use bartizan_validate::{CountryCode, CountryCodeError};
///
/// let country: CountryCode = "AT".parse()?;
/// assert_eq!(country.as_str(), "AT");
/// assert_eq!("UK".parse::<CountryCode>(), Err(CountryCodeError::Unknown));
/// # Ok::<(), CountryCodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode(&'static str);

impl CountryCode {
    /// Returns the code, in capitals.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }

    /// Returns all of them, in the order of the alphabet.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|code| Self(code))
    }
}

impl FromStr for CountryCode {
    type Err = CountryCodeError;

    /// Finds a code in the list.
    ///
    /// # Errors
    ///
    /// [`CountryCodeError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, CountryCodeError> {
        if text.len() != 2 {
            return Err(CountryCodeError::Length);
        }
        ALL.binary_search(&text)
            .ok()
            .and_then(|position| ALL.get(position))
            .map(|code| Self(code))
            .ok_or(CountryCodeError::Unknown)
    }
}

parsed!(refusals! CountryCode, CountryCodeError, "the code of a country");

refusals! {
    /// Why a text is no code of a country.
    CountryCodeError {
        /// It does not have two octets.
        Length: "country_length", "the code of a country has two letters, as in AT";
        /// It is assigned to no country.
        Unknown: "country_unknown", "there is no country with this code";
    }
}

#[rustfmt::skip]
const ALL: &[&str] = &[
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS",
    "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN",
    "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE",
    "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
    "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM",
    "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM",
    "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC",
    "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
    "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
    "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG",
    "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS",
    "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO",
    "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];
