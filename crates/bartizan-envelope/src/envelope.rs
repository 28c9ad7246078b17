use core::error::Error;
use core::fmt;
use std::sync::Arc;

use bartizan_core::{
    Context, KeyId, OpenError, Random, Seal, SealError, SecretBytes, SharedKeyring, SystemRandom,
};

use crate::format::{self, Parts};
use crate::sealing_key::SealingKey;

/// Seals small values, such as fields of a database, under a keyring.
///
/// The primary key seals with [XAES-256-GCM] and a random nonce of 24 bytes; any key that the
/// keyring accepts opens, so values sealed before a rotation still open. Each value carries the id
/// of its key and a commitment to it, so it opens under that one key and no other.
///
/// The second half of the nonce is drawn for every value. The first half is drawn for at most 2^20
/// values of a process, and the subkey that belongs to it is kept ready, so that most values need
/// none derived. After a fork the child draws a first half of its own within 64 values; until then
/// it shares the parent's, which takes from the budget of values and repeats no nonce.
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

    /// Returns the id of the key that a value says it was sealed under: to find those that a key
    /// must still open. Nothing of the value is proved.
    ///
    /// # Errors
    ///
    /// [`OpenError::Malformed`]: the bytes are not in the format, or of a later version.
    ///
    /// # Examples
    ///
    /// See [`reseal`](Self::reseal).
    pub fn key_id(sealed: &[u8]) -> Result<KeyId, OpenError> {
        Parts::of(sealed).map(|parts| parts.key_id())
    }

    /// Opens a value and seals it under the primary key; nothing if it is under that already, and
    /// opens.
    ///
    /// Walk over the stored values with this after a rotation, and destroy the former key when none
    /// is left under it. A walk that was broken off is started again from its beginning.
    ///
    /// # Errors
    ///
    /// - [`ResealError::Open`]: the value does not open. Leave it as it is.
    /// - [`ResealError::Seal`]: it can't be sealed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use bartizan_core::{
    /// #     Context, KeyGenerator, Keyring, Seal, SharedKeyring, SystemRandom, UnixTime,
    /// # };
    /// # use bartizan_envelope::{Envelope, SealingKey};
    /// # let random = SystemRandom::new();
    /// # let generator = KeyGenerator::new(&random, SealingKey::generate);
    /// # let keys = SharedKeyring::new(Keyring::create(UnixTime::EPOCH, &generator)?);
    /// let envelope = Envelope::new(keys.clone());
    /// let context = Context::of("note.body").bind("7");
    /// let mut stored = envelope.seal(&context, b"buy milk")?;
    ///
    /// keys.replace(keys.snapshot().rotate(UnixTime::from_secs(60), &generator)?.into_keyring())?;
    /// if let Some(resealed) = envelope.reseal(&context, &stored)? {
    ///     stored = resealed;
    /// }
    /// assert_eq!(Envelope::key_id(&stored)?, keys.snapshot().primary().0);
    /// assert_eq!(envelope.reseal(&context, &stored)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reseal(&self, context: &Context, sealed: &[u8]) -> Result<Option<Vec<u8>>, ResealError> {
        let parts = Parts::of(sealed).map_err(ResealError::Open)?;
        let keys = self.keys.snapshot();
        let key =
            keys.accept(parts.key_id()).map_err(|refused| ResealError::Open(refused.into()))?;
        let opened = parts.open(key, context).map_err(ResealError::Open)?;
        if parts.key_id() == keys.primary().0 {
            return Ok(None);
        }
        let resealed = format::seal(keys.primary(), context, opened.expose(), &*self.random);
        resealed.map(Some).map_err(ResealError::Seal)
    }

    pub(crate) const fn keys(&self) -> &SharedKeyring<SealingKey> {
        &self.keys
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

/// Why a value was not sealed again. See [`Envelope::reseal`] for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResealError {
    /// The value does not open: the stored data is at fault.
    Open(OpenError),
    /// It opens, and can't be sealed: the machine is at fault.
    Seal(SealError),
}

impl fmt::Display for ResealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => fmt::Display::fmt(error, f),
            Self::Seal(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl Error for ResealError {}

#[cfg(test)]
mod tests;
