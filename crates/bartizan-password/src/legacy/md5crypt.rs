//! md5crypt, Unix's `$1$`: Poul-Henning Kamp's scheme of FreeBSD 2.0, in his
//! [crypt.c](https://cgit.freebsd.org/src/tree/lib/libcrypt/crypt-md5.c).
//!
//! ```text
//! $1$salt(0 to 8)$digest(22)
//! ```
//!
//! What counts of a password is what counted for the programs that wrote the rows, in C: its
//! bytes before the first NUL. The cost is fixed: 1,000 rounds.

use bartizan_core::SecretBytes;
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use super::{Legacy, LegacyScheme, Reader, Scheme, crypt64, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;

pub(super) const READER: Reader = Reader {
    row: |row, _| {
        let ["", "1", salt, digest] = text::parts(row, '$').ok_or(StoredHashError::Malformed)?
        else {
            return Err(StoredHashError::Malformed);
        };
        let digest = crypt64::decode_exact::<16>(digest).ok_or(StoredHashError::Malformed)?;
        Ok(Legacy::new(Md5Crypt::new(salt.as_bytes())?, &digest))
    },
    settings: |_, rest, _| {
        let ([], salt) = text::from_settings(rest)?;
        Ok(Legacy::new(Md5Crypt::new(&salt)?, &[]))
    },
};

struct Md5Crypt {
    salt: Vec<u8>,
}

impl Md5Crypt {
    fn new(salt: &[u8]) -> Result<Self, StoredHashError> {
        let possible = salt.len() <= 8 && crypt64::is_salt(salt);
        if possible { Ok(Self { salt: salt.to_vec() }) } else { Err(StoredHashError::Malformed) }
    }

    /// What the rounds begin with.
    fn start(&self, password: &[u8]) -> Zeroizing<[u8; 16]> {
        let mixed = md5(&[password, &self.salt, password]);
        let mut hasher = Md5::new_with_prefix(password);
        hasher.update(b"$1$");
        hasher.update(&self.salt);
        for piece in password.chunks(16) {
            hasher.update(mixed.get(..piece.len()).unwrap_or_default());
        }
        // One byte for each binary digit of the length.
        let mut len = password.len();
        while len > 0 {
            let first = password.get(..1).unwrap_or_default();
            hasher.update(if len & 1 == 1 { &[0] } else { first });
            len >>= 1;
        }
        let mut digest = Zeroizing::new([0; 16]);
        hasher.finalize_into((&mut *digest).into());
        digest
    }
}

impl Scheme for Md5Crypt {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Md5Crypt
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let password = crypt64::c_string(password);
        let mut digest = self.start(password);
        for round in 0..1_000 {
            let salt: &[u8] = if round % 3 == 0 { &[] } else { &self.salt };
            let again = if round % 7 == 0 { &[] } else { password };
            digest = if round % 2 == 0 {
                md5(&[&*digest, salt, again, password])
            } else {
                md5(&[password, salt, again, &*digest])
            };
        }
        Ok(crypt64::permute(&*digest, &ORDER))
    }

    fn settings(&self) -> String {
        text::settings("md5crypt", &[], &self.salt)
    }
}

fn md5(parts: &[&[u8]]) -> Zeroizing<[u8; 16]> {
    let mut hasher = Md5::new();
    for part in parts {
        hasher.update(part);
    }
    let mut digest = Zeroizing::new([0; 16]);
    hasher.finalize_into((&mut *digest).into());
    digest
}

/// Which byte of the digest is printed when.
const ORDER: [u8; 16] = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];
