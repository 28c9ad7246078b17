//! What can go wrong, and whose fault it is.

use core::error::Error;
use core::fmt;

use bartizan_core::{KeyRefused, RandomUnavailable};

use crate::argon2id::NoTag;

/// Why a password was not verified.
///
/// A damaged or hostile record is not among the reasons: it never becomes a
/// [`StoredHash`](crate::StoredHash), so it cannot be taken for a wrong password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The password is not the right one, or the user is unknown. The user is at fault: answer 401.
    Mismatch,
    /// The password is longer than this hasher takes. The user is at fault: answer as for
    /// [`Mismatch`](Self::Mismatch).
    TooLong,
    /// The memory for the work is not to be had, and nothing is known of the password. The machine
    /// is at fault: answer 503 and raise an alarm.
    OutOfMemory,
    /// Too many wait already, or this one waited too long, and nothing is known of the password.
    /// Only a [`HashPool`](crate::HashPool) says so. The machine is at fault: answer 503 with
    /// `Retry-After`.
    Busy {
        /// After how many milliseconds all who wait now will have had their turn, or given up: an
        /// estimate from the length of the line and the time of the last jobs, from 1 to the
        /// longest wait.
        retry_after_ms: u64,
    },
    /// The stored hash asks for more memory than a [`HashPool`](crate::HashPool) has for one hash,
    /// and nothing is known of the password. The stored data is at fault, or the budget: answer
    /// 503 and raise an alarm.
    TooCostly,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mismatch => "the password does not match",
            Self::TooLong => "the password is too long",
            Self::OutOfMemory => "no memory to hash a password",
            Self::Busy { .. } => "too many passwords are being hashed",
            Self::TooCostly => "the stored password hash asks for more memory than the pool has",
        })
    }
}

impl Error for VerifyError {}

impl From<NoTag> for VerifyError {
    fn from(error: NoTag) -> Self {
        match error {
            NoTag::OutOfMemory => Self::OutOfMemory,
        }
    }
}

/// Why a password was not hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HashError {
    /// The password is empty. The program is at fault: ask a
    /// [`PasswordPolicy`](crate::PasswordPolicy) before.
    Empty,
    /// The password is longer than this hasher takes. The program is at fault, as before.
    TooLong,
    /// The hash that is to be wrapped is one of Argon2 already. The program is at fault: ask for
    /// [`StoredHash::legacy_scheme`](crate::StoredHash::legacy_scheme) before.
    NotLegacy,
    /// The source of randomness failed. The machine is at fault: answer 503 and raise an alarm.
    RandomUnavailable,
    /// The memory for the work is not to be had. The machine is at fault, as before.
    OutOfMemory,
    /// Too many wait already, or this one waited too long. Only a [`HashPool`](crate::HashPool)
    /// says so. The machine is at fault: answer 503 with `Retry-After`.
    Busy {
        /// After how many milliseconds all who wait now will have had their turn, or given up: an
        /// estimate from the length of the line and the time of the last jobs, from 1 to the
        /// longest wait.
        retry_after_ms: u64,
    },
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty password is not hashed"),
            Self::NotLegacy => f.write_str("only the hash of an older scheme is wrapped"),
            Self::TooLong => fmt::Display::fmt(&VerifyError::TooLong, f),
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
            Self::OutOfMemory => fmt::Display::fmt(&VerifyError::OutOfMemory, f),
            Self::Busy { retry_after_ms } => {
                fmt::Display::fmt(&VerifyError::Busy { retry_after_ms: *retry_after_ms }, f)
            }
        }
    }
}

impl Error for HashError {}

impl From<NoTag> for HashError {
    fn from(error: NoTag) -> Self {
        match error {
            NoTag::OutOfMemory => Self::OutOfMemory,
        }
    }
}

impl From<RandomUnavailable> for HashError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// Why a stored hash was not read. The stored data is at fault: raise an alarm, overwrite nothing,
/// and never answer that the password is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredHashError {
    /// The text is not a PHC string in its one spelling, or longer than 512 bytes.
    Malformed,
    /// The text names an algorithm or a version that this build does not know: a feature may be
    /// missing.
    Unsupported,
    /// The parameters are above the [`StoredLimits`](crate::StoredLimits).
    TooCostly,
    /// The hash is sealed under a pepper: read it as a [`SealedHash`](crate::SealedHash).
    Sealed,
    /// The hash is not sealed under a pepper: read it as a [`StoredHash`](crate::StoredHash), where
    /// such rows are to be expected.
    NotSealed,
    /// The hash was made with a secret, of Argon2 or of a Firebase project: read it with
    /// [`StoredHash::parse_with_secret`](crate::StoredHash::parse_with_secret) or, with the feature
    /// `scrypt`, `StoredHash::parse_with_firebase`.
    NeedsSecret,
}

impl fmt::Display for StoredHashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the stored password hash is damaged",
            Self::Unsupported => "the stored password hash is of another kind",
            Self::TooCostly => "the stored password hash asks for more work than allowed",
            Self::Sealed => "the stored password hash is sealed under a pepper",
            Self::NotSealed => "the stored password hash is not sealed under a pepper",
            Self::NeedsSecret => "the stored password hash was made with a secret",
        })
    }
}

impl Error for StoredHashError {}

/// Why a stored hash was not sealed or opened. The machine or the stored data is at fault: raise an
/// alarm, overwrite nothing, and never answer that the password is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PepperError {
    /// The key that sealed the hash is not to be had.
    Key(KeyRefused),
    /// The hash is not what was sealed, or not this user's. It cannot be told which.
    Forged,
    /// The hash is of an older scheme, which has no tag to seal: wrap it before. Or it was made
    /// with a secret of Argon2: wait for the next login.
    NotArgon2,
    /// The source of randomness failed.
    RandomUnavailable,
}

impl fmt::Display for PepperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(refused) => write!(f, "the sealed password hash does not open: {refused}"),
            Self::Forged => f.write_str("the sealed password hash or its user was changed"),
            Self::NotArgon2 => f.write_str("a password hash of this kind can't be sealed"),
            Self::RandomUnavailable => fmt::Display::fmt(&RandomUnavailable::new(), f),
        }
    }
}

impl Error for PepperError {}

impl From<KeyRefused> for PepperError {
    fn from(refused: KeyRefused) -> Self {
        Self::Key(refused)
    }
}

impl From<RandomUnavailable> for PepperError {
    fn from(_: RandomUnavailable) -> Self {
        Self::RandomUnavailable
    }
}

/// Why something did not build. The program is at fault: fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// There is less memory than ASVS asks for at this number of passes.
    MemoryTooLow {
        /// The floor in KiB.
        min_kib: u32,
    },
    /// There is more memory than this crate ever takes.
    MemoryTooHigh {
        /// The ceiling in KiB.
        max_kib: u32,
    },
    /// There are no passes, or more than this crate ever makes.
    PassesOutOfRange {
        /// The ceiling; the floor is 1.
        max: u32,
    },
    /// There are no lanes, or more than this crate ever fills.
    LanesOutOfRange {
        /// The ceiling; the floor is 1.
        max: u32,
    },
    /// Memory times passes is more than this crate ever does.
    CostTooHigh {
        /// The ceiling in KiB.
        max_kib: u64,
    },
    /// The hasher's own hashes would be refused by its limits on stored ones.
    ParamsAboveLimits,
    /// Passwords of 64 characters would not fit, or the bound is too high to be one.
    MaxPasswordBytesOutOfRange {
        /// The least bound in bytes.
        min: usize,
        /// The greatest bound in bytes.
        max: usize,
    },
    /// The least length is below what NIST and ASVS ask for, or refuses 64 characters.
    MinCharsOutOfRange {
        /// The least number of characters.
        min: usize,
        /// The greatest number of characters.
        max: usize,
    },
    /// A calibration aims at no time, or at one that is too long for it.
    TargetOutOfRange {
        /// The ceiling in milliseconds; the floor is 1.
        max_ms: u32,
    },
    /// A generated password would be too easy to guess, or longer than a key.
    EntropyOutOfRange {
        /// The least entropy in bits.
        min_bits: u32,
        /// The greatest entropy in bits.
        max_bits: u32,
    },
    /// A generated passphrase would be too easy to guess, or too long to type.
    WordsOutOfRange {
        /// The least number of words.
        min: u32,
        /// The greatest number of words.
        max: u32,
    },
    /// The hash parameters are none that a Firebase project has.
    FirebaseParameters,
    /// A pool has no workers, or too many.
    WorkersOutOfRange {
        /// The ceiling; the floor is 1.
        max: usize,
    },
    /// Not even one hash of the hasher's parameters fits a pool's budget.
    BudgetTooLow {
        /// The floor in KiB.
        min_kib: u32,
    },
    /// More may wait for a pool than this crate ever lets wait.
    QueueDepthTooHigh {
        /// The ceiling.
        max: usize,
    },
    /// Nobody may wait for a pool, or too long.
    MaxWaitOutOfRange {
        /// The ceiling in milliseconds; the floor is 1.
        max_ms: u64,
    },
    /// Failed checks are to keep a pool at work for too long.
    FailedCheckTooLong {
        /// The ceiling in milliseconds.
        max_ms: u64,
    },
    /// The machine does not start as many threads as a pool has workers.
    WorkersUnavailable,
    /// This machine computes wrong tags even without a kernel of its own: it is broken.
    SelfTestFailed,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MemoryTooLow { min_kib } => {
                write!(f, "with so few passes Argon2id takes at least {min_kib} KiB")
            }
            Self::MemoryTooHigh { max_kib } => {
                write!(f, "Argon2id takes at most {max_kib} KiB here")
            }
            Self::PassesOutOfRange { max } => write!(f, "there are 1 to {max} passes"),
            Self::LanesOutOfRange { max } => write!(f, "there are 1 to {max} lanes"),
            Self::CostTooHigh { max_kib } => {
                write!(f, "memory times passes is at most {max_kib} KiB")
            }
            Self::ParamsAboveLimits => {
                f.write_str("the parameters of new hashes are above the limits of stored ones")
            }
            Self::MaxPasswordBytesOutOfRange { min, max } => {
                write!(f, "the bound on a password's length is {min} to {max} bytes")
            }
            Self::MinCharsOutOfRange { min, max } => {
                write!(f, "the least length of a password is {min} to {max} characters")
            }
            Self::TargetOutOfRange { max_ms } => {
                write!(f, "a calibration aims at 1 to {max_ms} ms")
            }
            Self::EntropyOutOfRange { min_bits, max_bits } => {
                write!(f, "a generated password has {min_bits} to {max_bits} bits of entropy")
            }
            Self::WordsOutOfRange { min, max } => {
                write!(f, "a generated passphrase has {min} to {max} words")
            }
            Self::FirebaseParameters => {
                f.write_str("these are not the hash parameters of a Firebase project")
            }
            Self::WorkersOutOfRange { max } => write!(f, "a pool has 1 to {max} workers"),
            Self::BudgetTooLow { min_kib } => {
                write!(f, "the budget of a pool is at least {min_kib} KiB, for one hash")
            }
            Self::QueueDepthTooHigh { max } => write!(f, "at most {max} wait for a pool"),
            Self::MaxWaitOutOfRange { max_ms } => {
                write!(f, "a pool lets wait for 1 to {max_ms} ms")
            }
            Self::FailedCheckTooLong { max_ms } => {
                write!(f, "a failed check is made to take at most {max_ms} ms")
            }
            Self::WorkersUnavailable => f.write_str("the threads of a pool did not start"),
            Self::SelfTestFailed => f.write_str("Argon2 computes wrong tags on this machine"),
        }
    }
}

impl Error for ConfigError {}
