//! The code itself: drawn, and read as it was typed.

use bartizan_core::{Random, RandomUnavailable, SecretBytes, SecretString, base64url};

use super::policy::OobForm;

/// Draws a code of a form.
pub(super) fn draw(form: OobForm, random: &dyn Random) -> Result<SecretString, RandomUnavailable> {
    let Some(digits) = digits(form) else {
        let bits = SecretBytes::random(LINK_LEN, random)?;
        return Ok(SecretString::from(base64url::encode(bits.expose())));
    };
    let drawn = SecretBytes::init(digits, |code| {
        for digit in code {
            *digit = draw_digit(random)?;
        }
        Ok::<(), RandomUnavailable>(())
    })?;
    let text = core::str::from_utf8(drawn.expose()).map_err(|_| RandomUnavailable::new())?;
    Ok(SecretString::from(text))
}

/// Of 2^64 draws, the remainder favours a digit by no more than one.
fn draw_digit(random: &dyn Random) -> Result<u8, RandomUnavailable> {
    let mut bytes = [0; 8];
    random.fill(&mut bytes)?;
    let digit = u8::try_from(u64::from_le_bytes(bytes) % 10);
    digit.map_or(Err(RandomUnavailable::new()), |digit| Ok(digit.saturating_add(b'0')))
}

/// Reads what a user typed: exactly the code, or its digits with one space between them.
pub(super) fn read(form: OobForm, typed: &str) -> Option<SecretBytes> {
    let Some(digits) = digits(form) else {
        let is_link = typed.len() == LINK_TEXT_LEN && base64url::decode(typed).is_ok();
        return is_link.then(|| SecretBytes::from(typed.as_bytes()));
    };
    // Nothing longer is looked at.
    if typed.len() > digits.saturating_add(1) || typed.starts_with(' ') || typed.ends_with(' ') {
        return None;
    }
    let mut read = typed.bytes().filter(|byte| *byte != b' ');
    let code = SecretBytes::init(digits, |code| {
        for digit in code {
            *digit = read.next().filter(u8::is_ascii_digit).ok_or(())?;
        }
        Ok::<(), ()>(())
    });
    code.ok().filter(|_| read.next().is_none())
}

const fn digits(form: OobForm) -> Option<usize> {
    match form {
        OobForm::SixDigits => Some(6),
        OobForm::SevenDigits => Some(7),
        OobForm::EightDigits => Some(8),
        OobForm::Link => None,
    }
}

/// 128 bits.
const LINK_LEN: usize = 16;

const LINK_TEXT_LEN: usize = 22;

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bartizan_core::danger::PredictableRandom;

    use super::*;

    const FORMS: [(OobForm, usize); 4] = [
        (OobForm::SixDigits, 6),
        (OobForm::SevenDigits, 7),
        (OobForm::EightDigits, 8),
        (OobForm::Link, 22),
    ];

    /// asvs: V6.5.4. Six digits are what the requirement itself names as enough.
    #[test]
    fn every_code_is_of_its_form_and_read_back() {
        let random = PredictableRandom::from_seed(1);
        for (form, len) in FORMS {
            for _ in 0..100 {
                let code = draw(form, &random).unwrap();
                assert_eq!(code.expose().len(), len);
                assert!(form == OobForm::Link || code.expose().bytes().all(|b| b.is_ascii_digit()));
                assert!(read(form, code.expose()).unwrap().ct_eq(code.expose().as_bytes()));
            }
        }
    }

    #[test]
    fn every_digit_is_as_likely_in_every_place() {
        let random = PredictableRandom::from_seed(2);
        let mut counts = HashMap::new();
        for _ in 0..10_000 {
            for place in draw(OobForm::SixDigits, &random).unwrap().expose().char_indices() {
                *counts.entry(place).or_insert(0) += 1;
            }
        }
        // Expected 1,000 with a deviation of 30: 8 of them are far beyond chance.
        assert_eq!(counts.len(), 60);
        assert!(counts.values().all(|count| (760..1_240).contains(count)), "{counts:?}");
    }

    #[test]
    fn one_space_between_digits_is_read_and_nothing_else() {
        for typed in ["123456", "123 456", "1 23456", "12345 6"] {
            assert!(read(OobForm::SixDigits, typed).unwrap().ct_eq(b"123456"), "{typed:?}");
        }
        for hostile in [
            "",
            "12345",
            "1234567",
            " 123456",
            "123456 ",
            "12 34 56",
            "123  456",
            "123\u{a0}456",
            "123-456",
            "12345a",
            "+12345",
            "-12345",
            "１２３４５６",
            "٢٨٧٠٨٢",
            "123456\n",
            "12345\0",
        ] {
            assert!(read(OobForm::SixDigits, hostile).is_none(), "{hostile:?}");
        }
        let link = "AAAAAAAAAAAAAAAAAAAAAA";
        assert!(read(OobForm::Link, link).is_some());
        for hostile in
            ["", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAA AAAAAAAAAA"]
        {
            assert!(read(OobForm::Link, hostile).is_none(), "{hostile:?}");
        }
        assert!(read(OobForm::EightDigits, &"1".repeat(1 << 20)).is_none());
    }
}
