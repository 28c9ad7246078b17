#![doc = include_str!("../README.md")]

mod enrolment;
mod error;
mod push;
mod qr;
mod recovery_codes;
mod recovery_set;
mod secret;
mod totp;
mod uri;

pub use enrolment::{ConfirmError, Credential, Enrolment};
pub use error::{EnrolmentError, SecretError, StoredError, VerifyError};
pub use push::{MatchNumber, PushChallenge};
pub use recovery_codes::RecoveryCodes;
pub use recovery_set::RecoverySet;
pub use secret::TotpSecret;
pub use totp::{Algorithm, Digits, LastStep, Totp, TotpBuilder};
pub use uri::{OtpauthKind, OtpauthUri, UriError};
