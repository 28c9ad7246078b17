use core::fmt;
use core::str::FromStr;

use crate::encoding::{EncodingError, hex};

/// Names a key within its keyring: 32 random bits, written as eight lower-case hexadecimal digits.
///
/// An id is no secret and proves nothing: it only finds the key.
///
/// ```
/// use bartizan_core::KeyId;
///
/// let id = KeyId::from_u32(0x00c0_ffee);
/// assert_eq!(id.to_string(), "00c0ffee");
/// assert_eq!("00c0ffee".parse(), Ok(id));
/// assert!("C0FFEE".parse::<KeyId>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u32);

impl KeyId {
    /// Returns the id that a stored number stands for.
    #[must_use]
    pub const fn from_u32(id: u32) -> Self {
        Self(id)
    }

    /// Returns the number to store.
    #[must_use]
    pub const fn as_u32(self) -> u32 {
        self.0
    }

    /// Returns the id that four bytes of a header stand for, most significant first.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }

    /// Returns the four bytes for a header, most significant first.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }
}

impl FromStr for KeyId {
    type Err = EncodingError;

    fn from_str(text: &str) -> Result<Self, EncodingError> {
        // Whatever is longer is refused before it is decoded.
        let digits: [u8; 8] = text.as_bytes().try_into().map_err(|_| EncodingError::new())?;
        let bytes = hex::decode(digits)?;
        bytes.try_into().map(Self::from_bytes).map_err(|_| EncodingError::new())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        for text in [
            "",
            "0",
            "c0ffee",
            "00c0ffe",
            "00c0ffeeb",
            "00C0FFEE",
            "0x00c0ff",
            " 0c0ffee",
            "00c0ffe\n",
            "+0c0ffee",
            "00c0ffé",
            &"0".repeat(1 << 20),
        ] {
            assert_eq!(text.parse::<KeyId>(), Err(EncodingError::new()));
        }
    }
}
