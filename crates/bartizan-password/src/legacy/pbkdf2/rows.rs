//! The rows of PBKDF2 that say what they are.

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};

use super::Pbkdf2;
use crate::error::StoredHashError;
use crate::legacy::sha::Sha;
use crate::legacy::{Legacy, text};

pub(super) fn read(row: &str) -> Result<Legacy, StoredHashError> {
    let Pieces { sha, iterations, salt, digest } = Pieces::of(row)?;
    Ok(Legacy::new(Pbkdf2::new(sha, iterations, &salt, digest.len())?, &digest))
}

struct Pieces {
    sha: Sha,
    iterations: u32,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Pieces {
    fn of(row: &str) -> Result<Self, StoredHashError> {
        let (head, rest) = row
            .strip_prefix('$')
            .unwrap_or(row)
            .split_once('$')
            .ok_or(StoredHashError::Malformed)?;
        if row.starts_with('$') {
            let name = if head == "pbkdf2" { Some("sha1") } else { head.strip_prefix("pbkdf2-") };
            let pieces = if rest.starts_with("i=") { Self::phc } else { Self::passlib };
            return pieces(sha(name)?, rest).ok_or(StoredHashError::Malformed);
        }
        if let Some(name) = head.strip_prefix("pbkdf2_") {
            return Self::django(sha(Some(name))?, rest).ok_or(StoredHashError::Malformed);
        }
        let method = head.strip_prefix("pbkdf2:").and_then(|method| method.split_once(':'));
        let (name, iterations) = method.ok_or(StoredHashError::Malformed)?;
        Self::werkzeug(sha(Some(name))?, iterations, rest).ok_or(StoredHashError::Malformed)
    }

    /// `i=600000,l=32$salt$digest`, also without `l`.
    fn phc(sha: Sha, rest: &str) -> Option<Self> {
        let [params, salt, digest] = text::parts(rest, '$')?;
        let params = params.strip_prefix("i=")?;
        let (iterations, len) = match params.split_once(",l=") {
            Some((iterations, len)) => (iterations, usize::try_from(text::number(len)?).ok()?),
            None => (params, sha.len()),
        };
        let digest = text::decode(&BASE64_NOPAD, digest)?;
        (digest.len() == len).then_some(Self {
            sha,
            iterations: text::number(iterations)?,
            salt: text::decode(&BASE64_NOPAD, salt)?,
            digest,
        })
    }

    /// `29000$salt$digest`.
    fn passlib(sha: Sha, rest: &str) -> Option<Self> {
        let [iterations, salt, digest] = text::parts(rest, '$')?;
        let decode = |text: &str| {
            let other = text.contains('+');
            let text = text.replace('.', "+");
            text::decode(&BASE64_NOPAD, &text).filter(|_| !other)
        };
        let digest = decode(digest).filter(|digest| digest.len() == sha.len())?;
        Some(Self { sha, iterations: text::number(iterations)?, salt: decode(salt)?, digest })
    }

    /// `870000$salt$digest`.
    fn django(sha: Sha, rest: &str) -> Option<Self> {
        let [iterations, salt, digest] = text::parts(rest, '$')?;
        let digest = text::decode(&BASE64, digest).filter(|digest| digest.len() == sha.len())?;
        let salt = text::is_plain_salt(salt).then(|| salt.as_bytes().to_vec())?;
        Some(Self { sha, iterations: text::number(iterations)?, salt, digest })
    }

    /// `salt$digest`.
    fn werkzeug(sha: Sha, iterations: &str, rest: &str) -> Option<Self> {
        let [salt, digest] = text::parts(rest, '$')?;
        let digest = text::decode(&HEXLOWER, digest).filter(|digest| digest.len() == sha.len())?;
        let salt = text::is_plain_salt(salt).then(|| salt.as_bytes().to_vec())?;
        Some(Self { sha, iterations: text::number(iterations)?, salt, digest })
    }
}

/// A name of another hash function is no damage.
fn sha(name: Option<&str>) -> Result<Sha, StoredHashError> {
    name.and_then(Sha::named).ok_or(StoredHashError::Unsupported)
}
