use core::str::FromStr;

use super::scanner::Scanner;
use super::{JsonFault, JsonRefused};

/// A number as `serde` tells them apart.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Whole(u64),
    Negative(i64),
    Fraction(f64),
}

/// A number as it is written.
struct Written<'t> {
    text: &'t str,
    negative: bool,
    /// Whether there is neither fraction nor exponent.
    whole: bool,
    start: usize,
}

/// A number of so many digits fits into 64 bits, whatever they are.
const MAX_SAFE_DIGITS: usize = 19;

impl<'t> Scanner<'t> {
    /// Reads a number that stays what it is.
    pub(super) fn number(&mut self) -> Result<Number, JsonRefused> {
        if let Some(whole) = self.usual_number() {
            return Ok(Number::Whole(whole));
        }
        self.written()?.number()
    }

    /// Reads a whole number of few digits, as most are. Anything else is left to the other way.
    #[inline]
    fn usual_number(&mut self) -> Option<u64> {
        let rest = self.rest();
        let (mut value, mut len) = (0_u64, 0_usize);
        for digit in rest.iter().map(|byte| byte.wrapping_sub(b'0')).take_while(|digit| *digit < 10)
        {
            value = value.wrapping_mul(10).wrapping_add(digit.into());
            len = len.wrapping_add(1);
        }
        // A zero stands alone.
        let is_usual =
            (1..=MAX_SAFE_DIGITS).contains(&len) && (rest.first() != Some(&b'0') || len == 1);
        if !is_usual || matches!(rest.get(len), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.advance(len);
        Some(value)
    }

    /// Reads a number for a type of double precision: a whole one has to fit exactly.
    pub(super) fn number_for_double(&mut self) -> Result<Number, JsonRefused> {
        let start = self.offset();
        let number = self.number()?;
        if number.fits_bits(f64::MANTISSA_DIGITS) {
            Ok(number)
        } else {
            Err(JsonRefused::at(JsonFault::Number, start))
        }
    }

    /// Reads a number for a type of single precision, rounded once.
    pub(super) fn single(&mut self) -> Result<f32, JsonRefused> {
        let written = self.written()?;
        if written.whole && !written.number()?.fits_bits(f32::MANTISSA_DIGITS) {
            return Err(written.fault());
        }
        written.fraction(f32::is_finite, |value| value != 0.0)
    }

    /// Reads a whole number of up to 128 bits, or nothing if it is not whole.
    pub(super) fn wide<T: FromStr>(&mut self) -> Result<Option<T>, JsonRefused> {
        let written = self.written()?;
        if !written.whole || written.text == "-0" {
            return Ok(None);
        }
        written.text.parse().map(Some).map_err(|_| written.fault())
    }

    fn written(&mut self) -> Result<Written<'t>, JsonRefused> {
        let start = self.offset();
        let negative = self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        let mut whole = true;
        if self.eat(b'.') {
            whole = false;
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            whole = false;
            let _signed = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(Written { text: self.since(start), negative, whole, start })
    }

    /// Passes over at least one digit.
    fn digits(&mut self) -> Result<(), JsonRefused> {
        let len = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.advance(len);
        if len > 0 { Ok(()) } else { Err(self.syntax()) }
    }
}

impl Written<'_> {
    fn number(&self) -> Result<Number, JsonRefused> {
        let number = match (self.whole, self.negative) {
            // There is no other number for it.
            (true, true) if self.text == "-0" => return Ok(Number::Fraction(-0.0)),
            (true, true) => self.text.parse().map(Number::Negative),
            (true, false) => self.text.parse().map(Number::Whole),
            (false, _) => {
                let value = self.fraction(f64::is_finite, |value| value != 0.0)?;
                return Ok(Number::Fraction(value));
            }
        };
        number.map_err(|_| self.fault())
    }

    /// Rounds to a fraction, which becomes neither infinite nor, unless it is written so, zero.
    fn fraction<F: FromStr + Copy>(
        &self,
        is_finite: fn(F) -> bool,
        is_not_zero: fn(F) -> bool,
    ) -> Result<F, JsonRefused> {
        let value: F = self.text.parse().map_err(|_| self.fault())?;
        let mut mantissa = self.text.bytes().take_while(|byte| !matches!(byte, b'e' | b'E'));
        let fits = is_finite(value) && (is_not_zero(value) || !mantissa.any(|digit| digit > b'0'));
        if fits { Ok(value) } else { Err(self.fault()) }
    }

    #[cold]
    fn fault(&self) -> JsonRefused {
        JsonRefused::at(JsonFault::Number, self.start)
    }
}

impl Number {
    /// Whether a whole number is one of so many bits times a power of two.
    const fn fits_bits(self, bits: u32) -> bool {
        let value = match self {
            Self::Whole(value) => value,
            Self::Negative(value) => value.unsigned_abs(),
            Self::Fraction(_) => return true,
        };
        let outer = value.leading_zeros().saturating_add(value.trailing_zeros());
        u64::BITS.saturating_sub(outer) <= bits
    }
}
