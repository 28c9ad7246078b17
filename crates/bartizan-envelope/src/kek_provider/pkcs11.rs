//! Keys in a security module.

mod error;

use core::ffi::c_ulong;
use core::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bartizan_core::{Context, Random, SecretBytes, SecretString};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

pub use self::error::Pkcs11Error;
use super::{KekDescription, KekFuture, KekProvider, KekProviderError};
use crate::kek::WrappedKey;
use crate::off_thread::{lock, off_thread};

/// A token of a security module that speaks [PKCS #11], and the right to use its keys.
///
/// The module's library is loaded into this process: name one that you trust. Its calls block, so
/// each wrapping has a thread while it lasts.
///
/// ```no_run
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use bartizan_core::SecretString;
/// use bartizan_envelope::{AsyncKeyringFile, Pkcs11Token, SealingKey};
///
/// let pin = SecretString::from(std::fs::read_to_string("/run/secrets/hsm-pin")?);
/// let token = Pkcs11Token::open("/usr/lib/softhsm/libsofthsm2.so", "notes", pin)?;
/// let kek = token.key("keyring-2026")?;
/// let file = AsyncKeyringFile::new("/var/lib/notes/sealing.json", Arc::new(kek));
/// let _keyring = file.load::<SealingKey>().await?;
/// # Ok(())
/// # }
/// ```
///
/// [PKCS #11]: https://docs.oasis-open.org/pkcs11/pkcs11-base/v3.0/pkcs11-base-v3.0.html
#[derive(Clone)]
pub struct Pkcs11Token(Arc<Token>);

struct Token {
    module: Pkcs11,
    slot: Slot,
    pin: SecretString,
    /// One login at a time: to the module, the sessions of a process are one user.
    turn: Mutex<()>,
}

impl Pkcs11Token {
    /// Loads the module and logs in once, to see that the PIN is right.
    ///
    /// `token_label` is the label that the token was initialized with, and the PIN is its user's.
    ///
    /// # Errors
    ///
    /// - [`Pkcs11Error::Module`]: the library cannot be loaded or does not start.
    /// - [`Pkcs11Error::Token`]: no token has this label, or several have it.
    /// - [`Pkcs11Error::Pin`]: the PIN is wrong, locked or not set. Tokens count wrong ones.
    /// - [`Pkcs11Error::Unavailable`]: the module failed otherwise.
    pub fn open(
        module: impl AsRef<Path>,
        token_label: &str,
        pin: SecretString,
    ) -> Result<Self, Pkcs11Error> {
        let module = Pkcs11::new(module).map_err(|_| Pkcs11Error::Module)?;
        match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Whoever else in this process uses the module has done it.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(_) => return Err(Pkcs11Error::Module),
        }
        let slots = module.get_slots_with_initialized_token()?;
        let labelled = |slot: &Slot| {
            module.get_token_info(*slot).is_ok_and(|token| token.label() == token_label)
        };
        let mut slots = slots.into_iter().filter(labelled);
        let (Some(slot), None) = (slots.next(), slots.next()) else {
            return Err(Pkcs11Error::Token);
        };
        drop(slots);
        let token = Token { module, slot, pin, turn: Mutex::new(()) };
        token.in_session(|_| Ok::<_, Pkcs11Error>(()))?;
        Ok(Self(Arc::new(token)))
    }

    /// Returns the AES-256 key with this label.
    ///
    /// # Errors
    ///
    /// - [`Pkcs11Error::Key`]: the token has no such key, or several.
    /// - [`Pkcs11Error::UnsafeKey`]: the key can leave the token, or is not for encrypting and
    ///   decrypting, or does not have 32 bytes.
    /// - Those of [`open`](Self::open).
    pub fn key(&self, label: &str) -> Result<Pkcs11Kek, Pkcs11Error> {
        self.0.in_session(|session| {
            let key = find(session, label)?.ok_or(Pkcs11Error::Key)?;
            if is_safe(session, key)? { Ok(()) } else { Err(Pkcs11Error::UnsafeKey) }
        })?;
        Ok(Pkcs11Kek { token: self.clone(), label: label.to_owned() })
    }

    /// Makes a new AES-256 key that never leaves the token.
    ///
    /// Make a copy of the token as its maker says: a keyring goes with the last copy of its key.
    ///
    /// # Errors
    ///
    /// - [`Pkcs11Error::Key`]: the token has a key with this label already; it was left alone.
    /// - Those of [`open`](Self::open).
    pub fn create_key(&self, label: &str) -> Result<Pkcs11Kek, Pkcs11Error> {
        self.0.in_session(|session| {
            if find(session, label)?.is_some() {
                return Err(Pkcs11Error::Key);
            }
            let _key = session.generate_key(
                &Mechanism::AesKeyGen,
                &[
                    Attribute::Token(true),
                    Attribute::Private(true),
                    Attribute::Sensitive(true),
                    Attribute::Extractable(false),
                    Attribute::Encrypt(true),
                    Attribute::Decrypt(true),
                    Attribute::ValueLen(KEY_LEN.into()),
                    Attribute::Label(label.as_bytes().to_vec()),
                ],
            )?;
            Ok(())
        })?;
        self.key(label)
    }
}

impl fmt::Debug for Pkcs11Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs11Token").field("slot", &self.0.slot.id()).finish_non_exhaustive()
    }
}

impl Token {
    fn in_session<T, E: From<Pkcs11Error>>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = lock(&self.turn);
        let session = self.module.open_rw_session(self.slot).map_err(Pkcs11Error::from)?;
        match session.login(UserType::User, Some(&AuthPin::from(self.pin.expose()))) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => work(&session),
            Err(error) => Err(Pkcs11Error::from(error).into()),
        }
    }
}

/// The key with this label; of two that have it, neither is meant.
fn find(session: &Session, label: &str) -> Result<Option<ObjectHandle>, Pkcs11Error> {
    let found = session.find_objects(&[
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Label(label.as_bytes().to_vec()),
    ])?;
    match found.as_slice() {
        [] => Ok(None),
        [key] => Ok(Some(*key)),
        _ => Err(Pkcs11Error::Key),
    }
}

fn is_safe(session: &Session, key: ObjectHandle) -> Result<bool, Pkcs11Error> {
    let wanted = [
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::ValueLen(KEY_LEN.into()),
    ];
    let types: [AttributeType; 5] = wanted.each_ref().map(Attribute::attribute_type);
    let found = session.get_attributes(key, &types)?;
    Ok(wanted.iter().all(|attribute| found.contains(attribute)))
}

/// A key-encryption key that never leaves its token: AES-256-GCM, done by the security module.
///
/// Made by [`Pkcs11Token::key`]. The wrapping context and the key's label are the additional data,
/// and the nonce is fresh, drawn here or, where the module insists, there. Nobody should wrap more
/// than 2^32 keys under it (NIST SP 800-38D), which keyrings do not come near.
#[derive(Clone, Debug)]
pub struct Pkcs11Kek {
    token: Pkcs11Token,
    label: String,
}

impl Pkcs11Kek {
    fn additional_data(&self, context: &Context) -> Context {
        context.clone().bind(PROVIDER).bind(&self.label)
    }
}

impl KekProvider for Pkcs11Kek {
    fn wrap<'a>(
        &'a self,
        context: &'a Context,
        key: &'a SecretBytes,
        random: &'a dyn Random,
    ) -> KekFuture<'a, WrappedKey> {
        Box::pin(async move {
            let mut nonce = [0; NONCE_LEN];
            random.fill(&mut nonce)?;
            let aad = self.additional_data(context);
            let (own, key) = (self.clone(), SecretBytes::from(key.expose()));
            off_thread(move || {
                let bytes = own.token.0.in_session(|session| {
                    encrypt(session, &own.label, (&mut nonce, aad.as_bytes()), key.expose())
                })?;
                Ok(WrappedKey::new(PROVIDER.to_owned(), own.label, bytes))
            })
            .await
        })
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a Context,
        wrapped: &'a WrappedKey,
    ) -> KekFuture<'a, SecretBytes> {
        Box::pin(async move {
            if wrapped.provider() != PROVIDER {
                return Err(KekProviderError::Misconfigured);
            }
            let (nonce, ciphertext) = parts(wrapped.bytes()).ok_or(KekProviderError::Refused)?;
            if wrapped.parameters() != self.label {
                return Err(KekProviderError::Refused);
            }
            let (mut nonce, ciphertext) = (*nonce, ciphertext.to_vec());
            let (own, aad) = (self.clone(), self.additional_data(context));
            off_thread(move || {
                own.token.0.in_session(|session| {
                    decrypt(session, &own.label, (&mut nonce, aad.as_bytes()), &ciphertext)
                })
            })
            .await
        })
    }

    fn describe(&self) -> KekDescription {
        KekDescription::new(PROVIDER, self.label.as_str())
    }
}

fn encrypt(
    session: &Session,
    label: &str,
    (nonce, aad): (&mut [u8; NONCE_LEN], &[u8]),
    key: &[u8],
) -> Result<Vec<u8>, KekProviderError> {
    let kek = find(session, label)?.ok_or(KekProviderError::Misconfigured)?;
    // A key that was put in its place since then may be one that can leave.
    if !is_safe(session, kek)? {
        return Err(KekProviderError::Misconfigured);
    }
    let params = GcmParams::new(nonce, aad, TAG_BITS.into());
    let mechanism = Mechanism::AesGcm(params.map_err(|_| KekProviderError::Misconfigured)?);
    let sealed = session.encrypt(&mechanism, kek, key).map_err(Pkcs11Error::from)?;
    drop(mechanism);
    // Some modules draw the nonce themselves, and leave it where ours was.
    Ok([&[FORMAT_V1], nonce.as_slice(), &sealed].concat())
}

fn decrypt(
    session: &Session,
    label: &str,
    (nonce, aad): (&mut [u8; NONCE_LEN], &[u8]),
    ciphertext: &[u8],
) -> Result<SecretBytes, KekProviderError> {
    let kek = find(session, label)?.ok_or(KekProviderError::Misconfigured)?;
    let params = GcmParams::new(nonce, aad, TAG_BITS.into());
    let mechanism = Mechanism::AesGcm(params.map_err(|_| KekProviderError::Misconfigured)?);
    match session.decrypt(&mechanism, kek, ciphertext) {
        Ok(key) => Ok(SecretBytes::from(key)),
        // Modules have many words for a tag that is wrong.
        Err(error) if error::is_of_the_machine(&error) => Err(KekProviderError::Unavailable),
        Err(_) => Err(KekProviderError::Refused),
    }
}

fn parts(wrapped: &[u8]) -> Option<(&[u8; NONCE_LEN], &[u8])> {
    let (version, rest) = wrapped.split_first()?;
    let (nonce, ciphertext) = rest.split_first_chunk()?;
    let honest = (TAG_LEN..=MAX_CIPHERTEXT_LEN).contains(&ciphertext.len());
    (*version == FORMAT_V1 && honest).then_some((nonce, ciphertext))
}

const PROVIDER: &str = "pkcs11";

/// In bytes, as `CKA_VALUE_LEN` counts.
const KEY_LEN: c_ulong = 32;

const NONCE_LEN: usize = 12;

const TAG_LEN: usize = 16;

const TAG_BITS: c_ulong = 128;

const MAX_CIPHERTEXT_LEN: usize = 4_096;

/// Before the nonce, the ciphertext and the tag.
const FORMAT_V1: u8 = 1;

#[cfg(test)]
mod tests;
