//! Codes of currencies.

use core::str::FromStr;

use crate::parsed::{parsed, refusals};

/// The code of a currency, of three letters: ISO 4217, the currencies and funds in use.
///
/// Capitals only. What has no minor units to pay in is left out: metals (`XAU`), units of account
/// (`XDR`), `XTS` for tests and `XXX` for none. So are currencies that are no longer in use.
///
/// ```
/// use bartizan_validate::{CurrencyCode, CurrencyCodeError};
///
/// let currency: CurrencyCode = "EUR".parse()?;
/// assert_eq!((currency.as_str(), currency.minor_digits()), ("EUR", 2));
/// assert_eq!("JPY".parse::<CurrencyCode>()?.minor_digits(), 0);
/// assert_eq!("DEM".parse::<CurrencyCode>(), Err(CurrencyCodeError::Unknown));
/// # Ok::<(), CurrencyCodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CurrencyCode(&'static str);

impl CurrencyCode {
    /// Returns the code, in capitals.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }

    /// Returns all of them, in the order of the alphabet.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|code| Self(code))
    }

    /// Returns how many digits the minor unit has: 2 for `EUR`, because a euro has 100 cents.
    #[must_use]
    pub fn minor_digits(self) -> u8 {
        match self.0 {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for CurrencyCode {
    type Err = CurrencyCodeError;

    /// Finds a code in the list.
    ///
    /// # Errors
    ///
    /// [`CurrencyCodeError`], whose variants name the rule that `text` breaks.
    fn from_str(text: &str) -> Result<Self, CurrencyCodeError> {
        if text.len() != 3 {
            return Err(CurrencyCodeError::Length);
        }
        ALL.binary_search(&text)
            .ok()
            .and_then(|position| ALL.get(position))
            .map(|code| Self(code))
            .ok_or(CurrencyCodeError::Unknown)
    }
}

parsed!(refusals! CurrencyCode, CurrencyCodeError, "the code of a currency");

refusals! {
    /// Why a text is no code of a currency.
    CurrencyCodeError {
        /// It does not have three octets.
        Length: "currency_length", "the code of a currency has three letters, as in EUR";
        /// No currency in use has it.
        Unknown: "currency_unknown", "there is no currency in use with this code";
    }
}

#[rustfmt::skip]
const ALL: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD",
    "BIF", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF",
    "CHE", "CHF", "CHW", "CLF", "CLP", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DJF",
    "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR",
    "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT",
    "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP",
    "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR",
    "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB",
    "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
    "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAD",
    "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];
