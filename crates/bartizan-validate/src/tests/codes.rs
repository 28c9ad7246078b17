//! Numbers of accounts and cards, and codes of countries and currencies.

use proptest::prelude::*;

use crate::{CountryCode, CountryCodeError, CurrencyCode, CurrencyCodeError};
use crate::{Iban, IbanError, Pan, PanError};

#[test]
fn ibans_are_those_of_the_registry() {
    for text in [
        "AT611904300234573201",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "GB82WEST12345698765432",
        "MT84MALT011000012345MTLCAST001S",
        "NO9386011117947",
        "XK051212012345678906",
    ] {
        let iban: Iban = text.parse().unwrap();
        assert_eq!(iban.as_str(), text);
        assert_eq!(iban.grouped().to_lowercase().parse(), Ok(iban.clone()));
        assert_eq!(iban.country().is_none(), text.starts_with("XK"));
    }
}

/// asvs: V1.3.3
#[test]
fn other_ibans_are_refused() {
    for (text, error) in [
        ("", IbanError::Structure),
        ("AT", IbanError::Structure),
        ("AT61190430023457320", IbanError::CheckDigits),
        ("AT611904300234573210", IbanError::CheckDigits),
        ("AT61 1904\n3002", IbanError::Character),
        ("АТ611904300234573201", IbanError::Character),
        ("ZZ611904300234573201", IbanError::CheckDigits),
        (&"9".repeat(65), IbanError::TooLong),
    ] {
        assert_eq!(text.parse::<Iban>(), Err(error), "{text:?}");
    }
}

#[test]
fn a_mistyped_digit_is_found() {
    for (text, is_refused) in [
        (
            "DE89370400440532013000",
            (|text: &str| text.parse::<Iban>().is_err()) as fn(&str) -> bool,
        ),
        ("4242424242424242", |text| text.parse::<Pan>().is_err()),
    ] {
        for at in 4..text.len() {
            for digit in b'0'..=b'9' {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] = digit;
                let mistyped = String::from_utf8(bytes).unwrap();
                assert_eq!(is_refused(&mistyped), mistyped != text, "{mistyped}");
            }
        }
    }
}

#[test]
fn a_card_number_shows_its_last_four_digits_only() {
    for text in ["4242424242424242", "378282246310005", "6304000000000000", "4000-0566-5566-5556"] {
        let pan: Pan = text.parse().unwrap();
        assert_eq!(pan.expose(), text.replace('-', ""));
        assert_eq!(pan.to_string(), format!("**** {}", &text[text.len() - 4..]));
        assert!(!format!("{pan:?} {:?}", crate::Valid::new(pan.clone())).contains(&text[..8]));
        let json = serde_json::to_string(text).unwrap();
        assert_eq!(serde_json::from_str::<Pan>(&json).unwrap().expose(), pan.expose());
    }
    let error = serde_json::from_str::<Pan>("\"4242424242424241\"").unwrap_err().to_string();
    assert!(!error.contains("42"), "{error}");
}

/// asvs: V1.3.3
#[test]
fn other_card_numbers_are_refused() {
    for (text, error) in [
        ("", PanError::Length),
        ("42424242424", PanError::Length),
        (&"0".repeat(20), PanError::Length),
        (&"4".repeat(1 << 20), PanError::Length),
        ("4242 4242  4242 4242", PanError::Character),
        (" 4242424242424242", PanError::Character),
        ("4242424242424242-", PanError::Character),
        ("4242424242424242\n", PanError::Character),
        ("４２４２４２４２４２４２４２４２", PanError::Character),
        ("٤٢٤٢٤٢٤٢٤٢٤٢", PanError::Character),
        ("4242424242424241", PanError::CheckDigit),
    ] {
        assert_eq!(text.parse::<Pan>().map(drop), Err(error), "{text:?}");
        assert_eq!(Pan::try_from(text.to_owned()).map(drop), Err(error), "{text:?}");
    }
}

#[test]
fn codes_are_those_of_the_lists() {
    let countries: Vec<_> = CountryCode::all().collect();
    assert_eq!(countries.len(), 249);
    assert!(countries.is_sorted() && countries.iter().all(|code| code.as_str().len() == 2));
    assert!(countries.iter().all(|code| code.as_str().parse() == Ok(*code)));
    let currencies: Vec<_> = CurrencyCode::all().collect();
    assert_eq!(currencies.len(), 165);
    assert!(currencies.is_sorted() && currencies.iter().all(|code| code.as_str().len() == 3));
    assert!(currencies.iter().all(|code| code.as_str().parse() == Ok(*code)));
    let digits = |text: &str| text.parse::<CurrencyCode>().map(CurrencyCode::minor_digits);
    for (text, expected) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XOF", 0)] {
        assert_eq!(digits(text), Ok(expected));
    }
}

/// asvs: V1.3.3
#[test]
fn other_codes_are_refused() {
    for text in ["at", "UK", "EU", "XK", "ZZ", "A ", "é"] {
        assert_eq!(text.parse::<CountryCode>(), Err(CountryCodeError::Unknown), "{text:?}");
    }
    for text in ["", "A", "AUT"] {
        assert_eq!(text.parse::<CountryCode>(), Err(CountryCodeError::Length), "{text:?}");
    }
    for text in ["eur", "XXX", "XAU", "HRK", "BGN", "DEM"] {
        assert_eq!(text.parse::<CurrencyCode>(), Err(CurrencyCodeError::Unknown), "{text:?}");
    }
    for text in ["", "EU", "EURO"] {
        assert_eq!(text.parse::<CurrencyCode>(), Err(CurrencyCodeError::Length), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_or_canonical(text in "\\PC{0,24}|[A-Z]{2}[0-9]{2}[0-9A-Z ]{0,30}|[0-9 -]{12,24}") {
        if let Ok(iban) = text.parse::<Iban>() {
            assert_eq!(iban.as_str().parse().as_ref(), Ok(&iban));
        }
        if let Ok(pan) = text.parse::<Pan>() {
            assert_eq!(pan.expose().parse::<Pan>().unwrap().expose(), pan.expose());
        }
    }
}
