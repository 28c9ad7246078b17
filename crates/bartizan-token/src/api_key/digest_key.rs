use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes};
use ring::hmac;

/// A key under which the digests of API keys are made, and nothing else: 256 random bits for
/// HMAC-SHA-256.
///
/// The secret is wiped when it is dropped; the state of SHA-256 after it, which is made once so
/// that it need not be for every request, ring does not wipe.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_token::ApiKeyDigestKey;
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, ApiKeyDigestKey::generate);
/// let keyring = Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?;
/// assert_eq!(format!("{:?}", keyring.primary().1), "ApiKeyDigestKey(..)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct ApiKeyDigestKey {
    secret: SecretBytes,
    prepared: hmac::Key,
}

impl ApiKeyDigestKey {
    /// Draws a key; pass it to [`KeyGenerator::new`](bartizan_core::KeyGenerator::new).
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        SecretBytes::random(KEY_LEN, random).map(Self::of)
    }

    fn of(secret: SecretBytes) -> Self {
        let prepared = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        Self { secret, prepared }
    }

    pub(super) fn tag(&self, message: &[u8]) -> [u8; 32] {
        let mut tag = [0; 32];
        tag.copy_from_slice(hmac::sign(&self.prepared, message).as_ref());
        tag
    }

    /// In constant time.
    pub(super) fn is_tag(&self, tag: &[u8], message: &[u8]) -> bool {
        hmac::verify(&self.prepared, message, tag).is_ok()
    }
}

impl KeyMaterial for ApiKeyDigestKey {
    const PURPOSE: &'static str = "api-key-digest";
}

impl ExportKey for ApiKeyDigestKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.secret.expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        (material.len() == KEY_LEN).then(|| Self::of(SecretBytes::from(material.expose())))
    }
}

impl fmt::Debug for ApiKeyDigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeyDigestKey(..)")
    }
}

const KEY_LEN: usize = 32;
