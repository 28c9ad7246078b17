#![doc = include_str!("../README.md")]

mod enrolment;
mod error;
pub mod namespace;
mod out_of_band;
mod push;
mod qr;
mod recovery_codes;
mod recovery_set;
mod recovery_store;
mod replace;
mod secret;
mod totp;
mod uri;

pub use enrolment::{ConfirmError, Credential, Enrolment};
pub use error::{EnrolmentError, SecretError, StoredError, VerifyError};
pub use out_of_band::{
    AddressProof, OobChannel, OobDigestKey, OobError, OobForm, OobMessage, OobPolicy,
    OobPolicyError, OobPurpose, OobRecipient, OobRefused, OobRequest, OobSendError, OobVerified,
    OutOfBandCodes, SignIn,
};
pub use push::{MatchNumber, PushChallenge};
pub use recovery_codes::RecoveryCodes;
pub use recovery_set::RecoverySet;
pub use recovery_store::{RecoveryError, RedeemedCode, StoredRecoveryCodes};
pub use secret::TotpSecret;
pub use totp::{Algorithm, Digits, LastStep, Totp, TotpBuilder};
pub use uri::{OtpauthKind, OtpauthUri, UriError};
