//! What can go wrong, and whose fault it is.

use core::error::Error;
use core::fmt;

use crate::Kernel;

/// Why parameters are none. The program is at fault, or what it read them from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamsError {
    /// The memory is less than 8 KiB for each lane, or more than can be addressed.
    Memory,
    /// There are no passes.
    Passes,
    /// There are no lanes, or more than 2^24 - 1.
    Lanes,
    /// The tag has fewer than 4 bytes, or more than 2^32 - 1.
    TagLength,
    /// The secret has more than 2^32 - 1 bytes.
    SecretLength,
    /// The associated data has more than 32 bytes.
    AssociatedDataLength,
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "Argon2 needs 8 KiB for each lane, and memory that can be addressed",
            Self::Passes => "Argon2 needs at least one pass",
            Self::Lanes => "Argon2 has 1 to 2^24 - 1 lanes",
            Self::TagLength => "a tag of Argon2 has 4 to 2^32 - 1 bytes",
            Self::SecretLength => "a secret of Argon2 has at most 2^32 - 1 bytes",
            Self::AssociatedDataLength => "associated data has at most 32 bytes",
        })
    }
}

impl Error for ParamsError {}

/// Why a kernel was not taken. The program is at fault: it did not ask what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelUnavailable(pub(crate) ());

impl fmt::Display for KernelUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this processor lacks the instructions of the kernel")
    }
}

impl Error for KernelUnavailable {}

/// Why there is no tag. Only [`OutOfMemory`](Self::OutOfMemory) is not the program's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HashError {
    /// The machine has no memory to fill.
    OutOfMemory,
    /// The password has more than 2^32 - 1 bytes.
    PasswordLength,
    /// The salt has fewer than 8 bytes, or more than 2^32 - 1.
    SaltLength,
    /// There is not exactly as much room for the tag as the parameters say.
    TagLength,
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfMemory => "there is no memory for Argon2 to fill",
            Self::PasswordLength => "a password has at most 2^32 - 1 bytes",
            Self::SaltLength => "a salt has 8 to 2^32 - 1 bytes",
            Self::TagLength => "the room for the tag differs from its length in the parameters",
        })
    }
}

impl Error for HashError {}

impl From<OutOfMemory> for HashError {
    fn from(_: OutOfMemory) -> Self {
        Self::OutOfMemory
    }
}

/// The machine has no memory to fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory(pub(crate) ());

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no memory for Argon2 to fill")
    }
}

impl Error for OutOfMemory {}

/// Why a kernel is not to be used. The machine is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelfTestError {
    /// The kernel gives another tag than RFC 9106.
    Mismatch(Kernel),
    /// The processor lacks the instructions of the kernel.
    Unavailable(Kernel),
    /// There are no 32 KiB for the test.
    OutOfMemory,
}

impl fmt::Display for SelfTestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch(kernel) => write!(f, "the kernel {kernel:?} computes wrong tags here"),
            Self::Unavailable(kernel) => write!(f, "this processor does not run {kernel:?}"),
            Self::OutOfMemory => f.write_str("there is no memory for the self-test of Argon2"),
        }
    }
}

impl Error for SelfTestError {}
