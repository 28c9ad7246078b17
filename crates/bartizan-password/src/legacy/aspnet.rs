//! The rows of ASP.NET Identity: PBKDF2 in a binary form, as [PasswordHasher.cs] writes it.
//!
//! ```text
//! version 2: 00 | salt(16) | digest(32)                      HMAC-SHA-1, 1,000 iterations
//! version 3: 01 | prf(4) | iterations(4) | salt length(4) | salt | digest
//! ```
//!
//! The numbers are big-endian; the whole is base64. Nothing in that text says what it is, hence the
//! prefix.
//!
//! [PasswordHasher.cs]: https://github.com/dotnet/aspnetcore/blob/main/src/Identity/Extensions.Core/src/PasswordHasher.cs

use data_encoding::BASE64;

use super::pbkdf2::Pbkdf2;
use super::sha::Sha;
use super::{Legacy, text};
use crate::error::StoredHashError;

/// Returns the row to store for a `PasswordHash` of ASP.NET Identity, version 2 or 3.
///
/// The base64 that stands in the column `PasswordHash` of `AspNetUsers` does not say what it is, so
/// a prefix does, and nothing else is changed: `$aspnet-identity$` and the text. An SQL statement
/// does it as well as this function, which checks in addition:
/// `update "AspNetUsers" set "PasswordHash" = '$aspnet-identity$' || "PasswordHash"`.
///
/// ```
/// use bartizan_password::{StoredHashError, aspnet_identity_row};
///
/// let blob = "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/Q8A0WMKbtHQJQ2DHCdoEeeFBrgNlldq6vH4qX/CGqGQ==";
/// assert_eq!(aspnet_identity_row(blob)?, format!("$aspnet-identity${blob}"));
/// assert_eq!(aspnet_identity_row("AQAA"), Err(StoredHashError::Malformed));
/// # Ok::<(), StoredHashError>(())
/// ```
///
/// # Errors
///
/// - [`StoredHashError::Malformed`]: not such a text.
/// - [`StoredHashError::Unsupported`]: of another version, or another hash function than SHA-1,
///   SHA-256 and SHA-512.
/// - [`StoredHashError::TooCostly`]: of more than 10,000,000 iterations.
pub fn aspnet_identity_row(blob: &str) -> Result<String, StoredHashError> {
    // The longest has a salt and a digest of 64 bytes each.
    if blob.len() > 256 {
        return Err(StoredHashError::Malformed);
    }
    read(blob).map(|_| format!("{BEGINNING}{blob}"))
}

/// Reads what follows [`BEGINNING`].
pub(super) fn read(blob: &str) -> Result<Legacy, StoredHashError> {
    let bytes = text::decode(&BASE64, blob).ok_or(StoredHashError::Malformed)?;
    match bytes.split_first().ok_or(StoredHashError::Malformed)? {
        (0, rest) => read_v2(rest),
        (1, rest) => read_v3(rest),
        _ => Err(StoredHashError::Unsupported),
    }
}

fn read_v2(rest: &[u8]) -> Result<Legacy, StoredHashError> {
    let (salt, digest) = rest.split_at_checked(16).ok_or(StoredHashError::Malformed)?;
    if digest.len() != 32 {
        return Err(StoredHashError::Malformed);
    }
    Ok(Legacy::new(Pbkdf2::new(Sha::Sha1, 1_000, salt, digest.len())?, digest))
}

fn read_v3(rest: &[u8]) -> Result<Legacy, StoredHashError> {
    let (prf, rest) = number(rest).ok_or(StoredHashError::Malformed)?;
    let (iterations, rest) = number(rest).ok_or(StoredHashError::Malformed)?;
    let (salt_len, rest) = number(rest).ok_or(StoredHashError::Malformed)?;
    let sha = match prf {
        0 => Sha::Sha1,
        1 => Sha::Sha256,
        2 => Sha::Sha512,
        _ => return Err(StoredHashError::Unsupported),
    };
    let salt_len = usize::try_from(salt_len).map_err(|_| StoredHashError::Malformed)?;
    let (salt, digest) = rest.split_at_checked(salt_len).ok_or(StoredHashError::Malformed)?;
    // Less salt is refused by the original as well. It makes digests of 32 bytes, and takes any of
    // 16 and more; but then a row that was cut short would match.
    if salt_len < 16 || !DIGEST_LENGTHS.contains(&digest.len()) {
        return Err(StoredHashError::Malformed);
    }
    Ok(Legacy::new(Pbkdf2::new(sha, iterations, salt, digest.len())?, digest))
}

/// Splits off a big-endian number.
fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*number), rest))
}

pub(super) const BEGINNING: &str = "$aspnet-identity$";
/// No row with one of these is a row with another one, cut short.
const DIGEST_LENGTHS: [usize; 2] = [32, 64];
