//! Bytes and text that must not be seen.

use core::fmt;

use secrecy::{ExposeSecret as _, SecretBox};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

use crate::random::{Random, RandomUnavailable};

/// Secret bytes: wiped when dropped, never printed, compared in constant time.
///
/// The bytes leave through [`expose`](Self::expose) and no other way, so a reviewer finds every
/// use by searching for that word.
///
/// ```
/// use bartizan_core::SecretBytes;
///
/// let key = SecretBytes::from(*b"0123456789abcdef");
/// assert_eq!(format!("{key:?}"), "SecretBytes(16 bytes)");
/// assert!(key.ct_eq(b"0123456789abcdef"));
/// ```
///
/// Neither a second copy nor a comparison that stops early compiles:
///
/// ```compile_fail,E0599
/// let key = bartizan_core::SecretBytes::from(*b"0123456789abcdef");
/// let copy = key.clone();
/// ```
///
/// ```compile_fail,E0369
/// let key = bartizan_core::SecretBytes::from(*b"0123456789abcdef");
/// let same = key == key;
/// ```
pub struct SecretBytes(SecretBox<[u8]>);

impl SecretBytes {
    /// Makes `len` secret bytes in place, so that no second copy of them ever exists.
    ///
    /// # Errors
    ///
    /// Whatever `fill` returns; what it had written is wiped.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::SecretBytes;
    ///
    /// let secret = SecretBytes::init(4, |bytes| {
    ///     bytes.fill(7);
    ///     Ok::<(), ()>(())
    /// })?;
    /// assert_eq!(secret.expose(), [7; 4]);
    /// # Ok::<(), ()>(())
    /// ```
    pub fn init<E>(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut bytes = vec![0; len].into_boxed_slice();
        match fill(&mut bytes) {
            Ok(()) => Ok(Self(SecretBox::new(bytes))),
            Err(error) => {
                bytes.zeroize();
                Err(error)
            }
        }
    }

    /// Draws `len` secret bytes from `random`.
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    ///
    /// # Examples
    ///
    /// ```
    /// use bartizan_core::{SecretBytes, SystemRandom};
    ///
    /// let key = SecretBytes::random(32, &SystemRandom::new())?;
    /// assert_eq!(key.len(), 32);
    /// # Ok::<(), bartizan_core::RandomUnavailable>(())
    /// ```
    pub fn random(len: usize, random: &dyn Random) -> Result<Self, RandomUnavailable> {
        Self::init(len, |bytes| random.fill(bytes))
    }

    /// Lends the bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// Returns how many bytes there are, which is no secret.
    #[must_use]
    pub fn len(&self) -> usize {
        self.expose().len()
    }

    /// Returns whether there are no bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Compares with `other` in a time that depends on the lengths alone.
    #[must_use]
    pub fn ct_eq(&self, other: &[u8]) -> bool {
        self.expose().ct_eq(other).into()
    }
}

impl From<&[u8]> for SecretBytes {
    /// Copies; wiping the original is left to its owner.
    fn from(bytes: &[u8]) -> Self {
        Self(SecretBox::new(Box::from(bytes)))
    }
}

impl<const N: usize> From<[u8; N]> for SecretBytes {
    fn from(mut bytes: [u8; N]) -> Self {
        let secret = Self::from(bytes.as_slice());
        bytes.zeroize();
        secret
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(mut bytes: Vec<u8>) -> Self {
        // Shrinking the vector could leave the bytes behind in memory that is given back unwiped.
        let secret = Self::from(bytes.as_slice());
        bytes.zeroize();
        secret
    }
}

impl From<Box<[u8]>> for SecretBytes {
    fn from(bytes: Box<[u8]>) -> Self {
        Self(SecretBox::new(bytes))
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.len())
    }
}

/// Secret text: wiped when dropped, never printed, compared in constant time.
///
/// ```
/// use bartizan_core::SecretString;
///
/// let password = SecretString::from("correct horse battery staple");
/// assert_eq!(format!("{password:?}"), "SecretString(..)");
/// assert_eq!(password.expose().len(), 28);
/// ```
///
/// Printing it does not compile:
///
/// ```compile_fail,E0277
/// let password = bartizan_core::SecretString::from("hunter2");
/// println!("{password}");
/// ```
pub struct SecretString(SecretBox<str>);

impl SecretString {
    /// Lends the text.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Compares with `other` in a time that depends on the lengths alone.
    #[must_use]
    pub fn ct_eq(&self, other: &str) -> bool {
        self.expose().as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl From<&str> for SecretString {
    /// Copies; wiping the original is left to its owner.
    fn from(text: &str) -> Self {
        Self(SecretBox::new(Box::from(text)))
    }
}

impl From<String> for SecretString {
    fn from(mut text: String) -> Self {
        // As for `Vec<u8>`: shrinking could leave a copy behind.
        let secret = Self::from(text.as_str());
        text.zeroize();
        secret
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even the length: that of a password is worth hiding.
        f.write_str("SecretString(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_sees_every_byte_and_the_length() {
        let secret = SecretBytes::from([1, 2, 3]);
        assert!(secret.ct_eq(&[1, 2, 3]));
        for other in [&[0, 2, 3][..], &[1, 2, 4], &[1, 2], &[1, 2, 3, 4], &[]] {
            assert!(!secret.ct_eq(other));
        }
    }

    /// A failing source gives an error, never bytes (asvs: V11.5.2).
    #[test]
    fn a_failed_fill_gives_no_secret() {
        let failed = SecretBytes::init(2, |bytes| {
            bytes.fill(9);
            Err::<(), _>("no")
        });
        assert_eq!(failed.err(), Some("no"));
    }

    #[test]
    fn debug_of_a_secret_shows_nothing_of_it() {
        let shown =
            format!("{:?} {:?}", SecretBytes::from(*b"hunter2"), SecretString::from("hunter2"));
        assert_eq!(shown, "SecretBytes(7 bytes) SecretString(..)");
    }
}
