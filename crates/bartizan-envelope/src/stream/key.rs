use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes};
use ring::error::Unspecified;
use ring::hkdf;
use zeroize::Zeroizing;

/// A key that seals streams, and nothing else: 256 random bits.
///
/// The key is wiped on drop, and so are the keys that it derives for each stream on their way to
/// the cipher. What the libraries keep is theirs: aws-lc-rs wipes the prepared key of a stream when
/// that is dropped; ring wipes neither it nor the prepared state of HMAC, both of which stay in
/// freed memory until it is used again.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_envelope::stream::StreamKey;
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, StreamKey::generate);
/// let keyring = Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?;
/// assert_eq!(format!("{:?}", keyring.primary().1), "StreamKey(..)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct StreamKey {
    material: SecretBytes,
    // Boxed, so that moving the key leaves no copies of the state behind.
    prk: Box<hkdf::Prk>,
}

impl StreamKey {
    /// Draws a key; pass it to [`KeyGenerator::new`](bartizan_core::KeyGenerator::new).
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        random.fill(key.as_mut_slice())?;
        Ok(Self::from_bytes(&key))
    }

    /// Takes a key that another program shares, for [`Streams::bare`](super::Streams::bare).
    ///
    /// It must be 256 bits of randomness, or derived from as many; never a password. Wiping the
    /// original is left to its owner.
    #[must_use]
    pub fn from_bytes(key: &[u8; KEY_LEN]) -> Self {
        Self {
            material: SecretBytes::from(key.as_slice()),
            prk: Box::new(hkdf::Prk::new_less_safe(hkdf::HKDF_SHA512, key)),
        }
    }

    /// HKDF-Expand with SHA-512 ([RFC 5869, section 2.3]).
    ///
    /// [RFC 5869, section 2.3]: https://www.rfc-editor.org/rfc/rfc5869#section-2.3
    pub(super) fn expand<const N: usize>(
        &self,
        info: &[&[u8]],
    ) -> Result<Zeroizing<[u8; N]>, Unspecified> {
        let mut derived = Zeroizing::new([0; N]);
        self.prk.expand(info, Len(N))?.fill(derived.as_mut_slice())?;
        Ok(derived)
    }
}

struct Len(usize);

impl hkdf::KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

impl KeyMaterial for StreamKey {
    const PURPOSE: &'static str = "stream";
}

impl ExportKey for StreamKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.material.expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        material.expose().try_into().ok().map(Self::from_bytes)
    }
}

impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamKey(..)")
    }
}

pub(super) const KEY_LEN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_32_bytes_are_a_key() {
        let key = StreamKey::import(&SecretBytes::from([7; 32])).unwrap();
        assert!(key.export().ct_eq(&[7; 32]));
        for len in [0, 16, 31, 33, 64] {
            assert!(StreamKey::import(&SecretBytes::from(vec![7; len])).is_none(), "{len}");
        }
    }
}
