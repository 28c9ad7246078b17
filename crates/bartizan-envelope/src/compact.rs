use core::fmt;
use std::sync::Arc;

use bartizan_core::danger::ExportKey;
use bartizan_core::{
    Context, KeyMaterial, OpenError, Random, RandomUnavailable, Seal, SealError, SecretBytes,
    SharedKeyring, SystemRandom,
};
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::format::compact::{self, Parts};
use crate::xaes::KEY_LEN;

/// Seals small values as [Tink]'s `XAES_256_GCM_192_BIT_NONCE` does: Tink opens them, and this opens
/// Tink's.
///
/// A value is 45 bytes longer than its plaintext: 32 less than that of an [`Envelope`], whose
/// commitment to the key it lacks. Somebody who knows two keys can make a value that opens under
/// both, to different plaintexts; so use this where nobody but you chooses keys. The context is
/// Tink's associated data: give [`Context::verbatim`] what Tink is given.
///
/// ```
/// use bartizan_core::danger::ExportKey;
/// use bartizan_core::{
///     Context, KeyId, KeyRecord, KeyState, Keyring, Seal, SecretBytes, SharedKeyring, UnixTime,
/// };
/// use bartizan_envelope::{CompactEnvelope, CompactKey};
///
/// // Of a Tink keyset: the key's 32 bytes, and its id. Ids of one's own come with
/// // `KeyGenerator::new(&random, CompactKey::generate)`.
/// let key = CompactKey::import(&SecretBytes::from([7; 32])).ok_or("32 bytes")?;
/// let times = (UnixTime::EPOCH, UnixTime::EPOCH);
/// let record = KeyRecord::restore(KeyId::from_u32(42), KeyState::Active, times, Some(key));
/// let envelope = CompactEnvelope::new(SharedKeyring::new(Keyring::restore(1, vec![record])?));
///
/// let context = Context::verbatim(b"users.phone#7");
/// let sealed = envelope.seal(&context, b"555-0100")?;
/// assert_eq!(sealed[..5], [0x01, 0, 0, 0, 42]);
/// assert_eq!(sealed.len(), CompactEnvelope::sealed_len(8));
/// assert_eq!(envelope.open(&context, &sealed)?.expose(), b"555-0100");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [Tink]: https://developers.google.com/tink
/// [`Envelope`]: crate::Envelope
#[derive(Clone, Debug)]
pub struct CompactEnvelope {
    keys: SharedKeyring<CompactKey>,
    random: Arc<dyn Random>,
}

impl CompactEnvelope {
    /// How many bytes a sealed value is longer than its plaintext.
    pub const OVERHEAD_LEN: usize = compact::OVERHEAD_LEN;

    /// The longest plaintext, in bytes: 64 MiB.
    pub const MAX_PLAINTEXT_LEN: usize = crate::format::MAX_PLAINTEXT_LEN;

    /// Seals and opens with `keys`, in whatever state they are at each call.
    #[must_use]
    pub fn new(keys: SharedKeyring<CompactKey>) -> Self {
        Self::with_random(keys, Arc::new(SystemRandom::new()))
    }

    /// As [`new`](Self::new), with a source of nonces of your own.
    ///
    /// A nonce that comes twice under one key gives both values away, and lets others forge more.
    #[must_use]
    pub fn with_random(keys: SharedKeyring<CompactKey>, random: Arc<dyn Random>) -> Self {
        Self { keys, random }
    }

    /// Returns how many bytes a plaintext of `plaintext_len` bytes has when it is sealed.
    #[must_use]
    pub const fn sealed_len(plaintext_len: usize) -> usize {
        compact::sealed_len(plaintext_len)
    }
}

impl Seal for CompactEnvelope {
    fn seal(&self, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let keys = self.keys.snapshot();
        let (id, key) = keys.primary();
        compact::seal((id, &key.0), context, plaintext, &*self.random)
    }

    fn open(&self, context: &Context, sealed: &[u8]) -> Result<SecretBytes, OpenError> {
        let parts = Parts::of(sealed)?;
        let keys = self.keys.snapshot();
        parts.open(&keys.accept(parts.key_id())?.0, context)
    }
}

/// A key of a [`CompactEnvelope`], and of nothing else: 256 random bits.
///
/// It is a type of its own, so that no key seals in both formats. What is said of the memory of a
/// [`SealingKey`](crate::SealingKey) holds for this one, too.
pub struct CompactKey(Cipher);

impl CompactKey {
    /// Draws a key; pass it to [`KeyGenerator::new`](bartizan_core::KeyGenerator::new).
    ///
    /// # Errors
    ///
    /// [`RandomUnavailable`] when the source cannot deliver.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomUnavailable> {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        random.fill(key.as_mut_slice())?;
        Ok(Self(Cipher::new(&key)))
    }
}

impl KeyMaterial for CompactKey {
    const PURPOSE: &'static str = "sealing-compact";
}

impl ExportKey for CompactKey {
    fn export(&self) -> SecretBytes {
        SecretBytes::from(self.0.material().expose())
    }

    fn import(material: &SecretBytes) -> Option<Self> {
        let key: &[u8; KEY_LEN] = material.expose().try_into().ok()?;
        Some(Self(Cipher::new(key)))
    }
}

impl fmt::Debug for CompactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CompactKey(..)")
    }
}

#[cfg(test)]
mod tests;
