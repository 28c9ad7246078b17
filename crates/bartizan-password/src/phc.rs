//! The text under which a hash is stored: a [PHC string].
//!
//! [PHC string]: https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md

use core::fmt;
use core::str::FromStr;

use bartizan_core::{SecretBytes, SecretString};
use data_encoding::BASE64_NOPAD;

use crate::error::StoredHashError;
use crate::limits::StoredLimits;
use crate::params::Cost;

/// A stored password hash: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`.
///
/// Its text is what goes into the user table, as [`as_str`](Self::as_str) gives it, and what is
/// read back with [`parse`](Self::parse), or with `str::parse` under the default
/// [`StoredLimits`]. The reader is strict: it takes exactly what a writer of [PHC strings] prints,
/// so that a damaged record is an error here and never a wrong password later. The parameters come
/// in the order `m`, `t`, `p` and no others, numbers without leading zeros, base64 without padding
/// and with zero trailing bits; the salt has 8 to 64 bytes, the tag 16, 32 or 64 (a record that
/// was cut short has another length). What no reader can see is one valid character exchanged for
/// another.
///
/// ```
/// use bartizan_password::{PasswordHash, StoredHashError};
///
/// let row = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
/// let stored: PasswordHash = row.parse()?;
/// assert_eq!(stored.memory_kib(), 65_536);
/// assert_eq!(stored.as_str(), row);
///
/// let cut = &row[..row.len() - 1];
/// assert_eq!(cut.parse::<PasswordHash>().err(), Some(StoredHashError::Malformed));
/// # Ok::<(), StoredHashError>(())
/// ```
///
/// [PHC strings]: https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
pub struct PasswordHash {
    text: SecretString,
    cost: Cost,
    salt: Vec<u8>,
    tag: SecretBytes,
}

impl PasswordHash {
    /// Reads a stored hash whose cost is within `limits`.
    ///
    /// See [`StoredLimits`] for an example.
    ///
    /// # Errors
    ///
    /// - [`StoredHashError::Malformed`]: not a PHC string in its one spelling.
    /// - [`StoredHashError::Unsupported`]: of another algorithm or version.
    /// - [`StoredHashError::TooCostly`]: above `limits`.
    pub fn parse(text: &str, limits: &StoredLimits) -> Result<Self, StoredHashError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(StoredHashError::Malformed);
        }
        let mut parts = text.strip_prefix('$').ok_or(StoredHashError::Malformed)?.split('$');
        let mut part = || parts.next().ok_or(StoredHashError::Malformed);

        read_algorithm(part()?)?;
        read_version(part()?)?;
        let cost = read_cost(part()?).ok_or(StoredHashError::Malformed)?;
        let (salt, tag) = (part()?, part()?);
        if parts.next().is_some() {
            return Err(StoredHashError::Malformed);
        }
        limits.admit(&cost)?;

        let salt = read_bytes(salt, |len| (MIN_SALT_BYTES..=MAX_SALT_BYTES).contains(&len))?;
        let tag = SecretBytes::from(read_bytes(tag, |len| TAG_LENGTHS.contains(&len))?);
        Ok(Self { text: SecretString::from(text), cost, salt, tag })
    }

    /// Copies, for another thread.
    pub(crate) fn duplicate(&self) -> Self {
        Self {
            text: SecretString::from(self.text.expose()),
            cost: self.cost,
            salt: self.salt.clone(),
            tag: SecretBytes::from(self.tag.expose()),
        }
    }

    /// Puts together what was computed.
    pub(crate) fn new(cost: Cost, salt: &[u8], tag: SecretBytes) -> Self {
        let Cost { memory_kib, passes, lanes } = cost;
        let head = format!("${ALGORITHM}${VERSION}$m={memory_kib},t={passes},p={lanes}$");
        // Room for the whole, so that growing leaves no copy behind.
        let mut text = String::with_capacity(MAX_TEXT_BYTES);
        text.push_str(&head);
        BASE64_NOPAD.encode_append(salt, &mut text);
        text.push('$');
        BASE64_NOPAD.encode_append(tag.expose(), &mut text);
        Self { text: SecretString::from(text), cost, salt: salt.to_vec(), tag }
    }

    /// Returns the text to store. It is no password, but whoever has it can try passwords.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.expose()
    }

    /// Returns the memory in KiB: `m`.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.cost.memory_kib
    }

    /// Returns the number of passes over the memory: `t`.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.cost.passes
    }

    /// Returns the number of lanes: `p`.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.cost.lanes
    }

    pub(crate) const fn cost(&self) -> &Cost {
        &self.cost
    }

    pub(crate) fn salt(&self) -> &[u8] {
        &self.salt
    }

    pub(crate) fn tag(&self) -> &[u8] {
        self.tag.expose()
    }
}

impl FromStr for PasswordHash {
    type Err = StoredHashError;

    fn from_str(text: &str) -> Result<Self, StoredHashError> {
        Self::parse(text, &StoredLimits::default())
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHash")
            .field("memory_kib", &self.cost.memory_kib)
            .field("passes", &self.cost.passes)
            .field("lanes", &self.cost.lanes)
            .finish_non_exhaustive()
    }
}

fn read_algorithm(name: &str) -> Result<(), StoredHashError> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match name {
        ALGORITHM => Ok(()),
        "" => Err(StoredHashError::Malformed),
        other if other.bytes().all(is_name) => Err(StoredHashError::Unsupported),
        _ => Err(StoredHashError::Malformed),
    }
}

fn read_version(part: &str) -> Result<(), StoredHashError> {
    if part == VERSION {
        return Ok(());
    }
    // Version 16 was written without naming it.
    let named = part.strip_prefix("v=").and_then(read_number).is_some();
    let unnamed = read_cost(part).is_some();
    Err(if named || unnamed { StoredHashError::Unsupported } else { StoredHashError::Malformed })
}

fn read_cost(part: &str) -> Option<Cost> {
    let mut numbers = part.split(',');
    let mut number = |prefix| numbers.next()?.strip_prefix(prefix).and_then(read_number);
    let (memory_kib, passes, lanes) = (number("m=")?, number("t=")?, number("p=")?);

    // RFC 9106, section 3.1: at least 8 KiB for each lane.
    let possible = passes > 0 && lanes > 0 && lanes <= memory_kib / 8;
    (possible && numbers.next().is_none()).then_some(Cost { memory_kib, passes, lanes })
}

/// Reads a decimal number in its one spelling: no sign, no leading zero.
fn read_number(text: &str) -> Option<u32> {
    let canonical = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| canonical)
}

fn read_bytes(text: &str, is_length: impl Fn(usize) -> bool) -> Result<Vec<u8>, StoredHashError> {
    let bytes = BASE64_NOPAD.decode(text.as_bytes()).map_err(|_| StoredHashError::Malformed)?;
    if is_length(bytes.len()) { Ok(bytes) } else { Err(StoredHashError::Malformed) }
}

const ALGORITHM: &str = "argon2id";
const VERSION: &str = "v=19";
const MAX_TEXT_BYTES: usize = 512;
const MIN_SALT_BYTES: usize = 8;
const MAX_SALT_BYTES: usize = 64;
/// What libraries write. A tag that is cut short anywhere else is damage.
const TAG_LENGTHS: [usize; 3] = [16, 32, 64];

#[cfg(test)]
mod tests;
