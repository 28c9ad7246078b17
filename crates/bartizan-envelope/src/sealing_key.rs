use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use crate::cipher::{Cipher, expand};
use crate::xaes::KEY_LEN;

/// A key that seals values, and nothing else: 256 random bits.
///
/// The AES key schedule and the key's commitment are prepared once, here, and a few subkeys are kept
/// ready. The key, its schedule and the mask derived from it are wiped on drop, and the kept subkeys
/// overwritten. ring wipes nothing: what it leaves of subkeys and of the one HMAC that makes the
/// commitment stays on the stack until it is overwritten.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_envelope::SealingKey;
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SealingKey::generate);
/// let keyring = Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?;
/// assert_eq!(format!("{:?}", keyring.primary().1), "SealingKey(..)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct SealingKey {
    cipher: Cipher,
    commitment: [u8; COMMITMENT_LEN],
}

impl SealingKey {
    /// Draws a key; pass it to [`KeyGenerator::new`](bartizan_core::KeyGenerator::new).
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        random.fill(key.as_mut_slice())?;
        Ok(Self::new(&key))
    }

    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        Self { cipher: Cipher::new(key), commitment: commitment(key) }
    }

    pub(crate) const fn cipher(&self) -> &Cipher {
        &self.cipher
    }

    pub(crate) const fn commitment(&self) -> &[u8; COMMITMENT_LEN] {
        &self.commitment
    }

    pub(crate) fn is_committed_to_by(&self, commitment: &[u8; COMMITMENT_LEN]) -> bool {
        // In words, of which there are fewer to keep the compiler from being clever about.
        let (ours, _) = self.commitment.as_chunks();
        let (theirs, _) = commitment.as_chunks();
        let pairs = ours.iter().zip(theirs);
        let equal = pairs.map(|(a, b)| u64::from_ne_bytes(*a).ct_eq(&u64::from_ne_bytes(*b)));
        equal.fold(Choice::from(1), |all, equal| all & equal).into()
    }
}

impl KeyMaterial for SealingKey {
    const PURPOSE: &'static str = "sealing";
}

impl ExportKey for SealingKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.cipher.material().expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        let key: &[u8; KEY_LEN] = material.expose().try_into().ok()?;
        Some(Self::new(key))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

/// Whoever finds two keys with the same commitment has found a collision of SHA-256.
fn commitment(key: &[u8; KEY_LEN]) -> [u8; COMMITMENT_LEN] {
    *expand(key, &[COMMITMENT_INFO])
}

pub(crate) const COMMITMENT_LEN: usize = 32;

const COMMITMENT_INFO: &[u8] = b"bartizan-envelope v1 key commitment";

#[cfg(test)]
mod tests {
    use ring::hkdf;

    use super::*;

    #[test]
    fn the_commitment_is_hkdf_expand() {
        let mut expected = [0; COMMITMENT_LEN];
        hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &[7; 32])
            .expand(&[COMMITMENT_INFO], hkdf::HKDF_SHA256)
            .unwrap()
            .fill(&mut expected)
            .unwrap();
        assert_eq!(SealingKey::new(&[7; 32]).commitment, expected);
        assert_ne!(SealingKey::new(&[8; 32]).commitment, expected);
    }

    #[test]
    fn only_32_bytes_are_a_key() {
        let key = SealingKey::import(&SecretBytes::from([7; 32])).unwrap();
        assert!(key.export().ct_eq(&[7; 32]));
        for len in [0, 16, 31, 33, 64] {
            assert!(SealingKey::import(&SecretBytes::from(vec![7; len])).is_none(), "{len}");
        }
    }
}
