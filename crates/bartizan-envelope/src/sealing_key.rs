use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes};
use ring::hmac;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::xaes::{KEY_LEN, Xaes};

/// A key that seals values, and nothing else: 256 random bits.
///
/// The AES key schedule and the key's commitment are prepared once, here. The key, its schedule
/// and the mask derived from it are wiped on drop. ring wipes nothing: the subkey of a message, and
/// the state of the one HMAC that makes the commitment, stay on the stack until it is overwritten.
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
    material: SecretBytes,
    // Boxed, so that moving the key leaves no copies of the schedule behind.
    xaes: Box<Xaes>,
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
        Self {
            material: SecretBytes::from(key.as_slice()),
            xaes: Box::new(Xaes::new(key)),
            commitment: commitment(key),
        }
    }

    pub(crate) fn xaes(&self) -> &Xaes {
        &self.xaes
    }

    pub(crate) const fn commitment(&self) -> &[u8; COMMITMENT_LEN] {
        &self.commitment
    }

    pub(crate) fn is_committed_to_by(&self, commitment: &[u8; COMMITMENT_LEN]) -> bool {
        self.commitment.ct_eq(commitment).into()
    }
}

impl KeyMaterial for SealingKey {
    const PURPOSE: &'static str = "sealing";
}

impl ExportKey for SealingKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.material.expose())
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

/// HKDF-Expand with SHA-256 ([RFC 5869, section 2.3]) of 32 bytes, which is one HMAC under the
/// key. Whoever finds two keys with the same commitment has found a collision of SHA-256.
///
/// [RFC 5869, section 2.3]: https://www.rfc-editor.org/rfc/rfc5869#section-2.3
fn commitment(key: &[u8; KEY_LEN]) -> [u8; COMMITMENT_LEN] {
    let mut hmac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    hmac.update(COMMITMENT_INFO);
    hmac.update(&[1]);
    let mut commitment = [0; COMMITMENT_LEN];
    for (byte, derived) in commitment.iter_mut().zip(hmac.sign().as_ref()) {
        *byte = *derived;
    }
    commitment
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
