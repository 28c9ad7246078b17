//! The text of an Argon2 hash: a [PHC string] in its one spelling.
//!
//! ```text
//! $argon2id$v=19$m=19456,t=2,p=1$salt$tag
//! $argon2id$v=19$m=19456,t=2,p=1,keyid=AAAAAQ,nfc=1$salt$tag
//! $argon2id-wrapped$v=19$m=19456,t=2,p=1,inner=JDJiJDEw$salt$tag
//! ```
//!
//! [PHC string]: https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md

use core::fmt::Write as _;

use bartizan_argon2::{Algorithm, Version};
use bartizan_core::{SecretBytes, SecretString};
use data_encoding::BASE64_NOPAD;

use crate::error::StoredHashError;
use crate::legacy::Legacy;
use crate::limits::StoredLimits;
use crate::params::Cost;

/// What stands in a PHC string of the Argon2 family.
#[derive(Clone)]
pub(crate) struct Phc {
    pub(crate) function: Function,
    pub(crate) version: Version,
    pub(crate) cost: Cost,
    /// Which secret or pepper: `keyid`, of at most 8 bytes.
    pub(crate) key_id: Option<Vec<u8>>,
    /// Whether the password was brought to NFC: `nfc=1`.
    pub(crate) nfc: bool,
    /// The older scheme whose digest was hashed in place of the password: its settings are `inner`.
    pub(crate) inner: Option<Legacy>,
    pub(crate) salt: Vec<u8>,
}

/// What is computed: the name that a PHC string begins with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Function {
    Argon2(Algorithm),
    /// Argon2id over the digest of an older scheme.
    Wrapped,
}

impl Phc {
    /// That of a new hash.
    pub(crate) fn new(cost: Cost, salt: &[u8], nfc: bool) -> Self {
        Self {
            function: Function::Argon2(Algorithm::Argon2id),
            version: Version::V0x13,
            cost,
            key_id: None,
            nfc,
            inner: None,
            salt: salt.to_vec(),
        }
    }

    /// That of Argon2id over the digest of an older scheme.
    pub(crate) fn wrapping(inner: Legacy, cost: Cost, salt: &[u8]) -> Self {
        let bare = Self::new(cost, salt, false);
        Self { function: Function::Wrapped, inner: Some(inner), ..bare }
    }

    /// Reads a text and the tag in it. The cost is within `limits` before anything is allocated.
    pub(crate) fn read(
        text: &str,
        limits: &StoredLimits,
    ) -> Result<(Self, SecretBytes), StoredHashError> {
        Self::read_with(text, limits, |settings| Legacy::from_settings(settings, limits))
    }

    /// As [`read`](Self::read), where `inner` reads the settings of an older scheme.
    pub(crate) fn read_with(
        text: &str,
        limits: &StoredLimits,
        inner: impl FnOnce(&str) -> Result<Legacy, StoredHashError>,
    ) -> Result<(Self, SecretBytes), StoredHashError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(StoredHashError::Malformed);
        }
        let pieces = Pieces::of(text)?;
        limits.admit(&pieces.cost)?;

        let tag = SecretBytes::from(bytes(pieces.tag, |len| {
            TAG_LENGTHS.contains(&len) || is_sealed_length(len)
        })?);
        let key_id = pieces.key_id.map(|id| bytes(id, |len| (1..=MAX_KEY_ID_BYTES).contains(&len)));
        let is_salt = |len| (MIN_SALT_BYTES..=MAX_SALT_BYTES).contains(&len);
        let phc = Self {
            function: pieces.function,
            version: pieces.version,
            cost: pieces.cost,
            key_id: key_id.transpose()?,
            nfc: pieces.nfc,
            inner: pieces.inner.map(|text| inner(&settings(text)?)).transpose()?,
            salt: bytes(pieces.salt, is_salt)?,
        };
        // Only a pepper, whose ids have four bytes, seals.
        let of_pepper = phc.key_id.as_ref().is_some_and(|id| id.len() == PEPPER_ID_BYTES);
        if is_sealed_length(tag.len()) && !of_pepper {
            return Err(StoredHashError::Malformed);
        }
        Ok((phc, tag))
    }

    /// Prints what [`read`](Self::read) reads.
    pub(crate) fn print(&self, tag: &SecretBytes) -> SecretString {
        // Room for the whole, so that growing leaves no copy behind.
        let mut text = String::with_capacity(MAX_TEXT_BYTES);
        self.print_head(&mut text);
        text.push('$');
        BASE64_NOPAD.encode_append(tag.expose(), &mut text);
        SecretString::from(text)
    }

    /// Prints all but the tag.
    pub(crate) fn head(&self) -> String {
        let mut text = String::new();
        self.print_head(&mut text);
        text
    }

    fn print_head(&self, text: &mut String) {
        let Cost { memory_kib, passes, lanes } = self.cost;
        let name = self.function.name();
        let version = if self.version == Version::V0x10 { "" } else { "$v=19" };
        // Writing to a string does not fail.
        let _ = write!(text, "${name}{version}$m={memory_kib},t={passes},p={lanes}");
        if let Some(id) = &self.key_id {
            text.push_str(",keyid=");
            BASE64_NOPAD.encode_append(id, text);
        }
        if self.nfc {
            text.push_str(",nfc=1");
        }
        if let Some(inner) = &self.inner {
            text.push_str(",inner=");
            BASE64_NOPAD.encode_append(inner.settings().as_bytes(), text);
        }
        text.push('$');
        BASE64_NOPAD.encode_append(&self.salt, text);
    }
}

impl Function {
    fn read(name: &str) -> Result<Self, StoredHashError> {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match name {
            "argon2id" => Ok(Self::Argon2(Algorithm::Argon2id)),
            "argon2i" => Ok(Self::Argon2(Algorithm::Argon2i)),
            "argon2d" => Ok(Self::Argon2(Algorithm::Argon2d)),
            "argon2id-wrapped" => Ok(Self::Wrapped),
            "" => Err(StoredHashError::Malformed),
            other if other.bytes().all(is_name) => Err(StoredHashError::Unsupported),
            _ => Err(StoredHashError::Malformed),
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Argon2(Algorithm::Argon2i) => "argon2i",
            Self::Argon2(Algorithm::Argon2d) => "argon2d",
            Self::Argon2(_) => "argon2id",
            Self::Wrapped => "argon2id-wrapped",
        }
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Argon2(algorithm) => *algorithm,
            Self::Wrapped => Algorithm::Argon2id,
        }
    }
}

/// A text, cut up and not decoded.
struct Pieces<'t> {
    function: Function,
    version: Version,
    cost: Cost,
    key_id: Option<&'t str>,
    nfc: bool,
    inner: Option<&'t str>,
    salt: &'t str,
    tag: &'t str,
}

impl<'t> Pieces<'t> {
    fn of(text: &'t str) -> Result<Self, StoredHashError> {
        let mut parts = text.strip_prefix('$').ok_or(StoredHashError::Malformed)?.split('$');
        let mut part = || parts.next().ok_or(StoredHashError::Malformed);

        let function = Function::read(part()?)?;
        let first = part()?;
        let (version, params) = match first.strip_prefix("v=") {
            Some("19") => (Version::V0x13, part()?),
            // Version 16 was written without naming it.
            None => (Version::V0x10, first),
            Some(other) if number(other).is_some() => return Err(StoredHashError::Unsupported),
            Some(_) => return Err(StoredHashError::Malformed),
        };
        let Params { cost, key_id, nfc, inner } =
            Params::of(params).ok_or(StoredHashError::Malformed)?;
        let (salt, tag) = (part()?, part()?);
        let fits = inner.is_some() == (function == Function::Wrapped);
        if !fits || parts.next().is_some() {
            return Err(StoredHashError::Malformed);
        }
        Ok(Self { function, version, cost, key_id, nfc, inner, salt, tag })
    }
}

struct Params<'t> {
    cost: Cost,
    key_id: Option<&'t str>,
    nfc: bool,
    inner: Option<&'t str>,
}

impl<'t> Params<'t> {
    /// `m`, `t`, `p`, then `keyid`, `nfc` and `inner` where they are there, and no others.
    fn of(text: &'t str) -> Option<Self> {
        let mut params = text.split(',').peekable();
        let mut needed = |prefix| params.next()?.strip_prefix(prefix).and_then(number);
        let (memory_kib, passes, lanes) = (needed("m=")?, needed("t=")?, needed("p=")?);
        let mut optional = |prefix| {
            let param = params.next_if(|param| param.starts_with(prefix))?;
            param.strip_prefix(prefix)
        };
        let (key_id, nfc, inner) = (optional("keyid="), optional("nfc="), optional("inner="));

        // RFC 9106, section 3.1: at least 8 KiB for each lane.
        let possible = passes > 0 && lanes > 0 && lanes <= memory_kib / 8;
        let canonical = nfc.is_none_or(|value| value == "1") && params.next().is_none();
        let cost = Cost { memory_kib, passes, lanes };
        (possible && canonical).then_some(Self { cost, key_id, nfc: nfc.is_some(), inner })
    }
}

/// Whether a tag of as many bytes is a sealed one.
pub(crate) fn is_sealed_length(len: usize) -> bool {
    len.checked_sub(SEAL_BYTES).is_some_and(|len| TAG_LENGTHS.contains(&len))
}

fn settings(text: &str) -> Result<String, StoredHashError> {
    let settings = bytes(text, |len| len > 0)?;
    String::from_utf8(settings).map_err(|_| StoredHashError::Malformed)
}

/// Reads a decimal number in its one spelling: no sign, no leading zero.
fn number(text: &str) -> Option<u32> {
    let canonical = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| canonical)
}

fn bytes(text: &str, is_length: impl Fn(usize) -> bool) -> Result<Vec<u8>, StoredHashError> {
    let bytes = BASE64_NOPAD.decode(text.as_bytes()).map_err(|_| StoredHashError::Malformed)?;
    if is_length(bytes.len()) { Ok(bytes) } else { Err(StoredHashError::Malformed) }
}

pub(crate) const MAX_TEXT_BYTES: usize = 512;
const MIN_SALT_BYTES: usize = 8;
const MAX_SALT_BYTES: usize = 64;
/// What the PHC specification of Argon2 allows.
const MAX_KEY_ID_BYTES: usize = 8;
/// What libraries write. A tag that is cut short anywhere else is damage.
const TAG_LENGTHS: [usize; 3] = [16, 32, 64];
/// A nonce of 12 bytes before a sealed tag, an authenticator of 16 behind it.
const SEAL_BYTES: usize = 12 + 16;
const PEPPER_ID_BYTES: usize = 4;

#[cfg(test)]
mod tests;
