use core::fmt;

use cryptoki::error::{Error, RvError};

use crate::kek_provider::KekProviderError;

/// Why there is no key from a security module. The program or the module is at fault: start nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pkcs11Error {
    /// The module's library cannot be loaded or does not start.
    Module,
    /// No token has the label, or several have it.
    Token,
    /// The PIN is wrong, locked or not set.
    Pin,
    /// No key has the label, or several, or, when one is made, one has it already.
    Key,
    /// The key can leave the token, or is not one for encrypting and decrypting with AES-256.
    UnsafeKey,
    /// The module cannot do it: it does not know the mechanism, or does not allow it.
    Unsupported,
    /// The module or the token does not answer as it should: try again later.
    Unavailable,
}

impl fmt::Display for Pkcs11Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Module => "the security module's library cannot be loaded or does not start",
            Self::Token => "not exactly one token has the label",
            Self::Pin => "the token's PIN is wrong, locked or not set: tokens count wrong ones",
            Self::Key => "the token does not have exactly one key of this label, or has it already",
            Self::UnsafeKey => {
                "the key is not a sensitive, non-extractable AES-256 key for encrypting and \
                 decrypting"
            }
            Self::Unsupported => "the security module does not know or allow what it is to do",
            Self::Unavailable => "the security module does not answer as it should",
        })
    }
}

impl core::error::Error for Pkcs11Error {}

impl From<Error> for Pkcs11Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Pkcs11(
                RvError::PinIncorrect
                | RvError::PinInvalid
                | RvError::PinLenRange
                | RvError::PinExpired
                | RvError::PinLocked
                | RvError::UserPinNotInitialized,
                _,
            )
            | Error::PinNotSet => Self::Pin,
            Error::Pkcs11(
                RvError::MechanismInvalid
                | RvError::MechanismParamInvalid
                | RvError::KeyFunctionNotPermitted
                | RvError::KeyTypeInconsistent
                | RvError::FunctionNotSupported,
                _,
            )
            | Error::NotSupported
            | Error::NullFunctionPointer => Self::Unsupported,
            _ => Self::Unavailable,
        }
    }
}

impl From<Pkcs11Error> for KekProviderError {
    fn from(error: Pkcs11Error) -> Self {
        match error {
            Pkcs11Error::Unavailable => Self::Unavailable,
            _ => Self::Misconfigured,
        }
    }
}

/// Whether it says nothing about what was to be decrypted.
pub(super) const fn is_of_the_machine(error: &Error) -> bool {
    matches!(
        error,
        Error::Pkcs11(
            RvError::HostMemory
                | RvError::DeviceError
                | RvError::DeviceMemory
                | RvError::DeviceRemoved
                | RvError::TokenNotPresent
                | RvError::SessionClosed
                | RvError::SessionHandleInvalid
                | RvError::UserNotLoggedIn
                | RvError::CryptokiNotInitialized,
            _,
        )
    )
}
