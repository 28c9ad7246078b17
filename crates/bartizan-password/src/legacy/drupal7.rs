//! Drupal 7: phpass with SHA-512, cut to 55 characters, in its [includes/password.inc][source].
//!
//! ```text
//! $S$ log2(1) salt(8) digest(43)
//! ```
//!
//! `U$S$` marks what the update from Drupal 6 made of its rows: the hash of a password's MD5 in
//! hexadecimal.
//!
//! [source]: https://git.drupalcode.org/project/drupal/-/blob/7.x/includes/password.inc

use bartizan_core::SecretBytes;
use data_encoding::HEXLOWER;
use md5::Md5;
use sha2::{Digest as _, Sha512};
use zeroize::Zeroizing;

use super::stretched::Stretched;
use super::{Legacy, LegacyScheme, Reader, Scheme, crypt64, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;

pub(super) const READER: Reader = Reader {
    row: |row, _| read(row),
    settings: |name, rest, _| {
        let ([log2], salt) = text::from_settings(rest)?;
        let stretched = Stretched::new(log2, &salt)?;
        Ok(Legacy::new(Drupal7 { of_md5: name == "drupal7-md5", stretched }, &[]))
    },
};

struct Drupal7 {
    /// Whether the password's MD5 was hashed.
    of_md5: bool,
    stretched: Stretched,
}

fn read(row: &str) -> Result<Legacy, StoredHashError> {
    let of_md5 = row.starts_with('U');
    let rest = row.strip_prefix("U$S$").or_else(|| row.strip_prefix("$S$"));
    let (stretched, digest) = Stretched::read(rest.ok_or(StoredHashError::Unsupported)?)?;
    if digest.len() != DIGEST_CHARS {
        return Err(StoredHashError::Malformed);
    }
    let digest = crypt64::decode(digest).ok_or(StoredHashError::Malformed)?;
    Ok(Legacy::new(Drupal7 { of_md5, stretched }, &digest))
}

impl Scheme for Drupal7 {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Drupal7
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let mut hex = Zeroizing::new([0; 32]);
        let password = if self.of_md5 {
            let mut digest = Zeroizing::new([0; 16]);
            Md5::new_with_prefix(password).finalize_into((&mut *digest).into());
            HEXLOWER.encode_mut(&*digest, &mut *hex);
            hex.as_slice()
        } else {
            password
        };
        let mut digest = self.stretched.run(password, |[first, second]| {
            let mut digest = Zeroizing::new([0; 64]);
            let hasher = Sha512::new_with_prefix(first).chain_update(second);
            hasher.finalize_into((&mut *digest).into());
            digest
        });
        let [.., last] = digest.first_chunk_mut::<DIGEST_BYTES>().ok_or(NoTag::OutOfMemory)?;
        *last &= 0b11;
        Ok(SecretBytes::from(digest.get(..DIGEST_BYTES).unwrap_or_default()))
    }

    fn settings(&self) -> String {
        let name = if self.of_md5 { "drupal7-md5" } else { "drupal7" };
        text::settings(name, &[self.stretched.log2], &self.stretched.salt)
    }
}

/// 258 bits: 32 bytes, and two bits of another one.
const DIGEST_CHARS: usize = 43;
const DIGEST_BYTES: usize = 33;
