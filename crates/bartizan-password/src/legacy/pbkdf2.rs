//! PBKDF2: [RFC 8018, section 5.2], in the spellings of those who write it.
//!
//! ```text
//! $pbkdf2-sha256$i=600000,l=32$salt$digest     PHC string, RustCrypto
//! $pbkdf2-sha256$29000$salt$digest             passlib; base64 with . for +
//! pbkdf2_sha256$870000$salt$digest             Django; the salt is text, padded base64
//! pbkdf2:sha256:1000000$salt$digest            Werkzeug; the salt is text, hexadecimal
//! $aspnet-identity$blob                        ASP.NET Identity: see `aspnet`
//! ```
//!
//! HMAC with SHA-1 (`$pbkdf2$`, `pbkdf2_sha1`, `pbkdf2:sha1`), SHA-256 or SHA-512.
//!
//! [RFC 8018, section 5.2]: https://www.rfc-editor.org/rfc/rfc8018#section-5.2

use bartizan_core::SecretBytes;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::sha::Sha;
use super::{Legacy, LegacyScheme, Reader, Scheme, aspnet, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;

mod rows;

pub(super) const READER: Reader = Reader {
    row: |row, _| match row.strip_prefix(aspnet::BEGINNING) {
        Some(blob) => aspnet::read(blob),
        None => rows::read(row),
    },
    settings: |name, rest, _| {
        let sha = name.strip_prefix("pbkdf2-").and_then(Sha::named);
        let sha = sha.ok_or(StoredHashError::Malformed)?;
        let ([iterations, len], salt) = text::from_settings(rest)?;
        let len = usize::try_from(len).map_err(|_| StoredHashError::Malformed)?;
        Ok(Legacy::new(Pbkdf2::new(sha, iterations, &salt, len)?, &[]))
    },
};

pub(super) struct Pbkdf2 {
    sha: Sha,
    iterations: u32,
    salt: Vec<u8>,
    /// The length of the digest in bytes.
    len: usize,
}

impl Pbkdf2 {
    /// Checks the cost and the lengths. There is no longer digest than 64 bytes, so that its
    /// length does not multiply the work by more than four.
    pub(super) fn new(
        sha: Sha,
        iterations: u32,
        salt: &[u8],
        len: usize,
    ) -> Result<Self, StoredHashError> {
        let possible = iterations > 0
            && (1..=text::MAX_SALT_BYTES).contains(&salt.len())
            && (16..=64).contains(&len);
        if !possible {
            return Err(StoredHashError::Malformed);
        }
        if iterations > MAX_ITERATIONS {
            return Err(StoredHashError::TooCostly);
        }
        Ok(Self { sha, iterations, salt: salt.to_vec(), len })
    }
}

impl Scheme for Pbkdf2 {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Pbkdf2
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        let (salt, iterations) = (&self.salt, self.iterations);
        SecretBytes::init(self.len, |digest| {
            match self.sha {
                Sha::Sha1 => pbkdf2_hmac::<Sha1>(password, salt, iterations, digest),
                Sha::Sha256 => pbkdf2_hmac::<Sha256>(password, salt, iterations, digest),
                Sha::Sha512 => pbkdf2_hmac::<Sha512>(password, salt, iterations, digest),
            }
            Ok(())
        })
    }

    fn settings(&self) -> String {
        let name = format!("pbkdf2-{}", self.sha.name());
        let len = u32::try_from(self.len).unwrap_or_default();
        text::settings(&name, &[self.iterations, len], &self.salt)
    }
}

/// Some seconds. Werkzeug writes 1,000,000 by default, the most of all.
const MAX_ITERATIONS: u32 = 10_000_000;
