//! The portable hashes of [phpass], as `WordPress` (before 6.8) and phpBB 3 write them.
//!
//! ```text
//! $P$ log2(1) salt(8) digest(22)
//! ```
//!
//! `$H$` is phpBB's name for the same thing.
//!
//! [phpass]: https://www.openwall.com/phpass/

use bartizan_core::SecretBytes;
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use super::stretched::Stretched;
use super::{Legacy, LegacyScheme, Reader, Scheme, crypt64, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;

pub(super) const READER: Reader = Reader {
    row: |row, _| {
        let rest = row.strip_prefix("$P$").or_else(|| row.strip_prefix("$H$"));
        let (stretched, digest) = Stretched::read(rest.ok_or(StoredHashError::Malformed)?)?;
        let digest = crypt64::decode_exact::<16>(digest).ok_or(StoredHashError::Malformed)?;
        Ok(Legacy::new(Phpass(stretched), &digest))
    },
    settings: |_, rest, _| {
        let ([log2], salt) = text::from_settings(rest)?;
        Ok(Legacy::new(Phpass(Stretched::new(log2, &salt)?), &[]))
    },
};

struct Phpass(Stretched);

impl Scheme for Phpass {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Phpass
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let digest = self.0.run(password, |[first, second]| {
            let mut digest = Zeroizing::new([0; 16]);
            let hasher = Md5::new_with_prefix(first).chain_update(second);
            hasher.finalize_into((&mut *digest).into());
            digest
        });
        Ok(SecretBytes::from(digest.as_slice()))
    }

    fn settings(&self) -> String {
        text::settings("phpass", &[self.0.log2], &self.0.salt)
    }
}
