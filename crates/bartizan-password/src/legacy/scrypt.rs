//! scrypt: [RFC 7914].
//!
//! ```text
//! $scrypt$ln=16,r=8,p=1$salt$digest        PHC string, passlib and RustCrypto
//! scrypt:32768:8:1$salt$digest             Werkzeug; the salt is text, hexadecimal
//! ```
//!
//! The crate that computes it takes fresh memory each time and wipes none: what it leaves behind
//! there lets its reader try passwords at the price of some rounds, as the row itself does.
//!
//! [RFC 7914]: https://www.rfc-editor.org/rfc/rfc7914

use bartizan_core::SecretBytes;
use data_encoding::{BASE64_NOPAD, HEXLOWER};
use scrypt::Params;

use super::{Legacy, LegacyScheme, Reader, Scheme, text};
use crate::argon2id::NoTag;
use crate::error::StoredHashError;
use crate::limits::StoredLimits;

pub(super) const READER: Reader = Reader {
    row: read,
    settings: |_, rest, limits| {
        let ([ln, r, p, len], salt) = text::from_settings(rest)?;
        let len = usize::try_from(len).map_err(|_| StoredHashError::Malformed)?;
        Ok(Legacy::new(Scrypt::new(Cost { ln, r, p }, &salt, len, limits)?, &[]))
    },
};

/// scrypt's parameters as they are stored.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    /// The base-2 logarithm of `N`.
    pub(super) ln: u32,
    pub(super) r: u32,
    pub(super) p: u32,
}

pub(super) struct Scrypt {
    pub(super) cost: Cost,
    params: Params,
    memory_kib: u32,
    salt: Vec<u8>,
    /// The length of the digest in bytes.
    len: usize,
}

fn read(row: &str, limits: &StoredLimits) -> Result<Legacy, StoredHashError> {
    let Pieces { cost, salt, digest } = Pieces::of(row).ok_or(StoredHashError::Malformed)?;
    Ok(Legacy::new(Scrypt::new(cost, &salt, digest.len(), limits)?, &digest))
}

struct Pieces {
    cost: Cost,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Pieces {
    fn of(row: &str) -> Option<Self> {
        if let Some(rest) = row.strip_prefix("$scrypt$") {
            let [params, salt, digest] = text::parts(rest, '$')?;
            let [ln, r, p] = text::parts(params, ',')?;
            let ln = text::number(ln.strip_prefix("ln=")?)?;
            let r = text::number(r.strip_prefix("r=")?)?;
            let p = text::number(p.strip_prefix("p=")?)?;
            let salt = text::decode(&BASE64_NOPAD, salt)?;
            let digest = text::decode(&BASE64_NOPAD, digest)?;
            Some(Self { cost: Cost { ln, r, p }, salt, digest })
        } else {
            let [method, salt, digest] = text::parts(row, '$')?;
            let [n, r, p] = text::parts(method.strip_prefix("scrypt:")?, ':')?;
            let n = text::number(n).filter(|n| n.is_power_of_two())?;
            let cost = Cost { ln: n.ilog2(), r: text::number(r)?, p: text::number(p)? };
            let salt = text::is_plain_salt(salt).then(|| salt.as_bytes().to_vec())?;
            let digest = text::decode(&HEXLOWER, digest).filter(|digest| digest.len() == 64)?;
            Some(Self { cost, salt, digest })
        }
    }
}

impl Scrypt {
    /// Checks the cost against the limits of Argon2: memory, memory times `p` for passes, and `p`
    /// for lanes.
    pub(super) fn new(
        cost: Cost,
        salt: &[u8],
        len: usize,
        limits: &StoredLimits,
    ) -> Result<Self, StoredHashError> {
        let Cost { ln, r, p } = cost;
        let possible = ln > 0
            && r > 0
            && p > 0
            && (1..=text::MAX_SALT_BYTES).contains(&salt.len())
            && DIGEST_LENGTHS.contains(&len);
        if !possible {
            return Err(StoredHashError::Malformed);
        }
        let memory_kib = memory_kib(cost).ok_or(StoredHashError::TooCostly)?;
        let total_kib = u64::from(memory_kib).saturating_mul(u64::from(p));
        if memory_kib > limits.memory_kib() || p > limits.lanes() || total_kib > limits.cost_kib() {
            return Err(StoredHashError::TooCostly);
        }
        let ln = u8::try_from(ln).map_err(|_| StoredHashError::TooCostly)?;
        let params = Params::new(ln, r, p).map_err(|_| StoredHashError::TooCostly)?;
        Ok(Self { cost, params, memory_kib, salt: salt.to_vec(), len })
    }
}

impl Scheme for Scrypt {
    fn kind(&self) -> LegacyScheme {
        LegacyScheme::Scrypt
    }

    fn digest(&self, password: &[u8]) -> Result<SecretBytes, NoTag> {
        // The crate takes its memory or aborts. Where there is none, this finds out before.
        let bytes = usize::try_from(self.memory_kib).ok().and_then(|kib| kib.checked_mul(1_024));
        let mut probe = Vec::<u8>::new();
        probe
            .try_reserve_exact(bytes.ok_or(NoTag::OutOfMemory)?)
            .map_err(|_| NoTag::OutOfMemory)?;
        drop(probe);

        SecretBytes::init(self.len, |digest| {
            scrypt::scrypt(password, &self.salt, &self.params, digest)
                .map_err(|_| NoTag::OutOfMemory)
        })
    }

    fn settings(&self) -> String {
        let Cost { ln, r, p } = self.cost;
        let len = u32::try_from(self.len).unwrap_or_default();
        text::settings("scrypt", &[ln, r, p, len], &self.salt)
    }

    fn memory_kib(&self) -> u32 {
        self.memory_kib
    }
}

/// 128 * r bytes for each of `N` blocks, for one more, and for each of `p`.
fn memory_kib(cost: Cost) -> Option<u32> {
    let n = 1_u64.checked_shl(cost.ln).filter(|n| *n <= 1 << 32)?;
    let blocks = n.checked_add(u64::from(cost.p))?.checked_add(1)?;
    let bytes = blocks.checked_mul(u64::from(cost.r))?.checked_mul(128)?;
    u32::try_from(bytes.div_ceil(1_024)).ok()
}

/// What libraries write. A digest that is cut short anywhere else is damage.
const DIGEST_LENGTHS: [usize; 3] = [16, 32, 64];
