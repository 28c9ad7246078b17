//! sha256crypt and sha512crypt, Unix's `$5$` and `$6$`: Ulrich Drepper's [specification][spec] of
//! 2007, version 0.6.
//!
//! ```text
//! $6$salt(0 to 16)$digest(86)
//! $5$rounds=10000$salt(0 to 16)$digest(43)
//! ```
//!
//! What counts of a password is what counted for the programs that wrote the rows, in C: its
//! bytes before the first NUL. A row with fewer rounds than 1,000 was written by no program: the
//! old ones print 1,000 then, and newer ones refuse.
//!
//! [spec]: https://www.akkadia.org/drepper/SHA-crypt.txt

use bartizan_core::SecretBytes;
use sha_crypt::{Params, sha256_crypt, sha512_crypt};
use zeroize::Zeroizing;

use super::{Legacy, LegacyScheme, Reader, Scheme, crypt64, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;

pub(super) const READER: Reader = Reader {
    row: |row, _| read(row),
    settings: |name, rest, _| {
        let ([rounds], salt) = text::from_settings(rest)?;
        Ok(Legacy::new(Sha2Crypt::new(name == "sha512crypt", rounds, &salt)?, &[]))
    },
};

struct Sha2Crypt {
    /// Whether it is SHA-512, and not SHA-256.
    wide: bool,
    rounds: u32,
    salt: Vec<u8>,
}

fn read(row: &str) -> Result<Legacy, StoredHashError> {
    let pieces = Pieces::of(row).ok_or(StoredHashError::Malformed)?;
    let Pieces { wide, rounds, salt, digest } = pieces;
    let scheme = Sha2Crypt::new(wide, rounds, salt.as_bytes())?;
    if wide {
        let digest = crypt64::decode_exact::<64>(digest).ok_or(StoredHashError::Malformed)?;
        Ok(Legacy::new(scheme, &digest))
    } else {
        let digest = crypt64::decode_exact::<32>(digest).ok_or(StoredHashError::Malformed)?;
        Ok(Legacy::new(scheme, &digest))
    }
}

struct Pieces<'t> {
    wide: bool,
    rounds: u32,
    salt: &'t str,
    digest: &'t str,
}

impl<'t> Pieces<'t> {
    fn of(row: &'t str) -> Option<Self> {
        let wide = row.starts_with("$6$");
        let rest = row.strip_prefix("$5$").or_else(|| row.strip_prefix("$6$"))?;
        if let Some(rest) = rest.strip_prefix("rounds=") {
            let [rounds, salt, digest] = text::parts(rest, '$')?;
            Some(Self { wide, rounds: text::number(rounds)?, salt, digest })
        } else {
            let [salt, digest] = text::parts(rest, '$')?;
            Some(Self { wide, rounds: DEFAULT_ROUNDS, salt, digest })
        }
    }
}

impl Sha2Crypt {
    fn new(wide: bool, rounds: u32, salt: &[u8]) -> Result<Self, StoredHashError> {
        if rounds < Params::ROUNDS_MIN || salt.len() > 16 || !crypt64::is_salt(salt) {
            return Err(StoredHashError::Malformed);
        }
        if rounds > MAX_ROUNDS {
            return Err(StoredHashError::TooCostly);
        }
        Ok(Self { wide, rounds, salt: salt.to_vec() })
    }
}

impl Scheme for Sha2Crypt {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Sha2Crypt
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let password = crypt64::c_string(password);
        // The rounds were checked.
        let params = Params::new(self.rounds).unwrap_or_default();
        Ok(if self.wide {
            let digest = Zeroizing::new(sha512_crypt(password, &self.salt, params));
            crypt64::permute(&*digest, &ORDER_512)
        } else {
            let digest = Zeroizing::new(sha256_crypt(password, &self.salt, params));
            crypt64::permute(&*digest, &ORDER_256)
        })
    }

    fn settings(&self) -> String {
        let name = if self.wide { "sha512crypt" } else { "sha256crypt" };
        text::settings(name, &[self.rounds], &self.salt)
    }
}

const DEFAULT_ROUNDS: u32 = 5_000;
/// Half a second and more. passlib writes 656,000.
const MAX_ROUNDS: u32 = 1_000_000;

/// Which byte of the digest is printed when.
const ORDER_256: [u8; 32] = [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28,
    18, 29, 19, 9, 30, 31,
];
const ORDER_512: [u8; 64] = [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8,
    50, 51, 30, 9, 10, 52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58,
    37, 38, 17, 59, 60, 39, 18, 19, 61, 40, 41, 20, 62, 63,
];
