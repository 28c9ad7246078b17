//! Firebase's scrypt: the key that scrypt derives encrypts a key of the project, and that is the
//! hash, in [firebase/scrypt].
//!
//! ```text
//! $firebase-scrypt$ln=14,r=8$salt$digest
//! ```
//!
//! Firebase exports fields and no rows; this spelling is Bartizan's own. What differs from user to
//! user and what a check costs are in the row; what the project keeps for itself, the signer key and
//! the salt separator, is in [`FirebaseProject`].
//!
//! [firebase/scrypt]: https://github.com/firebase/scrypt

use core::fmt;
use std::sync::Arc;

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use bartizan_core::{SecretBytes, SecretString};
use data_encoding::{BASE64, BASE64URL};
use zeroize::Zeroizing;

use super::scrypt::{Cost, Scrypt};
use super::{Legacy, LegacyScheme, Reader, Scheme, text};
use crate::argon2id::NoTag;
use crate::error::{ConfigError, StoredHashError};
use crate::limits::StoredLimits;

/// The password hash parameters of a Firebase project, which its console shows under
/// Authentication, Users.
///
/// With them the rows of the export can be checked. The signer key is a secret: without it nobody
/// can try passwords on the rows. A copy costs nothing.
///
/// ```
/// use bartizan_core::SecretString;
/// use bartizan_password::FirebaseProject;
///
/// let signer_key = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
/// let project = FirebaseProject::new(&SecretString::from(signer_key), "Bw==", 8, 14)?;
///
/// // `salt` and `passwordHash` of one user in the export:
/// let row = project.row(
///     "42xEC+ixf3L2lw==",
///     "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
/// )?;
/// assert!(row.starts_with("$firebase-scrypt$ln=14,r=8$42xEC+ixf3L2lw==$lSrf"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FirebaseProject(Arc<Project>);

struct Project {
    signer_key: SecretBytes,
    salt_separator: Vec<u8>,
    rounds: u32,
    mem_cost: u32,
}

impl FirebaseProject {
    /// Takes the parameters as Firebase shows them: `base64_signer_key`, `base64_salt_separator`,
    /// `rounds` (8) and `mem_cost` (14).
    ///
    /// # Errors
    ///
    /// [`ConfigError::FirebaseParameters`]: the signer key is not base64 of 16 to 128 bytes, the
    /// separator not of at most 16, the rounds are not 1 to 8, or the memory cost is not 1 to 14,
    /// which are the most that Firebase has.
    pub fn new(
        signer_key: &SecretString,
        salt_separator: &str,
        rounds: u32,
        mem_cost: u32,
    ) -> Result<Self, ConfigError> {
        let signer_key = text::decode(&BASE64, signer_key.expose());
        let signer_key = SecretBytes::from(signer_key.ok_or(ConfigError::FirebaseParameters)?);
        let salt_separator =
            text::decode(&BASE64, salt_separator).ok_or(ConfigError::FirebaseParameters)?;
        let possible = SIGNER_KEY_LENGTHS.contains(&signer_key.len())
            && salt_separator.len() <= MAX_SEPARATOR_BYTES
            && (1..=8).contains(&rounds)
            && (1..=14).contains(&mem_cost);
        if !possible {
            return Err(ConfigError::FirebaseParameters);
        }
        Ok(Self(Arc::new(Project { signer_key, salt_separator, rounds, mem_cost })))
    }

    /// Returns the row to store for a user, from the `salt` and the `passwordHash` of the export:
    /// base64, of either alphabet.
    ///
    /// An SQL statement over an export with the alphabet of the command line tool, which has `+`
    /// and `/`, does it as well: `'$firebase-scrypt$ln=14,r=8$' || salt || '$' || password_hash`.
    ///
    /// # Errors
    ///
    /// [`StoredHashError::Malformed`]: one of them is not base64, the salt is not 1 to 48 bytes
    /// long, or the hash not as long as the signer key.
    pub fn row(&self, salt: &str, password_hash: &str) -> Result<String, StoredHashError> {
        let salt = either_base64(salt).ok_or(StoredHashError::Malformed)?;
        let hash = either_base64(password_hash).ok_or(StoredHashError::Malformed)?;
        let Project { signer_key, rounds, mem_cost, .. } = &*self.0;
        if !is_salt(&salt) || hash.len() != signer_key.len() {
            return Err(StoredHashError::Malformed);
        }
        let (salt, hash) = (BASE64.encode(&salt), BASE64.encode(&hash));
        Ok(format!("{BEGINNING}ln={mem_cost},r={rounds}${salt}${hash}"))
    }
}

impl fmt::Debug for FirebaseProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirebaseProject")
            .field("rounds", &self.0.rounds)
            .field("mem_cost", &self.0.mem_cost)
            .finish_non_exhaustive()
    }
}

/// Without the project a row can be told from damage, and no more.
pub(super) const READER: Reader = Reader {
    row: |row, limits| {
        let Pieces { cost, salt, .. } = Pieces::of(row).ok_or(StoredHashError::Malformed)?;
        let _ = Scrypt::new(cost, &salt, KEY_BYTES, limits)?;
        Err(StoredHashError::NeedsSecret)
    },
    settings: |_, rest, limits| {
        let ([ln, r], salt) = text::from_settings(rest)?;
        let _ = Scrypt::new(Cost { ln, r, p: 1 }, &salt, KEY_BYTES, limits)?;
        Err(StoredHashError::NeedsSecret)
    },
};

pub(super) fn read_with(
    row: &str,
    limits: &StoredLimits,
    project: &FirebaseProject,
) -> Result<Legacy, StoredHashError> {
    let Pieces { cost, salt, digest } = Pieces::of(row).ok_or(StoredHashError::Malformed)?;
    if digest.len() != project.0.signer_key.len() {
        return Err(StoredHashError::Malformed);
    }
    Ok(Legacy::new(Firebase::new(cost, salt, limits, project)?, &digest))
}

pub(super) fn from_settings(
    rest: &str,
    limits: &StoredLimits,
    project: &FirebaseProject,
) -> Result<Legacy, StoredHashError> {
    let ([ln, r], salt) = text::from_settings(rest)?;
    Ok(Legacy::new(Firebase::new(Cost { ln, r, p: 1 }, salt, limits, project)?, &[]))
}

struct Pieces {
    cost: Cost,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Pieces {
    fn of(row: &str) -> Option<Self> {
        let [params, salt, digest] = text::parts(row.strip_prefix(BEGINNING)?, '$')?;
        let [ln, r] = text::parts(params, ',')?;
        let (ln, r) =
            (text::number(ln.strip_prefix("ln=")?)?, text::number(r.strip_prefix("r=")?)?);
        let salt = text::decode(&BASE64, salt).filter(|salt| is_salt(salt))?;
        let digest = text::decode(&BASE64, digest)?;
        let is_length = SIGNER_KEY_LENGTHS.contains(&digest.len());
        is_length.then_some(Self { cost: Cost { ln, r, p: 1 }, salt, digest })
    }
}

struct Firebase {
    /// Over the salt and the separator.
    scrypt: Scrypt,
    salt: Vec<u8>,
    project: FirebaseProject,
}

impl Firebase {
    fn new(
        cost: Cost,
        salt: Vec<u8>,
        limits: &StoredLimits,
        project: &FirebaseProject,
    ) -> Result<Self, StoredHashError> {
        if !is_salt(&salt) {
            return Err(StoredHashError::Malformed);
        }
        let whole = [salt.as_slice(), &project.0.salt_separator].concat();
        let scrypt = Scrypt::new(cost, &whole, KEY_BYTES, limits)?;
        Ok(Self { scrypt, salt, project: project.clone() })
    }
}

impl Scheme for Firebase {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::FirebaseScrypt
    }

    /// AES-256 in counter mode from zero, over the signer key.
    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let key = self.scrypt.digest(password)?;
        let aes = Aes256::new_from_slice(key.expose()).map_err(|_| NoTag::OutOfMemory)?;
        let signer_key = self.project.0.signer_key.expose();
        SecretBytes::init(signer_key.len(), |digest| {
            for ((counter, place), plain) in
                (0_u128..).zip(digest.chunks_mut(16)).zip(signer_key.chunks(16))
            {
                let mut block = Zeroizing::new(counter.to_be_bytes());
                aes.encrypt_block((&mut *block).into());
                for ((place, plain), stream) in place.iter_mut().zip(plain).zip(*block) {
                    *place = plain ^ stream;
                }
            }
            Ok(())
        })
    }

    fn settings(&self) -> String {
        let Cost { ln, r, .. } = self.scrypt.cost;
        text::settings("firebase-scrypt", &[ln, r], &self.salt)
    }

    fn memory_kib(&self) -> u32 {
        self.scrypt.memory_kib()
    }
}

/// The tool of the command line exports one alphabet, the servers' library the other.
fn either_base64(text: &str) -> Option<Vec<u8>> {
    if text.len() > 256 {
        return None;
    }
    text::decode(&BASE64, text).or_else(|| text::decode(&BASE64URL, text))
}

/// So that there is room for the separator.
const fn is_salt(salt: &[u8]) -> bool {
    !salt.is_empty() && salt.len() <= text::MAX_SALT_BYTES - MAX_SEPARATOR_BYTES
}

pub(super) const BEGINNING: &str = "$firebase-scrypt$";
const KEY_BYTES: usize = 32;
const MAX_SEPARATOR_BYTES: usize = 16;
/// Firebase has 64.
const SIGNER_KEY_LENGTHS: core::ops::RangeInclusive<usize> = 16..=128;
