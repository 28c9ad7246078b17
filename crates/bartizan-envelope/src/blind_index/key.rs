use core::fmt;

use bartizan_core::danger::ExportKey;
use bartizan_core::{Context, KeyMaterial, Random, RandomUnavailable, SecretBytes};
use ring::hmac;

use crate::cipher::expand;

/// A key of blind indexes, and of nothing else: 256 random bits.
///
/// Every column has a key of its own, derived from this one by HKDF-Expand with SHA-256
/// ([RFC 5869, section 2.3]). This one is wiped on drop; of those, ring wipes nothing.
///
/// See [`BlindIndex`](super::BlindIndex) for an example.
///
/// [RFC 5869, section 2.3]: https://www.rfc-editor.org/rfc/rfc5869#section-2.3
pub struct IndexKey(SecretBytes);

impl IndexKey {
    /// Draws a key; pass it to [`KeyGenerator::new`](bartizan_core::KeyGenerator::new).
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        SecretBytes::random(KEY_LEN, random).map(Self)
    }

    /// `purpose` is unambiguous, so no two columns have the same key.
    pub(super) fn of_column(&self, purpose: &Context) -> hmac::Key {
        let key = expand(self.0.expose(), &[INFO, purpose.as_bytes()]);
        hmac::Key::new(hmac::HMAC_SHA256, key.as_slice())
    }
}

impl KeyMaterial for IndexKey {
    const PURPOSE: &'static str = "blind-index";
}

impl ExportKey for IndexKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.0.expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        (material.len() == KEY_LEN).then(|| Self(SecretBytes::from(material.expose())))
    }
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexKey(..)")
    }
}

const KEY_LEN: usize = 32;

const INFO: &[u8] = b"bartizan-envelope v1 blind index";
