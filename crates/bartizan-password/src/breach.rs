//! Whether a password is known from a breach: from a file, or by asking a service for a range.

use bartizan_core::SecretString;
use md4::{Digest as _, Md4};
use ring::digest;

pub use self::build::BreachFilterBuilder;
pub use self::error::{BreachBuildError, BreachFilterError};
pub use self::filter::BreachFilter;
pub use self::range::{
    BreachVerdict, MalformedRange, OnFailure, RangeCheck, RangeClient, RangeError, RangeQuery,
    RangeRequest, RangeUnavailable,
};

mod build;
mod error;
mod filter;
mod format;
mod lines;
mod range;
mod source;
mod write;

/// Which hash of the passwords a list of breached passwords holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreachHash {
    /// SHA-1 of the UTF-8 bytes.
    Sha1,
    /// MD4 of the UTF-16 code units, the lower byte first: what Windows stores.
    Ntlm,
}

impl BreachHash {
    /// The first eight bytes of the hash as a number: it stands for the password in a filter.
    /// Among a billion passwords it adds less than one accidental hit in ten billion.
    fn key(self, password: &SecretString) -> u64 {
        match self {
            Self::Sha1 => first_eight(sha1(password).as_ref()),
            Self::Ntlm => {
                let mut md4 = Md4::new();
                for unit in password.expose().encode_utf16() {
                    md4.update(unit.to_le_bytes());
                }
                first_eight(&md4.finalize())
            }
        }
    }

    /// The number of hexadecimal digits of a hash.
    const fn hex_len(self) -> usize {
        match self {
            Self::Sha1 => 40,
            Self::Ntlm => 32,
        }
    }
}

/// How often a password that is not in the list is found in a filter nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FalsePositives {
    /// One in 256: a filter takes 9.1 bits for each entry, from six million entries on.
    OneIn256,
    /// One in 65,536: a filter takes 18.1 bits for each entry, from six million entries on.
    #[default]
    OneIn65536,
}

fn sha1(password: &SecretString) -> digest::Digest {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password.expose().as_bytes())
}

fn first_eight(hash: &[u8]) -> u64 {
    hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests;
