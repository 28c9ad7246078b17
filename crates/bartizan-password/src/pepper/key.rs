use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes};
use ring::{aead, hkdf};

/// A key that seals the tags of stored password hashes, and nothing else: 256 random bits.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_password::PepperKey;
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, PepperKey::generate);
/// let keyring = Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?;
/// assert_eq!(format!("{:?}", keyring.primary().1), "PepperKey(..)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct PepperKey(SecretBytes);

impl PepperKey {
    /// Draws a key; pass it to [`KeyGenerator::new`](bartizan_core::KeyGenerator::new).
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        SecretBytes::random(KEY_BYTES, random).map(Self)
    }

    /// Derives the key of one stored hash from its salt, so that no number of users wears a key
    /// out: HKDF with SHA-256 ([RFC 5869]). `None` would be a fault of ring's.
    ///
    /// [RFC 5869]: https://www.rfc-editor.org/rfc/rfc5869
    pub(super) fn for_salt(&self, salt: &[u8]) -> Option<aead::LessSafeKey> {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(self.0.expose());
        let key = prk.expand(&[INFO], &aead::AES_256_GCM).ok()?;
        Some(aead::LessSafeKey::new(key.into()))
    }
}

impl KeyMaterial for PepperKey {
    const PURPOSE: &'static str = "pepper";
}

impl ExportKey for PepperKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.0.expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        (material.len() == KEY_BYTES).then(|| Self(SecretBytes::from(material.expose())))
    }
}

impl fmt::Debug for PepperKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PepperKey(..)")
    }
}

const KEY_BYTES: usize = 32;
const INFO: &[u8] = b"bartizan-password v1 pepper";
