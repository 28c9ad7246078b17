//! A secret beside the user table, without which no password can be tried against it.

mod key;
mod sealed;

use core::fmt;

use bartizan_core::{
    Context, KeyId, KeyRefused, Keyring, Random, SecretBytes, SharedKeyring, danger,
};
use ring::aead::{Aad, Nonce};

use crate::error::PepperError;
use crate::phc::Phc;
use crate::stored::StoredHash;

pub use key::PepperKey;
pub use sealed::SealedHash;

/// Seals the tags of stored password hashes under a keyring, each bound to its user.
///
/// Whoever has the table and not the keyring cannot try a single password. Whoever can write the
/// table and does not have the keyring can neither put a hash of their own there nor move one from
/// one user to another. And since the tag is sealed, not keyed, a rotation
/// [re-seals](Self::reseal) the whole table offline, without anybody logging in ([NIST SP
/// 800-63B-4, section 3.1.1.2], [OWASP ASVS 5.0, V11.4.2]).
///
/// A user is named by an id that never changes: a name that does would take the password with it.
///
/// ```
/// use bartizan_core::{KeyGenerator, Keyring, SecretString, SharedKeyring, SystemRandom, UnixTime};
/// use bartizan_password::{PasswordHasher, Pepper, PepperKey, SealedHash};
///
/// let random = SystemRandom::new();
/// let generator = KeyGenerator::new(&random, PepperKey::generate);
/// let now = UnixTime::from_secs(1_700_000_000);
/// let keys = SharedKeyring::new(Keyring::create(now, &generator)?);
/// let (pepper, hasher) = (Pepper::new(keys.clone()), PasswordHasher::new());
/// let password = SecretString::from("correct horse battery staple");
///
/// // Sign-up: what is stored is sealed.
/// let row = pepper.seal(&hasher.hash(&password, &random)?, "user-7", &random)?;
///
/// // Login: it is opened for that user, and then checked.
/// let sealed: SealedHash = row.as_str().parse()?;
/// let verified = hasher.verify(&password, Some(&pepper.open(&sealed, "user-7")?))?;
/// assert!(!verified.needs_rehash());
/// assert!(pepper.open(&sealed, "user-8").is_err());
///
/// // Rotation, offline, row by row.
/// keys.replace(keys.snapshot().rotate(now, &generator)?.into_keyring())?;
/// let renewed = pepper.reseal(&sealed, "user-7", &random)?.expect("it is under the old key");
/// assert!(pepper.reseal(&renewed, "user-7", &random)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [NIST SP 800-63B-4, section 3.1.1.2]: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
/// [OWASP ASVS 5.0, V11.4.2]: https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x20-V11-Cryptography.md
#[derive(Clone)]
pub struct Pepper {
    keys: SharedKeyring<PepperKey>,
}

impl Pepper {
    /// Takes the keyring, which may be replaced while it is in use.
    #[must_use]
    pub const fn new(keys: SharedKeyring<PepperKey>) -> Self {
        Self { keys }
    }

    /// Seals a hash under the primary key, for one user.
    ///
    /// # Errors
    ///
    /// - [`PepperError::NotArgon2`]: the hash is of an older scheme, or made with a secret of
    ///   Argon2.
    /// - [`PepperError::RandomUnavailable`]: no nonce could be drawn.
    pub fn seal(
        &self,
        hash: &StoredHash,
        user: impl AsRef<[u8]>,
        random: &dyn Random,
    ) -> Result<SealedHash, PepperError> {
        let phc = hash.recipe().phc_to_seal().ok_or(PepperError::NotArgon2)?;
        let keys = self.keys.snapshot();
        seal((phc, hash.expected()), user.as_ref(), keys.primary(), random)
    }

    /// Opens a sealed hash of one user.
    ///
    /// # Errors
    ///
    /// - [`PepperError::Key`]: the key that sealed it is not to be had.
    /// - [`PepperError::Forged`]: it was changed, or sealed for another user, or the key is another
    ///   one of that id.
    pub fn open(
        &self,
        sealed: &SealedHash,
        user: impl AsRef<[u8]>,
    ) -> Result<StoredHash, PepperError> {
        let keys = self.keys.snapshot();
        let tag = open(sealed, user.as_ref(), keys.accept(sealed.key_id())?)?;
        let is_old = keys.primary().0 != sealed.key_id();
        Ok(StoredHash::opened(bare(&sealed.phc), tag, is_old))
    }

    /// Seals a sealed hash again under the primary key, without the password. Gives nothing where
    /// the primary key sealed it already, so that it can be asked for every row, again and again.
    ///
    /// The old key is needed until all rows are done: then it can be destroyed.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open) and [`seal`](Self::seal). What a compromised key sealed,
    /// [`danger::reseal_compromised`](crate::danger::reseal_compromised) seals again.
    pub fn reseal(
        &self,
        sealed: &SealedHash,
        user: impl AsRef<[u8]>,
        random: &dyn Random,
    ) -> Result<Option<SealedHash>, PepperError> {
        self.reseal_by((sealed, user.as_ref()), random, |keys, id| Ok(keys.accept(id)?))
    }

    pub(crate) fn reseal_compromised(
        &self,
        sealed: &SealedHash,
        user: &[u8],
        random: &dyn Random,
    ) -> Result<Option<SealedHash>, PepperError> {
        self.reseal_by((sealed, user), random, |keys, id| {
            danger::key_in_any_state(keys, id).ok_or(PepperError::Key(KeyRefused::Unknown))
        })
    }

    fn reseal_by(
        &self,
        (sealed, user): (&SealedHash, &[u8]),
        random: &dyn Random,
        find: impl Fn(&Keyring<PepperKey>, KeyId) -> Result<&PepperKey, PepperError>,
    ) -> Result<Option<SealedHash>, PepperError> {
        let keys = self.keys.snapshot();
        if keys.primary().0 == sealed.key_id() {
            return Ok(None);
        }
        let tag = open(sealed, user, find(&keys, sealed.key_id())?)?;
        seal((&bare(&sealed.phc), &tag), user, keys.primary(), random).map(Some)
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pepper").finish_non_exhaustive()
    }
}

/// AES-256-GCM under a key for this salt. What is stored is nonce, ciphertext, authenticator.
fn seal(
    (phc, tag): (&Phc, &SecretBytes),
    user: &[u8],
    (key_id, key): (KeyId, &PepperKey),
    random: &dyn Random,
) -> Result<SealedHash, PepperError> {
    let phc = Phc { key_id: Some(key_id.to_bytes().to_vec()), ..phc.clone() };
    let mut nonce = [0; NONCE_BYTES];
    random.fill(&mut nonce)?;

    let mut sealed = nonce.to_vec();
    sealed.extend_from_slice(tag.expose());
    let (_, body) = sealed.split_at_mut(NONCE_BYTES);
    let key = key.for_salt(&phc.salt).ok_or(PepperError::Forged)?;
    let nonce = Nonce::assume_unique_for_key(nonce);
    let authenticator = key
        .seal_in_place_separate_tag(nonce, Aad::from(context(&phc, user).as_bytes()), body)
        .map_err(|_| PepperError::Forged)?;
    sealed.extend_from_slice(authenticator.as_ref());
    Ok(SealedHash::new(phc, sealed, key_id))
}

fn open(sealed: &SealedHash, user: &[u8], key: &PepperKey) -> Result<SecretBytes, PepperError> {
    let (nonce, body) = sealed.sealed.split_first_chunk().ok_or(PepperError::Forged)?;
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let key = key.for_salt(&sealed.phc.salt).ok_or(PepperError::Forged)?;
    let context = context(&sealed.phc, user);

    let mut body = zeroize::Zeroizing::new(body.to_vec());
    let tag = key.open_in_place(nonce, Aad::from(context.as_bytes()), &mut body);
    tag.map(|tag| SecretBytes::from(&*tag)).map_err(|_| PepperError::Forged)
}

/// All that stands before the tag, the salt and the key's id included, and the user.
fn context(phc: &Phc, user: &[u8]) -> Context {
    Context::of("bartizan-password v1 pepper").bind(phc.head()).bind(user)
}

fn bare(phc: &Phc) -> Phc {
    Phc { key_id: None, ..phc.clone() }
}

const NONCE_BYTES: usize = 12;

#[cfg(test)]
mod tests;
