use core::error::Error;
use core::fmt;

use ring::hmac;

use super::IndexToken;

/// How many bits of a token are kept: 8 to 128.
///
/// Choose them so that a search finds a few rows too many: then a token doesn't tell for sure that
/// two values are equal. With `B` bits, and `N` rows of other values, a search finds `N / 2^B` rows
/// that it did not look for, on average. With `B` of at least 64 it practically finds none, and
/// equal tokens are equal values to whoever reads the database.
///
/// ```
/// use bartizan_envelope::IndexBits;
///
/// let bits = IndexBits::new(16)?;
/// assert_eq!(bits.false_positives(1_000_000), 1_000_000.0 / 65_536.0);
/// assert!(IndexBits::new(7).is_err());
/// # Ok::<(), bartizan_envelope::InvalidIndexBits>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexBits(u8);

impl IndexBits {
    /// Keeps so many bits.
    ///
    /// # Errors
    ///
    /// [`InvalidIndexBits`] for less than 8 or more than 128.
    pub const fn new(bits: u8) -> Result<Self, InvalidIndexBits> {
        if bits < 8 || bits > 128 { Err(InvalidIndexBits) } else { Ok(Self(bits)) }
    }

    /// Returns how many bits are kept.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Returns how many rows of other values a search finds on average, among `rows` of them.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an average, of which 53 bits are plenty")]
    pub fn false_positives(self, rows: u64) -> f64 {
        rows as f64 / 2_f64.powi(self.0.into())
    }

    /// The first bits; those of the last byte that are too many are zero.
    pub(super) fn cut(self, tag: &hmac::Tag) -> IndexToken {
        let len = self.0.div_ceil(8);
        let mut bytes = [0; 16];
        let mut left = self.0;
        for (byte, full) in bytes.iter_mut().zip(tag.as_ref()) {
            let spare = 8_u8.saturating_sub(left);
            *byte = full & 0xff_u8.checked_shl(spare.into()).unwrap_or(0);
            left = left.saturating_sub(8);
        }
        IndexToken { bytes, len }
    }
}

/// The bits of a blind index are not 8 to 128: the program is at fault.
///
/// See [`IndexBits`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidIndexBits;

impl fmt::Display for InvalidIndexBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a blind index has 8 to 128 bits")
    }
}

impl Error for InvalidIndexBits {}
