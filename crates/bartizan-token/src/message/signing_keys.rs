use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use bartizan_core::SharedKeyring;

use super::error::MessageConfigError;
use crate::algorithm::Algorithm;
use crate::crypto::{MAX_SIGNATURE_LEN, Mac, NoRandomness};
use crate::key::{Signed, SigningKey};

/// The keys that sign messages: the primary of a keyring, or one key under the id that the other
/// side knows it by.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_token::SigningKey;
/// use bartizan_token::message::MessageSigningKeys;
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, SigningKey::generate_ed25519);
/// let keyring = Keyring::create(UnixTime::EPOCH, &generator)?;
/// let _rotated = MessageSigningKeys::from(SharedKeyring::new(keyring));
///
/// let key = SigningKey::generate_ed25519(&random)?;
/// let _registered = MessageSigningKeys::named("https://acme.example/keys/7", key)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MessageSigningKeys(Source);

#[derive(Clone)]
enum Source {
    Keyring(SharedKeyring<SigningKey>),
    Named(Arc<(Box<str>, NamedKey)>),
}

enum NamedKey {
    Own(SigningKey),
    /// A secret that was not made for one purpose: only `danger` gives one.
    Shared(Algorithm, Mac),
}

impl From<SharedKeyring<SigningKey>> for MessageSigningKeys {
    fn from(keyring: SharedKeyring<SigningKey>) -> Self {
        Self(Source::Keyring(keyring))
    }
}

impl MessageSigningKeys {
    /// Takes a key pair whose public key the other side has registered under `key_id`. It does not
    /// rotate by itself: to rotate, register the next one and sign with that.
    ///
    /// # Errors
    ///
    /// - [`MessageConfigError::InvalidKeyId`]: empty, longer than 1,024 bytes, or not printable
    ///   ASCII.
    /// - [`MessageConfigError::SymmetricKey`]: a key of HMAC, which is never used as it is. See
    ///   [`danger::message_keys_from_shared_secret`](crate::danger::message_keys_from_shared_secret).
    pub fn named(key_id: &str, key: SigningKey) -> Result<Self, MessageConfigError> {
        if key.algorithm().is_symmetric() {
            return Err(MessageConfigError::SymmetricKey);
        }
        Self::of(key_id, NamedKey::Own(key))
    }

    pub(crate) fn shared(
        key_id: &str,
        algorithm: Algorithm,
        mac: Mac,
    ) -> Result<Self, MessageConfigError> {
        Self::of(key_id, NamedKey::Shared(algorithm, mac))
    }

    fn of(key_id: &str, key: NamedKey) -> Result<Self, MessageConfigError> {
        let printable = key_id.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if !printable || !(1..=MAX_KEY_ID_LEN).contains(&key_id.len()) {
            return Err(MessageConfigError::InvalidKeyId);
        }
        Ok(Self(Source::Named(Arc::new((Box::from(key_id), key)))))
    }

    /// Gives the key that signs, and its id.
    pub(super) fn with_primary<R>(&self, sign: impl FnOnce(&str, Primary<'_>) -> R) -> R {
        match &self.0 {
            Source::Keyring(keyring) => {
                let keyring = keyring.snapshot();
                let (id, key) = keyring.primary();
                sign(&id.to_string(), Primary::Own(key))
            }
            Source::Named(named) => match &**named {
                (id, NamedKey::Own(key)) => sign(id, Primary::Own(key)),
                (id, NamedKey::Shared(algorithm, mac)) => {
                    sign(id, Primary::Shared(*algorithm, mac))
                }
            },
        }
    }
}

impl fmt::Debug for MessageSigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Keyring(keyring) => f.debug_tuple("MessageSigningKeys").field(keyring).finish(),
            Source::Named(named) => f.debug_tuple("MessageSigningKeys").field(&named.0).finish(),
        }
    }
}

/// The key that signs.
pub(super) enum Primary<'k> {
    Own(&'k SigningKey),
    Shared(Algorithm, &'k Mac),
}

impl Primary<'_> {
    pub(super) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Own(key) => key.algorithm(),
            Self::Shared(algorithm, _) => *algorithm,
        }
    }

    pub(super) fn sign<'o>(
        &self,
        of: (Signed, &'static str),
        input: &[u8],
        out: &'o mut [u8; MAX_SIGNATURE_LEN],
    ) -> Result<Cow<'o, [u8]>, NoRandomness> {
        match self {
            Self::Own(key) => key.sign_as(of, input, out),
            Self::Shared(_, mac) => {
                let tag = mac.sign(&[input]);
                let out = out.get_mut(..tag.as_ref().len()).ok_or(NoRandomness)?;
                out.copy_from_slice(tag.as_ref());
                Ok(Cow::Borrowed(out))
            }
        }
    }
}

/// Of a key's id, in bytes.
pub(super) const MAX_KEY_ID_LEN: usize = 1_024;
