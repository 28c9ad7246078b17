use core::num::NonZeroU32;

use crate::error::ParamsError;

/// The variant: RFC 9106's `y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Which memory is read depends on the password: a neighbour on the machine may watch it.
    Argon2d,
    /// Which memory is read depends on nothing secret.
    Argon2i,
    /// Argon2i for half of the first pass, then Argon2d: the one to use.
    Argon2id,
}

impl Algorithm {
    pub(crate) const fn number(self) -> u32 {
        match self {
            Self::Argon2d => 0,
            Self::Argon2i => 1,
            Self::Argon2id => 2,
        }
    }

    pub(crate) const fn portable(self) -> argon2::Algorithm {
        match self {
            Self::Argon2d => argon2::Algorithm::Argon2d,
            Self::Argon2i => argon2::Algorithm::Argon2i,
            Self::Argon2id => argon2::Algorithm::Argon2id,
        }
    }
}

/// The version: RFC 9106's `v`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// 1.0, found in old hashes only.
    V0x10,
    /// 1.3, of RFC 9106.
    V0x13,
}

impl Version {
    pub(crate) const fn number(self) -> u32 {
        match self {
            Self::V0x10 => 0x10,
            Self::V0x13 => 0x13,
        }
    }

    pub(crate) const fn portable(self) -> argon2::Version {
        match self {
            Self::V0x10 => argon2::Version::V0x10,
            Self::V0x13 => argon2::Version::V0x13,
        }
    }
}

/// How much work a hash is, and how long it is.
///
/// All that [RFC 9106, section 3.1], allows: it is for the caller to say what is safe, and what is
/// too much.
///
/// ```
/// use bartizan_argon2::{Params, ParamsError};
///
/// let params = Params::new(19_456, 2, 1, 32)?;
/// assert_eq!(params.memory_kib(), 19_456);
/// assert_eq!(Params::new(31, 2, 4, 32), Err(ParamsError::Memory));
/// # Ok::<(), ParamsError>(())
/// ```
///
/// [RFC 9106, section 3.1]: https://www.rfc-editor.org/rfc/rfc9106#section-3.1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    memory_kib: u32,
    passes: u32,
    lanes: NonZeroU32,
    tag_len: u32,
}

impl Params {
    /// Takes the memory in KiB (RFC 9106's `m`), the passes over it (`t`), the lanes in it (`p`)
    /// and the length of the tag in bytes (`T`).
    ///
    /// # Errors
    ///
    /// - [`ParamsError::Lanes`]: none, or more than 2^24 - 1.
    /// - [`ParamsError::Memory`]: less than 8 KiB for each lane, or more than this machine could
    ///   ever address.
    /// - [`ParamsError::Passes`]: fewer than one.
    /// - [`ParamsError::TagLength`]: fewer than 4 bytes, or more than 2^32 - 1.
    pub fn new(
        memory_kib: u32,
        passes: u32,
        lanes: u32,
        tag_len: usize,
    ) -> Result<Self, ParamsError> {
        let lanes = NonZeroU32::new(lanes).filter(|lanes| lanes.get() <= MAX_LANES);
        let lanes = lanes.ok_or(ParamsError::Lanes)?;
        let bytes = usize::try_from(memory_kib).ok().and_then(|kib| kib.checked_mul(1_024));
        let addressable = bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok());
        if memory_kib / lanes < 8 || !addressable {
            return Err(ParamsError::Memory);
        }
        if passes == 0 {
            return Err(ParamsError::Passes);
        }
        match u32::try_from(tag_len) {
            Ok(tag_len @ 4..) => Ok(Self { memory_kib, passes, lanes, tag_len }),
            _ => Err(ParamsError::TagLength),
        }
    }

    /// Returns the memory in KiB, as it was asked for.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Returns how often the memory is gone over.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Returns how many lanes the memory has.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes.get()
    }

    /// Returns the length of the tag in bytes.
    #[must_use]
    pub const fn tag_len(&self) -> usize {
        self.tag_len as usize
    }

    /// Returns how many columns are filled, over all passes. A column is one block of each lane, as
    /// in [RFC 9106, section 3.2].
    ///
    /// ```
    /// let params = bartizan_argon2::Params::new(65_536, 3, 4, 32)?;
    /// assert_eq!(params.columns(), 3 * 65_536 / 4);
    /// # Ok::<(), bartizan_argon2::ParamsError>(())
    /// ```
    ///
    /// [RFC 9106, section 3.2]: https://www.rfc-editor.org/rfc/rfc9106#section-3.2
    #[must_use]
    pub fn columns(&self) -> u64 {
        let lane_len = (self.segment_len() as u64).saturating_mul(4);
        lane_len.saturating_mul(u64::from(self.passes))
    }

    /// Returns how many blocks of 1 KiB a quarter of a lane has.
    pub(crate) fn segment_len(&self) -> usize {
        (self.memory_kib / self.lanes / 4) as usize
    }

    /// Returns how many blocks of 1 KiB are filled: whole segments only.
    pub(crate) fn block_count(&self) -> usize {
        let unit = self.lanes.get().saturating_mul(4);
        self.memory_kib.saturating_sub(self.memory_kib.checked_rem(unit).unwrap_or(0)) as usize
    }
}

/// RFC 9106, section 3.1.
const MAX_LANES: u32 = (1 << 24) - 1;
