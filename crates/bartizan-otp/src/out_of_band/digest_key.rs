use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{KeyMaterial, Random, RandomUnavailable, SecretBytes};
use ring::hmac;

/// A key under which the digests of out-of-band codes are made, and nothing else: 256 random bits
/// for HMAC-SHA-256.
///
/// Of a million codes a plain digest hides none: whoever has the table tries them all. The secret
/// is wiped when it is dropped; the state of SHA-256 after it, which is made once, ring does not
/// wipe.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SystemRandom, UnixTime};
/// use bartizan_otp::OobDigestKey;
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, OobDigestKey::generate);
/// let keyring = Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?;
/// assert_eq!(format!("{:?}", keyring.primary().1), "OobDigestKey(..)");
/// # Ok::<(), bartizan_core::RandomUnavailable>(())
/// ```
pub struct OobDigestKey {
    secret: SecretBytes,
    prepared: hmac::Key,
}

impl OobDigestKey {
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

    /// The digest of parts, each preceded by its length, so that no two lists of parts are one.
    pub(super) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.prepared);
        for part in parts {
            // A length fits: nothing is longer than the address space.
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }
}

impl KeyMaterial for OobDigestKey {
    const PURPOSE: &'static str = "oob-code-digest";
}

impl ExportKey for OobDigestKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.secret.expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        (material.len() == KEY_LEN).then(|| Self::of(SecretBytes::from(material.expose())))
    }
}

impl fmt::Debug for OobDigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OobDigestKey(..)")
    }
}

const KEY_LEN: usize = 32;
