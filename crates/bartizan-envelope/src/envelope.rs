use std::sync::Arc;

use bartizan_core::{
    Context, OpenError, Random, Seal, SealError, SecretBytes, SharedKeyring, SystemRandom,
};

use crate::format::{self, Parts};
use crate::sealing_key::SealingKey;

/// Seals small values, such as fields of a database, under a keyring.
///
/// The primary key seals with [XAES-256-GCM] and a nonce of 24 fresh random bytes; any key that
/// the keyring accepts opens, so values sealed before a rotation still open. Each value carries
/// the id of its key and a commitment to it, so it opens under that one key and no other.
///
/// ```
/// use bartizan_core::{
///     Context, KeyGenerator, Keyring, OpenError, Seal, SharedKeyring, SystemRandom, UnixTime,
/// };
/// use bartizan_envelope::{Envelope, SealingKey};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SealingKey::generate);
/// let keyring = Keyring::create(UnixTime::from_secs(1_700_000_000), &generator)?;
/// let envelope = Envelope::new(SharedKeyring::new(keyring));
///
/// let row = |id: u64| Context::of("note.body").bind("alice").bind(id.to_be_bytes());
/// let sealed = envelope.seal(&row(7), b"buy milk")?;
/// assert_eq!(sealed.len(), Envelope::sealed_len(8));
///
/// assert_eq!(envelope.open(&row(7), &sealed)?.expose(), b"buy milk");
/// assert_eq!(envelope.open(&row(8), &sealed).err(), Some(OpenError::Forged), "another row");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [XAES-256-GCM]: https://c2sp.org/XAES-256-GCM
#[derive(Clone, Debug)]
pub struct Envelope {
    keys: SharedKeyring<SealingKey>,
    random: Arc<dyn Random>,
}

impl Envelope {
    /// How many bytes a sealed value is longer than its plaintext.
    pub const OVERHEAD_LEN: usize = format::OVERHEAD_LEN;

    /// The longest plaintext, in bytes: 64 MiB.
    ///
    /// A value is sealed and opened as a whole, in memory.
    pub const MAX_PLAINTEXT_LEN: usize = format::MAX_PLAINTEXT_LEN;

    /// Seals and opens with `keys`, in whatever state they are at each call.
    #[must_use]
    pub fn new(keys: SharedKeyring<SealingKey>) -> Self {
        Self::with_random(keys, Arc::new(SystemRandom::new()))
    }

    /// As [`new`](Self::new), with a source of nonces of your own.
    ///
    /// A nonce that comes twice under one key gives both values away, and lets others forge more.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
    /// # use bartizan_envelope::{Envelope, SealingKey};
    /// let random = Arc::new(SystemRandom::new());
    /// let generator = KeyGenerator::new(&*random, SealingKey::generate);
    /// let keyring = Keyring::create(UnixTime::EPOCH, &generator)?;
    /// let envelope = Envelope::with_random(SharedKeyring::new(keyring), random);
    /// # Ok::<(), bartizan_core::RandomUnavailable>(())
    /// ```
    #[must_use]
    pub fn with_random(keys: SharedKeyring<SealingKey>, random: Arc<dyn Random>) -> Self {
        Self { keys, random }
    }

    /// Returns how many bytes a plaintext of `plaintext_len` bytes has when it is sealed.
    ///
    /// ```
    /// use bartizan_envelope::Envelope;
    ///
    /// const COLUMN_LEN: usize = Envelope::sealed_len(32);
    /// assert_eq!(COLUMN_LEN, 109);
    /// ```
    #[must_use]
    pub const fn sealed_len(plaintext_len: usize) -> usize {
        format::sealed_len(plaintext_len)
    }
}

impl Seal for Envelope {
    fn seal(&self, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let keys = self.keys.snapshot();
        format::seal(keys.primary(), context, plaintext, &*self.random)
    }

    fn open(&self, context: &Context, sealed: &[u8]) -> Result<SecretBytes, OpenError> {
        let parts = Parts::of(sealed)?;
        let keys = self.keys.snapshot();
        parts.open(keys.accept(parts.key_id())?, context)
    }
}

#[cfg(test)]
mod tests;
