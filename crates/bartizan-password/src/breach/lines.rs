//! The public format: a hash in hexadecimal, a colon, and how often the password was seen.

use std::io::{self, BufRead, Read as _};

use super::BreachHash;

/// Reads lines into one buffer of bounded length.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::with_capacity(MAX_LINE), number: 0 }
    }

    /// Lends the next line without its end. In place of a line that is too long comes an empty one,
    /// which does not parse either.
    pub(crate) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.buffer.clear();
        let mut bounded = (&mut self.reader).take(MAX_LINE as u64);
        if bounded.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        if self.buffer.len() == MAX_LINE {
            return Ok(Some(&[]));
        }
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// The number of the line that was lent last; the first is 1.
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }
}

/// The five digits that a range has in common, and a file of its own.
pub(crate) const RANGE_DIGITS: usize = 5;
/// All that five digits can say.
pub(crate) const RANGES: u32 = 1 << 20;

/// Reads a line: the key of the hash, and the number. In the file of a range the line has only the
/// digits after those of the range.
pub(crate) fn parse(line: &[u8], hash: BreachHash, range: Option<u32>) -> Option<(u64, u64)> {
    let given = if range.is_some() { RANGE_DIGITS } else { 0 };
    let (digits, rest) = line.split_at_checked(hash.hex_len().checked_sub(given)?)?;
    let count = decimal(rest.strip_prefix(b":")?)?;
    let (first, others) = digits.split_at_checked(KEY_DIGITS.checked_sub(given)?)?;
    let start = u64::from(range.unwrap_or(0));
    let key = first.iter().try_fold(start, |key, digit| Some((key << 4) | nibble(*digit)?))?;
    others.iter().all(u8::is_ascii_hexdigit).then_some((key, count))
}

pub(crate) fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        sum.checked_mul(10)?.checked_add(digit.into())
    })
}

fn nibble(digit: u8) -> Option<u64> {
    char::from(digit).to_digit(16).map(u64::from)
}

/// 64 bits.
const KEY_DIGITS: usize = 16;
/// More than 40 digits, a colon, 20 digits and the end of a line.
const MAX_LINE: usize = 128;
