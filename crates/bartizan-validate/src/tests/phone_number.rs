//! Telephone numbers.

use crate::{PhoneNumber, PhoneNumberError};

fn parse(text: &str) -> Result<PhoneNumber, PhoneNumberError> {
    text.parse()
}

#[test]
fn a_number_has_one_form() {
    for (text, canonical, country) in [
        ("+43 316 873-0", "+433168730", Some("AT")),
        ("+1 (650) 253-0000", "+16502530000", Some("US")),
        ("+44 20 7946 0018", "+442079460018", Some("GB")),
        ("+39 02 3661 8300", "+390236618300", None),
        ("+49/30/123456", "+4930123456", Some("DE")),
    ] {
        let number = parse(text).unwrap();
        assert_eq!(number.as_str(), canonical);
        assert_eq!(parse(canonical), Ok(number.clone()));
        assert_eq!(number.country().map(|code| code.as_str()), country);
    }
}

/// asvs: V1.3.3
#[test]
fn other_numbers_are_refused() {
    for (text, error) in [
        ("", PhoneNumberError::Plus),
        ("0316 8730", PhoneNumberError::Plus),
        (" +433168730", PhoneNumberError::Plus),
        ("+", PhoneNumberError::Unknown),
        ("+0", PhoneNumberError::Unknown),
        ("+43", PhoneNumberError::Unknown),
        ("+999123456789", PhoneNumberError::Unknown),
        ("+44 (0)20 7946 0018", PhoneNumberError::Unknown),
        ("+1 123", PhoneNumberError::Unknown),
        ("+43 316 873-0 ext. 5", PhoneNumberError::Character),
        ("+43 316 873-0;ext=5", PhoneNumberError::Character),
        ("+４３３１６８７３０", PhoneNumberError::Character),
        ("+433168730\n", PhoneNumberError::Character),
        ("+1234567890123456", PhoneNumberError::TooLong),
        (&"+".repeat(1 << 20), PhoneNumberError::TooLong),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}
