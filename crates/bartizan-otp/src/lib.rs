#![doc = include_str!("../README.md")]

mod attempts;
mod code_key;
mod enrolment;
mod error;
mod guard;
mod guarded;
mod hotp;
pub mod namespace;
mod one_time_password;
mod out_of_band;
mod push;
mod qr;
mod recovery_codes;
mod recovery_set;
mod recovery_store;
mod replace;
mod secret;
mod stored_credentials;
mod totp;
mod totp_state;
mod typed_code;
mod uri;

pub use attempts::{Admission, AttemptPolicy, AttemptPolicyError, Attempts, TooSoon};
pub use code_key::{Algorithm, Digits};
pub use enrolment::{ConfirmError, Credential, Enrolment};
pub use error::{EnrolmentError, SecretError, StoredError, VerifyError};
pub use guard::{Guard, GuardError, VerifiedCode};
pub use guarded::Guarded;
pub use hotp::{Hotp, HotpBuilder, HotpState};
pub use one_time_password::OneTimePassword;
pub use out_of_band::{
    AddressProof, OobChannel, OobDigestKey, OobError, OobForm, OobMessage, OobPolicy,
    OobPolicyError, OobPurpose, OobRecipient, OobRefused, OobRequest, OobSendError, OobVerified,
    OutOfBandCodes, SignIn, VerifiedNumber,
};
pub use push::{MatchNumber, PushChallenge};
pub use recovery_codes::RecoveryCodes;
pub use recovery_set::RecoverySet;
pub use recovery_store::{RecoveryError, RedeemedCode, StoredRecoveryCodes};
pub use secret::TotpSecret;
pub use stored_credentials::{CredentialError, CredentialId, StoredCredentials};
pub use totp::{Totp, TotpBuilder};
pub use totp_state::TotpState;
pub use uri::{OtpauthKind, OtpauthUri, UriError};
